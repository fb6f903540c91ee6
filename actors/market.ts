/**
 *   account ▸ risk ▸ book ▸ feed ▸ account        of one symbol, called in that order, in one turn
 *
 * One instrument, and what is done with it: an order comes in, is changed or taken back, the phase
 * changes, something is due. A request is judged in full before anything changes: a refused one
 * returns its reason and has left no trace. What follows is the settlement's. Hot file.
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import {
  InstrumentDefine,
  NewOrderSingle,
  OrderCancelReplaceRequest,
  type OrderCancelRequest,
  OrdStatus,
  Reason,
} from '../protocol/codecs.ts'
import { INT64_NULL } from '../protocol/integers.ts'
import { AmendKind } from './amendment.ts'
import { FeedHandler } from './feed-handler.ts'
import { type InstrumentTerms, writeTerms } from './instrument-terms.ts'
import { MarketGuard, reasonOfHalt } from './market-guard.ts'
import { MarketPhase } from './market-phase.ts'
import type { MarketSurroundings } from './market-surroundings.ts'
import { OrderBook } from './order-book.ts'
import { Lifetime, lifetimeOf, OrderType, typeOf } from './order-flags.ts'
import { orderIdOf } from './order-id.ts'
import { NO_ORDER, type QuoteTerms, takeIn, takeInQuote } from './order-intake.ts'
import { type ListLink, NO_LINK, putLink, resolveLink } from './order-link.ts'
import {
  ACCOUNT,
  CUM,
  FLAGS,
  LEAVES,
  LIMIT,
  MARKET,
  NIL,
  type OrderStore,
  PRICE,
  ROW,
  SESSION,
  SIGN,
  STATE,
} from './order-store.ts'
import { RiskChecker } from './risk-checker.ts'
import { Settlement } from './settlement.ts'
import { signOf } from './sign.ts'

/** Whose a quote is, and which of the orders of its command. */
export interface QuoteOwner {
  readonly session: number
  readonly account: number
  index: number
}

export class Market {
  readonly number: number
  readonly risk: RiskChecker
  readonly book: OrderBook
  readonly feed: FeedHandler
  readonly guard: MarketGuard
  readonly #settlement: Settlement
  readonly #surroundings: MarketSurroundings
  readonly #store: OrderStore

