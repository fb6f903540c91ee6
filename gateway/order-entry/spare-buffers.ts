/**
 * Buffers that connections share: one has a buffer only while bytes are in it, from a socket's chunk to the ring, or from a turn's
 * first report to the write. So thousands of connections that say nothing cost nothing here, and those that speak find a buffer
 * that is still in the cache.
 */

/** As much as one read of libuv brings, and as a batch of re-sent reports. The longest message of the wire is a sixty-fourth of it. */
export const SPARE_BYTES = 64 << 10
/** Of those that are given back, so many are kept: more are wanted only by as many readers that are slow. */
const SPARES_MAX = 64

export interface SpareBuffer {
  readonly bytes: Buffer
  /** Over all of it. */
  readonly view: DataView
}

export class SpareBuffers {
  readonly #spares: SpareBuffer[] = []

  /** The caller's until it gives it back. It holds whatever it held. */
  take(): SpareBuffer {
    const spare = this.#spares.pop()
    if (spare !== undefined) return spare
    const bytes = Buffer.allocUnsafeSlow(SPARE_BYTES)
    return { bytes, view: new DataView(bytes.buffer) }
  }

  /** Nobody reads it or writes to it any more. */
  give(spare: SpareBuffer): void {
    if (this.#spares.length < SPARES_MAX) this.#spares.push(spare)
  }
}
