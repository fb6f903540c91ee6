/**
 * All that a shard holds: the whole state of its part of the exchange, and nothing else.
 *
 *   currencies   accounts ◀── sessions      symbols ──▶ markets (risk, book, feed)
 *                    ▲                                     │
 *                    └────────── orders, their ids ◀───────┘       safeguards, fees, timers: for all of them
 */

import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import type { Outbox } from '../engine/shard/outbox.ts'
import { CancelOnDisconnectType, Reason, WakeUp } from '../protocol/codecs.ts'
import { AccountActor } from './account-actor.ts'
import { CurrencyTable } from './currency-table.ts'
import { ExecutionReporter } from './execution-reporter.ts'
import { FeeSchedule } from './fee-schedule.ts'
import { FundsLine, type ShardPlace } from './funds-line.ts'
import type { InstrumentTerms } from './instrument-terms.ts'
import type { ExchangeLimits } from './limits.ts'
import { Market } from './market.ts'
import { MarketPhase } from './market-phase.ts'
import { NameTable } from './name-table.ts'
import { cancelsOnFailure, cancelsOnLoss, staysOnLoss } from './order-flags.ts'
import { OrderRegistry } from './order-registry.ts'
import { FLAGS, MARKET, NIL, OrderStore, SESSION } from './order-store.ts'
import { ReportTapes } from './report-tapes.ts'
import { type SafeguardActions, Safeguards } from './safeguards.ts'
import { SessionRegistry } from './session-registry.ts'
import { ShardAccounts } from './shard-accounts.ts'
import { ShardMap } from './shard-map.ts'
import { NEVER, TimerHeap } from './timer-heap.ts'
import { TouchedLevels } from './touched-levels.ts'

export class Venue implements SafeguardActions {
  readonly outbox: Outbox
  readonly currencies = new CurrencyTable()
  readonly accounts: AccountActor
  readonly sessions: SessionRegistry
  readonly tapes: ReportTapes
  readonly symbols: NameTable
  readonly store = new OrderStore()
  readonly orders: OrderRegistry
  readonly reporter: ExecutionReporter
  readonly fees: FeeSchedule
  readonly safeguards: Safeguards
  readonly timers = new TimerHeap()
  readonly touched = new TouchedLevels()
  /** The wake-up that was asked for last and is not over, µs, or NEVER. */
  wakeUs = NEVER
  /** The exchange has said that it ends, and has not begun again since. */
  isInOrder = false
  readonly shardMap: ShardMap
  /** To the other shards; undefined where there is one. */
  readonly funds: FundsLine | undefined
  readonly #markets: Market[] = []
  /** The markets that this shard runs; it knows the others by their numbers and terms. */
  readonly #ownMarkets = new Set<Market>()

  constructor(outbox: Outbox, limits: ExchangeLimits, place: ShardPlace) {
    this.outbox = outbox
    this.shardMap = new ShardMap(place.shards, limits)
    if (place.shards === 1) this.accounts = new AccountActor(limits)
    else {
      const accounts = new ShardAccounts(limits, { map: this.shardMap, here: place.shard })
      this.accounts = accounts
      this.funds = new FundsLine(outbox, accounts, { place, limits })
    }
    this.sessions = new SessionRegistry(limits.sessionsMax)
    this.symbols = new NameTable({ bytes: 16, countMax: limits.instrumentsMax })
    this.orders = new OrderRegistry(this.store, limits)
    this.tapes = new ReportTapes(outbox, this.sessions, this.accounts.names)
    this.reporter = new ExecutionReporter(outbox, this.orders, {
      ...{ sessions: this.sessions, tapes: this.tapes, symbols: this.symbols },
    })
    this.fees = new FeeSchedule(limits)
    this.safeguards = new Safeguards(limits, this)
  }

  get timeUs(): number {
    return this.outbox.timeUs
  }

  /** In the order of their numbers. */
  get markets(): readonly Market[] {
    return this.#markets
  }

  get ownMarkets(): ReadonlySet<Market> {
    return this.#ownMarkets
  }

  /** Whether this shard runs the market. */
  isOwn(market: Market): boolean {
    return this.#ownMarkets.has(market)
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
    const number = this.symbols.add(view, symbolAt)
    this.safeguards.positions.openMarket(number, { ...terms, markTicks: terms.referencePrice })
    this.safeguards.marketWide.setReference(number, terms.referencePrice)
    const market = new Market(number, terms, this)
    this.#markets.push(market)
    const shard = this.shardMap.symbolShard(view, symbolAt)
    if (this.funds === undefined || shard === this.funds.place.shard) this.#ownMarkets.add(market)
    return market
  }

  /** Does what is due by the time of the command at hand, before the command. */
  runTimers(): void {
    const { timeUs } = this
    while (this.timers.nextUs <= timeUs) {
      const due = this.timers.take()
      if ('session' in due) this.cancelOfSession(due.session, Reason.ConnectionLost)
      else if ('market' in due) this.market(due.market).onTimer()
      else this.marketOfOrder(due.order).end(due.order, Reason.DateReached)
      this.safeguards.act()
    }
  }

  /** After each command: what its fills lead to, and when the shard wants to hear of the time. */
  endOfCommand(): void {
    this.safeguards.act()
    if (this.timers.nextUs < this.wakeUs) {
      this.wakeUs = this.timers.nextUs
      this.sayWakeUp()
    }
    if (this.funds !== undefined) this.funds.endOfCommand()
  }

  /** Asks for the Tick that is wanted, if one is. */
  sayWakeUp(): void {
    if (this.wakeUs === NEVER) return
    const { outbox } = this
    const at = outbox.open(WakeUp.TEMPLATE_ID, WakeUp.BLOCK_BYTES, 0, 0)
    new WakeUp().wrap(outbox.view, at).wakeTime = this.wakeUs
  }

