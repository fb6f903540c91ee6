/**
 * The last so many seconds, cut into buckets, in memory that does not grow with what happens in
 * them: `width` numbers for each bucket, and one bucket more than the window has.
 *
 *   time    ──────────┬─────┬─────┬──── - - ────┬─────┬──▶
 *   bucket            │ b-64│ b-63│             │  b  │  now is in b
 *                     └─────┴─────┴──── - - ────┴─────┘
 *                      the window of before b            b is not over
 *
 * A whole second is divided by 64 without a remainder, so a window of whole seconds is exactly 64
 * buckets. What happened is forgotten bucket by bucket: after the window's length, and before one
 * bucket more. Buckets lie at multiples of their length since the epoch, whenever they are first
 * looked at: so they are a function of time and of nothing else. Hot file.
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
export const BUCKETS = 64
const SLOTS = BUCKETS + 1
const US_PER_SECOND = 1_000_000

export class BucketWindow {
  readonly bucketUs: number
  /** All buckets' numbers, 0 where nothing happened; for sums over all of them. */
  readonly values: Float64Array
  /** Where in `values` the present bucket's numbers begin. */
  at = 0
  /** From here on `roll` must be called before anything is written. */
  endUs = 0
  readonly #width: number
  #bucket = -1

  constructor(shape: { readonly seconds: number; readonly width: number }) {
    this.bucketUs = (shape.seconds * US_PER_SECOND) / BUCKETS
    this.#width = shape.width
    this.values = new Float64Array(SLOTS * shape.width)
  }

  /** Goes on to the bucket of a time at or behind `endUs`; what is then too old is wiped. */
  roll(timeUs: number): void {
    const bucket = Math.floor(timeUs / this.bucketUs)
    const width = this.#width
    const passed = Math.min(bucket - this.#bucket, SLOTS)
    for (let i = 0; i < passed; i++) {
      const slot = (bucket - i) % SLOTS
      this.values.fill(0, slot * width, (slot + 1) * width)
    }
    this.#bucket = bucket
    this.at = (bucket % SLOTS) * width
    this.endUs = (bucket + 1) * this.bucketUs
  }

  /** Forgets all that happened. */
  clear(): void {
    this.values.fill(0)
  }

  /** The present bucket, then all buckets from the oldest on, for the state hash. */
  forEachState(add: (value: number) => void): void {
    add(this.#bucket)
    for (let i = 0; i < this.values.length; i++) {
      add(this.values[(this.at + this.#width + i) % this.values.length]!)
    }
  }

  transfer(snapshot: SnapshotTransfer): void {
    snapshot.fill(this.values)
    this.at = snapshot.number(this.at)
    this.endUs = snapshot.number(this.endUs)
    this.#bucket = snapshot.number(this.#bucket)
  }
}
