/**
 * The one table of every message. From it come the codecs (`codecs.ts`), the SBE XML for clients in other languages
 * (`tradsys.sbe.xml`), the wire document (`WIRE.md`) and the golden bytes (`golden.json`): `npm run generate`.
 *
 * Rules, so that old and new ends go on understanding each other: a field is added only at the end of a block, with
 * `VERSION` raised; nothing changes its type, size, offset or meaning; a template id or a tag is never used again.
 * Template ids are FIX MsgTypes as little-endian u16, so they can be read: 'D' is 68. What starts with 'U' is ours (FIX
 * leaves these to the user) and lives only inside the exchange: in rings and in the journal, never on a client's wire.
 *
 * Prices are ticks, quantities lots, money the smallest unit of its currency, times microseconds since 1970: all int64
 * that stay JavaScript safe integers.
 */
import { ENUMS, type EnumName } from './enums.ts'

export const SCHEMA_ID = 3
export const VERSION = 1

export type FieldType = 'u8' | 'u16' | 'u32' | 'i64' | `char[${number}]` | EnumName

export interface Field {
  /** FIX's name where FIX has the field. */
  readonly name: string
  /** FIX tag; 25000 and above are ours. */
  readonly tag: number
  readonly offset: number
  readonly type: FieldType
  /** Whether SBE's null stands for "absent". Character arrays are absent when empty, optional or not. */
  readonly optional?: true
  readonly doc: string
}

/** Who may speak and who listens. */
export type Direction = 'both' | 'client' | 'exchange' | 'command' | 'event'

export interface Message {
  readonly name: string
  readonly msgType: string
  readonly direction: Direction
  /** Declared size of the root block; a test holds it against the fields. */
  readonly blockBytes: number
  readonly doc: string
  readonly fields: readonly Field[]
}

export const templateIdOf = (msgType: string): number =>
  msgType.charCodeAt(0) | ((msgType.length > 1 ? msgType.charCodeAt(1) : 0) << 8)

/** Bytes that a field of this type takes in its block. */
export function fieldBytes(type: FieldType): number {
  if (type.startsWith('char[')) return Number(type.slice(5, -1))
  if (type === 'i64') return 8
  if (type === 'u32') return 4
  if (type === 'u16') return 2
  if (type === 'u8') return 1
  return fieldBytes(ENUMS[type as EnumName].encoding)
}

const f = (offset: number, type: FieldType, tag: number, name: string, doc: string): Field => ({
  offset,
  type,
  tag,
  name,
  doc,
})
const optional = (field: Field): Field => ({ ...field, optional: true })

const CL_ORD_ID = 'client order id: 1-36 of A-Z a-z 0-9 _ -'
const SYMBOL = 'instrument, upper case, NUL-padded'

const sessionMessages: readonly Message[] = [
  {
    name: 'Logon',
    msgType: 'A',
    direction: 'both',
    blockBytes: 128,
    doc: 'Opens a session. MsgSeqNum is the next application number and is not used up.',
    fields: [
      f(0, 'char[16]', 49, 'SenderCompID', 'who speaks'),
      f(16, 'char[16]', 56, 'TargetCompID', 'who is spoken to; the exchange is TRADSYS'),
      f(32, 'u32', 108, 'HeartBtInt', 'seconds between heartbeats, 5..60; the exchange echoes it'),
      f(36, 'u32', 789, 'NextExpectedMsgSeqNum', 'the number the speaker expects to receive next'),
      f(40, 'char[88]', 96, 'RawData', 'base64 Ed25519 signature, where the session has a key'),
    ],
  },
  {
    name: 'Heartbeat',
    msgType: '0',
    direction: 'both',
    blockBytes: 32,
    doc: 'Nothing was sent for HeartBtInt, or the answer to a TestRequest.',
    fields: [f(0, 'char[32]', 112, 'TestReqID', 'of the TestRequest answered, else empty')],
  },
  {
    name: 'TestRequest',
    msgType: '1',
    direction: 'both',
    blockBytes: 32,
    doc: 'Asks for a Heartbeat with the same TestReqID.',
    fields: [f(0, 'char[32]', 112, 'TestReqID', 'any text')],
  },
  {
    name: 'Logout',
    msgType: '5',
    direction: 'both',
    blockBytes: 66,
    doc: 'Ends the session; the other side answers with a Logout and closes.',
    fields: [
      f(0, 'char[64]', 58, 'Text', 'why'),
      f(64, 'SessionStatus', 1409, 'SessionStatus', 'why, as a code'),
      f(65, 'u8', 25101, 'Reserved', '0'),
    ],
  },
  {
    name: 'Reject',
    msgType: '3',
    direction: 'exchange',
    blockBytes: 76,
    doc: 'The message could not be understood; its number is used up.',
    fields: [
      f(0, 'u32', 45, 'RefSeqNum', 'MsgSeqNum of the message refused'),
      optional(f(4, 'u16', 371, 'RefTagID', 'the tag at fault')),
      f(6, 'u16', 372, 'RefMsgType', 'template id of the message refused'),
      f(8, 'SessionRejectReason', 373, 'SessionRejectReason', 'why, as a code'),
      f(10, 'u16', 25101, 'Reserved', '0'),
      f(12, 'char[64]', 58, 'Text', 'why, in words'),
    ],
  },
]

