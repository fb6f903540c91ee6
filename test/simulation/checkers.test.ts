/** Each checker of the simulation finds the defect that it is there for: planted into the exchange, and met within some seeds. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { simulate } from './simulation.ts'
import { SimulationFailed } from './simulation-result.ts'
import type { Plant } from './watch.ts'

/** A defect needs its occasion: a crash, a slow client, an order that is swallowed. */
const SEEDS_MAX = 20
/** A reader must be slow for long, and much be said to it. */
const TURNS = { few: 12_000, many: 60_000 }

/** `from`: where the seeds begin, for those that seldom have an occasion. */
const PLANTS: readonly (readonly [Plant, found: RegExp, from?: number])[] = [
  ['money-from-nothing', /money: account 1 has/],
  ['state-beside-the-log', /state: shard 0 after command/, 2],
  ['report-number-skipped', /reports: number \d+ of session .* came where \d+ was due/],
  ['order-swallowed', /answers: .* (hears nothing of order|well-formed order .* was rejected)/],
  ['level-wrong', /feed: the (bids|asks|top) of instrument/],
  ['commit-lost', /log: command \d+ was run and is lost/, 2],
  ['shard-before-commit', /log first: a shard runs command/],
  ['resend-altered', /reports: number \d+ .* is not what was said/],
  ['bytes-sent-twice', /reports: number \d+ .* was heard twice/],
  ['reader-unbounded', /queues: a trader’s unsent bytes holds/, 7],
]

for (const [plant, found, from = 1] of PLANTS) {
  const turns = plant === 'reader-unbounded' ? TURNS.many : TURNS.few
  test(`simulation: finds ${plant.replaceAll('-', ' ')}`, async () => {
    for (let seed = from; seed < from + SEEDS_MAX; seed++) {
      try {
        await simulate({ seed, plant, turns, shards: 1 })
      } catch (error) {
        assert.ok(error instanceof SimulationFailed)
        assert.match(error.message, found)
        return
      }
    }
    assert.fail(`not found in ${SEEDS_MAX} seeds`)
  })
}
