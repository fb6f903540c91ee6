/**
 * Multicast rings in many orders of access (interleaver.ts), readers leaving and joining in the
 * middle of what others do: each sees all, whole and in order, nobody overtakes whom it is behind,
 * and when all sleep there is nothing left to do.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allocateDoorbell, Doorbell } from '../../ringbuffer/doorbell.ts'
import { allocateMulticastRing } from '../../ringbuffer/multicast/allocate-multicast-ring.ts'
import { MulticastGate } from '../../ringbuffer/multicast/multicast-gate.ts'
import {
  GATE_INDEX,
  headIndexOf,
  readMulticastForm,
} from '../../ringbuffer/multicast/multicast-layout.ts'
import { membersOf } from '../../ringbuffer/multicast/multicast-order.ts'
import { MulticastReader } from '../../ringbuffer/multicast/multicast-reader.ts'
import { MulticastProducer } from '../../ringbuffer/multicast/multicast-ring.ts'
import { EMPTY, FULL } from '../../ringbuffer/spsc/spsc-ring.ts'
import { type End, Interleaver } from './interleaver.ts'

const RECORDS = 150
const ORDERS: readonly (readonly (readonly number[])[])[] = [
  [[]],
  [[], []],
  [[], [0]],
  [[], [], [0, 1]],
  [[], [0], [1]],
]

/** Wakes an end of the interleaver. */
class WakingBell extends Doorbell {
  end: End | undefined

  constructor() {
    super(allocateDoorbell())
  }

  override ring(): void {
    this.end!.isAwake = true
  }
}

/** One reader's thread, or none where it is detached. */
interface Seat {
  readonly end: End
  reader: MulticastReader | undefined
  /** The number expected next; undefined after it has joined. */
  next: number | undefined
}

class Stage {
  readonly interleaver: Interleaver
  readonly seats: Seat[]
  sent = 0
  leavings = 0
  readonly #memory: SharedArrayBuffer
  readonly #words: Int32Array
  readonly #behind: readonly number[]
  readonly #capacityBytes: number
  readonly #bells = { producerBell: new WakingBell(), readerBells: [] as WakingBell[] }
  readonly #producer: MulticastProducer
  readonly #gate: MulticastGate
  readonly #supervisor: End
  /** By number: the position behind the record. */
  readonly #ends: number[] = []
  #tail: number
  #changesLeft: number

