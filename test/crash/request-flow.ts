/**
 * What a recording trader asks for: request after request from a seed, so that any of them can be told again without
 * keeping it. Most orders cross, some rest, some of these are cancelled or replaced.
 */
import { type OrderEntryClient, Side } from '../../client/client.ts'
import {
  NewOrderSingle,
  OrderCancelReplaceRequest,
  OrderCancelRequest,
} from '../../protocol/codecs.ts'
import { randomFrom } from '../storage/journal-fixture.ts'

export type TraderRequest =
  | {
      readonly kind: 'new'
      readonly side: 49 | 50
      readonly lots: number
      readonly priceTicks: number
    }
  | { readonly kind: 'cancel'; readonly side: 49 | 50; readonly of: number }
  | { readonly kind: 'replace'; readonly side: 49 | 50; readonly of: number; readonly lots: number }

const SYMBOL = 'BTCUSDT'
const MIDDLE_TICKS = 6_000_000
/** Requests of others than new orders speak of one of so many before it. */
const BACK_MAX = 12

export const clOrdIdOf = (compId: string, index: number): string => `${compId}-${index}`

/** The index in an id of `compId`, or -1 if it is not one. */
export function indexOf(compId: string, clOrdId: string): number {
  const digits = clOrdId.startsWith(`${compId}-`) ? clOrdId.slice(compId.length + 1) : ''
  return /^\d+$/.test(digits) ? Number(digits) : -1
}

export function requestAt(seed: number, index: number): TraderRequest {
  const random = randomFrom(seed * 7_919 + index)
  const draw = random()
  const side = random() < 0.5 ? Side.Buy : Side.Sell
  const lots = 1 + Math.floor(random() * 7)
  const of = Math.max(0, index - 1 - Math.floor(random() * BACK_MAX))
  if (index > 0 && draw < 0.15) return { kind: 'cancel', side, of }
  if (index > 0 && draw < 0.22) return { kind: 'replace', side, of, lots }
  const away = draw < 0.4 ? 20 : 0
  const ticks = Math.floor(random() * 6) - 3 + (side === Side.Buy ? -away : away)
  return { kind: 'new', side, lots, priceTicks: MIDDLE_TICKS + ticks }
}

/** As OrderEntryClient answers: the message's number, FULL or DISCONNECTED. */
export function send(
  client: OrderEntryClient,
  compId: string,
  index: number,
  request: TraderRequest,
): number {
  const clOrdId = clOrdIdOf(compId, index)
  const { kind, side } = request
  if (kind === 'new') {
    const { lots, priceTicks } = request
    return client.newOrder({ clOrdId, symbol: SYMBOL, side, lots, priceTicks })
  }
  const about = { clOrdId, symbol: SYMBOL, side, origClOrdId: clOrdIdOf(compId, request.of) }
  return kind === 'cancel' ? client.cancel(about) : client.replace({ ...about, lots: request.lots })
}

/** One line a request, the same of one sent and of one that the journal holds. */
export function wordsOf(compId: string, index: number, request: TraderRequest): string {
  const id = clOrdIdOf(compId, index)
  const { kind, side } = request
  if (kind === 'new') return `${id} new ${side} ${request.lots} @ ${request.priceTicks}`
  const of = clOrdIdOf(compId, request.of)
  return kind === 'cancel'
    ? `${id} cancel ${side} ${of}`
    : `${id} replace ${side} ${of} ${request.lots}`
}

const newOrder = new NewOrderSingle()
const cancel = new OrderCancelRequest()
const replace = new OrderCancelReplaceRequest()

/** The line of a journaled command, or undefined if it is no request of a trader's. */
export function wordsOfCommand(
  templateId: number,
  view: DataView,
  block: number,
): string | undefined {
  if (templateId === NewOrderSingle.TEMPLATE_ID) {
    const { clOrdId, side, orderQty, price } = newOrder.wrap(view, block)
    return `${clOrdId} new ${side} ${orderQty} @ ${price}`
  }
  if (templateId === OrderCancelRequest.TEMPLATE_ID) {
    const { clOrdId, side, origClOrdId } = cancel.wrap(view, block)
    return `${clOrdId} cancel ${side} ${origClOrdId}`
  }
  if (templateId === OrderCancelReplaceRequest.TEMPLATE_ID) {
    const { clOrdId, side, origClOrdId, orderQty } = replace.wrap(view, block)
    return `${clOrdId} replace ${side} ${origClOrdId} ${orderQty}`
  }
  return undefined
}
