/**
 * Generated from protocol/schema.ts by `npm run generate`: do not edit.
 *
 * Flyweights: an object that stands over the bytes of one message and reads and writes them in place. `wrap` moves it;
 * nothing is copied or allocated, and it is good only as long as whoever owns the bytes leaves them alone.
 */
import { readInt64, writeInt64 } from './integers.ts'
import { readText, writeText } from './text.ts'

const NOTHING = new DataView(new ArrayBuffer(0))

/** Changes whenever any message does: a journal written under another one is refused. */
export const SCHEMA_HASH = '42d30728310d9662'

export const Side = {
  Buy: 49, // '1'
  Sell: 50, // '2'
} as const

export const OrdType = {
  Limit: 50, // '2'
} as const

export const TimeInForce = {
  GoodTillCancel: 49, // '1'
  ImmediateOrCancel: 51, // '3'
} as const

export const ExecType = {
  New: 48, // '0'
  Canceled: 52, // '4'
  Replaced: 53, // '5'
  Rejected: 56, // '8'
  Expired: 67, // 'C'
  Trade: 70, // 'F'
} as const

export const OrdStatus = {
  New: 48, // '0'
  PartiallyFilled: 49, // '1'
  Filled: 50, // '2'
  Canceled: 52, // '4'
  Rejected: 56, // '8'
  Expired: 67, // 'C'
} as const

export const CxlRejResponseTo = {
  OrderCancelRequest: 49, // '1'
  OrderCancelReplaceRequest: 50, // '2'
} as const

export const SessionStatus = {
  Active: 0,
  LogoutComplete: 4,
  BadCredentials: 5,
  LogonsNotAllowed: 7,
  MsgSeqNumTooLow: 9,
  NextExpectedTooHigh: 10,
} as const

export const SessionRejectReason = {
  RequiredTagMissing: 1,
  ValueOutOfRange: 5,
  IncorrectDataFormat: 6,
  SignatureProblem: 8,
  CompIdProblem: 9,
  SendingTimeAccuracy: 10,
  InvalidMsgType: 11,
  Other: 99,
} as const

export const Reason = {
  None: 0,
  UnknownSymbol: 1,
  PriceOutOfRange: 2,
  QuantityOutOfRange: 3,
  NotionalOutOfRange: 4,
  PriceCollar: 5,
  TooManyOpenOrders: 6,
  InsufficientFunds: 7,
  DuplicateClOrdId: 8,
  UnknownOrder: 9,
  TooLate: 10,
  IdsDisagree: 11,
  SideOrSymbolChanged: 12,
  BookFull: 13,
  UnfilledIoc: 14,
  CanceledByClient: 15,
  UnknownSession: 16,
  SessionLive: 17,
  InvalidDefinition: 18,
  UnknownCurrency: 19,
  UnknownAccount: 20,
  TableFull: 21,
  DuplicateReference: 22,
  InvalidInstruction: 23,
  PhaseForbids: 24,
  NoReferencePrice: 25,
  NoLiquidity: 26,
  WouldTrade: 27,
  UnfilledMinimum: 28,
  UnfilledMarket: 29,
  UnfilledAuction: 30,
  PriceBand: 31,
  SelfTrade: 32,
  ParentEnded: 33,
  LinkedOrder: 34,
  DayEnded: 35,
  DateReached: 36,
  KillSwitch: 37,
  PositionLimit: 38,
  ExposureLimit: 39,
  OrderTooLarge: 40,
  MessageRate: 41,
  DailyLoss: 42,
  MarketHalted: 43,
  MassCanceled: 44,
} as const

/** Opens a session. MsgSeqNum is the next application number and is not used up. MsgType A, both. */
export class Logon {
  static readonly TEMPLATE_ID = 65
  static readonly BLOCK_BYTES = 128
  static readonly SENDER_COMP_ID_OFFSET = 0
  static readonly TARGET_COMP_ID_OFFSET = 16
  static readonly RAW_DATA_OFFSET = 40
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** SenderCompID(49): who speaks. */
  get senderCompId(): string {
    return readText(this.view, this.at, 16)
  }
  set senderCompId(value: string) {
    writeText(this.view, this.at, 16, value)
  }

  /** TargetCompID(56): who is spoken to; the exchange is TRADSYS. */
  get targetCompId(): string {
    return readText(this.view, this.at + 16, 16)
  }
  set targetCompId(value: string) {
    writeText(this.view, this.at + 16, 16, value)
  }

  /** HeartBtInt(108): seconds between heartbeats, 5..60; the exchange echoes it. */
  get heartBtInt(): number {
    return this.view.getUint32(this.at + 32, true)
  }
  set heartBtInt(value: number) {
    this.view.setUint32(this.at + 32, value, true)
  }

  /** NextExpectedMsgSeqNum(789): the number the speaker expects to receive next. */
  get nextExpectedMsgSeqNum(): number {
    return this.view.getUint32(this.at + 36, true)
  }
  set nextExpectedMsgSeqNum(value: number) {
    this.view.setUint32(this.at + 36, value, true)
  }

  /** RawData(96): base64 Ed25519 signature, where the session has a key. */
  get rawData(): string {
    return readText(this.view, this.at + 40, 88)
  }
  set rawData(value: string) {
    writeText(this.view, this.at + 40, 88, value)
  }
}

