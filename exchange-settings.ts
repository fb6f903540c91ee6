/** What the main thread hands to each worker, and the names that both must know. Plain data and shared memory. */
import type { StageMemory } from './engine/shard/stage-times.ts'
import type { CounterMemory } from './engine/thread/counters.ts'
import type { ArrivalLimits } from './gateway/order-entry/arrivals.ts'
import type { DoorAddress, TlsTerms } from './gateway/order-entry/doors.ts'
import type { OrderEntryLimits } from './gateway/order-entry/limits.ts'
import type { ThrottleLimits } from './gateway/order-entry/throttle.ts'
import type { Durability } from './storage/journal-writer.ts'

export interface OrderEntrySettings extends DoorAddress {
  readonly tls?: TlsTerms
  readonly throttle?: ThrottleLimits
  /** When all sessions' numbers begin again each day, µs since midnight, UTC. @default never */
  readonly resetTimeUs?: number
  readonly arrivals?: ArrivalLimits
  readonly limits?: Partial<OrderEntryLimits>
}

export interface ThreadSettings {
  readonly dataDirectory: string
  readonly durability: Durability
  readonly segmentBytes: number
  readonly reserveBytes: number
  /** Of this version, 16 hex digits: in each frame of the journal. */
  readonly buildHash: string
  readonly orderEntry: OrderEntrySettings
  readonly marketData: { readonly host: string; readonly port: number }
  readonly admission: 'paper' | 'listed'
  readonly keys: Readonly<Record<string, string>>
  readonly version: string
  /** For the money in exchangeInfo. */
  readonly currencyDecimals: Readonly<Record<string, number>>
  readonly counters: CounterMemory
  /** Where it is asked where the time of an order goes. */
  readonly stageTimes?: StageMemory
}

/** Shared counters, each with one writer; `tradsys_` before the name makes the metric. */
export const COUNTER_NAMES = [
  'ready',
  'threads_unpinned',
  'snapshots_total',
  'snapshot_sequence',
  'commands_total',
  'journal_commits_total',
  'journal_commit_seconds_total',
  'journal_low',
  'shard_commands_total',
  'events_total',
] as const
