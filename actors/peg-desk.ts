/**
 * Orders whose price follows the market's. Their references are displayed orders that follow nobody:
 * so pegged orders never chase each other, and repricing comes to an end.
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import { Reason } from '../protocol/codecs.ts'
import type { BookSide } from './book-side.ts'
import type { BookWork } from './book-work.ts'
import { growInts } from './columns.ts'
import { MarketPhase } from './market-phase.ts'
import { PegKind, Place } from './order-flags.ts'
import { arrivalOf } from './order-id.ts'
import {
  LEVEL,
  LIMIT,
  NIL,
  type OrderStore,
  PEG,
  PEG_OFFSET,
  PLACE,
  PRICE,
  SIGN,
} from './order-store.ts'
import { BUY } from './sign.ts'

/** No price, and not the lack of one either. */
const UNKNOWN = -1

export class PegDesk {
  /** How many orders are pegged, parked ones too. */
  count = 0
  readonly #store: OrderStore
  readonly #work: BookWork
  /** In order of arrival. */
  #orders = new Int32Array(16)
  /** Reference prices that the orders stand by. UNKNOWN: one has come that was not there. */
  #bid = UNKNOWN
  #ask = 0
  /** Where a repricing has come to. */
  #at = 0

  constructor(store: OrderStore, work: BookWork) {
    this.#store = store
    this.#work = work
  }

  orderAt(index: number): number {
    return this.#orders[index]!
  }

  /** A pegged order begins: it arrives at its price, or waits for one. */
  begin(order: number, phase: number): void {
    this.#insert(order)
    this.#bid = UNKNOWN
    const priceTicks = phase === MarketPhase.Continuous ? this.priceNow(order) : 0
    if (priceTicks === 0) {
      this.park(order)
      return
    }
    this.#store.set(order, PRICE, priceTicks)
    this.#work.arrive(order)
  }

  /** One that is out of the book arrives at the price of now. */
  again(order: number): void {
    this.remove(order)
    this.begin(order, this.#work.phase)
  }

  park(order: number): void {
    this.#store.setCold(order, PLACE, Place.Parked)
    this.#store.set(order, PRICE, 0)
  }

  remove(order: number): void {
    let index = 0
    while (index < this.count && this.#orders[index] !== order) index++
    // One of a list may end before it has begun to follow anything.
    if (index === this.count) return
    this.#orders.copyWithin(index, index + 1, this.count)
    this.count--
    if (index <= this.#at) this.#at--
  }

  /** Parks all that are in the book: the market stops trading. */
  parkAll(): void {
    for (let i = 0; i < this.count; i++) {
      const order = this.#orders[i]!
      if (this.#store.cold(order, PLACE) === Place.Parked) continue
      if (this.#store.get(order, LEVEL) !== NIL) this.#work.takeOut(this.#sideOf(order), order)
      this.park(order)
      this.#work.listener.onRestated(order)
    }
    this.#bid = UNKNOWN
  }

  /**
   * Brings every order to its price by the reference prices of now, if those are not the ones of the
   * last time: all that move are taken out first, then arrive in order of arrival. Returns whether
   * it did anything.
   */
  reprice(): boolean {
    const bid = referenceOf(this.#work.bids)
    const ask = referenceOf(this.#work.asks)
    if (bid === this.#bid && ask === this.#ask) return false
    this.#bid = bid
    this.#ask = ask
    this.#takeOutMoving(bid, ask)
    const store = this.#store
    for (this.#at = 0; this.#at < this.count; this.#at++) {
      const order = this.#orders[this.#at]!
      if (store.get(order, LEVEL) !== NIL) continue
      const priceTicks = this.#priceBy(order, store.get(order, LIMIT), bid, ask)
      if (priceTicks === 0) continue
      store.setCold(order, PLACE, Place.None)
      if (!this.#work.mayRestAt(order, priceTicks)) {
        this.#work.end(order, Reason.WouldTrade)
        continue
      }
      store.set(order, PRICE, priceTicks)
      this.#work.listener.onRestated(order)
      this.#work.arrive(order)
      // A band may have stopped trading: then all are parked, and this one with them.
      if (this.#work.phase !== MarketPhase.Continuous) break
    }
    return true
  }

  /** What an order's price is by the reference prices of now; 0: none. */
  priceNow(order: number): number {
    return this.priceUnder(order, this.#store.get(order, LIMIT))
  }

  /** The same, if its limit were another. */
  priceUnder(order: number, limit: number): number {
    const { bids, asks } = this.#work
    return this.#priceBy(order, limit, referenceOf(bids), referenceOf(asks))
  }

  #takeOutMoving(bid: number, ask: number): void {
    const store = this.#store
    for (let i = 0; i < this.count; i++) {
      const order = this.#orders[i]!
      if (store.get(order, LEVEL) === NIL) continue
      const priceTicks = this.#priceBy(order, store.get(order, LIMIT), bid, ask)
      if (priceTicks === store.get(order, PRICE)) continue
      this.#work.takeOut(this.#sideOf(order), order)
      if (priceTicks !== 0) continue
      this.park(order)
      this.#work.listener.onRestated(order)
    }
  }

  #priceBy(order: number, limit: number, bid: number, ask: number): number {
    const store = this.#store
    const sign = store.get(order, SIGN)
    const own = sign === BUY ? bid : ask
    const other = sign === BUY ? ask : bid
    let base = 0
    switch (store.cold(order, PEG)) {
      case PegKind.Primary:
        base = own
        break
      case PegKind.Market:
        base = other
        break
      default:
        if (own !== 0 && other !== 0) base = midpoint(sign, bid, ask)
    }
    if (base === 0) return 0
    const { priceMin, priceMax } = this.#work.rules
    const wanted = base + sign * store.cold(order, PEG_OFFSET)
    const priceTicks = Math.min(Math.max(wanted, priceMin), priceMax)
    // The limit has the last word: money is held for it, and the range may have left it since.
    return sign === BUY ? Math.min(priceTicks, limit) : Math.max(priceTicks, limit)
  }

  #sideOf(order: number): BookSide {
    return this.#work.side(this.#store.get(order, SIGN))
  }

  #insert(order: number): void {
    const store = this.#store
    const arrival = arrivalOf(store.orderId(order))
    this.#orders = growInts(this.#orders, this.count + 1)
    let at = this.count++
    for (; at > 0 && arrivalOf(store.orderId(this.#orders[at - 1]!)) > arrival; at--) {
      this.#orders[at] = this.#orders[at - 1]!
    }
    this.#orders[at] = order
    this.#work.unsettle()
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.count = snapshot.number(this.count)
    this.#orders = snapshot.ints(this.#orders)
    this.#bid = snapshot.number(this.#bid)
    this.#ask = snapshot.number(this.#ask)
    this.#at = snapshot.number(this.#at)
  }
}

/** Down for a buy, up for a sell: nobody gets more than half of what lies between. */
const midpoint = (sign: number, bid: number, ask: number): number =>
  sign === BUY ? Math.floor((bid + ask) / 2) : Math.ceil((bid + ask) / 2)

/** Best price at which an order rests displayed that follows no other's; 0: none. */
function referenceOf(side: BookSide): number {
  const level = side.bestReference
  return level === NIL ? 0 : side.priceTicks(level)
}
