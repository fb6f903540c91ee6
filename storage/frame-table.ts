/**
 * The LMDB databases of a segment, as tables of frames. Everything that lmdb-js wants to be asked in one certain way is
 * asked here.
 *
 *   commands:            first sequence (8 bytes, big-endian) ──▶ frame
 *   events:              first sequence (8 bytes, big-endian) ──▶ frame      the first shard's
 *   events-1, events-2:  the same of each further shard, where there are several
 *
 * Threads of one process share one environment: lmdb-js knows the file again by its inode and hands every later opener
 * the first one's environment, with the first one's flags. So a process that writes must open for writing first; and
 * a reader never closes a database, only its own hold on the environment, for the handle is everybody's.
 */
import * as fs from 'node:fs'
import { dirname } from 'node:path'
import { type Database, open, type RootDatabase } from 'lmdb'
import { FrameKind } from './frame.ts'
import { JournalError, messageOf } from './journal-error.ts'
import { inOpeningTurn } from './opening-turn.ts'

/**
 * Address space, not memory or disk: the map never has to be moved while other threads read from it. The quota on the
 * disk is ours to keep (JournalWriter), LMDB's map size is none.
 */
const MAP_BYTES = 64 * 2 ** 30
const PAGE_BYTES = 4096
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
  maxDbs: 1 + SHARDS_MAX,
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

function keyOf(sequence: number): Buffer {
  const key = Buffer.allocUnsafe(8)
  key.writeUInt32BE(Math.floor(sequence / 2 ** 32), 0)
  key.writeUInt32BE(sequence % 2 ** 32, 4)
  return key
}

/** -1 for a key that is no sequence number. */
export function sequenceOf(key: Uint8Array): number {
  if (key.length !== 8) return -1
  const view = new DataView(key.buffer, key.byteOffset, 8)
  return view.getUint32(0) * 2 ** 32 + view.getUint32(4)
}

interface PutAnswer {
  /** Set when the put was done at once, inside a synchronous transaction. */
  readonly result?: boolean
}

/** lmdb-js knows these options and this answer; its type declarations do not. */
interface Appendable {
  put(key: Uint8Array, value: Uint8Array, options: { readonly append: true }): PutAnswer
}

export class FrameTable {
  readonly kind: FrameKind
  readonly database: Database<Uint8Array, Uint8Array>

  constructor(kind: FrameKind, database: Database<Uint8Array, Uint8Array>) {
    this.kind = kind
    this.database = database
  }

  /** A private copy of the frame that starts exactly there. */
  get(firstSequence: number): Uint8Array | undefined {
    return this.database.get(keyOf(firstSequence))
  }

  /** The first sequence of the oldest frame, or 0. */
  oldest(): number {
    return this.#key({ limit: 1 })
  }

  /** The first sequence of the newest frame, or 0. */
  newest(): number {
    return this.#key({ reverse: true, limit: 1 })
  }

  /** The first sequence of the frame that `sequence` would be in, or 0 if all start behind it. */
  startOfFrameWith(sequence: number): number {
    return this.#key({ start: keyOf(sequence), reverse: true, limit: 1 })
  }

  /** Inside a transaction only. */
  append(firstSequence: number, frame: Uint8Array): void {
    if (frame.buffer instanceof SharedArrayBuffer) {
      throw new Error('LMDB stores wrong bytes from shared memory')
    }
    // LMDB drops what is out of order or there already without throwing; only `result` says so.
    const put = (this.database as unknown as Appendable).put(keyOf(firstSequence), frame, {
      append: true,
    })
    if (put.result !== true) {
      throw new Error(`LMDB did not take the frame from ${firstSequence}: key out of order`)
    }
  }

  /** A range with a limit of one, always drained: a cursor left open would pin its snapshot of the database. */
  #key(range: { start?: Uint8Array; reverse?: boolean; limit: number }): number {
    let sequence = 0
    for (const key of this.database.getKeys(range)) sequence = sequenceOf(key)
    return sequence
  }
}

