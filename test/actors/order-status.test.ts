/** How orders stand, as their owner is told on request: open, over, unknown; one and many. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ExecType, MassCancelScope, OrdStatus, Reason, Side } from '../../protocol/codecs.ts'
import { VERSION_OFFSET } from '../../protocol/envelope.ts'
import { INT64_NULL } from '../../protocol/integers.ts'
import {
  decodeAll,
  type ExchangeHarness,
  encode,
  type Fields,
  openVenue,
  type PlainEvent,
} from './exchange-harness.ts'
import { openSharded } from './sharded-venue.ts'

const [ALICE, BOB, ALICE_2] = [1, 2, 3]
const order = (clOrdId: string, side: number, orderQty: number, price: number): Fields => ({
  ...{ ordType: 50, timeInForce: 49, symbol: 'BTCUSD' },
  ...{ clOrdId, side, orderQty, price },
})

/** Alice: A open and partly filled, B cancelled after a fill, C filled, D rests as a sell; E is of her second session. */
function market(): ExchangeHarness {
  const exchange = openVenue({ names: ['alice', 'bob'], units: 10_000 })
  exchange.send('SessionDefine', 0, { compId: 'alice-2', account: 'alice' })
  exchange.send('NewOrderSingle', ALICE, order('C', Side.Buy, 3, 12))
  exchange.send('NewOrderSingle', ALICE, order('B', Side.Buy, 5, 11))
  exchange.send('NewOrderSingle', ALICE, order('A', Side.Buy, 7, 10))
  exchange.send('NewOrderSingle', BOB, order('x', Side.Sell, 3 + 2, 11))
  cancel(exchange, 'B')
  exchange.send('NewOrderSingle', BOB, order('y', Side.Sell, 4, 10))
  exchange.send('NewOrderSingle', ALICE, order('D', Side.Sell, 1, 99))
  exchange.send('NewOrderSingle', ALICE_2, order('E', Side.Buy, 1, 5))
  return exchange
}

const cancel = (exchange: ExchangeHarness, origClOrdId: string): PlainEvent[] =>
  exchange.send('OrderCancelRequest', ALICE, {
    ...{ clOrdId: `c-${origClOrdId}`, origClOrdId, orderId: INT64_NULL },
    ...{ side: Side.Buy, symbol: 'BTCUSD' },
  })

const ask = (exchange: ExchangeHarness, fields: Fields, session = ALICE): PlainEvent[] =>
  exchange.send('OrderStatusRequest', session, {
    ...{ clOrdId: 'ask', symbol: 'BTCUSD', orderId: INT64_NULL },
    ...fields,
  })

const askAll = (exchange: ExchangeHarness, fields: Fields = {}, session = ALICE): PlainEvent[] =>
  exchange.send('OrderMassStatusRequest', session, { clOrdId: 'all', ...fields })

const orNull = (value: number | string | undefined) => (value === INT64_NULL ? null : value)

test('order status: an open order is told as it stands', () => {
  const exchange = market()
  const told = ask(exchange, { origClOrdId: 'A' })
  assert.equal(told.length, 1)
  const [report] = told
  assert.deepEqual(
    {
      ...{ session: report!.session, execType: report!.execType, ordStatus: report!.ordStatus },
      ...{ clOrdId: report!.clOrdId, origClOrdId: report!.origClOrdId, symbol: report!.symbol },
      ...{ orderQty: report!.orderQty, cumQty: report!.cumQty, leavesQty: report!.leavesQty },
      ...{ cumQuoteQty: report!.cumQuoteQty, price: report!.price, side: report!.side },
      ...{ last: report!.lastRptRequested, working: report!.workingIndicator },
      ...{ lastQty: orNull(report!.lastQty), reason: report!.reason },
    },
    {
      ...{ session: ALICE, execType: ExecType.OrderStatus, ordStatus: OrdStatus.PartiallyFilled },
      ...{ clOrdId: 'ask', origClOrdId: 'A', symbol: 'BTCUSD' },
      ...{ orderQty: 7, cumQty: 4, leavesQty: 3, cumQuoteQty: 40, price: 10, side: Side.Buy },
      ...{ last: 1, working: 1, lastQty: null, reason: Reason.None },
    },
  )
})

