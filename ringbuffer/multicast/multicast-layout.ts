/**
 * A ring of one producer and several readers in shared memory. Each word that is written in flight
 * has its lines for itself.
 *
 *   byte 0       128       256       384       512         640          768
 *        +---------+---------+---------+---------+-----------+------------+----- - - -+----- - - -+
 *        |  fixed  |  order  |  GATE   |  TAIL   | PROD_WAIT | producer's | readers,  |  records  |
 *        |         |         |         |         |           |  counters  | 256 each  |           |
 *        +---------+---------+---------+---------+-----------+------------+----- - - -+----- - - -+
 *   writer  nobody   nobody  supervisor producer  producer,    producer    a reader     producer
 *                                                 readers                  each
 *
 *   reader     0        128        256        order   0         4                             68
 *              +--------+----------+                  +---------+--------------- - - -----------+
 *              |  HEAD  | counters |                  | readers | behind, a set for each reader |
 *              +--------+----------+                  +---------+--------------- - - -----------+
 *
 * A set of readers is a word with bit n for reader n. GATE is the set of those that are attached;
 * `behind` of a reader is the set of all that it must not overtake; PROD_WAIT is the set of those
 * that must release something before the producer looks again.
 *
 * Records, padding and positions are those of the ring with one reader (ring-layout.ts).
 */

import {
  checkLength,
  LINE_BYTES,
  type RingForm,
  type RingKind,
  readFixedLine,
} from '../fixed-line.ts'

/** So many fit their sets into half a word, and their order into one line. */
export const READERS_MAX = 16

/** Indices into an Int32Array over the whole memory. */
export const READERS_INDEX = LINE_BYTES / 4
const BEHIND_INDEX = READERS_INDEX + 1
export const GATE_INDEX = (2 * LINE_BYTES) / 4
export const TAIL_INDEX = (3 * LINE_BYTES) / 4
export const PROD_WAIT_INDEX = (4 * LINE_BYTES) / 4

/** Indices into a Float64Array over the whole memory, inexact as those of ring-layout.ts. */
export const RECORDS_IN_INDEX = (5 * LINE_BYTES) / 8
export const FULL_COUNT_INDEX = RECORDS_IN_INDEX + 1

const READERS_OFFSET = 6 * LINE_BYTES
const READER_BYTES = 2 * LINE_BYTES

/** Into an Int32Array. */
export const headIndexOf = (reader: number): number => (READERS_OFFSET + reader * READER_BYTES) / 4
/** Into a Float64Array. */
export const recordsOutIndexOf = (reader: number): number =>
  (READERS_OFFSET + reader * READER_BYTES + LINE_BYTES) / 8
export const highMarkIndexOf = (reader: number): number => recordsOutIndexOf(reader) + 1
/** Where the records begin. */
export const dataOffsetOf = (readers: number): number => READERS_OFFSET + readers * READER_BYTES

export const MULTICAST: RingKind = {
  noun: 'multicast',
  /** 'TSRM' */
  magic: 0x4d525354,
  version: 1,
  maker: 'allocateMulticastRing()',
}

export interface MulticastForm extends RingForm {
  /** How many readers there can be, attached or not. */
  readonly readers: number
  /** By reader: the set of those it stays behind, those that these stay behind among them. */
  readonly behind: readonly number[]
  readonly dataOffset: number
}

/** Writes who is behind whom into fresh memory. */
export const writeOrder = (memory: SharedArrayBuffer, behind: readonly number[]): void => {
  const words = new Int32Array(memory)
  words[READERS_INDEX] = behind.length
  for (const [reader, set] of behind.entries()) words[BEHIND_INDEX + reader] = set
}

/** Reads the first two lines, or throws if this memory is no multicast ring of this layout. */
export const readMulticastForm = (memory: SharedArrayBuffer): MulticastForm => {
  const { name, capacityBytes } = readFixedLine(memory, MULTICAST)
  const words = new Int32Array(memory)
  const readers = words[READERS_INDEX]!
  const dataOffset = dataOffsetOf(readers)
  checkLength(memory, MULTICAST, dataOffset + capacityBytes)
  const behind = Array.from(words.subarray(BEHIND_INDEX, BEHIND_INDEX + readers))
  return { name, capacityBytes, readers, behind, dataOffset }
}
