/**
 *   your code ──▶ ORDERS ──▶ outstanding ──▶ socket
 *
 * What a client can ask for, and how it stands in the bytes of a message. A RangeError here is the caller's: a text that
 * is too long or no ASCII, a number that no integer can hold. What an order may say together is the exchange's to judge.
 */
import {
  type ContingencyType,
  type ExecInst,
  type MassCancelScope,
  NewOrderSingle,
  OrderCancelReplaceRequest,
  OrderCancelRequest,
  OrderMassCancelRequest,
  OrderStatusRequest,
  OrdType,
  type PegPriceType,
  type PostOnly,
  SecurityDefinitionRequest,
  type SelfTradePrevention,
  type Side,
  TimeInForce,
} from '../protocol/codecs.ts'
import { INT64_NULL } from '../protocol/integers.ts'

type CodeOf<Table> = Table[keyof Table]
export type SideCode = CodeOf<typeof Side>
export type OrdTypeCode = CodeOf<typeof OrdType>
export type TimeInForceCode = CodeOf<typeof TimeInForce>
export type PegPriceTypeCode = CodeOf<typeof PegPriceType>
export type PostOnlyCode = CodeOf<typeof PostOnly>
export type SelfTradePreventionCode = CodeOf<typeof SelfTradePrevention>
export type ContingencyTypeCode = CodeOf<typeof ContingencyType>
export type ExecInstCode = CodeOf<typeof ExecInst>
export type MassCancelScopeCode = CodeOf<typeof MassCancelScope>

export interface NewOrder extends OrderInstructions {
  /** 1-36 of A-Z a-z 0-9 _ -, unique among the account's orders. */
  readonly clOrdId: string
  readonly symbol: string
  readonly side: SideCode
  /** @default OrdType.Limit */
  readonly ordType?: OrdTypeCode
  /** Always, but for a market order with `budgetUnits`. */
  readonly lots?: number
  /**
   * The worst price it trades at: of a limit and a stop-limit order, and of a pegged one, which needs it to buy. No other type
   * has one.
   */
  readonly priceTicks?: number
  /** @default TimeInForce.GoodTillCancel */
  readonly timeInForce?: TimeInForceCode
}

/** What makes an order more than a limit or market order. One that says none of it goes in the short form, 72 bytes. */
export interface OrderInstructions {
  /** The trigger of a stop or stop-limit order; of a trailing stop its first, without one the last price sets it. */
  readonly stopTicks?: number
  /** How far the trigger of a trailing stop stays behind the price, in ticks. This or `trailingBps`. */
  readonly trailingTicks?: number
  /** The same in hundredths of a percent of the price, up to 10,000. */
  readonly trailingBps?: number
  /** What a pegged order follows. */
  readonly pegPriceType?: PegPriceTypeCode
  /** Ticks towards the other side, below 0 away from it. @default 0 */
  readonly pegOffsetTicks?: number
  /** Instead of `lots`, of a market order: what it may spend or bring in, in smallest units of the quote currency. */
  readonly budgetUnits?: number
  /** How much of it others see at one time: an iceberg. 0: nothing, hidden. Left out: all of it. */
  readonly displayLots?: number
  /** To be had at once, or the order expires whole. */
  readonly minLots?: number
  /** `minLots` of all its lots. @default false */
  readonly allOrNone?: boolean
  /** With TimeInForce.GoodTillDate, and only then: µs since 1970. */
  readonly expireTimeUs?: number
  /** Whether it may take on arrival. @default PostOnly.No: it may */
  readonly postOnly?: PostOnlyCode
  /** When it would trade with an order of its own account group. @default SelfTradePrevention.None: they trade */
  readonly selfTradePrevention?: SelfTradePreventionCode
  /** What ends it besides its session's `cancelOnDisconnect`, or keeps it. @default ExecInst.None: its session's word */
  readonly execInst?: ExecInstCode
  /** How it hangs together with `linkClOrdId`. */
  readonly contingencyType?: ContingencyTypeCode
  /** The order that it cancels or is cancelled by, or its parent, which was entered before. */
  readonly linkClOrdId?: string
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
  /** Left out: as it is. */
  readonly priceTicks?: number
}

/** Of one instrument, or of all. */
export interface MarketRequest {
  /** The request's own id: 1-36 of A-Z a-z 0-9 _ -. */
  readonly id: string
  /** @default '': all of them */
  readonly symbol?: string
}

export interface OrderStatus {
  /** The request's own id. */
  readonly clOrdId: string
  /** The order, by any of its ids, by the exchange's id, or by both. */
  readonly origClOrdId?: string
  readonly orderId?: number
  readonly symbol: string
}

/** Which orders of the account. */
export interface MassStatus {
  /** The request's own id. */
  readonly clOrdId: string
  /** @default '': all of them */
  readonly symbol?: string
  /** @default both */
  readonly side?: SideCode
  /** @default MassCancelScope.Account: entered by any of its sessions */
  readonly scope?: MassCancelScopeCode
}

export interface MassCancel {
  /** The request's own id. */
  readonly clOrdId: string
  /** @default '': all of them */
  readonly symbol?: string
  /** Left out: both. */
  readonly side?: SideCode
  /** @default MassCancelScope.Account: whichever session entered them */
  readonly scope?: MassCancelScopeCode
}

const newOrder = new NewOrderSingle()
/** What a request's codec says of its root block. */
export interface RequestCodec {
  readonly TEMPLATE_ID: number
  readonly BLOCK_BYTES: number
}
/** Fills the root block at `block`, which is all zero before. */
export type RequestWriter<Request> = (view: DataView, block: number, request: Request) => void

const cancel = new OrderCancelRequest()
const replace = new OrderCancelReplaceRequest()
const massCancel = new OrderMassCancelRequest()
const status = new OrderStatusRequest()
const marketRequest = new SecurityDefinitionRequest()

