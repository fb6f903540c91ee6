/**
 *   ring ──▶ FrameBatch ──▶ JOURNAL WRITER ──▶ LMDB      (one a process: the sequencer's thread)
 *                                 │
 *                                 └─ segment full ──▶ seals it, begins the next one
 *
 * A commit is all of its batches or nothing. When it returns, its frames are durable at the level that was asked for:
 *
 *   power-loss      on the disk: pages and LMDB's meta page are synced before the return.
 *   process-crash   in the kernel's page cache, where a `kill -9` does not reach; on the disk some SYNC_EVERY_MS later.
 *   none            in the page cache, never synced. For tests and benches.
 *
 * process-crash, why so and not otherwise (lmdb 3.5.6, mdb.c): LMDB's `overlappingSync` syncs in the very same call
 * after making the commit visible, so a synchronous transaction gains nothing; with `safeRestore` it goes back to the
 * last synced state even after a mere crash of the process, which is what must not happen; and `noSync` is a property
 * of the whole environment that would also take the syncs at opening away. So the environment is a fully synced one
 * and each transaction says that its own pages may stay in the cache; a plain fdatasync on the same file, on a
 * schedule, puts them on the disk. The price: a power cut between two syncs can leave a meta page on the disk without
 * the pages it names. Such a file is found out (checksums, chain, head mark) and refused, not repaired. Frames are
 * never overwritten once written, so each one that reached the disk is still there, behind its magic, for a salvage.
 *
 * There is no second try. After EIO the kernel may have dropped the pages, and a repeated sync would say that all is
 * well: so the first failure stops this writer for good, and the owner must stop the process and recover.
 */
import * as fs from 'node:fs'
import { BehindSync } from './behind-sync.ts'
import { DiskSpace } from './disk-space.ts'
import { FrameKind, type SchemaHashes, shortHashBytes, spokenSchema } from './frame.ts'
import { FrameBatch } from './frame-batch.ts'
import { HeadMark, type Mark } from './head-mark.ts'
import { JournalError, messageOf } from './journal-error.ts'
import { JournalReader } from './journal-reader.ts'
import { CHAIN_START, type SegmentBound } from './segment-bound.ts'
import {
  headMarkPath,
  journalDirectory,
  makeJournalDirectory,
  type SegmentFile,
  syncDirectory,
} from './segment-files.ts'
import { SegmentTail } from './segment-tail.ts'

export const DURABILITIES = ['power-loss', 'process-crash', 'none'] as const
export type Durability = (typeof DURABILITIES)[number]

export interface JournalWriterOptions {
  /** The data directory; the journal is in `journal/` below it. */
  readonly directory: string
  readonly durability: Durability
  /** A journal of another schema is refused. */
  readonly schemaHash: SchemaHashes
  /** 16 hex digits. Stored, and not compared. */
  readonly buildHash: string
  /** Each has events of its own. @default 1 */
  readonly shards?: number
  /** A segment that has grown beyond is sealed, and the next one begun. @default 1 GiB: retention's step */
  readonly segmentBytes?: number
  /** Room on the disk that is left for cancels and for the end: see `isLow`. @default 1 GiB */
  readonly reserveBytes?: number
}

const SEGMENT_BYTES = 2 ** 30

/** What a power cut may cost in process-crash, and how old a head mark may be. One sync takes 0.3-5 ms here. */
const SYNC_EVERY_MS = 100
/** A sync that takes so long is waited for: so what a power cut may cost stays bounded, and who produces is held back. */
const SYNC_LATE_MS = 1_000

const RESERVE_BYTES = 2 ** 30

export class JournalWriter {
  readonly commands = new FrameBatch(FrameKind.Commands)
  /** Each shard's, from 0. */
  readonly eventsOf: readonly FrameBatch[]

  readonly #directory: string
  readonly #durability: Durability
  readonly #segmentBytes: number
  readonly #space: DiskSpace
  #tail: SegmentTail
  readonly #mark: HeadMark
  readonly #behind: BehindSync
  #syncedAtMs = Number.NEGATIVE_INFINITY
  /** Something was committed that no head mark speaks of. */
  #unmarked = false
  #stopped: unknown = null
  #closed = false

