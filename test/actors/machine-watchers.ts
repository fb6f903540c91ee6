/**
 * Who watch a machine from outside: each knows one thing that is always true, and only what sessions
 * and the feed are told. A watcher throws at the first breach.
 */
import assert from 'node:assert/strict'
import {
  ExecType,
  MarketPhase,
  OrdStatus,
  OrdType,
  PostOnly,
  Reason,
  Side,
  TimeInForce,
} from '../../protocol/codecs.ts'
import { INT64_NULL } from '../../protocol/integers.ts'
import type { ExchangeHarness, Fields, PlainEvent } from './exchange-harness.ts'

export interface Watcher {
  /** The command, and what was said to it. */
  see(name: string, fields: Fields, events: readonly PlainEvent[]): void
}

const isReport = (event: PlainEvent): boolean =>
  event.name === 'ExecutionReport' && event.orderId !== 0
const isFill = (event: PlainEvent): boolean => event.execType === ExecType.Trade
const signOf = (side: number | string | undefined): number => (side === Side.Buy ? 1 : -1)

/** Money: what accounts have is what came in, and what their fills did to it. */
export class MoneyWatcher implements Watcher {
  readonly #exchange: ExchangeHarness
  /** By account and currency (1 BTC, 2 USD, 3 ETH): free and held. */
  readonly #owned: number[][]
  #fees = 0

  constructor(exchange: ExchangeHarness, units: number) {
    this.#exchange = exchange
    this.#owned = Array.from({ length: 5 }, () => [0, units, units, units])
  }

  see(_name: string, _fields: Fields, events: readonly PlainEvent[]): void {
    for (const event of events) {
      if (!isReport(event) || !isFill(event)) continue
      const owned = this.#owned[((event.session - 1) % 4) + 1]!
      const [lots, price, fee] = [event.lastQty, event.lastPx, event.commission].map(Number)
      const base = event.symbol === 'BTCUSD' ? 1 : 3
      const sign = signOf(event.side)
      owned[base]! += sign * lots!
      owned[2]! -= sign * lots! * price! + fee!
      this.#fees += fee!
    }
    const { accounts } = this.#exchange.machine.venue
    for (let account = 1; account <= 4; account++) {
      for (let currency = 1; currency <= 3; currency++) {
        const has = accounts.free(account, currency) + accounts.held(account, currency)
        assert.equal(has, this.#owned[account]![currency], `account ${account}, ${currency}`)
        assert.ok(accounts.free(account, currency) >= 0 && accounts.held(account, currency) >= 0)
      }
    }
    assert.equal(accounts.fees(2), this.#fees)
  }
}

interface Told {
  cumQty: number
  cumQuoteQty: number
  leavesQty: number
  isOver: boolean
}

/** How many lots a quote has, before its first report. */
const UNSAID = -1

/** Quantity: ordered = filled + open + canceled, in every report; after the last there is none. */
export class QuantityWatcher implements Watcher {
  readonly #orders = new Map<number, Told>()
  readonly #numbers = new Map<number, number>()

  see(_name: string, _fields: Fields, events: readonly PlainEvent[]): void {
    for (const event of events) {
      if (event.session !== 0) {
        const number = (this.#numbers.get(event.session) ?? 0) + 1
        assert.equal(event.number, number, 'reports of a session are numbered without gaps')
        this.#numbers.set(event.session, number)
      }
      if (event.name === 'QuoteAnswer') {
        this.#seeQuote(event.bidOrderId)
        this.#seeQuote(event.offerOrderId)
      }
      if (isReport(event) && event.execType !== ExecType.Rejected) this.#seeReport(event)
    }
  }

  /** Its answer is all that tells of a new quote. */
  #seeQuote(orderId: number | string | undefined): void {
    if (orderId === INT64_NULL) return
    const unknown = { cumQty: 0, cumQuoteQty: 0, leavesQty: UNSAID, isOver: false }
    assert.ok(!this.#orders.has(Number(orderId)), `quote ${orderId} has another's id`)
    this.#orders.set(Number(orderId), unknown)
  }

  #seeReport(event: PlainEvent): void {
    const { orderQty, cumQty, leavesQty, lastQty, lastPx, execType } = event
    const nothing = { cumQty: 0, cumQuoteQty: 0, leavesQty: Number(leavesQty), isOver: false }
    const told = this.#orders.get(Number(event.orderId)) ?? nothing
    assert.ok(!told.isOver, `order ${event.orderId} was over`)
    assert.equal(this.#orders.has(Number(event.orderId)), execType !== ExecType.New)
    const filled = isFill(event) ? Number(lastQty) : 0
    assert.equal(cumQty, told.cumQty + filled)
    assert.equal(event.cumQuoteQty, told.cumQuoteQty + filled * Number(isFill(event) ? lastPx : 0))
    const before = told.leavesQty === UNSAID ? Number(orderQty) : told.leavesQty
    if (isFill(event)) assert.equal(leavesQty, before - filled)
    const status = Number(event.ordStatus)
    const isOpen = status === OrdStatus.New || status === OrdStatus.PartiallyFilled
    if (isOpen) assert.equal(orderQty, Number(cumQty) + Number(leavesQty))
    else assert.equal(leavesQty, 0)
    assert.equal(isOpen, Number(leavesQty) > 0)
    if (status === OrdStatus.Filled) assert.equal(orderQty, cumQty)
    if (status === OrdStatus.New) assert.equal(cumQty, 0)
    this.#orders.set(Number(event.orderId), {
      ...{ cumQty: Number(cumQty), cumQuoteQty: Number(event.cumQuoteQty) },
      ...{ leavesQty: Number(leavesQty), isOver: !isOpen },
    })
  }
}

/** Prices: nobody trades beyond his own, the maker's counts, and none is outside the band. */
export class PriceWatcher implements Watcher {
  readonly #bandBps: number
  readonly #references: number[]
  #fills: PlainEvent[] = []

