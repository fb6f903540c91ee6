/**
 *   shard ──▶ report, its tapes in it ──┬──▶ the session that it is for
 *                                       └──▶ TAPES ──▶ the drop copy sessions that follow one of them
 *
 * Drop copies (actors/report-tapes.ts): which tapes a report is on, as it says itself; who follows a tape; and whose report
 * it is, since a copy has to say so.
 *
 * Hot: `tell` runs once for each report, `isOnTape` once for each event of the journal that is looked at.
 */
import {
  ExecutionReport,
  OrderCancelReject,
  OrderMassCancelReport,
  SessionNamed,
} from '../../protocol/codecs.ts'
import { ENVELOPE_BYTES, TEMPLATE_ID_OFFSET } from '../../protocol/envelope.ts'

/** Whose report a copy is of. */
export interface CopySource {
  readonly account: string
  readonly compId: string
}

const NOBODY: CopySource = { account: '', compId: '' }

/** A place on a tape from which its numbers can be counted. Moves on with the tape. */
export class TapePlace {
  readonly tape: number
  /** The first report on the tape behind this event has this number, of the session that counts. */
  event: number
  number: number

  constructor(
    tape: number,
    { event, number }: { readonly event: number; readonly number: number },
  ) {
    this.tape = tape
    this.event = event
    this.number = number
  }
}

/** A mark is a u16; the account's is in the lower half of the two. */
const MARK = 0xffff
const FIRM_SHIFT = 16

/** The tapes of the event whose envelope is at `at`: two marks in one word; 0: it is on none, as all are that are no report. */
function marksOf(view: DataView, at: number): number {
  const block = at + ENVELOPE_BYTES
  switch (view.getUint16(at + TEMPLATE_ID_OFFSET, true)) {
    case ExecutionReport.TEMPLATE_ID:
      return (
        view.getUint16(block + ExecutionReport.ACCOUNT_TAPE_OFFSET, true) |
        (view.getUint16(block + ExecutionReport.FIRM_TAPE_OFFSET, true) << FIRM_SHIFT)
      )
    case OrderCancelReject.TEMPLATE_ID:
      return (
        view.getUint16(block + OrderCancelReject.ACCOUNT_TAPE_OFFSET, true) |
        (view.getUint16(block + OrderCancelReject.FIRM_TAPE_OFFSET, true) << FIRM_SHIFT)
      )
    case OrderMassCancelReport.TEMPLATE_ID:
      return (
        view.getUint16(block + OrderMassCancelReport.ACCOUNT_TAPE_OFFSET, true) |
        (view.getUint16(block + OrderMassCancelReport.FIRM_TAPE_OFFSET, true) << FIRM_SHIFT)
      )
    default:
      return 0
  }
}

/** Whether the event whose envelope is at `at` is a report on this tape, which is not 0. */
export function isOnTape(view: DataView, at: number, tape: number): boolean {
  const marks = marksOf(view, at)
  return (marks & MARK) === tape || marks >>> FIRM_SHIFT === tape
}

/** Takes the tapes out of the root block at `block`: they are the exchange's own business. */
export function blankTapes(view: DataView, block: number, templateId: number): void {
  switch (templateId) {
    case ExecutionReport.TEMPLATE_ID:
      view.setUint16(block + ExecutionReport.ACCOUNT_TAPE_OFFSET, 0, true)
      view.setUint16(block + ExecutionReport.FIRM_TAPE_OFFSET, 0, true)
      return
    case OrderCancelReject.TEMPLATE_ID:
      view.setUint16(block + OrderCancelReject.ACCOUNT_TAPE_OFFSET, 0, true)
      view.setUint16(block + OrderCancelReject.FIRM_TAPE_OFFSET, 0, true)
      return
    case OrderMassCancelReport.TEMPLATE_ID:
      view.setUint16(block + OrderMassCancelReport.ACCOUNT_TAPE_OFFSET, 0, true)
      view.setUint16(block + OrderMassCancelReport.FIRM_TAPE_OFFSET, 0, true)
  }
}

/** Who follows which tape, and who is who. */
export class Tapes<Follower> {
  readonly #followers = new Map<number, Set<Follower>>()
  /** By the shard's number of the session: as many as there are sessions whose reports are on a tape. */
  readonly #sources = new Map<number, CopySource>()
  readonly #named = new SessionNamed()

  /** The shard has said whose reports are on a tape. `block`: of a SessionNamed. */
  name(view: DataView, block: number): void {
    const { session, account, compId } = this.#named.wrap(view, block)
    this.#sources.set(session, { account, compId })
  }

  sourceOf(session: number): CopySource {
    return this.#sources.get(session) ?? NOBODY
  }

  /** Whether it is to be told of what is on this tape; said again it changes nothing. */
  follow(tape: number, follower: Follower, isFollowing: boolean): void {
    const followers = this.#followers.get(tape) ?? new Set()
    if (isFollowing) followers.add(follower)
    else followers.delete(follower)
    if (followers.size > 0) this.#followers.set(tape, followers)
    else this.#followers.delete(tape)
  }

  /** Each who is to be told of the report whose envelope is at `at`: nobody twice, as nobody follows two tapes. */
  tell(view: DataView, at: number, each: (follower: Follower) => void): void {
    if (this.#followers.size === 0) return
    const marks = marksOf(view, at)
    if (marks === 0) return
    this.#followers.get(marks & MARK)?.forEach(each)
    this.#followers.get(marks >>> FIRM_SHIFT)?.forEach(each)
  }
}
