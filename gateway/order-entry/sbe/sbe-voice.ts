/**
 *   session ──▶ SBE VOICE ──▶ outlet ──▶ socket
 *
 * The exchange's words as frames of the wire. A report's root block goes out as it stands in ring and journal.
 *
 * Hot file: `report` runs once for each report.
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
} from '../../../protocol/codecs.ts'
import {
  BLOCK_LENGTH_OFFSET,
  ENVELOPE_BYTES,
  NUMBER_OFFSET,
  TEMPLATE_ID_OFFSET,
  TIME_OFFSET,
} from '../../../protocol/envelope.ts'
import { INT64_NULL, readInt64 } from '../../../protocol/integers.ts'
import { copyBytes, writeText } from '../../../protocol/text.ts'
import {
  COPY_COMP_ID_OFFSET,
  COPY_SOURCE_BYTES,
  WIRE_FRAME_BYTES_MAX,
  WIRE_HEADER_BYTES,
  writeWireHeader,
} from '../../../protocol/wire-frame.ts'
import type { Refused, ReportCopy, Voice } from '../encoding.ts'
import type { BusinessFault, Fault } from '../fault.ts'
import type { LogonOrder } from '../logon-check.ts'
import type { Outlet } from '../outlet.ts'
import { blankTapes } from '../tapes.ts'
import type { Turn } from '../turn.ts'

const TEXT_BYTES = 64

export class SbeVoice implements Voice {
  readonly #outlet: Outlet
  readonly #turn: Turn
  readonly #logon = new Logon()
  readonly #logout = new Logout()
  readonly #reject = new Reject()
  readonly #businessReject = new BusinessMessageReject()
  readonly #heartbeat = new Heartbeat()
  readonly #testRequest = new TestRequest()
  readonly #resendRequest = new ResendRequest()
  readonly #sequenceReset = new SequenceReset()

  /** One object for all headers: always the same shape, never garbage. */
  readonly #header = {
    templateId: 0,
    blockBytes: 0,
    msgSeqNum: 0,
    sendingTime: 0,
    possDup: false,
    isCopy: false,
    origSendingTime: INT64_NULL,
  }

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
    logon.resetSeqNumFlag = order.renumbers ? 1 : 0
    logon.dropCopyFlag = order.isDropCopy ? 1 : 0
    logon.codTimeoutWindow = order.cancelWindowMs
    logon.username = ''
    logon.recvWindow = order.recvWindowMs
  }

  logout(number: number, status: number, text: string): void {
    const block = this.#open(Logout.TEMPLATE_ID, Logout.BLOCK_BYTES, number)
    const logout = this.#logout.wrap(this.#outlet.view, block)
    logout.text = text.slice(0, TEXT_BYTES)
    logout.sessionStatus = status
    logout.reserved = 0
  }

  reject(number: number, refused: Refused, fault: Fault): void {
    const block = this.#open(Reject.TEMPLATE_ID, Reject.BLOCK_BYTES, number)
    const reject = this.#reject.wrap(this.#outlet.view, block)
    reject.refSeqNum = refused.msgSeqNum
    reject.refTagId = fault.tag
    reject.refMsgType = refused.msgType
    reject.sessionRejectReason = fault.reason
    reject.reserved = 0
    reject.text = fault.text
  }

  /** `reason`: BusinessRejectReason. `retryAfterMs` 0: it is never to be sent. */
  businessReject(
    number: number,
    refused: Refused,
    { reason, retryAfterMs, text }: BusinessFault,
  ): void {
    const { TEMPLATE_ID, BLOCK_BYTES } = BusinessMessageReject
    const block = this.#open(TEMPLATE_ID, BLOCK_BYTES, number)
    const reject = this.#businessReject.wrap(this.#outlet.view, block)
    reject.refSeqNum = refused.msgSeqNum
    reject.refMsgType = refused.msgType
    reject.businessRejectReason = reason
    reject.retryAfter = retryAfterMs
    reject.text = text
  }

  heartbeat(number: number, testReqId: string): void {
    const block = this.#open(Heartbeat.TEMPLATE_ID, Heartbeat.BLOCK_BYTES, number)
    this.#heartbeat.wrap(this.#outlet.view, block).testReqId = testReqId
  }

  testRequest(number: number): void {
    const block = this.#open(TestRequest.TEMPLATE_ID, TestRequest.BLOCK_BYTES, number)
    this.#testRequest.wrap(this.#outlet.view, block).testReqId = String(this.#turn.nowUs)
  }

  resendRequest(number: number, from: number): void {
    const block = this.#open(ResendRequest.TEMPLATE_ID, ResendRequest.BLOCK_BYTES, number)
    const request = this.#resendRequest.wrap(this.#outlet.view, block)
    request.beginSeqNo = from
    request.endSeqNo = 0
  }

  gapFill(number: number, next: number): void {
    const { nowUs } = this.#turn
    const header = this.#header
    header.possDup = true
    header.isCopy = false
    header.origSendingTime = nowUs
    const block = this.#begin(SequenceReset.TEMPLATE_ID, SequenceReset.BLOCK_BYTES, number)
    const reset = this.#sequenceReset.wrap(this.#outlet.view, block)
    reset.newSeqNo = next
    reset.gapFillFlag = 1
    reset.reserved = 0
    reset.reserved2 = 0
  }

  report(from: DataView, at: number, possDup: boolean): void {
    const blockBytes = from.getUint16(at + BLOCK_LENGTH_OFFSET, true)
    const templateId = from.getUint16(at + TEMPLATE_ID_OFFSET, true)
    const number = from.getUint32(at + NUMBER_OFFSET, true)
    this.#header.possDup = possDup
    this.#header.isCopy = false
    this.#header.origSendingTime = possDup ? readInt64(from, at + TIME_OFFSET) : INT64_NULL
    const block = this.#begin(templateId, blockBytes, number)
    copyBytes(from, at + ENVELOPE_BYTES, this.#outlet.view, block, blockBytes)
    blankTapes(this.#outlet.view, block, templateId)
  }

  copy(from: DataView, at: number, { number, possDup, source }: ReportCopy): void {
    const blockBytes = from.getUint16(at + BLOCK_LENGTH_OFFSET, true)
    const templateId = from.getUint16(at + TEMPLATE_ID_OFFSET, true)
    this.#header.possDup = possDup
    this.#header.isCopy = true
    this.#header.origSendingTime = possDup ? readInt64(from, at + TIME_OFFSET) : INT64_NULL
    const block = this.#begin(templateId, blockBytes + COPY_SOURCE_BYTES, number)
    const { view } = this.#outlet
    copyBytes(from, at + ENVELOPE_BYTES, view, block, blockBytes)
    blankTapes(view, block, templateId)
    const sourceAt = block + blockBytes
    writeText(view, sourceAt, COPY_COMP_ID_OFFSET, source.account)
    const compIdBytes = COPY_SOURCE_BYTES - COPY_COMP_ID_OFFSET
    writeText(view, sourceAt + COPY_COMP_ID_OFFSET, compIdBytes, source.compId)
  }

  /** Begins what is said for the first time. The caller writes every byte of its root block, which is where this answers. */
  #open(templateId: number, blockBytes: number, number: number): number {
    this.#header.possDup = false
    this.#header.isCopy = false
    this.#header.origSendingTime = INT64_NULL
    return this.#begin(templateId, blockBytes, number)
  }

  #begin(templateId: number, blockBytes: number, number: number): number {
    const header = this.#header
    header.templateId = templateId
    header.blockBytes = blockBytes
    header.msgSeqNum = number
    header.sendingTime = this.#turn.nowUs
    const at = this.#outlet.claim(WIRE_FRAME_BYTES_MAX)
    this.#outlet.commit(WIRE_HEADER_BYTES + blockBytes)
    return writeWireHeader(this.#outlet.view, at, header)
  }
}
