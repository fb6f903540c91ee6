/**
 *   socket ── chunks ──▶ INLET ──▶ reader ── whole messages ──▶ session ──▶ ring to the sequencer
 *
 * Keeps the stream until it is read. One buffer for the life of the connection: no length that a peer sends makes us
 * allocate, and a byte is kept exactly until the message that it belongs to was dealt with.
 *
 *   byte 0            at                       end            INLET_BYTES
 *        +------------+---------+---------+-----+--------------+
 *        |   done     |  frame  |  frame  | fra |     free     |
 *        +------------+---------+---------+-----+--------------+
 *
 * Who owns a byte: [at, end) is the connection's until `advance`; what lies before `at` and behind `end` is nobody's.
 */

/** As much as one read of libuv brings. The longest message of the wire is a sixty-fourth of it. */
export const INLET_BYTES = 64 << 10

export class Inlet {
  /** Over the whole buffer: made once, so that a chunk costs no object. */
  readonly view: DataView
  /** Where the next message starts. */
  at = 0
  readonly #bytes = Buffer.allocUnsafeSlow(INLET_BYTES)
  #end = 0

  constructor() {
    this.view = new DataView(this.#bytes.buffer)
  }

  /** Copies what fits of `chunk`, from its byte `from` on. Returns how many bytes that was; 0: full. */
  take(chunk: Buffer, from: number): number {
    if (this.at > 0) this.#moveToFront()
    const taken = Math.min(chunk.length - from, INLET_BYTES - this.#end)
    chunk.copy(this.#bytes, this.#end, from, from + taken)
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

  /** The peer's last words are of no interest any more. */
  clear(): void {
    this.at = 0
    this.#end = 0
  }

  /** Mostly of nothing, or of the first half of one frame; of more only after a full ring. */
  #moveToFront(): void {
    this.#bytes.copyWithin(0, this.at, this.#end)
    this.#end -= this.at
    this.at = 0
  }
}
