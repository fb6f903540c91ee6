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
}

const chars = (values: Record<string, string>): EnumTable => ({
  encoding: 'u8',
  isChar: true,
  values: Object.fromEntries(Object.entries(values).map(([k, v]) => [k, v.charCodeAt(0)])),
})
const codes = (encoding: 'u8' | 'u16', values: Record<string, number>): EnumTable => ({
  encoding,
  isChar: false,
  values,
})

export const ENUMS = {
  Side: chars({ Buy: '1', Sell: '2' }),
  OrdType: chars({ Limit: '2' }),
  TimeInForce: chars({ GoodTillCancel: '1', ImmediateOrCancel: '3' }),
  ExecType: chars({
    New: '0',
    Canceled: '4',
    Replaced: '5',
    Rejected: '8',
    Expired: 'C',
    Trade: 'F',
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
  SessionStatus: codes('u8', {
    Active: 0,
    LogoutComplete: 4,
    BadCredentials: 5,
    LogonsNotAllowed: 7,
    MsgSeqNumTooLow: 9,
    NextExpectedTooHigh: 10,
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
  Reason: codes('u16', Object.fromEntries(REASONS.map((r) => [r.name, r.code]))),
} as const satisfies Record<string, EnumTable>

export type EnumName = keyof typeof ENUMS
