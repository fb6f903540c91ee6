/**
 * What can be saved of a newest segment whose end a power cut has torn.
 *
 *   file, byte by byte ──▶ frames with a right checksum ──▶ the longest chain from where the segment begins ──▶ a new segment
 *
 * In process-crash a commit is in the kernel's cache before it is on the disk. A power cut can then leave a meta page that
 * names pages which were never written, and LMDB has no way back from there. But frames are never overwritten, so each
 * one that reached the disk is still in the file, and the chain of hashes says which belong together, and in which order.
 *
 * Nothing that the head mark calls durable may be missing afterwards: then it was no torn end, and this is not its mend.
 */
import * as fs from 'node:fs'
import { RECORD_HEADER_BYTES, SEQUENCE_OFFSET } from '../protocol/envelope.ts'
import { readInt64 } from '../protocol/integers.ts'
import {
  BYTES_OFFSET,
  checkRecords,
  FIRST_SEQUENCE_OFFSET,
  FRAME_BYTES_MAX,
  FRAME_HEADER_BYTES,
  FRAME_MAGIC,
  FrameKind,
  hashFrame,
  KIND_OFFSET,
  viewOf,
} from './frame.ts'
import { readChainEnd } from './frame-chain.ts'
import { type FrameView, lookAtFrame } from './frame-view.ts'
import { readHeadMark } from './head-mark.ts'
import { JournalError } from './journal-error.ts'
import { PagedSegment } from './paged-segment.ts'
import { CHAIN_START, type ChainEnd, type SegmentBound } from './segment-bound.ts'
import { type StoredFrame, writeSegment } from './segment-copy.ts'
import {
  headMarkPath,
  journalDirectory,
  journalMissing,
  listSegments,
  type SegmentFile,
  syncDirectory,
} from './segment-files.ts'

export interface Salvage {
  /** The segment that was searched. */
  readonly path: string
  readonly commands: ChainEnd
  readonly events: ChainEnd
  /** Frames with a right checksum that belong to no chain: copies of pages that LMDB has left, or what came behind a gap. */
  readonly framesLeft: number
  /** Where the damaged file is kept; undefined: nothing was changed. */
  readonly damaged: string | undefined
}

/** Where in the file a frame stands, and what it says of itself. */
interface FoundFrame {
  readonly at: number
  readonly bytes: number
  readonly kind: FrameKind
  readonly firstSequence: number
  readonly lastSequence: number
  readonly timeUs: number
  /** Of the last record: a command's own sequence, or that of the command that caused the event. */
  readonly lastCause: number
  readonly hash: Uint8Array
  readonly previousHash: Uint8Array
}

const WINDOW_BYTES = 64 * 2 ** 20
const MAGIC = Buffer.alloc(4)
MAGIC.writeUInt32LE(FRAME_MAGIC)

/**
 * Searches the newest segment and, unless it is only to be told what would be, puts a new one in its place. The caller
 * holds the lock on the directory. Throws where what is marked durable is not among what was found.
 */
export function salvageTail(directory: string, { dryRun }: { readonly dryRun: boolean }): Salvage {
  const files = listSegments(directory)
  const file = files.at(-1)
  if (file === undefined) throw journalMissing(directory)
  const start = startOf(file, files.at(-2))
  const found = findFrames(file.path)
  const commands = chainOf(found, FrameKind.Commands, start.commands)
  const events = chainOf(found, FrameKind.Events, start.events[0] ?? CHAIN_START)
  const { lastSequence } = endOf(commands, start.commands)
  // Without their commands they are effects without a cause; with them they will be said again.
  while (events.length > 0 && events.at(-1)!.lastCause > lastSequence) events.pop()
  const ends = {
    commands: endOf(commands, start.commands),
    events: endOf(events, start.events[0] ?? CHAIN_START),
  }
  refuseLoss(directory, ends)
  const framesLeft = found.size - commands.length - events.length
  const salvage = { path: file.path, ...ends, framesLeft }
  if (dryRun) return { ...salvage, damaged: undefined }
  const handle = fs.openSync(file.path, 'r')
  try {
    const content = { commands: readAll(handle, commands), events: [readAll(handle, events)] }
    const damaged = replaceSegment(file, { head: start, seal: undefined, ...content })
    syncDirectory(journalDirectory(directory))
    return { ...salvage, damaged }
  } finally {
    fs.closeSync(handle)
  }
}

