/**
 *   your code ──▶ ORDERS ──▶ outstanding ──▶ socket
 *
 * What a client can ask for, and how it stands in the bytes of a message. A RangeError here is the caller's: a text that
 * is too long or no ASCII, a number that no integer can hold.
 */
import {
  NewOrderSingle,
  OrderCancelReplaceRequest,
  OrderCancelRequest,
  OrdType,
  type Side,
  TimeInForce,
} from '../protocol/codecs.ts'
import { INT64_NULL } from '../protocol/integers.ts'

export type SideCode = (typeof Side)[keyof typeof Side]
export type TimeInForceCode = (typeof TimeInForce)[keyof typeof TimeInForce]

export interface NewOrder {
  /** 1-36 of A-Z a-z 0-9 _ -, unique among the account's orders. */
  readonly clOrdId: string
  readonly symbol: string
  readonly side: SideCode
  readonly lots: number
  readonly priceTicks: number
  /** @default TimeInForce.GoodTillCancel */
  readonly timeInForce?: TimeInForceCode
}

export interface CancelOrder {
  /** The request's own id. */
  readonly clOrdId: string
  /** The order, by its latest id, by the exchange's id, or by both. */
  readonly origClOrdId?: string
  readonly orderId?: number
  readonly symbol: string
  readonly side: SideCode
}

export interface ReplaceOrder extends CancelOrder {
  /** New total, filled ones included. */
  readonly lots: number
  readonly priceTicks: number
}

const newOrder = new NewOrderSingle()
const cancel = new OrderCancelRequest()
const replace = new OrderCancelReplaceRequest()

/** Root block of NewOrderSingle at `block`, all zero before. */
export function writeNewOrder(view: DataView, block: number, order: NewOrder): void {
  const message = newOrder.wrap(view, block)
  message.clOrdId = order.clOrdId
  message.side = order.side
  message.ordType = OrdType.Limit
  message.timeInForce = order.timeInForce ?? TimeInForce.GoodTillCancel
  message.symbol = order.symbol
  message.orderQty = safeInteger(order.lots, 'lots')
  message.price = safeInteger(order.priceTicks, 'priceTicks')
}

/** Root block of OrderCancelRequest at `block`. */
export function writeCancel(view: DataView, block: number, request: CancelOrder): void {
  const message = cancel.wrap(view, block)
  message.clOrdId = request.clOrdId
  message.origClOrdId = request.origClOrdId ?? ''
  message.orderId = orderIdOf(request)
  message.side = request.side
  message.symbol = request.symbol
}

/** Root block of OrderCancelReplaceRequest at `block`. */
export function writeReplace(view: DataView, block: number, request: ReplaceOrder): void {
  const message = replace.wrap(view, block)
  message.clOrdId = request.clOrdId
  message.origClOrdId = request.origClOrdId ?? ''
  message.orderId = orderIdOf(request)
  message.side = request.side
  message.ordType = OrdType.Limit
  message.timeInForce = TimeInForce.GoodTillCancel
  message.symbol = request.symbol
  message.orderQty = safeInteger(request.lots, 'lots')
  message.price = safeInteger(request.priceTicks, 'priceTicks')
}

const orderIdOf = ({ orderId }: CancelOrder): number =>
  orderId === undefined ? INT64_NULL : safeInteger(orderId, 'orderId')

function safeInteger(value: number, name: string): number {
  if (Number.isSafeInteger(value)) return value
  throw new RangeError(`${name} ${value} is no safe integer`)
}
