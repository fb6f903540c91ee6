/**
 * NewOrderSingle ──▶ a record of the order store. Only what the message says: whether it makes sense
 * is judged by the book. Hot file.
 */
import {
  ContingencyType,
  ExecInst,
  type NewOrderSingle,
  OrdType,
  PegPriceType,
  PostOnly,
  SelfTradePrevention,
  TimeInForce,
} from '../protocol/codecs.ts'
import { INT64_NULL } from '../protocol/integers.ts'
import * as flag from './order-flags.ts'
import {
  CUM,
  DISPLAY,
  FLAGS,
  LEAVES,
  LEVEL,
  MINIMUM,
  NIL,
  ORDER_QTY,
  type OrderStore,
  PEG,
  PEG_OFFSET,
  PRICE,
  TRAIL_BPS,
  TRAIL_TICKS,
  TRIGGER,
} from './order-store.ts'

/** No flags: the message says something that no order can be. */
export const NO_ORDER = -1

/** What stands in a 32-bit word; a price or size beyond it is none that a market allows. */
const WORD_MAX = 2 ** 31 - 1

/**
 * Writes an order's record, all but whose it is and its side. Returns its flags, or NO_ORDER. `units` is the
 * money of one lot at one tick, in which a budget is counted.
 */
export function takeIn(
  store: OrderStore,
  order: number,
  request: NewOrderSingle,
  units: number,
): number {
  const type = TYPES[request.ordType]
  const lifetime = LIFETIMES[request.timeInForce]
  if (type === undefined || lifetime === undefined) return NO_ORDER
  const price = wordOf(request.price)
  const lots = wordOf(request.orderQty)
  store.set(order, PRICE, price)
  store.set(order, LEAVES, lots)
  store.set(order, ORDER_QTY, lots)
  store.set(order, CUM, 0)
  store.set(order, LEVEL, NIL)
  let flags = flag.flagsOf(type, lifetime, flag.SelfTradeMode.None)
  if (request.blockBytes > V1_BYTES) flags = takeInMore(store, order, request, flags, units)
  else if (flags !== 0) store.wipeCold(order)
  store.set(order, FLAGS, Math.max(flags, 0))
  return flags
}

const V1_BYTES = 72
const EXEC_INSTS: ReadonlySet<number> = new Set(Object.values(ExecInst))

/** What version 2 of the message has besides. */
function takeInMore(
  store: OrderStore,
  order: number,
  request: NewOrderSingle,
  plain: number,
  units: number,
): number {
  const { stopPx, displayQty, minQty, expireTime, cashOrderQty, pegOffsetValue } = request
  const mode = request.selfTradePrevention
  const peg = PEGS[request.pegPriceType]
  if (mode > SelfTradePrevention.Decrement || peg === undefined) return NO_ORDER
  const linked = linkFlags(request.contingencyType)
  if (linked === NO_ORDER || request.postOnly > PostOnly.Slide) return NO_ORDER
  const { execInst } = request
  if (!EXEC_INSTS.has(execInst)) return NO_ORDER
  let flags = plain | (mode << flag.SELF_TRADE_SHIFT) | linked | flag.execInstFlags(execInst)
  if (displayQty === 0) flags |= flag.HIDDEN
  else if (displayQty !== INT64_NULL) flags |= flag.ICEBERG
  if (request.postOnly !== PostOnly.No) flags |= flag.POST_ONLY
  if (request.postOnly === PostOnly.Slide) flags |= flag.SLIDE
  if (cashOrderQty !== INT64_NULL) flags |= flag.HAS_BUDGET
  if (minQty !== INT64_NULL || request.allOrNone === 1) flags |= flag.HAS_MINIMUM
  const hasMore = stopPx !== INT64_NULL || peg !== flag.PegKind.None || request.trailingTicks > 0
  // A plain limit order has no trigger, peg or distance: nobody would look there.
  if (flags === 0) return hasMore || request.trailingBps > 0 ? NO_ORDER : flags
  store.wipeCold(order)
  if ((expireTime === INT64_NULL) === isDated(flags)) return NO_ORDER
  if (cashOrderQty !== INT64_NULL && request.orderQty !== INT64_NULL) return NO_ORDER
  if (minQty === 0) return NO_ORDER
  if (isDated(flags)) store.setExpiry(order, expireTime)
  else store.setBudget(order, cashOrderQty === INT64_NULL ? 0 : Math.floor(cashOrderQty / units))
  store.setCold(order, DISPLAY, wordOf(displayQty))
  store.setCold(order, MINIMUM, request.allOrNone === 1 ? 0 : wordOf(minQty))
  store.setCold(order, TRIGGER, wordOf(stopPx))
  store.setCold(order, TRAIL_TICKS, Math.min(request.trailingTicks, WORD_MAX))
  store.setCold(order, TRAIL_BPS, Math.min(request.trailingBps, WORD_MAX))
  store.setCold(order, PEG, peg)
  store.setCold(order, PEG_OFFSET, wordOf(pegOffsetValue))
  return flags
}

