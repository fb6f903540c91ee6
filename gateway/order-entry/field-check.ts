/**
 *   inlet ──▶ session ──▶ FIELD CHECK ──▶ ring to the sequencer
 *
 * What a shard may take for granted: ids of the right form, values from their sets, integers that JavaScript can hold.
 * Whether the symbol exists or the price is allowed is not asked here: that takes the book's side of the house.
 *
 * Here are the fields that messages have in common, and the messages that consist of them; a new order has a file of its
 * own, new-order-check.ts.
 *
 * Faults are constants: to refuse costs no more than to accept, so a flood of nonsense is cheap.
 */
import {
  MassCancelScope,
  OrderCancelReplaceRequest,
  OrderCancelRequest,
  OrderMassCancelRequest,
  OrderStatusRequest,
  OrdType,
  SecurityDefinitionRequest,
  Side,
  TimeInForce,
} from '../../protocol/codecs.ts'
import { INT64_NULL } from '../../protocol/integers.ts'
import { isIdentifier } from '../../protocol/text.ts'
import { type Fault, malformed, missing, outOfRange } from './fault.ts'

export const ID_FORM = '1-36 of A-Z a-z 0-9 _ -'
export const ID_BYTES = 36
export const SYMBOL_BYTES = 16

const CL_ORD_ID_MISSING = missing(11, 'ClOrdID')
const CL_ORD_ID_MALFORMED = malformed(11, 'ClOrdID', ID_FORM)
const ORIG_MISSING = missing(41, 'OrigClOrdID')
const ORIG_MALFORMED = malformed(41, 'OrigClOrdID', ID_FORM)
const ORDER_ID_RANGE = outOfRange(37, 'OrderID', 'from 1 to 2^53-1, or absent')
const SYMBOL_MISSING = missing(55, 'Symbol')
export const SYMBOL_MALFORMED = malformed(55, 'Symbol', 'printable ASCII, NUL-padded')
const SIDE_MISSING = missing(54, 'Side')
const SIDE_RANGE = outOfRange(54, 'Side', '1 or 2')
const ORD_TYPE_MISSING = missing(40, 'OrdType')
const ORD_TYPE_RANGE = outOfRange(40, 'OrdType', '1, 2, 3, 4, K, P or T')
const TIME_IN_FORCE_MISSING = missing(59, 'TimeInForce')
const TIME_IN_FORCE_RANGE = outOfRange(59, 'TimeInForce', '0, 1, 2, 3, 4, 6 or 7')
const TIME_IN_FORCE_REPLACE = outOfRange(59, 'TimeInForce', 'neither 3 nor 4 in a replace')
const QTY_MISSING = missing(38, 'OrderQty')
const QTY_RANGE = outOfRange(38, 'OrderQty', 'from 1 to 2^53-1 lots')
const PRICE_RANGE = outOfRange(44, 'Price', 'from -(2^53-1) to 2^53-1 ticks')
const PRICE_OF_REPLACE = outOfRange(44, 'Price', 'not 0 in a replace: absent keeps it')
const SCOPE_RANGE = outOfRange(25137, 'MassCancelScope', '0 or 1')

const cancel = new OrderCancelRequest()
const replace = new OrderCancelReplaceRequest()
const massCancel = new OrderMassCancelRequest()
const status = new OrderStatusRequest()

/** Root block of OrderCancelRequest at `at`: the first fault, or undefined. */
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
    (isOfTheMoment(request.timeInForce) ? TIME_IN_FORCE_REPLACE : undefined) ??
    timeInForceFault(request.timeInForce) ??
    symbolFault(view, at + OrderCancelReplaceRequest.SYMBOL_OFFSET) ??
    qtyFault(request.orderQty) ??
    (request.price === 0 ? PRICE_OF_REPLACE : priceFault(request.price))
  )
}

/** Root block of OrderStatusRequest at `at`. */
export function statusFault(view: DataView, at: number): Fault | undefined {
  const request = status.wrap(view, at)
  return (
    clOrdIdFault(view, at + OrderStatusRequest.CL_ORD_ID_OFFSET) ??
    orderNamedFault(view, at + OrderStatusRequest.ORIG_CL_ORD_ID_OFFSET, request.orderId) ??
    symbolFault(view, at + OrderStatusRequest.SYMBOL_OFFSET)
  )
}

