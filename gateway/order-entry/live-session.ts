/**
 *   reader ──▶ session ──▶ LIVE SESSION { rights, sequences } ── orders ──▶ ring ──▶ sequencer
 *                               └──▶ voice ──▶ socket
 *
 * What is taken of a client that is logged on, and what it is answered: from the exchange's Logon to the Logout of either.
 * Numbers: only application messages use one up, and so does what is answered by a Reject of one; sequences.ts has them.
 *
 * Hot file: `onMessage` runs once for each order.
 */
import {
  BusinessMessageReject,
  Heartbeat,
  Logon,
  Logout,
  NewOrderSingle,
  OrderCancelReplaceRequest,
  Reject,
  ResendRequest,
  SequenceReset,
  SessionEnd,
  SessionStatus,
  TestRequest,
} from '../../protocol/codecs.ts'
import { INT64_NULL } from '../../protocol/integers.ts'
import type { CommandWriter } from './command-writer.ts'
import type { Encoding, Voice } from './encoding.ts'
import type { BusinessFault, Fault } from './fault.ts'
import { type InboundMessage, isOfTheSession } from './inbound-message.ts'
import { GIVE_UP, IN_ORDER, type NumberVerdict, TOO_LOW } from './inbound-numbers.ts'
import { orderFault } from './order-check.ts'
import { isReport } from './reports.ts'
import type { Seat } from './seat.ts'
import type { Sequences } from './sequences.ts'
import {
  JOURNAL_LOW,
  NOT_FOR_CLIENTS,
  NUMBERS_USED_UP,
  ORIG_SENDING_TIME_LATE,
  ORIG_SENDING_TIME_MISSING,
  SECOND_LOGON,
  SENDING_TIME_INACCURATE,
  STALE,
  TOO_MANY,
} from './session-faults.ts'
import type { SessionRights } from './session-rights.ts'
import { ENOUGH } from './throttle.ts'
import type { Turn } from './turn.ts'

/** What a live session needs of the gateway. */
export interface LiveMeans {
  readonly encoding: Encoding
  readonly turn: Turn
  readonly commands: CommandWriter
  /** The journal has little room left: for cancels, not for new orders. */
  readonly isJournalLow: () => boolean
  /** How far a SendingTime may be from where the client's clock was in its Logon, and from ours in a Logon, µs. */
  readonly sendingTimeUsMax: number
}

/** What it has of the connection and of the session. */
export interface LiveParts {
  readonly seat: Seat
  readonly voice: Voice
  readonly rights: SessionRights
  readonly sequences: Sequences
  readonly owner: SessionOwner
  /** How old an order may be when it comes, µs; 0: as old as it is. */
  readonly recvWindowUs: number
  /** The client's clock by its Logon, less our monotonic one, µs: so a set clock of ours ends no session. */
  readonly clockAheadUs: number
}

/** Who ends it. */
export interface SessionOwner {
  /** SessionEnd: whether the client meant it. */
  ending: number
  /** Says Logout and why, and ends. `status`: SessionStatus. */
  end(status: number, text: string): void
  /** A Logon that begins the numbers of a live session again. */
  onLogonAgain(message: InboundMessage): void
}

export class LiveSession {
  readonly #means: LiveMeans
  readonly #seat: Seat
  readonly #voice: Voice
  readonly #rights: SessionRights
  readonly #sequences: Sequences
  readonly #owner: SessionOwner
  readonly #recvWindowUs: number
  readonly #clockAheadUs: number
  /** The application message at hand was counted, and waits for room in the ring. */
  #isCounted = false

  constructor(means: LiveMeans, parts: LiveParts) {
    this.#means = means
    this.#seat = parts.seat
    this.#voice = parts.voice
    this.#rights = parts.rights
    this.#sequences = parts.sequences
    this.#owner = parts.owner
    this.#recvWindowUs = parts.recvWindowUs
    this.#clockAheadUs = parts.clockAheadUs
  }

