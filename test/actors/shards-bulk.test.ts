/** Lists and quotes of an account whose money is at another shard: what they ask for, how they wait, what goes home again. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ContingencyType,
  ExecType,
  ListOrderStatus,
  OrdType,
  QuoteStatus,
  Reason,
  Side,
  TimeInForce,
} from '../../protocol/codecs.ts'
import { INT64_NULL } from '../../protocol/integers.ts'
import { ExchangeHarness, type Fields, type PlainEvent } from './exchange-harness.ts'
import { nameIn } from './quote-words.ts'
import { seeded } from './seeded.ts'
import { definitions, openSharded, type ShardedVenue } from './sharded-venue.ts'

/** ann is at home on shard 0, ben on shard 1; BTCUSD is on shard 0, ETHUSD and ETHBTC on shard 1. */
const NAMES = ['ann', 'ben']
const [ANN, BEN] = [1, 2]
const UNITS = 1_000

const limit = (clOrdId: string, side: number, orderQty: number, price: number): Fields => ({
  ...{ clOrdId, side, orderQty, price, symbol: 'BTCUSD' },
  ...{ ordType: OrdType.Limit, timeInForce: TimeInForce.GoodTillCancel },
})

/** What clients hear, and what shards say to one another, in words. */
const said = (events: readonly PlainEvent[]): string[] =>
  events.flatMap((event) => {
    const { name, amount, clOrdId, execType, reason } = event
    const why = reason === undefined || reason === Reason.None ? '' : ` ${nameIn(Reason, reason)}`
    if (name === 'FundsAsk' || name === 'FundsReturn') return [`${name} ${amount}`]
    if (name === 'FundsGrant') return [`FundsGrant ${amount}`]
    if (name === 'ExecutionReport') return [`${clOrdId} ${nameIn(ExecType, execType)}${why}`]
    if (name === 'ListStatus')
      return [`list ${nameIn(ListOrderStatus, event.listOrderStatus)}${why}`]
    if (name === 'MassQuoteAcknowledgement') {
      return [`quotes ${nameIn(QuoteStatus, event.quoteStatus)}${why}`]
    }
    if (name !== 'QuoteAnswer') return []
    const side = (id: unknown, code: unknown): string =>
      id === INT64_NULL ? nameIn(Reason, code) : 'ok'
    const { bidOrderId, bidReason, offerOrderId, offerReason, symbol } = event
    return [`${symbol} ${side(bidOrderId, bidReason)} ${side(offerOrderId, offerReason)}`]
  })

const list = (venue: ShardedVenue, session: number, ...orders: readonly Fields[]): string[] =>
  said(
    venue.send(
      'NewOrderList',
      session,
      { listId: 'l', contingencyType: ContingencyType.OneTriggersTheOther },
      orders,
    ),
  )

test('shards: a list asks for one currency after the other, and what has come stays until it is done', () => {
  const venue = openSharded(NAMES, UNITS)
  const asked = list(venue, BEN, limit('a', Side.Buy, 2, 100), limit('b', Side.Sell, 3, 120))
  assert.deepEqual(asked, ['FundsAsk 202'])
  assert.deepEqual(said(venue.settle()), [
    ...['FundsGrant 202', 'FundsAsk 3', 'FundsGrant 3', 'list Executing', 'a New', 'b New'],
  ])
  assert.deepEqual([venue.held(BEN, 'USD'), venue.held(BEN, 'BTC')], [202, 3])
  venue.send('OrderMassCancelRequest', BEN, { clOrdId: 'm', symbol: 'BTCUSD' })
  venue.settle()
  assert.deepEqual([venue.free(BEN, 'USD'), venue.free(BEN, 'BTC')], [UNITS, UNITS])
})

test('shards: where there is no more of the second currency, the first goes home and none is accepted', () => {
  const venue = openSharded(NAMES, UNITS)
  list(venue, BEN, limit('a', Side.Buy, 2, 100), limit('b', Side.Sell, UNITS + 1, 120))
  assert.deepEqual(said(venue.settle()), [
    ...['FundsGrant 202', `FundsAsk ${UNITS + 1}`, 'FundsGrant 0'],
    ...['list Rejected InsufficientFunds', 'a Rejected ListRefused'],
    ...['b Rejected InsufficientFunds', 'FundsReturn 202'],
  ])
  assert.deepEqual([venue.free(BEN, 'USD'), venue.held(BEN, 'USD')], [UNITS, 0])
})

test('shards: two orders of a list in one currency need the sum of both', () => {
  const venue = openSharded(NAMES, UNITS)
  list(venue, BEN, limit('a', Side.Buy, 2, 100), limit('b', Side.Buy, 1, 100))
  assert.deepEqual(said(venue.settle()), [
    ...['FundsGrant 202', 'FundsAsk 101', 'FundsGrant 101'],
    ...['list Executing', 'a New', 'b New'],
  ])
})

const quote = (venue: ShardedVenue, quoteId: string, ...entries: readonly Fields[]): string[] =>
  said(venue.send('MassQuote', ANN, { quoteId }, entries))

