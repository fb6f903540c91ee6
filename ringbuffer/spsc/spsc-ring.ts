/**
 *   one thread ── claim, commit, publish ──▶ RING ── peek, advance, release ──▶ one other thread
 *
 * A queue of records between two threads: in order, lossless, without a lock. Full is an answer,
 * not an error.
 *
 * Who owns a byte:
 *   claim … commit      the producer, who writes the payload in place; nobody else may look
 *   commit … publish    the producer, but it writes there no more
 *   publish … advance   the consumer, who reads in place; the producer may not touch it
 *   advance … release   nobody: any advance may release it, so copy what is still needed
 *   after release       the producer, for the next lap
 *
 * Publishing and releasing are one Atomics.store each, of TAIL and of HEAD; all other stores to the
 * ring are plain, and those two put them in order. A producer that dies between claim and publish
 * leaves no trace.
 *
 * Hot file: no closure, no allocation, and the other thread's word is looked at only when one's own
 * copy runs out.
 */

import type { Bell } from '../doorbell.ts'
import { corruption, misuse, payloadFault } from '../ring-faults.ts'
import {
  DATA_OFFSET,
  FULL_COUNT_INDEX,
  HEAD_INDEX,
  HIGH_MARK_INDEX,
  PADDING_TYPE,
  PROD_WAIT_INDEX,
  RECORD_ALIGNMENT,
  RECORD_HEADER_BYTES,
  RECORD_LENGTH_OFFSET,
  RECORD_TYPE_OFFSET,
  RECORDS_AT_LEAST,
  RECORDS_IN_INDEX,
  RECORDS_OUT_INDEX,
  readForm,
  TAIL_INDEX,
  UNIT_SHIFT,
} from '../ring-layout.ts'

/** What claim() answers when there is no room. */
export const FULL = -1
/** What peek() answers when nothing is there. */
export const EMPTY = -1

export class RingProducer {
  /** All cover the records; what claim() returns is an offset into them, of `longs` eight times an index. */
  readonly view: DataView
  readonly bytes: Uint8Array
  readonly longs: BigInt64Array
  /** The longest record, header included. */
  readonly recordBytesMax: number

  readonly #name: string
  readonly #words: Int32Array
  readonly #counters: Float64Array
  readonly #consumerBell: Bell
  readonly #producerBell: Bell
  /** Made once: parking then allocates nothing. */
  readonly #mayHaveRoom = (): boolean => !this.isBlocked
  readonly #capacityBytes: number
  readonly #capacityUnits: number

  /** Behind the last committed record; what TAIL says is `#published`. */
  #tail: number
  #published: number
  /** HEAD when last looked at. Stale, it makes the ring look fuller than it is, never emptier. */
  #headSeen: number
  /** The open claim: its record's start, its length (0: none is open), the padding before it. */
  #claimOffset = 0
  #claimBytes = 0
  #claimPadBytes = 0
  #recordsUnpublished = 0
  #foundFull = false

  /** Goes on where TAIL stands, so the successor of a dead producer may take over. */
  constructor(
    memory: SharedArrayBuffer,
    bells: { readonly consumerBell: Bell; readonly producerBell: Bell },
  ) {
    const { name, capacityBytes } = readForm(memory)
    this.#name = name
    this.#capacityBytes = capacityBytes
    this.#capacityUnits = capacityBytes >> UNIT_SHIFT
    this.recordBytesMax = capacityBytes / RECORDS_AT_LEAST
    this.#consumerBell = bells.consumerBell
    this.#producerBell = bells.producerBell
    this.#words = new Int32Array(memory)
    this.#counters = new Float64Array(memory)
    this.view = new DataView(memory, DATA_OFFSET, capacityBytes)
    this.bytes = new Uint8Array(memory, DATA_OFFSET, capacityBytes)
    this.longs = new BigInt64Array(memory, DATA_OFFSET, capacityBytes >> UNIT_SHIFT)
    this.#tail = Atomics.load(this.#words, TAIL_INDEX)
    this.#published = this.#tail
    this.#headSeen = Atomics.load(this.#words, HEAD_INDEX)
  }

