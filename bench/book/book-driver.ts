/**
 *   messages ──▶ BOOK DRIVER ──▶ judge, enter, cancel, amend ──▶ book ──▶ listener ──▶ reports ──▶ sink
 *
 * What a market does around a book, without accounts, money and market data: it finds an order by
 * its id, writes its record, and says what became of each message. Neither a message nor a report
 * allocates anything. Hot file.
 */

import type { BookListener } from '../../actors/book-listener.ts'
import type { BookRules } from '../../actors/book-rules.ts'
import { newInts } from '../../actors/columns.ts'
import { OrderBook } from '../../actors/order-book.ts'
import { flagsOf, Lifetime, OrderType, SelfTradeMode } from '../../actors/order-flags.ts'
import {
  ACCOUNT,
  CUM,
  FLAGS,
  ID_HASH,
  LEAVES,
  LEVEL,
  NIL,
  ORDER_QTY,
  OrderStore,
  PRICE,
  SIGN,
} from '../../actors/order-store.ts'
import { BUY, SELL, type Sign } from '../../actors/sign.ts'
import { Reason } from '../../protocol/codecs.ts'
import { MebSide } from '../workloads/meb.ts'
import { MebReportKind } from '../workloads/meb-reports.ts'
import * as message from './book-messages.ts'
import { Verb } from './book-messages.ts'
import type { ReportSink } from './report-sinks.ts'

/** Any price will do, and nothing but price and time counts. */
const RULES: BookRules = {
  priceMin: 1,
  priceMax: 1 << 30,
  protectionBps: 0,
  referencePrice: 0,
  bandBps: 0,
  pausesAtBand: false,
  isProRata: false,
  hasTopOrder: false,
  allocationMin: 0,
}

const PLAIN = 0
const IMMEDIATE = flagsOf(OrderType.Limit, Lifetime.ImmediateOrCancel, SelfTradeMode.None)
/** All orders are one account's: nobody is asked to prevent that. */
const ACCOUNT_OF_ALL = 1
const RECORD_SHIFT = 4

export interface DriverOptions {
  /** Ids go from 1 up to and including this. */
  readonly idMax: number
  /** Order slots made beforehand: as many as are open at once, or the store grows on the clock. */
  readonly slots: number
  /** @default 1 */
  readonly books?: number
}

export class BookDriver implements BookListener {
  readonly store = new OrderStore()
  readonly books: readonly OrderBook[]
  fills = 0
  lots = 0
  readonly #sink: ReportSink
  /** By id: the slot of an order that is open, or NIL. */
  readonly #slots: Int32Array
  #book: OrderBook
  #seq = 0

  constructor(sink: ReportSink, { idMax, slots, books = 1 }: DriverOptions) {
    this.#sink = sink
    // Written, so that its pages are there before the clock runs.
    this.#slots = newInts(idMax + 1).fill(NIL)
    makeRoom(this.store, slots)
    const groups = { groupOf: (account: number): number => account }
    const makeBook = (): OrderBook => new OrderBook(this.store, RULES, { listener: this, groups })
    this.books = Array.from({ length: books }, makeBook)
    this.#book = this.books[0]!
  }

  /** Messages `from` to below `to`, all of the first book; `seq` in reports is their place. */
  take(messages: message.BookMessages, from: number, to: number): void {
    const { words } = messages
    for (let i = from; i < to; i++) this.#takeOne(words, i)
  }

  /** As `take`; message `i` is for book `bookOf[i]`. */
  takeAcross(
    messages: message.BookMessages,
    bookOf: Int32Array,
    { from, to }: { readonly from: number; readonly to: number },
  ): void {
    const { words } = messages
    for (let i = from; i < to; i++) {
      this.#book = this.books[bookOf[i]!]!
      this.#takeOne(words, i)
    }
  }

  onTrade(maker: number, taker: number, priceTicks: number, lots: number): void {
    const { words } = this.store
    const makerAt = maker << RECORD_SHIFT
    const takerAt = taker << RECORD_SHIFT
    const makerId = words[makerAt | ID_HASH]!
    const takerId = words[takerAt | ID_HASH]!
    this.fills++
    this.lots += lots
    this.#sink.report(MebReportKind.Fill, this.#seq, 0, makerId, takerId, priceTicks, lots)
    if (words[makerAt | LEAVES] === 0) this.#close(maker, makerId)
    if (words[takerAt | LEAVES] === 0) this.#close(taker, takerId)
  }

  onEnded(order: number): void {
    const { words } = this.store
    const at = order << RECORD_SHIFT
    const id = words[at | ID_HASH]!
    const side = sideOf(words[at | SIGN]!)
    this.#sink.report(MebReportKind.Cancelled, this.#seq, side, id, 0, words[at | PRICE]!, 0)
    this.#close(order, id)
  }

  onLevel(): void {
    // Market data's.
  }

  onReduced(): void {
    // Said where the message is taken.
  }

  onTriggered(): void {
    throw unexpected('a trigger')
  }

  onRestated(): void {
    throw unexpected('a restatement')
  }

  onPrevented(): void {
    throw unexpected('a prevented trade')
  }

  onPhase(): void {
    throw unexpected('a phase')
  }

  onUncross(): void {
    throw unexpected('an uncross')
  }

  onIndicative(): void {
    throw unexpected('an auction')
  }

