/**
 * An order arrives (RULES.md, 4): it takes what it can, and what is left rests or ends.
 *
 *   minimum? ─▶ post-only? ─▶ TAKE ─▶ filled
 *                              ├────▶ rests: limit, market-to-limit, pegged
 *                              └────▶ ends: market, immediate or cancel, stopped by a band
 *
 * Hot file.
 */
import { Reason } from '../protocol/codecs.ts'
import { FillForecast } from './fill-forecast.ts'
import { MarketPhase } from './market-phase.ts'
import type { OrderBook } from './order-book.ts'
import {
  HAS_MINIMUM,
  Lifetime,
  lifetimeOf,
  OrderType,
  POST_ONLY,
  typeOf,
  withType,
} from './order-flags.ts'
import { CUM, FLAGS, LEAVES, MINIMUM, type OrderStore, PRICE, SIGN } from './order-store.ts'

export class Arrival {
  readonly #store: OrderStore
  readonly #book: OrderBook
  readonly #forecast: FillForecast

  constructor(store: OrderStore, book: OrderBook) {
    this.#store = store
    this.#book = book
    this.#forecast = new FillForecast(store, book)
  }

  /** Lets an order that is in no place take, rest or end. */
  arrive(order: number): void {
    const flags = this.#store.get(order, FLAGS)
    const book = this.#book
    if (book.phase !== MarketPhase.Continuous) book.phases.arrive(order, flags)
    else if (flags === 0 || this.#mayTake(order, flags)) this.takeAndRest(order, flags)
  }

  /** The same in continuous trading, of an order that need not be asked whether it may. */
  takeAndRest(order: number, flags: number): void {
    const book = this.#book
    book.matcher.take(order)
    if (this.#store.get(order, LEAVES) === 0) return
    if (flags === 0 && !book.matcher.wasBanded) book.rest(order)
    else this.#restOrEnd(order, flags)
  }

  /** What an order that is more than plain must pass before it takes. False: it has ended. */
  #mayTake(order: number, flags: number): boolean {
    const store = this.#store
    const book = this.#book
    if (lifetimeOf(flags) === Lifetime.FillOrKill || (flags & HAS_MINIMUM) !== 0) {
      store.set(order, FLAGS, flags & ~HAS_MINIMUM)
      const isAll = lifetimeOf(flags) === Lifetime.FillOrKill || store.cold(order, MINIMUM) === 0
      const leaves = store.get(order, LEAVES)
      // A child may have been amended to less than its minimum: that is all of it then.
      const minimum = isAll ? leaves : Math.min(store.cold(order, MINIMUM), leaves)
      if (store.get(order, CUM) === 0 && !this.#forecast.canTake(order, minimum)) {
        book.end(order, Reason.UnfilledMinimum)
        return false
      }
    }
    if ((flags & POST_ONLY) === 0) return true
    const priceTicks = store.get(order, PRICE)
    const passive = book.admission.postOnlyPrice(store.get(order, SIGN), priceTicks, flags)
    if (passive === 0) {
      book.end(order, Reason.WouldTrade)
      return false
    }
    if (passive !== priceTicks) {
      store.set(order, PRICE, passive)
      book.listener.onRestated(order)
    }
    return true
  }

  /** What is left of an order that has taken what it could. */
  #restOrEnd(order: number, flags: number): void {
    const store = this.#store
    const book = this.#book
    const wasBanded = book.matcher.wasBanded
    const lifetime = lifetimeOf(flags)
    const mustPause = wasBanded && book.rules.pausesAtBand
    if (typeOf(flags) === OrderType.Market) {
      book.end(order, wasBanded ? Reason.PriceBand : Reason.UnfilledMarket)
    } else if (lifetime === Lifetime.ImmediateOrCancel || lifetime === Lifetime.FillOrKill) {
      book.end(order, wasBanded ? Reason.PriceBand : Reason.UnfilledIoc)
    } else if (wasBanded && !mustPause) {
      book.end(order, Reason.PriceBand)
    } else {
      // It has its price: from now on it is a limit order. Its flags may be others than on arrival.
      if (typeOf(flags) === OrderType.MarketToLimit) {
        store.set(order, FLAGS, withType(store.get(order, FLAGS), OrderType.Limit))
      }
      book.rest(order)
    }
    if (mustPause) book.phases.enter(MarketPhase.VolatilityAuction)
  }
}
