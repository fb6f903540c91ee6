/**
 *   inlet ── frames ──▶ SESSION ── orders ──▶ ring ──▶ sequencer
 *   socket ◀── outlet ◀── SESSION ◀── reports ◀── ring ◀── shard
 *
 * The rules of one session, as in protocol/WIRE.md: who may say what when, under which number. Knows no socket: it reads
 * frames, writes to outlet and ring, and its phase tells the connection when to close.
 *
 *   CONNECTED ──Logon in order──▶ OPENING ──SessionOpened──▶ ACTIVE ──Logout, ours or theirs──▶ ENDING
 *       │                            └──refused: Logout──────────────────────────────────────────▲
 *       │──Logon refused: Logout─────────────────────────────────────────────────────────────────┘
 *       └──anything else, or nothing──▶ CUT ◀── ACTIVE, peer is silent
 *
 *   ENDING: what was said is still sent. CUT: nothing more is.
 *
 * Numbers: only orders use one up, and what is answered by a Reject. sequences.ts has them,
 * the client's and the exchange's.
 *
 * Hot file: `onFrame` runs once for each order.
 */
import {
  Heartbeat,
  Logon,
  Logout,
  NewOrderSingle,
  Reason,
  Reject,
  ResendRequest,
  SequenceReset,
  SessionEnd,
  type SessionOpened,
  SessionStatus,
  TestRequest,
} from '../../protocol/codecs.ts'
import { reasonRow } from '../../protocol/reasons.ts'
import {
  MSG_SEQ_NUM_OFFSET,
  WIRE_BLOCK_LENGTH_OFFSET,
  WIRE_HEADER_BYTES,
  WIRE_TEMPLATE_OFFSET,
} from '../../protocol/wire-frame.ts'
import type { CommandWriter, OrderPlace } from './command-writer.ts'
import type { BusinessFault, Fault } from './fault.ts'
import { isPaddedText } from './field-check.ts'
import { frameFault, isOfTheSession, knownBlockBytes } from './frame-check.ts'
import { GIVE_UP, IN_ORDER, TOO_LOW } from './inbound-numbers.ts'
import type { KeyRing } from './key-ring.ts'
import { type LogonCheck, type LogonOrder, NO_LOGON } from './logon-check.ts'
import { orderFault } from './order-check.ts'
import { OutboundReports } from './outbound-reports.ts'
import type { Outlet } from './outlet.ts'
import type { ReportSource } from './reports.ts'
import type { Seat } from './seat.ts'
import { Sequences } from './sequences.ts'
import {
  JOURNAL_LOW,
  NUMBERS_USED_UP,
  SECOND_LOGON,
  TEST_REQ_ID_MALFORMED,
  TOO_MANY,
} from './session-faults.ts'
import { SessionRights } from './session-rights.ts'
import { SessionVoice } from './session-voice.ts'
import { ASK, GONE_SILENT, Silence } from './silence.ts'
import { ENOUGH, type Throttles } from './throttle.ts'
import type { Turn } from './turn.ts'

export type SessionPhase = 'CONNECTED' | 'OPENING' | 'ACTIVE' | 'ENDING' | 'CUT'

/** What a session needs of the gateway; one object for all of them. */
export interface SessionMeans {
  readonly compId: string
  readonly turn: Turn
  readonly commands: CommandWriter
  readonly logonCheck: LogonCheck
  readonly keys: KeyRing
  readonly throttles: Throttles
  readonly reports: ReportSource
  readonly logonDeadlineMs: number
  readonly sessionNumberMax: number
  /** The journal has little room left: for cancels, not for new orders. */
  readonly isJournalLow: () => boolean
}

