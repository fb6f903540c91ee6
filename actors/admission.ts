/**
 * What an order asks for, judged before it is accepted: whether its instructions go together, whether
 * the phase takes it, and which price it has where its type gives none (RULES.md, 1 to 4).
 */
import { Reason } from '../protocol/codecs.ts'
import type { BookWork } from './book-work.ts'
import { isCall, MarketPhase, takesOrders } from './market-phase.ts'
import {
  HAS_BUDGET,
  HAS_MINIMUM,
  HAS_PEER,
  HIDDEN,
  hasOwnPrice,
  ICEBERG,
  IS_CHILD,
  isStop,
  Lifetime,
  lifetimeOf,
  OrderType,
  Place,
  POST_ONLY,
  SLIDE,
  typeOf,
} from './order-flags.ts'
import {
  DISPLAY,
  FLAGS,
  LEAVES,
  LIMIT,
  MINIMUM,
  NIL,
  ORDER_QTY,
  type OrderStore,
  PARENT,
  PEER,
  PEG,
  PLACE,
  PRICE,
  SIGN,
  TRAIL_BPS,
  TRAIL_TICKS,
  TRIGGER,
} from './order-store.ts'
import type { PegDesk } from './peg-desk.ts'
import { BUY } from './sign.ts'

const BPS_PER_WHOLE = 10_000
const LOTS_MAX = 2 ** 31 - 1

export class Admission {
  readonly #store: OrderStore
  readonly #work: BookWork
  readonly #pegs: PegDesk

  constructor(store: OrderStore, work: BookWork, pegs: PegDesk) {
    this.#store = store
    this.#work = work
    this.#pegs = pegs
  }

  /**
   * Judges a new order from its record, in which the caller has written what it asks for; leaves
   * there its price, its limit, its trigger and its lots. Returns why not, or Reason.None.
   */
  judge(order: number, phase: number, timeUs: number): number {
    const store = this.#store
    const flags = store.get(order, FLAGS)
    const priceTicks = store.get(order, PRICE)
    if (flags === 0) {
      if (!this.#isInRange(priceTicks)) return Reason.PriceOutOfRange
      store.set(order, LIMIT, priceTicks)
      return takesOrders(phase) ? Reason.None : Reason.PhaseForbids
    }
    if (!this.#goesTogether(order, flags, timeUs)) return Reason.InvalidInstruction
    const trigger = store.cold(order, TRIGGER)
    if (priceTicks !== 0 && !this.#isInRange(priceTicks)) return Reason.PriceOutOfRange
    if (trigger !== 0 && !this.#isInRange(trigger)) return Reason.PriceOutOfRange
    if (!isTaken(flags, phase)) return Reason.PhaseForbids
    return this.#judgeLinks(order, flags) || this.#price(order, flags, phase)
  }

  /** How far an order may go that is protected from a price. */
  protection(sign: number, fromTicks: number): number {
    const { protectionBps, priceMin, priceMax } = this.#work.rules
    const far = Math.floor((fromTicks * protectionBps) / BPS_PER_WHOLE)
    return sign === BUY ? Math.min(fromTicks + far, priceMax) : Math.max(fromTicks - far, priceMin)
  }

  /** The price itself, or one tick short of the other side; 0: post-only, and it may not slide so far. */
  postOnlyPrice(sign: number, priceTicks: number, flags: number): number {
    const opposite = this.#oppositeBest(sign)
    if (opposite === 0 || sign * (priceTicks - opposite) < 0) return priceTicks
    if ((flags & SLIDE) === 0) return 0
    const slid = opposite - sign
    const { priceMin, priceMax } = this.#work.rules
    return slid >= priceMin && slid <= priceMax ? slid : 0
  }

  #oppositeBest(sign: number): number {
    const opposite = this.#work.side(-sign)
    const level = opposite.best
    return level === NIL ? 0 : opposite.priceTicks(level)
  }

  #goesTogether(order: number, flags: number, timeUs: number): boolean {
    const store = this.#store
    const type = typeOf(flags)
    const lifetime = lifetimeOf(flags)
    const mayRest =
      lifetime === Lifetime.GoodTillCancel ||
      lifetime === Lifetime.Day ||
      lifetime === Lifetime.GoodTillDate
    const isForAuction = lifetime === Lifetime.AtTheOpening || lifetime === Lifetime.AtTheClose
    if (lifetime === Lifetime.GoodTillDate && !(store.expiry(order) > timeUs)) return false
    if ((isStop(type) || type === OrderType.Pegged) && !mayRest) return false
    if (isForAuction && type !== OrderType.Limit && type !== OrderType.Market) return false
    if (!hasItsPrices(store, order, type)) return false
    if ((flags & (POST_ONLY | HIDDEN | ICEBERG)) !== 0) {
      if (!mayRest || !hasOwnPrice(type)) return false
    }
    if ((flags & SLIDE) !== 0 && type === OrderType.Pegged) return false
    if ((flags & ICEBERG) !== 0 && !isIceberg(store, order, type, flags)) return false
    if (needsMinimum(flags) && !this.#mayHaveMinimum(order, type, flags)) return false
    if ((flags & HAS_BUDGET) !== 0) {
      if (type !== OrderType.Market || lifetime !== Lifetime.ImmediateOrCancel) return false
    }
    const needsNow = isForAuction || type === OrderType.MarketToLimit || (flags & HAS_BUDGET) !== 0
    return (flags & IS_CHILD) === 0 || !needsNow
  }

  #mayHaveMinimum(order: number, type: number, flags: number): boolean {
    const store = this.#store
    const lifetime = lifetimeOf(flags)
    const lots = store.get(order, ORDER_QTY)
    const minimum = store.cold(order, MINIMUM) || lots
    const isForAuction = lifetime === Lifetime.AtTheOpening || lifetime === Lifetime.AtTheClose
    if (isForAuction || isStop(type) || type === OrderType.Pegged) return false
    if ((flags & (POST_ONLY | HAS_BUDGET)) !== 0) return false
    return minimum >= 1 && minimum <= lots
  }

  /** PEER and PARENT name the other order; NIL, or PARENT_ENDED, if it is gone. */
  #judgeLinks(order: number, flags: number): number {
    const store = this.#store
    if ((flags & HAS_PEER) !== 0) {
      const peer = store.cold(order, PEER)
      const isFree = peer !== NIL && (store.get(peer, FLAGS) & HAS_PEER) === 0
      if (!isFree) return Reason.LinkedOrder
    } else if ((flags & IS_CHILD) !== 0) {
      const parent = store.cold(order, PARENT)
      if (parent === PARENT_ENDED) return Reason.ParentEnded
      if (parent !== NIL && isWaitingChild(store, parent)) return Reason.InvalidInstruction
    }
    return Reason.None
  }

  #isInRange(priceTicks: number): boolean {
    const { priceMin, priceMax } = this.#work.rules
    return priceTicks >= priceMin && priceTicks <= priceMax
  }

