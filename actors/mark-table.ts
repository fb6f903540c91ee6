/**
 * What a lot of each market is worth in its quote currency, for those who add up positions: a price
 * that is moved by whoever holds the table, and is not the last print. Moving it costs a visit to
 * each row of the market (position-table.ts), so it is due only so often: `isDue`. Hot file.
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import { growFloats } from './columns.ts'

/** So late may a loss be seen at the latest print: what is done about it should be done by then. */
export const MARK_INTERVAL_US = 10_000

const MARK = 0
const DAY_MARK = 1
const UNITS_PER_TICK_LOT = 2
const QUOTE_CURRENCY = 3
const MOVED_US = 4
const FIELDS = 5
const RECORD_SHIFT = 3

export interface MarkedMarket {
  readonly quoteCurrency: number
  readonly quoteUnitsPerTickLot: number
  /** A reference price in ticks, or 0: there is none yet. */
  readonly markTicks: number
}

export class MarkTable {
  readonly #intervalUs: number
  #records = new Float64Array(16 << RECORD_SHIFT)
  #marketCount = 0

  /** A mark may lag behind the prints by `intervalUs`, and then by the time to the next look. */
  constructor(intervalUs: number) {
    this.#intervalUs = intervalUs
  }

  /** Markets are numbered from 1, as they come. Currency and units are for ever. */
  open(market: number, terms: MarkedMarket): void {
    const at = market << RECORD_SHIFT
    this.#marketCount = Math.max(this.#marketCount, market)
    this.#records = growFloats(this.#records, (market + 1) << RECORD_SHIFT)
    this.#records[at | MARK] = terms.markTicks
    this.#records[at | DAY_MARK] = terms.markTicks
    this.#records[at | UNITS_PER_TICK_LOT] = terms.quoteUnitsPerTickLot
    this.#records[at | QUOTE_CURRENCY] = terms.quoteCurrency
  }

  /** Ticks, or 0: nothing was marked yet. */
  markTicks(market: number): number {
    return this.#records[(market << RECORD_SHIFT) | MARK]!
  }

  quoteCurrency(market: number): number {
    return this.#records[(market << RECORD_SHIFT) | QUOTE_CURRENCY]!
  }

  /** Whether a mark should be moved to a print of `priceTicks`. */
  isDue(market: number, priceTicks: number, timeUs: number): boolean {
    const at = market << RECORD_SHIFT
    if (this.#records[at | MARK] === priceTicks) return false
    return timeUs >= this.#records[at | MOVED_US]! + this.#intervalUs
  }

  move(market: number, priceTicks: number, timeUs: number): void {
    const at = market << RECORD_SHIFT
    this.#records[at | MARK] = priceTicks
    this.#records[at | MOVED_US] = timeUs
  }

  /** Price in ticks of a trade in which `paidUnits` bought `lots`. */
  ticksOf(market: number, lots: number, paidUnits: number): number {
    return paidUnits / (lots * this.#records[(market << RECORD_SHIFT) | UNITS_PER_TICK_LOT]!)
  }

  /** Quote units of lots (below 0: owed) at a price, within ± (2^53 − 1). */
  unitsOf(market: number, lots: number, priceTicks: number): number {
    const unitsPerTickLot = this.#records[(market << RECORD_SHIFT) | UNITS_PER_TICK_LOT]!
    const units = lots * priceTicks * unitsPerTickLot
    // A product beyond the safe integers, however it was rounded, is known by its size.
    return Math.max(Math.min(units, Number.MAX_SAFE_INTEGER), -Number.MAX_SAFE_INTEGER)
  }

  /** At the mark. */
  valueUnits(market: number, lots: number): number {
    return this.unitsOf(market, lots, this.markTicks(market))
  }

  /** At the mark of the day's start. */
  dayValueUnits(market: number, lots: number): number {
    return this.unitsOf(market, lots, this.#records[(market << RECORD_SHIFT) | DAY_MARK]!)
  }

  /** The marks of now are the day's first. */
  startDay(): void {
    for (let market = 1; market <= this.#marketCount; market++) {
      const at = market << RECORD_SHIFT
      this.#records[at | DAY_MARK] = this.#records[at | MARK]!
    }
  }

  forEachState(add: (value: number) => void): void {
    add(this.#marketCount)
    for (let market = 1; market <= this.#marketCount; market++) {
      for (let field = 0; field < FIELDS; field++) {
        add(this.#records[(market << RECORD_SHIFT) | field]!)
      }
    }
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.#records = snapshot.floats(this.#records)
    this.#marketCount = snapshot.number(this.#marketCount)
  }
}
