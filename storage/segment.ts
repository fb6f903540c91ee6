/**
 * One segment of the journal, as its writer has it: an LMDB environment in a file of its own. Everything that lmdb-js wants to
 * be asked in one certain way about an environment is asked here. Readers have it as a `PagedSegment`, without LMDB: nobody
 * else may open the environment (page-file.ts says why).
 *
 *   commands:            first sequence ──▶ frame
 *   events:              first sequence ──▶ frame      the first shard's
 *   events-1, events-2:  the same of each further shard, where there are several
 *   segment:             head, seal ──▶ where it begins, where it ended (segment-bound.ts)
 */
import * as fs from 'node:fs'
import { type Database, open, type RootDatabase } from 'lmdb'
import { FrameKind } from './frame.ts'
import { FrameTable } from './frame-table.ts'
import { JournalError, messageOf } from './journal-error.ts'
import { encodeBound, type SegmentBound } from './segment-bound.ts'

/** Address space, not memory or disk: the map never has to be moved. The quota on the disk is ours to keep (JournalWriter). */
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
  maxDbs: 2 + SHARDS_MAX,
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

export class Segment {
  readonly commands: FrameTable
  /** Each shard's, from 0. */
  readonly eventsOf: readonly FrameTable[]
  readonly #root: Root
  readonly #bounds: Bytes

  /** Makes the file, and the databases of so many shards, where they are not there. One process at a time. */
  static open(path: string, shards = 1): Segment {
    if (shards < 1 || shards > SHARDS_MAX) {
      throw new RangeError(`${shards} shards, not 1 to ${SHARDS_MAX}`)
    }
    let root: Root | undefined
    try {
      tryToWrite(path)
      root = open<Uint8Array, Uint8Array>(path, ENVIRONMENT_OPTIONS)
      return new Segment(root, shards)
    } catch (cause) {
      void root?.close()
      throw openFailed(path, cause)
    }
  }

  private constructor(root: Root, shards: number) {
    this.#root = root
    this.commands = new FrameTable(FrameKind.Commands, openDatabase(root, 'commands'))
    this.eventsOf = Array.from({ length: shards }, (_, shard) => {
      const name = shard === 0 ? 'events' : `events-${shard}`
      return new FrameTable(FrameKind.Events, openDatabase(root, name))
    })
    this.#bounds = openDatabase(root, 'segment')
  }

  /** Inside a transaction only. */
  putBound(name: BoundName, bound: SegmentBound): void {
    const answer = this.#bounds.put(BOUND_KEYS[name], Buffer.from(encodeBound(bound)))
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

  /** Done when it returns: no asynchronous write can be pending, since none is ever made. */
  close(): void {
    void this.#root.close()
  }
}

function openDatabase(root: Root, name: string): Bytes {
  return root.openDB<Uint8Array, Uint8Array>({ name, ...STORE_OPTIONS })
}

/**
 * lmdb-js ends the process by SIGSEGV, without a word, where the first write to a new file fails. A disk that takes these bytes
 * hardly refuses the next; the file is as empty afterwards as LMDB wants a new one to be.
 */
function tryToWrite(path: string): void {
  const handle = fs.openSync(path, 'a', ENVIRONMENT_OPTIONS.permissionsMode)
  try {
    if (fs.fstatSync(handle).size > 0) return
    fs.writeSync(handle, new Uint8Array(2 * PAGE_BYTES))
    fs.fdatasyncSync(handle)
    fs.ftruncateSync(handle)
  } finally {
    fs.closeSync(handle)
  }
}

function openFailed(path: string, cause: unknown): JournalError {
  return new JournalError('write-failed', {
    what: `cannot open the journal ${path} (${messageOf(cause)})`,
    likely:
      'the disk is full or failing, it is no LMDB file of this version, or this user may not write it',
    mend: "Check the disk, then the file's owner and permissions; if all is right, restore it from a backup",
    cause,
  })
}
