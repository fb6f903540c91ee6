/**
 * The MEB flow's matching rules at their plainest: a sorted list of prices a side, a list of orders
 * a price. It gives the published report stream, so it is the truth for every seed and scenario
 * that has no published hash.
 */
import type { MebMessages } from '../../bench/workloads/meb.ts'
import { MebSide, MebType } from '../../bench/workloads/meb.ts'
import {
  ID,
  KIND,
  MebReportKind,
  PRICE,
  QTY,
  REPORT_WORDS,
  SEQ,
  SIDE,
  TAKER,
} from '../../bench/workloads/meb-reports.ts'

export interface NaiveMebMessage {
  readonly type: number
  readonly side: number
  readonly ioc: number
  readonly qty: number
  readonly id: number
  readonly price: number
}

interface NaiveMebOrder {
  readonly id: number
  readonly side: number
  readonly price: number
  open: number
}

/** One side: prices, the best first, and at each the orders in the order in which they came. */
class NaiveMebSide {
  readonly prices: number[] = []
  readonly queues = new Map<number, NaiveMebOrder[]>()
  readonly #sign: 1 | -1

  constructor(side: number) {
    this.#sign = side === MebSide.Buy ? 1 : -1
  }

  /**
   * Whether someone here who asks for `own` would trade with someone there who asks for `other`.
   */
  meets(own: number, other: number): boolean {
    return this.#sign * (own - other) >= 0
  }

  add(order: NaiveMebOrder): void {
    const queue = this.queues.get(order.price)
    if (queue !== undefined) {
      queue.push(order)
      return
    }
    const at = this.prices.findIndex((price) => this.#sign * (price - order.price) < 0)
    this.prices.splice(at === -1 ? this.prices.length : at, 0, order.price)
    this.queues.set(order.price, [order])
  }

  remove(order: NaiveMebOrder): void {
    const queue = this.queues.get(order.price)!
    // Most orders live shortly, so look among the youngest first.
    queue.splice(queue.lastIndexOf(order), 1)
    if (queue.length > 0) return
    this.queues.delete(order.price)
    this.prices.splice(this.prices.indexOf(order.price), 1)
  }

  first(): NaiveMebOrder | undefined {
    const best = this.prices[0]
    return best === undefined ? undefined : this.queues.get(best)![0]
  }
}

export class NaiveMebBook {
  readonly sides = [new NaiveMebSide(MebSide.Buy), new NaiveMebSide(MebSide.Sell)] as const
  readonly resting = new Map<number, NaiveMebOrder>()
  #reports = new Int32Array(1024 * REPORT_WORDS)
  #words = 0
  #seq = 0

  /** All reports so far, as whole records. */
  get reports(): Int32Array {
    return this.#reports.subarray(0, this.#words)
  }

  get levels(): number {
    return this.sides[0].prices.length + this.sides[1].prices.length
  }

  take(seq: number, message: NaiveMebMessage): void {
    this.#seq = seq
    if (message.type === MebType.New) this.#enter(message)
    else if (message.type === MebType.Cancel) this.#cancel(message.id)
    else this.#modify(message)
  }

  #enter({ id, side, price, qty, ioc }: NaiveMebMessage): void {
    this.#report({ kind: MebReportKind.Accepted, side, id, price, qty })
    const order = { id, side, price, open: qty }
    this.#match(order)
    if (order.open === 0) return
    if (ioc === 1) this.#report({ kind: MebReportKind.Cancelled, side, id, price })
    else this.#rest(order)
  }

  #cancel(id: number): void {
    const order = this.resting.get(id)
    if (order === undefined) {
      this.#report({ kind: MebReportKind.CancelRefused, id })
      return
    }
    this.#remove(order)
    this.#report({ kind: MebReportKind.Cancelled, side: order.side, id, price: order.price })
  }

  #modify({ id, price, qty }: NaiveMebMessage): void {
    const old = this.resting.get(id)
    if (old === undefined) {
      this.#report({ kind: MebReportKind.ModifyRefused, id })
      return
    }
    this.#remove(old)
    const order = { id, side: old.side, price, open: qty }
    this.#report({ kind: MebReportKind.Modified, side: old.side, id, price, qty })
    this.#match(order)
    if (order.open > 0) this.#rest(order)
  }

  #match(taker: NaiveMebOrder): void {
    const own = this.sides[taker.side]!
    const other = this.sides[1 - taker.side]!
    while (taker.open > 0) {
      const maker = other.first()
      if (maker === undefined || !own.meets(taker.price, maker.price)) return
      const qty = Math.min(maker.open, taker.open)
      maker.open -= qty
      taker.open -= qty
      const { id, price } = maker
      this.#report({ kind: MebReportKind.Fill, id, taker: taker.id, price, qty })
      if (maker.open === 0) this.#remove(maker)
    }
  }

  #rest(order: NaiveMebOrder): void {
    this.resting.set(order.id, order)
    this.sides[order.side]!.add(order)
  }

  #remove(order: NaiveMebOrder): void {
    this.resting.delete(order.id)
    this.sides[order.side]!.remove(order)
  }

  #report({ kind, id, side = 0, taker = 0, price = 0, qty = 0 }: NaiveMebReport): void {
    if (this.#words === this.#reports.length) {
      const more = new Int32Array(2 * this.#words)
      more.set(this.#reports)
      this.#reports = more
    }
    const record = this.#reports.subarray(this.#words)
    record[KIND] = kind
    record[SEQ] = this.#seq
    record[SIDE] = side
    record[ID] = id
    record[TAKER] = taker
    record[PRICE] = price
    record[QTY] = qty
    this.#words += REPORT_WORDS
  }
}

interface NaiveMebReport {
  readonly kind: number
  readonly id: number
  readonly side?: number
  readonly taker?: number
  readonly price?: number
  readonly qty?: number
}

export function mebMessageAt(messages: MebMessages, i: number): NaiveMebMessage {
  return {
    type: messages.type[i]!,
    side: messages.side[i]!,
    ioc: messages.ioc[i]!,
    qty: messages.qty[i]!,
    id: messages.id[i]!,
    price: messages.price[i]!,
  }
}