  /** False: it could not be taken now. */
  onMessage(message: InboundMessage): boolean {
    const clientsNowUs = this.#means.turn.nowMs * 1_000 + this.#clockAheadUs
    const offUs = Math.abs(clientsNowUs - message.sendingTimeUs)
    // Written so that a time which is no number is refused too.
    if (!(offUs <= this.#means.sendingTimeUsMax) || message.possDup) {
      if (message.fault === undefined && this.#endsByTimes(message, offUs)) return true
    }
    if (!isOfTheSession(message.msgType)) return this.#onOrder(message)
    if (this.#means.encoding.numbersSessionMessages) this.#onNumbered(message)
    else this.#onSessionMessage(message)
    return true
  }

  /**
   * A session message that uses its number up. A ResendRequest is answered ahead of a gap, or two sides would each wait
   * for the other's reports for ever; and who leaves is not asked for anything.
   */
  #onNumbered(message: InboundMessage): void {
    const { msgType, logon } = message
    const isAhead = message.msgSeqNum > this.#sequences.expected
    // What a SequenceReset's number is worth is for itself to say; and a Logon that begins the numbers again is the first.
    const isItsOwn = msgType === SequenceReset.TEMPLATE_ID
    const begins = msgType === Logon.TEMPLATE_ID && logon.resetSeqNumFlag === 1
    if (isItsOwn || begins || (isAhead && msgType === Logout.TEMPLATE_ID)) {
      this.#onSessionMessage(message)
      return
    }
    const verdict = this.#judge(message)
    if (verdict !== IN_ORDER && !(isAhead && msgType === ResendRequest.TEMPLATE_ID)) return
    this.#onSessionMessage(message)
    if (verdict === IN_ORDER) this.#sequences.taken()
  }

  /** The Logon that this session begins with, where its number is used up. */
  onLogon(message: Pick<InboundMessage, 'msgSeqNum' | 'possDup'>): void {
    if (this.#sequences.judge(message) === IN_ORDER) this.#sequences.taken()
  }

  /** Asks again for what is missing, or gives it up. */
  onTick(): void {
    if (this.#sequences.onTick() !== GIVE_UP) return
    const text = `Message ${this.#sequences.expected} was asked for twice and did not come`
    this.#owner.end(SessionStatus.LogoutComplete, text)
  }

  /** That all which is of the session itself carries. */
  get nextOutbound(): number {
    return this.#sequences.reports.nextNumber
  }

  #onSessionMessage(message: InboundMessage): void {
    const { msgType, fault } = message
    // A Reject of ours that they reject, that we reject, that they ...: never answered.
    if (msgType === Reject.TEMPLATE_ID) return
    if (fault === undefined && msgType === Heartbeat.TEMPLATE_ID) return
    if (msgType !== Logout.TEMPLATE_ID) {
      const refused = this.#rights.countTalk(this.#means.turn.nowMs)
      if (refused === ENOUGH) this.#owner.end(SessionStatus.LogonsNotAllowed, TOO_MANY)
      // Not answered: whoever asks too often has been answered before.
      if (refused !== undefined) return
    }
    const wrong = fault ?? this.#answer(message)
    if (wrong !== undefined) this.#voice.reject(this.nextOutbound, message, wrong)
  }

  /** Of a message of the session whose form is good. Returns what is wrong with it otherwise. */
  #answer(message: InboundMessage): Fault | undefined {
    switch (message.msgType) {
      case Logon.TEMPLATE_ID:
        if (message.logon.resetSeqNumFlag !== 1) return SECOND_LOGON
        this.#owner.onLogonAgain(message)
        return undefined
      case Logout.TEMPLATE_ID:
        this.#owner.ending = SessionEnd.LoggedOut
        this.#owner.end(SessionStatus.LogoutComplete, 'Goodbye')
        return undefined
      case TestRequest.TEMPLATE_ID:
        this.#voice.heartbeat(this.nextOutbound, message.testReqId)
        return undefined
      case ResendRequest.TEMPLATE_ID:
        return this.#sequences.onResendRequest(message)
      case SequenceReset.TEMPLATE_ID:
        return this.#onSequenceReset(message)
      default:
        return undefined
    }
  }

  #onSequenceReset(message: InboundMessage): Fault | undefined {
    const isGapFill = this.#sequences.isGapFill(message)
    if (typeof isGapFill !== 'boolean') return isGapFill
    if (isGapFill && !this.#isInOrder(message)) return undefined
    return this.#sequences.onSequenceReset(message)
  }

  /** Whether a message that uses its number up is the next one. Hot. */
  #isInOrder(message: InboundMessage): boolean {
    return this.#judge(message) === IN_ORDER
  }

  /** Asks for what is missing, and ends where too much was said. Hot. */
  #judge(message: InboundMessage): NumberVerdict {
    const verdict = this.#sequences.judge(message)
    if (verdict === TOO_LOW) {
      const { expected } = this.#sequences
      const text = `MsgSeqNum too low, expecting ${expected} but received ${message.msgSeqNum}`
      this.#owner.end(SessionStatus.MsgSeqNumTooLow, text)
    }
    return verdict
  }