/** Nothing was sent for HeartBtInt, or the answer to a TestRequest. MsgType 0, both. */
export class Heartbeat {
  static readonly TEMPLATE_ID = 48
  static readonly BLOCK_BYTES = 32
  static readonly TEST_REQ_ID_OFFSET = 0
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** TestReqID(112): of the TestRequest answered, else empty. */
  get testReqId(): string {
    return readText(this.view, this.at, 32)
  }
  set testReqId(value: string) {
    writeText(this.view, this.at, 32, value)
  }
}

/** Asks for a Heartbeat with the same TestReqID. MsgType 1, both. */
export class TestRequest {
  static readonly TEMPLATE_ID = 49
  static readonly BLOCK_BYTES = 32
  static readonly TEST_REQ_ID_OFFSET = 0
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** TestReqID(112): any text. */
  get testReqId(): string {
    return readText(this.view, this.at, 32)
  }
  set testReqId(value: string) {
    writeText(this.view, this.at, 32, value)
  }
}

/** Ends the session; the other side answers with a Logout and closes. MsgType 5, both. */
export class Logout {
  static readonly TEMPLATE_ID = 53
  static readonly BLOCK_BYTES = 66
  static readonly TEXT_OFFSET = 0
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** Text(58): why. */
  get text(): string {
    return readText(this.view, this.at, 64)
  }
  set text(value: string) {
    writeText(this.view, this.at, 64, value)
  }

  /** SessionStatus(1409): why, as a code. */
  get sessionStatus(): number {
    return this.view.getUint8(this.at + 64)
  }
  set sessionStatus(value: number) {
    this.view.setUint8(this.at + 64, value)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint8(this.at + 65)
  }
  set reserved(value: number) {
    this.view.setUint8(this.at + 65, value)
  }
}

/** The message could not be understood; its number is used up. MsgType 3, exchange. */
export class Reject {
  static readonly TEMPLATE_ID = 51
  static readonly BLOCK_BYTES = 76
  static readonly TEXT_OFFSET = 12
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** RefSeqNum(45): MsgSeqNum of the message refused. */
  get refSeqNum(): number {
    return this.view.getUint32(this.at, true)
  }
  set refSeqNum(value: number) {
    this.view.setUint32(this.at, value, true)
  }

  /** RefTagID(371): the tag at fault. All ones if absent. */
  get refTagId(): number {
    return this.view.getUint16(this.at + 4, true)
  }
  set refTagId(value: number) {
    this.view.setUint16(this.at + 4, value, true)
  }

  /** RefMsgType(372): template id of the message refused. */
  get refMsgType(): number {
    return this.view.getUint16(this.at + 6, true)
  }
  set refMsgType(value: number) {
    this.view.setUint16(this.at + 6, value, true)
  }

  /** SessionRejectReason(373): why, as a code. */
  get sessionRejectReason(): number {
    return this.view.getUint16(this.at + 8, true)
  }
  set sessionRejectReason(value: number) {
    this.view.setUint16(this.at + 8, value, true)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint16(this.at + 10, true)
  }
  set reserved(value: number) {
    this.view.setUint16(this.at + 10, value, true)
  }

  /** Text(58): why, in words. */
  get text(): string {
    return readText(this.view, this.at + 12, 64)
  }
  set text(value: string) {
    writeText(this.view, this.at + 12, 64, value)
  }
}

/** Enters an order. Answered by ExecutionReports: New, its trades, Expired for the rest of an IOC; or Rejected. MsgType D, client. */
export class NewOrderSingle {
  static readonly TEMPLATE_ID = 68
  static readonly BLOCK_BYTES = 72
  static readonly CL_ORD_ID_OFFSET = 0
  static readonly SYMBOL_OFFSET = 40
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** ClOrdID(11): client order id: 1-36 of A-Z a-z 0-9 _ -. */
  get clOrdId(): string {
    return readText(this.view, this.at, 36)
  }
  set clOrdId(value: string) {
    writeText(this.view, this.at, 36, value)
  }

  /** Side(54): buy or sell. */
  get side(): number {
    return this.view.getUint8(this.at + 36)
  }
  set side(value: number) {
    this.view.setUint8(this.at + 36, value)
  }

  /** OrdType(40): limit. */
  get ordType(): number {
    return this.view.getUint8(this.at + 37)
  }
  set ordType(value: number) {
    this.view.setUint8(this.at + 37, value)
  }

  /** TimeInForce(59): good till cancel, or immediate or cancel. */
  get timeInForce(): number {
    return this.view.getUint8(this.at + 38)
  }
  set timeInForce(value: number) {
    this.view.setUint8(this.at + 38, value)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint8(this.at + 39)
  }
  set reserved(value: number) {
    this.view.setUint8(this.at + 39, value)
  }

  /** Symbol(55): instrument, upper case, NUL-padded. */
  get symbol(): string {
    return readText(this.view, this.at + 40, 16)
  }
  set symbol(value: string) {
    writeText(this.view, this.at + 40, 16, value)
  }

  /** OrderQty(38): lots. */
  get orderQty(): number {
    return readInt64(this.view, this.at + 56)
  }
  set orderQty(value: number) {
    writeInt64(this.view, this.at + 56, value)
  }

