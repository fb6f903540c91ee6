/**
 * What an instrument is and what it allows, checked.
 *
 *   tick, lot, decimals and currencies are for ever: open orders and balances are counted in them
 *   limits may change; what is open already stays as it is
 */
import { BandPolicy, InstrumentDefine, MarketPhase, Matching, Reason } from '../protocol/codecs.ts'
import type { BookRules } from './book-rules.ts'
import { type CurrencyTable, DECIMALS_MAX } from './currency-table.ts'

/** Prices and lots stand in 32-bit words. */
const WORD_MAX = 2 ** 31 - 1
const BPS_PER_WHOLE = 10_000
/** A week. */
const WINDOW_SECONDS_MAX = 7 * 86_400

export interface InstrumentTerms extends BookRules {
  readonly baseCurrency: number
  readonly quoteCurrency: number
  readonly priceDecimals: number
  readonly lotDecimals: number
  readonly tickSize: number
  readonly lotSize: number
  /** Money of one lot at a price of one tick. */
  readonly quoteUnitsPerTickLot: number
  readonly baseUnitsPerLot: number
  readonly qtyMin: number
  readonly qtyMax: number
  readonly notionalMin: number
  readonly notionalMax: number
  readonly collarBps: number
  readonly openOrdersMax: number
  /** Of a new market. */
  readonly initialPhase: number
  /** How long an auction lasts; 0: until the operator ends it. */
  readonly auctionSeconds: number
  /** A quote at a band for so long pauses the market; 0: it does not. */
  readonly limitStateSeconds: number
  /** How long a pause at a band lasts, and a halt by a move; 0: until the operator ends it. */
  readonly pauseSeconds: number
  /** The band reference is the mean price of so long; 0: it is the last uncross's. */
  readonly referenceWindowSeconds: number
  readonly referenceStepBps: number
  readonly referenceIntervalSeconds: number
  /** A move of so much within the window halts the market; 0: none does. */
  readonly moveBps: number
  readonly moveWindowSeconds: number
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
  const { bandPolicy, allocationMin, auctionSeconds, pauseSeconds } = definition
  const { referenceWindowSeconds, referenceStepBps, referenceIntervalSeconds } = definition
  const { moveBps, moveWindowSeconds, bandBps, protectionBps } = definition
  const hasLimitState = bandPolicy === BandPolicy.LimitState
  return {
    ...{ baseCurrency, quoteCurrency, priceDecimals, lotDecimals, tickSize, lotSize },
    ...{ quoteUnitsPerTickLot, baseUnitsPerLot },
    ...{ priceMin, priceMax, qtyMin, qtyMax, notionalMin, notionalMax },
    ...{ collarBps, referencePrice, openOrdersMax, protectionBps, bandBps, allocationMin },
    pausesAtBand: bandPolicy === BandPolicy.Pause,
    isProRata: definition.matching === Matching.ProRata,
    hasTopOrder: definition.matching === Matching.ProRata && definition.topOrder === 1,
    initialPhase: definition.initialPhase || MarketPhase.Continuous,
    ...{ auctionSeconds, pauseSeconds, moveBps, moveWindowSeconds },
    limitStateSeconds: hasLimitState ? definition.limitStateSeconds : 0,
    ...{ referenceWindowSeconds, referenceStepBps, referenceIntervalSeconds },
  }
}

/** Whether an instrument of the terms `now` may go on under the terms `next`. */
export function mayBecome(now: InstrumentTerms, next: InstrumentTerms): boolean {
  return FIXED.every((field) => now[field] === next[field])
}

/** Of an instrument, or of a part of what it is watched by. */
export function areSameTerms<Terms extends object>(a: Terms, b: Terms): boolean {
  return (Object.keys(a) as (keyof Terms)[]).every((field) => a[field] === b[field])
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
  event.protectionBps = terms.protectionBps
  event.bandBps = terms.bandBps
  event.bandPolicy = bandPolicyOf(terms)
  event.matching = terms.isProRata ? Matching.ProRata : Matching.PriceTime
  event.topOrder = terms.hasTopOrder ? 1 : 0
  event.initialPhase = terms.initialPhase
  event.allocationMin = terms.allocationMin
  event.auctionSeconds = terms.auctionSeconds
  event.limitStateSeconds = terms.limitStateSeconds
  event.pauseSeconds = terms.pauseSeconds
  event.referenceWindowSeconds = terms.referenceWindowSeconds
  event.moveBps = terms.moveBps
  event.moveWindowSeconds = terms.moveWindowSeconds
  event.referenceStepBps = terms.referenceStepBps
  event.referenceIntervalSeconds = terms.referenceIntervalSeconds
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
    isWithin(definition.referencePrice, 0, WORD_MAX) &&
    tradingMakesSense(definition)
  )
}

function tradingMakesSense(definition: InstrumentDefine): boolean {
  const { initialPhase, allocationMin, moveBps, moveWindowSeconds } = definition
  return (
    definition.protectionBps <= BPS_PER_WHOLE &&
    definition.bandBps < BPS_PER_WHOLE &&
    definition.bandPolicy <= BandPolicy.LimitState &&
    definition.matching <= Matching.ProRata &&
    definition.topOrder <= 1 &&
    initialPhase <= MarketPhase.Closed &&
    allocationMin <= WORD_MAX &&
    (moveBps === 0 || moveWindowSeconds > 0) &&
    Math.max(moveWindowSeconds, definition.referenceWindowSeconds) <= WINDOW_SECONDS_MAX
  )
}

function bandPolicyOf(terms: InstrumentTerms): number {
  if (terms.pausesAtBand) return BandPolicy.Pause
  return terms.limitStateSeconds > 0 ? BandPolicy.LimitState : BandPolicy.Cancel
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
