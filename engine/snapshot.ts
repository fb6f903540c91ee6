/**
 *   machine ── transfer ──▶ WRITER ──▶ bytes ──▶ READER ── transfer ──▶ a new machine
 *
 * The whole state of a shard in one piece of memory: with the commands behind it in the log it is as
 * good as the log from its start. Each part of a machine names its state once, in a method
 * `transfer`, for both ways: a writer takes what it is given, a reader gives what was taken. So the
 * two can not disagree about what there is or in which order it stands.
 *
 *   byte 0      4         8             16         24          32         40        56          64          68        72
 *        +------+---------+-------------+----------+-----------+----------+---------+-----------+-----------+---------+
 *        | TSSN | format  | schema hash | sequence |   time    |  events  |  state  |   body    |   crc32   |  crc32  | body …
 *        |      |   u32   |             |   f64    |  µs f64   |   f64    |  hash   | bytes f64 |  of body  | of head |
 *        +------+---------+-------------+----------+-----------+----------+---------+-----------+-----------+---------+
 *
 * Little endian, as memory is here: columns are copied as they stand. A bit that flips anywhere, or
 * an end that is missing, is refused before anything is read.
 */
import { crc32 } from '../storage/crc32.ts'
import { SnapshotReader } from './snapshot-reader.ts'
import { SnapshotRefused } from './snapshot-refused.ts'
import { SnapshotWriter } from './snapshot-writer.ts'
import type { StateMachine } from './state-machine.ts'

/** Changes when a machine's parts do, or their order, or what a table of them is looked up by. */
export const FORMAT = 2
const MAGIC = 0x4e535354
const FORMAT_OFFSET = 4
const SCHEMA_OFFSET = 8
const SEQUENCE_OFFSET = 16
const TIME_OFFSET = 24
const EVENTS_OFFSET = 32
const STATE_OFFSET = 40
const BODY_BYTES_OFFSET = 56
const BODY_CRC_OFFSET = 64
const HEAD_CRC_OFFSET = 68
export const HEAD_BYTES = 72
const HASH_DIGITS = 16

/** Where in the log a state stands. */
export interface SnapshotPlace {
  /** Of the last command that the machine has run. */
  readonly sequence: number
  /** Of that command, µs. */
  readonly timeUs: number
  /** Number of the last event that it said. */
  readonly eventNumber: number
}

export interface SnapshotHead extends SnapshotPlace {
  /** StateMachine.stateHash() of it. */
  readonly stateHash: string
}

/**
 * The state of `machine`, between two commands. `schemaHash`: 16 hex digits of the messages that it
 * speaks. The bytes are the caller's; the machine is as it was.
 */
export function takeSnapshot(
  machine: StateMachine,
  place: SnapshotPlace,
  schemaHash: string,
): Uint8Array {
  const writer = new SnapshotWriter(HEAD_BYTES)
  machine.transfer(writer)
  const bytes = writer.finish()
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  view.setUint32(0, MAGIC, true)
  view.setUint32(FORMAT_OFFSET, FORMAT, true)
  writeHash(view, SCHEMA_OFFSET, schemaHash)
  view.setFloat64(SEQUENCE_OFFSET, place.sequence, true)
  view.setFloat64(TIME_OFFSET, place.timeUs, true)
  view.setFloat64(EVENTS_OFFSET, place.eventNumber, true)
  writeHash(view, STATE_OFFSET, machine.stateHash())
  view.setFloat64(BODY_BYTES_OFFSET, bytes.byteLength - HEAD_BYTES, true)
  view.setUint32(BODY_CRC_OFFSET, crc32(bytes.subarray(HEAD_BYTES)), true)
  view.setUint32(HEAD_CRC_OFFSET, crc32(bytes.subarray(0, HEAD_CRC_OFFSET)), true)
  return bytes
}

/**
 * Brings `machine`, a new one that has run nothing, to the state of a snapshot. Throws
 * SnapshotRefused; the machine is then of no use any more.
 */
export function restoreSnapshot(
  bytes: Uint8Array,
  machine: StateMachine,
  schemaHash: string,
): SnapshotHead {
  const head = snapshotHead(bytes, schemaHash)
  const reader = new SnapshotReader(bytes, HEAD_BYTES)
  machine.transfer(reader)
  reader.finish()
  const stateHash = machine.stateHash()
  if (stateHash !== head.stateHash) {
    throw new SnapshotRefused(
      `the state that it makes has hash ${stateHash}, the one it was taken of had ${head.stateHash}`,
      'keep the file and report it: this is a defect of TradSys',
    )
  }
  return head
}

/** What a snapshot is of; throws SnapshotRefused where a bit of it is not as it was written. */
export function snapshotHead(bytes: Uint8Array, schemaHash: string): SnapshotHead {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.byteLength < HEAD_BYTES || view.getUint32(0, true) !== MAGIC) {
    throw new SnapshotRefused('this is none', 'give the file that a snapshot was written to')
  }
  const isHeadWhole =
    view.getUint32(HEAD_CRC_OFFSET, true) === crc32(bytes.subarray(0, HEAD_CRC_OFFSET))
  const format = view.getUint32(FORMAT_OFFSET, true)
  if (isHeadWhole && format !== FORMAT) {
    throw new SnapshotRefused(`it has format ${format}, this build reads ${FORMAT}`, OTHER_BUILD)
  }
  const schema = readHash(view, SCHEMA_OFFSET)
  if (isHeadWhole && schema !== schemaHash) {
    throw new SnapshotRefused(`its messages are ${schema}, this build's ${schemaHash}`, OTHER_BUILD)
  }
  const isWhole =
    isHeadWhole &&
    view.getFloat64(BODY_BYTES_OFFSET, true) === bytes.byteLength - HEAD_BYTES &&
    view.getUint32(BODY_CRC_OFFSET, true) === crc32(bytes.subarray(HEAD_BYTES))
  if (!isWhole) {
    throw new SnapshotRefused('it is damaged or cut short', 'use an older one, or replay the log')
  }
  return {
    sequence: view.getFloat64(SEQUENCE_OFFSET, true),
    timeUs: view.getFloat64(TIME_OFFSET, true),
    eventNumber: view.getFloat64(EVENTS_OFFSET, true),
    stateHash: `${readHash(view, STATE_OFFSET)}`,
  }
}

const OTHER_BUILD = 'use the build that took it, or replay the log'

/** 16 hex digits in 8 bytes. */
function writeHash(view: DataView, at: number, hash: string): void {
  for (let i = 0; i < HASH_DIGITS; i += 2) {
    view.setUint8(at + i / 2, Number.parseInt(hash.slice(i, i + 2), 16))
  }
}

function readHash(view: DataView, at: number): string {
  let hash = ''
  for (let i = 0; i < HASH_DIGITS / 2; i++) {
    hash += view
      .getUint8(at + i)
      .toString(16)
      .padStart(2, '0')
  }
  return hash
}
