/**
 * One change of an open order to another price and total, in three steps, so that its report can be
 * said between them (RULES.md, 10):
 *
 *   admit    why not; or what it will come to                       nothing has changed yet
 *   begin    the record is as the report shall say it               Kept: lots fewer, same place · Moved: taken out
 *                                                                   Done: gone, as filled · Beside: it rests nowhere
 *   finish   a moved order arrives anew, and all that follows       hot file
 */
import { Reason } from '../protocol/codecs.ts'
import { MarketPhase } from './market-phase.ts'
import type { OrderBook } from './order-book.ts'
import { hasOwnPrice, OrderType, POST_ONLY, typeOf } from './order-flags.ts'
import {
  CUM,
  FLAGS,
  LEAVES,
  LIMIT,
  ORDER_QTY,
  type OrderStore,
  PRICE,
  SIGN,
} from './order-store.ts'

export const AmendKind = { Kept: 0, Moved: 1, Done: 2, Beside: 3 } as const

export class Amendment {
  /** What was admitted last: one of AmendKind, and the price that it is at. */
  kind: number = AmendKind.Kept
  priceTicks = 0
  readonly #store: OrderStore
  readonly #book: OrderBook

  constructor(store: OrderStore, book: OrderBook) {
    this.#store = store
    this.#book = book
  }

  /** `priceAsked` 0: as it is. `total`: filled lots included. */
  admit(order: number, priceAsked: number, total: number): number {
    const store = this.#store
    const book = this.#book
    if (book.phase === MarketPhase.Halt || book.phase === MarketPhase.Closed) {
      return Reason.PhaseForbids
    }
    const type = typeOf(store.get(order, FLAGS))
    const priceNow = type === OrderType.Pegged ? store.get(order, LIMIT) : book.priceOf(order)
    const priceTicks = priceAsked === 0 ? priceNow : priceAsked
    if (total < 1) return Reason.QuantityOutOfRange
    if (!hasOwnPrice(type) && priceTicks !== priceNow) return Reason.InvalidInstruction
    if (priceAsked !== 0 && !this.#isInRange(priceAsked)) return Reason.PriceOutOfRange
    this.priceTicks = priceTicks
    this.kind = book.isResting(order) ? AmendKind.Kept : AmendKind.Beside
    if (total <= store.get(order, CUM)) {
      this.kind = AmendKind.Done
    } else if (
      this.kind === AmendKind.Kept &&
      (priceTicks !== priceNow || total > store.get(order, ORDER_QTY))
    ) {
      this.kind = AmendKind.Moved
      return this.#admitPassive(order)
    }
    return Reason.None
  }

  /** The worst price that the order will trade at. */
  limitOf(order: number): number {
    const hasOwn = hasOwnPrice(typeOf(this.#store.get(order, FLAGS)))
    return hasOwn ? this.priceTicks : this.#store.get(order, LIMIT)
  }

  begin(order: number, total: number): void {
    const store = this.#store
    const book = this.#book
    const side = book.side(store.get(order, SIGN))
    if (this.kind === AmendKind.Done) {
      book.takeFromPlace(order)
      store.set(order, LEAVES, 0)
      store.set(order, ORDER_QTY, store.get(order, CUM))
      return
    }
    if (this.kind === AmendKind.Kept) {
      const lots = store.get(order, ORDER_QTY) - total
      if (lots > 0) book.matcher.shrink(order, lots, side, Reason.None)
      return
    }
    if (this.kind === AmendKind.Moved) book.takeOut(side, order)
    const type = typeOf(store.get(order, FLAGS))
    store.set(order, LIMIT, this.limitOf(order))
    if (hasOwnPrice(type) && type !== OrderType.Pegged) store.set(order, PRICE, this.priceTicks)
    store.set(order, LEAVES, total - store.get(order, CUM))
    store.set(order, ORDER_QTY, total)
  }

  finish(order: number): void {
    const book = this.#book
    if (this.kind === AmendKind.Done) book.consequences.ofFill(order, true)
    else if (this.kind === AmendKind.Moved) {
      if (typeOf(this.#store.get(order, FLAGS)) === OrderType.Pegged) book.pegs.again(order)
      else book.arrive(order)
    }
    book.settle()
  }

  /** A post-only order moves no nearer than it may: it may be refused, or slide. */
  #admitPassive(order: number): number {
    const store = this.#store
    const book = this.#book
    const flags = store.get(order, FLAGS)
    if ((flags & POST_ONLY) === 0 || book.phase !== MarketPhase.Continuous) return Reason.None
    const isPegged = typeOf(flags) === OrderType.Pegged
    // A pegged order stands where the market is, under its new limit.
    const target = isPegged ? book.pegs.priceUnder(order, this.priceTicks) : this.priceTicks
    if (target === 0) return Reason.None
    const passive = book.admission.postOnlyPrice(store.get(order, SIGN), target, flags)
    if (passive === 0) return Reason.WouldTrade
    if (!isPegged) this.priceTicks = passive
    return Reason.None
  }

  #isInRange(priceTicks: number): boolean {
    const { priceMin, priceMax } = this.#book.rules
    return priceTicks >= priceMin && priceTicks <= priceMax
  }
}
