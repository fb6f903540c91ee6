import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JournalReports } from '../../../gateway/order-entry/journal-reports.ts'
import { GONE, NOT_YET, type ReportSink, SEARCHING } from '../../../gateway/order-entry/reports.ts'
import { NUMBER_OFFSET } from '../../../protocol/envelope.ts'
import { FakeJournal } from './fake-journal.ts'

/** One session's reader, which keeps its place. */
class Reader implements ReportSink {
  readonly numberedFrom: number
  numbers: number[] = []
  firstKept = 0
  readonly #reports: JournalReports
  readonly #session: number

  constructor(reports: JournalReports, session: number, numberedFrom = 0) {
    this.numberedFrom = numberedFrom
    this.#reports = reports
    this.#session = session
  }

  onReport(view: DataView, at: number): void {
    this.numbers.push(view.getUint32(at + NUMBER_OFFSET, true))
  }

  onGone(firstKept: number): void {
    this.firstKept = firstKept
  }

  /** In a turn of its own. */
  read(from: number, limit = 256): string {
    this.#reports.beginTurn()
    return this.readOn(from, limit)
  }

  readOn(from: number, limit = 256): string {
    this.numbers = []
    const outcome = this.#reports.read(this.#session, from, limit, this)
    if (outcome > 0) assert.equal(outcome, this.numbers.length)
    if (outcome === GONE) return `gone, from ${this.firstKept}`
    if (outcome === NOT_YET) return 'not yet'
    return outcome === SEARCHING ? 'searching' : this.numbers.join(' ')
  }
}

test('journal reports: one session’s reports, from any number, over frames', () => {
  const journal = new FakeJournal().add([
    [
      [1, 0],
      [1, 1],
      [2, 1],
      [0, 0],
    ],
    [
      [2, 2],
      [0, 0],
    ],
    [
      [1, 2],
      [2, 3],
      [1, 3],
      [1, 4],
    ],
  ])
  const reports = new JournalReports(journal)
  const [one, two, three] = [1, 2, 3].map((session) => new Reader(reports, session)) as [
    ...[Reader, Reader, Reader],
  ]
  assert.equal(one.read(1), '1 2 3 4')
  assert.equal(two.read(2), '2 3')
  assert.equal(one.read(3), '3 4')
  assert.equal(three.read(1), 'not yet')
})

test('journal reports: batches go on where the last one ended, also over new frames', () => {
  const journal = new FakeJournal().add([
    [
      [1, 1],
      [1, 2],
      [1, 3],
    ],
  ])
  const reports = new JournalReports(journal)
  const reader = new Reader(reports, 1)
  assert.equal(reader.read(1, 2), '1 2')
  assert.equal(reader.read(3, 2), '3')
  assert.equal(reader.read(4, 2), 'not yet')
  journal.add([
    [
      [1, 4],
      [2, 1],
    ],
    [[1, 5]],
  ])
  assert.equal(reader.read(4, 2), '4 5')
  reports.forget(reader)
  assert.equal(reader.read(5, 2), '5')
})

test('journal reports: two readers of one session do not disturb each other', () => {
  const events = Array.from({ length: 9 }, (_, i) => [[1, i + 1]] as const)
  const journal = new FakeJournal().add([
    ...events,
    ...Array.from({ length: 40 }, () => [[0, 0]] as const),
  ])
  const reports = new JournalReports(journal)
  const [feed, history] = [new Reader(reports, 1), new Reader(reports, 1)]
  const heard: string[] = []
  for (let turns = 0, next = [5, 1]; next[0]! < 10 || next[1]! < 5; turns++) {
    assert.ok(turns < 40)
    for (const [i, reader] of [feed, history].entries()) {
      const outcome = reader.read(next[i]!, 2)
      if (outcome === 'searching' || outcome === 'not yet') continue
      heard.push(outcome)
      next = next.map((number, k) => (k === i ? number + reader.numbers.length : number))
    }
  }
  assert.deepEqual(heard.filter((told) => Number(told[0]) >= 5).join(' '), '5 6 7 8 9')
})

