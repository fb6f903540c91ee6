/**
 * One side of a book: a ladder of price levels (price-ladder.ts), each a queue of orders.
 *
 *   level:  head ─▶ order ⇄ order ⇄ order ⇄ hidden ⇄ hidden ◀─ tail
 *                                             ▲─ first hidden
 *
 * Displayed orders come before hidden ones, both in order of arrival. Waiting stops stand in the same
 * structure, by trigger; what their levels count means nothing. Hot file.
 */
import { COUNT, FIRST_HIDDEN, HEAD, LOTS, PEGGED, RESERVE, TAIL } from './level-store.ts'
import { HIDDEN, ICEBERG, OrderType, typeOf } from './order-flags.ts'
import {
  DISPLAY,
  FLAGS,
  LEAVES,
  LEVEL,
  NEXT,
  NIL,
  type OrderStore,
  PREVIOUS,
  TIP,
} from './order-store.ts'
import { PriceLadder } from './price-ladder.ts'
import type { Sign } from './sign.ts'

const RECORD_SHIFT = 4
const FLOATS_SHIFT = 3

export class BookSide extends PriceLadder {
  readonly sign: Sign
  readonly #store: OrderStore

  constructor(sign: Sign, store: OrderStore) {
    super(store.levels)
    this.sign = sign
    this.#store = store
  }

  /** The best level that displays something, or NIL. */
  get bestDisplayed(): number {
    let level = this.best
    while (level !== NIL && this.count(level) === 0) level = this.worse(level)
    return level
  }

  /** The best level where an order is displayed that follows no other's price, or NIL. */
  get bestReference(): number {
    let level = this.best
    while (level !== NIL && this.count(level) === this.pegged(level)) level = this.worse(level)
    return level
  }

  /** The first order of a level. */
  head(level: number): number {
    return this.levels.words[(level << RECORD_SHIFT) | HEAD]!
  }

  tail(level: number): number {
    return this.levels.words[(level << RECORD_SHIFT) | TAIL]!
  }

  firstHidden(level: number): number {
    return this.levels.words[(level << RECORD_SHIFT) | FIRST_HIDDEN]!
  }

  /** How many orders are displayed there. */
  count(level: number): number {
    return this.levels.words[(level << RECORD_SHIFT) | COUNT]!
  }

  pegged(level: number): number {
    return this.levels.words[(level << RECORD_SHIFT) | PEGGED]!
  }

  /** All lots displayed there. */
  lots(level: number): number {
    return this.levels.floats[(level << FLOATS_SHIFT) | LOTS]!
  }

  priceTicks(level: number): number {
    return this.sign * this.key(level)
  }

  isEmpty(level: number): boolean {
    return this.levels.words[(level << RECORD_SHIFT) | HEAD] === NIL
  }

  /** Puts an order at the back of the displayed or the hidden ones of a key. Returns the level. */
  append(order: number, key: number): number {
    const { words } = this.#store
    const level = key === this.bestKey ? this.best : this.levelOf(key)
    const flags = words[(order << 4) | FLAGS]!
    if (flags === 0 && this.firstHidden(level) === NIL) {
      this.#link(order, level, this.tail(level), NIL)
      this.#show(level, 1, words[(order << 4) | LEAVES]!)
    } else {
      this.#appendSpecial(order, level, flags)
    }
    return level
  }

  /** Lots that rest there undisplayed: hidden orders', and of icebergs what is not their tip. */
  reserve(level: number): number {
    return this.levels.floats[(level << FLOATS_SHIFT) | RESERVE]!
  }

  /** Displayed lots of this level are gone: filled, or given up. */
  shrink(level: number, lots: number): void {
    const { floats } = this.levels
    const at = (level << FLOATS_SHIFT) | LOTS
    floats[at] = floats[at]! - lots
  }

  /** Undisplayed lots of this level are gone. */
  shrinkReserve(level: number, lots: number): void {
    const { floats } = this.levels
    const at = (level << FLOATS_SHIFT) | RESERVE
    floats[at] = floats[at]! - lots
  }

