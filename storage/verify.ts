/**
 * Reads a whole journal and says where it is damaged: each segment against the one before it, each frame's checksum, its
 * place in the chain, its records, their order, and the head mark. Any byte of a frame that is not as it was written is
 * found.
 *
 * Read-only, also beside a running exchange: what is committed after this begins is not looked at.
 */
import { existsSync } from 'node:fs'
import { lastTimeInOrder } from './command-order.ts'
import { checkRecords, FrameKind, type FrameProblem, hashFrame, viewOf } from './frame.ts'
import { type ChainPlace, readChainEnd } from './frame-chain.ts'
import { FrameView, lookAtFrame, PROBLEM_MEND } from './frame-view.ts'
import { type Mark, readHeadMark } from './head-mark.ts'
import { isDenied, JournalError, messageOf } from './journal-error.ts'
import { behindHeadMark, checkAgainstMark, type MarkedChain, markedTables } from './mark-check.ts'
import { FrameMemory } from './packed-frame.ts'
import { PagedSegment } from './paged-segment.ts'
import { CHAIN_START, type ChainEnd, isSameEnd, type SegmentBound } from './segment-bound.ts'
import { headMarkPath, journalMissing, listSegments, type SegmentFile } from './segment-files.ts'

export interface JournalReport {
  ok: boolean
  segments: number
  /** Of the command behind which it began; 0: with the first that is there. */
  after: number
  /** The first command that is there: 1, or what retention has left. */
  firstCommand: number
  /** How many of each were found good. */
  commands: number
  events: number
  frames: number
  bytes: number
  firstProblem?: JournalProblem
}

export interface JournalProblem {
  readonly kind: 'commands' | 'events' | 'head-mark' | 'file'
  /** Of the frame with the problem; 0 where no frame can be named. */
  readonly firstSequence: number
  /** A byte in the frame, where one can be named. */
  readonly offset?: number
  readonly what: string
  readonly mend: string
}

/** A place in the log that is known to be good: what is before it is not looked at. */
export interface VerifyFrom {
  /** Of a command that ends a frame. */
  readonly sequence: number
  /** Of the last event, the first shard's, that this command or one before it caused. */
  readonly eventNumber: number
  /** Of the frame that ends with that command. */
  readonly chainHash: Uint8Array
}

export interface VerifyOptions {
  /** @default the oldest frame that is there */
  readonly from?: VerifyFrom
  /** Called each PROGRESS_FRAMES frames with the report so far, and once at the end. */
  readonly onProgress?: (report: Readonly<JournalReport>) => void
}

const PROGRESS_FRAMES = 256

/** Throws only if there is no journal, or this user may not read it. A file cut short can kill the process: see `verifyInChild`. */
export function verifyJournal(directory: string, options: VerifyOptions = {}): JournalReport {
  const report: JournalReport = {
    ...{ ok: true, segments: 0, firstCommand: 1, after: options.from?.sequence ?? 0 },
    ...{ commands: 0, events: 0, frames: 0, bytes: 0 },
  }
  const mark = readMark(directory, report)
  const files = filesFrom(listSegments(directory), options.from)
  if (files.length === 0 && mark === null && report.ok) throw journalMissing(directory)
  new JournalWalk({ files, mark }, report, options).run()
  options.onProgress?.(report)
  return report
}

/** The segments that hold something behind `from`. */
function filesFrom(files: SegmentFile[], from: VerifyFrom | undefined): SegmentFile[] {
  if (from === undefined) return files
  const isBehind = ({ firstSequence }: SegmentFile): boolean => firstSequence > from.sequence + 1
  const next = files.findIndex(isBehind)
  return files.slice(Math.max(0, (next < 0 ? files.length : next) - 1))
}

function readMark(directory: string, report: JournalReport): Mark | null {
  try {
    return readHeadMark(headMarkPath(directory))
  } catch (error) {
    if (isDenied(error)) throw error
    fail(report, fileProblem(error))
    return null
  }
}

/** All segments, from the oldest to the newest. */
class JournalWalk {
  readonly #files: readonly SegmentFile[]
  readonly #report: JournalReport
  readonly #options: VerifyOptions
  readonly #mark: Mark | null
  /** Where the segment before ended. */
  #end: SegmentBound | undefined

  constructor(
    { files, mark }: { readonly files: readonly SegmentFile[]; readonly mark: Mark | null },
    report: JournalReport,
    options: VerifyOptions,
  ) {
    this.#files = files
    this.#mark = mark
    this.#report = report
    this.#options = options
  }

