/**
 * What became of records for which there was no room, in shared memory.
 *
 *   byte 0       128       136         144        152      160        256
 *        +---------+---------+-----------+----------+--------+- - - - -+
 *        |  empty  | dropped | conflated | timeouts |  held  |         |
 *        +---------+---------+-----------+----------+--------+- - - - -+
 *
 * The producer's thread writes, plain doubles as in a ring's counters (ring-layout.ts). The first
 * line is empty because the allocator promises no alignment, as before a doorbell.
 */

import { LINE_BYTES } from './fixed-line.ts'

const DROPPED_INDEX = LINE_BYTES / 8
const CONFLATED_INDEX = DROPPED_INDEX + 1
const TIMEOUTS_INDEX = DROPPED_INDEX + 2
const HELD_INDEX = DROPPED_INDEX + 3
const POLICY_COUNTERS_BYTES = 2 * LINE_BYTES

export const allocatePolicyCounters = (): SharedArrayBuffer =>
  new SharedArrayBuffer(POLICY_COUNTERS_BYTES)

/** Producer's side. */
export class PolicyCounters {
  readonly #counters: Float64Array

  constructor(memory: SharedArrayBuffer) {
    this.#counters = countersOf(memory)
  }

  countDropped(): void {
    this.#counters[DROPPED_INDEX] = this.#counters[DROPPED_INDEX]! + 1
  }

  countConflated(): void {
    this.#counters[CONFLATED_INDEX] = this.#counters[CONFLATED_INDEX]! + 1
  }

  countTimeout(): void {
    this.#counters[TIMEOUTS_INDEX] = this.#counters[TIMEOUTS_INDEX]! + 1
  }

  setHeld(records: number): void {
    this.#counters[HELD_INDEX] = records
  }
}

/** For any thread. Its figures are not of one moment. */
export class PolicyGauge {
  readonly #counters: Float64Array

  constructor(memory: SharedArrayBuffer) {
    this.#counters = countersOf(memory)
  }

  /** Records that were dropped because the ring was full. */
  get droppedCount(): number {
    return this.#counters[DROPPED_INDEX]!
  }

  /** Records whose place a later one of their key took, while they waited for room. */
  get conflatedCount(): number {
    return this.#counters[CONFLATED_INDEX]!
  }

  /** Claims that waited for room until their time was up. */
  get timeoutCount(): number {
    return this.#counters[TIMEOUTS_INDEX]!
  }

  /** Records that wait for room now. */
  get heldRecords(): number {
    return this.#counters[HELD_INDEX]!
  }
}

const countersOf = (memory: SharedArrayBuffer): Float64Array => {
  if (memory.byteLength === POLICY_COUNTERS_BYTES) return new Float64Array(memory)
  throw new RangeError(
    `policy: ${memory.byteLength} B is no memory for counters: take it from ` +
      'allocatePolicyCounters()',
  )
}
