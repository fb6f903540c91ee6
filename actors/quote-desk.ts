/**
 *   MassQuote, QuoteCancel ──▶ QUOTE DESK ──▶ markets
 *
 * Bids and offers in bulk: an account has one of each in a market, and a new one takes the place of the one before, which
 * goes first, whatever becomes of the new one. Entries are dealt with one after the other. A quote is a limit order of the
 * day without a client id of its own; its fills are reported like any order's.
 */
import { MassQuote, QuoteCancel, QuoteEntry, Reason } from '../protocol/codecs.ts'
import { ENVELOPE_BYTES } from '../protocol/envelope.ts'
import { entryAt, entryCountOf } from '../protocol/groups.ts'
import { INT64_NULL } from '../protocol/integers.ts'
import type { BulkReporter } from './bulk-reporter.ts'
import type { Market, QuoteOwner } from './market.ts'
import { CANCELS, REQUESTS } from './message-rate.ts'
import { type QuoteTerms, quoteInstructions } from './order-intake.ts'
import { NIL } from './order-store.ts'
import { shortageOf } from './quote-funds.ts'
import { type ProtectionLimits, type QuoteProtection, UNLIMITED } from './quote-protection.ts'
import { BUY, SELL } from './sign.ts'
import type { Venue } from './venue.ts'

/** In place of a reason: the message is run again when the money has come. */
const WAITS = -1

type QuoteSide = Pick<QuoteTerms, 'sign' | 'priceTicks' | 'lots'>

/** SBE's null of a u32. */
const U32_NULL = 0xffffffff

export class QuoteDesk {
  readonly #venue: Venue
  readonly #reporter: BulkReporter
  readonly #request = new MassQuote()
  readonly #entry = new QuoteEntry()
  readonly #cancel = new QuoteCancel()

  constructor(venue: Venue, reporter: BulkReporter) {
    this.#venue = venue
    this.#reporter = reporter
  }

  quote(view: DataView, block: number, blockBytes: number, session: number): void {
    const request = this.#request.wrap(view, block, blockBytes)
    const { group } = request
    const account = this.#venue.sessions.account(session)
    const reason = this.#mayQuote(account)
    if (reason === WAITS) return
    if (reason !== Reason.None) {
      this.#reporter.quotesRefused(session, request, reason)
      return
    }
    const count = entryCountOf(view, group)
    const answer = this.#reporter.quotes(session, request, count)
    const owner: QuoteOwner = { session, account, index: 0 }
    for (let i = 0; i < count; i++) {
      const entry = this.#entry.wrap(view, entryAt(view, group, i))
      const { bidPx, bidSize, offerPx, offerSize } = entry
      const market = this.#venue.marketOf(view, entry.at + QuoteEntry.SYMBOL_OFFSET)
      const reason = this.#prepare(market, account, bidSize, offerSize)
      const bid = this.#side(market, reason, owner, { sign: BUY, priceTicks: bidPx, lots: bidSize })
      const offer = { sign: SELL, priceTicks: offerPx, lots: offerSize }
      this.#reporter.quoted(answer, i, BUY, bid)
      this.#reporter.quoted(answer, i, SELL, this.#side(market, reason, owner, offer))
      if (reason === Reason.None) market?.settle()
    }
  }

  cancel(view: DataView, block: number, session: number): void {
    const { sessions, symbols, safeguards, funds } = this.#venue
    const request = this.#cancel.wrap(view, block)
    const symbolAt = block + QuoteCancel.SYMBOL_OFFSET
    const isOne = view.getUint8(symbolAt) !== 0
    const market = isOne ? symbols.find(view, symbolAt) : 0
    const account = sessions.account(session)
    if (isOne && market === 0) {
      this.#reporter.quotesRefused(session, request, Reason.UnknownSymbol)
    } else if (funds?.isAgain !== true && !safeguards.admit(account, CANCELS)) {
      this.#reporter.quotesRefused(session, request, Reason.MessageRate)
    } else {
      const count = this.#venue.takeBackQuotes(account, market)
      this.#reporter.quotesCanceled(session, request, count)
    }
  }

