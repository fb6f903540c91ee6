import * as assert from 'node:assert/strict'
import * as fs from 'node:fs'
import { type TestContext, test } from 'node:test'
import type { FrameView } from '../../storage/frame-view.ts'
import { JournalReader } from '../../storage/journal-reader.ts'
import { Segment } from '../../storage/segment.ts'
import {
  hasJournal,
  headMarkPath,
  journalDirectory,
  listSegments,
  segmentAt,
} from '../../storage/segment-files.ts'
import { verifyJournal } from '../../storage/verify.ts'
import { commitCommands, openWriter, randomFrom, temporaryDirectory } from './journal-fixture.ts'

/** Less than LMDB makes of an empty file: so each commit begins one. */
const TINY_BYTES = 4096
const SMALL_BYTES = 256 * 1024

const numbers = (frames: Iterable<FrameView>): number[] =>
  [...frames].flatMap(({ firstSequence, count }) =>
    Array.from({ length: count }, (_, index) => firstSequence + index),
  )

const upTo = (last: number, first = 1): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index)

/** Five commits, each in a segment of its own: 10, 20, 30, 40 and 50 commands. */
function fiveSegments(t: TestContext): string {
  const directory = temporaryDirectory(t)
  const writer = openWriter(directory, 'power-loss', { segmentBytes: TINY_BYTES })
  for (const count of [10, 20, 30, 40, 50]) commitCommands(writer, count)
  writer.close()
  return directory
}

test('segments: a full one is sealed, and the next begins with the next command', (t) => {
  const directory = fiveSegments(t)
  const names = listSegments(directory).map(({ firstSequence }) => firstSequence)
  assert.deepEqual(names, [1, 11, 31, 61, 101])
  const report = verifyJournal(directory)
  assert.deepEqual(
    [report.firstProblem, report.segments, report.commands, report.events],
    [undefined, 5, 150, 150],
  )
})

test('segments: are read as one journal, forwards and backwards, from any number', (t) => {
  const directory = fiveSegments(t)
  const reader = JournalReader.open(directory)
  for (const from of [1, 2, 10, 11, 12, 30, 31, 60, 61, 100, 101, 149, 150]) {
    for (const frames of [reader.commands(from, { verify: true }), reader.events(from)]) {
      const read = numbers(frames)
      assert.ok(read[0]! <= from, `from ${from}`)
      assert.deepEqual(read, upTo(150, read[0]), `from ${from}`)
    }
    for (const frames of [reader.commandsBackwards(from), reader.eventsBackwards(from)]) {
      const read = numbers(frames).sort((a, b) => a - b)
      assert.ok(read.at(-1)! >= from, `back from ${from}`)
      assert.deepEqual(read, upTo(read.at(-1)!), `back from ${from}`)
    }
  }
  assert.deepEqual(numbers(reader.commands(151)), [])
  reader.close()
})

test('segments: a reader that was there before goes on into the next ones', (t) => {
  const directory = temporaryDirectory(t)
  const writer = openWriter(directory, 'none', { segmentBytes: SMALL_BYTES })
  commitCommands(writer, 100)
  const reader = JournalReader.open(directory)
  const walk = reader.commands(1, { verify: true })
  const random = randomFrom(20_263)
  let seen = 0
  for (let round = 0; round < 60; round++) {
    commitCommands(writer, 1 + Math.floor(random() * 300))
    reader.refresh()
    assert.equal(reader.lastCommand, writer.lastCommand)
    assert.equal(reader.lastEvent, writer.lastEvent)
    for (let steps = 0; steps < 1 && seen < reader.lastCommand; steps++) {
      seen = walk.next().value!.lastSequence
    }
  }
  for (const frame of walk) seen = frame.lastSequence
  assert.equal(seen, writer.lastCommand)
  assert.ok(listSegments(directory).length > 4)
  reader.close()
  writer.close()
})