export class FrameTables {
  readonly path: string
  readonly commands: FrameTable
  /** The first shard's. */
  readonly events: FrameTable
  /** Each shard's, from 0. */
  readonly eventsOf: readonly FrameTable[]
  readonly #root: RootDatabase<Uint8Array, Uint8Array>

  private constructor(path: string, root: RootDatabase<Uint8Array, Uint8Array>, tables: Databases) {
    this.path = path
    this.#root = root
    this.commands = new FrameTable(FrameKind.Commands, tables.commands)
    this.eventsOf = tables.events.map((events) => new FrameTable(FrameKind.Events, events))
    this.events = this.eventsOf[0]!
  }

  /**
   * `undefined`: opened for reading before the writer had made the databases. A writer makes those of so many shards; a
   * reader sees those that are there.
   */
  static open(
    path: string,
    { readOnly, shards = 1 }: { readonly readOnly: boolean; readonly shards?: number },
  ): FrameTables | undefined {
    const options = { ...ENVIRONMENT_OPTIONS, readOnly }
    let root: RootDatabase<Uint8Array, Uint8Array> | undefined
    try {
      root = inOpeningTurn(dirname(path), () => open<Uint8Array, Uint8Array>(path, options))
      checkLength(path, root)
      const commands = openDatabase(root, 'commands')
      const events = openEvents(root, readOnly ? SHARDS_MAX : shards)
      if (commands !== undefined && events.length > 0) {
        return new FrameTables(path, root, { commands, events })
      }
      closeInTurn(path, root)
      return undefined
    } catch (cause) {
      if (root !== undefined) closeInTurn(path, root)
      if (cause instanceof JournalError) throw cause
      throw openFailed(path, readOnly, cause)
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

  /** Lets go of the snapshot that reads have been served from: the next read sees the newest commit. */
  refresh(): void {
    this.#root.resetReadTxn()
  }

  /** Done when it returns: no asynchronous write can be pending, since none is ever made. */
  close(): void {
    closeInTurn(this.path, this.#root)
  }
}

interface Databases {
  readonly commands: Database<Uint8Array, Uint8Array>
  readonly events: readonly Database<Uint8Array, Uint8Array>[]
}

/** One for each shard, up to the first that is not there. */
function openEvents(
  root: RootDatabase<Uint8Array, Uint8Array>,
  shards: number,
): Database<Uint8Array, Uint8Array>[] {
  if (shards < 1 || shards > SHARDS_MAX)
    throw new RangeError(`${shards} shards, not 1 to ${SHARDS_MAX}`)
  const events: Database<Uint8Array, Uint8Array>[] = []
  for (let shard = 0; shard < shards; shard++) {
    const database = openDatabase(root, shard === 0 ? 'events' : `events-${shard}`)
    if (database === undefined) break
    events.push(database)
  }
  return events
}

function closeInTurn(path: string, root: RootDatabase<Uint8Array, Uint8Array>): void {
  inOpeningTurn(dirname(path), () => void root.close())
}

function openDatabase(
  root: RootDatabase<Uint8Array, Uint8Array>,
  name: string,
): Database<Uint8Array, Uint8Array> | undefined {
  return root.openDB<Uint8Array, Uint8Array>({ name, ...STORE_OPTIONS })
}

/** Reading a page that the file no longer has is a SIGBUS: so compare the lengths before the first page is touched. */
function checkLength(path: string, root: RootDatabase<Uint8Array, Uint8Array>): void {
  const { lastPageNumber } = root.getStats() as { readonly lastPageNumber: number }
  const bytesExpected = (lastPageNumber + 1) * PAGE_BYTES
  const bytes = fs.statSync(path).size
  if (bytes >= bytesExpected) return
  throw new JournalError('journal-damaged', {
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
