/**
 * What a MassQuote needs that the account has not got here: of a visitor, whose money is at another shard. All of it is
 * looked at before the first quote is touched, as quotes that were taken back could not come again.
 */
import { type MassQuote, QuoteEntry, Reason } from '../protocol/codecs.ts'
import { entryAt, entryCountOf } from '../protocol/groups.ts'
import { INT64_NULL } from '../protocol/integers.ts'
import type { Market } from './market.ts'
import { NIL } from './order-store.ts'
import { BUY, SELL } from './sign.ts'
import type { Venue } from './venue.ts'

export interface Shortage {
  readonly currency: number
  readonly units: number
}

/** The first currency of which there is too little, or undefined. What is refused anyway may be asked for: it goes home again. */
export function shortageOf(
  venue: Venue,
  account: number,
  request: MassQuote,
): Shortage | undefined {
  const needs = new Map<number, number>()
  const { view, group } = request
  const entry = new QuoteEntry()
  for (let i = 0; i < entryCountOf(view, group); i++) {
    const { at, bidPx, bidSize, offerPx, offerSize } = entry.wrap(view, entryAt(view, group, i))
    const market = venue.marketOf(view, at + QuoteEntry.SYMBOL_OFFSET)
    if (market === undefined || !venue.isOwn(market)) continue
    for (const [sign, priceTicks, lots] of [
      [BUY, bidPx, bidSize],
      [SELL, offerPx, offerSize],
    ] as const) {
      if (lots === INT64_NULL) continue
      const currency = market.heldCurrency(sign)
      const more = unitsFor(venue, market, { account, sign, priceTicks, lots })
      const freed = heldBy(venue, market, account, sign)
      needs.set(currency, (needs.get(currency) ?? 0) + more - freed)
    }
  }
  for (const [currency, needed] of needs) {
    const units = needed - venue.accounts.free(account, currency)
    // Nobody has more: of what is no safe integer any more there is too little.
    if (units > 0) return { currency, units: Math.min(units, Number.MAX_SAFE_INTEGER) }
  }
  return undefined
}

interface NewQuote {
  readonly account: number
  readonly sign: number
  readonly priceTicks: number
  readonly lots: number
}

/** As Settlement.unitsFor, of a quote that there is not yet; 0 for one that no market takes. */
function unitsFor(
  { fees }: Venue,
  { number, risk }: Market,
  { account, sign, priceTicks, lots }: NewQuote,
): number {
  const { terms } = risk
  const isInRange = priceTicks >= terms.priceMin && priceTicks <= terms.priceMax
  if (!isInRange || risk.judgeOrder(priceTicks, lots) !== Reason.None) return 0
  if (sign === SELL) return lots * terms.baseUnitsPerLot
  const tariff = fees.tariffOf(account, number)
  return fees.holdUnits(tariff, priceTicks * lots * terms.quoteUnitsPerTickLot)
}

/** Units that the open quote of this side holds. */
function heldBy(venue: Venue, market: Market, account: number, sign: number): number {
  const row = venue.safeguards.positions.find(account, market.number)
  const earlier = venue.quotes.slotOf(row, sign)
  return earlier === NIL ? 0 : market.heldUnits(earlier)
}
