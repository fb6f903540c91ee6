/** What is traded in a simulated exchange, and by whom; terms that a seed chooses, and changes. */
import type {
  FeeDefinition,
  InstrumentDefinition,
  RiskDefinition,
  TradingRules,
  VenueDefinition,
} from '../../gateway/venue-definition.ts'
import { BandPolicy, MarketPhase, Matching } from '../../protocol/codecs.ts'
import type { Draws } from './draws.ts'

export const CURRENCIES = ['BTC', 'ETH', 'USD'] as const
export const PAPER_GRANTS: Readonly<Record<string, number>> = { BTC: 300, ETH: 2_000, USD: 50_000 }

interface Traded {
  readonly symbol: string
  readonly base: string
  readonly quote: string
  readonly tickSize: number
  readonly lotSize: number
  /** Units of the base currency in a lot; of the quote currency in a tick times a lot. */
  readonly lotUnits: number
  readonly tickLotUnits: number
}

/** Their places are their numbers. */
export const INSTRUMENTS: readonly Traded[] = [
  {
    ...{ symbol: 'BTCUSD', base: 'BTC', quote: 'USD', tickSize: 1, lotSize: 1 },
    ...{ lotUnits: 1, tickLotUnits: 1 },
  },
  {
    ...{ symbol: 'ETHUSD', base: 'ETH', quote: 'USD', tickSize: 5, lotSize: 2 },
    ...{ lotUnits: 2, tickLotUnits: 10 },
  },
]

export const ACCOUNTS = ['alice', 'bob', 'carol', 'dave']
/** Where prices begin. */
export const MIDDLE = 100

const PLAIN_TERMS: TradingRules = {
  ...{ protectionBps: 2_000, bandBps: 0, bandPolicy: BandPolicy.Cancel, limitStateSeconds: 0 },
  ...{ referenceWindowSeconds: 0, referenceStepBps: 0, referenceIntervalSeconds: 0 },
  ...{ matching: Matching.PriceTime, topOrder: false, allocationMin: 0 },
  ...{ initialPhase: MarketPhase.Continuous, auctionSeconds: 0, pauseSeconds: 0 },
  ...{ moveBps: 0, moveWindowSeconds: 0 },
}

/** Bands, references, moves, auctions with an end: each in some seeds. */
function drawTerms(draws: Draws): TradingRules {
  if (draws.oneIn(4)) return PLAIN_TERMS
  return {
    ...PLAIN_TERMS,
    protectionBps: draws.pick([300, 1_000, 2_000]),
    bandBps: draws.pick([0, 600, 900]),
    bandPolicy: draws.pick([BandPolicy.Cancel, BandPolicy.LimitState]),
    limitStateSeconds: draws.pick([1, 15]),
    referenceWindowSeconds: draws.pick([0, 60]),
    ...{ referenceStepBps: draws.pick([0, 50]), referenceIntervalSeconds: draws.pick([0, 10]) },
    matching: draws.pick([Matching.PriceTime, Matching.PriceTime, Matching.ProRata]),
    ...{ topOrder: draws.oneIn(2), allocationMin: draws.below(3) },
    ...{ auctionSeconds: draws.pick([2, 5, 30]), pauseSeconds: draws.pick([1, 20]) },
    ...{ moveBps: draws.pick([0, 700, 1_500]), moveWindowSeconds: draws.pick([10, 60]) },
  }
}

function defineInstrument(traded: Traded, draws: Draws): InstrumentDefinition {
  const { symbol, base, quote, tickSize, lotSize } = traded
  return {
    ...{ symbol, base, quote, priceDecimals: 0, tickSize, lotDecimals: 0, lotSize },
    ...{ priceTicks: { min: 50, max: 200 }, lots: { min: 1, max: 10_000 } },
    notional: { min: 1, max: 1_000_000_000 },
    ...{ collarBps: draws.pick([0, 1_500]), referenceTicks: MIDDLE },
    openOrdersMax: draws.pick([30, 200]),
    trading: drawTerms(draws),
  }
}

const drawFee = (draws: Draws): FeeDefinition => ({
  account: draws.pick(['', '', ...ACCOUNTS]),
  symbol: draws.pick(['', '', ...INSTRUMENTS.map(({ symbol }) => symbol)]),
  ...{ makerPpm: draws.pick([0, 10, 900]), takerPpm: draws.pick([0, 20, 3_000]) },
})

/** 0 lifts it again. */
const drawLimit = (draws: Draws): RiskDefinition => ({
  ...{ account: draws.pick(ACCOUNTS), symbol: '' },
  ...{ positionMax: draws.pick([0, 0, 300]), orderQtyMax: draws.pick([0, 0, 25]) },
  ...{ exposureMax: draws.pick([0, 0, 100_000]), dailyLossMax: draws.pick([0, 0, 5_000]) },
  ...{ openOrdersMax: draws.pick([0, 0, 40]), messagesPerSecond: draws.pick([0, 0, 0, 500]) },
})

/** What a seed's venue has for all its life. */
export interface VenueMeans {
  /** Units that accounts begin with. */
  readonly units: number
}

export const drawMeans = (draws: Draws): VenueMeans => ({
  units: draws.pick([20_000, 1_000_000, 1_000_000_000]),
})

/** All of it is said at each start; said otherwise, terms change. `deposits`: how often money has come in since. */
export function drawVenue(draws: Draws, { units }: VenueMeans, deposits: number): VenueDefinition {
  const tills = Array.from({ length: deposits }, (_, index) => ({
    ...{ compId: `till-${index}`, account: ACCOUNTS[index % ACCOUNTS.length]! },
    deposits: { USD: 1_000 + index },
  }))
  return {
    currencies: CURRENCIES.map((code) => ({ code, decimals: 0, paperGrant: PAPER_GRANTS[code]! })),
    instruments: INSTRUMENTS.map((traded) => defineInstrument(traded, draws)),
    sessions: [
      ...ACCOUNTS.flatMap((account) => [
        { compId: account, account, deposits: { BTC: units, ETH: units, USD: units * 100 } },
        { compId: `${account}-2`, account, deposits: {} },
      ]),
      // Nobody logs on to it.
      { compId: 'idle', account: ACCOUNTS[0]!, deposits: {} },
      ...tills,
    ],
    fees: Array.from({ length: draws.below(3) }, () => drawFee(draws)),
    limits: Array.from({ length: draws.below(3) }, () => drawLimit(draws)),
    groups: draws.oneIn(3) ? { bob: draws.below(3), carol: draws.below(3) } : {},
    ...(draws.oneIn(3) ? { breaker: { levelBps: [700, 1_300, 9_000], haltSeconds: 9 } } : {}),
  }
}
