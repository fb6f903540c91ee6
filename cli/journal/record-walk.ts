/**
 *   journal ──▶ RECORD WALK ──▶ dump, export, diff, feed …
 *
 * The one way in which the command line goes through a journal: record by record, from any sequence or time on, commands
 * with the events that they caused behind them.
 */
import {
  NUMBER_OFFSET,
  RECORD_HEADER_BYTES,
  SEQUENCE_OFFSET,
  SESSION_OFFSET,
  TEMPLATE_ID_OFFSET,
  TIME_OFFSET,
} from '../../protocol/envelope.ts'
import { readInt64 } from '../../protocol/integers.ts'
import type { FrameView } from '../../storage/frame-view.ts'

/** The part of a journal that is walked; JournalReader has it. */
export interface WalkedJournal {
  readonly lastCommand: number
  readonly lastEvent: number
  commands(fromSequence?: number): Iterable<FrameView>
  events(fromSequence?: number): Iterable<FrameView>
}

export interface JournalRecord {
  readonly isEvent: boolean
  /** A command's sequence, or an event's number. */
  readonly number: number
  /** The record stands at `at`, its envelope and block behind it. */
  readonly view: DataView
  readonly at: number
}

export const sequenceOf = ({ view, at }: Place): number =>
  readInt64(view, at + RECORD_HEADER_BYTES + SEQUENCE_OFFSET)
export const timeUsOf = ({ view, at }: Place): number =>
  readInt64(view, at + RECORD_HEADER_BYTES + TIME_OFFSET)
export const sessionOf = ({ view, at }: Place): number =>
  view.getUint32(at + RECORD_HEADER_BYTES + SESSION_OFFSET, true)
/** A command's number in its session, or a report's. */
export const numberOf = ({ view, at }: Place): number =>
  view.getUint32(at + RECORD_HEADER_BYTES + NUMBER_OFFSET, true)
export const templateIdOf = ({ view, at }: Place): number =>
  view.getUint16(at + RECORD_HEADER_BYTES + TEMPLATE_ID_OFFSET, true)

type Place = Pick<JournalRecord, 'view' | 'at'>

/** Commands by their sequences, both ends included. */
export interface CommandRange {
  readonly from: number
  readonly until: number
}

/** All records of a range of commands: each command, and the events that it caused behind it. */
export function* walkTurns(
  journal: WalkedJournal,
  range: CommandRange,
): Generator<JournalRecord, void, void> {
  const events = walkEvents(journal, range)
  let event = events.next()
  for (const command of walkCommands(journal, range)) {
    yield command
    while (event.done !== true && sequenceOf(event.value) <= command.number) {
      yield event.value
      event = events.next()
    }
  }
}

export function* walkCommands(
  journal: WalkedJournal,
  { from, until }: CommandRange,
): Generator<JournalRecord, void, void> {
  if (from > until) return
  for (const record of walkFrames(journal.commands(from), from, false)) {
    if (record.number > until) return
    yield record
  }
}

/** The events that a range of commands caused. */
export function* walkEvents(
  journal: WalkedJournal,
  { from, until }: CommandRange,
): Generator<JournalRecord, void, void> {
  if (from > until) return
  const first = firstNumber(eventsOf(journal), (event) => sequenceOf(event) >= from)
  for (const record of walkFrames(journal.events(first), first, true)) {
    if (sequenceOf(record) > until) return
    yield record
  }
}

/** The records of frames, from the one of this number on. */
export function* walkFrames(
  frames: Iterable<FrameView>,
  from: number,
  isEvent: boolean,
): Generator<JournalRecord, void, void> {
  for (const frame of frames) {
    const { view } = frame
    let number = frame.firstSequence
    for (let at = frame.firstRecord; at >= 0; at = frame.nextRecord(at), number++) {
      if (number >= from) yield { isEvent, number, view, at }
    }
  }
}

export interface RecordTable {
  /** Number of its last record. */
  readonly last: number
  frames(from: number): Iterable<FrameView>
}

export const commandsOf = (journal: WalkedJournal): RecordTable => ({
  last: journal.lastCommand,
  frames: (from) => journal.commands(from),
})

const eventsOf = (journal: WalkedJournal): RecordTable => ({
  last: journal.lastEvent,
  frames: (from) => journal.events(from),
})

/**
 * Number of the first record for which `isReached`, or one above the last. It must hold for all behind it too: then
 * some twenty frames are looked at, however long the journal is.
 */
export function firstNumber(
  table: RecordTable,
  isReached: (record: JournalRecord) => boolean,
): number {
  let low = firstFrame(table, 1)?.firstSequence ?? 1
  let high = table.last + 1
  while (low < high) {
    const frame = firstFrame(table, Math.floor((low + high) / 2))
    if (frame === undefined) return high
    let found = 0
    for (const record of walkFrames([frame], frame.firstSequence, false)) {
      if (!isReached(record)) continue
      found = record.number
      break
    }
    if (found === 0) low = frame.lastSequence + 1
    else if (found > frame.firstSequence) return found
    else high = found
  }
  return low
}

/** The frame that holds the record of this number, or the first one behind it. */
function firstFrame(table: RecordTable, from: number): FrameView | undefined {
  for (const frame of table.frames(from)) return frame
  return undefined
}
