import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Conflation } from '../../ringbuffer/conflation.ts'
import {
  DROPPED,
  type FullRingPolicy,
  type LosslessProducer,
  PolicyProducer,
} from '../../ringbuffer/full-ring-policy.ts'
import { allocatePolicyCounters, PolicyGauge } from '../../ringbuffer/policy-gauge.ts'
import type { RecordConsumer } from '../../ringbuffer/read-batch.ts'
import { EMPTY, FULL } from '../../ringbuffer/spsc/spsc-ring.ts'
import { MulticastBench } from './multicast-script.ts'
import { RingBench } from './ring-script.ts'
import { Seeded } from './seeded.ts'

const CONFLATE: FullRingPolicy = { kind: 'conflate', keysMax: 3, payloadBytesMax: 8 }

/** A ring of eight records of 16 B, behind a policy; `consumer` reads it. */
const stage = (policy: FullRingPolicy, ring: 'spsc' | 'multicast' = 'spsc') => {
  let ends: { producer: LosslessProducer; consumer: RecordConsumer }
  if (ring === 'spsc') {
    ends = new RingBench(128)
  } else {
    const bench = new MulticastBench(128, [[]])
    ends = { producer: bench.producer, consumer: bench.readers[0]! }
  }
  const counters = allocatePolicyCounters()
  const producer = new PolicyProducer(ends.producer, policy, counters)
  return { ...ends, producer, ring: ends.producer, gauge: new PolicyGauge(counters) }
}

/** One record, a key and a value. Whether it went into the ring, or what became of it instead. */
const send = (producer: PolicyProducer, key: number, value: number): string => {
  const at = producer.claim(8, key)
  if (at === FULL) return 'full'
  if (at === DROPPED) return 'dropped'
  const isBeside = producer.bytes.buffer instanceof ArrayBuffer
  producer.view.setInt32(at, key, true)
  producer.view.setInt32(at + 4, value, true)
  producer.commit(1)
  return isBeside ? 'waits' : 'ring'
}

/** What lies in the ring, as 'key:value'. */
const drain = (consumer: RecordConsumer): string[] => {
  const seen: string[] = []
  for (let at = consumer.peek(); at !== EMPTY; at = consumer.peek()) {
    seen.push(`${consumer.view.getInt32(at, true)}:${consumer.view.getInt32(at + 4, true)}`)
    consumer.advance()
  }
  consumer.release()
  return seen
}

const fill = (producer: PolicyProducer): void => {
  for (let n = 0; n < 8; n += 1) assert.equal(send(producer, 100 + n, n), 'ring')
}

test('policy: answer says FULL, as the ring does', () => {
  const { producer, gauge } = stage({ kind: 'answer' })
  fill(producer)
  assert.equal(send(producer, 1, 1), 'full')
  assert.equal(producer.isBlocked, true)
  assert.deepEqual([gauge.droppedCount, gauge.conflatedCount, gauge.timeoutCount], [0, 0, 0])
})

test('policy: block waits so long at most, then says FULL', () => {
  const { producer, consumer, gauge } = stage({ kind: 'block', timeoutMs: 20 })
  fill(producer)
  const startMs = performance.now()
  assert.equal(send(producer, 1, 1), 'full')
  assert.ok(performance.now() - startMs >= 19)
  assert.equal(gauge.timeoutCount, 1)
  drain(consumer)
  assert.equal(send(producer, 1, 1), 'ring')
})

/** Wakes up twice, and only then there is room. */
class Waking implements LosslessProducer {
  waits = 0
  readonly #ends: RingBench

  constructor(ends: RingBench) {
    this.#ends = ends
  }

