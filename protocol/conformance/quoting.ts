/** Cases: MassQuote and QuoteCancel. */
import type { Area } from './case.ts'

export const QUOTES: Area = {
  letter: 'M',
  title: 'MassQuote and QuoteCancel',
  venue: 'open',
  text: `
M-01 [Lists and quotes] quotes are told by one acknowledgement, entry by entry, and by no report
  > Logon
  < Logon
  > MassQuote QuoteID=q [Symbol=MINE BidPx=90 BidSize=2 OfferPx=110 OfferSize=3] [Symbol=LENT BidPx=80 BidSize=1]
  < MassQuoteAcknowledgement QuoteID=q QuoteStatus=Accepted Reason=None TotalAffectedOrders=0 [Symbol=MINE BidReason=None OfferReason=None] [Symbol=LENT BidReason=None OfferOrderID=null OfferReason=None] #1
M-02 [Lists and quotes] a fill is told by the QuoteID
  > Logon
  < Logon
  > MassQuote QuoteID=q [Symbol=MINE BidPx=90 BidSize=2 OfferPx=110 OfferSize=3]
  < MassQuoteAcknowledgement
  > NewOrderSingle ClOrdID=s Symbol=MINE Side=Sell OrderQty=1 Price=90
  < ExecutionReport ExecType=New ClOrdID=s
  < ExecutionReport ExecType=Trade ClOrdID=q Side=Buy OrdType=Limit TimeInForce=Day OrderQty=2 LastQty=1 LastPx=90 LeavesQty=1 AggressorIndicator=0
  < ExecutionReport ExecType=Trade ClOrdID=s LastQty=1
M-03 [Lists and quotes] a quote that takes is told behind the acknowledgement
  > Logon
  < Logon
  > NewOrderSingle ClOrdID=s Symbol=MINE Side=Sell OrderQty=5 Price=90
  > MassQuote QuoteID=q [Symbol=MINE BidPx=95 BidSize=2]
  < ExecutionReport ExecType=New ClOrdID=s
  < MassQuoteAcknowledgement [Symbol=MINE BidReason=None]
  < ExecutionReport ExecType=Trade ClOrdID=s LastPx=90
  < ExecutionReport ExecType=Trade ClOrdID=q LastPx=90 AggressorIndicator=1 OrdStatus=Filled
M-04 [Lists and quotes] a quote takes the place of the one before, of its symbol and side
  > Logon
  < Logon
  > MassQuote [Symbol=MINE BidPx=90 BidSize=2 OfferPx=110 OfferSize=3]
  > MassQuote QuoteID=second [Symbol=MINE BidPx=80 BidSize=1]
  < MassQuoteAcknowledgement times=2 QuoteStatus=Accepted
  > NewOrderSingle ClOrdID=s Symbol=MINE Side=Sell OrderQty=9 Price=80 TimeInForce=ImmediateOrCancel
  < ExecutionReport ExecType=New ClOrdID=s
  < ExecutionReport ExecType=Trade ClOrdID=second LastPx=80 LastQty=1
  < ExecutionReport ExecType=Trade ClOrdID=s
  < ExecutionReport ExecType=Expired ClOrdID=s
  > QuoteCancel
  < MassQuoteAcknowledgement TotalAffectedOrders=1
M-05 [Lists and quotes] a size of 0 takes it back, where there is one or not
  > Logon
  < Logon
  > MassQuote [Symbol=MINE BidPx=90 BidSize=2 OfferPx=110 OfferSize=3]
  > MassQuote [Symbol=MINE BidSize={0,null,0} OfferSize={null,0,0}] [Symbol=LENT BidSize=0]
  > QuoteCancel
  < MassQuoteAcknowledgement
  < MassQuoteAcknowledgement [Symbol=MINE BidOrderID=null BidReason=None OfferOrderID=null OfferReason=None] [Symbol=LENT BidOrderID=null BidReason=None]
  < MassQuoteAcknowledgement TotalAffectedOrders={1,1,0}
M-06 [Lists and quotes] one message may name a symbol again: the last stands
  > Logon
  < Logon
  > MassQuote [Symbol=MINE BidPx=90 BidSize=2]x32
  > QuoteCancel
  < MassQuoteAcknowledgement QuoteStatus=Accepted count=32
  < MassQuoteAcknowledgement TotalAffectedOrders=1
M-07 [Lists and quotes] a side that is refused says why, and leaves the other alone
  > Logon
  < Logon
  > MassQuote [Symbol=MINE BidPx={1000001,90,90} BidSize={2,10000001,2} OfferPx={110,110,1000001} OfferSize=3]
  > QuoteCancel
  < MassQuoteAcknowledgement QuoteStatus=Accepted [Symbol=MINE BidReason={PriceOutOfRange,QuantityOutOfRange,None} OfferReason={None,None,PriceOutOfRange}]
  < MassQuoteAcknowledgement TotalAffectedOrders=1
M-08 [Lists and quotes] what was quoted before is gone all the same
  > Logon
  < Logon
  > MassQuote [Symbol=MINE BidPx=90 BidSize=2]
  > MassQuote [Symbol=MINE BidPx=1000001 BidSize=2]
  > QuoteCancel
  < MassQuoteAcknowledgement
  < MassQuoteAcknowledgement [BidOrderID=null BidReason=PriceOutOfRange]
  < MassQuoteAcknowledgement TotalAffectedOrders=0
M-09 [Lists and quotes] an entry that is refused leaves the others alone
  > Logon
  < Logon
  > MassQuote [Symbol=MINE BidPx=90 BidSize=2] [Symbol={NONE,CLOSED} BidPx=90 BidSize=2 OfferPx=110 OfferSize=1] [Symbol=LENT BidPx=80 BidSize=1]
  < MassQuoteAcknowledgement QuoteStatus=Accepted [Symbol=MINE BidReason=None] [Symbol={NONE,CLOSED} BidOrderID=null BidReason={UnknownSymbol,PhaseForbids} OfferOrderID=null OfferReason={UnknownSymbol,PhaseForbids}] [Symbol=LENT BidReason=None]
M-10 [Lists and quotes] what the account has not it cannot quote
  > Logon
  < Logon
  > MassQuote [Symbol=MINE OfferPx=110 OfferSize=100001]
  < MassQuoteAcknowledgement QuoteStatus=Accepted [Symbol=MINE OfferOrderID=null OfferReason=InsufficientFunds]
M-11 [MassQuote] PostOnly(25134): one that would take is refused, or slides
  > Logon
  < Logon
  > NewOrderSingle ClOrdID=s Symbol=MINE Side=Sell OrderQty=5 Price=90
  > MassQuote PostOnly={Reject,Slide} [Symbol=MINE BidPx=95 BidSize=2]
  < ExecutionReport ExecType=New ClOrdID=s
  < MassQuoteAcknowledgement [Symbol=MINE BidReason={WouldTrade,None}]
M-12 [MassQuote] SelfTradePrevention(2964): on meeting an order of its own
  > Logon
  < Logon
  > NewOrderSingle ClOrdID=s Symbol=MINE Side=Sell OrderQty=5 Price=90
  > MassQuote QuoteID=q SelfTradePrevention=ExpireMaker [Symbol=MINE BidPx=95 BidSize=2]
  > QuoteCancel
  < ExecutionReport ExecType=New ClOrdID=s
  < MassQuoteAcknowledgement [Symbol=MINE BidReason=None]
  < ExecutionReport ExecType=Expired ClOrdID=s Reason=SelfTrade
  < MassQuoteAcknowledgement TotalAffectedOrders=1
M-13 [MassQuote] QuoteID(117) is needed
  > Logon
  < Logon
  > MassQuote QuoteID={,"\\x00a"} [BidSize=0]
  < Reject RefSeqNum=1 RefMsgType=105 RefTagID=117 SessionRejectReason=RequiredTagMissing
M-14 [MassQuote] and is of A-Z a-z 0-9 _ -, then only NULs
  > Logon
  < Logon
  > MassQuote QuoteID={"a b",a.b,"\\xe9","a\\x00b","a "} [BidSize=0]
  < Reject RefTagID=117 SessionRejectReason=IncorrectDataFormat Text="QuoteID(117) must be 1-36 of A-Z a-z 0-9 _ -"
M-15 [MassQuote] at 1 and 36 characters it is taken, and it may come again
  > Logon
  < Logon
  > MassQuote QuoteID={A,abcdefghijklmnopqrstuvwxyz_-12345678} [BidSize=0] times=2
  < MassQuoteAcknowledgement QuoteID={A,abcdefghijklmnopqrstuvwxyz_-12345678} QuoteStatus=Accepted times=2
M-16 [MassQuote] PostOnly(25134), SelfTradePrevention(2964) and ProtectionReset(25201) are in their sets
  > Logon
  < Logon
  > MassQuote {PostOnly=3,PostOnly=255,SelfTradePrevention=5,SelfTradePrevention=255,ProtectionReset=2,ProtectionReset=255} [BidSize=0]
  < Reject RefTagID={25134,25134,2964,2964,25201,25201} SessionRejectReason=ValueOutOfRange
M-17 [MassQuote] ProtectionWindow(25202) is at most a day
  > Logon
  < Logon
  > MassQuote ProtectionWindow={86401,2^31,2^32-2} [BidSize=0]
  < Reject RefTagID=25202 SessionRejectReason=ValueOutOfRange
M-18 [MassQuote] from 0 to a day it is taken, and its limits from 0
  > Logon
  < Logon
  > MassQuote ProtectionWindow={0,1,86400,86400} ProtectionFills={null,0,null,2^32-2} ProtectionQty={null,0,null,2^53-1} ProtectionNotional={null,0,null,2^53-1} ProtectionNet={null,0,null,2^53-1} [Symbol=MINE BidSize=0]
  < MassQuoteAcknowledgement QuoteStatus=Accepted
M-19 [MassQuote] a limit goes with a window, and only with one
  > Logon
  < Logon
  > MassQuote ProtectionWindow={null,null,null,null,0,0,0,0} {ProtectionFills,ProtectionQty,ProtectionNotional,ProtectionNet,ProtectionFills,ProtectionQty,ProtectionNotional,ProtectionNet}=1 [BidSize=0]
  < Reject RefTagID={25203,25204,25205,25206,25203,25204,25205,25206} SessionRejectReason=ValueOutOfRange
M-20 [MassQuote] and is from 0 to 2^53-1
  > Logon
  < Logon
  > MassQuote ProtectionWindow=60 {ProtectionQty=-1,ProtectionQty=2^53,ProtectionNotional=-1,ProtectionNotional=2^53,ProtectionNet=-1,ProtectionNet=2^63-1} [BidSize=0]
  < Reject RefTagID={25204,25204,25205,25205,25206,25206} SessionRejectReason=ValueOutOfRange
M-21 [Lists and quotes] Symbol(55) of an entry is needed, and padded with NULs: what is wrong is told with its place
  > Logon
  < Logon
  > MassQuote [BidSize=0] [Symbol={,"A\\x00B"} BidSize=0]
  < Reject RefTagID=55 SessionRejectReason={RequiredTagMissing,IncorrectDataFormat}
M-22 [MassQuote] a price goes with a size above 0, and a size above 0 with a price
  > Logon
  < Logon
  > MassQuote [{BidPx=90,BidPx=90 BidSize=0,BidSize=1,OfferPx=90,OfferPx=90 OfferSize=0,OfferSize=1}]
  < Reject RefTagID={132,132,132,133,133,133} SessionRejectReason={ValueOutOfRange,ValueOutOfRange,RequiredTagMissing,ValueOutOfRange,ValueOutOfRange,RequiredTagMissing}
M-23 [MassQuote] a size is from 0 to 2^53-1, a price within 2^53-1
  > Logon
  < Logon
  > MassQuote [{BidPx=1 BidSize=-1,BidPx=1 BidSize=2^53,BidPx=2^53 BidSize=1,BidPx=-2^53 BidSize=1,OfferPx=1 OfferSize=-1,OfferPx=1 OfferSize=2^53,OfferPx=2^53 OfferSize=1,OfferPx=-2^53 OfferSize=1}]
  < Reject RefTagID={134,134,132,132,135,135,133,133} SessionRejectReason=ValueOutOfRange
M-24 [MassQuote] an entry gives one side at least
  > Logon
  < Logon
  > MassQuote [BidSize=0] [BidSize=0] []
  < Reject RefTagID=134 SessionRejectReason=RequiredTagMissing Text="#3: Required tag missing: BidSize(134)"
M-25 [Frame] it has from 1 to 32 entries, as many as are there or not
  > Logon
  < Logon
  > MassQuote {count=0,[BidSize=0]x33,[BidSize=0] count=0,[BidSize=0] count=33,[BidSize=0] count=65535}
  < Reject RefSeqNum=1 RefTagID=295 SessionRejectReason=IncorrectNumInGroup Text="NoQuoteEntries(295) must be from 1 to 32"
M-26 [Frame] its group is within its frame
  > Logon
  < Logon
  > MassQuote {behind=0,behind=3,count=1,count=1 behind=47,[BidSize=0] count=2,[BidSize=0] count=32,[BidSize=0]x31 count=32}
  < Reject RefTagID=295 SessionRejectReason=IncorrectNumInGroup Text="NoQuoteEntries(295) is more entries than there are in the frame"
M-27 [Frame] entries are as long as version 2 has them, and nothing stands behind them
  > Logon
  < Logon
  > MassQuote [BidSize=0] [BidSize=0] {entryShorter=1,entryLength=47,entryLength=0,entryLonger=1,entryLength=65535,behind=1,count=1}
  < Reject RefTagID=null SessionRejectReason=IncorrectDataFormat
M-28 [Versions] in a newer version they may be longer, and bytes may stand behind the group: both are skipped
  > Logon
  < Logon
  > MassQuote version=3 entryLonger={1,8,0,8} behind={0,0,4,4} longer={0,8,0,8} [Symbol=MINE BidPx=90 BidSize=1] [Symbol=LENT BidSize=0]
  < MassQuoteAcknowledgement QuoteStatus=Accepted [Symbol=MINE BidReason=None] [Symbol=LENT BidReason=None]
M-29 [Versions] but not longer than the frame
  > Logon
  < Logon
  > MassQuote version=3 [BidSize=0] entryLength={49,32768,65535}
  < Reject RefTagID=295 SessionRejectReason=IncorrectNumInGroup
M-30 [MassQuote] one that is refused has used its number up, and takes nothing back
  > Logon
  < Logon
  > MassQuote [Symbol=MINE BidPx=90 BidSize=1]
  > MassQuote [Symbol=MINE BidSize=0] []
  > QuoteCancel #3
  < MassQuoteAcknowledgement
  < Reject RefSeqNum=2 RefTagID=134
  < MassQuoteAcknowledgement TotalAffectedOrders=1
M-31 [Lists and quotes] protection: fills beyond a limit end what is left of the quotes, and refuse new ones until it is reset
  > Logon
  < Logon
  > MassQuote QuoteID=q ProtectionWindow=3600 {ProtectionFills=0,ProtectionQty=1,ProtectionNotional=179,ProtectionNet=1} [Symbol=MINE BidPx=90 BidSize=5 OfferPx=110 OfferSize=5]
  > NewOrderSingle ClOrdID=s Symbol=MINE Side=Sell OrderQty=2 Price=90
  < MassQuoteAcknowledgement
  < ExecutionReport ExecType=New ClOrdID=s
  < ExecutionReport ExecType=Trade ClOrdID=q
  < ExecutionReport ExecType=Trade ClOrdID=s
  < ExecutionReport ExecType=Canceled ClOrdID=q Side=Buy Reason=QuoteProtection CumQty=2
  < ExecutionReport ExecType=Canceled ClOrdID=q Side=Sell Reason=QuoteProtection CumQty=0
  > MassQuote [Symbol=MINE BidPx=90 BidSize=5] [Symbol=LENT BidPx=80 BidSize=1]
  < MassQuoteAcknowledgement QuoteStatus=Accepted [Symbol=MINE BidOrderID=null BidReason=QuoteProtection] [Symbol=LENT BidReason=None]
  > MassQuote ProtectionReset=1 [Symbol=MINE BidPx=90 BidSize=5]
  < MassQuoteAcknowledgement [Symbol=MINE BidReason=None]
M-32 [Lists and quotes] at its limit it is not tripped
  > Logon
  < Logon
  > MassQuote QuoteID=q ProtectionWindow=3600 ProtectionFills=1 ProtectionQty=2 ProtectionNet=2 [Symbol=MINE BidPx=90 BidSize=5 OfferPx=110 OfferSize=5]
  > NewOrderSingle ClOrdID=s Symbol=MINE Side=Sell OrderQty=2 Price=90
  > QuoteCancel
  < MassQuoteAcknowledgement
  < ExecutionReport ExecType=New ClOrdID=s
  < ExecutionReport ExecType=Trade ClOrdID=q
  < ExecutionReport ExecType=Trade ClOrdID=s
  < MassQuoteAcknowledgement TotalAffectedOrders=2
M-33 [Lists and quotes] without a window the limits stay as they were; with 0 there are none
  > Logon
  < Logon
  > MassQuote ProtectionWindow=3600 ProtectionFills=0 [Symbol=MINE BidPx=90 BidSize=5]
  > MassQuote QuoteID=q ProtectionWindow={null,0} [Symbol=MINE BidPx=90 BidSize=5]
  > NewOrderSingle ClOrdID=s Symbol=MINE Side=Sell OrderQty=5 Price=90
  > MassQuote [Symbol=MINE BidPx=90 BidSize=5]
  < MassQuoteAcknowledgement times=2
  < ExecutionReport ExecType=New ClOrdID=s
  < ExecutionReport ExecType=Trade ClOrdID=q
  < ExecutionReport ExecType=Trade ClOrdID=s
  < MassQuoteAcknowledgement [Symbol=MINE BidReason={QuoteProtection,None}]
M-34 [QuoteCancel] it takes back the quotes of a symbol, or all, and no order
  > Logon
  < Logon
  > NewOrderSingle Symbol=MINE Price=80
  > MassQuote [Symbol=MINE BidPx=90 BidSize=2 OfferPx=110 OfferSize=3] [Symbol=LENT BidPx=80 BidSize=1]
  > QuoteCancel QuoteID=z Symbol={MINE,LENT,}
  > QuoteCancel
  < ExecutionReport ExecType=New
  < MassQuoteAcknowledgement
  < MassQuoteAcknowledgement QuoteID=z QuoteStatus={CanceledForSymbol,CanceledForSymbol,CanceledAll} Reason=None TotalAffectedOrders={2,1,3} count=0
  < MassQuoteAcknowledgement QuoteStatus=CanceledAll TotalAffectedOrders={1,2,0} count=0
M-35 [QuoteCancel] of a symbol that nobody knows it is refused
  > Logon
  < Logon
  > QuoteCancel Symbol=NONE
  < MassQuoteAcknowledgement QuoteStatus=Rejected Reason=UnknownSymbol TotalAffectedOrders=0 count=0
M-36 [QuoteCancel] QuoteID(117) is needed, and of A-Z a-z 0-9 _ -
  > Logon
  < Logon
  > QuoteCancel QuoteID={,a.b,"a ","a\\x00b"}
  < Reject RefMsgType=90 RefTagID=117 SessionRejectReason={RequiredTagMissing,IncorrectDataFormat,IncorrectDataFormat,IncorrectDataFormat}
M-37 [QuoteCancel] Symbol(55) is padded with NULs
  > Logon
  < Logon
  > QuoteCancel Symbol={"A\\x00B","\\x00A"}
  < Reject RefTagID=55 SessionRejectReason=IncorrectDataFormat
M-38 [Lists and quotes] a mass cancel ends quotes too, and tells it
  > Logon
  < Logon
  > MassQuote QuoteID=q [Symbol=MINE BidPx=90 BidSize=2 OfferPx=110 OfferSize=3]
  > OrderMassCancelRequest Symbol=MINE
  < MassQuoteAcknowledgement
  < ExecutionReport times=2 ExecType=Canceled Reason=MassCanceled
  < OrderMassCancelReport TotalAffectedOrders=2
M-39 [Session] its acknowledgement is a report: it is numbered, and told again with its entries
  > Logon
  < Logon
  > MassQuote QuoteID=q [Symbol=MINE BidPx=90 BidSize=2]
  > QuoteCancel
  < MassQuoteAcknowledgement #1
  < MassQuoteAcknowledgement #2
  > ResendRequest
  < MassQuoteAcknowledgement QuoteID=q [Symbol=MINE BidReason=None OfferOrderID=null] PossDup #1
  < MassQuoteAcknowledgement QuoteStatus=CanceledAll TotalAffectedOrders=1 count=0 PossDup #2
`,
}
