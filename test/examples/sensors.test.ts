/** The pipeline of examples/: its pressure, its memory and its counts are in what it prints. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ExampleProcess } from './example-process.ts'

/** As many as keep the store busy for some seconds. */
const READINGS = 600_000
/** What a garbage collector may have left lying about; all rows as objects would be more. */
const GROWTH_MB_MAX = 40

test('examples: sensors are held back to the pace of the store, and nothing but a dashboard misses a row', async (t) => {
  const example = new ExampleProcess(t, 'examples/sensors.js', [String(READINGS)])
  const end = await example.line(/^shown (\d+) of (\d+), missed (\d+)$/)
  assert.equal(await example.end(), 0, example.stderr)
  const [shown, rows, missed] = end!.slice(1).map(Number) as [number, number, number]
  assert.equal(rows, READINGS / 50)
  assert.ok(shown > 0 && missed > 0 && shown + missed <= rows)

  const looks = example.lines.flatMap((line) => {
    const found = /^stored (\d+) of \d+, missed (\d+), in (\d+) MB$/.exec(line)
    return found === null ? [] : [found.slice(1).map(Number) as [number, number, number]]
  })
  assert.deepEqual(looks.at(-1)!.slice(0, 2), [rows, 0])
  assert.ok(looks.every(([, missedByStore]) => missedByStore === 0))
  const memory = looks.map(([, , megabytes]) => megabytes)
  assert.ok(memory.at(-1)! - memory[0]! < GROWTH_MB_MAX, `${memory} MB`)
  // While the store is behind, those before it stand still.
  for (const name of ['source-1', 'source-2', 'parser-1', 'window-\\d']) {
    const isBlocked = new RegExp(`^${name} .* Blocked$`)
    assert.ok(
      example.lines.some((line) => isBlocked.test(line)),
      `${name} was never blocked`,
    )
  }
})