  /** Price(44): ticks. */
  get price(): number {
    return readInt64(this.view, this.at + 64)
  }
  set price(value: number) {
    writeInt64(this.view, this.at + 64, value)
  }
}

/** Takes what is open of an order out of the book. Answered by an ExecutionReport (Canceled) or OrderCancelReject. MsgType F, client. */
export class OrderCancelRequest {
  static readonly TEMPLATE_ID = 70
  static readonly BLOCK_BYTES = 104
  static readonly CL_ORD_ID_OFFSET = 0
  static readonly ORIG_CL_ORD_ID_OFFSET = 36
  static readonly SYMBOL_OFFSET = 84
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** ClOrdID(11): id of this request; need only be well-formed. */
  get clOrdId(): string {
    return readText(this.view, this.at, 36)
  }
  set clOrdId(value: string) {
    writeText(this.view, this.at, 36, value)
  }

  /** OrigClOrdID(41): the order’s latest accepted id; may be empty with OrderID. */
  get origClOrdId(): string {
    return readText(this.view, this.at + 36, 36)
  }
  set origClOrdId(value: string) {
    writeText(this.view, this.at + 36, 36, value)
  }

  /** OrderID(37): the order; if both are given they must agree. INT64_NULL if absent. */
  get orderId(): number {
    return readInt64(this.view, this.at + 72)
  }
  set orderId(value: number) {
    writeInt64(this.view, this.at + 72, value)
  }

  /** Side(54): the order’s side. */
  get side(): number {
    return this.view.getUint8(this.at + 80)
  }
  set side(value: number) {
    this.view.setUint8(this.at + 80, value)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint8(this.at + 81)
  }
  set reserved(value: number) {
    this.view.setUint8(this.at + 81, value)
  }

  /** Reserved2(25102): 0. */
  get reserved2(): number {
    return this.view.getUint16(this.at + 82, true)
  }
  set reserved2(value: number) {
    this.view.setUint16(this.at + 82, value, true)
  }

  /** Symbol(55): instrument, upper case, NUL-padded. */
  get symbol(): string {
    return readText(this.view, this.at + 84, 16)
  }
  set symbol(value: string) {
    writeText(this.view, this.at + 84, 16, value)
  }

  /** Reserved3(25103): 0. */
  get reserved3(): number {
    return this.view.getUint32(this.at + 100, true)
  }
  set reserved3(value: number) {
    this.view.setUint32(this.at + 100, value, true)
  }
}

/** Changes price or total quantity. A smaller quantity keeps its place in the queue; another price or more loses it. MsgType G, client. */
export class OrderCancelReplaceRequest {
  static readonly TEMPLATE_ID = 71
  static readonly BLOCK_BYTES = 120
  static readonly CL_ORD_ID_OFFSET = 0
  static readonly ORIG_CL_ORD_ID_OFFSET = 36
  static readonly SYMBOL_OFFSET = 84
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** ClOrdID(11): the order’s id from now on, if accepted. */
  get clOrdId(): string {
    return readText(this.view, this.at, 36)
  }
  set clOrdId(value: string) {
    writeText(this.view, this.at, 36, value)
  }

  /** OrigClOrdID(41): the order’s latest accepted id; may be empty with OrderID. */
  get origClOrdId(): string {
    return readText(this.view, this.at + 36, 36)
  }
  set origClOrdId(value: string) {
    writeText(this.view, this.at + 36, 36, value)
  }

  /** OrderID(37): the order; if both are given they must agree. INT64_NULL if absent. */
  get orderId(): number {
    return readInt64(this.view, this.at + 72)
  }
  set orderId(value: number) {
    writeInt64(this.view, this.at + 72, value)
  }

  /** Side(54): the order’s side: it cannot change. */
  get side(): number {
    return this.view.getUint8(this.at + 80)
  }
  set side(value: number) {
    this.view.setUint8(this.at + 80, value)
  }

  /** OrdType(40): limit. */
  get ordType(): number {
    return this.view.getUint8(this.at + 81)
  }
  set ordType(value: number) {
    this.view.setUint8(this.at + 81, value)
  }

  /** TimeInForce(59): good till cancel. */
  get timeInForce(): number {
    return this.view.getUint8(this.at + 82)
  }
  set timeInForce(value: number) {
    this.view.setUint8(this.at + 82, value)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint8(this.at + 83)
  }
  set reserved(value: number) {
    this.view.setUint8(this.at + 83, value)
  }

  /** Symbol(55): instrument, upper case, NUL-padded. */
  get symbol(): string {
    return readText(this.view, this.at + 84, 16)
  }
  set symbol(value: string) {
    writeText(this.view, this.at + 84, 16, value)
  }

  /** Reserved3(25103): 0. */
  get reserved3(): number {
    return this.view.getUint32(this.at + 100, true)
  }
  set reserved3(value: number) {
    this.view.setUint32(this.at + 100, value, true)
  }

  /** OrderQty(38): new total in lots, filled ones included. */
  get orderQty(): number {
    return readInt64(this.view, this.at + 104)
  }
  set orderQty(value: number) {
    writeInt64(this.view, this.at + 104, value)
  }

  /** Price(44): ticks. */
  get price(): number {
    return readInt64(this.view, this.at + 112)
  }
  set price(value: number) {
    writeInt64(this.view, this.at + 112, value)
  }
}

