/**
 *   shard ──▶ ring ──▶ voice ──▶ OUTLET ── one write a turn ──▶ socket
 *
 * Keeps what is said on one connection, message behind message, and hands it to the socket together: a system call is dearer
 * than all the rest of a report's way. A voice writes it here, in its encoding.
 *
 * Who owns a byte:
 *   claim … flush           the outlet, in a buffer of its own
 *   flush … written         the socket. Nearly always the kernel has taken all when `write` returns, and the buffer is ours
 *                           again; else the buffer goes with the bytes, and a new one takes its place. While older
 *                           bytes wait, new ones go as a copy of just their size, so that a slow reader holds what it is owed
 *                           and not a whole buffer for each report.
 *
 * Hot file: `claim` and `commit` run once for each report.
 */
import type { PeerSocket } from './peer-socket.ts'

/** One batch of re-sent reports fits. */
const OUTLET_BYTES = 64 << 10

export class Outlet {
  /** Over the buffer at hand. `claim` may put another in its place: take it anew after each. */
  view: DataView
  /** When something was last handed to the socket, ms of the monotonic clock. */
  lastFlushMs = 0
  #bytes: Buffer
  #end = 0
  readonly #socket: PeerSocket

  constructor(socket: PeerSocket) {
    this.#socket = socket
    this.#bytes = Buffer.allocUnsafeSlow(OUTLET_BYTES)
    this.view = new DataView(this.#bytes.buffer)
  }

  /**
   * Room for a message of up to `bytesMax`, at most OUTLET_BYTES. Returns where in `view` it starts; `commit` ends it. A
   * message that is not committed was never said.
   */
  claim(bytesMax: number): number {
    if (this.#end + bytesMax > OUTLET_BYTES) this.flush(this.lastFlushMs)
    return this.#end
  }

  /** The message that was claimed is so long; its writer may go on writing it until the next claim or flush. */
  commit(bytes: number): void {
    this.#end += bytes
  }

  get isEmpty(): boolean {
    return this.#end === 0
  }

  /** Bytes that the kernel has not taken yet. */
  get unsentBytes(): number {
    return this.#end + this.#socket.writableLength
  }

  /** Hands over what was gathered, if the connection is still one. */
  flush(nowMs: number): void {
    const end = this.#end
    if (end === 0) return
    this.#end = 0
    this.lastFlushMs = nowMs
    const socket = this.#socket
    if (!socket.writable) return
    const bytes = this.#bytes.subarray(0, end)
    if (socket.writableLength > 0 || socket.encrypted === true) {
      socket.write(Buffer.from(bytes))
      return
    }
    socket.write(bytes)
    if (socket.writableLength > 0) this.#renew()
  }

  #renew(): void {
    this.#bytes = Buffer.allocUnsafeSlow(OUTLET_BYTES)
    this.view = new DataView(this.#bytes.buffer)
  }
}