  /**
   * Room for one record: the offset of its payload, to be written in place, or FULL. What lies there is left from an earlier
   * lap. When FULL, all that is committed has been published, and the next release rings this thread's bell: see `isBlocked`.
   */
  claim(payloadBytes: number): number {
    const recordBytes = RECORD_HEADER_BYTES + payloadBytes
    const isSize = (payloadBytes | 0) === payloadBytes && payloadBytes >= 0
    if (!isSize || recordBytes > this.recordBytesMax) {
      throw payloadFault(this.#name, payloadBytes, this.recordBytesMax)
    }
    if (this.#claimBytes !== 0) {
      throw misuse(this.#name, 'claim() with a claim open', 'commit() or abort() it first')
    }

    const alignedBytes = (recordBytes + (RECORD_ALIGNMENT - 1)) & -RECORD_ALIGNMENT
    const at = (this.#tail & (this.#capacityUnits - 1)) << UNIT_SHIFT
    const bytesToEnd = this.#capacityBytes - at
    const padBytes = alignedBytes > bytesToEnd ? bytesToEnd : 0
    const units = (padBytes + alignedBytes) >> UNIT_SHIFT
    if (units > this.#unitsFree() && !this.#findRoom(units)) return FULL

    this.#claimOffset = padBytes === 0 ? at : 0
    this.#claimBytes = recordBytes
    this.#claimPadBytes = padBytes
    return this.#claimOffset + RECORD_HEADER_BYTES
  }

  /** The claimed record is complete. Nobody sees it before publish(). */
  commit(type: number): void {
    if (this.#claimBytes === 0) {
      throw misuse(this.#name, 'commit() without a claim', 'claim() first')
    }
    if (type === PADDING_TYPE || (type | 0) !== type) {
      throw misuse(this.#name, `record type ${type}`, 'give it an i32 that is not 0; 0 is padding')
    }
    let tail = this.#tail
    if (this.#claimPadBytes !== 0) {
      const padOffset = this.#capacityBytes - this.#claimPadBytes
      this.view.setInt32(padOffset + RECORD_LENGTH_OFFSET, this.#claimPadBytes, true)
      this.view.setInt32(padOffset + RECORD_TYPE_OFFSET, PADDING_TYPE, true)
      tail += this.#claimPadBytes >> UNIT_SHIFT
    }
    this.view.setInt32(this.#claimOffset + RECORD_LENGTH_OFFSET, this.#claimBytes, true)
    this.view.setInt32(this.#claimOffset + RECORD_TYPE_OFFSET, type, true)
    this.#tail = (tail + ((this.#claimBytes + (RECORD_ALIGNMENT - 1)) >> UNIT_SHIFT)) | 0
    this.#claimBytes = 0
    this.#recordsUnpublished += 1
  }

  /**
   * How many bytes of whole records append() takes now, before the ring's end or its reader. 0 may mean that there is room
   * behind the end: claim() finds it.
   */
  get appendableBytes(): number {
    const at = (this.#tail & (this.#capacityUnits - 1)) << UNIT_SHIFT
    if (this.#unitsFree() < this.#capacityUnits >> 1) {
      this.#headSeen = Atomics.load(this.#words, HEAD_INDEX)
    }
    return Math.min(this.#unitsFree() << UNIT_SHIFT, this.#capacityBytes - at)
  }

  /**
   * Appends `records` whole records that stand in `bytes` as in a ring (ring-layout.ts), in [from, end): at most
   * `appendableBytes`. Nobody sees them before publish(). The bytes stay the caller's.
   */
  append(bytes: Uint8Array, from: number, end: number, records: number): void {
    const length = end - from
    if (this.#claimBytes !== 0) {
      throw misuse(this.#name, 'append() with a claim open', 'commit() or abort() it first')
    }
    if (length > this.appendableBytes || length % RECORD_ALIGNMENT !== 0) {
      throw misuse(this.#name, `append() of ${length} B`, 'ask for appendableBytes first')
    }
    const at = (this.#tail & (this.#capacityUnits - 1)) << UNIT_SHIFT
    this.bytes.set(bytes.subarray(from, end), at)
    this.#tail = (this.#tail + (length >> UNIT_SHIFT)) | 0
    this.#recordsUnpublished += records
  }

  /** Forget the claim. It leaves no trace, no padding either. */
  abort(): void {
    if (this.#claimBytes === 0) throw misuse(this.#name, 'abort() without a claim', 'claim() first')
    this.#claimBytes = 0
  }

  /** All that is committed becomes visible at once. Call it at the end of each batch. */
  publish(): void {
    if (this.#tail === this.#published) return
    Atomics.store(this.#words, TAIL_INDEX, this.#tail)
    // Never before the store: a consumer that parked in between would have seen the old TAIL.
    this.#consumerBell.ring()
    this.#published = this.#tail
    // Last: nobody waits for the count.
    const counters = this.#counters
    counters[RECORDS_IN_INDEX] = counters[RECORDS_IN_INDEX]! + this.#recordsUnpublished
    this.#recordsUnpublished = 0
  }

  get hasUnpublished(): boolean {
    return this.#tail !== this.#published
  }

  /**
   * The last claim was answered FULL, and the consumer has released nothing since. Whoever waits for several things parks with
   * this among them: `bell.park(timeoutMs, () => !producer.isBlocked || inbox.hasWork())`.
   */
  get isBlocked(): boolean {
    return this.#foundFull && Atomics.load(this.#words, PROD_WAIT_INDEX) !== 0
  }

  /**
   * After FULL: sleep until the consumer releases something, then claim again, though it may still be too little. False at
   * the timeout. Only for a thread with nothing else to do: one that also reads a ring must go on reading it, or a cycle of full
   * rings stands still for ever.
   */
  waitForRoom(timeoutMs: number): boolean {
    return this.#producerBell.park(timeoutMs, this.#mayHaveRoom)
  }

  #unitsFree(): number {
    return this.#capacityUnits - ((this.#tail - this.#headSeen) | 0)
  }

  /** When the ring seems full. Outside claim(), which stays small enough to be inlined. */
  #findRoom(units: number): boolean {
    this.#headSeen = Atomics.load(this.#words, HEAD_INDEX)
    if (units <= this.#unitsFree()) return this.#found()
    this.publish()
    // Say that we wait, then look again: a release in between shows here, or sees that we wait.
    Atomics.store(this.#words, PROD_WAIT_INDEX, 1)
    this.#headSeen = Atomics.load(this.#words, HEAD_INDEX)
    if (units <= this.#unitsFree()) {
      Atomics.store(this.#words, PROD_WAIT_INDEX, 0)
      return this.#found()
    }
    this.#foundFull = true
    this.#counters[FULL_COUNT_INDEX] = this.#counters[FULL_COUNT_INDEX]! + 1
    return false
  }

  #found(): boolean {
    this.#foundFull = false
    return true
  }
}

export class RingConsumer {
  /** Both cover the records; what peek() returns is an offset into them. */
  readonly view: DataView
  readonly bytes: Uint8Array

  readonly #name: string
  readonly #words: Int32Array
  readonly #counters: Float64Array
  readonly #producerBell: Bell
  readonly #capacityUnits: number

  /** The next record to peek at; what HEAD says is `#released`. */
  #head: number
  #released: number
  /** TAIL when last looked at. Stale, it makes the ring look emptier than it is, never fuller. */
  #tailSeen: number
  /** Of the peeked record. Units 0: none is peeked. */
  #peekedUnits = 0
  #recordType = 0
  #payloadBytes = 0
  #runRecords = 0
  #recordsUnreleased = 0

  /** Goes on where HEAD stands: what a dead predecessor read and did not release is read again. */
  constructor(memory: SharedArrayBuffer, bells: { readonly producerBell: Bell }) {
    const { name, capacityBytes } = readForm(memory)
    this.#name = name
    this.#capacityUnits = capacityBytes >> UNIT_SHIFT
    this.#producerBell = bells.producerBell
    this.#words = new Int32Array(memory)
    this.#counters = new Float64Array(memory)
    this.view = new DataView(memory, DATA_OFFSET, capacityBytes)
    this.bytes = new Uint8Array(memory, DATA_OFFSET, capacityBytes)
    this.#head = Atomics.load(this.#words, HEAD_INDEX)
    this.#released = this.#head
    this.#tailSeen = this.#head
  }

  /** The offset of the next record's payload, or EMPTY. Takes nothing: twice shows the same. */
  peek(): number {
    while (this.#head !== this.#tailSeen || this.#lookAgain()) {
      const at = (this.#head & (this.#capacityUnits - 1)) << UNIT_SHIFT
      const recordBytes = this.view.getInt32(at + RECORD_LENGTH_OFFSET, true)
      const type = this.view.getInt32(at + RECORD_TYPE_OFFSET, true)
      const units = (recordBytes + (RECORD_ALIGNMENT - 1)) >> UNIT_SHIFT
      if (recordBytes < RECORD_HEADER_BYTES || units > ((this.#tailSeen - this.#head) | 0)) {
        throw corruption(this.#name, at, recordBytes)
      }
      if (type !== PADDING_TYPE) {
        this.#recordType = type
        this.#payloadBytes = recordBytes - RECORD_HEADER_BYTES
        this.#peekedUnits = units
        return at + RECORD_HEADER_BYTES
      }
      this.#head = (this.#head + units) | 0
    }
    return EMPTY
  }

  get recordType(): number {
    return this.#recordType
  }

  get payloadBytes(): number {
    return this.#payloadBytes
  }

  /** Done with the peeked record. Releases each quarter of the ring, so that both ends can work. */
  advance(): void {
    if (this.#peekedUnits === 0) {
      throw misuse(this.#name, 'advance() without a record', 'peek() first')
    }
    this.#head = (this.#head + this.#peekedUnits) | 0
    this.#peekedUnits = 0
    this.#recordsUnreleased += 1
    if (((this.#head - this.#released) | 0) >= this.#capacityUnits >> 2) this.release()
  }

  /**
   * The offset of the next record, its own header first, and with it as many more behind it as lie there in a row and make at
   * most `bytesMax` bytes, padding included, and `recordsMax` records: `runBytes` says how many bytes that are, 0 where the first
   * alone is longer. EMPTY: there is none. Takes nothing; `advance` is not for what is seen here, `advanceRun` is.
   */
  peekRun(bytesMax: number, recordsMax: number): number {
    const first = this.peek()
    if (first === EMPTY) return EMPTY
    const at = first - RECORD_HEADER_BYTES
    const unitsMax = bytesMax >> UNIT_SHIFT
    const unitsSeen = (this.#tailSeen - this.#head) | 0
    // Up to the ring's end records lie in a row.
    const unitsHere = Math.min(unitsSeen, this.#capacityUnits - (at >> UNIT_SHIFT), unitsMax)
    let units = 0
    let records = 0
    while (units < unitsHere && records < recordsMax) {
      const recordAt = at + (units << UNIT_SHIFT)
      const recordBytes = this.view.getInt32(recordAt + RECORD_LENGTH_OFFSET, true)
      const recordUnits = (recordBytes + (RECORD_ALIGNMENT - 1)) >> UNIT_SHIFT
      if (recordBytes < RECORD_HEADER_BYTES || recordUnits > unitsSeen - units) {
        throw corruption(this.#name, recordAt, recordBytes)
      }
      if (units + recordUnits > unitsHere) break
      if (this.view.getInt32(recordAt + RECORD_TYPE_OFFSET, true) === PADDING_TYPE) break
      units += recordUnits
      records++
    }
    this.#peekedUnits = units
    this.#runRecords = records
    return at
  }

  get runBytes(): number {
    return this.#peekedUnits << UNIT_SHIFT
  }

  get runRecords(): number {
    return this.#runRecords
  }

  /** Done with all that `peekRun` has shown. */
  advanceRun(): void {
    if (this.#peekedUnits === 0) {
      throw misuse(this.#name, 'advanceRun() without a record', 'peekRun() first')
    }
    this.#recordsUnreleased += this.#runRecords - 1
    this.advance()
  }

  /** The producer may overwrite what was advanced over. Call it at the end of each batch. */
  release(): void {
    if (this.#head === this.#released) return
    const counters = this.#counters
    counters[RECORDS_OUT_INDEX] = counters[RECORDS_OUT_INDEX]! + this.#recordsUnreleased
    this.#recordsUnreleased = 0
    this.#released = this.#head
    Atomics.store(this.#words, HEAD_INDEX, this.#head)
    // Never before the store: a producer that said so in between would have seen the old HEAD.
    if (Atomics.load(this.#words, PROD_WAIT_INDEX) === 0) return
    Atomics.store(this.#words, PROD_WAIT_INDEX, 0)
    this.#producerBell.ring()
  }

  /** A fresh look at TAIL, for parking. */
  hasWork(): boolean {
    return this.#head !== Atomics.load(this.#words, TAIL_INDEX)
  }

  #lookAgain(): boolean {
    this.#tailSeen = Atomics.load(this.#words, TAIL_INDEX)
    const depthBytes = ((this.#tailSeen - this.#head) | 0) << UNIT_SHIFT
    if (depthBytes === 0) return false
    // Here, not at the producer: its stale head would make nearly every ring look full once.
    if (depthBytes > this.#counters[HIGH_MARK_INDEX]!) this.#counters[HIGH_MARK_INDEX] = depthBytes
    return true
  }
}