  /** Opens the journal, or makes one. The caller holds the lock on the directory (directory-lock.ts). */
  static open(options: JournalWriterOptions): JournalWriter {
    checkDurability(options.durability)
    shortHashBytes(spokenSchema(options.schemaHash))
    shortHashBytes(options.buildHash)
    makeJournalDirectory(options.directory)
    const found = findEnd(options)
    const mark = openMark(options.directory)
    let tail: SegmentTail | undefined
    try {
      const { end = JOURNAL_START, newest } = found
      // What an earlier run left in the page cache must be on the disk before anything builds on it.
      if (newest !== undefined && options.durability !== 'none') syncFile(newest.path)
      tail = SegmentTail.begin(end, newest, { ...options, shards: options.shards ?? 1 })
      const writer = new JournalWriter(options, tail, mark)
      writer.#begin()
      return writer
    } catch (error) {
      tail?.close()
      mark.close()
      throw error
    }
  }

  private constructor(options: JournalWriterOptions, tail: SegmentTail, mark: HeadMark) {
    this.#directory = options.directory
    this.#durability = options.durability
    this.#segmentBytes = options.segmentBytes ?? SEGMENT_BYTES
    this.#space = new DiskSpace(options.directory, options.reserveBytes ?? RESERVE_BYTES)
    this.#tail = tail
    this.#mark = mark
    this.#behind = new BehindSync(mark)
    this.eventsOf = tail.events.map(() => new FrameBatch(FrameKind.Events))
  }

  /** The last committed command's sequence, 0 if there is none. */
  get lastCommand(): number {
    return this.#tail.commands.end.lastSequence
  }

  /** The first shard's. */
  get lastEvent(): number {
    return this.#tail.events[0]!.end.lastSequence
  }

  /** The first shard's. */
  get events(): FrameBatch {
    return this.eventsOf[0]!
  }

  /** The disk is down to the reserve: who can should refuse what makes the journal grow. Looked at with each sync. */
  get isLow(): boolean {
    return this.#space.isLow
  }

  /** The last committed command's time in µs, 0 if there is none. */
  get lastTime(): number {
    return this.#tail.commands.end.timeUs
  }

