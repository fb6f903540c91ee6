import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const TRADSYS = fileURLToPath(new URL('../../../bin/tradsys', import.meta.url))

test('bench snapshot: a small one has all its figures', () => {
  const args = [
    TRADSYS,
    'bench',
    'snapshot',
    '--orders',
    '2000',
    '--runs',
    '1',
    '--seconds',
    '3',
    '--json',
  ]
  const said = execFileSync(process.execPath, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { suite, figures } = JSON.parse(said) as {
    suite: string
    figures: Record<string, { median: number; unit: string }>
  }
  assert.equal(suite, 'snapshot')
  const names = ['bytes', 'take_ms', 'checksum_ms', 'state_hash_ms', 'restore_ms']
  const percentiles = ['p50', 'p99', 'p99_9', 'max']
  assert.deepEqual(Object.keys(figures), [
    ...names.map((name) => `snapshot.${name}`),
    ...percentiles.map((percentile) => `without.latency_us.${percentile}`),
    ...percentiles.map((percentile) => `beside.latency_us.${percentile}`),
  ])
  for (const [name, { median }] of Object.entries(figures)) assert.ok(median > 0, name)
  assert.ok(figures['snapshot.bytes']!.median > 2_000 * 200, 'an order is some 240 bytes')
})
