/**
 * Markets, moods and orders out of a seed. A mood is what a flow is full of: one crowds a few
 * prices with icebergs, another is all stops; spread evenly, most rules would meet nobody.
 */
import {
  type BookRules,
  type OrderSpec,
  type OrderType,
  type Phase,
  PLAIN_ORDER,
  type Tif,
} from './book-under-test.ts'
import { seeded } from './seeded.ts'

export type Random = (bound: number) => number

/** `{ a: 3, b: 1 }`: three times in four an a. */
function draw<T extends string>(random: Random, weights: { readonly [K in T]?: number }): T {
  const entries = Object.entries(weights) as [T, number][]
  let at = random(entries.reduce((sum, [, weight]) => sum + weight, 0))
  return entries.find(([, weight]) => {
    at -= weight
    return at < 0
  })![0]
}

export const oneOf = <T>(random: Random, from: readonly T[]): T => from[random(from.length)]!

export const within = (price: number, { priceMin, priceMax }: BookRules): number =>
  Math.min(Math.max(price, priceMin), priceMax)

export function drawRules(seed: number): BookRules {
  const random = seeded(seed ^ 0x5bd1e995)
  const priceMin = oneOf(random, [1, 90, 90, 1_000])
  const ticks = 20 + random(11)
  const middle = priceMin + (ticks >> 1)
  /** So many basis points that they are so many ticks in the middle. */
  const bps = (count: number) => Math.ceil((count * 10_000) / middle)
  const hasReference = random(4) > 0
  return {
    priceMin,
    priceMax: priceMin + ticks,
    protectionBps: bps(oneOf(random, [0, 1, 3, 3, 10])),
    referencePrice: hasReference ? middle + random(3) - 1 : 0,
    bandBps: bps(oneOf(random, [0, 0, 4, 6])),
    bandPolicy: random(2) === 0 ? 'cancel' : 'pause',
    matching: random(2) === 0 ? 'time' : 'pro-rata',
    topOrder: random(3) > 0,
    allocationMin: random(4),
    phase: draw<Phase>(random, { continuous: 4, 'pre-open': 2, halt: 1, closed: 1 }),
  }
}

type Instruction = 'display' | 'hidden' | 'postOnly' | 'minimum' | 'allOrNone' | 'nothing'

export interface Mood {
  readonly types: { readonly [type in OrderType]: number }
  readonly instructions: { readonly [instruction in Instruction]: number }
  /** Over how many ticks a side's prices come, and how many of them are beyond the middle. */
  readonly depth: number
  readonly reach: number
  readonly lotsMax: number
  /** One order in so many: links; asks to meet none of its group; a new phase comes instead. */
  readonly linkEvery: number
  readonly stpEvery: number
  readonly phaseEvery: number
  /** How near to the ends of the price range the middle may come. */
  readonly margin: number
}

export function drawMood(random: Random): Mood {
  const loved = (weight: number) => weight * oneOf(random, [1, 1, 1, 5])
  return {
    types: {
      ...{ limit: loved(46), market: loved(8), 'market-to-limit': loved(5), stop: loved(4) },
      ...{ 'stop-limit': loved(5), 'trailing-stop': loved(6), pegged: loved(9) },
    },
    instructions: {
      ...{ display: loved(4), hidden: loved(2), postOnly: loved(3), minimum: loved(2) },
      ...{ allOrNone: 1, nothing: 8 },
    },
    depth: oneOf(random, [2, 3, 6, 12]),
    reach: oneOf(random, [0, 1, 1, 3]),
    lotsMax: oneOf(random, [3, 9, 9, 30]),
    linkEvery: oneOf(random, [3, 4, 8, 30]),
    stpEvery: oneOf(random, [1, 2, 2, 10]),
    phaseEvery: oneOf(random, [20, 50, 80]),
    margin: oneOf(random, [0, 6, 6]),
  }
}

/** Where and when an order comes. */
export interface Scene {
  readonly id: number
  readonly now: number
  readonly phase: Phase
  readonly middle: number
}

export class RandomOrders {
  readonly #random: Random
  readonly #rules: BookRules
  readonly #mood: Mood
  #scene: Scene = { id: 0, now: 0, phase: 'continuous', middle: 0 }

  constructor(random: Random, rules: BookRules, mood: Mood) {
    this.#random = random
    this.#rules = rules
    this.#mood = mood
  }

