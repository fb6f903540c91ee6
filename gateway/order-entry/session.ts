/**
 *   reader ── messages ──▶ SESSION ── orders ──▶ ring ──▶ sequencer
 *   socket ◀──── voice ◀── SESSION ◀── reports ◀── ring ◀── shard
 *
 * The rules of one session, as in protocol/WIRE.md: who may say what when, under which number. Knows no socket and no
 * encoding: it is told messages, speaks by a voice, and its phase tells the connection when to close.
 *
 *   CONNECTED ──Logon in order──▶ OPENING ──SessionOpened──▶ ACTIVE ──Logout, ours or theirs──▶ ENDING
 *       │                            └──refused: Logout──────────────────────────────────────────▲
 *       │──Logon refused: Logout─────────────────────────────────────────────────────────────────┘
 *       └──anything else, or nothing──▶ CUT ◀── ACTIVE, peer is silent
 *
 *   A Logon that begins the numbers again leads from ACTIVE back to OPENING.
 *
 *   ENDING: what was said is still sent. CUT: nothing more is.
 *
 * While it is ACTIVE a live session does the work (live-session.ts).
 *
 * Hot file: `onMessage` runs once for each order.
 */
import {
  Logon,
  Reason,
  SessionEnd,
  type SessionOpened,
  SessionStatus,
} from '../../protocol/codecs.ts'
import { reasonRow } from '../../protocol/reasons.ts'
import type { Voice } from './encoding.ts'
import type { InboundMessage } from './inbound-message.ts'
import type { KeyRing } from './key-ring.ts'
import { type LiveMeans, LiveSession, type SessionOwner } from './live-session.ts'
import {
  ANOTHER_SENDER,
  type LogonCheck,
  type LogonOrder,
  type LogonRefusal,
  NO_LOGON,
} from './logon-check.ts'
import { OutboundReports } from './outbound-reports.ts'
import type { Outlet } from './outlet.ts'
import type { ReportSource } from './reports.ts'
import type { Seat } from './seat.ts'
import { Sequences } from './sequences.ts'
import { NUMBERS_USED_UP } from './session-faults.ts'
import { SessionRights } from './session-rights.ts'
import { ASK, GONE_SILENT, Silence } from './silence.ts'
import { type CopySource, TapePlace } from './tapes.ts'
import type { Throttles } from './throttle.ts'

export type SessionPhase = 'CONNECTED' | 'OPENING' | 'ACTIVE' | 'ENDING' | 'CUT'

/** What a session needs of the gateway; one object for all of them. */
export interface SessionMeans extends LiveMeans {
  readonly compId: string
  readonly logonCheck: LogonCheck
  readonly keys: KeyRing
  readonly throttles: Throttles
  readonly reports: ReportSource
  readonly logonDeadlineMs: number
  readonly sessionNumberMax: number
  /** Whose reports those of the session with this number are. */
  readonly sourceOf: (session: number) => CopySource
}

/** What it has of its connection. */
export interface SessionEnds {
  readonly seat: Seat
  readonly outlet: Pick<Outlet, 'lastFlushMs'>
  readonly voice: Voice
}

export class Session implements SessionOwner {
  phase: SessionPhase = 'CONNECTED'
  /** Why it ended, for the log. */
  cause = ''
  ending: number = SessionEnd.Lost
  readonly #means: SessionMeans
  readonly #seat: Seat
  readonly #outlet: SessionEnds['outlet']
  readonly #voice: Voice
  /** The peer's. */
  readonly address: string
  /** The shard's number of it; 0 before it has told, and of a drop copy session. */
  account = 0
  /** Of a drop copy session that is logged on the tape that it follows; else 0. */
  tape = 0
  readonly #rights: SessionRights
  #logonOrder: LogonOrder = NO_LOGON
  /** MsgSeqNum of the Logon. */
  #logonNumber = 0
  /** The client's clock by it, less our monotonic one, µs. */
  #clockAheadUs = 0
  /** From the exchange's Logon on. */
  #live: LiveSession | undefined
  #reports: OutboundReports | undefined
  readonly #silence: Silence

