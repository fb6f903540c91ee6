/**
 * The naive book, from below: what there is, and every way in which it is looked at. Nothing is kept
 * that can be found by looking.
 */
import type { BookRules, Phase } from './book-under-test.ts'
import { isCall, type NaiveOrder, type References } from './naive-order.ts'

const byId = (a: NaiveOrder, b: NaiveOrder): number => a.id - b.id

export class NaiveShelf {
  protected readonly rules: BookRules
  protected phase: Phase
  protected lastPrint = 0
  protected bandReference: number
  /** All that are open, by arrival. */
  protected orders: NaiveOrder[] = []
  protected readonly gone = new Map<number, 'filled' | 'ended'>()
  /** Elected or due, first come first served. */
  protected due: NaiveOrder[] = []
  /** Pro-rata's top order, buys' and sells'. */
  protected readonly top: Record<1 | -1, NaiveOrder | undefined> = { 1: undefined, [-1]: undefined }
  protected lines: string[] = []
  #places = 0

  constructor(rules: BookRules) {
    this.rules = rules
    this.phase = rules.phase
    this.bandReference = rules.referencePrice
  }

  protected say(line: string): void {
    this.lines.push(line)
  }

  protected get isContinuous(): boolean {
    return this.phase === 'continuous'
  }

  protected get isInCall(): boolean {
    return isCall(this.phase)
  }

  protected nextPlace(): number {
    return ++this.#places
  }

  protected find(id: number): NaiveOrder | undefined {
    return this.orders.find((order) => order.id === id)
  }

  /** Of the open orders those that wait there, by arrival. */
  protected waiting(where: NaiveOrder['where']): NaiveOrder[] {
    return this.orders.filter((order) => order.where === where).sort(byId)
  }

  /** A side as it would trade. */
  protected queue(sign: 1 | -1): NaiveOrder[] {
    return this.waiting('book')
      .filter((order) => order.sign === sign)
      .sort(
        (a, b) =>
          sign * (b.price - a.price) ||
          Number(a.spec.hidden) - Number(b.spec.hidden) ||
          a.place - b.place,
      )
  }

  protected level(sign: 1 | -1, price: number): NaiveOrder[] {
    return this.queue(sign).filter((order) => order.price === price)
  }

  /** The best price at which anything rests; 0: nothing does. */
  protected best(sign: 1 | -1): number {
    return this.queue(sign)[0]?.price ?? 0
  }

  /** What pegs go by: displayed, and not a peg itself. */
  protected references(): References {
    const of = (sign: 1 | -1) =>
      this.queue(sign).find((order) => !order.spec.hidden && order.spec.type !== 'pegged')?.price
    return { bid: of(1) ?? 0, ask: of(-1) ?? 0 }
  }

  protected isOutsideBands(price: number): boolean {
    const [b, r] = [this.rules.bandBps, this.bandReference]
    if (b === 0 || r === 0) return false
    const low = Math.ceil((r * (10_000 - b)) / 10_000)
    return price < low || price > Math.floor((r * (10_000 + b)) / 10_000)
  }

  state(): string {
    const sides = ([1, -1] as const).flatMap((sign) =>
      this.queue(sign).map(
        (o) =>
          `${sign === 1 ? 'bid' : 'ask'} ${o.id} ${o.price} ` +
          `open=${o.open} tip=${o.tip} filled=${o.filled}`,
      ),
    )
    const stops = this.waiting('stop').map(
      (o) => `stop ${o.id} trigger=${o.trigger} price=${o.price} open=${o.open}`,
    )
    const parked = this.waiting('parked').map((o) => {
      const why = o.spec.type === 'pegged' ? 'peg' : 'close'
      return `parked ${o.id} ${why} price=${o.price} open=${o.open} filled=${o.filled}`
    })
    const children = this.waiting('child').map(
      (o) => `child ${o.id} of ${o.parentId} price=${o.price} open=${o.open}`,
    )
    const links = [...this.orders]
      .sort(byId)
      .filter((o) => o.partner !== undefined && o.id < o.partner.id)
      .map((o) => `link ${o.id} ${o.partner!.id}`)
    const head = [`phase ${this.phase}`, `last ${this.lastPrint}`]
    return [...head, ...sides, ...stops, ...parked, ...children, ...links].join('\n')
  }
}
