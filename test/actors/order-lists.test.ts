/** Linked orders at once: all or none, and linked before the first of them is at work. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ContingencyType,
  ExecType,
  ListOrderStatus,
  OrdType,
  Reason,
  Side,
  TimeInForce,
} from '../../protocol/codecs.ts'
import {
  type ExchangeHarness,
  type Fields,
  openVenue,
  type PlainEvent,
} from './exchange-harness.ts'

const { OneCancelsTheOther, OneTriggersTheOther, OneTriggersOnFirstFill } = ContingencyType
const [ALICE, BOB] = [1, 2]

const limit = (clOrdId: string, side: number, orderQty: number, price: number): Fields => ({
  ...{ clOrdId, side, orderQty, price, symbol: 'BTCUSD' },
  ...{ ordType: OrdType.Limit, timeInForce: TimeInForce.GoodTillCancel },
})
const buy = (id: string, lots: number, price: number): Fields => limit(id, Side.Buy, lots, price)
const sell = (id: string, lots: number, price: number): Fields => limit(id, Side.Sell, lots, price)
const { price: _, ...unpriced } = sell('', 1, 1)
const stop = (clOrdId: string, orderQty: number, stopPx: number): Fields => ({
  ...{ ...unpriced, clOrdId, orderQty, stopPx },
  ordType: OrdType.Stop,
})

const nameIn = (set: Readonly<Record<string, number>>, code: unknown): string =>
  Object.entries(set).find(([, value]) => value === code)?.[0] ?? String(code)

/** What sessions hear, in words. */
const told = (events: readonly PlainEvent[]): string[] =>
  events.flatMap(({ name, clOrdId, execType, reason, listOrderStatus, totNoOrders }) => {
    const why = reason === Reason.None ? '' : ` ${nameIn(Reason, reason)}`
    if (name === 'ListStatus') {
      const of = clOrdId === '' ? '' : ` ${clOrdId}`
      return [`list ${nameIn(ListOrderStatus, listOrderStatus)} ${totNoOrders}${of}${why}`]
    }
    return name === 'ExecutionReport' ? [`${clOrdId} ${nameIn(ExecType, execType)}${why}`] : []
  })

const open = (units = 1_000_000): ExchangeHarness => openVenue({ names: ['alice', 'bob'], units })

function enter(
  exchange: ExchangeHarness,
  contingencyType: number,
  ...orders: readonly Fields[]
): string[] {
  const events = exchange.send('NewOrderList', ALICE, { listId: 'l', contingencyType }, orders)
  assert.equal(exchange.machine.audit(), undefined)
  return told(events)
}

const single = (exchange: ExchangeHarness, session: number, order: Fields): string[] => {
  const events = exchange.send('NewOrderSingle', session, order)
  assert.equal(exchange.machine.audit(), undefined)
  return told(events)
}

test('lists: one cancels the other, whichever is filled', () => {
  for (const first of [true, false]) {
    const exchange = open()
    single(exchange, BOB, sell('s', 1, 150))
    const pair = [sell('take', 5, 120), stop('stop', 5, 90)]
    const orders = first ? pair : pair.toReversed()
    const names = orders.map(({ clOrdId }) => `${clOrdId} New`)
    assert.deepEqual(enter(exchange, OneCancelsTheOther, ...orders), ['list Executing 2', ...names])
    assert.deepEqual(single(exchange, BOB, buy('b', 2, 120)), [
      ...['b New', 'take Trade', 'b Trade', 'stop Canceled LinkedOrder'],
    ])
  }
})

test('lists: the stop of a pair is elected, and the limit goes', () => {
  const exchange = open()
  enter(exchange, OneCancelsTheOther, sell('take', 5, 120), stop('stop', 5, 90))
  single(exchange, BOB, buy('b', 7, 90))
  assert.deepEqual(single(exchange, BOB, sell('s', 1, 90)), [
    ...['s New', 'b Trade', 's Trade', 'take Canceled LinkedOrder'],
    ...['stop Triggered', 'b Trade', 'stop Trade'],
  ])
})

test('lists: what the first does on arrival ends the second, before it has begun', () => {
  for (const other of [sell('rest', 5, 120), stop('stop', 5, 90), pegged('peg', 5)]) {
    const exchange = open()
    single(exchange, BOB, buy('b', 1, 100))
    assert.deepEqual(enter(exchange, OneCancelsTheOther, sell('take', 1, 100), other), [
      ...['list Executing 2', 'take New', `${other.clOrdId} New`, 'b Trade', 'take Trade'],
      `${other.clOrdId} Canceled LinkedOrder`,
    ])
    assert.equal(exchange.machine.venue.orders.openCount, 0)
  }
})

test('lists: a child waits for its parent, and both of three for the first', () => {
  const exchange = open()
  assert.deepEqual(
    enter(
      exchange,
      OneTriggersTheOther,
      ...[buy('parent', 5, 100), sell('take', 5, 120), stop('stop', 5, 90)],
    ),
    ['list Executing 3', 'parent New', 'take New', 'stop New'],
  )
  assert.deepEqual(single(exchange, BOB, sell('a', 2, 100)), ['a New', 'parent Trade', 'a Trade'])
  assert.deepEqual(single(exchange, BOB, sell('b', 3, 100)), [
    ...['b New', 'parent Trade', 'b Trade', 'take Triggered', 'stop Triggered'],
  ])
  assert.deepEqual(single(exchange, BOB, buy('c', 1, 120)), [
    ...['c New', 'take Trade', 'c Trade', 'stop Canceled LinkedOrder'],
  ])
})

test('lists: on the first fill the child comes', () => {
  const exchange = open()
  enter(exchange, OneTriggersOnFirstFill, buy('parent', 5, 100), sell('take', 5, 120))
  assert.deepEqual(single(exchange, BOB, sell('a', 2, 100)), [
    ...['a New', 'parent Trade', 'a Trade', 'take Triggered'],
  ])
})