function* readAll(handle: number, frames: readonly FoundFrame[]): Generator<StoredFrame> {
  for (const { at, bytes: length, firstSequence } of frames) {
    const bytes = new Uint8Array(length)
    fs.readSync(handle, bytes, 0, length, at)
    yield { firstSequence, bytes }
  }
}

/** Its own head says it, where that can be read; else the end of the segment before does. The first begins at nothing. */
function startOf(file: SegmentFile, before: SegmentFile | undefined): SegmentBound {
  const nothing = { commands: CHAIN_START, events: [CHAIN_START] }
  if (file.firstSequence === 1) return nothing
  for (const read of [() => headOf(file), () => before && endOfSegment(before)]) {
    const start = readable(read)
    if (start === undefined || start.commands.lastSequence + 1 !== file.firstSequence) continue
    if (start.events.length > 1) throw severalShards(file.path)
    return start
  }
  throw new JournalError('journal-damaged', {
    what: `nothing says what ${file.path} follows on`,
    likely: 'the segment before it was deleted, or is damaged too',
    mend: 'Restore the data directory from a replica or a backup',
  })
}

function headOf({ path }: SegmentFile): SegmentBound | undefined {
  const segment = PagedSegment.open(path)
  try {
    return segment?.head
  } finally {
    segment?.close()
  }
}

/** Whether or not it was sealed: only a process that goes on to the next one does that. */
function endOfSegment({ path, firstSequence }: SegmentFile): SegmentBound | undefined {
  const segment = PagedSegment.open(path)
  if (segment === undefined) return undefined
  try {
    const { head } = segment
    if (head === undefined && firstSequence > 1) return undefined
    return {
      commands: readChainEnd({ table: segment.commands, start: head?.commands ?? CHAIN_START }),
      events: segment.eventsOf.map((table, shard) =>
        readChainEnd({ table, start: head?.events[shard] ?? CHAIN_START }),
      ),
    }
  } finally {
    segment.close()
  }
}

/** What is damaged says nothing: the frames' hashes will say whether another's word was right. */
function readable<T>(read: () => T | undefined): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof JournalError) return undefined
    throw error
  }
}

/** By hash: where LMDB has copied a page it may stand in several places. */
function findFrames(path: string): Map<string, FoundFrame> {
  const found = new Map<string, FoundFrame>()
  const handle = fs.openSync(path, 'r')
  try {
    const size = fs.fstatSync(handle).size
    const window = Buffer.allocUnsafe(Math.min(size, WINDOW_BYTES + FRAME_BYTES_MAX))
    for (let from = 0; from < size; from += WINDOW_BYTES) {
      const bytes = fs.readSync(handle, window, 0, window.length, from)
      const part = window.subarray(0, bytes)
      for (
        let at = part.indexOf(MAGIC);
        at >= 0 && at < WINDOW_BYTES;
        at = part.indexOf(MAGIC, at + 1)
      ) {
        const frame = frameAt(part, at, from)
        if (frame !== undefined) found.set(Buffer.from(frame.hash).toString('hex'), frame)
      }
    }
  } finally {
    fs.closeSync(handle)
  }
  return found
}

