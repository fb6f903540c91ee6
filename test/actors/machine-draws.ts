/**
 * Commands of every kind for a whole machine, drawn by fast-check: a draw is seven small numbers, and
 * what they mean depends on what was heard, so that a shorter or smaller list is a simpler story.
 */
import fc from 'fast-check'
import { ExecType, MarketPhase, MassCancelScope, OrdType } from '../../protocol/codecs.ts'
import { INT64_NULL } from '../../protocol/integers.ts'
import { type OrderSpec, PLAIN_ORDER } from './book-under-test.ts'
import type { Fields, PlainEvent } from './exchange-harness.ts'
import { newOrderFields } from './market-words.ts'

export interface Draw {
  readonly kind: number
  readonly who: number
  readonly side: number
  readonly ticks: number
  readonly lots: number
  readonly which: number
  readonly more: number
}

export interface MachineCommand {
  readonly name: string
  readonly session: number
  readonly fields: Fields
  /** Of its group. */
  readonly entries?: readonly Fields[]
  /** Seconds that pass before it. */
  readonly seconds: number
}

const below = (bound: number) => fc.nat({ max: bound - 1 })

export const draws: fc.Arbitrary<Draw[]> = fc.array(
  fc.record({
    ...{ kind: below(100), who: below(8), side: below(2), ticks: below(12) },
    ...{ lots: below(12), which: below(20), more: below(1000) },
  }),
  { minLength: 1, maxLength: 160, size: 'max' },
)

/** Sessions 1 … 8: alice, bob, carol, dave, and a second one of each. */
const ACCOUNTS = ['alice', 'bob', 'carol', 'dave']
const SYMBOLS = ['BTCUSD', 'BTCUSD', 'ETHUSD']
const PRICE_FROM = 94

/** Orders that are not plain, by number; the plain ones are the rest. */
const WAYS: readonly ((draw: Draw, price: number) => Partial<OrderSpec>)[] = [
  () => ({ tif: 'ioc' }),
  () => ({ tif: 'fok' }),
  () => ({ tif: 'day' }),
  () => ({ type: 'market', price: 0, tif: 'ioc' }),
  ({ more }) => ({ type: 'market', price: 0, tif: 'ioc', lots: 0, budget: 50 + more }),
  () => ({ type: 'market-to-limit', price: 0 }),
  (_, price) => ({ type: 'stop', price: 0, trigger: price }),
  (_, price) => ({ type: 'stop-limit', trigger: price }),
  ({ more }) => ({ type: 'trailing-stop', price: 0, trailTicks: 1 + (more % 3) }),
  ({ more }) => ({ type: 'pegged', peg: (['primary', 'market', 'midpoint'] as const)[more % 3]! }),
  ({ lots }) => ({ display: 1 + (lots % 3) }),
  () => ({ hidden: true }),
  () => ({ postOnly: 'reject' }),
  () => ({ postOnly: 'slide' }),
  ({ lots }) => ({ minimum: 1 + (lots >> 1) }),
  () => ({ tif: 'at-close' }),
  () => ({ tif: 'at-open' }),
  () => ({ stp: 'decrement' }),
  () => ({ stp: 'expire-maker' }),
  () => ({ stp: 'expire-both' }),
  () => ({ link: 'oco', linkId: 1 }),
  () => ({ link: 'child', linkId: 1 }),
  () => ({ link: 'child-on-first-fill', linkId: 1 }),
  ({ more }) => ({ type: 'limit', tif: 'gtd', expire: 1 + (more % 60) }),
]

export class DrawnFlow {
  readonly #heard: PlainEvent[] = []
  #ids = 0

