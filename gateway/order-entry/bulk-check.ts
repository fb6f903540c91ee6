/**
 *   session ──▶ BULK CHECK ──▶ ring to the sequencer
 *
 * Whether messages of several orders or quotes say what they must and nothing that has no meaning there. What is wrong
 * with one of them is told with its number, from 1: `#2: Price(44) …`. Their group has been found whole before.
 */
import {
  ContingencyType,
  MassQuote,
  NewOrderList,
  NewOrderSingle,
  PostOnly,
  QuoteCancel,
  QuoteEntry,
  SelfTradePrevention,
  SessionRejectReason,
} from '../../protocol/codecs.ts'
import { entryAt, entryBytesOf, entryCountOf } from '../../protocol/groups.ts'
import { INT64_NULL } from '../../protocol/integers.ts'
import { isIdentifier } from '../../protocol/text.ts'
import { type Fault, malformed, missing, outOfRange, unwanted } from './fault.ts'
import {
  ID_BYTES,
  ID_FORM,
  isPaddedText,
  isPositive,
  SYMBOL_BYTES,
  SYMBOL_MALFORMED,
  symbolFault,
} from './field-check.ts'
import { newOrderFault, POST_ONLY_RANGE, SELF_TRADE_RANGE } from './new-order-check.ts'

/** A day: longer than any window that protects. */
const WINDOW_SECONDS_MAX = 86_400
/** SBE's null of a u32. */
const U32_NULL = 0xffffffff

const LIST_ID_MISSING = missing(66, 'ListID')
const LIST_ID_MALFORMED = malformed(66, 'ListID', ID_FORM)
const CONTINGENCY_MISSING = missing(1385, 'ContingencyType')
const CONTINGENCY_RANGE = outOfRange(1385, 'ContingencyType', '1, 2 or 101')
const LINK_UNWANTED = outOfRange(1385, 'ContingencyType', '0 in an order of a list')
const OTHER_SYMBOL = outOfRange(55, 'Symbol', 'the same in all orders of a list')
const PAIR_ONLY: Fault = {
  ...{ tag: NewOrderList.NO_ORDERS_TAG, reason: SessionRejectReason.IncorrectNumInGroup },
  text: 'NoOrders(73) must be 2 with ContingencyType(1385) 1',
}
const QUOTE_ID_MISSING = missing(117, 'QuoteID')
const QUOTE_ID_MALFORMED = malformed(117, 'QuoteID', ID_FORM)
const RESET_RANGE = outOfRange(25201, 'ProtectionReset', '0 or 1')
const WINDOW_RANGE = outOfRange(25202, 'ProtectionWindow', 'from 0 to 86400, or absent')
const FILLS_ALONE = outOfRange(25203, 'ProtectionFills', 'absent without a window')
const AMOUNTS = [
  ['ProtectionQty', 25204],
  ['ProtectionNotional', 25205],
  ['ProtectionNet', 25206],
] as const
const AMOUNT_FAULTS = AMOUNTS.map(([name, tag]) => ({
  alone: outOfRange(tag, name, 'absent without a window'),
  range: outOfRange(tag, name, 'from 0 to 2^53-1, or absent'),
}))
const NO_SIDE = missing(134, 'BidSize')

/** Faults of one side of a quote. */
const sideFaults = (side: string, priceTag: number, sizeTag: number) => ({
  sizeRange: outOfRange(sizeTag, `${side}Size`, 'from 0 to 2^53-1 lots, or absent'),
  priceMissing: missing(priceTag, `${side}Px`),
  priceUnwanted: unwanted(priceTag, `${side}Px`, `${side}Size`),
  priceRange: outOfRange(priceTag, `${side}Px`, 'from -(2^53-1) to 2^53-1 ticks'),
})
const BID = sideFaults('Bid', 132, 134)
const OFFER = sideFaults('Offer', 133, 135)

const list = new NewOrderList()
const order = new NewOrderSingle()
const quotes = new MassQuote()
const entry = new QuoteEntry()

/** NewOrderList at `at`, its root block `blockBytes` long, its group behind: the first fault, or undefined. */
export function listFault(view: DataView, at: number, blockBytes: number): Fault | undefined {
  const { contingencyType, group } = list.wrap(view, at, blockBytes)
  const count = entryCountOf(view, group)
  const head = idFault(view, at, LIST_ID_MISSING, LIST_ID_MALFORMED)
  if (head !== undefined) return head
  switch (contingencyType) {
    case ContingencyType.OneCancelsTheOther:
      if (count !== 2) return PAIR_ONLY
      break
    case ContingencyType.OneTriggersTheOther:
    case ContingencyType.OneTriggersOnFirstFill:
      break
    default:
      return contingencyType === ContingencyType.None ? CONTINGENCY_MISSING : CONTINGENCY_RANGE
  }
  for (let i = 0; i < count; i++) {
    const fault = listedFault(view, entryAt(view, group, i), group)
    if (fault !== undefined) return inEntry(fault, i)
  }
  return undefined
}