  #price(order: number, flags: number, phase: number): number {
    const store = this.#store
    const sign = store.get(order, SIGN)
    switch (typeOf(flags)) {
      case OrderType.Market:
        return this.#priceMarket(order, sign, flags, phase)
      case OrderType.MarketToLimit:
        return this.#priceFrom(order, this.#oppositeBest(sign), Reason.NoLiquidity)
      case OrderType.Stop:
        return this.#priceFrom(order, this.protection(sign, store.cold(order, TRIGGER)), 0)
      case OrderType.TrailingStop:
        return this.#priceTrailing(order, sign)
      case OrderType.Pegged:
        return this.#pricePegged(order, sign, phase)
      default:
        return this.#priceLimit(order, sign, flags, phase)
    }
  }

  #priceFrom(order: number, priceTicks: number, reasonOf0: number): number {
    if (priceTicks === 0) return reasonOf0
    this.#store.set(order, PRICE, priceTicks)
    this.#store.set(order, LIMIT, priceTicks)
    return Reason.None
  }

  #priceMarket(order: number, sign: number, flags: number, phase: number): number {
    const store = this.#store
    const best = isCall(phase) ? 0 : this.#oppositeBest(sign)
    const hasBudget = (flags & HAS_BUDGET) !== 0
    if (hasBudget && best === 0) return Reason.NoLiquidity
    const from = best || this.#work.lastPrint || this.#work.rules.referencePrice
    if (from === 0) return Reason.NoReferencePrice
    const priceTicks = this.protection(sign, from)
    if (hasBudget) {
      const cheapest = sign === BUY ? best : priceTicks
      const lots = Math.min(Math.floor(store.budget(order) / cheapest), LOTS_MAX)
      if (lots === 0) return Reason.QuantityOutOfRange
      store.set(order, ORDER_QTY, lots)
      store.set(order, LEAVES, lots)
    }
    return this.#priceFrom(order, priceTicks, Reason.NoReferencePrice)
  }

  #priceTrailing(order: number, sign: number): number {
    const store = this.#store
    const { lastPrint, rules, watch } = this.#work
    let trigger = store.cold(order, TRIGGER)
    if (trigger === 0) {
      const from = lastPrint || rules.referencePrice
      if (from === 0) return Reason.NoReferencePrice
      trigger = watch.trailingTrigger(order, from, rules)
      store.setCold(order, TRIGGER, trigger)
    }
    return this.#priceFrom(order, this.protection(sign, trigger), Reason.NoReferencePrice)
  }

  #pricePegged(order: number, sign: number, phase: number): number {
    const store = this.#store
    store.set(order, LIMIT, store.get(order, PRICE))
    const flags = store.get(order, FLAGS)
    if (phase !== MarketPhase.Continuous || (flags & IS_CHILD) !== 0) return Reason.None
    const priceTicks = this.#pegs.priceNow(order)
    if (priceTicks === 0) return Reason.None
    if ((flags & POST_ONLY) !== 0 && this.postOnlyPrice(sign, priceTicks, flags) === 0) {
      return Reason.WouldTrade
    }
    store.set(order, PRICE, priceTicks)
    return Reason.None
  }

  #priceLimit(order: number, sign: number, flags: number, phase: number): number {
    const store = this.#store
    let priceTicks = store.get(order, PRICE)
    const arrivesNow = typeOf(flags) === OrderType.Limit && (flags & IS_CHILD) === 0
    if ((flags & POST_ONLY) !== 0 && arrivesNow && phase === MarketPhase.Continuous) {
      priceTicks = this.postOnlyPrice(sign, priceTicks, flags)
      if (priceTicks === 0) return Reason.WouldTrade
    }
    return this.#priceFrom(order, priceTicks, Reason.PriceOutOfRange)
  }
}