test('segments: shards whose events are few go on in segments that hold none of theirs', (t) => {
  const directory = temporaryDirectory(t)
  const options = { segmentBytes: TINY_BYTES, shards: 3 }
  const writer = openWriter(directory, 'power-loss', options)
  for (let round = 1; round <= 6; round++) {
    if (round % 3 === 0) {
      const record = Buffer.alloc(64)
      record.writeInt32LE(64, 0)
      writer.eventsOf[2]!.append(record, 0, 64)
    }
    commitCommands(writer, round)
    writer.eventsOf[2]!.reset()
  }
  writer.close()
  assert.equal(verifyJournal(directory).firstProblem, undefined)
  const reader = JournalReader.open(directory)
  assert.deepEqual(
    [0, 1, 2].map((shard) => numbers(reader.ofShard(shard).events(1, { verify: true })).length),
    [21, 0, 2],
  )
  reader.close()
  const again = openWriter(directory, 'power-loss', options)
  commitCommands(again, 7)
  again.close()
  assert.equal(verifyJournal(directory).firstProblem, undefined)
})

/** What a crash between two steps of a roll leaves (segment-tail.ts), and the last command there. */
const CRASHES: Readonly<Record<string, (directory: string) => number>> = {
  'the next file is there, without tables': (directory) => {
    fs.writeFileSync(segmentAt(directory, 151).path, '')
    return 150
  },
  'the next file has its tables, and no head': (directory) => {
    Segment.open(segmentAt(directory, 151).path).close()
    return 150
  },
  'the next has its head and no frames, the old one no seal': (directory) => {
    openWriter(directory, 'power-loss').close()
    return 150
  },
  'the old one is sealed, the next has no frames': (directory) => {
    rollOnce(directory)
    openWriter(directory, 'power-loss').close()
    return 151
  },
  'the old one is sealed, and the next is not there': rollOnce,
}

/** A commit, a roll, and the segment that it led to taken away. */
function rollOnce(directory: string): number {
  const writer = openWriter(directory, 'power-loss', { segmentBytes: TINY_BYTES })
  for (let commits = 0; commits < 2; commits++) commitCommands(writer, 1)
  writer.close()
  const [before, newest] = listSegments(directory).slice(-2)
  assert.equal(before!.firstSequence, 151)
  fs.rmSync(newest!.path)
  fs.rmSync(headMarkPath(directory))
  return 151
}

for (const [where, crash] of Object.entries(CRASHES)) {
  test(`segments: a crash while rolling loses nothing: ${where}`, (t) => {
    const directory = fiveSegments(t)
    const last = crash(directory)
    assert.equal(verifyJournal(directory).firstProblem, undefined)
    const reader = JournalReader.open(directory)
    assert.equal(reader.lastCommand, last)
    reader.close()
    const writer = openWriter(directory, 'power-loss', { segmentBytes: TINY_BYTES })
    assert.equal(writer.lastCommand, last)
    commitCommands(writer, 10)
    commitCommands(writer, 10)
    writer.close()
    const report = verifyJournal(directory)
    assert.deepEqual([report.firstProblem, report.commands], [undefined, last + 20])
  })
}

test('segments: a first start that ended at any step leaves a directory that is no journal yet', (t) => {
  const steps: readonly ((directory: string) => void)[] = [
    (directory) => fs.mkdirSync(journalDirectory(directory)),
    (directory) => fs.writeFileSync(headMarkPath(directory), ''),
    (directory) => fs.writeFileSync(segmentAt(directory, 1).path, ''),
    (directory) => Segment.open(segmentAt(directory, 1).path).close(),
  ]
  for (const [count] of steps.entries()) {
    const directory = temporaryDirectory(t)
    for (const step of steps.slice(0, count + 1)) step(directory)
    const where = `after step ${count + 1}`
    if (hasJournal(directory)) assert.equal(verifyJournal(directory).firstProblem, undefined, where)
    assert.throws(() => JournalReader.open(directory), { code: 'journal-missing' }, where)
    const writer = openWriter(directory, 'power-loss')
    commitCommands(writer, 3)
    writer.close()
    assert.equal(verifyJournal(directory).commands, 3, where)
  }
})

