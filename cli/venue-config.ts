/** The venue as people write it, in decimals, and as the exchange wants it, in ticks, lots and units. */
import { readFileSync } from 'node:fs'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import type {
  CurrencyDefinition,
  InstrumentDefinition,
  SessionDefinition,
  VenueDefinition,
} from '../gateway/venue-definition.ts'
import { decimalToUnits } from './decimal.ts'
import { dropCopyDefinitions, dropCopyShape } from './drop-copy-config.ts'
import { breakerDefinition, feeDefinitions, limitsShape, riskDefinitions } from './limits-config.ts'
import { tradingRules, tradingShape } from './trading-config.ts'
import {
  bpsOf,
  decimal,
  exact,
  identifier,
  lotsOf,
  moneyOf,
  refused,
  type Scale,
  scaleOf,
  ticksOf,
} from './venue-units.ts'

const range = z.strictObject({ min: decimal, max: decimal })
const currencyCode = z.string().regex(/^[A-Z0-9]{1,8}$/, '1 to 8 of A-Z 0-9')

export const venueSchema = z.strictObject({
  currencies: z.array(
    z.strictObject({
      code: currencyCode,
      decimals: z.int().min(0).max(12),
      paperGrant: decimal.default('0'),
    }),
  ),
  instruments: z.array(
    z.strictObject({
      symbol: identifier,
      base: currencyCode,
      quote: currencyCode,
      tick: decimal,
      lot: decimal,
      price: range,
      quantity: range,
      notional: range,
      collarPercent: decimal.default('0'),
      reference: decimal.default('0'),
      openOrdersMax: z.int().min(1).max(1_000_000).default(10_000),
      ...tradingShape,
    }),
  ),
  sessions: z
    .array(
      z.strictObject({
        compId: identifier,
        account: identifier,
        publicKeyFile: z.string().optional(),
        deposits: z.record(currencyCode, decimal).default({}),
      }),
    )
    .default([]),
  ...limitsShape,
  ...dropCopyShape,
})

export type VenueConfig = z.infer<typeof venueSchema>

export const defaultVenue = (): VenueConfig =>
  venueSchema.parse(
    parseYaml(readFileSync(new URL('../../cli/default-venue.yaml', import.meta.url), 'utf8')),
  )

export function venueDefinition(venue: VenueConfig): VenueDefinition {
  const currencies = new Map(venue.currencies.map((c) => [c.code, c]))
  const decimalsOf = (code: string, where: string): number => {
    const currency = currencies.get(code)
    if (currency === undefined) throw refused(`${where}: currency ${code} is not defined`)
    return currency.decimals
  }
  const scaled = venue.instruments.map((instrument) => ({
    instrument,
    scale: scaleOf(instrument, decimalsOf(instrument.quote, instrument.symbol)),
  }))
  const scales = new Map(scaled.map(({ scale }) => [scale.symbol, scale]))
  return {
    currencies: venue.currencies.map(
      ({ code, decimals, paperGrant }): CurrencyDefinition => ({
        ...{ code, decimals },
        paperGrant: exact(`${code}.paperGrant`, decimalToUnits(paperGrant, decimals)),
      }),
    ),
    instruments: scaled.map(({ instrument, scale }) => instrumentDefinition(instrument, scale)),
    sessions: venue.sessions.map(({ compId, account, deposits }): SessionDefinition => {
      const paid = Object.entries(deposits).map(([code, amount]) => {
        const units = decimalToUnits(amount, decimalsOf(code, compId))
        return [code, exact(`${compId}.deposits.${code}`, units)] as const
      })
      return { compId, account, deposits: Object.fromEntries(paid) }
    }),
    fees: feeDefinitions(venue.fees),
    limits: riskDefinitions(venue.limits, scales),
    groups: venue.groups,
    ...dropCopyDefinitions(venue, venue.sessions),
    ...(venue.breaker === undefined ? {} : { breaker: breakerDefinition(venue.breaker) }),
  }
}

function instrumentDefinition(
  instrument: VenueConfig['instruments'][number],
  scale: Scale,
): InstrumentDefinition {
  const { symbol, base, quote, price, quantity, notional, openOrdersMax } = instrument
  const { tick, lot } = scale
  return {
    ...{ symbol, base, quote, openOrdersMax },
    priceDecimals: tick.decimals,
    tickSize: tick.mantissa,
    lotDecimals: lot.decimals,
    lotSize: lot.mantissa,
    priceTicks: { min: ticksOf(scale, price.min), max: ticksOf(scale, price.max) },
    lots: { min: lotsOf(scale, quantity.min), max: lotsOf(scale, quantity.max) },
    notional: { min: moneyOf(scale, notional.min), max: moneyOf(scale, notional.max) },
    collarBps: bpsOf(`${symbol}: collarPercent`, instrument.collarPercent),
    referenceTicks: ticksOf(scale, instrument.reference),
    trading: tradingRules(instrument, scale),
  }
}