export class Session {
  phase: SessionPhase = 'CONNECTED'
  /** Why it ended, for the log. */
  cause = ''
  /** SessionEnd: whether the client meant it. */
  ending: number = SessionEnd.Lost
  readonly #means: SessionMeans
  readonly #seat: Seat
  readonly #outlet: Outlet
  readonly #voice: SessionVoice
  /** The peer's. */
  readonly address: string
  /** The shard's number of it; 0 before it has told. */
  account = 0
  readonly #rights: SessionRights
  readonly #order: OrderPlace = { templateId: 0, block: 0, blockBytes: 0, session: 0, msgSeqNum: 0 }
  #logonOrder: LogonOrder = NO_LOGON
  /** From the exchange's Logon on. */
  #sequences: Sequences | undefined
  readonly #silence: Silence
  /** The application message at hand was counted, and waits for room in the ring. */
  #isCounted = false

  constructor(means: SessionMeans, seat: Seat, outlet: Outlet, address: string) {
    this.#means = means
    this.address = address
    this.#rights = new SessionRights(means.keys)
    this.#seat = seat
    this.#outlet = outlet
    this.#voice = new SessionVoice(outlet, means.turn)
    this.#silence = new Silence(means.turn.nowMs)
  }

  get isOver(): boolean {
    return this.phase === 'ENDING' || this.phase === 'CUT'
  }

  /** Something came from the peer, or we could not listen for a while: the silence begins anew. */
  heard(): void {
    this.#silence.heard(this.#means.turn.nowMs)
  }

  /**
   * One whole frame. False: it could not be taken now; it is to be shown again after a later turn, and nothing behind it
   * before.
   */
  onFrame(view: DataView, at: number, length: number): boolean {
    if (this.phase === 'OPENING') return false
    if (this.phase === 'CONNECTED') this.#onFirst(view, at, length)
    if (this.phase !== 'ACTIVE') return true
    const templateId = view.getUint16(at + WIRE_TEMPLATE_OFFSET, true)
    const fault = frameFault(view, at, length)
    if (fault === undefined && templateId === NewOrderSingle.TEMPLATE_ID) {
      return this.#onOrder(view, at, templateId, undefined)
    }
    if (isOfTheSession(templateId)) {
      this.#onSessionMessage(view, at, templateId, fault)
      return true
    }
    return this.#onOrder(view, at, templateId, fault)
  }

