/** What the markets of a shard share. */
import type { Outbox } from '../engine/shard/outbox.ts'
import type { AccountActor } from './account-actor.ts'
import type { CurrencyTable } from './currency-table.ts'
import type { ExecutionReporter } from './execution-reporter.ts'
import type { FeeSchedule } from './fee-schedule.ts'
import type { NameTable } from './name-table.ts'
import type { OrderRegistry } from './order-registry.ts'
import type { QuoteTable } from './quote-table.ts'
import type { Safeguards } from './safeguards.ts'
import type { TimerHeap } from './timer-heap.ts'
import type { TouchedLevels } from './touched-levels.ts'

export interface MarketSurroundings {
  readonly outbox: Outbox
  readonly accounts: AccountActor
  readonly currencies: CurrencyTable
  readonly orders: OrderRegistry
  readonly reporter: ExecutionReporter
  /** A market's number is its symbol's, from 1. */
  readonly symbols: NameTable
  readonly fees: FeeSchedule
  readonly safeguards: Safeguards
  readonly quotes: QuoteTable
  readonly timers: TimerHeap
  readonly touched: TouchedLevels
}
