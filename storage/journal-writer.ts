/**
 *   ring ──▶ FrameBatch ──▶ JOURNAL WRITER ──▶ LMDB      (one a process: the sequencer's thread)
 *
 * A commit is all of its batches or nothing. When it returns, its frames are durable at the level that was asked for:
 *
 *   power-loss      on the disk: pages and LMDB's meta page are synced before the return.
 *   process-crash   in the kernel's page cache, where a `kill -9` does not reach; on the disk within two SYNC_EVERY_MS.
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
import { FrameKind, shortHashBytes } from './frame.ts'
import { FrameBatch } from './frame-batch.ts'
import { FrameChain } from './frame-chain.ts'
import { FrameTables } from './frame-table.ts'
import { HeadMark } from './head-mark.ts'
import { JournalError, messageOf } from './journal-error.ts'
import { checkAgainstMark, markedTables } from './mark-check.ts'
import {
  headMarkPath,
  journalDirectory,
  makeJournalDirectory,
  newestSegment,
  segmentAt,
  syncDirectory,
} from './segment-files.ts'

export type Durability = 'power-loss' | 'process-crash' | 'none'

export interface JournalWriterOptions {
  /** The data directory; the journal is in `journal/` below it. */
  readonly directory: string
  readonly durability: Durability
  /** 16 hex digits. A journal of another schema is refused. */
  readonly schemaHash: string
  /** 16 hex digits. Stored, and not compared. */
  readonly buildHash: string
  /** Each has events of its own. @default 1 */
  readonly shards?: number
}

/** What a power cut may cost in process-crash, and how old a head mark may be. One sync takes 0.3-5 ms here. */
const SYNC_EVERY_MS = 100

/** LMDB reports a full disk as an I/O error, at best. 64 MiB is 100 ms of writing at 640 MB/s. */
const FREE_BYTES_MIN = 64 * 2 ** 20

export class JournalWriter {
  readonly commands = new FrameBatch(FrameKind.Commands)
  /** Each shard's, from 0. */
  readonly eventsOf: readonly FrameBatch[]

  readonly #directory: string
  readonly #durability: Durability
  readonly #tables: FrameTables
  readonly #commandChain: FrameChain
  readonly #eventChains: readonly FrameChain[]
  readonly #mark: HeadMark
  /** A second handle on LMDB's file: fdatasync works on the file, whoever wrote to it. */
  readonly #file: number
  #syncedAtMs = Number.NEGATIVE_INFINITY
  /** Something was committed that no head mark speaks of. */
  #unmarked = false
  #stopped: unknown = null
  #closed = false

  /** Opens the journal, or makes one. The caller holds the lock on the directory (directory-lock.ts). */
  static open(options: JournalWriterOptions): JournalWriter {
    shortHashBytes(options.schemaHash)
    shortHashBytes(options.buildHash)
    makeJournalDirectory(options.directory)
    const mark = openMark(options.directory)
    let tables: FrameTables | undefined
    try {
      const segment = newestSegment(options.directory) ?? segmentAt(options.directory, 1)
      tables = FrameTables.open(segment.path, { readOnly: false, shards: options.shards ?? 1 })
      if (tables === undefined) throw new Error('LMDB made no databases')
      return new JournalWriter(options, tables, mark)
    } catch (error) {
      tables?.close()
      mark.close()
      throw error
    }
  }

