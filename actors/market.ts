/**
 *   account ▸ risk ▸ book ▸ feed ▸ account        of one symbol, called in that order, in one turn
 *
 * Everything of one instrument, and the hand-overs between its parts. A request is judged in full
 * before anything changes: a refused one returns its reason and has left no trace. Hot file.
 */
import type { Outbox } from '../engine/outbox.ts'
import {
  InstrumentDefine,
  NewOrderSingle,
  OrderCancelReplaceRequest,
  type OrderCancelRequest,
  OrdStatus,
  Reason,
  TimeInForce,
} from '../protocol/codecs.ts'
import type { AccountActor } from './account-actor.ts'
import type { CurrencyTable } from './currency-table.ts'
import type { ExecutionReporter } from './execution-reporter.ts'
import { FeedHandler } from './feed-handler.ts'
import { type InstrumentTerms, writeTerms } from './instrument-terms.ts'
import type { NameTable } from './name-table.ts'
import { type BookListener, OrderBook } from './order-book.ts'
import type { OrderRegistry } from './order-registry.ts'
import {
  ACCOUNT,
  CUM,
  LEAVES,
  MARKET,
  ORDER_QTY,
  type OrderStore,
  PRICE,
  SESSION,
  SIGN,
  STATE,
  TIME_IN_FORCE,
} from './order-store.ts'
import { RiskChecker } from './risk-checker.ts'
import { BUY, type Sign, signOf } from './sign.ts'

/** What the markets of a shard share. */
export interface MarketSurroundings {
  readonly outbox: Outbox
  readonly accounts: AccountActor
  readonly currencies: CurrencyTable
  readonly orders: OrderRegistry
  readonly reporter: ExecutionReporter
  /** A market's number is its symbol's, from 1. */
  readonly symbols: NameTable
}

export class Market implements BookListener {
  readonly number: number
  readonly risk: RiskChecker
  readonly book: OrderBook
  readonly feed: FeedHandler
  readonly #surroundings: MarketSurroundings
  readonly #accounts: AccountActor
  readonly #orders: OrderRegistry
  readonly #store: OrderStore
  readonly #reporter: ExecutionReporter

