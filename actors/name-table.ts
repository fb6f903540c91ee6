/**
 * Names of one fixed width (symbols, currencies, accounts, sessions), numbered from 1 as they come;
 * 0 is no name.
 *
 * Compared as the words they are: on the way of an order no text is ever made.
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import type { Words } from '../protocol/words.ts'
import { growInts } from './columns.ts'
import { finishHash, mixWord, SlotTable } from './slot-table.ts'

export class NameTable {
  readonly bytes: number
  /** Above this `add` must not be called. */
  readonly countMax: number
  readonly #wordsPerName: number
  #words = new Int32Array(64)
  #count = 0
  readonly #table = new SlotTable()
  /** What was found last is asked for again, more often than not. */
  #last = 0

  constructor({ bytes, countMax }: { readonly bytes: number; readonly countMax: number }) {
    this.bytes = bytes
    this.countMax = countMax
    this.#wordsPerName = bytes / 4
  }

  get count(): number {
    return this.#count
  }

  get isFull(): boolean {
    return this.#count >= this.countMax
  }

  /** Number of the name that stands at `at`, or 0. */
  find(view: DataView, at: number): number {
    const last = this.#last
    if (last !== 0 && this.#equals(last, view, at)) return last
    const hash = this.#hash(view, at)
    let position = this.#table.seek(hash, hash)
    while (position >= 0) {
      const number = this.#table.slotAt(position)
      if (this.#equals(number, view, at)) {
        this.#last = number
        return number
      }
      position = this.#table.seek(hash, position + 1)
    }
    return 0
  }

  /** Numbers a name that `find` does not know. */
  add(view: DataView, at: number): number {
    if (this.isFull) throw new Error(`name ${this.#count + 1} where ${this.countMax} may be`)
    const number = ++this.#count
    const from = number * this.#wordsPerName
    this.#words = growInts(this.#words, from + this.#wordsPerName)
    for (let i = 0; i < this.#wordsPerName; i++) {
      this.#words[from + i] = view.getInt32(at + 4 * i, true)
    }
    this.#table.put(this.#hash(view, at), number)
    return number
  }

  /** Writes the name into a block, all its bytes. */
  write(number: number, view: DataView, at: number): void {
    const from = number * this.#wordsPerName
    for (let i = 0; i < this.#wordsPerName; i++) {
      view.setInt32(at + 4 * i, this.#words[from + i]!, true)
    }
  }

  /** The same, as words of a block. */
  put(number: number, words: Words, at: number): void {
    const own = this.#words
    const length = this.#wordsPerName
    const from = number * length
    for (let i = 0; i < length; i++) words[at + i] = own[from + i]!
  }

  /** The name's word `index`, for the state hash. */
  word(number: number, index: number): number {
    return this.#words[number * this.#wordsPerName + index]!
  }

  #hash(view: DataView, at: number): number {
    let hash = this.bytes
    for (let i = 0; i < this.#wordsPerName; i++)
      hash = mixWord(hash, view.getInt32(at + 4 * i, true))
    return finishHash(hash)
  }

  #equals(number: number, view: DataView, at: number): boolean {
    const from = number * this.#wordsPerName
    for (let i = 0; i < this.#wordsPerName; i++) {
      if (this.#words[from + i] !== view.getInt32(at + 4 * i, true)) return false
    }
    return true
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.#words = snapshot.ints(this.#words)
    this.#count = snapshot.number(this.#count)
    this.#table.transfer(snapshot)
  }
}
