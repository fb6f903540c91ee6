/** What a client is told of instruments and their phases, on request. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MarketPhase, Reason } from '../../protocol/codecs.ts'
import { INT64_NULL } from '../../protocol/integers.ts'
import {
  BTCUSD,
  type ExchangeHarness,
  type Fields,
  openVenue,
  type PlainEvent,
} from './exchange-harness.ts'

function venue(): ExchangeHarness {
  const exchange = openVenue({ names: ['alice'], units: 100 })
  const auction = {
    ...BTCUSD,
    symbol: 'ETHUSD',
    baseCurrency: 'BTC',
    initialPhase: MarketPhase.Continuous,
  }
  exchange.send('InstrumentDefine', 0, { ...auction, auctionSeconds: 60 })
  return exchange
}

const defined = (exchange: ExchangeHarness, fields: Fields = {}): PlainEvent[] =>
  exchange.send('SecurityDefinitionRequest', 1, { securityReqId: 'ask', ...fields })
const status = (exchange: ExchangeHarness, fields: Fields = {}): PlainEvent[] =>
  exchange.send('TradingSessionStatusRequest', 1, { tradSesReqId: 'ask', ...fields })

test('definition: an instrument as it was defined', () => {
  const [told, ...more] = defined(venue(), { symbol: 'BTCUSD' })
  assert.deepEqual(more, [])
  const { priceMin, priceMax, qtyMin, qtyMax, notionalMin, notionalMax } = BTCUSD
  assert.deepEqual(told, {
    ...{ name: 'SecurityDefinition', session: 1, number: 1, securityReqId: 'ask' },
    ...{ symbol: 'BTCUSD', phase: MarketPhase.Continuous, lastFragment: 1, reason: Reason.None },
    ...{ baseCurrency: 'BTC', quoteCurrency: 'USD', priceDecimals: 0, lotDecimals: 0 },
    ...{ tickSize: 1, lotSize: 1, priceMin, priceMax, qtyMin, qtyMax, notionalMin, notionalMax },
    quoteDecimals: 0,
  })
})

const toldOf = (events: readonly PlainEvent[]): string =>
  events.map((e) => `${e.symbol} ${e.phase} ${e.reason} ${e.lastFragment}`).join(', ')

test('definition and status: all, the last of which says so; none is one answer', () => {
  const exchange = venue()
  exchange.send('PhaseChange', 0, { symbol: 'ETHUSD', phase: MarketPhase.Halt })
  const all = `BTCUSD ${MarketPhase.Continuous} 0 0, ETHUSD ${MarketPhase.Halt} 0 1`
  assert.equal(toldOf(defined(exchange)), all)
  assert.equal(toldOf(status(exchange)), all)
  const none = `NOSUCH 0 ${Reason.UnknownSymbol} 1`
  assert.equal(toldOf(defined(exchange, { symbol: 'NOSUCH' })), none)
  assert.equal(toldOf(status(exchange, { symbol: 'NOSUCH' })), none)
})

test('status: when a phase ends by itself is told', () => {
  const exchange = venue()
  assert.equal(status(exchange, { symbol: 'ETHUSD' })[0]!.phaseEnds, INT64_NULL)
  exchange.send('PhaseChange', 0, { symbol: 'ETHUSD', phase: MarketPhase.OpeningAuction })
  const begunUs = exchange.timeUs
  const [told] = status(exchange, { symbol: 'ETHUSD' })
  assert.deepEqual(
    [told!.phase, told!.phaseEnds],
    [MarketPhase.OpeningAuction, begunUs + 60_000_000],
  )
})

test('definition: asking is counted like an order', () => {
  const exchange = venue()
  exchange.send('RiskDefine', 0, {
    ...{ account: 'alice', symbol: '', messagesPerSecond: 1, openOrdersMax: 0xffffffff },
    ...{ orderQtyMax: INT64_NULL, orderNotionalMax: INT64_NULL, positionMax: INT64_NULL },
    ...{ exposureMax: INT64_NULL, dailyLossMax: INT64_NULL },
  })
  exchange.waitUntil(exchange.timeUs + 2_000_000)
  assert.equal(defined(exchange).length, 2)
  assert.equal(toldOf(status(exchange)), ` 0 ${Reason.MessageRate} 1`)
})
