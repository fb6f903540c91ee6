/**
 *   thread ── claim, commit ──┐
 *   thread ── claim, commit ──┼──▶ RING ── peek, advance, release ──▶ one other thread
 *   thread ── claim, commit ──┘
 *
 * A queue of records from many threads to one: lossless, without a lock, and what one producer
 * sends comes in its order. Full is an answer, not an error.
 *
 * Who owns a byte:
 *   claim … commit      the producer who claimed it, and writes the payload in place; nobody else
 *                       may look, and what others commit behind it waits for it
 *   commit … advance    the consumer, who reads in place; the producer may not touch it
 *   advance … release   nobody: any peek or advance may release it, so copy what is still needed
 *   after release       nobody, and it is zero: it goes to whoever claims it first
 *
 * A claim is a compare-and-exchange of TAIL, committing an Atomics.store of the record's length,
 * releasing one of HEAD; payload and type are plain, and those put them in order. Between claim and
 * commit the ring waits for one thread, and if that one dies it waits for ever: so a claim says
 * beforehand where it will be, and afterwards whose it is, and `unblock` makes padding of it.
 *
 * Dearer than a ring of one producer, by an atomic access for each of these steps: where producers
 * are few and stay, give each its own (spsc-ring.ts).
 *
 * Hot file: no closure, no allocation. HEAD is looked at only when one's own copy runs out.
 */

import type { Doorbell } from '../doorbell.ts'
import { corruption, misuse, payloadFault } from '../ring-faults.ts'
import {
  DATA_OFFSET,
  HEAD_INDEX,
  HIGH_MARK_INDEX,
  PADDING_TYPE,
  RECORD_ALIGNMENT,
  RECORD_HEADER_BYTES,
  RECORD_TYPE_OFFSET,
  RECORDS_AT_LEAST,
  RECORDS_OUT_INDEX,
  TAIL_INDEX,
  UNIT_SHIFT,
} from '../ring-layout.ts'
import { EMPTY, FULL } from '../spsc/spsc-ring.ts'
import { bellsFault, producerNumberFault } from './mpsc-faults.ts'
import {
  bitOf,
  claimant,
  claimWord,
  intentAt,
  intentIndex,
  LENGTHS_INDEX,
  lengthIndex,
  type MpscForm,
  NO_INTENT,
  producerFullIndex,
  producerRecordsIndex,
  RELEASE_INDEX,
  ROOM_WAIT_INDEX,
  readMpscForm,
} from './mpsc-layout.ts'
import { settleDead } from './mpsc-unblock.ts'

export class MpscProducer {
  /** Both cover the records; what claim() returns is an offset into them. */
  readonly view: DataView
  readonly bytes: Uint8Array
  /** The longest record, header included. */
  readonly recordBytesMax: number
  readonly number: number

  readonly #name: string
  readonly #words: Int32Array
  readonly #counters: Float64Array
  readonly #consumerBell: Doorbell
  readonly #producerBell: Doorbell
  /** Made once: parking then allocates nothing. */
  readonly #mayHaveRoom = (): boolean => !this.isBlocked
  readonly #capacityUnits: number
  readonly #intentIndex: number
  readonly #recordsIndex: number
  readonly #fullIndex: number
  /** In ROOM_WAIT. */
  readonly #bit: number

  /** HEAD when last looked at. Stale, it makes the ring look fuller than it is, never emptier. */
  #headSeen: number
  /** The open claim: its record's start and its length (0: none is open). */
  #claimOffset = 0
  #claimBytes = 0

