/**
 * Random commands for one book, the same ones for the same seed: few prices, few groups, every kind
 * of order, so that everything meets everything. The flow hears what the book says and remembers
 * its orders from that; it knows no rule of matching.
 *
 *   const flow = new BookFlow(seed, rules)
 *   for (…) flow.hear(apply(book, flow.next()))
 */
import {
  type BookRules,
  type BookUnderTest,
  type OrderSpec,
  type OrderType,
  PHASES,
  type Phase,
  PLAIN_ORDER,
  type Tif,
} from './book-under-test.ts'
import { seeded } from './seeded.ts'

export type BookCommand =
  | { readonly kind: 'enter'; readonly spec: OrderSpec; readonly now: number }
  | { readonly kind: 'cancel'; readonly id: number }
  | {
      readonly kind: 'amend'
      readonly id: number
      readonly price: number
      readonly total: number
    }
  | { readonly kind: 'phase'; readonly phase: Phase }
  | { readonly kind: 'expire'; readonly now: number }

export function apply(book: BookUnderTest, command: BookCommand): string[] {
  if (command.kind === 'enter') return book.enter(command.spec, command.now)
  if (command.kind === 'cancel') return book.cancel(command.id)
  if (command.kind === 'amend') return book.amend(command.id, command.price, command.total)
  return command.kind === 'phase' ? book.setPhase(command.phase) : book.expire(command.now)
}

type Random = (bound: number) => number

/** `{ a: 3, b: 1 }`: three times in four an a. */
function draw<T extends string>(random: Random, weights: { readonly [K in T]?: number }): T {
  const entries = Object.entries(weights) as [T, number][]
  let at = random(entries.reduce((sum, [, weight]) => sum + weight, 0))
  return entries.find(([, weight]) => {
    at -= weight
    return at < 0
  })![0]
}

const oneOf = <T>(random: Random, from: readonly T[]): T => from[random(from.length)]!

/** A market that a seed has thought out. */
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
    topOrder: random(2) === 0,
    allocationMin: random(4),
    phase: draw<Phase>(random, { continuous: 4, 'pre-open': 1, halt: 1, closed: 1 }),
  }
}

interface Known {
  readonly spec: OrderSpec
  open: number
  filled: number
  price: number
}

/** Above it more is cancelled than entered: a slow book sorts all it has on every look. */
const OPEN_MAX = 60

/** How many of those that are gone are still asked for. */
const GONE_REMEMBERED = 30

export class BookFlow {
  readonly #random: Random
  readonly #rules: BookRules
  readonly #open = new Map<number, Known>()
  readonly #gone: number[] = []
  #phase: Phase
  #now = 1_000
  #ids = 0
  #last: BookCommand | undefined
  /** Around which orders come; it wanders, so that prices are left behind and met again. */
  #middle: number

  constructor(seed: number, rules: BookRules) {
    this.#random = seeded(seed)
    this.#rules = rules
    this.#phase = rules.phase
    this.#middle = (rules.priceMin + rules.priceMax) >> 1
  }

  /** What the book said to the command before. */
  hear(lines: readonly string[]): void {
    for (const line of lines) {
      const [verb, first = '', second = '', , lots] = line.split(' ')
      if (verb === 'phase') this.#phase = first as Phase
      if (verb === 'accepted') this.#know(line)
      if (verb === 'ended') this.#forget(Number(first))
      if (verb === 'amended') this.#change(Number(first), second === 'done')
      if (verb === 'trade' || verb === 'prevented') {
        const count = Number(verb === 'trade' ? lots : line.split(' ')[3])
        for (const id of [Number(first), Number(second)]) {
          const known = this.#open.get(id)
          if (known === undefined) continue
          known.open -= count
          if (verb === 'trade') known.filled += count
          if (verb === 'trade' && known.open === 0) this.#forget(id)
        }
      }
    }
  }

  next(): BookCommand {
    this.#last = this.#choose()
    return this.#last
  }

