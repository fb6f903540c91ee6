/**
 * Where orders stand: a warm record of 16 words (a cache line) each, which a match looks at, and
 * columns for what it seldom looks at.
 *
 *   word   0      1       2     3         4      5     6        7        8       9         10     11     12      13   14     15
 *        +------+-------+-----+---------+------+-----+--------+--------+-------+---------+------+------+-------+----+------+----+
 *   warm | price| leaves| next| previous| level| sign| account| session| market| orderQty| flags| state| idHash| cum| limit| row|
 *        +------+-------+-----+---------+------+-----+--------+--------+-------+---------+------+------+-------+----+------+----+
 *   cold | tip | display | minimum | trigger | trail | trailBps | peg | pegOffset | place | peer | parent | children | … |
 *        +-----+---------+---------+---------+-------+----------+-----+-----------+-------+------+--------+----------+---+
 *   floats  orderId · cumQuote · expiry or budget · tariff      text  ClOrdID 9 words
 *
 * `price` is where an order works, `limit` the worst it may come to: its funds are held for that. A
 * plain limit order has flags 0, and of its cold record nothing is ever read.
 *
 * Slot 0 is nil. Free slots are a stack through `next`: the slot freed last is taken first, warm,
 * and on a replay again. An order that is over leaves its slot, and its ids to closed-ids.ts. Hot file.
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import type { Words } from '../protocol/words.ts'
import { growFloats, growInts, newInts } from './columns.ts'
import { LevelStore } from './level-store.ts'

export const NIL = 0

export const PRICE = 0
/** All lots that are open: an iceberg's undisplayed ones too. */
export const LEAVES = 1
export const NEXT = 2
export const PREVIOUS = 3
/** The price level it stands at, or NIL: of the book where it rests, or of the triggers where a stop waits. */
export const LEVEL = 4
export const SIGN = 5
export const ACCOUNT = 6
export const SESSION = 7
export const MARKET = 8
export const ORDER_QTY = 9
/** Type, time in force, self-trade mode and instructions: order-flags.ts. */
export const FLAGS = 10
/** FREE, or the order's OrdStatus. */
export const STATE = 11
export const ID_HASH = 12
export const CUM = 13
export const LIMIT = 14
/** Of the account's position in this market: position-table.ts. */
export const ROW = 15

/** Displayed lots of an iceberg. */
export const TIP = 0
export const DISPLAY = 1
/** Of an order with a minimum: 0 for all of it. */
export const MINIMUM = 2
export const TRIGGER = 3
export const TRAIL_TICKS = 4
export const TRAIL_BPS = 5
export const PEG = 6
export const PEG_OFFSET = 7
/** Where an order is that does not rest in the book. */
export const PLACE = 8
/** The other one of two that cancel each other, or NIL. */
export const PEER = 9
export const PARENT = 10
/** The first child in order of arrival, or NIL; the others through NEXT_CHILD. */
export const CHILDREN = 11
export const NEXT_CHILD = 12
export const LAST_CHILD = 13

export const FREE = 0

const RECORD_SHIFT = 4
const FLOATS_SHIFT = 2
const ORDER_ID = 0
const CUM_QUOTE = 1
/** No order has both: what has a budget is over at once. */
const EXPIRY = 2
const BUDGET = 2
const TARIFF = 3
export const ID_WORDS = 9
const FIRST_SLOTS = 1024

export class OrderStore {
  /** Where they queue. */
  readonly levels = new LevelStore()
  /**
   * The warm records: `words[(slot << 4) | field]`. For loops that know what they do; `allocate`
   * may replace it.
   */
  words = newInts(FIRST_SLOTS << RECORD_SHIFT)
  #cold = newInts(FIRST_SLOTS << RECORD_SHIFT)
  #floats = new Float64Array(FIRST_SLOTS << FLOATS_SHIFT)
  #ids = new Int32Array(FIRST_SLOTS * ID_WORDS)
  #slots = FIRST_SLOTS
  #freeHead = NIL
  /** Slots below this were used at least once. */
  #fresh = 1

  get(slot: number, field: number): number {
    return this.words[(slot << RECORD_SHIFT) | field]!
  }

  set(slot: number, field: number, value: number): void {
    this.words[(slot << RECORD_SHIFT) | field] = value
  }

  cold(slot: number, field: number): number {
    return this.#cold[(slot << RECORD_SHIFT) | field]!
  }