  /** Answers the request at `block`: it goes no further, for this reason. */
  refuse(
    view: DataView,
    block: number,
    { session, reason }: { readonly session: number; readonly reason: number },
  ): void {
    // Both requests begin with their id, and no more of them is told.
    this.#reporter.quotesRefused(session, this.#cancel.wrap(view, block), reason)
  }

  /** Why the message at hand is refused, Reason.None, or WAITS: for money from another shard. */
  #mayQuote(account: number): number {
    const { safeguards, funds } = this.#venue
    if (funds?.isAgain !== true && !safeguards.admit(account, REQUESTS)) return Reason.MessageRate
    if (funds === undefined || !funds.accounts.isVisitor(account)) return Reason.None
    const request = this.#request
    const shortage = shortageOf(this.#venue, account, request)
    if (shortage === undefined) return Reason.None
    const { view, at } = request
    const reason = funds.onShortage(account, view, at - ENVELOPE_BYTES, shortage)
    if (reason === Reason.None) return WAITS
    // There is no more: each quote by itself has what there is, or is refused.
    return reason === Reason.InsufficientFunds ? Reason.None : reason
  }

  /** Why nobody of the account may quote here, or Reason.None: then the earlier quotes of these sides are gone. */
  #prepare(
    market: Market | undefined,
    account: number,
    bidSize: number,
    offerSize: number,
  ): number {
    const { quotes, safeguards } = this.#venue
    if (market === undefined) return Reason.UnknownSymbol
    if (!this.#venue.isOwn(market)) return Reason.OtherShard
    const row = safeguards.positions.row(account, market.number)
    if (row === 0) return Reason.TableFull
    this.#protect(quotes.protectionOf(row))
    const [bid, offer] = [quotes.slotOf(row, BUY), quotes.slotOf(row, SELL)]
    if (bidSize !== INT64_NULL && bid !== NIL) market.takeBack(bid)
    if (offerSize !== INT64_NULL && offer !== NIL) market.takeBack(offer)
    return Reason.None
  }

  /** What becomes of one side of an entry: its OrderID, -reason, or 0: none was asked for. */
  #side(market: Market | undefined, reason: number, owner: QuoteOwner, side: QuoteSide): number {
    const { lots, sign } = side
    if (lots === INT64_NULL) return 0
    if (market === undefined || reason !== Reason.None) return -reason
    if (lots === 0) return 0
    const { quotes, safeguards } = this.#venue
    const row = safeguards.positions.find(owner.account, market.number)
    // A fill of the bid may have tripped it just now.
    if (quotes.protectionOf(row).isTripped) return -Reason.QuoteProtection
    const request = this.#request
    const terms = {
      ...{ sign, lots },
      priceTicks: side.priceTicks,
      instructions: quoteInstructions(this.#request),
    }
    const outcome = market.quote(terms, owner, request.view, request.at)
    owner.index++
    return outcome
  }

  /** What the message says of the protection of the symbols that it names. */
  #protect(protection: QuoteProtection): void {
    const limits = limitsOf(this.#request)
    if (limits !== undefined) protection.change(limits)
    if (this.#request.protectionReset === 1) protection.reset()
  }
}

/** Undefined: they stay as they are. */
function limitsOf(request: MassQuote): ProtectionLimits | undefined {
  const { protectionWindow: seconds } = request
  if (seconds === U32_NULL) return undefined
  return {
    seconds,
    fills: request.protectionFills === U32_NULL ? UNLIMITED : request.protectionFills,
    lots: stated(request.protectionQty),
    units: stated(request.protectionNotional),
    netLots: stated(request.protectionNet),
  }
}

const stated = (value: number): number => (value === INT64_NULL ? UNLIMITED : value)
