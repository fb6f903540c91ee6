/**
 *   bytes ──▶ reader of an encoding ──▶ INBOUND MESSAGE ──▶ session ──▶ ring to the sequencer
 *
 * What a session is told of one message, whatever encoding it came in. Each connection has one of these for all that come:
 * what it says is good until the next is read. A field that a message of its type does not have keeps what was there
 * before.
 *
 *   session message       fields here
 *   application message   its native root block, as rings and journal hold it, of an encoding whose own bytes are others as
 *                         the reader has translated them: the block is the reader's until the next read
 *
 * Hot: written and read once for each order.
 */
import {
  Heartbeat,
  Logon,
  Logout,
  Reject,
  ResendRequest,
  SequenceReset,
  TestRequest,
} from '../../protocol/codecs.ts'
import { INT64_NULL } from '../../protocol/integers.ts'
import type { Fault } from './fault.ts'

/** What a Logon says, unjudged. Texts as they were sent; one that is no text of its field's form is ''. */
export interface LogonRequest {
  /** 49. */
  senderCompId: string
  /** 56. */
  targetCompId: string
  /** 108, seconds. */
  heartBtInt: number
  /** 789: the first report that the client has not seen; 0: it wants what comes from now on. */
  nextExpectedMsgSeqNum: number
  /** 96: base64 of the signature. */
  rawData: string
  /** 553: id of the key; '': the session's own. */
  username: string
  /** 35002. */
  cancelOnDisconnectType: number
  /** 35003, ms. */
  codTimeoutWindow: number
  /** 25180. */
  secondLogon: number
  /** 141. */
  resetSeqNumFlag: number
  /** 9406. */
  dropCopyFlag: number
  /** 25000, ms; 0: none. */
  recvWindow: number
}

export class InboundMessage {
  /** MsgType(35): its one or two characters as a little-endian u16, the native template id. */
  msgType = 0
  /** 34. */
  msgSeqNum = 0
  /** 43. */
  possDup = false
  /** 97. */
  possResend = false
  /** 52, µs since 1970. A double from the start: V8 then keeps a place for one, and a message costs no number object. */
  sendingTimeUs = Number.NaN
  /** 122, µs since 1970; INT64_NULL: absent. */
  origSendingTimeUs = INT64_NULL
  /** What is wrong with its form; only the fields above are good then. */
  fault: Fault | undefined = undefined

  /** Application messages: the root block, and how many of its bytes our version knows. */
  view: DataView = new DataView(new ArrayBuffer(0))
  block = 0
  blockBytes = 0

  /** TestRequest: 112. */
  testReqId = ''
  /** ResendRequest: 7 and 16; 0: all there are. */
  beginSeqNo = 0
  endSeqNo = 0
  /** SequenceReset: 36 and 123. */
  newSeqNo = 0
  gapFillFlag = 0
  readonly logon: LogonRequest = {
    ...{ senderCompId: '', targetCompId: '', heartBtInt: 0, nextExpectedMsgSeqNum: 0 },
    ...{ rawData: '', username: '', cancelOnDisconnectType: 0, codTimeoutWindow: 0 },
    ...{ secondLogon: 0, resetSeqNumFlag: 0, dropCopyFlag: 0, recvWindow: 0 },
  }
}

/** Messages of the session itself: they carry a number and use none up, well-formed or not. */
export function isOfTheSession(msgType: number): boolean {
  switch (msgType) {
    case Logon.TEMPLATE_ID:
    case Heartbeat.TEMPLATE_ID:
    case TestRequest.TEMPLATE_ID:
    case Logout.TEMPLATE_ID:
    case Reject.TEMPLATE_ID:
    case ResendRequest.TEMPLATE_ID:
    case SequenceReset.TEMPLATE_ID:
      return true
    default:
      return false
  }
}
