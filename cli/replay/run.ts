/**
 *   journal's commands ──▶ RUN ──▶ a machine as it was behind a command, and each turn on the way there
 *
 * What every look into the past begins with. What the machine says is held against the journal's events as it goes
 * (engine/replay.ts): a state that another build had is not shown as this one's.
 */
import { ExchangeMachine } from '../../actors/exchange-machine.ts'
import { VenueView } from '../../actors/venue-view.ts'
import { Outbox } from '../../engine/outbox.ts'
import { type ReplayOutcome, type ReplaySource, replay } from '../../engine/replay.ts'
import type { SnapshotTransfer } from '../../engine/snapshot-transfer.ts'
import type { StateMachine } from '../../engine/state-machine.ts'
import { RECORD_HEADER_BYTES } from '../../protocol/envelope.ts'
import { SCHEMA_ID, VERSION } from '../../protocol/schema.ts'
import { CliError, ExitCode } from '../cli-error.ts'
import { firstFrame, type JournalRecord, sequenceOf } from '../journal/record-walk.ts'
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
}

export interface LogRun extends ReplayOutcome {
  readonly machine: ExchangeMachine
  /** Holds the events that the journal lacks. */
  readonly outbox: Outbox
  readonly venue: VenueView
  /** Of the last command that was run; 0: none was. */
  readonly timeUs: number
}

/** Throws where the machine's events are not the journal's, or where they lead to a broken invariant. */
export function runLog(source: ReplaySource, options: RunOptions): LogRun {
  const { until } = options
  refuseMissingStart(source)
  const outbox = new Outbox({ schemaId: SCHEMA_ID, version: VERSION, eventsBefore: 0 })
  const machine = new ExchangeMachine(outbox)
  const venue = new VenueView(machine.venue)
  const progress = startProgress('commands', until, options)
  try {
    const outcome = replay({
      ...{ source, outbox, untilSequence: until },
      machine: new WatchedMachine(machine, { ...options, outbox, venue }),
      onProgress: (commands) => progress.update(commands),
    })
    progress.stop()
    refuseBreach(machine)
    return { ...outcome, machine, outbox, venue, timeUs: outbox.timeUs }
  } finally {
    progress.stop()
  }
}

/** A machine that knows nothing has to hear the log from its first command. */
export function refuseMissingStart(source: Pick<ReplaySource, 'lastCommand' | 'commands'>): void {
  const first = firstFrame({ last: source.lastCommand, frames: (from) => source.commands(from) }, 1)
  if (first === undefined || first.firstSequence === 1) return
  throw new CliError('log-start-missing', ExitCode.Unavailable, {
    what: `the journal begins at command ${first.firstSequence}: what led there is not in it`,
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

/** The same machine, and somebody who looks on. */
class WatchedMachine implements StateMachine {
  readonly #machine: StateMachine
  readonly #watch: RunOptions & { readonly outbox: Outbox; readonly venue: VenueView }

  constructor(
    machine: StateMachine,
    watch: RunOptions & { readonly outbox: Outbox; readonly venue: VenueView },
  ) {
    this.#machine = machine
    this.#watch = watch
  }

  apply(view: DataView, at: number): void {
    const { outbox, wants, onTurn, venue } = this.#watch
    const from = outbox.endBytes
    const firstEvent = outbox.eventNumber + 1
    this.#machine.apply(view, at)
    if (onTurn === undefined) return
    const place = { view, at: at - RECORD_HEADER_BYTES }
    const command = { isEvent: false, number: sequenceOf(place), ...place }
    if (wants !== undefined && !wants(command, outbox, from)) return
    onTurn({ command, events: eventsFrom(outbox, from, firstEvent), venue })
  }

  announce(): void {
    this.#machine.announce()
  }

  audit(): string | undefined {
    return this.#machine.audit()
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.#machine.transfer(snapshot)
  }

  stateHash(): string {
    return this.#machine.stateHash()
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
