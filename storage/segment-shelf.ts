/**
 * A journal's segments, as a reader has them: in order, each opened when it is asked for.
 *
 *   000000000001.mdb ──seal──▶ 000008421377.mdb ──seal──▶ 000016902215.mdb     newest: no seal yet
 *
 * The newest is open always; a few others are kept open while they are read, the one that was not asked for longest is
 * closed for the next. A file may go meanwhile, for retention deletes the oldest: then the journal begins behind it.
 */
import * as fs from 'node:fs'
import { FrameKind } from './frame.ts'
import type { ChainPlace } from './frame-chain.ts'
import type { Mark } from './head-mark.ts'
import { JournalError } from './journal-error.ts'
import { noSegments } from './mark-check.ts'
import { PagedSegment, type PagedTable } from './paged-segment.ts'
import { CHAIN_START, type ChainEnd, type SegmentBound } from './segment-bound.ts'
import { listSegments, type SegmentFile, segmentAt } from './segment-files.ts'

/** Besides the newest: one for commands, one for events, one for a search backwards, and some for those beside them. */
const OPEN_MAX = 6

/** One of the journal's chains: the commands, or a shard's events. */
export interface Lane {
  readonly kind: FrameKind
  /** From 0; 0 for commands. */
  readonly shard: number
}

export class SegmentShelf {
  readonly #directory: string
  #files: SegmentFile[]
  /** By their first sequence; in the order in which they were asked for. */
  readonly #open = new Map<number, PagedSegment>()
  #newest: PagedSegment
  /** Where segments begin, as far as was asked: it never changes. */
  readonly #starts = new Map<number, SegmentBound>()

  /** The mark was read before: where there is no segment it says whether there has been one. */
  constructor(directory: string, mark: Mark | null) {
    this.#directory = directory
    this.#files = listSegments(directory)
    this.#newest = this.#openNewest(mark)
    this.followSeals()
  }

  get newest(): PagedSegment {
    return this.#newest
  }

  get newestFile(): SegmentFile {
    return this.#files.at(-1)!
  }

  /** How many there are. An index counts from the oldest, 0, and is good until the next `drop` or `followSeals`. */
  get count(): number {
    return this.#files.length
  }

  /** The name of segment `index`: the sequence of its first command. */
  nameOf(index: number): number {
    return this.#files[index]!.firstSequence
  }

  /** Where the segment with this name stands now, or -1. */
  indexOf(name: number): number {
    return this.#files.findIndex(({ firstSequence }) => firstSequence === name)
  }

  /** Where the newest one has a seal there is a next one: that is the newest then. True if it came to that. */
  followSeals(): boolean {
    let moved = false
    for (let seal = this.#newest.seal; seal !== undefined; seal = this.#newest.seal) {
      const file = segmentAt(this.#directory, seal.commands.lastSequence + 1)
      const next = fs.existsSync(file.path) ? PagedSegment.open(file.path) : undefined
      if (next === undefined) break
      this.#keepOpen(this.#files.at(-1)!.firstSequence, this.#newest)
      this.#starts.set(file.firstSequence, seal)
      this.#files.push(file)
      this.#newest = next
      moved = true
    }
    return moved
  }

  /** Segment `index`, or undefined if its file is gone: then it and all before it are not listed any more. */
  at(index: number): PagedSegment | undefined {
    if (index === this.#files.length - 1) return this.#newest
    const { firstSequence, path } = this.#files[index]!
    const open = this.#open.get(firstSequence)
    if (open !== undefined) {
      this.#open.delete(firstSequence)
      this.#open.set(firstSequence, open)
      return open
    }
    if (!fs.existsSync(path)) {
      this.#files = this.#files.slice(index + 1)
      return undefined
    }
    const segment = PagedSegment.open(path)
    if (segment === undefined) throw segmentEmpty(path)
    this.#keepOpen(firstSequence, segment)
    return segment
  }

  /** Where segment `index` begins; undefined if its file is gone. */
  startOf(index: number): SegmentBound | undefined {
    const { firstSequence, path } = this.#files[index]!
    const known = this.#starts.get(firstSequence)
    if (known !== undefined) return known
    const segment = this.at(index)
    if (segment === undefined) return undefined
    const start = segment.head ?? startOfFirst(firstSequence, segment)
    if (start === undefined) throw startUnknown(path)
    if (start.commands.lastSequence + 1 !== firstSequence) throw misnamed(path, start)
    this.#starts.set(firstSequence, start)
    return start
  }

  /** Of the newest segment. */
  newestPlace(lane: Lane): ChainPlace {
    return {
      table: tableOf(this.#newest, lane)!,
      start: endIn(this.startOf(this.count - 1)!, lane),
    }
  }

  /** The newest segment that begins before `sequence`, or the oldest there is. */
  indexWith(lane: Lane, sequence: number): number {
    for (let index = this.count - 1; index > 0; index--) {
      const start = this.startOf(index)
      if (start === undefined) return 0
      if (endIn(start, lane).lastSequence < sequence) return index
    }
    return 0
  }

  close(): void {
    this.#newest.close()
    for (const segment of this.#open.values()) segment.close()
    this.#open.clear()
  }

  #keepOpen(name: number, segment: PagedSegment): void {
    this.#open.set(name, segment)
    if (this.#open.size <= OPEN_MAX) return
    const [[oldestName, oldest] = []] = this.#open
    oldest!.close()
    this.#open.delete(oldestName!)
  }

  /** A file without a head is what a writer leaves that ended while it began a segment: it is none yet. */
  #openNewest(mark: Mark | null): PagedSegment {
    for (let file = this.#files.at(-1); file !== undefined; file = this.#files.at(-1)) {
      const segment = PagedSegment.open(file.path)
      if (segment !== undefined && !segment.isUnused) return segment
      segment?.close()
      this.#files.pop()
    }
    throw noSegments(this.#directory, mark)
  }
}

export const tableOf = (segment: PagedSegment, { kind, shard }: Lane): PagedTable | undefined =>
  kind === FrameKind.Commands ? segment.commands : segment.eventsOf[shard]

export const endIn = ({ commands, events }: SegmentBound, { kind, shard }: Lane): ChainEnd =>
  kind === FrameKind.Commands ? commands : (events[shard] ?? CHAIN_START)

/** Journals of before there were segments have one, without a head. */
function startOfFirst(firstSequence: number, segment: PagedSegment): SegmentBound | undefined {
  if (firstSequence !== 1) return undefined
  return { commands: CHAIN_START, events: segment.eventsOf.map(() => CHAIN_START) }
}

function segmentEmpty(path: string): JournalError {
  return new JournalError('journal-damaged', {
    what: `${path} holds no tables, though there are segments behind it`,
    likely: 'it was emptied, or another file has taken its place',
    mend: 'Restore the data directory from a replica or a backup',
  })
}

function startUnknown(path: string): JournalError {
  return new JournalError('journal-damaged', {
    what: `${path} does not say where it begins`,
    likely: 'another file has taken its place',
    mend: 'Restore the data directory from a replica or a backup',
  })
}

function misnamed(path: string, { commands }: SegmentBound): JournalError {
  return new JournalError('journal-damaged', {
    what: `${path} begins behind command ${commands.lastSequence}, which is not what its name says`,
    likely: 'the file was renamed, or exchanged with another one',
    mend: 'Give it its name back, or restore the data directory from a replica or a backup',
  })
}
