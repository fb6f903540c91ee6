/**
 *   wire connection ── frames ──▶ INBOUND REPORTS ──▶ your callbacks
 *                                       ├──▶ requests that wait for their answer
 *                                       └──▶ outbound requests: what is answered, what is to be sent again
 *
 * What the exchange says of orders and requests, each report once: a number below the next one was heard before. Reports
 * are flyweights over the bytes received, good only until the callback returns.
 *
 * Hot file.
 */
import {
  BusinessMessageReject,
  ExecutionReport,
  NewOrderSingle,
  OrderCancelReject,
  OrderMassCancelReport,
  Reject,
  ResendRequest,
  SecurityDefinition,
  SequenceReset,
  TradingSessionStatus,
} from '../protocol/codecs.ts'
import {
  MSG_SEQ_NUM_OFFSET,
  WIRE_BLOCK_LENGTH_OFFSET,
  WIRE_HEADER_BYTES,
} from '../protocol/wire-frame.ts'
import { OrderEntryError } from './order-entry-error.ts'
import type { ReportCallbacks } from './order-entry-options.ts'
import { isAnswer, type OrderEntryRequests } from './order-entry-requests.ts'
import type { OutboundRequests } from './outbound-requests.ts'
import { FULL } from './outstanding.ts'

export interface InboundReportsEnds {
  readonly callbacks: ReportCallbacks
  readonly outbound: OutboundRequests
  readonly requests: OrderEntryRequests
  /** The exchange has broken the protocol: the connection cannot go on. */
  readonly onBroken: (error: OrderEntryError) => void
}

export class InboundReports {
  /** Number of the first report not heard; 0: whichever comes next. */
  nextNumber: number
  readonly #callbacks: ReportCallbacks
  readonly #outbound: OutboundRequests
  readonly #requests: OrderEntryRequests
  readonly #onBroken: (error: OrderEntryError) => void
  readonly #newOrder = new NewOrderSingle()
  readonly #report = new ExecutionReport()
  readonly #cancelReject = new OrderCancelReject()
  readonly #massCancelReport = new OrderMassCancelReport()
  readonly #reject = new Reject()

  constructor(nextNumber: number, { callbacks, outbound, requests, onBroken }: InboundReportsEnds) {
    this.nextNumber = nextNumber
    this.#callbacks = callbacks
    this.#outbound = outbound
    this.#requests = requests
    this.#onBroken = onBroken
  }

  /** A whole frame at `at`, of anything but the session's own messages. */
  take(templateId: number, view: DataView, at: number): void {
    const block = at + WIRE_HEADER_BYTES
    if (templateId === ExecutionReport.TEMPLATE_ID) {
      // An exchange of before version 2 ends the block earlier.
      const blockBytes = view.getUint16(at + WIRE_BLOCK_LENGTH_OFFSET, true)
      if (this.#isNew(view, at)) this.#onExecutionReport(this.#report.wrap(view, block, blockBytes))
    } else if (templateId === Reject.TEMPLATE_ID) {
      const reject = this.#reject.wrap(view, block)
      this.#onRefused(reject.refSeqNum, reject.text)
      this.#callbacks.onReject?.(reject)
    } else if (templateId === BusinessMessageReject.TEMPLATE_ID) {
      const reject = new BusinessMessageReject().wrap(view, block)
      this.#onRefused(reject.refSeqNum, reject.text)
      this.#callbacks.onBusinessReject?.(reject)
    } else if (templateId === OrderCancelReject.TEMPLATE_ID) {
      if (!this.#isNewAnswer(view, at, OrderCancelReject.CL_ORD_ID_OFFSET)) return
      this.#callbacks.onCancelReject?.(this.#cancelReject.wrap(view, block))
    } else if (templateId === OrderMassCancelReport.TEMPLATE_ID) {
      if (!this.#isNewAnswer(view, at, OrderMassCancelReport.CL_ORD_ID_OFFSET)) return
      this.#callbacks.onMassCancelReport?.(this.#massCancelReport.wrap(view, block))
    } else if (templateId === SecurityDefinition.TEMPLATE_ID) {
      if (!this.#isNewAnswer(view, at, SecurityDefinition.SECURITY_REQ_ID_OFFSET)) return
      this.#callbacks.onSecurityDefinition?.(new SecurityDefinition().wrap(view, block))
    } else if (templateId === TradingSessionStatus.TEMPLATE_ID) {
      if (!this.#isNewAnswer(view, at, TradingSessionStatus.TRAD_SES_REQ_ID_OFFSET)) return
      this.#callbacks.onTradingStatus?.(new TradingSessionStatus().wrap(view, block))
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

  /** As `#isNew`, of what answers the request whose id stands at `idOffset` of its block. */
  #isNewAnswer(view: DataView, at: number, idOffset: number): boolean {
    if (!this.#isNew(view, at)) return false
    this.#outbound.answered(view, at + WIRE_HEADER_BYTES + idOffset, this.#onSkipped)
    return true
  }

  #onExecutionReport(report: ExecutionReport): void {
    if (isAnswer(report.execType)) {
      const idAt = report.at + ExecutionReport.CL_ORD_ID_OFFSET
      this.#outbound.answered(report.view, idAt, this.#onSkipped)
      if (this.#requests.count > 0) this.#requests.resolve(report)
    }
    this.#callbacks.onExecutionReport?.(report)
  }

  #onRefused(number: number, text: string): void {
    const block = this.#outbound.refused(number)
    if (block !== FULL) this.#rejectRequest(block, text)
  }

  readonly #onSkipped = (block: number): void =>
    this.#rejectRequest(block, 'refused; the Reject was lost with its connection')

  #rejectRequest(block: number, text: string): void {
    if (this.#requests.count === 0) return
    const { clOrdId } = this.#newOrder.wrap(this.#outbound.view, block)
    this.#requests.reject(clOrdId, new OrderEntryError('rejected', text))
  }
}
