import * as assert from 'node:assert/strict'
import * as fs from 'node:fs'
import { type TestContext, test } from 'node:test'
import { JournalReader } from '../../storage/journal-reader.ts'
import { Segment } from '../../storage/segment.ts'
import { headMarkPath, listSegments, segmentAt } from '../../storage/segment-files.ts'
import { verifyJournal } from '../../storage/verify.ts'
import { verifyInChild } from '../../storage/verify-in-child.ts'
import {
  commitCommands,
  openWriter,
  randomFrom,
  segmentPath,
  temporaryDirectory,
} from './journal-fixture.ts'
import { flipInAll, storedFrames } from './stored-frames.ts'

const SEED = 20_262
const FLIPS = 200

function writeJournal(directory: string): void {
  const writer = openWriter(directory, 'power-loss')
  for (const count of [1, 5, 900, 20, 300, 2]) commitCommands(writer, count)
  writer.close()
}

test('verify: finds each of many single flipped bits, in headers and in records', (t) => {
  const directory = temporaryDirectory(t)
  writeJournal(directory)
  const frames = storedFrames(directory, segmentPath(directory))
  const random = randomFrom(SEED)
  const handle = fs.openSync(segmentPath(directory), 'r+')
  t.after(() => fs.closeSync(handle))
  assert.equal(verifyJournal(directory).ok, true)
  for (let index = 0; index < FLIPS; index++) {
    const frame = frames[Math.floor(random() * frames.length)]!
    // Every second one in the header, or it would hardly ever be hit.
    const offset = Math.floor(random() * (index % 2 === 0 ? 96 : frame.bytes))
    const bit = Math.floor(random() * 8)
    flipInAll(handle, frame, offset, bit)
    const report = verifyJournal(directory)
    flipInAll(handle, frame, offset, bit)
    const where = `seed ${SEED}, flip ${index}: bit ${bit} of byte ${offset} in a frame of ${frame.bytes}`
    assert.equal(report.ok, false, where)
    assert.match(report.firstProblem!.kind, /^(commands|events)$/, where)
    assert.ok(report.firstProblem!.mend.length > 0, where)
  }
  assert.equal(verifyJournal(directory).ok, true)
})

for (const kind of ['commands', 'events'] as const) {
  test(`verify: a journal whose first frames of ${kind} are missing is not whole`, (t) => {
    const directory = temporaryDirectory(t)
    writeJournal(directory)
    const tables = Segment.open(segmentPath(directory))
    tables.transaction(true, () => {
      const { database } = kind === 'commands' ? tables.commands : tables.eventsOf[0]!
      for (const key of [...database.getKeys({ limit: 2 })]) database.removeSync(key)
    })
    tables.close()
    const { ok, firstProblem } = verifyJournal(directory)
    assert.equal(ok, false)
    assert.deepEqual([firstProblem?.kind, firstProblem?.firstSequence], [kind, 7])
    assert.match(firstProblem!.what, /from 1 are missing/)
  })
}

test('verify: counts what is good and says how it goes on', (t) => {
  const directory = temporaryDirectory(t)
  const writer = openWriter(directory)
  for (let round = 0; round < 300; round++) commitCommands(writer, 2)
  writer.close()
  const seen: number[] = []
  const report = verifyJournal(directory, { onProgress: ({ frames }) => seen.push(frames) })
  assert.deepEqual(seen, [256, 512, 600])
  assert.equal(report.commands, 600)
  assert.equal(report.events, 600)
  assert.equal(report.frames, 600)
  assert.ok(report.bytes > 600 * 150)
})

test('verify: a file cut short is reported as damage, and kills nobody but perhaps a child', async (t) => {
  const directory = temporaryDirectory(t)
  writeJournal(directory)
  const path = segmentPath(directory)
  const whole = fs.readFileSync(path)
  const seen: number[] = []
  const onProgress = ({ bytes }: { readonly bytes: number }): number => seen.push(bytes)
  const { ok, bytes } = await verifyInChild(directory, { onProgress })
  assert.ok(ok && bytes > 0)
  assert.equal(seen.at(-1), bytes, 'the child tells how far it is')
  const lengths = [whole.length - 4096, whole.length >> 1, 3 * 4096, 2 * 4096, 4096, 100, 0]
  for (const length of lengths) {
    fs.writeFileSync(path, whole.subarray(0, length))
    const report = await verifyInChild(directory)
    assert.equal(report.ok, false, `cut to ${length}`)
    assert.ok((report.firstProblem?.what.length ?? 0) > 0)
  }
})

