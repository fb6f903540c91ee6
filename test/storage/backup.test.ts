import * as assert from 'node:assert/strict'
import nodeFs, * as fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import * as path from 'node:path'
import { type TestContext, test } from 'node:test'
import { backUp, restore } from '../../storage/backup.ts'
import { JournalReader } from '../../storage/journal-reader.ts'
import { changeKeys, keyFilePath, readKeys, type StoredKey } from '../../storage/key-file.ts'
import { listSegments, segmentAt } from '../../storage/segment-files.ts'
import { listSnapshots, writeSnapshot } from '../../storage/snapshot-files.ts'
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

test('backup: beside a writer, holds the log to one commit, and is restored to the byte', async (t) => {
  const source = journal(t)
  const writer = openWriter(source, 'process-crash', { segmentBytes: 64 * 1024 })
  commitCommands(writer, 5)
  const [backup, target] = [temporaryDirectory(t), temporaryDirectory(t)]
  const manifest = await backUp(source, backup)
  const frames = framesOf(source)
  commitCommands(writer, 500)
  writer.close()
  assert.equal(manifest.lastCommand, 735)
  assert.equal(verifyJournal(backup).firstProblem, undefined)
  assert.ok(framesOf(backup).equals(frames))
  assert.deepEqual(await restore(backup, target), manifest)
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

test('backup: what the protocols of a journal of actors were goes with it', async (t) => {
  const source = journal(t)
  assert.equal((await backUp(source, temporaryDirectory(t))).format, 1)
  fs.mkdirSync(`${source}/protocols`)
  const said = { '0123456789abcdef.json': '{"bank":[]}', 'fedcba9876543210.json': '{}' }
  for (const [name, text] of Object.entries(said)) {
    fs.writeFileSync(`${source}/protocols/${name}`, text)
  }
  fs.writeFileSync(`${source}/protocols/00112233445566aa.json.new`, 'half of i')
  const [backup, target] = [temporaryDirectory(t), temporaryDirectory(t)]
  assert.equal((await backUp(source, backup)).format, 2)
  await restore(backup, target)
  const restored = fs
    .readdirSync(`${target}/protocols`)
    .map((name) => [name, fs.readFileSync(`${target}/protocols/${name}`, 'utf8')])
  assert.deepEqual(Object.fromEntries(restored), said)
  fs.rmSync(`${backup}/protocols/0123456789abcdef.json`)
  await assert.rejects(() => restore(backup, temporaryDirectory(t)), { code: 'journal-damaged' })
})

test('backup: who may log on goes with it', async (t) => {
  const source = journal(t)
  const key: StoredKey = {
    ...{ id: 'one', session: 'A', kind: 'ed25519', proof: 'pem', permission: 'trade' },
    ...{ addresses: [], created: '2026-01-01T00:00:00.000Z' },
  }
  changeKeys(source, () => [key])
  const [backup, target] = [temporaryDirectory(t), temporaryDirectory(t)]
  assert.equal((await backUp(source, backup)).format, 2)
  await restore(backup, target)
  assert.deepEqual(readKeys(target), [key])
  assert.equal(fs.statSync(keyFilePath(target)).mode & 0o777, 0o600)
  fs.appendFileSync(keyFilePath(backup), ' ')
  await assert.rejects(() => restore(backup, temporaryDirectory(t)), { code: 'journal-damaged' })
})

test('backup: a file of it that was changed, cut or lost is refused', async (t) => {
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
      const { files } = await backUp(source, backup)
      const file = files.find((one) => one.name.startsWith(name) && !one.name.endsWith('mark'))!
      damage(path.join(backup, file.name))
      await assert.rejects(
        () => restore(backup, temporaryDirectory(t)),
        { code: 'journal-damaged' },
        `${what} ${name}`,
      )
    }
  }
})

