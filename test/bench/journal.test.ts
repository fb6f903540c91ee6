import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const TRADSYS = fileURLToPath(new URL('../../../bin/tradsys', import.meta.url))

test('bench journal: a small one has all its figures, and leaves nothing behind', (t) => {
  const place = mkdtempSync(join(tmpdir(), 'tradsys-bench-test-'))
  t.after(() => rmSync(place, { recursive: true }))
  const small = ['--runs', '1', '--seconds', '1', '--commands', '3000', '--behind', '1000']
  const said = execFileSync(
    process.execPath,
    [TRADSYS, 'bench', 'journal', '--json', '--dir', place, ...small],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const { suite, figures } = JSON.parse(said) as {
    suite: string
    figures: Record<string, { median: number; unit: string }>
  }
  assert.equal(suite, 'journal')
  assert.deepEqual(Object.keys(figures), [
    'disk.bytes_per_s',
    ...['fdatasync.us.p50', 'fdatasync.us.p99', 'commit.us.p50', 'commit.us.p99'],
    'commit.p99.over_fdatasync',
    ...['power-loss', 'process-crash', 'none'].flatMap((durability) => [
      `commit.${durability}.msgs_per_s`,
      `commit.${durability}.written_per_byte`,
    ]),
    ...['verify.bytes_per_s', 'replay.msgs_per_s', 'recover.seconds', 'recover.memory_bytes'],
  ])
  for (const [name, { median }] of Object.entries(figures)) assert.ok(median > 0, name)
  // Frames have a header of 96 bytes in 64 KiB, pages one of 24 in 4 KiB, and LMDB writes its own beside them.
  assert.ok(figures['commit.power-loss.written_per_byte']!.median >= 1)
  assert.deepEqual(readdirSync(place), [])
})
