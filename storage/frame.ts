/**
 * One frame of the journal: a value in LMDB, many records behind one header.
 *
 *   byte 0            96                                                        bytes <= FRAME_BYTES_MAX
 *        +------------+-------------------+-------------------+---- - - ----+
 *        |   header   |  record, padded   |  record, padded   |             |   format 1: plain
 *        +------------+-------------------+-------------------+---- - - ----+
 *        |   header   |  the same records, packed   |                           format 2: packed-body.ts
 *        +------------+-----------------------------+
 *
 *   header
 *   byte 0        4      6      8                16               24               32
 *        +--------+------+------+----------------+----------------+----------------+
 *        | magic  |format| kind |   schemaHash   |   buildHash    | firstSequence  |
 *        |  u32   | u16  | u16  |   8 bytes      |   8 bytes      |  i64           |
 *        +--------+------+------+----------------+----------------+----------------+
 *   byte 32       36            40               48                                80       84       88     96
 *        +--------+-------------+----------------+----------------------------------+--------+--------+------+
 *        | count  |   bytes     |    time        |            prevHash              | crc32  | plain  | zero |
 *        |  u32   |   u32       |    i64 µs      |            32 bytes              |  u32   |  u32   |      |
 *        +--------+-------------+----------------+----------------------------------+--------+--------+------+
 *
 * Little-endian. `bytes` counts the whole frame as it is stored, `plain` what it is unpacked; 0 of a plain one. `prevHash` is the SHA-256 of the whole frame before it of the same
 * kind, zeros for the first one: a frame that was taken out, put in or exchanged breaks the chain. `crc32` covers the
 * whole frame with its own field taken as zero: LMDB itself checks nothing, so a flipped bit is ours to find.
 *
 * `time` of a commands frame is the time of its last command; of an events frame, when it was committed.
 */
import { hash } from 'node:crypto'
import { alignRecord, RECORD_BLOCK_OFFSET, RECORD_LENGTH_OFFSET } from '../protocol/envelope.ts'
import { readInt64, writeInt64 } from '../protocol/integers.ts'
import { crc32 } from './crc32.ts'

/** 'TSJF' */
export const FRAME_MAGIC = 0x464a5354
/** The newest that is read; what is written is whichever is shorter. */
const FRAME_FORMAT = 2
const PLAIN_FORMAT = 1

export const FrameKind = { Commands: 1, Events: 2 } as const
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind]

export const HASH_BYTES = 32
const SHORT_HASH_BYTES = 8

const MAGIC_OFFSET = 0
export const FORMAT_OFFSET = MAGIC_OFFSET + 4
export const KIND_OFFSET = FORMAT_OFFSET + 2
const SCHEMA_HASH_OFFSET = KIND_OFFSET + 2
export const BUILD_HASH_OFFSET = SCHEMA_HASH_OFFSET + SHORT_HASH_BYTES
export const FIRST_SEQUENCE_OFFSET = BUILD_HASH_OFFSET + SHORT_HASH_BYTES
export const COUNT_OFFSET = FIRST_SEQUENCE_OFFSET + 8
export const BYTES_OFFSET = COUNT_OFFSET + 4
export const FRAME_TIME_OFFSET = BYTES_OFFSET + 4
export const PREVIOUS_HASH_OFFSET = FRAME_TIME_OFFSET + 8
export const CRC_OFFSET = PREVIOUS_HASH_OFFSET + HASH_BYTES
const PLAIN_BYTES_OFFSET = CRC_OFFSET + 4
const RESERVED_OFFSET = PLAIN_BYTES_OFFSET + 4
const RESERVED_BYTES = 8

export const FRAME_HEADER_BYTES = 96

/** 16 pages of 4 KiB, less what LMDB keeps at the head of an overflow value: so a full frame wastes no page. */
export const FRAME_BYTES_MAX = 65_488
export const FRAME_BODY_BYTES_MAX = FRAME_BYTES_MAX - FRAME_HEADER_BYTES

/** The shortest record: its own header and the envelope. */
export const RECORD_BYTES_MIN = RECORD_BLOCK_OFFSET

if (RESERVED_OFFSET + RESERVED_BYTES !== FRAME_HEADER_BYTES) throw new Error('frame header size')
if (alignRecord(FRAME_BYTES_MAX) !== FRAME_BYTES_MAX) throw new Error('frame size alignment')

const CRC_ZEROS = new Uint8Array(4)

/** `prevHash` of a journal's first frame. */
export const NO_HASH: Uint8Array = new Uint8Array(HASH_BYTES)