/** The whole frame that stands there, or undefined: the magic may be anything's bytes. */
function frameAt(part: Buffer, at: number, partAt: number): FoundFrame | undefined {
  if (at + FRAME_HEADER_BYTES > part.length) return undefined
  const length = part.readUInt32LE(at + BYTES_OFFSET)
  if (length > FRAME_BYTES_MAX || at + length > part.length) return undefined
  const bytes = part.subarray(at, at + length)
  const firstSequence = readInt64(viewOf(bytes), FIRST_SEQUENCE_OFFSET)
  const kind = part.readUInt16LE(at + KIND_OFFSET) as FrameKind
  const frame = lookAtFrame(bytes, { kind, firstSequence })
  if ('code' in frame || checkRecords(frame.bytes) !== null) return undefined
  return {
    ...{ at: partAt + at, bytes: length, kind, firstSequence },
    ...{ lastSequence: frame.lastSequence, timeUs: frame.time, lastCause: lastCauseOf(frame) },
    ...{ hash: hashFrame(bytes), previousHash: frame.previousHash },
  }
}

function lastCauseOf(frame: FrameView): number {
  let last = frame.firstRecord
  for (let at = last; at >= 0; at = frame.nextRecord(at)) last = at
  return readInt64(frame.view, last + RECORD_HEADER_BYTES + SEQUENCE_OFFSET)
}

/** From `start` on, each frame by the hash of the one before it: only one can follow. */
function chainOf(
  found: ReadonlyMap<string, FoundFrame>,
  kind: FrameKind,
  start: ChainEnd,
): FoundFrame[] {
  const byPrevious = new Map<string, FoundFrame>()
  for (const frame of found.values()) {
    if (frame.kind === kind)
      byPrevious.set(keyOf(frame.firstSequence - 1, frame.previousHash), frame)
  }
  const chain: FoundFrame[] = []
  let next = byPrevious.get(keyOf(start.lastSequence, start.hash))
  while (next !== undefined) {
    chain.push(next)
    next = byPrevious.get(keyOf(next.lastSequence, next.hash))
  }
  return chain
}

const keyOf = (lastSequence: number, hash: Uint8Array): string =>
  `${lastSequence} ${Buffer.from(hash).toString('hex')}`

function endOf(chain: readonly FoundFrame[], start: ChainEnd): ChainEnd {
  const last = chain.at(-1)
  if (last === undefined) return start
  return last
}

function refuseLoss(
  directory: string,
  { commands, events }: { readonly commands: ChainEnd; readonly events: ChainEnd },
): void {
  const mark = readHeadMark(headMarkPath(directory))
  if (mark === null) return
  const { lastCommand, lastEvent } = mark
  if (commands.lastSequence >= lastCommand && events.lastSequence >= lastEvent) return
  throw new JournalError('journal-behind-head-mark', {
    what:
      `of the journal in ${directory} commands up to ${commands.lastSequence} and events up to ${events.lastSequence} can ` +
      `be saved, but ${lastCommand} and ${lastEvent} were durable`,
    likely: 'this is no torn end: the disk has lost what it had called written',
    mend: 'Keep the files, restore the data directory from a replica or a backup, and check the disk',
  })
}

/** A crash in between leaves the old file under one of its names. */
function replaceSegment(
  { path }: SegmentFile,
  content: Parameters<typeof writeSegment>[1],
): string {
  const repaired = `${path}.repaired`
  for (const left of [repaired, `${repaired}-lock`]) fs.rmSync(left, { force: true })
  writeSegment(repaired, content)
  let number = 1
  while (fs.existsSync(`${path}.damaged-${number}`)) number++
  const damaged = `${path}.damaged-${number}`
  fs.renameSync(path, damaged)
  fs.rmSync(`${path}-lock`, { force: true })
  fs.renameSync(repaired, path)
  fs.rmSync(`${repaired}-lock`, { force: true })
  return damaged
}

function severalShards(path: string): JournalError {
  return new JournalError('journal-damaged', {
    what: `${path} holds the events of several shards, whose frames cannot be told apart`,
    likely: 'the exchange ran with several shards',
    mend: 'Restore the data directory from a replica or a backup',
  })
}
