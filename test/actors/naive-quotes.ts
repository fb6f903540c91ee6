/**
 * Quotes as one would write them on a napkin: limit orders in one array in order of arrival, every fill of every quote in
 * another, both looked through from the start each time. Money is ample: this is about who stands where, and who is
 * protected.
 */
import type { Reason } from '../../protocol/codecs.ts'

const US_PER_SECOND = 1_000_000

interface NaiveOrder {
  readonly account: number
  readonly symbol: string
  readonly sign: 1 | -1
  readonly price: number
  /** ClOrdID, or the quote's message. */
  readonly id: string
  readonly isQuote: boolean
  lots: number
}

interface QuoteFill {
  readonly timeUs: number
  readonly sign: number
  readonly lots: number
  readonly units: number
}

export interface NaiveLimits {
  readonly seconds: number
  readonly fills: number
  readonly lots: number
  readonly units: number
  readonly net: number
}

/** Of one account and symbol. */
interface Protection {
  limits: NaiveLimits | undefined
  fills: QuoteFill[]
  isTripped: boolean
}

export interface NaiveSide {
  readonly lots: number
  readonly price: number
}

export interface NaiveQuote {
  readonly symbol: string
  readonly bid?: NaiveSide
  readonly offer?: NaiveSide
}

export interface NaiveMassQuote {
  readonly id: string
  readonly account: number
  readonly quotes: readonly NaiveQuote[]
  readonly limits: NaiveLimits | undefined
  readonly resets: boolean
}

export class NaiveQuotes {
  timeUs = 0
  readonly #symbols: readonly string[]
  readonly #orders: NaiveOrder[] = []
  readonly #protections = new Map<string, Protection>()
  #tripped: { readonly account: number; readonly symbol: string }[] = []
  #told: string[] = []

  constructor(symbols: readonly string[]) {
    this.#symbols = symbols
  }

  /** What sessions hear, in words: as the test has it of the machine. */
  quote({ id, account, quotes, limits, resets }: NaiveMassQuote): string[] {
    const answers: string[] = []
    this.#told = []
    for (const { symbol, bid, offer } of quotes) {
      if (!this.#symbols.includes(symbol)) {
        answers.push(`${symbol} ${bid ? 'UnknownSymbol' : '-'} ${offer ? 'UnknownSymbol' : '-'}`)
        continue
      }
      const protection = this.#protection(account, symbol)
      if (limits !== undefined) {
        if (limits.seconds !== protection.limits?.seconds) protection.fills = []
        protection.limits = limits
      }
      if (resets) Object.assign(protection, { fills: [], isTripped: false })
      if (bid !== undefined) this.#takeBack(account, symbol, 1)
      if (offer !== undefined) this.#takeBack(account, symbol, -1)
      const enter = (sign: 1 | -1, side: NaiveSide | undefined): string => {
        if (side === undefined || side.lots === 0) return '-'
        if (protection.isTripped) return 'QuoteProtection' satisfies keyof typeof Reason
        this.#enter({ account, symbol, sign, ...side, id, isQuote: true })
        return 'ok'
      }
      answers.push(`${symbol} ${enter(1, bid)} ${enter(-1, offer)}`)
    }
    return [`${id} Accepted`, ...answers, ...this.#finish()]
  }

  order(order: Omit<NaiveOrder, 'isQuote'>): readonly string[] {
    this.#told = [`${order.id} New`]
    this.#enter({ ...order, isQuote: false })
    return this.#finish()
  }

  cancelQuotes(id: string, account: number, symbol: string): string[] {
    const before = this.#orders.length
    for (const one of symbol === '' ? this.#symbols : [symbol]) {
      this.#takeBack(account, one, 1)
      this.#takeBack(account, one, -1)
    }
    const count = before - this.#orders.length
    const what = symbol === '' ? 'CanceledAll' : 'CanceledForSymbol'
    return [`${id} ${what}${count === 0 ? '' : ` ${count}`}`]
  }

  /** Lots by price, best first. */
  book(symbol: string, sign: 1 | -1): string {
    const here = this.#orders.filter((o) => o.symbol === symbol && o.sign === sign)
    const prices = [...new Set(here.map(({ price }) => price))].sort((a, b) => sign * (b - a))
    const lotsAt = (price: number): number =>
      here.filter((o) => o.price === price).reduce((sum, { lots }) => sum + lots, 0)
    return prices.map((price) => `${lotsAt(price)}@${price}`).join(' ')
  }

  /** How many accounts' quotes were ended. */
  endings = 0

  #finish(): readonly string[] {
    for (const { account, symbol } of this.#tripped) {
      this.endings++
      for (const sign of [1, -1]) {
        const left = this.#quoteOf(account, symbol, sign)
        if (left === undefined) continue
        this.#orders.splice(this.#orders.indexOf(left), 1)
        this.#told.push(`${left.id} Canceled QuoteProtection`)
      }
    }
    this.#tripped = []
    return this.#told
  }

  #enter(order: NaiveOrder): void {
    for (;;) {
      const { sign, symbol } = order
      const makers = this.#orders
        .filter(
          (o) => o.symbol === symbol && o.sign === -sign && sign * (order.price - o.price) >= 0,
        )
        .sort((a, b) => sign * (a.price - b.price))
      const maker = makers[0]
      if (maker === undefined || order.lots === 0) break
      const lots = Math.min(maker.lots, order.lots)
      for (const one of [maker, order]) {
        one.lots -= lots
        this.#note(one, lots, lots * maker.price)
        this.#told.push(`${one.id} Trade ${lots}@${maker.price}`)
      }
      if (maker.lots === 0) this.#orders.splice(this.#orders.indexOf(maker), 1)
    }
    if (order.lots > 0) this.#orders.push(order)
  }

  #note({ account, symbol, sign, isQuote }: NaiveOrder, lots: number, units: number): void {
    const protection = this.#protection(account, symbol)
    const { limits } = protection
    if (!isQuote || limits === undefined || limits.seconds === 0) return
    protection.fills.push({ timeUs: this.timeUs, sign, lots, units })
    const bucketUs = (limits.seconds * US_PER_SECOND) / 64
    const bucket = (timeUs: number): number => Math.floor(timeUs / bucketUs)
    const counted = protection.fills.filter((f) => bucket(this.timeUs) - bucket(f.timeUs) <= 64)
    const sum = (of: (fill: QuoteFill) => number): number =>
      counted.reduce((total, fill) => total + of(fill), 0)
    const isExceeded =
      counted.length > limits.fills ||
      sum((f) => f.lots) > limits.lots ||
      sum((f) => f.units) > limits.units ||
      Math.abs(sum((f) => f.sign * f.lots)) > limits.net
    if (!isExceeded || protection.isTripped) return
    protection.isTripped = true
    this.#tripped.push({ account, symbol })
  }

  #takeBack(account: number, symbol: string, sign: number): void {
    const earlier = this.#quoteOf(account, symbol, sign)
    if (earlier !== undefined) this.#orders.splice(this.#orders.indexOf(earlier), 1)
  }

  #quoteOf(account: number, symbol: string, sign: number): NaiveOrder | undefined {
    return this.#orders.find(
      (o) => o.isQuote && o.account === account && o.symbol === symbol && o.sign === sign,
    )
  }

  #protection(account: number, symbol: string): Protection {
    const key = `${account} ${symbol}`
    const known = this.#protections.get(key) ?? { limits: undefined, fills: [], isTripped: false }
    this.#protections.set(key, known)
    return known
  }
}
