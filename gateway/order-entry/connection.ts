/**
 *   socket ──▶ CONNECTION { inlet ▸ reader ▸ session ▸ voice ▸ outlet, seat } ──▶ socket
 *
 * One socket and what belongs to it. Carries bytes to the session and from it, stops reading when the session cannot
 * take more, and closes when it is over.
 *
 *   READING ──session cannot take the next message──▶ STALLED: socket paused, bytes stay in the inlet, the rest in the kernel
 *      ▲                                               │
 *      └───── ring has room, or the shard answered ────┘
 *
 * Whatever is thrown in here closes this connection and no other.
 */
import type { SessionOpened } from '../../protocol/codecs.ts'
import { FRAMING_LOST, INCOMPLETE, type Reader } from './encoding.ts'
import { Inlet } from './inlet.ts'
import type { OrderEntryLimits } from './limits.ts'
import { Outlet } from './outlet.ts'
import type { PeerSocket } from './peer-socket.ts'
import { Seat } from './seat.ts'
import { Session, type SessionMeans } from './session.ts'
import type { SpareBuffers } from './spare-buffers.ts'

/** What a connection needs of the gateway; one object for all of them. */
export interface ConnectionMeans extends SessionMeans {
  /** An unknown session gets an account with paper money. */
  readonly paperAccounts: boolean
  readonly spares: SpareBuffers
  readonly limits: OrderEntryLimits
  readonly log: (event: string, fields: object) => void
  /** Something about the connection has changed that the gateway keeps lists of. */
  readonly onChange: (connection: Connection) => void
  /** It has asked for a seat, and the answer will come. */
  readonly onAsked: (connection: Connection) => void
  /** A connection that is behind could send again. */
  readonly onWritable: () => void
}

export class Connection {
  readonly number: number
  readonly seat: Seat
  readonly session: Session
  /** Reports were put into the outlet in this turn and are not flushed. */
  isTouched = false
  readonly #means: ConnectionMeans
  readonly #socket: PeerSocket
  readonly #inlet: Inlet
  readonly #reader: Reader
  readonly #outlet: Outlet
  #isStalled = false
  #isDraining = false
  /** Who has asked for this connection's seat. */
  #heldBy: Connection | undefined
  #isEnding = false
  #closeByMs = Number.POSITIVE_INFINITY
  #isClosed = false

