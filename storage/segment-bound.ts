/**
 * Where a segment of the journal begins, and where it ended: the places of all its chains at one commit.
 *
 *   byte 0        4        6        8                                           8 + 48 × (1 + shards)
 *        +--------+--------+--------+-----------------+-----------------+- - - -+---------+
 *        | magic  | format | shards |  commands' end  |  events' end, 0 |       |  crc32  |
 *        |  u32   |  u16   |  u16   |    48 bytes     |    48 bytes     |       |   u32   |
 *        +--------+--------+--------+-----------------+-----------------+- - - -+---------+
 *
 *   an end
 *   byte 0               8               16                              48
 *        +---------------+---------------+-------------------------------+
 *        | last sequence |   time, µs    |  SHA-256 of the last frame    |
 *        |     i64       |     i64       |          32 bytes             |
 *        +---------------+---------------+-------------------------------+
 *
 * A segment carries both in a table of its own: its *head* comes with its first frames, in their transaction; its *seal*
 * is the last thing that is ever written to it. So a segment says by itself what it follows on, when the ones before it
 * are gone, and a reader that comes to its end knows by the seal that there is a next one.
 */
import { readInt64, writeInt64 } from '../protocol/integers.ts'
import { crc32 } from './crc32.ts'
import { HASH_BYTES, NO_HASH, viewOf } from './frame.ts'
import { JournalError } from './journal-error.ts'

/** The end of a chain of frames: what the next frame continues. */
export interface ChainEnd {
  readonly lastSequence: number
  readonly hash: Uint8Array
  /** The newest frame's `time`. */
  readonly timeUs: number
}

export interface SegmentBound {
  readonly commands: ChainEnd
  /** Of each shard, from 0. */
  readonly events: readonly ChainEnd[]
}

/** Before the first frame of all. */
export const CHAIN_START: ChainEnd = { lastSequence: 0, hash: NO_HASH, timeUs: 0 }

/** 'TSJS' */
const BOUND_MAGIC = 0x534a5354
const BOUND_FORMAT = 1
const FORMAT_OFFSET = 4
const SHARDS_OFFSET = 6
const ENDS_OFFSET = 8
const TIME_OFFSET = 8
const HASH_OFFSET = 16
const END_BYTES = HASH_OFFSET + HASH_BYTES
const CRC_BYTES = 4

const bytesOf = (shards: number): number => ENDS_OFFSET + END_BYTES * (1 + shards) + CRC_BYTES

export function encodeBound({ commands, events }: SegmentBound): Uint8Array {
  const bytes = new Uint8Array(bytesOf(events.length))
  const view = viewOf(bytes)
  view.setUint32(0, BOUND_MAGIC, true)
  view.setUint16(FORMAT_OFFSET, BOUND_FORMAT, true)
  view.setUint16(SHARDS_OFFSET, events.length, true)
  let at = ENDS_OFFSET
  for (const end of [commands, ...events]) {
    writeInt64(view, at, end.lastSequence)
    writeInt64(view, at + TIME_OFFSET, end.timeUs)
    bytes.set(end.hash, at + HASH_OFFSET)
    at += END_BYTES
  }
  view.setUint32(at, crc32(bytes.subarray(0, at)), true)
  return bytes
}

/** `where` is the file, for the error of bytes that are none. */
export function decodeBound(bytes: Uint8Array, where: string): SegmentBound {
  const view = viewOf(bytes)
  const isLong = bytes.length >= bytesOf(0)
  const shards = isLong ? view.getUint16(SHARDS_OFFSET, true) : 0
  const isWhole =
    isLong &&
    view.getUint32(0, true) === BOUND_MAGIC &&
    bytes.length === bytesOf(shards) &&
    view.getUint32(bytes.length - CRC_BYTES, true) === crc32(bytes.subarray(0, -CRC_BYTES))
  if (!isWhole) throw boundDamaged(where)
  const format = view.getUint16(FORMAT_OFFSET, true)
  if (format > BOUND_FORMAT) throw boundNewer(where, format)
  const ends = Array.from({ length: 1 + shards }, (_, index): ChainEnd => {
    const at = ENDS_OFFSET + index * END_BYTES
    return {
      lastSequence: readInt64(view, at),
      timeUs: readInt64(view, at + TIME_OFFSET),
      hash: Uint8Array.from(bytes.subarray(at + HASH_OFFSET, at + END_BYTES)),
    }
  })
  const [commands = CHAIN_START, ...events] = ends
  return { commands, events }
}

export const isSameEnd = (one: ChainEnd, other: ChainEnd): boolean =>
  one.lastSequence === other.lastSequence && Buffer.compare(one.hash, other.hash) === 0

function boundDamaged(where: string): JournalError {
  return new JournalError('journal-damaged', {
    what: `${where}: the record of where it begins or ends is damaged`,
    likely: 'the disk or something on this machine changed bytes after they were written',
    mend: 'Keep the files, restore the data directory from a replica or a backup, and check the disk',
  })
}

function boundNewer(where: string, format: number): JournalError {
  return new JournalError('format-newer', {
    what: `${where}: segment format ${format}, this build reads up to ${BOUND_FORMAT}`,
    likely: 'it was written by a newer TradSys',
    mend: 'Start the TradSys version that wrote it, or a newer one',
  })
}
