/**
 * Answers to messages that carry several orders: ListStatus, MassQuoteAcknowledgement. They come before the reports of what
 * the orders do, so an answer to quotes is opened first and filled in as it is known: what a turn says is nobody else's
 * before its end.
 */
import type { Outbox } from '../engine/shard/outbox.ts'
import {
  ListOrderStatus,
  ListStatus,
  type MassQuote,
  MassQuoteAcknowledgement,
  type NewOrderList,
  NewOrderSingle,
  QuoteAnswer,
  type QuoteCancel,
  QuoteEntry,
  QuoteStatus,
  Reason,
} from '../protocol/codecs.ts'
import { bytesOfGroup, entryAt, writeGroupHeader } from '../protocol/groups.ts'
import { INT64_NULL } from '../protocol/integers.ts'
import { copyBytes } from '../protocol/text.ts'
import type { SessionRegistry } from './session-registry.ts'
import { BUY } from './sign.ts'

const ID_BYTES = 36
const SYMBOL_BYTES = 16

export class BulkReporter {
  readonly #outbox: Outbox
  readonly #sessions: SessionRegistry
  readonly #list = new ListStatus()
  readonly #quotes = new MassQuoteAcknowledgement()
  readonly #entry = new QuoteAnswer()

  constructor(outbox: Outbox, sessions: SessionRegistry) {
    this.#outbox = outbox
    this.#sessions = sessions
  }

  /** `refused`: the order that was, for this reason. */
  list(
    session: number,
    request: NewOrderList,
    orders: readonly NewOrderSingle[],
    refused: NewOrderSingle | undefined,
    reason: number,
  ): void {
    const { TEMPLATE_ID, BLOCK_BYTES } = ListStatus
    const at = this.#outbox.open(TEMPLATE_ID, BLOCK_BYTES, session, this.#numberFor(session))
    const { view } = this.#outbox
    const status = this.#list.wrap(view, at)
    copyBytes(request.view, request.at, view, at, ID_BYTES)
    if (refused !== undefined) {
      copyBytes(refused.view, refused.at, view, at + ListStatus.CL_ORD_ID_OFFSET, ID_BYTES)
    }
    const first = orders[0]!
    const symbolAt = first.at + NewOrderSingle.SYMBOL_OFFSET
    copyBytes(first.view, symbolAt, view, at + ListStatus.SYMBOL_OFFSET, SYMBOL_BYTES)
    status.contingencyType = request.contingencyType
    status.listOrderStatus =
      refused === undefined ? ListOrderStatus.Executing : ListOrderStatus.Rejected
    status.reason = reason
    status.totNoOrders = orders.length
    status.transactTime = this.#outbox.timeUs
  }

  quotesRefused(session: number, request: MassQuote | QuoteCancel, reason: number): void {
    const answer = this.#openQuotes(session, request, 0)
    answer.quoteStatus = QuoteStatus.Rejected
    answer.reason = reason
  }

  quotesCanceled(session: number, request: QuoteCancel, count: number): void {
    const answer = this.#openQuotes(session, request, 0)
    answer.quoteStatus =
      request.symbol === '' ? QuoteStatus.CanceledAll : QuoteStatus.CanceledForSymbol
    answer.totalAffectedOrders = count
  }

  /** Opens the answer to the request's entries, so many. Returns where its own group stands, for `quoted`. */
  quotes(session: number, request: MassQuote, count: number): number {
    const answer = this.#openQuotes(session, request, count)
    answer.quoteStatus = QuoteStatus.Accepted
    const { view, group } = answer
    for (let i = 0; i < count; i++) {
      const entry = this.#entry.wrap(view, entryAt(view, group, i))
      const from = entryAt(request.view, request.group, i) + QuoteEntry.SYMBOL_OFFSET
      copyBytes(request.view, from, view, entry.at + QuoteAnswer.SYMBOL_OFFSET, SYMBOL_BYTES)
      entry.bidOrderId = INT64_NULL
      entry.offerOrderId = INT64_NULL
    }
    return group
  }

  /** What became of one side of entry `index`: its OrderID, -reason, or 0: there is none, as was asked for. */
  quoted(group: number, index: number, sign: number, outcome: number): void {
    const { view } = this.#outbox
    const entry = this.#entry.wrap(view, entryAt(view, group, index))
    const orderId = outcome > 0 ? outcome : INT64_NULL
    const reason = outcome < 0 ? -outcome : Reason.None
    if (sign === BUY) {
      entry.bidOrderId = orderId
      entry.bidReason = reason
    } else {
      entry.offerOrderId = orderId
      entry.offerReason = reason
    }
  }

  #openQuotes(
    session: number,
    request: MassQuote | QuoteCancel,
    count: number,
  ): MassQuoteAcknowledgement {
    const { TEMPLATE_ID, BLOCK_BYTES } = MassQuoteAcknowledgement
    const groupBytes = bytesOfGroup(QuoteAnswer.BLOCK_BYTES, count)
    const outbox = this.#outbox
    const number = this.#numberFor(session)
    const at = outbox.open(TEMPLATE_ID, BLOCK_BYTES, session, number, groupBytes)
    const answer = this.#quotes.wrap(outbox.view, at)
    // Both requests begin with their id, as the answer does.
    copyBytes(request.view, request.at, outbox.view, at, ID_BYTES)
    answer.transactTime = outbox.timeUs
    writeGroupHeader(outbox.view, answer.group, QuoteAnswer.BLOCK_BYTES, count)
    return answer
  }

  #numberFor(session: number): number {
    return this.#sessions.takeOutbound(session)
  }
}