  constructor(number: number, terms: InstrumentTerms, surroundings: MarketSurroundings) {
    this.number = number
    this.#surroundings = surroundings
    this.#accounts = surroundings.accounts
    this.#orders = surroundings.orders
    this.#store = surroundings.orders.store
    this.#reporter = surroundings.reporter
    this.risk = new RiskChecker(terms)
    this.book = new OrderBook(this.#store, this)
    this.feed = new FeedHandler(surroundings.outbox, this.instrument)
  }

  /** The number that market data goes under, from 0. */
  get instrument(): number {
    return this.number - 1
  }

  /** Units that an order of so much keeps held, in `heldCurrency` of its side. */
  heldUnits(sign: number, priceTicks: number, lots: number): number {
    const terms = this.risk.terms
    return sign > 0 ? priceTicks * lots * terms.quoteUnitsPerTickLot : lots * terms.baseUnitsPerLot
  }

  heldCurrency(sign: number): number {
    const terms = this.risk.terms
    return sign > 0 ? terms.quoteCurrency : terms.baseCurrency
  }

  /** A new order, under a client id that is not known. Returns why not, or Reason.None. */
  enter(request: NewOrderSingle, session: number, account: number): number {
    const sign = signOf(request.side)
    const { timeInForce, price, orderQty } = request
    const reason = this.risk.judgeOrder(price, orderQty)
    if (reason !== Reason.None) return reason
    const collarReason = this.risk.judgeCollar(sign, price)
    if (collarReason !== Reason.None) return collarReason
    if (!this.risk.hasRoom(account)) return Reason.TooManyOpenOrders
    if (this.#orders.isFull) return Reason.BookFull
    const units = this.heldUnits(sign, price, orderQty)
    if (!this.#accounts.hold(account, this.heldCurrency(sign), units)) {
      return Reason.InsufficientFunds
    }
    const idAt = request.at + NewOrderSingle.CL_ORD_ID_OFFSET
    const orderId = this.#surroundings.outbox.sequence
    const order = this.#orders.open(orderId, account, request.view, idAt)
    const store = this.#store
    store.setCumQuote(order, 0)
    store.set(order, PRICE, price)
    store.set(order, LEAVES, orderQty)
    store.set(order, SIGN, sign)
    store.set(order, SESSION, session)
    store.set(order, MARKET, this.number)
    store.set(order, ORDER_QTY, orderQty)
    store.set(order, TIME_IN_FORCE, timeInForce)
    store.set(order, STATE, OrdStatus.New)
    store.set(order, CUM, 0)
    this.risk.countOpen(account, 1)
    this.#reporter.accepted(order)
    this.#run(order)
    this.feed.endOfTurn(this.book)
    return Reason.None
  }

  /** Takes what is open of an order out of the book. The order's last report goes to whom asked. */
  cancel(order: number, request: OrderCancelRequest, session: number): void {
    this.#store.set(order, SESSION, session)
    this.book.remove(order)
    this.#end(order, OrdStatus.Canceled)
    this.#reporter.canceled(order, request)
    this.#close(order)
    this.feed.endOfTurn(this.book)
  }

  /**
   * Changes an open order to a new price and total, under a client id that is not known.
   *
   *   total ≤ filled                            what is open goes: filled, as it now was ordered
   *   same price, total not above the old       keeps its place
   *   else                                      goes to the tail, and may take: judged like a new order of the remainder
   */
  replace(order: number, request: OrderCancelReplaceRequest, session: number): number {
    const store = this.#store
    const total = request.orderQty
    const priceTicks = request.price
    if (total < 1) return Reason.QuantityOutOfRange
    const reason = this.risk.judgeOrder(priceTicks, total)
    if (total <= store.get(order, CUM)) {
      this.book.remove(order)
      this.#end(order, OrdStatus.Filled)
      store.set(order, ORDER_QTY, store.get(order, CUM))
      this.#rename(order, request, session)
      this.#close(order)
    } else if (reason !== Reason.None) {
      return reason
    } else if (priceTicks === store.get(order, PRICE) && total <= store.get(order, ORDER_QTY)) {
      this.#shrink(order, store.get(order, ORDER_QTY) - total)
      this.#rename(order, request, session)
    } else {
      const refusal = this.#requeue(order, priceTicks, total)
      if (refusal !== Reason.None) return refusal
      this.#rename(order, request, session)
      this.#run(order)
    }
    this.feed.endOfTurn(this.book)
    return Reason.None
  }

  onTrade(maker: number, taker: number, priceTicks: number, lots: number): void {
    const store = this.#store
    const terms = this.risk.terms
    const takerSign = store.get(taker, SIGN) as Sign
    const buyer = takerSign === BUY ? taker : maker
    const seller = takerSign === BUY ? maker : taker
    const buyerAccount = store.get(buyer, ACCOUNT)
    const sellerAccount = store.get(seller, ACCOUNT)
    const heldUnits = this.heldUnits(BUY, store.get(buyer, PRICE), lots)
    const paidUnits = this.heldUnits(BUY, priceTicks, lots)
    const baseUnits = lots * terms.baseUnitsPerLot
    this.#accounts.pay(buyerAccount, sellerAccount, terms.quoteCurrency, heldUnits, paidUnits)
    this.#accounts.pay(sellerAccount, buyerAccount, terms.baseCurrency, baseUnits, baseUnits)
    this.risk.lastTradePriceTicks = priceTicks
    const tradeId = ++this.feed.tradeId
    this.#noteFill(maker, paidUnits)
    this.#noteFill(taker, paidUnits)
    this.#reporter.traded(maker, priceTicks, lots, tradeId, false)
    this.#reporter.traded(taker, priceTicks, lots, tradeId, true)
    const makerId = store.orderId(maker)
    this.feed.onTrade(takerSign, priceTicks, lots, makerId, store.orderId(taker))
    if (store.get(maker, LEAVES) === 0) this.#close(maker)
  }

  onLevel(sign: Sign, priceTicks: number, lots: number, orders: number): void {
    this.feed.onLevel(sign, priceTicks, lots, orders)
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
    this.feed.announce(this.book)
  }

  /** Lets an order take what it can; what is left rests, or expires. */
  #run(order: number): void {
    this.book.match(order)
    if (this.#store.get(order, LEAVES) === 0) {
      this.#close(order)
    } else if (this.#store.get(order, TIME_IN_FORCE) === TimeInForce.ImmediateOrCancel) {
      this.#end(order, OrdStatus.Expired)
      this.#reporter.expired(order)
      this.#close(order)
    } else {
      this.book.rest(order)
    }
  }

  /** Gives back what the open lots hold, of which there are none from now on. */
  #end(order: number, status: number): void {
    this.#release(order, this.#store.get(order, LEAVES))
    this.#store.set(order, LEAVES, 0)
    this.#store.set(order, STATE, status)
  }

  #release(order: number, lots: number): void {
    const store = this.#store
    const sign = store.get(order, SIGN)
    const units = this.heldUnits(sign, store.get(order, PRICE), lots)
    this.#accounts.release(store.get(order, ACCOUNT), this.heldCurrency(sign), units)
  }

  #close(order: number): void {
    this.risk.countOpen(this.#store.get(order, ACCOUNT), -1)
    this.#orders.close(order)
  }

  #shrink(order: number, lots: number): void {
    if (lots === 0) return
    this.#release(order, lots)
    this.book.reduce(order, lots)
  }

  /**
   * Takes an order out to come in again at another price or with more, if risk and funds allow it.
   */
  #requeue(order: number, priceTicks: number, total: number): number {
    const store = this.#store
    const sign = store.get(order, SIGN)
    const remainder = total - store.get(order, CUM)
    const reason = this.risk.judgeCollar(sign, priceTicks)
    if (reason !== Reason.None) return reason
    const heldNow = this.heldUnits(sign, store.get(order, PRICE), store.get(order, LEAVES))
    const more = this.heldUnits(sign, priceTicks, remainder) - heldNow
    if (!this.#accounts.hold(store.get(order, ACCOUNT), this.heldCurrency(sign), more)) {
      return Reason.InsufficientFunds
    }
    this.book.remove(order)
    store.set(order, PRICE, priceTicks)
    store.set(order, LEAVES, remainder)
    store.set(order, ORDER_QTY, total)
    return Reason.None
  }

  #rename(order: number, request: OrderCancelReplaceRequest, session: number): void {
    const idAt = request.at + OrderCancelReplaceRequest.CL_ORD_ID_OFFSET
    const retired = this.#orders.rename(order, request.view, idAt)
    this.#store.set(order, SESSION, session)
    this.#reporter.replaced(order, retired)
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
}
