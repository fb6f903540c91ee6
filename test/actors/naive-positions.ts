/**
 * The positions' twin: plain maps, BigInt, and every sum made anew each time it is asked for. Also
 * of the limits: it looks through all that was ever stated.
 */
import type { RiskLimitEntry } from '../../actors/risk-limits.ts'
import { Reason } from '../../protocol/codecs.ts'

export interface NaiveOrder {
  readonly account: number
  readonly market: number
  readonly sign: number
  price: number
  open: number
}

interface NaiveRow {
  position: bigint
  cash: bigint
  dayPosition: bigint
}

export interface NaiveMarket {
  readonly currency: number
  readonly unitsPerTickLot: number
  mark: number
  dayMark: number
}

const TOP = BigInt(Number.MAX_SAFE_INTEGER)
const clamp = (units: bigint): bigint => (units > TOP ? TOP : units < -TOP ? -TOP : units)
const size = (value: bigint): bigint => (value < 0n ? -value : value)

export class NaivePositions {
  readonly orders = new Set<NaiveOrder>()
  readonly markets = new Map<number, NaiveMarket>()
  readonly #rows = new Map<string, NaiveRow>()
  readonly #limits = new Map<string, RiskLimitEntry>()

  state(account: number, market: number, entry: RiskLimitEntry): void {
    this.#limits.set(`${account}/${market}`, entry)
  }

  /** The limit that holds, or undefined. */
  limit(account: number, market: number, field: keyof RiskLimitEntry): bigint | undefined {
    const places = [`${account}/${market}`, `${account}/0`, `0/${market}`, '0/0']
    const isAccountWide = field === 'openOrdersMax' || field === 'messagesPerSecond'
    for (const place of isAccountWide ? [`${account}/0`, '0/0'] : places) {
      const value = this.#limits.get(place)?.[field] ?? -1
      if (value !== -1) return value === 0 ? undefined : BigInt(value)
    }
    return undefined
  }

  row(account: number, market: number): NaiveRow {
    const key = `${account}/${market}`
    const row = this.#rows.get(key) ?? { position: 0n, cash: 0n, dayPosition: 0n }
    this.#rows.set(key, row)
    return row
  }

  openLots(account: number, market: number, sign: number): bigint {
    let lots = 0n
    for (const order of this.orders) {
      const isMine = order.account === account && order.market === market
      if (isMine && order.sign === sign) lots += BigInt(order.open)
    }
    return lots
  }

  openOrders(account: number): number {
    return [...this.orders].filter((order) => order.account === account).length
  }

  notional(market: number, price: number, lots: number): bigint {
    return BigInt(price) * BigInt(lots) * BigInt(this.markets.get(market)!.unitsPerTickLot)
  }

  #value(market: number, lots: bigint, mark: number): bigint {
    return clamp(lots * BigInt(mark) * BigInt(this.markets.get(market)!.unitsPerTickLot))
  }

  exposure(account: number, currency: number): bigint {
    let sum = 0n
    for (const [market, terms] of this.markets) {
      if (terms.currency !== currency) continue
      sum += size(this.#value(market, this.row(account, market).position, terms.mark))
    }
    for (const order of this.orders) {
      const isIn = this.markets.get(order.market)!.currency === currency
      if (order.account !== account || !isIn) continue
      sum += this.notional(order.market, order.price, order.open)
    }
    return sum
  }

  profit(account: number, currency: number): bigint {
    let sum = 0n
    for (const [market, terms] of this.markets) {
      if (terms.currency === currency) sum += this.rowProfit(account, market)
    }
    return sum
  }

  rowProfit(account: number, market: number): bigint {
    const { position, cash, dayPosition } = this.row(account, market)
    const { mark, dayMark } = this.markets.get(market)!
    return cash + this.#value(market, position, mark) - this.#value(market, dayPosition, dayMark)
  }

  isReducing(account: number, market: number, sign: number, lots: bigint): boolean {
    const { position } = this.row(account, market)
    const worst = this.openLots(account, market, sign) + lots
    return sign > 0 ? worst <= -position : worst <= position
  }

  /** `before` is the order that an amend changes: an order as it would be, in place of it. */
  judge(order: NaiveOrder, whole: number, before?: NaiveOrder): number {
    const { account, market, sign, price, open } = order
    const more = BigInt(open - (before?.open ?? 0))
    const worthBefore = before === undefined ? 0n : this.notional(market, before.price, before.open)
    const moreUnits = this.notional(market, price, open) - worthBefore
    if (before !== undefined && more <= 0n && moreUnits <= 0n) return Reason.None
    const passes = (value: bigint, field: keyof RiskLimitEntry) =>
      value > (this.limit(account, market, field) ?? value)
    if (passes(BigInt(whole), 'orderQtyMax')) return Reason.OrderTooLarge
    if (passes(this.notional(market, price, whole), 'orderNotionalMax')) return Reason.OrderTooLarge
    if (before === undefined && passes(BigInt(this.openOrders(account) + 1), 'openOrdersMax')) {
      return Reason.TooManyOpenOrders
    }
    const { position } = this.row(account, market)
    const worst = BigInt(sign) * position + this.openLots(account, market, sign) + more
    if (more > 0n && passes(worst, 'positionMax')) return Reason.PositionLimit
    const exposure = this.exposure(account, this.markets.get(market)!.currency) + moreUnits
    const isAsked = moreUnits > 0n && !this.isReducing(account, market, sign, more)
    return isAsked && passes(exposure, 'exposureMax') ? Reason.ExposureLimit : Reason.None
  }

  fill(order: NaiveOrder, lots: number, paid: bigint, fee: bigint): void {
    const row = this.row(order.account, order.market)
    row.position += BigInt(order.sign * lots)
    row.cash -= BigInt(order.sign) * paid + fee
    order.open -= lots
    if (order.open === 0) this.orders.delete(order)
  }

  startDay(): void {
    for (const market of this.markets.values()) market.dayMark = market.mark
    for (const row of this.#rows.values()) {
      row.dayPosition = row.position
      row.cash = 0n
    }
  }
}