/** What happened to an order. MsgSeqNum is the report’s number in its session, the same for ever. MsgType 8, exchange. */
export class ExecutionReport {
  static readonly TEMPLATE_ID = 56
  static readonly BLOCK_BYTES = 188
  static readonly CL_ORD_ID_OFFSET = 88
  static readonly ORIG_CL_ORD_ID_OFFSET = 124
  static readonly SYMBOL_OFFSET = 160
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** OrderID(37): the exchange’s id of the order; 0 if refused on entry. */
  get orderId(): number {
    return readInt64(this.view, this.at)
  }
  set orderId(value: number) {
    writeInt64(this.view, this.at, value)
  }

  /** ExecID(17): unique for ever. */
  get execId(): number {
    return readInt64(this.view, this.at + 8)
  }
  set execId(value: number) {
    writeInt64(this.view, this.at + 8, value)
  }

  /** OrderQty(38): lots ordered. */
  get orderQty(): number {
    return readInt64(this.view, this.at + 16)
  }
  set orderQty(value: number) {
    writeInt64(this.view, this.at + 16, value)
  }

  /** Price(44): ticks. */
  get price(): number {
    return readInt64(this.view, this.at + 24)
  }
  set price(value: number) {
    writeInt64(this.view, this.at + 24, value)
  }

  /** CumQty(14): lots filled so far. */
  get cumQty(): number {
    return readInt64(this.view, this.at + 32)
  }
  set cumQty(value: number) {
    writeInt64(this.view, this.at + 32, value)
  }

  /** LeavesQty(151): lots open; 0 once the order is closed. */
  get leavesQty(): number {
    return readInt64(this.view, this.at + 40)
  }
  set leavesQty(value: number) {
    writeInt64(this.view, this.at + 40, value)
  }

  /** LastQty(32): lots of this fill. INT64_NULL if absent. */
  get lastQty(): number {
    return readInt64(this.view, this.at + 48)
  }
  set lastQty(value: number) {
    writeInt64(this.view, this.at + 48, value)
  }

  /** LastPx(31): ticks of this fill. INT64_NULL if absent. */
  get lastPx(): number {
    return readInt64(this.view, this.at + 56)
  }
  set lastPx(value: number) {
    writeInt64(this.view, this.at + 56, value)
  }

  /** TradeID(1003): the trade, the same for both sides. INT64_NULL if absent. */
  get tradeId(): number {
    return readInt64(this.view, this.at + 64)
  }
  set tradeId(value: number) {
    writeInt64(this.view, this.at + 64, value)
  }

  /** CumQuoteQty(25017): money of all fills so far, smallest units. */
  get cumQuoteQty(): number {
    return readInt64(this.view, this.at + 72)
  }
  set cumQuoteQty(value: number) {
    writeInt64(this.view, this.at + 72, value)
  }

  /** TransactTime(60): when the sequencer took the command. */
  get transactTime(): number {
    return readInt64(this.view, this.at + 80)
  }
  set transactTime(value: number) {
    writeInt64(this.view, this.at + 80, value)
  }

  /** ClOrdID(11): the order’s id, or the request’s. */
  get clOrdId(): string {
    return readText(this.view, this.at + 88, 36)
  }
  set clOrdId(value: string) {
    writeText(this.view, this.at + 88, 36, value)
  }

  /** OrigClOrdID(41): after a cancel or replace: the order’s id before. */
  get origClOrdId(): string {
    return readText(this.view, this.at + 124, 36)
  }
  set origClOrdId(value: string) {
    writeText(this.view, this.at + 124, 36, value)
  }

  /** Symbol(55): instrument, upper case, NUL-padded. */
  get symbol(): string {
    return readText(this.view, this.at + 160, 16)
  }
  set symbol(value: string) {
    writeText(this.view, this.at + 160, 16, value)
  }

  /** ExecType(150): what happened. */
  get execType(): number {
    return this.view.getUint8(this.at + 176)
  }
  set execType(value: number) {
    this.view.setUint8(this.at + 176, value)
  }

  /** OrdStatus(39): where the order stands now. */
  get ordStatus(): number {
    return this.view.getUint8(this.at + 177)
  }
  set ordStatus(value: number) {
    this.view.setUint8(this.at + 177, value)
  }

  /** Side(54): buy or sell. */
  get side(): number {
    return this.view.getUint8(this.at + 178)
  }
  set side(value: number) {
    this.view.setUint8(this.at + 178, value)
  }

  /** OrdType(40): as ordered. */
  get ordType(): number {
    return this.view.getUint8(this.at + 179)
  }
  set ordType(value: number) {
    this.view.setUint8(this.at + 179, value)
  }

  /** TimeInForce(59): as ordered. */
  get timeInForce(): number {
    return this.view.getUint8(this.at + 180)
  }
  set timeInForce(value: number) {
    this.view.setUint8(this.at + 180, value)
  }

  /** AggressorIndicator(1057): 1: this order took, 0: it was resting. All ones if absent. */
  get aggressorIndicator(): number {
    return this.view.getUint8(this.at + 181)
  }
  set aggressorIndicator(value: number) {
    this.view.setUint8(this.at + 181, value)
  }

  /** Reason(25100): why it was refused or ended; see the table of reasons. */
  get reason(): number {
    return this.view.getUint16(this.at + 182, true)
  }
  set reason(value: number) {
    this.view.setUint16(this.at + 182, value, true)
  }

