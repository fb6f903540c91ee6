/** A client's request as it stands in the log ──▶ the same request for the order entry client. */
import type {
  CancelOrder,
  CancelQuotes,
  MassCancel,
  MassQuote,
  MassStatus,
  NewOrder,
  NewOrderList,
  OrderStatus,
  Quote,
  QuoteSide,
  ReplaceOrder,
} from '../../client/client.ts'
import {
  ContingencyType,
  MassQuote as MassQuoteCodec,
  NewOrderList as NewOrderListCodec,
  NewOrderSingle,
  OrderCancelReplaceRequest,
  OrderCancelRequest,
  OrderMassCancelRequest,
  OrderMassStatusRequest,
  OrderStatusRequest,
  PegPriceType,
  PostOnly,
  QuoteCancel,
  QuoteEntry,
  SelfTradePrevention,
} from '../../protocol/codecs.ts'
import {
  BLOCK_LENGTH_OFFSET,
  RECORD_BLOCK_OFFSET,
  RECORD_HEADER_BYTES,
} from '../../protocol/envelope.ts'
import { entryAt, entryBytesOf, entryCountOf } from '../../protocol/groups.ts'
import { INT64_NULL } from '../../protocol/integers.ts'
import { type JournalRecord, templateIdOf } from '../journal/record-walk.ts'

export type LoggedRequest =
  | { readonly kind: 'NewOrderSingle'; readonly request: NewOrder }
  | { readonly kind: 'NewOrderList'; readonly request: NewOrderList }
  | { readonly kind: 'MassQuote'; readonly request: MassQuote }
  | { readonly kind: 'QuoteCancel'; readonly request: CancelQuotes }
  | { readonly kind: 'OrderCancelRequest'; readonly request: CancelOrder }
  | { readonly kind: 'OrderCancelReplaceRequest'; readonly request: ReplaceOrder }
  | { readonly kind: 'OrderMassCancelRequest'; readonly request: MassCancel }
  | { readonly kind: 'OrderStatusRequest'; readonly request: OrderStatus }
  | { readonly kind: 'OrderMassStatusRequest'; readonly request: MassStatus }

/** Undefined: it is no client's request. */
export function loggedRequest(command: JournalRecord): LoggedRequest | undefined {
  const { view, at } = command
  const block = at + RECORD_BLOCK_OFFSET
  const blockBytes = view.getUint16(at + RECORD_HEADER_BYTES + BLOCK_LENGTH_OFFSET, true)
  switch (templateIdOf(command)) {
    case NewOrderSingle.TEMPLATE_ID: {
      const order = new NewOrderSingle().wrap(view, block, blockBytes)
      return { kind: 'NewOrderSingle', request: newOrderOf(order) }
    }
    case NewOrderListCodec.TEMPLATE_ID: {
      const request = listOf(new NewOrderListCodec().wrap(view, block, blockBytes))
      return { kind: 'NewOrderList', request }
    }
    case MassQuoteCodec.TEMPLATE_ID: {
      const request = quotesOf(new MassQuoteCodec().wrap(view, block, blockBytes))
      return { kind: 'MassQuote', request }
    }
    case QuoteCancel.TEMPLATE_ID: {
      const { quoteId, symbol } = new QuoteCancel().wrap(view, block)
      return { kind: 'QuoteCancel', request: { quoteId, symbol } }
    }
    case OrderCancelRequest.TEMPLATE_ID: {
      const request = cancelOf(new OrderCancelRequest().wrap(view, block))
      return { kind: 'OrderCancelRequest', request }
    }
    case OrderCancelReplaceRequest.TEMPLATE_ID: {
      const replace = new OrderCancelReplaceRequest().wrap(view, block)
      const price = given(replace.price)
      const request = {
        ...cancelOf(replace),
        lots: replace.orderQty,
        ...(price === undefined ? {} : { priceTicks: price }),
      }
      return { kind: 'OrderCancelReplaceRequest', request }
    }
    case OrderMassCancelRequest.TEMPLATE_ID: {
      const request = massOf(new OrderMassCancelRequest().wrap(view, block))
      return { kind: 'OrderMassCancelRequest', request }
    }
    case OrderMassStatusRequest.TEMPLATE_ID: {
      const request = massOf(new OrderMassStatusRequest().wrap(view, block))
      return { kind: 'OrderMassStatusRequest', request }
    }
    case OrderStatusRequest.TEMPLATE_ID: {
      const request = namedOf(new OrderStatusRequest().wrap(view, block))
      return { kind: 'OrderStatusRequest', request }
    }
    default:
      return undefined
  }
}

