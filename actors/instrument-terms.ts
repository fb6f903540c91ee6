/**
 * What an instrument is and what it allows, checked.
 *
 *   tick, lot, decimals and currencies are for ever: open orders and balances are counted in them
 *   limits may change; what is open already stays as it is
 */
import { InstrumentDefine, Reason } from '../protocol/codecs.ts'
import { type CurrencyTable, DECIMALS_MAX } from './currency-table.ts'

/** Prices and lots stand in 32-bit words. */
const WORD_MAX = 2 ** 31 - 1

export interface InstrumentTerms {
  readonly baseCurrency: number
  readonly quoteCurrency: number
  readonly priceDecimals: number
  readonly lotDecimals: number
  readonly tickSize: number
  readonly lotSize: number
  /** Money of one lot at a price of one tick. */
  readonly quoteUnitsPerTickLot: number
  readonly baseUnitsPerLot: number
  readonly priceMin: number
  readonly priceMax: number
  readonly qtyMin: number
  readonly qtyMax: number
  readonly notionalMin: number
  readonly notionalMax: number
  readonly collarBps: number
  readonly referencePrice: number
  readonly openOrdersMax: number
}

/** What may not change while the instrument lives. */
const FIXED = [
  'baseCurrency',
  'quoteCurrency',
  'priceDecimals',
  'lotDecimals',
  'tickSize',
  'lotSize',
  'quoteUnitsPerTickLot',
  'baseUnitsPerLot',
] as const satisfies readonly (keyof InstrumentTerms)[]

/** The terms that a definition states, or the reason why it cannot be. */
export function readTerms(
  definition: InstrumentDefine,
  currencies: CurrencyTable,
): InstrumentTerms | number {
  const { view, at } = definition
  const baseCurrency = currencies.names.find(view, at + InstrumentDefine.BASE_CURRENCY_OFFSET)
  const quoteCurrency = currencies.names.find(view, at + InstrumentDefine.QUOTE_CURRENCY_OFFSET)
  if (baseCurrency === 0 || quoteCurrency === 0) return Reason.UnknownCurrency
  const { priceDecimals, lotDecimals, tickSize, lotSize } = definition
  if (definition.symbol === '' || baseCurrency === quoteCurrency) return Reason.InvalidDefinition
  if (!limitsMakeSense(definition)) return Reason.InvalidDefinition
  if (Math.max(priceDecimals, lotDecimals) > DECIMALS_MAX) return Reason.InvalidDefinition
  if (!isWithin(tickSize, 1, Number.MAX_SAFE_INTEGER)) return Reason.InvalidDefinition
  if (!isWithin(lotSize, 1, Number.MAX_SAFE_INTEGER)) return Reason.InvalidDefinition
  const quoteUnitsPerTickLot = scaled(
    tickSize * lotSize,
    currencies.decimals(quoteCurrency) - priceDecimals - lotDecimals,
  )
  const baseUnitsPerLot = scaled(lotSize, currencies.decimals(baseCurrency) - lotDecimals)
  if (quoteUnitsPerTickLot === 0 || baseUnitsPerLot === 0) return Reason.InvalidDefinition
  const { priceMin, priceMax, qtyMin, qtyMax, notionalMin, notionalMax } = definition
  const { collarBps, referencePrice, openOrdersMax } = definition
  return {
    ...{ baseCurrency, quoteCurrency, priceDecimals, lotDecimals, tickSize, lotSize },
    ...{ quoteUnitsPerTickLot, baseUnitsPerLot },
    ...{ priceMin, priceMax, qtyMin, qtyMax, notionalMin, notionalMax },
    ...{ collarBps, referencePrice, openOrdersMax },
  }
}

/** Whether an instrument of the terms `now` may go on under the terms `next`. */
export function mayBecome(now: InstrumentTerms, next: InstrumentTerms): boolean {
  return FIXED.every((field) => now[field] === next[field])
}

export function areSameTerms(a: InstrumentTerms, b: InstrumentTerms): boolean {
  return (Object.keys(a) as (keyof InstrumentTerms)[]).every((field) => a[field] === b[field])
}

/** Writes the terms into an InstrumentDefine event; names and number are the caller's. */
export function writeTerms(terms: InstrumentTerms, event: InstrumentDefine): void {
  event.priceDecimals = terms.priceDecimals
  event.lotDecimals = terms.lotDecimals
  event.tickSize = terms.tickSize
  event.lotSize = terms.lotSize
  event.priceMin = terms.priceMin
  event.priceMax = terms.priceMax
  event.qtyMin = terms.qtyMin
  event.qtyMax = terms.qtyMax
  event.notionalMin = terms.notionalMin
  event.notionalMax = terms.notionalMax
  event.collarBps = terms.collarBps
  event.referencePrice = terms.referencePrice
  event.openOrdersMax = terms.openOrdersMax
}

function limitsMakeSense(definition: InstrumentDefine): boolean {
  const { priceMin, priceMax, qtyMin, qtyMax, notionalMin, notionalMax } = definition
  return (
    isWithin(priceMin, 1, WORD_MAX) &&
    isWithin(priceMax, priceMin, WORD_MAX) &&
    isWithin(qtyMin, 1, WORD_MAX) &&
    isWithin(qtyMax, qtyMin, WORD_MAX) &&
    isWithin(notionalMin, 0, Number.MAX_SAFE_INTEGER) &&
    isWithin(notionalMax, notionalMin, Number.MAX_SAFE_INTEGER) &&
    isWithin(definition.referencePrice, 0, WORD_MAX)
  )
}

const isWithin = (value: number, min: number, max: number): boolean =>
  Number.isSafeInteger(value) && value >= min && value <= max

/** value × 10^exponent if that is a safe integer of at least 1, else 0. */
function scaled(value: number, exponent: number): number {
  let result = value
  for (let i = 0; i < exponent; i++) result *= 10
  for (let i = 0; i > exponent; i--) {
    if (result % 10 !== 0) return 0
    result /= 10
  }
  return Number.isSafeInteger(value) && Number.isSafeInteger(result) ? result : 0
}
