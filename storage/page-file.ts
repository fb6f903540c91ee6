/**
 * LMDB's file, read with plain reads, also while a process writes to it.
 *
 *   meta page 0, 1 ──▶ main tree: names ──▶ a database's tree ──▶ branch pages ──▶ leaf pages ──▶ value, in place or on pages of its own
 *
 * Why not through LMDB. Its readers in other processes register in a lock file, and the file's lock (fcntl) is the process's,
 * not the handle's: when a second thread of the exchange opened the environment, lmdb-js opened the lock file, found the
 * environment known, closed the file, and with that let go of the lock that the first one held. The next process to look at the
 * journal thought that it was the only one, and set LMDB's number of the last transaction: a commit of that moment was gone,
 * acknowledged or not. Nobody but the writer opens the environment now. Besides, a mapping costs a fault for each page, a copy
 * by `read` a fifth of that; and a page that the file has lost is an error here, where a mapping ends the process.
 *
 * Why it is safe. Pages are never written over while the newest meta page names them, and a journal only grows: what one
 * transaction shows the later ones show too. Whoever comes late to a page that was freed meanwhile finds in its head a later
 * transaction, or another page's number; then it looks again from the newest meta page on (`steady`).
 *
 *   page (4096 B)
 *   byte 0      8        16     18      20      22      24
 *        +------+--------+------+-------+-------+-------+----------------+- - -+---------------------+
 *        | page | txn id | pad  | flags | lower | upper | node offsets … | free| nodes               |
 *        | u64  |  u64   | u16  |  u16  |  u16  |  u16  | u16 each, + 24 |     |                     |
 *        +------+--------+------+-------+-------+-------+----------------+- - -+---------------------+
 *
 *   node
 *   byte 0                    4        6           8
 *        +--------------------+--------+-----------+-----+------------------------------------------+
 *        | leaf: value bytes  | flags  | key bytes | key | leaf: value, or the page where it stands |
 *        | branch: page, 48 bits       |    u16    |     |                                          |
 *        +--------------------+--------+-----------+-----+------------------------------------------+
 *
 * Little-endian; the form of LMDB's data version 2, as lmdb-js 3 writes it (its liblmdb/mdb.c).
 */
import * as fs from 'node:fs'
import { JournalError } from './journal-error.ts'

const PAGE_BYTES = 4096
const PAGE_HEADER_BYTES = 24
const FLAGS_OFFSET = 18
const LOWER_OFFSET = 20
const PAGE_BRANCH = 0x01
const PAGE_LEAF = 0x02

const META_OFFSET = PAGE_HEADER_BYTES
const MAGIC = 0xbeefc0de
const DATA_VERSION = 2
const META_VERSION_OFFSET = META_OFFSET + 4
/** Free pages' tree, then the main one. */
const META_TREES_OFFSET = META_OFFSET + 24
const TREE_BYTES = 48
const TREE_ROOT_OFFSET = 40
const META_TXN_OFFSET = META_TREES_OFFSET + 2 * TREE_BYTES + 8

const META_END = META_TXN_OFFSET + 16

const NODE_FLAGS_OFFSET = 4
const NODE_KEY_BYTES_OFFSET = 6
const NODE_KEY_OFFSET = 8
const NODE_ON_PAGES = 0x01
const NO_PAGE = 2n ** 64n - 1n
/** Four levels hold more than a file of 16 TiB; a page that leads back to itself is to end somewhere. */
const LEVELS_MAX = 16
/** A path from root to leaf, for a few trees that are read in turn. */
const PAGES_KEPT = 32

/** Where a value stands. */
export interface ValuePlace {
  readonly key: Buffer
  /** In its leaf page, as that was when it was looked at: in the file it may be another's by now. */
  readonly inPage?: Buffer
  /** In the file: on pages of its own, which a journal never frees. */
  readonly offset: number
  readonly bytes: number
}