/** In a child's record, for the slot of a parent that will not fill any more. */
export const PARENT_ENDED = -1

/** Whether an order waits for its parent. */
export const isWaitingChild = (store: OrderStore, order: number): boolean =>
  (store.get(order, FLAGS) & IS_CHILD) !== 0 && store.cold(order, PLACE) === Place.Child

/** What a call cannot let in: it could only take at once. */
export const needsMatching = (flags: number): boolean => {
  const lifetime = lifetimeOf(flags)
  return (
    needsMinimum(flags) ||
    lifetime === Lifetime.ImmediateOrCancel ||
    typeOf(flags) === OrderType.MarketToLimit
  )
}

const needsMinimum = (flags: number): boolean =>
  (flags & HAS_MINIMUM) !== 0 || lifetimeOf(flags) === Lifetime.FillOrKill

function isTaken(flags: number, phase: number): boolean {
  if (!takesOrders(phase)) return false
  const waits = isStop(typeOf(flags)) || (flags & IS_CHILD) !== 0
  if (isCall(phase) && !waits && needsMatching(flags)) return false
  if (lifetimeOf(flags) !== Lifetime.AtTheOpening) return true
  return phase === MarketPhase.PreOpen || phase === MarketPhase.OpeningAuction
}

function isIceberg(store: OrderStore, order: number, type: number, flags: number): boolean {
  if (type === OrderType.Pegged || (flags & HIDDEN) !== 0) return false
  const display = store.cold(order, DISPLAY)
  return display >= 1 && display < store.get(order, ORDER_QTY)
}

/** Price, trigger, offsets: each type has its own, and no other's. */
function hasItsPrices(store: OrderStore, order: number, type: number): boolean {
  const hasPrice = store.get(order, PRICE) !== 0
  const hasTrigger = store.cold(order, TRIGGER) !== 0
  const trailCount =
    (store.cold(order, TRAIL_TICKS) > 0 ? 1 : 0) + (store.cold(order, TRAIL_BPS) > 0 ? 1 : 0)
  const hasPeg = store.cold(order, PEG) !== 0
  if (hasPeg !== (type === OrderType.Pegged)) return false
  if (trailCount !== (type === OrderType.TrailingStop ? 1 : 0)) return false
  switch (type) {
    case OrderType.Limit:
      return hasPrice && !hasTrigger
    case OrderType.StopLimit:
      return hasPrice && hasTrigger
    case OrderType.Stop:
      return !hasPrice && hasTrigger
    case OrderType.TrailingStop:
      return !hasPrice
    case OrderType.Pegged:
      return !hasTrigger && (hasPrice || store.get(order, SIGN) !== BUY)
    default:
      return !hasPrice && !hasTrigger
  }
}
