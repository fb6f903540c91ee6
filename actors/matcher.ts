/**
 * Lets an arriving order take from the other side, by price and then by time, or shared out
 * (pro-rata.ts). What it may not meet it prevents; where a band ends, it stops.
 *
 * The loop of a plain order against plain orders stands first, everything else behind one branch.
 * Hot file.
 */
import { Reason } from '../protocol/codecs.ts'
import type { BookSide } from './book-side.ts'
import { areOfOneGroup, type BookWork } from './book-work.ts'
import {
  HAS_BUDGET,
  HAS_CHILDREN,
  HAS_PEER,
  HIDDEN,
  ICEBERG,
  SELF_TRADE_MASK,
  SelfTradeMode,
  selfTradeModeOf,
} from './order-flags.ts'
import {
  CUM,
  FLAGS,
  LEAVES,
  NEXT,
  NIL,
  ORDER_QTY,
  type OrderStore,
  PRICE,
  SIGN,
  TIP,
} from './order-store.ts'
import { ProRata } from './pro-rata.ts'

/** Of the types only a pegged order needs more when it fills: this bit of them is its own, of those that come here. */
const PEGGED_BIT = 4
const TAKER_SPECIAL = SELF_TRADE_MASK | HAS_BUDGET | HAS_PEER | HAS_CHILDREN | PEGGED_BIT
const MAKER_SPECIAL = HIDDEN | ICEBERG | HAS_PEER | HAS_CHILDREN | PEGGED_BIT

export class Matcher {
  /** The last order to take stopped because the next trade would have been outside the bands. */
  wasBanded = false
  readonly #store: OrderStore
  readonly #work: BookWork
  readonly #proRata: ProRata

  constructor(store: OrderStore, work: BookWork) {
    this.#store = store
    this.#work = work
    this.#proRata = new ProRata(store, work)
  }

