import assert from 'node:assert/strict'
import { once } from 'node:events'
import { afterEach, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { allocateBroadcastRing } from '../../ringbuffer/broadcast/allocate-broadcast-ring.ts'
import { BroadcastGauge } from '../../ringbuffer/broadcast/broadcast-gauge.ts'
import { allocateDoorbell } from '../../ringbuffer/doorbell.ts'
import type { BroadcastPlan, BroadcastReport } from './broadcast-stress-worker.ts'

const seed = Number(process.env.RING_SEED ?? Date.now() % 1_000_000)

const BOUNDED = { timeout: 60_000 }

/** Ends of a failed test wait for each other for ever. */
const started = new Set<Worker>()
afterEach(async () => {
  for (const worker of started) await worker.terminate()
  started.clear()
})

for (const [capacityBytes, pauseEvery] of [
  [256, 20],
  [512, 100],
  [4096, 1000],
] as const) {
  test(
    `broadcast: threads, ${capacityBytes} B, whole and in order, what is missed known`,
    BOUNDED,
    async () => {
      const memory = allocateBroadcastRing({
        capacityBytes,
        name: 'stress',
        startPosition: 2 ** 32 - 999,
      })
      const common = {
        memory,
        bells: [allocateDoorbell(), allocateDoorbell()],
        begun: new SharedArrayBuffer(4),
        records: 200_000,
        pauseEvery,
      }
      const [, ...readers] = await Promise.all([
        finish({ ...common, end: 'producer', from: 'newest', bell: 0, seed }),
        finish({ ...common, end: 'reader', from: 'newest', bell: 0, seed: seed + 1 }),
        finish({ ...common, end: 'reader', from: 'oldest', bell: 1, seed: seed + 2 }),
      ])
      const gauge = new BroadcastGauge(memory)
      const story = `seed ${seed}: ${readers.map((reader) => Object.values(reader)).join(' | ')}`
      for (const { delivered, missed, missedBytes, laps, timeouts } of readers) {
        assert.equal(delivered + missed, common.records, story)
        assert.ok(missed === 0 || missedBytes >= missed * 32, story)
        assert.ok(laps <= missed, story)
        assert.ok(delivered > 100, `hardly anything came through; ${story}`)
        assert.equal(timeouts, 0, `lost wake-up; ${story}`)
      }
      const sum = (of: (report: BroadcastReport) => number) =>
        readers.reduce((total, report) => total + of(report), 0)
      assert.equal(
        gauge.laps,
        sum((report) => report.laps),
        story,
      )
      assert.equal(
        gauge.missedRecords,
        sum((report) => report.missed),
        story,
      )
      assert.equal(gauge.recordsIn, common.records)
      assert.ok(gauge.laps > 20, `hardly lapped; ${story}`)
    },
  )
}

const finish = async (plan: BroadcastPlan): Promise<BroadcastReport> => {
  const file = new URL('./broadcast-stress-worker.js', import.meta.url)
  const worker = new Worker(file, { workerData: plan })
  started.add(worker)
  const [report] = (await once(worker, 'message')) as [BroadcastReport]
  return report
}
