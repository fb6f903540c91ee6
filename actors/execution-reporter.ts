/**
 * Tells sessions what became of their orders and requests. A report is numbered in its session
 * whether somebody is logged on or not, and its ExecID is the number of the very event: both are
 * functions of the log.
 *
 * Reports of an order are written from its record, so the record must stand as the report shall say
 * it. Hot file.
 */
import type { Outbox } from '../engine/shard/outbox.ts'
import {
  CxlRejResponseTo,
  ExecType,
  ExecutionReport,
  ExecutionReportWords,
  NewOrderSingle,
  OrderCancelReject,
  type OrderCancelReplaceRequest,
  OrderCancelRequest,
  OrderMassCancelReport,
  type OrderMassCancelRequest,
  type OrderMassStatusRequest,
  type OrderStatusRequest,
  OrdStatus,
  Reason,
} from '../protocol/codecs.ts'
import { INT64_NULL } from '../protocol/integers.ts'
import { reasonRow } from '../protocol/reasons.ts'
import { copyBytes } from '../protocol/text.ts'
import { putInt32, putInt32OrNull, putInt64, putNull64 } from '../protocol/words.ts'
import type { NameTable } from './name-table.ts'
import { HIDDEN, ICEBERG, isStop, orderedTypeOf, typeOf } from './order-flags.ts'
import { ordTypeOf, timeInForceOf } from './order-intake.ts'
import type { OrderRegistry } from './order-registry.ts'
import {
  CUM,
  DISPLAY,
  FLAGS,
  ID_WORDS,
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
import { accountTapeOf, firmTapeOf, type ReportTapes, TAPES_MAX } from './report-tapes.ts'
import type { SessionRegistry } from './session-registry.ts'
import { type Sign, sideOf } from './sign.ts'

/** SBE's null of a u8. */
const U8_NULL = 0xff

const CL_ORD_ID_BYTES = 36
const SYMBOL_BYTES = 16

/** AggressorIndicator among the bytes of its word: null, unless somebody traded. */
const AGGRESSOR_SHIFT = 8
const AGGRESSOR_MASK = U8_NULL << AGGRESSOR_SHIFT

/** AccountTape and FirmTape in the upper halves of their words: as they are in `marks`, or moved there. */
const TAPE_SHIFT = 16
const FIRM_TAPE_MASK = ~TAPES_MAX

/** LastRptRequested among the bytes of WorkingIndicator's word. */
const LAST_REPORT = 1 << 8

/** All begin with the id of the request; an order asks for itself, where it may have been sent before. */
export type StatusRequest = OrderStatusRequest | OrderMassStatusRequest | NewOrderSingle

/** Fees of a fill go where no fill is told: nothing. */
const NO_FEE = 0

export class ExecutionReporter {
  readonly #outbox: Outbox
  readonly #orders: OrderRegistry
  readonly #store: OrderStore
  readonly #sessions: SessionRegistry
  readonly #tapes: ReportTapes
  readonly #symbols: NameTable
  readonly #report = new ExecutionReport()
  readonly #cancelReject = new OrderCancelReject()
  readonly #massReport = new OrderMassCancelReport()

  constructor(
    outbox: Outbox,
    orders: OrderRegistry,
    surroundings: {
      readonly sessions: SessionRegistry
      readonly tapes: ReportTapes
      /** Market numbers are those of the symbols. */
      readonly symbols: NameTable
    },
  ) {
    this.#outbox = outbox
    this.#orders = orders
    this.#store = orders.store
    this.#sessions = surroundings.sessions
    this.#tapes = surroundings.tapes
    this.#symbols = surroundings.symbols
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
    const block = this.#open(order, ExecType.Trade, Reason.None)
    const { words } = this.#outbox
    putInt32(words, block + ExecutionReportWords.LAST_PX, priceTicks)
    putInt32(words, block + ExecutionReportWords.LAST_QTY, lots)
    putInt64(words, block + ExecutionReportWords.TRADE_ID, tradeId)
    putInt64(words, block + ExecutionReportWords.COMMISSION, feeUnits)
    const at = block + ExecutionReportWords.TIME_IN_FORCE
    words[at] = (words[at]! & ~AGGRESSOR_MASK) | ((isTaker ? 1 : 0) << AGGRESSOR_SHIFT)
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
    const block = this.#open(order, ExecType.Canceled, Reason.CanceledByClient)
    const { words } = this.#outbox
    this.#store.putId(order, words, block + ExecutionReportWords.ORIG_CL_ORD_ID)
    const from = request.at + OrderCancelRequest.CL_ORD_ID_OFFSET
    const { view } = request
    const to = block + ExecutionReportWords.CL_ORD_ID
    for (let i = 0; i < ID_WORDS; i++) words[to + i] = view.getInt32(from + 4 * i, true)
  }

  /** `retired` is the index of the closed id that the order had before. */
  replaced(order: number, retired: number): void {
    const block = this.#open(order, ExecType.Replaced, Reason.None)
    const to = block + ExecutionReportWords.ORIG_CL_ORD_ID
    this.#orders.closed.putId(retired, this.#outbox.words, to)
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
    const marks = this.#marks(session)
    reject.accountTape = accountTapeOf(marks)
    reject.firmTape = firmTapeOf(marks)
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
    const marks = this.#marks(session)
    report.accountTape = accountTapeOf(marks)
    report.firmTape = firmTapeOf(marks)
  }

  /**
   * How an order stands, open or closed, in answer to the request with the id at `idAt`: it and OrigClOrdID stand as in
   * the answer to a cancel.
   */
  status(session: number, request: StatusRequest, order: number, isLast: boolean): void {
    const { words } = this.#outbox
    const { view, at: idAt } = request
    if (order > NIL) {
      const block = this.#open(order, ExecType.OrderStatus, Reason.None, session)
      this.#store.putId(order, words, block + ExecutionReportWords.ORIG_CL_ORD_ID)
      const to = block + ExecutionReportWords.CL_ORD_ID
      for (let i = 0; i < ID_WORDS; i++) words[to + i] = view.getInt32(idAt + 4 * i, true)
      if (isLast) words[block + ExecutionReportWords.WORKING_INDICATOR]! |= LAST_REPORT
      return
    }
    const { closed } = this.#orders
    const index = ~order
    const terms = closed.terms(index)
    const report = this.#statusReport(session, request, isLast)
    report.orderId = closed.orderId(index)
    report.cumQty = closed.cumQty(index)
    report.ordStatus = terms & 0xff
    report.orderQty = report.ordStatus === OrdStatus.Filled ? report.cumQty : INT64_NULL
    report.side = (terms >> 8) & 0xff
    report.ordType = (terms >> 16) & 0xff
    report.timeInForce = (terms >> 24) & 0xff
    const block = report.at >> 2
    closed.putId(index, words, block + ExecutionReportWords.ORIG_CL_ORD_ID)
    this.#symbols.put(closed.market(index), words, block + ExecutionReportWords.SYMBOL)
  }

  /** There is no such order, or none at all; or the request may not be made now. */
  noStatus(session: number, request: StatusRequest, reason: number): void {
    const report = this.#statusReport(session, request, true)
    report.ordStatus = OrdStatus.Rejected
    report.reason = reason
    report.ordRejReason = reasonRow(reason).ordRejReason
    report.orderQty = INT64_NULL
    report.symbol = request.symbol
  }

  #statusReport(session: number, { view, at }: StatusRequest, isLast: boolean): ExecutionReport {
    const report = this.#wrapNext(session)
    copyBytes(view, at, report.view, report.at + ExecutionReport.CL_ORD_ID_OFFSET, CL_ORD_ID_BYTES)
    report.execType = ExecType.OrderStatus
    report.price = INT64_NULL
    report.cumQuoteQty = INT64_NULL
    report.stopPx = INT64_NULL
    report.displayQty = INT64_NULL
    report.lastRptRequested = isLast ? 1 : 0
    return report
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
    const marks = this.#marks(session)
    report.accountTape = accountTapeOf(marks)
    report.firmTape = firmTapeOf(marks)
    return report
  }

  /** A report to this session is being written: the tapes that it is on. */
  #marks(session: number): number {
    return this.#tapes.take(this.#sessions.account(session))
  }

  /** Writes a report of an order, as if it were of no fill. Returns the first word of its block. */
  #open(
    order: number,
    execType: number,
    reason: number,
    session = this.#store.get(order, SESSION),
  ): number {
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
    const outbox = this.#outbox
    const number = this.#sessions.takeOutbound(session)
    const blockBytes = ExecutionReport.BLOCK_BYTES
    const at = outbox.claim(ExecutionReport.TEMPLATE_ID, blockBytes, session, number) >> 2
    const { words } = outbox
    putInt64(words, at + ExecutionReportWords.ORDER_ID, store.orderId(order))
    putInt64(words, at + ExecutionReportWords.EXEC_ID, outbox.eventNumber)
    putInt32(words, at + ExecutionReportWords.ORDER_QTY, orderQty)
    putInt32OrNull(words, at + ExecutionReportWords.PRICE, store.get(order, PRICE))
    putInt32(words, at + ExecutionReportWords.CUM_QTY, cumQty)
    putInt32(words, at + ExecutionReportWords.LEAVES_QTY, leavesQty)
    putNull64(words, at + ExecutionReportWords.LAST_QTY)
    putNull64(words, at + ExecutionReportWords.LAST_PX)
    putNull64(words, at + ExecutionReportWords.TRADE_ID)
    putInt64(words, at + ExecutionReportWords.CUM_QUOTE_QTY, store.cumQuote(order))
    putInt64(words, at + ExecutionReportWords.TRANSACT_TIME, outbox.timeUs)
    store.putId(order, words, at + ExecutionReportWords.CL_ORD_ID)
    const original = at + ExecutionReportWords.ORIG_CL_ORD_ID
    for (let i = 0; i < ID_WORDS; i++) words[original + i] = 0
    this.#symbols.put(store.get(order, MARKET), words, at + ExecutionReportWords.SYMBOL)
    const side = sideOf(store.get(order, SIGN) as Sign)
    words[at + ExecutionReportWords.EXEC_TYPE] =
      execType | (status << 8) | (side << 16) | (ordTypeOf(flags) << 24)
    words[at + ExecutionReportWords.TIME_IN_FORCE] =
      timeInForceOf(flags) | AGGRESSOR_MASK | (reason << 16)
    const marks = this.#marks(session)
    // OrdRejReason 0, and behind it AccountTape; FirmTape stands behind the two indicators.
    words[at + ExecutionReportWords.ORD_REJ_REASON] = marks << TAPE_SHIFT
    words[at + ExecutionReportWords.WORKING_INDICATOR] =
      (this.#isWorking(order, flags) ? 1 : 0) | (marks & FIRM_TAPE_MASK)
    putInt64(words, at + ExecutionReportWords.COMMISSION, NO_FEE)
    if (flags === 0) {
      putNull64(words, at + ExecutionReportWords.STOP_PX)
      putNull64(words, at + ExecutionReportWords.DISPLAY_QTY)
    } else {
      this.#putInstructions(order, flags, at)
    }
    return at
  }

  #putInstructions(order: number, flags: number, at: number): void {
    const { words } = this.#outbox
    const stopPx = at + ExecutionReportWords.STOP_PX
    if (isStop(orderedTypeOf(flags))) putInt32(words, stopPx, this.#store.cold(order, TRIGGER))
    else putNull64(words, stopPx)
    const displayQty = at + ExecutionReportWords.DISPLAY_QTY
    if ((flags & HIDDEN) !== 0) putInt32(words, displayQty, 0)
    else if ((flags & ICEBERG) === 0) putNull64(words, displayQty)
    else putInt32(words, displayQty, this.#store.cold(order, DISPLAY))
  }

  /** It rests in the book: not with the waiting stops. */
  #isWorking(order: number, flags: number): boolean {
    return this.#store.get(order, LEVEL) !== NIL && !isStop(typeOf(flags))
  }
}
