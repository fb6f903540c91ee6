/** Earlier reports of a tape: found by counting, from wherever a number is known. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JournalReports } from '../../../gateway/order-entry/journal-reports.ts'
import { GONE, NOT_YET, type ReportSink, SEARCHING } from '../../../gateway/order-entry/reports.ts'
import { TapePlace } from '../../../gateway/order-entry/tapes.ts'
import { NUMBER_OFFSET } from '../../../protocol/envelope.ts'
import { seeded } from '../../actors/seeded.ts'
import { FakeJournal, type Script } from './fake-journal.ts'

const EAR = 99
const TAPE = 7

/** A drop copy session's reader. It hears `number:of whose which`. */
class Ear implements ReportSink {
  readonly numberedFrom = 0
  readonly place: TapePlace
  heard: string[] = []
  firstKept = 0
  readonly #reports: JournalReports

  /** The first report on the tape behind `event` is its number `number`. */
  constructor(reports: JournalReports, event: number, number: number, tape = TAPE) {
    this.#reports = reports
    this.place = new TapePlace(tape, { event, number })
  }

  onReport(view: DataView, at: number, number: number): void {
    this.heard.push(`${number}:${view.getUint32(at + NUMBER_OFFSET, true)}`)
  }

  onGone(firstKept: number): void {
    this.firstKept = firstKept
  }

  /** In one turn. */
  read(from: number, limit = 256): string {
    this.heard = []
    this.#reports.beginTurn()
    const outcome = this.#reports.read(EAR, from, limit, this)
    if (outcome > 0) assert.equal(outcome, this.heard.length)
    if (outcome === GONE) return `gone, from ${this.firstKept}`
    if (outcome === NOT_YET) return 'not yet'
    return outcome === SEARCHING ? 'searching' : this.heard.join(' ')
  }

  /** In as many turns as it takes, until there is no more. */
  readAll(from: number, turnsMax = 200): string {
    const all: string[] = []
    for (let turns = 0, next = from; ; turns++) {
      assert.ok(turns < turnsMax, 'it comes to an end')
      const outcome = this.read(next, 5)
      if (outcome === 'not yet') return all.join(' ')
      if (outcome === 'searching') continue
      assert.doesNotMatch(outcome, /gone/)
      all.push(outcome)
      next += this.heard.length
    }
  }
}

const SCRIPT: Script = [
  // events 1 to 4: the tape's reports are said to two sessions, and a firm's mark counts as well
  [
    [1, 1, TAPE],
    [0, 0],
    [2, 1, -TAPE],
    [1, 2],
  ],
  // events 5 to 7
  [
    [3, 1, 8],
    [1, 3, TAPE],
    [2, 2, TAPE],
  ],
  // event 8
  [[EAR, 0]],
  // events 9 and 10
  [
    [1, 4, TAPE],
    [2, 3, TAPE],
  ],
]

test('journal tapes: numbers are counted down from where one is known, and up again', () => {
  const reports = new JournalReports(new FakeJournal().add(SCRIPT))
  // Four were on the tape when it logged on, at event 8.
  assert.equal(new Ear(reports, 8, 5).readAll(1), '1:1 2:1 3:3 4:2 5:4 6:3')
  assert.equal(new Ear(reports, 8, 5).readAll(4), '4:2 5:4 6:3')
  assert.equal(new Ear(reports, 8, 5).readAll(6), '6:3')
  // Its numbers began with the third.
  assert.equal(new Ear(reports, 8, 3).readAll(1), '1:3 2:2 3:4 4:3')
  // Known only of the last.
  assert.equal(new Ear(reports, 10, 7).readAll(2), '2:1 3:3 4:2 5:4 6:3')
  assert.equal(new Ear(reports, 8, 2, 8).readAll(1), '1:1')
})

test('journal tapes: a place that the journal has not got to is waited for, though it moves on', () => {
  const journal = new FakeJournal().add(SCRIPT.slice(0, 2))
  const ear = new Ear(new JournalReports(journal), 8, 5)
  assert.equal(ear.read(3), 'not yet')
  ear.place.event = 10
  ear.place.number = 7
  assert.equal(ear.read(3), 'not yet')
  journal.add(SCRIPT.slice(2, 3))
  assert.equal(ear.read(3), '3:3 4:2')
  assert.equal(ear.read(5), 'not yet')
  journal.add(SCRIPT.slice(3))
  assert.equal(ear.read(5), '5:4 6:3')
})

test('journal tapes: what is not kept is told, and the rest keeps its numbers', () => {
  const journal = new FakeJournal().add(SCRIPT)
  journal.frames.shift()
  const ear = new Ear(new JournalReports(journal), 8, 5)
  assert.equal(ear.read(1), 'gone, from 3')
  assert.equal(ear.read(3), '3:3 4:2 5:4 6:3')
})

test('journal tapes: a frame that goes while it is read is noticed, not counted past', () => {
  const journal = new FakeJournal().add(SCRIPT)
  const ear = new Ear(new JournalReports(journal), 8, 5)
  assert.equal(ear.read(1, 2), '1:1 2:1')
  journal.frames.splice(0, 2)
  assert.equal(ear.read(3, 1), 'searching')
  assert.equal(ear.read(3), 'gone, from 5')
  assert.equal(ear.read(5), '5:4 6:3')
})

test('journal tapes: a long way is cut into turns, back and forth', () => {
  const quiet: Script = Array.from({ length: 100 }, () => [[0, 0] as const])
  const journal = new FakeJournal().add([[[1, 1, TAPE]], ...quiet, [[1, 2, TAPE]], ...quiet])
  const ear = new Ear(new JournalReports(journal), journal.lastEvent, 3)
  let turns = 0
  const heard: string[] = []
  for (let next = 1; next < 3; turns++) {
    const before = journal.framesRead
    const outcome = ear.read(next)
    assert.ok(journal.framesRead - before <= 17)
    if (outcome === 'searching') continue
    heard.push(outcome)
    next += ear.heard.length
  }
  assert.equal(heard.join(' '), '1:1 2:2')
  assert.ok(turns > 15, `${turns} turns`)
})

test('journal tapes: any journal, any place, any report: as a list that is counted through', () => {
  for (let seed = 1; seed <= 100; seed++) {
    const random = seeded(seed)
    const script: (readonly [number, number, number])[][] = []
    const onTape: { readonly event: number; readonly number: number }[] = []
    let event = 0
    for (let frames = 1 + random(12); frames > 0; frames--) {
      script.push(
        Array.from({ length: 1 + random(6) }, () => {
          event++
          const tape = [0, TAPE, -TAPE, 3][random(4)]!
          if (Math.abs(tape) === TAPE) onTape.push({ event, number: event })
          return [1, event, tape] as const
        }),
      )
    }
    const reports = new JournalReports(new FakeJournal().add(script))
    const known = 1 + random(event)
    const before = onTape.filter((report) => report.event <= known).length
    const skipped = random(before + 1)
    const numbered = onTape.slice(skipped).map(({ number }, i) => `${i + 1}:${number}`)
    const from = 1 + random(numbered.length)
    const ear = new Ear(reports, known, before - skipped + 1)
    assert.equal(ear.readAll(from), numbered.slice(from - 1).join(' '), `seed ${seed}`)
  }
})
