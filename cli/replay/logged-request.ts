/** A client's request as it stands in the log ──▶ the same request for the order entry client. */
import type {
  CancelOrder,
  MassCancel,
  MassStatus,
  NewOrder,
  OrderStatus,
  ReplaceOrder,
} from '../../client/client.ts'
import {
  ContingencyType,
  NewOrderSingle,
  OrderCancelReplaceRequest,
  OrderCancelRequest,
  OrderMassCancelRequest,
  OrderMassStatusRequest,
  OrderStatusRequest,
  PegPriceType,
  PostOnly,
  SelfTradePrevention,
} from '../../protocol/codecs.ts'
import {
  BLOCK_LENGTH_OFFSET,
  RECORD_BLOCK_OFFSET,
  RECORD_HEADER_BYTES,
} from '../../protocol/envelope.ts'
import { INT64_NULL } from '../../protocol/integers.ts'
import { type JournalRecord, templateIdOf } from '../journal/record-walk.ts'

export type LoggedRequest =
  | { readonly kind: 'NewOrderSingle'; readonly request: NewOrder }
  | { readonly kind: 'OrderCancelRequest'; readonly request: CancelOrder }
  | { readonly kind: 'OrderCancelReplaceRequest'; readonly request: ReplaceOrder }
  | { readonly kind: 'OrderMassCancelRequest'; readonly request: MassCancel }
  | { readonly kind: 'OrderStatusRequest'; readonly request: OrderStatus }
  | { readonly kind: 'OrderMassStatusRequest'; readonly request: MassStatus }

/** Undefined: it is no client's request. */
export function loggedRequest(command: JournalRecord): LoggedRequest | undefined {
  const { view, at } = command
  const block = at + RECORD_BLOCK_OFFSET
  switch (templateIdOf(command)) {
    case NewOrderSingle.TEMPLATE_ID: {
      const blockBytes = view.getUint16(at + RECORD_HEADER_BYTES + BLOCK_LENGTH_OFFSET, true)
      const order = new NewOrderSingle().wrap(view, block, blockBytes)
      return { kind: 'NewOrderSingle', request: newOrderOf(order) }
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
  const said = Object.entries(fields).filter(([, value]) => value !== undefined)
  return { clOrdId, symbol, side, ordType, timeInForce, ...Object.fromEntries(said) } as NewOrder
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
