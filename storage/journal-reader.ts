/**
 *   LMDB's file ──▶ JOURNAL READER ──▶ replay, resend of reports, read models, verify
 *
 * Reads while another thread or process writes, and never stands in its way: it takes no lock, and writes nothing.
 *
 * Each frame is looked up by its key, which the frame before it gives away (the numbers have no gaps), and copied. So
 * no cursor is ever open, an iteration may be left half-way, and it may go on over a `refresh()`. What is seen is the
 * state at the last `refresh()`.
 */
import { checkRecords, FrameKind, hashFrame, type SchemaHashes } from './frame.ts'
import { type ChainPlace, readChainEnd } from './frame-chain.ts'
import { type FrameView, frameError, openFrame } from './frame-view.ts'
import { type Mark, readHeadMark } from './head-mark.ts'
import { checkAgainstMark, type MarkedChain, markedTables } from './mark-check.ts'
import { FrameMemory } from './packed-frame.ts'
import type { PagedTable } from './paged-segment.ts'
import type { ChainEnd, SegmentBound } from './segment-bound.ts'
import { headMarkPath, type SegmentFile } from './segment-files.ts'
import { endIn, type Lane, SegmentShelf, tableOf } from './segment-shelf.ts'

export interface JournalReaderOptions {
  /** Frames of another schema are refused; any is taken if this is left out. */
  readonly schemaHash?: SchemaHashes
}

export interface ReadOptions {
  /** Also check the chain of hashes and walk the records. @default false */
  readonly verify?: boolean
  /**
   * The caller holds the bytes against others, and where they differ asks `checkChecksum` first: nobody else looks at it.
   * @default false
   */
  readonly unchecked?: boolean
  /** A frame's bytes are good only until the next one of the walk: nothing is allocated for it. @default false */
  readonly transient?: boolean
}

/** What one shard is recovered from. */
export interface ShardJournal {
  readonly lastCommand: number
  readonly lastEvent: number
  commands(fromSequence?: number, options?: ReadOptions): Iterable<FrameView>
  events(fromSequence?: number, options?: ReadOptions): Iterable<FrameView>
}

const COMMANDS: Lane = { kind: FrameKind.Commands, shard: 0 }
const eventsLane = (shard: number): Lane => ({ kind: FrameKind.Events, shard })

export class JournalReader {
  readonly #shelf: SegmentShelf
  readonly #schemaHash: SchemaHashes | undefined
  #commandEnd: ChainEnd
  /** Of each shard's events. */
  #eventEnds: readonly ChainEnd[]

  static open(directory: string, options: JournalReaderOptions = {}): JournalReader {
    const mark = readHeadMark(headMarkPath(directory))
    const shelf = new SegmentShelf(directory, mark)
    try {
      const reader = new JournalReader(shelf, options.schemaHash)
      if (mark !== null) reader.#holdAgainst(mark)
      return reader
    } catch (error) {
      shelf.close()
      throw error
    }
  }

  private constructor(shelf: SegmentShelf, schemaHash: SchemaHashes | undefined) {
    this.#shelf = shelf
    this.#schemaHash = schemaHash
    // Events first: none is there before the command that caused it, and both grow meanwhile.
    this.#eventEnds = this.#lanes().map((lane) => readChainEnd(shelf.newestPlace(lane), schemaHash))
    this.#commandEnd = readChainEnd(shelf.newestPlace(COMMANDS), schemaHash)
  }

  /** The last command's sequence at the last refresh, 0 if there is none. */
  get lastCommand(): number {
    return this.#commandEnd.lastSequence
  }

  /** The first shard's. */
  get lastEvent(): number {
    return this.#eventEnds[0]!.lastSequence
  }

  /** Where all chains end. */
  get end(): SegmentBound {
    return { commands: this.#commandEnd, events: this.#eventEnds }
  }

  get newestSegment(): SegmentFile {
    return this.#shelf.newestFile
  }

  /** The first command that is still there: 1, or what retention has left. */
  get firstCommand(): number {
    return this.#shelf.nameOf(0)
  }

  get shards(): number {
    return this.#eventEnds.length
  }

  /** The whole log, and one shard's events, from 0: none where the journal has no such shard. */
  ofShard(shard: number): ShardJournal {
    return {
      lastCommand: this.lastCommand,
      lastEvent: this.#eventEnds[shard]?.lastSequence ?? 0,
      commands: (fromSequence, options) => this.commands(fromSequence, options),
      events: (fromSequence = 1, options = {}) =>
        shard < this.shards ? this.#forwards(eventsLane(shard), fromSequence, options) : [],
    }
  }

  /** Moves on to the newest commit. */
  refresh(): void {
    const shelf = this.#shelf
    shelf.newest.refresh()
    shelf.followSeals()
    this.#eventEnds = this.#eventEnds.map((end, shard) =>
      this.#endNow(shelf.newestPlace(eventsLane(shard)), end),
    )
    this.#commandEnd = this.#endNow(shelf.newestPlace(COMMANDS), this.#commandEnd)
  }

