/**
 * One ring of many producers in shared memory. Its first lines lie as those of a ring of one
 * producer do (ring-layout.ts), and mean the same, where they are not named otherwise here.
 *
 *   byte 0        128         256        384         512        640          768
 *        +---------+-----------+----------+-----------+----------+------------+-- - --+-- - - --+
 *        |  fixed  |   TAIL    |   HEAD   | ROOM_WAIT | RELEASE  | consumer's |  re-  |  pro-   |
 *        |         |           |          |           |          |  counters  | cords | ducers  |
 *        +---------+-----------+----------+-----------+----------+------------+-- - --+-- - - --+
 *   writer  nobody   producers   consumer      all      consumer    consumer     all      each
 *
 *   producers, one line each, number 1 first:
 *              0         8            16            24                        128
 *              +---------+------------+-------------+--------------------------+
 *              | INTENT  | records in | claims full |                          |
 *              +---------+------------+-------------+--------------------------+
 *
 *   record     0        4        8                                   length, then padded to 8
 *              +--------+--------+---------------------------------------+
 *              | length |  type  |                payload                |
 *              +--------+--------+---------------------------------------+
 *                 > 0     committed: the record's bytes; the store of this word publishes it
 *                   0     nobody's, or claimed this moment
 *                 < 0     claimed: -(units << 6 | the producer's number)
 *
 * TAIL is the end of what is claimed, not of what is published. Whatever lies between TAIL and HEAD
 * and is not claimed is zero, all of it: any of its words may be the next length.
 *
 * ROOM_WAIT has a bit for each producer that waits for room. RELEASE is where HEAD is about to go.
 * INTENT is the position where its producer is claiming or has claimed, none between its records:
 * what a dead one owned is found by it (mpsc-unblock.ts).
 */

import {
  checkLength,
  LINE_BYTES,
  type RingForm,
  type RingKind,
  readFixedLine,
} from '../fixed-line.ts'
import { DATA_OFFSET, PROD_WAIT_INDEX, RECORD_LENGTH_OFFSET, UNIT_SHIFT } from '../ring-layout.ts'

/** Indices into an Int32Array over the whole memory. */
export const ROOM_WAIT_INDEX = PROD_WAIT_INDEX
export const RELEASE_INDEX = ROOM_WAIT_INDEX + LINE_BYTES / 4
/** Of the word at data offset 0 that holds a length; `offset >> 2` beyond it, that of another. */
export const LENGTHS_INDEX = (DATA_OFFSET + RECORD_LENGTH_OFFSET) / 4

/** A bit of ROOM_WAIT for each. */
export const PRODUCERS_MAX = 32

export const MPSC: RingKind = {
  noun: 'mpsc',
  /** 'TSRP' */
  magic: 0x50525354,
  version: 1,
  maker: 'allocateMpscRing()',
}

export interface MpscForm extends RingForm {
  readonly producersMax: number
}

/** Reads the fixed line, or throws if this memory is no ring of many producers. */
export const readMpscForm = (memory: SharedArrayBuffer): MpscForm => {
  const { name, capacityBytes } = readFixedLine(memory, MPSC)
  const bytesBehind = memory.byteLength - DATA_OFFSET - capacityBytes
  const producersMax = Math.max(1, Math.trunc(bytesBehind / LINE_BYTES))
  checkLength(memory, MPSC, DATA_OFFSET + capacityBytes + producersMax * LINE_BYTES)
  return { name, capacityBytes, producersMax }
}

const lineOf = (capacityBytes: number, number: number): number =>
  DATA_OFFSET + capacityBytes + (number - 1) * LINE_BYTES

/** Into an Int32Array over the whole memory. */
export const intentIndex = (capacityBytes: number, number: number): number =>
  lineOf(capacityBytes, number) / 4

/** Into a Float64Array over the whole memory, as FULL_COUNT's (ring-layout.ts). */
export const producerRecordsIndex = (capacityBytes: number, number: number): number =>
  (lineOf(capacityBytes, number) + 8) / 8
export const producerFullIndex = (capacityBytes: number, number: number): number =>
  producerRecordsIndex(capacityBytes, number) + 1

/** In ROOM_WAIT, and wherever producers are a set. */
export const bitOf = (number: number): number => 1 << (number - 1)

/** Of an INTENT: its producer has no claim, and is making none. Memory begins so. */
export const NO_INTENT = 0

/**
 * The INTENT to claim at a position, never NO_INTENT. The position's highest bit is lost, which
 * leaves a circle of 16 GiB: an intent lives as long as a claim, and a ring has 1 GiB at most.
 */
export const intentAt = (position: number): number => (position << 1) | 1

/** How many units the intent lies beyond a position; a very large number where it lies behind. */
export const unitsAhead = (intent: number, position: number): number =>
  ((intent >> 1) - position) & 0x7fffffff

/** What stands in the length word of a claim: the longest one has 2^24 units. */
const NUMBER_BITS = 6
export const claimWord = (units: number, number: number): number =>
  -((units << NUMBER_BITS) | number)
export const claimant = (word: number): number => -word & ((1 << NUMBER_BITS) - 1)
export const claimedUnits = (word: number): number => -word >> NUMBER_BITS

/** Of the length word of the record at a position. */
export const lengthIndex = (position: number, capacityUnits: number): number =>
  LENGTHS_INDEX + ((position & (capacityUnits - 1)) << (UNIT_SHIFT - 2))
