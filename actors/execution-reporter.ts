/**
 * Tells sessions what became of their orders and requests. A report is numbered in its session
 * whether somebody is logged on or not, and its ExecID is the number of the very event: both are
 * functions of the log.
 *
 * Reports of an order are written from its record, so the record must stand as the report shall say
 * it. Hot file.
 */
import type { Outbox } from '../engine/outbox.ts'
import {
  CxlRejResponseTo,
  ExecType,
  ExecutionReport,
  NewOrderSingle,
  OrderCancelReject,
  type OrderCancelReplaceRequest,
  OrderCancelRequest,
  OrderMassCancelReport,
  type OrderMassCancelRequest,
  OrdStatus,
  Reason,
} from '../protocol/codecs.ts'
import { INT64_NULL } from '../protocol/integers.ts'
import { reasonRow } from '../protocol/reasons.ts'
import { copyBytes } from '../protocol/text.ts'
import type { NameTable } from './name-table.ts'
import { HIDDEN, ICEBERG, isStop, orderedTypeOf, typeOf } from './order-flags.ts'
import { ordTypeOf, timeInForceOf } from './order-intake.ts'
import type { OrderRegistry } from './order-registry.ts'
import {
  CUM,
  DISPLAY,
  FLAGS,
  LEAVES,
  LEVEL,
  MARKET,
  NIL,
  ORDER_QTY,
  type OrderStore,
  PRICE,
  SESSION,
  SIGN,
  STATE,
  TRIGGER,
} from './order-store.ts'
import type { SessionRegistry } from './session-registry.ts'
import { type Sign, sideOf } from './sign.ts'

/** SBE's null of a u8. */
const U8_NULL = 0xff

const CL_ORD_ID_BYTES = 36
const SYMBOL_BYTES = 16

/** Fees of a fill go where no fill is told: nothing. */
const NO_FEE = 0

export class ExecutionReporter {
  readonly #outbox: Outbox
  readonly #orders: OrderRegistry
  readonly #store: OrderStore
  readonly #sessions: SessionRegistry
  readonly #symbols: NameTable
  readonly #report = new ExecutionReport()
  readonly #cancelReject = new OrderCancelReject()
  readonly #massReport = new OrderMassCancelReport()

  constructor(
    outbox: Outbox,
    orders: OrderRegistry,
    sessions: SessionRegistry,
    /** Market numbers are those of the symbols. */
    symbols: NameTable,
  ) {
    this.#outbox = outbox
    this.#orders = orders
    this.#store = orders.store
    this.#sessions = sessions
    this.#symbols = symbols
  }

  accepted(order: number): void {
    this.#open(order, ExecType.New, Reason.None)
  }

  traded(
    order: number,
    priceTicks: number,
    lots: number,
    tradeId: number,
    isTaker: boolean,
    feeUnits: number,
  ): void {
    const report = this.#open(order, ExecType.Trade, Reason.None)
    report.lastPx = priceTicks
    report.lastQty = lots
    report.tradeId = tradeId
    report.aggressorIndicator = isTaker ? 1 : 0
    report.commission = feeUnits
  }

  /** A stop was elected, or a child's parent filled. */
  triggered(order: number): void {
    this.#open(order, ExecType.Triggered, Reason.None)
  }

  /** The exchange itself changed the order's price or size. */
  restated(order: number, reason: number): void {
    this.#open(order, ExecType.Restated, reason)
  }

  /** The order ended without its owner's word, or with others. */
  ended(order: number, execType: number, reason: number): void {
    this.#open(order, execType, reason)
  }

  canceled(order: number, request: OrderCancelRequest): void {
    const report = this.#open(order, ExecType.Canceled, Reason.CanceledByClient)
    const { view, at } = report
    this.#store.writeId(order, view, at + ExecutionReport.ORIG_CL_ORD_ID_OFFSET)
    const from = request.at + OrderCancelRequest.CL_ORD_ID_OFFSET
    const to = at + ExecutionReport.CL_ORD_ID_OFFSET
    copyBytes(request.view, from, view, to, CL_ORD_ID_BYTES)
  }

  /** `retired` is the index of the closed id that the order had before. */
  replaced(order: number, retired: number): void {
    const { view, at } = this.#open(order, ExecType.Replaced, Reason.None)
    this.#orders.closed.writeId(retired, view, at + ExecutionReport.ORIG_CL_ORD_ID_OFFSET)
  }

  /** `originalId` is of the order that has the client id already, else 0. */
  rejected(session: number, request: NewOrderSingle, reason: number, originalId: number): void {
    const report = this.#wrapNext(session)
    const { view, at } = report
    report.orderId = originalId
    report.orderQty = request.orderQty
    report.price = request.price
    report.stopPx = request.stopPx
    report.displayQty = request.displayQty
    report.execType = ExecType.Rejected
    report.ordStatus = OrdStatus.Rejected
    report.side = request.side
    report.ordType = request.ordType
    report.timeInForce = request.timeInForce
    report.reason = reason
    report.ordRejReason = reasonRow(reason).ordRejReason
    const idAt = request.at + NewOrderSingle.CL_ORD_ID_OFFSET
    const to = at + ExecutionReport.CL_ORD_ID_OFFSET
    copyBytes(request.view, idAt, view, to, CL_ORD_ID_BYTES)
    const symbolAt = request.at + NewOrderSingle.SYMBOL_OFFSET
    copyBytes(request.view, symbolAt, view, at + ExecutionReport.SYMBOL_OFFSET, SYMBOL_BYTES)
  }

