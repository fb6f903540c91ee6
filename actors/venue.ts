/**
 * All that a shard holds: the whole state of its part of the exchange, and nothing else.
 *
 *   currencies   accounts ◀── sessions      symbols ──▶ markets (risk, book, feed)
 *                    ▲                                     │
 *                    └────────── orders, their ids ◀───────┘
 */
import type { Outbox } from '../engine/outbox.ts'
import { AccountActor } from './account-actor.ts'
import { CurrencyTable } from './currency-table.ts'
import { ExecutionReporter } from './execution-reporter.ts'
import type { InstrumentTerms } from './instrument-terms.ts'
import type { ExchangeLimits } from './limits.ts'
import { Market } from './market.ts'
import { NameTable } from './name-table.ts'
import { OrderRegistry } from './order-registry.ts'
import { OrderStore } from './order-store.ts'
import { SessionRegistry } from './session-registry.ts'

export class Venue {
  readonly outbox: Outbox
  readonly currencies = new CurrencyTable()
  readonly accounts: AccountActor
  readonly sessions: SessionRegistry
  readonly symbols: NameTable
  readonly store = new OrderStore()
  readonly orders: OrderRegistry
  readonly reporter: ExecutionReporter
  readonly #markets: Market[] = []

  constructor(outbox: Outbox, limits: ExchangeLimits) {
    this.outbox = outbox
    this.accounts = new AccountActor(limits)
    this.sessions = new SessionRegistry(limits.sessionsMax)
    this.symbols = new NameTable({ bytes: 16, countMax: limits.instrumentsMax })
    this.orders = new OrderRegistry(this.store, limits)
    this.reporter = new ExecutionReporter(outbox, this.store, this.sessions, this.symbols)
  }

  /** In the order of their numbers. */
  get markets(): readonly Market[] {
    return this.#markets
  }

  /** The market of the symbol that stands at `at`, or undefined. */
  marketOf(view: DataView, at: number): Market | undefined {
    return this.#markets[this.symbols.find(view, at) - 1]
  }

  /** The market of this number, which there is. */
  market(number: number): Market {
    return this.#markets[number - 1]!
  }

  /** Opens a market for a symbol that has none. */
  openMarket(view: DataView, symbolAt: number, terms: InstrumentTerms): Market {
    const market = new Market(this.symbols.add(view, symbolAt), terms, this)
    this.#markets.push(market)
    return market
  }
}
