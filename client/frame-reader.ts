/**
 *   socket ── chunks ──▶ FRAME READER ── whole frames ──▶ client
 *
 * Turns the stream back into frames, in one buffer for the life of the connection. A frame may come split at any byte,
 * or many together.
 */
import { FRAMING_LOST, frameLength, INCOMPLETE } from '../protocol/wire-frame.ts'

/** One read of the socket, mostly. */
const BUFFER_BYTES = 64 << 10

/** A whole frame, `length` bytes at `at`; good only until return. */
export type OnFrame = (view: DataView, at: number) => void

export class FrameReader {
  readonly #bytes = Buffer.allocUnsafeSlow(BUFFER_BYTES)
  readonly #view = new DataView(this.#bytes.buffer)
  readonly #onFrame: OnFrame
  #end = 0

  constructor(onFrame: OnFrame) {
    this.#onFrame = onFrame
  }

  /** False: length or encoding was wrong, and nothing more can be read. */
  take(chunk: Buffer): boolean {
    for (let from = 0; from < chunk.length; ) {
      const count = Math.min(chunk.length - from, BUFFER_BYTES - this.#end)
      chunk.copy(this.#bytes, this.#end, from, from + count)
      this.#end += count
      from += count
      if (!this.#readFrames()) return false
    }
    return true
  }

  #readFrames(): boolean {
    let at = 0
    let length = frameLength(this.#view, at, this.#end)
    while (length > INCOMPLETE) {
      this.#onFrame(this.#view, at)
      at += length
      length = frameLength(this.#view, at, this.#end - at)
    }
    this.#bytes.copyWithin(0, at, this.#end)
    this.#end -= at
    return length !== FRAMING_LOST
  }
}
