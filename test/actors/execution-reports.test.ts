/**
 * Each row of what a report may say: all its fields, in the order in which they are said, and to
 * whom.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  BookTicker,
  CxlRejResponseTo,
  DepthUpdate,
  ExecType,
  ExecutionReport,
  OrdStatus,
  OrdType,
  Reason,
  Side,
  TimeInForce,
  Trade,
} from '../../protocol/codecs.ts'
import { alignRecord, RECORD_TYPE_OFFSET } from '../../protocol/envelope.ts'
import { INT64_NULL } from '../../protocol/integers.ts'
import { type Fields, openVenue, type PlainEvent } from './exchange-harness.ts'
import { Restored, SnapshotRun } from './snapshot-run.ts'

const open = () => openVenue({ names: ['alice', 'bob'], units: 100_000 })

const order = (clOrdId: string, side: number, orderQty: number, price: number): Fields => ({
  ...{ clOrdId, side, orderQty, price, symbol: 'BTCUSD' },
  ...{ ordType: OrdType.Limit, timeInForce: TimeInForce.GoodTillCancel },
})
const change = (clOrdId: string, origClOrdId: string, more: Fields = {}): Fields => ({
  ...{ clOrdId, origClOrdId, orderId: INT64_NULL, side: Side.Buy, symbol: 'BTCUSD' },
  ...more,
})

/** A report without what is absent from it. */
const plain = (event: PlainEvent): Fields =>
  Object.fromEntries(
    Object.entries(event).filter(([, v]) => v !== INT64_NULL && v !== 255 && v !== '' && v !== 0),
  )
const reports = (events: readonly PlainEvent[]) =>
  events.filter((event) => event.session !== 0).map(plain)

/** What each report of an order has. */
const COMMON = {
  ...{ name: 'ExecutionReport', symbol: 'BTCUSD', ordType: OrdType.Limit },
  timeInForce: TimeInForce.GoodTillCancel,
}
const A = { ...COMMON, session: 1, side: Side.Buy, orderId: 10, price: 10 }

test('reports: an accepted order is New with all of it open', () => {
  const exchange = open()
  const first = exchange.outbox.eventNumber + 1
  assert.deepEqual(reports(exchange.send('NewOrderSingle', 1, order('A', Side.Buy, 5, 10))), [
    {
      ...{ ...A, number: 1, clOrdId: 'A', orderQty: 5, leavesQty: 5, execId: first },
      ...{ execType: ExecType.New, ordStatus: OrdStatus.New, transactTime: exchange.timeUs },
    },
  ])
})

test('reports: of a fill the maker hears first, then the taker, then everyone', () => {
  const exchange = open()
  exchange.send('NewOrderSingle', 1, order('A', Side.Buy, 5, 10))
  const first = exchange.outbox.eventNumber + 1
  const events = exchange.send('NewOrderSingle', 2, order('B', Side.Sell, 3, 9))
  const B = { ...COMMON, session: 2, side: Side.Sell, orderId: 11, price: 9, clOrdId: 'B' }
  const fill = { lastQty: 3, lastPx: 10, tradeId: 1, cumQty: 3, cumQuoteQty: 30 }
  const trade = { ...fill, execType: ExecType.Trade, transactTime: exchange.timeUs }
  assert.deepEqual(reports(events), [
    {
      ...{ ...B, number: 1, orderQty: 3, leavesQty: 3, execId: first },
      ...{ execType: ExecType.New, ordStatus: OrdStatus.New, transactTime: exchange.timeUs },
    },
    {
      ...{
        ...A,
        ...trade,
        number: 2,
        clOrdId: 'A',
        orderQty: 5,
        leavesQty: 2,
        workingIndicator: 1,
      },
      ...{ execId: first + 1, ordStatus: OrdStatus.PartiallyFilled },
    },
    {
      ...{ ...B, ...trade, number: 2, orderQty: 3, ordStatus: OrdStatus.Filled },
      ...{ execId: first + 2, aggressorIndicator: 1 },
    },
  ])
  assert.deepEqual(
    events.slice(1, 3).map((event) => event.aggressorIndicator),
    [0, 1],
  )
  const names = events.map((event) => event.name)
  assert.deepEqual(names.slice(3), ['Trade', 'DepthUpdate', 'BookTicker'])
  const { makerOrderId, takerOrderId, takerSide, lots, price } = events[3]!
  assert.deepEqual([makerOrderId, takerOrderId, takerSide, lots, price], [10, 11, Side.Sell, 3, 10])
})

test('reports: a cancel carries the request’s id, the order’s and why', () => {
  const exchange = open()
  exchange.send('NewOrderSingle', 1, order('A', Side.Buy, 5, 10))
  const execId = exchange.outbox.eventNumber + 1
  assert.deepEqual(reports(exchange.send('OrderCancelRequest', 1, change('X', 'A'))), [
    {
      ...{ ...A, number: 2, execId, orderQty: 5, clOrdId: 'X', origClOrdId: 'A' },
      ...{ execType: ExecType.Canceled, ordStatus: OrdStatus.Canceled },
      ...{ reason: Reason.CanceledByClient, transactTime: exchange.timeUs },
    },
  ])
})

