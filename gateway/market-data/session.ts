/**
 *   client ◀──▶ transport ◀──▶ SESSION ◀── channels
 *
 * One WebSocket: what it has asked for, and how it is kept bounded when it does not read.
 *
 *   unsent bytes   0 ───────────── conflateAboveBytes ─────────────── maxBackpressureBytes
 *                  everything        trades go on; of each best-price      cut off
 *                  is sent           and top stream the newest is kept,
 *                                    depth is merged by its channel
 *
 * Messages of one turn wait in the outbox and leave together: one write for many. A session that cannot have what it was
 * promised is closed, never silently skipped.
 */
import type { Reader } from './channel.ts'
import { answerControl, type Controlled, echo } from './control-request.ts'
import type { MarketDataLimits } from './limits.ts'
import type { Log } from './log.ts'
import type { StreamHub } from './stream-hub.ts'
import type { StreamMessage } from './stream-message.ts'
import { parseStreamName, type Stream } from './stream-name.ts'
import type { ClientSocket, Visitor } from './transport.ts'

/** The gateway, as its sessions see it. */
export interface SessionHost {
  readonly hub: StreamHub
  readonly limits: MarketDataLimits
  readonly clockMs: () => number
  readonly log: Log
  /** The session has something in its outbox. */
  onOutbox(session: Session): void
  /** Streams were joined or left. */
  onStreams(): void
  onClosed(session: Session): void
  /** Messages that were meant for a reader and will not be sent. */
  countDropped(messages: number): void
}

interface Outgoing {
  readonly message: StreamMessage
  /** The stream of which only the newest matters; undefined: must be sent. */
  readonly latestOf: Stream | undefined
}

const POLICY_VIOLATION = 1008
const UNSUPPORTED_DATA = 1003
const WINDOW_MS = 1000

export class Session implements Visitor, Reader, Controlled {
  isCombined: boolean
  readonly #socket: ClientSocket
  readonly #host: SessionHost
  readonly #openedMs: number
  readonly #streams = new Map<string, Stream>()
  readonly #outbox: Outgoing[] = []
  readonly #late = new Map<string, StreamMessage>()
  #isOver = false
  #windowStartMs = 0
  #inboundInWindow = 0
  #pingsUnanswered = 0

  constructor(socket: ClientSocket, host: SessionHost, isCombined: boolean) {
    this.#socket = socket
    this.#host = host
    this.isCombined = isCombined
    this.#openedMs = host.clockMs()
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedBytes
  }

