/**
 *   account ▸ risk ▸ book ▸ FEED ▸ account
 *
 * What everyone may see of one symbol. Trades are said where they happen; levels when the turn
 * ends, each once with what stands there then, in the order in which they were first touched; then
 * the best prices, if one of them changed. Whoever applies the depth updates in order of UpdateId
 * has the book. Hot file.
 */

import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import type { Outbox } from '../engine/shard/outbox.ts'
import {
  AuctionIndicative,
  BookTicker,
  BookTickerWords,
  DepthUpdate,
  DepthUpdateWords,
  PhaseChanged,
  PreventedMatch,
  Trade,
  TradeWords,
} from '../protocol/codecs.ts'
import { putInt32, putInt64 } from '../protocol/words.ts'
import type { BookSide } from './book-side.ts'
import { displayedDepth } from './depth.ts'
import type { OrderBook } from './order-book.ts'
import { NIL } from './order-store.ts'
import { BUY, SELL, type Sign, sideOf } from './sign.ts'
import type { TouchedLevels } from './touched-levels.ts'

export class FeedHandler {
  /** Number of the last depth update, of the last trade. */
  updateId = 0
  tradeId = 0
  readonly #outbox: Outbox
  readonly #instrument: number
  readonly #touched: TouchedLevels
  /** Best prices and sizes as said last. */
  #bidPriceTicks = 0
  #bidLots = 0
  #askPriceTicks = 0
  #askLots = 0

  constructor(outbox: Outbox, instrument: number, touched: TouchedLevels) {
    this.#outbox = outbox
    this.#instrument = instrument
    this.#touched = touched
  }

  onTrade(
    takerSign: Sign,
    priceTicks: number,
    lots: number,
    makerOrderId: number,
    takerOrderId: number,
    isAuction: boolean,
  ): void {
    const outbox = this.#outbox
    const at = outbox.claim(Trade.TEMPLATE_ID, Trade.BLOCK_BYTES, 0, 0) >> 2
    const { words } = outbox
    words[at + TradeWords.INSTRUMENT] = this.#instrument
    words[at + TradeWords.TAKER_SIDE] = sideOf(takerSign) | ((isAuction ? 1 : 0) << 8)
    putInt64(words, at + TradeWords.TRADE_ID, this.tradeId)
    putInt32(words, at + TradeWords.PRICE, priceTicks)
    putInt32(words, at + TradeWords.LOTS, lots)
    putInt64(words, at + TradeWords.MAKER_ORDER_ID, makerOrderId)
    putInt64(words, at + TradeWords.TAKER_ORDER_ID, takerOrderId)
  }

  /** Two orders of one group did not trade. */
  onPrevented(
    takerSign: Sign,
    priceTicks: number,
    lots: number,
    makerOrderId: number,
    takerOrderId: number,
  ): void {
    const outbox = this.#outbox
    const at = outbox.open(PreventedMatch.TEMPLATE_ID, PreventedMatch.BLOCK_BYTES, 0, 0)
    const event = new PreventedMatch().wrap(outbox.view, at)
    event.instrument = this.#instrument
    event.takerSide = sideOf(takerSign)
    event.price = priceTicks
    event.lots = lots
    event.makerOrderId = makerOrderId
    event.takerOrderId = takerOrderId
  }

  /** The market has entered a phase; `reason` where no operator and no auction's end wanted it. */
  onPhase(phase: number, reason: number): void {
    const outbox = this.#outbox
    const at = outbox.open(PhaseChanged.TEMPLATE_ID, PhaseChanged.BLOCK_BYTES, 0, 0)
    const event = new PhaseChanged().wrap(outbox.view, at)
    event.instrument = this.#instrument
    event.phase = phase
    event.reason = reason
  }

