/**
 * The segment that is written to: its file, and the chains that grow in it.
 *
 *   000000000001.mdb ──────────── full ──▶ 000008421377.mdb
 *    head │ frames … │ seal                 head │ frames …
 *
 * How one follows on another, so that a crash between any two steps leaves a journal that goes on:
 *
 *   1. all that was committed is on the disk and marked           (JournalWriter)
 *   2. the next file is made, without frames, its name durable    a crash: it is removed again
 *   3. the seal goes into the old one, durably                    a crash: the next one is there, and empty
 *   4. the first commit writes the head and its frames, at once   a crash before: as 3, after: done
 */
import * as fs from 'node:fs'
import type { BehindSync } from './behind-sync.ts'
import type { FrameBatch } from './frame-batch.ts'
import { FrameChain, type Stamps } from './frame-chain.ts'
import { JournalError } from './journal-error.ts'
import { Segment } from './segment.ts'
import { CHAIN_START, type SegmentBound } from './segment-bound.ts'
import {
  journalDirectory,
  listSegments,
  removeSegment,
  type SegmentFile,
  segmentAt,
  syncDirectory,
} from './segment-files.ts'

export interface TailOptions extends Stamps {
  /** The data directory. */
  readonly directory: string
  readonly shards: number
}

export class SegmentTail {
  readonly file: SegmentFile
  /** Where the segment begins. */
  readonly start: SegmentBound
  readonly segment: Segment
  readonly commands: FrameChain
  /** Of each shard, from 0. */
  readonly events: readonly FrameChain[]
  /** A second handle on LMDB's file: fdatasync works on the file, whoever wrote to it. */
  readonly handle: number
  readonly #options: TailOptions
  #hasHead: boolean
  #bytes: number

  /** Goes on with the newest segment, or begins the first one. */
  static open(options: TailOptions): SegmentTail {
    const files = listSegments(options.directory)
    const file = files.at(-1) ?? segmentAt(options.directory, 1)
    const segment = openForWriting(file, options)
    try {
      const before = files.at(-2)
      if (before !== undefined && segment.isUnused) return afterRoll(before, file, segment, options)
      const tail = new SegmentTail(file, segment, headOf(file, segment), options)
      return segment.seal === undefined ? tail : tail.next()
    } catch (error) {
      segment.close()
      throw error
    }
  }

  constructor(file: SegmentFile, segment: Segment, start: SegmentBound, options: TailOptions) {
    this.file = file
    this.segment = segment
    this.start = start
    this.#options = options
    this.commands = new FrameChain({ table: segment.commands, start: start.commands }, options)
    this.events = segment.eventsOf.map(
      (table, shard) =>
        new FrameChain({ table, start: start.events[shard] ?? CHAIN_START }, options),
    )
    this.#hasHead = !segment.isUnused
    this.handle = fs.openSync(file.path, 'r')
    this.#bytes = fs.fstatSync(this.handle).size
  }

  /** Where its chains stand: what the next commit follows on. */
  get end(): SegmentBound {
    return { commands: this.commands.end, events: this.events.map((chain) => chain.end) }
  }

  /** Bytes of its file, LMDB's own, as far as they are known without asking. */
  get bytes(): number {
    return this.#bytes
  }

  /** Its next segment would have a name of its own. */
  get canEnd(): boolean {
    return this.commands.end.lastSequence >= this.file.firstSequence
  }

  /** All of the batches or nothing, in one transaction; with `synced` it is on the disk when this returns. */
  commit(
    commands: FrameBatch,
    events: readonly FrameBatch[],
    timeUs: number,
    synced: boolean,
  ): void {
    this.commands.seal(commands, timeUs)
    for (const [shard, chain] of this.events.entries()) chain.seal(events[shard]!, timeUs)
    this.segment.transaction(synced, () => {
      if (!this.#hasHead) this.segment.putBound('head', this.start)
      this.commands.append(commands)
      for (const [shard, chain] of this.events.entries()) chain.append(events[shard]!)
    })
    this.#hasHead = true
    this.commands.advance()
    for (const chain of this.events) chain.advance()
    this.#bytes += commands.bodyBytes
    for (const batch of events) this.#bytes += batch.bodyBytes
  }

  /** Seals this one, closes it, and begins the next. All that was committed must be on the disk and marked. */
  next(behind?: BehindSync): SegmentTail {
    const { end } = this
    const options = this.#options
    const file = segmentAt(options.directory, end.commands.lastSequence + 1)
    const segment = openForWriting(file, options)
    syncDirectory(journalDirectory(options.directory))
    if (this.segment.seal === undefined) {
      this.segment.transaction(true, () => {
        this.segment.putBound('seal', end)
      })
    }
    this.close(behind)
    return new SegmentTail(file, segment, end, options)
  }

  /** The handle is closed behind what may still use it. */
  close(behind?: BehindSync): void {
    this.segment.close()
    const closeHandle = (): void => fs.closeSync(this.handle)
    if (behind === undefined) closeHandle()
    else behind.afterwards(closeHandle)
  }
}

/** The newest file has no frames: a roll came so far, or no further than to the file. */
function afterRoll(
  before: SegmentFile,
  file: SegmentFile,
  segment: Segment,
  options: TailOptions,
): SegmentTail {
  const last = openForWriting(before, options)
  const seal = last.seal
  if (seal === undefined) {
    segment.close()
    removeSegment(file)
    return new SegmentTail(before, last, headOf(before, last), options)
  }
  last.close()
  if (seal.commands.lastSequence + 1 !== file.firstSequence) throw misnamed(file, seal)
  return new SegmentTail(file, segment, seal, options)
}

function openForWriting({ path }: SegmentFile, { shards }: TailOptions): Segment {
  const segment = Segment.open(path, { readOnly: false, shards })
  if (segment === undefined) throw new Error('LMDB made no databases')
  return segment
}

/** The first segment of all begins at nothing, and in journals of before there were segments it does not say so. */
function headOf(file: SegmentFile, segment: Segment): SegmentBound {
  const head = segment.head ?? { commands: CHAIN_START, events: [] }
  if (head.commands.lastSequence + 1 !== file.firstSequence) throw misnamed(file, head)
  return head
}

function misnamed({ path }: SegmentFile, { commands }: SegmentBound): JournalError {
  return new JournalError('journal-damaged', {
    what: `${path} follows on command ${commands.lastSequence}, which is not what its name says`,
    likely: 'a file was renamed or deleted, or files of two journals were mixed',
    mend: 'Restore the data directory from a replica or a backup',
  })
}
