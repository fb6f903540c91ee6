import * as assert from 'node:assert/strict'
import * as fs from 'node:fs'
import { test } from 'node:test'
import { RECORD_LENGTH_OFFSET } from '../../protocol/envelope.ts'
import { crc32 } from '../../storage/crc32.ts'
import { CRC_OFFSET, FORMAT_OFFSET, FRAME_MAGIC, hashFrame, viewOf } from '../../storage/frame.ts'
import type { FrameView } from '../../storage/frame-view.ts'
import { readHeadMark } from '../../storage/head-mark.ts'
import { JournalError } from '../../storage/journal-error.ts'
import { JournalReader } from '../../storage/journal-reader.ts'
import { JournalWriter } from '../../storage/journal-writer.ts'
import { PagedSegment } from '../../storage/paged-segment.ts'
import { Segment } from '../../storage/segment.ts'
import { headMarkPath } from '../../storage/segment-files.ts'
import { verifyJournal } from '../../storage/verify.ts'
import {
  BUILD_HASH,
  commitCommands,
  lengthOf,
  openWriter,
  recordOf,
  SCHEMA_HASH,
  segmentPath,
  temporaryDirectory,
  timeOf,
} from './journal-fixture.ts'

function recordsOf(frame: FrameView): Uint8Array[] {
  const records: Uint8Array[] = []
  for (let at = frame.firstRecord; at !== -1; at = frame.nextRecord(at)) {
    records.push(frame.bytes.slice(at, at + frame.view.getInt32(at + RECORD_LENGTH_OFFSET, true)))
  }
  return records
}

const records = (count: number, length: (sequence: number) => number) =>
  Array.from({ length: count }, (_, index) =>
    Uint8Array.from(recordOf(index + 1, length(index + 1))),
  )

const plain = (frames: Iterable<FrameView>) =>
  [...frames].flatMap(recordsOf).map((record) => Uint8Array.from(record))

test('journal: what was committed is read back, byte for byte', (t) => {
  const directory = temporaryDirectory(t)
  const writer = openWriter(directory, 'power-loss')
  for (const count of [1, 3, 700]) commitCommands(writer, count)
  writer.close()

  const reader = JournalReader.open(directory, { schemaHash: SCHEMA_HASH })
  assert.equal(reader.lastCommand, 704)
  assert.equal(reader.lastEvent, 704)
  assert.deepEqual(plain(reader.commands(1, { verify: true })), records(704, lengthOf))
  assert.deepEqual(
    plain(reader.events(1, { verify: true })),
    records(704, () => 64),
  )
  const [first] = reader.commands(1)
  assert.equal(first?.buildHash, BUILD_HASH)
  assert.equal(first?.time, timeOf(1))
  reader.close()
})

test('journal: one commit writes several frames, read from any number on, both ways', (t) => {
  const directory = temporaryDirectory(t)
  const writer = openWriter(directory)
  commitCommands(writer, 2500)
  assert.equal(writer.lastCommand, 2500)
  assert.equal(writer.lastTime, timeOf(2500))
  writer.close()

  const reader = JournalReader.open(directory)
  const frames = [...reader.commands(1, { verify: true })]
  assert.ok(frames.length > 3)
  for (const { firstSequence, lastSequence } of frames) {
    for (const sequence of [firstSequence, lastSequence]) {
      const [found] = reader.commands(sequence)
      assert.equal(found?.firstSequence, firstSequence)
      const [newest] = reader.commandsBackwards(sequence)
      assert.equal(newest?.firstSequence, firstSequence)
    }
  }
  const backwards = [...reader.commandsBackwards()].map((frame) => frame.firstSequence)
  assert.deepEqual(
    backwards.reverse(),
    frames.map((frame) => frame.firstSequence),
  )
  assert.deepEqual([...reader.commands(2501)], [])
  assert.equal([...reader.events(2500)].length, 1)
  reader.close()
})

test('journal: opened again it goes on with the next number, and the chain holds', (t) => {
  const directory = temporaryDirectory(t)
  for (let round = 0; round < 4; round++) {
    const writer = openWriter(directory, 'process-crash')
    assert.equal(writer.lastCommand, round * 100)
    assert.equal(writer.lastEvent, round * 100)
    assert.equal(writer.lastTime, round === 0 ? 0 : timeOf(round * 100))
    commitCommands(writer, 100)
    writer.close()
  }
  const { ok, commands, events } = verifyJournal(directory)
  assert.deepEqual({ ok, commands, events }, { ok: true, commands: 400, events: 400 })
})

test('journal: a commit of nothing changes nothing', (t) => {
  const writer = openWriter(temporaryDirectory(t), 'power-loss')
  writer.commit(1)
  assert.equal(writer.lastCommand, 0)
  writer.close()
})

test('journal: a file that was removed or replaced beneath the writer stops it at the next sync', (t) => {
  for (const durability of ['power-loss', 'process-crash'] as const) {
    const directory = temporaryDirectory(t)
    const writer = openWriter(directory, durability)
    commitCommands(writer, 1)
    fs.renameSync(segmentPath(directory), `${segmentPath(directory)}-gone`)
    assert.throws(() => writer.syncNow(), { code: 'journal-removed' })
    assert.throws(() => writer.commit(2), { code: 'journal-stopped' })
    writer.close()
  }
})

