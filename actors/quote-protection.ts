/**
 * How much the quotes of one account in one market may trade within a window, as the account itself has said, and how much
 * they have.
 *
 *   SET ──fill beyond a limit──▶ TRIPPED: no new quotes ──reset──▶ SET, nothing counted
 *
 * A fill counts for the window's length and up to a sixty-fourth of it more (bucket-window.ts).
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import { BucketWindow } from './bucket-window.ts'

/** Above any sum: no limit. */
export const UNLIMITED = Number.MAX_SAFE_INTEGER

export interface ProtectionLimits {
  /** Of the window; 0: no protection. */
  readonly seconds: number
  readonly fills: number
  /** Bought and sold together. */
  readonly lots: number
  readonly units: number
  /** Bought less sold, or the other way round. */
  readonly netLots: number
}

const NO_LIMITS: ProtectionLimits = {
  ...{ seconds: 0, fills: UNLIMITED, lots: UNLIMITED, units: UNLIMITED, netLots: UNLIMITED },
}

/** What a bucket counts. */
const FILLS = 0
const LOTS = 1
const UNITS = 2
const NET_LOTS = 3
const WIDTH = 4

export class QuoteProtection {
  isTripped = false
  #limits = NO_LIMITS
  #window: BucketWindow | undefined

  get limits(): ProtectionLimits {
    return this.#limits
  }

  /** What was traded counts on, unless the window has another length now. */
  change(limits: ProtectionLimits): void {
    const { seconds } = limits
    if (seconds !== this.#limits.seconds) this.#window = windowOf(seconds)
    this.#limits = limits
  }

  /** What was traded before counts no more. */
  reset(): void {
    this.isTripped = false
    this.#window?.clear()
  }

  /** A quote was filled: `sign` is its side. Whether that has tripped it. */
  note(sign: number, lots: number, units: number, timeUs: number): boolean {
    const window = this.#window
    if (window === undefined) return false
    if (timeUs >= window.endUs) window.roll(timeUs)
    const { at, values } = window
    values[at + FILLS]! += 1
    values[at + LOTS]! += lots
    values[at + UNITS]! += units
    values[at + NET_LOTS]! += sign * lots
    if (this.isTripped || !this.#isExceeded(values)) return false
    this.isTripped = true
    return true
  }

  #isExceeded(values: Float64Array): boolean {
    let [fills, lots, units, netLots] = [0, 0, 0, 0]
    for (let at = 0; at < values.length; at += WIDTH) {
      fills += values[at + FILLS]!
      lots += values[at + LOTS]!
      units += values[at + UNITS]!
      netLots += values[at + NET_LOTS]!
    }
    const limits = this.#limits
    return (
      fills > limits.fills ||
      lots > limits.lots ||
      units > limits.units ||
      Math.abs(netLots) > limits.netLots
    )
  }

  forEachState(add: (value: number) => void): void {
    const { seconds, fills, lots, units, netLots } = this.#limits
    for (const value of [this.isTripped ? 1 : 0, seconds, fills, lots, units, netLots]) add(value)
    this.#window?.forEachState(add)
  }

  transfer(snapshot: SnapshotTransfer): void {
    const limits = this.#limits
    this.isTripped = snapshot.number(this.isTripped ? 1 : 0) === 1
    this.#limits = {
      seconds: snapshot.number(limits.seconds),
      fills: snapshot.number(limits.fills),
      lots: snapshot.number(limits.lots),
      units: snapshot.number(limits.units),
      netLots: snapshot.number(limits.netLots),
    }
    if (snapshot.isRestoring) this.#window = windowOf(this.#limits.seconds)
    this.#window?.transfer(snapshot)
  }
}

const windowOf = (seconds: number): BucketWindow | undefined =>
  seconds === 0 ? undefined : new BucketWindow({ seconds, width: WIDTH })