  /**
   * Writes what is in the batches, and leaves it there for the caller to read out and `reset()`.
   * `timeUs` is the owner's clock: it stands in the events' frames and drives the schedule of `syncIfDue`.
   * An owner that reads one batch of commands out while it fills another gives the one to write.
   */
  commit(timeUs: number, commands: FrameBatch = this.commands): void {
    this.#checkUsable()
    if (commands.isEmpty && this.eventsOf.every((events) => events.isEmpty)) return
    try {
      if (this.#tail.bytes >= this.#segmentBytes && this.#tail.canEnd) this.#roll()
      this.#tail.commit(commands, this.eventsOf, timeUs, this.#durability === 'power-loss')
      this.#unmarked = true
    } catch (cause) {
      throw this.#stop('commit', cause)
    }
    this.syncIfDue(timeUs / 1000)
  }

  /**
   * For the owner's idle turns, so that the last commits of a burst do not wait for the next one. `nowMs` is in the
   * same clock as the commits' `timeUs`; one that was set back counts as due. The work is done behind the caller's back,
   * and its failure thrown by the next call of anything.
   */
  syncIfDue(nowMs: number): void {
    // A sync that failed behind an idle owner's back is heard of now, not with the next commit.
    if (this.#behind.failure !== undefined) this.#checkUsable()
    // While it is low there may be nothing to sync any more, and still it must be seen when there is room again.
    if ((!this.#unmarked && !this.isLow) || this.#durability === 'none') return
    const sinceMs = Math.abs(nowMs - this.#syncedAtMs)
    if (sinceMs < (this.#behind.isUnderWay ? SYNC_LATE_MS : SYNC_EVERY_MS)) return
    this.#syncedAtMs = nowMs
    if (this.#behind.isUnderWay) {
      this.syncNow()
      return
    }
    this.#checkUsable()
    try {
      this.#checkNamed()
      this.#space.look()
      this.#behind.begin(this.#markNow(), this.#needsSync ? this.#tail.handle : undefined)
      this.#unmarked = false
    } catch (cause) {
      throw this.#stop('sync', cause)
    }
  }

  /** Everything committed is on the disk and marked so when this returns. Does nothing for 'none'. */
  syncNow(): void {
    this.#checkUsable()
    if (this.#durability === 'none') return
    try {
      this.#checkNamed()
      this.#space.look()
      this.#syncAndMark()
    } catch (cause) {
      throw this.#stop('sync', cause)
    }
  }

  /** Syncs, and lets the files go. After a failure it only lets go. */
  close(): void {
    if (this.#closed) return
    try {
      if (this.#stopped === null) this.syncNow()
    } finally {
      this.#closed = true
      this.#tail.close(this.#behind)
      this.#behind.afterwards(() => this.#mark.close())
    }
  }

  #begin(): void {
    this.#space.look()
    if (this.#durability === 'none') return
    syncDirectory(journalDirectory(this.#directory))
    this.#mark.write(this.#markNow())
  }

  #roll(): void {
    if (this.#durability !== 'none') this.#syncAndMark()
    this.#tail = this.#tail.next(this.#behind)
  }

  /** In power-loss a commit has synced itself. */
  get #needsSync(): boolean {
    return this.#durability === 'process-crash'
  }

  #syncAndMark(): void {
    if (this.#needsSync) fs.fdatasyncSync(this.#tail.handle)
    this.#mark.write(this.#markNow())
    this.#unmarked = false
  }

  #markNow(): Mark {
    const { commands, events } = this.#tail
    return {
      lastCommand: commands.end.lastSequence,
      lastEvent: this.lastEvent,
      commandHash: commands.end.hash,
      // The other shards' events are in the same transactions: what holds the commands holds them.
      eventHash: events[0]!.end.hash,
    }
  }

  /** LMDB writes on into a file that has no name any more, and says that all is well. */
  #checkNamed(): void {
    const { path } = this.#tail.file
    const named = fs.statSync(path, { throwIfNoEntry: false })
    if (named !== undefined && named.ino === fs.fstatSync(this.#tail.handle).ino) return
    throw new JournalError('journal-removed', {
      what: `${path} was removed or replaced while the exchange wrote to it`,
      likely: 'somebody deleted or moved the data directory',
      mend: 'What was acknowledged since is not on the disk: tell the clients, restore the directory, start again',
    })
  }

  #checkUsable(): void {
    const { failure } = this.#behind
    if (this.#stopped === null && failure !== undefined) throw this.#stop('sync', failure)
    if (this.#stopped === null && !this.#closed) return
    const why = this.#closed ? 'it was closed' : `it failed before (${messageOf(this.#stopped)})`
    throw new JournalError('journal-stopped', {
      what: 'the journal takes nothing any more',
      likely: why,
      mend: 'Stop the process and start it again: it recovers from what is durable',
      cause: this.#stopped,
    })
  }

  #stop(doing: string, cause: unknown): JournalError {
    this.#stopped = cause
    if (cause instanceof JournalError) return cause
    return new JournalError('write-failed', {
      what: `journal ${doing} failed in ${this.#directory} (${messageOf(cause)})`,
      likely: 'the disk is full, failing or gone',
      mend: 'Check the disk and the kernel log, then start again: it recovers from what is durable',
      cause,
    })
  }
}

/** Before any journal. */
const JOURNAL_START: SegmentBound = { commands: CHAIN_START, events: [] }

interface FoundEnd {
  readonly end?: SegmentBound
  readonly newest?: SegmentFile
}

/** Where the journal ends, held against its mark: read only, before anything is written. Nothing, if there is none. */
function findEnd({ directory, schemaHash }: JournalWriterOptions): FoundEnd {
  let reader: JournalReader
  try {
    reader = JournalReader.open(directory, { schemaHash })
  } catch (error) {
    if (!(error instanceof JournalError) || error.code !== 'journal-missing') throw error
    return {}
  }
  try {
    return { end: reader.end, newest: reader.newestSegment }
  } finally {
    reader.close()
  }
}

function syncFile(path: string): void {
  const handle = fs.openSync(path, 'r')
  try {
    fs.fdatasyncSync(handle)
  } finally {
    fs.closeSync(handle)
  }
}

function openMark(directory: string): HeadMark {
  try {
    return HeadMark.open(headMarkPath(directory))
  } catch (cause) {
    if (cause instanceof JournalError) throw cause
    throw new JournalError('directory-unusable', {
      what: `cannot write in ${journalDirectory(directory)} (${messageOf(cause)})`,
      likely: 'the directory is read-only, or belongs to another user',
      mend: 'Give this user the right to write to the data directory, or choose another one',
      cause,
    })
  }
}

/** One that is misspelt would be a journal that is never synced. */
function checkDurability(durability: Durability): void {
  if (DURABILITIES.includes(durability)) return
  throw new RangeError(`durability '${durability}': give it one of ${DURABILITIES.join(', ')}`)
}
