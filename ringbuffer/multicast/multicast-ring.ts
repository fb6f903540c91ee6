/**
 *                                                    ┌──▶ reader 0 ──▶ ┐
 *   one thread ── claim, commit, publish ──▶ RING ── ┤                 ├──▶ reader 2
 *                                                    └──▶ reader 1 ──▶ ┘
 *
 * A queue of records from one thread to several: each reader sees all of them, in order. Nothing is
 * lost, so the slowest reader stops the producer; full is an answer, not an error. A reader that
 * was told to stay behind others sees a record only when these have released it.
 *
 * Who owns a byte:
 *   claim … publish     the producer, as in a ring with one reader (spsc-ring.ts)
 *   publish … advance   all readers at once, to read in place; nobody may write
 *   advance … release   not this reader any more: copy what is still needed
 *   after release       the readers behind this one; after the last release the producer
 *
 * Each reader has a HEAD of its own. The producer keeps the least of them and looks again when that
 * says full; a reader keeps its limit, TAIL or the least HEAD of those it follows. Who counts is
 * what GATE says (multicast-gate.ts): it is loaded after the HEADs, so that whoever joins after
 * that look starts where no stale copy reaches.
 *
 * A producer before a full ring says which readers it waits for, a bit each. A reader that releases
 * takes its bit away, and the one that takes the last rings: so nobody wakes the producer in vain
 * while a slower reader still holds it up.
 *
 * Hot file: no closure, no allocation, and other threads' words are looked at only when one's own
 * copy runs out.
 */

import type { Doorbell } from '../doorbell.ts'
import { misuse, payloadFault } from '../ring-faults.ts'
import {
  PADDING_TYPE,
  RECORD_ALIGNMENT,
  RECORD_HEADER_BYTES,
  RECORD_LENGTH_OFFSET,
  RECORD_TYPE_OFFSET,
  RECORDS_AT_LEAST,
  UNIT_SHIFT,
} from '../ring-layout.ts'
import { FULL } from '../spsc/spsc-ring.ts'
import { bellsFault, bellsOf, type MulticastBells } from './multicast-bells.ts'
import {
  FULL_COUNT_INDEX,
  GATE_INDEX,
  headIndexOf,
  PROD_WAIT_INDEX,
  RECORDS_IN_INDEX,
  readMulticastForm,
  TAIL_INDEX,
} from './multicast-layout.ts'
import { followersOfTail, lastOf, membersOf } from './multicast-order.ts'

export class MulticastProducer {
  /** Both cover the records; what claim() returns is an offset into them. */
  readonly view: DataView
  readonly bytes: Uint8Array
  /** The longest record, header included. */
  readonly recordBytesMax: number

  readonly #name: string
  readonly #words: Int32Array
  readonly #counters: Float64Array
  readonly #bells: MulticastBells
  readonly #behind: readonly number[]
  readonly #isOrdered: boolean
  readonly #producerBell: Doorbell
  /** Made once: parking then allocates nothing. */
  readonly #mayHaveRoom = (): boolean => !this.isBlocked
  readonly #capacityBytes: number
  readonly #capacityUnits: number

  /** GATE when last looked at, the readers it makes us wait for, and those it makes us ring. */
  #gateSeen = 0
  #gating: readonly number[] = []
  #bellsToRing: readonly Doorbell[] = []

  /** Behind the last committed record; what TAIL says is `#published`. */
  #tail: number
  #published: number
  /** The least HEAD when last looked at. Stale, it makes the ring look fuller, never emptier. */
  #headSeen: number
  /** The open claim: its record's start, its length (0: none is open), the padding before it. */
  #claimOffset = 0
  #claimBytes = 0
  #claimPadBytes = 0
  #recordsUnpublished = 0
  #foundFull = false

