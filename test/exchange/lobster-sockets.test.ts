/** The real day through the real doors: orders by TCP, the book by WebSocket, each a thousand events against the truth. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lobsterPaths, lobsterSkip } from '../cli/lobster-data.ts'
import { Premises } from './premises.ts'

test('load lobster: the whole day through the sockets, no mismatch, the known counts', {
  skip: lobsterSkip,
}, async (t) => {
  const premises = new Premises(t)
  const { messagesPath, bookPath } = lobsterPaths
  const ended = await premises.run([
    'load',
    'lobster',
    '--messages',
    messagesPath,
    '--book',
    bookPath,
    '--json',
  ])
  assert.equal(ended.status, 0, ended.stderr)
  const { seconds, requests, ...counts } = JSON.parse(ended.stdout) as Record<string, unknown>
  assert.deepEqual(counts, {
    events: 147_916,
    compared: 148,
    mismatches: 0,
    unresolvedIds: 0,
    fills: 7_764,
    fifoHeadFills: 7_759,
    takers: 5_930,
    takersExact: 5_927,
    exceptions: [69_772, 131_724, 145_470],
    reconnects: 0,
  })
  assert.ok(Number(requests) > 230_000 && Number(seconds) > 0)
})
