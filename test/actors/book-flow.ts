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
  PHASES,
  type Phase,
} from './book-under-test.ts'
import { drawMood, type Mood, oneOf, type Random, RandomOrders, SPOILERS } from './random-orders.ts'
import { seeded } from './seeded.ts'

export { drawRules } from './random-orders.ts'

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

interface Known {
  readonly spec: OrderSpec
  open: number
  filled: number
  price: number
}

/** Above it more is cancelled than entered: a slow book sorts all it has on every look. */
const OPEN_MAX = 60

/** Times in force that a child may have. */
const CAN_WAIT: ReadonlySet<string> = new Set(['day', 'gtc', 'gtd', 'ioc', 'fok'])

/** How many of those that are gone are still asked for. */
const GONE_REMEMBERED = 30

export class BookFlow {
  readonly #random: Random
  readonly #rules: BookRules
  readonly #mood: Mood
  readonly #orders: RandomOrders
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
    this.#mood = drawMood(this.#random)
    this.#orders = new RandomOrders(this.#random, rules, this.#mood)
    this.#phase = rules.phase
    this.#middle = (rules.priceMin + rules.priceMax) >> 1
  }

  /** What the book said to the command before. */
  hear(lines: readonly string[]): void {
    for (const line of lines) {
      const verb = line.split(' ')[0]!
      const [a = 0, b = 0, c = 0, d = 0] = (line.match(/\d+/g) ?? []).map(Number)
      if (verb === 'phase') this.#phase = line.slice('phase '.length) as Phase
      if (verb === 'accepted') this.#know({ id: a, price: b, lots: d })
      if (verb === 'ended') this.#forget(a)
      if (verb === 'amended') this.#change(a, line.endsWith(' done'))
      if (verb === 'trade') for (const id of [a, b]) this.#less(id, d, true)
      if (verb === 'prevented') for (const id of [a, b]) this.#less(id, c, false)
    }
  }

  next(): BookCommand {
    this.#last = this.#choose()
    return this.#last
  }

  #choose(): BookCommand {
    const random = this.#random
    this.#now += random(4)
    if (random(6) === 0) this.#wander()
    const { phaseEvery } = this.#mood
    const stays = { continuous: phaseEvery, halt: 4, closed: 3 }[this.#phase as string] ?? 14
    if (random(stays) === 0) return { kind: 'phase', phase: this.#nextPhase() }
    const kind = random(this.#open.size > OPEN_MAX ? 40 : 100)
    if (kind < 4) return { kind: 'expire', now: this.#now }
    if (kind < 12) return { kind: 'cancel', id: this.#someId() }
    if (kind < 26) return this.#amend()
    const spec = this.#orders.draw({
      ...{ id: ++this.#ids, now: this.#now, phase: this.#phase, middle: this.#middle },
    })
    return { kind: 'enter', spec: this.#spoil(this.#link(spec)), now: this.#now }
  }

  #wander(): void {
    const { priceMin, priceMax } = this.#rules
    const { margin } = this.#mood
    const next = this.#middle + this.#random(3) - 1
    this.#middle = Math.min(Math.max(next, priceMin + margin), priceMax - margin)
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
    const same = known?.price ?? 0
    const other = this.#orders.price(known?.spec.sign ?? 1, this.#middle)
    const price = oneOf(random, [same, same, 0, other, other])
    return { kind: 'amend', id, price, total: oneOf(random, sizes) }
  }

  #link(spec: OrderSpec): OrderSpec {
    const random = this.#random
    if (random(this.#mood.linkEvery) > 0) return spec
    const link = oneOf(random, ['oco', 'oco', 'child', 'child-on-first-fill'] as const)
    const young = [...this.#open.keys()].slice(-12)
    const isChild = (id: number) => this.#open.get(id)!.spec.link.startsWith('child')
    // Siblings are linked to each other, and children have none of their own.
    const siblings = young.filter(isChild)
    const parents = random(10) === 0 ? young : young.filter((id) => !isChild(id))
    const ofOco = random(3) === 0 && siblings.length > 0 ? siblings : young
    const targets = link === 'oco' ? ofOco : parents
    const linkId = targets.length > 0 && random(4) > 0 ? oneOf(random, targets) : this.#someId()
    const canWait = CAN_WAIT.has(spec.tif) && spec.type !== 'market-to-limit' && spec.budget === 0
    return link === 'oco' || canWait || random(10) === 0 ? { ...spec, link, linkId } : spec
  }

  /** One in thirty does not fit together. */
  #spoil(spec: OrderSpec): OrderSpec {
    if (this.#random(30) > 0) return spec
    return { ...spec, ...oneOf(this.#random, SPOILERS) }
  }

  #know({ id, price, lots }: { id: number; price: number; lots: number }): void {
    if (this.#last?.kind !== 'enter') return
    this.#open.set(id, { spec: this.#last.spec, open: lots, filled: 0, price })
  }

  #less(id: number, lots: number, isTrade: boolean): void {
    const known = this.#open.get(id)
    if (known === undefined) return
    known.open -= lots
    if (isTrade) known.filled += lots
    // What a decrement ends is announced.
    if (isTrade && known.open === 0) this.#forget(id)
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