test('reports: the rest of an IOC expires behind its trades', () => {
  const exchange = open()
  exchange.send('NewOrderSingle', 1, order('A', Side.Buy, 5, 10))
  const ioc = { ...order('B', Side.Sell, 8, 10), timeInForce: TimeInForce.ImmediateOrCancel }
  const said = reports(exchange.send('NewOrderSingle', 2, ioc))
  assert.deepEqual(
    said.map((event) => [event.session, event.execType, event.ordStatus, event.cumQty]),
    [
      [2, ExecType.New, OrdStatus.New, undefined],
      [1, ExecType.Trade, OrdStatus.Filled, 5],
      [2, ExecType.Trade, OrdStatus.PartiallyFilled, 5],
      [2, ExecType.Expired, OrdStatus.Expired, 5],
    ],
  )
  assert.equal(said[3]!.reason, Reason.UnfilledIoc)
  assert.equal(said[3]!.leavesQty, undefined, '0: closed')
  assert.equal(said[3]!.orderQty, 8)
})

test('reports: a replace names the id before and the real state, then trades', () => {
  const exchange = open()
  exchange.send('NewOrderSingle', 1, order('A', Side.Buy, 5, 10))
  exchange.send('NewOrderSingle', 2, order('B', Side.Sell, 2, 10))
  exchange.send('NewOrderSingle', 2, order('C', Side.Sell, 9, 12))
  const size = { orderQty: 7, price: 12, ordType: 50, timeInForce: 49 }
  const events = exchange.send('OrderCancelReplaceRequest', 1, change('A2', 'A', size))
  const [replaced, maker, taker] = reports(events)
  assert.deepEqual(replaced, {
    ...{ ...A, number: 3, clOrdId: 'A2', origClOrdId: 'A', orderQty: 7, price: 12 },
    ...{ leavesQty: 5, cumQty: 2, cumQuoteQty: 20, execType: ExecType.Replaced },
    ...{ ordStatus: OrdStatus.PartiallyFilled, transactTime: exchange.timeUs },
    execId: replaced!.execId!,
  })
  assert.deepEqual([maker!.clOrdId, maker!.lastPx, maker!.leavesQty], ['C', 12, 4])
  assert.deepEqual([taker!.clOrdId, taker!.cumQuoteQty, taker!.number], ['A2', 80, 4])
})

test('reports: a replace to what is filled says so: ordered what was filled', () => {
  const exchange = open()
  exchange.send('NewOrderSingle', 1, order('A', Side.Buy, 5, 10))
  exchange.send('NewOrderSingle', 2, order('B', Side.Sell, 4, 10))
  const size = { orderQty: 2, price: 10, ordType: 50, timeInForce: 49 }
  const events = exchange.send('OrderCancelReplaceRequest', 1, change('A2', 'A', size))
  const { orderQty, cumQty, leavesQty, ordStatus, execType } = reports(events)[0]!
  assert.deepEqual([orderQty, cumQty, leavesQty], [4, 4, undefined])
  assert.deepEqual([ordStatus, execType], [OrdStatus.Filled, ExecType.Replaced])
})

test('reports: a refused order has no id, a duplicate names the original', () => {
  const exchange = open()
  const refused = { ...COMMON, session: 1, side: Side.Buy, clOrdId: 'A', orderQty: 5 }
  const states = { execType: ExecType.Rejected, ordStatus: OrdStatus.Rejected }
  const [unknown] = reports(
    exchange.send('NewOrderSingle', 1, { ...order('A', Side.Buy, 5, 10), symbol: 'NONE' }),
  )
  assert.deepEqual(unknown, {
    ...{ ...refused, ...states, number: 1, symbol: 'NONE', price: 10 },
    ...{ reason: Reason.UnknownSymbol, ordRejReason: 1 },
    ...{ execId: unknown!.execId!, transactTime: exchange.timeUs },
  })
  exchange.send('NewOrderSingle', 1, order('A', Side.Buy, 5, 10))
  const [duplicate] = reports(exchange.send('NewOrderSingle', 1, order('A', Side.Buy, 5, 11)))
  assert.deepEqual(duplicate, {
    ...{ ...refused, ...states, number: 3, orderId: 11, price: 11 },
    ...{ reason: Reason.DuplicateClOrdId, ordRejReason: 6 },
    ...{ execId: duplicate!.execId!, transactTime: exchange.timeUs },
  })
})

/**
 * Requests that are refused, after A (buy 5 @ 10, OrderID 10) and B were entered, and B was
 * cancelled.
 */
