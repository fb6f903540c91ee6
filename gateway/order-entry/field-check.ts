/**
 *   inlet ──▶ session ──▶ FIELD CHECK ──▶ ring to the sequencer
 *
 * What a shard may take for granted: ids of the right form, values from their sets, integers that JavaScript can hold.
 * Whether the symbol exists or the price is allowed is not asked here: that takes the book's side of the house.
 *
 * Faults are constants: to refuse costs no more than to accept, so a flood of nonsense is cheap.
 */
import {
  NewOrderSingle,
  OrderCancelReplaceRequest,
  OrderCancelRequest,
  OrdType,
  SessionRejectReason,
  Side,
  TimeInForce,
} from '../../protocol/codecs.ts'
import { INT64_NULL } from '../../protocol/integers.ts'
import { isIdentifier } from '../../protocol/text.ts'

export interface Fault {
  /** FIX tag at fault, or NO_TAG. */
  readonly tag: number
  /** SessionRejectReason(373). */
  readonly reason: number
  /** At most 64 characters. */
  readonly text: string
}

/** RefTagID's null. */
export const NO_TAG = 0xffff

const { RequiredTagMissing, ValueOutOfRange, IncorrectDataFormat } = SessionRejectReason
const missing = (tag: number, name: string): Fault => ({
  tag,
  reason: RequiredTagMissing,
  text: `Required tag missing: ${name}(${tag})`,
})
const outOfRange = (tag: number, name: string, allowed: string): Fault => ({
  tag,
  reason: ValueOutOfRange,
  text: `${name}(${tag}) must be ${allowed}`,
})
const malformed = (tag: number, name: string, form: string): Fault => ({
  tag,
  reason: IncorrectDataFormat,
  text: `${name}(${tag}) must be ${form}`,
})

const ID_FORM = '1-36 of A-Z a-z 0-9 _ -'
const ID_BYTES = 36
const SYMBOL_BYTES = 16

const CL_ORD_ID_MISSING = missing(11, 'ClOrdID')
const CL_ORD_ID_MALFORMED = malformed(11, 'ClOrdID', ID_FORM)
const ORIG_MISSING = missing(41, 'OrigClOrdID')
const ORIG_MALFORMED = malformed(41, 'OrigClOrdID', ID_FORM)
const ORDER_ID_RANGE = outOfRange(37, 'OrderID', 'from 1 to 2^53-1, or absent')
const SYMBOL_MISSING = missing(55, 'Symbol')
const SYMBOL_MALFORMED = malformed(55, 'Symbol', 'printable ASCII, NUL-padded')
const SIDE_MISSING = missing(54, 'Side')
const SIDE_RANGE = outOfRange(54, 'Side', '1 or 2')
const ORD_TYPE_MISSING = missing(40, 'OrdType')
const ORD_TYPE_RANGE = outOfRange(40, 'OrdType', '2')
const TIME_IN_FORCE_MISSING = missing(59, 'TimeInForce')
const TIME_IN_FORCE_RANGE = outOfRange(59, 'TimeInForce', '1 or 3')
const TIME_IN_FORCE_REPLACE = outOfRange(59, 'TimeInForce', '1 in a replace')
const QTY_MISSING = missing(38, 'OrderQty')
const QTY_RANGE = outOfRange(38, 'OrderQty', 'from 1 to 2^53-1 lots')
const PRICE_MISSING = missing(44, 'Price')
const PRICE_RANGE = outOfRange(44, 'Price', 'from -(2^53-1) to 2^53-1 ticks')

const newOrder = new NewOrderSingle()
const cancel = new OrderCancelRequest()
const replace = new OrderCancelReplaceRequest()

/** Root block of NewOrderSingle at `at`: the first fault, or undefined. */
export function newOrderFault(view: DataView, at: number): Fault | undefined {
  const order = newOrder.wrap(view, at)
  return (
    clOrdIdFault(view, at + NewOrderSingle.CL_ORD_ID_OFFSET) ??
    sideFault(order.side) ??
    ordTypeFault(order.ordType) ??
    timeInForceFault(order.timeInForce) ??
    symbolFault(view, at + NewOrderSingle.SYMBOL_OFFSET) ??
    qtyFault(order.orderQty) ??
    priceFault(order.price)
  )
}

