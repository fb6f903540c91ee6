/**
 * One symbol's book, seen from outside: commands in, lines of text out. The fast book and the naive
 * one both have this face, and `actors/RULES.md` says what stands behind it.
 *
 * A command answers with what happened, a line each, in the order in which it happened:
 *
 *   refused REASON                    nothing else happened; a name of `protocol/reasons.ts`
 *   accepted ID price=P trigger=T lots=L          as fixed at acceptance, 0 if it has none; a pegged
 *                                     order that is parked or waits shows its limit
 *   trade MAKER TAKER PRICE LOTS      who has nothing left by it is filled, and not heard of again
 *   prevented MAKER TAKER LOTS        a decrement; then what becomes of the maker, then of the taker:
 *                                     restated with what is left, or ended with these lots
 *   restated ID PRICE LEAVES          a peg at a new price (0: parked), what a decrement has left,
 *                                     a post-only order that slid when it came from waiting
 *   triggered ID                      it was elected or due, and arrives now
 *   amended ID                        before its trades; `amended ID done`: total not above filled
 *   ended ID LEAVES REASON            LEAVES are the open lots that go
 *   phase NAME
 *   indicative PRICE LOTS LEFTOVER    the last line, if it is another than the one said before
 */
export const PHASES = [
  'pre-open',
  'opening-auction',
  'continuous',
  'volatility-auction',
  'halt',
  'closing-auction',
  'closed',
] as const

export type Phase = (typeof PHASES)[number]

export interface BookRules {
  readonly priceMin: number
  readonly priceMax: number
  readonly protectionBps: number
  /** 0: none. */
  readonly referencePrice: number
  /** 0: no bands. */
  readonly bandBps: number
  readonly bandPolicy: 'cancel' | 'pause'
  readonly matching: 'time' | 'pro-rata'
  readonly topOrder: boolean
  readonly allocationMin: number
  /** The first one. */
  readonly phase: Phase
}

export type OrderType =
  | 'limit'
  | 'market'
  | 'market-to-limit'
  | 'stop'
  | 'stop-limit'
  | 'trailing-stop'
  | 'pegged'

export type Tif = 'day' | 'gtc' | 'gtd' | 'ioc' | 'fok' | 'at-open' | 'at-close'

export type SelfTradeMode = 'none' | 'expire-taker' | 'expire-maker' | 'expire-both' | 'decrement'

/** A number that says nothing is 0. Prices in ticks, sizes in lots, `budget` in ticks × lots. */
export interface OrderSpec {
  /** Rises from order to order: it is the arrival too. */
  readonly id: number
  readonly sign: 1 | -1
  readonly type: OrderType
  readonly price: number
  /** 0 with a budget. */
  readonly lots: number
  readonly budget: number
  readonly tif: Tif
  /** The time that a GTD order is good till. */
  readonly expire: number
  readonly postOnly: 'no' | 'reject' | 'slide'
  readonly hidden: boolean
  readonly display: number
  readonly minimum: number
  readonly allOrNone: boolean
  readonly stp: SelfTradeMode
  readonly group: number
  readonly trigger: number
  readonly trailTicks: number
  readonly trailBps: number
  readonly peg: 'none' | 'primary' | 'market' | 'midpoint'
  readonly pegOffset: number
  readonly link: 'none' | 'oco' | 'child' | 'child-on-first-fill'
  readonly linkId: number
}

/** A plain limit order of one lot, for what does not say otherwise. */
export const PLAIN_ORDER: OrderSpec = {
  ...{ id: 0, sign: 1, type: 'limit', price: 0, lots: 1, budget: 0, tif: 'gtc', expire: 0 },
  ...{ postOnly: 'no', hidden: false, display: 0, minimum: 0, allOrNone: false },
  ...{ stp: 'none', group: 0, trigger: 0, trailTicks: 0, trailBps: 0 },
  ...{ peg: 'none', pegOffset: 0, link: 'none', linkId: 0 },
}

export interface BookUnderTest {
  enter(spec: OrderSpec, now: number): string[]
  cancel(id: number): string[]
  /** `total` counts what is filled too; a `price` of 0 leaves the price as it is. */
  amend(id: number, price: number, total: number): string[]
  /** `phase` is another than the one before. */
  setPhase(phase: Phase): string[]
  /** Ends GTD orders with `expire` <= now, by (expire, arrival). */
  expire(now: number): string[]
  /**
   * All that is there, a line each; two books that are alike say the same text:
   *
   *   phase continuous
   *   last 1001                                 0: no print yet
   *   bid ID PRICE open=N tip=N filled=N        in trading order; a hidden order's tip is 0
   *   ask ID PRICE open=N tip=N filled=N
   *   stop ID trigger=N price=N open=N          this and the next three by id
   *   parked ID peg price=N open=N filled=N     peg or close; a peg's price is its limit
   *   child ID of PARENT price=N open=N
   *   link ID ID                                one-cancels-other, the older first
   */
  state(): string
}
