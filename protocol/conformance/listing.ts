/** Cases: NewOrderList, by what its orders do to each other and field by field. */
import type { Area } from './case.ts'

export const LISTS: Area = {
  letter: 'O',
  title: 'NewOrderList',
  venue: 'open',
  text: `
O-01 [Lists and quotes] a list is told by its ListStatus, then by the reports of its orders, in its order
  > Logon
  < Logon
  > NewOrderList ListID=l [ClOrdID=a Symbol=MINE] [ClOrdID=b Symbol=MINE OrdType=StopLimit StopPx=200 Price=201]
  < ListStatus ListID=l ClOrdID= Symbol=MINE ContingencyType=OneCancelsTheOther ListOrderStatus=Executing Reason=None TotNoOrders=2 #1
  < ExecutionReport ExecType=New OrdStatus=New ClOrdID=a OrdType=Limit Price=100 #2
  < ExecutionReport ExecType=New OrdStatus=New ClOrdID=b OrdType=StopLimit StopPx=200 WorkingIndicator=0 #3
O-02 [Lists and quotes] one cancels the other: when it trades
  > Logon
  < Logon
  > NewOrderList [Symbol=MINE] [Symbol=MINE Price=90]
  < ListStatus ListOrderStatus=Executing
  < ExecutionReport ExecType=New ClOrdID=o1
  < ExecutionReport ExecType=New ClOrdID=o2
  > NewOrderSingle ClOrdID=s Symbol=MINE Side=Sell OrderQty=1
  < ExecutionReport ExecType=New ClOrdID=s
  < ExecutionReport ExecType=Trade ClOrdID=o1 LeavesQty=4
  < ExecutionReport ExecType=Trade ClOrdID=s
  < ExecutionReport ExecType=Canceled ClOrdID=o2 Reason=LinkedOrder
O-03 [Lists and quotes] and when it is cancelled
  > Logon
  < Logon
  > NewOrderList [Symbol=MINE] [Symbol=MINE Price=90]
  > OrderCancelRequest OrigClOrdID={o1,o2} Symbol=MINE
  < ListStatus ListOrderStatus=Executing
  < ExecutionReport ExecType=New ClOrdID=o1
  < ExecutionReport ExecType=New ClOrdID=o2
  < ExecutionReport ExecType=Canceled OrigClOrdID={o1,o2} Reason=CanceledByClient
  < ExecutionReport ExecType=Canceled ClOrdID={o2,o1} Reason=LinkedOrder
O-04 [Lists and quotes] one triggers the other: when all of it is filled, or on its first fill
  > Logon
  < Logon
  > NewOrderList ContingencyType={OneTriggersTheOther,OneTriggersOnFirstFill} [Symbol=MINE] [Symbol=MINE Side=Sell Price=110]
  < ListStatus ContingencyType={OneTriggersTheOther,OneTriggersOnFirstFill} ListOrderStatus=Executing TotNoOrders=2
  < ExecutionReport ExecType=New ClOrdID=o1
  < ExecutionReport ExecType=New ClOrdID=o2 WorkingIndicator=0
  > NewOrderSingle ClOrdID=s Symbol=MINE Side=Sell OrderQty={5,1}
  < ExecutionReport ExecType=New ClOrdID=s
  < ExecutionReport ExecType=Trade ClOrdID=o1 LeavesQty={0,4}
  < ExecutionReport ExecType=Trade ClOrdID=s
  < ExecutionReport ExecType=Triggered OrdStatus=New ClOrdID=o2 LeavesQty=5 WorkingIndicator=0
O-05 [Lists and quotes] a part of it is not enough where the last fill triggers
  > Logon
  < Logon
  > NewOrderList ContingencyType=OneTriggersTheOther [Symbol=MINE] [Symbol=MINE Side=Sell Price=110]
  > NewOrderSingle ClOrdID=s Symbol=MINE Side=Sell OrderQty=4
  < ListStatus ListOrderStatus=Executing
  < ExecutionReport times=3 ExecType=New
  < ExecutionReport ExecType=Trade ClOrdID=o1 LeavesQty=1
  < ExecutionReport ExecType=Trade ClOrdID=s
O-06 [Lists and quotes] of three the first triggers the two others, which cancel each other
  > Logon
  < Logon
  > NewOrderList ContingencyType=OneTriggersTheOther [Symbol=MINE] [Symbol=MINE Side=Sell Price=110] [Symbol=MINE Side=Sell Price=120]
  < ListStatus ListOrderStatus=Executing TotNoOrders=3
  < ExecutionReport ExecType=New ClOrdID=o1
  < ExecutionReport ExecType=New ClOrdID=o2
  < ExecutionReport ExecType=New ClOrdID=o3
  > NewOrderSingle ClOrdID=s Symbol=MINE Side=Sell
  < ExecutionReport ExecType=New ClOrdID=s
  < ExecutionReport ExecType=Trade ClOrdID=o1
  < ExecutionReport ExecType=Trade ClOrdID=s
  < ExecutionReport ExecType=Triggered ClOrdID=o2
  < ExecutionReport ExecType=Triggered ClOrdID=o3
  > OrderCancelRequest OrigClOrdID=o3 Symbol=MINE Side=Sell
  < ExecutionReport ExecType=Canceled OrigClOrdID=o3
  < ExecutionReport ExecType=Canceled ClOrdID=o2 Reason=LinkedOrder
O-07 [Lists and quotes] what waits ends with the order that it waits for, and what is linked to it with that
  > Logon
  < Logon
  > NewOrderList ContingencyType={OneTriggersTheOther,OneTriggersOnFirstFill} [Symbol=MINE] [Symbol=MINE Side=Sell Price=110] [Symbol=MINE Side=Sell Price=120]
  > OrderCancelRequest Symbol=MINE
  < ListStatus ListOrderStatus=Executing
  < ExecutionReport times=3 ExecType=New
  < ExecutionReport ExecType=Canceled OrigClOrdID=o1
  < ExecutionReport ExecType=Canceled ClOrdID=o2 Reason=ParentEnded
  < ExecutionReport ExecType=Canceled ClOrdID=o3 Reason=LinkedOrder
O-08 [Lists and quotes] an order that is filled as it enters triggers at once, behind the reports that all are accepted
  > Logon
  < Logon
  > NewOrderSingle ClOrdID=s Symbol=MINE Side=Sell
  > NewOrderList ContingencyType=OneTriggersTheOther [Symbol=MINE] [Symbol=MINE Price=90]
  < ExecutionReport ExecType=New ClOrdID=s
  < ListStatus ListOrderStatus=Executing
  < ExecutionReport ExecType=New ClOrdID=o1
  < ExecutionReport ExecType=New ClOrdID=o2
  < ExecutionReport ExecType=Trade ClOrdID=s
  < ExecutionReport ExecType=Trade ClOrdID=o1
  < ExecutionReport ExecType=Triggered ClOrdID=o2
O-09 [Lists and quotes] all or none: the order that was refused is named, and the others with it
  > Logon
  < Logon
  > NewOrderList ListID=l ContingencyType=OneTriggersTheOther [Symbol=MINE] [Symbol=MINE Price=1000001] [Symbol=MINE]
  < ListStatus ListID=l ClOrdID=o2 Symbol=MINE ListOrderStatus=Rejected Reason=PriceOutOfRange TotNoOrders=3
  < ExecutionReport ExecType=Rejected OrdStatus=Rejected ClOrdID=o1 Reason=ListRefused LeavesQty=0
  < ExecutionReport ExecType=Rejected OrdStatus=Rejected ClOrdID=o2 Reason=PriceOutOfRange LeavesQty=0
  < ExecutionReport ExecType=Rejected OrdStatus=Rejected ClOrdID=o3 Reason=ListRefused LeavesQty=0
  > NewOrderSingle ClOrdID=s Symbol=MINE Side=Sell
  < ExecutionReport ExecType=New ClOrdID=s
O-10 [Lists and quotes] the first refusal is that of the list
  > Logon
  < Logon
  > NewOrderList [OrderQty=10000001] [Price=1000001]
  < ListStatus ClOrdID=o1 ListOrderStatus=Rejected Reason=QuantityOutOfRange
  < ExecutionReport ExecType=Rejected ClOrdID=o1 Reason=QuantityOutOfRange
  < ExecutionReport ExecType=Rejected ClOrdID=o2 Reason=ListRefused
O-11 [Lists and quotes] each is judged as if those before it were accepted: together they may be more than there is
  > Logon
  < Logon
  > NewOrderList ContingencyType=OneTriggersTheOther [Symbol=MINE Side=Sell Price=900000 OrderQty=60000] [Symbol=MINE Side=Sell Price=900000 OrderQty=60000]
  < ListStatus ClOrdID=o2 ListOrderStatus=Rejected Reason=InsufficientFunds
  < ExecutionReport ExecType=Rejected ClOrdID=o1 Reason=ListRefused
  < ExecutionReport ExecType=Rejected ClOrdID=o2 Reason=InsufficientFunds OrdRejReason=25
O-12 [Lists and quotes] a list that was refused holds nothing
  > Logon
  < Logon
  > NewOrderList [Side=Sell Price=900000 OrderQty=100000 Symbol=MINE] [Price=1000001 Symbol=MINE]
  > NewOrderSingle ClOrdID=s Side=Sell Price=900000 OrderQty=100000 Symbol=MINE
  < ListStatus ClOrdID=o2 ListOrderStatus=Rejected Reason=PriceOutOfRange
  < ExecutionReport times=2 ExecType=Rejected
  < ExecutionReport ExecType=New ClOrdID=s
O-13 [Lists and quotes] a ClOrdID is used once, in a list too
  > Logon
  < Logon
  > NewOrderList [ClOrdID=same] [ClOrdID=same]
  < ListStatus ClOrdID=same ListOrderStatus=Rejected Reason=DuplicateClOrdId
  < ExecutionReport ExecType=Rejected ClOrdID=same Reason=ListRefused
  < ExecutionReport ExecType=Rejected ClOrdID=same Reason=DuplicateClOrdId
O-14 [Lists and quotes] and by one of its account
  > Logon
  < Logon
  > NewOrderSingle ClOrdID=o{1,2}
  > NewOrderList [] []
  < ExecutionReport ExecType=New
  < ListStatus ClOrdID=o{1,2} ListOrderStatus=Rejected Reason=DuplicateClOrdId
  < ExecutionReport ExecType=Rejected ClOrdID=o1 Reason={DuplicateClOrdId,ListRefused}
  < ExecutionReport ExecType=Rejected ClOrdID=o2 Reason={ListRefused,DuplicateClOrdId}
O-15 [Lists and quotes] the market refuses the first order, where it takes none
  > Logon
  < Logon
  > NewOrderList [Symbol={CLOSED,NONE}] [Symbol={CLOSED,NONE}]
  < ListStatus ClOrdID=o1 Symbol={CLOSED,NONE} ListOrderStatus=Rejected Reason={PhaseForbids,UnknownSymbol}
  < ExecutionReport ExecType=Rejected ClOrdID=o1 Reason={PhaseForbids,UnknownSymbol}
  < ExecutionReport ExecType=Rejected ClOrdID=o2 Reason=ListRefused
O-16 [NewOrderList] ListID(66) is needed
  > Logon
  < Logon
  > NewOrderList ListID={,"\\x00a"} [] []
  < Reject RefSeqNum=1 RefMsgType=69 RefTagID=66 SessionRejectReason=RequiredTagMissing
O-17 [NewOrderList] and is of A-Z a-z 0-9 _ -, then only NULs
  > Logon
  < Logon
  > NewOrderList ListID={"a b",a.b,"\\xe9","a\\x00b","a "} [] []
  < Reject RefTagID=66 SessionRejectReason=IncorrectDataFormat Text="ListID(66) must be 1-36 of A-Z a-z 0-9 _ -"
O-18 [NewOrderList] at 1 and 36 characters it is taken, and it may come again
  > Logon
  < Logon
  > NewOrderList ListID={A,abcdefghijklmnopqrstuvwxyz_-12345678} [] [Price=90]
  > NewOrderList ListID={A,abcdefghijklmnopqrstuvwxyz_-12345678} [ClOrdID=p1] [ClOrdID=p2 Price=90]
  < ListStatus ListID={A,abcdefghijklmnopqrstuvwxyz_-12345678} ListOrderStatus=Executing
  < ExecutionReport times=2 ExecType=New
  < ListStatus ListID={A,abcdefghijklmnopqrstuvwxyz_-12345678} ListOrderStatus=Executing
  < ExecutionReport times=2 ExecType=New
O-19 [NewOrderList] ContingencyType(1385) is needed
  > Logon
  < Logon
  > NewOrderList ContingencyType=None [] []
  < Reject RefTagID=1385 SessionRejectReason=RequiredTagMissing
O-20 [NewOrderList] and is 1, 2 or 101
  > Logon
  < Logon
  > NewOrderList ContingencyType={3,100,102,255} [] []
  < Reject RefTagID=1385 SessionRejectReason=ValueOutOfRange
O-21 [NewOrderList] three do not cancel each other
  > Logon
  < Logon
  > NewOrderList ContingencyType=OneCancelsTheOther [] [] []
  < Reject RefTagID=73 SessionRejectReason=IncorrectNumInGroup Text="NoOrders(73) must be 2 with ContingencyType(1385) 1"
O-22 [Frame] a list has two or three orders, as many as are there or not
  > Logon
  < Logon
  > NewOrderList {count=0,[],[] [] [] [],[] [] count=0,[] [] count=1,[] [] count=4,[] [] count=65535}
  < Reject RefSeqNum=1 RefTagID=73 SessionRejectReason=IncorrectNumInGroup Text="NoOrders(73) must be from 2 to 3"
O-23 [Frame] its group is within its frame
  > Logon
  < Logon
  > NewOrderList ContingencyType=OneTriggersTheOther {behind=0,behind=3,count=2,count=2 behind=351,[] [] count=3,[] count=2 behind=175}
  < Reject RefTagID=73 SessionRejectReason=IncorrectNumInGroup Text="NoOrders(73) is more entries than there are in the frame"
O-24 [Frame] nothing stands behind it
  > Logon
  < Logon
  > NewOrderList {[] [] behind=1,[] [] [] count=2}
  < Reject RefTagID=null SessionRejectReason=IncorrectDataFormat Text="bytes behind the last entry of the group"
O-25 [Frame] an order of it is no shorter than version 2 has it
  > Logon
  < Logon
  > NewOrderList [] [] {entryShorter=1,entryShorter=104,entryLength=175,entryLength=0,entryLength=72}
  < Reject RefTagID=null SessionRejectReason=IncorrectDataFormat Text="blockLength is too short for an entry of this group"
O-26 [Frame] nor longer
  > Logon
  < Logon
  > NewOrderList [] [] {entryLonger=1,entryLonger=8,entryLength=177,entryLength=65535}
  < Reject RefTagID=null SessionRejectReason=IncorrectDataFormat Text="blockLength is too long for an entry, in this version"
O-27 [Versions] in a newer version it may be, and bytes may stand behind the group: both are skipped
  > Logon
  < Logon
  > NewOrderList version=3 entryLonger={1,8,0,8} behind={0,0,4,4} longer={0,8,0,8} [Price=80] [Price=90]
  < ListStatus ListOrderStatus=Executing TotNoOrders=2
  < ExecutionReport ExecType=New ClOrdID=o1 Price=80
  < ExecutionReport ExecType=New ClOrdID=o2 Price=90
O-28 [Versions] but not longer than the frame
  > Logon
  < Logon
  > NewOrderList version=3 [] [] entryLength={177,32768,65535}
  < Reject RefTagID=73 SessionRejectReason=IncorrectNumInGroup
O-29 [Lists and quotes] what is wrong with an order is told with its place
  > Logon
  < Logon
  > NewOrderList ContingencyType=OneTriggersTheOther {[ClOrdID=] [] [],[] [ClOrdID=] [],[] [] [ClOrdID=]}
  < Reject RefTagID=11 SessionRejectReason=RequiredTagMissing Text="#{1,2,3}: Required tag missing: ClOrdID(11)"
O-30 [Lists and quotes] of each field: what an order may not say alone it may not say in a list
  > Logon
  < Logon
  > NewOrderList [] [{Side=0,Side=3,OrdType=0,OrdType=2,TimeInForce=0,TimeInForce='5',Symbol=,OrderQty=null,OrderQty=0,OrderQty=2^53,Price=null,Price=2^53,StopPx=1,PostOnly=3,SelfTradePrevention=5,ExecInst=3}]
  < Reject RefTagID={54,54,40,40,59,59,55,38,38,38,44,44,99,25134,2964,18}
O-31 [Lists and quotes] no order names a link of its own
  > Logon
  < Logon
  > NewOrderList [] [ContingencyType={OneCancelsTheOther,OneTriggersTheOther,OneTriggersOnFirstFill} LinkClOrdID=o1]
  < Reject RefTagID=1385 SessionRejectReason=ValueOutOfRange Text="#2: ContingencyType(1385) must be 0 in an order of a list"
O-32 [Lists and quotes] nor another symbol
  > Logon
  < Logon
  > NewOrderList ContingencyType=OneTriggersTheOther {[] [Symbol=LENT] [],[] [] [Symbol=LENT]}
  < Reject RefTagID=55 SessionRejectReason=ValueOutOfRange Text="#{2,3}: Symbol(55) must be the same in all orders of a list"
O-33 [NewOrderList] one that is refused has used its number up, and its orders' ids not
  > Logon
  < Logon
  > NewOrderList [] [Side=0]
  > NewOrderList #2 [] [Price=90]
  < Reject RefSeqNum=1 RefTagID=54
  < ListStatus ListOrderStatus=Executing #1
  < ExecutionReport times=2 ExecType=New
O-34 [NewOrderList] bytes that are reserved are not looked at
  > Logon
  < Logon
  > NewOrderList Reserved=255 Reserved2=65535 [] [Price=90]
  < ListStatus ListOrderStatus=Executing
  < ExecutionReport times=2 ExecType=New
O-35 [Session] its ListStatus is a report: it is numbered, and told again
  > Logon
  < Logon
  > NewOrderList [] [Price=90]
  < ListStatus ListID=l1 #1
  < ExecutionReport ClOrdID=o1 #2
  < ExecutionReport ClOrdID=o2 #3
  > ResendRequest
  < ListStatus ListID=l1 ListOrderStatus=Executing PossDup #1
  < ExecutionReport ClOrdID=o1 PossDup #2
  < ExecutionReport ClOrdID=o2 PossDup #3
`,
}