  /** OrdRejReason(103): FIX’s code for a refusal, else 0. */
  get ordRejReason(): number {
    return this.view.getUint16(this.at + 184, true)
  }
  set ordRejReason(value: number) {
    this.view.setUint16(this.at + 184, value, true)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint16(this.at + 186, true)
  }
  set reserved(value: number) {
    this.view.setUint16(this.at + 186, value, true)
  }
}

/** A cancel or replace was refused; the order, if there is one, is as it was. MsgType 9, exchange. */
export class OrderCancelReject {
  static readonly TEMPLATE_ID = 57
  static readonly BLOCK_BYTES = 100
  static readonly CL_ORD_ID_OFFSET = 16
  static readonly ORIG_CL_ORD_ID_OFFSET = 52
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** OrderID(37): the order, 0 if unknown. */
  get orderId(): number {
    return readInt64(this.view, this.at)
  }
  set orderId(value: number) {
    writeInt64(this.view, this.at, value)
  }

  /** TransactTime(60): when the sequencer took the command. */
  get transactTime(): number {
    return readInt64(this.view, this.at + 8)
  }
  set transactTime(value: number) {
    writeInt64(this.view, this.at + 8, value)
  }

  /** ClOrdID(11): the request’s id. */
  get clOrdId(): string {
    return readText(this.view, this.at + 16, 36)
  }
  set clOrdId(value: string) {
    writeText(this.view, this.at + 16, 36, value)
  }

  /** OrigClOrdID(41): the order’s id as asked. */
  get origClOrdId(): string {
    return readText(this.view, this.at + 52, 36)
  }
  set origClOrdId(value: string) {
    writeText(this.view, this.at + 52, 36, value)
  }

  /** OrdStatus(39): where the order stands; Rejected if unknown. */
  get ordStatus(): number {
    return this.view.getUint8(this.at + 88)
  }
  set ordStatus(value: number) {
    this.view.setUint8(this.at + 88, value)
  }

  /** CxlRejResponseTo(434): what was refused. */
  get cxlRejResponseTo(): number {
    return this.view.getUint8(this.at + 89)
  }
  set cxlRejResponseTo(value: number) {
    this.view.setUint8(this.at + 89, value)
  }

  /** Reason(25100): why; see the table of reasons. */
  get reason(): number {
    return this.view.getUint16(this.at + 90, true)
  }
  set reason(value: number) {
    this.view.setUint16(this.at + 90, value, true)
  }

  /** CxlRejReason(102): FIX’s code. */
  get cxlRejReason(): number {
    return this.view.getUint16(this.at + 92, true)
  }
  set cxlRejReason(value: number) {
    this.view.setUint16(this.at + 92, value, true)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint16(this.at + 94, true)
  }
  set reserved(value: number) {
    this.view.setUint16(this.at + 94, value, true)
  }

  /** Reserved3(25103): 0. */
  get reserved3(): number {
    return this.view.getUint32(this.at + 96, true)
  }
  set reserved3(value: number) {
    this.view.setUint32(this.at + 96, value, true)
  }
}

/** A currency of the venue. Said again with the same content it changes nothing. MsgType UC, command. */
export class CurrencyDefine {
  static readonly TEMPLATE_ID = 17237
  static readonly BLOCK_BYTES = 24
  static readonly CURRENCY_OFFSET = 0
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** Currency(15): code. */
  get currency(): string {
    return readText(this.view, this.at, 8)
  }
  set currency(value: string) {
    writeText(this.view, this.at, 8, value)
  }

  /** Decimals(25110): one unit of money is 10^-Decimals. */
  get decimals(): number {
    return this.view.getUint32(this.at + 8, true)
  }
  set decimals(value: number) {
    this.view.setUint32(this.at + 8, value, true)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint32(this.at + 12, true)
  }
  set reserved(value: number) {
    this.view.setUint32(this.at + 12, value, true)
  }

  /** PaperGrant(25111): units that a new paper account starts with; 0: none. */
  get paperGrant(): number {
    return readInt64(this.view, this.at + 16)
  }
  set paperGrant(value: number) {
    writeInt64(this.view, this.at + 16, value)
  }
}

/** An instrument and its limits. As a command it opens or changes one; as an event it tells everyone its number. MsgType UI, command. */
export class InstrumentDefine {
  static readonly TEMPLATE_ID = 18773
  static readonly BLOCK_BYTES = 128
  static readonly SYMBOL_OFFSET = 0
  static readonly BASE_CURRENCY_OFFSET = 16
  static readonly QUOTE_CURRENCY_OFFSET = 24
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** Symbol(55): instrument, upper case, NUL-padded. */
  get symbol(): string {
    return readText(this.view, this.at, 16)
  }
  set symbol(value: string) {
    writeText(this.view, this.at, 16, value)
  }

  /** BaseCurrency(25112): what is traded. */
  get baseCurrency(): string {
    return readText(this.view, this.at + 16, 8)
  }
  set baseCurrency(value: string) {
    writeText(this.view, this.at + 16, 8, value)
  }

  /** QuoteCurrency(15): what it is paid in. */
  get quoteCurrency(): string {
    return readText(this.view, this.at + 24, 8)
  }
  set quoteCurrency(value: string) {
    writeText(this.view, this.at + 24, 8, value)
  }

