import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { allocateDoorbell, Doorbell } from '../../ringbuffer/doorbell.ts'
import { allocateRing } from '../../ringbuffer/spsc/allocate-ring.ts'
import { RingGauge } from '../../ringbuffer/spsc/ring-gauge.ts'
import { EMPTY, RingConsumer } from '../../ringbuffer/spsc/spsc-ring.ts'
import type { ProducerPlan } from './ring-producer-worker.ts'
import { RingBench } from './ring-script.ts'
import type { StressPlan, StressReport } from './ring-stress-worker.ts'

test('ring: two threads, two million records through 1 KiB, both ends parking', async () => {
  // Near 2^32 units: the positions change their sign and wrap on the way.
  const seed = Number(process.env.RING_SEED ?? Date.now() % 1_000_000)
  const memory = allocateRing({ capacityBytes: 1024, name: 'stress', startPosition: 2 ** 32 - 999 })
  const common = {
    memory,
    producerBell: allocateDoorbell(),
    consumerBell: allocateDoorbell(),
    records: 2_000_000,
    timeoutMs: 10_000,
  }
  const [producer, consumer] = await Promise.all([
    stress({ ...common, end: 'producer', seed }),
    stress({ ...common, end: 'consumer', seed: seed + 1 }),
  ])
  const gauge = new RingGauge(memory)
  const story =
    `seed ${seed}: producer parked ${producer.parks}, consumer ${consumer.parks}, ` +
    `full ${gauge.fullCount}, high mark ${gauge.highMarkBytes} B`
  assert.equal(consumer.checksum, producer.checksum, story)
  assert.deepEqual([producer.timeouts, consumer.timeouts], [0, 0], `lost wake-up; ${story}`)
  assert.deepEqual([gauge.recordsIn, gauge.recordsOut], [common.records, common.records], story)
  assert.ok(producer.parks > 10 && consumer.parks > 10, `the ends hardly parked; ${story}`)
  assert.ok(gauge.fullCount > 100 && gauge.highMarkBytes > 900, `hardly full; ${story}`)
  assert.equal(gauge.depthBytes, 0, story)
})

test('ring: a release wakes a producer that is parked before a full ring', async () => {
  const { plan, consumer, producerBell } = stage(256)
  const worker = produce({ ...plan, stopAt: 'full' })
  const exited = once(worker, 'exit')
  const answer = once(worker, 'message')
  while (!producerBell.isParked) await sleep(1)
  consumer.peek()
  consumer.advance()
  assert.equal(producerBell.isParked, true, 'advance releases nothing before a quarter is read')
  const startMs = performance.now()
  consumer.release()
  const [message] = await answer
  assert.deepEqual(message, { sent: 10, woken: true, roomAfter: true })
  assert.ok(performance.now() - startMs < 10_000, 'woken by the release, not by the clock')
  await exited
  for (const type of [...Array(9).fill(1), 2]) {
    assert.notEqual(consumer.peek(), EMPTY)
    assert.equal(consumer.recordType, type)
    consumer.advance()
  }
  assert.equal(consumer.peek(), EMPTY)
})

for (const stopAt of ['claimed', 'written', 'committed'] as const) {
  test(`ring: of a producer killed when it had ${stopAt}, nothing partial is seen`, async () => {
    const { plan, consumer } = stage(256)
    const worker = produce({ ...plan, stopAt })
    await once(worker, 'message')
    await worker.terminate()
    for (const type of [1, 2]) {
      const at = consumer.peek()
      assert.notEqual(at, EMPTY)
      assert.equal(consumer.recordType, type)
      const payload = consumer.bytes.subarray(at, at + consumer.payloadBytes)
      assert.deepEqual([...payload], Array(16).fill(type))
      consumer.advance()
    }
    consumer.release()
    assert.equal(consumer.peek(), EMPTY)
    // A successor takes the place: nothing needs repair.
    new RingBench(plan.memory).play(`
      claim 16 → 56
      commit 9
      publish
      peek → 56 type 9 × 16
    `)
  })
}

test('ring: publish rings a consumer that is parked in its event loop', async () => {
  const bench = new RingBench(256)
  const { consumer, consumerBell } = bench
  const alive = setInterval(() => consumerBell.beat(), 1_000)
  const rung = consumerBell.parkInEventLoop(30_000, () => consumer.hasWork())
  assert.ok(rung !== undefined)
  const startMs = performance.now()
  bench.play('claim 8 → 8\n commit 1')
  assert.equal(consumerBell.isParked, true, 'commit rings nobody')
  bench.play('publish')
  await rung
  clearInterval(alive)
  assert.ok(performance.now() - startMs < 10_000)
  bench.play('peek → 8 type 1 × 8')
})

test('ring: a producer is blocked from a full claim to the next release', () => {
  const bench = new RingBench(64)
  const { producer } = bench
  for (let n = 0; n < 8; n += 1) bench.play(`claim 0 → ${8 + 8 * n}\n commit 1`)
  assert.equal(producer.isBlocked, false)
  bench.play('claim 0 → full')
  assert.equal(producer.isBlocked, true)
  assert.equal(producer.waitForRoom(5), false)
  bench.play('peek → 8 type 1 × 0\n advance\n release')
  assert.equal(producer.isBlocked, false)
  assert.equal(producer.waitForRoom(60_000), true)
  bench.play('claim 0 → 8\n commit 1\n claim 0 → full')
  assert.equal(producer.isBlocked, true)
})

const stage = (capacityBytes: number) => {
  const plan = {
    memory: allocateRing({ capacityBytes, name: 'stage' }),
    producerBell: allocateDoorbell(),
    consumerBell: allocateDoorbell(),
  }
  const producerBell = new Doorbell(plan.producerBell)
  return { plan, producerBell, consumer: new RingConsumer(plan.memory, { producerBell }) }
}

const produce = (plan: ProducerPlan): Worker =>
  new Worker(new URL('./ring-producer-worker.js', import.meta.url), { workerData: plan })

const stress = async (plan: StressPlan): Promise<StressReport> => {
  const worker = new Worker(new URL('./ring-stress-worker.js', import.meta.url), {
    workerData: plan,
  })
  const [report] = (await once(worker, 'message')) as [StressReport]
  return report
}