function listedFault(view: DataView, at: number, group: number): Fault | undefined {
  const bytes = entryBytesOf(view, group)
  const fault = newOrderFault(view, at, bytes)
  if (fault !== undefined) return fault
  if (order.wrap(view, at, bytes).contingencyType !== ContingencyType.None) return LINK_UNWANTED
  const first = entryAt(view, group, 0) + NewOrderSingle.SYMBOL_OFFSET
  const own = at + NewOrderSingle.SYMBOL_OFFSET
  for (let i = 0; i < SYMBOL_BYTES; i++) {
    if (view.getUint8(own + i) !== view.getUint8(first + i)) return OTHER_SYMBOL
  }
  return undefined
}

/** MassQuote at `at`, likewise. */
export function massQuoteFault(view: DataView, at: number, blockBytes: number): Fault | undefined {
  const { postOnly, selfTradePrevention, protectionReset, group } = quotes.wrap(
    view,
    at,
    blockBytes,
  )
  const head =
    idFault(view, at, QUOTE_ID_MISSING, QUOTE_ID_MALFORMED) ??
    (postOnly > PostOnly.Slide ? POST_ONLY_RANGE : undefined) ??
    (selfTradePrevention > SelfTradePrevention.Decrement ? SELF_TRADE_RANGE : undefined) ??
    (protectionReset > 1 ? RESET_RANGE : undefined) ??
    protectionFault(quotes)
  if (head !== undefined) return head
  const count = entryCountOf(view, group)
  for (let i = 0; i < count; i++) {
    const fault = quoteFault(entry.wrap(view, entryAt(view, group, i)))
    if (fault !== undefined) return inEntry(fault, i)
  }
  return undefined
}

/** Root block of QuoteCancel at `at`. */
export function quoteCancelFault(view: DataView, at: number): Fault | undefined {
  const fault = idFault(view, at, QUOTE_ID_MISSING, QUOTE_ID_MALFORMED)
  if (fault !== undefined) return fault
  const isText = isPaddedText(view, at + QuoteCancel.SYMBOL_OFFSET, SYMBOL_BYTES)
  return isText ? undefined : SYMBOL_MALFORMED
}

/** Limits go with a window, and only with one. */
function protectionFault(message: MassQuote): Fault | undefined {
  const { protectionWindow, protectionFills } = message
  const hasWindow = protectionWindow !== U32_NULL && protectionWindow > 0
  if (hasWindow && protectionWindow > WINDOW_SECONDS_MAX) return WINDOW_RANGE
  if (!hasWindow && protectionFills !== U32_NULL) return FILLS_ALONE
  const { protectionQty, protectionNotional, protectionNet } = message
  const amounts = [protectionQty, protectionNotional, protectionNet]
  for (const [i, amount] of amounts.entries()) {
    if (amount === INT64_NULL) continue
    const { alone, range } = AMOUNT_FAULTS[i]!
    if (!hasWindow) return alone
    if (amount < 0 || !Number.isSafeInteger(amount)) return range
  }
  return undefined
}

function quoteFault({
  view,
  at,
  bidPx,
  bidSize,
  offerPx,
  offerSize,
}: QuoteEntry): Fault | undefined {
  const fault =
    symbolFault(view, at + QuoteEntry.SYMBOL_OFFSET) ??
    sideFault(bidPx, bidSize, BID) ??
    sideFault(offerPx, offerSize, OFFER)
  if (fault !== undefined) return fault
  return bidSize === INT64_NULL && offerSize === INT64_NULL ? NO_SIDE : undefined
}

/** A price goes with a size above 0, and only with one. */
function sideFault(
  price: number,
  size: number,
  faults: ReturnType<typeof sideFaults>,
): Fault | undefined {
  if (size === INT64_NULL || size === 0) {
    return price === INT64_NULL ? undefined : faults.priceUnwanted
  }
  if (!isPositive(size)) return faults.sizeRange
  if (price === INT64_NULL) return faults.priceMissing
  return Number.isSafeInteger(price) ? undefined : faults.priceRange
}

function idFault(view: DataView, at: number, none: Fault, bad: Fault): Fault | undefined {
  if (isIdentifier(view, at, ID_BYTES)) return undefined
  return view.getUint8(at) === 0 ? none : bad
}

/** By fault, as it is told of each entry: made when it is needed first, so that to refuse costs no more than to accept. */
const byEntry = new Map<Fault, (Fault | undefined)[]>()

function inEntry(fault: Fault, index: number): Fault {
  const known = byEntry.get(fault) ?? []
  byEntry.set(fault, known)
  const told = known[index] ?? { ...fault, text: `#${index + 1}: ${fault.text}` }
  known[index] = told
  return told
}
