/**
 * Records on their way into the journal: a few frames side by side in private memory.
 *
 *   ring (shared memory) ──▶ FRAME BATCH ──▶ JournalWriter.commit ──▶ LMDB
 *
 *   byte 0        96                        FRAME_STRIDE    + 96
 *        +--------+---------+---------+- - -+--------+------+--------+---------+- - -+
 *        | header | record  | record  | free| 48 B   | header | record  | record  |     |
 *        +--------+---------+---------+- - -+--------+--------+---------+---------+- - -+
 *        '------------- frame 0 ------------'  unused '--------- frame 1 --------
 *
 * The copy is not a luxury: LMDB stores wrong bytes, without an error, when it is given shared memory.
 * The header's bytes are left alone here; JournalWriter seals them.
 *
 * Hot: `append`, `first` and `next` run once a message.
 */
import { alignRecord, RECORD_LENGTH_OFFSET } from '../protocol/envelope.ts'
import {
  FRAME_BODY_BYTES_MAX,
  FRAME_BYTES_MAX,
  FRAME_HEADER_BYTES,
  type FrameKind,
  RECORD_BYTES_MIN,
} from './frame.ts'
import { JournalError } from './journal-error.ts'

/** What `append` answers when the record fits in no frame of the batch any more. */
export const FULL = -1

const STRIDE_BITS = 16
const FRAME_STRIDE = 1 << STRIDE_BITS
if (FRAME_STRIDE < FRAME_BYTES_MAX) throw new Error('frame stride')

/** Above this a `set` of a subarray is quicker than a loop over words, its allocation included. */
const LOOP_BYTES_MAX = 256

const NO_SOURCE = new Uint8Array(0)

export class FrameBatch {
  readonly kind: FrameKind
  readonly bytes: Uint8Array
  readonly view: DataView
  /** Records in the batch. */
  count = 0
  /** Bytes of the records, padding included. */
  bodyBytes = 0

  readonly #framesMax: number
  /** The same memory as `bytes`. */
  readonly words: Int32Array
  readonly longs: BigInt64Array
  /** The frame being filled, where its next record goes, and where it must end. */
  #frame = 0
  #end = FRAME_HEADER_BYTES
  #limit = FRAME_BYTES_MAX
  /** For each frame: where its records end in `bytes`, and how many they are. */
  readonly #ends: Int32Array
  readonly #counts: Int32Array
  /** The last source as words. Sources are few (one ring or two), so this hits nearly always. */
  #source: Uint8Array = NO_SOURCE
  #sourceWords: Int32Array = new Int32Array(0)

  /** Memory: 64 KiB a frame. `framesMax` 8 is what one transaction writes under load (facts: 357 MB/s). */
  constructor(kind: FrameKind, framesMax = 8) {
    if (!Number.isInteger(framesMax) || framesMax < 1) throw new RangeError('framesMax')
    this.kind = kind
    this.#framesMax = framesMax
    const memory = new ArrayBuffer(framesMax * FRAME_STRIDE)
    this.bytes = new Uint8Array(memory)
    this.view = new DataView(memory)
    this.words = new Int32Array(memory)
    this.longs = new BigInt64Array(memory)
    this.#ends = new Int32Array(framesMax)
    this.#counts = new Int32Array(framesMax)
  }

  get isEmpty(): boolean {
    return this.count === 0
  }