  run(): void {
    for (const [index, file] of this.#files.entries()) {
      if (this.#report.ok) this.#walkFile(file, index === this.#files.length - 1)
    }
    if (this.#report.ok && this.#mark !== null) this.#markOrFail(() => this.#checkReach())
  }

  #walkFile(file: SegmentFile, isNewest: boolean): void {
    // Retention was quicker: it deletes from the oldest on.
    if (this.#end === undefined && !isNewest && !existsSync(file.path)) return
    let segment: PagedSegment | undefined
    try {
      segment = PagedSegment.open(file.path)
      // What a writer leaves that ended while it began a segment.
      const isBegun = segment !== undefined && !segment.isUnused
      if (isBegun) this.#walkSegment(file, segment!)
      else if (!isNewest) throw new Error(`${file.path} holds nothing`)
    } catch (error) {
      if (isDenied(error)) throw error
      fail(this.#report, fileProblem(error))
    } finally {
      segment?.close()
    }
  }

  #walkSegment(file: SegmentFile, segment: PagedSegment): void {
    const report = this.#report
    // Before what it seals: then nothing comes behind that.
    const { seal } = segment
    const start = startOf(file, segment, this.#end)
    if (report.segments === 0) report.firstCommand = file.firstSequence
    report.segments++
    const ends: ChainEnd[] = []
    for (const [index, table] of [segment.commands, ...segment.eventsOf].entries()) {
      const chain: ChainPlace = {
        table,
        start: [start.commands, ...start.events][index] ?? CHAIN_START,
      }
      const end = new TableWalk(chain, report, this.#options).run(this.#firstOf(index, start))
      if (end === null) return
      ends.push(end)
      this.#compareWithMark({ ...chain, end }, index)
    }
    const [commands = CHAIN_START, ...events] = ends
    this.#end = { commands, events }
    checkSeal(file, seal, this.#end)
  }

  /** Where the walk over a table of the first segment begins, if not with its first frame. */
  #firstOf(index: number, start: SegmentBound): WalkFrom | undefined {
    const { from } = this.#options
    if (from === undefined || this.#end !== undefined || index > 1) return undefined
    if (index === 0 && from.sequence > start.commands.lastSequence) {
      return { sequence: from.sequence + 1, hash: from.chainHash }
    }
    const eventsBefore = start.events[0]?.lastSequence ?? 0
    if (index === 1 && from.eventNumber > eventsBefore) return { sequence: from.eventNumber + 1 }
    return undefined
  }

  /** The mark speaks of the commands and of the first shard's events: each of some segment. */
  #compareWithMark(chain: MarkedChain, index: number): void {
    if (this.#mark === null || index > 1) return
    const [commands, events] = markedTables(this.#mark, chain, chain)
    const marked = (index === 0 ? commands : events)!
    if (marked.lastSequence <= chain.end.lastSequence)
      this.#markOrFail(() => checkAgainstMark(marked))
  }

  #checkReach(): void {
    const { commands, events } = this.#end ?? { commands: CHAIN_START, events: [] }
    const { lastCommand, lastEvent } = this.#mark!
    const event = events[0] ?? CHAIN_START
    if (commands.lastSequence < lastCommand)
      throw behindHeadMark(FrameKind.Commands, commands, lastCommand)
    if (event.lastSequence < lastEvent) throw behindHeadMark(FrameKind.Events, event, lastEvent)
  }

  #markOrFail(check: () => void): void {
    try {
      check()
    } catch (error) {
      const problem = { kind: 'head-mark', firstSequence: 0 } as const
      fail(this.#report, { ...problem, what: whatOf(error), mend: mendOf(error) })
    }
  }
}

/** What it says itself must be what its name says, and where the one before it ended. */
function startOf(
  { firstSequence, path }: SegmentFile,
  segment: PagedSegment,
  before: SegmentBound | undefined,
): SegmentBound {
  const start = segment.head ?? before ?? { commands: CHAIN_START, events: [] }
  if (start.commands.lastSequence + 1 !== firstSequence) {
    throw new Error(
      `${path} begins behind command ${start.commands.lastSequence}, not as its name says`,
    )
  }
  if (before !== undefined && !isSameBound(start, before)) {
    throw new Error(
      `${path} does not follow on the segment before it, which ends at command ${before.commands.lastSequence}`,
    )
  }
  return start
}

function checkSeal({ path }: SegmentFile, seal: SegmentBound | undefined, end: SegmentBound): void {
  if (seal === undefined || isSameBound(seal, end)) return
  const { lastSequence } = end.commands
  throw new Error(
    `${path} ends at command ${lastSequence}, and was sealed at ${seal.commands.lastSequence}`,
  )
}

/** A shard that is new begins at nothing. */
function isSameBound(one: SegmentBound, other: SegmentBound): boolean {
  const shards = Math.max(one.events.length, other.events.length)
  if (!isSameEnd(one.commands, other.commands)) return false
  for (let shard = 0; shard < shards; shard++) {
    if (!isSameEnd(one.events[shard] ?? CHAIN_START, other.events[shard] ?? CHAIN_START))
      return false
  }
  return true
}

const NOT_THERE: FrameProblem = { code: 'journal-damaged', what: 'has a key and no bytes' }

/** The first number that is looked at, and the hash of the frame before it where that is known. */
interface WalkFrom {
  readonly sequence: number
  readonly hash?: Uint8Array
}

/** One table of one segment, from its oldest frame to its newest. */
class TableWalk {
  readonly #chain: ChainPlace
  readonly #report: JournalReport
  readonly #options: VerifyOptions
  readonly #memory = new FrameMemory()
  #end: ChainEnd

  constructor(chain: ChainPlace, report: JournalReport, options: VerifyOptions) {
    this.#chain = chain
    this.#report = report
    this.#options = options
    this.#end = chain.start
  }

  /** Where the table ends, or null if there was a problem on the way. */
  run(from: WalkFrom | undefined): ChainEnd | null {
    const { table } = this.#chain
    if (from !== undefined && !this.#begin(from)) return this.#end
    for (const firstSequence of table.keysFrom(this.#end.lastSequence + 1)) {
      const bytes = table.getInto(firstSequence, this.#memory.stored)
      const problem = bytes === undefined ? NOT_THERE : this.#frame(firstSequence, bytes)
      if (problem !== null) {
        const { what, offset } = problem
        const where = offset === undefined ? {} : { offset }
        const mend = PROBLEM_MEND[problem.code]
        fail(this.#report, { kind: this.#kind, firstSequence, ...where, what, mend })
        return null
      }
      this.#count(bytes!)
    }
    return this.#end
  }

  /** Sets the chain before the frame with this number; false where the table ends before it. */
  #begin({ sequence, hash }: WalkFrom): boolean {
    const { table } = this.#chain
    const end = readChainEnd(this.#chain)
    if (end.lastSequence < sequence) {
      this.#end = end
      return false
    }
    const firstSequence = table.startOfFrameWith(sequence)
    const frame = new FrameView(table.kind, firstSequence, table.get(firstSequence)!)
    const before = { lastSequence: firstSequence - 1, timeUs: 0 }
    this.#end = { ...before, hash: hash ?? frame.previousHash }
    return true
  }

  get #kind(): 'commands' | 'events' {
    return this.#chain.table.kind === FrameKind.Commands ? 'commands' : 'events'
  }

  #frame(firstSequence: number, bytes: Uint8Array): FrameProblem | null {
    const { lastSequence, hash: previousHash, timeUs: timeBeforeUs } = this.#end
    if (firstSequence !== lastSequence + 1) {
      const isFirst = this.#end === this.#chain.start
      const what = isFirst
        ? `is the segment's first, and the frames from ${lastSequence + 1} are missing`
        : `does not follow on ${lastSequence}`
      return { code: 'journal-damaged', what }
    }
    const { kind } = this.#chain.table
    const frame = lookAtFrame(bytes, { kind, firstSequence, previousHash }, this.#memory)
    if ('code' in frame) return frame
    const problem = checkRecords(frame.bytes)
    if (problem !== null) return problem
    const order = kind === FrameKind.Commands ? checkOrder(frame, timeBeforeUs) : null
    if (order !== null) return order
    this.#end = { lastSequence: frame.lastSequence, hash: hashFrame(bytes), timeUs: frame.time }
    this.#report[this.#kind] += frame.count
    return null
  }

  #count(bytes: Uint8Array): void {
    const report = this.#report
    report.frames++
    report.bytes += bytes.length
    if (report.frames % PROGRESS_FRAMES === 0) this.#options.onProgress?.(report)
  }
}

function checkOrder(frame: FrameView, timeBeforeUs: number): FrameProblem | null {
  const { firstSequence } = frame
  const lastTimeUs = lastTimeInOrder({
    frame: viewOf(frame.bytes),
    firstSequence,
    timeBeforeUs,
  })
  if (lastTimeUs < 0) {
    const what = 'a command whose sequence or time does not follow on the one before it'
    return { code: 'journal-damaged', what, offset: -lastTimeUs }
  }
  if (lastTimeUs === frame.time) return null
  return { code: 'journal-damaged', what: `says time ${frame.time}, its last is ${lastTimeUs}` }
}

function fail(report: JournalReport, problem: JournalProblem): void {
  report.ok = false
  report.firstProblem ??= problem
}

const fileProblem = (error: unknown): JournalProblem => ({
  ...{ kind: 'file', firstSequence: 0 },
  ...{ what: whatOf(error), mend: mendOf(error) },
})

/** Without cause and mend: the report says these itself. */
function whatOf(error: unknown): string {
  return error instanceof JournalError ? error.what : messageOf(error)
}

function mendOf(error: unknown): string {
  return error instanceof JournalError ? error.mend : PROBLEM_MEND['journal-damaged']
}