  /** Instrument(48): its number, from 0; absent in the command. All ones if absent. */
  get instrument(): number {
    return this.view.getUint32(this.at + 32, true)
  }
  set instrument(value: number) {
    this.view.setUint32(this.at + 32, value, true)
  }

  /** CollarBps(25113): a limit may cross the reference price by so much; 0: no collar. */
  get collarBps(): number {
    return this.view.getUint32(this.at + 36, true)
  }
  set collarBps(value: number) {
    this.view.setUint32(this.at + 36, value, true)
  }

  /** PriceDecimals(25114): TickSize is in 10^-PriceDecimals. */
  get priceDecimals(): number {
    return this.view.getUint32(this.at + 40, true)
  }
  set priceDecimals(value: number) {
    this.view.setUint32(this.at + 40, value, true)
  }

  /** LotDecimals(25115): LotSize is in 10^-LotDecimals. */
  get lotDecimals(): number {
    return this.view.getUint32(this.at + 44, true)
  }
  set lotDecimals(value: number) {
    this.view.setUint32(this.at + 44, value, true)
  }

  /** TickSize(969): one tick. */
  get tickSize(): number {
    return readInt64(this.view, this.at + 48)
  }
  set tickSize(value: number) {
    writeInt64(this.view, this.at + 48, value)
  }

  /** LotSize(1234): one lot. */
  get lotSize(): number {
    return readInt64(this.view, this.at + 56)
  }
  set lotSize(value: number) {
    writeInt64(this.view, this.at + 56, value)
  }

  /** PriceMin(25116): lowest price, ticks. */
  get priceMin(): number {
    return readInt64(this.view, this.at + 64)
  }
  set priceMin(value: number) {
    writeInt64(this.view, this.at + 64, value)
  }

  /** PriceMax(25117): highest price, ticks, at most 2^31-1. */
  get priceMax(): number {
    return readInt64(this.view, this.at + 72)
  }
  set priceMax(value: number) {
    writeInt64(this.view, this.at + 72, value)
  }

  /** QtyMin(25118): smallest order, lots. */
  get qtyMin(): number {
    return readInt64(this.view, this.at + 80)
  }
  set qtyMin(value: number) {
    writeInt64(this.view, this.at + 80, value)
  }

  /** QtyMax(1140): largest order, lots, at most 2^31-1. */
  get qtyMax(): number {
    return readInt64(this.view, this.at + 88)
  }
  set qtyMax(value: number) {
    writeInt64(this.view, this.at + 88, value)
  }

  /** NotionalMin(25119): smallest order, units of the quote currency. */
  get notionalMin(): number {
    return readInt64(this.view, this.at + 96)
  }
  set notionalMin(value: number) {
    writeInt64(this.view, this.at + 96, value)
  }

  /** NotionalMax(25120): largest order, units of the quote currency. */
  get notionalMax(): number {
    return readInt64(this.view, this.at + 104)
  }
  set notionalMax(value: number) {
    writeInt64(this.view, this.at + 104, value)
  }

  /** ReferencePrice(25121): for the collar until the first trade, ticks; 0: none. */
  get referencePrice(): number {
    return readInt64(this.view, this.at + 112)
  }
  set referencePrice(value: number) {
    writeInt64(this.view, this.at + 112, value)
  }

  /** OpenOrdersMax(25122): open orders that an account may have here. */
  get openOrdersMax(): number {
    return this.view.getUint32(this.at + 120, true)
  }
  set openOrdersMax(value: number) {
    this.view.setUint32(this.at + 120, value, true)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint32(this.at + 124, true)
  }
  set reserved(value: number) {
    this.view.setUint32(this.at + 124, value, true)
  }
}

/** A session that may log on, and the account it trades for. MsgType UN, command. */
export class SessionDefine {
  static readonly TEMPLATE_ID = 20053
  static readonly BLOCK_BYTES = 32
  static readonly COMP_ID_OFFSET = 0
  static readonly ACCOUNT_OFFSET = 16
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** CompID(49): the session. */
  get compId(): string {
    return readText(this.view, this.at, 16)
  }
  set compId(value: string) {
    writeText(this.view, this.at, 16, value)
  }

  /** Account(1): the account, opened if new. */
  get account(): string {
    return readText(this.view, this.at + 16, 16)
  }
  set account(value: string) {
    writeText(this.view, this.at + 16, 16, value)
  }
}

/** Money for an account. Said again in the same words it changes nothing; a reference is good for one amount. MsgType UD, command. */
export class Deposit {
  static readonly TEMPLATE_ID = 17493
  static readonly BLOCK_BYTES = 72
  static readonly ACCOUNT_OFFSET = 0
  static readonly CURRENCY_OFFSET = 16
  static readonly REFERENCE_OFFSET = 32
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** Account(1): the account. */
  get account(): string {
    return readText(this.view, this.at, 16)
  }
  set account(value: string) {
    writeText(this.view, this.at, 16, value)
  }

  /** Currency(15): code. */
  get currency(): string {
    return readText(this.view, this.at + 16, 8)
  }
  set currency(value: string) {
    writeText(this.view, this.at + 16, 8, value)
  }

  /** Amount(25123): units, above 0. */
  get amount(): number {
    return readInt64(this.view, this.at + 24)
  }
  set amount(value: number) {
    writeInt64(this.view, this.at + 24, value)
  }