  constructor(socket: PeerSocket, number: number, means: ConnectionMeans) {
    this.number = number
    this.#means = means
    this.#socket = socket
    this.#inlet = new Inlet(means.spares)
    this.#outlet = new Outlet(socket, means.spares)
    this.#outlet.lastFlushMs = means.turn.nowMs
    this.seat = new Seat(means.commands, number, {
      paperAccounts: means.paperAccounts,
      accountSessionsMax: means.limits.accountSessionsMax,
      onAsked: () => means.onAsked(this),
    })
    const { reader, voice } = means.encoding.open(this.#outlet, means.turn)
    this.#reader = reader
    const ends = { seat: this.seat, outlet: this.#outlet, voice }
    this.session = new Session(means, ends, socket.remoteAddress ?? '')
    socket.on('data', (chunk: Buffer) => this.#onEvent(() => this.#onData(chunk)))
    socket.on('end', () => this.#onEvent(() => this.#finish('peer closed')))
    socket.on('drain', () => {
      if (this.isBehind) means.onWritable()
    })
    socket.on('error', (error) => this.#log('connection-error', { error: error.message }))
    socket.on('close', () => this.#onEvent(() => this.#onClose()))
  }

  /** Socket closed, and the shard knows it. */
  get isGone(): boolean {
    return this.#isClosed && this.seat.isGone
  }

  /** Waits for room in the ring to the sequencer: with a message, or with a word about its seat. */
  get waitsForRoom(): boolean {
    const isRetrying = this.#isStalled && !this.#mustWait
    return this.seat.isWaitingForRoom || (isRetrying && this.session.phase === 'ACTIVE')
  }

  get isBehind(): boolean {
    return this.session.phase === 'ACTIVE' && this.session.reports?.isBehind === true
  }

  /** Behind, and able to do something about it now. */
  get canCatchUp(): boolean {
    return (
      this.isBehind &&
      this.session.reports?.waitsForJournal !== true &&
      this.#outlet.unsentBytes <= this.#means.limits.resendPauseBytes
    )
  }

  /** The shard's answer. */
  onOpened(opened: SessionOpened, session: number): void {
    this.session.onOpened(opened, session)
    if (this.session.phase === 'ACTIVE') this.#log('logged-on', { session })
    this.#goOn()
    this.settle()
  }

  /** The ring may have room again. Returns 1 if that helped. */
  retry(): number {
    if (!this.seat.write()) return 0
    if (this.#isStalled) this.#goOn()
    this.settle()
    return this.waitsForRoom ? 0 : 1
  }

  /** Sends some of what the client has missed, if its socket takes it. Returns how much it did. */
  catchUp(): number {
    if (!this.isBehind || this.#outlet.unsentBytes > this.#means.limits.resendPauseBytes) return 0
    const done = this.session.catchUp(this.#means.limits.reportsPerTurn)
    this.settle()
    return done
  }

  /**
   * A stall until it is known who has this seat: what `by` is told of the numbers would not be true any more if something
   * were taken here behind its question.
   */
  hold(by: Connection): void {
    this.#heldBy = by
    this.#isStalled = true
    this.#socket.pause()
    this.#means.onChange(this)
  }

  /** The question of `by` was answered. */
  release(by: Connection): void {
    if (this.#heldBy !== by) return
    this.#heldBy = undefined
    if (this.session.isOver || this.session.phase === 'OPENING') return
    this.#goOn()
    this.settle()
  }

  /** A stall for good: nothing more is read. What was not taken is not answered either, and its client sends it again. */
  drain(): void {
    if (this.session.isOver) return
    this.#isDraining = true
    this.#isStalled = true
    this.#socket.pause()
    this.#means.onChange(this)
  }

  onTick(): void {
    if (this.#means.turn.nowMs >= this.#closeByMs) this.#socket.destroy()
    this.session.onTick(!this.#isStalled)
    this.settle()
  }

  /** After anything: sends what was said, closes what is over, says what has changed. */
  settle(): void {
    const { session } = this
    this.isTouched = false
    if (session.phase === 'CUT') this.destroy(session.cause)
    else {
      this.#outlet.flush(this.#means.turn.nowMs)
      if (session.phase === 'ENDING') this.#finish(session.cause)
      const { unsentBytes } = this.#outlet
      if (unsentBytes > this.#means.limits.sendBufferBytesMax) this.destroy('reader too slow')
    }
    this.#means.onChange(this)
  }

  /** Closes at once; nothing more is sent. */
  destroy(cause: string): void {
    if (!this.#socket.destroyed) this.#log('connection-cut', { cause })
    this.session.phase = 'CUT'
    this.seat.leave(this.session.ending)
    this.#inlet.clear()
    this.#outlet.drop()
    this.#socket.destroy()
  }

  #onEvent(work: () => void): void {
    this.#means.turn.begin()
    try {
      work()
    } catch (error) {
      this.fail(error)
    }
    this.#means.commands.publish()
    this.#means.onChange(this)
  }

  /** A defect of ours, met while serving this connection. */
  fail(error: unknown): void {
    this.#log('connection-failed', { error: error instanceof Error ? error.stack : String(error) })
    this.destroy('internal error')
  }

  #onData(chunk: Buffer): void {
    if (this.session.isOver) return
    this.session.heard()
    let taken = 0
    while (taken < chunk.length && !this.#isStalled && !this.session.isOver) {
      taken += this.#inlet.take(chunk, taken)
      this.#readMessages()
    }
    if (this.#isStalled) {
      this.#socket.pause()
      if (taken < chunk.length) this.#socket.unshift(chunk.subarray(taken))
    }
    this.settle()
  }

  #readMessages(): void {
    const inlet = this.#inlet
    const reader = this.#reader
    while (!this.session.isOver) {
      const length = reader.read(inlet.view, inlet.at, inlet.available)
      if (length === INCOMPLETE) {
        inlet.rest()
        return
      }
      if (length === FRAMING_LOST) {
        this.session.onFramingLost()
        return
      }
      if (!this.session.onMessage(reader.message)) {
        this.#isStalled = true
        return
      }
      inlet.advance(length)
    }
  }

  get #mustWait(): boolean {
    return this.#isDraining || this.#heldBy !== undefined
  }

  /** Reads on after a stall. The silence in it was ours. */
  #goOn(): void {
    if (this.#mustWait) return
    this.#isStalled = false
    this.session.heard()
    this.#readMessages()
    if (!this.#isStalled) this.#socket.resume()
  }

  /**
   * Ends in order: the last bytes go out, then our half is closed. Theirs is still read, and thrown away, until they
   * close it: closing on unread bytes would send a reset, which can overtake our Logout.
   */
  #finish(cause: string): void {
    if (this.#isEnding) return
    this.#isEnding = true
    this.#isStalled = false
    this.session.phase = 'ENDING'
    this.seat.leave(this.session.ending)
    this.#inlet.clear()
    this.#closeByMs = this.#means.turn.nowMs + this.#means.limits.lingerMs
    this.#log('connection-ended', { cause })
    this.#socket.end()
    this.#socket.resume()
  }

  #onClose(): void {
    this.#isClosed = true
    this.session.phase = 'CUT'
    this.seat.leave(this.session.ending)
    this.session.reports?.forget()
  }

  #log(event: string, fields: object): void {
    const { compId } = this.seat
    this.#means.log(event, { connection: this.number, compId, ...fields })
  }
}
