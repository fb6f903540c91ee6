/** Cases: cancel, replace, mass cancel, status, and what the market is asked. */
import type { Area } from './case.ts'

export const CHANGES: Area = {
  letter: 'X',
  title: 'OrderCancelRequest and OrderCancelReplaceRequest',
  venue: 'open',
  text: `
X-01 [OrderCancelRequest] an open order is cancelled, by the id that it has
  > Logon
  < Logon
  > NewOrderSingle
  > OrderCancelRequest
  < ExecutionReport ExecType=New
  < ExecutionReport ExecType=Canceled OrdStatus=Canceled ClOrdID=c2 OrigClOrdID=o1 LeavesQty=0 CumQty=0 Reason=CanceledByClient
X-02 [OrderCancelRequest] one that is over is told from one that never was
  > Logon
  < Logon
  > NewOrderSingle
  > OrderCancelRequest
  > OrderCancelRequest
  > OrderCancelRequest OrigClOrdID=never
  < ExecutionReport ExecType=New
  < ExecutionReport ExecType=Canceled
  < OrderCancelReject ClOrdID=c3 OrigClOrdID=o1 Reason=TooLate CxlRejReason=0 OrdStatus=Canceled CxlRejResponseTo=OrderCancelRequest
  < OrderCancelReject ClOrdID=c4 OrigClOrdID=never Reason=UnknownOrder CxlRejReason=1 OrdStatus=Rejected OrderID=0
X-03 [OrderCancelRequest] an OrderID that is no order's, and side or symbol that are not the order's, change nothing
  > Logon
  < Logon
  > NewOrderSingle
  > OrderCancelRequest {OrderID=2^53-1,Side=Sell,Symbol=MINE}
  < ExecutionReport ExecType=New
  < OrderCancelReject Reason={UnknownOrder,SideOrSymbolChanged,SideOrSymbolChanged} CxlRejReason={1,99,99}
X-04 [OrderCancelRequest] OrigClOrdID(41) or OrderID(37) names the order
  > Logon
  < Logon
  > {OrderCancelRequest,OrderCancelReplaceRequest,OrderStatusRequest} OrigClOrdID=
  < Reject RefTagID=41 SessionRejectReason=RequiredTagMissing
X-05 [OrderCancelRequest] OrigClOrdID(41) is of the form of a ClOrdID
  > Logon
  < Logon
  > {OrderCancelRequest,OrderCancelReplaceRequest,OrderStatusRequest} OrigClOrdID={"a b","a\\x00b","\\x00a"}
  < Reject RefTagID=41 SessionRejectReason=IncorrectDataFormat
X-06 [OrderCancelRequest] OrderID(37) is from 1 to 2^53-1, or absent
  > Logon
  < Logon
  > {OrderCancelRequest,OrderCancelReplaceRequest,OrderStatusRequest} OrderID={0,-1,2^53}
  < Reject RefTagID=37 SessionRejectReason=ValueOutOfRange
X-07 [OrderCancelRequest] ClOrdID(11) is needed by every request, and of its form
  > Logon
  < Logon
  > {OrderCancelRequest,OrderCancelReplaceRequest,OrderMassCancelRequest,OrderStatusRequest,OrderMassStatusRequest} ClOrdID={,,,,}
  < Reject RefTagID=11 SessionRejectReason=RequiredTagMissing
X-08 [OrderCancelRequest] ClOrdID(11) is of A-Z a-z 0-9 _ -
  > Logon
  < Logon
  > {OrderCancelRequest,OrderCancelReplaceRequest,OrderMassCancelRequest,OrderStatusRequest,OrderMassStatusRequest} ClOrdID="a b"
  < Reject RefTagID=11 SessionRejectReason=IncorrectDataFormat
X-09 [OrderCancelRequest] Side(54) is needed where an order is changed
  > Logon
  < Logon
  > {OrderCancelRequest,OrderCancelReplaceRequest} Side=0
  < Reject RefTagID=54 SessionRejectReason=RequiredTagMissing
X-10 [OrderCancelRequest] and is 1 or 2; a mass request may leave it out
  > Logon
  < Logon
  > {OrderCancelRequest,OrderCancelReplaceRequest,OrderMassCancelRequest,OrderMassStatusRequest} Side={'0','3',1,255}
  < Reject RefTagID=54 SessionRejectReason=ValueOutOfRange
X-11 [OrderCancelRequest] Symbol(55) is needed
  > Logon
  < Logon
  > {OrderCancelRequest,OrderCancelReplaceRequest,OrderStatusRequest} Symbol=
  < Reject RefTagID=55 SessionRejectReason=RequiredTagMissing
X-12 [OrderCancelRequest] and printable ASCII, NUL-padded, everywhere
  > Logon
  < Logon
  > {OrderCancelRequest,OrderCancelReplaceRequest,OrderStatusRequest,OrderMassCancelRequest,OrderMassStatusRequest,SecurityDefinitionRequest,TradingSessionStatusRequest} Symbol={"B\\x00C","\\xff","\\x00B","B\\x00C","\\xff","\\x00B","\\x01"}
  < Reject RefTagID=55 SessionRejectReason=IncorrectDataFormat
X-13 [OrderCancelRequest] the id of a cancel may have been used before
  > Logon
  < Logon
  > NewOrderSingle ClOrdID=one
  > NewOrderSingle ClOrdID=two
  > OrderCancelRequest ClOrdID=one OrigClOrdID=two
  < ExecutionReport ExecType=New
  < ExecutionReport ExecType=New
  < ExecutionReport ExecType=Canceled ClOrdID=one OrigClOrdID=two
X-14 [OrderCancelReplaceRequest] a replace gives an order another quantity, another price, and another id
  > Logon
  < Logon
  > NewOrderSingle
  > OrderCancelReplaceRequest
  > OrderCancelRequest OrigClOrdID={o1,r2}
  < ExecutionReport ExecType=New
  < ExecutionReport ExecType=Replaced OrdStatus=New ClOrdID=r2 OrigClOrdID=o1 OrderQty=7 Price=101 LeavesQty=7
  < {OrderCancelReject Reason=IdsDisagree CxlRejReason=1 OrdStatus=New,ExecutionReport ExecType=Canceled OrigClOrdID=r2}
X-15 [OrderCancelReplaceRequest] without a price it keeps its own
  > Logon
  < Logon
  > NewOrderSingle
  > OrderCancelReplaceRequest Price=null
  < ExecutionReport ExecType=New
  < ExecutionReport ExecType=Replaced OrderQty=7 Price=100
X-16 [OrderCancelReplaceRequest] OrderQty(38) is needed
  > Logon
  < Logon
  > OrderCancelReplaceRequest OrderQty={null,0,-1,2^53}
  < Reject RefTagID=38 SessionRejectReason={RequiredTagMissing,ValueOutOfRange,ValueOutOfRange,ValueOutOfRange}
X-17 [OrderCancelReplaceRequest] Price(44) is from -(2^53-1) to 2^53-1 and not 0, or absent
  > Logon
  < Logon
  > OrderCancelReplaceRequest Price={0,2^53,-2^53,2^63-1}
  < Reject RefTagID=44 SessionRejectReason=ValueOutOfRange
X-18 [OrderCancelReplaceRequest] OrdType(40) and TimeInForce(59) are needed, and of their sets
  > Logon
  < Logon
  > OrderCancelReplaceRequest {OrdType=0,OrdType='5',TimeInForce=0,TimeInForce='5'}
  < Reject RefTagID={40,40,59,59} SessionRejectReason={RequiredTagMissing,ValueOutOfRange,RequiredTagMissing,ValueOutOfRange}
X-19 [OrderCancelReplaceRequest] what never rests replaces nothing
  > Logon
  < Logon
  > OrderCancelReplaceRequest TimeInForce={ImmediateOrCancel,FillOrKill}
  < Reject RefTagID=59 SessionRejectReason=ValueOutOfRange Text="TimeInForce(59) must be neither 3 nor 4 in a replace"
X-20 [OrderCancelReplaceRequest] one that is over or never was is not replaced
  > Logon
  < Logon
  > NewOrderSingle
  > OrderCancelRequest
  > OrderCancelReplaceRequest OrigClOrdID={o1,never}
  < ExecutionReport ExecType=New
  < ExecutionReport ExecType=Canceled
  < OrderCancelReject CxlRejResponseTo=OrderCancelReplaceRequest Reason={TooLate,UnknownOrder} CxlRejReason={0,1}
X-21 [OrderCancelReplaceRequest] nor to an id that is another order's
  > Logon
  < Logon
  > NewOrderSingle ClOrdID=one
  > NewOrderSingle ClOrdID=two
  > OrderCancelReplaceRequest ClOrdID=one OrigClOrdID=two
  < ExecutionReport ExecType=New times=2
  < OrderCancelReject Reason=DuplicateClOrdId CxlRejReason=6 OrdStatus=New
X-22 [OrderCancelReplaceRequest] nor beyond the instrument's bounds; the order is as it was
  > Logon
  < Logon
  > NewOrderSingle
  > OrderCancelReplaceRequest {OrderQty=10000001,Price=1000001,Side=Sell,Symbol=MINE}
  > OrderStatusRequest
  < ExecutionReport ExecType=New
  < OrderCancelReject Reason={QuantityOutOfRange,PriceOutOfRange,SideOrSymbolChanged,SideOrSymbolChanged} OrdStatus=New
  < ExecutionReport ExecType=OrderStatus OrdStatus=New OrderQty=5 Price=100
X-23 [OrderCancelReplaceRequest] to what is filled already, it ends the order
  > Logon
  < Logon
  > NewOrderSingle Symbol=MINE
  > NewOrderSingle Symbol=MINE Side=Sell OrderQty=2
  > OrderCancelReplaceRequest Symbol=MINE OrderQty=2 Price=null
  < ExecutionReport ExecType=New
  < ExecutionReport ExecType=New
  < ExecutionReport ExecType=Trade ClOrdID=o1
  < ExecutionReport ExecType=Trade ClOrdID=o2
  < ExecutionReport ExecType=Replaced OrdStatus=Filled ClOrdID=r3 OrderQty=2 CumQty=2 LeavesQty=0
X-24 [OrderCancelRequest] an order may be named by OrderID(37) alone, or by both
  > Logon
  < Logon
  > NewOrderSingle
  < ExecutionReport ExecType=New
  > {OrderCancelRequest,OrderCancelReplaceRequest,OrderStatusRequest,OrderCancelRequest,OrderCancelReplaceRequest,OrderStatusRequest} OrderID=ID(o1) OrigClOrdID={,,,o1,o1,o1}
  < ExecutionReport ExecType={Canceled,Replaced,OrderStatus,Canceled,Replaced,OrderStatus} OrigClOrdID=o1
X-25 [OrderCancelRequest] both must be the same order's
  > Logon
  < Logon
  > NewOrderSingle times=2
  < ExecutionReport ExecType=New times=2
  > {OrderCancelRequest,OrderCancelReplaceRequest} OrderID=ID(o1) OrigClOrdID=o2
  < OrderCancelReject Reason=IdsDisagree CxlRejReason=1
  > OrderStatusRequest OrderID=ID(o1) OrigClOrdID=o2
  < ExecutionReport ExecType=OrderStatus OrdStatus=Rejected Reason=UnknownOrder
X-26 [OrderCancelRequest] an order of another account is none
  > Logon
  < Logon
  2> Logon SenderCompID=OTHER
  2< Logon
  > NewOrderSingle
  < ExecutionReport ExecType=New
  2> OrderCancelRequest OrderID={ID(o1),null} OrigClOrdID={,o1}
  2< OrderCancelReject Reason=UnknownOrder OrderID=0
`,
}

