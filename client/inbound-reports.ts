/**
 *   wire connection ── frames ──▶ INBOUND REPORTS ──▶ your callbacks
 *                                       ├──▶ promises: their answers
 *                                       └──▶ outbound requests: what is answered, what is to be sent again
 *
 * What the exchange says of orders and requests, each report once: a number below the next one was heard before. Reports
 * are flyweights over the bytes received, good only until the callback returns.
 *
 * Hot file.
 */
import {
  BusinessMessageReject,
  BusinessRejectReason,
  ExecutionReport,
  OrderCancelReject,
  OrderMassCancelReport,
  Reject,
  ResendRequest,
  SecurityDefinition,
  SequenceReset,
  SessionRejectReason,
  TradingSessionStatus,
} from '../protocol/codecs.ts'
import {
  MSG_SEQ_NUM_OFFSET,
  WIRE_BLOCK_LENGTH_OFFSET,
  WIRE_HEADER_BYTES,
} from '../protocol/wire-frame.ts'
import { type Answer, isAnswer } from './answers.ts'
import { type CopySource, copySourceOf } from './copy-source.ts'
import { nameIn, OrderEntryError } from './order-entry-error.ts'
import type { ReportCallbacks } from './order-entry-options.ts'
import type { OutboundRequests } from './outbound-requests.ts'
import { NOT_FOUND } from './outstanding.ts'
import type { WaitingRequests } from './waiting-requests.ts'

export interface InboundReportsEnds {
  readonly callbacks: ReportCallbacks
  readonly outbound: OutboundRequests
  readonly waiting: WaitingRequests
  /** The exchange has broken the protocol: the connection cannot go on. */
  readonly onBroken: (error: OrderEntryError) => void
}

export class InboundReports {
  /** Number of the first report not heard; 0: whichever comes next. */
  nextNumber: number
  readonly #callbacks: ReportCallbacks
  readonly #outbound: OutboundRequests
  readonly #waiting: WaitingRequests
  readonly #onBroken: (error: OrderEntryError) => void
  readonly #report = new ExecutionReport()
  readonly #cancelReject = new OrderCancelReject()
  readonly #massCancelReport = new OrderMassCancelReport()
  readonly #definition = new SecurityDefinition()
  readonly #tradingStatus = new TradingSessionStatus()
  /** The first report that there was not yet at our last Logon; 0: all before it are heard. */
  #firstLive = 0

  constructor(nextNumber: number, { callbacks, outbound, waiting, onBroken }: InboundReportsEnds) {
    this.nextNumber = nextNumber
    this.#callbacks = callbacks
    this.#outbound = outbound
    this.#waiting = waiting
    this.#onBroken = onBroken
  }

  /** The exchange has answered our Logon: its next new report has this number, and all before it come first. */
  resume(firstLive: number): void {
    if (this.nextNumber === 0) this.nextNumber = firstLive
    this.#firstLive = firstLive
    this.#lookWhetherAllIsHeard()
  }

  /** The exchange's numbers begin again: the first report of the new ones comes next. */
  beginAgain(): void {
    this.nextNumber = 1
  }

