/** Random flows that a seed repeats. */
import { ExecType, OrdType, Side, TimeInForce } from '../../protocol/codecs.ts'
import { INT64_NULL } from '../../protocol/integers.ts'
import type { Fields, PlainEvent } from './exchange-harness.ts'

/** mulberry32: integers below `bound`, the same ones for the same seed. */
export function seeded(seed: number): (bound: number) => number {
  let state = seed | 0
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound
  }
}

export interface RandomCommand {
  readonly name: string
  readonly session: number
  readonly fields: Fields
}

/** The orders heard of last, to be asked for again: open ones, closed ones, forgotten ones. */
export class HeardOrders {
  readonly #heard: PlainEvent[] = []
  readonly #countMax: number

  constructor(countMax: number) {
    this.#countMax = countMax
  }

  /** What the exchange said to the last command: clients know their orders from that. */
  hear(events: readonly PlainEvent[]): void {
    for (const event of events) {
      if (event.execType !== ExecType.New && event.execType !== ExecType.Replaced) continue
      this.#heard.push(event)
      if (this.#heard.length > this.#countMax) this.#heard.shift()
    }
  }

  /** One of them; undefined: there is none. */
  draw(random: (bound: number) => number): PlainEvent | undefined {
    return this.#heard[random(this.#heard.length)]
  }
}

/**
 * Few prices, few accounts, and requests for orders that were there: most commands meet something.
 */
export class RandomFlow {
  readonly #random: (bound: number) => number
  readonly #sessions: number
  readonly #heard = new HeardOrders(40)
  #ids = 0

  constructor(seed: number, sessions: number) {
    this.#random = seeded(seed)
    this.#sessions = sessions
  }

  hear(events: readonly PlainEvent[]): void {
    this.#heard.hear(events)
  }

  next(): RandomCommand {
    const random = this.#random
    const kind = random(10)
    const known = this.#heard.draw(random)
    const isStranger = known === undefined || random(20) === 0
    const session = isStranger ? 1 + random(this.#sessions) : known.session
    const symbol = random(80) === 0 ? 'NOSUCH' : 'BTCUSD'
    const clOrdId = known !== undefined && random(25) === 0 ? known.clOrdId! : `c${++this.#ids}`
    // The edges are below and above what the terms allow.
    const size = { price: 95 + random(12), orderQty: random(3) === 0 ? random(25) : 2 + random(12) }
    const kinds = { ordType: OrdType.Limit, timeInForce: TimeInForce.GoodTillCancel }
    if (kind < 5 || known === undefined) {
      const side = random(2) === 0 ? Side.Buy : Side.Sell
      const timeInForce = random(5) === 0 ? TimeInForce.ImmediateOrCancel : kinds.timeInForce
      const fields = { ...kinds, ...size, clOrdId, symbol, side, timeInForce }
      return { name: 'NewOrderSingle', session: 1 + random(this.#sessions), fields }
    }
    const way = random(8)
    const other = this.#heard.draw(random)!
    const which = {
      ...{ clOrdId, symbol, side: random(20) === 0 ? Side.Sell : known.side! },
      origClOrdId: way < 3 ? '' : (way === 3 ? other : known).clOrdId!,
      orderId: way < 5 ? known.orderId! : INT64_NULL,
    }
    if (kind < 7) return { name: 'OrderCancelRequest', session, fields: which }
    const fields = { ...which, ...size, ...kinds }
    return { name: 'OrderCancelReplaceRequest', session, fields }
  }
}
