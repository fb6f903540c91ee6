/**
 * Where the journal's files are, below a data directory.
 *
 *   <directory>/journal/000000000001.mdb        a segment, named by its first command
 *                       000000000001.mdb-lock   LMDB's own table of readers
 *                       000008421377.mdb        the next one: the newest is the one that is written to
 *                       000016902215.mdb.new    being made, or what a crash has left of that
 *                       head.mark               how far the journal is known to be durable (head-mark.ts)
 */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { isNotThere, JournalError, messageOf } from './journal-error.ts'

/** Enough to sort by eye for 11 days at 1,000,000 commands a second; a longer number makes a longer name. */
const SEGMENT_DIGITS = 12
const SEGMENT_NAME = /^(\d{12,})\.mdb$/

export interface SegmentFile {
  /** The sequence of its first command: of the one after the last before it, where it holds none. */
  readonly firstSequence: number
  readonly path: string
}

export const journalDirectory = (directory: string): string => path.join(directory, 'journal')

export const headMarkPath = (directory: string): string =>
  path.join(journalDirectory(directory), 'head.mark')

export function segmentAt(directory: string, firstSequence: number): SegmentFile {
  const name = `${String(firstSequence).padStart(SEGMENT_DIGITS, '0')}.mdb`
  return { firstSequence, path: path.join(journalDirectory(directory), name) }
}

/** Oldest first; empty if there is no journal. */
export function listSegments(directory: string): SegmentFile[] {
  const folder = journalDirectory(directory)
  const segments: SegmentFile[] = []
  for (const name of namesIn(folder)) {
    const digits = SEGMENT_NAME.exec(name)?.[1]
    if (digits !== undefined) {
      segments.push({ firstSequence: Number(digits), path: path.join(folder, name) })
    }
  }
  return segments.sort((a, b) => a.firstSequence - b.firstSequence)
}

/** Not by asking whether it exists: where this user may not look, that says no. */
function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder)
  } catch (error) {
    if (isNotThere(error)) return []
    throw error
  }
}

/** Whether anything of a journal is there, be it whole or not. An empty mark is what a first start has left that was ended. */
export const hasJournal = (directory: string): boolean =>
  listSegments(directory).length > 0 ||
  (fs.statSync(headMarkPath(directory), { throwIfNoEntry: false })?.size ?? 0) > 0

/** Bytes on the disk, LMDB's own included; 0 if there is no journal. */
export function journalBytes(directory: string): number {
  return listSegments(directory).reduce((sum, { path }) => sum + fs.statSync(path).size, 0)
}

/** With LMDB's table of its readers, durably. Whoever has it open reads on. */
export function removeSegment({ path: file }: SegmentFile): void {
  fs.rmSync(file, { force: true })
  fs.rmSync(`${file}-lock`, { force: true })
  syncDirectory(path.dirname(file))
}

export function journalMissing(directory: string): JournalError {
  return new JournalError('journal-missing', {
    what: `no journal in ${directory}`,
    likely: 'no exchange has run with this data directory yet, or its path is mistyped',
    mend: 'Check the path of the data directory',
  })
}

/** Makes the journal's folder if it is not there, and the entry of it durable. */
export function makeJournalDirectory(directory: string): void {
  const folder = journalDirectory(directory)
  try {
    fs.mkdirSync(folder, { recursive: true })
    syncDirectory(directory)
  } catch (cause) {
    throw new JournalError('directory-unusable', {
      what: `cannot make ${folder} (${messageOf(cause)})`,
      likely: 'the path is a file, or this user may not write there',
      mend: 'Choose another data directory, or give this user the right to write to it',
      cause,
    })
  }
}

/** A new file's name is durable only when its directory was synced: syncing the file is not enough. */
export function syncDirectory(folder: string): void {
  const handle = fs.openSync(folder, 'r')
  try {
    fs.fsyncSync(handle)
  } finally {
    fs.closeSync(handle)
  }
}
