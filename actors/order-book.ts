/**
 *   account ▸ risk ▸ BOOK ▸ feed ▸ account
 *
 * Limit orders of one symbol, by price, then by time of arrival. Pure: it knows prices, lots and
 * queues, no money and no report, and says to its listener what happened. Whatever it is told was
 * checked before: it refuses nothing.
 *
 * After each call the book is not crossed, except between `match` and the `rest` that follows it.
 * Hot file.
 */
import { BookSide } from './book-side.ts'
import { LEAVES, LEVEL, NEXT, NIL, ORDER_QTY, type OrderStore, PRICE, SIGN } from './order-store.ts'
import { BUY, SELL, type Sign } from './sign.ts'

export interface BookListener {
  /**
   * `taker` took `lots` from `maker` at the maker's price. Both records have the lots moved from
   * open to filled already; a maker without open lots is out of the book, and its slot the
   * listener's to close.
   */
  onTrade(maker: number, taker: number, priceTicks: number, lots: number): void

  /** So much rests at this price now; 0 lots of 0 orders: the level is gone. */
  onLevel(sign: Sign, priceTicks: number, lots: number, orders: number): void
}

/** A price level as others see it. */
export interface DepthLevel {
  readonly priceTicks: number
  readonly lots: number
  readonly orders: number
}

export class OrderBook {
  readonly bids: BookSide
  readonly asks: BookSide
  readonly #store: OrderStore
  readonly #listener: BookListener

  constructor(store: OrderStore, listener: BookListener) {
    this.#store = store
    this.#listener = listener
    this.bids = new BookSide(BUY, store)
    this.asks = new BookSide(SELL, store)
  }

  side(sign: number): BookSide {
    return sign > 0 ? this.bids : this.asks
  }

  /**
   * Trades an order that does not rest against the other side, as far as its price and its lots go.
   */
  match(taker: number): void {
    const store = this.#store
    const sign = store.get(taker, SIGN)
    const opposite = this.side(-sign)
    const takerKey = sign * store.get(taker, PRICE)
    let leaves = store.get(taker, LEAVES)
    while (leaves > 0) {
      const level = opposite.best
      // The other side's key is −sign × price: the prices cross while the sum of the keys is not
      // below 0.
      if (level === NIL || takerKey + opposite.key(level) < 0) return
      const maker = opposite.head(level)
      const makerLeaves = store.get(maker, LEAVES)
      const lots = Math.min(leaves, makerLeaves)
      leaves -= lots
      const priceTicks = store.get(maker, PRICE)
      store.fill(taker, lots)
      store.fill(maker, lots)
      opposite.shrink(level, lots)
      if (lots === makerLeaves) this.#takeOut(opposite, maker, level)
      else this.#say(opposite, level)
      this.#listener.onTrade(maker, taker, priceTicks, lots)
    }
  }

  /** Puts an order at the tail of its price, to wait. */
  rest(order: number): void {
    const side = this.side(this.#store.get(order, SIGN))
    this.#say(side, side.append(order))
  }

  /** Takes a resting order out; its record keeps its open lots. */
  remove(order: number): void {
    const side = this.side(this.#store.get(order, SIGN))
    this.#takeOut(side, order, this.#store.get(order, LEVEL))
  }

  /** Takes `lots` off what is open of a resting order, less than all; it keeps its place. */
  reduce(order: number, lots: number): void {
    const store = this.#store
    const side = this.side(store.get(order, SIGN))
    const level = store.get(order, LEVEL)
    store.set(order, LEAVES, store.get(order, LEAVES) - lots)
    store.set(order, ORDER_QTY, store.get(order, ORDER_QTY) - lots)
    side.shrink(level, lots)
    this.#say(side, level)
  }

  /** Best price of a side and what rests there; nothing rests: 0, 0, 0. Allocates. */
  best(sign: Sign): DepthLevel {
    return this.depth(sign, 1)[0] ?? { priceTicks: 0, lots: 0, orders: 0 }
  }

  /** The best `levelsMax` levels of a side, best first. Allocates. */
  depth(sign: Sign, levelsMax: number): readonly DepthLevel[] {
    const side = this.side(sign)
    const levels: DepthLevel[] = []
    for (let rank = 0; rank < Math.min(levelsMax, side.levelCount); rank++) {
      const level = side.levelAt(rank)
      levels.push({
        priceTicks: side.priceTicks(level),
        lots: side.lots(level),
        orders: side.count(level),
      })
    }
    return levels
  }

  /** Slots of all resting orders of a side, in the order in which they would trade. Allocates. */
  *orders(sign: Sign): Generator<number> {
    const side = this.side(sign)
    for (let rank = 0; rank < side.levelCount; rank++) {
      let order = side.head(side.levelAt(rank))
      for (; order !== NIL; order = this.#store.get(order, NEXT)) yield order
    }
  }

  #takeOut(side: BookSide, order: number, level: number): void {
    side.unlink(order)
    this.#say(side, level)
    if (side.count(level) === 0) side.drop(level)
  }

  #say(side: BookSide, level: number): void {
    this.#listener.onLevel(side.sign, side.priceTicks(level), side.lots(level), side.count(level))
  }
}
