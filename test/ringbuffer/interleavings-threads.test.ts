/** The memory model that the checker rests on, asked of V8 and this machine's CPU. */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import {
  LITMUS_BYTES,
  type LitmusName,
  type LitmusPlan,
  type LitmusReport,
} from './interleavings/litmus-plan.ts'

/** Long enough for some hundred thousand rounds where both threads have a CPU. */
const LITMUS_MS = process.env.TRADSYS_LONG === '1' ? 10_000 : 250

/** How often each pair of registers came, as '0 1'. */
const playLitmus = async (name: LitmusName): Promise<Record<string, number>> => {
  const memory = new SharedArrayBuffer(LITMUS_BYTES)
  const side = async (number: 0 | 1): Promise<Uint8Array> => {
    const plan: LitmusPlan = { name, memory, side: number, forMs: LITMUS_MS }
    const url = new URL('./interleavings/litmus-worker.js', import.meta.url)
    const [report] = (await once(new Worker(url, { workerData: plan }), 'message')) as [
      LitmusReport,
    ]
    return report.registers
  }
  const [left, right] = await Promise.all([side(0), side(1)])
  const counts: Record<string, number> = {}
  for (let round = 0; round < Math.min(left.length, right.length); round += 1) {
    const outcome = `${left[round]} ${right[round]}`
    counts[outcome] = (counts[outcome] ?? 0) + 1
  }
  return counts
}

test('interleavings: on real threads, one of two atomic stores is seen', async (context) => {
  const counts = await playLitmus('stores before loads')
  context.diagnostic(JSON.stringify(counts))
  assert.equal(counts['0 0'] ?? 0, 0)
  assert.ok((counts['0 1'] ?? 0) + (counts['1 0'] ?? 0) + (counts['1 1'] ?? 0) > 0)
})

test('interleavings: on real threads, plain stores promise nothing', async (context) => {
  // Whether neither is seen is up to the CPU. That it may be is why the ring stores as it does.
  const counts = await playLitmus('plain stores before loads')
  context.diagnostic(JSON.stringify(counts))
  assert.ok(Object.keys(counts).length > 0)
})

test('interleavings: on real threads, a payload is there behind its flag', async (context) => {
  const counts = await playLitmus('payload before flag')
  context.diagnostic(JSON.stringify(counts))
  assert.equal(counts['0 2'] ?? 0, 0)
  assert.ok((counts['0 0'] ?? 0) + (counts['0 1'] ?? 0) > 0)
})