test('lists: a parent that trades at once brings its child at once, one that ends takes it along', () => {
  const exchange = open()
  single(exchange, BOB, sell('s', 5, 100))
  assert.deepEqual(
    enter(exchange, OneTriggersTheOther, buy('parent', 5, 100), sell('take', 5, 120)),
    [
      ...['list Executing 2', 'parent New', 'take New', 's Trade', 'parent Trade'],
      'take Triggered',
    ],
  )
  const ioc = { ...buy('ioc', 5, 100), timeInForce: TimeInForce.ImmediateOrCancel }
  assert.deepEqual(enter(exchange, OneTriggersTheOther, ioc, sell('child', 5, 120)), [
    ...['list Executing 2', 'ioc New', 'child New', 'ioc Expired UnfilledIoc'],
    'child Canceled ParentEnded',
  ])
})

test('lists: where one is refused none is accepted, and nothing is held', () => {
  const exchange = open(100)
  const before = exchange.machine.stateHash()
  const refused: readonly [string, readonly Fields[], readonly string[]][] = [
    [
      'the second wants more than there is',
      [sell('a', 60, 120), sell('b', 60, 130)],
      ['list Rejected 2 b InsufficientFunds', 'a Rejected ListRefused'],
    ],
    [
      'the first has no price that is allowed',
      [sell('a', 1, 2_000_000), sell('b', 1, 130)],
      ['list Rejected 2 a PriceOutOfRange', 'a Rejected PriceOutOfRange', 'b Rejected ListRefused'],
    ],
    [
      'both have one id',
      [sell('a', 1, 120), sell('a', 1, 130)],
      ['list Rejected 2 a DuplicateClOrdId', 'a Rejected ListRefused'],
    ],
    [
      'of two symbols',
      [sell('a', 1, 120), { ...sell('b', 1, 130), symbol: 'ETHUSD' }],
      ['list Rejected 2 b InvalidInstruction', 'a Rejected ListRefused'],
    ],
    [
      'one of them names another',
      [
        sell('a', 1, 120),
        { ...sell('b', 1, 130), contingencyType: OneCancelsTheOther, linkClOrdId: 'a' },
      ],
      ['list Rejected 2 b InvalidInstruction', 'a Rejected ListRefused'],
    ],
    [
      'no such symbol',
      [sell('a', 1, 120), sell('b', 1, 130)].map((order) => ({ ...order, symbol: 'NONE' })),
      ['list Rejected 2 a UnknownSymbol', 'a Rejected UnknownSymbol', 'b Rejected ListRefused'],
    ],
  ]
  for (const [what, orders, expected] of refused) {
    const heard = enter(exchange, OneCancelsTheOther, ...orders)
    assert.deepEqual(heard.slice(0, expected.length), expected, what)
    assert.equal(heard.length, 3, what)
  }
  const { accounts, orders } = exchange.machine.venue
  assert.deepEqual(
    [accounts.free(ALICE, 1), accounts.held(ALICE, 1), orders.openCount],
    [100, 0, 0],
  )
  assert.notEqual(exchange.machine.stateHash(), before, 'the numbers of the session went on')
  // The ids are free: nothing of them was remembered.
  assert.deepEqual(enter(exchange, OneCancelsTheOther, sell('a', 50, 120), sell('b', 50, 130)), [
    ...['list Executing 2', 'a New', 'b New'],
  ])
})

test('lists: three orders that cancel each other are none, nor is one alone', () => {
  const exchange = open()
  const three = [sell('a', 1, 120), sell('b', 1, 130), sell('c', 1, 140)]
  for (const [contingency, orders] of [
    [OneCancelsTheOther, three],
    [OneCancelsTheOther, three.slice(0, 1)],
    [OneTriggersTheOther, three.slice(0, 1)],
    [ContingencyType.None, three.slice(0, 2)],
  ] as const) {
    const [status] = enter(exchange, contingency, ...orders)
    assert.equal(status, `list Rejected ${orders.length} a InvalidInstruction`)
  }
})

test('lists: each order has an id of its own, and arrived in the order of the list', () => {
  const exchange = open()
  const events = exchange.send(
    'NewOrderList',
    ALICE,
    { listId: 'l', contingencyType: OneTriggersTheOther },
    [buy('a', 5, 100), sell('b', 5, 120), sell('c', 5, 130)],
  )
  const ids = events.filter(({ execType }) => execType === ExecType.New).map((e) => e.orderId)
  const { sequence } = exchange
  assert.deepEqual(ids, [sequence, sequence + 2 ** 47, sequence + 2 ** 48])
  // Orders of the day end in order of arrival, and a list came before what came behind it.
  const day = (order: Fields): Fields => ({ ...order, timeInForce: TimeInForce.Day })
  const other = open()
  enter(other, OneCancelsTheOther, day(sell('x', 1, 120)), day(sell('y', 1, 120)))
  enter(other, OneTriggersTheOther, day(buy('z', 1, 50)), day(sell('w', 1, 120)))
  single(other, BOB, day(sell('v', 1, 120)))
  const ended = told(other.send('PhaseChange', 0, { symbol: '', phase: 7 }))
  assert.deepEqual(ended, [
    ...['x Expired DayEnded', 'y Canceled LinkedOrder'],
    ...['z Expired DayEnded', 'w Canceled ParentEnded', 'v Expired DayEnded'],
  ])
})

/** Follows the best bid of others. */
function pegged(clOrdId: string, orderQty: number): Fields {
  return { ...unpriced, clOrdId, orderQty, ordType: OrdType.Pegged, pegPriceType: 5 }
}