export const QUESTIONS: Area = {
  letter: 'Q',
  title: 'Mass cancel, status, instruments and phases',
  venue: 'open',
  text: `
Q-01 [OrderMassCancelRequest] each order is told, then how many they were
  > Logon
  < Logon
  > NewOrderSingle times=2
  > OrderMassCancelRequest
  < ExecutionReport ExecType=New times=2
  < ExecutionReport ExecType=Canceled Reason=MassCanceled times=2
  < OrderMassCancelReport ClOrdID=m3 TotalAffectedOrders=2 Reason=None Symbol= Side=0 MassCancelScope=Account
Q-02 [OrderMassCancelRequest] of one side or symbol only
  > Logon
  < Logon
  > NewOrderSingle Symbol=MINE
  > NewOrderSingle Symbol=MINE Side=Sell Price=200
  > NewOrderSingle
  > OrderMassCancelRequest Symbol=MINE Side=Sell
  < ExecutionReport ExecType=New times=3
  < ExecutionReport ExecType=Canceled OrigClOrdID= ClOrdID=o2
  < OrderMassCancelReport Symbol=MINE Side=Sell TotalAffectedOrders=1
Q-03 [OrderMassCancelRequest] of this session only, or of all of the account
  > Logon SenderCompID=PAIR-5
  < Logon
  2> Logon SenderCompID=PAIR-6
  2< Logon
  > NewOrderSingle ClOrdID=of-5
  < ExecutionReport ExecType=New
  2> NewOrderSingle ClOrdID=of-6 Symbol=LENT
  2< ExecutionReport ExecType=New
  > OrderMassCancelRequest MassCancelScope=Session
  < ExecutionReport ExecType=Canceled ClOrdID=of-5
  < OrderMassCancelReport TotalAffectedOrders=1 MassCancelScope=Session
  > OrderMassCancelRequest MassCancelScope=Account Symbol=LENT
  < OrderMassCancelReport TotalAffectedOrders=1
  2< ExecutionReport ExecType=Canceled ClOrdID=of-6
Q-04 [OrderMassCancelRequest] of nothing is 0 orders
  > Logon
  < Logon
  > OrderMassCancelRequest
  < OrderMassCancelReport TotalAffectedOrders=0 Reason=None
Q-05 [OrderMassCancelRequest] a symbol that is not traded is said so
  > Logon
  < Logon
  > OrderMassCancelRequest Symbol=NOSUCH
  < OrderMassCancelReport TotalAffectedOrders=0 Reason=UnknownSymbol Symbol=NOSUCH
Q-06 [OrderMassCancelRequest] MassCancelScope(25137) is 0 or 1
  > Logon
  < Logon
  > {OrderMassCancelRequest,OrderMassCancelRequest,OrderMassStatusRequest,OrderMassStatusRequest} MassCancelScope={2,255,2,255}
  < Reject RefTagID=25137 SessionRejectReason=ValueOutOfRange
Q-07 [OrderStatusRequest] an order is told as it stands
  > Logon
  < Logon
  > NewOrderSingle
  > OrderStatusRequest
  < ExecutionReport ExecType=New
  < ExecutionReport ExecType=OrderStatus OrdStatus=New ClOrdID=s2 OrigClOrdID=o1 OrderQty=5 Price=100 CumQty=0 LeavesQty=5 WorkingIndicator=1 Reason=None #2
Q-08 [OrderStatusRequest] one that is over as it ended
  > Logon
  < Logon
  > NewOrderSingle
  > OrderCancelRequest
  > OrderStatusRequest
  < ExecutionReport ExecType=New
  < ExecutionReport ExecType=Canceled
  < ExecutionReport ExecType=OrderStatus OrdStatus=Canceled LeavesQty=0 CumQty=0 OrderQty=null
Q-09 [OrderStatusRequest] one that is not there is Rejected
  > Logon
  < Logon
  > OrderStatusRequest OrigClOrdID=never
  < ExecutionReport ExecType=OrderStatus OrdStatus=Rejected Reason=UnknownOrder OrderID=0
Q-10 [OrderMassStatusRequest] all open orders are told, the last says so
  > Logon
  < Logon
  > NewOrderSingle times=2
  > OrderMassStatusRequest
  < ExecutionReport ExecType=New times=2
  < ExecutionReport ExecType=OrderStatus OrigClOrdID=o1 ClOrdID=s3 LastRptRequested=0
  < ExecutionReport ExecType=OrderStatus OrigClOrdID=o2 ClOrdID=s3 LastRptRequested=1
Q-11 [OrderMassStatusRequest] where there is none, that is said
  > Logon
  < Logon
  > OrderMassStatusRequest
  < ExecutionReport ExecType=OrderStatus OrdStatus=Rejected Reason=UnknownOrder LastRptRequested=1
Q-12 [SecurityDefinitionRequest] an instrument is told
  > Logon
  < Logon
  > SecurityDefinitionRequest
  < SecurityDefinition SecurityReqID=d1 Symbol=BTCUSD BaseCurrency=BTC QuoteCurrency=USD PriceMin=1 PriceMax=1000000 QtyMin=1 QtyMax=10000000 Phase=Continuous LastFragment=1 Reason=None #1
Q-13 [SecurityDefinitionRequest] one that is not there is said so
  > Logon
  < Logon
  > SecurityDefinitionRequest Symbol=NOSUCH
  < SecurityDefinition Symbol=NOSUCH Reason=UnknownSymbol Phase=0 LastFragment=1
Q-14 [SecurityDefinitionRequest] SecurityReqID(320) is needed, and of its form
  > Logon
  < Logon
  > SecurityDefinitionRequest SecurityReqID={,"a b"}
  < Reject RefTagID=320 SessionRejectReason={RequiredTagMissing,IncorrectDataFormat}
Q-15 [TradingSessionStatusRequest] a phase is told
  > Logon
  < Logon
  > TradingSessionStatusRequest Symbol={BTCUSD,CLOSED}
  < TradingSessionStatus TradSesReqID=t1 Phase={Continuous,Closed} LastFragment=1 Reason=None PhaseEnds=null
Q-16 [TradingSessionStatusRequest] one that is not there is said so
  > Logon
  < Logon
  > TradingSessionStatusRequest Symbol=NOSUCH
  < TradingSessionStatus Symbol=NOSUCH Reason=UnknownSymbol Phase=0 LastFragment=1
Q-17 [TradingSessionStatusRequest] TradSesReqID(335) is needed, and of its form
  > Logon
  < Logon
  > TradingSessionStatusRequest TradSesReqID={,"a b"}
  < Reject RefTagID=335 SessionRejectReason={RequiredTagMissing,IncorrectDataFormat}
`,
}
