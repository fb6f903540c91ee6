/**
 * One segment of the journal: an LMDB environment in a file of its own. Everything that lmdb-js wants to be asked in one
 * certain way about an environment is asked here.
 *
 *   commands:            first sequence ──▶ frame
 *   events:              first sequence ──▶ frame      the first shard's
 *   events-1, events-2:  the same of each further shard, where there are several
 *   segment:             head, seal ──▶ where it begins, where it ended (segment-bound.ts)
 *
 * Threads of one process share one environment: lmdb-js knows the file again by its inode and hands every later opener
 * the first one's environment, with the first one's flags. So a process that writes must open for writing first; and
 * a reader never closes a database, only its own hold on the environment, for the handle is everybody's.
 */
import * as fs from 'node:fs'
import { dirname } from 'node:path'
import { type Database, open, type RootDatabase } from 'lmdb'
import { FrameKind } from './frame.ts'
import { FrameTable, type ReadableTable } from './frame-table.ts'
import { JournalError, messageOf } from './journal-error.ts'
import { inOpeningTurn } from './opening-turn.ts'
import { decodeBound, encodeBound, type SegmentBound } from './segment-bound.ts'

/**
 * Address space, not memory or disk: the map never has to be moved while other threads read from it. The quota on the
 * disk is ours to keep (JournalWriter), LMDB's map size is none. A hundred open ones are 6 of the 128 TiB there are.
 */
const MAP_BYTES = 64 * 2 ** 30
const PAGE_BYTES = 4096
/** The two meta pages that LMDB makes a file with. To be asked to read a shorter one kills it. */
const FIRST_BYTES = 2 * PAGE_BYTES
/** Each shard's events have a database of their own, and LMDB wants to know of how many before it opens. */
const SHARDS_MAX = 8

const STORE_OPTIONS = {
  encoding: 'binary',
  keyEncoding: 'binary',
  compression: false,
  cache: false,
} as const

const ENVIRONMENT_OPTIONS = {
  ...STORE_OPTIONS,
  // With the default, overlapping sync, a commit returns before its meta page is safe, and a power cut with an
  // unchanged boot id led to a SIGBUS in 2 of 3 reopenings.
  overlappingSync: false,
  safeRestore: true,
  useWritemap: false,
  noSync: false,
  noMetaSync: false,
  noMemInit: false,
  eventTurnBatching: false,
  maxDbs: 2 + SHARDS_MAX,
  /** Readers: threads and tools that look at the journal at one time. */
  maxReaders: 64,
  pageSize: PAGE_BYTES,
  mapSize: MAP_BYTES,
  permissionsMode: 0o600,
}

/** lmdb-js: commit before returning, and be able to abort. */
const SYNCHRONOUS = 0x3
/** lmdb-js: leave the pages of this transaction to the page cache. */
const NO_SYNC_FLUSH = 0x10000

type Bytes = Database<Uint8Array, Uint8Array>
type Root = RootDatabase<Uint8Array, Uint8Array>
type BoundName = 'head' | 'seal'

const BOUND_KEYS: Readonly<Record<BoundName, Buffer>> = {
  head: Buffer.from('head'),
  seal: Buffer.from('seal'),
}

interface Databases {
  readonly commands: Bytes
  readonly events: readonly Bytes[]
  /** Not there in a journal of before there were segments. */
  readonly bounds: Bytes | undefined
}

/** What a reader asks of a segment, however its bytes are come by. */
export interface ReadableSegment {
  readonly path: string
  readonly commands: ReadableTable
  /** Each shard's, from 0. */
  readonly eventsOf: readonly ReadableTable[]
  /** Where it begins; undefined before it is begun, and in a journal of before there were segments. */
  readonly head: SegmentBound | undefined
  /** Where it ended, where that is written down: in a file of this life, or of a process that went on to the next. */
  readonly seal: SegmentBound | undefined
  /** Made, and not begun: it has no head, nor, as segments of before there were heads, frames. */
  readonly isUnused: boolean
  /** Lets go of the snapshot that reads have been served from: the next read sees the newest commit. */
  refresh(): void
  close(): void
}

export class Segment implements ReadableSegment {
  readonly path: string
  readonly commands: FrameTable
  /** Each shard's, from 0. */
  readonly eventsOf: readonly FrameTable[]
  readonly #root: Root
  readonly #bounds: Bytes | undefined

  private constructor(path: string, root: Root, { commands, events, bounds }: Databases) {
    this.path = path
    this.#root = root
    this.#bounds = bounds
    this.commands = new FrameTable(FrameKind.Commands, commands)
    this.eventsOf = events.map((table) => new FrameTable(FrameKind.Events, table))
  }

