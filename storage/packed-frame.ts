/**
 *   FrameBatch ──▶ PACKED FRAME ──▶ LMDB ──▶ reader ──▶ plain frame
 *
 * What stands in the journal is the frame as FramePacker gives it: packed, where that is shorter. Checksum and chain of hashes are
 * over these bytes. Whoever reads a frame's records has it unpacked first (`unpackFrame`).
 */
import {
  FRAME_BYTES_MAX,
  FRAME_HEADER_BYTES,
  type FrameHeader,
  plainBytesOf,
  sealFrame,
  viewOf,
} from './frame.ts'
import type { FrameBatch } from './frame-batch.ts'
import { packBody, packedBytesMax, unpackBody } from './packed-body.ts'

const WORD_SHIFT = 2
const WORD_BYTES = 4
const HEADER_WORDS = FRAME_HEADER_BYTES / WORD_BYTES

/** Memory for the frames of one commit. They stand in it until the next `begin`. */
export class FramePacker {
  #bytes = new Uint8Array(2 * FRAME_BYTES_MAX)
  #words = new Int32Array(this.#bytes.buffer)
  /** Where the next frame goes. */
  #end = 0

  begin(): void {
    this.#end = 0
  }

  /** Frame `index` of the batch as it is to be stored, sealed. */
  seal(batch: FrameBatch, index: number, header: FrameHeader): Uint8Array {
    const start = batch.frameStart(index)
    const end = batch.frameEnd(index)
    const bodyBytes = end - start - FRAME_HEADER_BYTES
    const at = this.#end
    this.#reserve(at + FRAME_HEADER_BYTES + packedBytesMax(bodyBytes, header.count))
    const packedEnd = packBody(
      batch.words,
      (start + FRAME_HEADER_BYTES) >> WORD_SHIFT,
      end >> WORD_SHIFT,
      this.#words,
      (at >> WORD_SHIFT) + HEADER_WORDS,
    )
    const packed = this.#bytes.subarray(at, packedEnd << WORD_SHIFT)
    if (packed.length >= end - start) {
      const plain = batch.frame(index)
      sealFrame(plain, header)
      return plain
    }
    sealFrame(packed, header, end - start)
    this.#end = packedEnd << WORD_SHIFT
    return packed
  }

  /** The frames before stay: LMDB has not taken them yet. */
  #reserve(end: number): void {
    if (end <= this.#bytes.length) return
    const bytes = new Uint8Array(2 * end)
    this.#bytes = bytes
    this.#words = new Int32Array(bytes.buffer)
  }
}

/** Where a walk has its frames, one after the other, as they are stored and unpacked: nothing is allocated for one. */
export class FrameMemory {
  readonly stored = new Uint8Array(FRAME_BYTES_MAX)
  readonly plain = new Uint8Array(FRAME_BYTES_MAX)
  /** One for all of them: a new one in an old object costs the collector a note, at each command that is run. */
  readonly storedView = viewOf(this.stored)
  readonly plainView = viewOf(this.plain)
  readonly storedWords = new Int32Array(this.stored.buffer)
  readonly plainWords = new Int32Array(this.plain.buffer)
}

/**
 * The plain form of a frame whose header was checked: itself, or a copy, in `memory` if given. Undefined: its body was not packed
 * so. The header of the copy is that of the stored frame.
 */
export function unpackFrame(stored: Uint8Array, memory?: FrameMemory): Uint8Array | undefined {
  const plainBytes = plainBytesOf(stored)
  if (plainBytes === 0) return stored
  if (stored.length % WORD_BYTES !== 0) return undefined
  const plain = memory?.plain.subarray(0, plainBytes) ?? new Uint8Array(plainBytes)
  const [from, at] =
    memory?.stored.buffer === stored.buffer ? [memory.storedWords, 0] : wordsOf(stored)
  const isUnpacked = unpackBody(
    from,
    at + HEADER_WORDS,
    at + (stored.length >> WORD_SHIFT),
    memory?.plainWords ?? new Int32Array(plain.buffer),
    HEADER_WORDS,
    plainBytes >> WORD_SHIFT,
  )
  if (!isUnpacked) return undefined
  plain.set(stored.subarray(0, FRAME_HEADER_BYTES))
  return plain
}

/** As words, and where they begin. */
function wordsOf(bytes: Uint8Array): [words: Int32Array, at: number] {
  const aligned = bytes.byteOffset % WORD_BYTES === 0 ? bytes : Uint8Array.from(bytes)
  const words = new Int32Array(aligned.buffer, aligned.byteOffset, aligned.length >> WORD_SHIFT)
  return [words, 0]
}
