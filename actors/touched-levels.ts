/**
 * Which levels of a book a turn changed, and how they stand now: each once, in the order in which
 * they were first touched. One for a whole shard, since turns follow each other. Hot file.
 *
 *   table   | -- | 3 | -- | 1 |      place + 1 by key: a turn that sweeps a thousand levels, or elects a thousand
 *                                    stops, finds each in a probe; beside the first few nobody looks there
 */
import { growFloats, growInts } from './columns.ts'
import type { Sign } from './sign.ts'

const FIRST_TABLE = 64
/** So many are looked through one by one. */
const SCAN_MAX = 4

export class TouchedLevels {
  count = 0
  /** sign × price: no two levels of a book have the same. */
  #keys = new Int32Array(FIRST_TABLE)
  #signs = new Int32Array(FIRST_TABLE)
  #lots = new Float64Array(FIRST_TABLE)
  #orders = new Int32Array(FIRST_TABLE)
  #table = new Int32Array(2 * FIRST_TABLE)
  #mask = 2 * FIRST_TABLE - 1

  note(sign: Sign, priceTicks: number, lots: number, orders: number): void {
    const key = sign * priceTicks
    let index = this.#find(key)
    if (index < 0) {
      index = this.count++
      if (index === this.#keys.length) this.#grow()
      this.#keys[index] = key
      this.#signs[index] = sign
      if (this.count > SCAN_MAX) this.#enter(index)
    }
    this.#lots[index] = lots
    this.#orders[index] = orders
  }

  sign(index: number): Sign {
    return this.#signs[index]! as Sign
  }

  priceTicks(index: number): number {
    return this.#signs[index]! * this.#keys[index]!
  }

  lots(index: number): number {
    return this.#lots[index]!
  }

  orders(index: number): number {
    return this.#orders[index]!
  }

  clear(): void {
    // The last first: so each is still found by its own probe.
    if (this.count > SCAN_MAX) for (let i = this.count - 1; i >= 0; i--) this.#leave(i)
    this.count = 0
  }

  /** -1: it was not touched yet. */
  #find(key: number): number {
    const count = this.count
    if (count <= SCAN_MAX) {
      // The one touched last is the one that is touched again, most of the time.
      for (let index = count - 1; index >= 0; index--) if (this.#keys[index] === key) return index
      return -1
    }
    for (let at = this.#home(key); this.#table[at] !== 0; at = (at + 1) & this.#mask) {
      const index = this.#table[at]! - 1
      if (this.#keys[index] === key) return index
    }
    return -1
  }

  /** The first of them that is not looked through brings the others with it. */
  #enter(index: number): void {
    const from = index === SCAN_MAX ? 0 : index
    for (let i = from; i <= index; i++) {
      let at = this.#home(this.#keys[i]!)
      while (this.#table[at] !== 0) at = (at + 1) & this.#mask
      this.#table[at] = i + 1
    }
  }

  #leave(index: number): void {
    let at = this.#home(this.#keys[index]!)
    while (this.#table[at] !== index + 1) at = (at + 1) & this.#mask
    this.#table[at] = 0
  }

  #home(key: number): number {
    return (Math.imul(key, 0x9e3779b1) >>> 8) & this.#mask
  }

  #grow(): void {
    const length = 2 * this.#keys.length
    this.#keys = growInts(this.#keys, length)
    this.#signs = growInts(this.#signs, length)
    this.#lots = growFloats(this.#lots, length)
    this.#orders = growInts(this.#orders, length)
    this.#table = new Int32Array(2 * length)
    this.#mask = 2 * length - 1
    for (let index = 0; index < this.count - 1; index++) {
      let at = this.#home(this.#keys[index]!)
      while (this.#table[at] !== 0) at = (at + 1) & this.#mask
      this.#table[at] = index + 1
    }
  }
}
