/**
 *   ACCOUNT ▸ risk ▸ book ▸ feed ▸ ACCOUNT
 *
 * Whose money it is. Of each account and currency:
 *
 *   deposit ──▶ FREE ── hold ──▶ HELD ── settle ─┬▶ another account's FREE
 *   withdraw ◀── │ ▲─── release ───┘             └▶ FEES of the venue ── collectFees ──▶ FREE
 *
 * Nothing else moves money, so per currency free + held over all accounts + fees is what was
 * deposited and not withdrawn, less what is at other shards where there are several
 * (shard-accounts.ts). As that sum is kept a safe integer, every balance and every sum of balances
 * is one.
 *
 *   balances   … | free held | free held | …      of one account, currency by currency: what a fill
 *                                                 touches of an account lies in a line or two
 *
 * Hot file.
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import { Reason } from '../protocol/codecs.ts'
import { growFloats } from './columns.ts'
import { CURRENCIES_MAX } from './currency-table.ts'
import { NameTable } from './name-table.ts'

/** In place of a reason: nothing was booked under this reference, and it may be. */
const NOT_BOOKED = -1

export class AccountActor {
  readonly names: NameTable
  /** Two numbers for each account and currency: free, then held. */
  #balances = new Float64Array(2 * CURRENCIES_MAX)
  /** Units of each currency that came in and have not gone out. */
  readonly #supply = new Float64Array(CURRENCIES_MAX)
  /** Units of it that are at other shards, or on their way from or to them. */
  readonly #elsewhere = new Float64Array(CURRENCIES_MAX)
  /** Units of each currency that traders paid the venue and it has not collected. */
  readonly #fees = new Float64Array(CURRENCIES_MAX)
  /**
   * `account/reference` of every deposit, withdrawal and collection, and `currency/units` of it
   * (below 0: a withdrawal; `fees/…`: a collection), in the order of booking.
   */
  readonly #deposits = new Map<string, string>()
  readonly #depositsMax: number

  constructor(limits: { readonly accountsMax: number; readonly depositsMax: number }) {
    this.names = new NameTable({ bytes: 16, countMax: limits.accountsMax })
    this.#depositsMax = limits.depositsMax
  }

  /** Opens an account under a name that is not known. Accounts are numbered from 1. */
  open(view: DataView, nameAt: number): number {
    const account = this.names.add(view, nameAt)
    this.#balances = growFloats(this.#balances, 2 * (account + 1) * CURRENCIES_MAX)
    return account
  }

  free(account: number, currency: number): number {
    return this.#balances[balanceAt(account, currency)]!
  }

  held(account: number, currency: number): number {
    return this.#balances[balanceAt(account, currency) + 1]!
  }

  supply(currency: number): number {
    return this.#supply[currency]!
  }

  /** Units of the supply that are not at this shard. */
  elsewhere(currency: number): number {
    return this.#elsewhere[currency]!
  }

  /** What the venue has of a currency; of the state hash as any balance is. */
  fees(currency: number): number {
    return this.#fees[currency]!
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
    const at = balanceAt(account, currency)
    this.#balances[at] = this.#balances[at]! + units
    this.#supply[currency] = this.#supply[currency]! + units
  }

  /** Money from outside that came in at another shard. The caller has asked `hasRoomFor`. */
  creditElsewhere(currency: number, units: number): void {
    this.#supply[currency] = this.#supply[currency]! + units
    this.#elsewhere[currency] = this.#elsewhere[currency]! + units
  }

