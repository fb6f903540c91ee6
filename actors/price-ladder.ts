/**
 * Price levels in order, found by key = sign × price: the greatest is the best.
 *
 *   run      | block −4 | block −3 |         asks at 97 to 128, and those at 65 to 96
 *                 │          │
 *   blocks   | 4 | … | 1 |  | … | 7 | |      32 keys each, with a level or NIL, and a mask of those that have one
 *
 * Where prices lie near each other, as they do, a level comes and goes by a bit, wherever it stands;
 * only a block's first and last one move others, and those are few. Hot file.
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import {
  BLOCK,
  BLOCK_SHIFT,
  FIRST_RUN_WORDS,
  KEY,
  type LevelStore,
  PLACE_MASK,
} from './level-store.ts'
import { NIL } from './order-store.ts'

const RECORD_SHIFT = 4
/** An entry of a run: what the keys of a block have in common, and the block. */
const ENTRY_SHIFT = 1
const IN_BLOCK = 1
/** Below this many words a plain loop beats the call of copyWithin. */
const SHIFT_LOOP_MAX = 64
/** Below every key. */
const NO_KEY = -(2 ** 31)

export class PriceLadder {
  protected readonly levels: LevelStore
  #best = NIL
  #bestKey = NO_KEY
  /** Its blocks, sorted, the best at the end. */
  #run = NIL
  #runWords = 0
  #blockCount = 0

  constructor(levels: LevelStore) {
    this.levels = levels
  }

  /** The best level, or NIL. */
  get best(): number {
    return this.#best
  }

  /** Its key; without a level, one below all keys. */
  get bestKey(): number {
    return this.#bestKey
  }

  key(level: number): number {
    return this.levels.words[(level << RECORD_SHIFT) | KEY]!
  }

  /** The next level that is worse, or NIL. */
  worse(level: number): number {
    const { masks, words } = this.levels
    const key = this.key(level)
    const block = words[(level << RECORD_SHIFT) | BLOCK]!
    const below = masks[block]! & ((1 << (key & PLACE_MASK)) - 1)
    if (below !== 0) return this.#highest(block, below)
    const index = this.#seek(key >> BLOCK_SHIFT)
    return index === 0 ? NIL : this.#bestOf(index - 1)
  }

