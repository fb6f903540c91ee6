/**
 * The closed sets of the protocol. Wire values are FIX's own wherever FIX has the set: a side is the character '1' or
 * '2', not a number of our invention.
 */
import { REASONS } from './reasons.ts'

export interface EnumTable {
  readonly encoding: 'u8' | 'u16'
  /** Whether the wire value is an ASCII character (SBE encoding char). */
  readonly isChar: boolean
  readonly values: Readonly<Record<string, number>>
  /** For the wire document, where a value or the whole set is none of FIX's. */
  readonly note?: string
}

const chars = (values: Record<string, string>, note?: string): EnumTable => ({
  encoding: 'u8',
  isChar: true,
  values: Object.fromEntries(Object.entries(values).map(([k, v]) => [k, v.charCodeAt(0)])),
  ...(note === undefined ? {} : { note }),
})
const codes = (
  encoding: 'u8' | 'u16',
  values: Record<string, number>,
  note?: string,
): EnumTable => ({
  encoding,
  isChar: false,
  values,
  ...(note === undefined ? {} : { note }),
})

export const ENUMS = {
  Side: chars({ Buy: '1', Sell: '2' }),
  OrdType: chars(
    {
      Market: '1',
      Limit: '2',
      Stop: '3',
      StopLimit: '4',
      MarketToLimit: 'K',
      Pegged: 'P',
      TrailingStop: 'T',
    },
    "'T' is ours: FIX says it by a stop with a peg",
  ),
  TimeInForce: chars({
    Day: '0',
    GoodTillCancel: '1',
    AtTheOpening: '2',
    ImmediateOrCancel: '3',
    FillOrKill: '4',
    GoodTillDate: '6',
    AtTheClose: '7',
  }),
  ExecType: chars({
    New: '0',
    Canceled: '4',
    Replaced: '5',
    Rejected: '8',
    Expired: 'C',
    Restated: 'D',
    Trade: 'F',
    OrderStatus: 'I',
    Triggered: 'L',
  }),
  OrdStatus: chars({
    New: '0',
    PartiallyFilled: '1',
    Filled: '2',
    Canceled: '4',
    Rejected: '8',
    Expired: 'C',
  }),
  CxlRejResponseTo: chars({ OrderCancelRequest: '1', OrderCancelReplaceRequest: '2' }),
  PegPriceType: codes('u8', { None: 0, MidPrice: 2, Market: 4, Primary: 5 }),
  PostOnly: codes(
    'u8',
    { No: 0, Reject: 1, Slide: 2 },
    'ours; FIX has ExecInst(18) 6 for Reject, and nothing for Slide',
  ),
  SelfTradePrevention: codes(
    'u8',
    { None: 0, ExpireTaker: 1, ExpireMaker: 2, ExpireBoth: 3, Decrement: 4 },
    'FIX’s values, and 4, which is ours',
  ),
  ContingencyType: codes(
    'u8',
    { None: 0, OneCancelsTheOther: 1, OneTriggersTheOther: 2, OneTriggersOnFirstFill: 101 },
    '101 is ours: the parent’s first fill triggers, not its last',
  ),
  ExecInst: codes(
    'u8',
    {
      None: 0,
      CancelOnConnectionLoss: 1,
      StayOnConnectionLoss: 2,
      CancelOnSystemFailure: 4,
      CancelOnLossOrFailure: 5,
      StayUntilSystemFailure: 6,
    },
    'FIX’s o, n and Q as bits',
  ),
  MassCancelScope: codes('u8', { Account: 0, Session: 1 }, 'ours'),
  MarketPhase: codes(
    'u8',
    {
      PreOpen: 1,
      OpeningAuction: 2,
      Continuous: 3,
      VolatilityAuction: 4,
      Halt: 5,
      ClosingAuction: 6,
      Closed: 7,
    },
    'ours',
  ),
  BandPolicy: codes('u8', { Cancel: 0, Pause: 1, LimitState: 2 }, 'ours'),
  Matching: codes('u8', { PriceTime: 0, ProRata: 1 }, 'ours'),
  CancelOnDisconnectType: codes('u8', { Never: 0, OnDisconnect: 1, OnLogout: 2, OnBoth: 3 }),
  SecondLogon: codes('u8', { Refused: 0, TakesOver: 1 }, 'ours'),
  SessionEnd: codes('u8', { Lost: 0, LoggedOut: 1 }, 'ours'),
  SessionStatus: codes('u8', {
    Active: 0,
    LogoutComplete: 4,
    BadCredentials: 5,
    LogonsNotAllowed: 7,
    MsgSeqNumTooLow: 9,
    NextExpectedTooHigh: 10,
    SequenceReset: 100,
  }),
  SessionRejectReason: codes('u16', {
    RequiredTagMissing: 1,
    ValueOutOfRange: 5,
    IncorrectDataFormat: 6,
    SignatureProblem: 8,
    CompIdProblem: 9,
    SendingTimeAccuracy: 10,
    InvalidMsgType: 11,
    Other: 99,
  }),
  BusinessRejectReason: codes('u16', {
    Other: 0,
    UnsupportedMessageType: 3,
    NotAuthorized: 6,
    Throttled: 8,
    Stale: 100,
  }),
  Reason: codes('u16', Object.fromEntries(REASONS.map((r) => [r.name, r.code]))),
} as const satisfies Record<string, EnumTable>

export type EnumName = keyof typeof ENUMS
