/**
 * One ring in shared memory. Each word that is written in flight has its lines for itself, so that
 * the two threads meet only where they hand something over.
 *
 *   byte 0        128       256       384         512          640          768
 *        +---------+---------+---------+-----------+------------+------------+------ - - - ------+
 *        |  fixed  |  TAIL   |  HEAD   | PROD_WAIT | producer's | consumer's |      records      |
 *        |         |         |         |           |  counters  |  counters  |                   |
 *        +---------+---------+---------+-----------+------------+------------+------ - - - ------+
 *   writer  nobody  producer  consumer     both       producer     consumer        producer
 *
 *   record     0        4        8                                   length, then padded to 8
 *              +--------+--------+---------------------------------------+
 *              | length |  type  |                payload                |
 *              +--------+--------+---------------------------------------+
 *
 * Records lie in one piece: where one would run over the end, a padding (type 0, only its header
 * written) fills what is left, and it begins anew at 0. Records start at multiples of 8, so
 * whatever is left has room for that header.
 *
 * TAIL and HEAD are positions in units of 8 bytes that run on and wrap modulo 2^32. What lies
 * between them is `(TAIL - HEAD) | 0`, over the wrap as well, and full never looks like empty.
 */

import {
  checkLength,
  LINE_BYTES,
  type RingForm,
  type RingKind,
  readFixedLine,
} from './fixed-line.ts'

/** Indices into an Int32Array over the whole memory. */
export const TAIL_INDEX = LINE_BYTES / 4
export const HEAD_INDEX = (2 * LINE_BYTES) / 4
export const PROD_WAIT_INDEX = (3 * LINE_BYTES) / 4

/**
 * Indices into a Float64Array over the whole memory. A double counts exactly to 2^53 and has no
 * Atomics: on a 32-bit machine a reader may see half of an update, which a gauge survives.
 */
export const RECORDS_IN_INDEX = (4 * LINE_BYTES) / 8
export const FULL_COUNT_INDEX = RECORDS_IN_INDEX + 1
export const RECORDS_OUT_INDEX = (5 * LINE_BYTES) / 8
export const HIGH_MARK_INDEX = RECORDS_OUT_INDEX + 1

export const DATA_OFFSET = 6 * LINE_BYTES

export const RECORD_HEADER_BYTES = 8
export const RECORD_LENGTH_OFFSET = 0
export const RECORD_TYPE_OFFSET = 4
export const RECORD_ALIGNMENT = 8
/** Positions count units of RECORD_ALIGNMENT bytes: `bytes >> UNIT_SHIFT`. */
export const UNIT_SHIFT = 3
export const PADDING_TYPE = 0

/**
 * A record may take the capacity divided by this. So the longest one and its padding fit into a
 * quarter of the ring, and a producer does not have to wait for a ring that is all empty.
 */
export const RECORDS_AT_LEAST = 8
export const CAPACITY_BYTES_MIN = RECORDS_AT_LEAST * RECORD_HEADER_BYTES
/**
 * 1 GiB: offsets stay small integers. A ring that needs more hides a consumer that does not keep
 * up.
 */
export const CAPACITY_BYTES_MAX = 2 ** 30

export const SPSC: RingKind = {
  noun: 'ring',
  /** 'TSRG' */
  magic: 0x47525354,
  version: 1,
  maker: 'allocateRing()',
}

/** Reads the fixed line, or throws if this memory is no ring of this layout. */
export const readForm = (memory: SharedArrayBuffer): RingForm => {
  const form = readFixedLine(memory, SPSC)
  checkLength(memory, SPSC, DATA_OFFSET + form.capacityBytes)
  return form
}
