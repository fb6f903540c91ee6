/**
 *   account ▸ RISK ▸ book ▸ feed ▸ account
 *
 * Judges what an order asks for, before anything is changed for it, by the limits of its symbol:
 * those of its account are position-table.ts's. Hot file.
 */
import { Reason } from '../protocol/codecs.ts'
import type { InstrumentTerms } from './instrument-terms.ts'

const BPS_PER_WHOLE = 10_000

export class RiskChecker {
  #terms: InstrumentTerms

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
   * is anyone's right. Without a print the reference is the terms'.
   */
  judgeCollar(sign: number, priceTicks: number, lastPrintTicks: number): number {
    const { collarBps, referencePrice } = this.#terms
    const reference = lastPrintTicks === 0 ? referencePrice : lastPrintTicks
    if (collarBps === 0 || reference === 0) return Reason.None
    const beyond = sign * (priceTicks - reference) * BPS_PER_WHOLE
    return beyond > reference * collarBps ? Reason.PriceCollar : Reason.None
  }
}
