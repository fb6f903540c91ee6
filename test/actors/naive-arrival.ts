/** What happens to an order that arrives (§4), to pegs (§7), and to all of them in an uncross (§8). */
import type { Phase } from './book-under-test.ts'
import { findUncross, NO_UNCROSS } from './naive-auction.ts'
import {
  isMarketLike,
  mayRest,
  minimumOf,
  type NaiveOrder,
  pegPrice,
  phaseForbids,
} from './naive-order.ts'
import { NaiveTaking } from './naive-taking.ts'

export class NaiveArrival extends NaiveTaking {
  /** The last one told of the call that is going on. */
  protected saidUncross = NO_UNCROSS

  /** From its price on, which it has by now: it takes, rests, expires. */
  protected arrive(order: NaiveOrder): void {
    order.where = 'work'
    if (!this.isContinuous) this.rest(order)
    else if (!order.hasArrived && this.takeable(order) < minimumOf(order)) {
      this.end(order, 'UnfilledMinimum')
    } else this.#takeAndRest(order)
  }

  #takeAndRest(order: NaiveOrder): void {
    order.hasArrived = true
    const isBanded = this.take(order)
    if (order.where === 'work') {
      const { bandPolicy } = this.rules
      if (isBanded && bandPolicy === 'cancel') this.end(order, 'PriceBand')
      else if (mayRest(order)) this.rest(order)
      else if (isBanded) this.end(order, 'PriceBand')
      else this.end(order, isMarketLike(order) ? 'UnfilledMarket' : 'UnfilledIoc')
    }
    if (isBanded && this.rules.bandPolicy === 'pause') this.enterPhase('volatility-auction')
  }

  protected rest(order: NaiveOrder): void {
    const { sign, price, spec } = order
    const displayed = this.queue(sign).filter((other) => !other.spec.hidden)
    const isBetter = displayed.every((other) => sign * (price - other.price) > 0)
    if (!spec.hidden && isBetter) this.top[sign] = order
    order.where = 'book'
    order.hasArrived = true
    order.tip = spec.hidden ? 0 : Math.min(spec.display || order.open, order.open)
    order.place = this.nextPlace()
  }

  /** One tick short of the other side, where a post-only order would reach it; 0: nowhere. */
  protected postOnlyPrice(order: NaiveOrder, price: number): number {
    const best = this.best(-order.sign as 1 | -1)
    const { postOnly } = order.spec
    const wouldTrade = best > 0 && order.sign * (price - best) >= 0
    if (!this.isContinuous || postOnly === 'no' || !wouldTrade) return price
    const slid = best - order.sign
    const isThere = slid >= this.rules.priceMin && slid <= this.rules.priceMax
    return postOnly === 'slide' && isThere ? slid : 0
  }

  /** An order that was there before, and whose price is new or was never tried. */
  #arriveAgain(order: NaiveOrder, price: number, isRestated: boolean): void {
    this.losePlace(order)
    order.where = 'work'
    const allowed = this.postOnlyPrice(order, price)
    if (allowed === 0) {
      this.end(order, 'WouldTrade')
      return
    }
    order.price = allowed
    if (isRestated || allowed !== price) this.say(`restated ${order.id} ${allowed} ${order.open}`)
    this.arrive(order)
  }

  protected park(order: NaiveOrder): void {
    const isPeg = order.spec.type === 'pegged'
    const isTakenOut = order.where === 'book' || order.where === 'moving'
    this.losePlace(order)
    order.where = 'parked'
    if (!isPeg) return
    order.tip = 0
    order.price = order.limit
    if (isTakenOut) this.say(`restated ${order.id} 0 ${order.open}`)
  }

  protected pegPriceNow(order: NaiveOrder): number {
    return pegPrice(order, this.references(), this.rules)
  }

  /** Whether it waits beside the book: at the close outside its auction. */
  protected isForLater(order: NaiveOrder): boolean {
    return order.spec.tif === 'at-close' && this.phase !== 'closing-auction'
  }

  #takeDue(order: NaiveOrder): void {
    this.say(`triggered ${order.id}`)
    order.where = 'work'
    const isPeg = order.spec.type === 'pegged'
    const pegPrice = isPeg && this.isContinuous ? this.pegPriceNow(order) : 0
    if (phaseForbids(order.spec, this.phase)) this.end(order, 'PhaseForbids')
    else if (this.isUnelectedStop(order)) this.beginWaiting(order)
    else if (this.isForLater(order) || (isPeg && pegPrice === 0)) this.park(order)
    else this.#arriveAgain(order, isPeg ? pegPrice : order.price, false)
  }

  /** Due work, then the pegs, then due work again, until nothing changes. */
  protected settle(): void {
    do {
      for (let next = this.due.shift(); next !== undefined; next = this.due.shift()) {
        this.#takeDue(next)
      }
    } while (this.isContinuous && this.#movePegs())
  }

  /** Returns whether any had to. */
  #movePegs(): boolean {
    const now = this.references()
    const moved = [...this.waiting('book'), ...this.waiting('parked')]
      .filter((order) => order.spec.type === 'pegged')
      .map((order) => ({ order, price: pegPrice(order, now, this.rules) }))
      .filter(({ order, price }) => price !== (order.where === 'book' ? order.price : 0))
      .sort((a, b) => a.order.id - b.order.id)
    for (const { order, price } of moved) {
      if (price === 0) this.park(order)
      else if (order.where === 'book') {
        this.losePlace(order)
        order.where = 'moving'
      }
    }
    for (const { order, price } of moved) {
      const isOut = order.where === 'moving' || order.where === 'parked'
      if (price > 0 && isOut && this.isContinuous) this.#arriveAgain(order, price, true)
    }
    return moved.length > 0
  }

  protected enterPhase(phase: Phase): void {
    const before = this.phase
    this.say(`phase ${phase}`)
    this.phase = phase
    if (!this.isInCall) this.saidUncross = NO_UNCROSS
    if (before === 'continuous') this.#parkPegs()
    const isClosing = phase === 'closed' && before === 'closing-auction'
    if (phase === 'continuous' || isClosing) this.#uncross(isClosing)
    if (phase === 'closed') {
      this.settle()
      this.#endDay()
    }
    if (phase === 'closing-auction') {
      const forClose = this.waiting('parked').filter(({ spec }) => spec.tif === 'at-close')
      for (const order of forClose) this.rest(order)
    }
  }

  #parkPegs(): void {
    for (const order of this.orders) {
      const isThere = order.where === 'book' || order.where === 'moving'
      if (order.spec.type === 'pegged' && isThere) this.park(order)
    }
  }

  #uncross(isClosing: boolean): void {
    for (;;) {
      const { price, lots } = findUncross(this.waiting('book'), this.rules, this.lastPrint)
      if (lots === 0) break
      this.#cross(price, lots)
      this.bandReference = price
      if (isClosing) this.lastPrint = price
      else this.print(price)
      // Only an end by a link, between two trades, can leave something that still crosses.
    }
    for (const order of this.waiting('book')) {
      const { tif } = order.spec
      if (order.where !== 'book') continue
      if (isMarketLike(order)) this.end(order, 'UnfilledMarket')
      else if (tif === 'at-open' || (isClosing && tif === 'at-close')) {
        this.end(order, 'UnfilledAuction')
      }
    }
  }

  #cross(price: number, lots: number): void {
    const traded = new Map<NaiveOrder, number>()
    for (let left = lots; left > 0; ) {
      const buy = this.queue(1)[0]
      const sell = this.queue(-1)[0]
      if (buy === undefined || sell === undefined || buy.price < price || sell.price > price) break
      const both = Math.min(buy.open, sell.open, left)
      const [maker, taker] = buy.id < sell.id ? [buy, sell] : [sell, buy]
      this.fill(maker, taker, price, both)
      for (const order of [buy, sell]) traded.set(order, (traded.get(order) ?? 0) + both)
      left -= both
    }
    for (const [order, done] of traded) {
      if (order.where !== 'book' || order.spec.hidden) continue
      order.tip -= done
      if (order.tip <= 0) this.refill(order)
    }
  }

  #endDay(): void {
    for (const order of [...this.orders].sort((a, b) => a.id - b.id)) {
      const { tif } = order.spec
      const isOfToday = tif === 'day' || tif === 'at-open' || tif === 'at-close'
      if (order.where !== 'gone' && (isOfToday || isMarketLike(order))) this.end(order, 'DayEnded')
    }
  }
}
