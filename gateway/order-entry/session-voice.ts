/**
 *   session ──▶ SESSION VOICE ──▶ outlet ──▶ socket
 *
 * What the exchange says for itself: Logon, Logout, Reject, Heartbeat, TestRequest, ResendRequest, SequenceReset. None of
 * them has a number of its own; each carries that of the next report.
 */
import {
  BusinessMessageReject,
  Heartbeat,
  Logon,
  Logout,
  Reject,
  ResendRequest,
  SequenceReset,
  TestRequest,
} from '../../protocol/codecs.ts'
import { copyBytes } from '../../protocol/text.ts'
import type { BusinessFault, Fault } from './fault.ts'
import type { LogonOrder } from './logon-check.ts'
import type { Outlet } from './outlet.ts'
import type { Turn } from './turn.ts'

const TEXT_BYTES = 64

export class SessionVoice {
  readonly #outlet: Outlet
  readonly #turn: Turn
  readonly #logon = new Logon()
  readonly #logout = new Logout()
  readonly #reject = new Reject()
  readonly #businessReject = new BusinessMessageReject()
  readonly #testRequest = new TestRequest()
  readonly #resendRequest = new ResendRequest()
  readonly #sequenceReset = new SequenceReset()

  constructor(outlet: Outlet, turn: Turn) {
    this.#outlet = outlet
    this.#turn = turn
  }

  logon(number: number, ourCompId: string, order: LogonOrder, nextInbound: number): void {
    const block = this.#open(Logon.TEMPLATE_ID, Logon.BLOCK_BYTES, number)
    const logon = this.#logon.wrap(this.#outlet.view, block)
    logon.senderCompId = ourCompId
    logon.targetCompId = order.compId
    logon.heartBtInt = order.heartBtIntSeconds
    logon.nextExpectedMsgSeqNum = nextInbound
    logon.rawData = ''
    logon.cancelOnDisconnectType = order.cancelType
    logon.secondLogon = order.secondLogon
    logon.reserved = 0
    logon.codTimeoutWindow = order.cancelWindowMs
    logon.username = ''
  }

  logout(number: number, status: number, text: string): void {
    const block = this.#open(Logout.TEMPLATE_ID, Logout.BLOCK_BYTES, number)
    const logout = this.#logout.wrap(this.#outlet.view, block)
    logout.text = text.slice(0, TEXT_BYTES)
    logout.sessionStatus = status
    logout.reserved = 0
  }

  reject(
    number: number,
    refused: { readonly number: number; readonly templateId: number },
    fault: Fault,
  ): void {
    const block = this.#open(Reject.TEMPLATE_ID, Reject.BLOCK_BYTES, number)
    const reject = this.#reject.wrap(this.#outlet.view, block)
    reject.refSeqNum = refused.number
    reject.refTagId = fault.tag
    reject.refMsgType = refused.templateId
    reject.sessionRejectReason = fault.reason
    reject.reserved = 0
    reject.text = fault.text
  }

  /** `reason`: BusinessRejectReason. `retryAfterMs` 0: it is never to be sent. */
  businessReject(
    number: number,
    refused: { readonly number: number; readonly templateId: number },
    { reason, retryAfterMs, text }: BusinessFault,
  ): void {
    const { TEMPLATE_ID, BLOCK_BYTES } = BusinessMessageReject
    const block = this.#open(TEMPLATE_ID, BLOCK_BYTES, number)
    const reject = this.#businessReject.wrap(this.#outlet.view, block)
    reject.refSeqNum = refused.number
    reject.refMsgType = refused.templateId
    reject.businessRejectReason = reason
    reject.retryAfter = retryAfterMs
    reject.text = text
  }

  heartbeat(number: number): void {
    const block = this.#open(Heartbeat.TEMPLATE_ID, Heartbeat.BLOCK_BYTES, number)
    const view = this.#outlet.view
    for (let i = 0; i < Heartbeat.BLOCK_BYTES; i++) view.setUint8(block + i, 0)
  }

  /** Answers the TestRequest whose root block is at `request`: its TestReqID, as it stands. */
  heartbeatFor(number: number, from: DataView, request: number): void {
    const block = this.#open(Heartbeat.TEMPLATE_ID, Heartbeat.BLOCK_BYTES, number)
    copyBytes(from, request, this.#outlet.view, block, Heartbeat.BLOCK_BYTES)
  }

  testRequest(number: number): void {
    const block = this.#open(TestRequest.TEMPLATE_ID, TestRequest.BLOCK_BYTES, number)
    this.#testRequest.wrap(this.#outlet.view, block).testReqId = String(this.#turn.nowUs)
  }

  /** Asks for everything from the client's message `from` on. */
  resendRequest(number: number, from: number): void {
    const block = this.#open(ResendRequest.TEMPLATE_ID, ResendRequest.BLOCK_BYTES, number)
    const request = this.#resendRequest.wrap(this.#outlet.view, block)
    request.beginSeqNo = from
    request.endSeqNo = 0
  }

  /** Reports from `number` on, up to before `next`, are not kept: they are passed over. */
  gapFill(number: number, next: number): void {
    const { TEMPLATE_ID, BLOCK_BYTES } = SequenceReset
    const block = this.#outlet.open(TEMPLATE_ID, BLOCK_BYTES, number, this.#turn.nowUs, true)
    const reset = this.#sequenceReset.wrap(this.#outlet.view, block)
    reset.newSeqNo = next
    reset.gapFillFlag = 1
    reset.reserved = 0
    reset.reserved2 = 0
  }

  #open(templateId: number, blockBytes: number, number: number): number {
    return this.#outlet.open(templateId, blockBytes, number, this.#turn.nowUs)
  }
}
