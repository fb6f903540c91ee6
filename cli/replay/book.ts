/** `tradsys replay --book SYMBOL`: one market as it was, what is hidden included. */
import type { BookLevelView } from '../../actors/book-view.ts'
import type { InstrumentTerms } from '../../actors/instrument-terms.ts'
import type { VenueView } from '../../actors/venue-view.ts'
import { CliError, ExitCode } from '../cli-error.ts'
import { timeText } from '../journal/log-point.ts'
import { enumName } from '../message-json.ts'
import { alignedTable } from './aligned-table.ts'
import { priceText, quantityText } from './units.ts'

export interface BookResult {
  readonly symbol: string
  readonly phase: string
  /** When the phase ends by itself. */
  readonly phaseEnds?: string
  readonly lastPrice?: string
  readonly bandReference?: string
  readonly restingOrders: number
  readonly waitingOrders: number
  /** Best first. */
  readonly bids: readonly LevelResult[]
  readonly asks: readonly LevelResult[]
}

export interface LevelResult {
  readonly price: string
  /** Displayed. */
  readonly quantity: string
  readonly orders: number
  readonly hidden?: string
  readonly priceTicks: number
  readonly lots: number
}

export function lookAtBook(venue: VenueView, symbol: string, depth: number): BookResult {
  const market = venue.marketNamed(symbol)
  if (market === undefined) {
    throw new CliError('unknown-symbol', ExitCode.Failure, {
      what: `there is no instrument ${symbol} in the log by then`,
      mend: "Correct --book or --until; 'tradsys journal export --type InstrumentDefine' lists them",
    })
  }
  const { terms } = market.risk
  const book = venue.book(market, depth)
  const { phaseEndUs, lastTicks, bandReferenceTicks } = book
  return {
    symbol,
    phase: enumName('MarketPhase', book.phase),
    ...(phaseEndUs === undefined ? {} : { phaseEnds: timeText(phaseEndUs) }),
    ...(lastTicks === 0 ? {} : { lastPrice: priceText(terms, lastTicks) }),
    ...(bandReferenceTicks === 0 ? {} : { bandReference: priceText(terms, bandReferenceTicks) }),
    restingOrders: book.restingOrders,
    waitingOrders: book.waitingOrders,
    bids: book.bids.map((level) => levelResult(terms, level)),
    asks: book.asks.map((level) => levelResult(terms, level)),
  }
}

function levelResult(terms: InstrumentTerms, level: BookLevelView): LevelResult {
  const { priceTicks, lots, orders, hiddenLots } = level
  return {
    price: priceText(terms, priceTicks),
    quantity: quantityText(terms, lots),
    orders,
    ...(hiddenLots === 0 ? {} : { hidden: quantityText(terms, hiddenLots) }),
    ...{ priceTicks, lots },
  }
}

/** Asks above bids, the best of both in the middle. */
export function describeBook(book: BookResult): string[] {
  const { symbol, phase, phaseEnds, lastPrice, bandReference } = book
  const head = [
    `${symbol}: ${phase}`,
    ...(phaseEnds === undefined ? [] : [`until ${phaseEnds}`]),
    lastPrice === undefined ? 'nothing traded yet' : `last ${lastPrice}`,
    ...(bandReference === undefined ? [] : [`band around ${bandReference}`]),
    `${book.restingOrders} orders in the book, ${book.waitingOrders} beside it`,
  ].join(', ')
  const hasHidden = [...book.asks, ...book.bids].some(({ hidden }) => hidden !== undefined)
  const row = (side: string, { price, quantity, orders, hidden = '' }: LevelResult): string[] => [
    ...[side, price, quantity, String(orders)],
    ...(hasHidden ? [hidden] : []),
  ]
  const rows = [
    ['', 'price', 'quantity', 'orders', ...(hasHidden ? ['hidden'] : [])],
    ...[...book.asks].reverse().map((level) => row('ask', level)),
    ...book.bids.map((level) => row('bid', level)),
  ]
  return [head, ...(rows.length === 1 ? ['  the book is empty'] : alignedTable(rows))]
}