  /** Goes on where TAIL stands, so the successor of a dead producer may take over. */
  constructor(memory: SharedArrayBuffer, bells: MulticastBells) {
    const { name, capacityBytes, readers, behind, dataOffset } = readMulticastForm(memory)
    if (bells.readerBells.length !== readers) throw bellsFault(name, bells, readers)
    this.#name = name
    this.#capacityBytes = capacityBytes
    this.#capacityUnits = capacityBytes >> UNIT_SHIFT
    this.recordBytesMax = capacityBytes / RECORDS_AT_LEAST
    this.#bells = bells
    this.#producerBell = bells.producerBell
    this.#behind = behind
    this.#isOrdered = behind.some((set) => set !== 0)
    this.#words = new Int32Array(memory)
    this.#counters = new Float64Array(memory)
    this.view = new DataView(memory, dataOffset, capacityBytes)
    this.bytes = new Uint8Array(memory, dataOffset, capacityBytes)
    this.#tail = Atomics.load(this.#words, TAIL_INDEX)
    this.#published = this.#tail
    this.#headSeen = this.#tail
    this.#regroup(Atomics.load(this.#words, GATE_INDEX))
    this.#lookForRoom(0)
  }

  /**
   * Room for one record: the offset of its payload, to be written in place, or FULL. What lies
   * there is left from an earlier lap. When FULL, all committed records have been published, and
   * the release that may make room rings this thread's doorbell: park with `isBlocked` in hand.
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
    // Never before the store: a reader that parked in between would have seen the old TAIL. And the
    // gate after it too: one whose leader is detached later is rung by whoever detaches that.
    if (this.#isOrdered) this.#gateHasChanged()
    const bells = this.#bellsToRing
    for (let i = 0; i < bells.length; i += 1) bells[i]!.ring()
  }

  get hasUnpublished(): boolean {
    return this.#tail !== this.#published
  }

  /**
   * The last claim was answered FULL, and not all the readers that held it up have released
   * something since. A thread with several things to wait for parks with this among them:
   * `bell.park(timeoutMs, () => !producer.isBlocked || inbox.hasWork())`.
   */
  get isBlocked(): boolean {
    return this.#foundFull && Atomics.load(this.#words, PROD_WAIT_INDEX) !== 0
  }

  /**
   * After FULL: sleep until the readers release something, then claim again, though it may still be
   * too little. False at the timeout. Only for a thread with nothing else to do: one that also
   * reads a ring must go on reading it, or a cycle of full rings stands still for ever.
   */
  waitForRoom(timeoutMs: number): boolean {
    return this.#producerBell.park(timeoutMs, this.#mayHaveRoom)
  }

  #unitsFree(): number {
    return this.#capacityUnits - ((this.#tail - this.#headSeen) | 0)
  }

  /** When the ring seems full. Outside claim(), which stays small enough to be inlined. */
  #findRoom(units: number): boolean {
    const blockers = this.#lookForRoom(units)
    if (units <= this.#unitsFree()) return this.#found()
    this.publish()
    // Say whom we wait for, then look again: a release in between shows here, or sees that we wait.
    Atomics.store(this.#words, PROD_WAIT_INDEX, blockers)
    const stillBlocking = this.#lookForRoom(units)
    if (units <= this.#unitsFree()) {
      Atomics.store(this.#words, PROD_WAIT_INDEX, 0)
      return this.#found()
    }
    // Whoever made room unseen between the first look and the store takes no bit away: do it here.
    // Only take: a bit that is gone was taken by a release after the second look.
    Atomics.and(this.#words, PROD_WAIT_INDEX, stillBlocking)
    this.#foundFull = true
    this.#counters[FULL_COUNT_INDEX] = this.#counters[FULL_COUNT_INDEX]! + 1
    return false
  }

  #found(): boolean {
    this.#foundFull = false
    return true
  }

  /** Looks at the HEADs that count. Returns the set of those that leave no room for `units`. */
  #lookForRoom(units: number): number {
    let blockers: number
    do {
      blockers = 0
      // Where nobody reads, what is published is free.
      let usedMost = (this.#tail - this.#published) | 0
      for (let i = 0; i < this.#gating.length; i += 1) {
        const reader = this.#gating[i]!
        const used = (this.#tail - Atomics.load(this.#words, headIndexOf(reader))) | 0
        if (used > usedMost) usedMost = used
        if (units > this.#capacityUnits - used) blockers |= 1 << reader
      }
      this.#headSeen = (this.#tail - usedMost) | 0
    } while (this.#gateHasChanged())
    return blockers
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
    this.#gating = membersOf(lastOf(gate, this.#behind))
    this.#bellsToRing = bellsOf(followersOfTail(gate, this.#behind), this.#bells)
  }
}
