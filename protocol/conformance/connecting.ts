/** Cases: framing, versions, and each message where it does not belong. */
import type { Direction } from '../message.ts'
import { WIRE_MESSAGES } from '../schema.ts'
import { WIRE_FRAME_BYTES_MAX } from '../wire-frame.ts'
import type { Area } from './case.ts'

/** Messages that use a number up. */
const NUMBERED = WIRE_MESSAGES.filter(({ direction }) => direction === 'client')
const namesOf = (...directions: readonly Direction[]): string =>
  WIRE_MESSAGES.filter((one) => directions.includes(one.direction))
    .map(({ name }) => name)
    .join()
const CLIENTS = namesOf('client', 'both')
const ORDERS = namesOf('client')
const PLAIN_ORDERS = NUMBERED.filter(({ group }) => group === undefined)
  .map(({ name }) => name)
  .join()
/** Of the session, and not the one that opens it. */
const TALK = namesOf('both').replace('Logon,', '')
/** From the exchange alone, and numbered there. Its Reject is never answered. */
const REPORTS = namesOf('exchange').replace('Reject,', '')
const V1_BLOCKS = NUMBERED.filter((one) => one.since === undefined).map(({ name }) => name)

export const FRAMING: Area = {
  letter: 'F',
  title: 'Framing',
  venue: 'open',
  text: `
F-01 [Frame] a length below a header's, or above ${WIRE_FRAME_BYTES_MAX}, has lost the framing: Logout, and the end
  > Logon
  < Logon
  > NewOrderSingle length={0,3,35,${WIRE_FRAME_BYTES_MAX + 1},65536,0x7fffffff,0x80000000,0xffffffff}
  < Logout SessionStatus=LogoutComplete Text="Framing lost: wrong length or encoding"
  < closes
F-02 [Frame] so has another encoding: big-endian, swapped, none
  > Logon
  < Logon
  > NewOrderSingle encoding={0x5be0,0x50eb,0xeb51,0,0xffff}
  < Logout SessionStatus=LogoutComplete
  < closes
F-03 [Frame] before a Logon nothing is said to whoever has lost the framing
  > Logon length={0,35,${WIRE_FRAME_BYTES_MAX + 1},0xffffffff}
  < closes
F-04 [Frame] nor to another encoding
  > Logon encoding={0x5be0,0}
  < closes
F-05 [Frame] a frame may come in two pieces, cut anywhere
  > Logon
  < Logon
  > NewOrderSingle cut=everywhere
  < ExecutionReport ExecType=New times=211
F-06 [Frame] so may a Logon
  > Logon cut={1,3,4,5,6,7,35,36,37,100,187,191}
  < Logon
F-07 [Frame] many frames may come in one piece, and are taken in order
  > Logon
  < Logon
  > NewOrderSingle times=500
  < ExecutionReport ExecType=New times=500
F-08 [Frame] frames behind a Logon need not wait for its answer
  > Logon
  > NewOrderSingle
  > TestRequest
  < Logon
  < Heartbeat TestReqID=hello
  < ExecutionReport ExecType=New ClOrdID=o1
F-09 [Frame] what is behind a frame that has lost the framing is not read
  > Logon
  < Logon
  > NewOrderSingle length=0
  > NewOrderSingle #1
  < Logout
  < closes
  > connects
  > Logon
  < Logon NextExpectedMsgSeqNum=1 #1
F-10 [Frame] half a frame and no more is no order
  > Logon
  < Logon
  > NewOrderSingle first={1,4,6,35,36,37,211}
  > hangs up
  < closes
  > connects
  > Logon
  < Logon NextExpectedMsgSeqNum=1 #1
F-11 [Frame] a length that says more than there is swallows what follows: the second order is part of the first, and the rest is lost
  > Logon
  < Logon
  > NewOrderSingle length=213
  > NewOrderSingle
  < Reject RefSeqNum=1 RefTagID=null SessionRejectReason=IncorrectDataFormat Text="bytes behind the root block"
  < Logout SessionStatus=LogoutComplete
  < closes
F-12 [Frame] bytes that are reserved are not looked at
  > Logon
  < Logon
  > NewOrderSingle PossResend=255 Reserved3=65535 Reserved4=4294967295
  < ExecutionReport ExecType=New
`,
}

