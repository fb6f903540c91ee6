/**
 *   newest good snapshot ──▶ machine ◀── commands behind it ── journal
 *
 * Brings a machine to where its log ends. A snapshot that is damaged, or of another log than this one, is passed over for
 * the one before; without any the log is run from its start.
 */
import { JournalError } from '../../storage/journal-error.ts'
import { JournalReader } from '../../storage/journal-reader.ts'
import { listSnapshots, readSnapshot } from '../../storage/snapshot-files.ts'
import { isPassedOver, refuseMisfit } from '../../storage/snapshot-fit.ts'
import type { SnapshotHead } from '../../storage/snapshot-head.ts'
import type { CommandRouter } from '../shard/command-router.ts'
import type { MachineKind } from '../shard/machine-kind.ts'
import { Outbox } from '../shard/outbox.ts'
import type { StateMachine } from '../shard/state-machine.ts'
import { type ReplayOutcome, replay } from './replay.ts'
import { loadSnapshot } from './snapshot.ts'

export interface RecoveryOptions<Machine extends StateMachine> {
  /** The data directory. */
  readonly directory: string
  readonly kind: MachineKind<Machine>
  /** It is one of several, and hears what a fresh router says is for it. @default the only one */
  readonly shard?: { readonly number: number; readonly newRouter: () => CommandRouter }
  /** Stop behind this command. @default the last one */
  readonly untilSequence?: number
  /** Where there is no journal yet: a machine that has run nothing. @default false: an error */
  readonly mayBeNew?: boolean
  /** Off: from the log's first command, whatever snapshots there are. @default true */
  readonly useSnapshots?: boolean
  /** With the oldest good one instead, so that most of the log is run. @default false */
  readonly fromOldest?: boolean
  /** Called now and then with the last sequence that was run. */
  readonly onProgress?: (sequence: number) => void
  /** A snapshot was passed over; why. */
  readonly onRefused?: (path: string, why: string) => void
}

export interface Recovery<Machine extends StateMachine> {
  readonly machine: Machine
  /** Holds the events that the journal does not. */
  readonly outbox: Outbox
  readonly outcome: ReplayOutcome
  /** What it began with, if not with the log's first command. */
  readonly snapshot: SnapshotHead | undefined
}

/** Reads only. Throws ReplayDiffers, or a JournalError where the log does not reach back to where it would have to begin. */
export function recover<Machine extends StateMachine>(
  options: RecoveryOptions<Machine>,
): Recovery<Machine> {
  const { directory, kind } = options
  let source: JournalReader
  try {
    source = JournalReader.open(directory, kind)
  } catch (error) {
    const isMissing = error instanceof JournalError && error.code === 'journal-missing'
    if (!isMissing || options.mayBeNew !== true) throw error
    return newBorn(kind)
  }
  try {
    return recoverFrom(source, options)
  } finally {
    source.close()
  }
}

function newBorn<Machine extends StateMachine>(kind: MachineKind<Machine>): Recovery<Machine> {
  const outbox = newOutbox(kind)
  const outcome = { commands: 0, lastCommand: 0, eventsEqual: 0, eventsMissing: 0 }
  return { machine: kind.newMachine(outbox), outbox, outcome, snapshot: undefined }
}

/** The same over a reader that the caller has, and keeps. */
export function recoverFrom<Machine extends StateMachine>(
  source: JournalReader,
  options: RecoveryOptions<Machine>,
): Recovery<Machine> {
  const { untilSequence, onProgress, shard } = options
  let refusal: string | undefined
  const onRefused = (path: string, why: string): void => {
    refusal ??= `${path}: ${why}`
    options.onRefused?.(path, why)
  }
  const loaded = loadSnapshotOf(source, { ...options, onRefused })
  const outbox = loaded?.outbox ?? newOutbox(options.kind)
  const machine = loaded?.machine ?? options.kind.newMachine(outbox)
  if (loaded === undefined && source.firstCommand > 1) {
    throw beginsLater(options.directory, source, refusal)
  }
  const outcome = replay({
    ...{ source: source.ofShard(shard?.number ?? 0), machine, outbox },
    ...(shard === undefined ? {} : { shard: { number: shard.number, router: shard.newRouter() } }),
    ...(loaded === undefined ? {} : { from: loaded.head }),
    ...(untilSequence === undefined ? {} : { untilSequence }),
    ...(onProgress === undefined ? {} : { onProgress }),
  })
  return { machine, outbox, outcome, snapshot: loaded?.head }
}

interface Loaded<Machine extends StateMachine> {
  readonly machine: Machine
  readonly outbox: Outbox
  readonly head: SnapshotHead
}

function loadSnapshotOf<Machine extends StateMachine>(
  source: JournalReader,
  options: RecoveryOptions<Machine>,
): Loaded<Machine> | undefined {
  const { directory, kind, untilSequence, onRefused } = options
  const { useSnapshots = true, fromOldest = false } = options
  const last = Math.min(untilSequence ?? Number.POSITIVE_INFINITY, source.lastCommand)
  const shard = options.shard?.number ?? 0
  const files = useSnapshots ? listSnapshots(directory, shard) : []
  for (const file of fromOldest ? files.reverse() : files) {
    // One that lies ahead is of another time, or the journal has lost its end, which the mark tells.
    if (file.sequence > last) continue
    try {
      const outbox = newOutbox(kind)
      const machine = kind.newMachine(outbox)
      const head = loadSnapshot(readSnapshot(file.path, kind.schemaHash), machine, kind.schemaHash)
      refuseMisfit(source, head, shard)
      // Where nothing follows, what is announced has the time of the last command.
      outbox.begin(head.sequence, head.timeUs)
      outbox.eventNumber = head.eventNumber
      return { machine, outbox, head }
    } catch (error) {
      if (!isPassedOver(error)) throw error
      onRefused?.(file.path, (error as Error).message)
    }
  }
  return undefined
}

const newOutbox = ({ schemaId, version }: MachineKind): Outbox =>
  new Outbox({ schemaId, version, eventsBefore: 0 })

/** `refusal`: why the newest one is not good. */
function beginsLater(
  directory: string,
  { firstCommand }: JournalReader,
  refusal: string | undefined,
): JournalError {
  return new JournalError('snapshot-missing', {
    what: `the journal in ${directory} begins at command ${firstCommand}, and no good snapshot reaches it${refusal === undefined ? '' : ` (${refusal})`}`,
    likely:
      'older segments were deleted, and the snapshots that stood for them are gone or damaged',
    mend: 'Restore the data directory, with its snapshots, from a replica or a backup',
  })
}
