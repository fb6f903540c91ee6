/** What sessions hear of quotes, in words; of an entry its bid, then its offer. */
import { ExecType, QuoteStatus, Reason } from '../../protocol/codecs.ts'
import { INT64_NULL } from '../../protocol/integers.ts'
import type { ExchangeHarness, PlainEvent } from './exchange-harness.ts'

export const nameIn = (set: Readonly<Record<string, number>>, code: unknown): string =>
  Object.entries(set).find(([, value]) => value === code)?.[0] ?? String(code)
const why = (reason: unknown): string =>
  reason === Reason.None ? '' : ` ${nameIn(Reason, reason)}`
const sideOf = (id: unknown, reason: unknown): string =>
  id === INT64_NULL ? why(reason).trim() || '-' : 'ok'

export const told = (events: readonly PlainEvent[]): string[] =>
  events.flatMap((event) => {
    if (event.name === 'MassQuoteAcknowledgement') {
      const count = event.totalAffectedOrders === 0 ? '' : ` ${event.totalAffectedOrders}`
      return [
        `${event.quoteId} ${nameIn(QuoteStatus, event.quoteStatus)}${count}${why(event.reason)}`,
      ]
    }
    if (event.name === 'QuoteAnswer') {
      const bid = sideOf(event.bidOrderId, event.bidReason)
      return [`${event.symbol} ${bid} ${sideOf(event.offerOrderId, event.offerReason)}`]
    }
    if (event.name !== 'ExecutionReport') return []
    const lots = event.execType === ExecType.Trade ? ` ${event.lastQty}@${event.lastPx}` : ''
    return [`${event.clOrdId} ${nameIn(ExecType, event.execType)}${lots}${why(event.reason)}`]
  })

/** Lots at prices, best first: bids, then offers. */
export function bookOf(exchange: ExchangeHarness, market = 1): string {
  const { book } = exchange.machine.venue.market(market)
  const side = (sign: 1 | -1): string =>
    book
      .depth(sign, 100)
      .map(({ lots, priceTicks }) => `${lots}@${priceTicks}`)
      .join(' ')
  return `${side(1)} / ${side(-1)}`.trim()
}
