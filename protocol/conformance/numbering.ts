/** Cases: sequence numbers, gaps, resends, resets. */
import { WIRE_MESSAGES } from '../schema.ts'
import type { Area } from './case.ts'

const ORDERS = WIRE_MESSAGES.filter(({ direction }) => direction === 'client')
  .map(({ name }) => name)
  .join()

export const NUMBERS: Area = {
  letter: 'N',
  title: 'Sequence numbers',
  venue: 'open',
  text: `
N-01 [Session] a number that is too low ends the session
  > Logon
  < Logon
  > NewOrderSingle
  < ExecutionReport
  > {${ORDERS}} #1
  < Logout SessionStatus=MsgSeqNumTooLow Text="MsgSeqNum too low, expecting 2 but received 1"
  < closes
N-02 [Session] 0 is too low for anything
  > Logon
  < Logon
  > NewOrderSingle #0
  < Logout SessionStatus=MsgSeqNumTooLow Text="MsgSeqNum too low, expecting 1 but received 0"
  < closes
N-03 [Session] with PossDup it is ignored
  > Logon
  < Logon
  > NewOrderSingle
  > NewOrderSingle #{0,1} PossDup
  > NewOrderSingle #2
  < ExecutionReport ClOrdID=o1
  < ExecutionReport ClOrdID=o2
N-04 [Session] PossDup at the number expected is taken like any other
  > Logon
  < Logon
  > NewOrderSingle PossDup
  < ExecutionReport ExecType=New
N-05 [Session] one that is too high is asked for: all from the one expected on
  > Logon
  < Logon
  > NewOrderSingle #{2,3,1000,2147483648,4294967295}
  < ResendRequest BeginSeqNo=1 EndSeqNo=0
N-06 [Session] it is asked for once, what comes too early is passed over, and taken when it comes again
  > Logon
  < Logon
  > NewOrderSingle #3
  > NewOrderSingle #4
  > NewOrderSingle #2
  < ResendRequest BeginSeqNo=1 EndSeqNo=0
  > NewOrderSingle #1
  > NewOrderSingle #2
  > NewOrderSingle #3
  > NewOrderSingle #4
  < ExecutionReport ClOrdID=o1
  < ExecutionReport ClOrdID=o2
  < ExecutionReport ClOrdID=o3
  < ExecutionReport ClOrdID=o4
N-07 [Session] a gap behind one that was filled is a new one
  > Logon
  < Logon
  > NewOrderSingle #2
  < ResendRequest BeginSeqNo=1
  > NewOrderSingle #1 PossDup
  > NewOrderSingle #2 PossDup
  < ExecutionReport times=2
  > NewOrderSingle #4
  < ResendRequest BeginSeqNo=3
N-08 [Session] where nothing of it comes within 10 s it is asked for again, and the session ends after 10 s more
  > Logon
  < Logon
  > NewOrderSingle #2
  < ResendRequest BeginSeqNo=1
  < ResendRequest BeginSeqNo=1 after=10s
  < Logout SessionStatus=LogoutComplete Text="Message 1 was asked for twice and did not come" after=19s
  < closes
N-09 [Session] a number too low ends the session in a gap too
  > Logon
  < Logon
  > NewOrderSingle
  > NewOrderSingle #3
  < ExecutionReport
  < ResendRequest BeginSeqNo=2
  > NewOrderSingle #1
  < Logout SessionStatus=MsgSeqNumTooLow
  < closes
N-10 [Session] session messages use no number up, and theirs is not looked at
  > Logon
  < Logon
  > TestRequest #{0,7,4294967295}
  > {Heartbeat,Reject,Heartbeat} #{0,7,4294967295}
  > NewOrderSingle #1
  < Heartbeat TestReqID=hello
  < ExecutionReport ExecType=New
N-11 [Session] a number is used up by an order that is refused
  > Logon
  < Logon
  > NewOrderSingle Symbol=NOSUCH
  > NewOrderSingle
  < ExecutionReport ExecType=Rejected Reason=UnknownSymbol
  < ExecutionReport ExecType=New ClOrdID=o2
N-12 [Session] and by what is answered by a Reject
  > Logon
  < Logon
  > NewOrderSingle Side=0
  > NewOrderSingle #1
  < Reject RefSeqNum=1
  < Logout SessionStatus=MsgSeqNumTooLow
  < closes
N-13 [Session] a report's number is counted in its session alone
  > Logon
  < Logon
  2> Logon SenderCompID=OTHER
  2< Logon
  > NewOrderSingle times=3
  < ExecutionReport times=3
  2> NewOrderSingle
  2< ExecutionReport #1
N-14 [Session] numbers end at 4,000,000,000, and do not wrap: only a reset goes on
  > Logon
  < Logon
  > SequenceReset GapFillFlag=0 NewSeqNo=4000000000
  > NewOrderSingle #4000000000
  < ExecutionReport ExecType=New
  > NewOrderSingle #4000000001
  < Logout SessionStatus=LogonsNotAllowed Text="Sequence numbers used up: log on with ResetSeqNumFlag(141)"
  < closes
  > connects
  > Logon
  < Logout SessionStatus=LogonsNotAllowed #0
  < closes
  > connects
  > Logon ResetSeqNumFlag=1 #1
  < Logon NextExpectedMsgSeqNum=1 #1
N-15 [Session] a repetition says when it was sent first: without OrigSendingTime(122) it is refused, and has used its number up
  > Logon
  < Logon
  > NewOrderSingle PossDup OrigSendingTime=null
  > NewOrderSingle
  < Reject RefSeqNum=1 RefTagID=122 SessionRejectReason=RequiredTagMissing
  < ExecutionReport ExecType=New ClOrdID=o2
N-16 [Session] one that is too low is refused for it too, and uses none up
  > Logon
  < Logon
  > NewOrderSingle
  > NewOrderSingle #1 PossDup OrigSendingTime=null
  > NewOrderSingle #2
  < ExecutionReport ClOrdID=o1
  < Reject RefSeqNum=1 RefTagID=122 SessionRejectReason=RequiredTagMissing
  < ExecutionReport ClOrdID=o2
N-17 [Session] one that was sent first after it was sent again ends the session
  > Logon
  < Logon
  > {NewOrderSingle,TestRequest,SequenceReset,ResendRequest} PossDup OrigSendingTime=now+2s
  < Reject RefTagID=122 SessionRejectReason=SendingTimeAccuracy
  < Logout SessionStatus=LogoutComplete Text="OrigSendingTime(122) must not be later than SendingTime(52)"
  < closes
N-18 [Frame] without PossDup OrigSendingTime(122) is not looked at
  > Logon
  < Logon
  > NewOrderSingle OrigSendingTime={0,now+60s,now-60s}
  < ExecutionReport ExecType=New
N-19 [Session] a SendingTime that is 120 s or more off ends the session, whatever it is on
  > Logon
  < Logon
  > {NewOrderSingle,TestRequest,Heartbeat,ResendRequest,NewOrderSingle,NewOrderSingle,NewOrderSingle} SendingTime={now-121s,now-121s,now+121s,now+121s,0,2^63-1,-2^63}
  < Reject RefTagID=52 SessionRejectReason=SendingTimeAccuracy
  < Logout SessionStatus=LogoutComplete Text="SendingTime(52) is too far from the time of the exchange"
  < closes
N-20 [Session] within them it is taken
  > Logon
  < Logon
  > NewOrderSingle SendingTime={now-110s,now+110s}
  < ExecutionReport ExecType=New
N-21 [Session] only a Logout is not asked for its time
  > Logon
  < Logon
  > Logout SendingTime={0,now-121s,now+121s}
  < Logout SessionStatus=LogoutComplete Text=Goodbye
  < closes
N-22 [Session] an order or a replace that is older than the RecvWindow(25000) of its session is not wanted: its number is used up
  > Logon RecvWindow=10000
  < Logon RecvWindow=10000
  > {NewOrderSingle,OrderCancelReplaceRequest} SendingTime=now-11s
  > NewOrderSingle SendingTime=now-1s
  < BusinessMessageReject RefSeqNum=1 BusinessRejectReason=Stale RetryAfter=0
  < ExecutionReport ExecType=New ClOrdID=o2
N-23 [Session] what reduces risk, or asks, is never too late
  > Logon RecvWindow=1
  < Logon
  > {OrderCancelRequest,OrderMassCancelRequest,OrderStatusRequest,OrderMassStatusRequest,SecurityDefinitionRequest,TradingSessionStatusRequest} SendingTime=now-60s
  < {OrderCancelReject,OrderMassCancelReport,ExecutionReport ExecType=OrderStatus,ExecutionReport ExecType=OrderStatus,SecurityDefinition,TradingSessionStatus}
`,
}

