/**
 * exchangeInfo: what may be traded and within which limits, in the dialect's fields. Only what is true here: what needs a
 * fact that nobody has told (a currency's decimals) is left out, and so are order types that the dialect has no word for.
 */
import { decimalText } from './decimal-text.ts'
import { type Instrument, priceText, qtyText } from './instrument.ts'
import { symbolStatus } from './symbol-status.ts'

/** Undefined: unknown. */
export type DecimalsOf = (currency: string) => number | undefined

const BPS = 10_000
const BPS_DECIMALS = 4

/** One that is asked for, and the phase it is in. */
export interface ListedInstrument {
  readonly instrument: Instrument
  readonly phase: number
}

export const exchangeInfoJson = (
  listed: readonly ListedInstrument[],
  decimalsOf: DecimalsOf,
  serverTimeMs: number,
): string =>
  JSON.stringify({
    timezone: 'UTC',
    serverTime: serverTimeMs,
    rateLimits: [],
    exchangeFilters: [],
    symbols: listed.map((one) => symbolInfo(one, decimalsOf)),
  })

function symbolInfo({ instrument, phase }: ListedInstrument, decimalsOf: DecimalsOf): object {
  return {
    symbol: instrument.symbol,
    status: symbolStatus(phase),
    baseAsset: instrument.baseCurrency,
    ...precision(['baseAssetPrecision'], decimalsOf(instrument.baseCurrency)),
    quoteAsset: instrument.quoteCurrency,
    ...precision(['quotePrecision', 'quoteAssetPrecision'], decimalsOf(instrument.quoteCurrency)),
    orderTypes: ['LIMIT', 'LIMIT_MAKER', 'MARKET', 'STOP_LOSS', 'STOP_LOSS_LIMIT'],
    icebergAllowed: true,
    ocoAllowed: true,
    otoAllowed: true,
    opoAllowed: false,
    quoteOrderQtyMarketAllowed: true,
    allowTrailingStop: true,
    cancelReplaceAllowed: true,
    amendAllowed: true,
    pegInstructionsAllowed: true,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: filters(instrument, decimalsOf(instrument.quoteCurrency)),
    permissions: [],
    permissionSets: [['SPOT']],
    defaultSelfTradePreventionMode: 'NONE',
    allowedSelfTradePreventionModes: [
      ...['NONE', 'EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH', 'DECREMENT'],
    ],
  }
}

const precision = (fields: readonly string[], decimals: number | undefined): object =>
  decimals === undefined ? {} : Object.fromEntries(fields.map((field) => [field, decimals]))

function filters(instrument: Instrument, quoteDecimals: number | undefined): object[] {
  const all: object[] = [
    {
      filterType: 'PRICE_FILTER',
      minPrice: priceText(instrument, instrument.priceMinTicks),
      maxPrice: priceText(instrument, instrument.priceMaxTicks),
      tickSize: priceText(instrument, 1),
    },
    {
      filterType: 'LOT_SIZE',
      minQty: qtyText(instrument, instrument.qtyMinLots),
      maxQty: qtyText(instrument, instrument.qtyMaxLots),
      stepSize: qtyText(instrument, 1),
    },
  ]
  if (quoteDecimals !== undefined) {
    all.push({
      filterType: 'NOTIONAL',
      minNotional: decimalText(instrument.notionalMin, 1, quoteDecimals),
      // At the price that protects a market order.
      applyMinToMarket: true,
      maxNotional: decimalText(instrument.notionalMax, 1, quoteDecimals),
      applyMaxToMarket: true,
      avgPriceMins: 0,
    })
  }
  if (instrument.collarBps > 0) all.push(collar(instrument))
  all.push({ filterType: 'MAX_NUM_ORDERS', maxNumOrders: instrument.openOrdersMax })
  return all
}

/**
 * The collar holds an order only on the side where it would cross: a bid from above, an ask from below. The other two
 * multipliers have to stand there; they are ones that no price of this instrument can pass. 0 minutes: the last price.
 */
function collar(instrument: Instrument): object {
  const { collarBps, priceMinTicks, priceMaxTicks } = instrument
  const unbound = Math.ceil(priceMaxTicks / Math.max(priceMinTicks, 1))
  return {
    filterType: 'PERCENT_PRICE_BY_SIDE',
    bidMultiplierUp: decimalText(BPS + collarBps, 1, BPS_DECIMALS),
    bidMultiplierDown: '0',
    askMultiplierUp: String(unbound),
    askMultiplierDown: decimalText(Math.max(BPS - collarBps, 0), 1, BPS_DECIMALS),
    avgPriceMins: 0,
  }
}
