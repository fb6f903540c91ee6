/**
 *   journal ──▶ a machine of its own ──▶ bytes ──▶ file, unnamed ──▶ read back into another machine ──▶ named
 *
 * Takes a snapshot of a log, beside whoever writes it: the state is a function of the log, so the shard that runs it live need
 * not stop for a moment. What it says is compared with the journal's events on the way, so that each snapshot is also a proof
 * that the live machine and this one agree.
 *
 * A snapshot is proved before it has a name: it is read from the disk and its state has the hash of the one it was taken of.
 * Only then may older ones go, and segments of the journal that all of those that are kept stand for.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { lockDirectory } from '../../storage/directory-lock.ts'
import { spokenSchema } from '../../storage/frame.ts'
import { JournalReader } from '../../storage/journal-reader.ts'
import { deleteOldSegments } from '../../storage/retention.ts'
import {
  pruneSnapshots,
  readSnapshot,
  type SnapshotFile,
  snapshotsDirectory,
  writeSnapshot,
} from '../../storage/snapshot-files.ts'
import { headOfFitting } from '../../storage/snapshot-fit.ts'
import type { SnapshotHead } from '../../storage/snapshot-head.ts'
import { SnapshotRefused } from '../../storage/snapshot-refused.ts'
import type { MachineKind } from '../shard/machine-kind.ts'
import { Outbox } from '../shard/outbox.ts'
import type { StateMachine } from '../shard/state-machine.ts'
import { type Recovery, type RecoveryOptions, recoverFrom } from './recovery.ts'
import { takeEqual } from './replay.ts'
import { restoreSnapshot, takeSnapshot } from './snapshot.ts'

export interface SnapshottingOptions extends RecoveryOptions<StateMachine> {
  /** 16 hex digits. */
  readonly buildHash: string
  /** What the journal may grow to before its oldest segments go. @default no bound: nothing goes */
  readonly keepBytes?: number
}

export interface SnapshotTaken {
  readonly path: string
  readonly head: SnapshotHead
  readonly bytes: number
  /** By their first commands. */
  readonly segmentsDeleted: readonly number[]
}

/** Events are written behind their commands, by milliseconds. */
const EVENTS_WAIT_MS = 2_000
const EVENTS_LOOK_MS = 5

/**
 * Of the journal as it stands now. Undefined: there is nothing new since the newest one. Throws ReplayDiffers where the
 * journal's events are not what its commands lead to: then something is wrong with the exchange itself.
 */
export async function snapshotJournal(
  options: SnapshottingOptions,
): Promise<SnapshotTaken | undefined> {
  const { directory, kind } = options
  // Before the lock, which makes directories: where there is no journal nothing is to be left.
  const source = JournalReader.open(directory, kind)
  try {
    const lock = lockDirectory(snapshotsDirectory(directory))
    try {
      return await snapshotOf(source, options)
    } finally {
      lock.release()
    }
  } finally {
    source.close()
  }
}

async function snapshotOf(
  source: JournalReader,
  options: SnapshottingOptions,
): Promise<SnapshotTaken | undefined> {
  const { directory, keepBytes = Number.POSITIVE_INFINITY } = options
  const shard = options.shard?.number ?? 0
  const recovery = recoverFrom(source, options)
  if (recovery.outcome.commands === 0) return undefined
  await hearMissingEvents(source, recovery, shard)
  const taken = writeProved(source, recovery, options)
  const deleted = deleteOldSegments(directory, {
    keepBytes,
    snapshotSequence: oldestKept(source, options),
  })
  return { ...taken, segmentsDeleted: deleted.map(({ firstSequence }) => firstSequence) }
}

/** Of those that can be used: what is behind it in the log is needed, though all newer ones be spoiled. */
function oldestKept(
  source: JournalReader,
  { directory, kind, shard }: RecoveryOptions<StateMachine>,
): number {
  source.refresh()
  const isUsable = ({ path }: SnapshotFile): boolean =>
    headOfFitting(path, source, kind.schemaHash, shard?.number) !== undefined
  // None: then nothing may go.
  return pruneSnapshots(directory, isUsable, shard?.number).at(-1)?.sequence ?? 0
}

/** A snapshot that knew of events that the journal may yet lose could not be used then. */
async function hearMissingEvents(
  source: JournalReader,
  { outbox, outcome }: Recovery<StateMachine>,
  shard: number,
): Promise<void> {
  let heard = outbox.eventNumber - outcome.eventsMissing
  const endMs = performance.now() + EVENTS_WAIT_MS
  while (heard < outbox.eventNumber) {
    source.refresh()
    heard = takeEqual(source.ofShard(shard), outbox, heard)
    if (heard === outbox.eventNumber) return
    if (performance.now() > endMs) throw eventsMissing(outbox.eventNumber - heard)
    await sleep(EVENTS_LOOK_MS)
  }
}

function writeProved(
  source: JournalReader,
  { machine, outbox, outcome }: Recovery<StateMachine>,
  { directory, kind, buildHash, shard }: SnapshottingOptions,
): Omit<SnapshotTaken, 'segmentsDeleted'> {
  const sequence = outcome.lastCommand
  const chainHash = source.chainHashAt(sequence)
  if (chainHash === undefined) throw new Error(`command ${sequence} ends no frame of the journal`)
  const place = { sequence, timeUs: outbox.timeUs, eventNumber: outbox.eventNumber, chainHash }
  const bytes = takeSnapshot(machine, place, {
    schemaHash: spokenSchema(kind.schemaHash),
    buildHash,
  })
  const unnamed = writeSnapshot(directory, { shard: shard?.number ?? 0, sequence }, bytes)
  try {
    const head = prove(unnamed.path, kind)
    return { path: unnamed.name(), head, bytes: bytes.length }
  } catch (error) {
    unnamed.remove()
    throw error
  }
}

/** Reads it as a recovery would. */
function prove(path: string, kind: MachineKind): SnapshotHead {
  const outbox = new Outbox({ ...kind, eventsBefore: 0 })
  const bytes = readSnapshot(path, kind.schemaHash)
  return restoreSnapshot(bytes, kind.newMachine(outbox), kind.schemaHash)
}

function eventsMissing(count: number): SnapshotRefused {
  return new SnapshotRefused(
    `the journal lacks the last ${count} events, as one does that a crash has ended`,
    'start it once, which writes them',
  )
}
