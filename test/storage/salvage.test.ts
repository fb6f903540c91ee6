import * as assert from 'node:assert/strict'
import * as fs from 'node:fs'
import { type TestContext, test } from 'node:test'
import { JournalReader } from '../../storage/journal-reader.ts'
import { type Salvage, salvageTail } from '../../storage/salvage.ts'
import { headMarkPath, listSegments, segmentAt } from '../../storage/segment-files.ts'
import { verifyJournal } from '../../storage/verify.ts'
import { verifyInChild } from '../../storage/verify-in-child.ts'
import { commitCommands, openWriter, temporaryDirectory } from './journal-fixture.ts'
import { flipInAll, storedFrames } from './stored-frames.ts'

const META_BYTES = 8192

/** Marked up to command 300, committed up to 800, in two segments where `segmentBytes` is small. */
function journal(t: TestContext, segmentBytes = 2 ** 30): string {
  const directory = temporaryDirectory(t)
  const writer = openWriter(directory, 'process-crash', { segmentBytes })
  commitCommands(writer, 100)
  commitCommands(writer, 200)
  writer.syncNow()
  const mark = fs.readFileSync(headMarkPath(directory))
  for (const count of [1, 99, 300, 100]) commitCommands(writer, count)
  writer.close()
  fs.writeFileSync(headMarkPath(directory), mark)
  return directory
}

const newestOf = (directory: string): string => listSegments(directory).at(-1)!.path

/** LMDB's two meta pages are gone: as where they name pages that never came to the disk. */
function eraseMeta(path: string): void {
  const handle = fs.openSync(path, 'r+')
  fs.writeSync(handle, Buffer.alloc(META_BYTES), 0, META_BYTES, 0)
  fs.closeSync(handle)
}

const salvage = (directory: string): Salvage => salvageTail(directory, { dryRun: false })

for (const segmentBytes of [2 ** 30, 64 * 1024]) {
  test(`salvage: frames that reached the disk are saved, and the journal goes on; segments of ${segmentBytes}`, async (t) => {
    const directory = journal(t, segmentBytes)
    eraseMeta(newestOf(directory))
    // LMDB dies of such a file.
    assert.equal((await verifyInChild(directory)).ok, false)
    const { commands, events, damaged } = salvage(directory)
    assert.deepEqual([commands.lastSequence, events.lastSequence], [800, 800])
    assert.ok(fs.existsSync(damaged!))
    const report = verifyJournal(directory)
    assert.deepEqual([report.firstProblem, report.commands, report.events], [undefined, 800, 800])
    const writer = openWriter(directory, 'process-crash', { segmentBytes })
    commitCommands(writer, 10)
    writer.close()
    assert.equal(verifyJournal(directory).firstProblem, undefined)
  })
}

test('salvage: what comes behind a gap is left out', (t) => {
  const directory = journal(t)
  const path = newestOf(directory)
  const frame = storedFrames(directory, path).find(({ bytes }) => bytes > 30_000)!
  const handle = fs.openSync(path, 'r+')
  flipInAll(handle, frame, 5_000, 3)
  fs.closeSync(handle)
  eraseMeta(path)
  const told = salvageTail(directory, { dryRun: true })
  assert.equal(told.damaged, undefined)
  const { commands, events, framesLeft } = salvage(directory)
  // The frame of 300 commands has the flipped bit; events whose commands are gone are left out with them.
  assert.equal(commands.lastSequence, 400)
  assert.equal(events.lastSequence, 400)
  assert.ok(framesLeft > 0)
  const reader = JournalReader.open(directory)
  assert.equal(reader.lastCommand, 400)
  reader.close()
})

test('salvage: what was marked durable and is not there any more makes it refuse', (t) => {
  const directory = journal(t)
  const path = newestOf(directory)
  const [first] = storedFrames(directory, path)
  const handle = fs.openSync(path, 'r+')
  flipInAll(handle, first!, 50, 3)
  fs.closeSync(handle)
  const before = fs.readFileSync(path)
  assert.throws(() => salvage(directory), { code: 'journal-behind-head-mark' })
  assert.ok(fs.readFileSync(path).equals(before))
})

test('salvage: without the segment before, or any, it refuses', (t) => {
  const directory = journal(t, 64 * 1024)
  assert.ok(listSegments(directory).length > 2)
  const before = listSegments(directory).at(-2)!
  fs.rmSync(segmentAt(directory, before.firstSequence).path)
  // Its own head goes with its meta pages.
  eraseMeta(newestOf(directory))
  assert.throws(() => salvage(directory), /nothing says what/)
  assert.throws(() => salvage(temporaryDirectory(t)), { code: 'journal-missing' })
})

test('salvage: behind a restart, which seals nothing, the end of the segment before is what it follows on', (t) => {
  const directory = journal(t)
  const mark = fs.readFileSync(headMarkPath(directory))
  const writer = openWriter(directory, 'process-crash')
  commitCommands(writer, 50)
  writer.close()
  fs.writeFileSync(headMarkPath(directory), mark)
  assert.equal(listSegments(directory).length, 2)
  eraseMeta(newestOf(directory))
  assert.equal(salvage(directory).commands.lastSequence, 850)
  assert.equal(verifyJournal(directory).commands, 850)
})