const isDated = (flags: number): boolean => flag.lifetimeOf(flags) === flag.Lifetime.GoodTillDate

/** The flags of a link that is asked for, or NO_ORDER. */
function linkFlags(contingency: number): number {
  switch (contingency) {
    case ContingencyType.None:
      return 0
    case ContingencyType.OneCancelsTheOther:
      return flag.HAS_PEER
    case ContingencyType.OneTriggersTheOther:
      return flag.IS_CHILD
    case ContingencyType.OneTriggersOnFirstFill:
      return flag.IS_CHILD | flag.ON_FIRST_FILL
    default:
      return NO_ORDER
  }
}

/** Absent is 0; what no word holds is at the end of the words, where every limit refuses it. */
function wordOf(value: number): number {
  if (value === INT64_NULL) return 0
  return Math.max(Math.min(value, WORD_MAX), -WORD_MAX)
}

const TYPES: readonly (number | undefined)[] = table([
  [OrdType.Limit, flag.OrderType.Limit],
  [OrdType.Market, flag.OrderType.Market],
  [OrdType.MarketToLimit, flag.OrderType.MarketToLimit],
  [OrdType.Stop, flag.OrderType.Stop],
  [OrdType.StopLimit, flag.OrderType.StopLimit],
  [OrdType.TrailingStop, flag.OrderType.TrailingStop],
  [OrdType.Pegged, flag.OrderType.Pegged],
])

const LIFETIMES: readonly (number | undefined)[] = table([
  [TimeInForce.GoodTillCancel, flag.Lifetime.GoodTillCancel],
  [TimeInForce.Day, flag.Lifetime.Day],
  [TimeInForce.GoodTillDate, flag.Lifetime.GoodTillDate],
  [TimeInForce.ImmediateOrCancel, flag.Lifetime.ImmediateOrCancel],
  [TimeInForce.FillOrKill, flag.Lifetime.FillOrKill],
  [TimeInForce.AtTheOpening, flag.Lifetime.AtTheOpening],
  [TimeInForce.AtTheClose, flag.Lifetime.AtTheClose],
])

const PEGS: readonly (number | undefined)[] = table([
  [PegPriceType.None, flag.PegKind.None],
  [PegPriceType.Primary, flag.PegKind.Primary],
  [PegPriceType.Market, flag.PegKind.Market],
  [PegPriceType.MidPrice, flag.PegKind.Midpoint],
])

/** Values of one byte to values of ours: an array without holes, so that a look is a load. */
function table(pairs: readonly (readonly [number, number])[]): (number | undefined)[] {
  const entries: (number | undefined)[] = Array.from({ length: 256 }, () => undefined)
  for (const [wire, ours] of pairs) entries[wire] = ours
  return entries
}

/** The way back: of each value of ours, the wire's. */
function wireOf(ours: readonly (number | undefined)[]): readonly number[] {
  const count = ours.filter((value) => value !== undefined).length
  return Array.from({ length: count }, (_, value) => ours.indexOf(value))
}

const WIRE_TYPES = wireOf(TYPES)
const WIRE_LIFETIMES = wireOf(LIFETIMES)

/** OrdType(40) as ordered. */
export const ordTypeOf = (flags: number): number => WIRE_TYPES[flag.orderedTypeOf(flags)]!

/** TimeInForce(59) as ordered. */
export const timeInForceOf = (flags: number): number => WIRE_LIFETIMES[flag.lifetimeOf(flags)]!