  /** Without a link. */
  draw(scene: Scene): OrderSpec {
    this.#scene = scene
    const random = this.#random
    const { types, lotsMax, stpEvery } = this.#mood
    const sign = random(2) === 0 ? 1 : -1
    const type = draw<OrderType>(random, types)
    // What takes may be larger than what rests: it has to get through a level.
    const isLarge = random(type === 'limit' ? 8 : 3) === 0
    const base: OrderSpec = {
      ...{ ...PLAIN_ORDER, id: scene.id, sign, type, tif: this.#tif(type) },
      lots: 1 + random(isLarge ? 4 * lotsMax : lotsMax),
      price: type === 'limit' || type === 'stop-limit' ? this.price(sign, scene.middle) : 0,
      group: 1 + random(3),
      stp: random(stpEvery) === 0 ? oneOf(random, SELF_TRADE_MODES) : 'none',
    }
    const dated = base.tif === 'gtd' ? { expire: scene.now + 1 + random(80) } : {}
    const spec = { ...base, ...this.#ofType(base), ...dated }
    return { ...spec, ...this.#instructions(spec) }
  }

  /** Rather passive; a side's good prices are in front of the other's. */
  price(sign: 1 | -1, middle: number): number {
    const { depth, reach } = this.#mood
    return within(middle - sign * (this.#random(depth) - reach), this.#rules)
  }

  #tif(type: OrderType): Tif {
    const random = this.#random
    const { phase } = this.#scene
    const slow = draw<Tif>(random, { day: 2, gtc: 5, gtd: 2 })
    if (type !== 'limit' && type !== 'market' && type !== 'market-to-limit') return slow
    const fast = draw<Tif>(random, { [slow]: type === 'market' ? 4 : 10, ioc: 3, fok: 2 })
    if (type === 'market-to-limit') return fast
    const isOpening = phase === 'pre-open' || phase === 'opening-auction' || random(60) === 0
    if (isOpening) return draw<Tif>(random, { [slow]: 4, 'at-open': 4, 'at-close': 1 })
    const isFast = phase === 'continuous' || random(4) === 0
    return draw<Tif>(random, { [isFast ? fast : slow]: 20, 'at-close': 2 })
  }

  #ofType({ type, sign, tif }: OrderSpec): Partial<OrderSpec> {
    const random = this.#random
    const { middle } = this.#scene
    // Mostly where the market is not yet; now and then where it has been.
    const trigger = within(middle + sign * (random(7) - 1), this.#rules)
    if (type === 'stop' || type === 'stop-limit') return { trigger }
    if (type === 'trailing-stop') {
      const bps = Math.ceil(10_000 / middle) * (1 + random(4)) - random(2)
      const distance = random(2) === 0 ? { trailTicks: 1 + random(4) } : { trailBps: bps }
      return { ...distance, trigger: random(2) === 0 ? trigger : 0 }
    }
    if (type === 'market' && tif === 'ioc' && random(4) > 0) {
      const lots = random(3 * this.#mood.lotsMax)
      return { lots: 0, budget: middle * lots + 1 + random(middle) }
    }
    if (type !== 'pegged') return {}
    const peg = oneOf(random, ['primary', 'market', 'midpoint'] as const)
    const limit = within(middle + sign * (random(8) - 1), this.#rules)
    const price = sign === 1 || random(2) === 0 ? limit : 0
    return { peg, price, pegOffset: oneOf(random, [0, 0, 0, 0, -1, -1, -3, 1]) }
  }

  #instructions({ type, tif, lots, budget }: OrderSpec): Partial<OrderSpec> {
    const random = this.#random
    const { phase } = this.#scene
    const isSlow = tif === 'day' || tif === 'gtc' || tif === 'gtd'
    const isLimit = type === 'limit' || type === 'stop-limit'
    const isAuction = tif === 'at-open' || tif === 'at-close'
    const takes = type === 'limit' || type === 'market' || type === 'market-to-limit'
    const inTime = phase === 'continuous' || random(8) === 0
    const canMinimum = takes && !isAuction && budget === 0 && inTime
    const canHide = (isLimit || type === 'pegged') && isSlow
    const kind = draw<Instruction>(random, this.#mood.instructions)
    if (kind === 'display' && isLimit && isSlow && lots > 1) {
      return { display: 1 + random(Math.min(lots - 1, 1 + random(8))) }
    }
    if (kind === 'hidden' && canHide) return { hidden: true }
    if (kind === 'postOnly' && canHide) {
      const slides = type !== 'pegged' && random(2) === 0
      return { postOnly: slides ? 'slide' : 'reject', hidden: random(5) === 0 }
    }
    if (kind === 'minimum' && canMinimum) return { minimum: 1 + random(Math.min(lots, 6)) }
    return kind === 'allOrNone' && canMinimum ? { allOrNone: true } : {}
  }
}

const SELF_TRADE_MODES = ['expire-taker', 'expire-maker', 'expire-both', 'decrement'] as const

/** What most orders do not go together with. */
export const SPOILERS: readonly Partial<OrderSpec>[] = [
  { postOnly: 'reject', tif: 'ioc' },
  { postOnly: 'slide', minimum: 1 },
  { postOnly: 'reject', type: 'market', price: 0 },
  { hidden: true, display: 1 },
  { display: 10_000 },
  { display: 1, tif: 'fok' },
  { display: 1, type: 'pegged' },
  { hidden: true, tif: 'ioc' },
  { hidden: true, type: 'market-to-limit' },
  { minimum: 10_000 },
  { minimum: 1, type: 'stop' },
  { allOrNone: true, tif: 'at-close' },
  { allOrNone: true, type: 'pegged' },
  { type: 'stop-limit', tif: 'ioc' },
  { type: 'trailing-stop', trailTicks: 1, trailBps: 1 },
  { type: 'pegged', tif: 'fok' },
  { type: 'pegged', peg: 'none' },
  { type: 'market-to-limit', tif: 'at-open' },
  { tif: 'at-open' },
  { budget: 1_000 },
  { budget: 1_000, lots: 0 },
  { type: 'market', budget: 1, lots: 0, tif: 'ioc', price: 0 },
  { tif: 'gtd', expire: 1 },
  { expire: 1_000_000 },
  { trigger: 0, type: 'stop' },
  { price: 0 },
  { lots: 0 },
  { pegOffset: 1, peg: 'primary' },
  { postOnly: 'slide', type: 'pegged', peg: 'primary', trigger: 0 },
  { link: 'child', linkId: 0 },
]
