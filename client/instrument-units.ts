/**
 * An instrument's prices, quantities and money as decimals, for people, and as the integers of order entry:
 *
 *   const [definition] = await client.promises.definitions({ id: 'd-1', symbol: 'BTCUSDT' })
 *   const units = new InstrumentUnits(definition)
 *   client.newOrder({ …, lots: units.lots('0.5'), priceTicks: units.ticks('60000.00') })
 */
import type { SecurityDefinition } from '../protocol/codecs.ts'
import { DecimalStep } from './decimal-step.ts'

export class InstrumentUnits {
  readonly symbol: string
  readonly baseCurrency: string
  readonly quoteCurrency: string
  /** Price of one tick. */
  readonly tickSize: string
  /** Quantity of one lot. */
  readonly lotSize: string
  readonly #tick: DecimalStep
  readonly #lot: DecimalStep
  readonly #quoteUnit: DecimalStep

  /** Reads the definition, and does not keep it. */
  constructor(definition: SecurityDefinition) {
    this.symbol = definition.symbol
    this.baseCurrency = definition.baseCurrency
    this.quoteCurrency = definition.quoteCurrency
    this.#tick = DecimalStep.of(definition.tickSize, definition.priceDecimals)
    this.#lot = DecimalStep.of(definition.lotSize, definition.lotDecimals)
    this.#quoteUnit = DecimalStep.of(1, definition.quoteDecimals)
    this.tickSize = this.#tick.text(1)
    this.lotSize = this.#lot.text(1)
  }

  /** Throws a RangeError where the price is no whole number of ticks. */
  ticks(price: string): number {
    return this.#count(this.#tick, price, `price of ${this.symbol}: one tick is ${this.tickSize}`)
  }

  /** Throws a RangeError where the quantity is no whole number of lots. */
  lots(quantity: string): number {
    return this.#count(this.#lot, quantity, `quantity of ${this.symbol}: a lot is ${this.lotSize}`)
  }

  /** Units of the quote currency. Throws a RangeError where the money is no whole number of them. */
  moneyUnits(money: string): number {
    return this.#count(this.#quoteUnit, money, `amount of ${this.quoteCurrency}`)
  }

  price(ticks: number): string {
    return this.#tick.text(ticks)
  }

  quantity(lots: number): string {
    return this.#lot.text(lots)
  }

  money(units: number): string {
    return this.#quoteUnit.text(units)
  }

  #count(step: DecimalStep, text: string, what: string): number {
    try {
      return step.count(text)
    } catch (error) {
      throw new RangeError(`${text} is no ${what}`, { cause: error })
    }
  }
}