  readonly hasUnpublished = false
  readonly isBlocked = true
  get view(): DataView {
    return this.#ends.producer.view
  }
  get bytes(): Uint8Array {
    return this.#ends.producer.bytes
  }
  get recordBytesMax(): number {
    return this.#ends.producer.recordBytesMax
  }
  claim(payloadBytes: number): number {
    return this.#ends.producer.claim(payloadBytes)
  }
  commit(type: number): void {
    this.#ends.producer.commit(type)
  }
  abort(): void {
    this.#ends.producer.abort()
  }
  publish(): void {
    this.#ends.producer.publish()
  }
  waitForRoom(): boolean {
    this.waits += 1
    if (this.waits === 2) drain(this.#ends.consumer)
    return true
  }
}

test('policy: block claims as soon as there is room, though one wake-up was in vain', () => {
  const waking = new Waking(new RingBench(128))
  const producer = new PolicyProducer(waking, { kind: 'block', timeoutMs: 60_000 })
  fill(producer)
  assert.equal(send(producer, 1, 1), 'ring')
  assert.equal(waking.waits, 2)
})

test('policy: drop-newest drops what comes while it is full, and counts it', () => {
  const { producer, consumer, gauge } = stage({ kind: 'drop-newest' })
  fill(producer)
  assert.deepEqual([send(producer, 1, 1), send(producer, 2, 2)], ['dropped', 'dropped'])
  assert.equal(gauge.droppedCount, 2)
  assert.equal(drain(consumer).length, 8)
  assert.equal(send(producer, 3, 3), 'ring')
  producer.publish()
  assert.deepEqual(drain(consumer), ['3:3'])
})

for (const ring of ['spsc', 'multicast'] as const) {
  test(`policy: conflate keeps the latest of each key, in order of arrival (${ring})`, () => {
    const { producer, consumer, gauge } = stage(CONFLATE, ring)
    fill(producer)
    const sent = [
      send(producer, 7, 1),
      send(producer, -2, 1),
      send(producer, 7, 2),
      send(producer, 9, 1),
      send(producer, 7, 3),
      send(producer, 4, 1),
    ]
    assert.deepEqual(sent, ['waits', 'waits', 'waits', 'waits', 'waits', 'full'])
    assert.deepEqual([gauge.conflatedCount, gauge.heldRecords, producer.heldRecords], [2, 3, 3])
    assert.equal(producer.isBlocked, true)
    drain(consumer)
    producer.publish()
    assert.deepEqual(drain(consumer), ['7:3', '-2:1', '9:1'])
    assert.deepEqual([gauge.heldRecords, producer.hasUnpublished], [0, false])
  })
}

test('policy: nothing overtakes what waits, and what waits goes when there is room for it', () => {
  const { producer, consumer } = stage(CONFLATE)
  fill(producer)
  assert.deepEqual([send(producer, 1, 1), send(producer, 2, 1)], ['waits', 'waits'])
  // Room for one: the first of them takes it, so the next record waits as well.
  assert.equal(consumer.peek(), 8)
  consumer.advance()
  consumer.release()
  assert.equal(send(producer, 3, 1), 'waits')
  assert.equal(producer.heldRecords, 2)
  const seen = drain(consumer)
  assert.deepEqual([seen.length, seen[7]], [8, '1:1'])
  producer.publish()
  assert.equal(send(producer, 4, 1), 'ring')
  producer.publish()
  assert.deepEqual(drain(consumer), ['2:1', '3:1', '4:1'])
})

test('policy: an aborted value leaves what waits as it was', () => {
  const { producer, consumer } = stage(CONFLATE)
  fill(producer)
  send(producer, 1, 1)
  const at = producer.claim(8, 1)
  producer.view.setInt32(at + 4, 99, true)
  producer.abort()
  drain(consumer)
  producer.publish()
  assert.deepEqual(drain(consumer), ['1:1'])
})

test('policy: misuse is refused with cause and mend', () => {
  const { producer, ring } = stage(CONFLATE)
  fill(producer)
  const at = producer.claim(8, 1)
  assert.ok(at >= 0)
  assert.throws(() => producer.claim(8, 1), /claim\(\) with a claim open: commit\(\) or abort/)
  assert.throws(() => producer.commit(0), /record type 0: give it an i32 that is not 0/)
  producer.commit(-1)
  assert.throws(() => producer.claim(8, 0.5), /key 0.5: give it an i32/)
  assert.throws(() => producer.claim(9, 1), /a payload of 9 B, but at most 8 B may wait/)
  assert.throws(
    () => new PolicyProducer(ring, { kind: 'conflate', keysMax: 1, payloadBytesMax: 9 }),
    /payloadBytesMax 9, but the ring takes payloads up to 8 B/,
  )
  assert.throws(() => new Conflation({ keysMax: 0, payloadBytesMax: 8 }), /keysMax 0: give it/)
  assert.throws(() => new PolicyGauge(new SharedArrayBuffer(8)), /take it from allocatePolicyCount/)
})

/** Against a Map, which keeps the order of first arrival by itself. */
const walk = (seed: number): void => {
  const chance = new Seeded(seed)
  const keysMax = 1 + chance.below(20)
  const conflation = new Conflation({ keysMax, payloadBytesMax: 12 })
  const model = new Map<number, { type: number; value: number; payloadBytes: number }>()
  const lean = 2 + chance.below(7)
  for (let step = 1; step <= 2_000; step += 1) {
    const where = `seed ${seed}, step ${step}`
    if (chance.below(10) < lean) {
      // Multiples of a power of two are unkind to a hash that keeps its low bits.
      const key = (chance.below(2 * keysMax) - keysMax) << (chance.below(2) * 10)
      const payloadBytes = 4 + chance.below(9)
      const at = conflation.claim(key, payloadBytes)
      assert.equal(at === FULL, model.size === keysMax && !model.has(key), where)
      if (at === FULL) continue
      conflation.view.setInt32(at, step, true)
      if (chance.below(8) === 0) continue // given up
      assert.equal(conflation.commit(step), model.has(key), where)
      model.set(key, { type: step, value: step, payloadBytes })
    } else if (model.size > 0) {
      const [key, first] = [...model][0]!
      const seen = {
        type: conflation.firstType,
        value: conflation.view.getInt32(conflation.firstOffset, true),
        payloadBytes: conflation.firstPayloadBytes,
      }
      assert.deepEqual(seen, first, where)
      conflation.removeFirst()
      model.delete(key)
    }
    assert.equal(conflation.count, model.size, where)
  }
}

test('policy: conflation answers as a map does, over random walks', () => {
  for (let seed = 1; seed <= 100; seed += 1) walk(seed)
})
