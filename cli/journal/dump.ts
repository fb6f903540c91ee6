/** `tradsys journal dump`: records as they stand there, one JSON object a line, from a number on. */
import { JournalReader } from '../../storage/journal-reader.ts'
import { LineWriter } from '../line-writer.ts'
import { forEachField, messageName } from '../message-json.ts'
import {
  type JournalRecord,
  numberOf,
  sequenceOf,
  sessionOf,
  templateIdOf,
  timeUsOf,
  walkFrames,
} from './record-walk.ts'
import { Row } from './row.ts'

export interface DumpFlags {
  readonly dataDir: string
  readonly from: number
  readonly count?: number
  readonly events?: boolean
}

export async function dump(flags: DumpFlags): Promise<void> {
  const { from, count = Number.POSITIVE_INFINITY, events: isEvent = false } = flags
  const journal = JournalReader.open(flags.dataDir)
  try {
    const lines = await LineWriter.open()
    const frames = isEvent ? journal.events(from) : journal.commands(from)
    const row = new Row()
    let left = count
    for (const record of walkFrames(frames, from, isEvent)) {
      if (left-- === 0 || lines.readerHasLeft) break
      fill(row, record)
      await lines.write(row.json())
    }
    await lines.end()
  } finally {
    journal.close()
  }
}

function fill(row: Row, record: JournalRecord): void {
  row.clear()
  if (record.isEvent) row.set('event', record.number)
  row.set('sequence', sequenceOf(record))
  row.set('timeUs', timeUsOf(record))
  row.set('session', sessionOf(record))
  row.set('number', numberOf(record))
  row.set('message', messageName(templateIdOf(record)))
  forEachField(record.view, record.at, (name, value) => row.set(name, value))
}