  constructor(terms: { readonly bandBps: number; readonly referencePrice: number }) {
    this.#bandBps = terms.bandBps
    this.#references = [terms.referencePrice, terms.referencePrice]
  }

  see(_name: string, _fields: Fields, events: readonly PlainEvent[]): void {
    for (const event of events) {
      if (isReport(event) && isFill(event)) {
        const beyond = signOf(event.side) * (Number(event.lastPx) - Number(event.price))
        assert.ok(beyond <= 0, `${event.clOrdId} traded beyond its price`)
        this.#fills.push(event)
      }
      if (event.name === 'Trade') this.#seeTrade(event)
    }
  }

  #seeTrade(event: PlainEvent): void {
    const [maker, taker] = this.#fills.splice(0) as [PlainEvent, PlainEvent]
    assert.deepEqual([maker.orderId, taker.orderId], [event.makerOrderId, event.takerOrderId])
    assert.notEqual(maker.side, taker.side)
    for (const fill of [maker, taker]) assert.equal(fill.lastPx, event.price)
    const price = Number(event.price)
    const instrument = Number(event.instrument)
    if (event.auction === 1) {
      this.#references[instrument] = price
      return
    }
    assert.equal(price, maker.price, 'the maker’s price')
    const reference = this.#references[instrument]!
    assert.ok(price >= Math.ceil((reference * (10_000 - this.#bandBps)) / 10_000), 'under the band')
    assert.ok(price <= Math.floor((reference * (10_000 + this.#bandBps)) / 10_000), 'over the band')
  }
}

interface Place {
  readonly market: string
  readonly sign: number
  readonly isPlain: boolean
  price: number
  orderQty: number
  since: number
}

/** Priority: among plain orders none trades before one of a better price, or an older one at its price. */
export class QueueWatcher implements Watcher {
  readonly #places = new Map<number, Place>()
  #count = 0

  see(name: string, fields: Fields, events: readonly PlainEvent[]): void {
    for (const event of events) {
      if (event.name === 'Trade' && event.auction === 0) this.#seeTrade(event)
      if (isReport(event)) this.#seeReport(event, name === 'NewOrderSingle' ? fields : {})
    }
  }

  #seeReport(event: PlainEvent, entry: Fields): void {
    const id = Number(event.orderId)
    const { execType, orderQty, price } = event
    if (execType === ExecType.New) {
      const isPlain =
        event.ordType === OrdType.Limit &&
        event.displayQty === INT64_NULL &&
        entry.contingencyType === 0 &&
        // One that may slide can be asked to another price, and be at the same again: at its back.
        entry.postOnly === PostOnly.No &&
        PLAIN_LIFETIMES.has(Number(event.timeInForce))
      const place = { market: String(event.symbol), sign: signOf(event.side), isPlain }
      const rest = { price: Number(price), orderQty: Number(orderQty), since: ++this.#count }
      this.#places.set(id, { ...place, ...rest })
    }
    const place = this.#places.get(id)
    // A quote, which nobody told to be new.
    if (place === undefined) return
    if (execType === ExecType.Replaced) {
      const isMoved = price !== place.price || Number(orderQty) > place.orderQty
      if (isMoved) place.since = ++this.#count
      place.price = Number(price)
      place.orderQty = Number(orderQty)
    }
    if (execType === ExecType.Restated) place.orderQty = Number(orderQty)
    // A fill that ends an order is told before its trade: it stays until the next is looked for.
    if (event.leavesQty === 0 && !isFill(event)) this.#places.delete(id)
    if (event.leavesQty === 0 && isFill(event)) place.orderQty = 0
  }

  #seeTrade(event: PlainEvent): void {
    const maker = this.#places.get(Number(event.makerOrderId))
    if (maker === undefined) return
    const taker = Number(event.takerOrderId)
    for (const [id, other] of this.#places) {
      if (id === taker || !maker.isPlain || !other.isPlain || other.orderQty === 0) continue
      if (other === maker || other.market !== maker.market || other.sign !== maker.sign) continue
      const better = other.sign * (other.price - maker.price)
      const isAhead = better > 0 || (better === 0 && other.since < maker.since)
      assert.ok(!isAhead, `order ${event.makerOrderId} traded before order ${id}`)
    }
  }
}

const PLAIN_LIFETIMES: ReadonlySet<number> = new Set([
  ...[TimeInForce.GoodTillCancel, TimeInForce.Day, TimeInForce.GoodTillDate],
])

/** The book that the feed tells is never crossed while its market trades. */
export class CrossedWatcher implements Watcher {
  readonly #phases = new Map<number, number>()
  readonly #best = new Map<number, readonly [number, number]>()

  see(_name: string, _fields: Fields, events: readonly PlainEvent[]): void {
    for (const event of events) {
      const instrument = Number(event.instrument)
      if (event.name === 'PhaseChanged') this.#phases.set(instrument, Number(event.phase))
      if (event.name !== 'BookTicker') continue
      this.#best.set(instrument, [Number(event.bidPx), Number(event.offerPx)])
    }
    for (const [instrument, [bid, ask]] of this.#best) {
      const phase = this.#phases.get(instrument) ?? MarketPhase.Continuous
      if (phase !== MarketPhase.Continuous || bid === 0 || ask === 0) continue
      assert.ok(bid < ask, `crossed: ${bid} / ${ask}`)
    }
  }
}

const isRefusal = ({ name, execType }: PlainEvent): boolean =>
  name === 'OrderCancelReject' || name === 'CommandRefused' || execType === ExecType.Rejected

/** Refusals have a reason, and what was refused changed nothing: no feed, no other reports. Of a list all orders are refused. */
export class RefusalWatcher implements Watcher {
  see(_name: string, _fields: Fields, events: readonly PlainEvent[]): void {
    const said = events.filter(({ name }) => name !== 'WakeUp')
    for (const [index, event] of said.entries()) {
      if (!isRefusal(event)) continue
      assert.notEqual(event.reason, Reason.None)
      if (event.execType === ExecType.Rejected) assert.notEqual(event.ordRejReason, 0)
      assert.ok(said.slice(index).every(isRefusal), 'refusals are the last that is said')
    }
  }
}
