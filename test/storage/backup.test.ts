import * as assert from 'node:assert/strict'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { type TestContext, test } from 'node:test'
import { backUp, restore } from '../../storage/backup.ts'
import { JournalReader } from '../../storage/journal-reader.ts'
import { listSegments, segmentAt } from '../../storage/segment-files.ts'
import { writeSnapshot } from '../../storage/snapshot-files.ts'
import { verifyJournal } from '../../storage/verify.ts'
import { commitCommands, openWriter, temporaryDirectory } from './journal-fixture.ts'

function journal(t: TestContext): string {
  const directory = temporaryDirectory(t)
  const writer = openWriter(directory, 'power-loss', { segmentBytes: 64 * 1024 })
  for (const count of [10, 300, 400, 20]) commitCommands(writer, count)
  writer.close()
  writeSnapshot(directory, { shard: 0, sequence: 310 }, Buffer.from('opaque here')).name()
  return directory
}

function framesOf(directory: string): Buffer {
  const reader = JournalReader.open(directory)
  const frames = [...reader.commands(), ...reader.events()].map(({ bytes }) => Buffer.from(bytes))
  reader.close()
  return Buffer.concat(frames)
}

test('backup: beside a writer, holds the log to one commit, and is restored to the byte', (t) => {
  const source = journal(t)
  const writer = openWriter(source, 'process-crash', { segmentBytes: 64 * 1024 })
  commitCommands(writer, 5)
  const [backup, target] = [temporaryDirectory(t), temporaryDirectory(t)]
  const manifest = backUp(source, backup)
  const frames = framesOf(source)
  commitCommands(writer, 500)
  writer.close()
  assert.equal(manifest.lastCommand, 735)
  assert.equal(verifyJournal(backup).firstProblem, undefined)
  assert.ok(framesOf(backup).equals(frames))
  assert.deepEqual(restore(backup, target), manifest)
  assert.equal(verifyJournal(target).firstProblem, undefined)
  assert.ok(framesOf(target).equals(frames))
  assert.equal(
    fs.readFileSync(`${target}/snapshots/0-000000000310.snapshot`, 'utf8'),
    'opaque here',
  )
  // What was restored is a journal like any other.
  const again = openWriter(target, 'power-loss', { segmentBytes: 64 * 1024 })
  commitCommands(again, 10)
  again.close()
  assert.equal(verifyJournal(target).commands, 745)
})

test('backup: a file of it that was changed, cut or lost is refused', (t) => {
  const source = journal(t)
  const damages: Readonly<Record<string, (file: string) => void>> = {
    changed: (file) => {
      const bytes = fs.readFileSync(file)
      bytes[bytes.length >> 1]! ^= 1
      fs.writeFileSync(file, bytes)
    },
    cut: (file) => fs.truncateSync(file, fs.statSync(file).size - 1),
    lost: (file) => fs.rmSync(file),
  }
  for (const [what, damage] of Object.entries(damages)) {
    for (const name of ['journal', 'snapshots']) {
      const backup = temporaryDirectory(t)
      const { files } = backUp(source, backup)
      const file = files.find((one) => one.name.startsWith(name) && !one.name.endsWith('mark'))!
      damage(path.join(backup, file.name))
      assert.throws(
        () => restore(backup, temporaryDirectory(t)),
        { code: 'journal-damaged' },
        `${what} ${name}`,
      )
    }
  }
})

test('backup: a place that holds something, and a directory that is no backup, are refused', (t) => {
  const source = journal(t)
  const backup = temporaryDirectory(t)
  assert.throws(() => restore(backup, temporaryDirectory(t)), { code: 'backup-missing' })
  backUp(source, backup)
  assert.throws(() => backUp(source, backup), { code: 'directory-not-empty' })
  assert.throws(() => restore(backup, source), { code: 'directory-not-empty' })
  assert.ok(fs.existsSync(segmentAt(source, listSegments(source)[0]!.firstSequence).path))
  assert.throws(() => backUp(temporaryDirectory(t), temporaryDirectory(t)), {
    code: 'journal-missing',
  })
})

test('backup: segments that retention deletes while they are copied are copied all the same', (t) => {
  const source = journal(t)
  const all = framesOf(source)
  const backup = temporaryDirectory(t)
  let deleted = false
  const manifest = backUp(source, backup, {
    onProgress: () => {
      if (deleted) return
      deleted = true
      for (const { path: file } of listSegments(source).slice(0, 2)) fs.rmSync(file)
    },
  })
  assert.equal(manifest.lastCommand, 730)
  assert.equal(verifyJournal(backup).firstProblem, undefined)
  assert.ok(framesOf(backup).equals(all))
})

test('backup: a journal without its beginning and without a snapshot for it is none', (t) => {
  const source = journal(t)
  fs.rmSync(listSegments(source)[0]!.path)
  fs.rmSync(path.join(source, 'snapshots'), { recursive: true })
  assert.throws(() => backUp(source, temporaryDirectory(t)), { code: 'snapshot-missing' })
})

test('restore: a manifest that names a file outside is refused', (t) => {
  const backup = temporaryDirectory(t)
  backUp(journal(t), backup)
  const file = path.join(backup, 'backup.json')
  const text = fs.readFileSync(file, 'utf8')
  for (const name of ['../escaped', 'journal/../../escaped', '/tmp/escaped', 'journal/.hidden']) {
    fs.writeFileSync(file, text.replace('journal/head.mark', name))
    assert.throws(() => restore(backup, temporaryDirectory(t)), { code: 'journal-damaged' }, name)
  }
})