const OVER: readonly [id: string, status: number, orderQty: number | null, cumQty: number][] = [
  ['B', OrdStatus.Canceled, null, 2],
  ['C', OrdStatus.Filled, 3, 3],
]
for (const [origClOrdId, ordStatus, orderQty, cumQty] of OVER) {
  test(`order status: ${origClOrdId}, which is over, is told by how it ended`, () => {
    const exchange = market()
    const [report] = ask(exchange, { origClOrdId })
    assert.deepEqual(
      {
        ...{ execType: report!.execType, ordStatus: report!.ordStatus, side: report!.side },
        ...{ orderQty: orNull(report!.orderQty), cumQty: report!.cumQty, left: report!.leavesQty },
        ...{ quote: orNull(report!.cumQuoteQty), ordType: report!.ordType, symbol: report!.symbol },
        ...{ timeInForce: report!.timeInForce, origClOrdId: report!.origClOrdId },
      },
      {
        ...{ execType: ExecType.OrderStatus, ordStatus, side: Side.Buy, orderQty, cumQty, left: 0 },
        ...{ quote: null, ordType: 50, timeInForce: 49, origClOrdId, symbol: 'BTCUSD' },
      },
    )
  })
}

test('order status: any of its ids names an order, and both must agree', () => {
  const exchange = market()
  const [first] = ask(exchange, { origClOrdId: 'A' })
  const { orderId } = first!
  exchange.send('OrderCancelReplaceRequest', ALICE, {
    ...{ clOrdId: 'A2', origClOrdId: 'A', orderId: INT64_NULL, side: Side.Buy },
    ...{ symbol: 'BTCUSD', ordType: 50, timeInForce: 49, orderQty: 6, price: 10 },
  })
  const statusOf = (fields: Fields) => {
    const [report] = ask(exchange, fields)
    return [report!.orderId, report!.origClOrdId, report!.reason]
  }
  const known = [orderId, 'A2', Reason.None]
  const unknown = [0, '', Reason.UnknownOrder]
  assert.deepEqual(statusOf({ origClOrdId: 'A2' }), known)
  assert.deepEqual(statusOf({ origClOrdId: 'A' }), known, 'an id that a replace has taken')
  assert.deepEqual(statusOf({ orderId: orderId! }), known)
  assert.deepEqual(statusOf({ origClOrdId: 'A', orderId: orderId! }), known)
  assert.deepEqual(statusOf({ origClOrdId: 'D', orderId: orderId! }), unknown)
  assert.deepEqual(statusOf({ origClOrdId: 'nobody' }), unknown)
  assert.deepEqual(statusOf({ orderId: 999_999 }), unknown)
  assert.deepEqual(statusOf({ origClOrdId: 'x' }), unknown, 'another’s')
  assert.deepEqual(statusOf({ origClOrdId: 'A', symbol: 'NOSUCH' }), [0, '', Reason.UnknownSymbol])
})

test('order status: another session of the account is told, under its own numbers', () => {
  const exchange = market()
  const [report] = ask(exchange, { origClOrdId: 'A' }, ALICE_2)
  assert.deepEqual([report!.session, report!.origClOrdId, report!.number], [ALICE_2, 'A', 2])
})

const MASS: readonly [string, Fields, string][] = [
  ['all of the account', {}, 'A D E!'],
  ['one side', { side: Side.Buy }, 'A E!'],
  ['one symbol', { symbol: 'BTCUSD', side: Side.Sell }, 'D!'],
  ['of this session', { massCancelScope: MassCancelScope.Session }, 'A D!'],
]
for (const [what, fields, expected] of MASS) {
  test(`mass status: ${what}`, () => {
    const told = askAll(market(), fields)
    for (const { clOrdId, execType } of told) {
      assert.deepEqual([clOrdId, execType], ['all', ExecType.OrderStatus])
    }
    const words = told.map((r) => `${r.origClOrdId}${r.lastRptRequested === 1 ? '!' : ''}`)
    assert.equal(words.join(' '), expected)
  })
}

test('mass status: none, and what cannot be asked, is one answer', () => {
  const exchange = openVenue({ names: ['alice'], units: 100 })
  const answer = (fields: Fields) => {
    const told = askAll(exchange, fields)
    assert.equal(told.length, 1)
    const { ordStatus, reason, lastRptRequested, ordRejReason } = told[0]!
    return [ordStatus, reason, lastRptRequested, ordRejReason]
  }
  assert.deepEqual(answer({}), [OrdStatus.Rejected, Reason.UnknownOrder, 1, 5])
  assert.deepEqual(answer({ symbol: 'NOSUCH' }), [OrdStatus.Rejected, Reason.UnknownSymbol, 1, 1])
})

