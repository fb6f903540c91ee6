/** Random requests of many accounts in several markets: most meet something. A seed repeats them. */
import { OrdType, Side, TimeInForce } from '../../protocol/codecs.ts'
import { INT64_NULL } from '../../protocol/integers.ts'
import type { PlainEvent } from './exchange-harness.ts'
import { HeardOrders, seeded } from './seeded.ts'
import { type NamedCommand, SYMBOLS } from './sharded-venue.ts'

export class ShardFlow {
  readonly #random: (bound: number) => number
  readonly #sessions: number
  readonly #heard = new HeardOrders(60)
  #ids = 0

  constructor(seed: number, sessions: number) {
    this.#random = seeded(seed)
    this.#sessions = sessions
  }

  hear(events: readonly PlainEvent[]): void {
    this.#heard.hear(events)
  }

  /** Each request has a client id of its own: it is known again in the report that answers it. */
  next(): NamedCommand & { readonly session: number } {
    const random = this.#random
    const kind = random(20)
    const known = this.#heard.draw(random)
    const clOrdId = `c${++this.#ids}`
    if (kind < 12 || known === undefined) return this.#newOrder(clOrdId)
    const { session } = known
    const symbol = known.symbol!
    if (kind === 19) return { name: 'OrderMassCancelRequest', session, fields: { clOrdId, symbol } }
    const origClOrdId = known.clOrdId!
    const which = { clOrdId, symbol, side: known.side!, origClOrdId, orderId: INT64_NULL }
    if (kind < 15) return { name: 'OrderCancelRequest', session, fields: which }
    const kinds = { ordType: OrdType.Limit, timeInForce: TimeInForce.GoodTillCancel }
    const fields = { ...which, ...kinds, price: 95 + random(11), orderQty: 1 + random(30) }
    return { name: 'OrderCancelReplaceRequest', session, fields }
  }

  #newOrder(clOrdId: string): NamedCommand & { readonly session: number } {
    const random = this.#random
    const session = 1 + random(this.#sessions)
    const symbol = SYMBOLS[random(SYMBOLS.length)]!
    const side = random(2) === 0 ? Side.Buy : Side.Sell
    const order = { clOrdId, symbol, side, orderQty: 1 + random(30) }
    const isIoc = random(4) === 0
    const timeInForce = isIoc ? TimeInForce.ImmediateOrCancel : TimeInForce.GoodTillCancel
    if (random(6) === 0) {
      const market = { ordType: OrdType.Market, timeInForce: TimeInForce.ImmediateOrCancel }
      return { name: 'NewOrderSingle', session, fields: { ...order, ...market } }
    }
    const fields = { ...order, ordType: OrdType.Limit, timeInForce, price: 95 + random(11) }
    return { name: 'NewOrderSingle', session, fields }
  }
}
