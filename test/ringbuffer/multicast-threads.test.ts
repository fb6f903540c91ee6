import assert from 'node:assert/strict'
import { once } from 'node:events'
import { afterEach, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { allocateDoorbell, Doorbell } from '../../ringbuffer/doorbell.ts'
import { allocateMulticastRing } from '../../ringbuffer/multicast/allocate-multicast-ring.ts'
import { MulticastGate } from '../../ringbuffer/multicast/multicast-gate.ts'
import { MulticastGauge } from '../../ringbuffer/multicast/multicast-gauge.ts'
import { MulticastReader } from '../../ringbuffer/multicast/multicast-reader.ts'
import { MulticastProducer } from '../../ringbuffer/multicast/multicast-ring.ts'
import { FULL } from '../../ringbuffer/spsc/spsc-ring.ts'
import type { MulticastPlan, MulticastReport } from './multicast-stress-worker.ts'

const seed = Number(process.env.RING_SEED ?? Date.now() % 1_000_000)

const BOUNDED = { timeout: 60_000 }

/** Ends of a failed test wait for each other for ever. */
const started = new Set<Worker>()
afterEach(async () => {
  for (const worker of started) await worker.terminate()
  started.clear()
})

const ORDERS: readonly [string, readonly (readonly number[])[]][] = [
  ['two side by side', [[], []]],
  ['a diamond', [[], [], [0, 1]]],
]

for (const [title, behind] of ORDERS) {
  test(`multicast: threads, 200,000 records through 256 B to ${title}`, BOUNDED, async () => {
    const { plans, gauge } = stage(behind, 200_000)
    const reports = await Promise.all(plans.map((plan) => finish(start(plan))))
    const [producer, ...readers] = reports
    const parks = reports.map((report) => report.parks)
    const story = `seed ${seed}: parks ${parks}, full ${gauge.fullCount}`
    for (const [n, reader] of readers.entries()) {
      assert.equal(reader.checksum, producer!.checksum, `reader ${n}; ${story}`)
      assert.equal(gauge.recordsOutOf(n), gauge.recordsIn, story)
    }
    const timeouts = reports.map((report) => report.timeouts)
    assert.deepEqual(timeouts, Array(reports.length).fill(0), `lost wake-up; ${story}`)
    assert.equal(gauge.depthBytes, 0, story)
    assert.ok(gauge.fullCount > 100, `hardly full; ${story}`)
    assert.ok(
      parks.every((count) => count > 10),
      `the ends hardly parked; ${story}`,
    )
  })
}

test(
  'multicast: a reader dies, the others go on, and a successor joins on the way',
  BOUNDED,
  async () => {
    const { plans, gauge, gate } = stage([[], [0], [1]], 150_000)
    const [producer, first, dying, last] = plans.map((plan) =>
      start(plan.reader === 1 ? { ...plan, standStillAfter: 1_000 } : { ...plan, behind: [] }),
    )
    await once(dying!, 'message')
    await dying!.terminate()
    // Whatever it left unread fills the ring: producer and follower stand still until this.
    gate.detachReader(1)
    const sentBefore = gauge.recordsIn
    while (gauge.recordsIn < sentBefore + 5_000) await sleep(1)
    gate.attachReader(1)
    const successor = finish(start({ ...plans[2]!, joins: true }))
    const [sent, seenFirst, seenLast] = await Promise.all([producer!, first!, last!].map(finish))
    const joined = await successor
    const story = `seed ${seed}: died at 1000, successor joined at ${joined.firstNumber}`
    assert.equal(seenFirst!.checksum, sent!.checksum, story)
    assert.equal(seenLast!.checksum, sent!.checksum, story)
    assert.ok(joined.firstNumber > 1_000, story)
    const reports = [sent, seenFirst, seenLast, joined]
    assert.deepEqual(
      reports.map((report) => report!.timeouts),
      [0, 0, 0, 0],
      story,
    )
  },
)

test('multicast: a successor at the HEAD of a dead reader loses nothing', BOUNDED, async () => {
  const { plans, gauge } = stage([[], []], 50_000)
  const [producer, , dying] = plans.map((plan) =>
    start(plan.reader === 1 ? { ...plan, standStillAfter: 1_000 } : plan),
  )
  const sent = finish(producer!)
  await once(dying!, 'message')
  await dying!.terminate()
  const successor = await finish(start({ ...plans[2]!, joins: true }))
  await sent
  assert.equal(successor.firstNumber, 1_000)
  assert.equal(gauge.recordsOutOf(1), gauge.recordsIn)
})

test(
  'multicast: bells reach a producer and a reader that are parked in their event loops',
  BOUNDED,
  async () => {
    const memory = allocateMulticastRing({ capacityBytes: 64, name: 'loop', behind: [[], [0]] })
    const producerBell = new Doorbell(allocateDoorbell())
    const readerBells = [new Doorbell(allocateDoorbell()), new Doorbell(allocateDoorbell())]
    const bells = { producerBell, readerBells }
    const producer = new MulticastProducer(memory, bells)
    const [leader, follower] = [0, 1].map((n) => new MulticastReader(memory, n, bells))
    const rung = [leader!, follower!].map((reader, n) =>
      readerBells[n]!.parkInEventLoop(30_000, () => reader.hasWork()),
    )
    while (producer.claim(0) !== FULL) producer.commit(1)
    const room = producerBell.parkInEventLoop(30_000, () => !producer.isBlocked)
    const isParked = () => [producerBell, ...readerBells].map((bell) => bell.isParked)
    const seen = [isParked()]
    for (const reader of [leader!, follower!]) {
      reader.peek()
      reader.advance()
      reader.release()
      seen.push(isParked())
    }
    // FULL has published; each release wakes the next.
    assert.deepEqual(seen, [
      [true, false, true],
      [true, false, false],
      [false, false, false],
    ])
    const alive = setInterval(() => producerBell.beat(), 1_000)
    await Promise.all([...rung, room])
    clearInterval(alive)
  },
)

const stage = (behind: readonly (readonly number[])[], records: number) => {
  // Near 2^32 units: the positions change their sign and wrap on the way.
  const startPosition = 2 ** 32 - 999
  const memory = allocateMulticastRing({
    capacityBytes: 256,
    name: 'stress',
    behind,
    startPosition,
  })
  const common = {
    memory,
    producerBell: allocateDoorbell(),
    readerBells: behind.map(() => allocateDoorbell()),
    progress: new SharedArrayBuffer(4 * behind.length),
    records,
    timeoutMs: 10_000,
  }
  const plans: MulticastPlan[] = [
    { ...common, end: 'producer', reader: -1, behind: [], seed },
    ...behind.map((leaders, reader) => ({
      ...common,
      end: 'reader' as const,
      reader,
      behind: leaders,
      seed: seed + 1 + reader,
    })),
  ]
  const bells = {
    producerBell: new Doorbell(common.producerBell),
    readerBells: common.readerBells.map((bell) => new Doorbell(bell)),
  }
  return { plans, gauge: new MulticastGauge(memory), gate: new MulticastGate(memory, bells) }
}

const start = (plan: MulticastPlan): Worker => {
  const file = new URL('./multicast-stress-worker.js', import.meta.url)
  const worker = new Worker(file, { workerData: plan })
  started.add(worker)
  return worker
}

const finish = async (worker: Worker): Promise<MulticastReport> => {
  const [report] = (await once(worker, 'message')) as [MulticastReport]
  return report
}