  /**
   * `undefined`: opened for reading before the writer had made the databases. A writer makes those of so many shards; a
   * reader sees those that are there.
   */
  static open(
    path: string,
    { readOnly, shards = 1 }: { readonly readOnly: boolean; readonly shards?: number },
  ): Segment | undefined {
    const options = { ...ENVIRONMENT_OPTIONS, readOnly }
    let root: Root | undefined
    try {
      if (readOnly && !isBegun(path)) return undefined
      root = inOpeningTurn(dirname(path), () => open<Uint8Array, Uint8Array>(path, options))
      checkLength(path, root)
      const commands = openDatabase(root, 'commands')
      const events = openEvents(root, readOnly ? SHARDS_MAX : shards)
      const bounds = openDatabase(root, 'segment')
      if (commands !== undefined && events.length > 0) {
        return new Segment(path, root, { commands, events, bounds })
      }
      closeInTurn(path, root)
      return undefined
    } catch (cause) {
      if (root !== undefined) closeInTurn(path, root)
      if (cause instanceof JournalError) throw cause
      throw openFailed(path, readOnly, cause)
    }
  }

  get head(): SegmentBound | undefined {
    return this.#bound('head')
  }

  get seal(): SegmentBound | undefined {
    return this.#bound('seal')
  }

  get isUnused(): boolean {
    if (this.head !== undefined) return false
    return this.commands.newest() === 0 && this.eventsOf.every((table) => table.newest() === 0)
  }

  /** Inside a transaction only. */
  putBound(name: BoundName, bound: SegmentBound): void {
    const answer = this.#bounds!.put(BOUND_KEYS[name], Buffer.from(encodeBound(bound)))
    if ((answer as { readonly result?: boolean }).result === false) {
      throw new Error(`LMDB did not take the segment's ${name}`)
    }
  }

  /**
   * All that `write` appends, or nothing. When this returns it is in the page cache, which a dying process leaves
   * behind intact; with `synced` it is on the disk as well.
   */
  transaction(synced: boolean, write: () => void): void {
    // Braces, so that nothing is returned: a callback that returns a put's promise would not be synchronous any more.
    const flags = synced ? SYNCHRONOUS : SYNCHRONOUS | NO_SYNC_FLUSH
    this.#root.transactionSync(() => {
      write()
    }, flags)
  }

  refresh(): void {
    this.#root.resetReadTxn()
  }

  /** Done when it returns: no asynchronous write can be pending, since none is ever made. */
  close(): void {
    closeInTurn(this.path, this.#root)
  }

  #bound(name: BoundName): SegmentBound | undefined {
    const bytes = this.#bounds?.get(BOUND_KEYS[name])
    return bytes === undefined ? undefined : decodeBound(bytes, this.path)
  }
}

/** One for each shard, up to the first that is not there. */
function openEvents(root: Root, shards: number): Bytes[] {
  if (shards < 1 || shards > SHARDS_MAX) {
    throw new RangeError(`${shards} shards, not 1 to ${SHARDS_MAX}`)
  }
  const events: Bytes[] = []
  for (let shard = 0; shard < shards; shard++) {
    const database = openDatabase(root, shard === 0 ? 'events' : `events-${shard}`)
    if (database === undefined) break
    events.push(database)
  }
  return events
}

function closeInTurn(path: string, root: Root): void {
  inOpeningTurn(dirname(path), () => void root.close())
}

function openDatabase(root: Root, name: string): Bytes | undefined {
  return root.openDB<Uint8Array, Uint8Array>({ name, ...STORE_OPTIONS })
}

/** Whether LMDB has been here: it writes both meta pages at once, so a file that ends in them was cut. */
function isBegun(path: string): boolean {
  const bytes = fs.statSync(path).size
  if (bytes > 0 && bytes < FIRST_BYTES) throw cutShort(path, bytes, FIRST_BYTES)
  return bytes > 0
}

/** Reading a page that the file no longer has is a SIGBUS: so compare the lengths before the first page is touched. */
function checkLength(path: string, root: Root): void {
  const { lastPageNumber } = root.getStats() as { readonly lastPageNumber: number }
  const bytesExpected = (lastPageNumber + 1) * PAGE_BYTES
  const bytes = fs.statSync(path).size
  if (bytes < bytesExpected) throw cutShort(path, bytes, bytesExpected)
}

function cutShort(path: string, bytes: number, bytesExpected: number): JournalError {
  return new JournalError('journal-damaged', {
    what: `${path} was cut short: ${bytes} bytes of ${bytesExpected}`,
    likely: 'a copy that was not finished, or a file system that lost its end',
    mend: 'Restore the data directory from a replica or a backup',
  })
}

function openFailed(path: string, readOnly: boolean, cause: unknown): JournalError {
  const readerFirst = !readOnly && messageOf(cause).includes('No transaction to renew')
  return new JournalError('write-failed', {
    what: `cannot open the journal ${path} (${messageOf(cause)})`,
    likely: readerFirst
      ? 'this process opened it for reading before, and LMDB has one environment for both'
      : 'it is no LMDB file of this version, or this user may not read and write it',
    mend: readerFirst
      ? 'Open the JournalWriter before the first JournalReader of the process'
      : "Check the file's owner and permissions; if they are right, restore it from a backup",
    cause,
  })
}