/** As long as what the order says: version 1's block, or all of it. */
export function newOrderBlockBytes(order: NewOrder): number {
  const isPlain =
    order.stopTicks === undefined &&
    order.trailingTicks === undefined &&
    order.trailingBps === undefined &&
    order.pegPriceType === undefined &&
    order.pegOffsetTicks === undefined &&
    order.budgetUnits === undefined &&
    order.displayLots === undefined &&
    order.minLots === undefined &&
    order.allOrNone === undefined &&
    order.expireTimeUs === undefined &&
    order.postOnly === undefined &&
    order.selfTradePrevention === undefined &&
    order.contingencyType === undefined &&
    order.execInst === undefined &&
    order.linkClOrdId === undefined
  return isPlain ? NewOrderSingle.BLOCK_BYTES_V1 : NewOrderSingle.BLOCK_BYTES
}

/** Root block of NewOrderSingle at `block`, `newOrderBlockBytes` long and all zero before. */
export function writeNewOrder(view: DataView, block: number, order: NewOrder): void {
  const blockBytes = newOrderBlockBytes(order)
  const message = newOrder.wrap(view, block, blockBytes)
  message.clOrdId = order.clOrdId
  message.side = order.side
  message.ordType = order.ordType ?? OrdType.Limit
  message.timeInForce = order.timeInForce ?? TimeInForce.GoodTillCancel
  message.symbol = order.symbol
  message.orderQty = optionalInteger(order.lots, 'lots')
  message.price = optionalInteger(order.priceTicks, 'priceTicks')
  if (blockBytes === NewOrderSingle.BLOCK_BYTES) writeInstructions(message, order)
}

function writeInstructions(message: NewOrderSingle, order: OrderInstructions): void {
  message.stopPx = optionalInteger(order.stopTicks, 'stopTicks')
  message.displayQty = optionalInteger(order.displayLots, 'displayLots')
  message.minQty = optionalInteger(order.minLots, 'minLots')
  message.expireTime = optionalInteger(order.expireTimeUs, 'expireTimeUs')
  message.cashOrderQty = optionalInteger(order.budgetUnits, 'budgetUnits')
  message.pegOffsetValue = optionalInteger(order.pegOffsetTicks, 'pegOffsetTicks')
  message.trailingTicks = unsigned(order.trailingTicks ?? 0, 'trailingTicks')
  message.trailingBps = unsigned(order.trailingBps ?? 0, 'trailingBps')
  // 0 is None, or No, in each of these sets.
  message.pegPriceType = order.pegPriceType ?? 0
  message.postOnly = order.postOnly ?? 0
  message.selfTradePrevention = order.selfTradePrevention ?? 0
  message.contingencyType = order.contingencyType ?? 0
  message.execInst = order.execInst ?? 0
  message.allOrNone = order.allOrNone === true ? 1 : 0
  message.linkClOrdId = order.linkClOrdId ?? ''
}

/** Root block of OrderCancelRequest at `block`, all zero before. */
export function writeCancel(view: DataView, block: number, request: CancelOrder): void {
  const message = cancel.wrap(view, block)
  message.clOrdId = request.clOrdId
  message.origClOrdId = request.origClOrdId ?? ''
  message.orderId = optionalInteger(request.orderId, 'orderId')
  message.side = request.side
  message.symbol = request.symbol
}

/** Root block of OrderCancelReplaceRequest at `block`, all zero before. */
export function writeReplace(view: DataView, block: number, request: ReplaceOrder): void {
  const message = replace.wrap(view, block)
  message.clOrdId = request.clOrdId
  message.origClOrdId = request.origClOrdId ?? ''
  message.orderId = optionalInteger(request.orderId, 'orderId')
  message.side = request.side
  // FIX wants them here; the order keeps its own, whatever they say.
  message.ordType = OrdType.Limit
  message.timeInForce = TimeInForce.GoodTillCancel
  message.symbol = request.symbol
  message.orderQty = optionalInteger(request.lots, 'lots')
  message.price = optionalInteger(request.priceTicks, 'priceTicks')
}

/** Root block of OrderStatusRequest at `block`, all zero before. */
export function writeStatus(view: DataView, block: number, request: OrderStatus): void {
  const message = status.wrap(view, block)
  message.clOrdId = request.clOrdId
  message.origClOrdId = request.origClOrdId ?? ''
  message.orderId = optionalInteger(request.orderId, 'orderId')
  message.symbol = request.symbol
}

/** Root block of OrderMassCancelRequest or OrderMassStatusRequest, made alike, at `block`, all zero before. */
export function writeMassRequest(
  view: DataView,
  block: number,
  request: MassCancel | MassStatus,
): void {
  const message = massCancel.wrap(view, block)
  message.clOrdId = request.clOrdId
  message.symbol = request.symbol ?? ''
  message.side = request.side ?? 0
  message.massCancelScope = request.scope ?? 0
}

/** Root block of SecurityDefinitionRequest or TradingSessionStatusRequest, made alike, at `block`, all zero before. */
export function writeMarketRequest(view: DataView, block: number, request: MarketRequest): void {
  const message = marketRequest.wrap(view, block)
  message.securityReqId = request.id
  message.symbol = request.symbol ?? ''
}

function optionalInteger(value: number | undefined, name: string): number {
  if (value === undefined) return INT64_NULL
  if (Number.isSafeInteger(value)) return value
  throw new RangeError(`${name} ${value} is no safe integer`)
}

function unsigned(value: number, name: string): number {
  if (value >= 0 && value <= 0xffff_ffff && Number.isInteger(value)) return value
  throw new RangeError(`${name} ${value} is no integer from 0 to 2^32-1`)
}
