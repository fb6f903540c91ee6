/**
 * A market's day: from phase to phase, and the auctions between them (RULES.md, 2 and 8).
 *
 *   pre-open ─▶ opening auction ═▶ continuous ─▶ closing auction ═▶ closed          ═▶ uncrosses
 *                                   │     ▲ ▲
 *                                   ▼     ║ ║
 *                         volatility auction║
 *                                  halt ════╝
 *
 * Cold, all but `arrive`: it sorts and allocates, a few times a day.
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import { Reason } from '../protocol/codecs.ts'
import { needsMatching } from './admission.ts'
import { Auction } from './auction.ts'
import type { BookSide } from './book-side.ts'
import { ordersOf } from './depth.ts'
import { isCall, MarketPhase } from './market-phase.ts'
import type { OrderBook } from './order-book.ts'
import { HIDDEN, ICEBERG, Lifetime, lifetimeOf, OrderType, typeOf } from './order-flags.ts'
import { arrivalOf } from './order-id.ts'
import { CUM, FLAGS, LEAVES, NEXT_CHILD, NIL, type OrderStore, TIP } from './order-store.ts'

export class PhaseDesk {
  readonly #store: OrderStore
  readonly #book: OrderBook
  readonly #auction = new Auction()
  /** As said last. */
  #priceTicks = 0
  #lots = 0
  #leftover = 0

  constructor(store: OrderStore, book: OrderBook) {
    this.#store = store
    this.#book = book
  }

  /** Everything of a new phase but what is due and the pegs: those follow. */
  enter(phase: number): void {
    const book = this.#book
    const previous = book.phase
    if (phase === previous) return
    book.phase = phase
    if (!isCall(phase)) {
      this.#priceTicks = 0
      this.#lots = 0
      this.#leftover = 0
    }
    book.listener.onPhase(phase)
    if (previous === MarketPhase.Continuous) book.pegs.parkAll()
    const closes = phase === MarketPhase.Closed
    if (phase === MarketPhase.Continuous) this.#uncross(phase, isForOpening)
    if (closes && previous === MarketPhase.ClosingAuction) this.#uncross(phase, isForClosing)
    if (closes) {
      book.settle()
      this.#endAll(this.openOrders(), isForToday, Reason.DayEnded)
    }
    if (phase === MarketPhase.ClosingAuction) this.#admitClosing()
  }

  /** Where nothing is matched, an order rests, if it can do without. */
  arrive(order: number, flags: number): void {
    if (needsMatching(flags)) this.#book.end(order, Reason.PhaseForbids)
    else this.#book.rest(order)
  }

  /** Says what an uncross would do, if it was something else before. */
  sayIndicative(): void {
    const book = this.#book
    const auction = this.#find()
    const { priceTicks, lots, leftover } = auction
    if (priceTicks === this.#priceTicks && lots === this.#lots && leftover === this.#leftover)
      return
    this.#priceTicks = priceTicks
    this.#lots = lots
    this.#leftover = leftover
    book.listener.onIndicative(priceTicks, lots, leftover)
  }

  #find(): Auction {
    const book = this.#book
    this.#auction.find(book.bids, book.asks, book.lastPrint || book.rules.referencePrice)
    return this.#auction
  }

  #uncross(phase: number, isOver: (flags: number) => boolean): void {
    const book = this.#book
    const auction = this.#auction
    // Again, where linked orders ended each other: what was counted on for the other side is gone.
    for (this.#find(); auction.priceTicks > 0; this.#find()) {
      this.#trade(auction.priceTicks, auction.lots)
      book.setBandReference(auction.priceTicks)
      if (phase === MarketPhase.Continuous) book.print(auction.priceTicks)
      else book.lastPrint = auction.priceTicks
      book.listener.onUncross(auction.priceTicks)
    }
    const left = this.#resting().filter((order) => isOver(this.#store.get(order, FLAGS)))
    for (const order of this.#byArrival(left)) {
      if (this.#store.get(order, LEAVES) === 0) continue
      const isMarket = typeOf(this.#store.get(order, FLAGS)) === OrderType.Market
      book.end(order, isMarket ? Reason.UnfilledMarket : Reason.UnfilledAuction)
    }
  }

  #trade(priceTicks: number, lots: number): void {
    const store = this.#store
    const book = this.#book
    const { bids, asks } = book
    for (let left = lots; left > 0; ) {
      if (bids.best === NIL || bids.priceTicks(bids.best) < priceTicks) break
      if (asks.best === NIL || asks.priceTicks(asks.best) > priceTicks) break
      const buyer = bids.head(bids.best)
      const seller = asks.head(asks.best)
      const traded = Math.min(left, store.get(buyer, LEAVES), store.get(seller, LEAVES))
      this.#fill(buyer, bids, traded)
      this.#fill(seller, asks, traded)
      const isBuyerOlder = arrivalOf(store.orderId(buyer)) < arrivalOf(store.orderId(seller))
      const [maker, taker] = isBuyerOlder ? [buyer, seller] : [seller, buyer]
      book.traded(maker, taker, priceTicks, traded)
      left -= traded
    }
    this.#refillFirst(bids)
    this.#refillFirst(asks)
  }

  #fill(order: number, side: BookSide, lots: number): void {
    const store = this.#store
    const level = this.#book.levelOf(order)
    const flags = store.get(order, FLAGS)
    store.set(order, LEAVES, store.get(order, LEAVES) - lots)
    store.set(order, CUM, store.get(order, CUM) + lots)
    let displayed = lots
    if ((flags & HIDDEN) !== 0) displayed = 0
    else if ((flags & ICEBERG) !== 0) {
      displayed = Math.min(lots, store.cold(order, TIP))
      store.setCold(order, TIP, store.cold(order, TIP) - displayed)
    }
    side.shrink(level, displayed)
    side.shrinkReserve(level, lots - displayed)
    if (store.get(order, LEAVES) === 0) this.#book.takeOut(side, order)
    else if ((flags & HIDDEN) === 0) this.#book.sayLevel(side, level)
  }

  /** Only the first order of a side can have traded a part: an iceberg then shows a new tip. */
  #refillFirst(side: BookSide): void {
    const level = side.best
    if (level === NIL) return
    const order = side.head(level)
    const isIceberg = (this.#store.get(order, FLAGS) & ICEBERG) !== 0
    if (!isIceberg || this.#store.cold(order, TIP) > 0) return
    this.#book.left(order, side)
    side.refill(order)
    this.#book.sayLevel(side, level)
  }

  #admitClosing(): void {
    const { closing } = this.#book
    while (closing.count > 0) {
      const order = closing.at(0)
      closing.remove(order)
      this.#book.arrive(order)
    }
  }

  #endAll(orders: readonly number[], isMeant: (flags: number) => boolean, reason: number): void {
    for (const order of this.#byArrival(orders)) {
      const isOpen = this.#store.get(order, LEAVES) > 0
      if (isOpen && isMeant(this.#store.get(order, FLAGS))) this.#book.end(order, reason)
    }
  }

  #byArrival(orders: readonly number[]): number[] {
    const arrival = (order: number): number => arrivalOf(this.#store.orderId(order))
    return [...orders].sort((a, b) => arrival(a) - arrival(b))
  }

  #resting(): number[] {
    const { bids, asks } = this.#book
    return [...ordersOf(this.#store, bids), ...ordersOf(this.#store, asks)]
  }

  /** Every open order of the market, in the book or beside it. */
  openOrders(): number[] {
    const { watch, pegs, closing } = this.#book
    const orders = new Set(this.#resting())
    for (const side of [watch.buys, watch.sells]) {
      for (const order of ordersOf(this.#store, side)) orders.add(order)
    }
    for (let i = 0; i < pegs.count; i++) orders.add(pegs.orderAt(i))
    for (let i = 0; i < closing.count; i++) orders.add(closing.at(i))
    for (const parent of [...orders]) {
      let child = this.#book.consequences.links.firstChild(parent)
      for (; child !== NIL; child = this.#store.cold(child, NEXT_CHILD)) orders.add(child)
    }
    return [...orders]
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.#priceTicks = snapshot.number(this.#priceTicks)
    this.#lots = snapshot.number(this.#lots)
    this.#leftover = snapshot.number(this.#leftover)
  }
}

/** What an uncross into continuous trading leaves no place for. */
const isForOpening = (flags: number): boolean =>
  typeOf(flags) === OrderType.Market || lifetimeOf(flags) === Lifetime.AtTheOpening

/** What the last uncross of the day leaves no place for. */
const isForClosing = (flags: number): boolean =>
  isForOpening(flags) || lifetimeOf(flags) === Lifetime.AtTheClose

const isForToday = (flags: number): boolean => {
  const lifetime = lifetimeOf(flags)
  return (
    typeOf(flags) === OrderType.Market ||
    lifetime === Lifetime.Day ||
    lifetime === Lifetime.AtTheOpening ||
    lifetime === Lifetime.AtTheClose
  )
}
