/**
 *   shard ──▶ journal's events ──▶ REPORT SOURCE ──▶ report feed ──▶ socket
 *
 * Where a session's earlier reports come from. Nothing is kept for a session that is away or slow: what it has missed is
 * read from the journal, by number, when it can take it.
 */
import {
  ExecutionReport,
  OrderCancelReject,
  OrderMassCancelReport,
  SecurityDefinition,
  TradingSessionStatus,
} from '../../protocol/codecs.ts'

import type { TapePlace } from './tapes.ts'

/** Whether an event of this template is a report: numbered in its session, and kept for it. */
export const isReport = (templateId: number): boolean =>
  templateId === ExecutionReport.TEMPLATE_ID ||
  templateId === OrderCancelReject.TEMPLATE_ID ||
  templateId === OrderMassCancelReport.TEMPLATE_ID ||
  templateId === SecurityDefinition.TEMPLATE_ID ||
  templateId === TradingSessionStatus.TEMPLATE_ID

export interface ReportSink {
  /** Of a drop copy session, whose numbers are counted; undefined: reports have their own. */
  readonly place?: TapePlace | undefined
  /** The event behind which the numbers that it asks for count: before it other reports had them. 0: nothing was. */
  readonly numberedFrom: number
  /** A report's envelope, root block behind it, and its number there. Good only until return. */
  onReport(view: DataView, at: number, number: number): void
  /** The wanted report is not kept any more, nor those behind it up to this one. */
  onGone(firstKept: number): void
}

/** The wanted report is not in the journal yet: it is written a little behind. Ask again later. */
export const NOT_YET = 0
/** Still looking for where the session's reports are: ask again, the next turn goes on from here. */
export const SEARCHING = -1
/** The journal begins behind the wanted report: the sink was told where, and is to ask from there. */
export const GONE = -2

export interface ReportSource {
  /** A new turn: looks anew at how far the journal has got, and has a whole turn's reading to give out. */
  beginTurn(): void
  /** This turn's reading is given out: until the next turn `read` answers SEARCHING. */
  readonly isSpent: boolean
  /**
   * Hands reports of `session` to `sink`: from `fromNumber` on, in order, without a gap, at most `limit`. Returns how many,
   * NOT_YET, SEARCHING or GONE. All calls of a turn together are bounded work. It remembers where each sink is, as its next call
   * asks for what follows.
   */
  read(session: number, fromNumber: number, limit: number, sink: ReportSink): number
  /** The sink asks no more: forget where it is. */
  forget(sink: ReportSink): void
  /** Nobody asks any more: lets go of what it reads from. */
  close(): void
}
