/** How an instrument is traded, as people write it: protection, price band, matching, phase, auctions, breaker. */
import { z } from 'zod'
import type { TradingRules } from '../gateway/venue-definition.ts'
import { BandPolicy, MarketPhase, Matching } from '../protocol/codecs.ts'
import { bpsOf, decimal, lotsOf, type Scale, seconds } from './venue-units.ts'

const POLICIES = {
  cancel: BandPolicy.Cancel,
  pause: BandPolicy.Pause,
  'limit-state': BandPolicy.LimitState,
} as const
const MATCHINGS = { 'price-time': Matching.PriceTime, 'pro-rata': Matching.ProRata } as const
/** Those in which a market can begin its life. */
const PHASES = {
  'pre-open': MarketPhase.PreOpen,
  'opening-auction': MarketPhase.OpeningAuction,
  continuous: MarketPhase.Continuous,
  halt: MarketPhase.Halt,
  closed: MarketPhase.Closed,
} as const

const namesOf = <Name extends string>(table: Readonly<Record<Name, number>>) =>
  z.enum(Object.keys(table) as [Name, ...Name[]])

/** Keys of an instrument; each may be left out. */
export const tradingShape = {
  protectionPercent: decimal.default('5'),
  band: z
    .strictObject({
      percent: decimal,
      policy: namesOf(POLICIES).default('cancel'),
      limitStateSeconds: seconds.min(1).default(15),
      referenceSeconds: seconds.default(0),
      referenceStepPercent: decimal.default('1'),
      referenceIntervalSeconds: seconds.default(30),
    })
    .optional(),
  pauseSeconds: seconds.default(300),
  breaker: z.strictObject({ percent: decimal, windowSeconds: seconds.min(1) }).optional(),
  matching: z
    .strictObject({
      rule: namesOf(MATCHINGS).default('price-time'),
      topOrder: z.boolean().default(false),
      shareMin: decimal.default('0'),
    })
    .prefault({}),
  phase: namesOf(PHASES).default('continuous'),
  auctionSeconds: seconds.default(0),
}

const tradingSchema = z.object(tradingShape)
export type TradingConfig = z.infer<typeof tradingSchema>

export function tradingRules(config: TradingConfig, scale: Scale): TradingRules {
  const { symbol } = scale
  const { band, breaker, matching } = config
  return {
    protectionBps: bpsOf(`${symbol}: protectionPercent`, config.protectionPercent),
    bandBps: bpsOf(`${symbol}: band.percent`, band?.percent ?? '0'),
    bandPolicy: POLICIES[band?.policy ?? 'cancel'],
    limitStateSeconds: band?.limitStateSeconds ?? 0,
    referenceWindowSeconds: band?.referenceSeconds ?? 0,
    referenceStepBps: bpsOf(
      `${symbol}: band.referenceStepPercent`,
      band?.referenceStepPercent ?? '0',
    ),
    referenceIntervalSeconds: band?.referenceIntervalSeconds ?? 0,
    matching: MATCHINGS[matching.rule],
    topOrder: matching.topOrder,
    allocationMin: lotsOf(scale, matching.shareMin),
    initialPhase: PHASES[config.phase],
    auctionSeconds: config.auctionSeconds,
    pauseSeconds: config.pauseSeconds,
    moveBps: bpsOf(`${symbol}: breaker.percent`, breaker?.percent ?? '0'),
    moveWindowSeconds: breaker?.windowSeconds ?? 0,
  }
}
