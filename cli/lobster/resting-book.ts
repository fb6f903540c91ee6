/**
 * Who rests where, as far as the file tells: price levels with a queue each, the oldest order
 * first. It says what a taker would meet and does what it is told; it never matches by itself,
 * because in the day it is the rows that decide.
 *
 * An order is known by its LOBSTER id, or anonymous: one that stands for all that rested at a price
 * when the price came into view. So an anonymous order is the first of its queue and there is at
 * most one at a price.
 */

import assert from 'node:assert/strict'
import type { Sign } from './files.ts'

/** LOBSTER's own id for orders that nobody may see. */
export const ANONYMOUS = 0

export interface RestingOrder {
  readonly clOrdId: string
  readonly orderId: number
  readonly sign: Sign
  readonly priceTicks: number
  openLots: number
  filledLots: number
}

export interface RestingLevel {
  readonly priceTicks: number
  /** Oldest first, never empty. */
  readonly orders: RestingOrder[]
  lots: number
}

/** A part of an order that a taker would meet. */
export interface Meeting {
  readonly order: RestingOrder
  lots: number
}

export class RestingBook {
  readonly #held = new Map<number, RestingOrder>()
  readonly #bids: RestingLevel[] = []
  readonly #asks: RestingLevel[] = []

  /** Best first. A view: it changes with the book. */
  levels(sign: Sign): readonly RestingLevel[] {
    return this.#side(sign)
  }

  /** Would an order of this side and price trade at once? */
  crosses(sign: Sign, priceTicks: number): boolean {
    const best = this.#side(sign === 1 ? -1 : 1)[0]
    return best !== undefined && (priceTicks - best.priceTicks) * sign >= 0
  }

  enter(order: RestingOrder): void {
    const levels = this.#side(order.sign)
    let index = 0
    while (
      index < levels.length &&
      isBetter(order.sign, levels[index]!.priceTicks, order.priceTicks)
    ) {
      index++
    }
    let level = levels[index]
    if (level === undefined || level.priceTicks !== order.priceTicks) {
      level = { priceTicks: order.priceTicks, orders: [], lots: 0 }
      levels.splice(index, 0, level)
    }
    level.orders.push(order)
    level.lots += order.openLots
    if (order.orderId !== ANONYMOUS) this.#held.set(order.orderId, order)
  }

  /** The order that a row of the file is about: held by id, or the anonymous one of its price. */
  resolve(orderId: number, sign: Sign, priceTicks: number): RestingOrder | undefined {
    const held = this.#held.get(orderId)
    if (held === undefined) return this.level(sign, priceTicks)?.orders.find(isAnonymous)
    return held.sign === sign && held.priceTicks === priceTicks ? held : undefined
  }

  level(sign: Sign, priceTicks: number): RestingLevel | undefined {
    return this.#side(sign).find((level) => level.priceTicks === priceTicks)
  }

  /**
   * Whom a taker of so many lots would meet on the side `sign`, in price-time order. No limit is
   * asked for: who meets the makers that the rows name stays within the price of the last.
   */
  meet(sign: Sign, lots: number): Meeting[] {
    const meetings: Meeting[] = []
    let wanted = lots
    for (const level of this.#side(sign)) {
      for (const order of level.orders) {
        if (wanted === 0) return meetings
        const met = Math.min(wanted, order.openLots)
        meetings.push({ order, lots: met })
        wanted -= met
      }
    }
    return meetings
  }

  fill(order: RestingOrder, lots: number): void {
    order.filledLots += lots
    this.reduce(order, lots)
  }

  /** Takes lots off an order where it stands; the last take it out. */
  reduce(order: RestingOrder, lots: number): void {
    assert(
      lots > 0 && lots <= order.openLots,
      `${order.clOrdId}: ${lots} of ${order.openLots} lots`,
    )
    const level = this.level(order.sign, order.priceTicks)
    assert(level !== undefined, `${order.clOrdId} rests nowhere`)
    order.openLots -= lots
    level.lots -= lots
    if (order.openLots === 0) this.#remove(order, level)
  }

  #remove(order: RestingOrder, level: RestingLevel): void {
    level.orders.splice(level.orders.indexOf(order), 1)
    if (this.#held.get(order.orderId) === order) this.#held.delete(order.orderId)
    if (level.orders.length > 0) return
    const levels = this.#side(order.sign)
    levels.splice(levels.indexOf(level), 1)
  }

  #side(sign: Sign): RestingLevel[] {
    return sign === 1 ? this.#bids : this.#asks
  }
}

export function isAnonymous(order: RestingOrder): boolean {
  return order.orderId === ANONYMOUS
}

/** Is price `a` strictly better than `b` for an order resting on this side? */
export function isBetter(sign: Sign, a: number, b: number): boolean {
  return (a - b) * sign > 0
}