test('shards: quotes ask for what they need more than the earlier ones held', () => {
  const venue = openSharded(NAMES, UNITS)
  const eth = (bidPx: number): Fields => ({ symbol: 'ETHUSD', bidSize: 2, bidPx })
  const both = { symbol: 'ETHBTC', bidSize: 1, bidPx: 50, offerSize: 4, offerPx: 60 }
  assert.deepEqual(quote(venue, 'q', eth(100), both), ['FundsAsk 202'])
  assert.deepEqual(said(venue.settle()), [
    ...['FundsGrant 202', 'FundsAsk 50', 'FundsGrant 50', 'FundsAsk 4', 'FundsGrant 4'],
    ...['quotes Accepted', 'ETHUSD ok None', 'ETHBTC ok ok'],
  ])
  assert.deepEqual(quote(venue, 'r', eth(110)), ['FundsAsk 20'])
  assert.deepEqual(said(venue.settle()), ['FundsGrant 20', 'quotes Accepted', 'ETHUSD ok None'])
  assert.deepEqual(quote(venue, 's', eth(90)), [
    ...['quotes Accepted', 'ETHUSD ok None', 'FundsReturn 41'],
  ])
  venue.settle()
  assert.deepEqual([venue.held(ANN, 'USD'), venue.free(ANN, 'USD')], [181, UNITS - 181])
})

test('shards: where the money does not come each quote has what there is', () => {
  const venue = openSharded(NAMES, UNITS)
  const entries = [
    { symbol: 'ETHUSD', bidSize: 9, bidPx: 100, offerSize: 1, offerPx: 110 },
    { symbol: 'ETHBTC', offerSize: UNITS, offerPx: 60 },
  ]
  quote(venue, 'q', ...entries)
  assert.deepEqual(said(venue.settle()), [
    ...['FundsGrant 909', `FundsAsk ${UNITS + 1}`, 'FundsGrant 0'],
    ...['quotes Accepted', 'ETHUSD ok InsufficientFunds', 'ETHBTC None InsufficientFunds'],
  ])
  assert.deepEqual([venue.held(ANN, 'USD'), venue.held(ANN, 'ETH')], [909, 0])
})

test('shards: what comes behind a message that waits is run behind it', () => {
  const venue = openSharded(NAMES, UNITS)
  quote(venue, 'q', { symbol: 'ETHUSD', bidSize: 2, bidPx: 100 })
  const behind = said(venue.send('QuoteCancel', ANN, { quoteId: 'c', symbol: 'ETHUSD' }))
  assert.deepEqual(behind, [])
  assert.deepEqual(said(venue.settle()), [
    ...['FundsGrant 202', 'quotes Accepted', 'ETHUSD ok None'],
    ...['quotes CanceledForSymbol', 'FundsReturn 202'],
  ])
  assert.equal(venue.free(ANN, 'USD'), UNITS)
})

test('shards: a message goes to the shard of its first symbol, and the others are refused there', () => {
  const venue = openSharded(NAMES, UNITS)
  const entries = ['BTCUSD', 'ETHUSD'].map((symbol) => ({ symbol, bidSize: 1, bidPx: 100 }))
  assert.deepEqual(quote(venue, 'q', ...entries), [
    ...['quotes Accepted', 'BTCUSD ok None', 'ETHUSD OtherShard None'],
  ])
  const cancelled = said(venue.send('QuoteCancel', ANN, { quoteId: 'c', symbol: '' }))
  assert.deepEqual(cancelled, ['quotes CanceledAll', 'quotes CanceledAll'], 'of each shard')
})

test('shards: with ample funds lists and quotes end as on one shard', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const random = seeded(seed)
    const venue = openSharded(NAMES, 1_000_000)
    const alone = new ExchangeHarness()
    for (const { name, fields } of definitions(NAMES, 1_000_000)) alone.submit(name, 0, fields)
    for (let i = 0; i < 150; i++) {
      const session = 1 + random(2)
      const id = `i${i}`
      const symbol = ['BTCUSD', 'ETHUSD', 'ETHBTC'][random(3)]!
      const [bidPx, size] = [90 + random(15), random(6)]
      const side = random(2) === 0 ? Side.Buy : Side.Sell
      const order = (name: string, price: number): Fields => ({
        ...limit(`${id}${name}`, side, 1 + size, price),
        symbol,
      })
      const [name, fields, entries]: [string, Fields, Fields[]] =
        random(2) === 0
          ? [
              'MassQuote',
              { quoteId: id },
              [
                {
                  ...{ symbol, bidSize: size, ...(size === 0 ? {} : { bidPx }) },
                  ...{ offerSize: 1 + size, offerPx: bidPx + random(4) },
                },
              ],
            ]
          : [
              'NewOrderList',
              { listId: id, contingencyType: 1 + random(2) },
              [order('a', bidPx), order('b', bidPx + random(9))],
            ]
      venue.send(name, session, fields, entries)
      venue.settle()
      alone.send(name, session, fields, entries)
    }
    const { accounts } = alone.machine.venue
    for (const account of [ANN, BEN]) {
      for (const [index, currency] of ['BTC', 'ETH', 'USD'].entries()) {
        const has = [venue.free(account, currency), venue.held(account, currency)]
        const had = [accounts.free(account, index + 1), accounts.held(account, index + 1)]
        assert.deepEqual(has, had, `seed ${seed}: ${account} ${currency}`)
      }
    }
  }
})