  constructor(seed: number, isSupervised: boolean) {
    this.interleaver = new Interleaver(seed)
    const { chance } = this.interleaver
    const behind = ORDERS[chance.below(ORDERS.length)]!
    this.#tail = [0, 2 ** 31 - 50, 2 ** 32 - 50][chance.below(3)]!
    this.#capacityBytes = 64 << chance.below(2)
    this.#memory = allocateMulticastRing({
      capacityBytes: this.#capacityBytes,
      name: 'interleaved',
      behind,
      startPosition: this.#tail,
    })
    this.#words = new Int32Array(this.#memory)
    this.#behind = readMulticastForm(this.#memory).behind
    for (const _ of behind) this.#bells.readerBells.push(new WakingBell())
    this.#producer = new MulticastProducer(this.#memory, this.#bells)
    this.#gate = new MulticastGate(this.#memory, this.#bells)
    this.#bells.producerBell.end = this.interleaver.add(() => this.#produce())
    this.seats = behind.map((_, n) => this.#seat(n))
    this.#supervisor = this.interleaver.add(() => this.#supervise())
    this.#supervisor.isAwake = isSupervised
    this.#changesLeft = 1 + chance.below(12)
  }

  #seat(n: number): Seat {
    const end = this.interleaver.add(() => this.#read(n))
    this.#bells.readerBells[n]!.end = end
    return { end, reader: new MulticastReader(this.#memory, n, this.#bells), next: 0 }
  }

  #produce(): void {
    const { chance } = this.interleaver
    const end = this.#bells.producerBell.end!
    const producer = this.#producer
    if (this.sent === RECORDS) {
      producer.publish()
      end.isAwake = false
      return
    }
    const payloadBytes = chance.below(producer.recordBytesMax - 8 + 1)
    const at = producer.claim(payloadBytes)
    if (at === FULL) {
      end.isAwake = false
      if (!producer.isBlocked) end.isAwake = true
      return
    }
    producer.bytes.fill(this.sent, at, at + payloadBytes)
    this.interleaver.pause()
    producer.commit(this.sent + 1)
    const where = (this.#tail * 8) % this.#capacityBytes
    const padBytes = at - 8 === where ? 0 : this.#capacityBytes - where
    this.#tail += padBytes / 8 + Math.ceil((8 + payloadBytes) / 8)
    this.#ends.push(this.#tail)
    this.sent += 1
    if (chance.below(3) === 0) producer.publish()
  }

  /** A few records, or as many as there are. */
  #read(n: number): void {
    const { reader, end } = this.seats[n]!
    if (reader === undefined) {
      end.isAwake = false
      return
    }
    for (let count = this.interleaver.chance.below(12); count >= 0; count -= 1) {
      const at = reader.peek()
      if (at !== EMPTY) {
        this.#readOne(n, reader, at)
        continue
      }
      reader.release()
      end.isAwake = false
      if (reader.hasWork()) end.isAwake = true
      return
    }
  }

  #readOne(n: number, reader: MulticastReader, at: number): void {
    const seat = this.seats[n]!
    this.interleaver.pause()
    const number = reader.recordType - 1
    seat.next ??= number
    assert.equal(number, seat.next, `reader ${n}: not the next`)
    for (let i = at; i < at + reader.payloadBytes; i += 1) {
      if (reader.bytes[i] !== (number & 0xff)) assert.fail(`reader ${n}: record ${number} is torn`)
    }
    this.#lookWhoIsBefore(n, number)
    seat.next = number + 1
    reader.advance()
    if (this.interleaver.chance.below(4) === 0) reader.release()
  }

  #lookWhoIsBefore(n: number, number: number): void {
    // While one joins, its HEAD is not yet where it will be.
    if (this.#supervisor.isBusy) return
    for (const leader of membersOf(this.#behind[n]! & this.#words[GATE_INDEX]!)) {
      const ahead = (this.#words[headIndexOf(leader)]! - this.#ends[number]!) | 0
      assert.ok(ahead >= 0, `reader ${n}: record ${number} before ${leader} released it`)
    }
  }

  #supervise(): void {
    const { chance } = this.interleaver
    if (chance.below(10) !== 0) return
    const n = chance.below(this.seats.length)
    const seat = this.seats[n]!
    if (seat.end.isBusy) return
    // It comes to an end, or it would wake by chance whom nobody else has woken.
    this.#changesLeft -= 1
    this.#supervisor.isAwake = this.#changesLeft > 0
    if (seat.reader !== undefined) {
      seat.reader = undefined
      this.leavings += 1
      this.#gate.detachReader(n)
      return
    }
    this.#gate.attachReader(n)
    seat.next = undefined
    seat.reader = new MulticastReader(this.#memory, n, this.#bells)
    seat.end.isAwake = true
  }
}

for (const isSupervised of [false, true]) {
  const title = isSupervised ? 'readers leave and join' : 'nobody sleeps while there is work'
  test(`multicast: in any order of access, ${title}`, () => {
    let leavings = 0
    for (let seed = 1; seed <= 1_500; seed += 1) {
      try {
        const stage = new Stage(seed, isSupervised)
        assert.ok(stage.interleaver.run(100_000), 'it does not come to an end')
        assert.equal(stage.sent, RECORDS, 'the producer sleeps, with records to send')
        for (const [n, { reader, next }] of stage.seats.entries()) {
          if (reader === undefined) continue
          const isDone = next === RECORDS || (next === undefined && reader.peek() === EMPTY)
          assert.ok(isDone, `reader ${n} sleeps before ${next}`)
        }
        leavings += stage.leavings
      } catch (error) {
        assert.fail(`seed ${seed}: ${error instanceof Error ? error.message : error}`)
      }
    }
    if (isSupervised) assert.ok(leavings > 3_000, `only ${leavings} left`)
  })
}