  constructor(means: SessionMeans, ends: SessionEnds, address: string) {
    this.#means = means
    this.address = address
    this.#rights = new SessionRights(means.keys)
    this.#seat = ends.seat
    this.#outlet = ends.outlet
    this.#voice = ends.voice
    this.#silence = new Silence(means.turn.nowMs)
  }

  /** The shard's number of the session; 0 before it has told. */
  get session(): number {
    return this.#seat.session
  }

  get isOver(): boolean {
    return this.phase === 'ENDING' || this.phase === 'CUT'
  }

  /** From the exchange's Logon on. */
  get reports(): OutboundReports | undefined {
    return this.#reports
  }

  /**
   * Something came from the peer, or we could not listen for a while: the silence begins anew. Not before its Logon: whoever
   * says that byte by byte has no longer for it than others.
   */
  heard(): void {
    if (this.phase !== 'CONNECTED') this.#silence.heard(this.#means.turn.nowMs)
  }

  /**
   * One message. False: it could not be taken now; it is to be shown again after a later turn, and nothing behind it
   * before.
   */
  onMessage(message: InboundMessage): boolean {
    if (this.phase === 'OPENING') return false
    if (this.phase === 'CONNECTED') this.#onFirst(message)
    if (this.phase !== 'ACTIVE' || this.#live === undefined) return true
    return this.#live.onMessage(message)
  }

  /** Where the next message starts is not known any more. */
  onFramingLost(): void {
    if (this.phase === 'CONNECTED') this.#cut('framing lost before logon')
    else this.end(SessionStatus.LogoutComplete, 'Framing lost: wrong length or encoding')
  }

  /** The shard has answered our SessionOpen. */
  onOpened(opened: SessionOpened, session: number): void {
    const { reason } = opened
    if (!this.#seat.answer(reason === Reason.None ? session : 0)) {
      if (this.phase === 'OPENING')
        this.end(SessionStatus.LogonsNotAllowed, reasonRow(reason).sentence)
      return
    }
    // A drop copy session has none: what it asks for must not count against those whose reports it hears.
    if (this.#logonOrder.isDropCopy) this.#rights.hearOnly()
    else this.account = opened.account
    // Who logs on again goes on with what it has left.
    if (this.#live === undefined) {
      this.#rights.countBy(this.#means.throttles.of(this))
    }
    // 0: a client without a memory, who wants what comes from now on.
    const nextWanted = this.#logonOrder.nextWanted || opened.nextOutbound
    if (nextWanted > opened.nextOutbound) {
      const text = `NextExpectedMsgSeqNum too high, next is ${opened.nextOutbound}, got ${nextWanted}`
      this.end(SessionStatus.NextExpectedTooHigh, text)
      return
    }
    const number = this.#logonNumber
    const isNumbered = this.#means.encoding.numbersSessionMessages
    if (isNumbered && number < opened.nextInbound) {
      const text = `MsgSeqNum too low, expecting ${opened.nextInbound} but received ${number}`
      this.end(SessionStatus.MsgSeqNumTooLow, text)
      return
    }
    this.phase = 'ACTIVE'
    this.#silence.begin(this.#logonOrder.heartBtIntSeconds, this.#means.turn.nowMs)
    const { nextInbound, nextOutbound } = opened
    const isNext = isNumbered && number === nextInbound
    const expected = isNext ? nextInbound + 1 : nextInbound
    this.#voice.logon(nextOutbound, this.#means.compId, this.#logonOrder, expected)
    const live = this.#begin(opened, session, nextWanted)
    if (isNumbered) live.onLogon({ msgSeqNum: number, possDup: false })
  }

  #begin(opened: SessionOpened, session: number, nextWanted: number): LiveSession {
    const { nextInbound, nextOutbound } = opened
    const { reports: source, sessionNumberMax: numberMax, turn, sourceOf } = this.#means
    const event = opened.numberedFromHigh * 2 ** 32 + opened.numberedFromLow
    const voice = this.#voice
    if (this.#logonOrder.isDropCopy) this.tape = opened.account
    const place =
      this.tape === 0 ? undefined : new TapePlace(this.tape, { event, number: nextOutbound })
    const reports = new OutboundReports(
      { session, nextWanted, nextOutbound, numberedFrom: event, place },
      { source, voice, sourceOf },
      turn,
    )
    this.#reports?.forget()
    this.#reports = reports
    const sequences = new Sequences({ nextInbound, numberMax }, reports, { voice, turn })
    const recvWindowUs = this.#logonOrder.recvWindowMs * 1_000
    const parts = { seat: this.#seat, voice, rights: this.#rights, sequences, owner: this }
    const live = new LiveSession(this.#means, {
      ...{ ...parts, recvWindowUs },
      clockAheadUs: this.#clockAheadUs,
    })
    this.#live = live
    return live
  }

  /** A report of this session, or on the tape that it follows, from the shard. */
  onReport(view: DataView, at: number): void {
    const reports = this.#reports
    if (reports === undefined || this.phase !== 'ACTIVE') return
    reports.live(view, at)
    // Of other sessions an order that is one too many asks about that; nobody orders here.
    if (this.tape !== 0 && reports.lastNumber >= this.#means.sessionNumberMax) {
      this.end(SessionStatus.LogonsNotAllowed, NUMBERS_USED_UP)
    }
  }

  /** Reads on in the journal, where the client is behind. Returns how much it did. */
  catchUp(limit: number): number {
    const reports = this.#reports
    if (reports === undefined || this.phase !== 'ACTIVE') return 0
    const done = reports.catchUp(limit)
    if (reports.isGone) {
      this.end(SessionStatus.LogonsNotAllowed, `Report ${reports.nextNumber} is no longer kept`)
    }
    return done
  }

  /** Deadlines and heartbeats. `isListening`: the socket is being read, so silence is the peer's. */
  onTick(isListening: boolean): void {
    const { nowMs } = this.#means.turn
    if (
      this.phase === 'CONNECTED' &&
      nowMs - this.#silence.sinceMs >= this.#means.logonDeadlineMs
    ) {
      this.#cut('no logon in time')
    }
    if (this.phase !== 'ACTIVE') return
    if (!this.#rights.isGood()) {
      this.end(SessionStatus.BadCredentials, 'The key of this session was revoked')
      return
    }
    const heartBtMs = this.#logonOrder.heartBtIntSeconds * 1_000
    if (nowMs - this.#outlet.lastFlushMs >= heartBtMs) this.#voice.heartbeat(this.#nextOutbound, '')
    this.#live?.onTick()
    if (this.isOver) return
    if (!isListening) this.heard()
    const silence = this.#silence.onTick(nowMs)
    if (silence === ASK) this.#voice.testRequest(this.#nextOutbound)
    else if (silence === GONE_SILENT) this.#cut('peer is silent')
  }

  end(status: number, text: string): void {
    if (this.isOver) return
    this.#voice.logout(this.#nextOutbound, status, text)
    this.phase = 'ENDING'
    this.cause = text
  }

  /** Before the shard has told, nobody here knows the number: 0. */
  get #nextOutbound(): number {
    return this.#live?.nextOutbound ?? 0
  }

  #cut(cause: string): void {
    this.phase = 'CUT'
    this.cause = cause
  }

  #onFirst(message: InboundMessage): void {
    if (message.msgType !== Logon.TEMPLATE_ID || message.fault !== undefined) {
      this.#cut('first message is no logon')
      return
    }
    this.#logOn(message)
  }

  onLogonAgain(message: InboundMessage): void {
    if (message.logon.senderCompId === this.#logonOrder.compId) this.#logOn(message)
    else this.#refuse(message, ANOTHER_SENDER)
  }

  #logOn(message: InboundMessage): void {
    const { nowUs } = this.#means.turn
    const verdict = this.#means.logonCheck.judge(message, { nowUs, address: this.address })
    if (!('compId' in verdict)) {
      this.#refuse(message, verdict)
      return
    }
    this.#logonOrder = verdict
    this.#logonNumber = message.msgSeqNum
    this.#clockAheadUs = message.sendingTimeUs - this.#means.turn.nowMs * 1_000
    this.#rights.take(verdict.credential)
    this.phase = 'OPENING'
    this.#seat.ask(verdict)
  }

  #refuse(message: InboundMessage, { fault, status, text }: LogonRefusal): void {
    if (fault !== undefined) this.#voice.reject(this.#nextOutbound, message, fault)
    this.end(status, text)
  }
}