test('journal: a gap in the numbers or a time that runs back is refused, and all that follows', (t) => {
  const wrong = [recordOf(3, 64), recordOf(1, 64), recordOf(0, 64)]
  for (const record of wrong) {
    const directory = temporaryDirectory(t)
    const writer = openWriter(directory)
    commitCommands(writer, 1)
    writer.commands.append(record, 0, record.length)
    assert.throws(() => writer.commit(1), { code: 'record-refused' })
    assert.throws(() => writer.commit(1), { code: 'journal-stopped' })
    assert.throws(() => writer.syncNow(), { code: 'journal-stopped' })
    assert.equal(writer.lastCommand, 1)
    writer.close()
    assert.equal(verifyJournal(directory).commands, 1)
  }
})

test('journal: a key out of order fails the whole transaction instead of being dropped', (t) => {
  const directory = temporaryDirectory(t)
  const writer = openWriter(directory)
  commitCommands(writer, 10)
  writer.close()
  const tables = Segment.open(segmentPath(directory))
  const read = PagedSegment.open(segmentPath(directory))!
  const frame = read.commands.get(1)!
  assert.throws(() => {
    tables.transaction(false, () => {
      tables.eventsOf[0]!.append(11, frame)
      tables.commands.append(1, frame)
    })
  }, /out of order/)
  assert.equal(read.eventsOf[0]!.newest(), 1)
  read.close()
  const shared = new Uint8Array(new SharedArrayBuffer(100))
  assert.throws(() => tables.transaction(false, () => tables.commands.append(11, shared)), /shared/)
  tables.close()
})

test('journal: another message schema is refused by its name', (t) => {
  const directory = temporaryDirectory(t)
  const writer = openWriter(directory)
  commitCommands(writer, 5)
  writer.close()
  const schemaHash = 'aaaaaaaaaaaaaaaa'
  const refused = { code: 'schema-mismatch', message: /0123456789abcdef.*aaaaaaaaaaaaaaaa/ }
  assert.throws(() => JournalReader.open(directory, { schemaHash }), refused)
  const options = { directory, durability: 'none', buildHash: BUILD_HASH } as const
  assert.throws(() => JournalWriter.open({ ...options, schemaHash }), refused)
  openWriter(directory).close()
})

test('journal: a frame of a newer format is refused as such, one with a flipped format as damaged', (t) => {
  const directory = temporaryDirectory(t)
  const writer = openWriter(directory)
  commitCommands(writer, 1)
  writer.close()
  const setFormat = (format: number, withChecksum: boolean): void => {
    const path = segmentPath(directory)
    const file = fs.readFileSync(path)
    const magic = Buffer.alloc(4)
    magic.writeUInt32LE(FRAME_MAGIC)
    for (let at = file.indexOf(magic); at !== -1; at = file.indexOf(magic, at + 1)) {
      const frame = file.subarray(at, at + file.readUInt32LE(at + 36))
      const view = viewOf(frame)
      view.setUint16(FORMAT_OFFSET, format, true)
      if (!withChecksum) continue
      view.setUint32(CRC_OFFSET, 0, true)
      view.setUint32(CRC_OFFSET, crc32(frame), true)
    }
    fs.writeFileSync(path, file)
  }
  setFormat(3, true)
  assert.throws(() => JournalReader.open(directory), { code: 'format-newer', message: /format 3/ })
  setFormat(4, false)
  assert.throws(() => JournalReader.open(directory), { code: 'journal-damaged' })
})

test('journal: where there is none, a reader says so in one line', (t) => {
  const directory = temporaryDirectory(t)
  const isMissing = (error: unknown): boolean =>
    error instanceof JournalError && error.code === 'journal-missing' && !/\n/.test(error.message)
  assert.throws(() => JournalReader.open(directory), isMissing)
  assert.throws(() => verifyJournal(directory), isMissing)
})

test('journal: a reader sees what was there at its last refresh, an iteration goes on over it', (t) => {
  const directory = temporaryDirectory(t)
  const writer = openWriter(directory)
  commitCommands(writer, 10)
  const reader = JournalReader.open(directory)
  const iteration = reader.commands(1, { verify: true })
  assert.equal(iteration.next().value?.lastSequence, 10)
  commitCommands(writer, 10)
  assert.equal(reader.lastCommand, 10)
  reader.refresh()
  assert.equal(reader.lastCommand, 20)
  assert.equal(iteration.next().value?.lastSequence, 20)
  assert.equal(iteration.next().done, true)
  reader.close()
  writer.close()
})

test('journal: the same records make the same frames, whatever the durability', (t) => {
  const hashes = (['power-loss', 'process-crash', 'none'] as const).map((durability) => {
    const directory = temporaryDirectory(t)
    const writer = openWriter(directory, durability)
    for (let round = 0; round < 5; round++) commitCommands(writer, 50)
    writer.close()
    const reader = JournalReader.open(directory)
    const [newest] = reader.commandsBackwards()
    reader.close()
    return Buffer.from(hashFrame(newest!.stored)).toString('hex')
  })
  assert.equal(new Set(hashes).size, 1)
})

test('journal: the mark of a sync behind never takes back a newer one', async (t) => {
  const directory = temporaryDirectory(t)
  const writer = openWriter(directory, 'process-crash')
  for (let round = 0; round < 20; round++) {
    // The first commit begins a sync behind its back, which comes to its end only behind all that follow.
    commitCommands(writer, 1)
    writer.syncNow()
  }
  writer.close()
  const { lastCommand } = readHeadMark(headMarkPath(directory))!
  assert.equal(lastCommand, 20)
  await new Promise((resolve) => setTimeout(resolve, 100))
  assert.equal(readHeadMark(headMarkPath(directory))!.lastCommand, 20)
})
