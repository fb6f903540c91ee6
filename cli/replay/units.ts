/** Ticks, lots and money as decimals, the way the instrument and the currency say. */
import type { InstrumentTerms } from '../../actors/instrument-terms.ts'
import { decimalText } from '../../gateway/market-data/decimal-text.ts'

export const priceText = ({ tickSize, priceDecimals }: InstrumentTerms, ticks: number): string =>
  decimalText(ticks, tickSize, priceDecimals)

export const quantityText = ({ lotSize, lotDecimals }: InstrumentTerms, lots: number): string =>
  decimalText(lots, lotSize, lotDecimals)

export const moneyText = (units: number, decimals: number): string =>
  decimalText(units, 1, decimals)
