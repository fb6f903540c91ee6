/**
 *   RING ── peek, advance, release ──▶ one of several threads that all read it
 *
 * The reading end of a multicast ring (multicast-ring.ts). To its thread it is a consumer like that
 * of a ring with one reader; that there are others shows only in when the producer has room, and,
 * if it was told to stay behind some of them, in when a record is there.
 *
 * Hot file, as multicast-ring.ts.
 */

import type { Doorbell } from '../doorbell.ts'
import { corruption, misuse } from '../ring-faults.ts'
import {
  PADDING_TYPE,
  RECORD_ALIGNMENT,
  RECORD_HEADER_BYTES,
  RECORD_LENGTH_OFFSET,
  RECORD_TYPE_OFFSET,
  UNIT_SHIFT,
} from '../ring-layout.ts'
import { EMPTY } from '../spsc/spsc-ring.ts'
import { bellsFault, bellsOf, type MulticastBells } from './multicast-bells.ts'
import {
  GATE_INDEX,
  headIndexOf,
  highMarkIndexOf,
  PROD_WAIT_INDEX,
  readMulticastForm,
  recordsOutIndexOf,
  TAIL_INDEX,
} from './multicast-layout.ts'
import { followersOf, leadersOf, membersOf } from './multicast-order.ts'

export class MulticastReader {
  /** Both cover the records; what peek() returns is an offset into them. */
  readonly view: DataView
  readonly bytes: Uint8Array

  readonly #name: string
  readonly #words: Int32Array
  readonly #counters: Float64Array
  readonly #bells: MulticastBells
  readonly #producerBell: Doorbell
  readonly #behind: readonly number[]
  readonly #isFollowed: boolean
  readonly #capacityUnits: number
  readonly #reader: number
  readonly #bit: number
  readonly #headIndex: number
  readonly #recordsOutIndex: number
  readonly #highMarkIndex: number

  /** GATE when last looked at, the readers it puts before us, and the bells of those behind us. */
  #gateSeen = 0
  #leaders: readonly number[] = []
  #bellsToRing: readonly Doorbell[] = []

  /** The next record to peek at; what HEAD says is `#released`. */
  #head: number
  #released: number
  /** The limit when last looked at. Stale, it makes the ring look emptier, never fuller. */
  #limitSeen: number
  /** Of the peeked record. Units 0: none is peeked. */
  #peekedUnits = 0
  #recordType = 0
  #payloadBytes = 0
  #recordsUnreleased = 0

