/**
 *   journal's commands ──▶ RUN ──▶ a machine as it was behind a command, and each turn on the way there
 *
 * What every look into the past begins with. What the machine says is held against the journal's events as it goes
 * (engine/recovery/replay.ts): a state that another build had is not shown as this one's. Where nothing is asked of the turns on
 * the way it begins with the newest good snapshot before the command; where the log's beginning is not there any more, and the
 * way counts, with the oldest one.
 */
import { ExchangeMachine } from '../../actors/exchange-machine.ts'
import { VenueView } from '../../actors/venue-view.ts'
import { recoverFrom } from '../../engine/recovery/recovery.ts'
import type { ReplayOutcome } from '../../engine/recovery/replay.ts'
import type { SnapshotTransfer } from '../../engine/recovery/snapshot-transfer.ts'
import type { Outbox } from '../../engine/shard/outbox.ts'
import type { StateMachine } from '../../engine/shard/state-machine.ts'
import { EXCHANGE_KIND } from '../../exchange-kind.ts'
import { RECORD_HEADER_BYTES } from '../../protocol/envelope.ts'
import type { JournalReader } from '../../storage/journal-reader.ts'
import { CliError, ExitCode } from '../cli-error.ts'
import { type JournalRecord, sequenceOf } from '../journal/record-walk.ts'
import { startProgress } from '../progress.ts'

/** One command, and what the machine said to it; good only until the watcher returns. */
export interface Turn {
  readonly command: JournalRecord
  readonly events: readonly JournalRecord[]
  /** As it is behind the command. */
  readonly venue: VenueView
}

export interface RunOptions {
  /** The last command to run; 0: none. */
  readonly until: number
  /** Whether a turn is to be made of what stands in [from, end) of the outbox: asked of every one. */
  readonly wants?: (command: JournalRecord, outbox: Outbox, from: number) => boolean
  readonly onTurn?: (turn: Turn) => void
  readonly progress?: boolean
  /** A snapshot may stand for the log before it, though that is there. @default false */
  readonly mayBeginLater?: boolean
}

/** A journal and where it is, for the snapshots beside it. */
export interface PlacedLog {
  readonly directory: string
  readonly journal: JournalReader
}

export interface LogRun extends ReplayOutcome {
  /** Behind this command stands the snapshot that it began with; 0: with the log's first command. */
  readonly beganBehind: number
  readonly machine: ExchangeMachine
  /** Holds the events that the journal lacks. */
  readonly outbox: Outbox
  readonly venue: VenueView
  /** Of the last command that was run; 0: none was. */
  readonly timeUs: number
}

/** Throws where the machine's events are not the journal's, or where they lead to a broken invariant. */
export function runLog({ directory, journal }: PlacedLog, options: RunOptions): LogRun {
  const { until, mayBeginLater = false } = options
  const progress = startProgress('commands', until, options)
  try {
    const { machine, outbox, outcome, snapshot } = recoverFrom(journal, {
      ...{ directory, untilSequence: until },
      kind: { ...EXCHANGE_KIND, newMachine: (to) => new WatchedMachine(to, options) },
      useSnapshots: mayBeginLater || journal.firstCommand > 1,
      fromOldest: !mayBeginLater,
      onProgress: (sequence) => progress.update(sequence),
    })
    progress.stop()
    refuseBreach(machine.exchange)
    const { exchange, venue } = machine
    const beganBehind = snapshot?.sequence ?? 0
    return { ...outcome, beganBehind, machine: exchange, outbox, venue, timeUs: outbox.timeUs }
  } finally {
    progress.stop()
  }
}

/** Without the log's beginning there is no saying what led to its first command. */
export function refuseMissingStart({ firstCommand }: Pick<JournalReader, 'firstCommand'>): void {
  if (firstCommand === 1) return
  throw new CliError('log-start-missing', ExitCode.Unavailable, {
    what: `the journal begins at command ${firstCommand}: what led there is not in it`,
    mend: "Put the older segments back into its journal folder; 'tradsys journal export' reads it as it is",
  })
}

export function refuseBreach(machine: ExchangeMachine): void {
  const breach = machine.audit()
  if (breach === undefined) return
  throw new CliError('replay.invariant', ExitCode.Journal, {
    what: `the journal leads to a broken invariant: ${breach}`,
    mend: 'Keep the data directory and report it',
  })
}

/** The exchange's machine, and somebody who looks on. */
class WatchedMachine implements StateMachine {
  readonly exchange: ExchangeMachine
  readonly venue: VenueView
  readonly #outbox: Outbox
  readonly #watch: Pick<RunOptions, 'wants' | 'onTurn'>

  constructor(outbox: Outbox, watch: Pick<RunOptions, 'wants' | 'onTurn'>) {
    this.exchange = new ExchangeMachine(outbox)
    this.venue = new VenueView(this.exchange.venue)
    this.#outbox = outbox
    this.#watch = watch
  }

  apply(view: DataView, at: number): void {
    const { wants, onTurn } = this.#watch
    const { venue } = this
    const outbox = this.#outbox
    const from = outbox.endBytes
    const firstEvent = outbox.eventNumber + 1
    this.exchange.apply(view, at)
    if (onTurn === undefined) return
    const place = { view, at: at - RECORD_HEADER_BYTES }
    const command = { isEvent: false, number: sequenceOf(place), ...place }
    if (wants !== undefined && !wants(command, outbox, from)) return
    onTurn({ command, events: eventsFrom(outbox, from, firstEvent), venue })
  }

  announce(): void {
    this.exchange.announce()
  }

  audit(): string | undefined {
    return this.exchange.audit()
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.exchange.transfer(snapshot)
  }

  stateHash(): string {
    return this.exchange.stateHash()
  }
}

function eventsFrom(outbox: Outbox, from: number, firstEvent: number): JournalRecord[] {
  const events: JournalRecord[] = []
  let number = firstEvent
  for (let at = from; at < outbox.endBytes; at = outbox.next(at), number++) {
    events.push({ isEvent: true, number, view: outbox.view, at })
  }
  return events
}
