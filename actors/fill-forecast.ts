/**
 * What an order could take at once: asked before one that wants a minimum, all-or-none and FOK among them, takes anything.
 *
 *   asks   A 5 @ 100   B 5 @ 101, linked to A   C 5 @ 102, linked to a stop to buy at 100        a buy of 10: A, no more
 *
 * Walks the other side as a match would. What is gone when its turn comes does not count: its taker's group's orders, as
 * self-trade prevention has it, and what the fills before it end, because the one that is linked to it was filled, or is a stop
 * that their prints elect.
 */
import type { BookSide } from './book-side.ts'
import { areOfOneGroup, type BookWork } from './book-work.ts'
import {
  HAS_PEER,
  HIDDEN,
  ICEBERG,
  isStop,
  OrderType,
  Place,
  SelfTradeMode,
  selfTradeModeOf,
  typeOf,
} from './order-flags.ts'
import {
  FLAGS,
  LEAVES,
  LEVEL,
  NEXT,
  NIL,
  type OrderStore,
  PEER,
  PLACE,
  PRICE,
  SIGN,
  TIP,
} from './order-store.ts'

export class FillForecast {
  readonly #store: OrderStore
  readonly #work: BookWork
  #taker = NIL
  #side: BookSide
  /** Prices of the first and the last fill so far; 0: there was none. Those between lie between. */
  #firstTicks = 0
  #lastTicks = 0
  /** The taker would go no further. */
  #isOver = false

  constructor(store: OrderStore, work: BookWork) {
    this.#store = store
    this.#work = work
    this.#side = work.side(1)
  }

  /** Whether `minimum` lots could be taken at once. Changes nothing. */
  canTake(taker: number, minimum: number): boolean {
    const isThere = this.#finds(taker, minimum)
    // Between two questions it knows nothing, as one that was just made.
    this.#look(NIL, this.#work.side(1))
    return isThere
  }

  #look(taker: number, side: BookSide): void {
    this.#taker = taker
    this.#side = side
    this.#firstTicks = 0
    this.#lastTicks = 0
    this.#isOver = false
  }

  #finds(taker: number, minimum: number): boolean {
    const store = this.#store
    const work = this.#work
    const sign = store.get(taker, SIGN)
    const side = work.side(-sign)
    const lastKey = -sign * store.get(taker, PRICE)
    const farKey = -sign * work.bandEnd(sign)
    const nearKey = -sign * work.bandEnd(-sign)
    this.#look(taker, side)
    let lots = 0
    for (let level = side.best; lots < minimum; level = side.worse(level)) {
      if (level === NIL || this.#isOver) return false
      const key = side.key(level)
      if (key < lastKey || key < farKey || key > nearKey) return false
      lots += this.#lotsAt(level, minimum - lots)
    }
    return true
  }

  /** What it would find at a level; of a market that is matched by time no more is looked for than is wanted. */
  #lotsAt(level: number, wanted: number): number {
    const store = this.#store
    const mode = selfTradeModeOf(store.get(this.#taker, FLAGS))
    const ends = mode !== SelfTradeMode.None && mode !== SelfTradeMode.ExpireMaker
    const isShared = this.#work.rules.isProRata
    const barrier = ends ? this.#firstOfGroup(level) : NIL
    if (barrier !== NIL && isShared) {
      this.#isOver = true
      return 0
    }
    // A second tip stands behind all that is displayed, before all that is hidden.
    const onlyTips = barrier !== NIL && (store.get(barrier, FLAGS) & HIDDEN) === 0
    let lots = 0
    for (let maker = this.#side.head(level); maker !== barrier; maker = store.get(maker, NEXT)) {
      if (!isShared && lots >= wanted) return lots
      if (mode === SelfTradeMode.ExpireMaker && this.#isOfGroup(maker)) continue
      if (this.#endsTaker(maker)) {
        this.#isOver = true
        return lots
      }
      lots += this.#lotsOf(maker, onlyTips)
    }
    if (barrier !== NIL) this.#isOver = true
    return lots
  }

  #lotsOf(maker: number, onlyTips: boolean): number {
    const store = this.#store
    const flags = store.get(maker, FLAGS)
    const leaves = store.get(maker, LEAVES)
    if ((flags & HAS_PEER) !== 0) {
      const peer = store.cold(maker, PEER)
      if (this.#isElected(peer)) return 0
      if (this.#isAhead(peer, maker)) return this.#exchanged(peer, maker)
    }
    const priceTicks = this.#side.priceTicks(store.get(maker, LEVEL))
    if (this.#firstTicks === 0) this.#firstTicks = priceTicks
    this.#lastTicks = priceTicks
    return onlyTips && (flags & ICEBERG) !== 0 ? store.cold(maker, TIP) : leaves
  }

  /** Where a level is shared out nobody knows which of two is filled first: the lesser counts. */
  #exchanged(peer: number, maker: number): number {
    const store = this.#store
    const isSameLevel = store.get(peer, LEVEL) === store.get(maker, LEVEL)
    if (!isSameLevel || !this.#work.rules.isProRata) return 0
    return Math.min(0, store.get(maker, LEAVES) - store.get(peer, LEAVES))
  }

  /** The one that it is linked to, and that ends it, is what it meets, or a stop that its fills elected. */
  #endsTaker(maker: number): boolean {
    const store = this.#store
    if ((store.get(this.#taker, FLAGS) & HAS_PEER) === 0) return false
    const peer = store.cold(this.#taker, PEER)
    return peer === maker || this.#isElected(peer)
  }

  /** A stop that waits, and that the prints so far elect; one that trails may be anywhere by then. */
  #isElected(stop: number): boolean {
    const store = this.#store
    const type = typeOf(store.get(stop, FLAGS))
    if (!isStop(type) || store.cold(stop, PLACE) !== Place.Trigger) return false
    if (this.#firstTicks === 0) return false
    if (type === OrderType.TrailingStop) return true
    const { watch } = this.#work
    return watch.isReached(stop, this.#firstTicks) || watch.isReached(stop, this.#lastTicks)
  }

  /** Whether it rests on the same side, and would be met before. */
  #isAhead(order: number, maker: number): boolean {
    const store = this.#store
    const level = store.get(order, LEVEL)
    if (level === NIL || isStop(typeOf(store.get(order, FLAGS)))) return false
    if (store.get(order, SIGN) !== this.#side.sign) return false
    const makerLevel = store.get(maker, LEVEL)
    if (level !== makerLevel) return this.#side.key(level) > this.#side.key(makerLevel)
    let next = order
    while (next !== NIL && next !== maker) next = store.get(next, NEXT)
    return next === maker
  }

  #firstOfGroup(level: number): number {
    let maker = this.#side.head(level)
    while (maker !== NIL && !this.#isOfGroup(maker)) maker = this.#store.get(maker, NEXT)
    return maker
  }

  #isOfGroup(maker: number): boolean {
    return areOfOneGroup(this.#store, this.#work, this.#taker, maker)
  }
}
