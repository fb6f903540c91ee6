/** `tradsys journal dump`: records as they stand there, one JSON object a line, from a number on. */
import { JournalReader } from '../../storage/journal-reader.ts'
import { LineWriter } from '../line-writer.ts'
import { recordToJson } from '../message-json.ts'
import { walkFrames } from './record-walk.ts'

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
    let left = count
    for (const { number, view, at } of walkFrames(frames, from, isEvent)) {
      if (left-- === 0 || lines.readerHasLeft) break
      const event = isEvent ? { event: number } : {}
      await lines.write(JSON.stringify({ ...event, ...recordToJson(view, at) }))
    }
    await lines.end()
  } finally {
    journal.close()
  }
}
