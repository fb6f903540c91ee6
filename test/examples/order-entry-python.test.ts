/** The client in Python: its codec against the golden frames, and itself against an exchange. */
import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { checkout, Premises } from '../exchange/premises.ts'

const hasPython = (() => {
  try {
    execFileSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 8))'])
    return true
  } catch {
    return false
  }
})()
const skip = hasPython ? false : 'python3, 3.8 or later, is not on the PATH'
const example = join(checkout, 'examples/order_entry.py')
const run = async (...args: readonly string[]): Promise<string> =>
  (await promisify(execFile)('python3', [example, ...args], { timeout: 60_000 })).stdout

test('python: the schema alone gives every golden frame, byte for byte, and reads it', {
  skip,
}, async () => {
  assert.match(await run('--check'), /^\d{2,} frames\n$/)
})

test('python: it logs on with a secret, trades, and hears again what it has lost', {
  skip,
}, async (t) => {
  const premises = new Premises(t)
  const { status, stdout, stderr } = await premises.run([
    ...['key', 'create', '--session', 'PYTHON', '--kind', 'hmac-sha256'],
    ...['--data-dir', premises.dataDir, '--json'],
  ])
  assert.equal(status, 0, stderr)
  const { id, secret } = JSON.parse(stdout) as { id: string; secret: string }
  const exchange = await premises.start({ flags: ['-q'] })
  const address = `127.0.0.1:${exchange.orderEntryPort}`
  for (const first of [1, 5]) {
    const lines = (await run(address, 'PYTHON', id, secret)).trim().split('\n')
    assert.deepEqual(
      lines.map((line) => line.replace(/py-\d+-/, '')),
      [
        `${first} buy 0 0 0 of 2`,
        `${first + 1} sell 0 0 0 of 2`,
        `${first + 2} buy F 2 2 of 2`,
        `${first + 3} sell F 2 2 of 2`,
        'Logout',
      ],
    )
  }
  await assert.rejects(run(address, 'PYTHON'), /Signature, key or SendingTime is not valid/)
  await exchange.end('SIGTERM')
})
