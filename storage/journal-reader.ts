/**
 *   LMDB ──▶ JOURNAL READER ──▶ replay, resend of reports, read models, verify
 *
 * Reads while another thread or process writes, and never stands in its way. In the process that writes, open the
 * JournalWriter first: LMDB has one environment a process, with its first opener's rights.
 *
 * Each frame is looked up by its key, which the frame before it gives away (the numbers have no gaps), and copied. So
 * no cursor is ever open, an iteration may be left half-way, and it may go on over a `refresh()`. What is seen is the
 * state at the last `refresh()`.
 */
import { checkRecords, hashFrame, NO_HASH } from './frame.ts'
import { type ChainEnd, readChainEnd } from './frame-chain.ts'
import { type FrameTable, FrameTables } from './frame-table.ts'
import { type FrameView, frameError, openFrame } from './frame-view.ts'
import { readHeadMark } from './head-mark.ts'
import { checkAgainstMark, markedTables } from './mark-check.ts'
import { headMarkPath, journalMissing, newestSegment } from './segment-files.ts'

export interface JournalReaderOptions {
  /** 16 hex digits. Frames of another schema are refused; any is taken if this is left out. */
  readonly schemaHash?: string
}

export interface ReadOptions {
  /** Also check the chain of hashes and walk the records. Checksums are checked always. @default false */
  readonly verify?: boolean
}

/** What one shard is recovered from. */
export interface ShardJournal {
  readonly lastCommand: number
  readonly lastEvent: number
  commands(fromSequence?: number, options?: ReadOptions): Iterable<FrameView>
  events(fromSequence?: number, options?: ReadOptions): Iterable<FrameView>
}

export class JournalReader {
  readonly #tables: FrameTables
  readonly #schemaHash: string | undefined
  #commandEnd: ChainEnd
  /** Of each shard's events. */
  #eventEnds: ChainEnd[]

  static open(directory: string, options: JournalReaderOptions = {}): JournalReader {
    const mark = readHeadMark(headMarkPath(directory))
    const segment = newestSegment(directory)
    if (segment === undefined) throw journalMissing(directory)
    const tables = FrameTables.open(segment.path, { readOnly: true })
    if (tables === undefined) throw journalMissing(directory)
    try {
      const reader = new JournalReader(tables, options.schemaHash)
      const commands = { table: tables.commands, end: reader.#commandEnd }
      const events = { table: tables.events, end: reader.#eventEnds[0]! }
      if (mark !== null) markedTables(mark, commands, events).forEach(checkAgainstMark)
      return reader
    } catch (error) {
      tables.close()
      throw error
    }
  }

  private constructor(tables: FrameTables, schemaHash: string | undefined) {
    this.#tables = tables
    this.#schemaHash = schemaHash
    this.#commandEnd = readChainEnd(tables.commands, schemaHash)
    this.#eventEnds = tables.eventsOf.map((table) => readChainEnd(table, schemaHash))
  }

  /** The last command's sequence at the last refresh, 0 if there is none. */
  get lastCommand(): number {
    return this.#commandEnd.lastSequence
  }

  /** The first shard's. */
  get lastEvent(): number {
    return this.#eventEnds[0]!.lastSequence
  }

  /** The whole log, and one shard's events, from 0: none where the journal has no such shard. */
  ofShard(shard: number): ShardJournal {
    const table = this.#tables.eventsOf[shard]
    return {
      lastCommand: this.lastCommand,
      lastEvent: this.#eventEnds[shard]?.lastSequence ?? 0,
      commands: (fromSequence, options) => this.commands(fromSequence, options),
      events: (fromSequence = 1, options = {}) =>
        table === undefined ? [] : this.#forwards(table, fromSequence, options),
    }
  }

  /** Moves on to the newest commit. */
  refresh(): void {
    this.#tables.refresh()
    this.#commandEnd = this.#endNow(this.#tables.commands, this.#commandEnd)
    this.#tables.eventsOf.forEach((table, shard) => {
      this.#eventEnds[shard] = this.#endNow(table, this.#eventEnds[shard]!)
    })
  }

  /** From the frame that holds this sequence to the newest one. */
  commands(fromSequence = 1, options: ReadOptions = {}): Generator<FrameView, void, void> {
    return this.#forwards(this.#tables.commands, fromSequence, options)
  }

  events(fromSequence = 1, options: ReadOptions = {}): Generator<FrameView, void, void> {
    return this.#forwards(this.#tables.events, fromSequence, options)
  }

  /** From the frame that holds this sequence, by default the newest, to the oldest one. */
  commandsBackwards(fromSequence = Infinity): Generator<FrameView, void, void> {
    return this.#backwards(this.#tables.commands, fromSequence)
  }

  eventsBackwards(fromSequence = Infinity): Generator<FrameView, void, void> {
    return this.#backwards(this.#tables.events, fromSequence)
  }

  close(): void {
    this.#tables.close()
  }

  /** Reads 64 KiB only if a frame was added: an idle refresh must cost next to nothing. */
  #endNow(table: FrameTable, end: ChainEnd): ChainEnd {
    const isNew = table.newest() > end.lastSequence
    return isNew ? readChainEnd(table, this.#schemaHash) : end
  }

  #last(table: FrameTable): number {
    if (table === this.#tables.commands) return this.lastCommand
    return this.#eventEnds[this.#tables.eventsOf.indexOf(table)]!.lastSequence
  }

  *#forwards(table: FrameTable, fromSequence: number, { verify = false }: ReadOptions) {
    let firstSequence = table.startOfFrameWith(Math.max(fromSequence, 1)) || table.oldest()
    let hash: Uint8Array | undefined = firstSequence === 1 ? NO_HASH : undefined
    let isFirst = true
    while (firstSequence > 0 && firstSequence <= this.#last(table)) {
      const frame = this.#read(table, firstSequence, verify ? hash : undefined)
      if (verify) {
        verifyRecords(frame)
        hash = hashFrame(frame.bytes)
      }
      // A number behind the newest one: there is no such frame yet.
      if (!isFirst || fromSequence <= frame.lastSequence) yield frame
      isFirst = false
      firstSequence = frame.lastSequence + 1
    }
  }

  *#backwards(table: FrameTable, fromSequence: number) {
    let sequence = Math.min(fromSequence, this.#last(table))
    while (sequence > 0) {
      const firstSequence = table.startOfFrameWith(sequence)
      if (firstSequence === 0) return
      yield this.#read(table, firstSequence, undefined)
      sequence = firstSequence - 1
    }
  }

  #read(table: FrameTable, firstSequence: number, previousHash: Uint8Array | undefined): FrameView {
    const bytes = table.get(firstSequence)
    const { kind } = table
    if (bytes === undefined) {
      const what = 'missing, though later ones are there'
      throw frameError({ kind, firstSequence }, { code: 'journal-damaged', what })
    }
    return openFrame(bytes, { kind, firstSequence, schemaHash: this.#schemaHash, previousHash })
  }
}

function verifyRecords(frame: FrameView): void {
  const problem = checkRecords(frame.bytes)
  if (problem !== null) throw frameError(frame, problem)
}
