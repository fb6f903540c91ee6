/**
 *   RING ── copy, check ──▶ THE READER'S OWN BUFFER ── peek, advance ──▶ its thread
 *
 * The reading end of a broadcast ring; why its reads are sound is told in broadcast-ring.ts. It
 * promises that a record shown is one that was sent, whole and in order; and that a gap is known:
 * numbers in the records say how many were missed, positions how many bytes.
 *
 *   record 7      gap       record 9204
 *   ────────┬───────────────┬──────────      lapped after 7; the next one it got whole is 9204:
 *       lost here      found again here      missedRecords += 9196, missedBytes += found - lost
 *
 * It writes nothing but two counters, and these only when it was lapped. What it shows lies in its
 * own buffer, and stays there until the next record is peeked at, whatever the producer does.
 *
 * Hot file: no closure, and no allocation but for records above LOOP_BYTES_MAX.
 */

import { corruption, misuse } from '../ring-faults.ts'
import {
  PADDING_TYPE,
  RECORD_ALIGNMENT,
  RECORD_LENGTH_OFFSET,
  RECORD_TYPE_OFFSET,
  RECORDS_AT_LEAST,
  UNIT_SHIFT,
} from '../ring-layout.ts'
import { EMPTY } from '../spsc/spsc-ring.ts'
import {
  BROADCAST_HEADER_BYTES,
  DATA_OFFSET,
  FIRST_NUMBER_INDEX,
  INTENT_INDEX,
  LAPS_INDEX,
  LATEST_INDEX,
  MARKS,
  MARKS_INDEX,
  MISSED_INDEX,
  NUMBER_OFFSET,
  readBroadcastForm,
  STAMP_BYTES,
  TAIL_INDEX,
} from './broadcast-layout.ts'

export interface BroadcastReaderOptions {
  /**
   * Where it begins, and goes on when it was lapped. 'newest': with the record published last, for
   * states, of which the last one counts. 'oldest': as far back as is safe, to miss as little as
   * possible; it is then about half a ring behind, and may soon be lapped again.
   */
  readonly from: 'newest' | 'oldest'
}

/** Copied by a loop: up to here a view for `set` costs more than it saves. */
const LOOP_BYTES_MAX = 256
/** Copies thrown away in one peek: after so many the producer is too fast just now. */
const ATTEMPTS_MAX = 8

/** What a look at the next record came to. */
const TAKEN = 0
const PADDED = 1
const LOST = 2

export class BroadcastReader {
  /** Both cover the reader's own copy; what peek() returns is an offset into them. */
  readonly view: DataView
  readonly bytes: Uint8Array

  readonly #name: string
  readonly #words: Int32Array
  /** Covers the records. */
  readonly #ring: DataView
  readonly #copy: Int32Array
  /** Stored to between a copy and the look at INTENT; nobody reads it. */
  readonly #fence = new Int32Array(new SharedArrayBuffer(4))
  readonly #capacityBytes: number
  readonly #capacityUnits: number
  readonly #alignedBytesMax: number
  readonly #isFromNewest: boolean

  /** The next record to copy; once copied, the one shown. */
  #head: number
  /** TAIL when last looked at. */
  #tailSeen: number
  /** The number expected at the head, in two words; none is while the reader is lost. */
  #numberLow = 0
  #numberHigh = 0
  /** It does not know what lies at its head: it begins, or was lapped. */
  #isLost = true
  /** It was lapped: where. Of a reader that begins, nothing counts as missed. */
  #isLapped = false
  #lostAt = 0
  /** Of the record shown. Units 0: none is. */
  #peekedUnits = 0
  #recordType = 0
  #payloadBytes = 0
  #laps = 0
  #missedRecords = 0
  #missedBytes = 0

