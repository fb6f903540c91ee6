import assert from 'node:assert/strict'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { allowedCpus, pinThisThread } from '../../engine/thread/affinity.ts'
import type { PinReport } from './affinity-worker.ts'

const skip = process.platform === 'linux' ? false : 'pins on Linux only'

test('affinity: a worker that pins itself moves nobody else', async (context) => {
  const before = allowedCpus()
  if (before.length < 2) return context.skip('needs two CPUs')
  const cpu = before.at(-1)!
  const worker = new Worker(new URL('./affinity-worker.js', import.meta.url), { workerData: cpu })
  const exited = once(worker, 'exit')
  const [report] = (await once(worker, 'message')) as [PinReport]
  await exited
  assert.deepEqual(allowedCpus(), before, 'the main thread was moved too')
  assert.deepEqual(report.before, before)
  if (!report.result.pinned) return context.skip(`the host refuses: ${report.result.reason}`)
  assert.deepEqual(report.after, [cpu])
})

test('affinity: a refusal is an answer with its reason', () => {
  const before = allowedCpus()
  for (const cpu of [-1, 1.5, 1024, Number.NaN]) {
    const { pinned, reason } = pinThisThread(cpu)
    assert.equal(pinned, false)
    assert.match(reason ?? '', /is not one of 0 to 1023/)
  }
  const absent = pinThisThread(1023)
  assert.equal(absent.pinned, false)
  assert.ok((absent.reason ?? '').length > 0)
  assert.deepEqual(allowedCpus(), before)
})

test('affinity: the kernel is quoted when it refuses a CPU', { skip }, () => {
  assert.match(pinThisThread(1023).reason ?? '', /kernel refused cpu 1023, errno 22; allowed: \d/)
})

test('affinity: the allowed CPUs are as many as Node counts', { skip }, () => {
  const cpus = allowedCpus()
  assert.equal(cpus.length, availableParallelism())
  assert.deepEqual(
    cpus,
    [...new Set(cpus)].sort((a, b) => a - b),
  )
})