export const RESENDS: Area = {
  letter: 'R',
  title: 'ResendRequest and SequenceReset',
  venue: 'open',
  text: `
R-01 [Session] reports come again, with PossDup and the numbers that they had
  > Logon
  < Logon
  > NewOrderSingle times=4
  < ExecutionReport times=4
  > ResendRequest BeginSeqNo={1,2,3,4,4,1} EndSeqNo={1,2,3,4,9,1}
  < ExecutionReport PossDup #{1,2,3,4,4,1}
R-02 [ResendRequest] EndSeqNo(16) 0 means all there are, and so does one beyond
  > Logon
  < Logon
  > NewOrderSingle times=3
  < ExecutionReport times=3
  > ResendRequest BeginSeqNo=2 EndSeqNo={0,3,4,2^32-1}
  < ExecutionReport ClOrdID=o2 PossDup #2
  < ExecutionReport ClOrdID=o3 PossDup #3
R-03 [ResendRequest] BeginSeqNo(7) is from 1 to the last report
  > Logon
  < Logon
  > NewOrderSingle times=3
  < ExecutionReport times=3
  > ResendRequest BeginSeqNo={0,4,2^32-1}
  < Reject RefTagID=7 SessionRejectReason=ValueOutOfRange RefMsgType=50
R-04 [ResendRequest] where there is no report, none can be asked for
  > Logon
  < Logon
  > ResendRequest BeginSeqNo=1
  < Reject RefTagID=7 SessionRejectReason=ValueOutOfRange
R-05 [ResendRequest] EndSeqNo(16) is not before BeginSeqNo
  > Logon
  < Logon
  > NewOrderSingle times=3
  < ExecutionReport times=3
  > ResendRequest BeginSeqNo={2,3} EndSeqNo={1,2}
  < Reject RefTagID=16 SessionRejectReason=ValueOutOfRange
R-06 [Session] what happens meanwhile is told beside it, with its own number
  > Logon
  < Logon
  > NewOrderSingle times=2
  < ExecutionReport times=2
  > ResendRequest BeginSeqNo=2
  < ExecutionReport PossDup #2
  > NewOrderSingle
  < ExecutionReport #3
R-07 [Session] all kinds of reports are kept
  > Logon
  < Logon
  > OrderCancelRequest
  > OrderMassCancelRequest
  > SecurityDefinitionRequest
  > TradingSessionStatusRequest
  < OrderCancelReject
  < OrderMassCancelReport
  < SecurityDefinition
  < TradingSessionStatus
  > ResendRequest
  < OrderCancelReject PossDup #1
  < OrderMassCancelReport PossDup #2
  < SecurityDefinition PossDup #3
  < TradingSessionStatus PossDup #4
R-08 [Session] a ResendRequest whose number is too high is answered, and opens no gap
  > Logon
  < Logon
  > NewOrderSingle
  < ExecutionReport
  > ResendRequest #{0,9}
  < ExecutionReport PossDup #1
  > NewOrderSingle #2
  < ExecutionReport #2
R-09 [Session] a gap fill at the number expected passes numbers over
  > Logon
  < Logon
  > SequenceReset #1 NewSeqNo={2,5,3999999999}
  > NewOrderSingle #{2,5,3999999999}
  < ExecutionReport ExecType=New
R-10 [Session] it goes on: NewSeqNo(36) is above its own number
  > Logon
  < Logon
  > SequenceReset #1 NewSeqNo={0,1,4000000001,2^32-1}
  < Reject RefTagID=36 SessionRejectReason=ValueOutOfRange RefMsgType=52
R-11 [Session] a gap fill too early is passed over: what is missing is asked for
  > Logon
  < Logon
  > SequenceReset #3 NewSeqNo=5
  < ResendRequest BeginSeqNo=1
  > SequenceReset #1 NewSeqNo=3
  > SequenceReset #3 NewSeqNo=5
  > NewOrderSingle #5
  < ExecutionReport ExecType=New
R-12 [Session] one that is too low ends the session; with PossDup it is ignored
  > Logon
  < Logon
  > NewOrderSingle
  > SequenceReset #1 NewSeqNo=9 PossDup
  > NewOrderSingle #2
  < ExecutionReport times=2
  > SequenceReset #1 NewSeqNo=9
  < Logout SessionStatus=MsgSeqNumTooLow Text="MsgSeqNum too low, expecting 3 but received 1"
  < closes
R-13 [Session] with GapFillFlag(123) 0 its number is not looked at
  > Logon
  < Logon
  > SequenceReset #{0,1,7,4294967295} GapFillFlag=0 NewSeqNo=10
  > NewOrderSingle #10
  < ExecutionReport ExecType=New
R-14 [Session] a reset to the number expected changes nothing
  > Logon
  < Logon
  > NewOrderSingle
  > SequenceReset GapFillFlag=0 NewSeqNo=2
  > NewOrderSingle #2
  < ExecutionReport times=2
R-15 [Session] one below it, or above 4,000,000,000, is refused without a tag
  > Logon
  < Logon
  > NewOrderSingle
  > SequenceReset GapFillFlag=0 NewSeqNo={0,1,4000000001,2^32-1}
  < ExecutionReport
  < Reject RefTagID=null SessionRejectReason=ValueOutOfRange
  > NewOrderSingle #2
  < ExecutionReport
R-16 [SequenceReset] GapFillFlag(123) is 0 or 1
  > Logon
  < Logon
  > SequenceReset GapFillFlag={2,255}
  < Reject RefTagID=123 SessionRejectReason=ValueOutOfRange
R-17 [Session] a reset closes a gap
  > Logon
  < Logon
  > NewOrderSingle #5
  < ResendRequest BeginSeqNo=1
  > SequenceReset GapFillFlag=0 NewSeqNo=6
  > NewOrderSingle #6
  < ExecutionReport ClOrdID=o6
  > NewOrderSingle #8
  < ResendRequest BeginSeqNo=7
R-18 [Session] a message that was passed over by a SequenceReset is too low from then on
  > Logon
  < Logon
  > SequenceReset #1 NewSeqNo=5
  > NewOrderSingle #1
  < Logout SessionStatus=MsgSeqNumTooLow
  < closes
`,
}