  /** Free money leaves for another shard; false, and nothing changed, if there is not so much. */
  sendAway(account: number, currency: number, units: number): boolean {
    const at = balanceAt(account, currency)
    if (units > this.#balances[at]!) return false
    this.#balances[at] = this.#balances[at]! - units
    this.#elsewhere[currency] = this.#elsewhere[currency]! + units
    return true
  }

  /** Money that another shard sent is free here. */
  takeIn(account: number, currency: number, units: number): void {
    const at = balanceAt(account, currency)
    this.#balances[at] = this.#balances[at]! + units
    this.#elsewhere[currency] = this.#elsewhere[currency]! - units
  }

  /**
   * Books a deposit once: said again in the same words it changes nothing. Returns why not, or
   * Reason.None.
   */
  deposit(account: number, currency: number, units: number, reference: string): number {
    const key = `${account}/${reference}`
    const content = `${currency}/${units}`
    const booked = this.#bookedReason(units, reference, key, content)
    if (booked !== NOT_BOOKED) return booked
    if (!this.hasRoomFor(currency, units)) return Reason.TableFull
    this.#deposits.set(key, content)
    this.credit(account, currency, units)
    return Reason.None
  }

  /**
   * Books a withdrawal once, of free money only, as `deposit` does its own. References are those of
   * deposits too: one that booked a deposit is refused for a withdrawal. Returns why not, or
   * Reason.None.
   */
  withdraw(account: number, currency: number, units: number, reference: string): number {
    const key = `${account}/${reference}`
    const content = `${currency}/${-units}`
    const booked = this.#bookedReason(units, reference, key, content)
    if (booked !== NOT_BOOKED) return booked
    const at = balanceAt(account, currency)
    if (units > this.#balances[at]!) return Reason.InsufficientFunds
    this.#deposits.set(key, content)
    this.#balances[at] = this.#balances[at]! - units
    this.#supply[currency] = this.#supply[currency]! - units
    return Reason.None
  }

  /**
   * Moves fees that the venue has into an account, once for a reference. Returns why not, or
   * Reason.None.
   */
  collectFees(account: number, currency: number, units: number, reference: string): number {
    const key = `${account}/${reference}`
    const content = `fees/${currency}/${units}`
    const booked = this.#bookedReason(units, reference, key, content)
    if (booked !== NOT_BOOKED) return booked
    if (units > this.#fees[currency]!) return Reason.InsufficientFunds
    this.#deposits.set(key, content)
    const at = balanceAt(account, currency)
    this.#fees[currency] = this.#fees[currency]! - units
    this.#balances[at] = this.#balances[at]! + units
    return Reason.None
  }

  /**
   * Sets free money aside for an order (below 0: gives back); false, and nothing changed, if there
   * is not so much.
   */
  hold(account: number, currency: number, units: number): boolean {
    const at = balanceAt(account, currency)
    const free = this.#balances[at]!
    if (units > free) return false
    this.#balances[at] = free - units
    this.#balances[at + 1] = this.#balances[at + 1]! + units
    return true
  }

  /** Gives back what was held and is not needed. */
  release(account: number, currency: number, units: number): void {
    const at = balanceAt(account, currency)
    this.#balances[at + 1] = this.#balances[at + 1]! - units
    this.#balances[at] = this.#balances[at]! + units
  }

  /**
   * Settles one leg of a fill: of `heldUnits` that `payer` held for it, `paidUnits` go to `payee`,
   * and the rest, where the price was better than the limit, back to the payer.
   */
  pay(payer: number, payee: number, currency: number, heldUnits: number, paidUnits: number): void {
    this.release(payer, currency, heldUnits)
    const from = balanceAt(payer, currency)
    const to = balanceAt(payee, currency)
    this.#balances[from] = this.#balances[from]! - paidUnits
    this.#balances[to] = this.#balances[to]! + paidUnits
  }

  /**
   * Settles a whole fill, fees and all. Of `heldUnits` of the quote currency that the buyer's order
   * held and holds no longer, `paidUnits` go to the seller, who leaves `sellerFee` of them to the
   * venue, `buyerFee` too, and the rest back to the buyer; `baseUnits`, all held by the seller, go
   * to the buyer. Buyer and seller may be one. Throws, and changes nothing, if one of them would
   * pay what it did not hold, or the seller more than it gets: the caller's books are wrong.
   */
  settle(
    buyer: number,
    seller: number,
    quote: number,
    base: number,
    heldUnits: number,
    paidUnits: number,
    baseUnits: number,
    buyerFee: number,
    sellerFee: number,
  ): void {
    const balances = this.#balances
    const payer = balanceAt(buyer, quote)
    const giver = balanceAt(seller, base)
    const buyerHeld = balances[payer + 1]! - heldUnits
    const sellerHeld = balances[giver + 1]! - baseUnits
    const backUnits = heldUnits - paidUnits - buyerFee
    if (backUnits < 0 || buyerHeld < 0 || sellerHeld < 0 || sellerFee > paidUnits) {
      throw new Error(
        `${heldUnits} held for ${paidUnits}, fees ${buyerFee} and ${sellerFee}; ` +
          `that leaves ${buyerHeld} held by the buyer, ${sellerHeld} by the seller`,
      )
    }
    balances[payer] = balances[payer]! + backUnits
    balances[payer + 1] = buyerHeld
    balances[giver + 1] = sellerHeld
    let at = balanceAt(buyer, base)
    balances[at] = balances[at]! + baseUnits
    at = balanceAt(seller, quote)
    balances[at] = balances[at]! + (paidUnits - sellerFee)
    this.#fees[quote] = this.#fees[quote]! + (buyerFee + sellerFee)
  }

  /** What to answer without booking anything, or NOT_BOOKED. */
  #bookedReason(units: number, reference: string, key: string, content: string): number {
    if (!Number.isSafeInteger(units) || units <= 0 || reference === '') {
      return Reason.InvalidDefinition
    }
    const booked = this.#deposits.get(key)
    if (booked !== undefined) return booked === content ? Reason.None : Reason.DuplicateReference
    return this.#deposits.size >= this.#depositsMax ? Reason.TableFull : NOT_BOOKED
  }

  /**
   * Conservation. `expectedHeld` is what open orders hold, at account × CURRENCIES_MAX + currency:
   * a breach in words, or undefined.
   */
  audit(currencyCount: number, expectedHeld: Float64Array): string | undefined {
    for (let currency = 1; currency <= currencyCount; currency++) {
      const fees = this.fees(currency)
      if (fees < 0) return `currency ${currency}: fees ${fees}`
      let sum = fees
      for (let account = 1; account <= this.names.count; account++) {
        const free = this.free(account, currency)
        const held = this.held(account, currency)
        const expected = expectedHeld[account * CURRENCIES_MAX + currency]!
        const where = `account ${account}, currency ${currency}`
        if (free < 0 || held < 0) return `${where}: free ${free}, held ${held}`
        if (held !== expected) return `${where}: held ${held}, open orders hold ${expected}`
        sum += free + held
      }
      const supply = this.supply(currency) - this.elsewhere(currency)
      if (sum !== supply) {
        return `currency ${currency}: ${sum} in accounts and fees, ${supply} deposited or sent here`
      }
    }
    return undefined
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.names.transfer(snapshot)
    this.#balances = snapshot.floats(this.#balances)
    snapshot.fill(this.#supply)
    snapshot.fill(this.#elsewhere)
    snapshot.fill(this.#fees)
    transferTexts(snapshot, this.#deposits)
  }
}

/** Where an account's free money of a currency stands; what is held stands behind it. */
function balanceAt(account: number, currency: number): number {
  return 2 * (account * CURRENCIES_MAX + currency)
}

/** A map from texts to texts, in its order. */
function transferTexts(snapshot: SnapshotTransfer, texts: Map<string, string>): void {
  const entries = [...texts]
  const count = snapshot.number(entries.length)
  for (let i = 0; i < count; i++) {
    const [key, value] = entries[i] ?? ['', '']
    texts.set(snapshot.text(key), snapshot.text(value))
  }
}
