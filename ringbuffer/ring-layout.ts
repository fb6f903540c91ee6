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
 *   fixed      0        4         8          12           16                                 128
 *              +--------+---------+----------+------------+-----------------------------------+
 *              | magic  | version | capacity | name bytes |            name, UTF-8            |
 *              +--------+---------+----------+------------+-----------------------------------+
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

/** Two 64-byte lines: the adjacent-line prefetcher pulls pairs. */
export const LINE_BYTES = 128

const MAGIC_INDEX = 0
const VERSION_INDEX = 1
const CAPACITY_INDEX = 2
const NAME_BYTES_INDEX = 3
const NAME_OFFSET = 16
const NAME_BYTES_MAX = LINE_BYTES - NAME_OFFSET

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

const LAYOUT_VERSION = 1

/** Which of the rings a memory is: the classes of one refuse the memory of another. */
export interface RingSort {
  /** The first word. */
  readonly magic: number
  /** Who makes such memory, for messages to humans. */
  readonly maker: string
  /** Bytes behind the records: `count` times this, `count` from 1. 0: nothing lies there. */
  readonly bytesBehind: number
}

/** 'TSRG', little-endian. */
const SPSC: RingSort = { magic: 0x47525354, maker: 'allocateRing()', bytesBehind: 0 }

export interface RingForm {
  readonly name: string
  readonly capacityBytes: number
}

/** Writes the fixed line of fresh memory. */
export const writeForm = (memory: SharedArrayBuffer, form: RingForm, sort = SPSC): void => {
  const words = new Int32Array(memory)
  // Through a copy: encodeInto does not take shared memory everywhere. It never splits a character.
  const name = new Uint8Array(NAME_BYTES_MAX)
  const nameBytes = new TextEncoder().encodeInto(form.name, name).written
  new Uint8Array(memory, NAME_OFFSET, NAME_BYTES_MAX).set(name)
  words[NAME_BYTES_INDEX] = nameBytes
  words[CAPACITY_INDEX] = form.capacityBytes
  words[VERSION_INDEX] = LAYOUT_VERSION
  words[MAGIC_INDEX] = sort.magic
}

/** Reads the fixed line, or throws if this memory is no ring of this sort and layout. */
export const readForm = (memory: SharedArrayBuffer, sort = SPSC): RingForm => {
  if (memory.byteLength < DATA_OFFSET + CAPACITY_BYTES_MIN) {
    throw new RangeError(
      `ring: ${memory.byteLength} B is too little memory for a ring: take it from ${sort.maker}`,
    )
  }
  const words = new Int32Array(memory, 0, LINE_BYTES / 4)
  if (words[MAGIC_INDEX] !== sort.magic) {
    throw new RangeError(`ring: this memory is no ring of this sort: take it from ${sort.maker}`)
  }
  if (words[VERSION_INDEX] !== LAYOUT_VERSION) {
    throw new RangeError(
      `ring: layout version ${words[VERSION_INDEX]}, but this code knows ${LAYOUT_VERSION}: ` +
        'run one build on both sides',
    )
  }
  const capacityBytes = words[CAPACITY_INDEX]!
  const bytesBehind = memory.byteLength - DATA_OFFSET - capacityBytes
  if (!isWhole(bytesBehind, sort.bytesBehind)) {
    throw new RangeError(
      `ring: ${memory.byteLength} B of memory, but a capacity of ${capacityBytes} B: ` +
        'its first line was overwritten; halt, and look for who did',
    )
  }
  const nameBytes = Uint8Array.from(new Uint8Array(memory, NAME_OFFSET, words[NAME_BYTES_INDEX]!))
  return { name: new TextDecoder().decode(nameBytes), capacityBytes }
}

const isWhole = (bytes: number, partBytes: number): boolean =>
  partBytes === 0 ? bytes === 0 : bytes > 0 && bytes % partBytes === 0
