/**
 * The exchange as one would write it on a napkin: orders in arrays, sorted on every look, money in
 * plain objects. Slow and obvious: what the fast one is held against, event by event.
 */
import { ExecType, OrdStatus, OrdType, Reason, Side, TimeInForce } from '../../protocol/codecs.ts'
import { INT64_NULL } from '../../protocol/integers.ts'
import { reasonRow } from '../../protocol/reasons.ts'
import type { Fields, PlainEvent } from './exchange-harness.ts'

export interface NaiveOrder {
  orderId: number
  account: number
  session: number
  clOrdId: string
  side: number
  tif: number
  price: number
  qty: number
  cum: number
  leaves: number
  cumQuote: number
  status: number
  /** When it took its place in the queue. */
  place: number
}

interface Request {
  readonly name: string
  readonly session: number
  readonly sequence: number
  readonly timeUs: number
  readonly fields: Fields
}

interface KnownId {
  readonly account: number
  readonly clOrdId: string
  readonly order: NaiveOrder
}

export class NaiveExchange {
  readonly orders: NaiveOrder[] = []
  /** Ids no longer open, oldest first. */
  readonly closed: KnownId[] = []
  readonly free: Record<string, number>[] = []
  readonly held: Record<string, number>[] = []
  lastTrade = 0
  #terms: Record<string, number>
  #closedMax: number
  #eventNumber: number
  #numbers: number[] = []
  #updateId = 0
  #tradeId = 0
  #place = 0
  #best = '0 0 0 0'
  #events: PlainEvent[] = []
  #touched: string[] = []
  #request!: Request

  /** Session s trades for account s. */
  constructor(options: {
    readonly terms: Fields
    readonly accounts: number
    readonly units: number
    readonly closedIdsMax: number
    readonly eventsBefore: number
  }) {
    this.#terms = options.terms as Record<string, number>
    this.#closedMax = options.closedIdsMax
    this.#eventNumber = options.eventsBefore
    for (let account = 0; account <= options.accounts; account++) {
      this.free.push({ BTC: options.units, USD: options.units })
      this.held.push({ BTC: 0, USD: 0 })
      this.#numbers.push(1)
    }
  }

  apply(request: Request): PlainEvent[] {
    this.#request = request
    this.#events = []
    this.#touched = []
    if (request.name === 'NewOrderSingle') this.#enter()
    else this.#change()
    this.#sayFeed()
    return this.#events
  }

  /** Resting orders of a side as they would trade. */
  queue(side: number): NaiveOrder[] {
    const sign = side === Side.Buy ? 1 : -1
    return this.orders
      .filter((o) => o.side === side)
      .sort((a, b) => sign * (b.price - a.price) || a.place - b.place)
  }