const orderMessages: readonly Message[] = [
  {
    name: 'NewOrderSingle',
    msgType: 'D',
    direction: 'client',
    blockBytes: 72,
    doc: 'Enters an order. Answered by ExecutionReports: New, its trades, Expired for the rest of an IOC; or Rejected.',
    fields: [
      f(0, 'char[36]', 11, 'ClOrdID', CL_ORD_ID),
      f(36, 'Side', 54, 'Side', 'buy or sell'),
      f(37, 'OrdType', 40, 'OrdType', 'limit'),
      f(38, 'TimeInForce', 59, 'TimeInForce', 'good till cancel, or immediate or cancel'),
      f(39, 'u8', 25101, 'Reserved', '0'),
      f(40, 'char[16]', 55, 'Symbol', SYMBOL),
      f(56, 'i64', 38, 'OrderQty', 'lots'),
      f(64, 'i64', 44, 'Price', 'ticks'),
    ],
  },
  {
    name: 'OrderCancelRequest',
    msgType: 'F',
    direction: 'client',
    blockBytes: 104,
    doc: 'Takes what is open of an order out of the book. Answered by an ExecutionReport (Canceled) or OrderCancelReject.',
    fields: [
      f(0, 'char[36]', 11, 'ClOrdID', 'id of this request; need only be well-formed'),
      f(
        36,
        'char[36]',
        41,
        'OrigClOrdID',
        'the order’s latest accepted id; may be empty with OrderID',
      ),
      optional(f(72, 'i64', 37, 'OrderID', 'the order; if both are given they must agree')),
      f(80, 'Side', 54, 'Side', 'the order’s side'),
      f(81, 'u8', 25101, 'Reserved', '0'),
      f(82, 'u16', 25102, 'Reserved2', '0'),
      f(84, 'char[16]', 55, 'Symbol', SYMBOL),
      f(100, 'u32', 25103, 'Reserved3', '0'),
    ],
  },
  {
    name: 'OrderCancelReplaceRequest',
    msgType: 'G',
    direction: 'client',
    blockBytes: 120,
    doc: 'Changes price or total quantity. A smaller quantity keeps its place in the queue; another price or more loses it.',
    fields: [
      f(0, 'char[36]', 11, 'ClOrdID', 'the order’s id from now on, if accepted'),
      f(
        36,
        'char[36]',
        41,
        'OrigClOrdID',
        'the order’s latest accepted id; may be empty with OrderID',
      ),
      optional(f(72, 'i64', 37, 'OrderID', 'the order; if both are given they must agree')),
      f(80, 'Side', 54, 'Side', 'the order’s side: it cannot change'),
      f(81, 'OrdType', 40, 'OrdType', 'limit'),
      f(82, 'TimeInForce', 59, 'TimeInForce', 'good till cancel'),
      f(83, 'u8', 25101, 'Reserved', '0'),
      f(84, 'char[16]', 55, 'Symbol', SYMBOL),
      f(100, 'u32', 25103, 'Reserved3', '0'),
      f(104, 'i64', 38, 'OrderQty', 'new total in lots, filled ones included'),
      f(112, 'i64', 44, 'Price', 'ticks'),
    ],
  },
  {
    name: 'ExecutionReport',
    msgType: '8',
    direction: 'exchange',
    blockBytes: 188,
    doc: 'What happened to an order. MsgSeqNum is the report’s number in its session, the same for ever.',
    fields: [
      f(0, 'i64', 37, 'OrderID', 'the exchange’s id of the order; 0 if refused on entry'),
      f(8, 'i64', 17, 'ExecID', 'unique for ever'),
      f(16, 'i64', 38, 'OrderQty', 'lots ordered'),
      f(24, 'i64', 44, 'Price', 'ticks'),
      f(32, 'i64', 14, 'CumQty', 'lots filled so far'),
      f(40, 'i64', 151, 'LeavesQty', 'lots open; 0 once the order is closed'),
      optional(f(48, 'i64', 32, 'LastQty', 'lots of this fill')),
      optional(f(56, 'i64', 31, 'LastPx', 'ticks of this fill')),
      optional(f(64, 'i64', 1003, 'TradeID', 'the trade, the same for both sides')),
      f(72, 'i64', 25017, 'CumQuoteQty', 'money of all fills so far, smallest units'),
      f(80, 'i64', 60, 'TransactTime', 'when the sequencer took the command'),
      f(88, 'char[36]', 11, 'ClOrdID', 'the order’s id, or the request’s'),
      f(124, 'char[36]', 41, 'OrigClOrdID', 'after a cancel or replace: the order’s id before'),
      f(160, 'char[16]', 55, 'Symbol', SYMBOL),
      f(176, 'ExecType', 150, 'ExecType', 'what happened'),
      f(177, 'OrdStatus', 39, 'OrdStatus', 'where the order stands now'),
      f(178, 'Side', 54, 'Side', 'buy or sell'),
      f(179, 'OrdType', 40, 'OrdType', 'as ordered'),
      f(180, 'TimeInForce', 59, 'TimeInForce', 'as ordered'),
      optional(f(181, 'u8', 1057, 'AggressorIndicator', '1: this order took, 0: it was resting')),
      f(182, 'Reason', 25100, 'Reason', 'why it was refused or ended; see the table of reasons'),
      f(184, 'u16', 103, 'OrdRejReason', 'FIX’s code for a refusal, else 0'),
      f(186, 'u16', 25101, 'Reserved', '0'),
    ],
  },
  {
    name: 'OrderCancelReject',
    msgType: '9',
    direction: 'exchange',
    blockBytes: 100,
    doc: 'A cancel or replace was refused; the order, if there is one, is as it was.',
    fields: [
      f(0, 'i64', 37, 'OrderID', 'the order, 0 if unknown'),
      f(8, 'i64', 60, 'TransactTime', 'when the sequencer took the command'),
      f(16, 'char[36]', 11, 'ClOrdID', 'the request’s id'),
      f(52, 'char[36]', 41, 'OrigClOrdID', 'the order’s id as asked'),
      f(88, 'OrdStatus', 39, 'OrdStatus', 'where the order stands; Rejected if unknown'),
      f(89, 'CxlRejResponseTo', 434, 'CxlRejResponseTo', 'what was refused'),
      f(90, 'Reason', 25100, 'Reason', 'why; see the table of reasons'),
      f(92, 'u16', 102, 'CxlRejReason', 'FIX’s code'),
      f(94, 'u16', 25101, 'Reserved', '0'),
      f(96, 'u32', 25103, 'Reserved3', '0'),
    ],
  },
]

