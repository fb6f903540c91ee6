/** One order as the naive book keeps it, and what can be said of it without looking at a book. */
import type { BookRules, OrderSpec, Phase } from './book-under-test.ts'

export interface NaiveOrder {
  readonly spec: OrderSpec
  readonly id: number
  readonly sign: 1 | -1
  /** `work`: it is arriving just now. `moving`: a peg that will, at another price. `due`: it stands in the queue of §6. */
  where: 'work' | 'moving' | 'book' | 'stop' | 'parked' | 'child' | 'due' | 'gone'
  /** At which it stands, or the worst at which it may trade; a parked peg's limit. */
  price: number
  /** Of a peg; 0: none. */
  limit: number
  /** Beyond which a trailing stop's price never goes. */
  firstPrice: number
  trigger: number
  open: number
  filled: number
  /** What others see of it while it rests; nothing of a hidden order. */
  tip: number
  /** When it came to its price. */
  place: number
  budgetLeft: number
  isElected: boolean
  hasArrived: boolean
  /** The other one of an OCO. */
  partner: NaiveOrder | undefined
  /** For what a child waits: a full fill, or any fill. */
  parentId: number
  onFirstFill: boolean
}

export const makeOrder = (spec: OrderSpec): NaiveOrder => ({
  ...{ spec, id: spec.id, sign: spec.sign, where: 'work' as const },
  ...{ price: spec.price, limit: spec.type === 'pegged' ? spec.price : 0, firstPrice: 0 },
  ...{ trigger: spec.trigger, open: spec.lots, filled: 0, tip: 0, place: 0 },
  ...{ budgetLeft: spec.budget, isElected: false, hasArrived: false, partner: undefined },
  ...{ parentId: 0, onFirstFill: false },
})

export const isCall = (phase: Phase): boolean =>
  phase === 'pre-open' ||
  phase === 'opening-auction' ||
  phase === 'volatility-auction' ||
  phase === 'closing-auction'

/** Waits for a print. */
export const isStop = ({ type }: OrderSpec): boolean =>
  type === 'stop' || type === 'stop-limit' || type === 'trailing-stop'

/** Has a price only so that it does not trade anywhere: such an order never rests in continuous. */
export const isMarketLike = (order: NaiveOrder): boolean => {
  const { type } = order.spec
  return type === 'market' || (order.isElected && (type === 'stop' || type === 'trailing-stop'))
}

export const mayRest = (order: NaiveOrder): boolean =>
  !isMarketLike(order) && order.spec.tif !== 'ioc' && order.spec.tif !== 'fok'

/** What of it must be taken at once. */
export const minimumOf = (order: NaiveOrder): number =>
  order.spec.allOrNone || order.spec.tif === 'fok'
    ? order.open
    : Math.min(order.spec.minimum, order.open)

/** Whether the phase refuses such an order: §2. */
export function phaseForbids(spec: OrderSpec, phase: Phase): boolean {
  const { tif } = spec
  if (tif === 'at-open' && phase !== 'pre-open' && phase !== 'opening-auction') return true
  if (phase === 'continuous') return false
  if (tif === 'ioc' || tif === 'fok' || spec.budget > 0) return true
  return spec.minimum > 0 || spec.allOrNone || spec.type === 'market-to-limit'
}

const within = (price: number, { priceMin, priceMax }: BookRules): number =>
  Math.min(Math.max(price, priceMin), priceMax)

/** The worst price of an order that has none of its own, from a price that it has. */
export const protectionFrom = (price: number, sign: 1 | -1, rules: BookRules): number =>
  within(price + sign * Math.floor((price * rules.protectionBps) / 10_000), rules)

/** Where a trailing stop's trigger would be after a print. */
export function trailFrom(print: number, spec: OrderSpec, rules: BookRules): number {
  const share = Math.max(1, Math.floor((print * spec.trailBps) / 10_000))
  const offset = spec.trailTicks > 0 ? spec.trailTicks : share
  return within(print + spec.sign * offset, rules)
}

export interface References {
  readonly bid: number
  readonly ask: number
}

/** Where a pegged order stands by these reference prices; 0 if they lack what it needs. */
export function pegPrice(order: NaiveOrder, { bid, ask }: References, rules: BookRules): number {
  const { sign, spec, limit } = order
  const [own, other] = sign === 1 ? [bid, ask] : [ask, bid]
  const needed = { primary: own, market: other, midpoint: own * other, none: 0 }[spec.peg]
  if (needed === 0) return 0
  const middle = (bid + ask) / 2
  const roundedMiddle = sign === 1 ? Math.floor(middle) : Math.ceil(middle)
  const from = { primary: own, market: other, midpoint: roundedMiddle, none: 0 }[spec.peg]
  const price = within(from + sign * spec.pegOffset, rules)
  if (limit === 0) return price
  return sign === 1 ? Math.min(price, limit) : Math.max(price, limit)
}
