/**
 * A broadcast ring in many orders of access (interleaver.ts): readers are overtaken between any two
 * of theirs, producers die and have successors. What is shown is what was sent, each once and in
 * order, and what was missed is known to the record.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allocateBroadcastRing } from '../../ringbuffer/broadcast/allocate-broadcast-ring.ts'
import { BroadcastReader } from '../../ringbuffer/broadcast/broadcast-reader.ts'
import { BroadcastProducer } from '../../ringbuffer/broadcast/broadcast-ring.ts'
import { allocateDoorbell, Doorbell } from '../../ringbuffer/doorbell.ts'
import { EMPTY } from '../../ringbuffer/spsc/spsc-ring.ts'
import { type End, Interleaver } from './interleaver.ts'

const RECORDS = 200
/** Across it, so that the carry into the high word is seen too. */
const FIRST_NUMBER = 2 ** 32 - 100

class WakingBell extends Doorbell {
  end: End | undefined

  constructor() {
    super(allocateDoorbell())
  }

  override ring(): void {
    this.end!.isAwake = true
  }
}

interface Seat {
  readonly from: 'newest' | 'oldest'
  readonly bell: WakingBell
  reader: BroadcastReader
  delivered: number
  /** The number that it began with; undefined before it has seen one. */
  first: number | undefined
  last: number
}

class Stage {
  readonly interleaver: Interleaver
  readonly seats: Seat[] = []
  readonly #memory: SharedArrayBuffer
  readonly #bells: WakingBell[] = []
  readonly #end: End
  #producer: BroadcastProducer
  #committed = 0
  published = 0
  deaths = 0

  constructor(seed: number) {
    this.interleaver = new Interleaver(seed)
    const { chance } = this.interleaver
    this.#memory = allocateBroadcastRing({
      capacityBytes: 256 << chance.below(2),
      name: 'interleaved',
      startPosition: [0, 2 ** 31 - 90, 2 ** 32 - 90][chance.below(3)]!,
      firstNumber: FIRST_NUMBER,
    })
    this.#producer = new BroadcastProducer(this.#memory, this.#bells)
    this.#end = this.interleaver.add(() => this.#produce())
    for (const from of ['newest', 'oldest', 'oldest'] as const) {
      const reader = new BroadcastReader(this.#memory, { from })
      const bell = new WakingBell()
      const seat = { from, bell, reader, delivered: 0, first: FIRST_NUMBER, last: -1 }
      bell.end = this.interleaver.add(() => this.#read(seat))
      this.#bells.push(bell)
      this.seats.push(seat)
    }
  }

  /** A few records, more than a lap now and then. */
  #produce(): void {
    const { chance } = this.interleaver
    for (let count = chance.below(chance.below(4) === 0 ? 40 : 5); count >= 0; count -= 1) {
      if (this.#committed === RECORDS) {
        this.#publish()
        this.#end.isAwake = false
        return
      }
      this.#produceOne()
    }
  }

  #produceOne(): void {
    const { chance } = this.interleaver
    const number = FIRST_NUMBER + this.#committed
    const payloadBytes = chance.below(this.#producer.recordBytesMax - 20 + 1)
    const at = this.#producer.claim(payloadBytes)
    this.interleaver.pause()
    this.#producer.bytes.fill(number, at, at + payloadBytes)
    this.interleaver.pause()
    const fate = chance.below(60)
    if (fate === 0) {
      this.#producer.abort()
      return
    }
    if (fate === 1) {
      this.deaths += 1
      this.#committed = this.published
      this.#producer = new BroadcastProducer(this.#memory, this.#bells)
      return
    }
    this.#committed += 1
    this.#producer.commit(1 + (number % 5))
    if (!this.#producer.hasUnpublished) this.published = this.#committed
    if (chance.below(3) === 0) this.#publish()
  }

  #publish(): void {
    this.#producer.publish()
    this.published = this.#committed
  }

  #read(seat: Seat): void {
    const { chance } = this.interleaver
    for (let count = chance.below(6); count >= 0; count -= 1) {
      if (seat.reader.peek() !== EMPTY) {
        this.#readOne(seat)
        continue
      }
      seat.bell.end!.isAwake = false
      if (seat.reader.hasWork()) seat.bell.end!.isAwake = true
      return
    }
    if (chance.below(50) === 0) this.#beginAnew(seat)
  }

  #readOne(seat: Seat): void {
    const { reader } = seat
    const number = reader.recordNumber
    assert.ok(number > seat.last, `${number} after ${seat.last}`)
    assert.equal(reader.recordType, 1 + (number % 5), `type of ${number}`)
    this.interleaver.pause()
    for (let i = 0; i < reader.payloadBytes; i += 1) {
      if (reader.bytes[i] !== (number & 0xff)) assert.fail(`record ${number} is torn`)
    }
    seat.delivered += 1
    seat.first ??= number - reader.missedRecords
    assert.equal(seat.first + seat.delivered + reader.missedRecords, number + 1, 'missed')
    seat.last = number
    reader.advance()
  }

  #beginAnew(seat: Seat): void {
    seat.reader = new BroadcastReader(this.#memory, { from: seat.from })
    seat.delivered = 0
    // Which record is the newest is known to nobody while the producer is in the middle of a step.
    seat.first = undefined
    seat.last = -1
  }
}

test('broadcast: in any order of access, what is shown was sent, and gaps are known', () => {
  const seen = { laps: 0, delivered: 0, deaths: 0 }
  for (let seed = 1; seed <= 1_500; seed += 1) {
    try {
      const stage = new Stage(seed)
      assert.ok(stage.interleaver.run(100_000), 'it does not come to an end')
      assert.equal(stage.published, RECORDS)
      for (const { reader, last, delivered } of stage.seats) {
        const isDone = last === FIRST_NUMBER + RECORDS - 1 || reader.peek() === EMPTY
        assert.ok(isDone, `a reader sleeps behind ${last}`)
        seen.laps += reader.laps
        seen.delivered += delivered
      }
      seen.deaths += stage.deaths
    } catch (error) {
      assert.fail(`seed ${seed}: ${error instanceof Error ? error.message : error}`)
    }
  }
  const story = JSON.stringify(seen)
  assert.ok(seen.laps > 5_000 && seen.delivered > 50_000 && seen.deaths > 1_000, story)
})