  constructor(number: number, terms: InstrumentTerms, surroundings: MarketSurroundings) {
    const { outbox, orders, timers, safeguards, touched } = surroundings
    this.number = number
    this.#surroundings = surroundings
    this.#store = orders.store
    this.risk = new RiskChecker(terms)
    this.feed = new FeedHandler(outbox, this.instrument, touched)
    const now = () => outbox.timeUs
    this.guard = new MarketGuard(terms, { market: number, timers, safeguards, now })
    const { guard, feed } = this
    const positions = safeguards.positions
    this.#settlement = new Settlement(terms, {
      ...parts(surroundings),
      positions,
      guard,
      feed,
      now,
    })
    const parties = { listener: this.#settlement, groups: safeguards.groups }
    this.book = new OrderBook(this.#store, terms, parties)
    this.book.phase = terms.initialPhase
  }

  /** The number that market data goes under, from 0. */
  get instrument(): number {
    return this.number - 1
  }

  /** Other limits and habits from now on; what is open stays as it is. */
  changeTerms(terms: InstrumentTerms): void {
    this.#revalue(terms.priceMin - this.risk.terms.priceMin)
    this.risk.changeTerms(terms)
    this.#settlement.terms = terms
    this.book.changeRules(terms)
    this.guard.changeTerms(terms, this.book.bandReference)
  }

  /** Units that an open order keeps held, in `heldCurrency` of its side. */
  heldUnits(order: number): number {
    const store = this.#store
    return this.#settlement.unitsFor(order, store.get(order, LIMIT), store.get(order, LEAVES))
  }

  heldCurrency(sign: number): number {
    return this.#settlement.heldCurrency(sign)
  }

  /**
   * A new order, under a client id that is not known and has this hash. Returns why not, or
   * Reason.None.
   */
  enter(request: NewOrderSingle, session: number, account: number, idHash: number): number {
    const order = this.draft(request, account, 0, NO_LINK)
    if (order < NIL) return -order
    this.accept(order, request, session, idHash)
    this.book.enter(order)
    this.endOfTurn()
    return Reason.None
  }

  /**
   * Writes the record of a new order and judges it; then its funds are held and it counts. `index`: among the orders of its
   * command. Returns its slot, or why not: -reason.
   */
  draft(request: NewOrderSingle, account: number, index: number, link: ListLink): number {
    const store = this.#store
    // No side stops the machine: before anything is changed.
    const sign = signOf(request.side)
    const order = store.allocate()
    store.set(order, SIGN, sign)
    const flags = takeIn(store, order, request, this.risk.terms.quoteUnitsPerTickLot)
    if (flags === NO_ORDER) return this.#refuse(order, Reason.InvalidInstruction)
    if (link.flags !== 0) putLink(store, order, flags, link)
    else if (flags > 0) {
      resolveLink(this.#surroundings.orders, order, request, account, this.number)
    }
    const reason = this.#admit(order, flags, account, index)
    return reason === Reason.None ? order : this.#refuse(order, reason)
  }

  /** An order that was drafted is none after all. */
  discard(order: number): void {
    this.#settlement.discard(order)
  }

  /** An order that was drafted is open, under a client id that is not known and has this hash. */
  accept(order: number, request: NewOrderSingle, session: number, idHash: number): void {
    const store = this.#store
    const { orders, timers, reporter } = this.#surroundings
    store.set(order, SESSION, session)
    store.set(order, STATE, OrdStatus.New)
    const idAt = request.at + NewOrderSingle.CL_ORD_ID_OFFSET
    orders.open(order, store.get(order, ACCOUNT), request.view, idAt, idHash)
    if (lifetimeOf(store.get(order, FLAGS)) === Lifetime.GoodTillDate) {
      timers.addOrder(order, store.orderId(order), store.expiry(order))
    }
    reporter.accepted(order)
  }

  /**
   * A new quote, under the id at `idAt`: its side has none. What it takes at once is told, and nothing else. `index`: among
   * the orders of its command. Returns its OrderID, or why not: -reason. `settle` is to follow.
   */
  quote(terms: QuoteTerms, owner: QuoteOwner, view: DataView, idAt: number): number {
    const store = this.#store
    const order = store.allocate()
    store.set(order, SIGN, terms.sign)
    const flags = takeInQuote(store, order, terms)
    const reason = this.#admit(order, flags, owner.account, owner.index)
    if (reason !== Reason.None) return this.#refuse(order, reason)
    const { orders, quotes } = this.#surroundings
    const orderId = store.orderId(order)
    store.set(order, SESSION, owner.session)
    store.set(order, STATE, OrdStatus.New)
    orders.openQuote(order, owner.account, view, idAt)
    quotes.opened(store.get(order, ROW), terms.sign, order)
    this.book.enter(order)
    return orderId
  }

  /** Takes an open quote out without a report: an answer says it. `settle` is to follow. */
  takeBack(order: number): void {
    this.#settlement.isQuiet = true
    this.book.end(order, Reason.CanceledByClient)
    this.#settlement.isQuiet = false
  }

  /** Takes what is open of an order out. The order's last report goes to whom asked. */
  cancel(order: number, request: OrderCancelRequest, session: number): void {
    this.#store.set(order, SESSION, session)
    this.#settlement.cancelRequest = request
    this.book.cancel(order, Reason.CanceledByClient)
    this.#settlement.cancelRequest = undefined
    this.endOfTurn()
  }

  /** Ends an order for a reason that is not its owner's request. */
  end(order: number, reason: number): void {
    this.book.end(order, reason)
    this.settle()
  }

  /** Does what follows from what the book was told to end, and says what that changed. */
  settle(): void {
    this.book.settle()
    this.endOfTurn()
  }

  /**
   * Changes an open order to a new price and total, under a client id that is not known and has this
   * hash. Returns why not, or Reason.None.
   */
  replace(
    order: number,
    request: OrderCancelReplaceRequest,
    session: number,
    idHash: number,
  ): number {
    const { book } = this
    const { amendment } = book
    const total = request.orderQty
    const price = request.price === INT64_NULL ? 0 : request.price
    const reason = amendment.admit(order, price, total) || this.#admitAmend(order, total)
    if (reason !== Reason.None) return reason
    const isDone = amendment.kind === AmendKind.Done
    if (isDone) this.#settlement.giveBack(order, this.#store.get(order, LEAVES))
    amendment.begin(order, total)
    if (isDone) this.#store.set(order, STATE, OrdStatus.Filled)
    const idAt = request.at + OrderCancelReplaceRequest.CL_ORD_ID_OFFSET
    const retired = this.#surroundings.orders.rename(order, request.view, idAt, idHash)
    this.#store.set(order, SESSION, session)
    this.#surroundings.reporter.replaced(order, retired)
    if (isDone) this.#settlement.close(order)
    amendment.finish(order)
    this.endOfTurn()
    return Reason.None
  }

  /** Another phase; `reason` where no operator and no auction's end wants it. */
  changePhase(phase: number, reason: number): void {
    if (phase === this.book.phase) return
    this.#settlement.phaseReason = reason
    this.guard.isUncrossing = true
    this.book.phases.enter(phase)
    this.guard.isUncrossing = false
    this.book.settle()
    this.endOfTurn()
  }

  /** What the market waited for has come. */
  onTimer(): void {
    const { phase } = this.book
    const reason = phase === MarketPhase.Continuous ? Reason.PriceBand : Reason.None
    this.changePhase(this.guard.duePhase(phase), reason)
  }

  /** Says what the turn changed, and does what its prints lead to. */
  endOfTurn(): void {
    this.book.sayIndicative()
    this.feed.endOfTurn(this.book)
    const phase = this.guard.endOfTurn(this.book)
    if (phase === 0) return
    this.changePhase(phase, reasonOfHalt(phase))
    const { pauseSeconds } = this.risk.terms
    const { outbox } = this.#surroundings
    if (pauseSeconds > 0) this.guard.haltUntil(outbox.timeUs + pauseSeconds * 1_000_000)
  }

  /** Tells everyone what this instrument is, and its number. */
  sayDefinition(): void {
    const { outbox, symbols, currencies } = this.#surroundings
    const at = outbox.open(InstrumentDefine.TEMPLATE_ID, InstrumentDefine.BLOCK_BYTES, 0, 0)
    const view = outbox.view
    const event = new InstrumentDefine().wrap(view, at)
    const terms = this.risk.terms
    symbols.write(this.number, view, at + InstrumentDefine.SYMBOL_OFFSET)
    const names = currencies.names
    names.write(terms.baseCurrency, view, at + InstrumentDefine.BASE_CURRENCY_OFFSET)
    names.write(terms.quoteCurrency, view, at + InstrumentDefine.QUOTE_CURRENCY_OFFSET)
    event.instrument = this.instrument
    writeTerms(terms, event)
  }

  announce(): void {
    this.sayDefinition()
    if (this.book.phase !== MarketPhase.Continuous) this.feed.onPhase(this.book.phase, Reason.None)
    this.feed.announce(this.book)
  }

  #refuse(order: number, reason: number): number {
    this.#store.free(order)
    return -reason
  }

  /** Judges an order whose record says what is asked for; then its funds are held and it counts. */
  #admit(order: number, flags: number, account: number, index: number): number {
    const { outbox, orders, accounts, fees, safeguards } = this.#surroundings
    const store = this.#store
    const { positions } = safeguards
    const row = positions.row(account, this.number)
    if (row === 0) return Reason.TableFull
    store.setOrderId(order, orderIdOf(outbox.sequence, index))
    store.setCumQuote(order, 0)
    store.setTariff(order, fees.tariffOf(account, this.number))
    store.set(order, ACCOUNT, account)
    store.set(order, MARKET, this.number)
    store.set(order, ROW, row)
    const judged = this.book.judge(order, outbox.timeUs)
    if (judged !== Reason.None) return judged
    const sign = store.get(order, SIGN)
    const lots = store.get(order, LEAVES)
    const limit = store.get(order, LIMIT)
    const reason =
      this.risk.judgeOrder(limit || this.risk.terms.priceMin, lots) ||
      this.#judgeCollar(sign, store.get(order, PRICE), flags) ||
      safeguards.killSwitch.judge(account, row, sign, lots)
    if (reason !== Reason.None) return reason
    if (positions.orderCount(row) >= this.risk.terms.openOrdersMax) return Reason.TooManyOpenOrders
    const worth = this.#settlement.worth(order, lots)
    const limitReason = positions.judgeNew(row, sign, lots, worth)
    if (limitReason !== Reason.None) return limitReason
    if (orders.isFull) return Reason.BookFull
    const units = this.#settlement.unitsFor(order, limit, lots)
    if (!accounts.hold(account, this.heldCurrency(sign), units)) return Reason.InsufficientFunds
    positions.open(row, sign, lots, worth)
    return Reason.None
  }

  /** Sells without a limit are worth the least price there is: that is another one by so much. */
  #revalue(byTicks: number): void {
    if (byTicks === 0) return
    const store = this.#store
    const { positions } = this.#surroundings.safeguards
    for (const order of this.book.openOrders()) {
      if (store.get(order, LIMIT) !== 0) continue
      const lots = store.get(order, LEAVES)
      const worth = byTicks * lots * this.risk.terms.quoteUnitsPerTickLot
      positions.adjust(store.get(order, ROW), store.get(order, SIGN), 0, worth)
    }
  }

  /** The collar is for prices that a client names. */
  #judgeCollar(sign: number, priceTicks: number, flags: number): number {
    const type = typeOf(flags)
    if (type !== OrderType.Limit && type !== OrderType.StopLimit) return Reason.None
    return this.risk.judgeCollar(sign, priceTicks, this.book.lastPrint)
  }

  /** Judges an amend that the book allows; then the funds it needs more are held. */
  #admitAmend(order: number, total: number): number {
    const { amendment } = this.book
    const { risk } = this
    const { accounts, safeguards } = this.#surroundings
    const { positions, killSwitch } = safeguards
    const store = this.#store
    if (amendment.kind === AmendKind.Done) return Reason.None
    const limit = amendment.limitOf(order)
    const sizeReason = risk.judgeOrder(limit || risk.terms.priceMin, total)
    if (sizeReason !== Reason.None) return sizeReason
    if (amendment.kind === AmendKind.Kept) return Reason.None
    const account = store.get(order, ACCOUNT)
    const row = store.get(order, ROW)
    const sign = store.get(order, SIGN)
    const leaves = store.get(order, LEAVES)
    const more = total - store.get(order, CUM) - leaves
    const settlement = this.#settlement
    const moreWorth = settlement.worthAt(limit, leaves + more) - settlement.worth(order, leaves)
    const reason =
      this.#judgeCollar(sign, limit, store.get(order, FLAGS)) ||
      killSwitch.judge(account, row, sign, more) ||
      positions.judgeAmend(row, sign, total, settlement.worthAt(limit, total), more, moreWorth)
    if (reason !== Reason.None) return reason
    const units = settlement.unitsFor(order, limit, leaves + more) - this.heldUnits(order)
    if (!accounts.hold(account, this.heldCurrency(sign), units)) return Reason.InsufficientFunds
    positions.adjust(row, sign, more, moreWorth)
    return Reason.None
  }

  /** Of one made with the same number and terms. */
  transfer(snapshot: SnapshotTransfer): void {
    snapshot.part(`market ${this.number}`)
    this.book.transfer(snapshot)
    this.feed.transfer(snapshot)
    this.guard.transfer(snapshot)
    this.#settlement.transfer(snapshot)
  }
}

/** What settlement shares with the markets. */
function parts({ accounts, fees, orders, quotes, reporter, timers }: MarketSurroundings) {
  return { accounts, fees, orders, quotes, reporter, timers }
}
