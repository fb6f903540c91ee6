/**
 *   OrderEntryClient ──▶ WIRE CONNECTION ──TCP──▶ order entry
 *
 * One connection from Logon to close: what the session says for itself (Logon, heartbeats, Logout) happens here; what
 * is about orders goes to the listener. A connection is used once; the client makes a new one to come back.
 *
 *   CONNECTING ──▶ LOGGING_ON ──exchange's Logon──▶ ACTIVE ──logout()──▶ LOGGING_OUT ──▶ CLOSED
 *        └─────────────┴──────────any failure──────────┴──────────────────────────────────▲
 */
import { connect, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { connect as connectTls } from 'node:tls'
import { Heartbeat, Logon, Logout, TestRequest } from '../protocol/codecs.ts'
import { copyBytes } from '../protocol/text.ts'
import {
  MSG_SEQ_NUM_OFFSET,
  WIRE_HEADER_BYTES,
  WIRE_TEMPLATE_OFFSET,
  writeWireHeader,
} from '../protocol/wire-frame.ts'
import { FrameReader } from './frame-reader.ts'
import { type LogonFields, logonFrame } from './logon.ts'
import { OrderEntryError } from './order-entry-error.ts'
import type { OrderEntryClientOptions } from './order-entry-options.ts'

/** WIRE.md: a side that hears nothing for so many heartbeats asks, and closes after as long again. */
const SILENCE_FACTOR = 1.2
/** Looks at the heartbeats so many times in each. */
const TICKS_PER_HEARTBEAT = 20
/** The exchange answers a Logout at once; a connection that hangs is not waited for. */
const LOGOUT_MS_MAX = 2_000

export interface WireListener {
  /** The number that session messages carry. */
  readonly nextNumber: number
  /** The exchange expects this number next. */
  onLoggedOn(nextExpected: number, nextReport: number): void
  /** A whole frame of any other message. Good only until return. */
  onMessage(templateId: number, view: DataView, at: number): void
  onWritable(): void
  /** Once. `error` says why; after a `logout()` too. */
  onClosed(error: OrderEntryError, connection: WireConnection): void
}

export interface WireAddress {
  readonly host: string
  readonly port: number
  readonly tls: OrderEntryClientOptions['tls']
  readonly logonMsMax: number
}

type WireState = 'CONNECTING' | 'LOGGING_ON' | 'ACTIVE' | 'LOGGING_OUT' | 'CLOSED'

export class WireConnection {
  readonly #socket: Socket
  readonly #listener: WireListener
  readonly #logonFrame: Buffer
  readonly #heartBtMs: number
  readonly #logout = new Logout()
  readonly #timer: NodeJS.Timeout
  readonly #startedMs = performance.now()
  readonly #logonMsMax: number
  #state: WireState = 'CONNECTING'
  #error: OrderEntryError | undefined
  #sentMs = 0
  #heardMs = 0
  /** When our TestRequest went out; 0: none is unanswered. */
  #probedMs = 0
  #logoutMs = Number.POSITIVE_INFINITY

  constructor(address: WireAddress, logon: LogonFields, listener: WireListener) {
    // Before anything connects: a name that no Logon can hold is the caller's to hear of, not an event's.
    this.#logonFrame = logonFrame(logon)
    this.#heartBtMs = logon.heartBtIntSeconds * 1_000
    this.#listener = listener
    this.#logonMsMax = address.logonMsMax
    const reader = new FrameReader((view, at) => this.#onFrame(view, at))
    const socket = socketTo(address)
    this.#socket = socket
    socket.on(address.tls === undefined ? 'connect' : 'secureConnect', () => this.#onConnect())
    socket.on('data', (chunk: Buffer) => {
      this.#heard()
      if (!reader.take(chunk)) this.fail(new OrderEntryError('protocol', 'framing lost'))
    })
    socket.on('drain', () => listener.onWritable())
    socket.on('error', (error) => {
      const code = this.#state === 'CONNECTING' ? 'unreachable' : 'disconnected'
      this.#error ??= new OrderEntryError(code, error.message)
    })
    socket.on('close', () => this.#onClose())
    const tickMs = (logon.heartBtIntSeconds * 1_000) / TICKS_PER_HEARTBEAT
    this.#timer = setInterval(() => this.#onTick(), tickMs).unref()
  }

  get isActive(): boolean {
    return this.#state === 'ACTIVE'
  }

  /** Bytes that the kernel has not taken. */
  get unsentBytes(): number {
    return this.#socket.writableLength
  }

  /** The bytes are the socket's until `unsentBytes` is 0. */
  send(bytes: Uint8Array): void {
    this.#sentMs = performance.now()
    this.#socket.write(bytes)
  }

  /** Says Logout; the exchange answers and closes. Who is not logged on has nobody to say it to: that closes at once. */
  logout(): void {
    if (this.#state !== 'ACTIVE') {
      this.fail(new OrderEntryError('disconnected', 'logged out while not logged on'))
      return
    }
    this.#state = 'LOGGING_OUT'
    this.#logoutMs = performance.now()
    this.#say(Logout.TEMPLATE_ID, Logout.BLOCK_BYTES)
  }

  /** Closes at once, for this reason. */
  fail(error: OrderEntryError): void {
    this.#error ??= error
    this.#socket.destroy()
  }

  #onConnect(): void {
    this.#state = 'LOGGING_ON'
    this.send(this.#logonFrame)
  }

  #onFrame(view: DataView, at: number): void {
    const templateId = view.getUint16(at + WIRE_TEMPLATE_OFFSET, true)
    const block = at + WIRE_HEADER_BYTES
    switch (templateId) {
      case Logon.TEMPLATE_ID:
        if (this.#state !== 'LOGGING_ON') return
        this.#state = 'ACTIVE'
        this.#listener.onLoggedOn(
          new Logon().wrap(view, block).nextExpectedMsgSeqNum,
          view.getUint32(at + MSG_SEQ_NUM_OFFSET, true),
        )
        return
      case Heartbeat.TEMPLATE_ID:
        return
      case TestRequest.TEMPLATE_ID:
        this.#say(Heartbeat.TEMPLATE_ID, Heartbeat.BLOCK_BYTES, (answer, answerBlock) =>
          copyBytes(view, block, answer, answerBlock, Heartbeat.BLOCK_BYTES),
        )
        return
      case Logout.TEMPLATE_ID:
        this.#onLogout(this.#logout.wrap(view, block))
        return
      default:
        this.#listener.onMessage(templateId, view, at)
    }
  }

  #onLogout(logout: Logout): void {
    const code = this.#state === 'LOGGING_ON' ? 'logon-refused' : 'disconnected'
    this.#error ??= new OrderEntryError(code, logout.text, { status: logout.sessionStatus })
    if (this.#state === 'ACTIVE') this.#say(Logout.TEMPLATE_ID, Logout.BLOCK_BYTES)
    this.#state = 'LOGGING_OUT'
    this.#socket.end()
  }

  #onTick(): void {
    const nowMs = performance.now()
    if (this.#state === 'ACTIVE') this.#beat(nowMs)
    else if (this.#state === 'LOGGING_OUT') {
      if (nowMs - this.#logoutMs > LOGOUT_MS_MAX) this.#socket.destroy()
    } else if (nowMs - this.#startedMs > this.#logonMsMax) {
      this.fail(new OrderEntryError('logon-timeout', `no Logon within ${this.#logonMsMax} ms`))
    }
  }

  #beat(nowMs: number): void {
    const heartBtMs = this.#heartBtMs
    const silenceMsMax = heartBtMs * SILENCE_FACTOR
    if (nowMs - this.#sentMs >= heartBtMs) {
      this.#say(Heartbeat.TEMPLATE_ID, Heartbeat.BLOCK_BYTES)
    }
    if (this.#probedMs !== 0) {
      if (nowMs - this.#probedMs < silenceMsMax) return
      this.fail(new OrderEntryError('disconnected', 'the exchange is silent'))
    } else if (nowMs - this.#heardMs >= silenceMsMax) {
      this.#probedMs = nowMs
      this.#say(TestRequest.TEMPLATE_ID, TestRequest.BLOCK_BYTES, (view, block) => {
        new TestRequest().wrap(view, block).testReqId = String(Math.floor(nowMs))
      })
    }
  }

  #heard(): void {
    this.#heardMs = performance.now()
    this.#probedMs = 0
  }

  /** A session message in a buffer of its own; its block is all zero unless `fill` writes it. */
  #say(
    templateId: number,
    blockBytes: number,
    fill?: (view: DataView, block: number) => void,
  ): void {
    const frame = Buffer.alloc(WIRE_HEADER_BYTES + blockBytes)
    const view = new DataView(frame.buffer, frame.byteOffset, frame.length)
    const msgSeqNum = this.#listener.nextNumber
    const sendingTime = Date.now() * 1_000
    const block = writeWireHeader(view, 0, { templateId, blockBytes, msgSeqNum, sendingTime })
    fill?.(view, block)
    this.send(frame)
  }

  #onClose(): void {
    clearInterval(this.#timer)
    const wasLoggedOn = this.#state === 'ACTIVE' || this.#state === 'LOGGING_OUT'
    this.#state = 'CLOSED'
    const error =
      this.#error ??
      (wasLoggedOn
        ? new OrderEntryError('disconnected', 'the exchange closed the connection')
        : new OrderEntryError('logon-refused', 'closed without an answer to the Logon'))
    this.#listener.onClosed(error, this)
  }
}

function socketTo({ host, port, tls }: WireAddress): Socket {
  if (tls === undefined) return connect({ host, port, noDelay: true })
  const socket = connectTls({ host, port, ...(tls === true ? {} : tls) })
  return socket.setNoDelay(true)
}
