/**
 * The rules of the MEB flow, in the lines of its report stream, by the naive book that is the truth
 * for faster ones.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { MEB_SCENARIOS, MebSide, MebType, makeMeb } from '../../bench/workloads/meb.ts'
import {
  KIND,
  MebReportKind,
  mebReportDigest,
  mebReportLine,
  REPORT_WORDS,
  SEQ,
} from '../../bench/workloads/meb-reports.ts'
import { mebMessageAt, NaiveMebBook, type NaiveMebMessage } from './naive-meb-book.ts'

test('meb book: the best price first, and at one price the oldest', () => {
  play(`
    new sell 1: 100 @ 1001    → 0,0,1,1,1001,100
    new sell 2:  50 @ 1000    → 0,1,1,2,1000,50
    new sell 3:  40 @ 1001    → 0,2,1,3,1001,40
    new buy  4: 155 @ 1001    → 0,3,0,4,1001,155  1,3,1000,50,2,4  1,3,1001,100,1,4  1,3,1001,5,3,4
    cancel   3                → 2,4,1,3,1001
    cancel   4                → 4,5,4
  `)
})

test('meb book: a remainder rests, but that of an IOC order is cancelled at its limit', () => {
  play(`
    new sell 1:  10 @ 1000    → 0,0,1,1,1000,10
    ioc buy  2:  30 @ 1002    → 0,1,0,2,1002,30  1,1,1000,10,1,2  2,1,0,2,1002
    new sell 3:  10 @ 1002    → 0,2,1,3,1002,10
    ioc buy  4:  10 @ 1002    → 0,3,0,4,1002,10  1,3,1002,10,3,4
    new buy  5:  20 @ 1001    → 0,4,0,5,1001,20
    new sell 6:   5 @ 999     → 0,5,1,6,999,5  1,5,1001,5,5,6
    ioc sell 7:   5 @ 1002    → 0,6,1,7,1002,5  2,6,1,7,1002
    cancel   5                → 2,7,0,5,1001
  `)
})

test('meb book: a modify is a new arrival with its whole quantity, whatever had traded', () => {
  play(`
    new buy  1:  10 @ 1000    → 0,0,0,1,1000,10
    new buy  2:  10 @ 1000    → 0,1,0,2,1000,10
    new sell 3:   4 @ 1000    → 0,2,1,3,1000,4  1,2,1000,4,1,3
    modify buy 1: 11 @ 1000   → 3,3,0,1,1000,11
    new sell 4:  21 @ 1000    → 0,4,1,4,1000,21  1,4,1000,10,2,4  1,4,1000,11,1,4
    modify buy 1: 11 @ 1000   → 5,5,1
  `)
})

test('meb book: a modify may trade, and a cancel tells the price at which the order rested', () => {
  play(`
    new sell 1:   5 @ 1001    → 0,0,1,1,1001,5
    new buy  2:  10 @ 1000    → 0,1,0,2,1000,10
    modify buy 2: 11 @ 1001   → 3,2,0,2,1001,11  1,2,1001,5,1,2
    cancel   2                → 2,3,0,2,1001
  `)
})

test('meb book: in no scenario do its sides cross', () => {
  for (const scenario of MEB_SCENARIOS) {
    const book = new NaiveMebBook()
    const messages = makeMeb({ scenario, seed: 7, orders: 3_000 })
    for (let i = 0; i < messages.count; i++) {
      book.take(i, mebMessageAt(messages, i))
      const [bid, ask] = book.sides.map((side) => side.first()?.price)
      assert.ok((bid ?? 0) < (ask ?? Infinity), `${scenario}, seed 7, message ${i}: ${bid}, ${ask}`)
    }
  }
})

test('meb reports: "modified" may be said after its fills, and fills keep their order', () => {
  const modified = record(MebReportKind.Modified, 2, 1, 9, 0, 1_001, 11)
  const fills = [
    record(MebReportKind.Fill, 2, 0, 3, 9, 1_001, 5),
    record(MebReportKind.Fill, 2, 0, 1, 9, 1_001, 6),
  ]
  const before = record(MebReportKind.CancelRefused, 1, 0, 12, 0, 0, 0)
  const lines = '4,1,12\n1,2,1001,5,3,9\n1,2,1001,6,1,9\n3,2,1,9,1001,11'
  const expected = createHash('sha256').update(lines).digest('hex')
  assert.equal(mebReportDigest(Int32Array.from([before, modified, ...fills].flat())), expected)
  assert.equal(mebReportDigest(Int32Array.from([before, ...fills, modified].flat())), expected)
})

test('meb reports: a stream that goes back, or has an unknown kind, has no digest', () => {
  const late = Int32Array.from([...record(0, 5), ...record(0, 4)])
  assert.throws(() => mebReportDigest(late), /message 4 after one on 5/)
  assert.throws(() => mebReportDigest(Int32Array.from(record(6, 0))), /of kind 6/)
  const negative = Int32Array.from(record(0, 0, -1))
  assert.throws(() => mebReportDigest(negative), /not a field: -1/)
})

test('meb reports: no report at all has the digest of nothing', () => {
  assert.equal(mebReportDigest(new Int32Array(0)), createHash('sha256').digest('hex'))
})

function record(kind: number, seq: number, ...more: number[]): number[] {
  const words = Array.from({ length: REPORT_WORDS }, (_, i) => more[i - 2] ?? 0)
  words[KIND] = kind
  words[SEQ] = seq
  return words
}

/** Each row: a message, and what the book says to it. Messages are numbered from 0. */
function play(table: string): void {
  const book = new NaiveMebBook()
  let said = 0
  const rows = table.trim().split('\n')
  rows.forEach((row, seq) => {
    const [words, expected] = row.split('→').map((part) => part.trim()) as [string, string]
    book.take(seq, messageOf(words))
    const lines: string[] = []
    for (; said < book.reports.length; said += REPORT_WORDS) {
      lines.push(mebReportLine(book.reports, said))
    }
    assert.deepEqual(lines, expected.split(/\s+/), words)
  })
}

const ROW = /^(new|ioc|cancel|modify) +(?:(buy|sell) +)?(\d+)(?:: +(\d+) @ (\d+))?$/

function messageOf(words: string): NaiveMebMessage {
  const [, verb, side, id, qty, price] = ROW.exec(words)!
  const types = { new: MebType.New, ioc: MebType.New, cancel: MebType.Cancel }
  return {
    type: types[verb as keyof typeof types] ?? MebType.Modify,
    side: side === 'sell' ? MebSide.Sell : MebSide.Buy,
    ioc: verb === 'ioc' ? 1 : 0,
    ...{ id: Number(id), qty: Number(qty ?? 0), price: Number(price ?? 0) },
  }
}
