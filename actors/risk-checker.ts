/**
 *   account ▸ RISK ▸ book ▸ feed ▸ account
 *
 * Judges what an order asks for, before anything is changed for it: the limits of one symbol, and
 * how many open orders an account has there. Hot file.
 */
import { Reason } from '../protocol/codecs.ts'
import { growInts } from './columns.ts'
import type { InstrumentTerms } from './instrument-terms.ts'

const BPS_PER_WHOLE = 10_000

export class RiskChecker {
  /** Price of the last trade, or 0: the reference price until there is one is the terms'. */
  lastTradePriceTicks = 0
  #terms: InstrumentTerms
  #openOrders = new Int32Array(16)

  constructor(terms: InstrumentTerms) {
    this.#terms = terms
  }

  get terms(): InstrumentTerms {
    return this.#terms
  }

  changeTerms(terms: InstrumentTerms): void {
    this.#terms = terms
  }

  /** Price, size and money of a whole order. */
  judgeOrder(priceTicks: number, lots: number): number {
    const terms = this.#terms
    if (!(priceTicks >= terms.priceMin && priceTicks <= terms.priceMax)) {
      return Reason.PriceOutOfRange
    }
    if (!(lots >= terms.qtyMin && lots <= terms.qtyMax)) return Reason.QuantityOutOfRange
    // A double is exact up to 2^53, and rounding never brings what is above down below that: out of
    // range anyway.
    const notional = priceTicks * lots * terms.quoteUnitsPerTickLot
    if (notional < terms.notionalMin || notional > terms.notionalMax) {
      return Reason.NotionalOutOfRange
    }
    return Reason.None
  }

  /**
   * How far an order may go through the reference price: a buy above, a sell below. The other way
   * is anyone's right.
   */
  judgeCollar(sign: number, priceTicks: number): number {
    const { collarBps, referencePrice } = this.#terms
    const reference = this.lastTradePriceTicks === 0 ? referencePrice : this.lastTradePriceTicks
    if (collarBps === 0 || reference === 0) return Reason.None
    const beyond = sign * (priceTicks - reference) * BPS_PER_WHOLE
    return beyond > reference * collarBps ? Reason.PriceCollar : Reason.None
  }

  openOrders(account: number): number {
    return account < this.#openOrders.length ? this.#openOrders[account]! : 0
  }

  hasRoom(account: number): boolean {
    return this.openOrders(account) < this.#terms.openOrdersMax
  }

  /** The account has one order more, or one fewer. */
  countOpen(account: number, by: 1 | -1): void {
    this.#openOrders = growInts(this.#openOrders, account + 1)
    this.#openOrders[account] = this.#openOrders[account]! + by
  }
}
