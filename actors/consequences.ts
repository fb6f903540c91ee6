/**
 * What a trade or an end makes due for other orders (RULES.md, 6): peers end, children come, stops are
 * elected. Nothing arrives here; what shall stands in `due` until the order at work is done.
 */
import { Reason } from '../protocol/codecs.ts'
import { DueQueue } from './due-queue.ts'
import { Links } from './links.ts'
import type { OrderBook } from './order-book.ts'
import { HAS_CHILDREN, HAS_PEER, OrderType, typeOf, withType } from './order-flags.ts'
import { FLAGS, LEAVES, NIL, type OrderStore, PEER, PRICE } from './order-store.ts'

export class Consequences {
  readonly due: DueQueue
  readonly links: Links
  readonly #store: OrderStore
  readonly #book: OrderBook

  constructor(store: OrderStore, book: OrderBook) {
    this.#store = store
    this.#book = book
    this.due = new DueQueue(store)
    this.links = new Links(store)
  }

  /** A fill has been booked in both records. */
  ofTrade(maker: number, taker: number, priceTicks: number, lots: number): void {
    const store = this.#store
    const { listener, pegs } = this.#book
    const makerFlags = store.get(maker, FLAGS)
    const takerFlags = store.get(taker, FLAGS)
    const isMakerDone = store.get(maker, LEAVES) === 0
    const isTakerDone = store.get(taker, LEAVES) === 0
    listener.onTrade(maker, taker, priceTicks, lots)
    if (isMakerDone && typeOf(makerFlags) === OrderType.Pegged) pegs.remove(maker)
    if (isTakerDone && typeOf(takerFlags) === OrderType.Pegged) pegs.remove(taker)
    if (((makerFlags | takerFlags) & (HAS_PEER | HAS_CHILDREN)) === 0) return
    this.ofFill(maker, isMakerDone)
    this.ofFill(taker, isTakerDone)
  }

  /** An order was filled, in part or to its end. */
  ofFill(order: number, isDone: boolean): void {
    this.#endPeer(order)
    const { links } = this
    let child = links.firstDue(order, isDone)
    while (child !== NIL) {
      links.leave(child)
      this.postpone(child)
      child = links.firstDue(order, isDone)
    }
  }

  /** The order's turn comes when the one at work is done. */
  postpone(order: number): void {
    this.due.add(order)
    this.#book.unsettle()
  }

  /** An order has ended, unfilled; `peer` was linked to it. */
  ofEnd(order: number, peer: number): void {
    const book = this.#book
    if (peer !== NIL) book.end(peer, Reason.LinkedOrder)
    for (let child = this.links.firstChild(order); child !== NIL; ) {
      book.end(child, Reason.ParentEnded)
      child = this.links.firstChild(order)
    }
  }

  /** A print was seen: it first elects, then moves the triggers that trail it. */
  ofPrint(priceTicks: number): void {
    const { watch, rules } = this.#book
    const count = watch.elect(priceTicks)
    for (let i = 0; i < count; i++) {
      const order = watch.electedAt(i)
      // One that was elected before it, and linked to it, has ended it.
      if (this.#store.get(order, LEAVES) > 0) this.elect(order)
    }
    if (watch.trailingCount > 0) watch.trail(priceTicks, rules)
  }

  /** A stop is elected: from now on it is the order that it becomes. */
  elect(order: number): void {
    const store = this.#store
    const flags = store.get(order, FLAGS)
    if (typeOf(flags) === OrderType.StopLimit) {
      store.set(order, FLAGS, withType(flags, OrderType.Limit))
    } else {
      store.set(order, PRICE, this.#book.priceOf(order))
      store.set(order, FLAGS, withType(flags, OrderType.Market))
    }
    this.postpone(order)
    this.#endPeer(order)
  }

  #endPeer(order: number): void {
    const store = this.#store
    if ((store.get(order, FLAGS) & HAS_PEER) === 0) return
    const peer = store.cold(order, PEER)
    // Peers that trade with each other: one is filled by it, and when its turn comes ends the other.
    if (store.get(peer, LEAVES) === 0) return
    this.links.part(order)
    this.#book.end(peer, Reason.LinkedOrder)
  }
}
