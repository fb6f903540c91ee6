/**
 * Generated from protocol/schema.ts by `npm run generate`: do not edit.
 *
 * Flyweights: an object that stands over the bytes of one message and reads and writes them in place. `wrap` moves it;
 * nothing is copied or allocated, and it is good only as long as whoever owns the bytes leaves them alone.
 *
 * A message that was given more fields later is told how long its block is: what lies behind the end reads as absent. To
 * write there is the caller's fault, and nobody looks. One that has a group is told it too: the group begins there.
 */
import { INT64_NULL, readInt64, writeInt64 } from './integers.ts'
import { readText, writeText } from './text.ts'

const NOTHING = new DataView(new ArrayBuffer(0))

/** Changes whenever any message does: a journal written under another one is refused. */
export const SCHEMA_HASH = '5a2998a7b82b6460'

export const Side = {
  Buy: 49, // '1'
  Sell: 50, // '2'
} as const

export const OrdType = {
  Market: 49, // '1'
  Limit: 50, // '2'
  Stop: 51, // '3'
  StopLimit: 52, // '4'
  MarketToLimit: 75, // 'K'
  Pegged: 80, // 'P'
  TrailingStop: 84, // 'T'
} as const

export const TimeInForce = {
  Day: 48, // '0'
  GoodTillCancel: 49, // '1'
  AtTheOpening: 50, // '2'
  ImmediateOrCancel: 51, // '3'
  FillOrKill: 52, // '4'
  GoodTillDate: 54, // '6'
  AtTheClose: 55, // '7'
} as const