export interface FrameHeader {
  readonly kind: FrameKind
  /** 16 hex digits. */
  readonly schemaHash: string
  /** 16 hex digits. */
  readonly buildHash: string
  readonly firstSequence: number
  readonly count: number
  readonly timeUs: number
  readonly previousHash: Uint8Array
}

/** What is wrong with a frame. `offset` is a byte in the frame, where one can be named. */
export interface FrameProblem {
  readonly code: 'journal-damaged' | 'format-newer' | 'schema-mismatch'
  readonly what: string
  readonly offset?: number
}

/**
 * The schema that is spoken, 16 hex digits; or that one first, and behind it those of before that are understood: all of
 * their messages mean what they meant then.
 */
export type SchemaHashes = string | readonly string[]

export const spokenSchema = (schemas: SchemaHashes): string =>
  typeof schemas === 'string' ? schemas : schemas[0]!

export const understands = (schemas: SchemaHashes, schemaHash: string): boolean =>
  typeof schemas === 'string' ? schemas === schemaHash : schemas.includes(schemaHash)

export interface FrameExpectation {
  readonly kind: FrameKind
  readonly firstSequence: number
  /** Any if left out. */
  readonly schemaHash?: SchemaHashes | undefined
  /** The hash of the frame before this one; not checked if left out. */
  readonly previousHash?: Uint8Array | undefined
  /** The checksum is left to the caller (`checkChecksum`). @default false */
  readonly isUnchecked?: boolean
}

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/**
 * SHA-256 of a whole sealed frame. In one call: a Hash object is one that the collector has to end, and so many of them stopped the
 * sequencer's thread for 2 ms five times a second at 100,000 orders/s.
 */
export const hashFrame = (frame: Uint8Array): Uint8Array => hash('sha256', frame, 'buffer')

/** A hash of 16 hex digits, as its 8 bytes. */
export function shortHashBytes(hex: string): Uint8Array {
  if (!/^[0-9a-f]{16}$/.test(hex)) throw new RangeError(`not a hash of 16 hex digits: ${hex}`)
  return Uint8Array.from(Buffer.from(hex, 'hex'))
}

function shortHashHex(frame: Uint8Array, at: number): string {
  return Buffer.from(frame.buffer, frame.byteOffset + at, SHORT_HASH_BYTES).toString('hex')
}

/**
 * `frame` is the whole frame, from its header to its last record's padding, with the records already in place. `plainBytes`: they
 * are packed, and unpacked it has so many; 0: they are not.
 */
export function sealFrame(frame: Uint8Array, header: FrameHeader, plainBytes = 0): void {
  const view = viewOf(frame)
  view.setUint32(MAGIC_OFFSET, FRAME_MAGIC, true)
  view.setUint16(FORMAT_OFFSET, plainBytes === 0 ? PLAIN_FORMAT : FRAME_FORMAT, true)
  view.setUint16(KIND_OFFSET, header.kind, true)
  frame.set(shortHashBytes(header.schemaHash), SCHEMA_HASH_OFFSET)
  frame.set(shortHashBytes(header.buildHash), BUILD_HASH_OFFSET)
  writeInt64(view, FIRST_SEQUENCE_OFFSET, header.firstSequence)
  view.setUint32(COUNT_OFFSET, header.count, true)
  view.setUint32(BYTES_OFFSET, frame.length, true)
  writeInt64(view, FRAME_TIME_OFFSET, header.timeUs)
  frame.set(header.previousHash, PREVIOUS_HASH_OFFSET)
  view.setUint32(PLAIN_BYTES_OFFSET, plainBytes, true)
  frame.fill(0, RESERVED_OFFSET, FRAME_HEADER_BYTES)
  view.setUint32(CRC_OFFSET, frameCrc(frame), true)
}

export function checkChecksum(frame: Uint8Array): FrameProblem | null {
  const said = viewOf(frame).getUint32(CRC_OFFSET, true)
  return said === frameCrc(frame) ? null : damaged('checksum', CRC_OFFSET)
}

function frameCrc(frame: Uint8Array): number {
  const head = crc32(frame.subarray(0, CRC_OFFSET))
  const middle = crc32(CRC_ZEROS, head)
  return crc32(frame.subarray(PLAIN_BYTES_OFFSET), middle)
}

/** Of a frame whose header was checked: what it has unpacked; 0: it is plain. */
export function plainBytesOf(frame: Uint8Array): number {
  return viewOf(frame).getUint32(PLAIN_BYTES_OFFSET, true)
}

