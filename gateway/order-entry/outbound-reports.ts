/**
 *   shard, live ─────┐
 *                    ├──▶ OUTBOUND REPORTS { feed, history } ──▶ outlet ──▶ socket
 *   journal ─────────┘                          ▲
 *                          ResendRequest ───────┘
 *
 * What one connection is told of its session's reports: the feed tells each once, in order; the history tells again what a
 * ResendRequest asked for, beside it. Live reports do not wait for the history: they have higher numbers.
 */
import { ExecutionReport } from '../../protocol/codecs.ts'
import { ENVELOPE_BYTES, TEMPLATE_ID_OFFSET } from '../../protocol/envelope.ts'
import { ReportFeed, type ReportFeedEnds, type ReportNumbers } from './report-feed.ts'
import type { Turn } from './turn.ts'

export class OutboundReports {
  readonly #feed: ReportFeed
  readonly #numbers: ReportNumbers
  readonly #ends: ReportFeedEnds
  readonly #turn: Turn
  #history: ReportFeed | undefined
  readonly #report = new ExecutionReport()

  constructor(numbers: ReportNumbers, ends: ReportFeedEnds, turn: Turn) {
    this.#feed = new ReportFeed(numbers, ends)
    this.#numbers = numbers
    this.#ends = ends
    this.#turn = turn
  }

  /** Number of the next report that is told for the first time. */
  get nextNumber(): number {
    return this.#feed.nextNumber
  }

  /** Number of the last report that exists, told or not. */
  get lastNumber(): number {
    return this.#feed.lastNumber
  }

  get isBehind(): boolean {
    return this.#history !== undefined || this.#feed.isBehind
  }

  /** Behind, and everything that is to come comes only with time. */
  get waitsForJournal(): boolean {
    const waits = this.#history?.waitsForJournal ?? true
    return waits && (this.#feed.isBehind ? this.#feed.waitsForJournal : this.isBehind)
  }

  /** The next report to be told is not kept, nor anything behind it. */
  get isGone(): boolean {
    return this.#feed.isGone
  }

  /** A report has come from the shard. */
  live(view: DataView, at: number): void {
    this.#feed.live(view, at)
    const { place } = this.#numbers
    if (place === undefined || !isExecutionReport(view, at)) return
    // It names its own event: whoever looks for one of before begins here, and not at the Logon.
    place.event = this.#report.wrap(view, at + ENVELOPE_BYTES).execId
    place.number = this.#feed.lastNumber + 1
  }

  /**
   * Tells again what was told from `begin` to `end`; what was not comes by itself. One history at a time: who asks anew has
   * changed its mind.
   */
  resend(begin: number, end: number): void {
    this.#history?.forget()
    this.#history = undefined
    const told = Math.min(end, this.nextNumber - 1)
    if (begin > told) return
    const numbers = { ...this.#numbers, nextWanted: begin, nextOutbound: told + 1 }
    this.#history = new ReportFeed(numbers, this.#ends)
  }

  /** Reads on in the journal. Returns how much it did, `limit` at most for each of the two. */
  catchUp(limit: number): number {
    const { nowMs } = this.#turn
    const told = this.#feed.isBehind ? this.#feed.catchUp(limit, nowMs) : 0
    const history = this.#history
    if (history === undefined) return told
    const again = history.catchUp(limit, nowMs)
    if (history.isGone) history.passOver(history.lastNumber + 1)
    if (!history.isBehind) {
      history.forget()
      this.#history = undefined
    }
    return told + again
  }

  /** The connection is gone. */
  forget(): void {
    this.#feed.forget()
    this.#history?.forget()
  }
}

const isExecutionReport = (view: DataView, at: number): boolean =>
  view.getUint16(at + TEMPLATE_ID_OFFSET, true) === ExecutionReport.TEMPLATE_ID
