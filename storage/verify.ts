/**
 * Is every byte of a journal still what was written?
 *
 *   tradsys journal verify ──▶ verifyInChild ──fork──▶ verify-child.ts ──▶ VERIFY ──▶ report
 *
 * Walks every frame of each table: header, checksum, chain, gap-free numbers from 1, record lengths, the commands' own
 * numbers and times; then the head mark. Stops at the first problem: behind it nothing is proven anyway.
 */
import { fork } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lastTimeInOrder } from './command-order.ts'
import {
  checkFrame,
  checkRecords,
  FrameKind,
  type FrameProblem,
  hashFrame,
  NO_HASH,
} from './frame.ts'
import type { ChainEnd } from './frame-chain.ts'
import { type FrameTable, FrameTables, sequenceOf } from './frame-table.ts'
import { FrameView, PROBLEM_MEND } from './frame-view.ts'
import { type Mark, readHeadMark } from './head-mark.ts'
import { JournalError, messageOf } from './journal-error.ts'
import { checkAgainstMark, markedTables } from './mark-check.ts'
import { headMarkPath, journalMissing, newestSegment } from './segment-files.ts'

export interface JournalReport {
  ok: boolean
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

export interface VerifyOptions {
  /** Called each PROGRESS_FRAMES frames with the report so far, and once at the end. */
  readonly onProgress?: (report: Readonly<JournalReport>) => void
}

const PROGRESS_FRAMES = 256

/** Throws only if there is no journal. A file cut short can kill the process: see `verifyInChild`. */
export function verifyJournal(directory: string, options: VerifyOptions = {}): JournalReport {
  const report: JournalReport = { ok: true, commands: 0, events: 0, frames: 0, bytes: 0 }
  const segment = newestSegment(directory)
  let tables: FrameTables | undefined
  try {
    const mark = readHeadMark(headMarkPath(directory))
    if (segment === undefined && mark === null) throw journalMissing(directory)
    tables = segment && FrameTables.open(segment.path, { readOnly: true })
    if (tables === undefined) throw journalMissing(directory)
    walkAndCompare(tables, mark, report, options)
  } catch (error) {
    const isMissing = error instanceof JournalError && error.code === 'journal-missing'
    if (isMissing && segment === undefined) throw error
    fail(report, { kind: 'file', firstSequence: 0, what: whatOf(error), mend: mendOf(error) })
  } finally {
    tables?.close()
  }
  options.onProgress?.(report)
  return report
}

function walkAndCompare(
  tables: FrameTables,
  mark: Mark | null,
  report: JournalReport,
  options: VerifyOptions,
): void {
  const commandEnd = new TableWalk(tables.commands, report, options).run()
  const eventEnds: ChainEnd[] = []
  for (const table of tables.eventsOf) {
    const end = report.ok ? new TableWalk(table, report, options).run() : null
    if (end !== null) eventEnds.push(end)
  }
  const eventEnd = eventEnds[0]
  if (!report.ok || commandEnd === null || eventEnd === undefined || mark === null) return
  const commands = { table: tables.commands, end: commandEnd }
  const events = { table: tables.events, end: eventEnd }
  try {
    markedTables(mark, commands, events).forEach(checkAgainstMark)
  } catch (error) {
    fail(report, { kind: 'head-mark', firstSequence: 0, what: whatOf(error), mend: mendOf(error) })
  }
}

/** One table from its oldest frame to its newest. */
class TableWalk {
  readonly #table: FrameTable
  readonly #report: JournalReport
  readonly #options: VerifyOptions
  /** Of the kind, in tables walked before: each shard has its events. */
  readonly #countBefore: number
  #lastSequence = 0
  #hash: Uint8Array | undefined
  #timeUs = 0

  constructor(table: FrameTable, report: JournalReport, options: VerifyOptions) {
    this.#table = table
    this.#report = report
    this.#options = options
    this.#countBefore = report[this.#kind]
  }