  /** Where the next frame starts is not known any more. */
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
    this.account = opened.account
    this.#rights.countBy(this.#means.throttles.of(opened.account, this.address))
    const { nextInbound, nextOutbound } = opened
    const numberedFrom = opened.numberedFromHigh * 2 ** 32 + opened.numberedFromLow
    // 0: a client without a memory, who wants what comes from now on.
    const nextWanted = this.#logonOrder.nextWanted || nextOutbound
    if (nextWanted > nextOutbound) {
      const text = `NextExpectedMsgSeqNum too high, next is ${nextOutbound}, got ${nextWanted}`
      this.end(SessionStatus.NextExpectedTooHigh, text)
      return
    }
    this.phase = 'ACTIVE'
    this.#silence.begin(this.#logonOrder.heartBtIntSeconds, this.#means.turn.nowMs)
    this.#voice.logon(nextOutbound, this.#means.compId, this.#logonOrder, nextInbound)
    const { reports: source, sessionNumberMax: numberMax, turn } = this.#means
    const ends = { source, outlet: this.#outlet, voice: this.#voice }
    const reports = new OutboundReports(
      { session, nextWanted, nextOutbound, numberedFrom },
      ends,
      turn,
    )
    this.#sequences = new Sequences({ nextInbound, numberMax }, reports, {
      voice: this.#voice,
      turn,
    })
  }

  /** A report of this session, from the shard. */
  onReport(view: DataView, at: number): void {
    if (this.phase === 'ACTIVE') this.#sequences?.reports.live(view, at)
  }

  /** Reads on in the journal, where the client is behind. Returns how much it did. */
  catchUp(limit: number): number {
    const reports = this.#sequences?.reports
    if (reports === undefined || this.phase !== 'ACTIVE') return 0
    const done = reports.catchUp(limit)
    if (reports.isGone) {
      this.end(SessionStatus.LogonsNotAllowed, `Report ${reports.nextNumber} is no longer kept`)
    }
    return done
  }

  /** From the exchange's Logon on. */
  get reports(): OutboundReports | undefined {
    return this.#sequences?.reports
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
    if (nowMs - this.#outlet.lastFlushMs >= heartBtMs) this.#voice.heartbeat(this.#nextOutbound)
    if (this.#sequences?.onTick() === GIVE_UP) {
      const text = `Message ${this.#sequences.expected} was asked for twice and did not come`
      this.end(SessionStatus.LogoutComplete, text)
      return
    }
    if (!isListening) this.heard()
    const silence = this.#silence.onTick(nowMs)
    if (silence === ASK) this.#voice.testRequest(this.#nextOutbound)
    else if (silence === GONE_SILENT) this.#cut('peer is silent')
  }

  /** Says Logout and why, and ends. */
  end(status: number, text: string): void {
    if (this.isOver) return
    this.#voice.logout(this.#nextOutbound, status, text)
    this.phase = 'ENDING'
    this.cause = text
  }

  /** Before the shard has told, nobody here knows the number: 0. */
  get #nextOutbound(): number {
    return this.#sequences?.reports.nextNumber ?? 0
  }

  #cut(cause: string): void {
    this.phase = 'CUT'
    this.cause = cause
  }

  #onFirst(view: DataView, at: number, length: number): void {
    const templateId = view.getUint16(at + WIRE_TEMPLATE_OFFSET, true)
    if (templateId !== Logon.TEMPLATE_ID || frameFault(view, at, length) !== undefined) {
      this.#cut('first message is no logon')
      return
    }
    const verdict = this.#means.logonCheck.judge(view, at, {
      nowUs: this.#means.turn.nowUs,
      address: this.address,
    })
    if ('compId' in verdict) {
      this.#logonOrder = verdict
      this.#rights.take(verdict.credential)
      this.phase = 'OPENING'
      this.#seat.ask(verdict)
      return
    }
    const { fault, status, text } = verdict
    if (fault !== undefined) {
      const number = view.getUint32(at + MSG_SEQ_NUM_OFFSET, true)
      this.#voice.reject(0, { number, templateId }, fault)
    }
    this.end(status, text)
  }

  #onSessionMessage(
    view: DataView,
    at: number,
    templateId: number,
    fault: Fault | undefined,
  ): void {
    const block = at + WIRE_HEADER_BYTES
    // A Reject of ours that they reject, that we reject, that they ...: never answered.
    if (templateId === Reject.TEMPLATE_ID) return
    if (fault === undefined && templateId === Heartbeat.TEMPLATE_ID) return
    if (templateId !== Logout.TEMPLATE_ID) {
      const refused = this.#rights.countTalk(this.#means.turn.nowMs)
      if (refused === ENOUGH) this.end(SessionStatus.LogonsNotAllowed, TOO_MANY)
      // Not answered: whoever asks too often has been answered before.
      if (refused !== undefined) return
    }
    if (fault !== undefined) this.#reject(view, at, templateId, fault)
    else if (templateId === Logon.TEMPLATE_ID) this.#reject(view, at, templateId, SECOND_LOGON)
    else if (templateId === Logout.TEMPLATE_ID) {
      this.ending = SessionEnd.LoggedOut
      this.end(SessionStatus.LogoutComplete, 'Goodbye')
    } else if (templateId === TestRequest.TEMPLATE_ID) {
      if (isPaddedText(view, block, TestRequest.BLOCK_BYTES)) {
        this.#voice.heartbeatFor(this.#nextOutbound, view, block)
      } else this.#reject(view, at, templateId, TEST_REQ_ID_MALFORMED)
    } else this.#onNumbers(view, at, templateId)
  }

  /** What the client says about numbers. */
  #onNumbers(view: DataView, at: number, templateId: number): void {
    const sequences = this.#sequences
    if (sequences === undefined) return
    let fault: Fault | undefined
    if (templateId === ResendRequest.TEMPLATE_ID) fault = sequences.onResendRequest(view, at)
    else if (templateId === SequenceReset.TEMPLATE_ID) {
      fault = this.#onSequenceReset(sequences, view, at)
    }
    if (fault !== undefined) this.#reject(view, at, templateId, fault)
  }

  #onSequenceReset(sequences: Sequences, view: DataView, at: number): Fault | undefined {
    const isGapFill = sequences.isGapFill(view, at)
    if (typeof isGapFill !== 'boolean') return isGapFill
    if (isGapFill && !this.#isInOrder(sequences, view, at)) return undefined
    return sequences.onSequenceReset(view, at)
  }

  /** Whether a message that uses its number up is the next one. Hot. */
  #isInOrder(sequences: Sequences, view: DataView, at: number): boolean {
    const verdict = sequences.judge(view, at)
    if (verdict === IN_ORDER) return true
    if (verdict === TOO_LOW) {
      const number = view.getUint32(at + MSG_SEQ_NUM_OFFSET, true)
      const text = `MsgSeqNum too low, expecting ${sequences.expected} but received ${number}`
      this.end(SessionStatus.MsgSeqNumTooLow, text)
    }
    return false
  }

  /** Whatever uses a number up. `fault` is the header's, if it has one. */
  #onOrder(view: DataView, at: number, templateId: number, fault: Fault | undefined): boolean {
    const sequences = this.#sequences
    if (sequences === undefined || !this.#isInOrder(sequences, view, at)) return true
    if (sequences.areUsedUp) {
      this.end(SessionStatus.LogonsNotAllowed, NUMBERS_USED_UP)
      return true
    }
    // One that the ring had no room for comes again, and was counted.
    const exceeded = this.#isCounted
      ? undefined
      : this.#rights.countMessage(templateId, this.#means.turn.nowMs)
    if (exceeded === ENOUGH) {
      this.end(SessionStatus.LogonsNotAllowed, TOO_MANY)
      return true
    }
    if (exceeded !== undefined) return this.#refuse(sequences, templateId, exceeded)
    const block = at + WIRE_HEADER_BYTES
    const said = view.getUint16(at + WIRE_BLOCK_LENGTH_OFFSET, true)
    const order = this.#order
    order.templateId = templateId
    order.block = block
    order.blockBytes = knownBlockBytes(templateId, said)
    const refused = fault ?? orderFault(view, order) ?? this.#lowFault(templateId)
    if (refused !== undefined) {
      this.#reject(view, at, templateId, refused)
      this.#isCounted = false
      sequences.taken()
      return true
    }
    const denied = this.#rights.denies(templateId)
    if (denied !== undefined) return this.#refuse(sequences, templateId, denied)
    order.session = this.#seat.session
    order.msgSeqNum = sequences.expected
    const isTaken = this.#means.commands.order(view, order)
    this.#isCounted = !isTaken
    if (isTaken) sequences.taken()
    return isTaken
  }

  /** What was understood, and is not taken. It has used its number up. */
  #refuse(sequences: Sequences, templateId: number, fault: BusinessFault): boolean {
    const number = sequences.expected
    this.#voice.businessReject(this.#nextOutbound, { number, templateId }, fault)
    this.#isCounted = false
    sequences.taken()
    return true
  }

  #lowFault(templateId: number): Fault | undefined {
    if (templateId !== NewOrderSingle.TEMPLATE_ID) return undefined
    return this.#means.isJournalLow() ? JOURNAL_LOW : undefined
  }

  #reject(view: DataView, at: number, templateId: number, fault: Fault): void {
    const number = view.getUint32(at + MSG_SEQ_NUM_OFFSET, true)
    this.#voice.reject(this.#nextOutbound, { number, templateId }, fault)
  }
}