  hear(events: readonly PlainEvent[]): void {
    for (const event of events) {
      if (event.execType !== ExecType.New && event.execType !== ExecType.Replaced) continue
      this.#heard.unshift(event)
      if (this.#heard.length > 20) this.#heard.pop()
    }
  }

  /** `second`: of now. */
  commandOf(draw: Draw, second: number): MachineCommand {
    const { kind, who, more } = draw
    const seconds = more % 20 === 0 ? 1 + (more % 7) : 0
    const known = this.#heard[draw.which % Math.max(this.#heard.length, 1)]
    const session = known !== undefined && more % 10 > 0 ? known.session : 1 + who
    if (kind < 3) return { session: 1 + who, seconds, ...this.#list(draw, second) }
    if (kind < 8) return { session: 1 + who, seconds, ...this.#quotes(draw) }
    if (kind < 60 || (kind < 85 && known === undefined)) {
      return {
        name: 'NewOrderSingle',
        session: 1 + who,
        seconds,
        fields: this.#order(draw, second),
      }
    }
    if (kind < 70) {
      const fields = this.#request(known!)
      return { name: 'OrderCancelRequest', session, seconds, fields }
    }
    if (kind < 83) {
      const hasPrice = known!.ordType === OrdType.Limit || more % 9 === 0
      const price = hasPrice && more % 3 > 0 ? PRICE_FROM + draw.ticks : INT64_NULL
      const fields = { ...this.#request(known!), orderQty: 1 + draw.lots, price }
      return { name: 'OrderCancelReplaceRequest', session, seconds, fields }
    }
    return { session: 0, seconds, ...this.#rare(draw) }
  }

  #order(draw: Draw, second: number): Fields {
    const { more, side, ticks, lots, which } = draw
    const price = PRICE_FROM + ticks
    const way = more % 2 === 0 ? undefined : WAYS[(more >> 1) % WAYS.length]
    const plain = { ...PLAIN_ORDER, sign: side === 0 ? 1 : -1, lots: 1 + lots, price } as const
    const said = way?.(draw, price) ?? {}
    const spec: OrderSpec = { ...plain, ...said, expire: second + (said.expire ?? 0) }
    const link = spec.linkId === 0 ? '' : String(this.#heard[which % 3]?.clOrdId ?? 'nobody')
    return {
      ...newOrderFields(spec, link),
      ...{ clOrdId: this.#id(), symbol: SYMBOLS[which % 3]! },
    }
  }

  /** Two orders or three, of any kinds. */
  #list(draw: Draw, second: number): Omit<MachineCommand, 'session' | 'seconds'> {
    const { more, side, ticks } = draw
    const contingencyType = [1, 2, 101, 2][more % 4]!
    const entries = Array.from({ length: more % 4 === 3 ? 3 : 2 }, (_, i) => {
      const own = {
        ...draw,
        more: more + 74 * i,
        side: (side + i) % 2,
        ticks: (ticks + 5 * i) % 12,
      }
      return { ...this.#order(own, second), contingencyType: 0, linkClOrdId: '' }
    })
    return { name: 'NewOrderList', fields: { listId: this.#id(), contingencyType }, entries }
  }

  /** Quotes of one or two symbols, narrow or crossing; or all of them are taken back. */
  #quotes({ more, side, ticks, lots, which }: Draw): Omit<MachineCommand, 'session' | 'seconds'> {
    const quoteId = this.#id()
    if (more % 11 === 0) {
      return { name: 'QuoteCancel', fields: { quoteId, symbol: ['', 'BTCUSD'][side]! } }
    }
    const protection = {
      ...{ protectionWindow: more % 13, protectionFills: 1 + (more % 4) },
      ...{ protectionNet: 5 + lots, protectionQty: 20 + lots },
    }
    const fields = {
      ...{ quoteId, postOnly: more % 3, selfTradePrevention: lots % 5 },
      ...(more % 3 === 0 ? protection : {}),
      protectionReset: more % 2,
    }
    const entries = [which % 3, (which + 1) % 3].slice(0, 1 + (more % 2)).map((symbol, i) => {
      const bidPx = PRICE_FROM + ticks + i
      const bid = lots === 0 ? { bidSize: 0 } : { bidSize: lots, bidPx }
      const offer = lots === 1 ? { offerSize: 0 } : { offerSize: 1 + lots, offerPx: bidPx + 1 }
      const sides = [{ ...bid, ...offer }, bid, offer, { ...bid, ...offer }][more % 4]!
      return { symbol: SYMBOLS[symbol]!, ...sides }
    })
    return { name: 'MassQuote', fields, entries }
  }

  #request({ clOrdId, symbol, side }: PlainEvent): Fields {
    const which = { origClOrdId: clOrdId!, symbol: symbol!, side: side! }
    return { ...which, clOrdId: this.#id(), orderId: INT64_NULL }
  }

  #rare({ kind, who, side, lots, more }: Draw): { name: string; session?: number; fields: Fields } {
    const account = ACCOUNTS[who % 4]!
    const symbol = ['', 'BTCUSD', 'ETHUSD'][more % 3]!
    switch (kind) {
      case 83:
      case 84: {
        const massCancelScope = side === 0 ? MassCancelScope.Account : MassCancelScope.Session
        const fields = { clOrdId: this.#id(), symbol, massCancelScope }
        const sides = ['1', '2'].map((char) => char.charCodeAt(0))
        return {
          name: lots % 2 === 0 ? 'OrderMassCancelRequest' : 'OrderMassStatusRequest',
          session: 1 + who,
          fields: { ...fields, side: sides[more % 4] ?? 0 },
        }
      }
      case 85:
        return { name: 'KillSwitch', fields: { account, on: 1 + (more % 2) } }
      case 86:
      case 87:
        return { name: 'KillSwitch', fields: { account, on: 0 } }
      case 88:
        return { name: 'FeeDefine', fields: { account, makerPpm: 900 * lots, takerPpm: 9 * more } }
      case 89: {
        const limits = { positionMax: 20 + lots, orderQtyMax: 0, exposureMax: 100 * more }
        return { name: 'RiskDefine', fields: { account, ...limits } }
      }
      case 90:
        return { name: 'GroupDefine', fields: { account, group: more % 3 } }
      case 91:
        return { name: 'DayStart', fields: { lateTime: 0 } }
      case 92:
      case 93:
        return { name: 'PhaseChange', fields: { symbol, phase: 1 + (more % 7) } }
      case 94:
      case 95:
      case 96:
      case 97:
        return { name: 'PhaseChange', fields: { symbol: '', phase: MarketPhase.Continuous } }
      default:
        return { name: 'Tick', fields: {} }
    }
  }

  #id(): string {
    return `c${++this.#ids}`
  }
}
