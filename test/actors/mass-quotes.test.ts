/** Quotes in bulk: what takes the place of what, what is told, and what protects them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OrdType, PostOnly, Reason, Side, TimeInForce } from '../../protocol/codecs.ts'
import {
  BTCUSD,
  type ExchangeHarness,
  type Fields,
  openVenue,
  type PlainEvent,
} from './exchange-harness.ts'
import { bookOf, told } from './quote-words.ts'

const [ALICE, BOB] = [1, 2]
const US_PER_SECOND = 1_000_000

function open(units = 1_000_000): ExchangeHarness {
  const exchange = openVenue({ names: ['alice', 'bob'], units })
  exchange.send('InstrumentDefine', 0, { ...BTCUSD, symbol: 'ALTUSD' })
  return exchange
}

interface TwoSides {
  readonly symbol?: string
  readonly bid?: readonly [lots: number, price: number]
  readonly offer?: readonly [lots: number, price: number]
}

function entryOf({ symbol = 'BTCUSD', bid, offer }: TwoSides): Fields {
  return {
    symbol,
    ...(bid === undefined ? {} : { bidSize: bid[0], ...(bid[0] === 0 ? {} : { bidPx: bid[1] }) }),
    ...(offer === undefined
      ? {}
      : { offerSize: offer[0], ...(offer[0] === 0 ? {} : { offerPx: offer[1] }) }),
  }
}

function quote(
  exchange: ExchangeHarness,
  fields: Fields,
  ...sides: readonly TwoSides[]
): PlainEvent[] {
  const events = exchange.send('MassQuote', ALICE, { quoteId: 'q', ...fields }, sides.map(entryOf))
  assert.equal(exchange.machine.audit(), undefined)
  return events
}

function order(
  exchange: ExchangeHarness,
  clOrdId: string,
  side: number,
  orderQty: number,
  price: number,
  session = BOB,
): PlainEvent[] {
  const events = exchange.send('NewOrderSingle', session, {
    ...{ clOrdId, side, orderQty, price, symbol: 'BTCUSD' },
    ...{ ordType: OrdType.Limit, timeInForce: TimeInForce.GoodTillCancel },
  })
  assert.equal(exchange.machine.audit(), undefined)
  return events
}

test('quotes: one message quotes several symbols, and is answered entry by entry', () => {
  const exchange = open()
  const events = quote(
    exchange,
    {},
    { bid: [5, 90], offer: [6, 110] },
    { symbol: 'ALTUSD', bid: [7, 40] },
    { symbol: 'NONE', offer: [1, 50] },
  )
  assert.deepEqual(told(events), [
    'q Accepted',
    'BTCUSD ok ok',
    'ALTUSD ok -',
    'NONE - UnknownSymbol',
  ])
  assert.deepEqual([bookOf(exchange), bookOf(exchange, 2)], ['5@90 / 6@110', '7@40 /'])
  const [, first, second] = events
  const { sequence } = exchange
  assert.deepEqual(
    [first!.bidOrderId, first!.offerOrderId, second!.bidOrderId],
    [sequence, sequence + 2 ** 47, sequence + 2 * 2 ** 47],
  )
})

test('quotes: a new one takes the place of the one before, side by side, without a report', () => {
  const exchange = open()
  quote(exchange, {}, { bid: [5, 90], offer: [6, 110] })
  assert.deepEqual(told(quote(exchange, { quoteId: 'r' }, { bid: [4, 95] })), [
    ...['r Accepted', 'BTCUSD ok -'],
  ])
  assert.equal(bookOf(exchange), '4@95 / 6@110')
  quote(exchange, {}, { bid: [0, 0], offer: [1, 105] })
  assert.equal(bookOf(exchange), '/ 1@105')
  assert.deepEqual(exchange.machine.venue.orders.closed.count, 0, 'they drive no ids out')
})

test('quotes: what the earlier one held is there for the new one', () => {
  const exchange = open(100)
  quote(exchange, {}, { offer: [100, 110] })
  assert.deepEqual(told(quote(exchange, {}, { offer: [90, 120] })), ['q Accepted', 'BTCUSD - ok'])
  assert.equal(bookOf(exchange), '/ 90@120')
})

test('quotes: where a new one is refused the earlier one is gone, and the other side stands', () => {
  const exchange = open(1_000)
  quote(exchange, {}, { bid: [5, 90], offer: [6, 110] })
  const refused = quote(exchange, {}, { bid: [50, 90], offer: [5, 110] })
  assert.deepEqual(told(refused), ['q Accepted', 'BTCUSD InsufficientFunds ok'])
  assert.equal(bookOf(exchange), '/ 5@110')
})

test('quotes: fills are reports under the id of their message', () => {
  const exchange = open()
  quote(exchange, {}, { bid: [5, 90], offer: [6, 110] })
  assert.deepEqual(told(order(exchange, 'b', Side.Buy, 2, 110)), [
    ...['b New', 'q Trade 2@110', 'b Trade 2@110'],
  ])
  // One that crosses takes: its answer comes first.
  order(exchange, 's', Side.Sell, 3, 95)
  assert.deepEqual(told(quote(exchange, { quoteId: 'r' }, { bid: [5, 96] })), [
    ...['r Accepted', 'BTCUSD ok -', 's Trade 3@95', 'r Trade 3@95'],
  ])
  assert.equal(bookOf(exchange), '2@96 / 4@110')
})

test('quotes: post-only holds for all of a message', () => {
  const exchange = open()
  order(exchange, 's', Side.Sell, 3, 95)
  const rejected = quote(exchange, { postOnly: PostOnly.Reject }, { bid: [5, 96], offer: [1, 96] })
  assert.deepEqual(told(rejected), ['q Accepted', 'BTCUSD WouldTrade ok'])
  quote(exchange, { postOnly: PostOnly.Slide }, { bid: [5, 99] })
  assert.equal(bookOf(exchange), '5@94 / 3@95 1@96')
})

test('quotes: they are of the day, and a kill switch or a mass cancel ends them like orders', () => {
  const exchange = open()
  quote(exchange, {}, { bid: [5, 90] })
  const request = { clOrdId: 'm', symbol: '', side: 0, massCancelScope: 0 }
  const cancelled = told(exchange.send('OrderMassCancelRequest', ALICE, request))
  assert.deepEqual(cancelled, ['q Canceled MassCanceled'])
  quote(exchange, {}, { bid: [5, 90] })
  const closed = told(exchange.send('PhaseChange', 0, { symbol: '', phase: 7 }))
  assert.deepEqual(closed, ['q Expired DayEnded'])
  assert.deepEqual(told(quote(exchange, {}, { bid: [5, 90] })), [
    ...['q Accepted', 'BTCUSD PhaseForbids -'],
  ])
  assert.equal(exchange.machine.audit(), undefined)
})

test('quotes: taken back, of one symbol or of all, and how many there were', () => {
  const exchange = open()
  const all = [
    { bid: [5, 90], offer: [6, 110] } as const,
    { symbol: 'ALTUSD', bid: [7, 40] } as const,
  ]
  quote(exchange, {}, ...all)
  order(exchange, 'o', Side.Buy, 1, 50, ALICE)
  const cancel = (symbol: string): string[] =>
    told(exchange.send('QuoteCancel', ALICE, { quoteId: 'c', symbol }))
  assert.deepEqual(cancel('ALTUSD'), ['c CanceledForSymbol 1'])
  assert.deepEqual(cancel(''), ['c CanceledAll 2'])
  assert.deepEqual(cancel(''), ['c CanceledAll'])
  assert.deepEqual(cancel('NONE'), ['c Rejected UnknownSymbol'])
  assert.equal(bookOf(exchange), '1@50 /', 'orders stay')
  assert.equal(exchange.machine.audit(), undefined)
})

test('quotes: by OrderID one can be cancelled, not replaced, and no other order has its id', () => {
  const exchange = open()
  const [, entry] = quote(exchange, {}, { bid: [5, 90] })
  const named = {
    ...{ clOrdId: 'x', origClOrdId: '', orderId: entry!.bidOrderId!, symbol: 'BTCUSD' },
    side: Side.Buy,
  }
  const size = { orderQty: 1, price: 80, ordType: OrdType.Limit, timeInForce: TimeInForce.Day }
  const replaced = exchange.send('OrderCancelReplaceRequest', ALICE, { ...named, ...size })
  assert.equal(replaced[0]!.reason, Reason.InvalidInstruction)
  assert.deepEqual(told(order(exchange, 'q', Side.Buy, 1, 80, ALICE)), ['q New'], 'the id is free')
  assert.deepEqual(told(exchange.send('OrderCancelRequest', ALICE, named)), [
    'x Canceled CanceledByClient',
  ])
  assert.equal(exchange.machine.audit(), undefined)
})

test('protection: more than its limit within the window ends what is left, until it is reset', () => {
  const limits: readonly [string, Fields][] = [
    ['fills', { protectionFills: 2 }],
    ['lots', { protectionQty: 5 }],
    ['money', { protectionNotional: 600 }],
    ['net', { protectionNet: 5 }],
  ]
  for (const [what, limit] of limits) {
    const exchange = open()
    quote(exchange, { protectionWindow: 10, ...limit }, { bid: [50, 90], offer: [50, 110] })
    order(exchange, 'a', Side.Buy, 3, 110)
    order(exchange, 'b', Side.Buy, 2, 110)
    assert.equal(bookOf(exchange), '50@90 / 45@110', what)
    assert.deepEqual(
      told(order(exchange, 'c', Side.Buy, 1, 110)),
      [
        ...['c New', 'q Trade 1@110', 'c Trade 1@110'],
        ...['q Canceled QuoteProtection', 'q Canceled QuoteProtection'],
      ],
      what,
    )
    const refused = ['q Accepted', 'BTCUSD QuoteProtection -', 'ALTUSD ok -']
    const again = [{ bid: [5, 90] } as const, { symbol: 'ALTUSD', bid: [5, 40] } as const]
    assert.deepEqual(told(quote(exchange, {}, ...again)), refused, what)
    assert.deepEqual(told(quote(exchange, { protectionReset: 1 }, ...again)), [
      ...['q Accepted', 'BTCUSD ok -', 'ALTUSD ok -'],
    ])
    order(exchange, 'd', Side.Sell, 1, 90)
    assert.equal(bookOf(exchange), '4@90 /', `${what}: counted anew`)
  }
})

test('protection: what is bought and sold is net of nothing, and an old fill counts no more', () => {
  const exchange = open()
  const fields = { protectionWindow: 64, protectionNet: 5 }
  quote(exchange, fields, { bid: [50, 90], offer: [50, 110] })
  for (let i = 0; i < 10; i++) {
    order(exchange, `a${i}`, Side.Buy, 5, 110)
    order(exchange, `b${i}`, Side.Sell, 5, 90)
  }
  assert.equal(exchange.machine.venue.orders.openCount, 0, 'all of it was traded')
  quote(exchange, {}, { bid: [50, 90], offer: [50, 110] })
  order(exchange, 'c', Side.Buy, 5, 110)
  // It counts for the window and at most a sixty-fourth more: a second of these.
  exchange.waitUntil(exchange.timeUs + 65 * US_PER_SECOND)
  order(exchange, 'd', Side.Buy, 5, 110)
  assert.equal(bookOf(exchange), '50@90 / 40@110')
  exchange.waitUntil(exchange.timeUs + 63 * US_PER_SECOND)
  order(exchange, 'e', Side.Buy, 1, 110)
  assert.equal(bookOf(exchange), '/')
})

test('protection: it is taken off by a window of 0, and stays as it is where nothing is said', () => {
  const exchange = open()
  quote(exchange, { protectionWindow: 10, protectionFills: 1 }, { bid: [50, 90] })
  quote(exchange, {}, { bid: [50, 90] })
  order(exchange, 'a', Side.Sell, 1, 90)
  quote(exchange, { protectionWindow: 0 }, { bid: [50, 90] })
  for (const id of ['b', 'c', 'd']) order(exchange, id, Side.Sell, 1, 90)
  assert.equal(bookOf(exchange), '47@90 /')
})
