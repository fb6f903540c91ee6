/**
 * Messages that wait for one actor, in the order in which they came. Private memory of the actor's thread: within a
 * thread a ring in shared memory would cost more than it gives. Records stand as they do in rings (protocol/envelope.ts), so they
 * are copied in and out as they are.
 *
 * It has no memory before something waits, grows as far as its bound, which was asked for when the actor was spawned, and never
 * shrinks.
 *
 *   0            head                         tail                 capacity
 *   +-------------+---------------------------+---------------------+
 *   |    free     |     records, the oldest   |        free         |     or wrapped: the newest at 0,
 *   +-------------+---------------------------+---------------------+     a padding (type 0) behind the last that fitted
 *
 * Hot: one class, plain fields, no closures.
 */
import {
  alignRecord,
  BLOCK_LENGTH_OFFSET,
  ENVELOPE_BYTES,
  RECORD_BLOCK_OFFSET,
  RECORD_HEADER_BYTES,
  RECORD_LENGTH_OFFSET,
  RECORD_TYPE_OFFSET,
  TEMPLATE_ID_OFFSET,
  VERSION_OFFSET,
} from '../../protocol/envelope.ts'
import { copyBytes } from '../../protocol/text.ts'

/**
 * In a transient message's envelope, how often it has failed: with it, so that whatever comes between two tries, a stash, a move or a
 * restart, does not lose count. Senders write 0 there.
 */
export const TRIES_OFFSET = VERSION_OFFSET

/** No room for this record now. */
export const FULL = -1
export const EMPTY = -1

const FIRST_BYTES = 1024
const NO_WORDS = new Int32Array(0)
const NO_VIEW = new DataView(NO_WORDS.buffer)
const PADDING_TYPE = 0
const WORD_SHIFT = 2

export class Mailbox {
  /** Growing replaces them: take them anew after each `claim`. */
  words: Int32Array
  view: DataView
  /** Records that wait. */
  count = 0
  /** Offset of the record that was claimed last. */
  newest = 0
  readonly bytesMax: number
  #capacity = 0
  /** Offsets of the oldest record, and behind the newest one. */
  #head = 0
  #tail = 0
  /** Taken, padding included. */
  #used = 0

  /** `bytesMax` is rounded up to a power of two. */
  constructor(bytesMax: number) {
    this.bytesMax = 2 ** Math.ceil(Math.log2(Math.max(bytesMax, FIRST_BYTES)))
    this.words = NO_WORDS
    this.view = NO_VIEW
  }

  get bytes(): number {
    return this.#used
  }

  /** It would find no room even where nothing else waits. */
  isTooLong(recordBytes: number): boolean {
    return alignRecord(recordBytes) > this.bytesMax
  }