/** What is said of a request's own id that is none. */
export interface RequestIdFaults {
  readonly missing: Fault
  readonly malformed: Fault
}
export const SECURITY_REQ_ID: RequestIdFaults = {
  missing: missing(320, 'SecurityReqID'),
  malformed: malformed(320, 'SecurityReqID', ID_FORM),
}
export const TRAD_SES_REQ_ID: RequestIdFaults = {
  missing: missing(335, 'TradSesReqID'),
  malformed: malformed(335, 'TradSesReqID', ID_FORM),
}

/** Root block of SecurityDefinitionRequest or TradingSessionStatusRequest at `at`: they are made alike. */
export function marketRequestFault(
  view: DataView,
  at: number,
  faults: RequestIdFaults,
): Fault | undefined {
  if (!isIdentifier(view, at, ID_BYTES)) {
    return view.getUint8(at) === 0 ? faults.missing : faults.malformed
  }
  const symbolAt = at + SecurityDefinitionRequest.SYMBOL_OFFSET
  return isPaddedText(view, symbolAt, SYMBOL_BYTES) ? undefined : SYMBOL_MALFORMED
}

/** Root block of OrderMassCancelRequest or OrderMassStatusRequest at `at`: they are made alike. */
export function massCancelFault(view: DataView, at: number): Fault | undefined {
  const { side, massCancelScope } = massCancel.wrap(view, at)
  return (
    clOrdIdFault(view, at + OrderMassCancelRequest.CL_ORD_ID_OFFSET) ??
    (isPaddedText(view, at + OrderMassCancelRequest.SYMBOL_OFFSET, SYMBOL_BYTES)
      ? undefined
      : SYMBOL_MALFORMED) ??
    (side === 0 ? undefined : sideFault(side)) ??
    (massCancelScope > MassCancelScope.Session ? SCOPE_RANGE : undefined)
  )
}

export function clOrdIdFault(view: DataView, at: number): Fault | undefined {
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

export function symbolFault(view: DataView, at: number): Fault | undefined {
  if (view.getUint8(at) === 0)
    return isZero(view, at, SYMBOL_BYTES) ? SYMBOL_MISSING : SYMBOL_MALFORMED
  return isPaddedText(view, at, SYMBOL_BYTES) ? undefined : SYMBOL_MALFORMED
}

export function sideFault(side: number): Fault | undefined {
  if (side === Side.Buy || side === Side.Sell) return undefined
  return side === 0 ? SIDE_MISSING : SIDE_RANGE
}

export function ordTypeFault(ordType: number): Fault | undefined {
  switch (ordType) {
    case OrdType.Limit:
    case OrdType.Market:
    case OrdType.Stop:
    case OrdType.StopLimit:
    case OrdType.MarketToLimit:
    case OrdType.Pegged:
    case OrdType.TrailingStop:
      return undefined
    default:
      return ordType === 0 ? ORD_TYPE_MISSING : ORD_TYPE_RANGE
  }
}

export function timeInForceFault(timeInForce: number): Fault | undefined {
  switch (timeInForce) {
    case TimeInForce.GoodTillCancel:
    case TimeInForce.ImmediateOrCancel:
    case TimeInForce.Day:
    case TimeInForce.FillOrKill:
    case TimeInForce.GoodTillDate:
    case TimeInForce.AtTheOpening:
    case TimeInForce.AtTheClose:
      return undefined
    default:
      return timeInForce === 0 ? TIME_IN_FORCE_MISSING : TIME_IN_FORCE_RANGE
  }
}

/** An order of that kind never rests, so nothing can be replaced by it. */
const isOfTheMoment = (timeInForce: number): boolean =>
  timeInForce === TimeInForce.ImmediateOrCancel || timeInForce === TimeInForce.FillOrKill

export function qtyFault(lots: number): Fault | undefined {
  if (isPositive(lots)) return undefined
  return lots === INT64_NULL ? QTY_MISSING : QTY_RANGE
}

/** Of a price that is there. */
export const priceFault = (ticks: number): Fault | undefined =>
  ticks === INT64_NULL || Number.isSafeInteger(ticks) ? undefined : PRICE_RANGE

export const isPositive = (value: number): boolean => value > 0 && Number.isSafeInteger(value)

export function isZero(view: DataView, at: number, bytes: number): boolean {
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