test('journal reports: a long search is cut into turns, and comes to the same', () => {
  const many = Array.from(
    { length: 100 },
    () =>
      [
        [2, 0],
        [0, 0],
      ] as const,
  )
  const journal = new FakeJournal().add([[[1, 1]], ...many, [[1, 2]]])
  const reports = new JournalReports(journal)
  let turns = 0
  const heard: string[] = []
  const reader = new Reader(reports, 1)
  for (let next = 1; next < 3; turns++) {
    const outcome = reader.read(next)
    assert.ok(turns < 50)
    if (outcome === 'searching') continue
    heard.push(outcome)
    next += outcome.split(' ').length
  }
  assert.equal(heard.join(' '), '1 2')
  assert.ok(turns > 8)
})

test('journal reports: all sessions together read no more in a turn than one', () => {
  const journal = new FakeJournal().add([
    [
      [1, 1],
      [2, 1],
      [3, 1],
    ],
    ...Array.from({ length: 40 }, () => [[0, 0]] as const),
  ])
  const reports = new JournalReports(journal)
  let turns = 0
  const heard = new Map<number, string>()
  const readers = [1, 2, 3].map((session) => new Reader(reports, session))
  for (; heard.size < 3; turns++) {
    assert.ok(turns < 30)
    const before = journal.framesRead
    reports.beginTurn()
    for (const [session, reader] of readers.entries()) {
      if (heard.has(session)) continue
      const outcome = reader.readOn(1)
      if (outcome !== 'searching') heard.set(session, outcome)
    }
    assert.ok(journal.framesRead - before <= 17, `${journal.framesRead - before} frames in a turn`)
    assert.equal(journal.refreshCount, turns + 1, 'looks once a turn how far the journal is')
  }
  assert.deepEqual([...heard.values()], ['1', '1', '1'])
})

test('journal reports: a turn looks once how far the journal has got, however many ask', () => {
  const events = [1, 2, 3].map((session) => [session, 1] as const)
  const journal = new FakeJournal().add([events])
  const reports = new JournalReports(journal)
  const readers = [1, 2, 3].map((session) => new Reader(reports, session))
  for (const turns of [1, 2]) {
    reports.beginTurn()
    for (const reader of readers) assert.equal(reader.readOn(1), '1')
    assert.equal(journal.refreshCount, turns)
  }
})

test('journal reports: what the journal no longer holds is gone', () => {
  const reports = new JournalReports(
    new FakeJournal().add([
      [
        [1, 5],
        [1, 6],
      ],
    ]),
  )
  const reader = new Reader(reports, 1)
  assert.equal(reader.read(2), 'gone, from 5')
  assert.equal(reader.read(5), '5 6')
})

test('journal reports: of numbers that began again only those of now are meant', () => {
  const journal = new FakeJournal().add([
    [
      [1, 1],
      [1, 2],
      [1, 3],
    ],
    [
      [1, 4],
      [1, 0], // event 5: they begin again
      [1, 1],
    ],
  ])
  const reports = new JournalReports(journal)
  assert.equal(new Reader(reports, 1, 5).read(1), '1')
  assert.equal(new Reader(reports, 1, 5).read(2), 'not yet')
  // Not yet as far as that: nothing of before is taken for it.
  assert.equal(new Reader(reports, 1, 9).read(1), 'not yet')
  journal.add([
    [
      [1, 2],
      [1, 3],
    ],
  ])
  assert.equal(new Reader(reports, 1, 5).read(1), '1 2 3')
  assert.equal(new Reader(reports, 1, 5).read(3), '3')
})

test('journal reports: closing lets the journal go', () => {
  const journal = new FakeJournal()
  new JournalReports(journal).close()
  assert.ok(journal.isClosed)
})
