/**
 * Two numbers → a row, numbered from 1 as the pairs come: (account, market) → its position. A row
 * is for ever, so an order may carry it and never look for it again; 0 is no row.
 *
 *   keys   | -- -- | a1 m1 | a1 m2 | a2 m1 | …        record r of two words: the pair of row r
 *
 * Hot file.
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import { growInts } from './columns.ts'
import { finishHash, mixWord, SlotTable } from './slot-table.ts'

export class PairTable {
  readonly rowsMax: number
  #keys = new Int32Array(64)
  #count = 0
  readonly #table = new SlotTable()

  constructor(rowsMax: number) {
    this.rowsMax = rowsMax
  }

  /** Rows are numbered 1 … count. */
  get count(): number {
    return this.#count
  }

  get isFull(): boolean {
    return this.#count >= this.rowsMax
  }

  /** The row of a pair of 32-bit integers, or 0. */
  find(first: number, second: number): number {
    const keys = this.#keys
    const hash = hashPair(first, second)
    let position = this.#table.seek(hash, hash)
    while (position >= 0) {
      const row = this.#table.slotAt(position)
      if (keys[2 * row] === first && keys[2 * row + 1] === second) return row
      position = this.#table.seek(hash, position + 1)
    }
    return 0
  }

  /** The row of a pair, made if there is none; 0 if there is none and no room. */
  row(first: number, second: number): number {
    const known = this.find(first, second)
    if (known !== 0 || this.isFull) return known
    const row = ++this.#count
    this.#keys = growInts(this.#keys, 2 * row + 2)
    this.#keys[2 * row] = first
    this.#keys[2 * row + 1] = second
    this.#table.put(hashPair(first, second), row)
    return row
  }

  first(row: number): number {
    return this.#keys[2 * row]!
  }

  second(row: number): number {
    return this.#keys[2 * row + 1]!
  }

  /** The pairs in the order of their rows, for the state hash. */
  forEachState(add: (value: number) => void): void {
    add(this.#count)
    for (let row = 1; row <= this.#count; row++) {
      add(this.first(row))
      add(this.second(row))
    }
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.#keys = snapshot.ints(this.#keys)
    this.#count = snapshot.number(this.#count)
    this.#table.transfer(snapshot)
  }
}

/** One after the other: mixed into one word at once, all pairs of one difference would meet. */
function hashPair(first: number, second: number): number {
  return finishHash(mixWord(mixWord(0, first), second))
}
