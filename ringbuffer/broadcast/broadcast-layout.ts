/**
 * A ring whose producer waits for nobody, in shared memory.
 *
 *   byte 0        128        256        384        512         640          768
 *        +---------+----------+----------+----------+-----------+------------+----- - - - -----+
 *        |  fixed  |  INTENT  |  TAIL,   |  MARKS   | readers'  | producer's |     records     |
 *        |         |          |  LATEST  |          | counters  |  counters  |                 |
 *        +---------+----------+----------+----------+-----------+------------+----- - - - -----+
 *   writer  nobody   producer   producer   producer    readers     producer       producer
 *
 *   INTENT   nothing is being written from here on; it runs up to a quarter of the ring before TAIL
 *   TAIL     behind the last published record
 *   LATEST   where that record begins, or an earlier one: stored after TAIL
 *   MARKS    places where a record or its padding begins, one for each step of INTENT, newest eight
 *
 *   record   0        4        8                16                  length        multiple of 8
 *            +--------+--------+----------------+--------------------+ - - - - +---------+
 *            | length |  type  |     number     |      payload       |         |  stamp  |
 *            +--------+--------+----------------+--------------------+ - - - - +---------+
 *
 * `number` counts the ring's records from its first one, in 64 bits, the low word first; the stamp,
 * in the last four bytes, is that low word again. Padding is a length and type 0, and positions are
 * in units of 8 bytes modulo 2^32, as in a ring with one reader (ring-layout.ts).
 */

import {
  checkLength,
  LINE_BYTES,
  type RingForm,
  type RingKind,
  readFixedLine,
} from '../fixed-line.ts'
import { RECORDS_AT_LEAST } from '../ring-layout.ts'

/** Indices into an Int32Array over the whole memory. */
export const INTENT_INDEX = LINE_BYTES / 4
export const TAIL_INDEX = (2 * LINE_BYTES) / 4
export const LATEST_INDEX = TAIL_INDEX + 1
export const MARKS_INDEX = (3 * LINE_BYTES) / 4
/** A step of INTENT is more than an eighth of the ring, but for one at its end. */
export const MARKS = 8
/** The number of the ring's first record, low word and high word: written once. */
export const FIRST_NUMBER_INDEX = MARKS_INDEX + MARKS
/** Of all readers together, modulo 2^32. */
export const LAPS_INDEX = (4 * LINE_BYTES) / 4
export const MISSED_INDEX = LAPS_INDEX + 1

/** Index into a Float64Array over the whole memory, inexact as those of ring-layout.ts. */
export const RECORDS_IN_INDEX = (5 * LINE_BYTES) / 8

export const DATA_OFFSET = 6 * LINE_BYTES

export const NUMBER_OFFSET = 8
export const BROADCAST_HEADER_BYTES = 16
export const STAMP_BYTES = 4

/** An eighth of the ring must hold the header, the stamp and a few bytes between them. */
export const BROADCAST_CAPACITY_BYTES_MIN = RECORDS_AT_LEAST * 32

export const BROADCAST: RingKind = {
  noun: 'broadcast',
  /** 'TSRB' */
  magic: 0x42525354,
  version: 1,
  maker: 'allocateBroadcastRing()',
}

/** Reads the fixed line, or throws if this memory is no broadcast ring of this layout. */
export const readBroadcastForm = (memory: SharedArrayBuffer): RingForm => {
  const form = readFixedLine(memory, BROADCAST)
  checkLength(memory, BROADCAST, DATA_OFFSET + form.capacityBytes)
  return form
}
