/**
 *   shard ──▶ ring ──▶ voice ──▶ OUTLET ── one write a turn ──▶ socket
 *
 * Keeps what is said on one connection, message behind message, and hands it to the socket together: a system call is dearer
 * than all the rest of a report's way. A voice writes it here, in its encoding.
 *
 * Who owns a byte:
 *   claim … flush           the outlet, in a buffer that it has from the first claim on
 *   flush … written         the socket. Nearly always the kernel has taken all when `write` returns, and the buffer is given
 *                           back; else the socket keeps it. While older bytes wait, new ones go as a copy of just their size, so
 *                           that a slow reader holds what it is owed and not a whole buffer for each report.
 *
 * Hot file: `claim` and `commit` run once for each report.
 */
import type { PeerSocket } from './peer-socket.ts'
import { SPARE_BYTES, type SpareBuffer, type SpareBuffers } from './spare-buffers.ts'

export class Outlet {
  /** When something was last handed to the socket, ms of the monotonic clock. */
  lastFlushMs = 0
  readonly #socket: PeerSocket
  readonly #spares: SpareBuffers
  #spare: SpareBuffer | undefined
  #end = 0

  constructor(socket: PeerSocket, spares: SpareBuffers) {
    this.#socket = socket
    this.#spares = spares
  }

  /** Where the message that was claimed goes: take it anew after each `claim`. */
  get view(): DataView {
    return this.#spare!.view
  }

  /**
   * Room for a message of up to `bytesMax`, at most SPARE_BYTES. Returns where in `view` it starts; `commit` ends it. A
   * message that is not committed was never said.
   */
  claim(bytesMax: number): number {
    if (this.#end + bytesMax > SPARE_BYTES) this.flush(this.lastFlushMs)
    this.#spare ??= this.#spares.take()
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

  /** Nothing more is said: what was gathered is not sent. */
  drop(): void {
    const spare = this.#spare
    this.#spare = undefined
    this.#end = 0
    if (spare !== undefined) this.#spares.give(spare)
  }

  /** Hands over what was gathered, if the connection is still one. */
  flush(nowMs: number): void {
    const spare = this.#spare
    if (spare === undefined) return
    const end = this.#end
    this.#spare = undefined
    this.#end = 0
    if (end > 0) this.lastFlushMs = nowMs
    if (end === 0 || this.#isWritten(spare.bytes.subarray(0, end))) this.#spares.give(spare)
  }

  /** False: the socket keeps these bytes. */
  #isWritten(bytes: Uint8Array): boolean {
    const socket = this.#socket
    if (!socket.writable) return true
    if (socket.writableLength > 0 || socket.encrypted === true) {
      socket.write(Buffer.from(bytes))
      return true
    }
    socket.write(bytes)
    return socket.writableLength === 0
  }
}