  /**
   * Trades an order that does not rest, as far as its price, its lots and the bands go. Afterwards
   * it has lots open, or it is done: then its slot was the listener's to close.
   */
  take(taker: number): void {
    const work = this.#work
    const words = this.#store.words
    const at = taker << 4
    const sign = words[at | SIGN]!
    const opposite = work.side(-sign)
    const special = words[at | FLAGS]! & TAKER_SPECIAL
    // The other side's key is −sign × price: prices cross while it is not below this one's.
    const lastKey = -sign * words[at | PRICE]!
    const farKey = -sign * work.bandEnd(sign)
    const nearKey = -sign * work.bandEnd(-sign)
    const isShared = work.rules.isProRata
    this.wasBanded = false
    while (words[at | LEAVES]! > 0) {
      const key = opposite.bestKey
      if (key < lastKey) return
      if (key < farKey || key > nearKey) {
        this.wasBanded = this.#wanted(taker, -sign * key) > 0
        return
      }
      const level = opposite.best
      if (isShared) {
        if (!this.#shareOut(taker, opposite, level)) return
        continue
      }
      const maker = opposite.head(level)
      const makerAt = maker << 4
      if ((special | (words[makerAt | FLAGS]! & MAKER_SPECIAL)) !== 0) {
        if (!this.#meet(taker, maker, opposite, level)) return
        continue
      }
      const takerLeaves = words[at | LEAVES]!
      const makerLeaves = words[makerAt | LEAVES]!
      const lots = Math.min(takerLeaves, makerLeaves)
      words[at | LEAVES] = takerLeaves - lots
      words[at | CUM] = words[at | CUM]! + lots
      words[makerAt | LEAVES] = makerLeaves - lots
      words[makerAt | CUM] = words[makerAt | CUM]! + lots
      opposite.shrink(level, lots)
      if (lots === makerLeaves) work.takeOut(opposite, maker)
      else work.sayLevel(opposite, level)
      const priceTicks = -sign * key
      work.listener.onTrade(maker, taker, priceTicks, lots)
      work.print(priceTicks)
    }
  }

  /** As many lots of a resting order as may trade at once: of an iceberg what it displays. */
  #displayed(maker: number): number {
    const store = this.#store
    const isIceberg = (store.get(maker, FLAGS) & ICEBERG) !== 0
    return isIceberg ? store.cold(maker, TIP) : store.get(maker, LEAVES)
  }

  /** One maker, with all that may be special about the two. False: the taker is done taking. */
  #meet(taker: number, maker: number, opposite: BookSide, level: number): boolean {
    const priceTicks = opposite.priceTicks(level)
    const wanted = this.#wanted(taker, priceTicks)
    if (wanted === 0) return false
    if (this.#mustPrevent(taker, maker)) return this.#prevent(taker, maker, opposite, priceTicks)
    const lots = Math.min(wanted, this.#displayed(maker))
    this.#fill(taker, maker, opposite, lots)
    return true
  }

  /** One look at a level of a market that shares out. False: the taker is done taking. */
  #shareOut(taker: number, opposite: BookSide, level: number): boolean {
    const store = this.#store
    const priceTicks = opposite.priceTicks(level)
    if (selfTradeModeOf(store.get(taker, FLAGS)) !== SelfTradeMode.None) {
      for (let maker = opposite.head(level); maker !== NIL; ) {
        const next = store.get(maker, NEXT)
        if (areOfOneGroup(this.#store, this.#work, taker, maker)) {
          if (this.#wanted(taker, priceTicks) === 0) return false
          if (!this.#prevent(taker, maker, opposite, priceTicks)) return false
          // What else that ended (linked orders) is not known here: look at the level anew.
          return true
        }
        maker = next
      }
    }
    const wanted = this.#wanted(taker, priceTicks)
    if (wanted === 0) return false
    const proRata = this.#proRata
    proRata.allocate(opposite, level, wanted)
    for (let i = 0; i < proRata.count; i++) {
      const maker = proRata.maker(i)
      // A fill may have ended an order that was linked to the filled one: it has left the level.
      const lots = Math.min(proRata.lots(i), store.get(taker, LEAVES), proRata.stillThere(i))
      if (lots > 0) this.#fill(taker, maker, opposite, lots)
    }
    return true
  }

  /** Lots that a taker still wants at this price: as many as its budget pays for, if it has one. */
  #wanted(taker: number, priceTicks: number): number {
    const store = this.#store
    const leaves = store.get(taker, LEAVES)
    if ((store.get(taker, FLAGS) & HAS_BUDGET) === 0) return leaves
    return Math.min(leaves, Math.floor(store.budget(taker) / priceTicks))
  }

  #fill(taker: number, maker: number, opposite: BookSide, lots: number): void {
    const store = this.#store
    const work = this.#work
    const level = work.levelOf(maker)
    const priceTicks = opposite.priceTicks(level)
    const makerFlags = store.get(maker, FLAGS)
    const takerFlags = store.get(taker, FLAGS)
    if ((takerFlags & HAS_BUDGET) !== 0) {
      store.setBudget(taker, store.budget(taker) - priceTicks * lots)
    }
    this.#moveToFilled(taker, lots)
    this.#moveToFilled(maker, lots)
    if ((makerFlags & HIDDEN) !== 0) opposite.shrinkReserve(level, lots)
    else opposite.shrink(level, lots)
    const isDone = store.get(maker, LEAVES) === 0
    if ((makerFlags & ICEBERG) !== 0) {
      store.setCold(maker, TIP, store.cold(maker, TIP) - lots)
      if (!isDone && store.cold(maker, TIP) === 0) {
        work.left(maker, opposite)
        opposite.refill(maker)
      }
    }
    if (isDone) work.takeOut(opposite, maker)
    else if ((makerFlags & HIDDEN) === 0) work.sayLevel(opposite, level)
    work.traded(maker, taker, priceTicks, lots)
    work.print(priceTicks)
  }

  #moveToFilled(order: number, lots: number): void {
    const store = this.#store
    store.set(order, LEAVES, store.get(order, LEAVES) - lots)
    store.set(order, CUM, store.get(order, CUM) + lots)
  }

  #mustPrevent(taker: number, maker: number): boolean {
    const mode = selfTradeModeOf(this.#store.get(taker, FLAGS))
    return mode !== SelfTradeMode.None && areOfOneGroup(this.#store, this.#work, taker, maker)
  }

  /** False: the taker is done. */
  #prevent(taker: number, maker: number, opposite: BookSide, priceTicks: number): boolean {
    const store = this.#store
    const work = this.#work
    const mode = selfTradeModeOf(store.get(taker, FLAGS))
    if (mode === SelfTradeMode.Decrement) {
      return this.#decrement(taker, maker, opposite, priceTicks)
    }
    if (mode !== SelfTradeMode.ExpireTaker) work.end(maker, Reason.SelfTrade)
    if (mode === SelfTradeMode.ExpireMaker) return store.get(taker, LEAVES) > 0
    if (store.get(taker, LEAVES) > 0) work.end(taker, Reason.SelfTrade)
    return false
  }

  #decrement(taker: number, maker: number, opposite: BookSide, priceTicks: number): boolean {
    const store = this.#store
    const work = this.#work
    const takerLots = this.#wanted(taker, priceTicks)
    const makerLots = store.get(maker, LEAVES)
    const lots = Math.min(takerLots, makerLots)
    work.listener.onPrevented(maker, taker, lots)
    if (lots === makerLots) work.end(maker, Reason.SelfTrade)
    else this.shrink(maker, lots, opposite, Reason.SelfTrade)
    if (store.get(taker, LEAVES) === 0) return false
    if (lots === store.get(taker, LEAVES)) {
      work.end(taker, Reason.SelfTrade)
      return false
    }
    if ((store.get(taker, FLAGS) & HAS_BUDGET) !== 0) {
      store.setBudget(taker, store.budget(taker) - priceTicks * lots)
    }
    store.set(taker, LEAVES, store.get(taker, LEAVES) - lots)
    store.set(taker, ORDER_QTY, store.get(taker, ORDER_QTY) - lots)
    work.listener.onReduced(taker, lots, Reason.SelfTrade)
    return true
  }

  /** A resting order has `lots` fewer open, not all, and keeps its place. */
  shrink(order: number, lots: number, side: BookSide, reason: number): void {
    const store = this.#store
    const level = this.#work.levelOf(order)
    const flags = store.get(order, FLAGS)
    const leaves = store.get(order, LEAVES) - lots
    store.set(order, LEAVES, leaves)
    store.set(order, ORDER_QTY, store.get(order, ORDER_QTY) - lots)
    if ((flags & HIDDEN) !== 0) {
      side.shrinkReserve(level, lots)
    } else if ((flags & ICEBERG) !== 0) {
      const tip = store.cold(order, TIP)
      const newTip = Math.min(tip, leaves)
      store.setCold(order, TIP, newTip)
      side.shrink(level, tip - newTip)
      side.shrinkReserve(level, lots - (tip - newTip))
    } else {
      side.shrink(level, lots)
    }
    this.#work.listener.onReduced(order, lots, reason)
    if ((flags & HIDDEN) === 0) this.#work.sayLevel(side, level)
  }
}
