/** Cases: silence, talk and the end; cancel on disconnect; throttles. */
import type { Area } from './case.ts'

export const TALK: Area = {
  letter: 'T',
  title: 'Silence, talk and the end',
  venue: 'open',
  text: `
T-01 [Session] a TestRequest is answered by a Heartbeat with its TestReqID
  > Logon
  < Logon
  > TestRequest TestReqID={hello,,"two words",~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~}
  < Heartbeat TestReqID={hello,,"two words",~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~}
T-02 [TestRequest] TestReqID(112) is printable ASCII, NUL-padded
  > Logon
  < Logon
  > TestRequest TestReqID={"\\x01","a\\x00b","\\xe9","\\x7f","\\x00a"}
  < Reject RefTagID=112 SessionRejectReason=IncorrectDataFormat
T-03 [Session] a Heartbeat is not answered
  > Logon
  < Logon
  > Heartbeat TestReqID={,hello,"\\xff"}
  < nothing
T-04 [Session] who was told nothing for HeartBtInt hears a Heartbeat; who has said nothing for 1.2 × HeartBtInt a TestRequest, and is cut off after as long again
  > Logon HeartBtInt=5
  < Logon
  < Heartbeat TestReqID= after=5s
  < TestRequest after=6s
  < Heartbeat TestReqID= after=10s
  < closes after=12s
T-05 [Session] whatever is said ends the silence
  > Logon HeartBtInt=5
  < Logon
  < Heartbeat TestReqID= after=5s
  < TestRequest after=6s
  > {Heartbeat,Reject,Heartbeat TestReqID=hello}
  < Heartbeat TestReqID= after=4s
  < TestRequest after=5s
  > TestRequest
  < Heartbeat TestReqID=hello
T-06 [Session] a Logout is answered by one, and the exchange closes
  > Logon
  < Logon
  > Logout
  < Logout SessionStatus=LogoutComplete Text=Goodbye
  < closes
T-07 [Session] whatever it says, and whatever its number
  > Logon
  < Logon
  > Logout #{0,9,4294967295} SessionStatus={0,255,9} Text={"\\x01",,x}
  < Logout SessionStatus=LogoutComplete
  < closes
T-08 [Session] orders ahead of a Logout are taken, and their reports wait for the next Logon
  > Logon
  < Logon
  > NewOrderSingle times=3
  > Logout
  < Logout
  < closes
  > connects
  > Logon
  < Logon NextExpectedMsgSeqNum=4
  < ExecutionReport PossDup #1
  < ExecutionReport PossDup #2
  < ExecutionReport PossDup #3
T-09 [Session] who hangs up ends the session
  > Logon
  < Logon
  > NewOrderSingle
  < ExecutionReport ExecType=New
  > hangs up
  < closes
  > connects
  > Logon
  < Logon NextExpectedMsgSeqNum=2 #2
  < ExecutionReport PossDup #1
T-10 [Session] who vanishes has its place free again
  > Logon
  < Logon
  > vanishes
  > connects
  > Logon
  < Logon
T-11 [Session] who does not close behind a Logout is closed
  > Logon
  < Logon
  > Logout
  < Logout
  < closes
  > connects
  > Logon
  < Logon
`,
}

