/** The checker of the crash suite must see what it is there to see. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ExecType, ExecutionReport } from '../../protocol/codecs.ts'
import { Ledger } from './ledger.ts'
import { clOrdIdOf, requestAt, wordsOf } from './request-flow.ts'

const SEED = 7
const SENT = 20
const ANSWERED = 15

function ledger(): Ledger {
  const made = new Ledger('NORTH', SEED)
  made.sent = SENT
  for (let index = 0; index < ANSWERED; index++) made.answer(clOrdIdOf('NORTH', index))
  return made
}

const lines = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => wordsOf('NORTH', index, requestAt(SEED, index)))

/** How many of each are owed by what a journal holds. */
const owed = (recovered: readonly string[]): number[] => {
  const { lost, doubled, wrong } = ledger().owed(recovered)
  return [lost.length, doubled.length, wrong.length]
}

for (const [what, recovered, expected] of [
  ['exactly what was answered', lines(ANSWERED), [0, 0, 0]],
  ['a tail that was sent and not answered', lines(SENT), [0, 0, 0]],
  ['all but the last that was answered', lines(ANSWERED - 1), [1, 0, 0]],
  ['nothing', [], [ANSWERED, 0, 0]],
  ['one twice', [...lines(ANSWERED), lines(ANSWERED).at(-1)!], [0, 1, 0]],
  [
    'one that was never sent',
    [...lines(SENT), wordsOf('NORTH', SENT, requestAt(SEED, SENT))],
    [0, 0, 1],
  ],
  [
    'two in each other’s place',
    [lines(2)[1]!, lines(2)[0]!, ...lines(ANSWERED).slice(2)],
    [0, 0, 2],
  ],
  ['other terms', [`${lines(1)[0]}0`, ...lines(ANSWERED).slice(1)], [0, 0, 1]],
  // Each behind the gap is in a place that is not its own.
  ['a gap', [...lines(3), ...lines(ANSWERED).slice(4)], [1, 0, ANSWERED - 4]],
] as const) {
  test(`ledger: a journal that holds ${what}`, () => assert.deepEqual(owed(recovered), expected))
}

test('ledger: what was refused has no place in the journal', () => {
  const made = ledger()
  made.refuse(ANSWERED)
  const all = lines(ANSWERED + 2)
  const without = made.owed(all.toSpliced(ANSWERED, 1))
  assert.deepEqual([without.lost, without.doubled, without.wrong], [[], [], []])
  assert.match(made.owed(all).wrong[0] ?? '', /^refused, and there: NORTH-15/)
  made.refuse(3)
  assert.match(made.doubled[0] ?? '', /NORTH-3: answered, and refused/)
})

test('ledger: an answer that comes twice, or to nothing, is seen', () => {
  const made = ledger()
  made.answer(clOrdIdOf('NORTH', 3))
  made.answer(clOrdIdOf('NORTH', SENT))
  made.answer('SOUTH-1')
  assert.deepEqual([made.doubled.length, made.wrong.length], [1, 2])
})

test('ledger: a report that comes again must be the same bytes', () => {
  const made = ledger()
  made.write(4, Buffer.from('four'))
  assert.equal(made.lastReport, 4)
  assert.equal(made.compare(4, Buffer.from('four')), undefined)
  assert.match(made.compare(4, Buffer.from('five')) ?? '', /report 4 was/)
})

test('ledger: one event under two reports is seen, by its id and by its lots', () => {
  const made = ledger()
  const fill = (execId: number, cumQty: number): ExecutionReport => {
    const block = new DataView(new ArrayBuffer(ExecutionReport.BLOCK_BYTES))
    const report = new ExecutionReport().wrap(block, 0)
    report.execType = ExecType.Trade
    Object.assign(report, { execId, orderId: 9, cumQty, lastQty: 2, clOrdId: 'NORTH-1' })
    return report
  }
  made.onExecution(1, fill(100, 2))
  made.onExecution(2, fill(101, 4))
  assert.deepEqual(made.doubled, [])
  made.onExecution(3, fill(101, 6))
  assert.match(made.doubled[0] ?? '', /execution 101 in reports 2 and 3/)
  made.onExecution(4, fill(102, 6))
  assert.match(made.doubled[1] ?? '', /6 filled, 2 more make 6/)
})