export const ExecType = {
  New: 48, // '0'
  Canceled: 52, // '4'
  Replaced: 53, // '5'
  Rejected: 56, // '8'
  Expired: 67, // 'C'
  Restated: 68, // 'D'
  Trade: 70, // 'F'
  OrderStatus: 73, // 'I'
  Triggered: 76, // 'L'
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

export const PegPriceType = {
  None: 0,
  MidPrice: 2,
  Market: 4,
  Primary: 5,
} as const

export const PostOnly = {
  No: 0,
  Reject: 1,
  Slide: 2,
} as const

export const SelfTradePrevention = {
  None: 0,
  ExpireTaker: 1,
  ExpireMaker: 2,
  ExpireBoth: 3,
  Decrement: 4,
} as const

export const ContingencyType = {
  None: 0,
  OneCancelsTheOther: 1,
  OneTriggersTheOther: 2,
  OneTriggersOnFirstFill: 101,
} as const

export const ListOrderStatus = {
  Executing: 3,
  Rejected: 7,
} as const

export const QuoteStatus = {
  Accepted: 0,
  CanceledForSymbol: 1,
  CanceledAll: 4,
  Rejected: 5,
} as const

export const ExecInst = {
  None: 0,
  CancelOnConnectionLoss: 1,
  StayOnConnectionLoss: 2,
  CancelOnSystemFailure: 4,
  CancelOnLossOrFailure: 5,
  StayUntilSystemFailure: 6,
} as const

export const MassCancelScope = {
  Account: 0,
  Session: 1,
} as const

export const MarketPhase = {
  PreOpen: 1,
  OpeningAuction: 2,
  Continuous: 3,
  VolatilityAuction: 4,
  Halt: 5,
  ClosingAuction: 6,
  Closed: 7,
} as const

export const BandPolicy = {
  Cancel: 0,
  Pause: 1,
  LimitState: 2,
} as const

export const Matching = {
  PriceTime: 0,
  ProRata: 1,
} as const

export const CancelOnDisconnectType = {
  Never: 0,
  OnDisconnect: 1,
  OnLogout: 2,
  OnBoth: 3,
} as const

export const SecondLogon = {
  Refused: 0,
  TakesOver: 1,
} as const

export const SessionEnd = {
  Lost: 0,
  LoggedOut: 1,
} as const

export const SessionStatus = {
  Active: 0,
  LogoutComplete: 4,
  BadCredentials: 5,
  LogonsNotAllowed: 7,
  MsgSeqNumTooLow: 9,
  NextExpectedTooHigh: 10,
  SequenceReset: 100,
} as const

export const SessionRejectReason = {
  RequiredTagMissing: 1,
  ValueOutOfRange: 5,
  IncorrectDataFormat: 6,
  SignatureProblem: 8,
  CompIdProblem: 9,
  SendingTimeAccuracy: 10,
  InvalidMsgType: 11,
  IncorrectNumInGroup: 16,
  Other: 99,
} as const

export const BusinessRejectReason = {
  Other: 0,
  UnsupportedMessageType: 3,
  NotAuthorized: 6,
  Throttled: 8,
  Stale: 100,
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
  TooManyWaiting: 45,
  ConnectionLost: 46,
  LoggedOut: 47,
  ListRefused: 50,
  QuoteProtection: 51,
  OtherShard: 52,
  SystemFailure: 60,
  SessionKind: 61,
  TooManySessions: 70,
} as const

/** Whether messages of this template have a group behind their root block (protocol/groups.ts). */
export function hasGroup(templateId: number): boolean {
  switch (templateId) {
    case 69: // NewOrderList
    case 105: // MassQuote
    case 98: // MassQuoteAcknowledgement
      return true
    default:
      return false
  }
}

/** Opens a session. MsgSeqNum is the next application number and is not used up. MsgType A, both. */
export class Logon {
  static readonly TEMPLATE_ID = 65
  static readonly BLOCK_BYTES = 156
  static readonly BLOCK_BYTES_V1 = 128
  static readonly SENDER_COMP_ID_OFFSET = 0
  static readonly TARGET_COMP_ID_OFFSET = 16
  static readonly RAW_DATA_OFFSET = 40
  static readonly USERNAME_OFFSET = 136
  view: DataView = NOTHING
  at = 0
  /** Length of the root block. */
  blockBytes = 156

  /** Stands over the root block that begins at `at` and is `blockBytes` long. */
  wrap(view: DataView, at: number, blockBytes = 156): this {
    this.view = view
    this.at = at
    this.blockBytes = blockBytes
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

  /** RawData(96): base64 of the signature, where the session has a key. */
  get rawData(): string {
    return readText(this.view, this.at + 40, 88)
  }
  set rawData(value: string) {
    writeText(this.view, this.at + 40, 88, value)
  }

  /** CancelOnDisconnectType(35002): when the orders that the session entered are cancelled; the exchange echoes it. */
  get cancelOnDisconnectType(): number {
    return this.blockBytes < 129 ? 0 : this.view.getUint8(this.at + 128)
  }
  set cancelOnDisconnectType(value: number) {
    this.view.setUint8(this.at + 128, value)
  }

  /** SecondLogon(25180): where the session is logged on already: who has to go. */
  get secondLogon(): number {
    return this.blockBytes < 130 ? 0 : this.view.getUint8(this.at + 129)
  }
  set secondLogon(value: number) {
    this.view.setUint8(this.at + 129, value)
  }

  /** ResetSeqNumFlag(141): 1: both sides’ numbers begin again at 1; echoed. */
  get resetSeqNumFlag(): number {
    return this.blockBytes < 131 ? 0 : this.view.getUint8(this.at + 130)
  }
  set resetSeqNumFlag(value: number) {
    this.view.setUint8(this.at + 130, value)
  }

  /** DropCopyFlag(9406): 1: a drop copy session, and no other; echoed. */
  get dropCopyFlag(): number {
    return this.blockBytes < 132 ? 0 : this.view.getUint8(this.at + 131)
  }
  set dropCopyFlag(value: number) {
    this.view.setUint8(this.at + 131, value)
  }

  /** CODTimeoutWindow(35003): ms to come back before they are, 0..60000; the exchange echoes it. */
  get codTimeoutWindow(): number {
    return this.blockBytes < 136 ? 0 : this.view.getUint32(this.at + 132, true)
  }
  set codTimeoutWindow(value: number) {
    this.view.setUint32(this.at + 132, value, true)
  }

  /** Username(553): id of the key; empty: the session’s own. */
  get username(): string {
    return this.blockBytes < 152 ? '' : readText(this.view, this.at + 136, 16)
  }
  set username(value: string) {
    writeText(this.view, this.at + 136, 16, value)
  }

  /** RecvWindow(25000): ms: orders and replaces that are older when they come are refused, ..60000; 0: none; echoed. */
  get recvWindow(): number {
    return this.blockBytes < 156 ? 0 : this.view.getUint32(this.at + 152, true)
  }
  set recvWindow(value: number) {
    this.view.setUint32(this.at + 152, value, true)
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

/** Asks for application messages again. They come with PossDup; what is not kept is passed over by a SequenceReset. MsgType 2, both. */
export class ResendRequest {
  static readonly TEMPLATE_ID = 50
  static readonly BLOCK_BYTES = 8
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** BeginSeqNo(7): the first that is wanted. */
  get beginSeqNo(): number {
    return this.view.getUint32(this.at, true)
  }
  set beginSeqNo(value: number) {
    this.view.setUint32(this.at, value, true)
  }

  /** EndSeqNo(16): the last that is wanted; 0: all there are. */
  get endSeqNo(): number {
    return this.view.getUint32(this.at + 4, true)
  }
  set endSeqNo(value: number) {
    this.view.setUint32(this.at + 4, value, true)
  }
}

/** The next application message has another number than was to be expected. None between them will come. MsgType 4, both. */
export class SequenceReset {
  static readonly TEMPLATE_ID = 52
  static readonly BLOCK_BYTES = 8
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** NewSeqNo(36): number of the next application message. */
  get newSeqNo(): number {
    return this.view.getUint32(this.at, true)
  }
  set newSeqNo(value: number) {
    this.view.setUint32(this.at, value, true)
  }

  /** GapFillFlag(123): 1: MsgSeqNum is the first that is passed over; 0: not looked at. */
  get gapFillFlag(): number {
    return this.view.getUint8(this.at + 4)
  }
  set gapFillFlag(value: number) {
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

/** Enters an order. Answered by ExecutionReports: New, its trades, Expired for a rest that may not stay; or Rejected. MsgType D, client. */
export class NewOrderSingle {
  static readonly TEMPLATE_ID = 68
  static readonly BLOCK_BYTES = 176
  static readonly BLOCK_BYTES_V1 = 72
  static readonly CL_ORD_ID_OFFSET = 0
  static readonly POSS_RESEND_OFFSET = 39
  static readonly SYMBOL_OFFSET = 40
  static readonly LINK_CL_ORD_ID_OFFSET = 136
  view: DataView = NOTHING
  at = 0
  /** Length of the root block. */
  blockBytes = 176

  /** Stands over the root block that begins at `at` and is `blockBytes` long. */
  wrap(view: DataView, at: number, blockBytes = 176): this {
    this.view = view
    this.at = at
    this.blockBytes = blockBytes
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

  /** OrdType(40): what the order is. */
  get ordType(): number {
    return this.view.getUint8(this.at + 37)
  }
  set ordType(value: number) {
    this.view.setUint8(this.at + 37, value)
  }

  /** TimeInForce(59): how long it may stay. */
  get timeInForce(): number {
    return this.view.getUint8(this.at + 38)
  }
  set timeInForce(value: number) {
    this.view.setUint8(this.at + 38, value)
  }

  /** PossResend(97): 0; in the journal: 1 where its header says so. */
  get possResend(): number {
    return this.view.getUint8(this.at + 39)
  }
  set possResend(value: number) {
    this.view.setUint8(this.at + 39, value)
  }

  /** Symbol(55): instrument, upper case, NUL-padded. */
  get symbol(): string {
    return readText(this.view, this.at + 40, 16)
  }
  set symbol(value: string) {
    writeText(this.view, this.at + 40, 16, value)
  }

  /** OrderQty(38): lots; absent with CashOrderQty. INT64_NULL if absent. */
  get orderQty(): number {
    return readInt64(this.view, this.at + 56)
  }
  set orderQty(value: number) {
    writeInt64(this.view, this.at + 56, value)
  }

  /** Price(44): worst price, ticks; of limit, stop-limit and pegged orders only. INT64_NULL if absent. */
  get price(): number {
    return readInt64(this.view, this.at + 64)
  }
  set price(value: number) {
    writeInt64(this.view, this.at + 64, value)
  }

  /** StopPx(99): trigger, ticks; of a trailing stop the first, if it has one. INT64_NULL if absent. */
  get stopPx(): number {
    return this.blockBytes < 80 ? INT64_NULL : readInt64(this.view, this.at + 72)
  }
  set stopPx(value: number) {
    writeInt64(this.view, this.at + 72, value)
  }

  /** DisplayQty(1138): lots shown; 0: hidden; absent: all are shown. INT64_NULL if absent. */
  get displayQty(): number {
    return this.blockBytes < 88 ? INT64_NULL : readInt64(this.view, this.at + 80)
  }
  set displayQty(value: number) {
    writeInt64(this.view, this.at + 80, value)
  }

  /** MinQty(110): lots to be taken on arrival, or none at all. INT64_NULL if absent. */
  get minQty(): number {
    return this.blockBytes < 96 ? INT64_NULL : readInt64(this.view, this.at + 88)
  }
  set minQty(value: number) {
    writeInt64(this.view, this.at + 88, value)
  }

  /** ExpireTime(126): µs since 1970; with good till date, and only then. INT64_NULL if absent. */
  get expireTime(): number {
    return this.blockBytes < 104 ? INT64_NULL : readInt64(this.view, this.at + 96)
  }
  set expireTime(value: number) {
    writeInt64(this.view, this.at + 96, value)
  }

  /** CashOrderQty(152): budget in smallest units of the quote currency; of market. INT64_NULL if absent. */
  get cashOrderQty(): number {
    return this.blockBytes < 112 ? INT64_NULL : readInt64(this.view, this.at + 104)
  }
  set cashOrderQty(value: number) {
    writeInt64(this.view, this.at + 104, value)
  }

  /** PegOffsetValue(211): ticks, below 0 too; of pegged orders; absent: 0. INT64_NULL if absent. */
  get pegOffsetValue(): number {
    return this.blockBytes < 120 ? INT64_NULL : readInt64(this.view, this.at + 112)
  }
  set pegOffsetValue(value: number) {
    writeInt64(this.view, this.at + 112, value)
  }

  /** TrailingTicks(25132): distance of a trailing stop; 0: none. */
  get trailingTicks(): number {
    return this.blockBytes < 124 ? 0 : this.view.getUint32(this.at + 120, true)
  }
  set trailingTicks(value: number) {
    this.view.setUint32(this.at + 120, value, true)
  }

  /** TrailingBps(25133): the same in hundredths of a percent; one of the two. */
  get trailingBps(): number {
    return this.blockBytes < 128 ? 0 : this.view.getUint32(this.at + 124, true)
  }
  set trailingBps(value: number) {
    this.view.setUint32(this.at + 124, value, true)
  }

  /** PegPriceType(1094): what a pegged order follows; else None. */
  get pegPriceType(): number {
    return this.blockBytes < 129 ? 0 : this.view.getUint8(this.at + 128)
  }
  set pegPriceType(value: number) {
    this.view.setUint8(this.at + 128, value)
  }

  /** PostOnly(25134): whether it may take on arrival, and what if it would. */
  get postOnly(): number {
    return this.blockBytes < 130 ? 0 : this.view.getUint8(this.at + 129)
  }
  set postOnly(value: number) {
    this.view.setUint8(this.at + 129, value)
  }

  /** SelfTradePrevention(2964): on meeting its own account group. */
  get selfTradePrevention(): number {
    return this.blockBytes < 131 ? 0 : this.view.getUint8(this.at + 130)
  }
  set selfTradePrevention(value: number) {
    this.view.setUint8(this.at + 130, value)
  }

  /** AllOrNone(25135): 1: MinQty is the whole quantity. */
  get allOrNone(): number {
    return this.blockBytes < 132 ? 0 : this.view.getUint8(this.at + 131)
  }
  set allOrNone(value: number) {
    this.view.setUint8(this.at + 131, value)
  }

  /** ContingencyType(1385): how it is linked to LinkClOrdID; else None. */
  get contingencyType(): number {
    return this.blockBytes < 133 ? 0 : this.view.getUint8(this.at + 132)
  }
  set contingencyType(value: number) {
    this.view.setUint8(this.at + 132, value)
  }

  /** ExecInst(18): what ends it besides the word of its session’s Logon. */
  get execInst(): number {
    return this.blockBytes < 134 ? 0 : this.view.getUint8(this.at + 133)
  }
  set execInst(value: number) {
    this.view.setUint8(this.at + 133, value)
  }

  /** Reserved3(25103): 0. */
  get reserved3(): number {
    return this.blockBytes < 136 ? 0 : this.view.getUint16(this.at + 134, true)
  }
  set reserved3(value: number) {
    this.view.setUint16(this.at + 134, value, true)
  }

  /** LinkClOrdID(25136): ClOrdID of the other order of an OCO, or of the parent. */
  get linkClOrdId(): string {
    return this.blockBytes < 172 ? '' : readText(this.view, this.at + 136, 36)
  }
  set linkClOrdId(value: string) {
    writeText(this.view, this.at + 136, 36, value)
  }

  /** Reserved4(25104): 0. */
  get reserved4(): number {
    return this.blockBytes < 176 ? 0 : this.view.getUint32(this.at + 172, true)
  }
  set reserved4(value: number) {
    this.view.setUint32(this.at + 172, value, true)
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

  /** OrdType(40): any: an order keeps its own. */
  get ordType(): number {
    return this.view.getUint8(this.at + 81)
  }
  set ordType(value: number) {
    this.view.setUint8(this.at + 81, value)
  }

  /** TimeInForce(59): any that may rest: an order keeps its own. */
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

  /** Price(44): ticks; absent: as it is. INT64_NULL if absent. */
  get price(): number {
    return readInt64(this.view, this.at + 112)
  }
  set price(value: number) {
    writeInt64(this.view, this.at + 112, value)
  }
}

/** Cancels many orders of the account. Answered by an ExecutionReport (Canceled) each, then OrderMassCancelReport. MsgType q, client. */
export class OrderMassCancelRequest {
  static readonly TEMPLATE_ID = 113
  static readonly BLOCK_BYTES = 56
  static readonly CL_ORD_ID_OFFSET = 0
  static readonly SYMBOL_OFFSET = 36
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

  /** Symbol(55): instrument; empty: all of them. */
  get symbol(): string {
    return readText(this.view, this.at + 36, 16)
  }
  set symbol(value: string) {
    writeText(this.view, this.at + 36, 16, value)
  }

  /** Side(54): only this side; 0: both. */
  get side(): number {
    return this.view.getUint8(this.at + 52)
  }
  set side(value: number) {
    this.view.setUint8(this.at + 52, value)
  }

  /** MassCancelScope(25137): whose orders: entered by anybody, or here. */
  get massCancelScope(): number {
    return this.view.getUint8(this.at + 53)
  }
  set massCancelScope(value: number) {
    this.view.setUint8(this.at + 53, value)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint16(this.at + 54, true)
  }
  set reserved(value: number) {
    this.view.setUint16(this.at + 54, value, true)
  }
}

/** Asks how an order of the account stands. Answered by an ExecutionReport (OrderStatus). MsgType H, client. */
export class OrderStatusRequest {
  static readonly TEMPLATE_ID = 72
  static readonly BLOCK_BYTES = 96
  static readonly CL_ORD_ID_OFFSET = 0
  static readonly ORIG_CL_ORD_ID_OFFSET = 36
  static readonly SYMBOL_OFFSET = 80
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

  /** OrigClOrdID(41): any accepted id of the order; may be empty with OrderID. */
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

  /** Symbol(55): instrument, upper case, NUL-padded. */
  get symbol(): string {
    return readText(this.view, this.at + 80, 16)
  }
  set symbol(value: string) {
    writeText(this.view, this.at + 80, 16, value)
  }
}

/** Asks for all open orders of the account. Answered by an ExecutionReport (OrderStatus) each; the last says so. MsgType AF, client. */
export class OrderMassStatusRequest {
  static readonly TEMPLATE_ID = 17985
  static readonly BLOCK_BYTES = 56
  static readonly CL_ORD_ID_OFFSET = 0
  static readonly SYMBOL_OFFSET = 36
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

  /** Symbol(55): instrument; empty: all of them. */
  get symbol(): string {
    return readText(this.view, this.at + 36, 16)
  }
  set symbol(value: string) {
    writeText(this.view, this.at + 36, 16, value)
  }

  /** Side(54): only this side; 0: both. */
  get side(): number {
    return this.view.getUint8(this.at + 52)
  }
  set side(value: number) {
    this.view.setUint8(this.at + 52, value)
  }

  /** MassCancelScope(25137): whose orders: entered by anybody, or here. */
  get massCancelScope(): number {
    return this.view.getUint8(this.at + 53)
  }
  set massCancelScope(value: number) {
    this.view.setUint8(this.at + 53, value)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint16(this.at + 54, true)
  }
  set reserved(value: number) {
    this.view.setUint16(this.at + 54, value, true)
  }
}

/** The message was understood and may not be sent; its number is used up. MsgType j, exchange. */
export class BusinessMessageReject {
  static readonly TEMPLATE_ID = 106
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

  /** RefMsgType(372): template id of the message refused. */
  get refMsgType(): number {
    return this.view.getUint16(this.at + 4, true)
  }
  set refMsgType(value: number) {
    this.view.setUint16(this.at + 4, value, true)
  }

  /** BusinessRejectReason(380): why, as a code. */
  get businessRejectReason(): number {
    return this.view.getUint16(this.at + 6, true)
  }
  set businessRejectReason(value: number) {
    this.view.setUint16(this.at + 6, value, true)
  }

  /** RetryAfter(25182): ms after which it may be sent again; 0: not at all. */
  get retryAfter(): number {
    return this.view.getUint32(this.at + 8, true)
  }
  set retryAfter(value: number) {
    this.view.setUint32(this.at + 8, value, true)
  }

  /** Text(58): why, in words. */
  get text(): string {
    return readText(this.view, this.at + 12, 64)
  }
  set text(value: string) {
    writeText(this.view, this.at + 12, 64, value)
  }
}

/** What happened to an order. MsgSeqNum is the report’s number in its session, the same for ever. MsgType 8, exchange. */
export class ExecutionReport {
  static readonly TEMPLATE_ID = 56
  static readonly BLOCK_BYTES = 216
  static readonly BLOCK_BYTES_V1 = 188
  static readonly CL_ORD_ID_OFFSET = 88
  static readonly ORIG_CL_ORD_ID_OFFSET = 124
  static readonly SYMBOL_OFFSET = 160
  static readonly ACCOUNT_TAPE_OFFSET = 186
  static readonly FIRM_TAPE_OFFSET = 190
  view: DataView = NOTHING
  at = 0
  /** Length of the root block. */
  blockBytes = 216

  /** Stands over the root block that begins at `at` and is `blockBytes` long. */
  wrap(view: DataView, at: number, blockBytes = 216): this {
    this.view = view
    this.at = at
    this.blockBytes = blockBytes
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

  /** OrderQty(38): lots ordered; absent in a refusal of a budget, and of an order long over. INT64_NULL if absent. */
  get orderQty(): number {
    return readInt64(this.view, this.at + 16)
  }
  set orderQty(value: number) {
    writeInt64(this.view, this.at + 16, value)
  }

  /** Price(44): ticks; absent while it has none. INT64_NULL if absent. */
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

  /** CumQuoteQty(25017): money of all fills so far, smallest units; absent of an order long over. INT64_NULL if absent. */
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

  /** OrigClOrdID(41): after a cancel or replace: the order’s id before; of a status: the order’s id. */
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

  /** AccountTape(25220): 0; in the journal: number of its account’s tape. */
  get accountTape(): number {
    return this.view.getUint16(this.at + 186, true)
  }
  set accountTape(value: number) {
    this.view.setUint16(this.at + 186, value, true)
  }

  /** WorkingIndicator(636): 1: in the book, 0: waiting, parked, closed, or only just taken or triggered (New, Triggered). */
  get workingIndicator(): number {
    return this.blockBytes < 189 ? 0 : this.view.getUint8(this.at + 188)
  }
  set workingIndicator(value: number) {
    this.view.setUint8(this.at + 188, value)
  }

  /** LastRptRequested(912): 1: the last answer to a request for status, else 0. */
  get lastRptRequested(): number {
    return this.blockBytes < 190 ? 0 : this.view.getUint8(this.at + 189)
  }
  set lastRptRequested(value: number) {
    this.view.setUint8(this.at + 189, value)
  }

  /** FirmTape(25221): 0; in the journal: number of its firm’s tape. */
  get firmTape(): number {
    return this.blockBytes < 192 ? 0 : this.view.getUint16(this.at + 190, true)
  }
  set firmTape(value: number) {
    this.view.setUint16(this.at + 190, value, true)
  }

  /** StopPx(99): the trigger now, ticks; absent where it has none. INT64_NULL if absent. */
  get stopPx(): number {
    return this.blockBytes < 200 ? INT64_NULL : readInt64(this.view, this.at + 192)
  }
  set stopPx(value: number) {
    writeInt64(this.view, this.at + 192, value)
  }

  /** DisplayQty(1138): as ordered. INT64_NULL if absent. */
  get displayQty(): number {
    return this.blockBytes < 208 ? INT64_NULL : readInt64(this.view, this.at + 200)
  }
  set displayQty(value: number) {
    writeInt64(this.view, this.at + 200, value)
  }

  /** Commission(12): fee of this fill, smallest units of the quote currency. */
  get commission(): number {
    return this.blockBytes < 216 ? 0 : readInt64(this.view, this.at + 208)
  }
  set commission(value: number) {
    writeInt64(this.view, this.at + 208, value)
  }
}

/** A cancel or replace was refused; the order, if there is one, is as it was. MsgType 9, exchange. */
export class OrderCancelReject {
  static readonly TEMPLATE_ID = 57
  static readonly BLOCK_BYTES = 100
  static readonly CL_ORD_ID_OFFSET = 16
  static readonly ORIG_CL_ORD_ID_OFFSET = 52
  static readonly ACCOUNT_TAPE_OFFSET = 94
  static readonly FIRM_TAPE_OFFSET = 96
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

  /** AccountTape(25220): 0; in the journal: number of its account’s tape. */
  get accountTape(): number {
    return this.view.getUint16(this.at + 94, true)
  }
  set accountTape(value: number) {
    this.view.setUint16(this.at + 94, value, true)
  }

  /** FirmTape(25221): 0; in the journal: number of its firm’s tape. */
  get firmTape(): number {
    return this.view.getUint16(this.at + 96, true)
  }
  set firmTape(value: number) {
    this.view.setUint16(this.at + 96, value, true)
  }

  /** Reserved3(25103): 0. */
  get reserved3(): number {
    return this.view.getUint16(this.at + 98, true)
  }
  set reserved3(value: number) {
    this.view.setUint16(this.at + 98, value, true)
  }
}

/** A mass cancel is done: the reports of the orders came before. MsgSeqNum is its number among the reports. MsgType r, exchange. */
export class OrderMassCancelReport {
  static readonly TEMPLATE_ID = 114
  static readonly BLOCK_BYTES = 72
  static readonly CL_ORD_ID_OFFSET = 0
  static readonly SYMBOL_OFFSET = 36
  static readonly ACCOUNT_TAPE_OFFSET = 60
  static readonly FIRM_TAPE_OFFSET = 62
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** ClOrdID(11): the request’s id. */
  get clOrdId(): string {
    return readText(this.view, this.at, 36)
  }
  set clOrdId(value: string) {
    writeText(this.view, this.at, 36, value)
  }

  /** Symbol(55): as asked. */
  get symbol(): string {
    return readText(this.view, this.at + 36, 16)
  }
  set symbol(value: string) {
    writeText(this.view, this.at + 36, 16, value)
  }

  /** Side(54): as asked. */
  get side(): number {
    return this.view.getUint8(this.at + 52)
  }
  set side(value: number) {
    this.view.setUint8(this.at + 52, value)
  }

  /** MassCancelScope(25137): as asked. */
  get massCancelScope(): number {
    return this.view.getUint8(this.at + 53)
  }
  set massCancelScope(value: number) {
    this.view.setUint8(this.at + 53, value)
  }

  /** Reason(25100): None, or why nothing was cancelled. */
  get reason(): number {
    return this.view.getUint16(this.at + 54, true)
  }
  set reason(value: number) {
    this.view.setUint16(this.at + 54, value, true)
  }

  /** TotalAffectedOrders(533): how many orders were cancelled. */
  get totalAffectedOrders(): number {
    return this.view.getUint32(this.at + 56, true)
  }
  set totalAffectedOrders(value: number) {
    this.view.setUint32(this.at + 56, value, true)
  }

  /** AccountTape(25220): 0; in the journal: number of its account’s tape. */
  get accountTape(): number {
    return this.view.getUint16(this.at + 60, true)
  }
  set accountTape(value: number) {
    this.view.setUint16(this.at + 60, value, true)
  }

  /** FirmTape(25221): 0; in the journal: number of its firm’s tape. */
  get firmTape(): number {
    return this.view.getUint16(this.at + 62, true)
  }
  set firmTape(value: number) {
    this.view.setUint16(this.at + 62, value, true)
  }

  /** TransactTime(60): when the sequencer took the command. */
  get transactTime(): number {
    return readInt64(this.view, this.at + 64)
  }
  set transactTime(value: number) {
    writeInt64(this.view, this.at + 64, value)
  }
}

/** Enters two or three linked orders, all or none. Answered by ListStatus, then by the reports of each order. MsgType E, client. */
export class NewOrderList {
  static readonly TEMPLATE_ID = 69
  static readonly BLOCK_BYTES = 40
  static readonly NO_ORDERS_TAG = 73
  static readonly NO_ORDERS_MIN = 2
  static readonly NO_ORDERS_MAX = 3
  static readonly LIST_ID_OFFSET = 0
  view: DataView = NOTHING
  at = 0
  /** Length of the root block. */
  blockBytes = 40

  /** Stands over the root block that begins at `at` and is `blockBytes` long. */
  wrap(view: DataView, at: number, blockBytes = 40): this {
    this.view = view
    this.at = at
    this.blockBytes = blockBytes
    return this
  }

  /** Where its group begins (protocol/groups.ts). */
  get group(): number {
    return this.at + this.blockBytes
  }

  /** ListID(66): id of this request; need only be well-formed. */
  get listId(): string {
    return readText(this.view, this.at, 36)
  }
  set listId(value: string) {
    writeText(this.view, this.at, 36, value)
  }

  /** ContingencyType(1385): how its orders are linked; not None. */
  get contingencyType(): number {
    return this.view.getUint8(this.at + 36)
  }
  set contingencyType(value: number) {
    this.view.setUint8(this.at + 36, value)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint8(this.at + 37)
  }
  set reserved(value: number) {
    this.view.setUint8(this.at + 37, value)
  }

  /** Reserved2(25102): 0. */
  get reserved2(): number {
    return this.view.getUint16(this.at + 38, true)
  }
  set reserved2(value: number) {
    this.view.setUint16(this.at + 38, value, true)
  }
}

/** Whether a list was accepted. The reports of its orders follow. MsgType N, exchange. */
export class ListStatus {
  static readonly TEMPLATE_ID = 78
  static readonly BLOCK_BYTES = 104
  static readonly LIST_ID_OFFSET = 0
  static readonly CL_ORD_ID_OFFSET = 36
  static readonly SYMBOL_OFFSET = 72
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** ListID(66): the request’s id. */
  get listId(): string {
    return readText(this.view, this.at, 36)
  }
  set listId(value: string) {
    writeText(this.view, this.at, 36, value)
  }

  /** ClOrdID(11): the order that was refused, and the list with it; else empty. */
  get clOrdId(): string {
    return readText(this.view, this.at + 36, 36)
  }
  set clOrdId(value: string) {
    writeText(this.view, this.at + 36, 36, value)
  }

  /** Symbol(55): instrument, upper case, NUL-padded. */
  get symbol(): string {
    return readText(this.view, this.at + 72, 16)
  }
  set symbol(value: string) {
    writeText(this.view, this.at + 72, 16, value)
  }

  /** ContingencyType(1385): as asked. */
  get contingencyType(): number {
    return this.view.getUint8(this.at + 88)
  }
  set contingencyType(value: number) {
    this.view.setUint8(this.at + 88, value)
  }

  /** ListOrderStatus(431): Executing: accepted; or Rejected. */
  get listOrderStatus(): number {
    return this.view.getUint8(this.at + 89)
  }
  set listOrderStatus(value: number) {
    this.view.setUint8(this.at + 89, value)
  }

  /** Reason(25100): None, or why that order was refused. */
  get reason(): number {
    return this.view.getUint16(this.at + 90, true)
  }
  set reason(value: number) {
    this.view.setUint16(this.at + 90, value, true)
  }

  /** TotNoOrders(68): how many orders the list has. */
  get totNoOrders(): number {
    return this.view.getUint32(this.at + 92, true)
  }
  set totNoOrders(value: number) {
    this.view.setUint32(this.at + 92, value, true)
  }

  /** TransactTime(60): when the sequencer took the command. */
  get transactTime(): number {
    return readInt64(this.view, this.at + 96)
  }
  set transactTime(value: number) {
    writeInt64(this.view, this.at + 96, value)
  }
}

/** Bids and offers in bulk. Each takes the place of the account’s earlier quote of that symbol and side. Answered by MassQuoteAcknowledgement. MsgType i, client. */
export class MassQuote {
  static readonly TEMPLATE_ID = 105
  static readonly BLOCK_BYTES = 72
  static readonly NO_QUOTE_ENTRIES_TAG = 295
  static readonly NO_QUOTE_ENTRIES_MIN = 1
  static readonly NO_QUOTE_ENTRIES_MAX = 32
  static readonly QUOTE_ID_OFFSET = 0
  view: DataView = NOTHING
  at = 0
  /** Length of the root block. */
  blockBytes = 72

  /** Stands over the root block that begins at `at` and is `blockBytes` long. */
  wrap(view: DataView, at: number, blockBytes = 72): this {
    this.view = view
    this.at = at
    this.blockBytes = blockBytes
    return this
  }

  /** Where its group begins (protocol/groups.ts). */
  get group(): number {
    return this.at + this.blockBytes
  }

  /** QuoteID(117): id of this request, and ClOrdID in the reports of its quotes: 1-36 of A-Z a-z 0-9 _ -. */
  get quoteId(): string {
    return readText(this.view, this.at, 36)
  }
  set quoteId(value: string) {
    writeText(this.view, this.at, 36, value)
  }

  /** PostOnly(25134): whether they may take on arrival, and what if they would. */
  get postOnly(): number {
    return this.view.getUint8(this.at + 36)
  }
  set postOnly(value: number) {
    this.view.setUint8(this.at + 36, value)
  }

  /** SelfTradePrevention(2964): on meeting their own account group. */
  get selfTradePrevention(): number {
    return this.view.getUint8(this.at + 37)
  }
  set selfTradePrevention(value: number) {
    this.view.setUint8(this.at + 37, value)
  }

  /** ProtectionReset(25201): 1: what was traded before counts no more, in these symbols. */
  get protectionReset(): number {
    return this.view.getUint8(this.at + 38)
  }
  set protectionReset(value: number) {
    this.view.setUint8(this.at + 38, value)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint8(this.at + 39)
  }
  set reserved(value: number) {
    this.view.setUint8(this.at + 39, value)
  }

  /** ProtectionWindow(25202): seconds; sets all five limits of these symbols, 0: none; absent: they stay. All ones if absent. */
  get protectionWindow(): number {
    return this.view.getUint32(this.at + 40, true)
  }
  set protectionWindow(value: number) {
    this.view.setUint32(this.at + 40, value, true)
  }

  /** ProtectionFills(25203): fills within the window; absent: no limit. All ones if absent. */
  get protectionFills(): number {
    return this.view.getUint32(this.at + 44, true)
  }
  set protectionFills(value: number) {
    this.view.setUint32(this.at + 44, value, true)
  }

  /** ProtectionQty(25204): lots bought and sold. INT64_NULL if absent. */
  get protectionQty(): number {
    return readInt64(this.view, this.at + 48)
  }
  set protectionQty(value: number) {
    writeInt64(this.view, this.at + 48, value)
  }

  /** ProtectionNotional(25205): units of the quote currency. INT64_NULL if absent. */
  get protectionNotional(): number {
    return readInt64(this.view, this.at + 56)
  }
  set protectionNotional(value: number) {
    writeInt64(this.view, this.at + 56, value)
  }

  /** ProtectionNet(25206): lots bought less those sold, or the other way round. INT64_NULL if absent. */
  get protectionNet(): number {
    return readInt64(this.view, this.at + 64)
  }
  set protectionNet(value: number) {
    writeInt64(this.view, this.at + 64, value)
  }
}

/** What became of a MassQuote, entry by entry, or of a QuoteCancel. What its quotes trade is reported behind it. MsgType b, exchange. */
export class MassQuoteAcknowledgement {
  static readonly TEMPLATE_ID = 98
  static readonly BLOCK_BYTES = 56
  static readonly NO_QUOTE_ENTRIES_TAG = 295
  static readonly NO_QUOTE_ENTRIES_MIN = 0
  static readonly NO_QUOTE_ENTRIES_MAX = 32
  static readonly QUOTE_ID_OFFSET = 0
  view: DataView = NOTHING
  at = 0
  /** Length of the root block. */
  blockBytes = 56

  /** Stands over the root block that begins at `at` and is `blockBytes` long. */
  wrap(view: DataView, at: number, blockBytes = 56): this {
    this.view = view
    this.at = at
    this.blockBytes = blockBytes
    return this
  }

  /** Where its group begins (protocol/groups.ts). */
  get group(): number {
    return this.at + this.blockBytes
  }

  /** QuoteID(117): the request’s id. */
  get quoteId(): string {
    return readText(this.view, this.at, 36)
  }
  set quoteId(value: string) {
    writeText(this.view, this.at, 36, value)
  }

  /** QuoteStatus(297): Accepted: see the entries; of a QuoteCancel which were meant. */
  get quoteStatus(): number {
    return this.view.getUint8(this.at + 36)
  }
  set quoteStatus(value: number) {
    this.view.setUint8(this.at + 36, value)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint8(this.at + 37)
  }
  set reserved(value: number) {
    this.view.setUint8(this.at + 37, value)
  }

  /** Reason(25100): None, or why nothing was done. */
  get reason(): number {
    return this.view.getUint16(this.at + 38, true)
  }
  set reason(value: number) {
    this.view.setUint16(this.at + 38, value, true)
  }

  /** TotalAffectedOrders(533): how many quotes a QuoteCancel took back. */
  get totalAffectedOrders(): number {
    return this.view.getUint32(this.at + 40, true)
  }
  set totalAffectedOrders(value: number) {
    this.view.setUint32(this.at + 40, value, true)
  }

  /** Reserved3(25103): 0. */
  get reserved3(): number {
    return this.view.getUint32(this.at + 44, true)
  }
  set reserved3(value: number) {
    this.view.setUint32(this.at + 44, value, true)
  }

  /** TransactTime(60): when the sequencer took the command. */
  get transactTime(): number {
    return readInt64(this.view, this.at + 48)
  }
  set transactTime(value: number) {
    writeInt64(this.view, this.at + 48, value)
  }
}

/** Takes the account’s quotes back. Answered by MassQuoteAcknowledgement. MsgType Z, client. */
export class QuoteCancel {
  static readonly TEMPLATE_ID = 90
  static readonly BLOCK_BYTES = 56
  static readonly QUOTE_ID_OFFSET = 0
  static readonly SYMBOL_OFFSET = 36
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** QuoteID(117): id of this request; need only be well-formed. */
  get quoteId(): string {
    return readText(this.view, this.at, 36)
  }
  set quoteId(value: string) {
    writeText(this.view, this.at, 36, value)
  }

  /** Symbol(55): instrument; empty: all of them. */
  get symbol(): string {
    return readText(this.view, this.at + 36, 16)
  }
  set symbol(value: string) {
    writeText(this.view, this.at + 36, 16, value)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint32(this.at + 52, true)
  }
  set reserved(value: number) {
    this.view.setUint32(this.at + 52, value, true)
  }
}

/** Asks what an instrument is. Answered by a SecurityDefinition for each; the last says so. MsgType c, client. */
export class SecurityDefinitionRequest {
  static readonly TEMPLATE_ID = 99
  static readonly BLOCK_BYTES = 56
  static readonly SECURITY_REQ_ID_OFFSET = 0
  static readonly SYMBOL_OFFSET = 36
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** SecurityReqID(320): id of this request; need only be well-formed. */
  get securityReqId(): string {
    return readText(this.view, this.at, 36)
  }
  set securityReqId(value: string) {
    writeText(this.view, this.at, 36, value)
  }

  /** Symbol(55): instrument; empty: all of them. */
  get symbol(): string {
    return readText(this.view, this.at + 36, 16)
  }
  set symbol(value: string) {
    writeText(this.view, this.at + 36, 16, value)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint32(this.at + 52, true)
  }
  set reserved(value: number) {
    this.view.setUint32(this.at + 52, value, true)
  }
}

/** An instrument: what its ticks and lots are worth, and what an order may be. MsgType d, exchange. */
export class SecurityDefinition {
  static readonly TEMPLATE_ID = 100
  static readonly BLOCK_BYTES = 152
  static readonly SECURITY_REQ_ID_OFFSET = 0
  static readonly SYMBOL_OFFSET = 36
  static readonly BASE_CURRENCY_OFFSET = 56
  static readonly QUOTE_CURRENCY_OFFSET = 64
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** SecurityReqID(320): as asked. */
  get securityReqId(): string {
    return readText(this.view, this.at, 36)
  }
  set securityReqId(value: string) {
    writeText(this.view, this.at, 36, value)
  }

  /** Symbol(55): instrument; of a refusal as asked. */
  get symbol(): string {
    return readText(this.view, this.at + 36, 16)
  }
  set symbol(value: string) {
    writeText(this.view, this.at + 36, 16, value)
  }

  /** Phase(25166): the phase that it is in; 0 in a refusal. */
  get phase(): number {
    return this.view.getUint8(this.at + 52)
  }
  set phase(value: number) {
    this.view.setUint8(this.at + 52, value)
  }

  /** LastFragment(893): 1: the last answer to the request, else 0. */
  get lastFragment(): number {
    return this.view.getUint8(this.at + 53)
  }
  set lastFragment(value: number) {
    this.view.setUint8(this.at + 53, value)
  }

  /** Reason(25100): None, or why there is no definition. */
  get reason(): number {
    return this.view.getUint16(this.at + 54, true)
  }
  set reason(value: number) {
    this.view.setUint16(this.at + 54, value, true)
  }

  /** BaseCurrency(25112): what is traded. */
  get baseCurrency(): string {
    return readText(this.view, this.at + 56, 8)
  }
  set baseCurrency(value: string) {
    writeText(this.view, this.at + 56, 8, value)
  }

  /** QuoteCurrency(15): what it is paid in. */
  get quoteCurrency(): string {
    return readText(this.view, this.at + 64, 8)
  }
  set quoteCurrency(value: string) {
    writeText(this.view, this.at + 64, 8, value)
  }

  /** PriceDecimals(25114): TickSize is in 10^-PriceDecimals. */
  get priceDecimals(): number {
    return this.view.getUint32(this.at + 72, true)
  }
  set priceDecimals(value: number) {
    this.view.setUint32(this.at + 72, value, true)
  }

  /** LotDecimals(25115): LotSize is in 10^-LotDecimals. */
  get lotDecimals(): number {
    return this.view.getUint32(this.at + 76, true)
  }
  set lotDecimals(value: number) {
    this.view.setUint32(this.at + 76, value, true)
  }

  /** TickSize(969): one tick. */
  get tickSize(): number {
    return readInt64(this.view, this.at + 80)
  }
  set tickSize(value: number) {
    writeInt64(this.view, this.at + 80, value)
  }

  /** LotSize(1234): one lot. */
  get lotSize(): number {
    return readInt64(this.view, this.at + 88)
  }
  set lotSize(value: number) {
    writeInt64(this.view, this.at + 88, value)
  }

  /** PriceMin(25116): lowest price, ticks. */
  get priceMin(): number {
    return readInt64(this.view, this.at + 96)
  }
  set priceMin(value: number) {
    writeInt64(this.view, this.at + 96, value)
  }

  /** PriceMax(25117): highest price, ticks. */
  get priceMax(): number {
    return readInt64(this.view, this.at + 104)
  }
  set priceMax(value: number) {
    writeInt64(this.view, this.at + 104, value)
  }

  /** QtyMin(25118): smallest order, lots. */
  get qtyMin(): number {
    return readInt64(this.view, this.at + 112)
  }
  set qtyMin(value: number) {
    writeInt64(this.view, this.at + 112, value)
  }

  /** QtyMax(1140): largest order, lots. */
  get qtyMax(): number {
    return readInt64(this.view, this.at + 120)
  }
  set qtyMax(value: number) {
    writeInt64(this.view, this.at + 120, value)
  }

  /** NotionalMin(25119): smallest order, units of the quote currency. */
  get notionalMin(): number {
    return readInt64(this.view, this.at + 128)
  }
  set notionalMin(value: number) {
    writeInt64(this.view, this.at + 128, value)
  }

  /** NotionalMax(25120): largest order, units of the quote currency. */
  get notionalMax(): number {
    return readInt64(this.view, this.at + 136)
  }
  set notionalMax(value: number) {
    writeInt64(this.view, this.at + 136, value)
  }

  /** QuoteDecimals(25183): a unit of the quote currency is 10^-QuoteDecimals. */
  get quoteDecimals(): number {
    return this.view.getUint32(this.at + 144, true)
  }
  set quoteDecimals(value: number) {
    this.view.setUint32(this.at + 144, value, true)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint32(this.at + 148, true)
  }
  set reserved(value: number) {
    this.view.setUint32(this.at + 148, value, true)
  }
}

/** Asks which phase an instrument is in. Answered by a TradingSessionStatus for each; the last says so. MsgType g, client. */
export class TradingSessionStatusRequest {
  static readonly TEMPLATE_ID = 103
  static readonly BLOCK_BYTES = 56
  static readonly TRAD_SES_REQ_ID_OFFSET = 0
  static readonly SYMBOL_OFFSET = 36
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** TradSesReqID(335): id of this request; need only be well-formed. */
  get tradSesReqId(): string {
    return readText(this.view, this.at, 36)
  }
  set tradSesReqId(value: string) {
    writeText(this.view, this.at, 36, value)
  }

  /** Symbol(55): instrument; empty: all of them. */
  get symbol(): string {
    return readText(this.view, this.at + 36, 16)
  }
  set symbol(value: string) {
    writeText(this.view, this.at + 36, 16, value)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint32(this.at + 52, true)
  }
  set reserved(value: number) {
    this.view.setUint32(this.at + 52, value, true)
  }
}

/** The phase that an instrument is in. MsgType h, exchange. */
export class TradingSessionStatus {
  static readonly TEMPLATE_ID = 104
  static readonly BLOCK_BYTES = 64
  static readonly TRAD_SES_REQ_ID_OFFSET = 0
  static readonly SYMBOL_OFFSET = 36
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** TradSesReqID(335): as asked. */
  get tradSesReqId(): string {
    return readText(this.view, this.at, 36)
  }
  set tradSesReqId(value: string) {
    writeText(this.view, this.at, 36, value)
  }

  /** Symbol(55): instrument; of a refusal as asked. */
  get symbol(): string {
    return readText(this.view, this.at + 36, 16)
  }
  set symbol(value: string) {
    writeText(this.view, this.at + 36, 16, value)
  }

  /** Phase(25166): the phase that it is in; 0 in a refusal. */
  get phase(): number {
    return this.view.getUint8(this.at + 52)
  }
  set phase(value: number) {
    this.view.setUint8(this.at + 52, value)
  }

  /** LastFragment(893): 1: the last answer to the request, else 0. */
  get lastFragment(): number {
    return this.view.getUint8(this.at + 53)
  }
  set lastFragment(value: number) {
    this.view.setUint8(this.at + 53, value)
  }

  /** Reason(25100): None, or why there is no answer. */
  get reason(): number {
    return this.view.getUint16(this.at + 54, true)
  }
  set reason(value: number) {
    this.view.setUint16(this.at + 54, value, true)
  }

  /** PhaseEnds(25184): µs since 1970; absent: when the operator says so. INT64_NULL if absent. */
  get phaseEnds(): number {
    return readInt64(this.view, this.at + 56)
  }
  set phaseEnds(value: number) {
    writeInt64(this.view, this.at + 56, value)
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
  static readonly BLOCK_BYTES = 176
  static readonly BLOCK_BYTES_V1 = 128
  static readonly SYMBOL_OFFSET = 0
  static readonly BASE_CURRENCY_OFFSET = 16
  static readonly QUOTE_CURRENCY_OFFSET = 24
  view: DataView = NOTHING
  at = 0
  /** Length of the root block. */
  blockBytes = 176

  /** Stands over the root block that begins at `at` and is `blockBytes` long. */
  wrap(view: DataView, at: number, blockBytes = 176): this {
    this.view = view
    this.at = at
    this.blockBytes = blockBytes
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

  /** ProtectionBps(25140): how far a market order may reach; default 500. */
  get protectionBps(): number {
    return this.blockBytes < 132 ? 500 : this.view.getUint32(this.at + 128, true)
  }
  set protectionBps(value: number) {
    this.view.setUint32(this.at + 128, value, true)
  }

  /** BandBps(25141): half width of the price band; 0: no band. */
  get bandBps(): number {
    return this.blockBytes < 136 ? 0 : this.view.getUint32(this.at + 132, true)
  }
  set bandBps(value: number) {
    this.view.setUint32(this.at + 132, value, true)
  }

  /** BandPolicy(25142): what happens at the band. */
  get bandPolicy(): number {
    return this.blockBytes < 137 ? 0 : this.view.getUint8(this.at + 136)
  }
  set bandPolicy(value: number) {
    this.view.setUint8(this.at + 136, value)
  }

  /** Matching(25143): how a price level is shared out. */
  get matching(): number {
    return this.blockBytes < 138 ? 0 : this.view.getUint8(this.at + 137)
  }
  set matching(value: number) {
    this.view.setUint8(this.at + 137, value)
  }

  /** TopOrder(25144): 1: pro-rata serves the order that bettered the price first. */
  get topOrder(): number {
    return this.blockBytes < 139 ? 0 : this.view.getUint8(this.at + 138)
  }
  set topOrder(value: number) {
    this.view.setUint8(this.at + 138, value)
  }

  /** InitialPhase(25145): of a new market; 0: Continuous. */
  get initialPhase(): number {
    return this.blockBytes < 140 ? 0 : this.view.getUint8(this.at + 139)
  }
  set initialPhase(value: number) {
    this.view.setUint8(this.at + 139, value)
  }

  /** AllocationMin(25146): smallest pro-rata share, lots; less becomes 0. */
  get allocationMin(): number {
    return this.blockBytes < 144 ? 0 : this.view.getUint32(this.at + 140, true)
  }
  set allocationMin(value: number) {
    this.view.setUint32(this.at + 140, value, true)
  }

  /** AuctionSeconds(25147): length of an auction; 0: the operator ends it. */
  get auctionSeconds(): number {
    return this.blockBytes < 148 ? 0 : this.view.getUint32(this.at + 144, true)
  }
  set auctionSeconds(value: number) {
    this.view.setUint32(this.at + 144, value, true)
  }

  /** LimitStateSeconds(25148): at the band so long: a pause follows. */
  get limitStateSeconds(): number {
    return this.blockBytes < 152 ? 0 : this.view.getUint32(this.at + 148, true)
  }
  set limitStateSeconds(value: number) {
    this.view.setUint32(this.at + 148, value, true)
  }

  /** PauseSeconds(25149): length of a pause at the band, and of a halt by a move. */
  get pauseSeconds(): number {
    return this.blockBytes < 156 ? 0 : this.view.getUint32(this.at + 152, true)
  }
  set pauseSeconds(value: number) {
    this.view.setUint32(this.at + 152, value, true)
  }

  /** ReferenceWindowSeconds(25150): the band reference is the mean price of so long; 0: the last uncross. */
  get referenceWindowSeconds(): number {
    return this.blockBytes < 160 ? 0 : this.view.getUint32(this.at + 156, true)
  }
  set referenceWindowSeconds(value: number) {
    this.view.setUint32(this.at + 156, value, true)
  }

  /** MoveBps(25151): a move of so much within the window halts; 0: none does. */
  get moveBps(): number {
    return this.blockBytes < 164 ? 0 : this.view.getUint32(this.at + 160, true)
  }
  set moveBps(value: number) {
    this.view.setUint32(this.at + 160, value, true)
  }

  /** MoveWindowSeconds(25152): the window of MoveBps. */
  get moveWindowSeconds(): number {
    return this.blockBytes < 168 ? 0 : this.view.getUint32(this.at + 164, true)
  }
  set moveWindowSeconds(value: number) {
    this.view.setUint32(this.at + 164, value, true)
  }

  /** ReferenceStepBps(25172): the mean must be so far off to become the reference. */
  get referenceStepBps(): number {
    return this.blockBytes < 172 ? 0 : this.view.getUint32(this.at + 168, true)
  }
  set referenceStepBps(value: number) {
    this.view.setUint32(this.at + 168, value, true)
  }

  /** ReferenceIntervalSeconds(25173): and the reference at least so old. */
  get referenceIntervalSeconds(): number {
    return this.blockBytes < 176 ? 0 : this.view.getUint32(this.at + 172, true)
  }
  set referenceIntervalSeconds(value: number) {
    this.view.setUint32(this.at + 172, value, true)
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

/** What a fill costs, of orders entered from now on. The first that is said of: account and symbol, account, symbol, all. MsgType UF, command. */
export class FeeDefine {
  static readonly TEMPLATE_ID = 18005
  static readonly BLOCK_BYTES = 40
  static readonly ACCOUNT_OFFSET = 0
  static readonly SYMBOL_OFFSET = 16
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** Account(1): the account; empty: every one. */
  get account(): string {
    return readText(this.view, this.at, 16)
  }
  set account(value: string) {
    writeText(this.view, this.at, 16, value)
  }

  /** Symbol(55): the instrument; empty: every one. */
  get symbol(): string {
    return readText(this.view, this.at + 16, 16)
  }
  set symbol(value: string) {
    writeText(this.view, this.at + 16, 16, value)
  }

  /** MakerPpm(25153): millionths of the money, of the order that rested. All ones if absent. */
  get makerPpm(): number {
    return this.view.getUint32(this.at + 32, true)
  }
  set makerPpm(value: number) {
    this.view.setUint32(this.at + 32, value, true)
  }

  /** TakerPpm(25154): of the order that arrived; both absent: unsaid. All ones if absent. */
  get takerPpm(): number {
    return this.view.getUint32(this.at + 36, true)
  }
  set takerPpm(value: number) {
    this.view.setUint32(this.at + 36, value, true)
  }
}

/** How far an account may go. 0: no limit; absent: unsaid. Each field is the first said of: account and symbol, account, symbol, all. MsgType UR, command. */
export class RiskDefine {
  static readonly TEMPLATE_ID = 21077
  static readonly BLOCK_BYTES = 80
  static readonly ACCOUNT_OFFSET = 0
  static readonly SYMBOL_OFFSET = 16
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** Account(1): the account; empty: every one. */
  get account(): string {
    return readText(this.view, this.at, 16)
  }
  set account(value: string) {
    writeText(this.view, this.at, 16, value)
  }

  /** Symbol(55): the instrument; empty: every one. */
  get symbol(): string {
    return readText(this.view, this.at + 16, 16)
  }
  set symbol(value: string) {
    writeText(this.view, this.at + 16, 16, value)
  }

  /** OrderQtyMax(25155): lots of one order. INT64_NULL if absent. */
  get orderQtyMax(): number {
    return readInt64(this.view, this.at + 32)
  }
  set orderQtyMax(value: number) {
    writeInt64(this.view, this.at + 32, value)
  }

  /** OrderNotionalMax(25156): money of one order, quote units. INT64_NULL if absent. */
  get orderNotionalMax(): number {
    return readInt64(this.view, this.at + 40)
  }
  set orderNotionalMax(value: number) {
    writeInt64(this.view, this.at + 40, value)
  }

  /** PositionMax(25157): lots, long or short, open orders included. INT64_NULL if absent. */
  get positionMax(): number {
    return readInt64(this.view, this.at + 48)
  }
  set positionMax(value: number) {
    writeInt64(this.view, this.at + 48, value)
  }

  /** ExposureMax(25158): positions and open orders in that currency, quote units. INT64_NULL if absent. */
  get exposureMax(): number {
    return readInt64(this.view, this.at + 56)
  }
  set exposureMax(value: number) {
    writeInt64(this.view, this.at + 56, value)
  }

  /** DailyLossMax(25159): loss of the day in that currency, quote units. INT64_NULL if absent. */
  get dailyLossMax(): number {
    return readInt64(this.view, this.at + 64)
  }
  set dailyLossMax(value: number) {
    writeInt64(this.view, this.at + 64, value)
  }

  /** OpenOrdersMax(25122): in all markets; only with an empty Symbol. All ones if absent. */
  get openOrdersMax(): number {
    return this.view.getUint32(this.at + 72, true)
  }
  set openOrdersMax(value: number) {
    this.view.setUint32(this.at + 72, value, true)
  }

  /** MessagesPerSecond(25160): orders and replaces; only with an empty Symbol. All ones if absent. */
  get messagesPerSecond(): number {
    return this.view.getUint32(this.at + 76, true)
  }
  set messagesPerSecond(value: number) {
    this.view.setUint32(this.at + 76, value, true)
  }
}

/** Which accounts are one for self-trade prevention. MsgType UG, command. */
export class GroupDefine {
  static readonly TEMPLATE_ID = 18261
  static readonly BLOCK_BYTES = 24
  static readonly ACCOUNT_OFFSET = 0
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

  /** Group(25161): number of its group; 0: alone. */
  get group(): number {
    return this.view.getUint32(this.at + 16, true)
  }
  set group(value: number) {
    this.view.setUint32(this.at + 16, value, true)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint32(this.at + 20, true)
  }
  set reserved(value: number) {
    this.view.setUint32(this.at + 20, value, true)
  }
}

/** Which firm an account belongs to. Of its reports those from now on are the firm’s. MsgType UV, command. */
export class FirmDefine {
  static readonly TEMPLATE_ID = 22101
  static readonly BLOCK_BYTES = 32
  static readonly ACCOUNT_OFFSET = 0
  static readonly FIRM_OFFSET = 16
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

  /** Firm(25224): its firm; empty: none. */
  get firm(): string {
    return readText(this.view, this.at + 16, 16)
  }
  set firm(value: string) {
    writeText(this.view, this.at + 16, 16, value)
  }
}

/** A session that may log on for copies of reports, from now on: of an account’s sessions, or of a firm’s. MsgType UJ, command. */
export class DropCopyDefine {
  static readonly TEMPLATE_ID = 19029
  static readonly BLOCK_BYTES = 48
  static readonly COMP_ID_OFFSET = 0
  static readonly ACCOUNT_OFFSET = 16
  static readonly FIRM_OFFSET = 32
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** CompID(49): the drop copy session. */
  get compId(): string {
    return readText(this.view, this.at, 16)
  }
  set compId(value: string) {
    writeText(this.view, this.at, 16, value)
  }

  /** Account(1): whose reports; or empty. */
  get account(): string {
    return readText(this.view, this.at + 16, 16)
  }
  set account(value: string) {
    writeText(this.view, this.at + 16, 16, value)
  }

  /** Firm(25224): whose reports; or empty: one of the two is named. */
  get firm(): string {
    return readText(this.view, this.at + 32, 16)
  }
  set firm(value: string) {
    writeText(this.view, this.at + 32, 16, value)
  }
}

/** Circuit breakers of the whole venue: a fall of so much since the day’s start halts every market. 0: off. MsgType UB, command. */
export class BreakerDefine {
  static readonly TEMPLATE_ID = 16981
  static readonly BLOCK_BYTES = 16
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** Level1Bps(25162): halts for HaltSeconds. */
  get level1Bps(): number {
    return this.view.getUint32(this.at, true)
  }
  set level1Bps(value: number) {
    this.view.setUint32(this.at, value, true)
  }

  /** Level2Bps(25163): halts for HaltSeconds. */
  get level2Bps(): number {
    return this.view.getUint32(this.at + 4, true)
  }
  set level2Bps(value: number) {
    this.view.setUint32(this.at + 4, value, true)
  }

  /** Level3Bps(25164): ends the day’s trading. */
  get level3Bps(): number {
    return this.view.getUint32(this.at + 8, true)
  }
  set level3Bps(value: number) {
    this.view.setUint32(this.at + 8, value, true)
  }

  /** HaltSeconds(25165): length of a halt of level 1 or 2. */
  get haltSeconds(): number {
    return this.view.getUint32(this.at + 12, true)
  }
  set haltSeconds(value: number) {
    this.view.setUint32(this.at + 12, value, true)
  }
}

/** Moves markets to a phase. MsgType UP, command. */
export class PhaseChange {
  static readonly TEMPLATE_ID = 20565
  static readonly BLOCK_BYTES = 24
  static readonly SYMBOL_OFFSET = 0
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** Symbol(55): the market; empty: all of them. */
  get symbol(): string {
    return readText(this.view, this.at, 16)
  }
  set symbol(value: string) {
    writeText(this.view, this.at, 16, value)
  }

  /** Phase(25166): the phase to enter. */
  get phase(): number {
    return this.view.getUint8(this.at + 16)
  }
  set phase(value: number) {
    this.view.setUint8(this.at + 16, value)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint8(this.at + 17)
  }
  set reserved(value: number) {
    this.view.setUint8(this.at + 17, value)
  }

  /** Reserved2(25102): 0. */
  get reserved2(): number {
    return this.view.getUint16(this.at + 18, true)
  }
  set reserved2(value: number) {
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

/** Stops an account, or everyone: what is open is cancelled and what is new refused, until it is lifted. MsgType UK, command. */
export class KillSwitch {
  static readonly TEMPLATE_ID = 19285
  static readonly BLOCK_BYTES = 24
  static readonly ACCOUNT_OFFSET = 0
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** Account(1): the account; empty: the whole exchange. */
  get account(): string {
    return readText(this.view, this.at, 16)
  }
  set account(value: string) {
    writeText(this.view, this.at, 16, value)
  }

  /** On(25167): 1: nothing but cancels, 2: only what reduces positions too, 0: lifted. */
  get on(): number {
    return this.view.getUint8(this.at + 16)
  }
  set on(value: number) {
    this.view.setUint8(this.at + 16, value)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint8(this.at + 17)
  }
  set reserved(value: number) {
    this.view.setUint8(this.at + 17, value)
  }

  /** Reserved2(25102): 0. */
  get reserved2(): number {
    return this.view.getUint16(this.at + 18, true)
  }
  set reserved2(value: number) {
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

/** A trading day begins: daily losses and the venue’s breakers count from here. MsgType UY, command. */
export class DayStart {
  static readonly TEMPLATE_ID = 22869
  static readonly BLOCK_BYTES = 8
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** LateTime(25171): from then on only level 3 breaks, µs since 1970; 0: no such time. */
  get lateTime(): number {
    return readInt64(this.view, this.at)
  }
  set lateTime(value: number) {
    writeInt64(this.view, this.at, value)
  }
}

/** Nothing but its time: what was due by then happens. Sent where a WakeUp asked for it. MsgType UT, command. */
export class Tick {
  static readonly TEMPLATE_ID = 21589
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

/** A Logon that a gateway found in order. Answered by SessionOpened. MsgType UO, command. */
export class SessionOpen {
  static readonly TEMPLATE_ID = 20309
  static readonly BLOCK_BYTES = 36
  static readonly BLOCK_BYTES_V1 = 24
  static readonly COMP_ID_OFFSET = 0
  view: DataView = NOTHING
  at = 0
  /** Length of the root block. */
  blockBytes = 36

  /** Stands over the root block that begins at `at` and is `blockBytes` long. */
  wrap(view: DataView, at: number, blockBytes = 36): this {
    this.view = view
    this.at = at
    this.blockBytes = blockBytes
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

  /** CancelOnDisconnectType(35002): when the orders that the session entered are cancelled. */
  get cancelOnDisconnectType(): number {
    return this.blockBytes < 25 ? 0 : this.view.getUint8(this.at + 24)
  }
  set cancelOnDisconnectType(value: number) {
    this.view.setUint8(this.at + 24, value)
  }

  /** SecondLogon(25180): whether it takes the place of a live connection. */
  get secondLogon(): number {
    return this.blockBytes < 26 ? 0 : this.view.getUint8(this.at + 25)
  }
  set secondLogon(value: number) {
    this.view.setUint8(this.at + 25, value)
  }

  /** ResetSeqNumFlag(141): 1: its numbers begin again at 1. */
  get resetSeqNumFlag(): number {
    return this.blockBytes < 27 ? 0 : this.view.getUint8(this.at + 26)
  }
  set resetSeqNumFlag(value: number) {
    this.view.setUint8(this.at + 26, value)
  }

  /** DropCopyFlag(9406): 1: as a drop copy session, and as no other. */
  get dropCopyFlag(): number {
    return this.blockBytes < 28 ? 0 : this.view.getUint8(this.at + 27)
  }
  set dropCopyFlag(value: number) {
    this.view.setUint8(this.at + 27, value)
  }

  /** CODTimeoutWindow(35003): ms from the end of the connection until they are. */
  get codTimeoutWindow(): number {
    return this.blockBytes < 32 ? 0 : this.view.getUint32(this.at + 28, true)
  }
  set codTimeoutWindow(value: number) {
    this.view.setUint32(this.at + 28, value, true)
  }

  /** AccountSessionsMax(25231): how many of its account’s sessions may be logged on; 0: all of them. */
  get accountSessionsMax(): number {
    return this.blockBytes < 36 ? 0 : this.view.getUint32(this.at + 32, true)
  }
  set accountSessionsMax(value: number) {
    this.view.setUint32(this.at + 32, value, true)
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

  /** SessionEnd(25181): how it ended. */
  get sessionEnd(): number {
    return this.view.getUint8(this.at + 4)
  }
  set sessionEnd(value: number) {
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
}

/** The exchange was started again, or ends: no connection of before is open any more. MsgType UL, command. */
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

  /** InOrder(25222): 1: it ends, and all is well; else it was started. */
  get inOrder(): number {
    return this.view.getUint8(this.at)
  }
  set inOrder(value: number) {
    this.view.setUint8(this.at, value)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint8(this.at + 1)
  }
  set reserved(value: number) {
    this.view.setUint8(this.at + 1, value)
  }

  /** Reserved2(25102): 0. */
  get reserved2(): number {
    return this.view.getUint16(this.at + 2, true)
  }
  set reserved2(value: number) {
    this.view.setUint16(this.at + 2, value, true)
  }

  /** Reserved3(25103): 0. */
  get reserved3(): number {
    return this.view.getUint32(this.at + 4, true)
  }
  set reserved3(value: number) {
    this.view.setUint32(this.at + 4, value, true)
  }
}

/** The numbers of all sessions begin again. Said again of the same time, or of one before, it changes nothing. MsgType UZ, command. */
export class SessionsReset {
  static readonly TEMPLATE_ID = 23125
  static readonly BLOCK_BYTES = 8
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** ResetTime(25230): when that was due, µs since 1970. */
  get resetTime(): number {
    return readInt64(this.view, this.at)
  }
  set resetTime(value: number) {
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

  /** Account(1): the account’s number; of a drop copy session its tape’s. */
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

  /** NumberedFromHigh(25185): the event behind which reports have these numbers; 0: all. */
  get numberedFromHigh(): number {
    return this.view.getUint16(this.at + 18, true)
  }
  set numberedFromHigh(value: number) {
    this.view.setUint16(this.at + 18, value, true)
  }

  /** NumberedFromLow(25186): its lower 32 bits. */
  get numberedFromLow(): number {
    return this.view.getUint32(this.at + 20, true)
  }
  set numberedFromLow(value: number) {
    this.view.setUint32(this.at + 20, value, true)
  }
}

/** Whose reports are copied: said before the first of them, and to gateways at each start. MsgType Us, event. */
export class SessionNamed {
  static readonly TEMPLATE_ID = 29525
  static readonly BLOCK_BYTES = 40
  static readonly ACCOUNT_OFFSET = 8
  static readonly COMP_ID_OFFSET = 24
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** Session(25223): its number. */
  get session(): number {
    return this.view.getUint32(this.at, true)
  }
  set session(value: number) {
    this.view.setUint32(this.at, value, true)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint32(this.at + 4, true)
  }
  set reserved(value: number) {
    this.view.setUint32(this.at + 4, value, true)
  }

  /** Account(1): the account that it trades for. */
  get account(): string {
    return readText(this.view, this.at + 8, 16)
  }
  set account(value: string) {
    writeText(this.view, this.at + 8, 16, value)
  }

  /** CompID(49): the session. */
  get compId(): string {
    return readText(this.view, this.at + 24, 16)
  }
  set compId(value: string) {
    writeText(this.view, this.at + 24, 16, value)
  }
}

/** An operator’s command changed nothing; or, of one with a number, it is done: Reason None. The number is in the envelope. MsgType Uf, event. */
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

  /** Auction(25168): 1: of an uncross, where the younger order counts as the taker. */
  get auction(): number {
    return this.view.getUint8(this.at + 5)
  }
  set auction(value: number) {
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

  /** Price(44): ticks: the resting order’s, or the uncross’s. */
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

/** A market has entered a phase. MsgType Uh, event. */
export class PhaseChanged {
  static readonly TEMPLATE_ID = 26709
  static readonly BLOCK_BYTES = 8
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

  /** Phase(25166): the phase it is in now. */
  get phase(): number {
    return this.view.getUint8(this.at + 4)
  }
  set phase(value: number) {
    this.view.setUint8(this.at + 4, value)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint8(this.at + 5)
  }
  set reserved(value: number) {
    this.view.setUint8(this.at + 5, value)
  }

  /** Reason(25100): why, where it was no operator and no auction’s end. */
  get reason(): number {
    return this.view.getUint16(this.at + 6, true)
  }
  set reason(value: number) {
    this.view.setUint16(this.at + 6, value, true)
  }
}

/** What an uncross would do now. All 0: nothing would trade. MsgType Ua, event. */
export class AuctionIndicative {
  static readonly TEMPLATE_ID = 24917
  static readonly BLOCK_BYTES = 32
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

  /** Price(44): ticks. */
  get price(): number {
    return readInt64(this.view, this.at + 8)
  }
  set price(value: number) {
    writeInt64(this.view, this.at + 8, value)
  }

  /** Lots(32): lots that would trade. */
  get lots(): number {
    return readInt64(this.view, this.at + 16)
  }
  set lots(value: number) {
    writeInt64(this.view, this.at + 16, value)
  }

  /** Imbalance(25169): lots left over at that price: bought positive, sold negative. */
  get imbalance(): number {
    return readInt64(this.view, this.at + 24)
  }
  set imbalance(value: number) {
    writeInt64(this.view, this.at + 24, value)
  }
}

/** Two orders of one group did not trade. MsgType Um, event. */
export class PreventedMatch {
  static readonly TEMPLATE_ID = 27989
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

  /** MakerOrderID(25130): the order that was resting. */
  get makerOrderId(): number {
    return readInt64(this.view, this.at + 8)
  }
  set makerOrderId(value: number) {
    writeInt64(this.view, this.at + 8, value)
  }

  /** TakerOrderID(25131): the order that arrived. */
  get takerOrderId(): number {
    return readInt64(this.view, this.at + 16)
  }
  set takerOrderId(value: number) {
    writeInt64(this.view, this.at + 16, value)
  }

  /** Price(44): ticks at which they would have traded. */
  get price(): number {
    return readInt64(this.view, this.at + 24)
  }
  set price(value: number) {
    writeInt64(this.view, this.at + 24, value)
  }

  /** Lots(32): lots that they would have traded. */
  get lots(): number {
    return readInt64(this.view, this.at + 32)
  }
  set lots(value: number) {
    writeInt64(this.view, this.at + 32, value)
  }
}

/** Something becomes due at this time: a Tick is wanted then. Of several the earliest counts, and a Tick answers all. MsgType Uw, event. */
export class WakeUp {
  static readonly TEMPLATE_ID = 30549
  static readonly BLOCK_BYTES = 8
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** WakeTime(25170): µs since 1970. */
  get wakeTime(): number {
    return readInt64(this.view, this.at)
  }
  set wakeTime(value: number) {
    writeInt64(this.view, this.at, value)
  }
}

/** The shard that an account or a symbol lives on, for ever. Said before anything else names it; unsaid: shard 0. MsgType UH, command. */
export class ShardDefine {
  static readonly TEMPLATE_ID = 18517
  static readonly BLOCK_BYTES = 40
  static readonly ACCOUNT_OFFSET = 0
  static readonly SYMBOL_OFFSET = 16
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** Account(1): the account, or empty. */
  get account(): string {
    return readText(this.view, this.at, 16)
  }
  set account(value: string) {
    writeText(this.view, this.at, 16, value)
  }

  /** Symbol(55): instrument, upper case, NUL-padded; or empty: one of the two is named. */
  get symbol(): string {
    return readText(this.view, this.at + 16, 16)
  }
  set symbol(value: string) {
    writeText(this.view, this.at + 16, 16, value)
  }

  /** Shard(25178): from 0. */
  get shard(): number {
    return this.view.getUint32(this.at + 32, true)
  }
  set shard(value: number) {
    this.view.setUint32(this.at + 32, value, true)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint32(this.at + 36, true)
  }
  set reserved(value: number) {
    this.view.setUint32(this.at + 36, value, true)
  }
}

/** To an account’s home: an order away from it needs so much. Answered by FundsGrant. MsgType Uq, shards. */
export class FundsAsk {
  static readonly TEMPLATE_ID = 29013
  static readonly BLOCK_BYTES = 32
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** FromShard(25174): the shard that says it. */
  get fromShard(): number {
    return this.view.getUint16(this.at, true)
  }
  set fromShard(value: number) {
    this.view.setUint16(this.at, value, true)
  }

  /** ToShard(25175): the shard that is to hear it. */
  get toShard(): number {
    return this.view.getUint16(this.at + 2, true)
  }
  set toShard(value: number) {
    this.view.setUint16(this.at + 2, value, true)
  }

  /** Account(1): the account’s number. */
  get account(): number {
    return this.view.getUint32(this.at + 4, true)
  }
  set account(value: number) {
    this.view.setUint32(this.at + 4, value, true)
  }

  /** CurrencyNumber(25176): the currency’s number; 0: none. */
  get currencyNumber(): number {
    return this.view.getUint32(this.at + 8, true)
  }
  set currencyNumber(value: number) {
    this.view.setUint32(this.at + 8, value, true)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint32(this.at + 12, true)
  }
  set reserved(value: number) {
    this.view.setUint32(this.at + 12, value, true)
  }

  /** Number(25177): counts up by one for each message of the sender’s. */
  get number(): number {
    return readInt64(this.view, this.at + 16)
  }
  set number(value: number) {
    writeInt64(this.view, this.at + 16, value)
  }

  /** Amount(25123): units that an order needs, above 0. */
  get amount(): number {
    return readInt64(this.view, this.at + 24)
  }
  set amount(value: number) {
    writeInt64(this.view, this.at + 24, value)
  }
}

/** From an account’s home: the money, or none, for the request that waits for it. MsgType Ug, shards. */
export class FundsGrant {
  static readonly TEMPLATE_ID = 26453
  static readonly BLOCK_BYTES = 32
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** FromShard(25174): the shard that says it. */
  get fromShard(): number {
    return this.view.getUint16(this.at, true)
  }
  set fromShard(value: number) {
    this.view.setUint16(this.at, value, true)
  }

  /** ToShard(25175): the shard that is to hear it. */
  get toShard(): number {
    return this.view.getUint16(this.at + 2, true)
  }
  set toShard(value: number) {
    this.view.setUint16(this.at + 2, value, true)
  }

  /** Account(1): the account’s number. */
  get account(): number {
    return this.view.getUint32(this.at + 4, true)
  }
  set account(value: number) {
    this.view.setUint32(this.at + 4, value, true)
  }

  /** CurrencyNumber(25176): the currency’s number; 0: none. */
  get currencyNumber(): number {
    return this.view.getUint32(this.at + 8, true)
  }
  set currencyNumber(value: number) {
    this.view.setUint32(this.at + 8, value, true)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint32(this.at + 12, true)
  }
  set reserved(value: number) {
    this.view.setUint32(this.at + 12, value, true)
  }

  /** Number(25177): counts up by one for each message of the sender’s. */
  get number(): number {
    return readInt64(this.view, this.at + 16)
  }
  set number(value: number) {
    writeInt64(this.view, this.at + 16, value)
  }

  /** Amount(25123): units that were asked for and go along; 0: there were not so many. */
  get amount(): number {
    return readInt64(this.view, this.at + 24)
  }
  set amount(value: number) {
    writeInt64(this.view, this.at + 24, value)
  }
}

/** To an account’s home: money that no order holds any more. MsgType Ur, shards. */
export class FundsReturn {
  static readonly TEMPLATE_ID = 29269
  static readonly BLOCK_BYTES = 32
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** FromShard(25174): the shard that says it. */
  get fromShard(): number {
    return this.view.getUint16(this.at, true)
  }
  set fromShard(value: number) {
    this.view.setUint16(this.at, value, true)
  }

  /** ToShard(25175): the shard that is to hear it. */
  get toShard(): number {
    return this.view.getUint16(this.at + 2, true)
  }
  set toShard(value: number) {
    this.view.setUint16(this.at + 2, value, true)
  }

  /** Account(1): the account’s number. */
  get account(): number {
    return this.view.getUint32(this.at + 4, true)
  }
  set account(value: number) {
    this.view.setUint32(this.at + 4, value, true)
  }

  /** CurrencyNumber(25176): the currency’s number; 0: none. */
  get currencyNumber(): number {
    return this.view.getUint32(this.at + 8, true)
  }
  set currencyNumber(value: number) {
    this.view.setUint32(this.at + 8, value, true)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint32(this.at + 12, true)
  }
  set reserved(value: number) {
    this.view.setUint32(this.at + 12, value, true)
  }

  /** Number(25177): counts up by one for each message of the sender’s. */
  get number(): number {
    return readInt64(this.view, this.at + 16)
  }
  set number(value: number) {
    writeInt64(this.view, this.at + 16, value)
  }

  /** Amount(25123): units, above 0. */
  get amount(): number {
    return readInt64(this.view, this.at + 24)
  }
  set amount(value: number) {
    writeInt64(this.view, this.at + 24, value)
  }
}

/** From a shard to itself: the next request of the account, which waited behind one that needed funds, is due. MsgType Un, shards. */
export class RunWaiting {
  static readonly TEMPLATE_ID = 28245
  static readonly BLOCK_BYTES = 32
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** FromShard(25174): the shard that says it. */
  get fromShard(): number {
    return this.view.getUint16(this.at, true)
  }
  set fromShard(value: number) {
    this.view.setUint16(this.at, value, true)
  }

  /** ToShard(25175): the shard that is to hear it. */
  get toShard(): number {
    return this.view.getUint16(this.at + 2, true)
  }
  set toShard(value: number) {
    this.view.setUint16(this.at + 2, value, true)
  }

  /** Account(1): the account’s number. */
  get account(): number {
    return this.view.getUint32(this.at + 4, true)
  }
  set account(value: number) {
    this.view.setUint32(this.at + 4, value, true)
  }

  /** CurrencyNumber(25176): the currency’s number; 0: none. */
  get currencyNumber(): number {
    return this.view.getUint32(this.at + 8, true)
  }
  set currencyNumber(value: number) {
    this.view.setUint32(this.at + 8, value, true)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint32(this.at + 12, true)
  }
  set reserved(value: number) {
    this.view.setUint32(this.at + 12, value, true)
  }

  /** Number(25177): counts up by one for each message of the sender’s. */
  get number(): number {
    return readInt64(this.view, this.at + 16)
  }
  set number(value: number) {
    writeInt64(this.view, this.at + 16, value)
  }

  /** Amount(25123): 0. */
  get amount(): number {
    return readInt64(this.view, this.at + 24)
  }
  set amount(value: number) {
    writeInt64(this.view, this.at + 24, value)
  }
}

/** An entry of MassQuote's NoQuoteEntries. */
export class QuoteEntry {
  static readonly BLOCK_BYTES = 48
  static readonly SYMBOL_OFFSET = 0
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

  /** BidPx(132): ticks; with a BidSize above 0, and only then. INT64_NULL if absent. */
  get bidPx(): number {
    return readInt64(this.view, this.at + 16)
  }
  set bidPx(value: number) {
    writeInt64(this.view, this.at + 16, value)
  }

  /** BidSize(134): lots; 0: the bid is taken back; absent: it stays. INT64_NULL if absent. */
  get bidSize(): number {
    return readInt64(this.view, this.at + 24)
  }
  set bidSize(value: number) {
    writeInt64(this.view, this.at + 24, value)
  }

  /** OfferPx(133): ticks; with an OfferSize above 0, and only then. INT64_NULL if absent. */
  get offerPx(): number {
    return readInt64(this.view, this.at + 32)
  }
  set offerPx(value: number) {
    writeInt64(this.view, this.at + 32, value)
  }

  /** OfferSize(135): lots; 0: the offer is taken back; absent: it stays. INT64_NULL if absent. */
  get offerSize(): number {
    return readInt64(this.view, this.at + 40)
  }
  set offerSize(value: number) {
    writeInt64(this.view, this.at + 40, value)
  }
}

/** An entry of MassQuoteAcknowledgement's NoQuoteEntries. */
export class QuoteAnswer {
  static readonly BLOCK_BYTES = 40
  static readonly SYMBOL_OFFSET = 0
  view: DataView = NOTHING
  at = 0

  /** Stands over the root block that begins at `at`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }

  /** Symbol(55): as quoted. */
  get symbol(): string {
    return readText(this.view, this.at, 16)
  }
  set symbol(value: string) {
    writeText(this.view, this.at, 16, value)
  }

  /** BidOrderID(25207): the new bid; absent: there is none. INT64_NULL if absent. */
  get bidOrderId(): number {
    return readInt64(this.view, this.at + 16)
  }
  set bidOrderId(value: number) {
    writeInt64(this.view, this.at + 16, value)
  }

  /** OfferOrderID(25208): the new offer; absent: there is none. INT64_NULL if absent. */
  get offerOrderId(): number {
    return readInt64(this.view, this.at + 24)
  }
  set offerOrderId(value: number) {
    writeInt64(this.view, this.at + 24, value)
  }

  /** BidReason(25209): None, or why the bid was refused. */
  get bidReason(): number {
    return this.view.getUint16(this.at + 32, true)
  }
  set bidReason(value: number) {
    this.view.setUint16(this.at + 32, value, true)
  }

  /** OfferReason(25210): None, or why the offer was refused. */
  get offerReason(): number {
    return this.view.getUint16(this.at + 34, true)
  }
  set offerReason(value: number) {
    this.view.setUint16(this.at + 34, value, true)
  }

  /** Reserved(25101): 0. */
  get reserved(): number {
    return this.view.getUint32(this.at + 36, true)
  }
  set reserved(value: number) {
    this.view.setUint32(this.at + 36, value, true)
  }
}

/** Words of a block of ExecutionReport. */
export const ExecutionReportWords = {
  ORDER_ID: 0, // orderId i64
  EXEC_ID: 2, // execId i64
  ORDER_QTY: 4, // orderQty i64
  PRICE: 6, // price i64
  CUM_QTY: 8, // cumQty i64
  LEAVES_QTY: 10, // leavesQty i64
  LAST_QTY: 12, // lastQty i64
  LAST_PX: 14, // lastPx i64
  TRADE_ID: 16, // tradeId i64
  CUM_QUOTE_QTY: 18, // cumQuoteQty i64
  TRANSACT_TIME: 20, // transactTime i64
  CL_ORD_ID: 22, // clOrdId char[36]
  ORIG_CL_ORD_ID: 31, // origClOrdId char[36]
  SYMBOL: 40, // symbol char[16]
  EXEC_TYPE: 44, // execType u8, ordStatus u8, side u8, ordType u8
  TIME_IN_FORCE: 45, // timeInForce u8, aggressorIndicator u8, reason u16
  ORD_REJ_REASON: 46, // ordRejReason u16, accountTape u16
  WORKING_INDICATOR: 47, // workingIndicator u8, lastRptRequested u8, firmTape u16
  STOP_PX: 48, // stopPx i64
  DISPLAY_QTY: 50, // displayQty i64
  COMMISSION: 52, // commission i64
} as const

/** Words of a block of DepthUpdate. */
export const DepthUpdateWords = {
  INSTRUMENT: 0, // instrument u32
  SIDE: 1, // side u8, lastOfTurn u8, reserved u16
  UPDATE_ID: 2, // updateId i64
  PRICE: 4, // price i64
  LOTS: 6, // lots i64
  ORDERS: 8, // orders u32
  RESERVED3: 9, // reserved3 u32
} as const

/** Words of a block of BookTicker. */
export const BookTickerWords = {
  INSTRUMENT: 0, // instrument u32
  RESERVED: 1, // reserved u32
  UPDATE_ID: 2, // updateId i64
  BID_PX: 4, // bidPx i64
  BID_SIZE: 6, // bidSize i64
  OFFER_PX: 8, // offerPx i64
  OFFER_SIZE: 10, // offerSize i64
} as const

/** Words of a block of Trade. */
export const TradeWords = {
  INSTRUMENT: 0, // instrument u32
  TAKER_SIDE: 1, // takerSide u8, auction u8, reserved2 u16
  TRADE_ID: 2, // tradeId i64
  PRICE: 4, // price i64
  LOTS: 6, // lots i64
  MAKER_ORDER_ID: 8, // makerOrderId i64
  TAKER_ORDER_ID: 10, // takerOrderId i64
} as const