  /** Whatever uses a number up. */
  #onOrder(message: InboundMessage): boolean {
    if (!this.#isInOrder(message)) {
      this.#onPassedOver(message)
      return true
    }
    const sequences = this.#sequences
    const { msgType } = message
    if (sequences.areUsedUp) {
      this.#owner.end(SessionStatus.LogonsNotAllowed, NUMBERS_USED_UP)
      return true
    }
    // One that the ring had no room for comes again, and was counted.
    const exceeded = this.#isCounted
      ? undefined
      : this.#rights.countMessage(msgType, this.#means.turn.nowMs)
    if (exceeded === ENOUGH) {
      this.#owner.end(SessionStatus.LogonsNotAllowed, TOO_MANY)
      return true
    }
    if (exceeded !== undefined) return this.#refuse(message, exceeded)
    if (message.fault !== undefined && isFromExchange(msgType)) {
      return this.#refuse(message, NOT_FOR_CLIENTS)
    }
    const refused = message.fault ?? this.#orderFault(message)
    if (refused !== undefined) {
      this.#voice.reject(this.nextOutbound, message, refused)
      this.#isCounted = false
      sequences.taken()
      return true
    }
    const denied = this.#rights.denies(msgType) ?? this.#staleFault(message)
    if (denied !== undefined) return this.#refuse(message, denied)
    const isTaken = this.#means.commands.order(message, this.#seat.session)
    this.#isCounted = !isTaken
    if (isTaken) sequences.taken()
    return isTaken
  }

  /** True: the client's clock was set, or the message is old, and nothing that depends on time can be trusted: the session ends. */
  #endsByTimes(message: InboundMessage, offUs: number): boolean {
    const { origSendingTimeUs, sendingTimeUs } = message
    const isAccurate = offUs <= this.#means.sendingTimeUsMax
    if (isAccurate && origSendingTimeUs <= sendingTimeUs) return false
    // Our clock and theirs may differ for as long as they say goodbye.
    if (message.msgType === Logout.TEMPLATE_ID) return false
    const fault = isAccurate ? ORIG_SENDING_TIME_LATE : SENDING_TIME_INACCURATE
    this.#voice.reject(this.nextOutbound, message, fault)
    this.#owner.end(SessionStatus.LogoutComplete, fault.text)
    return true
  }

  /** One that is passed over, and does not say of what it is a repetition. Its number is used up already. */
  #onPassedOver(message: InboundMessage): void {
    if (!lacksOrigTime(message) || message.msgSeqNum > this.#sequences.expected) return
    if (this.#rights.countTalk(this.#means.turn.nowMs) !== undefined) return
    this.#voice.reject(this.nextOutbound, message, ORIG_SENDING_TIME_MISSING)
  }

  /** What was understood, and is not taken. It has used its number up. */
  #refuse(message: InboundMessage, fault: BusinessFault): boolean {
    this.#voice.businessReject(this.nextOutbound, message, fault)
    this.#isCounted = false
    this.#sequences.taken()
    return true
  }

  #orderFault(message: InboundMessage): Fault | undefined {
    if (lacksOrigTime(message)) return ORIG_SENDING_TIME_MISSING
    return orderFault(message) ?? this.#lowFault(message.msgType)
  }

  /** Of an order that took too long to come here, or waited too long for room. What reduces risk is never too late. */
  #staleFault({ msgType, sendingTimeUs }: InboundMessage): BusinessFault | undefined {
    if (this.#recvWindowUs === 0) return undefined
    const isOrder =
      msgType === NewOrderSingle.TEMPLATE_ID || msgType === OrderCancelReplaceRequest.TEMPLATE_ID
    return isOrder && this.#means.turn.nowUs - sendingTimeUs > this.#recvWindowUs
      ? STALE
      : undefined
  }

  #lowFault(msgType: number): Fault | undefined {
    if (msgType !== NewOrderSingle.TEMPLATE_ID) return undefined
    return this.#means.isJournalLow() ? JOURNAL_LOW : undefined
  }
}

const isFromExchange = (msgType: number): boolean =>
  isReport(msgType) || msgType === BusinessMessageReject.TEMPLATE_ID

/** A repetition that does not say when it was sent first. Of a SequenceReset, which repeats nothing, nobody asks. */
const lacksOrigTime = ({ possDup, origSendingTimeUs }: InboundMessage): boolean =>
  possDup && origSendingTimeUs === INT64_NULL
