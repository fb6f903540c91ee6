/** From decimals as people write them to the exchange's own units, or a word on what is wrong. */
import { z } from 'zod'
import { CliError, ExitCode } from './cli-error.ts'
import { type Decimal, decimalToSteps, decimalToUnits, parseDecimal } from './decimal.ts'

export const decimal = z
  .string()
  .regex(/^\d+(\.\d+)?$/, 'a decimal number in quotes, such as "0.01"')
export const identifier = z.string().regex(/^[A-Z0-9_-]{1,16}$/, '1 to 16 of A-Z 0-9 _ -')
/** A day at most: what takes longer is no pause. */
export const seconds = z.int().min(0).max(86_400)

const BPS_DECIMALS = 2
const PPM_DECIMALS = 4
/** More is a slip of the pen; and times the highest price it is still a safe integer. */
const BPS_MAX = 1_000_000

/** What turns an instrument's texts into its ticks, lots and units; each names itself where it cannot. */
export interface Scale {
  readonly symbol: string
  readonly tick: Decimal
  readonly lot: Decimal
  readonly quoteDecimals: number
}

export function scaleOf(
  instrument: { readonly symbol: string; readonly tick: string; readonly lot: string },
  quoteDecimals: number,
): Scale {
  const tick = parseDecimal(instrument.tick) as Decimal
  const lot = parseDecimal(instrument.lot) as Decimal
  return { symbol: instrument.symbol, tick, lot, quoteDecimals }
}

export const ticksOf = ({ symbol, tick }: Scale, text: string): number =>
  exact(`${symbol}: price ${text}`, decimalToSteps(text, tick))

export const lotsOf = ({ symbol, lot }: Scale, text: string): number =>
  exact(`${symbol}: quantity ${text}`, decimalToSteps(text, lot))

export const moneyOf = ({ symbol, quoteDecimals }: Scale, text: string): number =>
  exact(`${symbol}: notional ${text}`, decimalToUnits(text, quoteDecimals))

/** '2.5' percent → 250. */
export function bpsOf(where: string, percent: string): number {
  const bps = exact(where, decimalToUnits(percent, BPS_DECIMALS))
  if (bps > BPS_MAX) throw refused(`${where} is more than ${BPS_MAX / 100} percent`)
  return bps
}

/** '0.05' percent → 500 millionths. */
export const ppmOf = (where: string, percent: string): number =>
  exact(where, decimalToUnits(percent, PPM_DECIMALS))

export function exact(where: string, value: number | undefined): number {
  if (value === undefined) throw refused(`${where} is not a whole number of the smallest steps`)
  return value
}

export const refused = (what: string): CliError =>
  new CliError('config-venue', ExitCode.Configuration, {
    what,
    mend: 'Correct the venue in the configuration',
  })