test('order status: asking is counted like an order, and changes nothing else', () => {
  const exchange = market()
  const before = exchange.machine.venue.accounts.free(1, 1)
  exchange.send('RiskDefine', 0, {
    ...{ account: 'alice', symbol: '', messagesPerSecond: 1, openOrdersMax: 0xffffffff },
    ...{ orderQtyMax: INT64_NULL, orderNotionalMax: INT64_NULL, positionMax: INT64_NULL },
    ...{ exposureMax: INT64_NULL, dailyLossMax: INT64_NULL },
  })
  exchange.waitUntil(exchange.timeUs + 2_000_000)
  assert.equal(ask(exchange, { origClOrdId: 'A' })[0]!.reason, Reason.None)
  assert.equal(ask(exchange, { origClOrdId: 'A' })[0]!.reason, Reason.MessageRate)
  assert.equal(askAll(exchange)[0]!.reason, Reason.MessageRate)
  assert.equal(exchange.machine.venue.accounts.free(1, 1), before)
  assert.equal(exchange.machine.audit(), undefined)
})

test('mass status: each shard tells its own, and says which is its last', () => {
  const venue = openSharded(['ann', 'ben'], 100_000)
  const told = venue.send('OrderMassStatusRequest', 1, { clOrdId: 'all' })
  const lasts = told.filter(({ lastRptRequested }) => lastRptRequested === 1)
  assert.ok(lasts.length >= 2)
  assert.ok(told.every(({ reason }) => reason === Reason.UnknownOrder))
})

const again = (exchange: ExchangeHarness, clOrdId: string, more: Fields = {}): PlainEvent[] =>
  exchange.send('NewOrderSingle', ALICE, {
    ...order(clOrdId, Side.Buy, 7, 10),
    ...{ possResend: 1, ...more },
  })

test('possible resend: of an id that is known the order is told as it stands, and none is entered', () => {
  const exchange = market()
  const { openCount } = exchange.machine.venue.orders
  for (const [clOrdId, ordStatus, cumQty] of [
    ['A', OrdStatus.PartiallyFilled, 4],
    ['B', OrdStatus.Canceled, 2],
    ['C', OrdStatus.Filled, 3],
  ] as const) {
    const told = again(exchange, clOrdId)
    assert.equal(told.length, 1)
    const [report] = told
    assert.deepEqual(
      [report!.execType, report!.ordStatus, report!.clOrdId, report!.origClOrdId, report!.cumQty],
      [ExecType.OrderStatus, ordStatus, clOrdId, clOrdId, cumQty],
    )
    assert.equal(report!.lastRptRequested, 1)
  }
  assert.equal(exchange.machine.venue.orders.openCount, openCount)
})

test('possible resend: an id that a replace took from its order speaks of that order', () => {
  const exchange = market()
  exchange.send('OrderCancelReplaceRequest', ALICE, {
    ...{ ...order('A2', Side.Buy, 9, 10), origClOrdId: 'A', orderId: INT64_NULL },
  })
  const [report] = again(exchange, 'A')
  assert.deepEqual(
    [report!.execType, report!.clOrdId, report!.origClOrdId, report!.orderQty],
    [ExecType.OrderStatus, 'A', 'A2', 9],
  )
})

test('possible resend: of an id that is not known, or is another account’s, it is an order', () => {
  const exchange = market()
  assert.equal(again(exchange, 'Z')[0]!.execType, ExecType.New)
  assert.equal(again(exchange, 'x')[0]!.execType, ExecType.New)
  assert.equal(again(exchange, 'Z', { possResend: 0 })[0]!.reason, Reason.DuplicateClOrdId)
})

test('possible resend: what version 1 wrote at its place meant nothing', () => {
  const exchange = market()
  const command = encode('NewOrderSingle', ALICE, 99, {
    ...{ ...order('A', Side.Buy, 7, 10), possResend: 1 },
  })
  command.setUint16(VERSION_OFFSET, 1, true)
  exchange.apply(command)
  assert.equal(decodeAll(exchange.outbox)[0]!.reason, Reason.DuplicateClOrdId)
})
