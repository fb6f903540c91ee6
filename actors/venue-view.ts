/**
 * A venue as those see it who only look: by names, in plain objects, between two commands. Changes nothing, and knows nothing
 * that the state does not hold: what is over and forgotten has to be asked of the log. Cold: it allocates.
 */
import { readText, writeText } from '../protocol/text.ts'
import { type AccountView, viewAccount } from './account-view.ts'
import { type BookView, viewBook } from './book-view.ts'
import type { Market } from './market.ts'
import type { NameTable } from './name-table.ts'
import { hashClientId } from './order-registry.ts'
import { ID_WORDS, NIL } from './order-store.ts'
import { type OrderView, viewOrder } from './order-view.ts'
import type { Venue } from './venue.ts'

/** Room for the longest name, which is a client order id. */
const SCRATCH_BYTES = 4 * ID_WORDS
const PRINTABLE = /^[\x20-\x7e]*$/

export class VenueView {
  readonly #venue: Venue
  readonly #scratch = new DataView(new ArrayBuffer(SCRATCH_BYTES))

  constructor(venue: Venue) {
    this.#venue = venue
  }

  /** Of a session number; undefined: there is none of it. */
  sessionName(session: number): string | undefined {
    return this.#nameOf(this.#venue.sessions.names, session)
  }

  /** Number of a session's account. */
  accountOfSession(session: number): number {
    const { sessions } = this.#venue
    return sessions.has(session) ? sessions.account(session) : 0
  }

  accountName(account: number): string | undefined {
    return this.#nameOf(this.#venue.accounts.names, account)
  }

  /** Names of all accounts, in the order in which they were opened. */
  accountNames(): string[] {
    const { names } = this.#venue.accounts
    return Array.from({ length: names.count }, (_, i) => this.accountName(i + 1)!)
  }

  /** Of an instrument's number, as market data names it. */
  symbolOfInstrument(instrument: number): string | undefined {
    return this.#nameOf(this.#venue.symbols, instrument + 1)
  }

  currencyName(currency: number): string {
    return this.#nameOf(this.#venue.currencies.names, currency) ?? ''
  }

  currencyDecimals(currency: number): number {
    return this.#venue.currencies.decimals(currency)
  }

  /** Decimals of each currency by its name. */
  currencies(): Record<string, number> {
    const { currencies } = this.#venue
    const numbers = Array.from({ length: currencies.count }, (_, i) => i + 1)
    return Object.fromEntries(
      numbers.map((currency) => [this.currencyName(currency), currencies.decimals(currency)]),
    )
  }

  /** 0: no session has this name. */
  sessionNamed(compId: string): number {
    return this.#find(this.#venue.sessions.names, compId)
  }

  /** 0: no account has this name. */
  accountNamed(name: string): number {
    return this.#find(this.#venue.accounts.names, name)
  }

  marketNamed(symbol: string): Market | undefined {
    return this.#venue.markets[this.#find(this.#venue.symbols, symbol) - 1]
  }

  /** Up to `levelsMax` levels of each side. */
  book(market: Market, levelsMax: number): BookView {
    return viewBook(market, levelsMax)
  }

  account(account: number): AccountView {
    return viewAccount(this.#venue, account)
  }

  /** The open order of this exchange id; undefined: there is none, or none any more. */
  openOrder(orderId: number): OrderView | undefined {
    const { orders } = this.#venue
    const order = orders.findByOrderId(orderId)
    return orders.isOpen(order) ? viewOrder(this.#venue, order) : undefined
  }

  /** Exchange id of the order that an account gave this client order id, open or over; 0: none is known. */
  orderIdOf(account: number, clOrdId: string): number {
    const { orders } = this.#venue
    const bytes = 4 * ID_WORDS
    if (clOrdId.length > bytes || !PRINTABLE.test(clOrdId)) return 0
    writeText(this.#scratch, 0, bytes, clOrdId)
    const hash = hashClientId(account, this.#scratch, 0)
    const order = orders.orderOf(orders.findByClientId(account, this.#scratch, 0, hash))
    return order === NIL ? 0 : orders.orderIdOf(order)
  }

  /** Open orders of an account in order of entry. */
  openOrders(account: number): OrderView[] {
    const { orders } = this.#venue
    const views: OrderView[] = []
    for (let order = orders.firstOf(account); order !== NIL; order = orders.nextOf(order)) {
      views.push(viewOrder(this.#venue, order))
    }
    return views
  }

  #nameOf(names: NameTable, number: number): string | undefined {
    if (number < 1 || number > names.count) return undefined
    names.write(number, this.#scratch, 0)
    return readText(this.#scratch, 0, names.bytes)
  }

  #find(names: NameTable, name: string): number {
    if (name.length > names.bytes || !PRINTABLE.test(name)) return 0
    writeText(this.#scratch, 0, names.bytes, name)
    return names.find(this.#scratch, 0)
  }
}
