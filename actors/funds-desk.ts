/**
 *   other shards ──▶ FUNDS DESK ─┬─▶ accounts     money comes, money is asked for
 *                                └─▶ order desk   a request that waited is run from its start
 *
 * Hears what shards say to one another (funds-line.ts), and holds back what must not overtake a
 * request that waits for money.
 */
import {
  FundsAsk,
  FundsGrant,
  FundsReturn,
  MassQuote,
  NewOrderList,
  NewOrderSingle,
  OrderCancelReplaceRequest,
  OrderCancelRequest,
  QuoteCancel,
  Reason,
  RunWaiting,
} from '../protocol/codecs.ts'
import {
  BLOCK_LENGTH_OFFSET,
  ENVELOPE_BYTES,
  SESSION_OFFSET,
  TEMPLATE_ID_OFFSET,
} from '../protocol/envelope.ts'
import type { FundsLine } from './funds-line.ts'
import type { ListDesk } from './list-desk.ts'
import type { OrderDesk } from './order-desk.ts'
import type { QuoteDesk } from './quote-desk.ts'
import type { Venue } from './venue.ts'

/** Who runs requests. */
export interface RequestDesks {
  readonly orders: OrderDesk
  readonly lists: ListDesk
  readonly quotes: QuoteDesk
}

export class FundsDesk {
  readonly #line: FundsLine
  readonly #venue: Venue
  readonly #desks: RequestDesks
  readonly #message = new FundsAsk()

  constructor(line: FundsLine, venue: Venue, desks: RequestDesks) {
    this.#line = line
    this.#venue = venue
    this.#desks = desks
  }

  /**
   * Whether a request goes no further now: others of its account wait, so it waits behind them, or
   * was answered.
   */
  holdsBack(view: DataView, at: number): boolean {
    const { waiting } = this.#line
    const session = view.getUint32(at + SESSION_OFFSET, true)
    const account = this.#venue.sessions.account(session)
    if (!waiting.has(account)) return false
    let reason: number = Reason.None
    if (!this.#desks.orders.isWithinRate(account, view, at)) reason = Reason.MessageRate
    else if (!waiting.hasRoom(account)) reason = Reason.TooManyWaiting
    if (reason === Reason.None) waiting.add(account, view, at)
    else this.#refuse(view, at, session, reason)
    return true
  }

  #refuse(view: DataView, at: number, session: number, reason: number): void {
    const block = at + ENVELOPE_BYTES
    const { orders, lists, quotes } = this.#desks
    switch (view.getUint16(at + TEMPLATE_ID_OFFSET, true)) {
      case NewOrderList.TEMPLATE_ID: {
        const blockBytes = view.getUint16(at + BLOCK_LENGTH_OFFSET, true)
        lists.refuse(view, block, blockBytes, { session, reason })
        return
      }
      case MassQuote.TEMPLATE_ID:
      case QuoteCancel.TEMPLATE_ID:
        quotes.refuse(view, block, { session, reason })
        return
      default:
        orders.refuse(view, at, session, reason)
    }
  }

  /** Runs a message from a shard; false: it is none. */
  run(templateId: number, view: DataView, block: number): boolean {
    const message = this.#message.wrap(view, block)
    switch (templateId) {
      case FundsAsk.TEMPLATE_ID:
        if (this.#hears(message)) this.#onAsk(message)
        return true
      case FundsGrant.TEMPLATE_ID:
        if (this.#hears(message)) this.#onGrant(message)
        return true
      case FundsReturn.TEMPLATE_ID:
        if (this.#hears(message)) this.#takeIn(message)
        return true
      case RunWaiting.TEMPLATE_ID:
        if (this.#hears(message)) this.#line.runHead(message.account, false, this.#runRequest)
        return true
      default:
        return false
    }
  }

  #hears({ fromShard, toShard, number }: FundsAsk): boolean {
    const { place } = this.#line
    if (toShard !== place.shard || fromShard >= place.shards) {
      throw new Error(
        `shard ${place.shard} of ${place.shards}: a message from ${fromShard} to ${toShard}`,
      )
    }
    return this.#line.hears(fromShard, number)
  }

  #onAsk({ fromShard, account, currencyNumber, amount }: FundsAsk): void {
    const isThere = this.#venue.accounts.sendAway(account, currencyNumber, amount)
    this.#line.grant(fromShard, account, currencyNumber, isThere ? amount : 0)
  }

  #onGrant(message: FundsAsk): void {
    const { account, amount } = message
    if (amount > 0) this.#takeIn(message)
    this.#line.runHead(account, amount === 0, this.#runRequest)
  }

  #takeIn({ account, currencyNumber, amount }: FundsAsk): void {
    this.#venue.accounts.takeIn(account, currencyNumber, amount)
  }

  /** From its start, but for its number in the session and its place in the message rate: they are counted. */
  readonly #runRequest = (request: DataView): void => {
    const { orders: desk, lists, quotes } = this.#desks
    const blockBytes = request.getUint16(BLOCK_LENGTH_OFFSET, true)
    const session = request.getUint32(SESSION_OFFSET, true)
    const block = ENVELOPE_BYTES
    desk.isAgain = true
    switch (request.getUint16(TEMPLATE_ID_OFFSET, true)) {
      case NewOrderSingle.TEMPLATE_ID:
        desk.enter(request, block, blockBytes, session)
        break
      case NewOrderList.TEMPLATE_ID:
        lists.enter(request, block, blockBytes, session)
        break
      case MassQuote.TEMPLATE_ID:
        quotes.quote(request, block, blockBytes, session)
        break
      case QuoteCancel.TEMPLATE_ID:
        quotes.cancel(request, block, session)
        break
      case OrderCancelRequest.TEMPLATE_ID:
        desk.cancel(request, block, session)
        break
      case OrderCancelReplaceRequest.TEMPLATE_ID:
        desk.replace(request, block, session)
        break
      default:
        desk.massCancel(request, block, session)
    }
    desk.isAgain = false
  }
}
