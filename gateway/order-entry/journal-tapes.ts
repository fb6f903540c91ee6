/**
 *   journal's events ──▶ TAPE WALK ──▶ report feed of a drop copy session ──▶ socket
 *
 * Earlier reports of a tape. They do not say which number they have for this session: it is counted, from a place where it
 * is known, which is mostly the newest.
 *
 *   oldest                                                             place: the first behind it has number 90
 *   ├──────────┼──────────┼──────────┼──────────┼──────────┼──────────┤
 *              │  3 on it │  5 on it │  0       │  4       │ 1        │
 *              │◀─ 77 ────┴─ 80 ─────┴─ 85 ─────┴─ 85 ─────┴─ 89      search: backwards, counting down, until the frame
 *              │                                                       that begins with a number up to the one wanted
 *              └─ then forwards, counting up ──▶ handing out, as far as the journal goes
 */
import { RECORD_HEADER_BYTES } from '../../protocol/envelope.ts'
import type { FrameView } from '../../storage/frame-view.ts'
import type { JournalReader } from '../../storage/journal-reader.ts'
import { GONE, NOT_YET, type ReportSink, SEARCHING } from './reports.ts'
import { isOnTape, type TapePlace } from './tapes.ts'

/** Owned by whoever was given it here. */
export type EventJournal = Pick<
  JournalReader,
  'refresh' | 'lastEvent' | 'events' | 'eventsBackwards' | 'close'
>

/** Frames that may still be looked at in this turn, by whoever. */
export interface FrameBudget {
  left: number
}

/** The walk has found its way, and nothing is in it. */
const FOUND = 1

export class TapeWalk {
  /** The report wanted next. */
  number: number
  /** What it stood on is not kept any more: it has to be begun anew. */
  isLost = false
  readonly #journal: EventJournal
  readonly #tape: number
  /** Where counting began; it stays, while the place that was given moves on with the tape. */
  readonly #knownEvent: number
  /** The first report on the tape from `#event` on has the number `#counted`. */
  #event: number
  #counted: number
  #isFound: boolean
  #search: Generator<FrameView, void, void> | undefined

  constructor(journal: EventJournal, { tape, event, number }: TapePlace, wanted: number) {
    this.#journal = journal
    this.#tape = tape
    this.#knownEvent = event
    this.#event = event + 1
    this.#counted = number
    this.number = wanted
    this.#isFound = wanted >= number
  }

  /** As ReportSource.read. */
  read(limit: number, sink: ReportSink, budget: FrameBudget): number {
    const outcome = this.#find(budget)
    if (outcome !== FOUND) return outcome
    if (this.number < this.#counted) {
      sink.onGone(this.#counted)
      this.number = this.#counted
      return GONE
    }
    return this.#handOut(limit, sink, budget)
  }

  #find(budget: FrameBudget): number {
    if (this.#isFound) return FOUND
    const journal = this.#journal
    // What lies between the journal's end and the known place cannot be counted.
    if (this.#search === undefined && journal.lastEvent < this.#knownEvent) return NOT_YET
    this.#search ??= journal.eventsBackwards(this.#knownEvent)
    while (this.#counted > this.number) {
      if (budget.left-- <= 0) return SEARCHING
      const { value: frame } = this.#search.next()
      // Through to the oldest frame: what was before it is not kept.
      if (!frame) break
      this.#counted -= this.#countIn(frame)
      this.#event = frame.firstSequence
    }
    this.#search = undefined
    this.#isFound = true
    return FOUND
  }

  #countIn(frame: FrameView): number {
    let count = 0
    let event = frame.firstSequence
    for (let at = frame.firstRecord; at !== -1; at = frame.nextRecord(at), event++) {
      if (event > this.#knownEvent) break
      if (isOnTape(frame.view, at + RECORD_HEADER_BYTES, this.#tape)) count++
    }
    return count
  }

  #handOut(limit: number, sink: ReportSink, budget: FrameBudget): number {
    const before = this.number
    for (const frame of this.#journal.events(this.#event)) {
      if (budget.left-- <= 0) return this.number - before || SEARCHING
      if (frame.firstSequence > this.#event) {
        // Retention was quicker: how many there were in between, nobody knows.
        this.isLost = true
        return this.number - before || SEARCHING
      }
      let event = frame.firstSequence
      for (let at = frame.firstRecord; at !== -1; at = frame.nextRecord(at), event++) {
        if (event < this.#event) continue
        this.#event = event + 1
        if (!isOnTape(frame.view, at + RECORD_HEADER_BYTES, this.#tape)) continue
        const number = this.#counted++
        if (number < this.number) continue
        sink.onReport(frame.view, at + RECORD_HEADER_BYTES, number)
        this.number++
        if (this.number - before === limit) return limit
      }
    }
    return this.number - before || NOT_YET
  }
}
