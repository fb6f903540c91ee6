/**
 * Ids that are over but still known: of the orders that closed last, and those that a replace took from an
 * order. A ring, the oldest forgotten for the newest: whatever is written or forgotten is next to what was
 * before it, and orders that are open keep a small memory to themselves.
 *
 *   word   0 … 8     9         10      11     12 – 13   14       15
 *        +---------+---------+-------+------+---------+--------+-----+
 *        | ClOrdID | account | state | hash | OrderID | market | cum |   a cache line
 *        +---------+---------+-------+------+---------+--------+-----+
 *                               '- status · side · type · time in force, a byte each, as the wire has them
 *
 * A record keeps its index until it is forgotten. Hot file.
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import { OrdStatus } from '../protocol/codecs.ts'
import { ofWords, putInt64, type Words } from '../protocol/words.ts'
import { growInts, newInts } from './columns.ts'
import { ordTypeOf, timeInForceOf } from './order-intake.ts'
import {
  ACCOUNT,
  CUM,
  FLAGS,
  ID_HASH,
  ID_WORDS,
  MARKET,
  type OrderStore,
  SIGN,
} from './order-store.ts'
import { type Sign, sideOf } from './sign.ts'

/** No order: an id that an order had before a replace. */
export const RETIRED = 1

const ACCOUNT_AT = 9
const STATE_AT = 10
const HASH_AT = 11
const ORDER_ID_AT = 12
const MARKET_AT = 14
const CUM_AT = 15
const RECORD_SHIFT = 4
const FIRST_RECORDS = 1024

export class ClosedIds {
  /** How many it holds. */
  count = 0
  readonly #max: number
  #words = newInts(FIRST_RECORDS << RECORD_SHIFT)
  #first = 0

  /** At most so many, at least 1. */
  constructor(max: number) {
    if (!(max >= 1)) throw new RangeError(`${max} closed ids: at least one must be known`)
    this.#max = max
  }

  get isFull(): boolean {
    return this.count === this.#max
  }

  /** Index of the record `age`, from 0 for the oldest. */
  at(age: number): number {
    const index = this.#first + age
    return index < this.#max ? index : index - this.#max
  }

  /** Takes over the ids of an order as they stand in the store; there is room. Returns the record's index. */
  add(store: OrderStore, slot: number, state: number): number {
    const index = this.at(this.count++)
    const record = index << RECORD_SHIFT
    if (record >= this.#words.length) this.#words = growInts(this.#words, record + 1)
    const words = this.#words
    for (let i = 0; i < ID_WORDS; i++) words[record + i] = store.idWord(slot, i)
    words[record + ACCOUNT_AT] = store.get(slot, ACCOUNT)
    const side = sideOf(store.get(slot, SIGN) as Sign)
    const flags = store.get(slot, FLAGS)
    words[record + STATE_AT] =
      state | (side << 8) | (ordTypeOf(flags) << 16) | (timeInForceOf(flags) << 24)
    words[record + CUM_AT] = store.get(slot, CUM)
    words[record + HASH_AT] = store.get(slot, ID_HASH)
    putInt64(words, record + ORDER_ID_AT, store.orderId(slot))
    words[record + MARKET_AT] = store.get(slot, MARKET)
    return index
  }

  /** Forgets the oldest, whose index is `at(0)`. */
  dropOldest(): void {
    this.#first = this.at(1)
    this.count--
  }

  account(index: number): number {
    return this.#words[(index << RECORD_SHIFT) + ACCOUNT_AT]!
  }

  /** RETIRED, or the OrdStatus that the order ended with. */
  state(index: number): number {
    return this.#words[(index << RECORD_SHIFT) + STATE_AT]! & 0xff
  }

  /** Status, side, type and time in force, a byte each from the lowest. */
  terms(index: number): number {
    return this.#words[(index << RECORD_SHIFT) + STATE_AT]!
  }

  /** Lots that were filled. */
  cumQty(index: number): number {
    return this.#words[(index << RECORD_SHIFT) + CUM_AT]!
  }

  /** Of account and client id: order-registry.ts. */
  hash(index: number): number {
    return this.#words[(index << RECORD_SHIFT) + HASH_AT]!
  }

  orderId(index: number): number {
    return ofWords(this.orderIdLow(index), this.orderIdHigh(index))
  }

  /** Its lower 32 bits. */
  orderIdLow(index: number): number {
    return this.#words[(index << RECORD_SHIFT) + ORDER_ID_AT]!
  }

  /** The bits above. */
  orderIdHigh(index: number): number {
    return this.#words[(index << RECORD_SHIFT) + ORDER_ID_AT + 1]!
  }

  market(index: number): number {
    return this.#words[(index << RECORD_SHIFT) + MARKET_AT]!
  }

  idWord(index: number, word: number): number {
    return this.#words[(index << RECORD_SHIFT) + word]!
  }

  idEquals(index: number, view: DataView, at: number): boolean {
    const words = this.#words
    const record = index << RECORD_SHIFT
    for (let i = 0; i < ID_WORDS; i++) {
      if (words[record + i] !== view.getInt32(at + 4 * i, true)) return false
    }
    return true
  }

  /** Writes the client id into a block. */
  putId(index: number, words: Words, at: number): void {
    const own = this.#words
    const record = index << RECORD_SHIFT
    for (let i = 0; i < ID_WORDS; i++) words[at + i] = own[record + i]!
  }

  /** A breach in words, or undefined. */
  audit(): string | undefined {
    if (this.count > this.#max) return `${this.count} closed ids of at most ${this.#max}`
    for (let age = 0; age < this.count; age++) {
      const state = this.state(this.at(age))
      if (state !== RETIRED && (state < OrdStatus.New || state === OrdStatus.PartiallyFilled)) {
        return `closed id ${age} has state ${state}`
      }
    }
    return undefined
  }

  transfer(snapshot: SnapshotTransfer): void {
    snapshot.part('closed ids')
    this.#words = snapshot.ints(this.#words)
    this.#first = snapshot.number(this.#first)
    this.count = snapshot.number(this.count)
  }
}
