/**
 * What follows from an end, a fill and a print: links, children, stops (§6). Nothing arrives here;
 * what should is put into the queue of what is due.
 */

import { isStop, type NaiveOrder, protectionFrom, trailFrom } from './naive-order.ts'
import { NaiveShelf } from './naive-shelf.ts'

export class NaiveConsequences extends NaiveShelf {
  /** What is open of it goes; so does what was linked to it, then what waited for its fill. */
  protected end(order: NaiveOrder, reason: string): void {
    this.say(`ended ${order.id} ${order.open} ${reason}`)
    this.leave(order, 'ended')
    this.breakLink(order)
    for (const child of this.childrenOf(order)) {
      if (child.where === 'child') this.end(child, 'ParentEnded')
    }
  }

  protected leave(order: NaiveOrder, fate: 'filled' | 'ended'): void {
    this.losePlace(order)
    order.where = 'gone'
    this.orders = this.orders.filter((other) => other !== order)
    this.due = this.due.filter((other) => other !== order)
    this.gone.set(order.id, fate)
  }

  protected losePlace(order: NaiveOrder): void {
    if (this.top[order.sign] === order) this.top[order.sign] = undefined
  }

  protected childrenOf(parent: NaiveOrder): NaiveOrder[] {
    return this.waiting('child').filter((child) => child.parentId === parent.id)
  }

  /** The other one ends. The link is used up by it: it does not come back for the first one. */
  protected breakLink(order: NaiveOrder): void {
    const { partner } = order
    if (partner === undefined || partner.where === 'gone') return
    order.partner = undefined
    partner.partner = undefined
    if (partner.open > 0) this.end(partner, 'LinkedOrder')
  }

  protected fill(maker: NaiveOrder, taker: NaiveOrder, price: number, lots: number): void {
    this.say(`trade ${maker.id} ${taker.id} ${price} ${lots}`)
    for (const order of [maker, taker]) {
      order.open -= lots
      order.filled += lots
      if (order.open === 0) this.leave(order, 'filled')
    }
    for (const order of [maker, taker]) {
      this.breakLink(order)
      this.releaseChildren(order, order.open === 0)
    }
  }

  protected releaseChildren(parent: NaiveOrder, isFull: boolean): void {
    for (const child of this.childrenOf(parent)) {
      if (isFull || child.onFirstFill) this.becomesDue(child)
    }
  }

  protected becomesDue(order: NaiveOrder): void {
    order.where = 'due'
    this.due.push(order)
  }

  protected print(price: number): void {
    this.lastPrint = price
    for (const stop of this.waiting('stop')) {
      if (stop.where === 'stop' && this.isReached(stop)) this.elect(stop)
    }
    for (const stop of this.waiting('stop')) {
      if (stop.spec.type === 'trailing-stop') this.#trail(stop)
    }
  }

  protected isReached(stop: NaiveOrder): boolean {
    return this.lastPrint > 0 && stop.sign * (this.lastPrint - stop.trigger) >= 0
  }

  protected elect(stop: NaiveOrder): void {
    stop.isElected = true
    this.becomesDue(stop)
    this.breakLink(stop)
  }

  /** An auction trades whatever the triggers: in a call nothing is elected. */
  protected beginWaiting(stop: NaiveOrder): void {
    stop.where = 'stop'
    if (this.isContinuous && this.isReached(stop)) this.elect(stop)
  }

  #trail(stop: NaiveOrder): void {
    const { sign } = stop
    const next = trailFrom(this.lastPrint, stop.spec, this.rules)
    if (sign * (stop.trigger - next) <= 0) return
    stop.trigger = next
    const price = protectionFrom(next, sign, this.rules)
    stop.price = sign === 1 ? Math.min(price, stop.firstPrice) : Math.max(price, stop.firstPrice)
  }

  protected isUnelectedStop(order: NaiveOrder): boolean {
    return isStop(order.spec) && !order.isElected
  }
}
