/**
 * The one price of an auction (RULES.md, 8): most lots, then least left over, then the pressure, then
 * nearest to a reference.
 *
 *   price   buys at or above   sells at or below   traded   left over
 *   103            40                 90             40      50 sold
 *   102            70                 90             70      20 sold     ◀── most lots, and of the two the least left
 *   101           120                 70             70      50 bought
 *   100           140                 30             30     110 bought
 *
 * What is bought can only fall with the price and what is sold only rise: so the best prices lie next
 * to each other, and one walk over the levels that cross finds them.
 */
import type { BookSide } from './book-side.ts'
import { NIL } from './order-store.ts'

export class Auction {
  /** 0: nothing would trade. */
  priceTicks = 0
  lots = 0
  /** Lots left over at that price: bought positive, sold negative. */
  leftover = 0
  #lowTicks = 0
  #highTicks = 0
  /** What is left over at the two ends of the best range. */
  #lowLeftover = 0
  #highLeftover = 0

  /** Finds the price of two sides; `referenceTicks` 0: none. */
  find(bids: BookSide, asks: BookSide, referenceTicks: number): void {
    this.priceTicks = 0
    this.lots = 0
    this.leftover = 0
    if (bids.best === NIL || asks.best === NIL) return
    const lowest = asks.priceTicks(asks.best)
    const highest = bids.priceTicks(bids.best)
    if (lowest > highest) return
    this.#walk(bids, asks, lowest, highest)
    this.priceTicks = this.#choose(referenceTicks)
    this.leftover = this.#leftoverAt(bids, asks)
  }

  /** From the lowest ask up: each step ends where the next ask joins or the next bid drops out. */
  #walk(bids: BookSide, asks: BookSide, lowest: number, highest: number): void {
    let lastBid = bids.levelFrom(lowest)
    let bought = 0
    for (let bid = lastBid; bid !== NIL; bid = bids.better(bid)) bought += lotsAt(bids, bid)
    let nextAsk = asks.best
    let sold = 0
    let from = lowest
    while (from <= highest) {
      for (; priceAt(asks, nextAsk) <= from; nextAsk = asks.worse(nextAsk)) {
        sold += lotsAt(asks, nextAsk)
      }
      const to = Math.min(priceAt(bids, lastBid), priceAt(asks, nextAsk) - 1)
      this.#consider(from, to, bought, sold)
      if (to === priceAt(bids, lastBid)) {
        bought -= lotsAt(bids, lastBid)
        lastBid = bids.better(lastBid)
      }
      from = to + 1
    }
  }

  #consider(from: number, to: number, bought: number, sold: number): void {
    const lots = Math.min(bought, sold)
    const leftover = bought - sold
    const isBetter =
      lots > this.lots || (lots === this.lots && Math.abs(leftover) < Math.abs(this.#lowLeftover))
    if (isBetter) {
      this.lots = lots
      this.#lowTicks = from
      this.#lowLeftover = leftover
    } else if (lots < this.lots || Math.abs(leftover) > Math.abs(this.#lowLeftover)) {
      return
    }
    this.#highTicks = to
    this.#highLeftover = leftover
  }

  #choose(referenceTicks: number): number {
    if (this.#lowLeftover > 0 && this.#highLeftover > 0) return this.#highTicks
    if (this.#lowLeftover < 0 && this.#highLeftover < 0) return this.#lowTicks
    if (referenceTicks === 0) return Math.floor((this.#lowTicks + this.#highTicks) / 2)
    return Math.min(Math.max(referenceTicks, this.#lowTicks), this.#highTicks)
  }

  #leftoverAt(bids: BookSide, asks: BookSide): number {
    let leftover = 0
    let bid = bids.levelFrom(this.priceTicks)
    for (; bid !== NIL; bid = bids.better(bid)) leftover += lotsAt(bids, bid)
    let ask = asks.levelFrom(-this.priceTicks)
    for (; ask !== NIL; ask = asks.better(ask)) leftover -= lotsAt(asks, ask)
    return leftover
  }
}

/** Everything that rests there, displayed or not. */
function lotsAt(side: BookSide, level: number): number {
  return side.lots(level) + side.reserve(level)
}

/** Beyond the last level: infinity. */
function priceAt(side: BookSide, level: number): number {
  return level === NIL ? Number.POSITIVE_INFINITY : side.priceTicks(level)
}
