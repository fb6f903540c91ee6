/**
 *   command ──▶ shard's actors ──▶ OUTBOX ──▶ rings: journal, order entry, market data
 *
 * Where actors write their events. A turn always runs to its end: what it says is gathered here, in private memory, and the
 * shard carries it to the rings afterwards, taking no further command until all has found room. So actors never see a
 * full ring, and the ring's fullness, which no log knows, cannot change what they do.
 *
 * Records stand here as they will in the ring and in the journal (protocol/envelope.ts), one behind the other.
 */
import {
  alignRecord,
  BLOCK_LENGTH_OFFSET,
  NUMBER_OFFSET,
  RECORD_BLOCK_OFFSET,
  RECORD_HEADER_BYTES,
  RECORD_LENGTH_OFFSET,
  RECORD_TYPE_OFFSET,
  recordBytes,
  SCHEMA_ID_OFFSET,
  SEQUENCE_OFFSET,
  SESSION_OFFSET,
  TIME_OFFSET,
} from '../../protocol/envelope.ts'
import { putInt64, type Words } from '../../protocol/words.ts'

/** Room for an ordinary batch; a turn that sweeps a deep book doubles it, up to what that book can say. */
const FIRST_CAPACITY_BYTES = 1 << 20
const WORD_SHIFT = 2
const WORD_BYTES = 4
/** Words of a record and its envelope; of two fields that share one, the first names it. */
const LENGTH = RECORD_LENGTH_OFFSET / WORD_BYTES
const TYPE = RECORD_TYPE_OFFSET / WORD_BYTES
const BLOCK_LENGTH = (RECORD_HEADER_BYTES + BLOCK_LENGTH_OFFSET) / WORD_BYTES
const SCHEMA_ID = (RECORD_HEADER_BYTES + SCHEMA_ID_OFFSET) / WORD_BYTES
const SESSION = (RECORD_HEADER_BYTES + SESSION_OFFSET) / WORD_BYTES
const NUMBER = (RECORD_HEADER_BYTES + NUMBER_OFFSET) / WORD_BYTES
const SEQUENCE = (RECORD_HEADER_BYTES + SEQUENCE_OFFSET) / WORD_BYTES
const TIME = (RECORD_HEADER_BYTES + TIME_OFFSET) / WORD_BYTES
const U16_BITS = 16

export interface OutboxOptions {
  readonly schemaId: number
  readonly version: number
  /** Events said before, by the journal: the next one is number `eventsBefore` + 1. */
  readonly eventsBefore: number
}

export class Outbox {
  /** Over all events gathered, four times. Growing replaces them: take them anew after each `open` or `claim`. */
  view: DataView
  bytes: Uint8Array
  words: Words
  longs: BigInt64Array
  /** End of the last record; the records lie in [0, endBytes). */
  endBytes = 0
  /** Number of the event opened last, counted from 1 over the whole life of the log. */
  eventNumber: number
  readonly #schemaAndVersion: number
  #sequence = 0
  #timeUs = 0

  constructor({ schemaId, version, eventsBefore }: OutboxOptions) {
    this.bytes = new Uint8Array(FIRST_CAPACITY_BYTES)
    this.view = new DataView(this.bytes.buffer)
    this.words = new Int32Array(this.bytes.buffer)
    this.longs = new BigInt64Array(this.bytes.buffer)
    this.#schemaAndVersion = schemaId | (version << U16_BITS)
    this.eventNumber = eventsBefore
  }

  /** What follows is caused by the command of this sequence and time. */
  begin(sequence: number, timeUs: number): void {
    this.#sequence = sequence
    this.#timeUs = timeUs
  }

  /** Time of the command at hand, µs: the only time that actors know. */
  get timeUs(): number {
    return this.#timeUs
  }

  /** Sequence of the command at hand. */
  get sequence(): number {
    return this.#sequence
  }

  /**
   * Opens the next event. Returns where its root block begins in `view`: `blockBytes` bytes for the caller to write, all zero.
   * `session` 0 is everyone, with `number` 0; else the session that the event is a report to, and its number there.
   */
  open(templateId: number, blockBytes: number, session: number, number: number): number {
    const block = this.claim(templateId, blockBytes, session, number)
    const { words } = this
    const end = this.endBytes >> WORD_SHIFT
    for (let word = block >> WORD_SHIFT; word < end; word++) words[word] = 0
    return block
  }

  /** As `open`, but in the block stands whatever stood there: the caller writes all of it, padding too. */
  claim(templateId: number, blockBytes: number, session: number, number: number): number {
    const length = recordBytes(blockBytes)
    const at = this.endBytes
    const end = at + alignRecord(length)
    if (end > this.bytes.length) this.#grow(end)
    const { words } = this
    const word = at >> WORD_SHIFT
    words[word + LENGTH] = length
    words[word + TYPE] = templateId
    words[word + BLOCK_LENGTH] = blockBytes | (templateId << U16_BITS)
    words[word + SCHEMA_ID] = this.#schemaAndVersion
    words[word + SESSION] = session
    words[word + NUMBER] = number
    putInt64(words, word + SEQUENCE, this.#sequence)
    putInt64(words, word + TIME, this.#timeUs)
    this.endBytes = end
    this.eventNumber++
    return at + RECORD_BLOCK_OFFSET
  }

  /** The event that was opened last, whose root block begins at `block`, has only the first `blockBytes` of it. */
  shorten(block: number, blockBytes: number): void {
    const at = block - RECORD_BLOCK_OFFSET
    const length = recordBytes(blockBytes)
    this.view.setInt32(at + RECORD_LENGTH_OFFSET, length, true)
    this.view.setUint16(at + RECORD_HEADER_BYTES + BLOCK_LENGTH_OFFSET, blockBytes, true)
    this.endBytes = at + alignRecord(length)
  }

  /** Offset of the record behind the one at `at`; at `endBytes` there is none. */
  next(at: number): number {
    return at + alignRecord(this.view.getInt32(at + RECORD_LENGTH_OFFSET, true))
  }

  /** The records in [0, at) were dealt with; what follows moves to the front. */
  dropFirst(at: number): void {
    this.bytes.copyWithin(0, at, this.endBytes)
    this.endBytes -= at
  }

  /** All events were carried away. */
  clear(): void {
    this.endBytes = 0
  }

  #grow(neededBytes: number): void {
    let capacityBytes = this.bytes.length
    while (capacityBytes < neededBytes) capacityBytes *= 2
    const bytes = new Uint8Array(capacityBytes)
    bytes.set(this.bytes.subarray(0, this.endBytes))
    this.bytes = bytes
    this.view = new DataView(bytes.buffer)
    this.words = new Int32Array(bytes.buffer)
    this.longs = new BigInt64Array(bytes.buffer)
  }
}