  /** Where the table ends, or null if there was a problem on the way. */
  run(): ChainEnd | null {
    for (const { key, value } of this.#table.database.getRange({})) {
      const firstSequence = sequenceOf(key)
      const problem = this.#frame(firstSequence, value)
      if (problem !== null) {
        const { what, offset } = problem
        const where = offset === undefined ? {} : { offset }
        const mend = PROBLEM_MEND[problem.code]
        fail(this.#report, { kind: this.#kind, firstSequence, ...where, what, mend })
        return null
      }
      this.#count(value)
    }
    return { lastSequence: this.#lastSequence, hash: this.#hash ?? NO_HASH, timeUs: this.#timeUs }
  }

  get #kind(): 'commands' | 'events' {
    return this.#table.kind === FrameKind.Commands ? 'commands' : 'events'
  }

  #frame(firstSequence: number, bytes: Uint8Array): FrameProblem | null {
    if (firstSequence !== this.#lastSequence + 1) {
      // There are no snapshots: what came before the oldest frame is nowhere else.
      const isOldest = this.#hash === undefined
      const what = isOldest
        ? 'is the oldest, and the frames from 1 are missing'
        : `does not follow on ${this.#lastSequence}`
      return { code: 'journal-damaged', what }
    }
    const previousHash = this.#hash ?? NO_HASH
    const { kind } = this.#table
    const problem =
      checkFrame(bytes, { kind, firstSequence, previousHash }) ??
      checkRecords(bytes) ??
      this.#order(new FrameView(kind, firstSequence, bytes))
    if (problem !== null) return problem
    this.#hash = hashFrame(bytes)
    return null
  }

  #order(frame: FrameView): FrameProblem | null {
    this.#lastSequence = frame.lastSequence
    if (frame.kind === FrameKind.Events) return null
    const { firstSequence } = frame
    const lastTimeUs = lastTimeInOrder({
      frame: frame.view,
      firstSequence,
      timeBeforeUs: this.#timeUs,
    })
    if (lastTimeUs < 0) {
      const what = 'a command whose sequence or time does not follow on the one before it'
      return { code: 'journal-damaged', what, offset: -lastTimeUs }
    }
    this.#timeUs = lastTimeUs
    if (lastTimeUs === frame.time) return null
    return { code: 'journal-damaged', what: `says time ${frame.time}, its last is ${lastTimeUs}` }
  }

  #count(bytes: Uint8Array): void {
    const report = this.#report
    report.frames++
    report.bytes += bytes.length
    report[this.#kind] = this.#countBefore + this.#lastSequence
    if (report.frames % PROGRESS_FRAMES === 0) this.#options.onProgress?.(report)
  }
}

function fail(report: JournalReport, problem: JournalProblem): void {
  report.ok = false
  report.firstProblem ??= problem
}

/** Without cause and mend: the report says these itself. */
function whatOf(error: unknown): string {
  return error instanceof JournalError ? error.what : messageOf(error)
}

function mendOf(error: unknown): string {
  return error instanceof JournalError ? error.mend : PROBLEM_MEND['journal-damaged']
}

/** What the child sends: how far it is, and last a report, or the one line of an error and its stable code. */
export type ChildAnswer =
  | { readonly progress: Readonly<JournalReport> }
  | { readonly report: JournalReport }
  | { readonly error: string; readonly code?: string }

/**
 * The same in a process of its own: reading a page that the file has lost is a SIGBUS, which kills the child and is
 * told as damage. What a start of the exchange should use.
 */
export function verifyInChild(
  directory: string,
  { onProgress }: VerifyOptions = {},
): Promise<JournalReport> {
  const script = fileURLToPath(
    new URL(`./verify-child${extname(import.meta.url)}`, import.meta.url),
  )
  // Not the parent's flags: --test or --inspect would make something else of the child.
  const child = fork(script, [directory], { execArgv: [], stdio: ['ignore', 2, 2, 'ipc'] })
  return new Promise((resolve, reject) => {
    let answer: Exclude<ChildAnswer, { progress: unknown }> | undefined
    child.on('message', (message: ChildAnswer) => {
      if ('progress' in message) onProgress?.(message.progress)
      else answer = message
    })
    child.on('error', reject)
    child.on('exit', (status, signal) => {
      if (answer === undefined) resolve(killedReport(signal ?? `exit status ${status}`))
      else if ('report' in answer) resolve(answer.report)
      else reject(Object.assign(new Error(answer.error), { code: answer.code }))
    })
  })
}

function killedReport(by: string): JournalReport {
  const what = `the verifier died of ${by} while reading`
  const mend = PROBLEM_MEND['journal-damaged']
  const firstProblem: JournalProblem = { kind: 'file', firstSequence: 0, what, mend }
  return { ok: false, commands: 0, events: 0, frames: 0, bytes: 0, firstProblem }
}