  #choose(): BookCommand {
    const random = this.#random
    this.#now += random(4)
    if (random(6) === 0) this.#middle += random(3) - 1
    const { priceMin, priceMax } = this.#rules
    this.#middle = Math.min(Math.max(this.#middle, priceMin + 6), priceMax - 6)
    const stays = { continuous: 50, halt: 4, closed: 3 }[this.#phase as string] ?? 14
    if (random(stays) === 0) return { kind: 'phase', phase: this.#nextPhase() }
    const kind = random(this.#open.size > OPEN_MAX ? 40 : 100)
    if (kind < 4) return { kind: 'expire', now: this.#now }
    if (kind < 16) return { kind: 'cancel', id: this.#someId() }
    if (kind < 30) return this.#amend()
    return { kind: 'enter', spec: this.#spoil(this.#draw()), now: this.#now }
  }

  #nextPhase(): Phase {
    const others = PHASES.filter((phase) => phase !== this.#phase)
    if (this.#phase === 'closing-auction' && this.#random(2) === 0) return 'closed'
    if (this.#phase !== 'continuous' && this.#random(3) > 0) return 'continuous'
    if (this.#phase === 'continuous' && this.#random(3) === 0) return 'closing-auction'
    return oneOf(this.#random, others)
  }

  /** Mostly an open one; else one that is gone, or never was. */
  #someId(): number {
    const kind = this.#random(20)
    if (kind === 0) return this.#ids + 1 + this.#random(5)
    if (kind === 1 && this.#gone.length > 0) return oneOf(this.#random, this.#gone)
    return this.#open.size > 0 ? oneOf(this.#random, [...this.#open.keys()]) : 1
  }

  #amend(): BookCommand {
    const random = this.#random
    const id = this.#someId()
    const known = this.#open.get(id)
    const total = (known?.filled ?? 0) + (known?.open ?? 5)
    const sizes = [total, total - 1 - random(6), total + 1 + random(6), known?.filled || 1]
    const sign = known?.spec.sign ?? 1
    const price = oneOf(random, [
      known?.price ?? 0,
      known?.price ?? 0,
      0,
      this.#price(sign),
      this.#price(sign),
    ])
    return { kind: 'amend', id, price, total: oneOf(random, sizes) }
  }

  /** Rather passive; a side's good prices are in front of the other's. */
  #price(sign: 1 | -1): number {
    return this.#within(this.#middle - sign * (this.#random(12) - 3))
  }

  #within(price: number): number {
    return Math.min(Math.max(price, this.#rules.priceMin), this.#rules.priceMax)
  }

  #draw(): OrderSpec {
    const random = this.#random
    const sign = random(2) === 0 ? 1 : -1
    const type = draw<OrderType>(random, ORDER_TYPES)
    const base: OrderSpec = {
      ...{
        ...PLAIN_ORDER,
        id: ++this.#ids,
        sign,
        type,
        lots: 1 + random(random(4) === 0 ? 40 : 9),
      },
      ...{ price: type === 'limit' || type === 'stop-limit' ? this.#price(sign) : 0 },
      ...{ group: 1 + random(3), tif: this.#tif(type) },
      stp: random(2) === 0 ? 'none' : oneOf(random, SELF_TRADE_MODES),
    }
    const dated = base.tif === 'gtd' ? { expire: this.#now + 1 + random(80) } : {}
    return this.#link({ ...base, ...this.#ofType(base), ...this.#instructions(base), ...dated })
  }

  #tif(type: OrderType): Tif {
    const random = this.#random
    const slow = draw<Tif>(random, { day: 2, gtc: 5, gtd: 2 })
    if (type !== 'limit' && type !== 'market' && type !== 'market-to-limit') return slow
    const fast = draw<Tif>(random, { [slow]: 10, ioc: 2, fok: 2 })
    if (type === 'market-to-limit') return fast
    const isOpening = this.#phase === 'pre-open' || this.#phase === 'opening-auction'
    if (isOpening) return draw<Tif>(random, { [slow]: 4, 'at-open': 4, 'at-close': 1 })
    const isFast = this.#phase === 'continuous' || random(4) === 0
    return draw<Tif>(random, { [isFast ? fast : slow]: 20, 'at-close': 2 })
  }

  #ofType({ type, sign, tif }: OrderSpec): Partial<OrderSpec> {
    const random = this.#random
    // Mostly where the market is not yet; now and then where it has been.
    const trigger = this.#within(this.#middle + sign * (random(7) - 1))
    if (type === 'stop' || type === 'stop-limit') return { trigger }
    if (type === 'trailing-stop') {
      const bps = Math.ceil(10_000 / this.#middle) * (1 + random(4))
      const distance = random(2) === 0 ? { trailTicks: 1 + random(4) } : { trailBps: bps }
      return { ...distance, trigger: random(2) === 0 ? trigger : 0 }
    }
    if (type === 'market' && tif === 'ioc' && random(2) === 0) {
      return { lots: 0, budget: this.#middle * random(25) + 1 + random(this.#middle) }
    }
    if (type !== 'pegged') return {}
    const peg = oneOf(random, ['primary', 'market', 'midpoint'] as const)
    const limit = this.#within(this.#middle + sign * (random(8) - 1))
    const price = sign === 1 || random(2) === 0 ? limit : 0
    return { peg, price, pegOffset: oneOf(random, [0, 0, 0, 0, -1, -1, -3, 1]) }
  }

  #instructions({ type, tif, lots }: OrderSpec): Partial<OrderSpec> {
    const random = this.#random
    const isSlow = tif === 'day' || tif === 'gtc' || tif === 'gtd'
    const isLimit = type === 'limit' || type === 'stop-limit'
    const isAuction = tif === 'at-open' || tif === 'at-close'
    const takes = type === 'limit' || type === 'market' || type === 'market-to-limit'
    const canMinimum = takes && !isAuction && (this.#phase === 'continuous' || random(8) === 0)
    const kind = random(14)
    if (isLimit && isSlow && kind < 4 && lots > 1) return { display: 1 + random(lots - 1) }
    if ((isLimit || type === 'pegged') && isSlow && kind < 6) return { hidden: true }
    if ((isLimit || type === 'pegged') && isSlow && kind < 9) {
      const postOnly = random(2) === 0 ? 'reject' : 'slide'
      return { postOnly, hidden: random(5) === 0 }
    }
    if (canMinimum && kind === 9) return { minimum: 1 + random(lots) }
    return canMinimum && kind === 10 ? { allOrNone: true } : {}
  }

  #link(spec: OrderSpec): OrderSpec {
    const random = this.#random
    // What takes with a minimum may be a budget's by now.
    const fit = spec.budget > 0 ? { ...spec, minimum: 0, allOrNone: false } : spec
    if (random(4) > 0) return fit
    const link = oneOf(random, ['oco', 'oco', 'child', 'child-on-first-fill'] as const)
    const young = [...this.#open.keys()].slice(-12)
    const linkId = young.length > 0 && random(3) > 0 ? oneOf(random, young) : this.#someId()
    return { ...fit, link, linkId }
  }

  /** One in twenty does not fit together. */
  #spoil(spec: OrderSpec): OrderSpec {
    if (this.#random(20) > 0) return spec
    return { ...spec, ...oneOf(this.#random, SPOILERS) }
  }

  #know(line: string): void {
    const command = this.#last
    const [id = 0, price = 0, , lots = 0] = line.match(/\d+/g)!.map(Number)
    if (command?.kind !== 'enter') return
    this.#open.set(id, { spec: command.spec, open: lots, filled: 0, price })
  }

  #change(id: number, isDone: boolean): void {
    const known = this.#open.get(id)
    if (this.#last?.kind !== 'amend' || known === undefined) return
    known.open = this.#last.total - known.filled
    if (this.#last.price !== 0) known.price = this.#last.price
    if (isDone) this.#forget(id)
  }

  #forget(id: number): void {
    this.#open.delete(id)
    this.#gone.push(id)
    if (this.#gone.length > GONE_REMEMBERED) this.#gone.shift()
  }
}

const ORDER_TYPES = {
  ...{ limit: 46, market: 9, 'market-to-limit': 7 },
  ...{ stop: 6, 'stop-limit': 6, 'trailing-stop': 8, pegged: 14 },
}

const SELF_TRADE_MODES = ['expire-taker', 'expire-maker', 'expire-both', 'decrement'] as const

const SPOILERS: readonly Partial<OrderSpec>[] = [
  { postOnly: 'reject', tif: 'ioc' },
  { postOnly: 'slide', minimum: 1 },
  { postOnly: 'reject', type: 'market', price: 0 },
  { hidden: true, display: 1 },
  { display: 1_000 },
  { display: 1, tif: 'fok' },
  { display: 1, type: 'pegged' },
  { hidden: true, tif: 'ioc' },
  { hidden: true, type: 'market-to-limit' },
  { minimum: 1_000 },
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
  { link: 'child', linkId: 0 },
]