/** Root block of OrderCancelRequest at `at`. */
export function cancelFault(view: DataView, at: number): Fault | undefined {
  const request = cancel.wrap(view, at)
  return (
    clOrdIdFault(view, at + OrderCancelRequest.CL_ORD_ID_OFFSET) ??
    orderNamedFault(view, at + OrderCancelRequest.ORIG_CL_ORD_ID_OFFSET, request.orderId) ??
    sideFault(request.side) ??
    symbolFault(view, at + OrderCancelRequest.SYMBOL_OFFSET)
  )
}

/** Root block of OrderCancelReplaceRequest at `at`. */
export function replaceFault(view: DataView, at: number): Fault | undefined {
  const request = replace.wrap(view, at)
  return (
    clOrdIdFault(view, at + OrderCancelReplaceRequest.CL_ORD_ID_OFFSET) ??
    orderNamedFault(view, at + OrderCancelReplaceRequest.ORIG_CL_ORD_ID_OFFSET, request.orderId) ??
    sideFault(request.side) ??
    ordTypeFault(request.ordType) ??
    (request.timeInForce === TimeInForce.ImmediateOrCancel ? TIME_IN_FORCE_REPLACE : undefined) ??
    timeInForceFault(request.timeInForce) ??
    symbolFault(view, at + OrderCancelReplaceRequest.SYMBOL_OFFSET) ??
    qtyFault(request.orderQty) ??
    priceFault(request.price)
  )
}

function clOrdIdFault(view: DataView, at: number): Fault | undefined {
  if (isIdentifier(view, at, ID_BYTES)) return undefined
  return view.getUint8(at) === 0 ? CL_ORD_ID_MISSING : CL_ORD_ID_MALFORMED
}

/** The order is named by OrigClOrdID, by OrderID, or by both. */
function orderNamedFault(view: DataView, origAt: number, orderId: number): Fault | undefined {
  const hasOrderId = orderId !== INT64_NULL
  if (hasOrderId && !isPositive(orderId)) return ORDER_ID_RANGE
  if (isIdentifier(view, origAt, ID_BYTES)) return undefined
  if (!isZero(view, origAt, ID_BYTES)) return ORIG_MALFORMED
  return hasOrderId ? undefined : ORIG_MISSING
}

function symbolFault(view: DataView, at: number): Fault | undefined {
  if (view.getUint8(at) === 0)
    return isZero(view, at, SYMBOL_BYTES) ? SYMBOL_MISSING : SYMBOL_MALFORMED
  return isPaddedText(view, at, SYMBOL_BYTES) ? undefined : SYMBOL_MALFORMED
}

function sideFault(side: number): Fault | undefined {
  if (side === Side.Buy || side === Side.Sell) return undefined
  return side === 0 ? SIDE_MISSING : SIDE_RANGE
}

function ordTypeFault(ordType: number): Fault | undefined {
  if (ordType === OrdType.Limit) return undefined
  return ordType === 0 ? ORD_TYPE_MISSING : ORD_TYPE_RANGE
}

function timeInForceFault(timeInForce: number): Fault | undefined {
  if (timeInForce === TimeInForce.GoodTillCancel) return undefined
  if (timeInForce === TimeInForce.ImmediateOrCancel) return undefined
  return timeInForce === 0 ? TIME_IN_FORCE_MISSING : TIME_IN_FORCE_RANGE
}

function qtyFault(lots: number): Fault | undefined {
  if (isPositive(lots)) return undefined
  return lots === INT64_NULL ? QTY_MISSING : QTY_RANGE
}

function priceFault(ticks: number): Fault | undefined {
  if (Number.isSafeInteger(ticks)) return undefined
  return ticks === INT64_NULL ? PRICE_MISSING : PRICE_RANGE
}

const isPositive = (value: number): boolean => value > 0 && Number.isSafeInteger(value)

function isZero(view: DataView, at: number, bytes: number): boolean {
  for (let i = 0; i < bytes; i++) if (view.getUint8(at + i) !== 0) return false
  return true
}

/** Printable ASCII, then only NULs: one text has one spelling. */
export function isPaddedText(view: DataView, at: number, bytes: number): boolean {
  let length = 0
  while (length < bytes && isPrintable(view.getUint8(at + length))) length++
  return isZero(view, at + length, bytes - length)
}

const isPrintable = (code: number): boolean => code >= 0x20 && code <= 0x7e
