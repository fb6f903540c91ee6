/**
 * The price that bands are drawn around, and how long the market has pressed against one of them.
 * After the US Limit Up / Limit Down plan; all of its numbers are terms.
 *
 *   prints ──▶ mean of the window ──▶ REFERENCE ──▶ bands, drawn elsewhere ──▶ LIMIT STATE
 *
 * The reference is replaced by the mean when that is at least `stepBps` off, and at most every
 * `intervalSeconds`. Decided here:
 *
 * - each print counts once, whatever its size; the mean is rounded down;
 * - the window is the last 64 whole buckets (bucket-window.ts), and it is looked at when a bucket
 *   is over, at the next print or `advance`: a print cannot move the band it trades in;
 * - nothing printed in the window: the reference stays. Without any, the first print is it, unless
 *   prints do not count at all;
 * - an uncross, or an operator, sets it (`restart`): what was before a halt says nothing after.
 *
 * A market is in a limit state while its best bid is at or above the upper band, or its best ask at
 * or below the lower one; from one band to the other it begins anew. Nothing here acts. Hot file.
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import { BucketWindow } from './bucket-window.ts'

export interface PriceReferenceTerms {
  /** Whole seconds; 0: prints do not move the reference, uncrosses alone. LULD: 300. */
  readonly windowSeconds: number
  /** LULD: 100. */
  readonly stepBps: number
  /** LULD: 30. */
  readonly intervalSeconds: number
  /** How long a quote may be pinned at a band; 0: for ever. LULD: 15. */
  readonly limitStateSeconds: number
}

const US_PER_SECOND = 1_000_000
const BPS_PER_WHOLE = 10_000

/** Of a bucket: the prices' sum as high × 2^16 + low, so that 2^36 prints are added exactly. */
const HIGH = 0
const LOW = 1
const COUNT = 2
const WIDTH = 3
const HALF = 0x10000

export class PriceReference {
  #terms: PriceReferenceTerms
  #window: BucketWindow
  #referenceTicks: number
  /** Before this it is not replaced. */
  #keptUntilUs = 0
  /** The band that the quote is pinned at: 1 the upper, −1 the lower, 0 none. */
  #pinnedAt = 0
  #dueTimeUs = 0

  /** `referenceTicks` 0: there is none before the first print. */
  constructor(terms: PriceReferenceTerms, referenceTicks: number) {
    this.#terms = terms
    this.#window = new BucketWindow({ seconds: terms.windowSeconds, width: WIDTH })
    this.#referenceTicks = referenceTicks
  }

  get terms(): PriceReferenceTerms {
    return this.#terms
  }

  /** The reference stays; prints of before are forgotten. */
  changeTerms(terms: PriceReferenceTerms): void {
    this.#terms = terms
    this.#window = new BucketWindow({ seconds: terms.windowSeconds, width: WIDTH })
    this.leaveLimitState()
  }

  /** Ticks, or 0: none yet. */
  get referenceTicks(): number {
    return this.#referenceTicks
  }

  /** When a pause of the market is due, if the quote stays where it is; 0: not. */
  get dueTimeUs(): number {
    return this.#dueTimeUs
  }

  /** A trade in continuous trading. Returns whether there is another reference now. */
  onPrint(timeUs: number, priceTicks: number): boolean {
    if (this.#terms.windowSeconds === 0) return false
    const isNew = timeUs >= this.#window.endUs && this.#roll(timeUs)
    const { values, at } = this.#window
    values[at + HIGH] = values[at + HIGH]! + (priceTicks >>> 16)
    values[at + LOW] = values[at + LOW]! + (priceTicks & (HALF - 1))
    values[at + COUNT] = values[at + COUNT]! + 1
    if (this.#referenceTicks !== 0) return isNew
    this.#set(timeUs, priceTicks)
    return true
  }

  /** Time has gone on, to a tick or another command. Returns whether there is another reference. */
  advance(timeUs: number): boolean {
    if (this.#terms.windowSeconds === 0) return false
    return timeUs >= this.#window.endUs && this.#roll(timeUs)
  }

  /** An uncross at this price, or an operator's word. */
  restart(timeUs: number, priceTicks: number): void {
    this.#window.clear()
    this.#set(timeUs, priceTicks)
    this.leaveLimitState()
  }

  /**
   * The quote at the end of a turn in continuous trading; a price 0 is a side without orders, a
   * band 0 none. Returns `dueTimeUs`.
   */
  onQuote(
    timeUs: number,
    bidTicks: number,
    askTicks: number,
    lowerTicks: number,
    upperTicks: number,
  ): number {
    let pinnedAt = 0
    if (upperTicks !== 0 && bidTicks >= upperTicks) pinnedAt = 1
    else if (askTicks !== 0 && askTicks <= lowerTicks) pinnedAt = -1
    if (pinnedAt === this.#pinnedAt) return this.#dueTimeUs
    this.#pinnedAt = pinnedAt
    const { limitStateSeconds } = this.#terms
    const isTimed = pinnedAt !== 0 && limitStateSeconds !== 0
    this.#dueTimeUs = isTimed ? timeUs + limitStateSeconds * US_PER_SECOND : 0
    return this.#dueTimeUs
  }

  /** Continuous trading was left: no quote presses against anything. */
  leaveLimitState(): void {
    this.#pinnedAt = 0
    this.#dueTimeUs = 0
  }

  forEachState(add: (value: number) => void): void {
    add(this.#referenceTicks)
    add(this.#keptUntilUs)
    add(this.#pinnedAt)
    add(this.#dueTimeUs)
    this.#window.forEachState(add)
  }

  /** The buckets before the one of `timeUs` are over: so is what their mean has to say. */
  #roll(timeUs: number): boolean {
    this.#window.roll(timeUs)
    if (timeUs < this.#keptUntilUs || this.#referenceTicks === 0) return false
    const meanTicks = this.#meanTicks()
    const off = Math.abs(meanTicks - this.#referenceTicks) * BPS_PER_WHOLE
    if (meanTicks === 0 || meanTicks === this.#referenceTicks) return false
    if (off < this.#referenceTicks * this.#terms.stepBps) return false
    this.#set(timeUs, meanTicks)
    return true
  }

  #set(timeUs: number, priceTicks: number): void {
    this.#referenceTicks = priceTicks
    this.#keptUntilUs = timeUs + this.#terms.intervalSeconds * US_PER_SECOND
  }

  /** Rounded down; 0 of nothing. By a long division: high first, its remainder to the low ones. */
  #meanTicks(): number {
    const { values } = this.#window
    let high = 0
    let low = 0
    let count = 0
    for (let at = 0; at < values.length; at += WIDTH) {
      high += values[at + HIGH]!
      low += values[at + LOW]!
      count += values[at + COUNT]!
    }
    if (count === 0) return 0
    const whole = Math.floor(high / count)
    return whole * HALF + Math.floor(((high - whole * count) * HALF + low) / count)
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.#window.transfer(snapshot)
    this.#referenceTicks = snapshot.number(this.#referenceTicks)
    this.#keptUntilUs = snapshot.number(this.#keptUntilUs)
    this.#pinnedAt = snapshot.number(this.#pinnedAt)
    this.#dueTimeUs = snapshot.number(this.#dueTimeUs)
  }
}
