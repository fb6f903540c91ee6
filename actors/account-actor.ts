/**
 *   ACCOUNT ▸ risk ▸ book ▸ feed ▸ ACCOUNT
 *
 * Whose money it is. Of each account and currency:
 *
 *   deposit ──▶ FREE ── hold ──▶ HELD ── pay ──▶ another account's FREE
 *                 ▲─── release ───┘
 *
 * Nothing else moves money, so per currency free + held over all accounts is what was deposited. As
 * that sum is kept a safe integer, every balance and every sum of balances is one. Hot file.
 */
import { Reason } from '../protocol/codecs.ts'
import { growFloats } from './columns.ts'
import { CURRENCIES_MAX } from './currency-table.ts'
import { NameTable } from './name-table.ts'

export class AccountActor {
  readonly names: NameTable
  #free = new Float64Array(CURRENCIES_MAX)
  #held = new Float64Array(CURRENCIES_MAX)
  /** Units of each currency that ever came in. */
  readonly #supply = new Float64Array(CURRENCIES_MAX)
  /** `account/reference` of every deposit, and `currency/units` of it, in the order of booking. */
  readonly #deposits = new Map<string, string>()
  readonly #depositsMax: number

  constructor(limits: { readonly accountsMax: number; readonly depositsMax: number }) {
    this.names = new NameTable({ bytes: 16, countMax: limits.accountsMax })
    this.#depositsMax = limits.depositsMax
  }

  /** Opens an account under a name that is not known. Accounts are numbered from 1. */
  open(view: DataView, nameAt: number): number {
    const account = this.names.add(view, nameAt)
    const length = (account + 1) * CURRENCIES_MAX
    this.#free = growFloats(this.#free, length)
    this.#held = growFloats(this.#held, length)
    return account
  }

  free(account: number, currency: number): number {
    return this.#free[account * CURRENCIES_MAX + currency]!
  }

  held(account: number, currency: number): number {
    return this.#held[account * CURRENCIES_MAX + currency]!
  }

  supply(currency: number): number {
    return this.#supply[currency]!
  }

  get deposits(): ReadonlyMap<string, string> {
    return this.#deposits
  }

  /** Whether so much more of a currency leaves every sum a safe integer. */
  hasRoomFor(currency: number, units: number): boolean {
    return units <= Number.MAX_SAFE_INTEGER - this.#supply[currency]!
  }

  /** Money from outside. The caller has asked `hasRoomFor`. */
  credit(account: number, currency: number, units: number): void {
    const at = account * CURRENCIES_MAX + currency
    this.#free[at] = this.#free[at]! + units
    this.#supply[currency] = this.#supply[currency]! + units
  }

  /** Books a deposit once: said again in the same words it changes nothing. Returns why not, or Reason.None. */
  deposit(account: number, currency: number, units: number, reference: string): number {
    if (!Number.isSafeInteger(units) || units <= 0 || reference === '') {
      return Reason.InvalidDefinition
    }
    const key = `${account}/${reference}`
    const content = `${currency}/${units}`
    const booked = this.#deposits.get(key)
    if (booked !== undefined) return booked === content ? Reason.None : Reason.DuplicateReference
    if (this.#deposits.size >= this.#depositsMax) return Reason.TableFull
    if (!this.hasRoomFor(currency, units)) return Reason.TableFull
    this.#deposits.set(key, content)
    this.credit(account, currency, units)
    return Reason.None
  }

  /**
   * Sets free money aside for an order (below 0: gives back); false, and nothing changed, if there
   * is not so much.
   */
  hold(account: number, currency: number, units: number): boolean {
    const at = account * CURRENCIES_MAX + currency
    const free = this.#free[at]!
    if (units > free) return false
    this.#free[at] = free - units
    this.#held[at] = this.#held[at]! + units
    return true
  }

  /** Gives back what was held and is not needed. */
  release(account: number, currency: number, units: number): void {
    const at = account * CURRENCIES_MAX + currency
    this.#held[at] = this.#held[at]! - units
    this.#free[at] = this.#free[at]! + units
  }

  /**
   * Settles one leg of a fill: of `heldUnits` that `payer` held for it, `paidUnits` go to `payee`,
   * and the rest, where the price was better than the limit, back to the payer.
   */
  pay(payer: number, payee: number, currency: number, heldUnits: number, paidUnits: number): void {
    this.release(payer, currency, heldUnits)
    const from = payer * CURRENCIES_MAX + currency
    const to = payee * CURRENCIES_MAX + currency
    this.#free[from] = this.#free[from]! - paidUnits
    this.#free[to] = this.#free[to]! + paidUnits
  }

  /**
   * Conservation. `expectedHeld` is what open orders hold, laid out as here: a breach in words, or
   * undefined.
   */
  audit(currencyCount: number, expectedHeld: Float64Array): string | undefined {
    for (let currency = 1; currency <= currencyCount; currency++) {
      let sum = 0
      for (let account = 1; account <= this.names.count; account++) {
        const free = this.free(account, currency)
        const held = this.held(account, currency)
        const expected = expectedHeld[account * CURRENCIES_MAX + currency]!
        const where = `account ${account}, currency ${currency}`
        if (free < 0 || held < 0) return `${where}: free ${free}, held ${held}`
        if (held !== expected) return `${where}: held ${held}, open orders hold ${expected}`
        sum += free + held
      }
      const supply = this.supply(currency)
      if (sum !== supply) return `currency ${currency}: ${sum} in accounts, ${supply} deposited`
    }
    return undefined
  }
}