/** Every field of the header. Whatever bytes come in, this reads none outside of them. */
function checkHeader(frame: Uint8Array, expected: FrameExpectation): FrameProblem | null {
  if (frame.length < FRAME_HEADER_BYTES) return damaged(`only ${frame.length} bytes long`)
  const view = viewOf(frame)
  if (view.getUint32(MAGIC_OFFSET, true) !== FRAME_MAGIC) return damaged('no magic', MAGIC_OFFSET)
  const format = view.getUint16(FORMAT_OFFSET, true)
  if (format > FRAME_FORMAT) {
    // A flipped bit makes a "newer" format too: only a frame whose checksum holds was written so.
    const problem = checkChecksum(frame)
    if (problem !== null) return problem
    const what = `frame format ${format}, this build reads up to ${FRAME_FORMAT}`
    return { code: 'format-newer', what, offset: FORMAT_OFFSET }
  }
  if (format < PLAIN_FORMAT) return damaged(`frame format ${format}`, FORMAT_OFFSET)
  const kind = view.getUint16(KIND_OFFSET, true)
  if (kind !== expected.kind) return damaged(`kind ${kind}, not ${expected.kind}`, KIND_OFFSET)
  const bytes = view.getUint32(BYTES_OFFSET, true)
  if (bytes !== frame.length || bytes > FRAME_BYTES_MAX) {
    return damaged(`says ${bytes} bytes, has ${frame.length}`, BYTES_OFFSET)
  }
  const first = readInt64(view, FIRST_SEQUENCE_OFFSET)
  if (first !== expected.firstSequence) {
    return damaged(`says it starts at ${first}`, FIRST_SEQUENCE_OFFSET)
  }
  if (!isPlainLength(format, view.getUint32(PLAIN_BYTES_OFFSET, true))) {
    return damaged('says an impossible length of its records', PLAIN_BYTES_OFFSET)
  }
  if (view.getUint32(COUNT_OFFSET, true) === 0) return damaged('holds no record', COUNT_OFFSET)
  return null
}

/** Format 1 says nothing; format 2 what fits into a frame, in whole records. */
function isPlainLength(format: number, plainBytes: number): boolean {
  if (format === PLAIN_FORMAT) return plainBytes === 0
  return (
    plainBytes > FRAME_HEADER_BYTES &&
    plainBytes <= FRAME_BYTES_MAX &&
    alignRecord(plainBytes) === plainBytes
  )
}

/** Header, checksum, schema and, where the expectation names it, the chain. `null`: nothing wrong. */
export function checkFrame(frame: Uint8Array, expected: FrameExpectation): FrameProblem | null {
  const problem = checkHeader(frame, expected)
  if (problem !== null) return problem
  const sumProblem = expected.isUnchecked === true ? null : checkChecksum(frame)
  if (sumProblem !== null) return sumProblem
  const schemaHash = shortHashHex(frame, SCHEMA_HASH_OFFSET)
  if (expected.schemaHash !== undefined && !understands(expected.schemaHash, schemaHash)) {
    // A flipped bit makes another schema too.
    const problem = checkChecksum(frame)
    if (problem !== null) return problem
    const what = `message schema ${schemaHash}, this build speaks ${spokenSchema(expected.schemaHash)}`
    return { code: 'schema-mismatch', what, offset: SCHEMA_HASH_OFFSET }
  }
  if (expected.previousHash !== undefined && !hasPreviousHash(frame, expected.previousHash)) {
    return damaged('does not follow from the frame before it', PREVIOUS_HASH_OFFSET)
  }
  return null
}

function hasPreviousHash(frame: Uint8Array, hash: Uint8Array): boolean {
  return Buffer.compare(frame.subarray(PREVIOUS_HASH_OFFSET, CRC_OFFSET), hash) === 0
}

/** Walks the records of a plain or unpacked frame by their lengths, which must lead exactly to the frame's end in `count` steps. */
export function checkRecords(frame: Uint8Array): FrameProblem | null {
  const view = viewOf(frame)
  const count = view.getUint32(COUNT_OFFSET, true)
  let at = FRAME_HEADER_BYTES
  for (let index = 0; index < count; index++) {
    if (at + RECORD_BYTES_MIN > frame.length) return damaged(`ends in record ${index}`, at)
    const length = view.getInt32(at + RECORD_LENGTH_OFFSET, true)
    if (length < RECORD_BYTES_MIN || alignRecord(length) > frame.length - at) {
      return damaged(`record ${index} says ${length} bytes`, at)
    }
    at += alignRecord(length)
  }
  return at === frame.length ? null : damaged(`${frame.length - at} bytes after its records`, at)
}

function damaged(what: string, offset?: number): FrameProblem {
  const code = 'journal-damaged'
  return offset === undefined ? { code, what } : { code, what, offset }
}
