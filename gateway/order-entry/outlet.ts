/**
 *   shard ──▶ ring ──▶ session ──▶ OUTLET ── one write a turn ──▶ socket
 *
 * Builds the frames of one connection behind each other and hands them to the socket together: a system call is dearer
 * than all the rest of a report's way.
 *
 * Who owns a byte:
 *   open/report … flush     the outlet, in a buffer of its own
 *   flush … written         the socket. Nearly always the kernel has taken all when `write` returns, and the buffer is ours
 *                           again; else the buffer goes with the bytes, and a new one takes its place. While older
 *                           bytes wait, new ones go as a copy of just their size, so that a slow reader holds what it is owed
 *                           and not a whole buffer for each report.
 *
 * Hot file: `report` runs once for each report.
 */
import {
  BLOCK_LENGTH_OFFSET,
  ENVELOPE_BYTES,
  NUMBER_OFFSET,
  TEMPLATE_ID_OFFSET,
  TIME_OFFSET,
} from '../../protocol/envelope.ts'
import { INT64_NULL, readInt64 } from '../../protocol/integers.ts'
import { copyBytes } from '../../protocol/text.ts'
import {
  WIRE_FRAME_BYTES_MAX,
  WIRE_HEADER_BYTES,
  writeWireHeader,
} from '../../protocol/wire-frame.ts'
import type { PeerSocket } from './peer-socket.ts'

/** One batch of re-sent reports fits. */
const OUTLET_BYTES = 64 << 10

export class Outlet {
  /** Over the buffer at hand. `open` may put another in its place: take it anew after each. */
  view: DataView
  /** When something was last handed to the socket, ms of the monotonic clock. */
  lastFlushMs = 0
  #bytes: Buffer
  #end = 0
  readonly #socket: PeerSocket
  /** One object for all headers: always the same shape, never garbage. */
  readonly #header = {
    templateId: 0,
    blockBytes: 0,
    msgSeqNum: 0,
    sendingTime: 0,
    possDup: false,
    origSendingTime: INT64_NULL,
  }

  constructor(socket: PeerSocket) {
    this.#socket = socket
    this.#bytes = Buffer.allocUnsafeSlow(OUTLET_BYTES)
    this.view = new DataView(this.#bytes.buffer)
  }

  /**
   * Begins a message of the session itself. Returns where its root block starts in `view`; the caller writes every byte
   * of it.
   */
  open(
    templateId: number,
    blockBytes: number,
    msgSeqNum: number,
    nowUs: number,
    possDup = false,
  ): number {
    this.#header.possDup = possDup
    this.#header.origSendingTime = possDup ? nowUs : INT64_NULL
    return this.#begin(templateId, blockBytes, msgSeqNum, nowUs)
  }

  /**
   * The report whose envelope is at `at`. `possDup`: an earlier connection may have had it; it then names the time of
   * the command that caused it as OrigSendingTime.
   */
  report(from: DataView, at: number, nowUs: number, possDup: boolean): void {
    const blockBytes = from.getUint16(at + BLOCK_LENGTH_OFFSET, true)
    const templateId = from.getUint16(at + TEMPLATE_ID_OFFSET, true)
    const number = from.getUint32(at + NUMBER_OFFSET, true)
    this.#header.possDup = possDup
    this.#header.origSendingTime = possDup ? readInt64(from, at + TIME_OFFSET) : INT64_NULL
    const block = this.#begin(templateId, blockBytes, number, nowUs)
    copyBytes(from, at + ENVELOPE_BYTES, this.view, block, blockBytes)
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

  #begin(templateId: number, blockBytes: number, msgSeqNum: number, nowUs: number): number {
    // Room for the longest frame, not for this one: a check that never depends on what is written.
    if (this.#end + WIRE_FRAME_BYTES_MAX > OUTLET_BYTES) this.flush(this.lastFlushMs)
    const header = this.#header
    header.templateId = templateId
    header.blockBytes = blockBytes
    header.msgSeqNum = msgSeqNum
    header.sendingTime = nowUs
    const at = this.#end
    this.#end = at + WIRE_HEADER_BYTES + blockBytes
    return writeWireHeader(this.view, at, header)
  }

  #renew(): void {
    this.#bytes = Buffer.allocUnsafeSlow(OUTLET_BYTES)
    this.view = new DataView(this.#bytes.buffer)
  }
}
