/** Places in a log: as they are written, and where they are. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  firstAt,
  type LogPoint,
  lastAt,
  logPoint,
  parseTimeUs,
  timeText,
} from '../../cli/journal/log-point.ts'
import {
  sequenceOf,
  timeUsOf,
  walkCommands,
  walkEvents,
  walkTurns,
} from '../../cli/journal/record-walk.ts'
import { JournalReader } from '../../storage/journal-reader.ts'
import { randomFrom } from '../storage/journal-fixture.ts'
import { played, temporaryDirectory, writeJournal } from './played-journal.ts'

const noonUs = Date.UTC(2026, 10, 28, 12) * 1_000

const TIMES: readonly (readonly [text: string, timeUs: number | undefined])[] = [
  ['2026-11-28', noonUs - 12 * 3_600_000_000],
  ['2026-11-28T12:00', noonUs],
  ['2026-11-28 12:00', noonUs],
  ['2026-11-28T12:00:00Z', noonUs],
  ['2026-11-28T13:00+01:00', noonUs],
  ['2026-11-28T13:00+01', noonUs],
  ['2026-11-28T06:30:00-0530', noonUs],
  ['2026-11-28T12:00:01.5', noonUs + 1_500_000],
  ['2026-11-28T12:00:00.000001Z', noonUs + 1],
  ['2024-02-29', Date.UTC(2024, 1, 29) * 1_000],
  ['1970-01-01T00:00:01', 1_000_000],
  ...[
    ...['2026-02-29', '2026-13-01', '2026-11-31', '2026-11-28T24:00', '2026-11-28T12:60'],
    ...['2026-11-28T12', '12:00', '2026-11-28Z', '28.11.2026', '2026-11-28T12:00:00.1234567'],
    ...['', 'now', '-1', '2026-11-28T12:00 UTC'],
  ].map((text) => [text, undefined] as const),
]

test('log point: times are ISO 8601, without a zone UTC; what is no time is none', () => {
  for (const [text, timeUs] of TIMES) assert.equal(parseTimeUs(text), timeUs, text)
  assert.equal(timeText(noonUs + 123_456), '2026-11-28T12:00:00.123456Z')
  for (const [, timeUs] of TIMES) {
    if (timeUs !== undefined) assert.equal(parseTimeUs(timeText(timeUs)), timeUs)
  }
})

test('log point: a whole number is a sequence, from 1', () => {
  assert.deepEqual(logPoint('4711'), { sequence: 4711 })
  assert.deepEqual(logPoint('2026-11-28T12:00'), { timeUs: noonUs })
  for (const text of ['0', '1.5', '-3', '1e3', '99999999999999999999']) {
    assert.throws(() => logPoint(text), /numbered from 1|sequence of a command, or a time/, text)
  }
})

const SEED = 20_265
const RUNS = 6
const POINTS = 40

test('log point: found where a walk from the start would find it, however frames are cut', (t) => {
  const random = randomFrom(SEED)
  const below = (bound: number): number => Math.floor(random() * bound)
  for (let run = 0; run < RUNS; run++) {
    const table = Array.from({ length: 20 + below(60) }, (_, i) =>
      below(4) === 0 ? `tick ${i}` : `alice ${below(2) === 0 ? 'buy' : 'sell'} A 1 @ 100`,
    )
    // Several commands with one time: the sequencer's clock has steps, too.
    const commands = played(table.join('\n')).map(({ payload, timeUs }) => {
      return { payload, timeUs: Math.floor(timeUs / 3) * 3 }
    })
    const directory = temporaryDirectory(t)
    writeJournal(directory, commands, { commandsPerCommit: 1 + below(7), eventsCut: below(3) })
    const journal = JournalReader.open(directory)
    const times = commands.map(({ timeUs }) => timeUs)
    for (let i = 0; i < POINTS; i++) {
      const timeUs = times[below(times.length)]! + below(5) - 2
      const where = `seed ${SEED}, run ${run}, time ${timeUs}`
      const point: LogPoint = { timeUs }
      const before = times.filter((time) => time < timeUs).length
      const reached = times.filter((time) => time <= timeUs).length
      assert.equal(firstAt(journal, point), before + 1, where)
      assert.equal(lastAt(journal, point), reached, where)
    }
    const from = 1 + below(commands.length)
    const until = from + below(commands.length - from + 1)
    const range = { from, until }
    const where = `seed ${SEED}, run ${run}, ${from} to ${until}`
    const ofCommands = [...walkCommands(journal, range)]
    const ofEvents = [...walkEvents(journal, range)]
    assert.deepEqual(
      ofCommands.map((command) => [command.number, timeUsOf(command)]),
      times.slice(from - 1, until).map((timeUs, i) => [from + i, timeUs]),
      where,
    )
    const all = [...walkEvents(journal, { from: 1, until: commands.length })]
    const meant = all.filter((e) => sequenceOf(e) >= from && sequenceOf(e) <= until)
    const numbers = (events: typeof all): number[] => events.map(({ number }) => number)
    assert.deepEqual(numbers(ofEvents), numbers(meant), where)
    assert.deepEqual(
      numbers(all),
      Array.from({ length: journal.lastEvent }, (_, i) => i + 1),
    )
    const turns = [...walkTurns(journal, range)]
    assert.equal(turns.length, ofCommands.length + ofEvents.length, where)
    for (const [i, record] of turns.entries()) {
      if (i > 0) assert.ok(sequenceOf(record) >= sequenceOf(turns[i - 1]!), where)
      if (!record.isEvent) continue
      assert.equal(turns.slice(0, i).findLast((r) => !r.isEvent)!.number, sequenceOf(record), where)
    }
    journal.close()
  }
})

test('log point: what lies before the first command or behind the last', (t) => {
  const directory = temporaryDirectory(t)
  const count = writeJournal(directory, played('alice buy A 1 @ 100'))
  const journal = JournalReader.open(directory)
  assert.deepEqual([firstAt(journal, undefined), lastAt(journal, undefined)], [1, count])
  assert.deepEqual([firstAt(journal, { timeUs: 0 }), lastAt(journal, { timeUs: 0 })], [1, 0])
  const late = { timeUs: 2e15 }
  assert.deepEqual([firstAt(journal, late), lastAt(journal, late)], [count + 1, count])
  assert.equal(lastAt(journal, { sequence: count + 9 }), count)
  assert.deepEqual([...walkTurns(journal, { from: count + 1, until: count })], [])
  journal.close()
})
