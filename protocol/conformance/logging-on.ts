/** Cases: Logon, its checks in their order, who proves it how, second Logons, and what a Logon asks for. */
import type { Area } from './case.ts'

export const LOGON: Area = {
  letter: 'L',
  title: 'Logon',
  venue: 'open',
  text: `
L-01 [Session] a Logon is answered by one: it echoes what was asked for, and says which number comes next on either side
  > Logon
  < Logon SenderCompID=TRADSYS TargetCompID=OWN HeartBtInt=30 NextExpectedMsgSeqNum=1 RawData= Username= #1
L-02 [Logon] SenderCompID(49) is 1 to 16 of A-Z a-z 0-9 _ -, checked first
  > Logon SenderCompID={,"a b",a.b,"a\\x00b","\\xe9","\\x00a"} TargetCompID=OTHERS HeartBtInt=0
  < Reject RefSeqNum=1 RefMsgType=65 RefTagID=49 SessionRejectReason=CompIdProblem #0
  < Logout SessionStatus=LogonsNotAllowed #0
  < closes
L-03 [Logon] TargetCompID(56) is TRADSYS, checked next
  > Logon TargetCompID={,tradsys,TRADSYS1,TRADSY,"TRADSYS "} HeartBtInt=0
  < Reject RefTagID=56 SessionRejectReason=CompIdProblem #0
  < Logout SessionStatus=LogonsNotAllowed #0
  < closes
L-04 [Logon] HeartBtInt(108) is from 5 to 60 s
  > Logon HeartBtInt={0,1,4,61,2^32-1}
  < Reject RefTagID=108 SessionRejectReason=ValueOutOfRange #0
  < Logout SessionStatus=LogonsNotAllowed #0
  < closes
L-05 [Logon] HeartBtInt(108) at its limits is taken
  > Logon HeartBtInt={5,60}
  < Logon HeartBtInt={5,60}
L-06 [Logon] CancelOnDisconnectType(35002) is from 0 to 3
  > Logon CancelOnDisconnectType={4,255}
  < Reject RefTagID=35002 SessionRejectReason=ValueOutOfRange #0
  < Logout SessionStatus=LogonsNotAllowed #0
  < closes
L-07 [Logon] each of its values is taken, and echoed
  > Logon CancelOnDisconnectType={Never,OnDisconnect,OnLogout,OnBoth} CODTimeoutWindow=100
  < Logon CancelOnDisconnectType={Never,OnDisconnect,OnLogout,OnBoth} CODTimeoutWindow=100
L-08 [Logon] CODTimeoutWindow(35003) is from 0 to 60,000 ms
  > Logon CODTimeoutWindow={60001,2^32-1}
  < Reject RefTagID=35003 SessionRejectReason=ValueOutOfRange #0
  < Logout SessionStatus=LogonsNotAllowed #0
  < closes
L-09 [Logon] CODTimeoutWindow(35003) at its limits is taken
  > Logon CancelOnDisconnectType=OnDisconnect CODTimeoutWindow={0,60000}
  < Logon CODTimeoutWindow={0,60000}
L-10 [Logon] SecondLogon(25180) is 0 or 1
  > Logon SecondLogon={2,255}
  < Reject RefTagID=25180 SessionRejectReason=ValueOutOfRange #0
  < Logout SessionStatus=LogonsNotAllowed #0
  < closes
L-11 [Logon] ResetSeqNumFlag(141) is 0 or 1
  > Logon ResetSeqNumFlag={2,255}
  < Reject RefTagID=141 SessionRejectReason=ValueOutOfRange #0
  < Logout SessionStatus=LogonsNotAllowed #0
  < closes
L-12 [Logon] of several faults the first in this order is named: 49, 56, 108, 35002, 35003, 25180, 141
  > Logon HeartBtInt={0,5,5,5} CancelOnDisconnectType={9,9,0,0} CODTimeoutWindow={60001,60001,60001,0} SecondLogon=9 ResetSeqNumFlag=9
  < Reject RefTagID={108,35002,35003,25180} #0
  < Logout #0
  < closes
L-13 [Session] NextExpectedMsgSeqNum(789) above the next report is history that the exchange does not have
  > Logon NextExpectedMsgSeqNum={2,2^31,2^32-1}
  < Logout SessionStatus=NextExpectedTooHigh #0
  < closes
L-14 [Session] 0 asks for no report that was
  > Logon
  < Logon
  > NewOrderSingle times=2
  < ExecutionReport ExecType=New times=2
  > Logout
  < Logout
  < closes
  > connects
  > Logon NextExpectedMsgSeqNum=0
  < Logon NextExpectedMsgSeqNum=3 #3
  > NewOrderSingle #3
  < ExecutionReport ExecType=New #3
L-15 [Session] from the number that it names on, reports come again, with PossDup and the numbers that they had
  > Logon
  < Logon
  > NewOrderSingle times=3
  < ExecutionReport times=3
  > Logout
  < Logout
  < closes
  > connects
  > Logon NextExpectedMsgSeqNum=2
  < Logon NextExpectedMsgSeqNum=4 #4
  < ExecutionReport ClOrdID=o2 PossDup #2
  < ExecutionReport ClOrdID=o3 PossDup #3
L-16 [Session] the exchange's 789 says what was taken: what a Reject used up may come back
  > Logon
  < Logon
  > NewOrderSingle
  > NewOrderSingle Side=0
  < ExecutionReport
  < Reject RefSeqNum=2
  > vanishes
  > connects
  > Logon NextExpectedMsgSeqNum=2
  < Logon NextExpectedMsgSeqNum=2 #2
L-17 [Session] a Logon that is refused moves no number
  > Logon
  < Logon
  > NewOrderSingle
  < ExecutionReport
  > Logout
  < Logout
  < closes
  > connects
  > Logon HeartBtInt=4
  < Reject #0
  < Logout #0
  < closes
  > connects
  > Logon NextExpectedMsgSeqNum=2
  < Logon NextExpectedMsgSeqNum=2 #2
L-18 [Session] ResetSeqNumFlag(141): both sides begin again at 1, and what was reported before can be asked for no more
  > Logon
  < Logon
  > NewOrderSingle times=3
  < ExecutionReport times=3
  > Logout
  < Logout
  < closes
  > connects
  > Logon ResetSeqNumFlag=1 #1 NextExpectedMsgSeqNum={0,1}
  < Logon ResetSeqNumFlag=1 NextExpectedMsgSeqNum=1 #1
  > ResendRequest
  < Reject RefTagID=7 SessionRejectReason=ValueOutOfRange #1
  > NewOrderSingle #1 ClOrdID=again
  < ExecutionReport ClOrdID=again #1
  > ResendRequest
  < ExecutionReport ClOrdID=again PossDup #1
L-19 [Session] with it 789 is at most 1
  > Logon
  < Logon
  > NewOrderSingle times=3
  < ExecutionReport times=3
  > Logout
  < Logout
  < closes
  > connects
  > Logon ResetSeqNumFlag=1 #1 NextExpectedMsgSeqNum=4
  < Logout SessionStatus=NextExpectedTooHigh
  < closes
L-20 [Session] the same order twice is a duplicate, also behind a reset
  > Logon
  < Logon
  > NewOrderSingle
  < ExecutionReport ExecType=New
  > Logout
  < Logout
  < closes
  > connects
  > Logon ResetSeqNumFlag=1 #1
  < Logon
  > NewOrderSingle #1
  < ExecutionReport ExecType=Rejected Reason=DuplicateClOrdId OrdRejReason=6 #1
L-21 [Session] a Logon with it carries MsgSeqNum(34) 1
  > Logon ResetSeqNumFlag=1 #{0,2,4294967295}
  < Reject RefTagID=34 SessionRejectReason=ValueOutOfRange #0
  < Logout SessionStatus=LogonsNotAllowed #0
  < closes
L-22 [Session] it is taken on a connection that is logged on, and what comes behind it waits for the answer
  > Logon
  < Logon
  > NewOrderSingle times=3
  < ExecutionReport times=3
  > Logon ResetSeqNumFlag=1 #1 HeartBtInt=20
  > NewOrderSingle #1 ClOrdID=again
  < Logon ResetSeqNumFlag=1 HeartBtInt=20 NextExpectedMsgSeqNum=1 #1
  < ExecutionReport ClOrdID=again #1
L-23 [Session] with another number, in another's name, or wrong as any Logon can be, it ends the session
  > Logon
  < Logon
  > Logon ResetSeqNumFlag=1 #{2,1,1} SenderCompID={OWN,OTHER,OWN} HeartBtInt={30,30,4}
  < Reject RefTagID={34,49,108} RefMsgType=65
  < Logout SessionStatus=LogonsNotAllowed
  < closes
L-24 [Logon] RecvWindow(25000) is from 0 to 60,000 ms
  > Logon RecvWindow={60001,2^32-1}
  < Reject RefTagID=25000 SessionRejectReason=ValueOutOfRange #0
  < Logout SessionStatus=LogonsNotAllowed #0
  < closes
L-25 [Logon] RecvWindow(25000) at its limits is taken, and echoed
  > Logon RecvWindow={0,1,60000}
  < Logon RecvWindow={0,1,60000}
L-26 [Logon] DropCopyFlag(9406) is 0 or 1
  > Logon DropCopyFlag={2,255}
  < Reject RefTagID=9406 SessionRejectReason=ValueOutOfRange #0
  < Logout SessionStatus=LogonsNotAllowed #0
  < closes
L-27 [Logon] a session that trades is no drop copy session
  > Logon DropCopyFlag=1
  < Logout SessionStatus=LogonsNotAllowed #0
  < closes
`,
}

