/**
 * How far the journal is known to be durable, kept outside of LMDB.
 *
 *   byte 0               512              1024
 *        +----------------+----------------+
 *        |     mark 2n    |   mark 2n+1    |      written in turn, so a torn write leaves the other
 *        +----------------+----------------+
 *
 *   mark
 *   byte 0        4         8            16             24            32             64            96      100
 *        +--------+---------+------------+--------------+-------------+--------------+-------------+--------+
 *        | magic  | format  | generation | lastCommand  |  lastEvent  | commandHash  |  eventHash  | crc32  |
 *        |  u32   |  u32    |    i64     |     i64      |    i64      |   32 bytes   |  32 bytes   |  u32   |
 *        +--------+---------+------------+--------------+-------------+--------------+-------------+--------+
 *
 * LMDB has no checksum on its meta pages: a flipped bit there gives back an older state of the database, and says
 * nothing. Against that, and against a file that was rolled back, stands this mark. It is written only after the frames
 * it speaks of are durable; so a journal that ends before its mark has lost something, always.
 */
import * as fs from 'node:fs'
import { readInt64, writeInt64 } from '../protocol/integers.ts'
import { crc32 } from './crc32.ts'
import { HASH_BYTES, viewOf } from './frame.ts'
import { isNotThere, JournalError } from './journal-error.ts'

/** 'TSJM' */
const MARK_MAGIC = 0x4d4a5354
const MARK_FORMAT = 1

const FORMAT_OFFSET = 4
const GENERATION_OFFSET = 8
const LAST_COMMAND_OFFSET = GENERATION_OFFSET + 8
const LAST_EVENT_OFFSET = LAST_COMMAND_OFFSET + 8
const COMMAND_HASH_OFFSET = LAST_EVENT_OFFSET + 8
const EVENT_HASH_OFFSET = COMMAND_HASH_OFFSET + HASH_BYTES
const CRC_OFFSET = EVENT_HASH_OFFSET + HASH_BYTES
const MARK_BYTES = 100
if (CRC_OFFSET + 4 !== MARK_BYTES) throw new Error('head mark size')

/** The unit that a disk writes whole. */
const SECTOR_BYTES = 512

export interface Mark {
  readonly lastCommand: number
  readonly lastEvent: number
  /** SHA-256 of the frame that ends with `lastCommand`; zeros if there is none. */
  readonly commandHash: Uint8Array
  readonly eventHash: Uint8Array
}

interface Sector extends Mark {
  readonly generation: number
}

/** The newest mark, or null if none was ever written. Throws if both were, and neither is readable. */
export function readHeadMark(path: string): Mark | null {
  return newestSector(path)
}

export class HeadMark {
  readonly #handle: number
  #generation: number
  /** The newest that was given to be written in this life. */
  #ahead: Mark | null = null
  /** Where one is on its way behind the caller's back. */
  #behindAt = NOWHERE
  readonly latest: Mark | null

  private constructor(handle: number, newest: Sector | null) {
    this.#handle = handle
    this.#generation = newest === null ? 0 : newest.generation + 1
    this.latest = newest
  }

  static open(path: string): HeadMark {
    const newest = newestSector(path)
    // Not 'w', which would empty the file, nor 'a', which would ignore the position.
    const flags = fs.constants.O_RDWR | fs.constants.O_CREAT
    return new HeadMark(fs.openSync(path, flags, 0o600), newest)
  }