  /** Reference(25124): unique for the account. */
  get reference(): string {
    return readText(this.view, this.at + 32, 36)
  }
  set reference(value: string) {
    writeText(this.view, this.at + 32, 36, value)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint32(this.at + 68, true)
  }
  set reserved(value: number) {
    this.view.setUint32(this.at + 68, value, true)
  }
}

/** A Logon that a gateway found in order. Answered by SessionOpened. MsgType UO, command. */
export class SessionOpen {
  static readonly TEMPLATE_ID = 20309
  static readonly BLOCK_BYTES = 24
  static readonly COMP_ID_OFFSET = 0
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** CompID(49): the session. */
  get compId(): string {
    return readText(this.view, this.at, 16)
  }
  set compId(value: string) {
    writeText(this.view, this.at, 16, value)
  }

  /** Connection(25125): the gateway’s number of the connection, echoed. */
  get connection(): number {
    return this.view.getUint32(this.at + 16, true)
  }
  set connection(value: number) {
    this.view.setUint32(this.at + 16, value, true)
  }

  /** PaperAccount(25126): 1: an unknown session gets an account with paper money. */
  get paperAccount(): number {
    return this.view.getUint32(this.at + 20, true)
  }
  set paperAccount(value: number) {
    this.view.setUint32(this.at + 20, value, true)
  }
}

/** The connection of the session is gone. MsgType UX, command. */
export class SessionClose {
  static readonly TEMPLATE_ID = 22613
  static readonly BLOCK_BYTES = 8

  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** Connection(25125): the connection that was open. */
  get connection(): number {
    return this.view.getUint32(this.at, true)
  }
  set connection(value: number) {
    this.view.setUint32(this.at, value, true)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint32(this.at + 4, true)
  }
  set reserved(value: number) {
    this.view.setUint32(this.at + 4, value, true)
  }
}

/** The exchange was started again: no connection of before is open any more. MsgType UL, command. */
export class SessionsLost {
  static readonly TEMPLATE_ID = 19541
  static readonly BLOCK_BYTES = 8

  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return readInt64(this.view, this.at)
  }
  set reserved(value: number) {
    writeInt64(this.view, this.at, value)
  }
}

/** The session, its numbers and its account; or why it was refused. MsgType Uo, event. */
export class SessionOpened {
  static readonly TEMPLATE_ID = 28501
  static readonly BLOCK_BYTES = 24

  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** Connection(25125): as asked. */
  get connection(): number {
    return this.view.getUint32(this.at, true)
  }
  set connection(value: number) {
    this.view.setUint32(this.at, value, true)
  }

  /** NextInbound(789): MsgSeqNum that the session’s next command must carry. */
  get nextInbound(): number {
    return this.view.getUint32(this.at + 4, true)
  }
  set nextInbound(value: number) {
    this.view.setUint32(this.at + 4, value, true)
  }

  /** NextOutbound(25127): number of the session’s next report. */
  get nextOutbound(): number {
    return this.view.getUint32(this.at + 8, true)
  }
  set nextOutbound(value: number) {
    this.view.setUint32(this.at + 8, value, true)
  }

  /** Account(1): the account’s number. */
  get account(): number {
    return this.view.getUint32(this.at + 12, true)
  }
  set account(value: number) {
    this.view.setUint32(this.at + 12, value, true)
  }

  /** Reason(25100): None, or why not. */
  get reason(): number {
    return this.view.getUint16(this.at + 16, true)
  }
  set reason(value: number) {
    this.view.setUint16(this.at + 16, value, true)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint16(this.at + 18, true)
  }
  set reserved(value: number) {
    this.view.setUint16(this.at + 18, value, true)
  }

  /** Reserved3(25103): 0. */
  get reserved3(): number {
    return this.view.getUint32(this.at + 20, true)
  }
  set reserved3(value: number) {
    this.view.setUint32(this.at + 20, value, true)
  }
}

/** An operator’s command changed nothing. MsgType Uf, event. */
export class CommandRefused {
  static readonly TEMPLATE_ID = 26197
  static readonly BLOCK_BYTES = 8

  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** RefMsgType(372): template id of the command. */
  get refMsgType(): number {
    return this.view.getUint16(this.at, true)
  }
  set refMsgType(value: number) {
    this.view.setUint16(this.at, value, true)
  }

  /** Reason(25100): why. */
  get reason(): number {
    return this.view.getUint16(this.at + 2, true)
  }
  set reason(value: number) {
    this.view.setUint16(this.at + 2, value, true)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint32(this.at + 4, true)
  }
  set reserved(value: number) {
    this.view.setUint32(this.at + 4, value, true)
  }
}

/** One price level as it stands after a change. UpdateId counts up by one for each, per instrument. MsgType Ud, event. */
export class DepthUpdate {
  static readonly TEMPLATE_ID = 25685
  static readonly BLOCK_BYTES = 40

  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** Instrument(48): its number. */
  get instrument(): number {
    return this.view.getUint32(this.at, true)
  }
  set instrument(value: number) {
    this.view.setUint32(this.at, value, true)
  }

  /** Side(54): bids or asks. */
  get side(): number {
    return this.view.getUint8(this.at + 4)
  }
  set side(value: number) {
    this.view.setUint8(this.at + 4, value)
  }

