import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { DayCounts } from '../../cli/lobster/counts.ts'
import { LobsterDay } from '../../cli/lobster/day.ts'
import type { LobsterFiles } from '../../cli/lobster/files.ts'
import { LobsterPair } from './lobster-pair.ts'
import { playDay } from './lobster-play.ts'

/**
 * A day by hand, two levels a side. Behind the view stand asks of 30@104, 40@105 and bids of 30@98.
 * A line: time type id lots price sign | ask ask bid bid, each lots@price; prices in ticks.
 */
const DAY = `
  34200.5         1  1 10 100   1 | 10@102 20@103 10@100 20@99
  34200.5         1 11  5 100   1 | 10@102 20@103 15@100 20@99
  34200.7         1 12  7 100   1 | 10@102 20@103 22@100 20@99
  34200.8         4  1  4 100   1 | 10@102 20@103 18@100 20@99
  34200.900000001 4  1  6 100   1 | 10@102 20@103 12@100 20@99
  34200.900000001 5  0  1 100.5 1 | 10@102 20@103 12@100 20@99
  34200.900000001 4 11  2 100   1 | 10@102 20@103 10@100 20@99
  34201           2 11  1 100   1 | 10@102 20@103  9@100 20@99
  34202           4 12  3 100   1 | 10@102 20@103  6@100 20@99
  34203           1 13  5 101  -1 |  5@101 10@102  6@100 20@99
  34204           3 13  5 101  -1 | 10@102 20@103  6@100 20@99
  34205           1 14  4 103  -1 | 10@102 24@103  6@100 20@99
  34206           1 15  1 101  -1 |  1@101 10@102  6@100 20@99
  34207           4 15  1 101  -1 | 10@102 24@103  6@100 20@99
  34207           4  2 10 102  -1 | 24@103 30@104  6@100 20@99
  34208           3 14  4 103  -1 | 20@103 30@104  6@100 20@99
  34209           3  3 20 103  -1 | 30@104 40@105  6@100 20@99
  34210           3 12  4 100   1 | 30@104 40@105  2@100 20@99
  34210           3 11  2 100   1 | 30@104 40@105 20@99  30@98`

const OPENING = `
0 · buy a0-b100 10@100 · buy a0-b99 20@99 · sell a0-s102 10@102 · sell a0-s103 20@103
1 · buy o11-1 5@100
2 · buy o12-2 7@100
3 · sell t3 4@100 → a0-b100 4@100`

const MIDDLE = `
7 · reduce o11-1 to 4
8 · reduce o12-2 to 4
9 · sell o13-9 5@101 · cancel a0-s103
10 · cancel o13-9 · sell a10-s103 20@103
11 · sell o14-11 4@103
12 · sell o15-12 1@101 · cancel a10-s103 · cancel o14-11`

const END = `
16 · cancel a14-s103 · sell a16-s105 40@105
17 · cancel o12-2
18 · cancel o11-1 · buy a18-b98 30@98`

const GROUPED = `${OPENING}
6 · sell t4 8@100 → a0-b100 6@100, o11-1 2@100${MIDDLE}
14 · buy t13 11@102 → o15-12 1@101, a0-s102 10@102 · sell a14-s103 24@103 · sell a14-s104 30@104
15 · reduce a14-s103 to 20${END}`

const SINGLE = `${OPENING}
4 · sell t4 6@100 → a0-b100 6@100
5
6 · sell t6 2@100 → o11-1 2@100${MIDDLE}
13 · buy t13 1@101 → o15-12 1@101 · sell a13-s103 24@103
14 · buy t14 10@102 → a0-s102 10@102 · sell a14-s104 30@104
15 · reduce a13-s103 to 20${END.replace('a14-s103', 'a13-s103')}`

/** A day from lines like those above. `none` is an empty level, as LOBSTER writes it. */
function readDay(context: TestContext, lines: string): Promise<LobsterFiles> {
  const rows = lines.trim().split('\n')
  return LobsterPair.in(context).read({
    messages: rows.map(messageText).join('\n'),
    book: rows.map(bookText).join('\n'),
  })
}

function messageText(line: string): string {
  const [time, type, id, lots, price, sign] = line.split('|')[0]!.trim().split(/\s+/)
  return [time, type, id, lots, Number(price) * 100, sign].join()
}