  marketOfOrder(order: number): Market {
    return this.market(this.store.get(order, MARKET))
  }

  /** Ends every open order of an account, in order of entry. */
  cancelAll(account: number, reason: number): void {
    this.cancelWhere([account], reason, everyOrder)
  }

  /**
   * Ends the open orders that this session entered, in order of entry: it has logged out, or lost its connection. What an
   * order says of that itself comes before what the session's Logon said.
   */
  cancelOfSession(session: number, reason: number): void {
    const account = this.sessions.account(session)
    const isLogout = reason === Reason.LoggedOut
    this.cancelWhere([account], reason, (order) => this.#endsWith(order, session, isLogout))
  }

  /** Whether the session's loss is to end orders: all of them, or one that says so itself. */
  losesOrders(session: number): boolean {
    if ((this.sessions.cancelType(session) & CancelOnDisconnectType.OnDisconnect) !== 0) return true
    const { orders } = this
    let order = orders.firstOf(this.sessions.account(session))
    while (order !== NIL && !this.#endsWith(order, session, false)) order = orders.nextOf(order)
    return order !== NIL
  }

  /** Ends every open order that is to end where the exchange fails, account by account. */
  cancelOnFailure(): void {
    const accounts = Array.from({ length: this.accounts.names.count }, (_, i) => i + 1)
    const isMeant = (order: number): boolean => cancelsOnFailure(this.store.get(order, FLAGS))
    this.cancelWhere(accounts, Reason.SystemFailure, isMeant)
  }

  #endsWith(order: number, session: number, isLogout: boolean): boolean {
    if (this.store.get(order, SESSION) !== session) return false
    const flags = this.store.get(order, FLAGS)
    if (staysOnLoss(flags)) return false
    // Only a session whose Logon said so asks about its Logout at all.
    if (isLogout || cancelsOnLoss(flags)) return true
    return (this.sessions.cancelType(session) & CancelOnDisconnectType.OnDisconnect) !== 0
  }

  /** Ends every open order, account by account. */
  cancelEverything(reason: number): void {
    const accounts = Array.from({ length: this.accounts.names.count }, (_, i) => i + 1)
    this.cancelWhere(accounts, reason, everyOrder)
  }

  /**
   * Ends those open orders of these accounts that are meant: market by market, in each in order of entry. What follows from
   * it comes when all of a market are over: a pegged order that is meant too must not trade because another went before it.
   * Returns how many.
   */
  cancelWhere(
    accounts: readonly number[],
    reason: number,
    isMeant: (order: number) => boolean,
  ): number {
    let count = 0
    for (const [market, meant] of this.#byMarket(accounts, isMeant)) {
      for (const order of meant) {
        // One that was linked to another of them may have ended with it; nobody enters meanwhile, so no slot is another's.
        if (!this.orders.isOpen(order)) continue
        market.book.end(order, reason)
        count++
      }
      market.settle()
    }
    return count
  }

  #byMarket(
    accounts: readonly number[],
    isMeant: (order: number) => boolean,
  ): ReadonlyMap<Market, readonly number[]> {
    const { orders } = this
    const byMarket = new Map<Market, number[]>()
    for (const account of accounts) {
      for (let order = orders.firstOf(account); order !== NIL; order = orders.nextOf(order)) {
        if (!isMeant(order)) continue
        const market = this.marketOfOrder(order)
        const others = byMarket.get(market)
        if (others === undefined) byMarket.set(market, [order])
        else others.push(order)
      }
    }
    return byMarket
  }

  /** Halts all markets that are not closed until then; one that is halted for longer stays so. */
  haltAll(untilUs: number): void {
    for (const market of this.#ownMarkets) {
      const { book, guard } = market
      if (book.phase === MarketPhase.Closed) continue
      const haltedUntilUs = book.phase === MarketPhase.Halt ? guard.phaseEndUs : 0
      market.changePhase(MarketPhase.Halt, Reason.MarketHalted)
      guard.haltUntil(Math.max(untilUs, haltedUntilUs))
    }
  }

  /** Ends trading in all markets for the day. */
  endDay(): void {
    for (const market of this.#ownMarkets)
      market.changePhase(MarketPhase.Closed, Reason.MarketHalted)
  }

  transfer(snapshot: SnapshotTransfer): void {
    snapshot.part('venue')
    this.currencies.transfer(snapshot)
    this.accounts.transfer(snapshot)
    this.sessions.transfer(snapshot)
    this.tapes.transfer(snapshot)
    this.symbols.transfer(snapshot)
    this.store.transfer(snapshot)
    this.orders.transfer(snapshot)
    this.fees.transfer(snapshot)
    this.safeguards.transfer(snapshot)
    this.timers.transfer(snapshot)
    this.wakeUs = snapshot.number(this.wakeUs)
    this.isInOrder = snapshot.number(this.isInOrder ? 1 : 0) === 1
    this.shardMap.transfer(snapshot)
    this.funds?.transfer(snapshot)
    for (let number = 1; number <= this.symbols.count; number++) {
      this.#transferMarket(snapshot, number)
    }
  }

  #transferMarket(snapshot: SnapshotTransfer, number: number): void {
    const known = this.#markets[number - 1]
    const terms = snapshot.text(JSON.stringify(known?.risk.terms ?? null))
    const isOwn = snapshot.number(known !== undefined && this.isOwn(known) ? 1 : 0) === 1
    const market = known ?? new Market(number, JSON.parse(terms) as InstrumentTerms, this)
    if (known === undefined) this.#markets.push(market)
    if (isOwn) this.#ownMarkets.add(market)
    market.transfer(snapshot)
  }
}

const everyOrder = (): boolean => true
