/**
 *   inlet ── bytes ──▶ SBE READER { frame check } ──▶ inbound message ──▶ session
 *
 * One frame of the wire as a message. An application message is not touched: its root block is the native one already,
 * and stays where it is, in the inlet.
 *
 * Hot file: `read` runs once for each order.
 */
import {
  Logon,
  NewOrderSingle,
  ResendRequest,
  SequenceReset,
  SessionRejectReason,
  TestRequest,
} from '../../../protocol/codecs.ts'
import { INT64_NULL, readInt64 } from '../../../protocol/integers.ts'
import { isIdentifier } from '../../../protocol/text.ts'
import {
  FLAG_POSS_DUP,
  FLAG_POSS_RESEND,
  FLAGS_OFFSET,
  frameLength,
  MSG_SEQ_NUM_OFFSET,
  ORIG_SENDING_TIME_OFFSET,
  SENDING_TIME_OFFSET,
  WIRE_BLOCK_LENGTH_OFFSET,
  WIRE_HEADER_BYTES,
  WIRE_TEMPLATE_OFFSET,
} from '../../../protocol/wire-frame.ts'
import type { Reader } from '../encoding.ts'
import type { Fault } from '../fault.ts'
import { isPaddedText } from '../field-check.ts'
import { InboundMessage } from '../inbound-message.ts'
import { frameFault, knownBlockBytes } from './frame-check.ts'

const COMP_ID_BYTES = 16
const TEST_REQ_ID_MALFORMED: Fault = {
  tag: 112,
  reason: SessionRejectReason.IncorrectDataFormat,
  text: 'TestReqID(112) must be printable ASCII, NUL-padded',
}

export class SbeReader implements Reader {
  readonly message = new InboundMessage()
  readonly #logon = new Logon()
  readonly #testRequest = new TestRequest()
  readonly #resendRequest = new ResendRequest()
  readonly #sequenceReset = new SequenceReset()

  read(view: DataView, at: number, available: number): number {
    const length = frameLength(view, at, available)
    if (length <= 0) return length
    const { message } = this
    const msgType = view.getUint16(at + WIRE_TEMPLATE_OFFSET, true)
    const flags = view.getUint8(at + FLAGS_OFFSET)
    message.msgType = msgType
    message.msgSeqNum = view.getUint32(at + MSG_SEQ_NUM_OFFSET, true)
    message.sendingTimeUs = readInt64(view, at + SENDING_TIME_OFFSET)
    message.possDup = (flags & FLAG_POSS_DUP) !== 0
    message.possResend = (flags & FLAG_POSS_RESEND) !== 0
    message.origSendingTimeUs = message.possDup
      ? readInt64(view, at + ORIG_SENDING_TIME_OFFSET)
      : INT64_NULL
    message.fault = frameFault(view, at, length)
    message.view = view
    message.block = at + WIRE_HEADER_BYTES
    const said = view.getUint16(at + WIRE_BLOCK_LENGTH_OFFSET, true)
    message.blockBytes = knownBlockBytes(msgType, said)
    if (msgType !== NewOrderSingle.TEMPLATE_ID && message.fault === undefined) this.#readFields()
    return length
  }

  /** Of a session message. */
  #readFields(): void {
    const { message } = this
    const { view, block, blockBytes } = message
    switch (message.msgType) {
      case TestRequest.TEMPLATE_ID:
        if (isPaddedText(view, block, TestRequest.BLOCK_BYTES)) {
          message.testReqId = this.#testRequest.wrap(view, block).testReqId
        } else message.fault = TEST_REQ_ID_MALFORMED
        break
      case ResendRequest.TEMPLATE_ID: {
        const request = this.#resendRequest.wrap(view, block)
        message.beginSeqNo = request.beginSeqNo
        message.endSeqNo = request.endSeqNo
        break
      }
      case SequenceReset.TEMPLATE_ID: {
        const reset = this.#sequenceReset.wrap(view, block)
        message.newSeqNo = reset.newSeqNo
        message.gapFillFlag = reset.gapFillFlag
        break
      }
      case Logon.TEMPLATE_ID:
        this.#readLogon(view, block, blockBytes)
    }
  }

  #readLogon(view: DataView, block: number, blockBytes: number): void {
    const said = this.#logon.wrap(view, block, blockBytes)
    const { logon } = this.message
    const senderAt = block + Logon.SENDER_COMP_ID_OFFSET
    logon.senderCompId = isIdentifier(view, senderAt, COMP_ID_BYTES) ? said.senderCompId : ''
    logon.targetCompId = said.targetCompId
    logon.heartBtInt = said.heartBtInt
    logon.nextExpectedMsgSeqNum = said.nextExpectedMsgSeqNum
    logon.rawData = said.rawData
    logon.username = said.username
    logon.cancelOnDisconnectType = said.cancelOnDisconnectType
    logon.codTimeoutWindow = said.codTimeoutWindow
    logon.secondLogon = said.secondLogon
    logon.resetSeqNumFlag = said.resetSeqNumFlag
    logon.dropCopyFlag = said.dropCopyFlag
    logon.recvWindow = said.recvWindow
  }
}
