import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import {
  MEB_SCENARIOS,
  MEB_SEED,
  type MebMessages,
  MebType,
  makeMeb,
  mebDigest,
} from '../../bench/workloads/meb.ts'
import {
  MEB_REPORT_DIGESTS,
  mebReportCounts,
  mebReportDigest,
  REPORT_WORDS,
} from '../../bench/workloads/meb-reports.ts'
import { mebMessageAt, NaiveMebBook } from './naive-meb-book.ts'

/** As specified. */
const FULL = [
  {
    scenario: 'static',
    messages: '5b115b7a1aa5a173c020956365dabd702fcf9cc001de2b1e218c7b12c3151aa2',
    prices: [32_795, 34_281],
    counts: [1_000_000, 827, 957_377, 169_577, 16_279, 3_098],
    lines: 2_147_158,
    resting: [20_888, 41_788],
    levels: [60, 88],
  },
  {
    scenario: 'normal',
    messages: 'b7a06e06e2778e95a7b3f0100994a2c8a22db4f36d05c496cfc57489f86edb6a',
    prices: [32_866, 34_830],
    counts: [1_000_000, 62_474, 931_363, 164_857, 38_131, 7_818],
    lines: 2_204_643,
    resting: [2_739, 5_502],
    levels: [285, 330],
  },
] as const

for (const full of FULL) {
  test(`meb ${full.scenario}: messages, and the naive book's reports, are as published`, () => {
    const messages = makeMeb({ scenario: full.scenario, seed: MEB_SEED })
    assert.equal(messages.count, 1_996_097)
    assert.deepEqual(countsOf(messages.type, 3), [1_000_000, 823_422, 172_675])
    assert.equal(countsOf(messages.ioc, 2)[1], 150_234)
    assert.deepEqual(rangeOf(messages.price), full.prices)
    assert.equal(mebDigest(messages), full.messages)

    const played = play(messages)
    assert.deepEqual(mebReportCounts(played.reports), full.counts)
    assert.equal(played.reports.length / REPORT_WORDS, full.lines)
    assert.deepEqual([played.resting, played.levels], [full.resting, full.levels])
    assert.equal(mebReportDigest(played.reports), MEB_REPORT_DIGESTS[full.scenario])
    if (full.scenario === 'normal') assert.deepEqual(firstOf(messages, 7), NORMAL_BEGINS)
  })
}

for (const scenario of ['swing-25', 'swing-40', 'flash-crash'] as const) {
  test(`meb ${scenario}: the naive book's reports are what engines are held against`, () => {
    const { reports } = play(makeMeb({ scenario, seed: MEB_SEED }))
    assert.equal(mebReportDigest(reports), MEB_REPORT_DIGESTS[scenario])
  })
}

const NORMAL_BEGINS = [
  'new sell 88 @ 33721 id 814347',
  'cancel sell 88 @ 33721 id 814347',
  'new sell 59 @ 34368 id 587812',
  'cancel sell 59 @ 34368 id 587812',
  'new buy 82 @ 33724 id 216493',
  'modify buy 83 @ 33725 id 216493',
  'cancel buy 82 @ 33724 id 216493',
]

const SMOKE_ORDERS = 5_000

test('meb: a scenario changes prices, and nothing else', () => {
  const [first, ...others] = MEB_SCENARIOS.map((scenario) =>
    makeMeb({ scenario, seed: MEB_SEED, orders: SMOKE_ORDERS }),
  )
  assert.equal(others.length, 4)
  for (const other of others) {
    assert.deepEqual({ ...other, price: 0 }, { ...first!, price: 0 })
    assert.notDeepEqual(other.price, first!.price)
  }
})

test('meb: a smaller run goes as far as a whole one, in fewer steps', () => {
  const { price } = makeMeb({ scenario: 'flash-crash', seed: MEB_SEED, orders: SMOKE_ORDERS })
  const [least, most] = rangeOf(price)
  assert.ok(most! / least! > 1.5, `${least} to ${most}`)
})

test('meb: a seed gives its messages again, and another one others', () => {
  const digest = (seed: number): string =>
    mebDigest(makeMeb({ scenario: 'swing-25', seed, orders: SMOKE_ORDERS }))
  assert.equal(digest(5), digest(5))
  assert.notEqual(digest(5), digest(6))
})

test('meb: the digest is that of the lines, each one ended', () => {
  const messages = makeMeb({ scenario: 'swing-40', seed: 1, orders: SMOKE_ORDERS })
  const { type, side, ioc, qty, id, price } = messages
  const lines = Array.from(
    type,
    (one, i) => `${one},${side[i]},${ioc[i]},${qty[i]},${id[i]},${price[i]}\n`,
  )
  assert.equal(mebDigest(messages), createHash('sha256').update(lines.join('')).digest('hex'))
})

/** Mean, rounded, and peak of what rests after each message. */
function play(messages: MebMessages): {
  reports: Int32Array
  resting: readonly number[]
  levels: readonly number[]
} {
  const book = new NaiveMebBook()
  const sum = { resting: 0, levels: 0 }
  const peak = { resting: 0, levels: 0 }
  for (let i = 0; i < messages.count; i++) {
    book.take(i, mebMessageAt(messages, i))
    sum.resting += book.resting.size
    sum.levels += book.levels
    peak.resting = Math.max(peak.resting, book.resting.size)
    peak.levels = Math.max(peak.levels, book.levels)
  }
  const mean = (of: number): number => Math.round(of / messages.count)
  return {
    reports: book.reports,
    resting: [mean(sum.resting), peak.resting],
    levels: [mean(sum.levels), peak.levels],
  }
}

function firstOf(messages: MebMessages, count: number): string[] {
  const verbs = Object.keys(MebType).map((name) => name.toLowerCase())
  return Array.from({ length: count }, (_, i) => {
    const { type, side, qty, price, id } = mebMessageAt(messages, i)
    return `${verbs[type]} ${side === 0 ? 'buy' : 'sell'} ${qty} @ ${price} id ${id}`
  })
}

function countsOf(values: Uint8Array, kinds: number): number[] {
  const counts = Array.from({ length: kinds }, () => 0)
  for (const value of values) counts[value]!++
  return counts
}

function rangeOf(values: Int32Array): number[] {
  return values.reduce(
    ([least, most], value) => [Math.min(least!, value), Math.max(most!, value)],
    [Infinity, 0],
  )
}
