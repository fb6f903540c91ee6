/**
 * The price levels of all books of a shard, and what finds them (book-side.ts).
 *
 *   level   word 0     1       2       3       4        5       6 - 7      8 - 9        10     11 - 15
 *         +------+-------+-------+-------+--------+--------+----------+-----------+---------+------+
 *         | head |  tail | count |  key  | first  | pegged | lots f64 |  reserve  |  block  |   –  |   a cache line
 *         |      |       |       |       | hidden |        |          |    f64    |         |      |
 *         +------+-------+-------+-------+--------+--------+----------+-----------+---------+------+
 *   block   32 words: the levels of 32 keys that follow each other, NIL where there is none; and a mask: where there is one
 *   run     pairs of words, a cache line to begin with: which blocks a side has
 *
 * Count, pegged and lots are of displayed orders only; the reserve is what rests undisplayed. One
 * memory for all books: a venue of ten thousand is then as few pages as a large one, not as many
 * arrays. Slot 0 of each is nil; what is free is a stack. Hot file.
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import { growInts, newInts } from './columns.ts'

export const HEAD = 0
export const TAIL = 1
export const COUNT = 2
export const KEY = 3
export const FIRST_HIDDEN = 4
export const PEGGED = 5
export const BLOCK = 10
/** Among the floats of the same memory. */
export const LOTS = 3
export const RESERVE = 4

const RECORD_SHIFT = 4
const FLOATS_SHIFT = 3
/** A block is of the keys that are the same but for their lowest bits: their place in it. */
export const BLOCK_SHIFT = 5
export const PLACE_MASK = 31
/** Words of the smallest run: eight entries. */
export const FIRST_RUN_WORDS = 16
/** Runs of 16 words, 32, 64 …: more than there can be keys for. */
const RUN_SIZES = 28

const FIRST_LEVELS = 256
const FIRST_BLOCKS = 64
const FIRST_RUNS = 64
const NIL = 0

export class LevelStore {
  /** Levels: `words[(level << 4) | field]`, `floats[(level << 3) | field]`. All are replaced as they grow. */
  words = newInts(FIRST_LEVELS << RECORD_SHIFT)
  floats = floatsOver(this.words)
  /** `blocks[(block << 5) | place]`, `masks[block]`. */
  blocks = newInts(FIRST_BLOCKS << BLOCK_SHIFT)
  masks = newInts(FIRST_BLOCKS)
  runs = newInts(FIRST_RUNS * FIRST_RUN_WORDS)
  #freeLevel = NIL
  #freshLevel = 1
  #freeBlock = NIL
  #freshBlock = 1
  /** By size. */
  readonly #freeRuns = new Int32Array(RUN_SIZES)
  #freshRun = FIRST_RUN_WORDS

  /** An empty level, noted in its block. */
  allocate(key: number, block: number): number {
    const level = this.#freeLevel === NIL ? this.#freshLevel++ : this.#freeLevel
    if (level << RECORD_SHIFT === this.words.length) this.#growLevels()
    const { floats, words } = this
    const at = level << RECORD_SHIFT
    // Of one that was never used: NIL. Head and tail are NIL in both cases.
    this.#freeLevel = words[at | KEY]!
    words[at | COUNT] = 0
    words[at | KEY] = key
    words[at | FIRST_HIDDEN] = NIL
    words[at | PEGGED] = 0
    words[at | BLOCK] = block
    floats[(level << FLOATS_SHIFT) | LOTS] = 0
    floats[(level << FLOATS_SHIFT) | RESERVE] = 0
    this.blocks[(block << BLOCK_SHIFT) | (key & PLACE_MASK)] = level
    this.masks[block] = this.masks[block]! | (1 << (key & PLACE_MASK))
    return level
  }

  /** Takes an empty level out of its block. Returns where others are left there. */
  free(level: number): number {
    const { masks, words } = this
    const at = level << RECORD_SHIFT
    const key = words[at | KEY]!
    const block = words[at | BLOCK]!
    const mask = masks[block]! & ~(1 << (key & PLACE_MASK))
    masks[block] = mask
    this.blocks[(block << BLOCK_SHIFT) | (key & PLACE_MASK)] = NIL
    words[at | KEY] = this.#freeLevel
    this.#freeLevel = level
    return mask
  }

  /** An empty block. */
  allocateBlock(): number {
    const block = this.#freeBlock
    if (block !== NIL) {
      this.#freeBlock = this.masks[block]!
      this.masks[block] = 0
      return block
    }
    this.blocks = growInts(this.blocks, (this.#freshBlock + 1) << BLOCK_SHIFT)
    this.masks = growInts(this.masks, this.#freshBlock + 1)
    return this.#freshBlock++
  }

  /** An empty block is given back. */
  freeBlock(block: number): void {
    this.masks[block] = this.#freeBlock
    this.#freeBlock = block
  }

  /** The first word of a run twice as long as this one, with what it holds; this one is given back. */
  growRun(run: number, words: number): number {
    const longer = this.#allocateRun(words === 0 ? FIRST_RUN_WORDS : 2 * words)
    if (words === 0) return longer
    this.runs.copyWithin(longer, run, run + words)
    this.#freeRun(run, words)
    return longer
  }

  #freeRun(run: number, words: number): void {
    const size = sizeOf(words)
    this.runs[run] = this.#freeRuns[size]!
    this.#freeRuns[size] = run
  }

  #allocateRun(words: number): number {
    const size = sizeOf(words)
    const run = this.#freeRuns[size]!
    if (run !== NIL) {
      this.#freeRuns[size] = this.runs[run]!
      return run
    }
    this.runs = growInts(this.runs, this.#freshRun + words)
    this.#freshRun += words
    return this.#freshRun - words
  }

  /** Not bounded by itself: a level has an order, and those are. */
  #growLevels(): void {
    this.words = growInts(this.words, this.words.length + 1)
    this.floats = floatsOver(this.words)
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.words = snapshot.ints(this.words)
    this.floats = floatsOver(this.words)
    this.blocks = snapshot.ints(this.blocks)
    this.masks = snapshot.ints(this.masks)
    this.runs = snapshot.ints(this.runs)
    this.#freeLevel = snapshot.number(this.#freeLevel)
    this.#freshLevel = snapshot.number(this.#freshLevel)
    this.#freeBlock = snapshot.number(this.#freeBlock)
    this.#freshBlock = snapshot.number(this.#freshBlock)
    snapshot.fill(this.#freeRuns)
    this.#freshRun = snapshot.number(this.#freshRun)
  }
}

const floatsOver = (words: Int32Array<ArrayBuffer>): Float64Array<ArrayBuffer> =>
  new Float64Array(words.buffer, 0, words.length >> 1)

/** 0 for 16 words, 1 for 32 … */
const sizeOf = (words: number): number => 27 - Math.clz32(words)
