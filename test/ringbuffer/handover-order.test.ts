/**
 * The order in which the ring and the doorbell touch the words that two threads share. A wake-up
 * is lost only in a window of nanoseconds, which no stress hits reliably: so the order itself is
 * looked at.
 */

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { allocateDoorbell, Doorbell } from '../../ringbuffer/doorbell.ts'
import { HEAD_INDEX, PROD_WAIT_INDEX, TAIL_INDEX } from '../../ringbuffer/ring-layout.ts'
import { EMPTY, FULL, RingConsumer, RingProducer } from '../../ringbuffer/spsc/spsc-ring.ts'
import { RingBench } from './ring-script.ts'

const WORDS = new Map([
  [TAIL_INDEX, 'TAIL'],
  [HEAD_INDEX, 'HEAD'],
  [PROD_WAIT_INDEX, 'PROD_WAIT'],
])

/** What `play` does to the ring's words, with 'ring' for a doorbell's. */
const trace = (context: TestContext, bench: RingBench, play: () => void): string[] => {
  const seen: string[] = []
  const { load, store } = Atomics
  const nameOf = (words: { readonly buffer: ArrayBufferLike }, index: number): string =>
    (words.buffer === bench.memory ? WORDS.get(index) : 'bell') ?? `word ${index}`
  context.mock.method(Atomics, 'load', (words: Int32Array, index: number) => {
    seen.push(`load ${nameOf(words, index)}`)
    return load(words, index)
  })
  context.mock.method(Atomics, 'store', (words: Int32Array, index: number, value: number) => {
    seen.push(`store ${nameOf(words, index)}`)
    return store(words, index, value)
  })
  play()
  context.mock.restoreAll()
  return seen
}

const fill = (bench: RingBench): void => {
  for (let n = 0; n < 8; n += 1) bench.play(`claim 0 → ${8 + 8 * n}\n commit 1`)
}

test('ring: publish stores TAIL first and looks at the bell then', (context) => {
  const bench = new RingBench(64)
  bench.play('claim 0 → 8\n commit 1')
  const seen = trace(context, bench, () => bench.producer.publish())
  assert.deepEqual(seen, ['store TAIL', 'load bell'])
})

test('ring: release stores HEAD first and looks for a waiting producer then', (context) => {
  const bench = new RingBench(64)
  fill(bench)
  bench.play('claim 0 → full\n peek → 8 type 1 × 0\n advance')
  const seen = trace(context, bench, () => bench.consumer.release())
  assert.deepEqual(seen, ['store HEAD', 'load PROD_WAIT', 'store PROD_WAIT', 'load bell'])
})

test('ring: a producer that finds it full says so first and looks again then', (context) => {
  const bench = new RingBench(64)
  fill(bench)
  bench.producer.publish()
  const seen = trace(context, bench, () => bench.producer.claim(0))
  assert.deepEqual(seen, ['load HEAD', 'store PROD_WAIT', 'load HEAD'])
})

test('ring: a batch looks at the other end only when its own copy runs out', (context) => {
  const bench = new RingBench(512)
  const seen = trace(context, bench, () => {
    for (let n = 0; n < 8; n += 1) {
      bench.producer.claim(8)
      bench.producer.commit(1)
    }
    bench.producer.publish()
    while (bench.consumer.peek() !== EMPTY) bench.consumer.advance()
  })
  const expected = ['store TAIL', 'load bell', 'load TAIL', 'store HEAD', 'load PROD_WAIT']
  assert.deepEqual(seen, [...expected, 'load TAIL'])
})

test('ring: a release while the producer is finding out that it is full is not missed', () => {
  const bench = new RingBench(64)
  const { memory, producerBell } = bench
  const consumer = new RingConsumer(memory, { producerBell })
  // The consumer runs inside the producer's ring: after the first look at HEAD, before the second.
  class ConsumingBell extends Doorbell {
    override ring(): void {
      while (consumer.peek() !== EMPTY) consumer.advance()
      consumer.release()
    }
  }
  const consumerBell = new ConsumingBell(allocateDoorbell())
  const producer = new RingProducer(memory, { producerBell, consumerBell })
  for (let n = 0; n < 8; n += 1) {
    assert.notEqual(producer.claim(0), FULL)
    producer.commit(1)
  }
  assert.equal(producer.claim(0), 8)
  assert.equal(producer.isBlocked, false)
})
