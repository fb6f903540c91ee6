/**
 *   session ──▶ SEQUENCES { inbound numbers, outbound reports }
 *
 * The numbers of one active session, both ways, and what the two sides say about them: ResendRequest and SequenceReset.
 * Exists from the exchange's Logon on, since before it nobody here knows a number.
 */
import { SessionRejectReason } from '../../protocol/codecs.ts'
import type { Voice } from './encoding.ts'
import { type Fault, NO_TAG, outOfRange } from './fault.ts'
import type { InboundMessage } from './inbound-message.ts'
import {
  ASK_AGAIN,
  GAP_BEGINS,
  type GapVerdict,
  IN_ORDER,
  InboundNumbers,
  type NumberVerdict,
} from './inbound-numbers.ts'
import type { OutboundReports } from './outbound-reports.ts'
import type { Turn } from './turn.ts'

const BEGIN_SEQ_NO_RANGE = outOfRange(7, 'BeginSeqNo', 'from 1 to the last report')
const END_SEQ_NO_RANGE = outOfRange(16, 'EndSeqNo', '0, or not before BeginSeqNo')
const GAP_FILL_FLAG_RANGE = outOfRange(123, 'GapFillFlag', '0 or 1')
const NEW_SEQ_NO_RANGE = outOfRange(36, 'NewSeqNo', 'above MsgSeqNum, up to 4000000000')
/** As FIX has it: without a tag. */
const NEW_SEQ_NO_LOW: Fault = {
  tag: NO_TAG,
  reason: SessionRejectReason.ValueOutOfRange,
  text: 'NewSeqNo(36) is below the number expected, or above 4000000000',
}

type Numbered = Pick<InboundMessage, 'msgSeqNum' | 'possDup'>

export class Sequences {
  readonly reports: OutboundReports
  readonly #inbound = new InboundNumbers()
  readonly #voice: Voice
  readonly #turn: Turn
  readonly #numberMax: number

  constructor(
    numbers: { readonly nextInbound: number; readonly numberMax: number },
    reports: OutboundReports,
    means: { readonly voice: Voice; readonly turn: Turn },
  ) {
    this.reports = reports
    this.#inbound.expected = numbers.nextInbound
    this.#numberMax = numbers.numberMax
    this.#voice = means.voice
    this.#turn = means.turn
  }

  /** Number of the client's next message that is taken. */
  get expected(): number {
    return this.#inbound.expected
  }

  /** No number is left for an order, or for its reports. */
  get areUsedUp(): boolean {
    return this.expected > this.#numberMax || this.reports.lastNumber > this.#numberMax
  }

  /** Of a message that uses its number up. Asks for what is missing, where something is. Hot. */
  judge({ msgSeqNum, possDup }: Numbered): NumberVerdict {
    if (msgSeqNum === this.#inbound.expected) return IN_ORDER
    const verdict = this.#inbound.judge(msgSeqNum, possDup, this.#turn.nowMs)
    if (verdict === GAP_BEGINS) this.#askForMissing()
    return verdict
  }

  /** The expected message was taken, or answered by a Reject. Hot. */
  taken(): void {
    this.#inbound.taken(this.#turn.nowMs)
  }

  /** The client wants reports again. Returns what is wrong with its request. */
  onResendRequest({ beginSeqNo, endSeqNo }: InboundMessage): Fault | undefined {
    if (beginSeqNo < 1 || beginSeqNo > this.reports.lastNumber) return BEGIN_SEQ_NO_RANGE
    if (endSeqNo !== 0 && endSeqNo < beginSeqNo) return END_SEQ_NO_RANGE
    this.reports.resend(beginSeqNo, endSeqNo === 0 ? Number.POSITIVE_INFINITY : endSeqNo)
    return undefined
  }

  /** The client passes numbers over. Returns what is wrong with it; a gap fill must have come in order. */
  onSequenceReset({ newSeqNo, gapFillFlag }: InboundMessage): Fault | undefined {
    const isGapFill = gapFillFlag === 1
    const least = isGapFill ? this.expected + 1 : this.expected
    if (newSeqNo < least || newSeqNo > this.#numberMax) {
      return isGapFill ? NEW_SEQ_NO_RANGE : NEW_SEQ_NO_LOW
    }
    this.#inbound.skipTo(newSeqNo, this.#turn.nowMs)
    return undefined
  }

  /** Whether a SequenceReset is one that must come in order; a Fault where it says neither. */
  isGapFill({ gapFillFlag }: InboundMessage): boolean | Fault {
    return gapFillFlag > 1 ? GAP_FILL_FLAG_RANGE : gapFillFlag === 1
  }

  /** GIVE_UP: what is missing was asked for twice, and does not come. */
  onTick(): GapVerdict {
    const verdict = this.#inbound.onTick(this.#turn.nowMs)
    if (verdict === ASK_AGAIN) this.#askForMissing()
    return verdict
  }

  #askForMissing(): void {
    this.#voice.resendRequest(this.reports.nextNumber, this.expected)
  }
}