  setCold(slot: number, field: number, value: number): void {
    this.#cold[(slot << RECORD_SHIFT) | field] = value
  }

  /** Makes the whole cold record 0. */
  wipeCold(slot: number): void {
    const cold = this.#cold
    const end = (slot + 1) << RECORD_SHIFT
    for (let i = slot << RECORD_SHIFT; i < end; i++) cold[i] = 0
  }

  orderId(slot: number): number {
    return this.#floats[(slot << FLOATS_SHIFT) | ORDER_ID]!
  }

  setOrderId(slot: number, orderId: number): void {
    this.#floats[(slot << FLOATS_SHIFT) | ORDER_ID] = orderId
  }

  /** Money of all fills so far, units of the quote currency. */
  cumQuote(slot: number): number {
    return this.#floats[(slot << FLOATS_SHIFT) | CUM_QUOTE]!
  }

  setCumQuote(slot: number, units: number): void {
    this.#floats[(slot << FLOATS_SHIFT) | CUM_QUOTE] = units
  }

  /** When an order good till a date ends, µs. */
  expiry(slot: number): number {
    return this.#floats[(slot << FLOATS_SHIFT) | EXPIRY]!
  }

  setExpiry(slot: number, timeUs: number): void {
    this.#floats[(slot << FLOATS_SHIFT) | EXPIRY] = timeUs
  }

  /** What a budget order may still spend, ticks × lots. */
  budget(slot: number): number {
    return this.#floats[(slot << FLOATS_SHIFT) | BUDGET]!
  }

  setBudget(slot: number, tickLots: number): void {
    this.#floats[(slot << FLOATS_SHIFT) | BUDGET] = tickLots
  }

  /** What its fills cost: fee-schedule.ts. */
  tariff(slot: number): number {
    return this.#floats[(slot << FLOATS_SHIFT) | TARIFF]!
  }

  setTariff(slot: number, tariff: number): void {
    this.#floats[(slot << FLOATS_SHIFT) | TARIFF] = tariff
  }

  /** A slot for the caller to fill: of what stood there before, nothing is wiped. */
  allocate(): number {
    const slot = this.#freeHead
    if (slot !== NIL) {
      this.#freeHead = this.words[(slot << RECORD_SHIFT) | NEXT]!
      return slot
    }
    if (this.#fresh === this.#slots) this.#grow()
    return this.#fresh++
  }

  free(slot: number): void {
    const at = slot << RECORD_SHIFT
    this.words[at | STATE] = FREE
    this.words[at | NEXT] = this.#freeHead
    this.#freeHead = slot
  }

  readId(slot: number, view: DataView, at: number): void {
    const from = slot * ID_WORDS
    for (let i = 0; i < ID_WORDS; i++) this.#ids[from + i] = view.getInt32(at + 4 * i, true)
  }

  /** Writes the client id into a block. */
  putId(slot: number, words: Words, at: number): void {
    const ids = this.#ids
    const from = slot * ID_WORDS
    for (let i = 0; i < ID_WORDS; i++) words[at + i] = ids[from + i]!
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
    const slots = 2 * this.#slots
    this.words = growInts(this.words, slots << RECORD_SHIFT)
    this.#cold = growInts(this.#cold, slots << RECORD_SHIFT)
    this.#floats = growFloats(this.#floats, slots << FLOATS_SHIFT)
    this.#ids = growInts(this.#ids, slots * ID_WORDS)
    this.#slots = slots
  }

  /** Whether all slots but so many are free, each once: a breach in words, or undefined. */
  audit(usedCount: number): string | undefined {
    const freeCount = this.#fresh - 1 - usedCount
    let count = 0
    for (let slot = this.#freeHead; slot !== NIL; slot = this.get(slot, NEXT)) {
      if (this.get(slot, STATE) !== FREE) return `slot ${slot} is in use and free`
      if (++count > freeCount) break
    }
    return count === freeCount ? undefined : `${count} slots are free, not ${freeCount}`
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.levels.transfer(snapshot)
    this.words = snapshot.ints(this.words)
    this.#cold = snapshot.ints(this.#cold)
    this.#floats = snapshot.floats(this.#floats)
    this.#ids = snapshot.ints(this.#ids)
    this.#slots = snapshot.number(this.#slots)
    this.#freeHead = snapshot.number(this.#freeHead)
    this.#fresh = snapshot.number(this.#fresh)
  }
}
