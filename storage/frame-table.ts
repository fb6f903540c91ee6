/**
 * One LMDB database as a table of frames: first sequence (8 bytes, big-endian) ──▶ frame. Written here, and read in
 * paged-segment.ts.
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

export class FrameTable {
  readonly kind: FrameKind
  readonly database: Database<Uint8Array, Uint8Array>

  constructor(kind: FrameKind, database: Database<Uint8Array, Uint8Array>) {
    this.kind = kind
    this.database = database
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
}
