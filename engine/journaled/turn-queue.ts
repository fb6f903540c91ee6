/**
 * What actors of one shard say to each other within one turn: it is all handled before the turn is over, in the order in which it was
 * said. It only grows during a turn, so that what a failed handler said can be taken back.
 *
 * The bytes are private to the shard; a record stands as in a ring (protocol/envelope.ts).
 */
import {
  alignRecord,
  BLOCK_LENGTH_OFFSET,
  ENVELOPE_BYTES,
  NUMBER_OFFSET,
  SCHEMA_ID_OFFSET,
  SESSION_OFFSET,
  TIME_OFFSET,
} from '../../protocol/envelope.ts'
import { writeInt64 } from '../../protocol/integers.ts'
import { copyBytes } from '../../protocol/text.ts'
import type { AnyMessage } from '../actor/message.ts'
import type { Ref } from '../actor/ref.ts'

const FIRST_BYTES = 64 * 1024
/** Of one turn. More is a circle of actors that never comes to rest, or as bad. */
const BYTES_MAX = 64 * 1024 * 1024

export class TurnQueue {
  /** Growing replaces it: take it anew after each `claim`. */
  view = new DataView(new ArrayBuffer(FIRST_BYTES))
  #bytes = new Uint8Array(this.view.buffer)
  #head = 0
  #end = 0

  /** The envelope of the next message, or -1: the turn is over. */
  next(): number {
    return this.#head === this.#end ? -1 : this.#head
  }

  /** Done with that one. */
  advance(): void {
    const blockBytes = this.view.getUint16(this.#head + BLOCK_LENGTH_OFFSET, true)
    this.#head += alignRecord(ENVELOPE_BYTES + blockBytes)
  }

  /** Room for a message, its envelope written and all else zero; returns the block's offset. Throws where it is too much. */
  claim(
    from: Ref,
    to: Ref,
    { id, schemaId }: AnyMessage,
    blockBytes: number,
    timeUs: number,
  ): number {
    const at = this.#end
    const end = at + alignRecord(ENVELOPE_BYTES + blockBytes)
    if (end > this.#bytes.length) this.#grow(end)
    const { view } = this
    // The place of the sequence too: who rests keeps the message, and with it all of its bytes are state.
    this.#bytes.fill(0, at, end)
    view.setInt32(at + BLOCK_LENGTH_OFFSET, blockBytes | (id << 16), true)
    view.setInt32(at + SCHEMA_ID_OFFSET, schemaId, true)
    view.setInt32(at + SESSION_OFFSET, to, true)
    view.setInt32(at + NUMBER_OFFSET, from, true)
    writeInt64(view, at + TIME_OFFSET, timeUs)
    this.#end = end
    return at + ENVELOPE_BYTES
  }

  /** A copy of the message at `envelope` of another memory, for `to`, as of now. */
  append(view: DataView, envelope: number, to: Ref, timeUs: number): void {
    const at = this.#end
    const bytes = ENVELOPE_BYTES + view.getUint16(envelope + BLOCK_LENGTH_OFFSET, true)
    const end = at + alignRecord(bytes)
    if (end > this.#bytes.length) this.#grow(end)
    copyBytes(view, envelope, this.view, at, bytes)
    this.#bytes.fill(0, at + bytes, end)
    this.view.setInt32(at + SESSION_OFFSET, to, true)
    writeInt64(this.view, at + TIME_OFFSET, timeUs)
    this.#end = end
  }

  /** Where what is said from now on begins. */
  get mark(): number {
    return this.#end
  }

  /** Takes back what was said since that mark. */
  rewind(mark: number): void {
    this.#end = mark
  }

  /** The turn is over. */
  clear(): void {
    this.#head = 0
    this.#end = 0
  }

  #grow(needed: number): void {
    if (needed > BYTES_MAX) {
      throw new RangeError(
        `one turn's messages take more than ${BYTES_MAX} B: does a circle of actors never come to rest?`,
      )
    }
    let length = this.#bytes.length
    while (length < needed) length *= 2
    const bytes = new Uint8Array(length)
    bytes.set(this.#bytes.subarray(0, this.#end))
    this.#bytes = bytes
    this.view = new DataView(bytes.buffer)
  }
}
