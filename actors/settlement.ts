/**
 *   ACCOUNT ▸ risk ▸ book ▸ FEED ▸ ACCOUNT
 *
 * What follows from what a book says: money and positions move, sessions get their reports, everyone
 * gets the feed. An order of which nothing is open any more is closed here. Hot file.
 *
 * Held for a buy is what is open at its limit and the fee of that; for a sell what is open. As both are
 * functions of what is open, whatever changes it frees the difference.
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import { ExecType, type OrderCancelRequest, OrdStatus, Reason } from '../protocol/codecs.ts'
import type { AccountActor } from './account-actor.ts'
import type { BookListener } from './book-listener.ts'
import type { ExecutionReporter } from './execution-reporter.ts'
import type { FeeSchedule } from './fee-schedule.ts'
import type { FeedHandler } from './feed-handler.ts'
import type { InstrumentTerms } from './instrument-terms.ts'
import type { MarketGuard } from './market-guard.ts'
import { HAS_BUDGET, Lifetime, lifetimeOf } from './order-flags.ts'
import type { OrderRegistry } from './order-registry.ts'
import {
  ACCOUNT,
  FLAGS,
  LEAVES,
  LIMIT,
  type OrderStore,
  PRICE,
  ROW,
  SIGN,
  STATE,
} from './order-store.ts'
import type { PositionTable } from './position-table.ts'
import { BUY, type Sign } from './sign.ts'
import type { TimerHeap } from './timer-heap.ts'

export interface SettlementParts {
  readonly accounts: AccountActor
  readonly positions: PositionTable
  readonly fees: FeeSchedule
  readonly orders: OrderRegistry
  readonly reporter: ExecutionReporter
  readonly timers: TimerHeap
  readonly feed: FeedHandler
  readonly guard: MarketGuard
}

export class Settlement implements BookListener {
  terms: InstrumentTerms
  /** The request that a cancel by its owner answers, while that runs. */
  cancelRequest: OrderCancelRequest | undefined
  /** Why the next phase comes: of its own accord only a band stops a market. */
  phaseReason: number = Reason.PriceBand
  readonly #store: OrderStore
  readonly #parts: SettlementParts
  readonly #accounts: AccountActor
  readonly #positions: PositionTable
  readonly #fees: FeeSchedule
  readonly #reporter: ExecutionReporter
  readonly #feed: FeedHandler
  readonly #guard: MarketGuard
  /** Where two of one group met last. */
  #preventedTicks = 0

  constructor(terms: InstrumentTerms, parts: SettlementParts) {
    this.terms = terms
    this.#parts = parts
    this.#store = parts.orders.store
    this.#accounts = parts.accounts
    this.#positions = parts.positions
    this.#fees = parts.fees
    this.#reporter = parts.reporter
    this.#feed = parts.feed
    this.#guard = parts.guard
  }

  heldCurrency(sign: number): number {
    return sign > 0 ? this.terms.quoteCurrency : this.terms.baseCurrency
  }

  /** Units that an order keeps held, in `heldCurrency` of its side, for so many lots at its limit. */
  unitsFor(order: number, limitTicks: number, lots: number): number {
    const store = this.#store
    const { quoteUnitsPerTickLot, baseUnitsPerLot } = this.terms
    if (store.get(order, SIGN) < 0) return lots * baseUnitsPerLot
    const hasBudget = (store.get(order, FLAGS) & HAS_BUDGET) !== 0
    const tickLots = hasBudget ? store.budget(order) : limitTicks * lots
    return this.#fees.holdUnits(store.tariff(order), tickLots * quoteUnitsPerTickLot)
  }

  /** What open lots are worth for the limits of the account, at the order's own price. */
  worth(order: number, lots: number): number {
    return this.worthAt(this.#store.get(order, LIMIT), lots)
  }

  /** A sell may have no limit: then it is worth the least. */
  worthAt(limitTicks: number, lots: number): number {
    return (limitTicks || this.terms.priceMin) * lots * this.terms.quoteUnitsPerTickLot
  }

  onTrade(maker: number, taker: number, priceTicks: number, lots: number): void {
    const store = this.#store
    const { terms } = this
    const takerSign = store.get(taker, SIGN) as Sign
    const isBuy = takerSign === BUY
    const costUnits = priceTicks * lots * terms.quoteUnitsPerTickLot
    const makerFee = this.#fees.makerFeeUnits(store.tariff(maker), costUnits)
    const takerFee = this.#fees.takerFeeUnits(store.tariff(taker), costUnits)
    const buyer = isBuy ? taker : maker
    const seller = isBuy ? maker : taker
    this.#accounts.settle(
      store.get(buyer, ACCOUNT),
      store.get(seller, ACCOUNT),
      terms.quoteCurrency,
      terms.baseCurrency,
      this.#freedByFill(buyer, priceTicks, lots),
      costUnits,
      lots * terms.baseUnitsPerLot,
      isBuy ? takerFee : makerFee,
      isBuy ? makerFee : takerFee,
    )
    const makerWorth = this.worth(maker, lots)
    const takerWorth = this.worth(taker, lots)
    const makerRow = store.get(maker, ROW)
    const takerRow = store.get(taker, ROW)
    this.#positions.fill(makerRow, -takerSign, lots, makerWorth, costUnits, makerFee)
    this.#positions.fill(takerRow, takerSign, lots, takerWorth, costUnits, takerFee)
    this.#guard.onTrade(priceTicks, makerRow, takerRow)
    const tradeId = ++this.#feed.tradeId
    this.#noteFill(maker, costUnits)
    this.#noteFill(taker, costUnits)
    this.#reporter.traded(maker, priceTicks, lots, tradeId, false, makerFee)
    this.#reporter.traded(taker, priceTicks, lots, tradeId, true, takerFee)
    const makerId = store.orderId(maker)
    const takerId = store.orderId(taker)
    const isAuction = this.#guard.isUncrossing
    this.#feed.onTrade(takerSign, priceTicks, lots, makerId, takerId, isAuction)
    if (store.get(maker, LEAVES) === 0) this.close(maker)
    if (store.get(taker, LEAVES) === 0) this.close(taker)
  }

  onLevel(sign: Sign, priceTicks: number, lots: number, orders: number): void {
    this.#feed.onLevel(sign, priceTicks, lots, orders)
  }

  onEnded(order: number, lots: number, reason: number): void {
    const store = this.#store
    this.giveBack(order, lots)
    const isCancel = CANCEL_REASONS[reason] === 1
    store.set(order, STATE, isCancel ? OrdStatus.Canceled : OrdStatus.Expired)
    const request = this.cancelRequest
    if (reason === Reason.CanceledByClient && request !== undefined) {
      this.#reporter.canceled(order, request)
    } else {
      this.#reporter.ended(order, isCancel ? ExecType.Canceled : ExecType.Expired, reason)
    }
    this.close(order)
  }

  onTriggered(order: number): void {
    this.#reporter.triggered(order)
  }

  onRestated(order: number): void {
    this.#reporter.restated(order, Reason.None)
  }

  onReduced(order: number, lots: number, reason: number): void {
    const store = this.#store
    const limit = store.get(order, LIMIT)
    const leaves = store.get(order, LEAVES)
    const sign = store.get(order, SIGN)
    const after = this.unitsFor(order, limit, leaves)
    const before =
      (store.get(order, FLAGS) & HAS_BUDGET) === 0
        ? this.unitsFor(order, limit, leaves + lots)
        : this.#budgetUnitsBefore(order, this.#preventedTicks, lots)
    this.#accounts.release(store.get(order, ACCOUNT), this.heldCurrency(sign), before - after)
    this.#positions.adjust(store.get(order, ROW), sign, -lots, -this.worth(order, lots))
    // An amend says it by itself.
    if (reason !== Reason.None) this.#reporter.restated(order, reason)
  }

  onPrevented(maker: number, taker: number, lots: number): void {
    const store = this.#store
    this.#preventedTicks = store.get(maker, PRICE)
    this.#feed.onPrevented(
      store.get(taker, SIGN) as Sign,
      this.#preventedTicks,
      lots,
      store.orderId(maker),
      store.orderId(taker),
    )
  }

  onPhase(phase: number): void {
    this.#guard.onPhase(phase)
    this.#feed.onPhase(phase, this.phaseReason)
    this.phaseReason = Reason.PriceBand
  }

  onUncross(priceTicks: number): void {
    this.#guard.onUncross(priceTicks)
  }

  onIndicative(priceTicks: number, lots: number, leftover: number): void {
    this.#feed.onIndicative(priceTicks, lots, leftover)
  }

  /** Lots that an order does not have open any more hold nothing, and count for no limit. */
  giveBack(order: number, lots: number): void {
    const store = this.#store
    const sign = store.get(order, SIGN)
    const units = this.unitsFor(order, store.get(order, LIMIT), lots)
    this.#accounts.release(store.get(order, ACCOUNT), this.heldCurrency(sign), units)
    this.#positions.adjust(store.get(order, ROW), sign, -lots, -this.worth(order, lots))
  }

  /** The order is over: its record has its last status. */
  close(order: number): void {
    const store = this.#store
    this.#positions.close(store.get(order, ROW))
    const lifetime = lifetimeOf(store.get(order, FLAGS))
    if (lifetime === Lifetime.GoodTillDate) this.#parts.timers.removeOrder(order)
    this.#parts.orders.close(order)
  }

  /** What a buy that was filled held before, and does not any more. */
  #freedByFill(buyer: number, priceTicks: number, lots: number): number {
    const store = this.#store
    const limit = store.get(buyer, LIMIT)
    const leaves = store.get(buyer, LEAVES)
    // A budget may outlast its lots: of an order that is filled nothing stays held.
    const after = leaves === 0 ? 0 : this.unitsFor(buyer, limit, leaves)
    if ((store.get(buyer, FLAGS) & HAS_BUDGET) !== 0) {
      return this.#budgetUnitsBefore(buyer, priceTicks, lots) - after
    }
    return this.unitsFor(buyer, limit, leaves + lots) - after
  }

  /** What a budget held before so much of it was spent. */
  #budgetUnitsBefore(order: number, priceTicks: number, lots: number): number {
    const store = this.#store
    if (store.get(order, SIGN) < 0) return this.unitsFor(order, 0, store.get(order, LEAVES) + lots)
    const tickLots = store.budget(order) + priceTicks * lots
    const units = tickLots * this.terms.quoteUnitsPerTickLot
    return this.#fees.holdUnits(store.tariff(order), units)
  }

  #noteFill(order: number, units: number): void {
    const store = this.#store
    const isOpen = store.get(order, LEAVES) > 0
    store.set(order, STATE, isOpen ? OrdStatus.PartiallyFilled : OrdStatus.Filled)
    // Only an order that trades all the venue's money more than once gets there: it then says "at
    // least so much".
    const sum = store.cumQuote(order) + units
    store.setCumQuote(order, Math.min(sum, Number.MAX_SAFE_INTEGER))
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.phaseReason = snapshot.number(this.phaseReason)
    this.#preventedTicks = snapshot.number(this.#preventedTicks)
  }
}

/** By reason, 1: somebody took the order back, rather than it having run out. */
const CANCEL_REASONS = new Uint8Array(256)
for (const reason of [
  ...[Reason.CanceledByClient, Reason.MassCanceled, Reason.KillSwitch, Reason.DailyLoss],
  ...[Reason.ConnectionLost, Reason.LoggedOut, Reason.SystemFailure],
  ...[Reason.LinkedOrder, Reason.ParentEnded],
]) {
  CANCEL_REASONS[reason] = 1
}