  /** A whole frame at `at`, of anything that the connection does not deal with itself. */
  take(templateId: number, view: DataView, at: number): void {
    this.#take(templateId, view, at)
    if (this.#firstLive !== 0) this.#lookWhetherAllIsHeard()
  }

  #take(templateId: number, view: DataView, at: number): void {
    const block = at + WIRE_HEADER_BYTES
    if (templateId === ExecutionReport.TEMPLATE_ID) {
      // An exchange of before version 2 ends the block earlier.
      const blockBytes = view.getUint16(at + WIRE_BLOCK_LENGTH_OFFSET, true)
      if (!this.#isNew(view, at)) return
      this.#onExecutionReport(this.#report.wrap(view, block, blockBytes), copySourceOf(view, at))
    } else if (templateId === OrderCancelReject.TEMPLATE_ID) {
      if (!this.#isNew(view, at)) return
      const source = copySourceOf(view, at)
      const reject = this.#cancelReject.wrap(view, block)
      if (source === undefined) this.#onAnswer(reject, OrderCancelReject.CL_ORD_ID_OFFSET)
      this.#callbacks.onCancelReject?.(reject, source)
    } else if (templateId === OrderMassCancelReport.TEMPLATE_ID) {
      if (!this.#isNew(view, at)) return
      const source = copySourceOf(view, at)
      const report = this.#massCancelReport.wrap(view, block)
      if (source === undefined) this.#onAnswer(report, OrderMassCancelReport.CL_ORD_ID_OFFSET)
      this.#callbacks.onMassCancelReport?.(report, source)
    } else if (templateId === SecurityDefinition.TEMPLATE_ID) {
      if (!this.#isNew(view, at)) return
      const definition = this.#definition.wrap(view, block)
      this.#onAnswer(definition, SecurityDefinition.SECURITY_REQ_ID_OFFSET)
      this.#callbacks.onSecurityDefinition?.(definition)
    } else if (templateId === TradingSessionStatus.TEMPLATE_ID) {
      if (!this.#isNew(view, at)) return
      const status = this.#tradingStatus.wrap(view, block)
      this.#onAnswer(status, TradingSessionStatus.TRAD_SES_REQ_ID_OFFSET)
      this.#callbacks.onTradingStatus?.(status)
    } else this.#takeSessionMessage(templateId, view, block)
  }

  /** What has no number of its own. */
  #takeSessionMessage(templateId: number, view: DataView, block: number): void {
    if (templateId === Reject.TEMPLATE_ID) {
      this.#onReject(new Reject().wrap(view, block))
    } else if (templateId === BusinessMessageReject.TEMPLATE_ID) {
      this.#onBusinessReject(new BusinessMessageReject().wrap(view, block))
    } else if (templateId === ResendRequest.TEMPLATE_ID) {
      this.#outbound.sendAgain(new ResendRequest().wrap(view, block).beginSeqNo)
    } else if (templateId === SequenceReset.TEMPLATE_ID) {
      this.#onPassedOver(new SequenceReset().wrap(view, block).newSeqNo)
    }
  }

  #onPassedOver(next: number): void {
    const from = this.nextNumber
    if (next <= from) return
    this.nextNumber = next
    this.#callbacks.onReportsLost?.(from, next - 1)
    this.#waiting.onReportsLost(this.#outbound.takenPlace)
  }

  #isNew(view: DataView, at: number): boolean {
    const number = view.getUint32(at + MSG_SEQ_NUM_OFFSET, true)
    if (number === this.nextNumber) {
      this.nextNumber = number + 1
      return true
    }
    if (number > this.nextNumber) {
      const text = `report ${number} came where ${this.nextNumber} was to come`
      this.#onBroken(new OrderEntryError('protocol', text))
    }
    return false
  }

  /** Then what the exchange had taken by our Logon, and has not answered, it will not answer. */
  #lookWhetherAllIsHeard(): void {
    if (this.nextNumber < this.#firstLive) return
    this.#firstLive = 0
    this.#outbound.dropTaken(this.#onSkipped)
  }

  /** `source`: of a copy, which answers nothing that was asked here. */
  #onExecutionReport(report: ExecutionReport, source: CopySource | undefined): void {
    const isOurs = source === undefined && isAnswer(report.execType)
    if (isOurs) this.#onAnswer(report, ExecutionReport.CL_ORD_ID_OFFSET)
    this.#callbacks.onExecutionReport?.(report, source)
  }

  /** `idOffset`: of the request's id in the answer's block. */
  #onAnswer(answer: Answer, idOffset: number): void {
    const place = this.#outbound.answered(answer.view, answer.at + idOffset, this.#onSkipped)
    if (this.#waiting.count > 0) this.#waiting.answered(place, answer)
  }

  #onReject(reject: Reject): void {
    const { refSeqNum, sessionRejectReason: code, text } = reject
    const reason = { code, name: nameIn(SessionRejectReason, code) }
    this.#onRefused(refSeqNum, new OrderEntryError('rejected', text, { reason }))
    this.#callbacks.onReject?.(reject)
  }

  #onBusinessReject(reject: BusinessMessageReject): void {
    const { refSeqNum, businessRejectReason: code, text, retryAfter: retryAfterMs } = reject
    const reason = { code, name: nameIn(BusinessRejectReason, code) }
    this.#onRefused(refSeqNum, new OrderEntryError('denied', text, { reason, retryAfterMs }))
    this.#callbacks.onBusinessReject?.(reject)
  }

  #onRefused(number: number, error: OrderEntryError): void {
    const place = this.#outbound.refused(number)
    if (place !== NOT_FOUND) this.#waiting.rejected(place, error)
  }

  readonly #onSkipped = (place: number): void => this.#waiting.passedOver(place)
}