function bookText(line: string): string {
  const levels = line.split('|')[1]!.trim().split(/\s+/)
  const half = levels.length / 2
  const cells = levels.map((level, index) => {
    if (level === 'none') return index < half ? '9999999999,0' : '-9999999999,0'
    const [lots, price] = level.split('@')
    return `${Number(price) * 100},${lots}`
  })
  return cells
    .slice(0, half)
    .map((ask, index) => `${ask},${cells[half + index]}`)
    .join()
}

function has(counts: DayCounts, expected: Partial<DayCounts>): void {
  for (const [name, value] of Object.entries(expected)) {
    assert.deepEqual(counts[name as keyof DayCounts], value, name)
  }
}

test('lobster day: grouped, executions of one instant are one taker', async (t) => {
  const played = playDay(await readDay(t, DAY), 'grouped', true)
  assert.equal(played.script(), GROUPED.trim())
  has(played.counts, {
    ownIds: 7,
    anonymousIds: 5,
    unresolvedIds: 0,
    fills: 6,
    fillsAtBest: 6,
    fifoHeadFills: 5,
    rowsNotAtHead: [8],
    adoptedSteps: 4,
    adoptedLevels: 5,
    adoptedLevelsMax: 2,
    droppedLevels: 2,
    otherDifferences: 0,
    groups: 4,
    takers: 4,
    exactTakers: 3,
    groupFillsMax: 2,
    hiddenRowsInGroups: 1,
    exceptions: [8],
  })
})

test('lobster day: single, each execution is a taker and each row a step', async (t) => {
  const played = playDay(await readDay(t, DAY), 'single', true)
  assert.equal(played.script(), SINGLE.trim())
  has(played.counts, {
    ownIds: 7,
    anonymousIds: 5,
    fills: 6,
    fifoHeadFills: 5,
    adoptedSteps: 5,
    adoptedLevels: 5,
    adoptedLevelsMax: 1,
    droppedLevels: 2,
    otherDifferences: 0,
    takers: 6,
    exactTakers: 5,
    exceptions: [8],
  })
})

test('lobster day: a side may be thinner than the view, or empty', async (t) => {
  const files = await readDay(
    t,
    `
    1 1 1 5 10  1 | none none 5@10 none
    2 1 2 5 12 -1 | 5@12 none 5@10 none
    3 4 1 5 10  1 | 5@12 none none none
    4 1 3 5 11 -1 | 5@11 5@12 none none`,
  )
  const { counts } = playDay(files, 'single')
  has(counts, { otherDifferences: 0, adoptedLevels: 0, fifoHeadFills: 1 })
})

test('lobster day: the id of an order that sank out of view may be entered again', async (t) => {
  const files = await readDay(
    t,
    `
    1 1 1 5 10 -1 | 5@10 5@8
    2 1 2 5  9 -1 | 5@9  5@8
    3 3 2 5  9 -1 | 5@10 5@8
    4 1 1 5  9 -1 | 5@9  5@8
    5 3 1 5  9 -1 | 5@10 5@8
    6 1 1 5  9 -1 | 5@9  5@8`,
  )
  const script = playDay(files, 'single', true).script()
  assert.match(script, /o1-3 .* o1-5 /s)
})

test('lobster day: rows that contradict the book are counted, and the book file wins', async (t) => {
  const files = await readDay(
    t,
    `
    1 1 1 5 10  1 | 9@20 9@21 5@10 5@9
    2 1 2 5 10  1 | 9@20 9@21 7@10 5@9
    3 3 3 1 15  1 | 9@20 9@21 7@10 5@9
    4 1 4 5 20  1 | 8@19 9@20 7@10 5@9
    5 4 9 9 10  1 | 8@19 9@20 5@9  5@8
    6 4 4 8 18 -1 | 9@20 9@21 5@9  5@8
    7 3 8 9 20 -1 | 9@21 9@22 5@9  5@8
    8 3 7 4 21 -1 | 9@21 9@22 5@7  5@6`,
  )
  for (const mode of ['single', 'grouped'] as const) {
    const { counts } = playDay(files, mode)
    has(counts, { crossingOrders: 1, unresolvedIds: 2, exceptions: [4, 5] })
    assert(counts.otherDifferences >= 5)
  }
})

test('lobster day: it is walked once', async (t) => {
  const day = new LobsterDay(await readDay(t, DAY), 'single')
  for (const step of day.steps()) assert(step.row >= 0)
  assert.throws(() => day.steps().next(), /walked once/)
})
