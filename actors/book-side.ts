/**
 * One side of a book: price levels sorted with the best at the END, each a queue of orders.
 *
 *   keys    | -105 | -103 | -101 |       asks at 105, 103, 101: key = sign × price, so the greatest key is the best
 *   levels  |   4  |   1  |   7  |       and most inserts and deletes shift nothing
 *                             │
 *                 level 7:  head ─▶ order ⇄ order ⇄ order ⇄ hidden ⇄ hidden ◀─ tail
 *                                                             ▲─ first hidden
 *
 *   level   word 0     1       2       3        4          5        6 - 7
 *         +-------+--------+-------+-------+---------+----------+-----------+
 *         | head  |  tail  | count |  key  | first   |  pegged  |  lots f64 |       count, pegged and lots are of
 *         |       |        |       |       | hidden  |          |           |       displayed orders only
 *         +-------+--------+-------+-------+---------+----------+-----------+
 *
 * Displayed orders come before hidden ones, both in order of arrival. Level slot 0 is nil; free
 * level slots are a stack through HEAD. Waiting stops stand in the same structure, by trigger. Hot
 * file.
 */
import { growFloats, growInts } from './columns.ts'
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
import type { Sign } from './sign.ts'

const HEAD = 0
const TAIL = 1
const COUNT = 2
const KEY = 3
const FIRST_HIDDEN = 4
const PEGGED = 5
const RECORD_SHIFT = 3
/** Where a level's lots stand among the floats of the same memory: words 6 and 7. */
const LOTS = 3
const FLOATS_SHIFT = 2

const FIRST_LEVELS = 16
/** Below this many entries a plain loop beats the call of copyWithin. */
const SHIFT_LOOP_MAX = 32

export class BookSide {
  readonly sign: Sign
  readonly #store: OrderStore
  #words = new Int32Array(FIRST_LEVELS << RECORD_SHIFT)
  /** Over the same memory. */
  #floats = new Float64Array(this.#words.buffer)
  #reserves = new Float64Array(FIRST_LEVELS)
  #keys = new Int32Array(FIRST_LEVELS)
  #levels = new Int32Array(FIRST_LEVELS)
  #levelCount = 0
  #freeHead = NIL
  #fresh = 1

  constructor(sign: Sign, store: OrderStore) {
    this.sign = sign
    this.#store = store
  }

  get levelCount(): number {
    return this.#levelCount
  }

  /** The best level, or NIL. */
  get best(): number {
    return this.#levelCount === 0 ? NIL : this.#levels[this.#levelCount - 1]!
  }

  /** The level at `rank`, from 0 for the best, or NIL. */
  levelAt(rank: number): number {
    return rank < this.#levelCount ? this.#levels[this.#levelCount - 1 - rank]! : NIL
  }

  /** The best level that displays something, or NIL. */
  get bestDisplayed(): number {
    for (let index = this.#levelCount - 1; index >= 0; index--) {
      const level = this.#levels[index]!
      if (this.count(level) > 0) return level
    }
    return NIL
  }

  /** The best level where an order is displayed that follows no other's price, or NIL. */
  get bestReference(): number {
    for (let index = this.#levelCount - 1; index >= 0; index--) {
      const level = this.#levels[index]!
      if (this.count(level) > this.#words[(level << RECORD_SHIFT) | PEGGED]!) return level
    }
    return NIL
  }

  /** The first order of a level. */
  head(level: number): number {
    return this.#words[(level << RECORD_SHIFT) | HEAD]!
  }

  tail(level: number): number {
    return this.#words[(level << RECORD_SHIFT) | TAIL]!
  }

  firstHidden(level: number): number {
    return this.#words[(level << RECORD_SHIFT) | FIRST_HIDDEN]!
  }

  /** How many orders are displayed there. */
  count(level: number): number {
    return this.#words[(level << RECORD_SHIFT) | COUNT]!
  }

  pegged(level: number): number {
    return this.#words[(level << RECORD_SHIFT) | PEGGED]!
  }

  /** All lots displayed there. */
  lots(level: number): number {
    return this.#floats[(level << FLOATS_SHIFT) | LOTS]!
  }

  priceTicks(level: number): number {
    return this.sign * this.key(level)
  }

  key(level: number): number {
    return this.#words[(level << RECORD_SHIFT) | KEY]!
  }

  isEmpty(level: number): boolean {
    return this.#words[(level << RECORD_SHIFT) | HEAD] === NIL
  }

  /** Puts an order at the back of the displayed or the hidden ones of a key. Returns the level. */
  append(order: number, key: number): number {
    const { words } = this.#store
    const level = this.#levelOf(key)
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
    return this.#reserves[level]!
  }

  /** Displayed lots of this level are gone: filled, or given up. */
  shrink(level: number, lots: number): void {
    const at = (level << FLOATS_SHIFT) | LOTS
    this.#floats[at] = this.#floats[at]! - lots
  }

  /** Undisplayed lots of this level are gone. */
  shrinkReserve(level: number, lots: number): void {
    this.#reserves[level] = this.#reserves[level]! - lots
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
    if (previous === NIL) this.#words[levelAt | HEAD] = next
    else words[(previous << 4) | NEXT] = next
    if (next === NIL) this.#words[levelAt | TAIL] = previous
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

  /** Takes an empty level out of the index. */
  drop(level: number): void {
    const index = this.#position(this.key(level))
    this.#shift(index + 1, -1)
    this.#levelCount--
    this.#words[(level << RECORD_SHIFT) | HEAD] = this.#freeHead
    this.#freeHead = level
  }

  /** How many levels have this key or a better one. */
  countFrom(key: number): number {
    return this.#levelCount - this.#position(key)
  }

  #link(order: number, level: number, previous: number, next: number): void {
    const { words } = this.#store
    const at = order << 4
    words[at | LEVEL] = level
    words[at | NEXT] = next
    words[at | PREVIOUS] = previous
    const levelAt = level << RECORD_SHIFT
    if (previous === NIL) this.#words[levelAt | HEAD] = order
    else words[(previous << 4) | NEXT] = order
    if (next === NIL) this.#words[levelAt | TAIL] = order
    else words[(next << 4) | PREVIOUS] = order
  }

  /** So many orders and lots more are displayed. */
  #show(level: number, orders: number, lots: number): void {
    const countAt = (level << RECORD_SHIFT) | COUNT
    const lotsAt = (level << FLOATS_SHIFT) | LOTS
    this.#words[countAt] = this.#words[countAt]! + orders
    this.#floats[lotsAt] = this.#floats[lotsAt]! + lots
  }