  /** LastOfTurn(25128): 1: the command’s last change of this book. */
  get lastOfTurn(): number {
    return this.view.getUint8(this.at + 5)
  }
  set lastOfTurn(value: number) {
    this.view.setUint8(this.at + 5, value)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint16(this.at + 6, true)
  }
  set reserved(value: number) {
    this.view.setUint16(this.at + 6, value, true)
  }

  /** UpdateId(25129): gap-free. */
  get updateId(): number {
    return readInt64(this.view, this.at + 8)
  }
  set updateId(value: number) {
    writeInt64(this.view, this.at + 8, value)
  }

  /** Price(44): ticks. */
  get price(): number {
    return readInt64(this.view, this.at + 16)
  }
  set price(value: number) {
    writeInt64(this.view, this.at + 16, value)
  }

  /** Lots(271): all lots resting there; 0: the level is gone. */
  get lots(): number {
    return readInt64(this.view, this.at + 24)
  }
  set lots(value: number) {
    writeInt64(this.view, this.at + 24, value)
  }

  /** Orders(346): how many orders. */
  get orders(): number {
    return this.view.getUint32(this.at + 32, true)
  }
  set orders(value: number) {
    this.view.setUint32(this.at + 32, value, true)
  }

  /** Reserved3(25103): 0. */
  get reserved3(): number {
    return this.view.getUint32(this.at + 36, true)
  }
  set reserved3(value: number) {
    this.view.setUint32(this.at + 36, value, true)
  }
}

/** Best bid and ask after a command that changed one of them. A side without orders has price 0 and 0 lots. MsgType Ub, event. */
export class BookTicker {
  static readonly TEMPLATE_ID = 25173
  static readonly BLOCK_BYTES = 48

  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** Instrument(48): its number. */
  get instrument(): number {
    return this.view.getUint32(this.at, true)
  }
  set instrument(value: number) {
    this.view.setUint32(this.at, value, true)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint32(this.at + 4, true)
  }
  set reserved(value: number) {
    this.view.setUint32(this.at + 4, value, true)
  }

  /** UpdateId(25129): the depth update it stands after. */
  get updateId(): number {
    return readInt64(this.view, this.at + 8)
  }
  set updateId(value: number) {
    writeInt64(this.view, this.at + 8, value)
  }

  /** BidPx(132): ticks. */
  get bidPx(): number {
    return readInt64(this.view, this.at + 16)
  }
  set bidPx(value: number) {
    writeInt64(this.view, this.at + 16, value)
  }

  /** BidSize(134): lots. */
  get bidSize(): number {
    return readInt64(this.view, this.at + 24)
  }
  set bidSize(value: number) {
    writeInt64(this.view, this.at + 24, value)
  }

  /** OfferPx(133): ticks. */
  get offerPx(): number {
    return readInt64(this.view, this.at + 32)
  }
  set offerPx(value: number) {
    writeInt64(this.view, this.at + 32, value)
  }

  /** OfferSize(135): lots. */
  get offerSize(): number {
    return readInt64(this.view, this.at + 40)
  }
  set offerSize(value: number) {
    writeInt64(this.view, this.at + 40, value)
  }
}

/** One fill, for everyone to see. TradeID counts up by one, per instrument. MsgType Ut, event. */
export class Trade {
  static readonly TEMPLATE_ID = 29781
  static readonly BLOCK_BYTES = 48

  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** Instrument(48): its number. */
  get instrument(): number {
    return this.view.getUint32(this.at, true)
  }
  set instrument(value: number) {
    this.view.setUint32(this.at, value, true)
  }

  /** TakerSide(54): the side that arrived. */
  get takerSide(): number {
    return this.view.getUint8(this.at + 4)
  }
  set takerSide(value: number) {
    this.view.setUint8(this.at + 4, value)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint8(this.at + 5)
  }
  set reserved(value: number) {
    this.view.setUint8(this.at + 5, value)
  }

  /** Reserved2(25102): 0. */
  get reserved2(): number {
    return this.view.getUint16(this.at + 6, true)
  }
  set reserved2(value: number) {
    this.view.setUint16(this.at + 6, value, true)
  }

  /** TradeID(1003): gap-free. */
  get tradeId(): number {
    return readInt64(this.view, this.at + 8)
  }
  set tradeId(value: number) {
    writeInt64(this.view, this.at + 8, value)
  }

  /** Price(44): ticks: the resting order’s. */
  get price(): number {
    return readInt64(this.view, this.at + 16)
  }
  set price(value: number) {
    writeInt64(this.view, this.at + 16, value)
  }

  /** Lots(32): lots. */
  get lots(): number {
    return readInt64(this.view, this.at + 24)
  }
  set lots(value: number) {
    writeInt64(this.view, this.at + 24, value)
  }

  /** MakerOrderID(25130): the order that was resting. */
  get makerOrderId(): number {
    return readInt64(this.view, this.at + 32)
  }
  set makerOrderId(value: number) {
    writeInt64(this.view, this.at + 32, value)
  }

  /** TakerOrderID(25131): the order that arrived. */
  get takerOrderId(): number {
    return readInt64(this.view, this.at + 40)
  }
  set takerOrderId(value: number) {
    writeInt64(this.view, this.at + 40, value)
  }
}