const commands: readonly Message[] = [
  {
    name: 'CurrencyDefine',
    msgType: 'UC',
    direction: 'command',
    blockBytes: 24,
    doc: 'A currency of the venue. Said again with the same content it changes nothing.',
    fields: [
      f(0, 'char[8]', 15, 'Currency', 'code'),
      f(8, 'u32', 25110, 'Decimals', 'one unit of money is 10^-Decimals'),
      f(12, 'u32', 25101, 'Reserved', '0'),
      f(16, 'i64', 25111, 'PaperGrant', 'units that a new paper account starts with; 0: none'),
    ],
  },
  {
    name: 'InstrumentDefine',
    msgType: 'UI',
    direction: 'command',
    blockBytes: 128,
    doc: 'An instrument and its limits. As a command it opens or changes one; as an event it tells everyone its number.',
    fields: [
      f(0, 'char[16]', 55, 'Symbol', SYMBOL),
      f(16, 'char[8]', 25112, 'BaseCurrency', 'what is traded'),
      f(24, 'char[8]', 15, 'QuoteCurrency', 'what it is paid in'),
      optional(f(32, 'u32', 48, 'Instrument', 'its number, from 0; absent in the command')),
      f(
        36,
        'u32',
        25113,
        'CollarBps',
        'a limit may cross the reference price by so much; 0: no collar',
      ),
      f(40, 'u32', 25114, 'PriceDecimals', 'TickSize is in 10^-PriceDecimals'),
      f(44, 'u32', 25115, 'LotDecimals', 'LotSize is in 10^-LotDecimals'),
      f(48, 'i64', 969, 'TickSize', 'one tick'),
      f(56, 'i64', 1234, 'LotSize', 'one lot'),
      f(64, 'i64', 25116, 'PriceMin', 'lowest price, ticks'),
      f(72, 'i64', 25117, 'PriceMax', 'highest price, ticks, at most 2^31-1'),
      f(80, 'i64', 25118, 'QtyMin', 'smallest order, lots'),
      f(88, 'i64', 1140, 'QtyMax', 'largest order, lots, at most 2^31-1'),
      f(96, 'i64', 25119, 'NotionalMin', 'smallest order, units of the quote currency'),
      f(104, 'i64', 25120, 'NotionalMax', 'largest order, units of the quote currency'),
      f(
        112,
        'i64',
        25121,
        'ReferencePrice',
        'for the collar until the first trade, ticks; 0: none',
      ),
      f(120, 'u32', 25122, 'OpenOrdersMax', 'open orders that an account may have here'),
      f(124, 'u32', 25101, 'Reserved', '0'),
    ],
  },
  {
    name: 'SessionDefine',
    msgType: 'UN',
    direction: 'command',
    blockBytes: 32,
    doc: 'A session that may log on, and the account it trades for.',
    fields: [
      f(0, 'char[16]', 49, 'CompID', 'the session'),
      f(16, 'char[16]', 1, 'Account', 'the account, opened if new'),
    ],
  },
  {
    name: 'Deposit',
    msgType: 'UD',
    direction: 'command',
    blockBytes: 72,
    doc: 'Money for an account. Said again in the same words it changes nothing; a reference is good for one amount.',
    fields: [
      f(0, 'char[16]', 1, 'Account', 'the account'),
      f(16, 'char[8]', 15, 'Currency', 'code'),
      f(24, 'i64', 25123, 'Amount', 'units, above 0'),
      f(32, 'char[36]', 25124, 'Reference', 'unique for the account'),
      f(68, 'u32', 25101, 'Reserved', '0'),
    ],
  },
  {
    name: 'SessionOpen',
    msgType: 'UO',
    direction: 'command',
    blockBytes: 24,
    doc: 'A Logon that a gateway found in order. Answered by SessionOpened.',
    fields: [
      f(0, 'char[16]', 49, 'CompID', 'the session'),
      f(16, 'u32', 25125, 'Connection', 'the gateway’s number of the connection, echoed'),
      f(20, 'u32', 25126, 'PaperAccount', '1: an unknown session gets an account with paper money'),
    ],
  },
  {
    name: 'SessionClose',
    msgType: 'UX',
    direction: 'command',
    blockBytes: 8,
    doc: 'The connection of the session is gone.',
    fields: [
      f(0, 'u32', 25125, 'Connection', 'the connection that was open'),
      f(4, 'u32', 25101, 'Reserved', '0'),
    ],
  },
  {
    name: 'SessionsLost',
    msgType: 'UL',
    direction: 'command',
    blockBytes: 8,
    doc: 'The exchange was started again: no connection of before is open any more.',
    fields: [f(0, 'i64', 25101, 'Reserved', '0')],
  },
]

