/**
 *   socket ── chunks ──▶ INLET ──▶ reader ── whole messages ──▶ session ──▶ ring to the sequencer
 *
 * Keeps the stream until it is read, in a buffer that it has only while there is something to keep: no length that a peer sends
 * makes us allocate, and a byte is kept exactly until the message that it belongs to was dealt with.
 *
 *   byte 0            at                       end            SPARE_BYTES
 *        +------------+---------+---------+-----+--------------+
 *        |   done     |  frame  |  frame  | fra |     free     |
 *        +------------+---------+---------+-----+--------------+
 *
 * Of a short rest (the first bytes of a frame whose others are under way) the inlet keeps a copy, and gives the buffer back.
 *
 * Who owns a byte: [at, end) is the connection's until `advance`; what lies before `at` and behind `end` is nobody's.
 */
import { SPARE_BYTES, type SpareBuffer, type SpareBuffers } from './spare-buffers.ts'

/** Whoever sends a byte a second holds so much, and not a whole buffer. */
const REST_BYTES_MAX = 1_024
const NOTHING = new DataView(new ArrayBuffer(0))

export class Inlet {
  /** Where the next message starts. */
  at = 0
  readonly #spares: SpareBuffers
  #spare: SpareBuffer | undefined
  #rest: Buffer | undefined
  #end = 0

  constructor(spares: SpareBuffers) {
    this.#spares = spares
  }

  /** Over the whole buffer; of nothing where nothing is kept. Take it anew after `take` and `rest`. */
  get view(): DataView {
    return this.#spare?.view ?? NOTHING
  }

  /** Copies what fits of `chunk`, from its byte `from` on. Returns how many bytes that was; 0: full. */
  take(chunk: Buffer, from: number): number {
    const { bytes } = this.#open()
    if (this.at > 0) this.#moveToFront(bytes)
    const taken = Math.min(chunk.length - from, SPARE_BYTES - this.#end)
    chunk.copy(bytes, this.#end, from, from + taken)
    this.#end += taken
    return taken
  }

  /** Bytes from `at` on that have come. */
  get available(): number {
    return this.#end - this.at
  }

  /** Done with the message of this length. */
  advance(length: number): void {
    this.at += length
  }

  /** All whole messages were read: what is left waits for the next chunk. */
  rest(): void {
    const spare = this.#spare
    const left = this.available
    if (spare === undefined || left > REST_BYTES_MAX) return
    if (left > 0) this.#rest = Buffer.from(spare.bytes.subarray(this.at, this.#end))
    this.#spare = undefined
    this.#spares.give(spare)
    this.at = 0
    this.#end = 0
  }

  /** The peer's last words are of no interest any more. */
  clear(): void {
    this.at = this.#end
    this.rest()
    this.#rest = undefined
  }

  #open(): SpareBuffer {
    if (this.#spare !== undefined) return this.#spare
    const spare = this.#spares.take()
    this.#spare = spare
    const rest = this.#rest
    if (rest === undefined) return spare
    this.#rest = undefined
    rest.copy(spare.bytes)
    this.#end = rest.length
    return spare
  }

  /** Mostly of nothing, or of the first half of one frame; of more only after a full ring. */
  #moveToFront(bytes: Buffer): void {
    bytes.copyWithin(0, this.at, this.#end)
    this.#end -= this.at
    this.at = 0
  }
}