  /** Durable on return. Only for frames that are durable already. */
  write(mark: Mark): void {
    const { sector, at } = this.#next(mark)
    const written = fs.writeSync(this.#handle, sector, 0, SECTOR_BYTES, at)
    if (written !== SECTOR_BYTES) throw shortWrite(written)
    fs.fdatasyncSync(this.#handle)
  }

  /**
   * The same, durable when `done` is called; one at a time. A mark that is older than one written meanwhile is not written:
   * what is durable never becomes less.
   */
  writeBehind(mark: Mark, done: (error: Error | null) => void): void {
    if (this.#ahead !== null && isOlder(mark, this.#ahead)) {
      done(null)
      return
    }
    const { sector, at } = this.#next(mark)
    this.#behindAt = at
    const end = (error: Error | null): void => {
      this.#behindAt = NOWHERE
      done(error)
    }
    fs.write(this.#handle, sector, 0, SECTOR_BYTES, at, (error, written) => {
      if (error !== null) end(error)
      else if (written !== SECTOR_BYTES) end(shortWrite(written))
      else fs.fdatasync(this.#handle, end)
    })
  }

  #next(mark: Mark): { readonly sector: Uint8Array; readonly at: number } {
    // Two writes on their way to one sector could come in the wrong order.
    if (this.#place === this.#behindAt) this.#generation++
    const sector = new Uint8Array(SECTOR_BYTES)
    const view = viewOf(sector)
    view.setUint32(0, MARK_MAGIC, true)
    view.setUint32(FORMAT_OFFSET, MARK_FORMAT, true)
    writeInt64(view, GENERATION_OFFSET, this.#generation)
    writeInt64(view, LAST_COMMAND_OFFSET, mark.lastCommand)
    writeInt64(view, LAST_EVENT_OFFSET, mark.lastEvent)
    sector.set(mark.commandHash, COMMAND_HASH_OFFSET)
    sector.set(mark.eventHash, EVENT_HASH_OFFSET)
    view.setUint32(CRC_OFFSET, crc32(sector.subarray(0, CRC_OFFSET)), true)
    const at = this.#place
    this.#generation++
    this.#ahead = mark
    return { sector, at }
  }

  /** Where the mark of this generation goes. */
  get #place(): number {
    return (this.#generation % 2) * SECTOR_BYTES
  }

  close(): void {
    fs.closeSync(this.#handle)
  }
}

const NOWHERE = -1

const isOlder = (one: Mark, other: Mark): boolean =>
  one.lastCommand < other.lastCommand || one.lastEvent < other.lastEvent

const shortWrite = (written: number): Error =>
  new Error(`head mark: wrote ${written} of ${SECTOR_BYTES} bytes`)

function newestSector(path: string): Sector | null {
  const file = readIfThere(path)
  let newest: Sector | null = null
  let written = 0
  for (let at = 0; at + MARK_BYTES <= file.length; at += SECTOR_BYTES) {
    const bytes = file.subarray(at, at + MARK_BYTES)
    if (!bytes.some((byte) => byte !== 0)) continue
    written++
    const sector = readSector(path, bytes)
    if (sector !== null && (newest === null || sector.generation > newest.generation)) {
      newest = sector
    }
  }
  // One unreadable sector alone is the very first write, torn: nothing had been promised before it.
  if (newest === null && written > 1) throw markDamaged(path)
  return newest
}

/** Not by asking whether it exists: where this user may not look, that says no. */
function readIfThere(path: string): Uint8Array {
  try {
    return fs.readFileSync(path)
  } catch (error) {
    if (isNotThere(error)) return new Uint8Array(0)
    throw error
  }
}

function readSector(path: string, bytes: Uint8Array): Sector | null {
  const view = viewOf(bytes)
  if (view.getUint32(0, true) !== MARK_MAGIC) return null
  if (view.getUint32(CRC_OFFSET, true) !== crc32(bytes.subarray(0, CRC_OFFSET))) return null
  const format = view.getUint32(FORMAT_OFFSET, true)
  if (format > MARK_FORMAT) throw markNewer(path, format)
  return {
    generation: readInt64(view, GENERATION_OFFSET),
    lastCommand: readInt64(view, LAST_COMMAND_OFFSET),
    lastEvent: readInt64(view, LAST_EVENT_OFFSET),
    commandHash: bytes.slice(COMMAND_HASH_OFFSET, EVENT_HASH_OFFSET),
    eventHash: bytes.slice(EVENT_HASH_OFFSET, CRC_OFFSET),
  }
}

function markDamaged(path: string): JournalError {
  return new JournalError('journal-damaged', {
    what: `neither mark in ${path} is readable`,
    likely: 'the disk or something on this machine changed bytes after they were written',
    mend: 'Restore the data directory from a replica or a backup, and check the disk',
  })
}

function markNewer(path: string, format: number): JournalError {
  return new JournalError('format-newer', {
    what: `${path} has format ${format}, this build reads up to ${MARK_FORMAT}`,
    likely: 'it was written by a newer TradSys',
    mend: 'Start the TradSys version that wrote it, or a newer one',
  })
}
