/**
 * What the shard says about an instrument, and the two texts that follow from it: of a price and of a quantity.
 *
 * An InstrumentDefine may come again with other limits: then there is a new Instrument, and the book stays.
 */
import type { InstrumentDefine } from '../../protocol/codecs.ts'
import { decimalText } from './decimal-text.ts'

export interface Instrument {
  readonly number: number
  readonly symbol: string
  readonly baseCurrency: string
  readonly quoteCurrency: string
  readonly priceDecimals: number
  readonly lotDecimals: number
  /** In 10^-priceDecimals. */
  readonly tickSize: number
  /** In 10^-lotDecimals. */
  readonly lotSize: number
  readonly priceMinTicks: number
  readonly priceMaxTicks: number
  readonly qtyMinLots: number
  readonly qtyMaxLots: number
  /** In the smallest unit of the quote currency, as the maximum. */
  readonly notionalMin: number
  readonly notionalMax: number
  /** 0: no collar. */
  readonly collarBps: number
  readonly openOrdersMax: number
}

/** Copies all that is needed: the flyweight's bytes go back to the ring. */
export const readInstrument = (define: InstrumentDefine): Instrument => ({
  number: define.instrument,
  symbol: define.symbol,
  baseCurrency: define.baseCurrency,
  quoteCurrency: define.quoteCurrency,
  priceDecimals: define.priceDecimals,
  lotDecimals: define.lotDecimals,
  tickSize: define.tickSize,
  lotSize: define.lotSize,
  priceMinTicks: define.priceMin,
  priceMaxTicks: define.priceMax,
  qtyMinLots: define.qtyMin,
  qtyMaxLots: define.qtyMax,
  notionalMin: define.notionalMin,
  notionalMax: define.notionalMax,
  collarBps: define.collarBps,
  openOrdersMax: define.openOrdersMax,
})

export const priceText = (instrument: Instrument, ticks: number): string =>
  decimalText(ticks, instrument.tickSize, instrument.priceDecimals)

export const qtyText = (instrument: Instrument, lots: number): string =>
  decimalText(lots, instrument.lotSize, instrument.lotDecimals)