  /** From the frame that holds this sequence to the newest one. */
  commands(fromSequence = 1, options: ReadOptions = {}): Generator<FrameView, void, void> {
    return this.#forwards(COMMANDS, fromSequence, options)
  }

  events(fromSequence = 1, options: ReadOptions = {}): Generator<FrameView, void, void> {
    return this.#forwards(eventsLane(0), fromSequence, options)
  }

  /** From the frame that holds this sequence, by default the newest, to the oldest one. */
  commandsBackwards(fromSequence = Infinity): Generator<FrameView, void, void> {
    return this.#backwards(COMMANDS, fromSequence)
  }

  eventsBackwards(fromSequence = Infinity): Generator<FrameView, void, void> {
    return this.#backwards(eventsLane(0), fromSequence)
  }

  /** SHA-256 of the frame of commands that ends with this one; undefined if none does, or it is not there any more. */
  chainHashAt(sequence: number): Uint8Array | undefined {
    const end = this.#commandEnd
    if (end.lastSequence === sequence) return end.hash
    const shelf = this.#shelf
    for (let index = shelf.count - 1; index >= 0; index--) {
      const start = shelf.startOf(index)?.commands
      if (start?.lastSequence === sequence) return start.hash
      if (start === undefined || start.lastSequence < sequence) break
    }
    const [frame] = this.commands(sequence)
    return frame?.lastSequence === sequence ? hashFrame(frame.stored) : undefined
  }

  close(): void {
    this.#shelf.close()
  }

