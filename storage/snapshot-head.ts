/**
 * The head of a snapshot: what it is of, and how to tell that it is whole.
 *
 *   byte 0      4        8          16        24         32       40       48      56        64           96      100     104
 *        +------+--------+----------+---------+----------+--------+--------+-------+---------+------------+-------+-------+
 *        | TSSN | format |  schema  |  build  | sequence |  time  | events | state |  body   |   chain    | crc32 | crc32 | body …
 *        |      |  u32   |   hash   |  hash   |   f64    | µs f64 |  f64   | hash  |  bytes  |    hash    |  of   |  of   |
 *        |      |        |          |         |          |        |        |       |   f64   |  32 bytes  | body  | head  |
 *        +------+--------+----------+---------+----------+--------+--------+-------+---------+------------+-------+-------+
 *
 * Little-endian. A bit that flips anywhere, or
 * an end that is missing, is refused before anything is read. The chain's hash is that of the journal's
 * frame that ends with the last command: a snapshot of another log is known by it.
 */
import { crc32 } from './crc32.ts'
import {
  HASH_BYTES,
  NO_HASH,
  type SchemaHashes,
  shortHashBytes,
  spokenSchema,
  understands,
  viewOf,
} from './frame.ts'
import { SnapshotRefused } from './snapshot-refused.ts'

/** Changes when a machine's parts do, or their order, or what a table of them is looked up by. */
export const FORMAT = 4
const MAGIC = 0x4e535354
const FORMAT_OFFSET = 4
const SCHEMA_OFFSET = 8
const BUILD_OFFSET = 16
const SEQUENCE_OFFSET = 24
const TIME_OFFSET = 32
const EVENTS_OFFSET = 40
const STATE_OFFSET = 48
const BODY_BYTES_OFFSET = 56
const CHAIN_OFFSET = 64
const BODY_CRC_OFFSET = CHAIN_OFFSET + HASH_BYTES
const HEAD_CRC_OFFSET = BODY_CRC_OFFSET + 4
export const HEAD_BYTES = HEAD_CRC_OFFSET + 4
const SHORT_HASH_BYTES = 8

/** Where in the log a state stands. */
export interface SnapshotPlace {
  /** Of the last command that the machine has run. */
  readonly sequence: number
  /** Of that command, µs. */
  readonly timeUs: number
  /** Number of the last event that it said. */
  readonly eventNumber: number
  /** SHA-256 of the journal's frame that ends with that command. @default zeros: of no journal */
  readonly chainHash?: Uint8Array
}

export interface SnapshotHead extends Required<SnapshotPlace> {
  /** StateMachine.stateHash() of it. */
  readonly stateHash: string
  /** The build that took it, 16 hex digits. */
  readonly buildHash: string
}

export interface SnapshotStamps {
  /** Of the messages that the machine speaks, 16 hex digits. */
  readonly schemaHash: string
  /** 16 hex digits. Stored, and not compared. @default zeros */
  readonly buildHash?: string
}

/** Writes the head of a whole snapshot, whose body stands behind HEAD_BYTES already. */
export function sealSnapshot(
  bytes: Uint8Array,
  place: SnapshotPlace,
  stamps: SnapshotStamps & { readonly stateHash: string },
): void {
  const view = viewOf(bytes)
  view.setUint32(0, MAGIC, true)
  view.setUint32(FORMAT_OFFSET, FORMAT, true)
  bytes.set(shortHashBytes(stamps.schemaHash), SCHEMA_OFFSET)
  bytes.set(shortHashBytes(stamps.buildHash ?? NO_BUILD), BUILD_OFFSET)
  view.setFloat64(SEQUENCE_OFFSET, place.sequence, true)
  view.setFloat64(TIME_OFFSET, place.timeUs, true)
  view.setFloat64(EVENTS_OFFSET, place.eventNumber, true)
  bytes.set(shortHashBytes(stamps.stateHash), STATE_OFFSET)
  view.setFloat64(BODY_BYTES_OFFSET, bytes.byteLength - HEAD_BYTES, true)
  bytes.set(place.chainHash ?? NO_HASH, CHAIN_OFFSET)
  view.setUint32(BODY_CRC_OFFSET, bodyCrc(bytes), true)
  view.setUint32(HEAD_CRC_OFFSET, crc32(bytes.subarray(0, HEAD_CRC_OFFSET)), true)
}

/** What a snapshot is of; throws SnapshotRefused where a bit of it is not as it was written. */
export function snapshotHead(bytes: Uint8Array, schemaHash: SchemaHashes): SnapshotHead {
  const bodyBytes = bodyBytesOf(bytes, schemaHash)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const isWhole =
    bodyBytes === bytes.byteLength - HEAD_BYTES &&
    view.getUint32(BODY_CRC_OFFSET, true) === bodyCrc(bytes)
  if (!isWhole) throw snapshotDamaged()
  return {
    sequence: view.getFloat64(SEQUENCE_OFFSET, true),
    timeUs: view.getFloat64(TIME_OFFSET, true),
    eventNumber: view.getFloat64(EVENTS_OFFSET, true),
    // A copy: what is kept of a snapshot must not keep all of it.
    chainHash: Uint8Array.from(bytes.subarray(CHAIN_OFFSET, CHAIN_OFFSET + HASH_BYTES)),
    stateHash: shortHashAt(bytes, STATE_OFFSET),
    buildHash: shortHashAt(bytes, BUILD_OFFSET),
  }
}

/** What must stand behind this head, of which no more need be there; throws SnapshotRefused where it is none of ours. */
export function bodyBytesOf(head: Uint8Array, schemaHash: SchemaHashes): number {
  const view = viewOf(head)
  if (head.byteLength < HEAD_BYTES || view.getUint32(0, true) !== MAGIC) {
    throw new SnapshotRefused('this is none', 'give the file that a snapshot was written to')
  }
  const isHeadWhole =
    view.getUint32(HEAD_CRC_OFFSET, true) === crc32(head.subarray(0, HEAD_CRC_OFFSET))
  const format = view.getUint32(FORMAT_OFFSET, true)
  if (isHeadWhole && format !== FORMAT) {
    throw new SnapshotRefused(`it has format ${format}, this build reads ${FORMAT}`, OTHER_BUILD)
  }
  const schema = shortHashAt(head, SCHEMA_OFFSET)
  if (isHeadWhole && !understands(schemaHash, schema)) {
    const ours = spokenSchema(schemaHash)
    throw new SnapshotRefused(`its messages are ${schema}, this build's ${ours}`, OTHER_BUILD)
  }
  if (!isHeadWhole) throw snapshotDamaged()
  return view.getFloat64(BODY_BYTES_OFFSET, true)
}

/** In pieces: zlib counts a length in 32 bits. */
function bodyCrc(bytes: Uint8Array): number {
  let crc = 0
  for (let at = HEAD_BYTES; at < bytes.length; at += CRC_PIECE_BYTES) {
    crc = crc32(bytes.subarray(at, at + CRC_PIECE_BYTES), crc)
  }
  return crc
}

export const snapshotDamaged = (): SnapshotRefused =>
  new SnapshotRefused('it is damaged or cut short', 'use an older one, or replay the log')

const CRC_PIECE_BYTES = 2 ** 30
const OTHER_BUILD = 'use the build that took it, or replay the log'
const NO_BUILD = '0'.repeat(2 * SHORT_HASH_BYTES)

const shortHashAt = (bytes: Uint8Array, at: number): string =>
  Buffer.from(bytes.subarray(at, at + SHORT_HASH_BYTES)).toString('hex')