export const VERSIONS: Area = {
  letter: 'V',
  title: 'Schema, versions and block lengths',
  venue: 'open',
  text: `
V-01 [Versions] version 1 ends its Logon and its orders earlier, and says nothing of what follows
  > Logon version=1
  < Logon CancelOnDisconnectType=Never SecondLogon=Refused ResetSeqNumFlag=0 CODTimeoutWindow=0
  > {${V1_BLOCKS}} version=1
  < {ExecutionReport,OrderCancelReject,OrderCancelReject}
V-02 [Versions] the exchange speaks in version 2, whatever it was spoken to in
  > Logon version=1
  < Logon
  > NewOrderSingle version=1
  < ExecutionReport ExecType=New StopPx=null DisplayQty=null Commission=0
V-03 [Versions] a block of version 1 in a frame of version 2 is taken too
  > Logon
  < Logon
  > NewOrderSingle shorter=104
  < ExecutionReport ExecType=New
V-04 [Versions] a newer version may have longer blocks, and bytes behind them: both are skipped
  > Logon version=3 longer={8,0,8} behind={0,4,4}
  < Logon
  > NewOrderSingle version={3,65535,3} longer={8,0,8} behind={0,4,4}
  < ExecutionReport ExecType=New
V-05 [Versions] version 2 has no longer blocks
  > Logon
  < Logon
  > {${ORDERS}} longer=8
  < Reject RefSeqNum=1 RefTagID=null SessionRejectReason=IncorrectDataFormat Text="blockLength is too long for this version"
V-06 [Versions] nor bytes behind them, where no group follows
  > Logon
  < Logon
  > {${PLAIN_ORDERS}} behind=1
  < Reject RefSeqNum=1 RefTagID=null SessionRejectReason=IncorrectDataFormat Text="bytes behind the root block"
V-07 [Versions] a block ends where one of the versions ended it, and nowhere else
  > Logon
  < Logon
  > {${ORDERS}} shorter=1
  < Reject RefSeqNum=1 RefTagID=null SessionRejectReason=IncorrectDataFormat Text="blockLength is too short for this message"
V-08 [Versions] nor where no version ended it
  > Logon
  < Logon
  > NewOrderSingle shorter={103,105,1,176}
  < Reject RefSeqNum=1 SessionRejectReason=IncorrectDataFormat
V-09 [Versions] version 1 knows no block of version 2
  > Logon
  < Logon
  > NewOrderSingle version=1 longer=104
  < Reject RefSeqNum=1 SessionRejectReason=IncorrectDataFormat Text="blockLength is not that of version 1"
V-10 [Versions] a block is not longer than its frame
  > Logon
  < Logon
  > NewOrderSingle version={2,3} blockLength=177
  < Reject RefSeqNum=1 SessionRejectReason=IncorrectDataFormat Text="the root block runs over the end of its frame"
V-11 [Versions] there is no version 0
  > Logon
  < Logon
  > NewOrderSingle version=0
  < Reject RefSeqNum=1 RefTagID=null SessionRejectReason=Other Text="version must be at least 1"
V-12 [Frame] there is no other schema
  > Logon
  < Logon
  > NewOrderSingle schemaId={0,1,2,4,65535}
  < Reject RefSeqNum=1 RefTagID=null SessionRejectReason=Other Text="schemaId must be 3"
V-13 [Frame] a Logon of another schema, version or length is none: nothing is said
  > Logon {schemaId=4,version=0,blockLength=151,blockLength=0,behind=1,longer=1,templateId=0}
  < closes
V-14 [Messages] a template that nobody knows is refused by its number in RefMsgType
  > Logon
  < Logon
  > NewOrderSingle templateId={0,1,255,16706,65535}
  < Reject RefSeqNum=1 RefMsgType={0,1,255,16706,65535} RefTagID=null SessionRejectReason=InvalidMsgType Text="Invalid MsgType"
V-15 [Messages] what is refused by its header has used its number up, where it would have used one
  > Logon
  < Logon
  > NewOrderSingle schemaId=4
  > NewOrderSingle templateId=65535
  > NewOrderSingle
  < Reject RefSeqNum=1
  < Reject RefSeqNum=2
  < ExecutionReport ExecType=New ClOrdID=o3
V-16 [Messages] a session message that is refused by its header has used none up
  > Logon
  < Logon
  > {${TALK}} #1 schemaId=4
  > NewOrderSingle #1
  < Reject RefSeqNum=1 SessionRejectReason=Other
  < ExecutionReport ExecType=New
`,
}

