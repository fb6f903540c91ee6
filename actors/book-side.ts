/**
 * One side of a book: price levels sorted with the best at the END, each a FIFO of orders.
 *
 *   keys    | -105 | -103 | -101 |       asks at 105, 103, 101: key = sign × price, so the greatest key is the best
 *   levels  |   4  |   1  |   7  |       and most inserts and deletes shift nothing
 *                             │
 *                 level 7:  head ─▶ order ⇄ order ⇄ order ◀─ tail         count, lots, key
 *
 * Level slot 0 is nil; free level slots are a stack through HEAD. Hot file.
 */
import { growFloats, growInts } from './columns.ts'
import { LEAVES, LEVEL, NEXT, NIL, type OrderStore, PREVIOUS, PRICE } from './order-store.ts'
import type { Sign } from './sign.ts'

const HEAD = 0
const TAIL = 1
const COUNT = 2
const KEY = 3
const RECORD_SHIFT = 2

const FIRST_LEVELS = 64
/** Below this many entries a plain loop beats the call of copyWithin. */
const SHIFT_LOOP_MAX = 32

export class BookSide {
  readonly sign: Sign
  readonly #store: OrderStore
  #words = new Int32Array(FIRST_LEVELS << RECORD_SHIFT)
  #lots = new Float64Array(FIRST_LEVELS)
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

  /** The oldest order of a level. */
  head(level: number): number {
    return this.#words[(level << RECORD_SHIFT) | HEAD]!
  }

  tail(level: number): number {
    return this.#words[(level << RECORD_SHIFT) | TAIL]!
  }

  /** How many orders rest there. */
  count(level: number): number {
    return this.#words[(level << RECORD_SHIFT) | COUNT]!
  }

  /** All lots resting there. */
  lots(level: number): number {
    return this.#lots[level]!
  }

  priceTicks(level: number): number {
    return this.sign * this.key(level)
  }

  key(level: number): number {
    return this.#words[(level << RECORD_SHIFT) | KEY]!
  }

  /** Puts an order at the tail of its price. Returns the level. */
  append(order: number): number {
    const store = this.#store
    const level = this.#levelOf(this.sign * store.get(order, PRICE))
    const at = level << RECORD_SHIFT
    const tail = this.#words[at | TAIL]!
    store.set(order, LEVEL, level)
    store.set(order, NEXT, NIL)
    store.set(order, PREVIOUS, tail)
    if (tail === NIL) this.#words[at | HEAD] = order
    else store.set(tail, NEXT, order)
    this.#words[at | TAIL] = order
    this.#words[at | COUNT] = this.#words[at | COUNT]! + 1
    this.#lots[level] = this.#lots[level]! + store.get(order, LEAVES)
    return level
  }

  /** Lots of an order of this level are gone: filled, or given up. */
  shrink(level: number, lots: number): void {
    this.#lots[level] = this.#lots[level]! - lots
  }

  /**
   * Takes an order out of its level's chain; the lots it still has leave with it. The level stays,
   * even empty, until `drop`: so its last totals can still be read.
   */
  unlink(order: number): void {
    const store = this.#store
    const level = store.get(order, LEVEL)
    const at = level << RECORD_SHIFT
    const next = store.get(order, NEXT)
    const previous = store.get(order, PREVIOUS)
    if (previous === NIL) this.#words[at | HEAD] = next
    else store.set(previous, NEXT, next)
    if (next === NIL) this.#words[at | TAIL] = previous
    else store.set(next, PREVIOUS, previous)
    this.#words[at | COUNT] = this.#words[at | COUNT]! - 1
    this.#lots[level] = this.#lots[level]! - store.get(order, LEAVES)
    store.set(order, LEVEL, NIL)
  }

  /** Takes an empty level out of the index. */
  drop(level: number): void {
    const index = this.#position(this.key(level))
    this.#shift(index + 1, -1)
    this.#levelCount--
    this.#words[(level << RECORD_SHIFT) | HEAD] = this.#freeHead
    this.#freeHead = level
  }

  #levelOf(key: number): number {
    const index = this.#position(key)
    if (index < this.#levelCount && this.#keys[index] === key) return this.#levels[index]!
    const level = this.#allocate()
    const at = level << RECORD_SHIFT
    this.#words[at | HEAD] = NIL
    this.#words[at | TAIL] = NIL
    this.#words[at | COUNT] = 0
    this.#words[at | KEY] = key
    this.#lots[level] = 0
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
    if (this.#fresh === this.#lots.length) {
      // Not bounded by itself: a level has an order, and those are.
      const levels = 2 * this.#lots.length
      this.#words = growInts(this.#words, levels << RECORD_SHIFT)
      this.#lots = growFloats(this.#lots, levels)
      this.#keys = growInts(this.#keys, levels)
      this.#levels = growInts(this.#levels, levels)
    }
    return this.#fresh++
  }
}
