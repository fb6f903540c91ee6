/** What a user reads who lacks a right: which, and on what; never that a port or a disk is at fault. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { describeError } from '../../cli/cli-error.ts'
import { headMarkPath, journalDirectory, segmentAt } from '../../storage/segment-files.ts'
import { checkout } from '../exchange/premises.ts'
import { played, temporaryDirectory, writeJournal } from './played-journal.ts'

test('denied: of a port it says so, and only of a port', () => {
  const listen = { code: 'EACCES', syscall: 'listen' }
  const port = describeError(
    Object.assign(new Error('listen EACCES: permission denied 127.0.0.1:80'), listen),
  )
  assert.equal(port.exitCode, 5)
  assert.match(port.line, /may not listen there\. Choose a port above 1023\.$/)
  // As one comes from another process: its line and its code.
  const line = "EACCES: permission denied, open '/nowhere/at/all'"
  const file = describeError(Object.assign(new Error(line), { code: 'EACCES' }))
  assert.equal(file.exitCode, 5)
  assert.match(file.line, /: this user may not write to \/\. Give it that right/)
})

test('denied: a path is named with the right that is missing, and is no damage and no missing journal', (t) => {
  const directory = temporaryDirectory(t)
  chmodSync(directory, 0o755)
  const names = ['ro', 'shut', 'unlisted', 'unmarked', 'unread']
  const [ro, shut, unlisted, unmarked, unread] = names.map((name) => join(directory, name))
  mkdirSync(ro!, { mode: 0o555 })
  for (const place of [shut!, unlisted!, unmarked!, unread!]) {
    writeJournal(place, played('alice buy A 5 @ 100'))
    for (const file of [headMarkPath(place), segmentAt(place, 1).path]) chmodSync(file, 0o644)
    for (const folder of [place, journalDirectory(place)]) chmodSync(folder, 0o755)
  }
  const closed = [shut!, headMarkPath(unmarked!), segmentAt(unread!, 1).path]
  for (const path of closed) chmodSync(path, 0)
  chmodSync(journalDirectory(unlisted!), 0o111)
  const script = join(checkout, 'dist/test/cli/denied-child.js')
  let told = ''
  try {
    told = execFileSync(process.execPath, [script, directory], { encoding: 'utf8' })
  } finally {
    // Whoever is no root could not remove them.
    for (const folder of [shut!, journalDirectory(unlisted!)]) chmodSync(folder, 0o700)
  }
  const ends: Readonly<Record<string, string>> = {
    'make in ro': `write to ${ro}`,
    'read shut': `enter ${shut}`,
    'verify shut': `enter ${shut}`,
    'verify unlisted': `read ${journalDirectory(unlisted!)}`,
    'read unmarked': `read ${headMarkPath(unmarked!)}`,
    'verify unmarked': `read ${headMarkPath(unmarked!)}`,
    'verify unread': `read ${segmentAt(unread!, 1).path}`,
  }
  const looks = JSON.parse(told) as Record<string, { line?: string; exitCode?: number }>
  for (const [look, right] of Object.entries(ends)) {
    const { line = '', exitCode } = looks[look]!
    const end = `: this user may not ${right}. Give it that right, or choose another path.`
    assert.ok(line.startsWith('EACCES: ') && line.endsWith(end), `${look}: ${line}`)
    assert.equal(exitCode, 5, look)
  }
})
