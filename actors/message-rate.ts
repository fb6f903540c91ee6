/**
 * How many messages an account may send: a token bucket of a second's worth, filled as time goes.
 *
 *   spent   |████████░░░░░░░░░░|  perSecond     a message adds one, a second takes perSecond away
 *
 * Counted in millionths of a message, so that a microsecond gives back perSecond of them: whole
 * numbers, without a remainder to lose. What is kept is what was spent and not what is left: it is
 * nothing for a new account, and stays right when the limit changes. A refused message spends
 * nothing. Time is the command's, which never runs backwards.
 *
 * Requests (orders, amends) and cancels have a bucket each: who has used up the one can still get
 * out. The order desk asks before anything else, also for what it then refuses. Hot file.
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import { growFloats } from './columns.ts'
import { NO_LIMIT } from './risk-limits.ts'

const MILLIONTHS = 1_000_000

/** Which bucket: where its two numbers stand in an account's record. */
export const REQUESTS = 0
export const CANCELS = 2
export type Bucket = typeof REQUESTS | typeof CANCELS
const RECORD_SHIFT = 2

const SPENT = 0
const TIME_US = 1

export class MessageRate {
  #records = new Float64Array(16 << RECORD_SHIFT)

  /**
   * Whether an account may send one more message; if so it has. `perSecond` is its limit of now
   * (risk-limits.ts), at least 1, or NO_LIMIT: then nothing is counted.
   */
  admit(account: number, bucket: Bucket, perSecond: number, timeUs: number): boolean {
    if (perSecond === NO_LIMIT) return true
    const at = (account << RECORD_SHIFT) | bucket
    if (at >= this.#records.length) this.#records = growFloats(this.#records, at + 2)
    const records = this.#records
    // After a long silence the product is rounded, and below nothing all the same.
    const left = records[at + SPENT]! - (timeUs - records[at + TIME_US]!) * perSecond
    const spent = Math.max(left, 0) + MILLIONTHS
    if (spent > perSecond * MILLIONTHS) return false
    records[at + SPENT] = spent
    records[at + TIME_US] = timeUs
    return true
  }

  /** Buckets that were used, by account, for the state hash. */
  forEachState(add: (value: number) => void): void {
    for (let at = 0; at < this.#records.length; at++) {
      if (this.#records[at] === 0) continue
      add(at)
      add(this.#records[at]!)
    }
    add(-1)
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.#records = snapshot.floats(this.#records)
  }
}
