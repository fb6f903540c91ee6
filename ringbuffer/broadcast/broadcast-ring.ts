/**
 *                                                    ┌──▶ any reader that likes
 *   one thread ── claim, commit, publish ──▶ RING ── ┤
 *                                                    └──▶ any other, slow or fast
 *
 * A stream of records for readers who may miss some. The producer waits for nobody: it writes over
 * what is oldest, read or not. A reader that was lapped knows how many records and bytes it missed
 * (broadcast-reader.ts). For market data and dashboards; what must not be lost takes a multicast
 * ring.
 *
 * Reads are data races by design: a reader copies a record while the producer may be writing there,
 * and throws the copy away if that may have been so. What makes that sound:
 *
 *   producer                                     reader
 *     INTENT = where it will write up to           copy the record out, plainly
 *     (fence)                                      (fence)
 *     number, payload, stamp, plainly              INTENT still within a ring of the record?
 *     TAIL = where the record ends                 number and stamp the expected ones?
 *
 * If the copy holds a byte of a newer record, then INTENT had been raised before that byte was
 * written; the copy was made before the reader looks at INTENT; so the look shows the raised one,
 * and the copy is thrown away. Both 'before's need a fence, and the language has none for plain
 * accesses:
 *
 *   - An atomic load does not hold back the plain loads before it: on ARM64 (`ldr`, then `ldar`)
 *     the copy may be made after INTENT was looked at. So the reader stores to a word of its own in
 *     between: no load may sink below a store-release, no `ldar` rise above one.
 *   - An atomic store does not hold back the plain stores after it (`stlr`, then `str`): a byte may
 *     be seen before the INTENT that announces it. So the producer loads INTENT once it has stored
 *     it: that `ldar` may not rise above the `stlr`, and no store above the `ldar`.
 *
 * On x86-64 loads keep their order and so do stores; there both cost a little and change nothing.
 * ECMAScript's own memory model promises neither: by its letter a racing plain load may give
 * anything that was ever written there. That is what the two stamps are for, number in front and at
 * the end, which must both be the expected one: what goes past the fences would have to look like
 * the record that was expected. They also catch what INTENT cannot: a reader that slept through
 * 2^32 units.
 *
 * Fences cost, so INTENT is raised a quarter of the ring at a time. A reader may thus be no more
 * than three quarters of the ring behind.
 *
 * Hot file: no closure, no allocation.
 */

import type { Doorbell } from '../doorbell.ts'
import { misuse } from '../ring-faults.ts'
import {
  PADDING_TYPE,
  RECORD_ALIGNMENT,
  RECORD_LENGTH_OFFSET,
  RECORD_TYPE_OFFSET,
  RECORDS_AT_LEAST,
  UNIT_SHIFT,
} from '../ring-layout.ts'
import { broadcastPayloadFault } from './broadcast-faults.ts'
import {
  BROADCAST_HEADER_BYTES,
  DATA_OFFSET,
  FIRST_NUMBER_INDEX,
  INTENT_INDEX,
  LATEST_INDEX,
  MARKS,
  MARKS_INDEX,
  NUMBER_OFFSET,
  RECORDS_IN_INDEX,
  readBroadcastForm,
  STAMP_BYTES,
  TAIL_INDEX,
} from './broadcast-layout.ts'

export class BroadcastProducer {
  /** Both cover the records; what claim() returns is an offset into them. */
  readonly view: DataView
  readonly bytes: Uint8Array
  /** The longest record, header and stamp included. */
  readonly recordBytesMax: number

  readonly #name: string
  readonly #words: Int32Array
  readonly #counters: Float64Array
  readonly #readerBells: readonly Doorbell[]
  readonly #capacityBytes: number
  readonly #capacityUnits: number

  /** Behind the last committed record; what TAIL says is `#published`. */
  #tail: number
  #published: number
  /** Where the last committed record begins. */
  #latest: number
  #intent: number
  #nextMark = 0
  /** The next record's number, in two words. */
  #numberLow: number
  #numberHigh: number
  /**
   * The open claim: its record's start, its length without stamp (0: none is open), its padding.
   */
  #claimOffset = 0
  #claimBytes = 0
  #claimPadBytes = 0
  #recordsUnpublished = 0