const events: readonly Message[] = [
  {
    name: 'SessionOpened',
    msgType: 'Uo',
    direction: 'event',
    blockBytes: 24,
    doc: 'The session, its numbers and its account; or why it was refused.',
    fields: [
      f(0, 'u32', 25125, 'Connection', 'as asked'),
      f(4, 'u32', 789, 'NextInbound', 'MsgSeqNum that the session’s next command must carry'),
      f(8, 'u32', 25127, 'NextOutbound', 'number of the session’s next report'),
      f(12, 'u32', 1, 'Account', 'the account’s number'),
      f(16, 'Reason', 25100, 'Reason', 'None, or why not'),
      f(18, 'u16', 25101, 'Reserved', '0'),
      f(20, 'u32', 25103, 'Reserved3', '0'),
    ],
  },
  {
    name: 'CommandRefused',
    msgType: 'Uf',
    direction: 'event',
    blockBytes: 8,
    doc: 'An operator’s command changed nothing.',
    fields: [
      f(0, 'u16', 372, 'RefMsgType', 'template id of the command'),
      f(2, 'Reason', 25100, 'Reason', 'why'),
      f(4, 'u32', 25101, 'Reserved', '0'),
    ],
  },
  {
    name: 'DepthUpdate',
    msgType: 'Ud',
    direction: 'event',
    blockBytes: 40,
    doc: 'One price level as it stands after a change. UpdateId counts up by one for each, per instrument.',
    fields: [
      f(0, 'u32', 48, 'Instrument', 'its number'),
      f(4, 'Side', 54, 'Side', 'bids or asks'),
      f(5, 'u8', 25128, 'LastOfTurn', '1: the command’s last change of this book'),
      f(6, 'u16', 25101, 'Reserved', '0'),
      f(8, 'i64', 25129, 'UpdateId', 'gap-free'),
      f(16, 'i64', 44, 'Price', 'ticks'),
      f(24, 'i64', 271, 'Lots', 'all lots resting there; 0: the level is gone'),
      f(32, 'u32', 346, 'Orders', 'how many orders'),
      f(36, 'u32', 25103, 'Reserved3', '0'),
    ],
  },
  {
    name: 'BookTicker',
    msgType: 'Ub',
    direction: 'event',
    blockBytes: 48,
    doc: 'Best bid and ask after a command that changed one of them. A side without orders has price 0 and 0 lots.',
    fields: [
      f(0, 'u32', 48, 'Instrument', 'its number'),
      f(4, 'u32', 25101, 'Reserved', '0'),
      f(8, 'i64', 25129, 'UpdateId', 'the depth update it stands after'),
      f(16, 'i64', 132, 'BidPx', 'ticks'),
      f(24, 'i64', 134, 'BidSize', 'lots'),
      f(32, 'i64', 133, 'OfferPx', 'ticks'),
      f(40, 'i64', 135, 'OfferSize', 'lots'),
    ],
  },
  {
    name: 'Trade',
    msgType: 'Ut',
    direction: 'event',
    blockBytes: 48,
    doc: 'One fill, for everyone to see. TradeID counts up by one, per instrument.',
    fields: [
      f(0, 'u32', 48, 'Instrument', 'its number'),
      f(4, 'Side', 54, 'TakerSide', 'the side that arrived'),
      f(5, 'u8', 25101, 'Reserved', '0'),
      f(6, 'u16', 25102, 'Reserved2', '0'),
      f(8, 'i64', 1003, 'TradeID', 'gap-free'),
      f(16, 'i64', 44, 'Price', 'ticks: the resting order’s'),
      f(24, 'i64', 32, 'Lots', 'lots'),
      f(32, 'i64', 25130, 'MakerOrderID', 'the order that was resting'),
      f(40, 'i64', 25131, 'TakerOrderID', 'the order that arrived'),
    ],
  },
]

/** Messages on a client's wire. */
export const WIRE_MESSAGES: readonly Message[] = [...sessionMessages, ...orderMessages]

/** Messages that only rings and the journal carry. */
export const INNER_MESSAGES: readonly Message[] = [...commands, ...events]

export const MESSAGES: readonly Message[] = [...WIRE_MESSAGES, ...INNER_MESSAGES]

/** A field's or message's name as code spells it: ClOrdID → clOrdId. */
export const propertyName = (name: string): string =>
  name.charAt(0).toLowerCase() + name.slice(1).replaceAll('ID', 'Id')
