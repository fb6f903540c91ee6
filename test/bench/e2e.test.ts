import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { runE2e } from '../../bench/e2e.ts'
import { figure, suiteResult } from '../../bench/figures.ts'

test('bench e2e: a smoke run has every figure, and half of its orders trade', async () => {
  const figures = await runE2e({ runs: 1, seconds: 0.5, rate: 1_000, sessions: 3 })
  for (const durability of ['power-loss', 'process-crash']) {
    assert.ok(figures[`orders_per_s.${durability}`]!.median > 1_000)
    const p50 = figures[`latency_us.${durability}.p50`]!.median
    const p99 = figures[`latency_us.${durability}.p99`]!.median
    assert.ok(p50 > 10 && p50 <= p99, `p50 ${p50}, p99 ${p99}`)
    const share = figures[`stage_us.${durability}.read-written.p50`]!.median
    assert.ok(share > 0 && share < p99, `the exchange's own ${share} of ${p99}`)
    assert.ok(Math.abs(figures[`traded_percent.${durability}`]!.median - 50) < 1)
  }
  assert.ok(figures['p99_ratio.3_sessions']!.median > 0)
  const result = suiteResult('e2e', figures)
  assert.deepEqual(Object.keys(result), ['suite', 'commit', 'machine', 'figures'])
})

test('bench: a figure is the median, and best is the end that its unit likes', () => {
  const more = figure([3, 1, 2], { unit: '/s', better: 'more' })
  assert.deepEqual([more.median, more.best, more.worst], [2, 3, 1])
  const less = figure([3, 1, 2], { unit: 'µs', better: 'less' })
  assert.deepEqual([less.best, less.worst, less.runs], [1, 3, [3, 1, 2]])
  const even = figure([4, 1, 2, 3], { unit: '/s', better: 'more' })
  assert.equal(even.median, 2.5, 'neither the better nor the worse of the two in the middle')
})

test('bench e2e: an exchange that does not start is told, and nothing of it is left', async (t) => {
  const place = mkdtempSync(join(tmpdir(), 'tradsys-bench-test-'))
  const before = process.env.TMPDIR
  process.env.TMPDIR = place
  process.env.TRADSYS__ADMISSION = 'listed'
  t.after(() => {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
    delete process.env.TRADSYS__ADMISSION
    rmSync(place, { recursive: true })
  })
  await assert.rejects(runE2e({ runs: 1, seconds: 1, rate: 1_000 }), /ended with 3 before/)
  assert.deepEqual(readdirSync(place), [])
})
