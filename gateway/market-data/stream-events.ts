/** The JSON of each stream's event. Written by hand: all values are numbers, digits or a symbol, nothing to escape. */
import { type BookTicker, Side, type Trade } from '../../protocol/codecs.ts'
import { type Instrument, priceText, qtyText } from './instrument.ts'
import type { LevelBook, LevelSide } from './level-book.ts'
import type { LevelChanges } from './level-changes.ts'

const US_PER_MS = 1000

const eventTimeMs = (timeUs: number): number => Math.floor(timeUs / US_PER_MS)

export function tradeJson(instrument: Instrument, trade: Trade, timeUs: number): string {
  const timeMs = eventTimeMs(timeUs)
  const price = priceText(instrument, trade.price)
  const qty = qtyText(instrument, trade.lots)
  const buyerIsMaker = trade.takerSide === Side.Sell
  return (
    `{"e":"trade","E":${timeMs},"s":"${instrument.symbol}","t":${trade.tradeId},"p":"${price}","q":"${qty}",` +
    `"T":${timeMs},"m":${buyerIsMaker},"M":true}`
  )
}

export function bookTickerJson(instrument: Instrument, ticker: BookTicker): string {
  const bid = priceText(instrument, ticker.bidPx)
  const bidQty = qtyText(instrument, ticker.bidSize)
  const ask = priceText(instrument, ticker.offerPx)
  const askQty = qtyText(instrument, ticker.offerSize)
  return (
    `{"u":${ticker.updateId},"s":"${instrument.symbol}",` +
    `"b":"${bid}","B":"${bidQty}","a":"${ask}","A":"${askQty}"}`
  )
}

/** The changes with what the book has there now, which must be the book at `changes.lastId`. */
export function depthUpdateJson(
  instrument: Instrument,
  book: LevelBook,
  changes: LevelChanges,
): string {
  return (
    `{"e":"depthUpdate","E":${eventTimeMs(book.timeUs)},"s":"${instrument.symbol}",` +
    `"U":${changes.firstId},"u":${changes.lastId},` +
    `"b":${changedLevelsJson(instrument, book.bids, changes.bids, -1)},` +
    `"a":${changedLevelsJson(instrument, book.asks, changes.asks, 1)}}`
  )
}

/** REST depth and the depth<n> streams: the best levels, whole. */
export function bookJson(instrument: Instrument, book: LevelBook, levelsMax: number): string {
  return (
    `{"lastUpdateId":${book.lastUpdateId},` +
    `"bids":${bestLevelsJson(instrument, book.bids, levelsMax)},` +
    `"asks":${bestLevelsJson(instrument, book.asks, levelsMax)}}`
  )
}

function changedLevelsJson(
  instrument: Instrument,
  side: LevelSide,
  changed: ReadonlySet<number>,
  order: 1 | -1,
): string {
  const ticks = [...changed].sort((a, b) => (a - b) * order)
  return `[${ticks.map((at) => levelJson(instrument, at, side.lotsAt(at))).join(',')}]`
}

const bestLevelsJson = (instrument: Instrument, side: LevelSide, levelsMax: number): string =>
  `[${side
    .best(levelsMax)
    .map(({ ticks, lots }) => levelJson(instrument, ticks, lots))
    .join(',')}]`

const levelJson = (instrument: Instrument, ticks: number, lots: number): string =>
  `["${priceText(instrument, ticks)}","${qtyText(instrument, lots)}"]`