  #appendSpecial(order: number, level: number, flags: number): void {
    const at = (level << RECORD_SHIFT) | FIRST_HIDDEN
    if ((flags & HIDDEN) !== 0) {
      this.#link(order, level, this.tail(level), NIL)
      if (this.#words[at] === NIL) this.#words[at] = order
      this.shrinkReserve(level, -this.#store.get(order, LEAVES))
      return
    }
    const next = this.#words[at]!
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
      if (this.#words[at] === order) this.#words[at] = next
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
    this.#words[at] = this.#words[at]! + by
  }

  #levelOf(key: number): number {
    const index = this.#position(key)
    if (index < this.#levelCount && this.#keys[index] === key) return this.#levels[index]!
    const level = this.#allocate()
    const at = level << RECORD_SHIFT
    const words = this.#words
    words[at | HEAD] = NIL
    words[at | TAIL] = NIL
    words[at | COUNT] = 0
    words[at | KEY] = key
    words[at | FIRST_HIDDEN] = NIL
    words[at | PEGGED] = 0
    this.#floats[(level << FLOATS_SHIFT) | LOTS] = 0
    this.#reserves[level] = 0
    if (this.#levelCount === this.#keys.length) {
      this.#keys = growInts(this.#keys, this.#levelCount + 1)
      this.#levels = growInts(this.#levels, this.#levelCount + 1)
    }
    this.#shift(index, 1)
    this.#keys[index] = key
    this.#levels[index] = level
    this.#levelCount++
    return level
  }

  /**
   * Index of the first key that is not less. Gallops from the end: most of what happens, happens
   * near the best.
   */
  #position(key: number): number {
    const keys = this.#keys
    let high = this.#levelCount
    let step = 1
    let low = high - 1
    while (low >= 0 && keys[low]! >= key) {
      high = low
      low -= step
      step *= 2
    }
    low = low < 0 ? 0 : low + 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if (keys[middle]! < key) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Moves the index from `from` on by one place, up or down. */
  #shift(from: number, by: 1 | -1): void {
    const count = this.#levelCount
    const keys = this.#keys
    const levels = this.#levels
    if (count - from > SHIFT_LOOP_MAX) {
      keys.copyWithin(from + by, from, count)
      levels.copyWithin(from + by, from, count)
    } else if (by > 0) {
      for (let i = count; i > from; i--) {
        keys[i] = keys[i - 1]!
        levels[i] = levels[i - 1]!
      }
    } else {
      for (let i = from; i < count; i++) {
        keys[i - 1] = keys[i]!
        levels[i - 1] = levels[i]!
      }
    }
  }

  #allocate(): number {
    const level = this.#freeHead
    if (level !== NIL) {
      this.#freeHead = this.head(level)
      return level
    }
    if (this.#fresh << RECORD_SHIFT === this.#words.length) {
      // Not bounded by itself: a level has an order, and those are.
      const floats = growFloats(this.#floats, 2 * this.#floats.length)
      this.#floats = floats
      this.#words = new Int32Array(floats.buffer)
      this.#reserves = growFloats(this.#reserves, floats.length >> FLOATS_SHIFT)
    }
    return this.#fresh++
  }
}
