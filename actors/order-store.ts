/**
 * Where orders stand: one record of 16 words (a cache line) each, and columns for what a match
 * seldom looks at.
 *
 *   word   0      1       2     3         4      5     6        7        8       9         10   11     12      13
 *        +------+-------+-----+---------+------+-----+--------+--------+-------+---------+----+------+-------+-----+
 *        | price| leaves| next| previous| level| sign| account| session| market| orderQty| TIF| state| idHash| cum |
 *        +------+-------+-----+---------+------+-----+--------+--------+-------+---------+----+------+-------+-----+
 *   columns  orderId f64 · cumQuote f64 · ClOrdID 9 words
 *
 * Slot 0 is nil. Free slots are a stack through `next`: the slot freed last is taken first, warm,
 * and on a replay again. An order that is closed keeps its slot while its ids are still known
 * (order-registry.ts). Hot file.
 */
import { growFloats, growInts } from './columns.ts'

export const NIL = 0

export const PRICE = 0
export const LEAVES = 1
export const NEXT = 2
export const PREVIOUS = 3
export const LEVEL = 4
export const SIGN = 5
export const ACCOUNT = 6
export const SESSION = 7
export const MARKET = 8
export const ORDER_QTY = 9
export const TIME_IN_FORCE = 10
/** FREE, RETIRED, or the order's OrdStatus. */
export const STATE = 11
export const ID_HASH = 12
export const CUM = 13

export const FREE = 0
/** No order: an id that an order had before a replace. */
export const RETIRED = 1

const RECORD_SHIFT = 4
export const ID_WORDS = 9
const FIRST_SLOTS = 1024

export class OrderStore {
  #words = new Int32Array(FIRST_SLOTS << RECORD_SHIFT)
  #ids = new Int32Array(FIRST_SLOTS * ID_WORDS)
  #orderIds = new Float64Array(FIRST_SLOTS)
  #cumQuotes = new Float64Array(FIRST_SLOTS)
  #freeHead = NIL
  /** Slots below this were used at least once. */
  #fresh = 1

  get(slot: number, field: number): number {
    return this.#words[(slot << RECORD_SHIFT) | field]!
  }

  set(slot: number, field: number, value: number): void {
    this.#words[(slot << RECORD_SHIFT) | field] = value
  }

  orderId(slot: number): number {
    return this.#orderIds[slot]!
  }

  setOrderId(slot: number, orderId: number): void {
    this.#orderIds[slot] = orderId
  }

  /** Money of all fills so far, units of the quote currency. */
  cumQuote(slot: number): number {
    return this.#cumQuotes[slot]!
  }

  setCumQuote(slot: number, units: number): void {
    this.#cumQuotes[slot] = units
  }

  /** A slot for the caller to fill: of what stood there before, nothing is wiped. */
  allocate(): number {
    const slot = this.#freeHead
    if (slot !== NIL) {
      this.#freeHead = this.get(slot, NEXT)
      return slot
    }
    if (this.#fresh === this.#orderIds.length) this.#grow()
    return this.#fresh++
  }

  free(slot: number): void {
    this.set(slot, STATE, FREE)
    this.set(slot, NEXT, this.#freeHead)
    this.#freeHead = slot
  }

  /** Moves lots from open to filled. */
  fill(slot: number, lots: number): void {
    const at = slot << RECORD_SHIFT
    this.#words[at | LEAVES] = this.#words[at | LEAVES]! - lots
    this.#words[at | CUM] = this.#words[at | CUM]! + lots
  }

  readId(slot: number, view: DataView, at: number): void {
    const from = slot * ID_WORDS
    for (let i = 0; i < ID_WORDS; i++) this.#ids[from + i] = view.getInt32(at + 4 * i, true)
  }

  writeId(slot: number, view: DataView, at: number): void {
    const from = slot * ID_WORDS
    for (let i = 0; i < ID_WORDS; i++) view.setInt32(at + 4 * i, this.#ids[from + i]!, true)
  }

  copyId(from: number, to: number): void {
    const start = from * ID_WORDS
    this.#ids.copyWithin(to * ID_WORDS, start, start + ID_WORDS)
  }

  idEquals(slot: number, view: DataView, at: number): boolean {
    const from = slot * ID_WORDS
    for (let i = 0; i < ID_WORDS; i++) {
      if (this.#ids[from + i] !== view.getInt32(at + 4 * i, true)) return false
    }
    return true
  }

  idWord(slot: number, index: number): number {
    return this.#ids[slot * ID_WORDS + index]!
  }

  #grow(): void {
    const slots = 2 * this.#orderIds.length
    this.#words = growInts(this.#words, slots << RECORD_SHIFT)
    this.#ids = growInts(this.#ids, slots * ID_WORDS)
    this.#orderIds = growFloats(this.#orderIds, slots)
    this.#cumQuotes = growFloats(this.#cumQuotes, slots)
  }
}
