/**
 * Stops that wait for the market: by trigger, and trailing ones that move with it.
 *
 *   buy stops   lowest trigger first: elected by a print at or above it
 *   sell stops  highest trigger first: elected by a print at or below it
 *
 * Each print first elects, in order of arrival, then moves the triggers that trail it. Without
 * stops a print costs one comparison.
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import { BookSide } from './book-side.ts'
import { growInts } from './columns.ts'
import { OrderType, Place, typeOf } from './order-flags.ts'
import { arrivalOf } from './order-id.ts'
import {
  FLAGS,
  NIL,
  type OrderStore,
  PLACE,
  SIGN,
  TRAIL_BPS,
  TRAIL_TICKS,
  TRIGGER,
} from './order-store.ts'
import { BUY, SELL } from './sign.ts'

const BPS_PER_WHOLE = 10_000

export interface PriceRange {
  readonly priceMin: number
  readonly priceMax: number
}

export class StopWatch {
  /** Buy stops stand like asks, sell stops like bids: the next to be elected is the best. */
  readonly buys: BookSide
  readonly sells: BookSide
  /** How many wait. */
  count = 0
  readonly #store: OrderStore
  #trailing = new Int32Array(16)
  #trailingCount = 0
  #elected = new Int32Array(16)
  #electedCount = 0

  constructor(store: OrderStore) {
    this.#store = store
    this.buys = new BookSide(SELL, store)
    this.sells = new BookSide(BUY, store)
  }

  /** Trailing stops that wait, in the order in which they began to. */
  get trailingCount(): number {
    return this.#trailingCount
  }

  trailingAt(index: number): number {
    return this.#trailing[index]!
  }

  add(order: number): void {
    const store = this.#store
    const side = this.#sideOf(order)
    side.append(order, side.sign * store.cold(order, TRIGGER))
    store.setCold(order, PLACE, Place.Trigger)
    this.count++
    if (typeOf(store.get(order, FLAGS)) !== OrderType.TrailingStop) return
    this.#trailing = growInts(this.#trailing, this.#trailingCount + 1)
    this.#trailing[this.#trailingCount++] = order
  }

  remove(order: number): void {
    this.#unlink(order)
    this.#store.setCold(order, PLACE, Place.None)
    this.count--
    if (typeOf(this.#store.get(order, FLAGS)) === OrderType.TrailingStop) this.#forget(order)
  }

  /** Whether a stop is elected by this price. */
  isReached(order: number, priceTicks: number): boolean {
    const past = priceTicks - this.#store.cold(order, TRIGGER)
    return this.#store.get(order, SIGN) * past >= 0
  }

  /**
   * Takes out the stops that a print elects; they are then `electedAt(0)` … in order of arrival.
   * Returns how many.
   */
  elect(printTicks: number): number {
    this.#electedCount = 0
    this.#electFrom(this.buys, printTicks)
    this.#electFrom(this.sells, printTicks)
    return this.#electedCount
  }

  electedAt(index: number): number {
    return this.#elected[index]!
  }

  /** Lets trailing triggers follow a print. */
  trail(printTicks: number, range: PriceRange): void {
    for (let i = 0; i < this.#trailingCount; i++) {
      const order = this.#trailing[i]!
      const trigger = this.trailingTrigger(order, printTicks, range)
      const now = this.#store.cold(order, TRIGGER)
      if (this.#store.get(order, SIGN) * (trigger - now) >= 0) continue
      this.#unlink(order)
      this.#store.setCold(order, TRIGGER, trigger)
      const side = this.#sideOf(order)
      side.append(order, side.sign * trigger)
    }
  }

  /** Where a trailing stop's trigger would stand if it followed this price. */
  trailingTrigger(order: number, priceTicks: number, range: PriceRange): number {
    const store = this.#store
    const bps = store.cold(order, TRAIL_BPS)
    const ticks = store.cold(order, TRAIL_TICKS)
    const offset = ticks > 0 ? ticks : Math.max(1, Math.floor((priceTicks * bps) / BPS_PER_WHOLE))
    const trigger = priceTicks + store.get(order, SIGN) * offset
    return Math.min(Math.max(trigger, range.priceMin), range.priceMax)
  }

  #sideOf(order: number): BookSide {
    return this.#store.get(order, SIGN) === BUY ? this.buys : this.sells
  }

  #electFrom(side: BookSide, printTicks: number): void {
    for (let level = side.best; level !== NIL; level = side.best) {
      // A key is sign × trigger: the print has reached it while sign × print is not greater.
      if (side.key(level) < side.sign * printTicks) return
      const order = side.head(level)
      this.remove(order)
      this.#insertByArrival(order)
    }
  }

  #insertByArrival(order: number): void {
    const store = this.#store
    const arrival = arrivalOf(store.orderId(order))
    this.#elected = growInts(this.#elected, this.#electedCount + 1)
    let at = this.#electedCount++
    for (; at > 0 && arrivalOf(store.orderId(this.#elected[at - 1]!)) > arrival; at--) {
      this.#elected[at] = this.#elected[at - 1]!
    }
    this.#elected[at] = order
  }

  #unlink(order: number): void {
    const side = this.#sideOf(order)
    const level = side.unlink(order)
    if (side.isEmpty(level)) side.drop(level)
  }

  #forget(order: number): void {
    let at = 0
    while (this.#trailing[at] !== order) at++
    this.#trailing.copyWithin(at, at + 1, this.#trailingCount)
    this.#trailingCount--
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.buys.transfer(snapshot)
    this.sells.transfer(snapshot)
    this.count = snapshot.number(this.count)
    this.#trailing = snapshot.ints(this.#trailing)
    this.#trailingCount = snapshot.number(this.#trailingCount)
  }
}
