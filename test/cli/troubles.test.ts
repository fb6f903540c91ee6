/** What goes wrong at the command line is one line that says what to do, and nothing is left behind. */
import assert from 'node:assert/strict'
import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkout, Premises } from '../exchange/premises.ts'
import { played, writeJournal } from './played-journal.ts'

test('troubles: verbs that need a journal make no directory where there is none', async (t) => {
  const premises = new Premises(t)
  for (const verb of [
    ['snapshot'],
    ['journal', 'repair-tail'],
    ['journal', 'verify'],
    ['replay'],
  ]) {
    const { status, stderr } = await premises.run([...verb, '--data-dir', premises.dataDir])
    assert.equal(status, 5, stderr)
    assert.match(stderr, /^tradsys: journal-missing: no journal in .*\n$/)
    assert.equal(existsSync(premises.dataDir), false, verb.join(' '))
  }
})

test('troubles: a file for stage times that cannot be is told before the exchange runs', async (t) => {
  const premises = new Premises(t)
  const file = join(premises.directory, 'missing', 'stages.csv')
  const { status, stderr } = await premises.run(['start', '--stage-times', file])
  assert.equal(status, 3, stderr)
  assert.match(stderr, /^tradsys: stage-times-unwritable: --stage-times .*ENOENT.*Name a file.*\n$/)
  assert.equal(existsSync(premises.dataDir), false)
  const there = premises.file('there.csv', 'another’s')
  const refused = await premises.run(['start', '--stage-times', there])
  assert.equal(refused.status, 3)
  assert.match(refused.stderr, /EEXIST.*Name a file that is not there yet/)
  assert.equal(readFileSync(there, 'utf8'), 'another’s')
})

/** Its stdout is what the test makes of it. */
async function runInto(
  stdout: 'pipe' | number,
  args: readonly string[],
  cwd: string,
): Promise<{ readonly status: number | null; readonly stderr: string }> {
  const child = spawn(process.execPath, [join(checkout, 'bin/tradsys'), ...args], {
    ...{ cwd, stdio: ['ignore', stdout, 'pipe'] },
  })
  // Whoever reads has left before anything is said.
  child.stdout?.destroy()
  let stderr = ''
  child.stderr!.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8')
  })
  const [status] = (await once(child, 'close')) as [number | null]
  return { status, stderr }
}

test('troubles: a reader that has left is no error, and a full disk behind stdout is one line', async (t) => {
  const { dataDir, directory } = new Premises(t)
  writeJournal(dataDir, played('alice buy A 5 @ 100'))
  const full = openSync('/dev/full', 'w')
  t.after(() => closeSync(full))
  const place = ['--data-dir', dataDir]
  for (const args of [['--help'], ['--version'], ['version'], ['snapshot', ...place]]) {
    const left = await runInto('pipe', args, directory)
    assert.deepEqual(left, { status: 0, stderr: '' }, args.join(' '))
    const { status, stderr } = await runInto(full, args, directory)
    assert.equal(status, 5, args.join(' '))
    assert.match(stderr, /^tradsys: cannot-write: cannot write stdout \(ENOSPC.*\n$/)
  }
})

test('troubles: a verifier whose parent is gone ends without a word', async (t) => {
  const { dataDir, directory } = new Premises(t)
  writeJournal(dataDir, played('alice buy A 5 @ 100'))
  const script = join(checkout, 'dist/storage/verify-child.js')
  const order = JSON.stringify({ directory: dataDir, extent: 'all', schemaHashes: [] })
  const said = join(directory, 'stderr')
  const stderr = openSync(said, 'w')
  t.after(() => closeSync(stderr))
  const child = fork(script, [order], {
    ...{ cwd: directory, execArgv: [], stdio: ['ignore', 'ignore', stderr, 'ipc'] },
  })
  child.disconnect()
  const [status] = (await once(child, 'exit')) as [number | null]
  assert.deepEqual([status, readFileSync(said, 'utf8')], [0, ''])
})