  /**
   * Goes on where the HEAD of `reader` stands: what a dead predecessor read and did not release is
   * read again. Throws where that reader is detached: nobody kept the records for it.
   */
  constructor(memory: SharedArrayBuffer, reader: number, bells: MulticastBells) {
    const { name, capacityBytes, readers, behind, dataOffset } = readMulticastForm(memory)
    if (bells.readerBells.length !== readers) throw bellsFault(name, bells, readers)
    if (!(reader in behind)) {
      throw misuse(name, `there is no reader ${reader}`, `give it one of 0 to ${readers - 1}`)
    }
    this.#name = name
    this.#capacityUnits = capacityBytes >> UNIT_SHIFT
    this.#bells = bells
    this.#producerBell = bells.producerBell
    this.#behind = behind
    this.#reader = reader
    this.#bit = 1 << reader
    this.#isFollowed = behind.some((set) => (set & this.#bit) !== 0)
    this.#headIndex = headIndexOf(reader)
    this.#recordsOutIndex = recordsOutIndexOf(reader)
    this.#highMarkIndex = highMarkIndexOf(reader)
    this.#words = new Int32Array(memory)
    this.#counters = new Float64Array(memory)
    this.view = new DataView(memory, dataOffset, capacityBytes)
    this.bytes = new Uint8Array(memory, dataOffset, capacityBytes)
    this.#regroup(Atomics.load(this.#words, GATE_INDEX))
    if ((this.#gateSeen & this.#bit) === 0) {
      throw misuse(name, `reader ${reader} is detached`, 'let its supervisor attach it first')
    }
    this.#head = Atomics.load(this.#words, this.#headIndex)
    this.#released = this.#head
    this.#limitSeen = this.#head
  }

  /** The offset of the next record's payload, or EMPTY. Takes nothing: twice shows the same. */
  peek(): number {
    while (this.#head !== this.#limitSeen || this.#lookAgain()) {
      const at = (this.#head & (this.#capacityUnits - 1)) << UNIT_SHIFT
      const recordBytes = this.view.getInt32(at + RECORD_LENGTH_OFFSET, true)
      const type = this.view.getInt32(at + RECORD_TYPE_OFFSET, true)
      const units = (recordBytes + (RECORD_ALIGNMENT - 1)) >> UNIT_SHIFT
      if (recordBytes < RECORD_HEADER_BYTES || units > ((this.#limitSeen - this.#head) | 0)) {
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

  /** Done with the peeked record. Releases each quarter of the ring, so that all can work. */
  advance(): void {
    if (this.#peekedUnits === 0) {
      throw misuse(this.#name, 'advance() without a record', 'peek() first')
    }
    this.#head = (this.#head + this.#peekedUnits) | 0
    this.#peekedUnits = 0
    this.#recordsUnreleased += 1
    if (((this.#head - this.#released) | 0) >= this.#capacityUnits >> 2) this.release()
  }

  /** Readers behind this one, and then the producer, may have what was advanced over. */
  release(): void {
    if (this.#head === this.#released) return
    const counters = this.#counters
    counters[this.#recordsOutIndex] = counters[this.#recordsOutIndex]! + this.#recordsUnreleased
    this.#recordsUnreleased = 0
    this.#released = this.#head
    Atomics.store(this.#words, this.#headIndex, this.#head)
    // Never before the store: one that parked in between would have seen the old HEAD.
    if (this.#isFollowed) this.#ringFollowers()
    if ((Atomics.load(this.#words, PROD_WAIT_INDEX) & this.#bit) === 0) return
    const waitedFor = Atomics.and(this.#words, PROD_WAIT_INDEX, ~this.#bit)
    if (waitedFor === this.#bit) this.#producerBell.ring()
  }

  /** A fresh look at the limit, for parking. */
  hasWork(): boolean {
    return this.#unitsReady() !== 0
  }

  #ringFollowers(): void {
    this.#gateHasChanged()
    const bells = this.#bellsToRing
    for (let i = 0; i < bells.length; i += 1) bells[i]!.ring()
  }

  #lookAgain(): boolean {
    const units = this.#unitsReady()
    if (units === 0) return false
    this.#limitSeen = (this.#head + units) | 0
    const depthBytes = units << UNIT_SHIFT
    if (depthBytes > this.#counters[this.#highMarkIndex]!) {
      this.#counters[this.#highMarkIndex] = depthBytes
    }
    return true
  }

  /** How far the limit is ahead of the next record. */
  #unitsReady(): number {
    let units: number
    do {
      units =
        this.#leaders.length === 0
          ? (Atomics.load(this.#words, TAIL_INDEX) - this.#head) | 0
          : this.#capacityUnits
      for (let i = 0; i < this.#leaders.length; i += 1) {
        const head = Atomics.load(this.#words, headIndexOf(this.#leaders[i]!))
        units = Math.min(units, (head - this.#head) | 0)
      }
      // The gate last: a leader that joins it afterwards starts at no less than this limit.
    } while (this.#gateHasChanged())
    // A leader that is just joining may still show a HEAD behind us.
    return Math.max(units, 0)
  }

  #gateHasChanged(): boolean {
    const gate = Atomics.load(this.#words, GATE_INDEX)
    if (gate === this.#gateSeen) return false
    this.#regroup(gate)
    return true
  }

  /** Cold: a reader has left or joined. */
  #regroup(gate: number): void {
    this.#gateSeen = gate
    this.#leaders = membersOf(leadersOf(this.#reader, gate, this.#behind))
    this.#bellsToRing = bellsOf(followersOf(this.#reader, gate, this.#behind), this.#bells)
  }
}
