/**
 *   machine ── transfer ──▶ WRITER ──▶ bytes ──▶ READER ── transfer ──▶ a new machine
 *
 * The whole state of a shard in one piece of memory: with the commands behind it in the log it is as
 * good as the log from its start. Each part of a machine names its state once, in a method
 * `transfer`, for both ways: a writer takes what it is given, a reader gives what was taken. So the
 * two can not disagree about what there is or in which order it stands.
 *
 * Columns are copied as they stand in memory. Before them is a head (storage/snapshot-head.ts) with checksums: a bit that
 * flips anywhere, or an end that is missing, is refused before anything is read.
 */
import type { SchemaHashes } from '../../storage/frame.ts'
import {
  HEAD_BYTES,
  type SnapshotHead,
  type SnapshotPlace,
  type SnapshotStamps,
  sealSnapshot,
  snapshotHead,
} from '../../storage/snapshot-head.ts'
import { SnapshotRefused } from '../../storage/snapshot-refused.ts'
import type { StateMachine } from '../shard/state-machine.ts'
import { SnapshotReader } from './snapshot-reader.ts'
import { SnapshotSize, SnapshotWriter } from './snapshot-writer.ts'

/** The state of `machine`, between two commands. The bytes are the caller's; the machine is as it was. */
export function takeSnapshot(
  machine: StateMachine,
  place: SnapshotPlace,
  stamps: SnapshotStamps,
): Uint8Array<ArrayBuffer> {
  const size = new SnapshotSize()
  machine.transfer(size)
  const writer = new SnapshotWriter(HEAD_BYTES, size.bytes)
  machine.transfer(writer)
  const bytes = writer.finish()
  sealSnapshot(bytes, place, { ...stamps, stateHash: machine.stateHash() })
  return bytes
}

/**
 * Brings `machine`, a new one that has run nothing, to the state of a snapshot. Throws
 * SnapshotRefused; the machine is then of no use any more.
 */
export function restoreSnapshot(
  bytes: Uint8Array,
  machine: StateMachine,
  schemaHash: SchemaHashes,
): SnapshotHead {
  const head = loadSnapshot(bytes, machine, schemaHash)
  const stateHash = machine.stateHash()
  if (stateHash !== head.stateHash) {
    throw new SnapshotRefused(
      `the state that it makes has hash ${stateHash}, the one it was taken of had ${head.stateHash}`,
      'keep the file and report it: this is a defect of TradSys',
    )
  }
  return head
}

/**
 * The same without asking for the hash of the state that comes out, which costs more than all the rest: for a snapshot
 * whose bytes were proved before, and have their checksums still.
 */
export function loadSnapshot(
  bytes: Uint8Array,
  machine: StateMachine,
  schemaHash: SchemaHashes,
): SnapshotHead {
  const head = snapshotHead(bytes, schemaHash)
  const reader = new SnapshotReader(bytes, HEAD_BYTES)
  machine.transfer(reader)
  reader.finish()
  return head
}
