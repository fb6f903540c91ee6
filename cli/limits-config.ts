/**
 * What trading costs and how far an account may go, as people write it: fees, limits, self-trade groups, the venue's breaker.
 *
 * A limit that is left out is not said, and what is said for less holds (gateway/venue-definition.ts); 'none' says that
 * there is none. Amounts are in an instrument's units, so a limit of money that names no symbol is said for each of them.
 */
import { z } from 'zod'
import type {
  BreakerDefinition,
  FeeDefinition,
  RiskDefinition,
} from '../gateway/venue-definition.ts'
import {
  bpsOf,
  decimal,
  identifier,
  lotsOf,
  moneyOf,
  ppmOf,
  refused,
  type Scale,
  seconds,
} from './venue-units.ts'

const NONE = 'none'
const amount = z.union([z.literal(NONE), decimal], {
  error: `a decimal number in quotes, or ${NONE}`,
})
const count = z.union([z.literal(NONE), z.int().min(1).max(1_000_000_000)], {
  error: `a whole number, or ${NONE}`,
})
const scope = { account: identifier.optional(), symbol: identifier.optional() }

/** Keys of the venue; each may be left out. */
export const limitsShape = {
  fees: z
    .array(
      z.strictObject({
        ...scope,
        makerPercent: decimal.default('0'),
        takerPercent: decimal.default('0'),
      }),
    )
    .default([]),
  limits: z
    .array(
      z.strictObject({
        ...scope,
        quantity: amount.optional(),
        notional: amount.optional(),
        position: amount.optional(),
        exposure: amount.optional(),
        dailyLoss: amount.optional(),
        openOrders: count.optional(),
        messagesPerSecond: count.optional(),
      }),
    )
    .default([]),
  groups: z.record(identifier, z.int().min(0).max(1_000_000_000)).default({}),
  breaker: z
    .strictObject({
      levelPercents: z.tuple([decimal, decimal, decimal]).default(['7', '13', '20']),
      haltSeconds: seconds.min(1).default(900),
    })
    .optional(),
}

const limitsSchema = z.object(limitsShape)
export type LimitsConfig = z.infer<typeof limitsSchema>
type LimitConfig = LimitsConfig['limits'][number]

/** A tenth: the exchange refuses more. */
const FEE_PPM_MAX = 100_000

export const feeDefinitions = (fees: LimitsConfig['fees']): FeeDefinition[] =>
  fees.map(({ account = '', symbol = '', makerPercent, takerPercent }) => ({
    account,
    symbol,
    makerPpm: feePpm('makerPercent', makerPercent),
    takerPpm: feePpm('takerPercent', takerPercent),
  }))

/** One for each account and symbol; of two entries for the same, what the later says. */
export function riskDefinitions(
  limits: LimitsConfig['limits'],
  scales: ReadonlyMap<string, Scale>,
): RiskDefinition[] {
  const found = new Map<string, RiskDefinition>()
  const say = (account: string, symbol: string, said: Partial<RiskDefinition>): void => {
    if (Object.keys(said).length === 0) return
    const key = `${account}/${symbol}`
    found.set(key, { account, symbol, ...found.get(key), ...said })
  }
  const [general, special] = [limits.filter(hasNoSymbol), limits.filter((l) => !hasNoSymbol(l))]
  for (const limit of general) {
    refuseGeneral(limit)
    say(limit.account ?? '', '', counts(limit))
    for (const [symbol, scale] of scales) say(limit.account ?? '', symbol, amounts(limit, scale))
  }
  for (const limit of special) {
    const symbol = limit.symbol as string
    const scale = scales.get(symbol)
    if (scale === undefined) throw refused(`limits: instrument ${symbol} is not defined`)
    refuseSpecial(limit)
    say(limit.account ?? '', symbol, amounts(limit, scale))
  }
  return [...found.values()]
}

export const breakerDefinition = ({
  levelPercents,
  haltSeconds,
}: NonNullable<LimitsConfig['breaker']>): BreakerDefinition => {
  const [first, second, third] = levelPercents.map((p) => bpsOf('breaker.levelPercents', p))
  return { levelBps: [first!, second!, third!], haltSeconds }
}

const hasNoSymbol = (limit: LimitConfig): boolean => limit.symbol === undefined

function refuseGeneral({ quantity, position }: LimitConfig): void {
  if (quantity === undefined && position === undefined) return
  throw refused('limits: quantity and position are an instrument’s: name its symbol')
}

function refuseSpecial({ openOrders, messagesPerSecond }: LimitConfig): void {
  if (openOrders === undefined && messagesPerSecond === undefined) return
  throw refused('limits: openOrders and messagesPerSecond count over all: leave the symbol out')
}

const counts = ({ openOrders, messagesPerSecond }: LimitConfig): Partial<RiskDefinition> => ({
  ...(openOrders === undefined ? {} : { openOrdersMax: openOrders === NONE ? 0 : openOrders }),
  ...(messagesPerSecond === undefined
    ? {}
    : { messagesPerSecond: messagesPerSecond === NONE ? 0 : messagesPerSecond }),
})

function amounts(limit: LimitConfig, scale: Scale): Partial<RiskDefinition> {
  const said: { -readonly [Field in keyof RiskDefinition]?: RiskDefinition[Field] } = {}
  const of = (text: string, unitsOf: (scale: Scale, text: string) => number): number => {
    if (text === NONE) return 0
    const units = unitsOf(scale, text)
    if (units === 0) throw refused(`limits: 0 is no limit: write '${NONE}', or leave it out`)
    return units
  }
  if (limit.quantity !== undefined) said.orderQtyMax = of(limit.quantity, lotsOf)
  if (limit.notional !== undefined) said.orderNotionalMax = of(limit.notional, moneyOf)
  if (limit.position !== undefined) said.positionMax = of(limit.position, lotsOf)
  if (limit.exposure !== undefined) said.exposureMax = of(limit.exposure, moneyOf)
  if (limit.dailyLoss !== undefined) said.dailyLossMax = of(limit.dailyLoss, moneyOf)
  return said
}

function feePpm(key: string, percent: string): number {
  const ppm = ppmOf(`fees: ${key}`, percent)
  if (ppm > FEE_PPM_MAX) throw refused(`fees: ${key} ${percent} is more than 10 percent`)
  return ppm
}