  /**
   * Copies one record of `length` bytes, its padding not counted, from `source` at `start`.
   * Returns where in `bytes` it now stands, or FULL. A record never spans two frames.
   */
  append(source: Uint8Array, start: number, length: number): number {
    const padded = alignRecord(length)
    if (length < RECORD_BYTES_MIN || padded > FRAME_BODY_BYTES_MAX) throw lengthRefused(length)
    if (start < 0 || start + length > source.length) throw lengthRefused(length)
    if (this.#end + padded > this.#limit && !this.#openFrame()) return FULL
    const at = this.#end
    this.#copy(source, start, length, at)
    if (this.view.getInt32(at + RECORD_LENGTH_OFFSET, true) !== length) throw lengthRefused(length)
    if (padded !== length) this.bytes.fill(0, at + length, at + padded)
    this.#end = at + padded
    this.#ends[this.#frame] = this.#end
    this.#counts[this.#frame]!++
    this.count++
    this.bodyBytes += padded
    return at
  }

  /**
   * Bytes of whole records that `appendRun` takes now: what the frame at hand has left, or, where that is less than
   * `neededBytes`, the next one; 0: neither.
   */
  roomFor(neededBytes: number): number {
    if (this.#end + neededBytes > this.#limit && !this.#openFrame()) return 0
    return this.#limit - this.#end
  }

  /**
   * Copies the records in [start, end) of `source`, which lie there in a row at multiples of eight as they do in a ring: no more
   * than there is room for. Returns where the first now stands; `next` leads from one to the other.
   */
  appendRun(source: Uint8Array, start: number, end: number): number {
    const at = this.#end
    const stop = at + end - start
    if (stop > this.#limit) throw new RangeError(`${end - start} B are more than there is room for`)
    this.bytes.set(source.subarray(start, end), at)
    let records = 0
    for (let record = at; record < stop; records++) {
      const length = this.view.getInt32(record + RECORD_LENGTH_OFFSET, true)
      const next = record + alignRecord(length)
      if (length < RECORD_BYTES_MIN || next > stop) throw lengthRefused(length)
      if (next !== record + length) this.bytes.fill(0, record + length, next)
      record = next
    }
    this.#end = stop
    this.#ends[this.#frame] = stop
    this.#counts[this.#frame]! += records
    this.count += records
    this.bodyBytes += stop - at
    return at
  }

  /** The first record's offset in `bytes`, or -1. */
  first(): number {
    return this.count === 0 ? -1 : FRAME_HEADER_BYTES
  }

  /** The offset of the record after the one at `offset`, in the same frame or the next one; -1 after the last. */
  next(offset: number): number {
    const frame = offset >>> STRIDE_BITS
    const length = this.view.getInt32(offset + RECORD_LENGTH_OFFSET, true)
    const next = offset + alignRecord(length)
    if (next < this.#ends[frame]!) return next
    return frame < this.#frame ? ((frame + 1) << STRIDE_BITS) + FRAME_HEADER_BYTES : -1
  }

  /** Forgets the records. Offsets given out before are no longer good. */
  reset(): void {
    this.#frame = 0
    this.#end = FRAME_HEADER_BYTES
    this.#limit = FRAME_BYTES_MAX
    this.#counts.fill(0)
    this.count = 0
    this.bodyBytes = 0
  }

  /** Frames that hold records. */
  get frameCount(): number {
    return this.count === 0 ? 0 : this.#frame + 1
  }

  /** Where frame `index` starts in `bytes`, header included, and where its records end. */
  frameStart(index: number): number {
    return index << STRIDE_BITS
  }

  frameEnd(index: number): number {
    return this.#ends[index]!
  }

  /** Frame `index` from 0, header included. */
  frame(index: number): Uint8Array {
    return this.bytes.subarray(index << STRIDE_BITS, this.#ends[index]!)
  }

  frameRecords(index: number): number {
    return this.#counts[index]!
  }

  /** A frame is left only when it holds a record, since every record fits in an empty frame: none stays empty. */
  #openFrame(): boolean {
    if (this.#frame + 1 === this.#framesMax) return false
    this.#frame++
    this.#end = (this.#frame << STRIDE_BITS) + FRAME_HEADER_BYTES
    this.#limit = (this.#frame << STRIDE_BITS) + FRAME_BYTES_MAX
    return true
  }

  #copy(source: Uint8Array, start: number, length: number, at: number): void {
    const sourceAt = source.byteOffset + start
    if (length > LOOP_BYTES_MAX || ((sourceAt | length) & 3) !== 0) {
      this.bytes.set(source.subarray(start, start + length), at)
      return
    }
    if (source !== this.#source) {
      this.#source = source
      this.#sourceWords = new Int32Array(source.buffer, 0, source.buffer.byteLength >>> 2)
    }
    const from = this.#sourceWords
    const { words } = this
    const wordsEnd = (at + length) >>> 2
    let fromWord = sourceAt >>> 2
    for (let word = at >>> 2; word < wordsEnd; word++) words[word] = from[fromWord++]!
  }
}

function lengthRefused(length: number): JournalError {
  return new JournalError('record-refused', {
    what: `a record of ${length} bytes was not taken into the journal`,
    likely: `records have ${RECORD_BYTES_MIN} to ${FRAME_BODY_BYTES_MAX} bytes and say so in their first four`,
    mend: 'This is a defect in TradSys: please report it with this line',
  })
}