  /**
   * Takes an order out of its level's queue; the lots that it still displays leave with it. The
   * level stays, even empty, until `drop`: so its last totals can still be read. Returns the level.
   */
  unlink(order: number): number {
    const { words } = this.#store
    const at = order << 4
    const level = words[at | LEVEL]!
    const next = words[at | NEXT]!
    const previous = words[at | PREVIOUS]!
    const levelAt = level << RECORD_SHIFT
    if (previous === NIL) this.levels.words[levelAt | HEAD] = next
    else words[(previous << 4) | NEXT] = next
    if (next === NIL) this.levels.words[levelAt | TAIL] = previous
    else words[(next << 4) | PREVIOUS] = previous
    words[at | LEVEL] = NIL
    const flags = words[at | FLAGS]!
    if (flags === 0) this.#show(level, -1, -words[at | LEAVES]!)
    else this.#hide(order, level, flags, next)
    return level
  }

  /** An iceberg displays a new tip, behind the others of its price. */
  refill(order: number): void {
    const store = this.#store
    const level = this.unlink(order)
    store.setCold(order, TIP, Math.min(store.cold(order, DISPLAY), store.get(order, LEAVES)))
    this.append(order, this.key(level))
  }

  #link(order: number, level: number, previous: number, next: number): void {
    const { words } = this.#store
    const at = order << 4
    words[at | LEVEL] = level
    words[at | NEXT] = next
    words[at | PREVIOUS] = previous
    const levelAt = level << RECORD_SHIFT
    if (previous === NIL) this.levels.words[levelAt | HEAD] = order
    else words[(previous << 4) | NEXT] = order
    if (next === NIL) this.levels.words[levelAt | TAIL] = order
    else words[(next << 4) | PREVIOUS] = order
  }

  /** So many orders and lots more are displayed. */
  #show(level: number, orders: number, lots: number): void {
    const countAt = (level << RECORD_SHIFT) | COUNT
    const lotsAt = (level << FLOATS_SHIFT) | LOTS
    this.levels.words[countAt] = this.levels.words[countAt]! + orders
    this.levels.floats[lotsAt] = this.levels.floats[lotsAt]! + lots
  }

  #appendSpecial(order: number, level: number, flags: number): void {
    const at = (level << RECORD_SHIFT) | FIRST_HIDDEN
    if ((flags & HIDDEN) !== 0) {
      this.#link(order, level, this.tail(level), NIL)
      if (this.levels.words[at] === NIL) this.levels.words[at] = order
      this.shrinkReserve(level, -this.#store.get(order, LEAVES))
      return
    }
    const next = this.levels.words[at]!
    const previous = next === NIL ? this.tail(level) : this.#store.get(next, PREVIOUS)
    this.#link(order, level, previous, next)
    const displayed = this.#displayed(order, flags)
    this.#show(level, 1, displayed)
    this.shrinkReserve(level, displayed - this.#store.get(order, LEAVES))
    if (typeOf(flags) === OrderType.Pegged) this.#countPegged(level, 1)
  }

  #hide(order: number, level: number, flags: number, next: number): void {
    if ((flags & HIDDEN) !== 0) {
      const at = (level << RECORD_SHIFT) | FIRST_HIDDEN
      if (this.levels.words[at] === order) this.levels.words[at] = next
      this.shrinkReserve(level, this.#store.get(order, LEAVES))
      return
    }
    const displayed = this.#displayed(order, flags)
    this.#show(level, -1, -displayed)
    this.shrinkReserve(level, this.#store.get(order, LEAVES) - displayed)
    if (typeOf(flags) === OrderType.Pegged) this.#countPegged(level, -1)
  }

  #displayed(order: number, flags: number): number {
    const store = this.#store
    return (flags & ICEBERG) !== 0 ? store.cold(order, TIP) : store.get(order, LEAVES)
  }

  #countPegged(level: number, by: number): void {
    const at = (level << RECORD_SHIFT) | PEGGED
    this.levels.words[at] = this.levels.words[at]! + by
  }
}
