/** `tradsys journal stats`: what a journal holds, how it came in, and how much room that takes. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import {
  alignRecord,
  RECORD_HEADER_BYTES,
  RECORD_LENGTH_OFFSET,
  TEMPLATE_ID_OFFSET,
  TIME_OFFSET,
} from '../../protocol/envelope.ts'
import { readInt64 } from '../../protocol/integers.ts'
import type { FrameView } from '../../storage/frame-view.ts'
import { JournalReader } from '../../storage/journal-reader.ts'
import { journalDirectory } from '../../storage/segment-files.ts'
import { print } from '../line-writer.ts'
import { messageName } from '../message-json.ts'
import { type Progress, startProgress } from '../progress.ts'
import { timeText } from './log-point.ts'

export interface StatsFlags {
  readonly dataDir: string
  readonly json?: boolean
  readonly progress?: boolean
}

export async function stats(flags: StatsFlags): Promise<void> {
  const journal = JournalReader.open(flags.dataDir)
  const progress = startProgress('records', journal.lastCommand + journal.lastEvent, flags)
  try {
    const commands = new TableStats()
    const events = new TableStats()
    commands.walk(journal.commands(), progress, 0)
    events.walk(journal.events(), progress, journal.lastCommand)
    progress.stop()
    const result = {
      commands: commands.summary(),
      events: events.summary(),
      ...(commands.longestGap === undefined ? {} : { longestGap: commands.longestGap }),
      segments: segmentsIn(flags.dataDir),
    }
    await print(flags.json ? JSON.stringify(result) : describe(result))
  } finally {
    progress.stop()
    journal.close()
  }
}

interface TypeStats {
  readonly message: string
  readonly count: number
  readonly bytes: number
}

interface TableSummary {
  readonly records: number
  readonly frames: number
  /** Of the frames as they are stored, packed, headers included. */
  readonly bytes: number
  /** The same unpacked; those of the types are too. */
  readonly plainBytes: number
  readonly bytesPerRecord?: number
  readonly firstNumber?: number
  readonly lastNumber?: number
  readonly firstTime?: string
  readonly lastTime?: string
  readonly seconds?: number
  readonly perSecond?: number
  readonly types: readonly TypeStats[]
}

interface Gap {
  readonly afterSequence: number
  readonly afterTime: string
  readonly seconds: number
}

interface Segment {
  readonly file: string
  readonly bytes: number
}

/** What is counted in one table of the journal. */
class TableStats {
  readonly #types = new Map<number, { count: number; bytes: number }>()
  #records = 0
  #frames = 0
  #bytes = 0
  #plainBytes = 0
  #firstNumber = 0
  #firstUs = 0
  #lastUs = 0
  #gapUs = 0
  #gapAfter = 0
  #gapAfterUs = 0

  walk(frames: Iterable<FrameView>, progress: Progress, before: number): void {
    for (const frame of frames) {
      if (this.#frames === 0) this.#firstNumber = frame.firstSequence
      this.#frames++
      this.#bytes += frame.stored.length
      this.#plainBytes += frame.bytes.length
      this.#count(frame)
      progress.update(before + this.#records)
    }
  }

  /** The longest time between two records that follow each other. */
  get longestGap(): Gap | undefined {
    if (this.#records < 2) return undefined
    const afterTime = timeText(this.#gapAfterUs)
    return { afterSequence: this.#gapAfter, afterTime, seconds: this.#gapUs / 1e6 }
  }

  summary(): TableSummary {
    const records = this.#records
    const counted = {
      records,
      frames: this.#frames,
      bytes: this.#bytes,
      plainBytes: this.#plainBytes,
      types: this.#typeStats(),
    }
    if (records === 0) return counted
    const seconds = (this.#lastUs - this.#firstUs) / 1e6
    return {
      ...counted,
      bytesPerRecord: rounded(this.#bytes / records),
      firstNumber: this.#firstNumber,
      lastNumber: this.#firstNumber + records - 1,
      firstTime: timeText(this.#firstUs),
      lastTime: timeText(this.#lastUs),
      seconds,
      ...(seconds > 0 ? { perSecond: rounded(records / seconds) } : {}),
    }
  }

  #count(frame: FrameView): void {
    const { view } = frame
    let number = frame.firstSequence
    for (let at = frame.firstRecord; at >= 0; at = frame.nextRecord(at), number++) {
      const envelope = at + RECORD_HEADER_BYTES
      const bytes = alignRecord(view.getInt32(at + RECORD_LENGTH_OFFSET, true))
      this.#countType(view.getUint16(envelope + TEMPLATE_ID_OFFSET, true), bytes)
      this.#countTime(readInt64(view, envelope + TIME_OFFSET), number)
    }
  }

  #countType(templateId: number, bytes: number): void {
    const known = this.#types.get(templateId)
    if (known === undefined) this.#types.set(templateId, { count: 1, bytes })
    else {
      known.count++
      known.bytes += bytes
    }
  }

  #countTime(timeUs: number, number: number): void {
    if (this.#records === 0) this.#firstUs = timeUs
    else if (timeUs - this.#lastUs > this.#gapUs || this.#records === 1) {
      this.#gapUs = timeUs - this.#lastUs
      this.#gapAfter = number - 1
      this.#gapAfterUs = this.#lastUs
    }
    this.#lastUs = timeUs
    this.#records++
  }

  /** Most first; of as many, by name. */
  #typeStats(): TypeStats[] {
    const types = [...this.#types].map(([templateId, counted]) => ({
      message: messageName(templateId),
      ...counted,
    }))
    return types.sort((a, b) => b.count - a.count || (a.message < b.message ? -1 : 1))
  }
}

const rounded = (value: number): number => Math.round(value * 10) / 10

/** Oldest first: files are named by their first command. */
function segmentsIn(dataDir: string): Segment[] {
  const folder = journalDirectory(dataDir)
  if (!existsSync(folder)) return []
  const names = readdirSync(folder).filter((name) => name.endsWith('.mdb'))
  return names.sort().map((file) => ({ file, bytes: statSync(join(folder, file)).size }))
}

function describe(result: {
  readonly commands: TableSummary
  readonly events: TableSummary
  readonly longestGap?: Gap
  readonly segments: readonly Segment[]
}): string {
  const { commands, events, longestGap: gap, segments } = result
  const lines = [...describeTable('commands', commands), ...describeTable('events', events)]
  if (gap !== undefined) {
    lines.push(`longest gap  ${gap.seconds} s after command ${gap.afterSequence}, ${gap.afterTime}`)
  }
  for (const { file, bytes } of segments) lines.push(`segment  ${file}  ${bytes} bytes`)
  return `${lines.join('\n')}\n`
}

function describeTable(kind: string, table: TableSummary): string[] {
  const { records, frames, bytes, bytesPerRecord, firstNumber, lastNumber, types } = table
  if (records === 0) return [`${kind}  none`]
  const size = `${records} in ${frames} frames, ${bytes} bytes, ${bytesPerRecord} a record`
  const rate = table.perSecond === undefined ? '' : `, ${table.perSecond} a second`
  const width = Math.max(...types.map(({ message }) => message.length))
  const countWidth = String(types[0]!.count).length
  return [
    `${kind}  ${size}`,
    `  ${firstNumber} … ${lastNumber}, ${table.firstTime} … ${table.lastTime}${rate}`,
    ...types.map(({ message, count, bytes: typeBytes }) => {
      const counted = String(count).padStart(countWidth)
      return `  ${message.padEnd(width)}  ${counted}  ${typeBytes} bytes`
    }),
  ]
}
