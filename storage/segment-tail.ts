/**
 * The segment that is written to: its file, and the chains that grow in it.
 *
 *   000000000001.mdb ──────────── full ──▶ 000008421377.mdb ── end of the process ──▶ 000009114208.mdb
 *    head │ frames … │ seal                 head │ frames …                            head │ frames …
 *
 * A process writes only to files that it has made. What LMDB keeps to find free pages again has no checksum: a bit that
 * flipped there while nobody looked would make it write over frames. So each start begins a segment, and a file of an
 * earlier life is never opened for writing again (but for one without a command, whose name would be the next one's too).
 *
 * How one follows on another, so that a crash between any two steps leaves a journal that goes on:
 *
 *   1. all that was committed is on the disk and marked
 *   2. the next one is made under another name, its head on the disk    a crash: it is made anew
 *   3. it gets its name, durably                                        a crash: it is the newest, and empty
 *   4. while readers of this process are there: the old one's seal, by which they know to go on
 */
import * as fs from 'node:fs'
import { dirname } from 'node:path'
import type { BehindSync } from './behind-sync.ts'
import type { FrameBatch } from './frame-batch.ts'
import { FrameChain, type Stamps } from './frame-chain.ts'
import { JournalError } from './journal-error.ts'
import { PagedSegment } from './paged-segment.ts'
import { Segment } from './segment.ts'
import { CHAIN_START, type SegmentBound } from './segment-bound.ts'
import { type SegmentFile, segmentAt, syncDirectory } from './segment-files.ts'

export interface TailOptions extends Stamps {
  /** The data directory. */
  readonly directory: string
  readonly shards: number
}

export class SegmentTail {
  readonly file: SegmentFile
  readonly segment: Segment
  readonly commands: FrameChain
  /** Of each shard, from 0. */
  readonly events: readonly FrameChain[]
  /** A second handle on LMDB's file: fdatasync works on the file, whoever wrote to it. */
  readonly handle: number
  readonly #options: TailOptions
  #bytes: number

  /** Begins the segment that follows on `end`, which is on the disk; goes on in `newest`, where it would have the same name. */
  static begin(
    end: SegmentBound,
    newest: SegmentFile | undefined,
    options: TailOptions,
  ): SegmentTail {
    const file = segmentAt(options.directory, end.commands.lastSequence + 1)
    const goesOn = newest?.firstSequence === file.firstSequence
    if (!goesOn) refuseUsed(file)
    const segment = Segment.open(goesOn ? file.path : unnamed(file), options.shards)
    try {
      if (!goesOn) {
        segment.transaction(true, () => segment.putBound('head', end))
        name(file)
      }
      return new SegmentTail(file, segment, end, options)
    } catch (error) {
      segment.close()
      throw error
    }
  }

  private constructor(
    file: SegmentFile,
    segment: Segment,
    end: SegmentBound,
    options: TailOptions,
  ) {
    this.file = file
    this.segment = segment
    this.#options = options
    this.commands = new FrameChain(segment.commands, end.commands, options)
    this.events = segment.eventsOf.map(
      (table, shard) => new FrameChain(table, end.events[shard] ?? CHAIN_START, options),
    )
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
      this.commands.append(commands)
      for (const [shard, chain] of this.events.entries()) chain.append(events[shard]!)
    })
    for (const chain of [this.commands, ...this.events]) {
      chain.advance()
      this.#bytes += chain.sealedBytes
    }
  }

  /** Begins the next one, seals this one and closes it. All that was committed must be on the disk and marked. */
  next(behind: BehindSync): SegmentTail {
    const { end } = this
    const tail = SegmentTail.begin(end, undefined, this.#options)
    this.segment.transaction(true, () => this.segment.putBound('seal', end))
    this.close(behind)
    return tail
  }

  /** The handle is closed behind what may still use it. */
  close(behind?: BehindSync): void {
    this.segment.close()
    const closeHandle = (): void => fs.closeSync(this.handle)
    if (behind === undefined) closeHandle()
    else behind.afterwards(closeHandle)
  }
}

/** Where a segment is made: what has the name of one is one, from its first moment on. */
function unnamed({ path }: SegmentFile): string {
  const made = `${path}.new`
  for (const left of [made, lockOf(made)]) fs.rmSync(left, { force: true })
  return made
}

/** With LMDB's table of readers, which stands beside it. */
function name({ path }: SegmentFile): void {
  const made = `${path}.new`
  fs.renameSync(lockOf(made), lockOf(path))
  fs.renameSync(made, path)
  syncDirectory(dirname(path))
}

const lockOf = (path: string): string => `${path}-lock`

/** A file of this name that is begun is another journal's, or of one that was rolled back. */
function refuseUsed({ path }: SegmentFile): void {
  const segment = fs.existsSync(path) ? PagedSegment.open(path) : undefined
  const isUsed = segment?.isUnused === false
  segment?.close()
  if (!isUsed) return
  throw new JournalError('journal-damaged', {
    what: `${path} is to be the next segment, and is one already`,
    likely: 'files of two journals were mixed, or the journal was rolled back to an older copy',
    mend: 'Restore the newest copy of the data directory; never mix files of two copies',
  })
}