export const SECOND_LOGON: Area = {
  letter: 'S',
  title: 'One live session an id',
  venue: 'open',
  text: `
S-01 [Session] a second Logon of a session is refused, and the first connection goes on
  > Logon
  < Logon
  2> Logon
  2< Logout SessionStatus=LogonsNotAllowed Text="This session is logged on already." #0
  2< closes
  > NewOrderSingle
  < ExecutionReport ExecType=New
S-02 [Session] with SecondLogon(25180) = 1 it takes over, and the first is ended by a Logout
  > Logon
  < Logon
  > NewOrderSingle
  < ExecutionReport ExecType=New
  2> Logon SecondLogon=TakesOver NextExpectedMsgSeqNum=2
  < Logout SessionStatus=LogoutComplete Text="Another logon has taken over this session"
  < closes
  2< Logon SecondLogon=TakesOver NextExpectedMsgSeqNum=2 #2
  2> NewOrderSingle #2
  2< ExecutionReport ExecType=New #2
S-03 [Session] it takes nothing over where nobody is
  > Logon SecondLogon=TakesOver
  < Logon SecondLogon=TakesOver NextExpectedMsgSeqNum=1 #1
S-04 [Session] a takeover is no loss: nothing is cancelled
  > Logon CancelOnDisconnectType=OnBoth CODTimeoutWindow=0
  < Logon
  > NewOrderSingle
  < ExecutionReport ExecType=New
  2> Logon SecondLogon=TakesOver NextExpectedMsgSeqNum=2
  < Logout
  < closes
  2< Logon #2
  2> waits 1 s
  2> OrderStatusRequest #2
  2< ExecutionReport ExecType=OrderStatus OrdStatus=New #2
S-05 [Orders] the report of a cancel goes to the session that asked for it, whoever of the account entered the order
  > Logon SenderCompID=PAIR-1
  < Logon
  2> Logon SenderCompID=PAIR-2
  2< Logon
  > NewOrderSingle ClOrdID=of-1
  < ExecutionReport ExecType=New
  2> OrderCancelRequest OrigClOrdID=of-1
  2< ExecutionReport ExecType=Canceled ClOrdID=c1 OrigClOrdID=of-1 Reason=CanceledByClient
S-06 [Orders] an order that another session replaces is that one's from then on; all other reports go to the session that entered it
  > Logon SenderCompID=PAIR-7
  < Logon
  2> Logon SenderCompID=PAIR-8
  2< Logon
  > NewOrderSingle ClOrdID=of-7
  < ExecutionReport ExecType=New
  2> OrderCancelReplaceRequest ClOrdID=of-8 OrigClOrdID=of-7
  2< ExecutionReport ExecType=Replaced ClOrdID=of-8 OrigClOrdID=of-7
  > OrderMassCancelRequest MassCancelScope=Session
  < OrderMassCancelReport TotalAffectedOrders=0
  2> OrderMassCancelRequest #2 MassCancelScope=Session
  2< ExecutionReport ExecType=Canceled ClOrdID=of-8 Reason=MassCanceled
  2< OrderMassCancelReport TotalAffectedOrders=1
`,
}