  constructor(memory: SharedArrayBuffer, options: BroadcastReaderOptions) {
    const { name, capacityBytes } = readBroadcastForm(memory)
    this.#name = name
    this.#capacityBytes = capacityBytes
    this.#capacityUnits = capacityBytes >> UNIT_SHIFT
    this.#alignedBytesMax = capacityBytes / RECORDS_AT_LEAST
    this.#isFromNewest = options.from === 'newest'
    this.#words = new Int32Array(memory)
    this.#ring = new DataView(memory, DATA_OFFSET, capacityBytes)
    const copy = new ArrayBuffer(this.#alignedBytesMax)
    this.#copy = new Int32Array(copy)
    this.view = new DataView(copy)
    this.bytes = new Uint8Array(copy)
    this.#head = Atomics.load(this.#words, LATEST_INDEX)
    this.#tailSeen = Atomics.load(this.#words, TAIL_INDEX)
    if (this.#head !== this.#tailSeen) return
    // Nothing was published yet, so what comes first is the first.
    this.#isLost = false
    this.#numberLow = this.#words[FIRST_NUMBER_INDEX]!
    this.#numberHigh = this.#words[FIRST_NUMBER_INDEX + 1]!
  }

  /**
   * The offset of the next record's payload in the reader's own buffer, or EMPTY. Twice shows the
   * same. If records were missed before this one, `missedRecords` says so from now on.
   */
  peek(): number {
    if (this.#peekedUnits !== 0) return 0
    if (this.#isLost) this.#findPlace()
    for (let attempts = 0; attempts < ATTEMPTS_MAX; ) {
      if (this.#head === this.#tailSeen && !this.#lookAgain()) return EMPTY
      const outcome = this.#take()
      if (outcome === TAKEN) return 0
      if (outcome === PADDED) continue
      attempts += 1
      if (!this.#isLost) this.#lose()
      this.#findPlace()
    }
    return EMPTY
  }

  get recordType(): number {
    return this.#recordType
  }

  get payloadBytes(): number {
    return this.#payloadBytes
  }

  /** Which record of the ring the one shown is, counted from its first. Exact to 2^53. */
  get recordNumber(): number {
    return numberOf(this.#numberLow, this.#numberHigh)
  }

  /** Done with the record shown. */
  advance(): void {
    if (this.#peekedUnits === 0) {
      throw misuse(this.#name, 'advance() without a record', 'peek() first')
    }
    this.#head = (this.#head + this.#peekedUnits) | 0
    this.#peekedUnits = 0
    this.#numberLow = (this.#numberLow + 1) | 0
    if (this.#numberLow === 0) this.#numberHigh = (this.#numberHigh + 1) | 0
  }

  /** Nothing: the producer waits for nobody. Here for those who read any kind of ring. */
  release(): void {
    // A reader owns no bytes of the ring.
  }

  /** A fresh look at TAIL, for parking. */
  hasWork(): boolean {
    return this.#peekedUnits !== 0 || this.#head !== Atomics.load(this.#words, TAIL_INDEX)
  }

  /** How often the producer has overtaken this reader. */
  get laps(): number {
    return this.#laps
  }

  /** Records that were sent since it began, and not shown to it because of laps. */
  get missedRecords(): number {
    return this.#missedRecords
  }

  /** The same in bytes of the ring, padding and headers included; modulo 32 GiB for each lap. */
  get missedBytes(): number {
    return this.#missedBytes
  }

  #lookAgain(): boolean {
    this.#tailSeen = Atomics.load(this.#words, TAIL_INDEX)
    return this.#head !== this.#tailSeen
  }

  /** Copies what lies at the head, then asks whether it was still there. */
  #take(): number {
    const ring = this.#ring
    const at = (this.#head & (this.#capacityUnits - 1)) << UNIT_SHIFT
    const recordBytes = ring.getInt32(at + RECORD_LENGTH_OFFSET, true)
    const type = ring.getInt32(at + RECORD_TYPE_OFFSET, true)
    if (type === PADDING_TYPE) return this.#skipPadding(at, recordBytes)
    const alignedBytes = (recordBytes + STAMP_BYTES + (RECORD_ALIGNMENT - 1)) & -RECORD_ALIGNMENT
    const bytesMax = Math.min(this.#alignedBytesMax, this.#capacityBytes - at)
    // What is read here may be anything.
    if (recordBytes < BROADCAST_HEADER_BYTES || alignedBytes > bytesMax) {
      return this.#lostOrCorrupt(at, recordBytes)
    }
    const numberLow = ring.getInt32(at + NUMBER_OFFSET, true)
    const numberHigh = ring.getInt32(at + NUMBER_OFFSET + 4, true)
    const payloadBytes = recordBytes - BROADCAST_HEADER_BYTES
    this.#copyOut(at + BROADCAST_HEADER_BYTES, payloadBytes)
    const stamp = ring.getInt32(at + alignedBytes - STAMP_BYTES, true)

    const isWhole = this.#isStillThere()
    const isExpected =
      this.#isLost || (numberLow === this.#numberLow && numberHigh === this.#numberHigh)
    if (!isWhole || stamp !== numberLow || !isExpected) return this.#lostOrCorrupt(at, recordBytes)
    if (this.#isLost) this.#find(numberLow, numberHigh)
    this.#recordType = type
    this.#payloadBytes = payloadBytes
    this.#peekedUnits = alignedBytes >> UNIT_SHIFT
    return TAKEN
  }

  #copyOut(at: number, payloadBytes: number): void {
    const from = (DATA_OFFSET + at) >> 2
    const wordCount = (payloadBytes + 3) >> 2
    if (payloadBytes > LOOP_BYTES_MAX) {
      this.#copy.set(this.#words.subarray(from, from + wordCount))
      return
    }
    for (let i = 0; i < wordCount; i += 1) this.#copy[i] = this.#words[from + i]!
  }

  #skipPadding(at: number, padBytes: number): number {
    if (padBytes !== this.#capacityBytes - at || !this.#isStillThere()) {
      return this.#lostOrCorrupt(at, padBytes)
    }
    this.#head = (this.#head + (padBytes >> UNIT_SHIFT)) | 0
    return PADDED
  }

  /** Whether all that was read at the head before this call was written before it was read. */
  #isStillThere(): boolean {
    // A fence, see broadcast-ring.ts: no load before it is made after the look at INTENT.
    Atomics.store(this.#fence, 0, 0)
    const written = Atomics.load(this.#words, INTENT_INDEX) - this.#head
    return written >>> 0 <= this.#capacityUnits
  }

  /**
   * What was read at the head is not what was sent there. A reader that was sure of its place has
   * lost it. One that has just found a place was overtaken again, or the ring is broken.
   */
  #lostOrCorrupt(at: number, recordBytes: number): number {
    if (this.#isLost && this.#isStillThere()) throw corruption(this.#name, at, recordBytes)
    return LOST
  }

  #lose(): void {
    this.#isLost = true
    this.#isLapped = true
    this.#lostAt = this.#head
    this.#laps += 1
    Atomics.add(this.#words, LAPS_INDEX, 1)
  }

  /**
   * A place where a record begins, or its padding, as far as that can be known before it is read.
   */
  #findPlace(): void {
    this.#head = Atomics.load(this.#words, LATEST_INDEX)
    this.#tailSeen = Atomics.load(this.#words, TAIL_INDEX)
    if (this.#isFromNewest) return
    const intent = Atomics.load(this.#words, INTENT_INDEX)
    // The last quarter is left to the producer: what lies there is gone before it is read.
    const unitsMax = this.#capacityUnits - (this.#capacityUnits >> 2)
    let unitsBack = (intent - this.#head) >>> 0
    for (let i = 0; i < MARKS; i += 1) {
      const mark = Atomics.load(this.#words, MARKS_INDEX + i)
      const units = (intent - mark) >>> 0
      if (units <= unitsBack || units > unitsMax) continue
      unitsBack = units
      this.#head = mark
    }
  }

  /** The record that was just read is the first since the reader began, or was lapped. */
  #find(numberLow: number, numberHigh: number): void {
    if (this.#isLapped) {
      const missed = this.#missedUpTo(numberLow, numberHigh)
      this.#missedRecords += missed
      this.#missedBytes += ((this.#head - this.#lostAt) >>> 0) * RECORD_ALIGNMENT
      Atomics.add(this.#words, MISSED_INDEX, missed | 0)
    }
    this.#isLost = false
    this.#isLapped = false
    this.#numberLow = numberLow
    this.#numberHigh = numberHigh
  }

  #missedUpTo(numberLow: number, numberHigh: number): number {
    return numberOf(numberLow, numberHigh) - numberOf(this.#numberLow, this.#numberHigh)
  }
}

const numberOf = (low: number, high: number): number => (high >>> 0) * 2 ** 32 + (low >>> 0)
