/** Cases: NewOrderSingle, field by field and by what the market says to it. */
import type { Area } from './case.ts'

export const NEW_ORDERS: Area = {
  letter: 'D',
  title: 'NewOrderSingle',
  venue: 'open',
  text: `
D-01 [NewOrderSingle] a limit order that rests is told by New
  > Logon
  < Logon
  > NewOrderSingle
  < ExecutionReport ExecType=New OrdStatus=New ClOrdID=o1 OrigClOrdID= Symbol=BTCUSD Side=Buy OrdType=Limit TimeInForce=GoodTillCancel OrderQty=5 Price=100 CumQty=0 LeavesQty=5 LastQty=null LastPx=null TradeID=null CumQuoteQty=0 Reason=None OrdRejReason=0 #1
D-02 [NewOrderSingle] one that takes is told by New and its trades, the resting one by its own
  > Logon
  < Logon
  > NewOrderSingle Symbol=MINE
  > NewOrderSingle Symbol=MINE Side=Sell OrderQty=2
  < ExecutionReport ExecType=New ClOrdID=o1
  < ExecutionReport ExecType=New ClOrdID=o2
  < ExecutionReport ExecType=Trade OrdStatus=PartiallyFilled ClOrdID=o1 LastQty=2 LastPx=100 CumQty=2 LeavesQty=3 AggressorIndicator=0
  < ExecutionReport ExecType=Trade OrdStatus=Filled ClOrdID=o2 LastQty=2 LastPx=100 CumQty=2 LeavesQty=0 AggressorIndicator=1
D-03 [NewOrderSingle] ClOrdID(11) is needed
  > Logon
  < Logon
  > NewOrderSingle ClOrdID={,"\\x00a"}
  < Reject RefSeqNum=1 RefMsgType=68 RefTagID=11 SessionRejectReason=RequiredTagMissing
D-04 [NewOrderSingle] ClOrdID(11) is of A-Z a-z 0-9 _ -, then only NULs
  > Logon
  < Logon
  > NewOrderSingle ClOrdID={"a b",a.b,"\\xe9","a\\x00b","a ","\\x1f","/","@","[","\`",:}
  < Reject RefTagID=11 SessionRejectReason=IncorrectDataFormat Text="ClOrdID(11) must be 1-36 of A-Z a-z 0-9 _ -"
D-05 [NewOrderSingle] at 1 and 36 characters it is taken
  > Logon
  < Logon
  > NewOrderSingle ClOrdID={A,z,0,_,-,abcdefghijklmnopqrstuvwxyz_-12345678}
  < ExecutionReport ExecType=New ClOrdID={A,z,0,_,-,abcdefghijklmnopqrstuvwxyz_-12345678}
D-06 [NewOrderSingle] one that was used by the account is a duplicate
  > Logon
  < Logon
  > NewOrderSingle ClOrdID=same
  > NewOrderSingle ClOrdID=same
  < ExecutionReport ExecType=New
  < ExecutionReport ExecType=Rejected OrdStatus=Rejected Reason=DuplicateClOrdId OrdRejReason=6 LeavesQty=0
D-07 [NewOrderSingle] Side(54) is needed
  > Logon
  < Logon
  > NewOrderSingle Side=0
  < Reject RefTagID=54 SessionRejectReason=RequiredTagMissing
D-08 [NewOrderSingle] and is 1 or 2
  > Logon
  < Logon
  > NewOrderSingle Side={'0','3','5',1,2,255}
  < Reject RefTagID=54 SessionRejectReason=ValueOutOfRange
D-09 [NewOrderSingle] OrdType(40) is needed
  > Logon
  < Logon
  > NewOrderSingle OrdType=0
  < Reject RefTagID=40 SessionRejectReason=RequiredTagMissing
D-10 [NewOrderSingle] and is one of 1 2 3 4 K P T
  > Logon
  < Logon
  > NewOrderSingle OrdType={'0','5','J','L','k','p','t',2,255}
  < Reject RefTagID=40 SessionRejectReason=ValueOutOfRange
D-11 [NewOrderSingle] TimeInForce(59) is needed: 0 the byte is none, '0' the character is Day
  > Logon
  < Logon
  > NewOrderSingle TimeInForce=0
  < Reject RefTagID=59 SessionRejectReason=RequiredTagMissing
D-12 [NewOrderSingle] and is one of 0 1 2 3 4 6 7
  > Logon
  < Logon
  > NewOrderSingle TimeInForce={'5','8','/',1,255}
  < Reject RefTagID=59 SessionRejectReason=ValueOutOfRange
D-13 [NewOrderSingle] each of them is taken, and told; at the opening in a market that is open already the market refuses it
  > Logon
  < Logon
  > NewOrderSingle TimeInForce={Day,GoodTillCancel,AtTheOpening,AtTheClose,GoodTillDate} ExpireTime={null,null,null,null,now+60s}
  < ExecutionReport TimeInForce={Day,GoodTillCancel,AtTheOpening,AtTheClose,GoodTillDate} ExecType={New,New,Rejected,New,New} Reason={None,None,PhaseForbids,None,None}
D-14 [NewOrderSingle] what may not rest and finds nobody expires
  > Logon
  < Logon
  > NewOrderSingle Symbol=MINE TimeInForce={ImmediateOrCancel,FillOrKill}
  < ExecutionReport ExecType=New
  < ExecutionReport ExecType=Expired OrdStatus=Expired LeavesQty=0 Reason={UnfilledIoc,UnfilledMinimum}
D-15 [NewOrderSingle] Symbol(55) is needed
  > Logon
  < Logon
  > NewOrderSingle Symbol=
  < Reject RefTagID=55 SessionRejectReason=RequiredTagMissing
D-16 [NewOrderSingle] and is printable ASCII, NUL-padded
  > Logon
  < Logon
  > NewOrderSingle Symbol={"\\x00B","BTC\\x00USD","BTC\\xdcSD","\\x01"}
  < Reject RefTagID=55 SessionRejectReason=IncorrectDataFormat
D-17 [NewOrderSingle] one that is not traded here is answered by a report, and so is another spelling
  > Logon
  < Logon
  > NewOrderSingle Symbol={NOSUCH,btcusd,"BTCUSD ",ABCDEFGHIJKLMNOP}
  < ExecutionReport ExecType=Rejected OrdStatus=Rejected Reason=UnknownSymbol OrdRejReason=1 OrderID=0
D-18 [NewOrderSingle] OrderQty(38) is needed
  > Logon
  < Logon
  > NewOrderSingle OrderQty=null
  < Reject RefTagID=38 SessionRejectReason=RequiredTagMissing
D-19 [NewOrderSingle] and from 1 to 2^53-1
  > Logon
  < Logon
  > NewOrderSingle OrderQty={0,-1,2^53,2^63-1,-2^63+1}
  < Reject RefTagID=38 SessionRejectReason=ValueOutOfRange
D-20 [NewOrderSingle] beyond the instrument's bounds it is answered by a report
  > Logon
  < Logon
  > NewOrderSingle OrderQty={10000001,2^53-1}
  < ExecutionReport ExecType=Rejected Reason=QuantityOutOfRange OrdRejReason=13
D-21 [NewOrderSingle] at its bounds it is taken
  > Logon
  < Logon
  > NewOrderSingle OrderQty={1,10000000} Price={100,1}
  < ExecutionReport ExecType=New OrderQty={1,10000000}
D-22 [NewOrderSingle] Price(44) of a limit or stop limit order is needed
  > Logon
  < Logon
  > NewOrderSingle OrdType={Limit,StopLimit} StopPx={null,200} Price=null
  < Reject RefTagID=44 SessionRejectReason=RequiredTagMissing
D-23 [NewOrderSingle] and from -(2^53-1) to 2^53-1
  > Logon
  < Logon
  > NewOrderSingle Price={2^53,-2^53,2^63-1,-2^63+1}
  < Reject RefTagID=44 SessionRejectReason=ValueOutOfRange
D-24 [NewOrderSingle] beyond the instrument's bounds it is answered by a report
  > Logon
  < Logon
  > NewOrderSingle Price={0,-1,1000001,2^53-1,-2^53+1}
  < ExecutionReport ExecType=Rejected Reason=PriceOutOfRange OrdRejReason=99
D-25 [NewOrderSingle] no other OrdType has a price
  > Logon
  < Logon
  > NewOrderSingle OrdType={Market,MarketToLimit,Stop,TrailingStop} StopPx={null,null,200,null} TrailingTicks={0,0,0,3}
  < Reject RefTagID=44 SessionRejectReason=ValueOutOfRange Text="Price(44) must be absent with this OrdType"
D-26 [NewOrderSingle] StopPx(99) of a stop is needed
  > Logon
  < Logon
  > NewOrderSingle OrdType={Stop,StopLimit} Price={null,100}
  < Reject RefTagID=99 SessionRejectReason=RequiredTagMissing
D-27 [NewOrderSingle] and from -(2^53-1) to 2^53-1
  > Logon
  < Logon
  > NewOrderSingle OrdType=Stop Price=null StopPx={2^53,-2^53,2^63-1}
  < Reject RefTagID=99 SessionRejectReason=ValueOutOfRange
D-28 [NewOrderSingle] what is no stop has none
  > Logon
  < Logon
  > NewOrderSingle OrdType={Limit,Market,MarketToLimit,Pegged} Price={100,null,null,100} PegPriceType={0,0,0,5} StopPx=200
  < Reject RefTagID=99 SessionRejectReason=ValueOutOfRange Text="StopPx(99) must be absent with this OrdType"
D-29 [NewOrderSingle] a stop waits
  > Logon
  < Logon
  > NewOrderSingle OrdType={Stop,StopLimit} Price={null,300} StopPx=200 Symbol=MINE
  < ExecutionReport ExecType=New StopPx=200 WorkingIndicator=0
D-30 [NewOrderSingle] DisplayQty(1138) is from 0 up, or absent
  > Logon
  < Logon
  > NewOrderSingle DisplayQty={-1,2^53,-2^63+1}
  < Reject RefTagID=1138 SessionRejectReason=ValueOutOfRange
D-31 [NewOrderSingle] DisplayQty(1138) of less than the order is taken, and told; of as much the market refuses it
  > Logon
  < Logon
  > NewOrderSingle DisplayQty={0,1,4,5}
  < ExecutionReport ExecType={New,New,New,Rejected} DisplayQty={0,1,4,5} Reason={None,None,None,InvalidInstruction}
D-32 [NewOrderSingle] MinQty(110) is from 1 up, or absent
  > Logon
  < Logon
  > NewOrderSingle MinQty={0,-1,2^53}
  < Reject RefTagID=110 SessionRejectReason=ValueOutOfRange
D-33 [NewOrderSingle] ExpireTime(126) goes with good till date
  > Logon
  < Logon
  > NewOrderSingle TimeInForce=GoodTillDate
  < Reject RefTagID=126 SessionRejectReason=RequiredTagMissing
D-34 [NewOrderSingle] and only with it
  > Logon
  < Logon
  > NewOrderSingle TimeInForce={Day,GoodTillCancel,ImmediateOrCancel} ExpireTime=now+60s
  < Reject RefTagID=126 SessionRejectReason=ValueOutOfRange
D-35 [NewOrderSingle] it is from 1 to 2^53-1
  > Logon
  < Logon
  > NewOrderSingle TimeInForce=GoodTillDate ExpireTime={0,-1,2^53}
  < Reject RefTagID=126 SessionRejectReason=ValueOutOfRange
D-36 [NewOrderSingle] one that is over is answered by a report
  > Logon
  < Logon
  > NewOrderSingle TimeInForce=GoodTillDate ExpireTime={1,now-1s}
  < ExecutionReport ExecType=Rejected Reason=InvalidInstruction OrdRejReason=99
D-37 [NewOrderSingle] CashOrderQty(152) stands instead of OrderQty, in a market order only
  > Logon
  < Logon
  > NewOrderSingle OrdType={Limit,MarketToLimit,Stop} Price={100,null,null} StopPx={null,null,200} CashOrderQty=1000 OrderQty=null
  < Reject RefTagID=152 SessionRejectReason=ValueOutOfRange Text="CashOrderQty(152) must be absent with this OrdType"
D-38 [NewOrderSingle] it is from 1 to 2^53-1
  > Logon
  < Logon
  > NewOrderSingle OrdType=Market Price=null OrderQty=null CashOrderQty={0,-1,2^53}
  < Reject RefTagID=152 SessionRejectReason=ValueOutOfRange
D-39 [NewOrderSingle] and not beside OrderQty(38)
  > Logon
  < Logon
  > NewOrderSingle OrdType=Market Price=null CashOrderQty=1000
  < Reject RefTagID=38 SessionRejectReason=ValueOutOfRange
D-40 [NewOrderSingle] PegPriceType(1094) is needed by a pegged order
  > Logon
  < Logon
  > NewOrderSingle OrdType=Pegged
  < Reject RefTagID=1094 SessionRejectReason=RequiredTagMissing
D-41 [NewOrderSingle] it is 2, 4 or 5
  > Logon
  < Logon
  > NewOrderSingle OrdType=Pegged PegPriceType={1,3,6,255}
  < Reject RefTagID=1094 SessionRejectReason=ValueOutOfRange
D-42 [NewOrderSingle] and absent from others, as PegOffsetValue(211) is
  > Logon
  < Logon
  > NewOrderSingle PegPriceType={2,0,0} PegOffsetValue={null,0,1}
  < Reject RefTagID={1094,211,211} SessionRejectReason=ValueOutOfRange
D-43 [NewOrderSingle] PegOffsetValue(211) is within ±(2^31-1)
  > Logon
  < Logon
  > NewOrderSingle OrdType=Pegged PegPriceType=Primary PegOffsetValue={2^31,-2^31,2^53,2^63-1}
  < Reject RefTagID=211 SessionRejectReason=ValueOutOfRange
D-44 [NewOrderSingle] a pegged order to buy needs its worst price
  > Logon
  < Logon
  > NewOrderSingle OrdType=Pegged PegPriceType=Primary Price=null
  < Reject RefTagID=44 SessionRejectReason=RequiredTagMissing
D-45 [NewOrderSingle] a trailing stop has a distance
  > Logon
  < Logon
  > NewOrderSingle OrdType=TrailingStop Price=null
  < Reject RefTagID=25132 SessionRejectReason=RequiredTagMissing
D-46 [NewOrderSingle] and one only: TrailingTicks(25132) or TrailingBps(25133)
  > Logon
  < Logon
  > NewOrderSingle OrdType=TrailingStop Price=null TrailingTicks=1 TrailingBps=1
  < Reject RefTagID=25133 SessionRejectReason=ValueOutOfRange
D-47 [NewOrderSingle] within its bounds
  > Logon
  < Logon
  > NewOrderSingle OrdType=TrailingStop Price=null TrailingTicks={2^31,2^32-1,0,0} TrailingBps={0,0,10001,2^32-1}
  < Reject RefTagID={25132,25132,25133,25133} SessionRejectReason=ValueOutOfRange
D-48 [NewOrderSingle] others have none
  > Logon
  < Logon
  > NewOrderSingle TrailingTicks={1,0} TrailingBps={0,1}
  < Reject RefTagID={25132,25133} SessionRejectReason=ValueOutOfRange
D-49 [NewOrderSingle] PostOnly(25134), SelfTradePrevention(2964), AllOrNone(25135), ContingencyType(1385) are of their sets
  > Logon
  < Logon
  > NewOrderSingle {PostOnly=3,PostOnly=255,SelfTradePrevention=5,SelfTradePrevention=255,AllOrNone=2,AllOrNone=255,ContingencyType=3,ContingencyType=100,ContingencyType=102,ContingencyType=255}
  < Reject RefTagID={25134,25134,2964,2964,25135,25135,1385,1385,1385,1385} SessionRejectReason=ValueOutOfRange
D-50 [NewOrderSingle] LinkClOrdID(25136) is needed by a link
  > Logon
  < Logon
  > NewOrderSingle ContingencyType={1,2,101}
  < Reject RefTagID=25136 SessionRejectReason=RequiredTagMissing
D-51 [NewOrderSingle] it is of the form of a ClOrdID
  > Logon
  < Logon
  > NewOrderSingle ContingencyType=1 LinkClOrdID={"a b","a\\x00b"}
  < Reject RefTagID=25136 SessionRejectReason=IncorrectDataFormat
D-52 [NewOrderSingle] and absent without one
  > Logon
  < Logon
  > NewOrderSingle LinkClOrdID={o0,"\\x00a"}
  < Reject RefTagID=25136 SessionRejectReason=ValueOutOfRange
D-53 [NewOrderSingle] of several faults the first is named: 11, 54, 40, 59, 55, 38, 44, 99
  > Logon
  < Logon
  > NewOrderSingle ClOrdID={,a,a,a,a,a,a} Side={0,0,1,1,1,1,1} OrdType={0,0,0,Limit,Limit,Limit,Limit} TimeInForce={0,0,0,0,1,1,1} Symbol={,,,,,,B} OrderQty={0,0,0,0,0,0,0} Price=null StopPx=2^53
  < Reject RefTagID={11,54,54,54,54,54,54}
D-54 [NewOrderSingle] version 1 cannot say what these need
  > Logon
  < Logon
  > NewOrderSingle version=1 OrdType={Stop,StopLimit,Pegged,TrailingStop,Limit} Price={null,100,100,null,100} TimeInForce={Day,Day,Day,Day,GoodTillDate}
  < Reject RefTagID={99,99,1094,25132,126} SessionRejectReason=RequiredTagMissing
D-55 [NewOrderSingle] a market order finds nobody, and has no price to be protected by
  > Logon
  < Logon
  > NewOrderSingle OrdType={Market,MarketToLimit} Price=null Symbol=MINE TimeInForce={ImmediateOrCancel,Day}
  < ExecutionReport ExecType=Rejected OrdStatus=Rejected Reason={NoReferencePrice,NoLiquidity} OrdRejReason=99
D-56 [NewOrderSingle] instructions that do not go together are answered by a report
  > Logon
  < Logon
  > NewOrderSingle PostOnly=Reject TimeInForce={ImmediateOrCancel,FillOrKill}
  < ExecutionReport ExecType=Rejected Reason=InvalidInstruction OrdRejReason=99
D-57 [NewOrderSingle] post-only does not take
  > Logon
  < Logon
  > NewOrderSingle Symbol=MINE
  > NewOrderSingle Symbol=MINE Side=Sell PostOnly=Reject
  < ExecutionReport ExecType=New
  < ExecutionReport ExecType=Rejected Reason=WouldTrade OrdRejReason=99
D-58 [NewOrderSingle] what an account has not, it cannot sell or pay
  > Logon
  < Logon
  > NewOrderSingle Symbol=MINE Side={Buy,Sell} OrderQty=10000000 Price={1000000,1000000}
  < ExecutionReport ExecType=Rejected Reason=InsufficientFunds OrdRejReason=25
D-59 [NewOrderSingle] price times quantity has its bounds
  > Logon
  < Logon
  > NewOrderSingle OrderQty=1 Price=1
  < ExecutionReport ExecType=Rejected Reason=NotionalOutOfRange OrdRejReason=99
D-60 [NewOrderSingle] a market that is closed takes no order
  > Logon
  < Logon
  > NewOrderSingle Symbol=CLOSED
  < ExecutionReport ExecType=Rejected Reason=PhaseForbids OrdRejReason=2
D-61 [Session] with PossResend an order that is known is told as it stands, and none is entered
  > Logon
  < Logon
  > NewOrderSingle ClOrdID=sent
  > NewOrderSingle ClOrdID=sent PossResend OrderQty=9
  > OrderMassCancelRequest
  < ExecutionReport ExecType=New ClOrdID=sent OrderQty=5
  < ExecutionReport ExecType=OrderStatus OrdStatus=New ClOrdID=sent OrigClOrdID=sent OrderQty=5 LastRptRequested=1 #2
  < ExecutionReport ExecType=Canceled ClOrdID=sent
  < OrderMassCancelReport TotalAffectedOrders=1
D-62 [Session] also one that is over
  > Logon
  < Logon
  > NewOrderSingle
  > OrderCancelRequest
  > NewOrderSingle ClOrdID=o1 PossResend
  < ExecutionReport ExecType=New
  < ExecutionReport ExecType=Canceled
  < ExecutionReport ExecType=OrderStatus OrdStatus=Canceled OrigClOrdID=o1 LastRptRequested=1
D-63 [Session] one that is not known is an order like any other
  > Logon
  < Logon
  > NewOrderSingle PossResend
  < ExecutionReport ExecType=New OrdStatus=New
D-64 [Session] on other messages PossResend says nothing
  > Logon
  < Logon
  > NewOrderSingle
  > {OrderCancelRequest,OrderCancelReplaceRequest} PossResend
  < ExecutionReport ExecType=New
  < ExecutionReport ExecType={Canceled,Replaced}
D-65 [Session] without it the same order is a duplicate, after a reset of the numbers too; with it the order is told
  > Logon
  < Logon
  > NewOrderSingle
  < ExecutionReport ExecType=New
  > Logon ResetSeqNumFlag=1 #1
  < Logon ResetSeqNumFlag=1 #1
  > NewOrderSingle #1 ClOrdID=o1
  > NewOrderSingle #2 ClOrdID=o1 PossResend
  < ExecutionReport ExecType=Rejected Reason=DuplicateClOrdId #1
  < ExecutionReport ExecType=OrderStatus OrdStatus=New OrigClOrdID=o1 #2
D-66 [NewOrderSingle] ExecInst(18) is of its set
  > Logon
  < Logon
  > NewOrderSingle ExecInst={3,7,8,255}
  < Reject RefTagID=18 SessionRejectReason=ValueOutOfRange
D-67 [NewOrderSingle] each of its values is taken
  > Logon
  < Logon
  > NewOrderSingle ExecInst={None,CancelOnConnectionLoss,StayOnConnectionLoss,CancelOnSystemFailure,CancelOnLossOrFailure,StayUntilSystemFailure}
  < ExecutionReport ExecType=New
`,
}
