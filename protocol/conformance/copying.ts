/** Cases: drop copy sessions. COPY-n hears ACCOUNT-n, EAR-n its firm; TOLD-n trades for it, and only in one run. */
import { WIRE_MESSAGES } from '../schema.ts'
import type { Area } from './case.ts'

const REQUESTS = WIRE_MESSAGES.filter(({ direction }) => direction === 'client')
/** Those that are whole without a group. */
const PLAIN = REQUESTS.filter(({ group }) => group === undefined).map(({ name }) => name)

export const DROP_COPIES: Area = {
  letter: 'P',
  title: 'Drop copy',
  venue: 'open',
  text: `
P-01 [Drop copy] the session of an account, or of its firm, hears each report, and whose it is
  > Logon SenderCompID=TOLD-1
  < Logon
  2> Logon SenderCompID=COPY-1 DropCopyFlag=1
  2< Logon DropCopyFlag=1 #1
  3> Logon SenderCompID=EAR-1 DropCopyFlag=1
  3< Logon DropCopyFlag=1 #1
  > NewOrderSingle
  < ExecutionReport ExecType=New ClOrdID=o1 #1
  2< ExecutionReport ExecType=New ClOrdID=o1 Price=100 OrderQty=5 CopyMsgIndicator Account=ACCOUNT-1 OnBehalfOfCompID=TOLD-1 #1
  3< ExecutionReport ExecType=New ClOrdID=o1 Price=100 OrderQty=5 CopyMsgIndicator Account=ACCOUNT-1 OnBehalfOfCompID=TOLD-1 #1
P-02 [Drop copy] also what was refused, and mass cancels
  > Logon SenderCompID=TOLD-2
  < Logon
  2> Logon SenderCompID=COPY-2 DropCopyFlag=1
  2< Logon
  > OrderCancelRequest
  > NewOrderSingle ClOrdID=a Price=1000001
  > NewOrderSingle ClOrdID=b
  > OrderMassCancelRequest ClOrdID=m
  < OrderCancelReject ClOrdID=c1 Reason=UnknownOrder
  < ExecutionReport ExecType=Rejected ClOrdID=a
  < ExecutionReport ExecType=New ClOrdID=b
  < ExecutionReport ExecType=Canceled ClOrdID=b Reason=MassCanceled
  < OrderMassCancelReport ClOrdID=m TotalAffectedOrders=1
  2< OrderCancelReject ClOrdID=c1 Reason=UnknownOrder CopyMsgIndicator Account=ACCOUNT-2 OnBehalfOfCompID=TOLD-2 #1
  2< ExecutionReport ExecType=Rejected ClOrdID=a CopyMsgIndicator #2
  2< ExecutionReport ExecType=New ClOrdID=b CopyMsgIndicator #3
  2< ExecutionReport ExecType=Canceled ClOrdID=b Reason=MassCanceled CopyMsgIndicator #4
  2< OrderMassCancelReport ClOrdID=m TotalAffectedOrders=1 CopyMsgIndicator Account=ACCOUNT-2 OnBehalfOfCompID=TOLD-2 #5
P-03 [Drop copy] but no answer to a list, a mass quote or a question of the market: its numbers are its own
  > Logon SenderCompID=TOLD-3
  < Logon
  2> Logon SenderCompID=COPY-3 DropCopyFlag=1
  2< Logon
  > TradingSessionStatusRequest
  > NewOrderList [] [Price=90]
  > MassQuote [BidPx=80 BidSize=1]
  < TradingSessionStatus #1
  < ListStatus #2
  < ExecutionReport ClOrdID=o1 #3
  < ExecutionReport ClOrdID=o2 #4
  < MassQuoteAcknowledgement #5
  2< ExecutionReport ClOrdID=o1 CopyMsgIndicator #1
  2< ExecutionReport ClOrdID=o2 CopyMsgIndicator #2
P-04 [Drop copy] what happens while the session itself is not logged on is heard
  > Logon SenderCompID=TOLD-4 CancelOnDisconnectType=OnLogout
  < Logon
  2> Logon SenderCompID=COPY-4 DropCopyFlag=1
  2< Logon
  > NewOrderSingle
  < ExecutionReport ExecType=New
  2< ExecutionReport ExecType=New CopyMsgIndicator #1
  > Logout
  < Logout SessionStatus=LogoutComplete
  < closes
  2< ExecutionReport ExecType=Canceled ClOrdID=o1 Reason=LoggedOut CopyMsgIndicator Account=ACCOUNT-4 OnBehalfOfCompID=TOLD-4 #2
P-05 [Drop copy] what it has not seen it is told again, with PossDup, under the numbers that it had
  > Logon SenderCompID=TOLD-5
  < Logon
  > NewOrderSingle times=3
  < ExecutionReport times=3 ExecType=New
  2> Logon SenderCompID=COPY-5 DropCopyFlag=1 NextExpectedMsgSeqNum=2
  2< Logon #4
  2< ExecutionReport ClOrdID=o2 CopyMsgIndicator PossDup Account=ACCOUNT-5 OnBehalfOfCompID=TOLD-5 #2
  2< ExecutionReport ClOrdID=o3 CopyMsgIndicator PossDup #3
  > NewOrderSingle
  < ExecutionReport ClOrdID=o4
  2< ExecutionReport ClOrdID=o4 CopyMsgIndicator #4
P-06 [Drop copy] with 0 only what comes from now on; what it then asks for is told again, and no more
  > Logon SenderCompID=TOLD-6
  < Logon
  > NewOrderSingle times=3
  < ExecutionReport times=3 ExecType=New
  2> Logon SenderCompID=COPY-6 DropCopyFlag=1 NextExpectedMsgSeqNum=0
  2< Logon #4
  2> ResendRequest BeginSeqNo=2 EndSeqNo=2
  2< ExecutionReport ClOrdID=o2 CopyMsgIndicator PossDup Account=ACCOUNT-6 OnBehalfOfCompID=TOLD-6 #2
P-07 [Drop copy] a report that is told again to its own session is not told again to it
  > Logon SenderCompID=TOLD-7
  < Logon
  2> Logon SenderCompID=COPY-7 DropCopyFlag=1
  2< Logon
  > NewOrderSingle
  < ExecutionReport #1
  2< ExecutionReport CopyMsgIndicator #1
  > ResendRequest
  < ExecutionReport PossDup #1
  2< nothing
P-08 [Drop copy] one that expects more than there was is told so
  2> Logon SenderCompID=COPY-8 DropCopyFlag=1 NextExpectedMsgSeqNum=2
  2< Logout SessionStatus=NextExpectedTooHigh
  2< closes
P-09 [Drop copy] it may not ask: that is refused, and has used its number up
  > Logon SenderCompID=EAR-9 DropCopyFlag=1
  < Logon NextExpectedMsgSeqNum=1
${PLAIN.map((name) => `  > ${name}`).join('\n')}
  > NewOrderList [] [Price=90]
  > MassQuote [BidPx=80 BidSize=1]
${[...PLAIN, 'NewOrderList', 'MassQuote'].map((_, i) => `  < BusinessMessageReject RefSeqNum=${i + 1} BusinessRejectReason=NotAuthorized RetryAfter=0 #1`).join('\n')}
P-10 [Drop copy] its numbers are checked as any session's
  > Logon SenderCompID=EAR-8 DropCopyFlag=1
  < Logon
  > NewOrderSingle #3
  < ResendRequest BeginSeqNo=1 EndSeqNo=0
  > SequenceReset #1 NewSeqNo=3
  > NewOrderSingle #3
  < BusinessMessageReject RefSeqNum=3 BusinessRejectReason=NotAuthorized
  > NewOrderSingle #2
  < Logout SessionStatus=MsgSeqNumTooLow
  < closes
P-11 [Drop copy] without DropCopyFlag(9406) it may not log on
  > Logon SenderCompID={COPY-9,EAR-9} DropCopyFlag=0
  < Logout SessionStatus=LogonsNotAllowed #0
  < closes
P-12 [Drop copy] ResetSeqNumFlag(141) begins its numbers anew, and nobody else's
  > Logon SenderCompID=TOLD-10
  < Logon
  > NewOrderSingle
  < ExecutionReport #1
  2> Logon SenderCompID=COPY-10 DropCopyFlag=1 NextExpectedMsgSeqNum=1 ResetSeqNumFlag=1 #1
  2< Logon ResetSeqNumFlag=1 #1
  3> Logon SenderCompID=EAR-10 DropCopyFlag=1 NextExpectedMsgSeqNum=0
  3< Logon #2
  > NewOrderSingle
  < ExecutionReport ClOrdID=o2 #2
  2< ExecutionReport ClOrdID=o2 CopyMsgIndicator #1
  3< ExecutionReport ClOrdID=o2 CopyMsgIndicator #2
P-13 [Drop copy] one is logged on once
  > Logon SenderCompID=COPY-11 DropCopyFlag=1
  < Logon
  2> Logon SenderCompID=COPY-11 DropCopyFlag=1
  2< Logout SessionStatus=LogonsNotAllowed #0
  2< closes
P-14 [Drop copy] of a trade it hears its account's side, and not the other's
  > Logon SenderCompID=TOLD-12
  < Logon
  2> Logon SenderCompID=COPY-12 DropCopyFlag=1
  2< Logon
  3> Logon
  3< Logon
  > NewOrderSingle Symbol=MINE
  < ExecutionReport ExecType=New
  2< ExecutionReport ExecType=New CopyMsgIndicator #1
  3> NewOrderSingle Symbol=MINE Side=Sell OrderQty=2
  3< ExecutionReport ExecType=New
  3< ExecutionReport ExecType=Trade
  < ExecutionReport ExecType=Trade ClOrdID=o1
  2< ExecutionReport ExecType=Trade ClOrdID=o1 LastQty=2 CopyMsgIndicator Account=ACCOUNT-12 OnBehalfOfCompID=TOLD-12 #2
`,
}