  /** What an uncross would do now. */
  onIndicative(priceTicks: number, lots: number, leftover: number): void {
    const outbox = this.#outbox
    const at = outbox.open(AuctionIndicative.TEMPLATE_ID, AuctionIndicative.BLOCK_BYTES, 0, 0)
    const event = new AuctionIndicative().wrap(outbox.view, at)
    event.instrument = this.#instrument
    event.price = priceTicks
    event.lots = lots
    event.imbalance = leftover
  }

  /** A level stands so now. */
  onLevel(sign: Sign, priceTicks: number, lots: number, orders: number): void {
    this.#touched.note(sign, priceTicks, lots, orders)
  }

  /** Says what the turn changed. */
  endOfTurn(book: OrderBook): void {
    const touched = this.#touched
    const count = touched.count
    if (count === 0) return
    for (let i = 0; i < count; i++) {
      this.updateId++
      const sign = touched.sign(i)
      const isLast = i === count - 1
      this.#sayLevel(sign, touched.priceTicks(i), touched.lots(i), touched.orders(i), isLast)
    }
    touched.clear()
    this.#sayBest(book, false)
  }

  /** Says the whole book again, under the number of the last update. */
  announce(book: OrderBook): void {
    const depths = [book.bids, book.asks].map((side) =>
      displayedDepth(side, Number.MAX_SAFE_INTEGER),
    )
    let left = depths.reduce((sum, levels) => sum + levels.length, 0)
    for (const [index, levels] of depths.entries()) {
      const sign = index === 0 ? BUY : SELL
      for (const { priceTicks, lots, orders } of levels) {
        this.#sayLevel(sign, priceTicks, lots, orders, --left === 0)
      }
    }
    this.#sayBest(book, true)
  }

  #sayLevel(sign: Sign, priceTicks: number, lots: number, orders: number, isLast: boolean): void {
    const outbox = this.#outbox
    const at = outbox.claim(DepthUpdate.TEMPLATE_ID, DepthUpdate.BLOCK_BYTES, 0, 0) >> 2
    const { words } = outbox
    words[at + DepthUpdateWords.INSTRUMENT] = this.#instrument
    words[at + DepthUpdateWords.SIDE] = sideOf(sign) | ((isLast ? 1 : 0) << 8)
    putInt64(words, at + DepthUpdateWords.UPDATE_ID, this.updateId)
    putInt32(words, at + DepthUpdateWords.PRICE, priceTicks)
    putInt64(words, at + DepthUpdateWords.LOTS, lots)
    words[at + DepthUpdateWords.ORDERS] = orders
    words[at + DepthUpdateWords.RESERVED3] = 0
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
    const at = outbox.claim(BookTicker.TEMPLATE_ID, BookTicker.BLOCK_BYTES, 0, 0) >> 2
    const { words } = outbox
    words[at + BookTickerWords.INSTRUMENT] = this.#instrument
    words[at + BookTickerWords.RESERVED] = 0
    putInt64(words, at + BookTickerWords.UPDATE_ID, this.updateId)
    putInt32(words, at + BookTickerWords.BID_PX, bidPriceTicks)
    putInt64(words, at + BookTickerWords.BID_SIZE, bidLots)
    putInt32(words, at + BookTickerWords.OFFER_PX, askPriceTicks)
    putInt64(words, at + BookTickerWords.OFFER_SIZE, askLots)
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.updateId = snapshot.number(this.updateId)
    this.tradeId = snapshot.number(this.tradeId)
    this.#bidPriceTicks = snapshot.number(this.#bidPriceTicks)
    this.#bidLots = snapshot.number(this.#bidLots)
    this.#askPriceTicks = snapshot.number(this.#askPriceTicks)
    this.#askLots = snapshot.number(this.#askLots)
  }
}

const bestPriceTicks = (side: BookSide): number => {
  const level = side.bestDisplayed
  return level === NIL ? 0 : side.priceTicks(level)
}

const bestLots = (side: BookSide): number => {
  const level = side.bestDisplayed
  return level === NIL ? 0 : side.lots(level)
}