test('backup: a place that holds something, and a directory that is no backup, are refused', async (t) => {
  const source = journal(t)
  const backup = temporaryDirectory(t)
  await assert.rejects(() => restore(backup, temporaryDirectory(t)), { code: 'backup-missing' })
  await backUp(source, backup)
  await assert.rejects(() => backUp(source, backup), { code: 'directory-not-empty' })
  await assert.rejects(() => restore(backup, source), { code: 'directory-not-empty' })
  assert.ok(fs.existsSync(segmentAt(source, listSegments(source)[0]!.firstSequence).path))
  await assert.rejects(() => backUp(temporaryDirectory(t), temporaryDirectory(t)), {
    code: 'journal-missing',
  })
})

test('backup: segments that retention deletes while they are copied are copied all the same', async (t) => {
  const source = journal(t)
  const all = framesOf(source)
  const backup = temporaryDirectory(t)
  let deleted = false
  const manifest = await backUp(source, backup, {
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

test('backup: a journal without its beginning and without a snapshot for it is none', async (t) => {
  const source = journal(t)
  fs.rmSync(listSegments(source)[0]!.path)
  fs.rmSync(path.join(source, 'snapshots'), { recursive: true })
  await assert.rejects(() => backUp(source, temporaryDirectory(t)), { code: 'snapshot-missing' })
})

test('backup: snapshots that are pruned while it copies are copied all the same, and none that it does not reach', async (t) => {
  const source = journal(t)
  fs.rmSync(listSegments(source)[0]!.path)
  const before = listSnapshots(source).map(({ sequence }) => sequence)
  assert.ok(before.length > 0)
  const backup = temporaryDirectory(t)
  let isPruned = false
  await backUp(source, backup, {
    onProgress: () => {
      if (isPruned) return
      isPruned = true
      for (const { path: file } of listSnapshots(source)) {
        fs.renameSync(file, file.replace(/\d{12}/, '000000009999'))
      }
    },
  })
  assert.deepEqual(
    listSnapshots(backup).map(({ sequence }) => sequence),
    before,
  )
  // What lies ahead of the journal stands for nothing in it.
  await assert.rejects(() => backUp(source, temporaryDirectory(t)), { code: 'snapshot-missing' })
})

test('backup and restore: where they fail, are stopped, or do not verify, nothing is left that looks like one', async (t) => {
  const source = journal(t)
  const backup = temporaryDirectory(t)
  const refused = new Error('it does not verify')
  const verify = (directory: string): void => {
    assert.equal(verifyJournal(directory).firstProblem, undefined)
    throw refused
  }
  await assert.rejects(() => backUp(source, backup, { verify }), refused)
  assert.deepEqual(fs.readdirSync(backup), [])
  // As a process leaves it that was killed on the way.
  fs.cpSync(path.join(source, 'journal'), path.join(backup, 'unfinished', 'journal'), {
    recursive: true,
  })
  const { files } = await backUp(source, backup)
  assert.deepEqual(fs.readdirSync(backup).sort(), ['backup.json', 'journal', 'snapshots'])
  const third = files.filter(({ name }) => name.endsWith('.mdb'))[2]!
  fs.rmSync(path.join(backup, third.name))
  const target = path.join(temporaryDirectory(t), 'new')
  await assert.rejects(() => restore(backup, target), { code: 'journal-damaged' })
  assert.equal(fs.existsSync(target), false)
})

test('backup and restore: two into one place at once, and the second is refused and takes nothing away', async (t) => {
  const source = journal(t)
  const [backup, target] = [temporaryDirectory(t), temporaryDirectory(t)]
  const inUse = { code: 'directory-in-use' }
  await backUp(source, backup, {
    verify: () => assert.rejects(() => backUp(source, backup), inUse),
  })
  await restore(backup, target, {
    verify: () => assert.rejects(() => restore(backup, target), inUse),
  })
  assert.ok(framesOf(target).equals(framesOf(source)))
  assert.deepEqual(fs.readdirSync(target).sort(), ['journal', 'snapshots'])
})

test('restore: ended between its parts it has no journal yet, and may be done again', async (t) => {
  const backup = temporaryDirectory(t)
  await backUp(journal(t), backup)
  const [target, killed] = [temporaryDirectory(t), temporaryDirectory(t)]
  const rename = nodeFs.renameSync
  let placed = 0
  t.mock.method(nodeFs, 'renameSync', (from: string, to: string) => {
    if (placed++ > 0) throw new Error('no more')
    rename(from, to)
    fs.cpSync(target, killed, { recursive: true })
  })
  syncBuiltinESMExports()
  try {
    await assert.rejects(() => restore(backup, target), /no more/)
  } finally {
    t.mock.restoreAll()
    syncBuiltinESMExports()
  }
  assert.deepEqual(fs.readdirSync(target), [])
  assert.deepEqual(fs.readdirSync(killed).sort(), ['snapshots', 'unfinished'])
  await restore(backup, killed)
  assert.deepEqual(fs.readdirSync(killed).sort(), ['journal', 'snapshots'])
  // With nothing to be finished there, it is somebody's.
  fs.rmSync(path.join(killed, 'journal'), { recursive: true })
  await assert.rejects(() => restore(backup, killed), { code: 'directory-not-empty' })
})

test('backup: a target that is a file or leads nowhere is told as such', async (t) => {
  const source = journal(t)
  const place = temporaryDirectory(t)
  const [file, link] = [path.join(place, 'file'), path.join(place, 'link')]
  fs.writeFileSync(file, '')
  fs.symlinkSync(path.join(place, 'nowhere'), link)
  for (const target of [file, link]) {
    await assert.rejects(() => backUp(source, target), { code: 'directory-unusable' }, target)
  }
})

test('restore: a manifest that names a file outside, or none, is refused', async (t) => {
  const backup = temporaryDirectory(t)
  const { files } = await backUp(journal(t), backup)
  const file = path.join(backup, 'backup.json')
  const text = fs.readFileSync(file, 'utf8')
  fs.copyFileSync(path.join(backup, 'journal/head.mark'), path.join(backup, 'journal/.hidden'))
  fs.copyFileSync(path.join(backup, 'journal/head.mark'), path.join(backup, 'beside'))
  const names = ['beside', 'journal/../beside', path.join(backup, 'beside'), 'journal/.hidden']
  for (const name of names) {
    fs.writeFileSync(file, text.replace('journal/head.mark', name))
    const refused = { code: 'journal-damaged', message: /backup\.json names .*/ }
    await assert.rejects(() => restore(backup, temporaryDirectory(t)), refused, name)
  }
  fs.writeFileSync(file, text.replace(/"files": \[/, '"files": [ null,'))
  await assert.rejects(() => restore(backup, temporaryDirectory(t)), /backup\.json names null/)
  fs.writeFileSync(file, text.replace(/"files": \[/, `$&${JSON.stringify(files[0])},`))
  await assert.rejects(() => restore(backup, temporaryDirectory(t)), /backup\.json names .* twice/)
  fs.writeFileSync(file, text)
  await restore(backup, temporaryDirectory(t))
})

test('restore: what this user may not read is told as that, and not as what is none', async (t) => {
  const backup = temporaryDirectory(t)
  const { files } = await backUp(journal(t), backup)
  const refused = { code: 'directory-unusable', message: /cannot be read \(EACCES/ }
  for (const name of ['backup.json', files[0]!.name]) {
    const file = path.join(backup, name)
    t.mock.method(nodeFs, 'openSync', denying(file, nodeFs.openSync))
    t.mock.method(nodeFs, 'readFileSync', denying(file, nodeFs.readFileSync))
    syncBuiltinESMExports()
    try {
      await assert.rejects(() => restore(backup, temporaryDirectory(t)), refused, name)
    } finally {
      t.mock.restoreAll()
      syncBuiltinESMExports()
    }
  }
  const first = path.join(backup, files[0]!.name)
  fs.rmSync(first)
  fs.mkdirSync(first)
  await assert.rejects(() => restore(backup, temporaryDirectory(t)), /is no file/)
})

/** Modes bind no superuser, who may be the one that runs the tests. */
const denying =
  <Call extends (...args: never[]) => unknown>(file: string, call: Call) =>
  (...args: Parameters<Call>): unknown => {
    if (args[0] !== file) return call(...args)
    throw Object.assign(new Error(`EACCES: permission denied, open '${file}'`), { code: 'EACCES' })
  }
