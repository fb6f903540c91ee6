import * as assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { extname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type DirectoryLock, lockDirectory } from '../../storage/directory-lock.ts'
import { temporaryDirectory } from './journal-fixture.ts'

const CHILD = fileURLToPath(new URL(`./lock-child${extname(import.meta.url)}`, import.meta.url))

for (const way of ['flock', 'pid-file']) {
  const options = { useFlock: way === 'flock' }

  test(`directory lock: refused while a child holds it, free after its kill -9 (${way})`, async (t) => {
    const directory = temporaryDirectory(t)
    const child = spawn(process.execPath, [CHILD, directory, way], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    t.after(() => child.kill('SIGKILL'))
    await once(child.stdout, 'data')
    const message = new RegExp(`^directory in use by process PID ${child.pid}: .*$`)
    assert.throws(() => lockDirectory(directory, options), { code: 'directory-in-use', message })
    child.kill('SIGKILL')
    await once(child, 'exit')
    lockDirectory(directory, options).release()
  })

  test(`directory lock: the same process does not get it twice, but again (${way})`, (t) => {
    const directory = join(temporaryDirectory(t), 'made', 'on', 'the', 'way')
    const lock = lockDirectory(directory, options)
    assert.throws(() => lockDirectory(directory, options), { code: 'directory-in-use' })
    lock.release()
    const again = lockDirectory(directory, options)
    lock.release()
    assert.throws(() => lockDirectory(directory, options), { code: 'directory-in-use' })
    again.release()
  })
}

const DEAD_PROCESS_ID = 2 ** 22 + 1

test('directory lock: of two that see the same dead holder, one gets it (pid-file)', (t) => {
  const directory = temporaryDirectory(t)
  const options = { useFlock: false }
  fs.writeFileSync(join(directory, 'lock'), `${DEAD_PROCESS_ID}\n`)
  const ask = process.kill.bind(process)
  let quicker: DirectoryLock | undefined
  let isFirst = true
  t.mock.method(process, 'kill', (processId: number, signal: number) => {
    if (isFirst) {
      // The slower one has read the id; now the quicker one comes, and is through before the other goes on.
      isFirst = false
      quicker = lockDirectory(directory, options)
    }
    return ask(processId, signal)
  })
  assert.throws(() => lockDirectory(directory, options), {
    code: 'directory-in-use',
    message: new RegExp(`^directory in use by process PID ${process.pid}: `),
  })
  assert.throws(() => lockDirectory(directory, options), { code: 'directory-in-use' })
  assert.deepEqual(fs.readdirSync(directory), ['lock'])
  quicker!.release()
  lockDirectory(directory, options).release()
  assert.deepEqual(fs.readdirSync(directory), [])
})

test('directory lock: a path that is a file, or lies below one, is refused in one line', (t) => {
  const file = join(temporaryDirectory(t), 'file')
  fs.writeFileSync(file, '')
  for (const path of [file, join(file, 'below')]) {
    assert.throws(() => lockDirectory(path), { code: 'directory-unusable', message: /^[^\n]+$/ })
  }
})

const isRoot = process.getuid?.() === 0

test('directory lock: a read-only directory is refused in one line', {
  skip: isRoot && 'root may write everywhere',
}, (t) => {
  const directory = temporaryDirectory(t)
  fs.chmodSync(directory, 0o500)
  assert.throws(() => lockDirectory(directory), { code: 'directory-unusable', message: /^[^\n]+$/ })
})
