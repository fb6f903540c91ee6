/** How an exchange is made. */
import type { StageMemory } from './engine/shard/stage-times.ts'
import type { Log } from './engine/thread/worker-thread.ts'
import type { PlanName } from './exchange-plans.ts'
import type { OrderEntrySettings } from './exchange-settings.ts'
import type { VenueDefinition } from './gateway/venue-definition.ts'
import type { Durability } from './storage/journal-writer.ts'

export interface Address {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
}

/** How the journal grows, and what bounds it. */
export interface JournalTerms {
  /** A segment that has grown beyond is sealed, and the next one begun. */
  readonly segmentBytes: number
  /** Below so much free space new orders are refused, below a sixteenth of it the exchange stops. */
  readonly reserveBytes: number
  /** The oldest segments go when all are more than that and snapshots stand for them. @default all stay */
  readonly keepBytes?: number
  /** A snapshot when so many commands have come since the last one. */
  readonly snapshotCommands: number
  /** And not more often than this; with fewer commands ten times as seldom. */
  readonly snapshotSeconds: number
}

export interface ExchangeOptions {
  readonly dataDirectory: string
  readonly durability: Durability
  readonly journal: JournalTerms
  readonly plan: PlanName
  /** Its threads run before the ordinary ones of this machine, where the host lets them. @default false */
  readonly realTime?: boolean
  /** Where it writes when sampled commands pass each stage. @default nowhere */
  readonly stageTimes?: StageMemory
  readonly orderEntry: OrderEntrySettings
  readonly marketData: Address
  /** 'paper': whoever logs on gets an account with the currencies' paper grants; 'listed': only the venue's sessions. */
  readonly admission: 'paper' | 'listed'
  /** Ed25519 public keys (PEM) by CompID: who has one must sign its Logon. */
  readonly keys: Readonly<Record<string, string>>
  readonly venue: VenueDefinition
  readonly version: string
  /** A stable code and what belongs to it. */
  readonly log: Log
  /** The exchange has stopped itself: something cannot be promised any more. */
  readonly onFailure: (error: Error) => void
}