  /**
   * Room for a record of `recordBytes`: its offset, or FULL. It waits from here on, and is the caller's to write before anything
   * else is done with the mailbox. `beyondBound`: for what may not be refused.
   */
  claim(recordBytes: number, beyondBound = false): number {
    const bytes = alignRecord(recordBytes)
    const at = this.#tail
    // Not wrapped, with room behind; or wrapped, with room before the head.
    const end = this.#used === 0 || at > this.#head ? this.#capacity : this.#head
    if (at + bytes > end || this.#used === this.#capacity)
      return this.#claimElsewhere(bytes, beyondBound)
    this.#tail = at + bytes
    this.#used += bytes
    this.count++
    this.newest = at
    return at
  }

  /** A copy of the record whose envelope stands at `envelope` of `view`. False: there is no room. */
  append(view: DataView, envelope: number, beyondBound = false): boolean {
    const blockBytes = view.getUint16(envelope + BLOCK_LENGTH_OFFSET, true)
    const at = this.claim(RECORD_BLOCK_OFFSET + blockBytes, beyondBound)
    if (at === FULL) return false
    this.view.setInt32(at + RECORD_LENGTH_OFFSET, RECORD_BLOCK_OFFSET + blockBytes, true)
    const id = view.getUint16(envelope + TEMPLATE_ID_OFFSET, true)
    this.view.setInt32(at + RECORD_TYPE_OFFSET, id, true)
    copyBytes(view, envelope, this.view, at + RECORD_HEADER_BYTES, ENVELOPE_BYTES + blockBytes)
    return true
  }

  /** The offset of the oldest record, or EMPTY. */
  peek(): number {
    if (this.count === 0) return EMPTY
    const head = this.#head
    if (
      head === this.#capacity ||
      this.words[(head + RECORD_TYPE_OFFSET) >> WORD_SHIFT] === PADDING_TYPE
    ) {
      this.#used -= this.#capacity - head
      this.#head = 0
      return 0
    }
    return head
  }

  /** Done with the record that `peek` has shown. */
  advance(): void {
    const bytes = alignRecord(this.words[(this.#head + RECORD_LENGTH_OFFSET) >> WORD_SHIFT]!)
    this.count--
    if (this.count === 0) {
      // From the start: memory that is in the cache is used again first.
      this.#reset()
      return
    }
    this.#head += bytes
    this.#used -= bytes
  }

  /** Shows all records, the oldest first, with their bytes, padding included; takes none. */
  forEach(show: (at: number, bytes: number) => void): void {
    let at = this.#head
    for (let left = this.count; left > 0; left--) {
      const isAtEnd =
        at === this.#capacity ||
        this.words[(at + RECORD_TYPE_OFFSET) >> WORD_SHIFT] === PADDING_TYPE
      if (isAtEnd) at = 0
      const bytes = alignRecord(this.words[(at + RECORD_LENGTH_OFFSET) >> WORD_SHIFT]!)
      show(at, bytes)
      at += bytes
    }
  }

  /** Takes back what was claimed last, of so many bytes, before anything else was done. */
  unclaim(recordBytes: number): void {
    const bytes = alignRecord(recordBytes)
    this.#tail -= bytes
    this.#used -= bytes
    this.count--
    if (this.count === 0) this.#reset()
  }

  /** All that waits is let go. */
  clear(): void {
    this.count = 0
    this.#reset()
  }

  #reset(): void {
    this.#head = 0
    this.#tail = 0
    this.#used = 0
  }

  /** At the end there is no room: at the beginning, or in more memory. */
  #claimElsewhere(bytes: number, beyondBound: boolean): number {
    const isWrapped = this.#used > 0 && this.#tail <= this.#head
    const behind = this.#capacity - this.#tail
    if (isWrapped || bytes > this.#head) return this.#grow(bytes, beyondBound)
    if (behind > 0) this.words[(this.#tail + RECORD_TYPE_OFFSET) >> WORD_SHIFT] = PADDING_TYPE
    this.#used += behind + bytes
    this.#tail = bytes
    this.count++
    this.newest = 0
    return 0
  }

  #grow(bytes: number, beyondBound: boolean): number {
    let capacity = Math.max(FIRST_BYTES, 2 * this.#capacity)
    while (capacity < this.#used + bytes) capacity *= 2
    if (capacity > this.bytesMax && !beyondBound) return FULL
    const from = new Uint8Array(this.words.buffer)
    const memory = new ArrayBuffer(capacity)
    const to = new Uint8Array(memory)
    let end = 0
    for (let left = this.count; left > 0; left--) {
      const at = this.peek()
      const length = alignRecord(this.words[(at + RECORD_LENGTH_OFFSET) >> WORD_SHIFT]!)
      to.set(from.subarray(at, at + length), end)
      end += length
      this.#head = at + length
    }
    this.#head = 0
    this.#tail = end
    this.#used = end
    this.#capacity = capacity
    this.words = new Int32Array(memory)
    this.view = new DataView(memory)
    return this.claim(bytes)
  }
}

/** All of `first`, then all of `second`, which is empty afterwards. */
export function joined(first: Mailbox | undefined, second: Mailbox): Mailbox {
  if (first === undefined) return second
  for (let at = second.peek(); at >= 0; at = second.peek()) {
    first.append(second.view, at + RECORD_HEADER_BYTES, true)
    second.advance()
  }
  return first
}
