/**
 * A recorded day, GOOG on 2012-06-21, through the exchange machine: the book that its depth updates
 * tell, and its own, are the market's true one after every event, and every taker meets the makers
 * of the day. The data may not stand in the project: it is looked for in `$TRADSYS_DATA/lobster`,
 * else in `../shared/data/lobster`.
 */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { LobsterDay } from '../../cli/lobster/day.ts'
import { type LobsterFiles, readLobster } from '../../cli/lobster/files.ts'
import { type Depth, describeDifference, differences } from '../../cli/lobster/truth.ts'
import { LobsterMachine } from './lobster-machine.ts'

const checkout = fileURLToPath(new URL('../../../', import.meta.url))
const folder = join(process.env.TRADSYS_DATA ?? join(checkout, '../shared/data'), 'lobster')
const path = (kind: string) => {
  return join(folder, `GOOG_2012-06-21_34200000_57600000_${kind}_10.csv.gz`)
}
const paths = { messagesPath: path('message'), bookPath: path('orderbook'), tick: 100 }
const there = existsSync(paths.messagesPath) && existsSync(paths.bookPath)
const skip = there ? false : `no LOBSTER sample in ${folder}; set TRADSYS_DATA to its parent`

const AUDIT_ROWS = 1_000

interface PlayedDay {
  readonly day: LobsterDay
  readonly machine: LobsterMachine
  readonly stepCount: number
}

/** The whole day, compared after every step. */
function play(files: LobsterFiles, mode: 'single' | 'grouped'): PlayedDay {
  const day = new LobsterDay(files, mode)
  const machine = new LobsterMachine()
  let stepCount = 0
  let auditAt = 0
  for (const { row, actions } of day.steps()) {
    for (const action of actions) machine.act(action)
    assertTrue(files, row, 'the feed', machine.feed)
    assertTrue(files, row, 'the book', machine.book)
    if (row >= auditAt) {
      assert.equal(machine.audit(), undefined, `row ${row}`)
      auditAt += AUDIT_ROWS
    }
    stepCount++
  }
  assert.equal(machine.audit(), undefined, 'after the last row')
  return { day, machine, stepCount }
}

function assertTrue(files: LobsterFiles, row: number, whose: string, depth: Depth): void {
  const difference = differences(files.book, row, depth)[0]
  if (difference !== undefined) assert.fail(`${whose}: ${describeDifference(difference)}`)
}

describe('lobster machine', { skip }, () => {
  let reading: Promise<LobsterFiles> | undefined
  const read = () => {
    reading ??= readLobster(paths)
    return reading
  }

  test('exchange: feed and book are the true ones after each of a day’s 147,916 events', async () => {
    const { day, machine, stepCount } = play(await read(), 'single')
    assert.equal(stepCount, 147_916)
    const { fills, fifoHeadFills, unresolvedIds, crossingOrders, otherDifferences } = day.counts
    assert.deepEqual(
      { fills, fifoHeadFills, unresolvedIds, crossingOrders, otherDifferences },
      {
        ...{ fills: 7_764, fifoHeadFills: 7_759 },
        ...{ unresolvedIds: 0, crossingOrders: 0, otherDifferences: 0 },
      },
    )
    assert.deepEqual(day.counts.exceptions, [69_772, 131_724, 131_725, 131_726, 145_470])
    assert.equal(machine.takerCount, 7_759)
    assert.equal(machine.fillCount, 7_759)
  })

  test('exchange: 5,927 of a day’s 5,930 takers meet its makers, in order, size and price', async () => {
    const { day, machine, stepCount } = play(await read(), 'grouped')
    // 1,834 rows of a group that are not its first, and 199 hidden ones between, have no step.
    assert.equal(stepCount, 147_916 - 1_834 - 199)
    const { takers, exactTakers, groupFillsMax, fills, unresolvedIds } = day.counts
    assert.deepEqual(
      { takers, exactTakers, groupFillsMax, fills, unresolvedIds },
      { takers: 5_930, exactTakers: 5_927, groupFillsMax: 35, fills: 7_764, unresolvedIds: 0 },
    )
    assert.deepEqual(day.counts.exceptions, [69_772, 131_724, 145_470])
    assert.equal(machine.takerCount, 5_927)
  })
})
