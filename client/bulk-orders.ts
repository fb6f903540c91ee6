/**
 *   your code ──▶ BULK ORDERS ──▶ outbound requests ──▶ socket
 *
 * What a client can ask for in one message of several parts: linked orders, quotes. A RangeError here is the caller's, as in
 * orders.ts.
 */
import {
  type MassQuoteAcknowledgement,
  MassQuote as MassQuoteCodec,
  NewOrderList as NewOrderListCodec,
  NewOrderSingle,
  QuoteAnswer,
  QuoteCancel,
  QuoteEntry,
} from '../protocol/codecs.ts'
import { bytesOfGroup, entryAt, entryCountOf, writeGroupHeader } from '../protocol/groups.ts'
import {
  type ContingencyTypeCode,
  type NewOrder,
  optionalInteger,
  type PostOnlyCode,
  type SelfTradePreventionCode,
  unsigned,
  writeNewOrder,
} from './orders.ts'

/** Two or three orders of one symbol. */
export interface NewOrderList {
  /** The request's own id: 1-36 of A-Z a-z 0-9 _ -. */
  readonly listId: string
  /**
   * OneCancelsTheOther of two; OneTriggersTheOther or OneTriggersOnFirstFill: the first triggers the second, or the second and
   * the third, which then cancel each other.
   */
  readonly contingencyType: ContingencyTypeCode
  /** Their own `contingencyType` and `linkClOrdId` stay out. */
  readonly orders: readonly NewOrder[]
}

export interface QuoteSide {
  readonly lots: number
  readonly priceTicks: number
}

/** Of one symbol. Of each side: another one, null: it is taken back, left out: it stays as it is. */
export interface Quote {
  readonly symbol: string
  readonly bid?: QuoteSide | null
  readonly offer?: QuoteSide | null
}

/** How much may be traded within a window; beyond it what is left ends, and new quotes are refused until a reset. */
export interface QuoteProtection {
  /** Of the window, up to 86,400. 0: no protection. */
  readonly seconds: number
  /** Left out, each: no limit. */
  readonly fills?: number
  /** Bought and sold. */
  readonly lots?: number
  /** In smallest units of the quote currency. */
  readonly units?: number
  /** Bought less sold, or the other way round. */
  readonly netLots?: number
}

export interface MassQuote {
  /** The request's own id, and `clOrdId` in the reports of its quotes: another one each time. */
  readonly quoteId: string
  /** 1 to 32. */
  readonly quotes: readonly Quote[]
  /** @default PostOnly.No: they may take on arrival */
  readonly postOnly?: PostOnlyCode
  /** @default SelfTradePrevention.None: they trade */
  readonly selfTradePrevention?: SelfTradePreventionCode
  /** Of these symbols, from now on. @default as it is */
  readonly protection?: QuoteProtection
  /** What was traded before counts no more in these symbols, and they may be quoted again. @default false */
  readonly resetsProtection?: boolean
}

export interface CancelQuotes {
  /** The request's own id. */
  readonly quoteId: string
  /** @default '': all of them */
  readonly symbol?: string
}

/** SBE's null of a u32. */
const U32_NULL = 0xffff_ffff

const list = new NewOrderListCodec()
const massQuote = new MassQuoteCodec()
const quoteEntry = new QuoteEntry()
const quoteCancel = new QuoteCancel()

export const listGroupBytes = ({ orders }: NewOrderList): number =>
  bytesOfGroup(
    NewOrderSingle.BLOCK_BYTES,
    counted(orders.length, NewOrderListCodec.NO_ORDERS_MAX, 'orders'),
  )

export const quotesGroupBytes = ({ quotes }: MassQuote): number =>
  bytesOfGroup(
    QuoteEntry.BLOCK_BYTES,
    counted(quotes.length, MassQuoteCodec.NO_QUOTE_ENTRIES_MAX, 'quotes'),
  )

/** NewOrderList at `block`, its group behind, all zero before. */
export function writeOrderList(view: DataView, block: number, request: NewOrderList): void {
  const message = list.wrap(view, block)
  message.listId = request.listId
  message.contingencyType = request.contingencyType
  const { BLOCK_BYTES } = NewOrderSingle
  writeGroupHeader(view, message.group, BLOCK_BYTES, request.orders.length)
  for (const [index, order] of request.orders.entries()) {
    writeNewOrder(view, entryAt(view, message.group, index), order, BLOCK_BYTES)
  }
}

/** MassQuote at `block`, likewise. */
export function writeMassQuote(view: DataView, block: number, request: MassQuote): void {
  const { quotes, protection } = request
  const message = massQuote.wrap(view, block)
  message.quoteId = request.quoteId
  // 0 is None, or No, in each of these sets.
  message.postOnly = request.postOnly ?? 0
  message.selfTradePrevention = request.selfTradePrevention ?? 0
  message.protectionReset = request.resetsProtection === true ? 1 : 0
  message.protectionWindow = optionalUnsigned(protection?.seconds, 'seconds')
  message.protectionFills = optionalUnsigned(protection?.fills, 'fills')
  message.protectionQty = optionalInteger(protection?.lots, 'lots')
  message.protectionNotional = optionalInteger(protection?.units, 'units')
  message.protectionNet = optionalInteger(protection?.netLots, 'netLots')
  writeGroupHeader(view, message.group, QuoteEntry.BLOCK_BYTES, quotes.length)
  for (const [index, { symbol, bid, offer }] of quotes.entries()) {
    const entry = quoteEntry.wrap(view, entryAt(view, message.group, index))
    entry.symbol = symbol
    entry.bidPx = optionalInteger(bid?.priceTicks, 'priceTicks')
    entry.bidSize = optionalInteger(bid === null ? 0 : bid?.lots, 'lots')
    entry.offerPx = optionalInteger(offer?.priceTicks, 'priceTicks')
    entry.offerSize = optionalInteger(offer === null ? 0 : offer?.lots, 'lots')
  }
}

/** Root block of QuoteCancel at `block`, all zero before. */
export function writeCancelQuotes(view: DataView, block: number, request: CancelQuotes): void {
  const message = quoteCancel.wrap(view, block)
  message.quoteId = request.quoteId
  message.symbol = request.symbol ?? ''
}

/** What became of each entry of a MassQuote, in its order. Good as long as the answer is. */
export function quoteAnswers({ view, group }: MassQuoteAcknowledgement): QuoteAnswer[] {
  return Array.from({ length: entryCountOf(view, group) }, (_, index) =>
    new QuoteAnswer().wrap(view, entryAt(view, group, index)),
  )
}

/** What a frame has no room for is the caller's fault; what the exchange does not like it says itself. */
function counted(count: number, max: number, name: string): number {
  if (count <= max) return count
  throw new RangeError(`${count} ${name} in one message: at most ${max} have room in it`)
}

const optionalUnsigned = (value: number | undefined, name: string): number =>
  value === undefined ? U32_NULL : belowNull(unsigned(value, name), name)

/** The largest is the wire's word for nothing. */
function belowNull(value: number, name: string): number {
  if (value < U32_NULL) return value
  throw new RangeError(`${name} ${value} is too large: at most ${U32_NULL - 1}`)
}
