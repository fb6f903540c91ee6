/** Records in runs, from a ring into a batch: what comes out is what record by record would have given. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RECORD_HEADER_BYTES } from '../../protocol/envelope.ts'
import { allocateDoorbell, Doorbell } from '../../ringbuffer/doorbell.ts'
import { allocateRing } from '../../ringbuffer/spsc/allocate-ring.ts'
import { EMPTY, FULL, RingConsumer, RingProducer } from '../../ringbuffer/spsc/spsc-ring.ts'
import { FrameKind } from '../../storage/frame.ts'
import { FrameBatch } from '../../storage/frame-batch.ts'
import { randomFrom } from '../storage/journal-fixture.ts'

const RING_BYTES = 4096

function ends(): { producer: RingProducer; consumer: RingConsumer } {
  const memory = allocateRing({ capacityBytes: RING_BYTES, name: 'test' })
  const bell = new Doorbell(allocateDoorbell())
  const bells = { producerBell: bell, consumerBell: bell }
  return { producer: new RingProducer(memory, bells), consumer: new RingConsumer(memory, bells) }
}

for (const seed of [1, 2, 3, 4, 5]) {
  test(`runs: over the ring's end, in bounds of bytes and records, nothing is lost or changed, seed ${seed}`, () => {
    const random = randomFrom(seed)
    const { producer, consumer } = ends()
    const sent: string[] = []
    const taken: string[] = []
    let batch = new FrameBatch(FrameKind.Commands, 2)
    for (let round = 0; round < 3_000; round++) {
      for (let count = Math.floor(random() * 12); count > 0; count--) {
        const bytes = 32 + Math.floor(random() * 300)
        const at = producer.claim(bytes)
        if (at === FULL) break
        // Whatever stood behind it in the ring before must not come along.
        producer.bytes.fill(1 + (sent.length % 255), at, (at + bytes + 7) & -8)
        producer.commit(7)
        sent.push(`${bytes} × ${1 + (sent.length % 255)}`)
      }
      producer.publish()
      for (let runs = Math.floor(random() * 3); runs > 0; runs--) {
        if (consumer.peek() === EMPTY) break
        const room = batch.roomFor((consumer.payloadBytes + RECORD_HEADER_BYTES + 7) & -8)
        if (room === 0) {
          taken.push(...wordsOf(batch))
          batch = new FrameBatch(FrameKind.Commands, 2)
          continue
        }
        const recordsMax = 1 + Math.floor(random() * 9)
        const at = consumer.peekRun(Math.min(room, 400 + Math.floor(random() * 2_000)), recordsMax)
        assert.ok(consumer.runRecords > 0 && consumer.runRecords <= recordsMax)
        batch.appendRun(consumer.bytes, at, at + consumer.runBytes)
        consumer.advanceRun()
      }
      consumer.release()
    }
    taken.push(...wordsOf(batch))
    assert.ok(taken.length > 3_000)
    assert.deepEqual(taken, sent.slice(0, taken.length))
  })
}

/** Each record's payload bytes and what they are full of; its padding must be zero. */
function* wordsOf(batch: FrameBatch): Generator<string> {
  for (let at = batch.first(); at >= 0; at = batch.next(at)) {
    const length = batch.view.getInt32(at, true)
    const payload = batch.bytes.subarray(at + RECORD_HEADER_BYTES, at + length)
    assert.ok(payload.every((byte) => byte === payload[0]))
    const padding = batch.bytes.subarray(at + length, (at + length + 7) & -8)
    assert.ok(padding.every((byte) => byte === 0))
    yield `${payload.length} × ${payload[0]}`
  }
}

test('runs: a first record that is longer than the bound is no run, and stays', () => {
  const { producer, consumer } = ends()
  producer.claim(200)
  producer.commit(7)
  producer.publish()
  assert.equal(consumer.peekRun(100, 10), 0)
  assert.equal(consumer.runBytes, 0)
  assert.throws(() => consumer.advanceRun(), /peekRun\(\) first/)
  assert.equal(consumer.peekRun(208, 10), 0)
  assert.equal(consumer.runBytes, 208)
  consumer.advanceRun()
  assert.equal(consumer.peekRun(208, 10), EMPTY)
})