test('segments: each life of a writer has files of its own, and writes to no other', (t) => {
  const directory = temporaryDirectory(t)
  for (let life = 0; life < 3; life++) {
    const before = listSegments(directory).map(({ path }) => fs.readFileSync(path))
    const writer = openWriter(directory, 'power-loss')
    commitCommands(writer, 10)
    writer.close()
    const now = listSegments(directory).map(({ path }) => fs.readFileSync(path))
    assert.equal(now.length, life + 1)
    for (const [index, bytes] of before.entries()) assert.ok(bytes.equals(now[index]!))
  }
  assert.equal(verifyJournal(directory).commands, 30)
})

/** What a person or a bad restore does to the files, and what is said of it. */
const DAMAGES: Readonly<Record<string, readonly [RegExp, (directory: string) => void]>> = {
  'one in the middle is missing': [
    /does not follow on the segment before it/,
    (directory) => fs.rmSync(segmentAt(directory, 31).path),
  ],
  'the newest is missing': [
    /but 150 was durable/,
    (directory) => fs.rmSync(segmentAt(directory, 101).path),
  ],
  'two have changed places': [
    /not as its name says/,
    (directory) => {
      const [one, other] = [segmentAt(directory, 31).path, segmentAt(directory, 61).path]
      fs.renameSync(one, `${one}.kept`)
      fs.renameSync(other, one)
      fs.renameSync(`${one}.kept`, other)
    },
  ],
  'one is of another journal': [
    /does not follow on the segment before it/,
    (directory) => {
      const other = `${directory}-other`
      const writer = openWriter(other, 'none', { segmentBytes: TINY_BYTES })
      for (const count of [7, 23, 30, 40]) commitCommands(writer, count)
      writer.close()
      fs.copyFileSync(segmentAt(other, 31).path, segmentAt(directory, 31).path)
      fs.rmSync(other, { recursive: true })
    },
  ],
  'one was cut short': [
    /cut short/,
    (directory) => fs.truncateSync(segmentAt(directory, 31).path, 8192),
  ],
  'one is empty': [
    /holds nothing/,
    (directory) => fs.truncateSync(segmentAt(directory, 31).path, 0),
  ],
}

for (const [what, [says, damage]] of Object.entries(DAMAGES)) {
  test(`segments: ${what}: found`, (t) => {
    const directory = fiveSegments(t)
    damage(directory)
    const { ok, firstProblem } = verifyJournal(directory)
    assert.equal(ok, false)
    assert.match(firstProblem!.what, says)
    assert.ok(firstProblem!.mend.length > 0)
  })
}

test('segments: deleted from the oldest on, as retention does, leave a journal that begins later', (t) => {
  const directory = fiveSegments(t)
  const reader = JournalReader.open(directory)
  const backwards = reader.eventsBackwards()
  for (const first of [1, 11]) fs.rmSync(segmentAt(directory, first).path)
  assert.deepEqual(
    numbers(backwards).sort((a, b) => a - b),
    upTo(150, 31),
  )
  reader.close()
  const later = JournalReader.open(directory)
  assert.equal(later.firstCommand, 31)
  assert.deepEqual(numbers(later.commands(1, { verify: true })), upTo(150, 31))
  assert.deepEqual(numbers(later.events(1, { verify: true })), upTo(150, 31))
  later.close()
  const report = verifyJournal(directory)
  assert.deepEqual(
    [report.firstProblem, report.firstCommand, report.commands],
    [undefined, 31, 120],
  )
})

test('segments: an emptied or removed one that was marked durable is a loss, not a journal that never was', (t) => {
  for (const lose of [fs.rmSync, (path: string) => fs.truncateSync(path, 0)]) {
    const directory = temporaryDirectory(t)
    const writer = openWriter(directory, 'power-loss')
    commitCommands(writer, 10)
    writer.close()
    lose(segmentAt(directory, 1).path)
    const behind = { code: 'journal-behind-head-mark', message: /but 10 was durable/ }
    assert.throws(() => JournalReader.open(directory), behind)
    assert.throws(() => openWriter(directory, 'power-loss'), behind)
  }
})