  /** Returns why not, or Reason.None; as do the next two. */
  #enter(): number {
    const { fields, session } = this.#request
    const [price, qty, side] = [Number(fields.price), Number(fields.orderQty), Number(fields.side)]
    const original = this.#byClientId(session, String(fields.clOrdId))
    const refuse = (reason: number) => this.#reject(reason, original)
    if (original !== undefined) return refuse(Reason.DuplicateClOrdId)
    if (fields.symbol !== 'BTCUSD') return refuse(Reason.UnknownSymbol)
    const reason = this.#judge(price, qty) || this.#collar(side, price)
    if (reason) return refuse(reason)
    const open = this.orders.filter((o) => o.account === session).length
    if (open >= this.#terms.openOrdersMax!) return refuse(Reason.TooManyOpenOrders)
    const order: NaiveOrder = {
      ...{ orderId: this.#request.sequence, account: session, session, side, price, qty },
      ...{ clOrdId: String(fields.clOrdId), tif: Number(fields.timeInForce) },
      ...{ cum: 0, leaves: qty, cumQuote: 0, status: OrdStatus.New, place: 0 },
    }
    if (this.#holdOf(order) > this.#freeOf(order)) return refuse(Reason.InsufficientFunds)
    this.#move(order, this.#holdOf(order))
    this.#report(order, ExecType.New)
    this.#run(order)
    return Reason.None
  }

  #change(): number {
    const { name, fields, session } = this.#request
    const isReplace = name === 'OrderCancelReplaceRequest'
    const refuse = (reason: number, order?: NaiveOrder) => this.#cancelReject(reason, order)
    if (isReplace) {
      const original = this.#byClientId(session, String(fields.clOrdId))
      if (original !== undefined) return refuse(Reason.DuplicateClOrdId, original)
    }
    const byId = this.#byOrderId(Number(fields.orderId), session)
    const byName = this.#byClientId(session, String(fields.origClOrdId))
    const order = fields.orderId === INT64_NULL ? byName : byId
    if (order === undefined) return refuse(Reason.UnknownOrder)
    const isOpen = this.orders.includes(order)
    const agrees = fields.origClOrdId === '' || order.clOrdId === fields.origClOrdId
    if (fields.orderId !== INT64_NULL && !agrees) return refuse(Reason.IdsDisagree, order)
    if (!isOpen) return refuse(Reason.TooLate, order)
    if (!agrees) return refuse(Reason.IdsDisagree, order)
    if (fields.side !== order.side || fields.symbol !== 'BTCUSD') {
      return refuse(Reason.SideOrSymbolChanged, order)
    }
    if (isReplace) return this.#replace(order)
    order.session = session
    this.#takeOut(order)
    this.#end(order, OrdStatus.Canceled)
    this.#report(order, ExecType.Canceled, {
      ...{ clOrdId: fields.clOrdId!, origClOrdId: order.clOrdId },
      reason: Reason.CanceledByClient,
    })
    this.#close(order)
    return Reason.None
  }

  #replace(order: NaiveOrder): number {
    const { fields, session } = this.#request
    const [total, price] = [Number(fields.orderQty), Number(fields.price)]
    const refuse = (reason: number) => this.#cancelReject(reason, order)
    if (total < 1) return refuse(Reason.QuantityOutOfRange)
    const { priceMin, priceMax } = this.#terms
    if (price < priceMin! || price > priceMax!) return refuse(Reason.PriceOutOfRange)
    const isDone = total <= order.cum
    const isInPlace = !isDone && price === order.price && total <= order.qty
    if (!isDone) {
      const reason = this.#judge(price, total)
      if (reason) return refuse(reason)
    }
    const next = { ...order, price, qty: total, leaves: total - order.cum }
    const more = this.#holdOf(next) - this.#holdOf(order)
    if (!isDone && !isInPlace) {
      const reason = this.#collar(order.side, price)
      if (reason) return refuse(reason)
      if (more > this.#freeOf(order)) return refuse(Reason.InsufficientFunds)
    }
    const old = order.clOrdId
    if (isDone) {
      this.#takeOut(order)
      this.#end(order, OrdStatus.Filled)
      order.qty = order.cum
    } else {
      this.#move(order, more)
      if (!isInPlace) this.#takeOut(order)
      else if (total < order.qty) this.#touch(order)
      Object.assign(order, { price, qty: total, leaves: total - order.cum })
    }
    this.#forgetLater({ account: order.account, clOrdId: old, order })
    order.clOrdId = String(fields.clOrdId)
    order.session = session
    this.#report(order, ExecType.Replaced, { origClOrdId: old })
    if (isDone) this.#close(order)
    else if (!isInPlace) this.#run(order)
    return Reason.None
  }

  #run(taker: NaiveOrder): void {
    const sign = taker.side === Side.Buy ? 1 : -1
    const other = taker.side === Side.Buy ? Side.Sell : Side.Buy
    while (taker.leaves > 0) {
      const maker = this.queue(other)[0]
      if (maker === undefined || sign * (taker.price - maker.price) < 0) break
      this.#trade(maker, taker, Math.min(maker.leaves, taker.leaves))
    }
    if (taker.leaves === 0) this.#close(taker)
    else if (taker.tif === TimeInForce.ImmediateOrCancel) {
      this.#end(taker, OrdStatus.Expired)
      this.#report(taker, ExecType.Expired, { reason: Reason.UnfilledIoc })
      this.#close(taker)
    } else {
      taker.place = ++this.#place
      this.orders.push(taker)
      this.#touch(taker)
    }
  }

  #trade(maker: NaiveOrder, taker: NaiveOrder, lots: number): void {
    const [buyer, seller] = taker.side === Side.Buy ? [taker, maker] : [maker, taker]
    this.held[buyer.account]!.USD! -= buyer.price * lots
    this.free[buyer.account]!.USD! += (buyer.price - maker.price) * lots
    this.free[seller.account]!.USD! += maker.price * lots
    this.held[seller.account]!.BTC! -= lots
    this.free[buyer.account]!.BTC! += lots
    for (const order of [maker, taker]) {
      order.leaves -= lots
      order.cum += lots
      order.cumQuote += lots * maker.price
      order.status = order.leaves === 0 ? OrdStatus.Filled : OrdStatus.PartiallyFilled
    }
    this.lastTrade = maker.price
    const tradeId = ++this.#tradeId
    const fill = { lastQty: lots, lastPx: maker.price, tradeId }
    this.#report(maker, ExecType.Trade, { ...fill, aggressorIndicator: 0 })
    this.#report(taker, ExecType.Trade, { ...fill, aggressorIndicator: 1 })
    this.#say('Trade', 0, {
      ...{ instrument: 0, takerSide: taker.side, tradeId, price: maker.price, lots, auction: 0 },
      ...{ makerOrderId: maker.orderId, takerOrderId: taker.orderId },
    })
    this.#touch(maker)
    if (maker.leaves === 0) {
      this.orders.splice(this.orders.indexOf(maker), 1)
      this.#close(maker)
    }
  }

  #judge(price: number, lots: number): number {
    const t = this.#terms
    if (price < t.priceMin! || price > t.priceMax!) return Reason.PriceOutOfRange
    if (lots < t.qtyMin! || lots > t.qtyMax!) return Reason.QuantityOutOfRange
    const isInside = price * lots >= t.notionalMin! && price * lots <= t.notionalMax!
    return isInside ? 0 : Reason.NotionalOutOfRange
  }

  #collar(side: number, price: number): number {
    const reference = this.lastTrade || this.#terms.referencePrice!
    const width = reference * this.#terms.collarBps!
    if (width === 0) return 0
    const beyond = side === Side.Buy ? price - reference : reference - price
    return beyond * 10_000 > width ? Reason.PriceCollar : 0
  }

  #currency = (order: NaiveOrder): string => (order.side === Side.Buy ? 'USD' : 'BTC')
  #holdOf = (o: NaiveOrder): number => (o.side === Side.Buy ? o.price * o.leaves : o.leaves)
  #freeOf = (order: NaiveOrder): number => this.free[order.account]![this.#currency(order)]!

  #move(order: NaiveOrder, units: number): void {
    this.free[order.account]![this.#currency(order)]! -= units
    this.held[order.account]![this.#currency(order)]! += units
  }

  #end(order: NaiveOrder, status: number): void {
    this.#move(order, -this.#holdOf(order))
    order.leaves = 0
    order.status = status
  }

  #takeOut(order: NaiveOrder): void {
    this.orders.splice(this.orders.indexOf(order), 1)
    this.#touch(order)
  }

  #close(order: NaiveOrder): void {
    this.#forgetLater({ account: order.account, clOrdId: order.clOrdId, order })
  }

  #forgetLater(id: KnownId): void {
    this.closed.push(id)
    if (this.closed.length > this.#closedMax) this.closed.shift()
  }

  #byClientId(account: number, clOrdId: string): NaiveOrder | undefined {
    const isIt = (o: { account: number; clOrdId: string }) =>
      o.account === account && o.clOrdId === clOrdId
    return this.orders.find(isIt) ?? this.closed.find(isIt)?.order
  }

  #byOrderId(orderId: number, account: number): NaiveOrder | undefined {
    const isIt = (o: NaiveOrder) => o.orderId === orderId && o.account === account
    return this.orders.find(isIt) ?? this.closed.find((known) => isIt(known.order))?.order
  }

  #say(name: string, session: number, fields: Fields): void {
    this.#eventNumber++
    const number = session === 0 ? 0 : this.#numbers[session]!++
    this.#events.push({ name, session, number, ...fields })
  }

  #report(order: NaiveOrder, execType: number, more: Fields = {}): void {
    this.#say('ExecutionReport', order.session, {
      ...{ orderId: order.orderId, execId: this.#eventNumber + 1, orderQty: order.qty },
      ...{ price: order.price, cumQty: order.cum, leavesQty: order.leaves },
      ...{ lastQty: INT64_NULL, lastPx: INT64_NULL, tradeId: INT64_NULL },
      ...{ cumQuoteQty: order.cumQuote, transactTime: this.#request.timeUs },
      ...{ clOrdId: order.clOrdId, origClOrdId: '', symbol: 'BTCUSD', execType },
      ...{ ordStatus: order.status, side: order.side, ordType: OrdType.Limit },
      ...{ timeInForce: order.tif, aggressorIndicator: 255, reason: 0, ordRejReason: 0 },
      ...{ commission: 0, stopPx: INT64_NULL, displayQty: INT64_NULL },
      lastRptRequested: 0,
      workingIndicator: this.orders.includes(order) && order.leaves > 0 ? 1 : 0,
      ...more,
    })
  }

  #reject(reason: number, original: NaiveOrder | undefined): number {
    const { fields, session, timeUs } = this.#request
    this.#say('ExecutionReport', session, {
      ...{ orderId: original?.orderId ?? 0, execId: this.#eventNumber + 1 },
      ...{ orderQty: fields.orderQty!, price: fields.price!, cumQty: 0, leavesQty: 0 },
      ...{ lastQty: INT64_NULL, lastPx: INT64_NULL, tradeId: INT64_NULL, cumQuoteQty: 0 },
      ...{ transactTime: timeUs, clOrdId: fields.clOrdId!, origClOrdId: '' },
      ...{ symbol: fields.symbol!, execType: ExecType.Rejected, ordStatus: OrdStatus.Rejected },
      ...{ side: fields.side!, ordType: OrdType.Limit, timeInForce: fields.timeInForce! },
      ...{ aggressorIndicator: 255, reason, ordRejReason: reasonRow(reason).ordRejReason },
      ...{
        commission: 0,
        stopPx: INT64_NULL,
        displayQty: INT64_NULL,
        workingIndicator: 0,
        lastRptRequested: 0,
      },
    })
    return reason
  }

  #cancelReject(reason: number, order?: NaiveOrder): number {
    const { name, fields, session, timeUs } = this.#request
    this.#say('OrderCancelReject', session, {
      ...{ orderId: order?.orderId ?? 0, transactTime: timeUs, clOrdId: fields.clOrdId! },
      ...{ origClOrdId: fields.origClOrdId!, ordStatus: order?.status ?? OrdStatus.Rejected },
      cxlRejResponseTo: name === 'OrderCancelRequest' ? 49 : 50,
      ...{ reason, cxlRejReason: reasonRow(reason).cxlRejReason },
    })
    return reason
  }

  #touch(order: NaiveOrder): void {
    const level = `${order.side} ${order.price}`
    if (!this.#touched.includes(level)) this.#touched.push(level)
  }

  #sayFeed(): void {
    this.#touched.forEach((level, i) => {
      const [side, price] = level.split(' ').map(Number) as [number, number]
      const there = this.orders.filter((o) => o.side === side && o.price === price)
      const lots = there.reduce((sum, o) => sum + o.leaves, 0)
      const lastOfTurn = i === this.#touched.length - 1 ? 1 : 0
      const updateId = ++this.#updateId
      const fields = { instrument: 0, side, lastOfTurn, updateId, price, lots }
      this.#say('DepthUpdate', 0, { ...fields, orders: there.length })
    })
    const best = [Side.Buy, Side.Sell].map((side) => {
      const queue = this.queue(side)
      const price = queue[0]?.price ?? 0
      const lots = queue.filter((o) => o.price === price).reduce((sum, o) => sum + o.leaves, 0)
      return [price, lots] as const
    })
    const [[bidPx, bidSize], [offerPx, offerSize]] = best as [[number, number], [number, number]]
    const said = `${bidPx} ${bidSize} ${offerPx} ${offerSize}`
    if (said === this.#best) return
    this.#best = said
    const prices = { bidPx, bidSize, offerPx, offerSize }
    this.#say('BookTicker', 0, { instrument: 0, updateId: this.#updateId, ...prices })
  }
}