export const PROOF: Area = {
  letter: 'A',
  title: 'Who proves it how',
  venue: 'open',
  text: `
A-01 [Session] a Logon that is signed by a key is taken: Ed25519 and HMAC-SHA256
  > Logon key={ed25519,hmac}
  < Logon Username= RawData=
A-02 [Session] the key that the configuration gives a session needs no Username
  > Logon SenderCompID=KEYED key=configured
  < Logon
A-03 [Session] a signature over anything else is none, whatever differs: session, number, time
  > Logon key={ed25519,hmac,ed25519,hmac,ed25519,hmac} signature={sender,sender,number,number,time,time}
  < Logout SessionStatus=BadCredentials Text="Signature, key or SendingTime is not valid" #0
  < closes
A-04 [Session] nor is one by another key, or none at all
  > Logon key={ed25519,hmac,ed25519,hmac,ed25519,hmac} signature={stranger,stranger,none,none,garbage,garbage}
  < Logout SessionStatus=BadCredentials Text="Signature, key or SendingTime is not valid" #0
  < closes
A-05 [Session] a session that has keys is not opened without
  > Logon key=ed25519 signature=left-out
  < Logout SessionStatus=BadCredentials #0
  < closes
A-06 [Session] SendingTime is within 5 s of the exchange's clock: stale and future ones are refused
  > waits 8 s
  > Logon key={ed25519,hmac,ed25519,hmac} SendingTime={now-6s,now-6s,now+7s,now+7s}
  < Logout SessionStatus=BadCredentials #0
  < closes
A-07 [Session] within them it is taken
  > waits 8 s
  > Logon key={ed25519,hmac,ed25519,hmac} SendingTime={now-1s,now-1s,now+4s,now+4s}
  < Logon
A-08 [Session] SendingTime is not before the exchange's start, nor out of any range
  > Logon key=ed25519 SendingTime={0,now-3600s,now+3600s,2^53-1,-1,-2^63}
  < Logout SessionStatus=BadCredentials #0
  < closes
A-09 [Session] a signature is good for one Logon
  > Logon key={ed25519,hmac}
  < Logon
  > Logout
  < Logout
  < closes
  > connects
  > repeats its Logon
  < Logout SessionStatus=BadCredentials #0
  < closes
A-10 [Session] also while the first is logged on
  > Logon key=ed25519
  < Logon
  2> repeats its Logon
  2< Logout SessionStatus=BadCredentials #0
  2< closes
A-11 [Logon] Username(553) that is no key's, and a key of another session's, are refused alike
  > Logon key={unknown,others}
  < Logout SessionStatus=BadCredentials Text="Signature, key or SendingTime is not valid" #0
  < closes
A-12 [Session] so is a key that was revoked
  > Logon key=revoked
  < Logout SessionStatus=BadCredentials #0
  < closes
A-13 [Session] and one that comes from where it may not
  > Logon key=elsewhere
  < Logout SessionStatus=BadCredentials #0
  < closes
A-14 [Session] the proof is checked before HeartBtInt(108): who has none learns nothing
  > Logon key=ed25519 signature=none HeartBtInt=0
  < Logout SessionStatus=BadCredentials #0
  < closes
A-15 [Session] a key that is revoked ends its sessions within two seconds
  > Logon key=ed25519
  < Logon
  > revokes its key
  < Logout SessionStatus=BadCredentials Text="The key of this session was revoked"
  < closes
A-16 [Session] without a key it is within 120 s
  > Logon SendingTime={0,-1,2^53-1,-2^63,now-121s,now+121s}
  < Reject RefTagID=52 SessionRejectReason=SendingTimeAccuracy #0
  < Logout SessionStatus=LogonsNotAllowed #0
  < closes
A-17 [Session] a key that may read asks, and does nothing
  > Logon key=read
  < Logon
  > {NewOrderSingle,OrderCancelReplaceRequest,OrderCancelRequest,OrderMassCancelRequest}
  > OrderStatusRequest
  > OrderMassStatusRequest
  > SecurityDefinitionRequest
  > TradingSessionStatusRequest
  < BusinessMessageReject RefSeqNum=1 BusinessRejectReason=NotAuthorized RetryAfter=0 Text="The key of this session may only read"
  < ExecutionReport ExecType=OrderStatus
  < ExecutionReport ExecType=OrderStatus
  < SecurityDefinition
  < TradingSessionStatus
A-18 [Session] a key that may cancel does that too
  > Logon key=cancel
  < Logon
  > {NewOrderSingle,OrderCancelReplaceRequest}
  > OrderCancelRequest
  > OrderMassCancelRequest
  < BusinessMessageReject RefSeqNum=1 BusinessRejectReason=NotAuthorized RetryAfter=0 Text="The key of this session may only cancel and read"
  < OrderCancelReject Reason=UnknownOrder
  < OrderMassCancelReport TotalAffectedOrders=0
A-19 [Session] what is not in form is answered by a Reject, before it is asked who may
  > Logon key=read
  < Logon
  > NewOrderSingle Side=0
  < Reject RefTagID=54
`,
}

export const LISTED: Area = {
  letter: 'K',
  title: 'Where only listed sessions may log on',
  venue: 'listed',
  text: `
K-01 [Session] nobody logs on without a key
  > Logon
  < Logout SessionStatus=BadCredentials #0
  < closes
K-02 [Session] a listed session does, with its key
  > Logon SenderCompID=KEYED key=configured
  < Logon #1
K-03 [Session] a key of a session that is not listed opens none
  > Logon key=ed25519
  < Logout SessionStatus=LogonsNotAllowed Text="No session of this name may log on here." #0
  < closes
`,
}