  /** The next level that is better, or NIL. */
  better(level: number): number {
    const { masks, words } = this.levels
    const key = this.key(level)
    const block = words[(level << RECORD_SHIFT) | BLOCK]!
    const above = masks[block]! & (-2 << (key & PLACE_MASK))
    if (above !== 0) return this.#highest(block, above & -above)
    const index = this.#seek(key >> BLOCK_SHIFT) + 1
    if (index === this.#blockCount) return NIL
    const next = this.#blockAt(index)
    const mask = masks[next]!
    return this.#highest(next, mask & -mask)
  }

  /** The worst level whose key is not less than `key`, or NIL. */
  levelFrom(key: number): number {
    const blockKey = key >> BLOCK_SHIFT
    for (let index = this.#seek(blockKey); index < this.#blockCount; index++) {
      const block = this.#blockAt(index)
      const isAbove = this.#keyAt(index) > blockKey
      const mask = this.levels.masks[block]! & (isAbove ? -1 : -1 << (key & PLACE_MASK))
      if (mask !== 0) return this.#highest(block, mask & -mask)
    }
    return NIL
  }

  /** The level of this key, an empty one if there was none. */
  levelOf(key: number): number {
    const block = this.#blockOf(key >> BLOCK_SHIFT)
    const found = this.levels.blocks[(block << BLOCK_SHIFT) | (key & PLACE_MASK)]!
    if (found !== NIL) return found
    const level = this.levels.allocate(key, block)
    if (key > this.#bestKey) {
      this.#best = level
      this.#bestKey = key
    }
    return level
  }

  /** Takes an empty level away. */
  drop(level: number): void {
    const { words } = this.levels
    const at = level << RECORD_SHIFT
    const key = words[at | KEY]!
    const block = words[at | BLOCK]!
    const left = this.levels.free(level)
    if (left === 0) this.#removeBlock(block, key >> BLOCK_SHIFT)
    else if (key === this.#bestKey) {
      const place = PLACE_MASK - Math.clz32(left)
      this.#best = this.levels.blocks[(block << BLOCK_SHIFT) | place]!
      this.#bestKey = (key & ~PLACE_MASK) | place
    }
  }

  #blockOf(blockKey: number): number {
    // NO_KEY may be of the same block, and then the best level is NIL.
    if (blockKey === this.#bestKey >> BLOCK_SHIFT && this.#best !== NIL) {
      return this.levels.words[(this.#best << RECORD_SHIFT) | BLOCK]!
    }
    const index = this.#seek(blockKey)
    const isThere = index < this.#blockCount && this.#keyAt(index) === blockKey
    return isThere ? this.#blockAt(index) : this.#insertBlock(index, blockKey)
  }

  #keyAt(index: number): number {
    return this.levels.runs[this.#run + (index << ENTRY_SHIFT)]!
  }

  #blockAt(index: number): number {
    return this.levels.runs[(this.#run + (index << ENTRY_SHIFT)) | IN_BLOCK]!
  }

  #bestOf(index: number): number {
    const block = this.#blockAt(index)
    return this.#highest(block, this.levels.masks[block]!)
  }

  /** The level of the highest bit of `mask`, in a block. */
  #highest(block: number, mask: number): number {
    return this.levels.blocks[(block << BLOCK_SHIFT) | (PLACE_MASK - Math.clz32(mask))]!
  }

  /**
   * Index of the first block that is not less. Blocks without gaps between them stand as far from the
   * best as their keys are; a gap puts them nearer, so it looks from there upwards.
   */
  #seek(blockKey: number): number {
    const count = this.#blockCount
    const behind = (this.#bestKey >> BLOCK_SHIFT) - blockKey
    if (behind < 0 || count === 0) return count
    const { runs } = this.levels
    const run = this.#run
    const guess = (count - 1 - behind) | 0
    let low = Math.max(guess, 0)
    if (runs[run + (low << ENTRY_SHIFT)]! >= blockKey) return low
    let step = 1
    let high = low + 1
    // The best one is not less: the search ends there at the latest.
    while (runs[run + (high << ENTRY_SHIFT)]! < blockKey) {
      low = high
      step <<= 1
      high = (high + step) | 0
      if (high >= count) high = count - 1
    }
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (runs[run + (middle << ENTRY_SHIFT)]! < blockKey) low = middle
      else high = middle
    }
    return high
  }

  #insertBlock(index: number, blockKey: number): number {
    const levels = this.levels
    if (this.#blockCount << ENTRY_SHIFT === this.#runWords) {
      this.#run = levels.growRun(this.#run, this.#runWords)
      this.#runWords = Math.max(2 * this.#runWords, FIRST_RUN_WORDS)
    }
    if (index < this.#blockCount) this.#shift(index, 1)
    this.#blockCount++
    const block = levels.allocateBlock()
    const { runs } = levels
    const at = this.#run + (index << ENTRY_SHIFT)
    runs[at] = blockKey
    runs[at | IN_BLOCK] = block
    return block
  }

  /** A block without levels. */
  #removeBlock(block: number, blockKey: number): void {
    this.levels.freeBlock(block)
    const last = this.#blockCount - 1
    if (this.#bestKey >> BLOCK_SHIFT !== blockKey) {
      this.#shift(this.#seek(blockKey) + 1, -1)
    } else if (last === 0) {
      this.#best = NIL
      this.#bestKey = NO_KEY
    } else {
      this.#best = this.#bestOf(last - 1)
      this.#bestKey = this.key(this.#best)
    }
    this.#blockCount = last
  }

  /** Moves the entries from `from` on by one place, up or down. */
  #shift(from: number, by: 1 | -1): void {
    const { runs } = this.levels
    const start = this.#run + (from << ENTRY_SHIFT)
    const end = this.#run + (this.#blockCount << ENTRY_SHIFT)
    const words = by << ENTRY_SHIFT
    if (end - start > SHIFT_LOOP_MAX) runs.copyWithin(start + words, start, end)
    else if (by > 0) for (let i = end - 1; i >= start; i--) runs[i + words] = runs[i]!
    else for (let i = start; i < end; i++) runs[i + words] = runs[i]!
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.#best = snapshot.number(this.#best)
    this.#bestKey = snapshot.number(this.#bestKey)
    this.#run = snapshot.number(this.#run)
    this.#runWords = snapshot.number(this.#runWords)
    this.#blockCount = snapshot.number(this.#blockCount)
  }
}
