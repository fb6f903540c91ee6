/**
 * One LMDB database as a table of frames: first sequence (8 bytes, big-endian) ──▶ frame.
 *
 * What lmdb-js wants to be asked about keys and values in one certain way is asked here; what it wants of a file, in
 * segment.ts.
 */
import type { Database } from 'lmdb'
import type { FrameKind } from './frame.ts'

/** 8 bytes, big-endian: in the order of their numbers. */
export function keyOf(sequence: number): Buffer {
  const key = Buffer.allocUnsafe(8)
  key.writeUInt32BE(Math.floor(sequence / 2 ** 32), 0)
  key.writeUInt32BE(sequence % 2 ** 32, 4)
  return key
}

/** -1 for a key that is no sequence number. */
export function sequenceOf(key: Uint8Array): number {
  if (key.length !== 8) return -1
  const view = new DataView(key.buffer, key.byteOffset, 8)
  return view.getUint32(0) * 2 ** 32 + view.getUint32(4)
}

interface PutAnswer {
  /** Set when the put was done at once, inside a synchronous transaction. */
  readonly result?: boolean
}

/** lmdb-js knows these options and this answer; its type declarations do not. */
interface Appendable {
  put(key: Uint8Array, value: Uint8Array, options: { readonly append: true }): PutAnswer
}

/** What a reader asks of a table, however its bytes are come by. */
export interface ReadableTable {
  readonly kind: FrameKind
  /** A private copy of the frame that starts exactly there. */
  get(firstSequence: number): Uint8Array | undefined
  /**
   * The same in memory of the caller's: a part of `buffer`, which has room for any frame. Nothing is allocated, so whoever
   * reads a whole journal leaves nothing for the collector.
   */
  getInto(firstSequence: number, buffer: Uint8Array): Uint8Array | undefined
  /** The first sequence of the oldest frame, or 0. */
  oldest(): number
  /** The first sequence of the newest frame, or 0. */
  newest(): number
  /** The first sequence of the frame that `sequence` would be in, or 0 if all start behind it. */
  startOfFrameWith(sequence: number): number
  /** Where frames start, there or later, in order. To be read to the end: a cursor may be open meanwhile. */
  keysFrom(sequence: number): Iterable<number>
}

export class FrameTable implements ReadableTable {
  readonly kind: FrameKind
  readonly database: Database<Uint8Array, Uint8Array>

  constructor(kind: FrameKind, database: Database<Uint8Array, Uint8Array>) {
    this.kind = kind
    this.database = database
  }

  get(firstSequence: number): Uint8Array | undefined {
    return this.database.get(keyOf(firstSequence))
  }

  getInto(firstSequence: number, buffer: Uint8Array): Uint8Array | undefined {
    const { database } = this
    // lmdb-js's own buffer, good until its next read, and longer than what was read.
    const bytes = database.getBinaryFast(keyOf(firstSequence))
    if (bytes === undefined) return undefined
    const length = Math.min(bytes.length, buffer.length)
    const copy = buffer.subarray(0, length)
    copy.set(length === bytes.byteLength ? bytes : bytes.subarray(0, length))
    return copy
  }

  oldest(): number {
    return this.#key({ limit: 1 })
  }

  newest(): number {
    return this.#key({ reverse: true, limit: 1 })
  }

  startOfFrameWith(sequence: number): number {
    return this.#key({ start: keyOf(sequence), reverse: true, limit: 1 })
  }

  *keysFrom(sequence: number): Generator<number, void, void> {
    for (const key of this.database.getKeys({ start: keyOf(sequence) })) yield sequenceOf(key)
  }

  /** The frames that start there or later, in order. To be read to the end: a cursor is open meanwhile. */
  framesFrom(sequence: number): Iterable<{ readonly key: Uint8Array; readonly value: Uint8Array }> {
    return this.database.getRange({ start: keyOf(sequence) })
  }

  /** Inside a transaction only. */
  append(firstSequence: number, frame: Uint8Array): void {
    if (frame.buffer instanceof SharedArrayBuffer) {
      throw new Error('LMDB stores wrong bytes from shared memory')
    }
    // LMDB drops what is out of order or there already without throwing; only `result` says so.
    const put = (this.database as unknown as Appendable).put(keyOf(firstSequence), frame, {
      append: true,
    })
    if (put.result !== true) {
      throw new Error(`LMDB did not take the frame from ${firstSequence}: key out of order`)
    }
  }

  /** A range with a limit of one, always drained: a cursor left open would pin its snapshot of the database. */
  #key(range: { start?: Uint8Array; reverse?: boolean; limit: number }): number {
    let sequence = 0
    for (const key of this.database.getKeys(range)) sequence = sequenceOf(key)
    return sequence
  }
}