test('verify: a file whose pages all became zeros is reported as damage', async (t) => {
  const directory = temporaryDirectory(t)
  writeJournal(directory)
  // The length is right, so nothing but the pages themselves can tell.
  const path = segmentPath(directory)
  const file = fs.readFileSync(path)
  fs.writeFileSync(path, file.subarray(0, 8192))
  fs.truncateSync(path, file.length)
  const report = await verifyInChild(directory)
  assert.equal(report.ok, false)
})

test('verify: a missing journal is an error of the caller, in a child too', async (t) => {
  await assert.rejects(verifyInChild(temporaryDirectory(t)), /no journal in/)
})

function copyOf(t: TestContext, directory: string): string {
  const copy = temporaryDirectory(t)
  fs.cpSync(directory, copy, { recursive: true })
  return copy
}

/** All but the mark, which stands outside of what is copied together. */
function rollBack(directory: string, older: string): void {
  for (const { path } of listSegments(directory)) fs.rmSync(path)
  for (const { path, firstSequence } of listSegments(older)) {
    fs.copyFileSync(path, segmentAt(directory, firstSequence).path)
  }
}

test('head mark: an older copy of the file is refused by writer, reader and verify', (t) => {
  const directory = temporaryDirectory(t)
  writeJournal(directory)
  const older = copyOf(t, directory)
  const writer = openWriter(directory, 'power-loss')
  commitCommands(writer, 10)
  writer.close()
  rollBack(directory, older)
  const refused = { code: 'journal-behind-head-mark', message: /1228.*1238/ }
  assert.throws(() => openWriter(directory, 'power-loss'), refused)
  assert.throws(() => JournalReader.open(directory), refused)
  assert.equal(verifyJournal(directory).firstProblem?.kind, 'head-mark')

  fs.rmSync(segmentPath(directory))
  assert.throws(() => openWriter(directory), { code: 'journal-behind-head-mark' })
})

test('head mark: an older copy that was written on is refused too', (t) => {
  const directory = temporaryDirectory(t)
  writeJournal(directory)
  const older = copyOf(t, directory)
  const first = openWriter(directory, 'power-loss')
  commitCommands(first, 10)
  first.close()
  const mark = fs.readFileSync(headMarkPath(directory))
  rollBack(directory, older)
  fs.rmSync(headMarkPath(directory))
  const second = openWriter(directory, 'power-loss')
  for (const count of [4, 20]) commitCommands(second, count)
  second.close()
  fs.writeFileSync(headMarkPath(directory), mark)
  assert.throws(() => openWriter(directory, 'power-loss'), { code: 'journal-behind-head-mark' })
})

test('head mark: one of another journal is refused, though it speaks of an older segment', (t) => {
  const directory = temporaryDirectory(t)
  writeJournal(directory)
  const second = openWriter(directory, 'power-loss')
  commitCommands(second, 10)
  second.close()
  const own = fs.readFileSync(headMarkPath(directory))
  // This journal has a frame that ends with command 6, and none that ends with 7.
  for (const last of [6, 7]) {
    const other = temporaryDirectory(t)
    const writer = openWriter(other, 'power-loss')
    commitCommands(writer, last)
    writer.close()
    fs.copyFileSync(headMarkPath(other), headMarkPath(directory))
    const refused = { code: 'journal-behind-head-mark', message: /not the one that was marked/ }
    assert.throws(() => openWriter(directory, 'power-loss'), refused)
    assert.throws(() => JournalReader.open(directory), refused)
    assert.equal(verifyJournal(directory).firstProblem?.kind, 'head-mark')
  }
  fs.writeFileSync(headMarkPath(directory), own)
  openWriter(directory, 'power-loss').close()
})

test('head mark: one torn half is borne, two are not', (t) => {
  const directory = temporaryDirectory(t)
  writeJournal(directory)
  openWriter(directory, 'power-loss').close()
  const whole = fs.readFileSync(headMarkPath(directory))
  assert.equal(whole.length, 1024)
  for (const halves of [[0], [512]]) {
    fs.writeFileSync(headMarkPath(directory), damage(whole, halves))
    assert.equal(verifyJournal(directory).ok, true)
  }
  fs.writeFileSync(headMarkPath(directory), damage(whole, [0, 512]))
  assert.throws(() => openWriter(directory), { code: 'journal-damaged' })
  assert.equal(verifyJournal(directory).ok, false)
})

function damage(file: Buffer, halves: number[]): Buffer {
  const damaged = Buffer.from(file)
  for (const at of halves) damaged[at + 40]! ^= 1
  return damaged
}
