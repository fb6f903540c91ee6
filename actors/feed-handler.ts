/**
 *   account ▸ risk ▸ book ▸ FEED ▸ account
 *
 * What everyone may see of one symbol. Trades are said where they happen; levels when the turn
 * ends, each once with what stands there then, in the order in which they were first touched; then
 * the best prices, if one of them changed. Whoever applies the depth updates in order of UpdateId
 * has the book. Hot file.
 */
import type { Outbox } from '../engine/outbox.ts'
import { BookTicker, DepthUpdate, Trade } from '../protocol/codecs.ts'
import type { BookSide } from './book-side.ts'
import { growFloats, growInts } from './columns.ts'
import type { OrderBook } from './order-book.ts'
import { NIL } from './order-store.ts'
import { type Sign, sideOf } from './sign.ts'

export class FeedHandler {
  /** Number of the last depth update, of the last trade. */
  updateId = 0
  tradeId = 0
  readonly #outbox: Outbox
  readonly #instrument: number
  readonly #depth = new DepthUpdate()
  readonly #ticker = new BookTicker()
  readonly #trade = new Trade()
  /** Levels touched in this turn: sign × price, which is unique, lots and orders. */
  #keys = new Int32Array(64)
  #lots = new Float64Array(64)
  #orders = new Int32Array(64)
  #signs = new Int32Array(64)
  #touchedCount = 0
  /** Best prices and sizes as said last. */
  #bidPriceTicks = 0
  #bidLots = 0
  #askPriceTicks = 0
  #askLots = 0

  constructor(outbox: Outbox, instrument: number) {
    this.#outbox = outbox
    this.#instrument = instrument
  }

  onTrade(
    takerSign: Sign,
    priceTicks: number,
    lots: number,
    makerOrderId: number,
    takerOrderId: number,
  ): void {
    const outbox = this.#outbox
    const at = outbox.open(Trade.TEMPLATE_ID, Trade.BLOCK_BYTES, 0, 0)
    const event = this.#trade.wrap(outbox.view, at)
    event.instrument = this.#instrument
    event.takerSide = sideOf(takerSign)
    event.tradeId = this.tradeId
    event.price = priceTicks
    event.lots = lots
    event.makerOrderId = makerOrderId
    event.takerOrderId = takerOrderId
  }

  /** A level stands so now. */
  onLevel(sign: Sign, priceTicks: number, lots: number, orders: number): void {
    const index = this.#indexOf(sign * priceTicks)
    if (index === this.#touchedCount) this.#append(sign, sign * priceTicks)
    this.#lots[index] = lots
    this.#orders[index] = orders
  }

  /** Says what the turn changed. */
  endOfTurn(book: OrderBook): void {
    const count = this.#touchedCount
    if (count === 0) return
    this.#touchedCount = 0
    for (let i = 0; i < count; i++) {
      this.updateId++
      const sign = this.#signs[i]! as Sign
      const priceTicks = sign * this.#keys[i]!
      this.#sayLevel(sign, priceTicks, this.#lots[i]!, this.#orders[i]!, i === count - 1)
    }
    this.#sayBest(book, false)
  }

  /** Says the whole book again, under the number of the last update. */
  announce(book: OrderBook): void {
    let left = book.bids.levelCount + book.asks.levelCount
    for (const side of [book.bids, book.asks]) {
      for (let rank = 0; rank < side.levelCount; rank++) {
        const level = side.levelAt(rank)
        const priceTicks = side.priceTicks(level)
        this.#sayLevel(side.sign, priceTicks, side.lots(level), side.count(level), --left === 0)
      }
    }
    this.#sayBest(book, true)
  }

  /**
   * A turn touches the levels of the taker's side at most twice, first (a replaced order leaves)
   * and last (it rests), and those of the other side one after the other: so a level met before is
   * the last one, or the first.
   */
  #indexOf(key: number): number {
    const count = this.#touchedCount
    if (count > 0 && this.#keys[count - 1] === key) return count - 1
    return count > 0 && this.#keys[0] === key ? 0 : count
  }

  #append(sign: Sign, key: number): void {
    const index = this.#touchedCount++
    if (index === this.#keys.length) {
      this.#keys = growInts(this.#keys, index + 1)
      this.#signs = growInts(this.#signs, index + 1)
      this.#lots = growFloats(this.#lots, index + 1)
      this.#orders = growInts(this.#orders, index + 1)
    }
    this.#keys[index] = key
    this.#signs[index] = sign
  }

  #sayLevel(sign: Sign, priceTicks: number, lots: number, orders: number, isLast: boolean): void {
    const outbox = this.#outbox
    const at = outbox.open(DepthUpdate.TEMPLATE_ID, DepthUpdate.BLOCK_BYTES, 0, 0)
    const event = this.#depth.wrap(outbox.view, at)
    event.instrument = this.#instrument
    event.side = sideOf(sign)
    event.lastOfTurn = isLast ? 1 : 0
    event.updateId = this.updateId
    event.price = priceTicks
    event.lots = lots
    event.orders = orders
  }

  #sayBest(book: OrderBook, evenIfSame: boolean): void {
    const bidPriceTicks = bestPriceTicks(book.bids)
    const bidLots = bestLots(book.bids)
    const askPriceTicks = bestPriceTicks(book.asks)
    const askLots = bestLots(book.asks)
    const isSame =
      bidPriceTicks === this.#bidPriceTicks &&
      bidLots === this.#bidLots &&
      askPriceTicks === this.#askPriceTicks &&
      askLots === this.#askLots
    if (isSame && !evenIfSame) return
    this.#bidPriceTicks = bidPriceTicks
    this.#bidLots = bidLots
    this.#askPriceTicks = askPriceTicks
    this.#askLots = askLots
    const outbox = this.#outbox
    const at = outbox.open(BookTicker.TEMPLATE_ID, BookTicker.BLOCK_BYTES, 0, 0)
    const event = this.#ticker.wrap(outbox.view, at)
    event.instrument = this.#instrument
    event.updateId = this.updateId
    event.bidPx = bidPriceTicks
    event.bidSize = bidLots
    event.offerPx = askPriceTicks
    event.offerSize = askLots
  }
}

const bestPriceTicks = (side: BookSide): number =>
  side.best === NIL ? 0 : side.priceTicks(side.best)

const bestLots = (side: BookSide): number => (side.best === NIL ? 0 : side.lots(side.best))