  #holdAgainst(mark: Mark): void {
    const commands = this.#chainWith(COMMANDS, mark.lastCommand)
    const events = this.#chainWith(eventsLane(0), mark.lastEvent)
    // Retention was quicker: what the mark speaks of is not there any more.
    if (commands === undefined || events === undefined) return
    markedTables(mark, commands, events).forEach(checkAgainstMark)
  }

  /** The part of a chain that has this number, or the oldest one that is there. */
  #chainWith(lane: Lane, sequence: number): MarkedChain | undefined {
    const shelf = this.#shelf
    const index = shelf.indexWith(lane, sequence)
    const start = shelf.startOf(index)
    const segment = shelf.at(index)
    if (start === undefined || segment === undefined) return undefined
    const isNewest = index === shelf.count - 1
    const end = isNewest ? this.#endOf(lane) : endIn(shelf.startOf(index + 1)!, lane)
    return { table: tableOf(segment, lane)!, start: endIn(start, lane), end }
  }

  #lanes(): Lane[] {
    return this.#shelf.newest.eventsOf.map((_, shard) => eventsLane(shard))
  }

  /** Reads 64 KiB only if a frame was added: an idle refresh must cost next to nothing. */
  #endNow(place: ChainPlace, end: ChainEnd): ChainEnd {
    const isNew = Math.max(place.table.newest(), place.start.lastSequence) > end.lastSequence
    return isNew ? readChainEnd(place, this.#schemaHash) : end
  }

  #endOf({ kind, shard }: Lane): ChainEnd {
    return kind === FrameKind.Commands ? this.#commandEnd : this.#eventEnds[shard]!
  }

  #last(lane: Lane): number {
    return this.#endOf(lane).lastSequence
  }

  *#forwards(lane: Lane, fromSequence: number, options: ReadOptions) {
    const { verify = false, transient = false, unchecked: isUnchecked = false } = options
    const memory = transient ? new FrameMemory() : undefined
    const walk = this.#walkFrom(lane, Math.max(fromSequence, 1))
    let hash = walk.hash
    for (let isFirst = true; walk.next > 0 && walk.next <= this.#last(lane); isFirst = false) {
      const previousHash = verify ? hash : undefined
      const how = { previousHash, memory, isUnchecked }
      const frame = this.#read(this.#tableAhead(lane, walk), walk.next, how)
      if (verify) {
        verifyRecords(frame)
        hash = hashFrame(frame.stored)
      }
      // A number behind the newest one: there is no such frame yet.
      if (!isFirst || fromSequence <= frame.lastSequence) yield frame
      walk.next = frame.lastSequence + 1
    }
  }

  /** Where a walk forwards begins: at the frame with this number, or at the oldest one that is there. */
  #walkFrom(lane: Lane, sequence: number): Walk {
    const shelf = this.#shelf
    for (let index = shelf.indexWith(lane, sequence); index < shelf.count; ) {
      const start = shelf.startOf(index)
      const segment = shelf.at(index)
      // Retention was quicker: those that are left begin at 0 now.
      if (start === undefined || segment === undefined) {
        index = 0
        continue
      }
      const table = tableOf(segment, lane)
      const next = table === undefined ? 0 : table.startOfFrameWith(sequence) || table.oldest()
      const end = endIn(start, lane)
      const hash = next === end.lastSequence + 1 ? end.hash : undefined
      const segmentName = shelf.nameOf(index)
      if (next > 0) return { segmentName, next, hash }
      // Its first frame would be the next one's first: it holds none, as a young or a very short segment may.
      if (index === shelf.count - 1)
        return { segmentName, next: end.lastSequence + 1, hash: end.hash }
      index++
    }
    throw new Error('a journal has at least one segment')
  }

  /** The table that holds frame `walk.next`: in the same segment, or in one that follows. */
  #tableAhead(lane: Lane, walk: Walk): PagedTable {
    const shelf = this.#shelf
    let index = shelf.indexOf(walk.segmentName)
    while (index >= 0 && walk.next > this.#lastIn(index, lane)) index++
    const segment = index < 0 ? undefined : shelf.at(index)
    if (segment !== undefined) {
      walk.segmentName = shelf.nameOf(index)
      return tableOf(segment, lane)!
    }
    const what = 'its segment is not there any more'
    const frame = { kind: lane.kind, firstSequence: walk.next }
    throw frameError(frame, { code: 'journal-damaged', what })
  }

  /** The last number in segment `index`: the next one follows on it. */
  #lastIn(index: number, lane: Lane): number {
    if (index === this.#shelf.count - 1) return this.#last(lane)
    return endIn(this.#shelf.startOf(index + 1)!, lane).lastSequence
  }

  *#backwards(lane: Lane, fromSequence: number) {
    const shelf = this.#shelf
    let sequence = Math.min(fromSequence, this.#last(lane))
    let segmentName = shelf.nameOf(shelf.indexWith(lane, sequence))
    while (sequence > 0) {
      // By name: indexes move when retention deletes, and then this walk is over.
      const index = shelf.indexOf(segmentName)
      const segment = index < 0 ? undefined : shelf.at(index)
      if (segment === undefined) return
      if (sequence > endIn(shelf.startOf(index)!, lane).lastSequence) {
        const table = tableOf(segment, lane)!
        const frame = this.#read(table, table.startOfFrameWith(sequence), {})
        yield frame
        sequence = frame.firstSequence - 1
      } else if (index === 0) {
        return
      } else {
        segmentName = shelf.nameOf(index - 1)
      }
    }
  }

  #read(
    table: PagedTable,
    firstSequence: number,
    { previousHash, memory, isUnchecked = false }: FrameReading,
  ): FrameView {
    const { kind } = table
    const bytes =
      memory === undefined ? table.get(firstSequence) : table.getInto(firstSequence, memory.stored)
    if (bytes === undefined) {
      const what = 'missing, though later ones are there'
      throw frameError({ kind, firstSequence }, { code: 'journal-damaged', what })
    }
    const schemaHash = this.#schemaHash
    const expected = { kind, firstSequence, schemaHash, previousHash, isUnchecked }
    return openFrame(bytes, expected, memory)
  }
}

interface FrameReading {
  readonly previousHash?: Uint8Array | undefined
  readonly memory?: FrameMemory | undefined
  readonly isUnchecked?: boolean
}

/** How far a walk forwards has come. */
interface Walk {
  /** The segment of the frame before. */
  segmentName: number
  /** The first sequence of the frame to read next. */
  next: number
  /** Of the frame before `next`, where that is known. */
  readonly hash: Uint8Array | undefined
}

function verifyRecords(frame: FrameView): void {
  const problem = checkRecords(frame.bytes)
  if (problem !== null) throw frameError(frame, problem)
}