/** How often metas are looked at until they stand still. */
const LOOKS_MAX = 100
/** So long one may come late to pages again and again, while a writer makes thousands of transactions a second. */
const LATE_MS_MAX = 5_000
const TXN_OFFSET = 8

export class PageFile {
  readonly path: string
  readonly #handle: number
  readonly #pages = new Map<number, Buffer>()
  readonly #roots = new Map<string, bigint | undefined>()
  #mainRoot = NO_PAGE
  #txn = 0n

  /** Undefined: there is nothing in it yet. */
  static open(path: string): PageFile | undefined {
    const handle = fs.openSync(path, 'r')
    try {
      return fs.fstatSync(handle).size === 0 ? undefined : new PageFile(path, handle)
    } catch (error) {
      fs.closeSync(handle)
      throw error
    }
  }

  private constructor(path: string, handle: number) {
    this.path = path
    this.#handle = handle
    this.refresh()
  }

  /** Moves on to the newest transaction; false if that is the one at hand. */
  refresh(): boolean {
    const meta = newestMeta(this.path, this.#handle)
    const txn = meta.readBigUInt64LE(META_TXN_OFFSET)
    if (txn === this.#txn) return false
    this.#txn = txn
    this.#mainRoot = meta.readBigUInt64LE(META_TREES_OFFSET + TREE_BYTES + TREE_ROOT_OFFSET)
    this.#pages.clear()
    this.#roots.clear()
    return true
  }

  /** What `read` returns: again from the newest transaction on where the pages that it went by are not the same any more. */
  steady<T>(read: () => T): T {
    const endMs = performance.now() + LATE_MS_MAX
    for (;;) {
      try {
        return read()
      } catch (error) {
        // Of bytes that were half another's anything may come.
        if (performance.now() > endMs || !this.refresh()) throw error
      }
    }
  }

  /** The database of this name; undefined: there is none. */
  tree(name: string): PageTree | undefined {
    const isThere = this.steady(() => this.rootOf(name)) !== undefined
    return isThere ? new PageTree(this, name) : undefined
  }

  /** The root page of a database, in the transaction at hand. */
  rootOf(name: string): bigint | undefined {
    if (!this.#roots.has(name)) this.#roots.set(name, this.#findRoot(name))
    return this.#roots.get(name)
  }

  /** Copies a value into `buffer`; returns the part that it takes up. */
  read({ inPage, offset, bytes }: ValuePlace, buffer: Uint8Array): Uint8Array {
    if (bytes > buffer.length) throw this.damaged(`a value of ${bytes} B, longer than a frame`)
    if (inPage === undefined) readAll(this.path, this.#handle, { buffer, bytes, offset })
    else buffer.set(inPage)
    return buffer.subarray(0, bytes)
  }

  page(number: bigint): Buffer {
    const index = Number(number)
    const known = this.#pages.get(index)
    if (known !== undefined) return known
    const page = Buffer.allocUnsafeSlow(PAGE_BYTES)
    readAll(this.path, this.#handle, {
      buffer: page,
      bytes: PAGE_BYTES,
      offset: index * PAGE_BYTES,
    })
    if (page.readBigUInt64LE(0) !== number)
      throw this.damaged(`page ${number} says that it is another`)
    if (page.readBigUInt64LE(TXN_OFFSET) > this.#txn)
      throw this.damaged(`page ${number} is of a later transaction`)
    // A read is not atomic against a write of the same page: what is whole is known when no transaction came between.
    if (newestTxn(this.path, this.#handle) !== this.#txn)
      throw this.damaged(`page ${number} may be written over`)
    this.#pages.set(index, page)
    if (this.#pages.size > PAGES_KEPT) this.#pages.delete(this.#pages.keys().next().value!)
    return page
  }

  close(): void {
    fs.closeSync(this.#handle)
  }

  damaged(what: string): JournalError {
    return damaged(this.path, what)
  }

  #findRoot(name: string): bigint | undefined {
    // lmdb-js ends a database's name as C does.
    const key = Buffer.from(`${name}\0`)
    const [place] = walk(this, this.#mainRoot, { key, step: -1 })
    if (place === undefined || !place.key.equals(key)) return undefined
    if (place.bytes !== TREE_BYTES)
      throw this.damaged(`database '${name}' is described by ${place.bytes} B`)
    return Buffer.from(this.read(place, Buffer.alloc(TREE_BYTES))).readBigUInt64LE(TREE_ROOT_OFFSET)
  }
}

/** One database of a file: keys in the order of their bytes. */
export class PageTree {
  readonly #file: PageFile
  readonly #name: string

  constructor(file: PageFile, name: string) {
    this.#file = file
    this.#name = name
  }

  /** The last key that is not greater, or undefined. To be asked within `steady`, as is all that follows. */
  find(key: Buffer): ValuePlace | undefined {
    const [place] = this.#walk(key, -1)
    return place
  }

  /** From the first key that is not less, to the last. */
  from(key: Buffer): Generator<ValuePlace, void, void> {
    return this.#walk(key, 1)
  }

  last(): ValuePlace | undefined {
    return this.find(Buffer.alloc(KEY_BYTES_MOST, 0xff))
  }

  #walk(key: Buffer, step: 1 | -1): Generator<ValuePlace, void, void> {
    return walk(this.#file, this.#file.rootOf(this.#name) ?? NO_PAGE, { key, step })
  }
}

/** Forwards from the first key >= `key`, or backwards from the last one <= `key`. */
function* walk(
  file: PageFile,
  number: bigint,
  from: { readonly key: Buffer; readonly step: 1 | -1 },
  level = 0,
): Generator<ValuePlace, void, void> {
  if (number === NO_PAGE) return
  if (level === LEVELS_MAX) throw file.damaged(`more than ${LEVELS_MAX} levels of pages`)
  const page = new NodePage(file, number)
  const { key, step } = from
  for (let index = page.begin(key, step); index >= 0 && index < page.count; index += step) {
    if (page.isLeaf) yield page.valueAt(index)
    else yield* walk(file, page.childAt(index), from, level + 1)
  }
}

const KEY_BYTES_MOST = 64

class NodePage {
  readonly count: number
  readonly isLeaf: boolean
  readonly #file: PageFile
  readonly #page: Buffer

  constructor(file: PageFile, number: bigint) {
    this.#file = file
    this.#page = file.page(number)
    const flags = this.#page.readUInt16LE(FLAGS_OFFSET)
    this.isLeaf = (flags & PAGE_LEAF) !== 0
    if (!this.isLeaf && (flags & PAGE_BRANCH) === 0)
      throw file.damaged(`page ${number} is of no tree`)
    this.count = this.#page.readUInt16LE(LOWER_OFFSET) >> 1
    if (PAGE_HEADER_BYTES + 2 * this.count > PAGE_BYTES)
      throw file.damaged(`page ${number} has too many nodes`)
  }

  /** Of a leaf: the first key >= `key`, or the last <= it. Of a branch: the child that leads there. */
  begin(key: Buffer, step: 1 | -1): number {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >> 1
      if (Buffer.compare(this.#keyAt(middle), key) <= 0) low = middle + 1
      else high = middle
    }
    // Before `low` keys are not greater.
    const floor = low - 1
    if (!this.isLeaf) return Math.max(floor, 0)
    if (step < 0) return floor
    return floor >= 0 && Buffer.compare(this.#keyAt(floor), key) === 0 ? floor : low
  }

  childAt(index: number): bigint {
    const node = this.#nodeAt(index)
    return BigInt(this.#page.readUIntLE(node, NODE_KEY_BYTES_OFFSET))
  }

  valueAt(index: number): ValuePlace {
    const page = this.#page
    const node = this.#nodeAt(index)
    const key = this.#keyAt(index)
    const bytes = page.readUInt32LE(node)
    const at = node + NODE_KEY_OFFSET + key.length
    if ((page.readUInt16LE(node + NODE_FLAGS_OFFSET) & NODE_ON_PAGES) === 0) {
      if (at + bytes > PAGE_BYTES) throw this.#file.damaged(`a value leaves its page`)
      return { key, bytes, offset: 0, inPage: page.subarray(at, at + bytes) }
    }
    if (at + 8 > PAGE_BYTES) throw this.#file.damaged(`a page number leaves its page`)
    const offset = Number(page.readBigUInt64LE(at)) * PAGE_BYTES + PAGE_HEADER_BYTES
    return { key, offset, bytes }
  }

  /** A branch's first key is empty: less than any. */
  #keyAt(index: number): Buffer {
    const node = this.#nodeAt(index)
    const end = node + NODE_KEY_OFFSET + this.#page.readUInt16LE(node + NODE_KEY_BYTES_OFFSET)
    if (end > PAGE_BYTES) throw this.#file.damaged('a key leaves its page')
    return this.#page.subarray(node + NODE_KEY_OFFSET, end)
  }

  #nodeAt(index: number): number {
    const at = PAGE_HEADER_BYTES + this.#page.readUInt16LE(PAGE_HEADER_BYTES + 2 * index)
    if (at + NODE_KEY_OFFSET > PAGE_BYTES) throw this.#file.damaged('a node leaves its page')
    return at
  }
}

/** The two are written in turn: what counts is the one of the last transaction. Read until they stand still. */
function newestMeta(path: string, handle: number): Buffer {
  let [first, second] = readMetas(path, handle)
  for (let looks = 0; looks < LOOKS_MAX; looks++) {
    const [again, secondAgain] = readMetas(path, handle)
    const isStill = first.equals(again) && second.equals(secondAgain)
    first = again
    second = secondAgain
    if (isStill) break
  }
  for (const meta of [first, second]) {
    const version = meta.readUInt32LE(META_VERSION_OFFSET)
    if (meta.readUInt32LE(META_OFFSET) !== MAGIC || version !== DATA_VERSION) {
      throw damaged(path, 'is no LMDB file of this version')
    }
  }
  const txn = (meta: Buffer): bigint => meta.readBigUInt64LE(META_TXN_OFFSET)
  return txn(second) > txn(first) ? second : first
}

function newestTxn(path: string, handle: number): bigint {
  let newest = 0n
  for (const meta of readMetas(path, handle)) {
    const txn = meta.readBigUInt64LE(META_TXN_OFFSET)
    if (txn > newest) newest = txn
  }
  return newest
}

function readMetas(path: string, handle: number): [Buffer, Buffer] {
  const both = Buffer.allocUnsafe(2 * PAGE_BYTES)
  readAll(path, handle, { buffer: both, bytes: 2 * PAGE_BYTES, offset: 0 })
  return [both.subarray(0, META_END), both.subarray(PAGE_BYTES, PAGE_BYTES + META_END)]
}

function readAll(
  path: string,
  handle: number,
  {
    buffer,
    bytes,
    offset,
  }: { readonly buffer: Uint8Array; readonly bytes: number; readonly offset: number },
): void {
  for (let done = 0; done < bytes; ) {
    const read = Number.isSafeInteger(offset)
      ? fs.readSync(handle, buffer, done, bytes - done, offset + done)
      : 0
    if (read === 0) throw damaged(path, `was cut short: there is no byte ${offset + done}`)
    done += read
  }
}

function damaged(path: string, what: string): JournalError {
  return new JournalError('journal-damaged', {
    what: `${path} ${what}`,
    likely: 'the disk or something on this machine changed or lost bytes after they were written',
    mend: 'Keep the files, restore the data directory from a replica or a backup, and check the disk',
  })
}
