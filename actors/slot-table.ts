/**
 * hash → slot, any number but 0, by open addressing: two words an entry, linear probing, never more than three quarters full.
 *
 *   home ─┐
 *         v
 *   | -- | h1 s1 | h1 s4 | h7 s2 | -- | -- |      seek(h1) stops at s1, then s4; the caller compares the real keys
 *            x                                    remove s1: s4 and s2 move back, so no tombstone is left behind
 *
 * Slot 0 is an empty entry, and no slot stands in a table twice. A position is good until the next put
 * or remove, and no longer. Hot file.
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import { newInts } from './columns.ts'

const FIRST_CAPACITY = 256

export class SlotTable {
  #entries = newInts(2 * FIRST_CAPACITY)
  #mask = FIRST_CAPACITY - 1
  #count = 0

  get count(): number {
    return this.#count
  }

  /**
   * The first position at or behind `from` whose entry has this hash, or -1. Begin with `from` =
   * hash.
   */
  seek(hash: number, from: number): number {
    const entries = this.#entries
    const mask = this.#mask
    let at = from & mask
    while (entries[2 * at + 1] !== 0) {
      if (entries[2 * at] === hash) return at
      at = (at + 1) & mask
    }
    return -1
  }

  slotAt(at: number): number {
    return this.#entries[2 * at + 1]!
  }

  put(hash: number, slot: number): void {
    if (4 * (this.#count + 1) > 3 * this.#mask) this.#grow()
    this.#place(hash, slot)
    this.#count++
  }

  /** Another slot in the place of one. Throws if that is not there. */
  replace(hash: number, from: number, to: number): void {
    this.#entries[2 * this.#find(hash, from) + 1] = to
  }

  /** Throws if it is not there: whoever removes has just found it. */
  remove(hash: number, slot: number): void {
    const entries = this.#entries
    const mask = this.#mask
    let hole = this.#find(hash, slot)
    let at = (hole + 1) & mask
    while (entries[2 * at + 1] !== 0) {
      // It may move back to the hole unless its home lies behind the hole: then no probe would find
      // it there.
      const fromHome = (at - entries[2 * at]!) & mask
      if (fromHome >= ((at - hole) & mask)) {
        entries[2 * hole] = entries[2 * at]!
        entries[2 * hole + 1] = entries[2 * at + 1]!
        hole = at
      }
      at = (at + 1) & mask
    }
    entries[2 * hole] = 0
    entries[2 * hole + 1] = 0
    this.#count--
  }

  #find(hash: number, slot: number): number {
    const entries = this.#entries
    const mask = this.#mask
    let at = hash & mask
    while (entries[2 * at + 1] !== slot) {
      if (entries[2 * at + 1] === 0) throw notThere(slot)
      at = (at + 1) & mask
    }
    return at
  }

  #place(hash: number, slot: number): void {
    const entries = this.#entries
    let at = hash & this.#mask
    while (entries[2 * at + 1] !== 0) at = (at + 1) & this.#mask
    entries[2 * at] = hash
    entries[2 * at + 1] = slot
  }

  #grow(): void {
    const old = this.#entries
    this.#entries = newInts(2 * old.length)
    this.#mask = old.length - 1
    for (let i = 0; i < old.length; i += 2) {
      if (old[i + 1] !== 0) this.#place(old[i]!, old[i + 1]!)
    }
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.#entries = snapshot.ints(this.#entries)
    this.#mask = snapshot.number(this.#mask)
    this.#count = snapshot.number(this.#count)
  }
}

/** On its own: V8 made the number's text before the loop that may need it, at each look. */
const notThere = (slot: number): Error => new Error(`slot ${slot} is not in the table`)

const MIX_1 = 0x85ebca6b
const MIX_2 = 0xc2b2ae35

/** One more word into a hash. */
export function mixWord(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, MIX_1)
  return mixed ^ (mixed >>> 15)
}

/** Spreads the last word's bits over the low ones, which choose the home. */
export function finishHash(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 13), MIX_2)
  return mixed ^ (mixed >>> 16)
}