const given = (value: number): number | undefined => (value === INT64_NULL ? undefined : value)
/** SBE's null of a u32. */
const U32_NULL = 0xffff_ffff
const unless = (value: number, none: number): number | undefined =>
  value === none ? undefined : value

/** What the order leaves out stays out: then the client sends it in the short form too. */
function newOrderOf(order: NewOrderSingle): NewOrder {
  const fields = {
    lots: given(order.orderQty),
    priceTicks: given(order.price),
    stopTicks: given(order.stopPx),
    trailingTicks: unless(order.trailingTicks, 0),
    trailingBps: unless(order.trailingBps, 0),
    pegPriceType: unless(order.pegPriceType, PegPriceType.None),
    pegOffsetTicks: given(order.pegOffsetValue),
    budgetUnits: given(order.cashOrderQty),
    displayLots: given(order.displayQty),
    minLots: given(order.minQty),
    allOrNone: order.allOrNone === 1 ? true : undefined,
    expireTimeUs: given(order.expireTime),
    postOnly: unless(order.postOnly, PostOnly.No),
    selfTradePrevention: unless(order.selfTradePrevention, SelfTradePrevention.None),
    contingencyType: unless(order.contingencyType, ContingencyType.None),
    linkClOrdId: order.linkClOrdId === '' ? undefined : order.linkClOrdId,
  }
  const { clOrdId, symbol, side, ordType, timeInForce } = order
  return { clOrdId, symbol, side, ordType, timeInForce, ...said(fields) } as NewOrder
}

/** What is undefined is left out. */
const said = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

function listOf({ view, group, listId, contingencyType }: NewOrderListCodec): NewOrderList {
  const entryBytes = entryBytesOf(view, group)
  const orders = Array.from({ length: entryCountOf(view, group) }, (_, index) =>
    newOrderOf(new NewOrderSingle().wrap(view, entryAt(view, group, index), entryBytes)),
  )
  return { listId, contingencyType, orders } as NewOrderList
}

function quotesOf(request: MassQuoteCodec): MassQuote {
  const { view, group, quoteId, postOnly, selfTradePrevention, protectionWindow } = request
  const quotes = Array.from({ length: entryCountOf(view, group) }, (_, index) =>
    quoteOf(new QuoteEntry().wrap(view, entryAt(view, group, index))),
  )
  const limits = {
    fills: unless(request.protectionFills, U32_NULL),
    lots: given(request.protectionQty),
    units: given(request.protectionNotional),
    netLots: given(request.protectionNet),
  }
  const protection =
    protectionWindow === U32_NULL
      ? {}
      : { protection: said({ seconds: protectionWindow, ...limits }) }
  return {
    ...{ quoteId, quotes, postOnly, selfTradePrevention, ...protection },
    resetsProtection: request.protectionReset === 1,
  } as MassQuote
}

const quoteOf = ({ symbol, bidPx, bidSize, offerPx, offerSize }: QuoteEntry): Quote => ({
  symbol,
  ...said({ bid: quoteSideOf(bidSize, bidPx), offer: quoteSideOf(offerSize, offerPx) }),
})

/** Null: it is taken back; undefined: nothing is said of it. */
function quoteSideOf(lots: number, priceTicks: number): QuoteSide | null | undefined {
  if (lots === INT64_NULL) return undefined
  return lots === 0 ? null : { lots, priceTicks }
}

function massOf(request: OrderMassCancelRequest | OrderMassStatusRequest): MassCancel & MassStatus {
  const { clOrdId, symbol, side, massCancelScope: scope } = request
  return { clOrdId, symbol, scope, ...(side === 0 ? {} : { side }) } as MassCancel
}

const cancelOf = (request: OrderCancelRequest | OrderCancelReplaceRequest): CancelOrder =>
  ({ ...namedOf(request), side: request.side }) as CancelOrder

/** Whichever ids name the order. */
function namedOf(
  request: OrderCancelRequest | OrderCancelReplaceRequest | OrderStatusRequest,
): OrderStatus {
  const { clOrdId, origClOrdId, symbol } = request
  const orderId = given(request.orderId)
  return {
    ...{ clOrdId, symbol },
    ...(origClOrdId === '' ? {} : { origClOrdId }),
    ...(orderId === undefined ? {} : { orderId }),
  }
}