  /**
   * Goes on where TAIL stands, so the successor of a dead producer may take over, after its thread
   * has ended. `readerBells` are of threads that want to be rung; who has none there looks by
   * itself.
   */
  constructor(memory: SharedArrayBuffer, readerBells: readonly Doorbell[] = []) {
    const { name, capacityBytes } = readBroadcastForm(memory)
    this.#name = name
    this.#readerBells = readerBells
    this.#capacityBytes = capacityBytes
    this.#capacityUnits = capacityBytes >> UNIT_SHIFT
    this.recordBytesMax = capacityBytes / RECORDS_AT_LEAST
    this.#words = new Int32Array(memory)
    this.#counters = new Float64Array(memory)
    this.view = new DataView(memory, DATA_OFFSET, capacityBytes)
    this.bytes = new Uint8Array(memory, DATA_OFFSET, capacityBytes)
    this.#intent = Atomics.load(this.#words, INTENT_INDEX)
    this.#tail = Atomics.load(this.#words, TAIL_INDEX)
    this.#published = this.#tail
    this.#latest = Atomics.load(this.#words, LATEST_INDEX)
    this.#numberLow = this.#words[FIRST_NUMBER_INDEX]!
    this.#numberHigh = this.#words[FIRST_NUMBER_INDEX + 1]!
    if (this.#latest !== this.#tail) this.#takeOver()
    this.#dropMarksAheadOfTail()
  }

  /**
   * Room for one record, always: the offset of its payload, to be written in place. What lies there
   * is left from an earlier lap.
   */
  claim(payloadBytes: number): number {
    const recordBytes = BROADCAST_HEADER_BYTES + payloadBytes
    const isSize = (payloadBytes | 0) === payloadBytes && payloadBytes >= 0
    if (!isSize || recordBytes + STAMP_BYTES > this.recordBytesMax) {
      throw broadcastPayloadFault(this.#name, payloadBytes, this.recordBytesMax)
    }
    if (this.#claimBytes !== 0) {
      throw misuse(this.#name, 'claim() with a claim open', 'commit() or abort() it first')
    }

    const alignedBytes = (recordBytes + STAMP_BYTES + (RECORD_ALIGNMENT - 1)) & -RECORD_ALIGNMENT
    const at = (this.#tail & (this.#capacityUnits - 1)) << UNIT_SHIFT
    const bytesToEnd = this.#capacityBytes - at
    const padBytes = alignedBytes > bytesToEnd ? bytesToEnd : 0
    const end = this.#tail + ((padBytes + alignedBytes) >> UNIT_SHIFT)
    if (((end - this.#intent) | 0) > 0) this.#announce()

    const recordAt = padBytes === 0 ? at : 0
    this.#claimOffset = recordAt
    this.#claimBytes = recordBytes
    this.#claimPadBytes = padBytes
    // In front of the payload, as the stamp behind it: they part while it is being written.
    this.view.setInt32(recordAt + NUMBER_OFFSET, this.#numberLow, true)
    this.view.setInt32(recordAt + NUMBER_OFFSET + 4, this.#numberHigh, true)
    return recordAt + BROADCAST_HEADER_BYTES
  }

  /**
   * The claimed record is complete. It is seen at publish(), or when a quarter of the ring waits.
   */
  commit(type: number): void {
    if (this.#claimBytes === 0) {
      throw misuse(this.#name, 'commit() without a claim', 'claim() first')
    }
    if (type === PADDING_TYPE || (type | 0) !== type) {
      throw misuse(this.#name, `record type ${type}`, 'give it an i32 that is not 0; 0 is padding')
    }
    if (this.#claimPadBytes !== 0) {
      const padOffset = this.#capacityBytes - this.#claimPadBytes
      this.view.setInt32(padOffset + RECORD_LENGTH_OFFSET, this.#claimPadBytes, true)
      this.view.setInt32(padOffset + RECORD_TYPE_OFFSET, PADDING_TYPE, true)
      this.#tail = (this.#tail + (this.#claimPadBytes >> UNIT_SHIFT)) | 0
    }
    const recordAt = this.#claimOffset
    const alignedBytes =
      (this.#claimBytes + STAMP_BYTES + (RECORD_ALIGNMENT - 1)) & -RECORD_ALIGNMENT
    this.view.setInt32(recordAt + RECORD_LENGTH_OFFSET, this.#claimBytes, true)
    this.view.setInt32(recordAt + RECORD_TYPE_OFFSET, type, true)
    this.view.setInt32(recordAt + alignedBytes - STAMP_BYTES, this.#numberLow, true)
    this.#latest = this.#tail
    this.#tail = (this.#tail + (alignedBytes >> UNIT_SHIFT)) | 0
    this.#numberLow = (this.#numberLow + 1) | 0
    if (this.#numberLow === 0) this.#numberHigh = (this.#numberHigh + 1) | 0
    this.#claimBytes = 0
    this.#recordsUnpublished += 1
    // With more than that unseen, a reader that is lapped might find nothing safe to go on with.
    if (((this.#tail - this.#published) | 0) >= this.#capacityUnits >> 2) this.publish()
  }

  /** Forget the claim. It leaves no trace, no padding either. */
  abort(): void {
    if (this.#claimBytes === 0) throw misuse(this.#name, 'abort() without a claim', 'claim() first')
    this.#claimBytes = 0
  }

  /** All that is committed becomes visible at once. Call it at the end of each batch. */
  publish(): void {
    if (this.#tail === this.#published) return
    const counters = this.#counters
    counters[RECORDS_IN_INDEX] = counters[RECORDS_IN_INDEX]! + this.#recordsUnpublished
    this.#recordsUnpublished = 0
    this.#published = this.#tail
    Atomics.store(this.#words, TAIL_INDEX, this.#tail)
    // After TAIL: who finds both equal then knows that nothing was published yet.
    Atomics.store(this.#words, LATEST_INDEX, this.#latest)
    // Never before the stores: a reader that parked in between would have seen the old TAIL.
    const bells = this.#readerBells
    for (let i = 0; i < bells.length; i += 1) bells[i]!.ring()
  }

  get hasUnpublished(): boolean {
    return this.#tail !== this.#published
  }

  /**
   * Before anything is written beyond INTENT: a quarter of the ring, more than a record can take.
   */
  #announce(): void {
    Atomics.store(this.#words, MARKS_INDEX + this.#nextMark, this.#tail)
    this.#nextMark = (this.#nextMark + 1) & (MARKS - 1)
    this.#intent = (this.#tail + (this.#capacityUnits >> 2)) | 0
    Atomics.store(this.#words, INTENT_INDEX, this.#intent)
    // A fence, see above: no store that follows is seen before INTENT.
    Atomics.load(this.#words, INTENT_INDEX)
  }

  /** Counts on from the last number that a predecessor has published. */
  #takeOver(): void {
    let at = this.#latest
    while (at !== this.#tail) {
      const offset = (at & (this.#capacityUnits - 1)) << UNIT_SHIFT
      const recordBytes = this.view.getInt32(offset + RECORD_LENGTH_OFFSET, true)
      let bytes = recordBytes
      if (this.view.getInt32(offset + RECORD_TYPE_OFFSET, true) !== PADDING_TYPE) {
        bytes = (recordBytes + STAMP_BYTES + (RECORD_ALIGNMENT - 1)) & -RECORD_ALIGNMENT
        this.#latest = at
        this.#numberLow = (this.view.getInt32(offset + NUMBER_OFFSET, true) + 1) | 0
        const high = this.view.getInt32(offset + NUMBER_OFFSET + 4, true)
        this.#numberHigh = this.#numberLow === 0 ? (high + 1) | 0 : high
      }
      at = (at + (bytes >> UNIT_SHIFT)) | 0
    }
    Atomics.store(this.#words, LATEST_INDEX, this.#latest)
  }

  /** Where a predecessor began records that nobody will see, ours may begin elsewhere. */
  #dropMarksAheadOfTail(): void {
    for (let mark = MARKS_INDEX; mark < MARKS_INDEX + MARKS; mark += 1) {
      const ahead = (Atomics.load(this.#words, mark) - this.#tail) | 0
      if (ahead > 0) Atomics.store(this.#words, mark, this.#latest)
    }
  }
}