  #takeOne(words: Int32Array, i: number): void {
    const at = i * message.MESSAGE_WORDS
    const first = words[at + message.VERB]!
    const id = words[at + message.ID]!
    const qty = words[at + message.QTY]!
    const price = words[at + message.PRICE]!
    const sign = (first & message.IS_SELL) !== 0 ? SELL : BUY
    this.#seq = i
    switch (first & message.VERB_MASK) {
      case Verb.New:
        this.#enter(id, sign, qty, price, PLAIN)
        return
      case Verb.ImmediateOrCancel:
        this.#enter(id, sign, qty, price, IMMEDIATE)
        return
      case Verb.Cancel:
        this.#cancel(id)
        return
      case Verb.Modify:
        this.#modify(id, qty, price)
        return
      case Verb.Move:
        this.#move(id, price)
        return
      case Verb.Reduce:
        this.#reduce(id, qty)
        return
      case Verb.FillOrKillBudget:
        this.#enterWithBudget(id, sign, qty, price)
        return
    }
  }

  #enter(id: number, sign: Sign, qty: number, price: number, flags: number): void {
    const slot = this.#write(id, sign, qty, price, flags)
    const reason = this.#book.judge(slot, 0)
    if (reason !== Reason.None) throw unexpected(`refusal ${reason} of order ${id}`)
    this.#slots[id] = slot
    this.#sink.report(MebReportKind.Accepted, this.#seq, sideOf(sign), id, 0, price, qty)
    this.#book.enter(slot)
  }

  #write(id: number, sign: Sign, qty: number, price: number, flags: number): number {
    const { store } = this
    const slot = store.allocate()
    const { words } = store
    const at = slot << RECORD_SHIFT
    words[at | PRICE] = price
    words[at | LEAVES] = qty
    words[at | LEVEL] = NIL
    words[at | SIGN] = sign
    words[at | ACCOUNT] = ACCOUNT_OF_ALL
    words[at | ORDER_QTY] = qty
    words[at | FLAGS] = flags
    words[at | ID_HASH] = id
    words[at | CUM] = 0
    if (flags !== PLAIN) store.wipeCold(slot)
    return slot
  }

  #cancel(id: number): void {
    const slot = this.#slots[id]!
    if (slot === NIL) {
      this.#sink.report(MebReportKind.CancelRefused, this.#seq, 0, id, 0, 0, 0)
      return
    }
    this.#book.cancel(slot, Reason.CanceledByClient)
  }

  #modify(id: number, qty: number, price: number): void {
    const slot = this.#slots[id]!
    if (slot === NIL) {
      this.#sink.report(MebReportKind.ModifyRefused, this.#seq, 0, id, 0, 0, 0)
      return
    }
    // An amend names all that is ordered: what was filled is filled.
    this.#amend(slot, id, price, qty, qty + this.store.words[(slot << RECORD_SHIFT) | CUM]!)
  }

  #move(id: number, price: number): void {
    const slot = this.#slots[id]!
    if (slot === NIL) {
      this.#sink.report(MebReportKind.ModifyRefused, this.#seq, 0, id, 0, 0, 0)
      return
    }
    const { words } = this.store
    const at = slot << RECORD_SHIFT
    this.#amend(slot, id, price, words[at | LEAVES]!, words[at | ORDER_QTY]!)
  }

  #reduce(id: number, qty: number): void {
    const slot = this.#slots[id]!
    if (slot === NIL) {
      this.#sink.report(MebReportKind.ModifyRefused, this.#seq, 0, id, 0, 0, 0)
      return
    }
    const { words } = this.store
    const at = slot << RECORD_SHIFT
    const open = words[at | LEAVES]! - qty
    if (open <= 0) this.#book.cancel(slot, Reason.CanceledByClient)
    else this.#amend(slot, id, words[at | PRICE]!, open, words[at | ORDER_QTY]! - qty)
  }

  #amend(slot: number, id: number, price: number, open: number, total: number): void {
    const { amendment } = this.#book
    const reason = amendment.admit(slot, price, total)
    if (reason !== Reason.None) throw unexpected(`refusal ${reason} of a change of order ${id}`)
    const side = sideOf(this.store.words[(slot << RECORD_SHIFT) | SIGN]!)
    this.#sink.report(MebReportKind.Modified, this.#seq, side, id, 0, price, open)
    amendment.begin(slot, total)
    amendment.finish(slot)
  }

  /** No order type of ours: it fills whole, at whatever prices, if the whole is within the budget. */
  #enterWithBudget(id: number, sign: Sign, qty: number, budget: number): void {
    const farPrice = sign === BUY ? RULES.priceMax : RULES.priceMin
    if (this.#isWithinBudget(sign, qty, budget)) {
      this.#enter(id, sign, qty, farPrice, IMMEDIATE)
      return
    }
    const side = sideOf(sign)
    this.#sink.report(MebReportKind.Accepted, this.#seq, side, id, 0, farPrice, qty)
    this.#sink.report(MebReportKind.Cancelled, this.#seq, side, id, 0, farPrice, 0)
  }

  #isWithinBudget(sign: Sign, qty: number, budget: number): boolean {
    const opposite = this.#book.side(-sign)
    let rest = qty
    let cost = 0
    for (let level = opposite.best; rest > 0; level = opposite.worse(level)) {
      if (level === NIL) return false
      const lots = Math.min(rest, opposite.lots(level))
      cost += lots * opposite.priceTicks(level)
      rest -= lots
    }
    return sign * (budget - cost) >= 0
  }

  #close(slot: number, id: number): void {
    this.#slots[id] = NIL
    this.store.free(slot)
  }
}

/** Grows the store to `slots`, all of them free, and the first one on top. */
function makeRoom(store: OrderStore, slots: number): void {
  const taken = Array.from({ length: slots }, () => store.allocate())
  for (const slot of taken.reverse()) store.free(slot)
}

const sideOf = (sign: number): number => (sign > 0 ? MebSide.Buy : MebSide.Sell)

const unexpected = (what: string): Error =>
  new Error(`bench: ${what}, which these flows do not have`)