export const CANCELS_ON_DISCONNECT: Area = {
  letter: 'C',
  title: 'Cancel on disconnect',
  venue: 'open',
  text: `
C-01 [Session] type 1: a loss cancels what the session entered
  > Logon CancelOnDisconnectType=OnDisconnect CODTimeoutWindow=0
  < Logon
  > NewOrderSingle times=2
  < ExecutionReport ExecType=New times=2
  > {vanishes,hangs up}
  > waits 4 s
  > connects
  > Logon NextExpectedMsgSeqNum=3
  < Logon #5
  < ExecutionReport ExecType=Canceled OrdStatus=Canceled Reason=ConnectionLost ClOrdID=o1 LeavesQty=0 PossDup #3
  < ExecutionReport ExecType=Canceled OrdStatus=Canceled Reason=ConnectionLost ClOrdID=o2 LeavesQty=0 PossDup #4
C-02 [Session] whatever its time in force
  > Logon CancelOnDisconnectType=OnDisconnect
  < Logon
  > NewOrderSingle TimeInForce={Day,GoodTillCancel,GoodTillDate} ExpireTime={null,null,now+60s}
  < ExecutionReport ExecType=New
  > vanishes
  > waits 4 s
  > connects
  > Logon NextExpectedMsgSeqNum=2
  < Logon #3
  < ExecutionReport ExecType=Canceled Reason=ConnectionLost PossDup #2
C-03 [Session] type 2: a Logout does, and a loss does not
  > Logon CancelOnDisconnectType=OnLogout
  < Logon
  > NewOrderSingle
  < ExecutionReport ExecType=New
  > vanishes
  > waits 4 s
  > connects
  > Logon NextExpectedMsgSeqNum=2 CancelOnDisconnectType=OnLogout
  < Logon #2
  > Logout
  < Logout
  < closes
  > waits 1 s
  > connects
  > Logon NextExpectedMsgSeqNum=2
  < Logon #3
  < ExecutionReport ExecType=Canceled Reason=LoggedOut PossDup #2
C-04 [Session] type 1: a Logout does not
  > Logon CancelOnDisconnectType={Never,OnDisconnect}
  < Logon
  > NewOrderSingle
  < ExecutionReport ExecType=New
  > Logout
  < Logout
  < closes
  > waits 4 s
  > connects
  > Logon NextExpectedMsgSeqNum=2
  < Logon #2
C-05 [Session] type 3: both do
  > Logon CancelOnDisconnectType=OnBoth
  < Logon
  > NewOrderSingle
  < ExecutionReport ExecType=New
  > vanishes
  > waits 4 s
  > connects
  > Logon NextExpectedMsgSeqNum=2 CancelOnDisconnectType=OnBoth
  < Logon #3
  < ExecutionReport ExecType=Canceled Reason=ConnectionLost PossDup #2
  > NewOrderSingle #2
  < ExecutionReport ExecType=New #3
  > Logout
  < Logout
  < closes
  > waits 1 s
  > connects
  > Logon NextExpectedMsgSeqNum=4
  < Logon #5
  < ExecutionReport ExecType=Canceled Reason=LoggedOut PossDup #4
C-06 [Session] type 0: nothing does
  > Logon CancelOnDisconnectType=Never
  < Logon
  > NewOrderSingle
  < ExecutionReport ExecType=New
  > vanishes
  > waits 4 s
  > connects
  > Logon NextExpectedMsgSeqNum=2
  < Logon #2
C-07 [Session] who is back within the window finds its orders
  > Logon CancelOnDisconnectType=OnDisconnect CODTimeoutWindow=20000
  < Logon
  > NewOrderSingle
  < ExecutionReport ExecType=New
  > vanishes
  > waits 1 s
  > connects
  > Logon NextExpectedMsgSeqNum=2
  < Logon #2
  > waits 1 s
  > OrderStatusRequest #2
  < ExecutionReport ExecType=OrderStatus OrdStatus=New #2
C-08 [Session] who is back later does not
  > Logon CancelOnDisconnectType=OnDisconnect CODTimeoutWindow=1000
  < Logon
  > NewOrderSingle
  < ExecutionReport ExecType=New
  > vanishes
  > waits 6 s
  > connects
  > Logon NextExpectedMsgSeqNum=2
  < Logon #3
  < ExecutionReport ExecType=Canceled Reason=ConnectionLost PossDup #2
C-09 [Session] the exchange's own Logout is a loss
  > Logon CancelOnDisconnectType=OnDisconnect
  < Logon
  > NewOrderSingle
  < ExecutionReport ExecType=New
  > NewOrderSingle #1
  < Logout SessionStatus=MsgSeqNumTooLow
  < closes
  > waits 4 s
  > connects
  > Logon NextExpectedMsgSeqNum=2
  < Logon #3
  < ExecutionReport ExecType=Canceled Reason=ConnectionLost PossDup #2
C-10 [Session] orders of others in its account stay
  > Logon SenderCompID=PAIR-3 CancelOnDisconnectType=OnDisconnect
  < Logon
  2> Logon SenderCompID=PAIR-4
  2< Logon
  2> NewOrderSingle ClOrdID=of-4
  2< ExecutionReport ExecType=New
  > vanishes
  2> waits 1 s
  2> OrderStatusRequest OrigClOrdID=of-4
  2< ExecutionReport ExecType=OrderStatus OrdStatus=New
C-11 [Orders] an order may say otherwise of itself: ExecInst(18)
  > Logon CancelOnDisconnectType={Never,OnDisconnect}
  < Logon
  > NewOrderSingle ClOrdID=goes ExecInst={CancelOnConnectionLoss,None}
  > NewOrderSingle ClOrdID=stays ExecInst={None,StayOnConnectionLoss}
  < ExecutionReport ExecType=New times=2
  > vanishes
  > waits 4 s
  > connects
  > Logon NextExpectedMsgSeqNum=3
  < Logon #4
  < ExecutionReport ExecType=Canceled ClOrdID=goes Reason=ConnectionLost PossDup #3
`,
}

