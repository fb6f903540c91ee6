/** The short form of `npm run simulate`: some tens of seeds, and what a seed promises. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { simulate } from './simulation.ts'
import { SimulationFailed } from './simulation-result.ts'

const SEEDS = 20
const TURNS = 3_000

test(`simulation: ${SEEDS} seeds hold`, async () => {
  const met = { crashes: 0, quietMoments: 0, statesCompared: 0 }
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { crashes, quietMoments, statesCompared } = await simulate({ seed, turns: TURNS })
    met.crashes += crashes
    met.quietMoments += quietMoments
    met.statesCompared += statesCompared
  }
  // So many at the least, or the seeds are not worth their time.
  assert.ok(met.crashes >= SEEDS / 2, `${met.crashes} crashes`)
  assert.ok(met.quietMoments >= SEEDS, `${met.quietMoments} quiet moments`)
  assert.ok(met.statesCompared >= SEEDS, `${met.statesCompared} states compared`)
})

for (const shards of [1, 2] as const) {
  test(`simulation: a seed of ${shards === 1 ? 'one shard' : 'two shards'} tells one story`, async () => {
    for (const seed of [101, 102, 103]) {
      const first = await simulate({ seed, shards, turns: TURNS })
      const second = await simulate({ seed, shards, turns: TURNS })
      assert.deepEqual(second, first)
      const other = await simulate({ seed: seed + 1_000, shards, turns: TURNS })
      assert.notEqual(other.traceHash, first.traceHash)
    }
  })
}

test('simulation: a seed that breaks says where, and breaks there again', async () => {
  const options = { seed: 3, plant: 'money-from-nothing', turns: 20_000 } as const
  const brokenBy = (): Promise<unknown> =>
    simulate(options).then(
      () => undefined,
      (error) => error,
    )
  const first = await brokenBy()
  assert.ok(first instanceof SimulationFailed)
  assert.match(first.message, /^seed 3 broke at turn \d+: money: /)
  assert.match(first.message, /again: npm run simulate -- --seed 3 --turns 20000$/)
  assert.equal(((await brokenBy()) as Error).message, first.message)
})

test('simulation: the command runs seeds and says what they came to', async () => {
  const entry = fileURLToPath(new URL('./simulate.js', import.meta.url))
  const flags = ['--seed', '7', '--seeds', '2', '--turns', '1000']
  const { stdout } = await promisify(execFile)(process.execPath, [entry, ...flags])
  assert.match(stdout, /^from seed 7, 1000 turns each\n2 seeds, \d+ commands \(\d+ a second\), /)
  assert.match(stdout, /simulated hours in \d+ s\n$/)
  await assert.rejects(
    promisify(execFile)(process.execPath, [entry, '--seeds', 'x']),
    /give a number/,
  )
})