  /**
   * The bell is this thread's, and the consumer has it under the same number. Throws where the
   * number is none of this ring's, is another's, or was a dead one's that was not unblocked.
   */
  constructor(
    memory: SharedArrayBuffer,
    number: number,
    bells: { readonly consumerBell: Doorbell; readonly producerBell: Doorbell },
  ) {
    const { name, capacityBytes, producersMax } = readMpscForm(memory)
    const fault = producerNumberFault(name, number, producersMax)
    if (fault !== undefined) throw fault
    this.number = number
    this.#name = name
    this.#capacityUnits = capacityBytes >> UNIT_SHIFT
    this.recordBytesMax = capacityBytes / RECORDS_AT_LEAST
    this.#consumerBell = bells.consumerBell
    this.#producerBell = bells.producerBell
    this.#words = new Int32Array(memory)
    this.#counters = new Float64Array(memory)
    this.view = new DataView(memory, DATA_OFFSET, capacityBytes)
    this.bytes = new Uint8Array(memory, DATA_OFFSET, capacityBytes)
    this.#intentIndex = intentIndex(capacityBytes, number)
    this.#recordsIndex = producerRecordsIndex(capacityBytes, number)
    this.#fullIndex = producerFullIndex(capacityBytes, number)
    this.#bit = bitOf(number)
    this.#headSeen = Atomics.load(this.#words, HEAD_INDEX)
    if (Atomics.load(this.#words, this.#intentIndex) !== NO_INTENT) {
      const cause = `producer ${number} has a claim open, or died with one`
      throw misuse(name, cause, 'take another number, or let the consumer unblock() this one first')
    }
    Atomics.and(this.#words, ROOM_WAIT_INDEX, ~this.#bit) // a predecessor waits no more
  }

  /**
   * Room for one record: the offset of its payload, to be written in place, or FULL. What lies
   * there is zero. Commit or abort it soon: until then the consumer reads nothing that lies behind
   * it. When FULL, the consumer's next release rings this thread's doorbell: park with `isBlocked`
   * in hand.
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

    const words = this.#words
    const units = (recordBytes + (RECORD_ALIGNMENT - 1)) >> UNIT_SHIFT
    for (;;) {
      const tail = Atomics.load(words, TAIL_INDEX)
      const atUnits = tail & (this.#capacityUnits - 1)
      const unitsToEnd = this.#capacityUnits - atUnits
      const isPadding = units > unitsToEnd
      const unitsWanted = isPadding ? unitsToEnd + units : units
      if (unitsWanted > this.#unitsFree(tail) && !this.#findRoom(tail, unitsWanted)) return FULL

      // Before TAIL moves: who dies right behind that is known by this (mpsc-unblock.ts).
      Atomics.store(words, this.#intentIndex, intentAt(tail))
      const unitsTaken = isPadding ? unitsToEnd : units
      const tailNext = (tail + unitsTaken) | 0
      if (Atomics.compareExchange(words, TAIL_INDEX, tail, tailNext) !== tail) continue
      const length = LENGTHS_INDEX + (atUnits << 1)
      if (isPadding) {
        Atomics.store(words, length, unitsTaken << UNIT_SHIFT) // its type is zero already
        // What another committed behind it was rung for when the consumer could not come to it.
        this.#consumerBell.ring()
        continue
      }
      Atomics.store(words, length, claimWord(units, this.number))
      this.#claimOffset = atUnits << UNIT_SHIFT
      this.#claimBytes = recordBytes
      return this.#claimOffset + RECORD_HEADER_BYTES
    }
  }

  /** The claimed record is complete, and the consumer may see it. */
  commit(type: number): void {
    if (this.#claimBytes === 0) {
      throw misuse(this.#name, 'commit() without a claim', 'claim() first')
    }
    if (type === PADDING_TYPE || (type | 0) !== type) {
      throw misuse(this.#name, `record type ${type}`, 'give it an i32 that is not 0; 0 is padding')
    }
    const counters = this.#counters
    counters[this.#recordsIndex] = counters[this.#recordsIndex]! + 1
    this.#finish(type, this.#claimBytes)
  }

  /** Forget the claim. Its room is taken all the same, and becomes padding. */
  abort(): void {
    if (this.#claimBytes === 0) throw misuse(this.#name, 'abort() without a claim', 'claim() first')
    this.#finish(PADDING_TYPE, (this.#claimBytes + (RECORD_ALIGNMENT - 1)) & -RECORD_ALIGNMENT)
  }

  /**
   * A claim was answered FULL, and the consumer has released nothing since. A thread with
   * several things to wait for parks with this among them:
   * `bell.park(timeoutMs, () => !producer.isBlocked || inbox.hasWork())`.
   */
  get isBlocked(): boolean {
    return (Atomics.load(this.#words, ROOM_WAIT_INDEX) & this.#bit) !== 0
  }

  /**
   * After FULL: sleep until the consumer releases something, then claim again, though others may
   * have been faster, or it may still be too little. False at the timeout. Only for a thread with
   * nothing else to do: one that also reads a ring must go on reading it, or a cycle of full rings
   * stands still for ever.
   */
  waitForRoom(timeoutMs: number): boolean {
    return this.#producerBell.park(timeoutMs, this.#mayHaveRoom)
  }

  #finish(type: number, lengthBytes: number): void {
    const offset = this.#claimOffset
    this.view.setInt32(offset + RECORD_TYPE_OFFSET, type, true)
    this.#claimBytes = 0
    Atomics.store(this.#words, LENGTHS_INDEX + (offset >> 2), lengthBytes)
    Atomics.store(this.#words, this.#intentIndex, NO_INTENT)
    // Never before the length: a consumer that parked in between would have seen the claim.
    this.#consumerBell.ring()
  }

  #unitsFree(tail: number): number {
    return this.#capacityUnits - ((tail - this.#headSeen) | 0)
  }

  /** When the ring seems full. Outside claim(), which stays small. */
  #findRoom(tail: number, units: number): boolean {
    this.#headSeen = Atomics.load(this.#words, HEAD_INDEX)
    if (units <= this.#unitsFree(tail)) return true
    // Say that we wait, then look again: a release in between shows here, or sees that we wait.
    Atomics.or(this.#words, ROOM_WAIT_INDEX, this.#bit)
    this.#headSeen = Atomics.load(this.#words, HEAD_INDEX)
    if (units <= this.#unitsFree(tail)) {
      Atomics.and(this.#words, ROOM_WAIT_INDEX, ~this.#bit)
      return true
    }
    // Of an attempt that another was faster than.
    Atomics.store(this.#words, this.#intentIndex, NO_INTENT)
    this.#counters[this.#fullIndex] = this.#counters[this.#fullIndex]! + 1
    return false
  }
}

export class MpscConsumer {
  /** Both cover the records; what peek() returns is an offset into them. */
  readonly view: DataView
  readonly bytes: Uint8Array

  readonly #form: MpscForm
  readonly #words: Int32Array
  readonly #counters: Float64Array
  /** The records once more: a unit is a double wide, and zero is zero. */
  readonly #units: Float64Array
  readonly #producerBells: readonly Doorbell[]
  readonly #capacityUnits: number

  /** The next record to peek at; what HEAD says is `#released`. */
  #head: number
  #released: number
  /** Of the peeked record. Units 0: none is peeked. */
  #peekedUnits = 0
  #recordType = 0
  #payloadBytes = 0
  #recordsUnreleased = 0
  /** Whom unblock() was told of and has not settled: a bit each. */
  #dead = 0

  /**
   * Goes on where HEAD stands: what a dead predecessor read and did not release is read again. The
   * bells are the producers', number 1 first.
   */
  constructor(memory: SharedArrayBuffer, bells: { readonly producerBells: readonly Doorbell[] }) {
    const form = readMpscForm(memory)
    if (bells.producerBells.length !== form.producersMax) {
      throw bellsFault(form.name, bells.producerBells.length, form.producersMax)
    }
    this.#form = form
    this.#capacityUnits = form.capacityBytes >> UNIT_SHIFT
    this.#producerBells = bells.producerBells
    this.#words = new Int32Array(memory)
    this.#counters = new Float64Array(memory)
    this.#units = new Float64Array(memory, DATA_OFFSET, this.#capacityUnits)
    this.view = new DataView(memory, DATA_OFFSET, form.capacityBytes)
    this.bytes = new Uint8Array(memory, DATA_OFFSET, form.capacityBytes)
    this.#released = Atomics.load(this.#words, HEAD_INDEX)
    this.#head = Atomics.load(this.#words, RELEASE_INDEX)
    // What a predecessor had begun when it died: a release, and waking those it had asked.
    if (this.#head !== this.#released) this.#giveBack()
    for (const bell of bells.producerBells) bell.wake()
  }

  /**
   * The offset of the next record's payload, or EMPTY: nothing is there, or it is not committed
   * yet. Takes nothing: twice shows the same.
   */
  peek(): number {
    for (;;) {
      const at = (this.#head & (this.#capacityUnits - 1)) << UNIT_SHIFT
      const recordBytes = Atomics.load(this.#words, LENGTHS_INDEX + (at >> 2))
      if (recordBytes <= 0) return EMPTY
      const units = (recordBytes + (RECORD_ALIGNMENT - 1)) >> UNIT_SHIFT
      if (recordBytes < RECORD_HEADER_BYTES || units > this.#capacityUnits - (at >> UNIT_SHIFT)) {
        throw corruption(this.#form.name, at, recordBytes)
      }
      const type = this.view.getInt32(at + RECORD_TYPE_OFFSET, true)
      if (type !== PADDING_TYPE) {
        this.#recordType = type
        this.#payloadBytes = recordBytes - RECORD_HEADER_BYTES
        this.#peekedUnits = units
        return at + RECORD_HEADER_BYTES
      }
      this.#step(units)
    }
  }

  get recordType(): number {
    return this.#recordType
  }

  get payloadBytes(): number {
    return this.#payloadBytes
  }

  /** Done with the peeked record. Releases each quarter of the ring, so that all ends can work. */
  advance(): void {
    const units = this.#peekedUnits
    if (units === 0) {
      throw misuse(this.#form.name, 'advance() without a record', 'peek() first')
    }
    this.#peekedUnits = 0
    this.#recordsUnreleased += 1
    this.#step(units)
  }

  /** Producers may claim what was advanced over. Call it at the end of each batch. */
  release(): void {
    if (this.#head === this.#released) return
    const counters = this.#counters
    counters[RECORDS_OUT_INDEX] = counters[RECORDS_OUT_INDEX]! + this.#recordsUnreleased
    this.#recordsUnreleased = 0
    const depthBytes = ((Atomics.load(this.#words, TAIL_INDEX) - this.#released) | 0) << UNIT_SHIFT
    if (depthBytes > counters[HIGH_MARK_INDEX]!) counters[HIGH_MARK_INDEX] = depthBytes
    // A successor would find a part of it zero, and wait there for ever: so say how far it goes.
    Atomics.store(this.#words, RELEASE_INDEX, this.#head)
    this.#giveBack()
  }

  /** A fresh look at the next record, for parking. */
  hasWork(): boolean {
    return Atomics.load(this.#words, lengthIndex(this.#head, this.#capacityUnits)) > 0
  }

  /** The producer whose claim stands before all that is committed behind it, or 0. */
  get waitsFor(): number {
    const word = Atomics.load(this.#words, lengthIndex(this.#head, this.#capacityUnits))
    return word < 0 ? claimant(word) : 0
  }

  /**
   * After a supervisor has seen the `exit` of a producer's thread, and not before: what that one
   * claimed and did not commit becomes padding. True: its number is free for a successor. False:
   * another is claiming at the same place, or died there and is still to be unblocked: peek on, and
   * call it again. A successor of this consumer has to be told again what was not answered true.
   * To tell this thread, wake() its doorbell: the dead one may have left a ring half done.
   */
  unblock(number: number): boolean {
    const { name, producersMax } = this.#form
    const fault = producerNumberFault(name, number, producersMax)
    if (fault !== undefined) throw fault
    this.#dead |= bitOf(number)
    const deceased = { number, dead: this.#dead, head: this.#head }
    const isSettled = settleDead(this.#words, this.#form, deceased)
    if (isSettled) this.#dead &= ~bitOf(number)
    return isSettled
  }

  /** Over a record or padding: of padding too there may be more than a ring in a row. */
  #step(units: number): void {
    this.#head = (this.#head + units) | 0
    if (((this.#head - this.#released) | 0) >= this.#capacityUnits >> 2) this.release()
  }

  /** Zeroes what lies up to `#head`, and moves HEAD there. */
  #giveBack(): void {
    const from = this.#released & (this.#capacityUnits - 1)
    const to = from + ((this.#head - this.#released) | 0)
    // All of it, not only lengths: records of the next lap begin elsewhere.
    this.#units.fill(0, from, Math.min(to, this.#capacityUnits))
    if (to > this.#capacityUnits) this.#units.fill(0, 0, to - this.#capacityUnits)
    this.#released = this.#head
    Atomics.store(this.#words, HEAD_INDEX, this.#head)
    // Never before the store: a producer that said so in between would have seen the old HEAD.
    if (Atomics.load(this.#words, ROOM_WAIT_INDEX) !== 0) this.#wakeWaiting()
  }

  /** All of them, since who dies or goes elsewhere when it is woken would pass nothing on. */
  #wakeWaiting(): void {
    let waiting = Atomics.exchange(this.#words, ROOM_WAIT_INDEX, 0)
    while (waiting !== 0) {
      const index = 31 - Math.clz32(waiting)
      this.#producerBells[index]!.ring()
      waiting &= ~(1 << index)
    }
  }
}
