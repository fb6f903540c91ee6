/**
 * `Worker.terminate()` of one end of a ring before each of its steps in shared memory, one after
 * the other: of a producer from its first claim to the full ring before which it parks, of a
 * consumer from its first peek to the empty one.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MpscConsumer, MpscProducer } from '../../ringbuffer/mpsc/mpsc-ring.ts'
import { DATA_OFFSET } from '../../ringbuffer/ring-layout.ts'
import { EMPTY, RingConsumer, RingProducer } from '../../ringbuffer/spsc/spsc-ring.ts'
import { killAtStop, readAll, type Stage, send, stageFor } from './mortals.ts'
import { indexOf, SentRecords } from './sent-records.ts'

const BOUND = { timeout: 60_000 }

test('ring: a producer is terminated at every step, and a successor goes on', BOUND, async () => {
  for (let stop = 0, hasEnded = false; !hasEnded; stop += 1) {
    const stage = stageFor('spsc', 'producer')
    const { plan } = stage
    const consumer = new RingConsumer(plan.memory, { producerBell: stage.producerBells[0]! })
    const sent = new SentRecords(plan, 1)
    const death = await killAtStop({ ...plan, stop }, () => readAll(consumer, sent))
    hasEnded = death.hasEnded
    readAll(consumer, sent)
    const why = `stopped at ${stop}: ${sent.count} arrived, ${death.done} to ${death.begun} sent`
    assert.ok(sent.count >= death.done && sent.count <= death.begun, why)
    const producer = spscProducer(stage)
    for (let n = 0; n < 12; n += 1) {
      assert.ok(send(producer, plan, 1, sent.count + 1), why)
      producer.publish()
      readAll(consumer, sent)
    }
    assert.ok(stop < 500 && (!hasEnded || stop > 25), `${stop} steps`)
  }
})

test('ring: a consumer is terminated at every step, and a successor goes on', BOUND, async () => {
  for (let stop = 0, hasEnded = false; !hasEnded; stop += 1) {
    const stage = stageFor('spsc', 'consumer')
    const { plan } = stage
    const producer = spscProducer(stage)
    let last = 0
    while (send(producer, plan, 1, last + 1)) last += 1
    const death = await killAtStop({ ...plan, stop }, () => producer.publish())
    hasEnded = death.hasEnded
    // What was not released is read again, and nothing else.
    const consumer = new RingConsumer(plan.memory, { producerBell: stage.producerBells[0]! })
    const sent = expectFrom(consumer, stage, death.done, death.begun, last)
    // Though the dead one may have owed it a wake-up, the producer finds room.
    for (let n = 0; n < 12; n += 1) {
      last += 1
      assert.ok(send(producer, plan, 1, last), `stopped at ${stop}`)
      producer.publish()
      if (sent.count < last) readAll(consumer, sent)
    }
    assert.equal(sent.count, last)
    assert.ok(stop < 500 && (!hasEnded || stop > 25), `${stop} steps`)
  }
})

test('mpsc: a producer is terminated at every step, and others go on', BOUND, async () => {
  for (const isOtherBusy of [true, false]) {
    for (let stop = 0, hasEnded = false; !hasEnded; stop += 1) {
      const stage = stageFor('mpsc', 'producer')
      const { plan } = stage
      const consumer = new MpscConsumer(plan.memory, stage)
      const sent = new SentRecords(plan, 2)
      const other = mpscProducer(stage, 2)
      let others = 0
      const death = await killAtStop({ ...plan, stop }, () => {
        while (isOtherBusy && others < 3 && send(other, plan, 2, others + 1)) others += 1
        readAll(consumer, sent)
      })
      hasEnded = death.hasEnded
      const why = `stopped at ${stop}: ${sent.seenOf(1)} arrived`
      assert.equal(consumer.unblock(1), true, why)
      readAll(consumer, sent)
      assert.ok(sent.seenOf(1) >= death.done && sent.seenOf(1) <= death.begun, why)
      assert.equal(sent.seenOf(2), others, why)
      const successor = mpscProducer(stage, 1)
      for (let n = 0; n < 12; n += 1) {
        assert.ok(send(successor, plan, 1, sent.seenOf(1) + 1), why)
        assert.ok(send(other, plan, 2, sent.seenOf(2) + 1), why)
        readAll(consumer, sent)
      }
      assertZero(stage, why)
      assert.ok(stop < 500 && (!hasEnded || stop > 25), `${stop} steps`)
    }
  }
})

test('mpsc: a consumer is terminated at every step, and a successor goes on', BOUND, async () => {
  for (let stop = 0, hasEnded = false; !hasEnded; stop += 1) {
    const stage = stageFor('mpsc', 'consumer')
    const { plan } = stage
    const producer = mpscProducer(stage, 1)
    let last = 0
    while (send(producer, plan, 1, last + 1)) last += 1
    const death = await killAtStop({ ...plan, stop }, () => assert.ok(last > 5))
    hasEnded = death.hasEnded
    const consumer = new MpscConsumer(plan.memory, stage)
    const sent = expectFrom(consumer, stage, death.done, death.begun, last)
    for (let n = 0; n < 12; n += 1) {
      last += 1
      assert.ok(send(producer, plan, 1, last), `stopped at ${stop}`)
      readAll(consumer, sent)
    }
    assert.equal(sent.count, last)
    assertZero(stage, `stopped at ${stop}`)
    assert.ok(stop < 500 && (!hasEnded || stop > 25), `${stop} steps`)
  }
})

const spscProducer = ({ plan, producerBells, consumerBell }: Stage): RingProducer =>
  new RingProducer(plan.memory, { producerBell: producerBells[0]!, consumerBell })

const mpscProducer = ({ plan, producerBells, consumerBell }: Stage, number: number) =>
  new MpscProducer(plan.memory, number, {
    producerBell: producerBells[number - 1]!,
    consumerBell,
  })

/** Reads what a dead consumer left, up to the last; it begins behind `done` to `begun`. */
const expectFrom = (
  consumer: RingConsumer | MpscConsumer,
  { plan }: Stage,
  done: number,
  begun: number,
  last: number,
): SentRecords => {
  const left = consumer.peek() === EMPTY ? last : indexOf(consumer.recordType) - 1
  assert.ok(left >= done && left <= begun, `reads on behind ${left}, not ${done} to ${begun}`)
  const sent = new SentRecords(plan, 1, left)
  readAll(consumer, sent)
  assert.equal(sent.count, last)
  return sent
}

const assertZero = ({ plan }: Stage, why: string): void => {
  const { memory, payloadBytesMax } = plan
  const capacityBytes = (payloadBytesMax + 8) * 8
  const records = new Uint8Array(memory, DATA_OFFSET, capacityBytes)
  assert.ok(
    records.every((byte) => byte === 0),
    `${why}: what is free is not zero`,
  )
}
