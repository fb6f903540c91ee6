/**
 * What an order is, in one word:
 *
 *   bit   0-2    3-5             6-8              9       10       11         12     13      14       15    16      17     18
 *        +------+---------------+----------------+-------+--------+----------+------+-------+--------+-----+-------+------+---------+
 *        | type | time in force | self-trade mode| hidden| iceberg| post-only| slide| budget| minimum| peer| parent| child| 1st fill|
 *        +------+---------------+----------------+-------+--------+----------+------+-------+--------+-----+-------+------+---------+
 *
 *   bit   20-22          24-26
 *        +--------------+----------+
 *        | type ordered | ExecInst |     as the wire has it: what ends it besides its session's word
 *        +--------------+----------+
 *
 * 0 is a plain limit order, good till cancel: it can only take, rest and go.
 */
import { ExecInst } from '../protocol/codecs.ts'

export const OrderType = {
  Limit: 0,
  Market: 1,
  MarketToLimit: 2,
  Stop: 3,
  StopLimit: 4,
  TrailingStop: 5,
  Pegged: 6,
} as const

/** How long, as the book sees it. */
export const Lifetime = {
  GoodTillCancel: 0,
  Day: 1,
  GoodTillDate: 2,
  ImmediateOrCancel: 3,
  FillOrKill: 4,
  AtTheOpening: 5,
  AtTheClose: 6,
} as const

export const SelfTradeMode = {
  None: 0,
  ExpireTaker: 1,
  ExpireMaker: 2,
  ExpireBoth: 3,
  Decrement: 4,
} as const

export const PegKind = { None: 0, Primary: 1, Market: 2, Midpoint: 3 } as const

const TYPE_MASK = 7
const LIFETIME_SHIFT = 3
export const SELF_TRADE_SHIFT = 6
const ORDERED_TYPE_SHIFT = 20
const EXEC_INST_SHIFT = 24

export const SELF_TRADE_MASK = 7 << SELF_TRADE_SHIFT
export const HIDDEN = 1 << 9
export const ICEBERG = 1 << 10
export const POST_ONLY = 1 << 11
/** With POST_ONLY: rather worse than refused. */
export const SLIDE = 1 << 12
/** So much money, rather than so many lots. */
export const HAS_BUDGET = 1 << 13
/** So much at once, or nothing; all-or-none and fill-or-kill too. */
export const HAS_MINIMUM = 1 << 14
/** One of two that cancel each other. */
export const HAS_PEER = 1 << 15
/** Others wait for it to fill. */
export const HAS_CHILDREN = 1 << 16
/** Waits for another to fill, and has not begun. */
export const IS_CHILD = 1 << 17
export const ON_FIRST_FILL = 1 << 18

export const typeOf = (flags: number): number => flags & TYPE_MASK
export const lifetimeOf = (flags: number): number => (flags >> LIFETIME_SHIFT) & 7
export const selfTradeModeOf = (flags: number): number => (flags >> SELF_TRADE_SHIFT) & 7

export const flagsOf = (type: number, lifetime: number, selfTradeMode: number): number =>
  type |
  (lifetime << LIFETIME_SHIFT) |
  (selfTradeMode << SELF_TRADE_SHIFT) |
  (type << ORDERED_TYPE_SHIFT)

/** The type that was asked for, whatever the order has become since. */
export const orderedTypeOf = (flags: number): number => (flags >> ORDERED_TYPE_SHIFT) & TYPE_MASK

/** What ends it besides its session's word; `execInst` as the wire has it. */
export const execInstFlags = (execInst: number): number => execInst << EXEC_INST_SHIFT

/** It ends with its session's connection, whatever the session asked for. */
export const cancelsOnLoss = (flags: number): boolean =>
  (flags & execInstFlags(ExecInst.CancelOnConnectionLoss)) !== 0
/** It outlives its session, whatever the session asked for. */
export const staysOnLoss = (flags: number): boolean =>
  (flags & execInstFlags(ExecInst.StayOnConnectionLoss)) !== 0
/** It ends where the exchange has failed. */
export const cancelsOnFailure = (flags: number): boolean =>
  (flags & execInstFlags(ExecInst.CancelOnSystemFailure)) !== 0

/** The same order with another type: a stop-limit that was elected is a limit order. */
export const withType = (flags: number, type: number): number => (flags & ~TYPE_MASK) | type

/** Whether it waits for a trigger. */
export const isStop = (type: number): boolean =>
  type === OrderType.Stop || type === OrderType.StopLimit || type === OrderType.TrailingStop

/** Whether a client names the price it trades at; that of a pegged order is its limit. */
export const hasOwnPrice = (type: number): boolean =>
  type === OrderType.Limit || type === OrderType.StopLimit || type === OrderType.Pegged

/** Where an order is that does not rest in the book. */
export const Place = {
  /** In the book, or at work, or gone. */
  None: 0,
  /** A stop that waits for its trigger. */
  Trigger: 1,
  /** Beside the book: a pegged order without a price, an order for the closing auction. */
  Parked: 2,
  /** A child that waits for its parent. */
  Child: 3,
  /** Elected or due, and not at work yet. */
  Due: 4,
} as const
