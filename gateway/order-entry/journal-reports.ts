/**
 *   journal ──▶ JournalReader ──▶ JOURNAL REPORTS ──▶ report feed ──▶ outlet ──▶ socket
 *
 * A session's earlier reports, from the journal's events. The events of all sessions stand there in one order, and a
 * session's numbers only grow in it. So the way to report n is
 *
 *   oldest                                                                         newest
 *   ├────────┼────────┼────────┼────────┼────────┼────────┤  frames of events
 *                     │◀───────── search: backwards, to the first frame with a number up to n
 *                     └─── then forwards ──▶ handing out, as far as the journal goes
 *
 * Backwards, as who comes back has mostly missed little. All calls of a turn together look at FRAMES_PER_TURN
 * frames at most, and each remembers where it was: so neither a long absence, nor a session with rare reports, nor many of
 * both stop the thread. A drop copy session's numbers stand nowhere: journal-tapes.ts counts them.
 */
import {
  NUMBER_OFFSET,
  RECORD_HEADER_BYTES,
  SESSION_OFFSET,
  TEMPLATE_ID_OFFSET,
} from '../../protocol/envelope.ts'
import type { FrameView } from '../../storage/frame-view.ts'
import { type EventJournal, type FrameBudget, TapeWalk } from './journal-tapes.ts'
import {
  GONE,
  isReport,
  NOT_YET,
  type ReportSink,
  type ReportSource,
  SEARCHING,
} from './reports.ts'
import type { TapePlace } from './tapes.ts'

/** Copy and checksum of a frame take some 40 µs: together less than a millisecond. */
const FRAMES_PER_TURN = 16

/** How far a session has been read. */
interface Place {
  /** The report wanted next. */
  number: number
  /** Not before this event; 0 while the search goes on. */
  event: number
  search: Generator<FrameView, void, void> | undefined
}

export class JournalReports implements ReportSource {
  readonly #journal: EventJournal
  readonly #places = new Map<ReportSink, Place>()
  readonly #walks = new Map<ReportSink, TapeWalk>()
  readonly #frames: FrameBudget = { left: FRAMES_PER_TURN }
  #isFresh = false

  constructor(journal: EventJournal) {
    this.#journal = journal
  }

  beginTurn(): void {
    this.#frames.left = FRAMES_PER_TURN
    this.#isFresh = false
  }

  get isSpent(): boolean {
    return this.#frames.left <= 0
  }

  read(session: number, fromNumber: number, limit: number, sink: ReportSink): number {
    if (this.isSpent) return SEARCHING
    // Only here: a turn in which nobody can be sent anything does not look.
    if (!this.#isFresh) this.#journal.refresh()
    this.#isFresh = true
    if (sink.place !== undefined) return this.#readTape(sink.place, fromNumber, limit, sink)
    let place = this.#places.get(sink)
    if (place === undefined || place.number !== fromNumber) {
      place = { number: fromNumber, event: 0, search: this.#journal.eventsBackwards() }
      this.#places.set(sink, place)
    }
    if (!this.#find(session, place, sink.numberedFrom)) return SEARCHING
    return this.#handOut(session, place, limit, sink)
  }

  forget(sink: ReportSink): void {
    this.#places.delete(sink)
    this.#walks.delete(sink)
  }

  close(): void {
    this.#journal.close()
  }

  #readTape(place: TapePlace, fromNumber: number, limit: number, sink: ReportSink): number {
    let walk = this.#walks.get(sink)
    if (walk === undefined || walk.isLost || walk.number !== fromNumber) {
      walk = new TapeWalk(this.#journal, place, fromNumber)
      this.#walks.set(sink, walk)
    }
    return walk.read(limit, sink, this.#frames)
  }

  /** True: `place.event` is known. */
  #find(session: number, place: Place, numberedFrom: number): boolean {
    while (place.search !== undefined) {
      if (this.#frames.left-- <= 0) return false
      const { value: frame } = place.search.next()
      // Through to the oldest frame: whatever there is, is behind it; or to where these numbers began.
      if (!frame || frame.firstSequence <= numberedFrom) place.event = numberedFrom + 1
      else if (holdsReportUpTo(frame, session, place.number)) place.event = frame.firstSequence
      if (place.event !== 0) place.search = undefined
    }
    return true
  }

  #handOut(session: number, place: Place, limit: number, sink: ReportSink): number {
    const before = place.number
    for (const frame of this.#journal.events(place.event)) {
      if (this.#frames.left-- <= 0) return place.number - before || SEARCHING
      let event = frame.firstSequence
      for (let at = frame.firstRecord; at !== -1; at = frame.nextRecord(at), event++) {
        if (event < place.event) continue
        const number = reportNumber(frame.view, at + RECORD_HEADER_BYTES, session)
        if (number > place.number) {
          if (place.number > before) return place.number - before
          sink.onGone(number)
          place.number = number
          return GONE
        }
        if (number === place.number) {
          sink.onReport(frame.view, at + RECORD_HEADER_BYTES, number)
          place.number++
        }
        place.event = event + 1
        if (place.number - before === limit) return limit
      }
    }
    return place.number - before || NOT_YET
  }
}

function holdsReportUpTo(frame: FrameView, session: number, number: number): boolean {
  for (let at = frame.firstRecord; at !== -1; at = frame.nextRecord(at)) {
    const first = reportNumber(frame.view, at + RECORD_HEADER_BYTES, session)
    if (first !== 0) return first <= number
  }
  return false
}

/** Number of the report whose envelope is at `at`, 0 if it is none of this session's. */
function reportNumber(view: DataView, at: number, session: number): number {
  if (view.getUint32(at + SESSION_OFFSET, true) !== session) return 0
  const templateId = view.getUint16(at + TEMPLATE_ID_OFFSET, true)
  return isReport(templateId) ? view.getUint32(at + NUMBER_OFFSET, true) : 0
}