const REFUSED_CHANGES: readonly (readonly [string, Fields, string, readonly unknown[]])[] = [
  ['an unknown order', change('X', 'Z'), 'F', [0, OrdStatus.Rejected, 'UnknownOrder', 1]],
  ['no id at all', change('X', ''), 'F', [0, OrdStatus.Rejected, 'UnknownOrder', 1]],
  ['a closed order', change('X', 'B'), 'F', [11, OrdStatus.Canceled, 'TooLate', 0]],
  [
    'ids of two orders',
    change('X', 'B', { orderId: 10 }),
    'F',
    [10, OrdStatus.New, 'IdsDisagree', 1],
  ],
  [
    'another side',
    change('X', 'A', { side: Side.Sell }),
    'G',
    [10, OrdStatus.New, 'SideOrSymbolChanged', 99],
  ],
  [
    'another symbol',
    change('X', 'A', { symbol: 'ETHUSD' }),
    'G',
    [10, OrdStatus.New, 'SideOrSymbolChanged', 99],
  ],
  ['a used id', change('B', 'A'), 'G', [11, OrdStatus.Canceled, 'DuplicateClOrdId', 6]],
  ['its own id', change('A', 'A'), 'G', [10, OrdStatus.New, 'DuplicateClOrdId', 6]],
]

for (const [what, fields, msgType, expected] of REFUSED_CHANGES) {
  test(`reports: a change with ${what} is refused, and the order is as it was`, () => {
    const exchange = open()
    exchange.send('NewOrderSingle', 1, order('A', Side.Buy, 5, 10))
    exchange.send('NewOrderSingle', 1, order('B', Side.Buy, 5, 10))
    exchange.send('OrderCancelRequest', 1, change('C', 'B'))
    const isCancel = msgType === 'F'
    const size = { orderQty: 6, price: 11, ordType: 50, timeInForce: 49 }
    const name = isCancel ? 'OrderCancelRequest' : 'OrderCancelReplaceRequest'
    const events = exchange.send(name, 1, isCancel ? fields : { ...fields, ...size })
    assert.equal(events.length, 1)
    const { orderId, ordStatus, reason, cxlRejReason, ...rest } = events[0]!
    const reasonCode = Reason[expected[2] as keyof typeof Reason]
    const [id, status, , code] = expected
    assert.deepEqual([orderId, ordStatus, reason, cxlRejReason], [id, status, reasonCode, code])
    assert.deepEqual(rest, {
      ...{ name: 'OrderCancelReject', session: 1, number: 4, transactTime: exchange.timeUs },
      ...{ clOrdId: fields.clOrdId, origClOrdId: fields.origClOrdId },
      cxlRejResponseTo:
        CxlRejResponseTo[isCancel ? 'OrderCancelRequest' : 'OrderCancelReplaceRequest'],
    })
    const depth = exchange.machine.venue.markets[0]!.book.depth(1, 9)
    assert.deepEqual(depth, [{ priceTicks: 10, lots: 5, orders: 1 }])
  })
}

test('reports: an id of before a replace disagrees while the order is open, then is too late', () => {
  const exchange = open()
  exchange.send('NewOrderSingle', 1, order('A', Side.Buy, 5, 10))
  const size = { orderQty: 4, price: 10, ordType: 50, timeInForce: 49 }
  exchange.send('OrderCancelReplaceRequest', 1, change('A2', 'A', size))
  const reasonOf = (events: PlainEvent[]) => events[0]!.reason
  const cancelOld = () => exchange.send('OrderCancelRequest', 1, change('X', 'A'))
  assert.equal(reasonOf(cancelOld()), Reason.IdsDisagree)
  exchange.send('OrderCancelRequest', 1, change('Y', 'A2'))
  assert.equal(reasonOf(cancelOld()), Reason.TooLate)
})

test('reports: a request of another session of the account takes the order over', () => {
  const exchange = open()
  exchange.send('SessionDefine', 0, { compId: 'alice-2', account: 'alice' })
  exchange.send('NewOrderSingle', 1, order('A', Side.Buy, 5, 10))
  const size = { orderQty: 6, price: 10, ordType: 50, timeInForce: 49 }
  const replaced = exchange.send('OrderCancelReplaceRequest', 3, change('A2', 'A', size))
  assert.equal(replaced[0]!.session, 3)
  const traded = exchange.send('NewOrderSingle', 2, order('B', Side.Sell, 2, 10))
  assert.deepEqual(
    reports(traded).map((event) => event.session),
    [2, 3, 2],
  )
  assert.equal(exchange.send('OrderCancelRequest', 1, change('X', 'A2'))[0]!.session, 1)
})

test('reports: no byte of an event depends on what stood in the outbox before it', () => {
  const run = new SnapshotRun(5)
  const snapshot = run.take()
  run.run(5_000)
  const templates = new Set<number>()
  const restored = new Restored(snapshot)
  for (const command of run.log) {
    assert.ok(restored.apply(command, 0xa5).equals(command.said), `command ${command.sequence}`)
    const { said } = command
    for (let at = 0; at < said.length; at += alignRecord(said.readInt32LE(at))) {
      templates.add(said.readInt32LE(at + RECORD_TYPE_OFFSET))
    }
  }
  const hot = [ExecutionReport, DepthUpdate, BookTicker, Trade]
  for (const { TEMPLATE_ID } of hot) assert.ok(templates.has(TEMPLATE_ID), `${TEMPLATE_ID}`)
})
