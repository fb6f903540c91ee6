/**
 * Who gets how much of one level that is shared out (RULES.md, 11):
 *
 *   wanted ≥ displayed   all that is displayed, in queue order; where nothing is, hidden orders in queue order
 *   else                 the top order, then shares in proportion, then what rounding left, in queue order
 *
 * 50 wanted of 100, 60, 3 and no top order: 30, 18, 0 (under the minimum of 2), and 2 left for the first: 32, 18.
 */
import type { BookSide } from './book-side.ts'
import type { BookWork } from './book-work.ts'
import { growInts } from './columns.ts'
import { ICEBERG } from './order-flags.ts'
import { FLAGS, LEAVES, LEVEL, NEXT, NIL, type OrderStore, TIP } from './order-store.ts'

export class ProRata {
  /** How many makers got something; they are `maker(0)` …, in the order in which they trade. */
  count = 0
  readonly #store: OrderStore
  readonly #work: BookWork
  #makers = new Int32Array(16)
  #lots = new Int32Array(16)
  #level = NIL

  constructor(store: OrderStore, work: BookWork) {
    this.#store = store
    this.#work = work
  }

  maker(index: number): number {
    return this.#makers[index]!
  }

  lots(index: number): number {
    return this.#lots[index]!
  }

  /** What the maker could still give: 0 if it has left the level since. */
  stillThere(index: number): number {
    const maker = this.#makers[index]!
    if (this.#store.get(maker, LEVEL) !== this.#level) return 0
    return this.#lots[index]!
  }

  allocate(side: BookSide, level: number, wanted: number): void {
    const displayed = side.lots(level)
    this.count = 0
    this.#level = level
    if (displayed === 0) this.#queueFrom(side.firstHidden(level), NIL, wanted)
    else if (wanted >= displayed) {
      this.#queueFrom(side.head(level), side.firstHidden(level), displayed)
    } else this.#share(side, level, wanted)
    this.#dropEmpty()
  }

  /** In queue order, up to the order `end`. */
  #queueFrom(first: number, end: number, wanted: number): void {
    let left = wanted
    for (let order = first; order !== end && left > 0; order = this.#store.get(order, NEXT)) {
      const lots = Math.min(left, this.#displayed(order))
      this.#add(order, lots)
      left -= lots
    }
  }

  #share(side: BookSide, level: number, wanted: number): void {
    const store = this.#store
    const { rules } = this.#work
    const end = side.firstHidden(level)
    let left = wanted
    let shared = side.lots(level)
    const top = rules.hasTopOrder ? this.#work.topOf(side) : NIL
    const hasTop = top !== NIL && store.get(top, LEVEL) === level
    if (hasTop) {
      const lots = Math.min(left, this.#displayed(top))
      this.#add(top, lots)
      left -= lots
      shared -= this.#displayed(top)
    }
    const rest = left
    for (let order = side.head(level); order !== end; order = store.get(order, NEXT)) {
      if (hasTop && order === top) continue
      const share = floorShare(rest, this.#displayed(order), shared)
      const lots = share < rules.allocationMin ? 0 : share
      this.#add(order, lots)
      left -= lots
    }
    for (let i = 0; i < this.count && left > 0; i++) {
      const more = Math.min(left, this.#displayed(this.#makers[i]!) - this.#lots[i]!)
      this.#lots[i] = this.#lots[i]! + more
      left -= more
    }
  }

  #displayed(order: number): number {
    const store = this.#store
    const isIceberg = (store.get(order, FLAGS) & ICEBERG) !== 0
    return isIceberg ? store.cold(order, TIP) : store.get(order, LEAVES)
  }

  #add(order: number, lots: number): void {
    const index = this.count++
    if (index === this.#makers.length) {
      this.#makers = growInts(this.#makers, index + 1)
      this.#lots = growInts(this.#lots, index + 1)
    }
    this.#makers[index] = order
    this.#lots[index] = lots
  }

  #dropEmpty(): void {
    let kept = 0
    for (let i = 0; i < this.count; i++) {
      if (this.#lots[i] === 0) continue
      this.#makers[kept] = this.#makers[i]!
      this.#lots[kept++] = this.#lots[i]!
    }
    this.count = kept
  }
}

/** floor(a × b / c) for a, b < 2^31 and a ≤ c, where a × b may go beyond 2^53. */
export function floorShare(a: number, b: number, c: number): number {
  if (a * b <= Number.MAX_SAFE_INTEGER) return Math.floor((a * b) / c)
  // The double is off by one at most; the remainder, in 32-bit halves, says which way.
  const guess = Math.floor((a / c) * b)
  for (const share of [guess + 1, guess, guess - 1]) {
    if (isNotAbove(share, c, a, b)) return share
  }
  throw new Error(`${a} × ${b} / ${c} has no share`)
}

/** x × y ≤ u × v, exactly, for safe integers x, y and u, v below 2^53 whose products are below 2^106. */
function isNotAbove(x: number, y: number, u: number, v: number): boolean {
  const [leftHigh, leftLow] = product(x, y)
  const [rightHigh, rightLow] = product(u, v)
  return leftHigh < rightHigh || (leftHigh === rightHigh && leftLow <= rightLow)
}

/** A product as high × 2^32 + low, for x below 2^53 and y below 2^53. */
function product(x: number, y: number): [number, number] {
  const WORD = 2 ** 32
  const HALF = 2 ** 16
  let high = 0
  let low = 0
  // y in limbs of 16 bits, from the most significant on: (high, low) × 2^16 + x × limb.
  for (let shift = 3; shift >= 0; shift--) {
    const limb = Math.floor(y / HALF ** shift) % HALF
    const lowTimes = low * HALF
    const xLow = (x % WORD) * limb
    const xHigh = Math.floor(x / WORD) * limb
    const sum = (lowTimes % WORD) + (xLow % WORD)
    high = high * HALF + Math.floor(lowTimes / WORD) + Math.floor(xLow / WORD) + xHigh
    high += Math.floor(sum / WORD)
    low = sum % WORD
  }
  return [high, low]
}