export const THROTTLES: Area = {
  letter: 'H',
  title: 'Too many a second',
  venue: 'throttled',
  text: `
H-01 [Session] one too many is refused with the time to wait, uses its number up, and may come when that is over
  > Logon
  < Logon
  > NewOrderSingle times=4
  < ExecutionReport ExecType=New times=3
  < BusinessMessageReject RefSeqNum=4 RefMsgType=68 BusinessRejectReason=Throttled
  > waits 1 s
  > NewOrderSingle #5
  < ExecutionReport ExecType=New
H-02 [Session] cancels have an allowance of their own
  > Logon
  < Logon
  > NewOrderSingle times=4
  > OrderCancelRequest times=3
  < ExecutionReport ExecType=New times=3
  < BusinessMessageReject RefSeqNum=4
  < ExecutionReport ExecType=Canceled
  < OrderCancelReject
  < BusinessMessageReject RefSeqNum=7 RefMsgType=70 BusinessRejectReason=Throttled
H-03 [Session] who is refused as often again within a second is logged out
  > Logon
  < Logon
  > NewOrderSingle Side=0 times=7
  < Reject times=3
  < BusinessMessageReject BusinessRejectReason=Throttled times=3
  < Logout SessionStatus=LogonsNotAllowed Text="Too many messages: log on again, and send fewer a second"
  < closes
H-04 [Session] what is malformed is counted too
  > Logon
  < Logon
  > NewOrderSingle Side=0 times=3
  > NewOrderSingle
  < Reject times=3
  < BusinessMessageReject RefSeqNum=4
H-05 [Session] talk is counted, and not answered when it is too much
  > Logon
  < Logon
  > TestRequest times=4
  < Heartbeat times=3
  < nothing
H-06 [Session] sessions of one account have its allowance together
  > Logon SenderCompID=PAIR-1
  < Logon
  2> Logon SenderCompID=PAIR-2
  2< Logon
  > NewOrderSingle times=3
  2> NewOrderSingle ClOrdID=xN times=3
  < ExecutionReport times=3
  2< ExecutionReport times=2
  2< BusinessMessageReject RefSeqNum=3 BusinessRejectReason=Throttled
H-07 [Session] an account may have so many sessions logged on (here 2), and gets no other until one of them is gone
  > Logon SenderCompID=CROWD-1
  < Logon
  2> Logon SenderCompID=CROWD-2
  2< Logon
  3> Logon SenderCompID=CROWD-3
  3< Logout SessionStatus=LogonsNotAllowed #0
  3< closes
  2> Logout
  2< Logout
  2< closes
  3> connects
  3> Logon SenderCompID=CROWD-3
  3< Logon
H-08 [Session] an address may connect so often (here 4 times in 30 s), and is closed without a word after that
  > connects
  2> connects
  3> connects
  4> connects
  4< nothing
  5> connects
  5< closes
  > Logon
  < Logon
H-09 [Session] a list or a mass quote is one message, whatever is in it
  > Logon
  < Logon
  > MassQuote [BidSize=0]x32
  > NewOrderList ContingencyType=OneTriggersTheOther [Side=Sell Price=900] [Side=Sell Price=900] [Side=Sell Price=900]
  > MassQuote [BidSize=0]x32
  > {NewOrderList [] [],MassQuote [BidSize=0]}
  < MassQuoteAcknowledgement count=32
  < ListStatus ListOrderStatus=Executing
  < ExecutionReport ExecType=New times=3
  < MassQuoteAcknowledgement count=32
  < BusinessMessageReject RefSeqNum=4 RefMsgType={69,105} BusinessRejectReason=Throttled
H-10 [Session] cancels of quotes are counted with those of orders
  > Logon
  < Logon
  > QuoteCancel
  > OrderMassCancelRequest
  > QuoteCancel
  > MassQuote [BidSize=0]
  < MassQuoteAcknowledgement QuoteStatus=CanceledAll
  < OrderMassCancelReport
  < BusinessMessageReject RefSeqNum=3 RefMsgType=90 BusinessRejectReason=Throttled
  < MassQuoteAcknowledgement QuoteStatus=Accepted
`,
}
