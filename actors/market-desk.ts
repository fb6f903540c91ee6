/**
 *   session ──▶ MARKET DESK ──▶ what instruments are, which phases they are in
 *
 * Answers are numbered like reports: told at their place in the log, once, and again to who has missed them.
 */
import {
  Reason,
  SecurityDefinition,
  SecurityDefinitionRequest,
  TradingSessionStatus,
} from '../protocol/codecs.ts'
import { INT64_NULL } from '../protocol/integers.ts'
import { copyBytes } from '../protocol/text.ts'
import type { Market } from './market.ts'
import { REQUESTS } from './message-rate.ts'
import type { Venue } from './venue.ts'

const ID_BYTES = 36
const SYMBOL_BYTES = 16

/** Says one answer to the request that is at hand. `market` undefined: there is none, for this reason. */
type Say = (session: number, market: Market | undefined, reason: number, isLast: boolean) => void

export class MarketDesk {
  readonly #venue: Venue
  readonly #definition = new SecurityDefinition()
  readonly #status = new TradingSessionStatus()
  /** Where the request at hand begins: both have their id first, then the symbol. */
  #view: DataView = new DataView(new ArrayBuffer(0))
  #block = 0

  constructor(venue: Venue) {
    this.#venue = venue
  }

  define(view: DataView, block: number, session: number): void {
    this.#answer(view, block, session, this.#sayDefinition)
  }

  status(view: DataView, block: number, session: number): void {
    this.#answer(view, block, session, this.#sayStatus)
  }

  #answer(view: DataView, block: number, session: number, say: Say): void {
    const venue = this.#venue
    this.#view = view
    this.#block = block
    if (!venue.safeguards.admit(venue.sessions.account(session), REQUESTS)) {
      say(session, undefined, Reason.MessageRate, true)
      return
    }
    const symbolAt = block + SecurityDefinitionRequest.SYMBOL_OFFSET
    const isOne = view.getUint8(symbolAt) !== 0
    const one = isOne ? venue.marketOf(view, symbolAt) : undefined
    const meant = isOne ? (one === undefined ? [] : [one]) : [...venue.ownMarkets]
    for (const [index, market] of meant.entries()) {
      say(session, market, Reason.None, index === meant.length - 1)
    }
    if (meant.length === 0) say(session, undefined, Reason.UnknownSymbol, true)
  }

  readonly #sayDefinition: Say = (session, market, reason, isLast) => {
    const { outbox, sessions, currencies } = this.#venue
    const { TEMPLATE_ID, BLOCK_BYTES } = SecurityDefinition
    const number = sessions.takeOutbound(session)
    const definition = this.#definition.wrap(
      ...this.#open(outbox.open(TEMPLATE_ID, BLOCK_BYTES, session, number), market),
    )
    definition.lastFragment = isLast ? 1 : 0
    definition.reason = reason
    if (market === undefined) return
    const { view, at } = definition
    const { terms } = market.risk
    const { names } = currencies
    names.write(terms.baseCurrency, view, at + SecurityDefinition.BASE_CURRENCY_OFFSET)
    names.write(terms.quoteCurrency, view, at + SecurityDefinition.QUOTE_CURRENCY_OFFSET)
    definition.phase = market.book.phase
    definition.priceDecimals = terms.priceDecimals
    definition.lotDecimals = terms.lotDecimals
    definition.tickSize = terms.tickSize
    definition.lotSize = terms.lotSize
    definition.priceMin = terms.priceMin
    definition.priceMax = terms.priceMax
    definition.qtyMin = terms.qtyMin
    definition.qtyMax = terms.qtyMax
    definition.notionalMin = terms.notionalMin
    definition.notionalMax = terms.notionalMax
    definition.quoteDecimals = currencies.decimals(terms.quoteCurrency)
  }

  readonly #sayStatus: Say = (session, market, reason, isLast) => {
    const { outbox, sessions, timers } = this.#venue
    const { TEMPLATE_ID, BLOCK_BYTES } = TradingSessionStatus
    const number = sessions.takeOutbound(session)
    const status = this.#status.wrap(
      ...this.#open(outbox.open(TEMPLATE_ID, BLOCK_BYTES, session, number), market),
    )
    status.lastFragment = isLast ? 1 : 0
    status.phaseEnds = INT64_NULL
    status.reason = reason
    if (market === undefined) return
    status.phase = market.book.phase
    const endsUs = timers.marketTime(market.number)
    if (Number.isFinite(endsUs)) status.phaseEnds = endsUs
  }

  /** Both answers begin as their requests do: id, then the symbol, which is the market's where there is one. */
  #open(at: number, market: Market | undefined): [DataView, number] {
    const { outbox, symbols } = this.#venue
    const symbolAt = at + SecurityDefinition.SYMBOL_OFFSET
    copyBytes(this.#view, this.#block, outbox.view, at, ID_BYTES + SYMBOL_BYTES)
    if (market !== undefined) symbols.write(market.number, outbox.view, symbolAt)
    return [outbox.view, at]
  }
}