  /** `order` is the one that the request found, open or closed and untouched, else NIL. */
  cancelRejected(
    session: number,
    request: OrderCancelRequest | OrderCancelReplaceRequest,
    reason: number,
    order: number,
  ): void {
    const outbox = this.#outbox
    const number = this.#sessions.takeOutbound(session)
    const { TEMPLATE_ID, BLOCK_BYTES } = OrderCancelReject
    const at = outbox.open(TEMPLATE_ID, BLOCK_BYTES, session, number)
    const view = outbox.view
    const reject = this.#cancelReject.wrap(view, at)
    reject.orderId = order === NIL ? 0 : this.#orders.orderIdOf(order)
    reject.transactTime = outbox.timeUs
    reject.ordStatus = order === NIL ? OrdStatus.Rejected : this.#orders.statusOf(order)
    reject.cxlRejResponseTo =
      request instanceof OrderCancelRequest
        ? CxlRejResponseTo.OrderCancelRequest
        : CxlRejResponseTo.OrderCancelReplaceRequest
    reject.reason = reason
    reject.cxlRejReason = reasonRow(reason).cxlRejReason
    // Both requests begin alike: their own id, then the order's.
    const idAt = request.at + OrderCancelRequest.CL_ORD_ID_OFFSET
    copyBytes(
      request.view,
      idAt,
      view,
      at + OrderCancelReject.CL_ORD_ID_OFFSET,
      2 * CL_ORD_ID_BYTES,
    )
  }

  /** The end of a mass cancel: so many orders went, each with a report of its own before. */
  massCanceled(
    session: number,
    request: OrderMassCancelRequest,
    count: number,
    reason: number,
  ): void {
    const outbox = this.#outbox
    const number = this.#sessions.takeOutbound(session)
    const { TEMPLATE_ID, BLOCK_BYTES } = OrderMassCancelReport
    const at = outbox.open(TEMPLATE_ID, BLOCK_BYTES, session, number)
    const report = this.#massReport.wrap(outbox.view, at)
    report.clOrdId = request.clOrdId
    report.symbol = request.symbol
    report.side = request.side
    report.massCancelScope = request.massCancelScope
    report.reason = reason
    report.totalAffectedOrders = count
    report.transactTime = outbox.timeUs
  }

  #wrapNext(session: number): ExecutionReport {
    const outbox = this.#outbox
    const number = this.#sessions.takeOutbound(session)
    const { TEMPLATE_ID, BLOCK_BYTES } = ExecutionReport
    const at = outbox.open(TEMPLATE_ID, BLOCK_BYTES, session, number)
    const report = this.#report.wrap(outbox.view, at)
    report.execId = outbox.eventNumber
    report.transactTime = outbox.timeUs
    report.lastQty = INT64_NULL
    report.lastPx = INT64_NULL
    report.tradeId = INT64_NULL
    report.aggressorIndicator = U8_NULL
    report.commission = NO_FEE
    return report
  }

  #open(order: number, execType: number, reason: number): ExecutionReport {
    const store = this.#store
    const orderQty = store.get(order, ORDER_QTY)
    const cumQty = store.get(order, CUM)
    const leavesQty = store.get(order, LEAVES)
    const status = store.get(order, STATE)
    const flags = store.get(order, FLAGS)
    const isOpen = status === OrdStatus.New || status === OrdStatus.PartiallyFilled
    if (isOpen ? orderQty !== cumQty + leavesQty : leavesQty !== 0) {
      const id = store.orderId(order)
      throw new Error(`order ${id}: ${orderQty} ordered, ${cumQty} filled, ${leavesQty} open`)
    }
    const report = this.#wrapNext(store.get(order, SESSION))
    report.orderId = store.orderId(order)
    report.orderQty = orderQty
    report.price = store.get(order, PRICE) || INT64_NULL
    report.cumQty = cumQty
    report.leavesQty = leavesQty
    report.cumQuoteQty = store.cumQuote(order)
    report.execType = execType
    report.ordStatus = status
    report.side = sideOf(store.get(order, SIGN) as Sign)
    report.ordType = ordTypeOf(flags)
    report.timeInForce = timeInForceOf(flags)
    report.reason = reason
    report.workingIndicator = this.#isWorking(order, flags) ? 1 : 0
    report.stopPx = isStop(orderedTypeOf(flags)) ? store.cold(order, TRIGGER) : INT64_NULL
    report.displayQty = this.#displayQty(order, flags)
    const { view, at } = report
    store.writeId(order, view, at + ExecutionReport.CL_ORD_ID_OFFSET)
    this.#symbols.write(store.get(order, MARKET), view, at + ExecutionReport.SYMBOL_OFFSET)
    return report
  }

  /** It rests in the book: not with the waiting stops. */
  #isWorking(order: number, flags: number): boolean {
    return this.#store.get(order, LEVEL) !== NIL && !isStop(typeOf(flags))
  }

  #displayQty(order: number, flags: number): number {
    if ((flags & HIDDEN) !== 0) return 0
    return (flags & ICEBERG) !== 0 ? this.#store.cold(order, DISPLAY) : INT64_NULL
  }
}