  private constructor(options: JournalWriterOptions, tables: FrameTables, mark: HeadMark) {
    this.#directory = options.directory
    this.#durability = options.durability
    this.#tables = tables
    this.#mark = mark
    this.#commandChain = new FrameChain(tables.commands, options)
    this.#eventChains = tables.eventsOf.map((table) => new FrameChain(table, options))
    this.eventsOf = tables.eventsOf.map(() => new FrameBatch(FrameKind.Events))
    this.#checkMark()
    this.#file = fs.openSync(tables.path, 'r')
    try {
      this.#checkSpace()
      // What an earlier run left in the page cache must be on the disk before anything builds on it.
      if (options.durability !== 'none') {
        syncDirectory(journalDirectory(options.directory))
        fs.fdatasyncSync(this.#file)
        this.#writeMark()
      }
    } catch (error) {
      fs.closeSync(this.#file)
      throw error
    }
  }

  /** The last committed command's sequence, 0 if there is none. */
  get lastCommand(): number {
    return this.#commandChain.end.lastSequence
  }

  /** The first shard's. */
  get lastEvent(): number {
    return this.#eventChains[0]!.end.lastSequence
  }

  /** The first shard's. */
  get events(): FrameBatch {
    return this.eventsOf[0]!
  }

  /** The last committed command's time in µs, 0 if there is none. */
  get lastTime(): number {
    return this.#commandChain.end.timeUs
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
      this.#commandChain.seal(commands, timeUs)
      this.#eventChains.forEach((chain, shard) => {
        chain.seal(this.eventsOf[shard]!, timeUs)
      })
      this.#tables.transaction(this.#durability === 'power-loss', () => {
        this.#commandChain.append(commands)
        this.#eventChains.forEach((chain, shard) => {
          chain.append(this.eventsOf[shard]!)
        })
      })
      this.#commandChain.advance()
      for (const chain of this.#eventChains) chain.advance()
      this.#unmarked = true
    } catch (cause) {
      throw this.#stop('commit', cause)
    }
    this.syncIfDue(timeUs / 1000)
  }

  /**
   * For the owner's idle turns, so that the last commits of a burst do not wait for the next one. `nowMs` is in the
   * same clock as the commits' `timeUs`; one that was set back counts as due.
   */
  syncIfDue(nowMs: number): void {
    if (!this.#unmarked || this.#durability === 'none') return
    if (Math.abs(nowMs - this.#syncedAtMs) < SYNC_EVERY_MS) return
    this.syncNow()
    this.#syncedAtMs = nowMs
  }

  /** Everything committed is on the disk and marked so when this returns. Does nothing for 'none'. */
  syncNow(): void {
    this.#checkUsable()
    if (this.#durability === 'none') return
    try {
      this.#checkNamed()
      this.#checkSpace()
      if (this.#durability === 'process-crash') fs.fdatasyncSync(this.#file)
      this.#writeMark()
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
      this.#tables.close()
      this.#mark.close()
      fs.closeSync(this.#file)
    }
  }

  #checkMark(): void {
    if (this.#mark.latest === null) return
    const commands = { table: this.#tables.commands, end: this.#commandChain.end }
    const events = { table: this.#tables.events, end: this.#eventChains[0]!.end }
    for (const marked of markedTables(this.#mark.latest, commands, events)) checkAgainstMark(marked)
  }

  #writeMark(): void {
    this.#mark.write({
      lastCommand: this.#commandChain.end.lastSequence,
      lastEvent: this.lastEvent,
      commandHash: this.#commandChain.end.hash,
      // The other shards' events are in the same transactions: what holds the commands holds them.
      eventHash: this.#eventChains[0]!.end.hash,
    })
    this.#unmarked = false
  }

  /** LMDB writes on into a file that has no name any more, and says that all is well. */
  #checkNamed(): void {
    const named = fs.statSync(this.#tables.path, { throwIfNoEntry: false })
    if (named !== undefined && named.ino === fs.fstatSync(this.#file).ino) return
    throw new JournalError('journal-removed', {
      what: `${this.#tables.path} was removed or replaced while the exchange wrote to it`,
      likely: 'somebody deleted or moved the data directory',
      mend: 'What was acknowledged since is not on the disk: tell the clients, restore the directory, start again',
    })
  }

  #checkSpace(): void {
    const { bavail, bsize } = fs.statfsSync(this.#directory)
    if (bavail * bsize >= FREE_BYTES_MIN) return
    throw new JournalError('disk-full', {
      what: `only ${Math.floor((bavail * bsize) / 2 ** 20)} MiB left below ${this.#directory}`,
      likely: 'the journal, or something else on this disk, has grown to its end',
      mend: 'Free some space or move the data directory to a larger disk, then start again',
    })
  }

  #checkUsable(): void {
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
