/** Messages that carry several orders or quotes: lists of linked orders, quotes in bulk. Rules for changing them: schema.ts. */
import { f, type Message, optional, SYMBOL } from './message.ts'
import { NEW_ORDER } from './wire-messages.ts'

const QUOTE_ID =
  'id of this request, and ClOrdID in the reports of its quotes: 1-36 of A-Z a-z 0-9 _ -'

const LIST_MESSAGES: readonly Message[] = [
  {
    name: 'NewOrderList',
    msgType: 'E',
    direction: 'client',
    blockBytes: 40,
    since: 2,
    doc: 'Enters two or three linked orders, all or none. Answered by ListStatus, then by the reports of each order.',
    fields: [
      f(0, 'char[36]', 66, 'ListID', 'id of this request; need only be well-formed'),
      f(36, 'ContingencyType', 1385, 'ContingencyType', 'how its orders are linked; not None'),
      f(37, 'u8', 25101, 'Reserved', '0'),
      f(38, 'u16', 25102, 'Reserved2', '0'),
    ],
    group: {
      name: 'NoOrders',
      tag: 73,
      entry: NEW_ORDER.name,
      countMin: 2,
      countMax: 3,
      blockBytes: NEW_ORDER.blockBytes,
      doc: 'The orders, each as the root block of a NewOrderSingle that names no link.',
      fields: NEW_ORDER.fields,
    },
  },
  {
    name: 'ListStatus',
    msgType: 'N',
    direction: 'exchange',
    blockBytes: 104,
    since: 2,
    doc: 'Whether a list was accepted. The reports of its orders follow.',
    fields: [
      f(0, 'char[36]', 66, 'ListID', 'the request’s id'),
      f(
        36,
        'char[36]',
        11,
        'ClOrdID',
        'the order that was refused, and the list with it; else empty',
      ),
      f(72, 'char[16]', 55, 'Symbol', SYMBOL),
      f(88, 'ContingencyType', 1385, 'ContingencyType', 'as asked'),
      f(89, 'ListOrderStatus', 431, 'ListOrderStatus', 'Executing: accepted; or Rejected'),
      f(90, 'Reason', 25100, 'Reason', 'None, or why that order was refused'),
      f(92, 'u32', 68, 'TotNoOrders', 'how many orders the list has'),
      f(96, 'i64', 60, 'TransactTime', 'when the sequencer took the command'),
    ],
  },
]

const QUOTE_MESSAGES: readonly Message[] = [
  {
    name: 'MassQuote',
    msgType: 'i',
    direction: 'client',
    blockBytes: 72,
    since: 2,
    doc: 'Bids and offers in bulk. Each takes the place of the account’s earlier quote of that symbol and side. Answered by MassQuoteAcknowledgement.',
    fields: [
      f(0, 'char[36]', 117, 'QuoteID', QUOTE_ID),
      f(
        36,
        'PostOnly',
        25134,
        'PostOnly',
        'whether they may take on arrival, and what if they would',
      ),
      f(
        37,
        'SelfTradePrevention',
        2964,
        'SelfTradePrevention',
        'on meeting their own account group',
      ),
      f(
        38,
        'u8',
        25201,
        'ProtectionReset',
        '1: what was traded before counts no more, in these symbols',
      ),
      f(39, 'u8', 25101, 'Reserved', '0'),
      optional(
        f(
          40,
          'u32',
          25202,
          'ProtectionWindow',
          'seconds; sets all five limits of these symbols, 0: none; absent: they stay',
        ),
      ),
      optional(f(44, 'u32', 25203, 'ProtectionFills', 'fills within the window; absent: no limit')),
      optional(f(48, 'i64', 25204, 'ProtectionQty', 'lots bought and sold')),
      optional(f(56, 'i64', 25205, 'ProtectionNotional', 'units of the quote currency')),
      optional(
        f(64, 'i64', 25206, 'ProtectionNet', 'lots bought less those sold, or the other way round'),
      ),
    ],
    group: {
      name: 'NoQuoteEntries',
      tag: 295,
      entry: 'QuoteEntry',
      countMin: 1,
      countMax: 32,
      blockBytes: 48,
      doc: 'The quotes of one symbol each, taken one after the other.',
      fields: [
        f(0, 'char[16]', 55, 'Symbol', SYMBOL),
        optional(f(16, 'i64', 132, 'BidPx', 'ticks; with a BidSize above 0, and only then')),
        optional(f(24, 'i64', 134, 'BidSize', 'lots; 0: the bid is taken back; absent: it stays')),
        optional(f(32, 'i64', 133, 'OfferPx', 'ticks; with an OfferSize above 0, and only then')),
        optional(
          f(40, 'i64', 135, 'OfferSize', 'lots; 0: the offer is taken back; absent: it stays'),
        ),
      ],
    },
  },
  {
    name: 'MassQuoteAcknowledgement',
    msgType: 'b',
    direction: 'exchange',
    blockBytes: 56,
    since: 2,
    doc: 'What became of a MassQuote, entry by entry, or of a QuoteCancel. What its quotes trade is reported behind it.',
    fields: [
      f(0, 'char[36]', 117, 'QuoteID', 'the request’s id'),
      f(
        36,
        'QuoteStatus',
        297,
        'QuoteStatus',
        'Accepted: see the entries; of a QuoteCancel which were meant',
      ),
      f(37, 'u8', 25101, 'Reserved', '0'),
      f(38, 'Reason', 25100, 'Reason', 'None, or why nothing was done'),
      f(40, 'u32', 533, 'TotalAffectedOrders', 'how many quotes a QuoteCancel took back'),
      f(44, 'u32', 25103, 'Reserved3', '0'),
      f(48, 'i64', 60, 'TransactTime', 'when the sequencer took the command'),
    ],
    group: {
      name: 'NoQuoteEntries',
      tag: 295,
      entry: 'QuoteAnswer',
      countMin: 0,
      countMax: 32,
      blockBytes: 40,
      doc: 'The entries of the MassQuote, in its order.',
      fields: [
        f(0, 'char[16]', 55, 'Symbol', 'as quoted'),
        optional(f(16, 'i64', 25207, 'BidOrderID', 'the new bid; absent: there is none')),
        optional(f(24, 'i64', 25208, 'OfferOrderID', 'the new offer; absent: there is none')),
        f(32, 'Reason', 25209, 'BidReason', 'None, or why the bid was refused'),
        f(34, 'Reason', 25210, 'OfferReason', 'None, or why the offer was refused'),
        f(36, 'u32', 25101, 'Reserved', '0'),
      ],
    },
  },
  {
    name: 'QuoteCancel',
    msgType: 'Z',
    direction: 'client',
    blockBytes: 56,
    since: 2,
    doc: 'Takes the account’s quotes back. Answered by MassQuoteAcknowledgement.',
    fields: [
      f(0, 'char[36]', 117, 'QuoteID', 'id of this request; need only be well-formed'),
      f(36, 'char[16]', 55, 'Symbol', 'instrument; empty: all of them'),
      f(52, 'u32', 25101, 'Reserved', '0'),
    ],
  },
]

export const GROUP_MESSAGES: readonly Message[] = [...LIST_MESSAGES, ...QUOTE_MESSAGES]
