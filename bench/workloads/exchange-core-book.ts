/**
 * The reference book of the exchange-core flow: price-time, for about a thousand orders. The flow's
 * prices lie in a range known from the start, so that each has a place of its own, and an order is
 * found by its price.
 *
 *   bids, by price   ... | 34476        | 34477 | 34478                        | 34479 | ...
 *                        | oldest, next |   -   | oldest, next, next  ◀ best   |   -   |
 */
export const XcSide = { Bid: 0, Ask: 1 } as const

export interface XcOrder {
  readonly id: number
  readonly uid: number
  /** XcSide. */
  readonly side: number
  /** Where it rests, or may trade up to. */
  price: number
  /** Quantity that has neither traded nor been taken back. */
  open: number
}

/** `maker` has just lost `qty` to an order that came, at `maker.price`. */
export type XcFill = (maker: XcOrder, qty: number) => void

export class XcBook {
  readonly #sides: readonly [XcQueue, XcQueue]

  /** No order ever rests above `priceMax`. */
  constructor(priceMax: number) {
    this.#sides = [new XcQueue(XcSide.Bid, priceMax), new XcQueue(XcSide.Ask, priceMax)]
  }

  side(side: number): XcQueue {
    return this.#sides[side]!
  }

  /** Trades what crosses. What is left of `taker` is the caller's. */
  match(taker: XcOrder, onFill: XcFill): void {
    const makers = this.side(1 - taker.side)
    const sign = taker.side === XcSide.Bid ? 1 : -1
    while (taker.open > 0) {
      const maker = makers.first()
      if (maker === undefined || sign * (taker.price - maker.price) < 0) return
      const qty = Math.min(maker.open, taker.open)
      maker.open -= qty
      taker.open -= qty
      if (maker.open === 0) makers.remove(maker)
      onFill(maker, qty)
    }
  }

  /**
   * What `qty` would cost or bring on the side that a taker of `takerSide` meets; undefined if so
   * much is not there.
   */
  cost(takerSide: number, qty: number): number | undefined {
    let cost = 0
    let rest = qty
    for (const maker of this.side(1 - takerSide)) {
      const part = Math.min(rest, maker.open)
      cost += part * maker.price
      rest -= part
      if (rest === 0) return cost
    }
    return undefined
  }
}

export class XcQueue {
  /** Resting orders. */
  count = 0
  /** Prices at which orders rest. */
  levels = 0
  /** The best price; meaningless while `count` is 0. */
  #best = 0
  readonly #byPrice: readonly XcOrder[][]
  /** What is added to a price to come to a worse one. */
  readonly #worse: 1 | -1

  constructor(side: number, priceMax: number) {
    this.#byPrice = Array.from({ length: priceMax + 1 }, () => [])
    this.#worse = side === XcSide.Bid ? -1 : 1
  }

  get best(): number | undefined {
    return this.count === 0 ? undefined : this.#best
  }

  /** The one that trades first. */
  first(): XcOrder | undefined {
    return this.count === 0 ? undefined : this.#byPrice[this.#best]![0]
  }

  /** `order` becomes the last at its price. */
  add(order: XcOrder): void {
    const level = this.#byPrice[order.price]!
    if (level.length === 0) this.levels++
    if (this.count === 0 || this.#worse * (order.price - this.#best) < 0) this.#best = order.price
    level.push(order)
    this.count++
  }

  remove(order: XcOrder): void {
    const level = this.#byPrice[order.price]!
    level.splice(level.indexOf(order), 1)
    this.count--
    if (level.length > 0) return
    this.levels--
    if (this.count === 0) return
    while (this.#byPrice[this.#best]!.length === 0) this.#best += this.#worse
  }

  /** In the order in which they trade. */
  *[Symbol.iterator](): Generator<XcOrder> {
    let rest = this.count
    for (let price = this.#best; rest > 0; price += this.#worse) {
      const level = this.#byPrice[price]!
      rest -= level.length
      yield* level
    }
  }
}