  get streamNames(): readonly string[] {
    return [...this.#streams.keys()]
  }

  get lags(): boolean {
    return this.#socket.bufferedBytes > this.#host.limits.conflateAboveBytes
  }

  /** The streams that a URL names. What is no stream name is passed over: clients put numbers there. */
  joinFromUrl(names: readonly string[]): void {
    for (const name of names) {
      const stream = parseStreamName(name)
      // The instrument may not be defined yet: the stream begins when it is.
      if (stream !== undefined) this.#join(stream)
    }
    this.#host.onStreams()
  }

  subscribe(names: readonly string[]): string | undefined {
    const streams: Stream[] = []
    for (const name of names) {
      const stream = this.#host.hub.streamOf(name)
      if (stream === undefined) return `unknown stream '${echo(name)}'`
      if (!this.#streams.has(name)) streams.push(stream)
    }
    const max = this.#host.limits.streamsPerConnectionMax
    if (this.#streams.size + streams.length > max) {
      return `too many streams: a connection may have ${max}`
    }
    for (const stream of streams) this.#join(stream)
    this.#host.onStreams()
    return undefined
  }

  unsubscribe(names: readonly string[]): void {
    for (const name of names) {
      const stream = this.#streams.get(name)
      if (stream !== undefined) this.#leave(stream)
    }
    this.#host.onStreams()
  }

  onText(text: string): void {
    if (this.#mayCome()) this.#send(Buffer.from(answerControl(text, this)))
  }

  onBinary(): void {
    if (this.#mayCome()) this.#end(UNSUPPORTED_DATA, 'text messages only')
  }

  onPing(): void {
    this.#mayCome()
  }

  onPong(): void {
    this.#pingsUnanswered = 0
    this.#mayCome()
  }

  onDrain(): void {
    if (this.#late.size > 0 && !this.lags) this.#socket.cork(this.#sendLate)
  }

  onClose(): void {
    this.#leaveAll()
    this.#host.onClosed(this)
  }

  deliver(message: StreamMessage): void {
    this.#put({ message, latestOf: undefined })
  }

  deliverLatest(stream: Stream, message: StreamMessage): void {
    this.#put({ message, latestOf: stream })
  }

  countConflated(): void {
    this.#host.countDropped(1)
  }

  /** Sends what the turn has brought. */
  flush(): void {
    if (this.#outbox.length > 0 && !this.#isOver) this.#socket.cork(this.#sendOutbox)
    this.#outbox.length = 0
  }

  cutOff(reason: string): void {
    if (this.#isOver) return
    this.#host.log.warn(
      { event: 'market-data.reader.cut-off', bufferedBytes: this.bufferedBytes, reason },
      `a market-data reader was cut off: ${reason}`,
    )
    this.#host.countDropped(this.#late.size)
    this.#leaveAll()
    this.#socket.terminate()
  }

  /** Once each ping interval: looks whether somebody is still there, and asks. */
  beat(): void {
    const { limits, clockMs } = this.#host
    if (this.#pingsUnanswered >= limits.pingsUnansweredMax) {
      this.cutOff(`no pong for ${this.#pingsUnanswered} pings`)
    } else if (clockMs() - this.#openedMs >= limits.connectionLifeMs) {
      this.#end(POLICY_VIOLATION, 'connection life is over, connect again')
    } else {
      this.#pingsUnanswered++
      this.#socket.ping()
    }
  }

  /** The gateway stops: a last message, and the close frame behind it. */
  bye(message: StreamMessage, code: number, reason: string): void {
    this.#send(message.bytes(this.isCombined))
    this.#end(code, reason)
  }

  #join(stream: Stream): void {
    this.#streams.set(stream.name, stream)
    this.#host.hub.join(this, stream)
  }

  #leave(stream: Stream): void {
    this.#streams.delete(stream.name)
    this.#late.delete(stream.name)
    this.#host.hub.leave(this, stream)
  }

  /** Counts one inbound message; false when it is not to be looked at. */
  #mayCome(): boolean {
    if (this.#isOver) return false
    const nowMs = this.#host.clockMs()
    if (Math.abs(nowMs - this.#windowStartMs) >= WINDOW_MS) {
      this.#windowStartMs = nowMs
      this.#inboundInWindow = 0
    }
    this.#inboundInWindow++
    if (this.#inboundInWindow <= this.#host.limits.inboundPerSecondMax) return true
    this.#end(POLICY_VIOLATION, 'too many messages')
    return false
  }

  #put(outgoing: Outgoing): void {
    if (this.#isOver) return
    if (this.#outbox.length === 0) this.#host.onOutbox(this)
    this.#outbox.push(outgoing)
  }

  /** Made once, as the next one: no closure for each turn. */
  readonly #sendOutbox = (): void => {
    if (this.#late.size > 0 && !this.lags) this.#sendLate()
    for (const { message, latestOf } of this.#outbox) {
      if (this.#isOver) this.#host.countDropped(1)
      else if (latestOf === undefined) this.#send(message.bytes(this.isCombined))
      else if (this.#late.has(latestOf.name) || this.lags) this.#keep(latestOf, message)
      else this.#send(message.bytes(this.isCombined))
    }
  }

  readonly #sendLate = (): void => {
    for (const message of this.#late.values()) this.#send(message.bytes(this.isCombined))
    this.#late.clear()
  }

  #keep(stream: Stream, message: StreamMessage): void {
    if (this.#late.has(stream.name)) this.#host.countDropped(1)
    this.#late.set(stream.name, message)
  }

  #send(bytes: Uint8Array): void {
    if (this.#isOver) return
    const { maxBackpressureBytes } = this.#host.limits
    if (this.#socket.bufferedBytes + bytes.length > maxBackpressureBytes) {
      this.cutOff(`more than ${maxBackpressureBytes} B unsent`)
      return
    }
    this.#socket.send(bytes)
  }

  #end(code: number, reason: string): void {
    if (this.#isOver) return
    this.#leaveAll()
    this.#socket.end(code, reason)
  }

  /** After this nothing is taken from it and nothing sent to it. */
  #leaveAll(): void {
    if (this.#isOver) return
    this.#isOver = true
    for (const stream of [...this.#streams.values()]) this.#leave(stream)
    this.#host.onStreams()
  }
}