export const STATES: Area = {
  letter: 'W',
  title: 'Each message where it does not belong',
  venue: 'open',
  text: `
W-01 [Session] before a Logon every other message ends the connection, and nothing is said
  > {${CLIENTS.replace('Logon,', '')}}
  < closes
W-02 [Session] so does every message of the exchange's
  > {${REPORTS},Reject}
  < closes
W-03 [Session] so does a template that nobody knows
  > Logon templateId={0,65535}
  < closes
W-04 [Session] an order that was sent before the Logon was not taken
  > NewOrderSingle
  > Logon
  < closes
  > connects
  > Logon
  < Logon NextExpectedMsgSeqNum=1 #1
W-05 [Session] who says nothing is closed after 10 s
  > connects
  < closes after=10s
W-06 [Session] who begins and does not finish, too
  > Logon first={1,100,187}
  < closes after=10s
W-07 [Messages] the exchange's own messages are none of a client's: their numbers are used up
  > Logon
  < Logon
  > {${REPORTS}}
  > NewOrderSingle
  < BusinessMessageReject RefSeqNum=1 BusinessRejectReason=UnsupportedMessageType RetryAfter=0
  < ExecutionReport ExecType=New ClOrdID=o2
W-08 [Messages] a Reject is not answered, and uses no number up
  > Logon
  < Logon
  > Reject #1
  > NewOrderSingle #1
  < ExecutionReport ExecType=New
W-09 [Session] a second Logon on a connection is refused, and the session goes on
  > Logon
  < Logon
  > Logon
  > NewOrderSingle #1
  < Reject RefMsgType=65 SessionRejectReason=Other Text="This connection is logged on already"
  < ExecutionReport ExecType=New
W-10 [Session] behind the client's Logout nothing is taken
  > Logon
  < Logon
  > Logout
  > {${CLIENTS}}
  < Logout SessionStatus=LogoutComplete
  < closes
  > connects
  > Logon
  < Logon NextExpectedMsgSeqNum=1 #1
W-11 [Session] behind the exchange's Logout neither
  > Logon
  < Logon
  > NewOrderSingle
  < ExecutionReport ExecType=New
  > NewOrderSingle #1
  > {${ORDERS}} #2
  < Logout SessionStatus=MsgSeqNumTooLow
  < closes
  > connects
  > Logon NextExpectedMsgSeqNum=2
  < Logon NextExpectedMsgSeqNum=2 #2
W-12 [Session] behind a Logon that is refused nothing is taken
  > Logon HeartBtInt=0
  > NewOrderSingle
  < Reject RefTagID=108 #0
  < Logout #0
  < closes
  > connects
  > Logon
  < Logon NextExpectedMsgSeqNum=1 #1
W-13 [Session] while a gap is open session messages are answered, orders passed over
  > Logon
  < Logon
  > NewOrderSingle #3
  < ResendRequest BeginSeqNo=1 EndSeqNo=0
  > TestRequest
  > {${ORDERS}} #3
  < Heartbeat TestReqID=hello
  > NewOrderSingle #1
  < ExecutionReport ClOrdID=o1
W-14 [Session] who says its Logon byte by byte has no longer for it
  > drips its Logon
  < closes after=10s
`,
}
