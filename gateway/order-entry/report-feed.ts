/**
 *   ring from the shard ──live──▶ REPORT FEED ──▶ voice ──▶ socket
 *   journal's events ──behind──▶
 *
 * Which report one connection gets next. Reports go out by number, each once, none left out:
 *
 *          nextNumber                    lastNumber
 *   1 ... ─────┬──────────────────────────────┬─────▶
 *      sent    │   behind: from the journal   │  to come, live
 *
 * A live report is sent only where there is nothing behind. Otherwise it only moves `lastNumber`, and is read from the
 * journal later: so a reader that is slow or was away costs two numbers, not a queue.
 *
 * A drop copy session is told of others' reports, under numbers of its own: each that comes is one more.
 *
 * A ResendRequest is answered by another feed, whose last number is the last that was asked for, and that hears nothing
 * live.
 *
 * Hot file: `live` runs once for each report.
 */
import { NUMBER_OFFSET, SESSION_OFFSET } from '../../protocol/envelope.ts'
import type { Voice } from './encoding.ts'
import { NOT_YET, type ReportSink, type ReportSource, SEARCHING } from './reports.ts'
import type { CopySource, TapePlace } from './tapes.ts'

/** An exchange whose journal is later than that has stopped itself (its watchdog waits 10 s). */
const JOURNAL_LATE_MS_MAX = 15_000

export interface ReportNumbers {
  /** The shard's number of the session. */
  readonly session: number
  /** The first report to be told. */
  readonly nextWanted: number
  /** The first that was not said before this feed was. */
  readonly nextOutbound: number
  /** The event behind which these numbers count. */
  readonly numberedFrom: number
  /** Of a drop copy session: where its numbers are known. */
  readonly place?: TapePlace | undefined
}

export interface ReportFeedEnds {
  readonly source: ReportSource
  readonly voice: Voice
  /** Of the session with this number, for a copy. */
  readonly sourceOf: (session: number) => CopySource
}

export class ReportFeed implements ReportSink {
  /** See ReportSink. */
  readonly numberedFrom: number
  readonly place: TapePlace | undefined
  /** Number of the next report to send; session messages carry it too. */
  nextNumber: number
  /** The journal no longer holds what the client asks for, nor anything behind it. */
  isGone = false
  /** Highest number that exists, as far as is known here. */
  #lastNumber: number
  /** Reports below were said before this connection was, and may have reached the client on another. */
  readonly #liveFrom: number
  readonly #session: number
  readonly #source: ReportSource
  readonly #voice: Voice
  readonly #sourceOf: ReportFeedEnds['sourceOf']
  /** The journal had not got so far when last asked, ms of the monotonic clock. */
  #askedMs = Number.NEGATIVE_INFINITY
  #waitsForJournal = false
  /** Since when it waits for a report that was said before this connection was; 0: it does not. */
  #waitsSinceMs = 0

  constructor(numbers: ReportNumbers, ends: ReportFeedEnds) {
    this.#session = numbers.session
    this.numberedFrom = numbers.numberedFrom
    this.place = numbers.place
    this.nextNumber = numbers.nextWanted
    this.#lastNumber = numbers.nextOutbound - 1
    this.#liveFrom = numbers.nextOutbound
    this.#source = ends.source
    this.#voice = ends.voice
    this.#sourceOf = ends.sourceOf
  }

  get lastNumber(): number {
    return this.#lastNumber
  }

  get isBehind(): boolean {
    return this.nextNumber <= this.#lastNumber
  }

  /** Behind, and waiting for something that only time brings. */
  get waitsForJournal(): boolean {
    return this.#waitsForJournal
  }

  /** A report has come from the shard. */
  live(view: DataView, at: number): void {
    const isCopy = this.place !== undefined
    const number = isCopy ? this.#lastNumber + 1 : view.getUint32(at + NUMBER_OFFSET, true)
    if (number <= this.#lastNumber) return
    this.#lastNumber = number
    if (number !== this.nextNumber) return
    this.#say(view, at, number, false)
  }

  /**
   * Sends up to `limit` of what is behind. Returns how many; a search in the journal that goes on counts as one. Of a
   * journal that has not got so far it asks again only a millisecond later: turns come quicker than commits.
   */
  catchUp(limit: number, nowMs: number): number {
    if (this.isGone || (this.#waitsForJournal && nowMs - this.#askedMs < 1)) return 0
    this.#askedMs = nowMs
    const before = this.nextNumber
    const wanted = Math.min(limit, this.#lastNumber - before + 1)
    const outcome = this.#source.read(this.#session, before, wanted, this)
    this.#waitsForJournal = outcome === NOT_YET
    if (this.#waitsInVain(outcome, before, nowMs)) this.isGone = true
    return outcome === SEARCHING ? 1 : this.nextNumber - before
  }

  /** Reports are journaled some milliseconds behind; what was said long ago and is not there was deleted with its segment. */
  #waitsInVain(outcome: number, number: number, nowMs: number): boolean {
    if (outcome !== NOT_YET || number >= this.#liveFrom) this.#waitsSinceMs = 0
    else if (this.#waitsSinceMs === 0) this.#waitsSinceMs = nowMs
    return this.#waitsSinceMs !== 0 && nowMs - this.#waitsSinceMs >= JOURNAL_LATE_MS_MAX
  }

  /** From the source: the report wanted next. */
  onReport(view: DataView, at: number, number: number): void {
    if (number !== this.nextNumber) {
      throw new Error(
        `journal gave report ${number} of session ${this.#session} for ${this.nextNumber}`,
      )
    }
    this.#say(view, at, number, number < this.#liveFrom)
  }

  /** From the source: what is not kept is passed over, and the client is told so. */
  onGone(firstKept: number): void {
    this.passOver(Math.min(firstKept, this.#lastNumber + 1))
  }

  /** Nothing below `next` will come. */
  passOver(next: number): void {
    this.#voice.gapFill(this.nextNumber, next)
    this.nextNumber = next
  }

  #say(view: DataView, at: number, number: number, possDup: boolean): void {
    if (this.place === undefined) this.#voice.report(view, at, possDup)
    else {
      const source = this.#sourceOf(view.getUint32(at + SESSION_OFFSET, true))
      this.#voice.copy(view, at, { number, possDup, source })
    }
    this.nextNumber = number + 1
  }

  /** The connection is gone. */
  forget(): void {
    this.#source.forget(this)
  }
}
