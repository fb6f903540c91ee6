/**
 * What a trader of the simulation asks for: orders of every type and instruction by the moods of random-orders.ts, cancels
 * and changes of what it has heard of, and now and then something that does not go together.
 */
import {
  MassCancelScope,
  NewOrderSingle,
  OrderCancelReplaceRequest,
  OrderCancelRequest,
  OrderMassCancelRequest,
  OrdType,
  Side,
  TimeInForce,
} from '../../protocol/codecs.ts'
import { INT64_NULL } from '../../protocol/integers.ts'
import { type BookRules, type OrderSpec, PHASES } from '../actors/book-under-test.ts'
import type { Fields } from '../actors/exchange-harness.ts'
import { newOrderFields } from '../actors/market-words.ts'
import { drawMood, drawRules, RandomOrders, SPOILERS } from '../actors/random-orders.ts'
import type { RequestKind } from './check-answers.ts'
import type { Draws } from './draws.ts'
import { INSTRUMENTS, MIDDLE } from './simulated-venue.ts'

export interface TraderRequest {
  readonly kind: RequestKind
  readonly id: string
  readonly codec: { readonly TEMPLATE_ID: number }
  readonly blockBytes: number
  readonly fields: Fields
  /** It may be such as a gateway does not take. */
  readonly isSpoiled: boolean
}

export interface KnownOrder {
  readonly clOrdId: string
  readonly orderId: number
  readonly symbol: string
  readonly side: number
}

const US_PER_SECOND = 1_000_000
/** Where nothing but the short form is said, a block may end as in version 1. */
const SHORT_FORM = NewOrderSingle.BLOCK_BYTES_V1

/** Orders that an account still thinks of, open or not. */
const KNOWN_MAX = 40

export class KnownOrders {
  readonly #orders: KnownOrder[] = []

  add(order: KnownOrder): void {
    this.#orders.push(order)
    if (this.#orders.length > KNOWN_MAX) this.#orders.shift()
  }

  draw(draws: Draws): KnownOrder | undefined {
    return this.#orders[draws.below(Math.max(this.#orders.length, 1))]
  }
}

export class TraderFlow {
  readonly #name: string
  readonly #draws: Draws
  readonly #orders: RandomOrders
  readonly #known: KnownOrders
  #ids = 0
  #middle = MIDDLE

  constructor(name: string, known: KnownOrders, draws: Draws) {
    this.#name = name
    this.#known = known
    this.#draws = draws
    const rules: BookRules = { ...drawRules(draws.below(1 << 30)), priceMin: 85, priceMax: 115 }
    this.#orders = new RandomOrders(draws.below, rules, drawMood(draws.below))
  }

  /** `nowUs`: of the wall, for orders with a date. */
  next(nowUs: number): TraderRequest {
    const draws = this.#draws
    const id = `${this.#name}-${++this.#ids}`
    const known = this.#known.draw(draws)
    const kind = draws.below(100)
    if (kind < 62 || known === undefined) return this.#order(id, nowUs)
    if (kind < 82) return this.#cancel(id, known)
    if (kind < 98) return this.#replace(id, known)
    return this.#massCancel(id)
  }

  #order(id: string, nowUs: number): TraderRequest {
    const draws = this.#draws
    if (draws.oneIn(50)) this.#middle = MIDDLE + draws.between(-8, 8)
    const phase = draws.oneIn(5) ? draws.pick(PHASES) : 'continuous'
    const drawn = this.#orders.draw({ id: 1, now: 0, phase, middle: this.#middle })
    const isSpoiled = draws.oneIn(40)
    const spec = isSpoiled ? { ...drawn, ...draws.pick(SPOILERS) } : drawn
    const linked = draws.oneIn(8) ? this.#known.draw(draws) : undefined
    const kind = draws.pick(['oco', 'child', 'child-on-first-fill'] as const)
    const links = linked === undefined ? spec : { ...spec, link: kind }
    const fields = newOrderFields(links, linked?.clOrdId ?? '')
    const isDated = fields.expireTime !== INT64_NULL
    const { symbol } = linked ?? draws.pick(INSTRUMENTS)
    const isShort = linked === undefined && saysNoMore(spec)
    return {
      ...{ kind: 'order', id, codec: NewOrderSingle },
      // A link on the wrong order, or to one that is over, is the book's to refuse.
      isSpoiled: isSpoiled || linked !== undefined,
      blockBytes: isShort ? SHORT_FORM : NewOrderSingle.BLOCK_BYTES,
      fields: {
        ...{ ...fields, clOrdId: id, symbol },
        ...(isDated ? { expireTime: nowUs + spec.expire * US_PER_SECOND } : {}),
      },
    }
  }

  #which(id: string, { clOrdId, orderId, symbol, side }: KnownOrder): Fields {
    const way = this.#draws.below(8)
    const origClOrdId = way < 3 ? '' : clOrdId
    return { clOrdId: id, symbol, side, origClOrdId, orderId: way < 5 ? orderId : INT64_NULL }
  }

  #cancel(id: string, known: KnownOrder): TraderRequest {
    const fields = this.#which(id, known)
    const blockBytes = OrderCancelRequest.BLOCK_BYTES
    return { kind: 'cancel', id, codec: OrderCancelRequest, blockBytes, fields, isSpoiled: false }
  }

  #replace(id: string, known: KnownOrder): TraderRequest {
    const draws = this.#draws
    const price = draws.oneIn(3) ? INT64_NULL : this.#middle + draws.between(-8, 8)
    const kinds = { ordType: OrdType.Limit, timeInForce: TimeInForce.GoodTillCancel }
    const fields = { ...this.#which(id, known), ...kinds, orderQty: draws.between(1, 30), price }
    const blockBytes = OrderCancelReplaceRequest.BLOCK_BYTES
    const codec = OrderCancelReplaceRequest
    return { kind: 'replace', id, codec, blockBytes, fields, isSpoiled: false }
  }

  #massCancel(id: string): TraderRequest {
    const draws = this.#draws
    const scopes = [MassCancelScope.Account, MassCancelScope.Session]
    const fields = {
      ...{ clOrdId: id, symbol: draws.pick(['', ...INSTRUMENTS.map(({ symbol }) => symbol)]) },
      ...{ side: draws.pick([0, Side.Buy, Side.Sell]) },
      massCancelScope: draws.pick(scopes),
    }
    const blockBytes = OrderMassCancelRequest.BLOCK_BYTES
    const codec = OrderMassCancelRequest
    return { kind: 'mass', id, codec, blockBytes, fields, isSpoiled: false }
  }
}

/** A limit order without instructions: version 1 has all of it. */
function saysNoMore(spec: OrderSpec): boolean {
  const { type, expire, postOnly, hidden, display, minimum, allOrNone, stp } = spec
  if (type !== 'limit' || postOnly !== 'no' || hidden || allOrNone || stp !== 'none') return false
  return (
    expire === 0 && display === 0 && minimum === 0 && spec.budget === 0 && spec.trailTicks === 0
  )
}
