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
import { CliError, ExitCode } from './cli-error.ts'
import { type Decimal, decimalToSteps, decimalToUnits, parseDecimal } from './decimal.ts'

const decimal = z.string().regex(/^\d+(\.\d+)?$/, 'a decimal number in quotes, such as "0.01"')
const range = z.strictObject({ min: decimal, max: decimal })
const identifier = z.string().regex(/^[A-Z0-9_-]{1,16}$/, '1 to 16 of A-Z 0-9 _ -')
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
  return {
    currencies: venue.currencies.map(
      ({ code, decimals, paperGrant }): CurrencyDefinition => ({
        ...{ code, decimals },
        paperGrant: exact(`${code}.paperGrant`, decimalToUnits(paperGrant, decimals)),
      }),
    ),
    instruments: venue.instruments.map((instrument) =>
      instrumentDefinition(instrument, decimalsOf(instrument.quote, instrument.symbol)),
    ),
    sessions: venue.sessions.map(({ compId, account, deposits }): SessionDefinition => {
      const paid = Object.entries(deposits).map(([code, amount]) => {
        const units = decimalToUnits(amount, decimalsOf(code, compId))
        return [code, exact(`${compId}.deposits.${code}`, units)] as const
      })
      return { compId, account, deposits: Object.fromEntries(paid) }
    }),
  }
}

function instrumentDefinition(
  instrument: VenueConfig['instruments'][number],
  quoteDecimals: number,
): InstrumentDefinition {
  const { symbol, base, quote, price, quantity, notional, openOrdersMax } = instrument
  const tick = parseDecimal(instrument.tick) as Decimal
  const lot = parseDecimal(instrument.lot) as Decimal
  const ticks = (text: string): number =>
    exact(`${symbol}: price ${text}`, decimalToSteps(text, tick))
  const lots = (text: string): number =>
    exact(`${symbol}: quantity ${text}`, decimalToSteps(text, lot))
  const money = (text: string): number =>
    exact(`${symbol}: notional ${text}`, decimalToUnits(text, quoteDecimals))
  return {
    ...{ symbol, base, quote, openOrdersMax },
    priceDecimals: tick.decimals,
    tickSize: tick.mantissa,
    lotDecimals: lot.decimals,
    lotSize: lot.mantissa,
    priceTicks: { min: ticks(price.min), max: ticks(price.max) },
    lots: { min: lots(quantity.min), max: lots(quantity.max) },
    notional: { min: money(notional.min), max: money(notional.max) },
    collarBps: exact(`${symbol}: collarPercent`, decimalToUnits(instrument.collarPercent, 2)),
    referenceTicks: ticks(instrument.reference),
  }
}

function exact(where: string, value: number | undefined): number {
  if (value === undefined) throw refused(`${where} is not a whole number of the smallest steps`)
  return value
}

const refused = (what: string): CliError =>
  new CliError('config-venue', ExitCode.Configuration, {
    what,
    mend: 'Correct the venue in the configuration',
  })
