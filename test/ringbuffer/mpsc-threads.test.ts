import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { allocateDoorbell } from '../../ringbuffer/doorbell.ts'
import { allocateMpscRing } from '../../ringbuffer/mpsc/allocate-mpsc-ring.ts'
import { MpscGauge } from '../../ringbuffer/mpsc/mpsc-gauge.ts'
import type { MpscStressPlan, MpscStressReport } from './mpsc-stress-worker.ts'

/** Smaller rings park more, and a park takes a thousand times as long as a record. */
const RINGS = [
  { capacityBytes: 64, producersMax: 2, records: 20_000 },
  { capacityBytes: 128, producersMax: 3, records: 20_000 },
  { capacityBytes: 256, producersMax: 2, records: 50_000 },
  { capacityBytes: 512, producersMax: 3, records: 100_000 },
  { capacityBytes: 4_096, producersMax: 2, records: 500_000 },
]

for (const { capacityBytes, producersMax, records } of RINGS) {
  const name = `mpsc: ${producersMax} producers through ${capacityBytes} B, all ends parking`
  test(name, { timeout: 60_000 }, async () => {
    const seed = Number(process.env.RING_SEED ?? Date.now() % 1_000_000)
    // Near 2^32 units: the positions change their sign and wrap on the way.
    const startPosition = 2 ** 32 - 999
    const memory = allocateMpscRing({ capacityBytes, name: 'stress', producersMax, startPosition })
    const common = {
      memory,
      producerBells: Array.from({ length: producersMax }, allocateDoorbell),
      consumerBell: allocateDoorbell(),
      payloadBytesMax: capacityBytes / 8 - 8,
      seed,
      records,
      timeoutMs: 5_000,
    }
    const numbers = Array.from({ length: producersMax + 1 }, (_, number) => number)
    const reports = await stress(numbers.map((number) => ({ ...common, number })))
    const gauge = new MpscGauge(memory)
    const parks = reports.map((report) => report.parks)
    const story = `seed ${seed}: parked ${parks}, full ${gauge.fullCount}`
    const total = records * producersMax
    assert.ok(
      reports.every(({ timeouts }) => timeouts === 0),
      `lost wake-up; ${story}`,
    )
    assert.deepEqual([gauge.recordsIn, gauge.recordsOut], [total, total], story)
    assert.ok(parks[0]! + parks[1]! > 10 && gauge.fullCount > 100, `hardly parked; ${story}`)
    assert.equal(gauge.depthBytes, 0, story)
  })
}

const stress = async (plans: readonly MpscStressPlan[]): Promise<MpscStressReport[]> => {
  const url = new URL('./mpsc-stress-worker.js', import.meta.url)
  const workers = plans.map((plan) => new Worker(url, { workerData: plan }))
  try {
    const messages = await Promise.all(workers.map((worker) => once(worker, 'message')))
    return messages.map(([report]) => report as MpscStressReport)
  } finally {
    // One that has failed leaves others who would wait for it.
    for (const worker of workers) await worker.terminate()
  }
}
