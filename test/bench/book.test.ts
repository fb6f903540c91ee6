import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { runBook } from '../../bench/book/book-suite.ts'
import { hasPeer, runSymbols } from '../../bench/book/other-suites.ts'
import { addWords } from '../../bench/book/report-sum.ts'
import { MEB_SCENARIOS } from '../../bench/workloads/meb.ts'

const TRADSYS = fileURLToPath(new URL('../../../bin/tradsys', import.meta.url))
const ALLOCATIONS = fileURLToPath(new URL('./book-allocations.js', import.meta.url))

interface Ended {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

async function run(...args: string[]): Promise<Ended> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args)
    return { status: 0, stdout, stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { status: code, stdout, stderr }
  }
}

const bench = (line: string): Promise<Ended> => run(TRADSYS, 'bench', 'book', ...line.split(' '))

const SHORT = { seed: 23, runs: 1, hash: false, sink: 'ring' } as const

for (const scenario of ['static', 'normal'] as const) {
  test(`bench book: the reports of MEB ${scenario}, whole, have the published hash`, async () => {
    const options = { ...SHORT, workload: 'meb', scenario, hash: true } as const
    const { hashes, figures } = await runBook(options)
    assert.deepEqual(
      hashes.map(({ flow, isRight }) => [flow, isRight]),
      [[`meb.${scenario}`, true]],
    )
    assert.equal(figures[`meb.${scenario}.collections`]!.median, 0)
  })
}

test('bench book: ten million messages leave nothing on the heap, and no garbage', async () => {
  const { status, stdout, stderr } = await run('--expose-gc', ALLOCATIONS, '10000000')
  assert.equal(status, 0, stderr)
  const { count, collections, ...bytes } = JSON.parse(stdout) as Record<string, number>
  assert.ok(count! >= 10_000_000)
  assert.equal(collections, 0)
  for (const [name, value] of Object.entries(bytes)) assert.ok(value < 1 << 20, `${name} ${value}`)
})

test('bench book: all scenarios and both sinks are told, each by its name', async () => {
  const { status, stdout, stderr } = await bench('--orders 500 --runs 1 --json --hash')
  assert.equal(status, 0, stderr)
  const { figures, hashes } = JSON.parse(stdout) as {
    figures: Record<string, { median: number; runs: number[] }>
    hashes: { flow: string; sha256: string }[]
  }
  for (const scenario of MEB_SCENARIOS) {
    assert.ok(figures[`meb.${scenario}.msgs_per_s`]!.median > 0)
    assert.equal(figures[`meb.${scenario}.null.msgs_per_s`]!.runs.length, 3)
    assert.equal(figures[`meb.${scenario}.collections`]!.median, 0)
  }
  assert.equal(hashes.length, MEB_SCENARIOS.length)
  assert.match(hashes[0]!.sha256, /^[0-9a-f]{64}$/)
})

test('bench book: the exchange-core flows end where their generator did', async () => {
  for (const workload of ['xc-head', 'xc-readme'] as const) {
    const { figures } = await runBook({ ...SHORT, workload, orders: 100_000 })
    assert.ok(figures[`${workload}.msgs_per_s`]!.median > 0)
  }
})

test('bench book: a shard takes the flow, and all that it says arrives', async () => {
  const { status, stdout, stderr } = await bench('--workload shard --orders 2000 --runs 1 --json')
  assert.equal(status, 0, stderr)
  const { figures } = JSON.parse(stdout) as { figures: Record<string, { median: number }> }
  assert.ok(figures['shard.msgs_per_s']!.median > 0)
  assert.ok(figures['shard.events']!.median > 1)
})

test('bench book: many books are filled and measured beside one', async () => {
  const { figures } = await runSymbols({ seed: 23, runs: 1, orders: 20_000 })
  assert.ok(figures['symbols.ratio']!.median > 0)
  assert.ok(figures['symbols.ratio_same_orders']!.median > 0)
  assert.ok(figures['symbols.bytes']!.median > 20_000 * 64)
})

test('bench book: a peer runs the same messages', { skip: !hasPeer() && 'no peer' }, async () => {
  const line = '--scenario normal --orders 500 --runs 1 --sink null --vs --json'
  const { status, stdout, stderr } = await bench(line)
  assert.equal(status, 0, stderr)
  const { figures } = JSON.parse(stdout) as { figures: Record<string, { median: number }> }
  for (const name of ['peer.nodejs-order-book.msgs_per_s', 'peer.nodejs-order-book.ratio']) {
    assert.ok(figures[name]!.median > 0, name)
  }
})

const MISTAKES: Readonly<Record<string, RegExp>> = {
  '--workload cats': /Allowed choices are meb, xc-readme, xc-head, symbols, shard/,
  '--scenario calm': /Allowed choices are static, normal, swing-25, swing-40, flash-crash/,
  '--sink file': /Allowed choices are ring, null, both/,
  '--orders 0': /It must be a whole number, 1 to/,
  '--runs none': /It must be a whole number, 1 or more/,
  '--workload shard --scenario normal': /bench-flags: --scenario is nothing that --workload shard/,
  '--workload symbols --hash': /bench-flags: --hash is nothing that --workload symbols/,
  '--workload xc-head --vs': /bench-flags: --vs is nothing that --workload xc-head/,
}

test('bench book: a wrong argument ends with 2 and says what it takes', async () => {
  for (const [line, answer] of Object.entries(MISTAKES)) {
    const { status, stdout, stderr } = await bench(line)
    assert.equal(status, 2, `${line}: ${stderr}`)
    assert.match(stderr, answer, line)
    assert.equal(stdout, '')
  }
})

test('bench: a suite that there is not is refused', async () => {
  const { status, stderr } = await run(TRADSYS, 'bench', 'cats')
  assert.equal(status, 2)
  assert.match(stderr, /unknown command 'cats'/)
})

test('bench book: a report that is changed or moved has another sum', () => {
  const sum = (...words: number[]): number => addWords(0, Int32Array.from(words), 0, words.length)
  assert.notEqual(sum(1, 2, 3), sum(1, 3, 2))
  assert.notEqual(sum(1, 2, 3), sum(1, 2, 4))
  assert.equal(sum(1, 2), addWords(sum(1), Int32Array.of(2), 0, 1))
})
