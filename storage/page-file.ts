/**
 * LMDB's file, read with plain reads: for a segment that nobody writes to any more.
 *
 *   meta page 0, 1 ──▶ main tree: names ──▶ a database's tree ──▶ branch pages ──▶ leaf pages ──▶ value, in place or on pages of its own
 *
 * LMDB itself reads through a mapping of the file, which costs a fault for each page: a copy by `read` took a fifth of the time
 * where a whole journal was read. And a page that the file has lost is an error here, where a mapping ends the process.
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
 * Little-endian; the form of LMDB's data version 2, as lmdb-js 3 writes it (its liblmdb/mdb.c). Safe only where no
 * transaction can be under way that frees these pages.
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

const NODE_FLAGS_OFFSET = 4
const NODE_KEY_BYTES_OFFSET = 6
const NODE_KEY_OFFSET = 8
const NODE_ON_PAGES = 0x01
const NO_PAGE = 2n ** 64n - 1n
/** Four levels hold more than a file of 16 TiB; a page that leads back to itself is to end somewhere. */
const LEVELS_MAX = 16
/** A path from root to leaf, for a few trees that are read in turn. */
const PAGES_KEPT = 32

/** Where a value stands in the file. */
export interface ValuePlace {
  readonly key: Buffer
  readonly offset: number
  readonly bytes: number
}

export class PageFile {
  readonly path: string
  readonly #handle: number
  readonly #pages = new Map<number, Buffer>()
  readonly #mainRoot: bigint

  /** Undefined: there is no database in it yet. */
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
    this.#mainRoot = newestMeta(path, handle).readBigUInt64LE(
      META_TREES_OFFSET + TREE_BYTES + TREE_ROOT_OFFSET,
    )
  }

  /** The database of this name; undefined: there is none. */
  tree(name: string): PageTree | undefined {
    // lmdb-js ends a database's name as C does.
    const key = Buffer.from(`${name}\0`)
    const place = new PageTree(this, this.#mainRoot).find(key)
    if (place === undefined || !place.key.equals(key)) return undefined
    if (place.bytes !== TREE_BYTES)
      throw this.damaged(`database '${name}' is described by ${place.bytes} B`)
    const tree = Buffer.alloc(TREE_BYTES)
    this.read(place, tree)
    return new PageTree(this, tree.readBigUInt64LE(TREE_ROOT_OFFSET))
  }

  /** Copies a value into `buffer`; returns the part that it takes up. */
  read({ offset, bytes }: ValuePlace, buffer: Uint8Array): Uint8Array {
    if (bytes > buffer.length) throw this.damaged(`a value of ${bytes} B, longer than a frame`)
    readAll(this.path, this.#handle, { buffer, bytes, offset })
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
}

/** One database of a file: keys in the order of their bytes. */
export class PageTree {
  readonly #file: PageFile
  readonly #root: bigint

  constructor(file: PageFile, root: bigint) {
    this.#file = file
    this.#root = root
  }

  /** The last key that is not greater, or undefined. */
  find(key: Buffer): ValuePlace | undefined {
    for (const place of this.#walk(this.#root, key, -1, 0)) return place
    return undefined
  }

  /** From the first key that is not less, to the last. */
  from(key: Buffer): Generator<ValuePlace, void, void> {
    return this.#walk(this.#root, key, 1, 0)
  }

  last(): ValuePlace | undefined {
    return this.find(Buffer.alloc(KEY_BYTES_MOST, 0xff))
  }

  /** Forwards from the first key >= `key`, or backwards from the last one <= `key`. */
  *#walk(
    number: bigint,
    key: Buffer,
    step: 1 | -1,
    level: number,
  ): Generator<ValuePlace, void, void> {
    if (number === NO_PAGE) return
    if (level === LEVELS_MAX) throw this.#file.damaged(`more than ${LEVELS_MAX} levels of pages`)
    const page = new NodePage(this.#file, number)
    for (let index = page.begin(key, step); index >= 0 && index < page.count; index += step) {
      if (page.isLeaf) yield page.valueAt(index)
      else yield* this.#walk(page.childAt(index), key, step, level + 1)
    }
  }
}

const KEY_BYTES_MOST = 64

class NodePage {
  readonly count: number
  readonly isLeaf: boolean
  readonly #file: PageFile
  readonly #page: Buffer
  readonly #at: number

  constructor(file: PageFile, number: bigint) {
    this.#file = file
    this.#page = file.page(number)
    this.#at = Number(number) * PAGE_BYTES
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
      return { key, offset: this.#at + at, bytes }
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

/** The two are written in turn: what counts is the one of the last transaction. */
function newestMeta(path: string, handle: number): Buffer {
  const metas = [0, 1].map((index) => {
    const page = Buffer.alloc(PAGE_BYTES)
    readAll(path, handle, { buffer: page, bytes: PAGE_BYTES, offset: index * PAGE_BYTES })
    return page
  })
  for (const meta of metas) {
    const version = meta.readUInt32LE(META_VERSION_OFFSET)
    if (meta.readUInt32LE(META_OFFSET) !== MAGIC || version !== DATA_VERSION) {
      throw damaged(path, 'is no LMDB file of this version')
    }
  }
  const [first, second] = metas as [Buffer, Buffer]
  const txn = (meta: Buffer): bigint => meta.readBigUInt64LE(META_TXN_OFFSET)
  return txn(second) > txn(first) ? second : first
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
