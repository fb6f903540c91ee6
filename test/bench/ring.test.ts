import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { hasPackage } from '../../bench/peers.ts'
import { checkTallies, Tally, writeWords } from '../../bench/ring/record-words.ts'

const TRADSYS = fileURLToPath(new URL('../../../bin/tradsys', import.meta.url))

test('bench ring: a small one has all its figures, and its peers beside them', () => {
  const said = execFileSync(
    process.execPath,
    [TRADSYS, 'bench', 'ring', '--json', '--vs', '--runs', '1', '--seconds', '1'],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const { suite, figures } = JSON.parse(said) as {
    suite: string
    figures: Record<string, { median: number; unit: string }>
  }
  assert.equal(suite, 'ring')
  const ringbuf = ['peer.ringbuf.js.msgs_per_s', 'peer.ringbuf.js.rtt_ns']
  const peers = [
    ...(hasPackage('ringbuf.js') ? ringbuf : []),
    ...['peer.MessagePort.msgs_per_s', 'peer.MessagePort.rtt_us'],
  ]
  assert.deepEqual(Object.keys(figures), [
    ...['spsc.msgs_per_s', 'spsc.rtt_ns', 'word.rtt_ns', 'spsc.parked_rtt_us'],
    ...['mpsc.msgs_per_s', 'multicast.msgs_per_s'],
    ...['broadcast.msgs_per_s', 'broadcast.share_percent'],
    ...peers,
    ...['word.rtt_ns', ...peers].map((name) => `${name}.ratio`),
  ])
  for (const [name, { median }] of Object.entries(figures)) assert.ok(median > 0, name)
  assert.ok(figures['broadcast.share_percent']!.median <= 100)
})

test('bench ring: what was sent and did not come as it was ends the run', () => {
  const words = new Int32Array(14)
  const tallyOf = (...numbers: number[]) => {
    const tally = new Tally()
    for (const number of numbers) tally.add(writeWords(words, 0, words.length, number))
    return { 'sender 1': tally.said }
  }
  checkTallies([tallyOf(1, 2, 3), tallyOf(1, 2, 3)])
  for (const got of [tallyOf(1, 2), tallyOf(1, 3, 2), tallyOf(1, 2, 4), tallyOf(1, 2, 3, 3)]) {
    assert.throws(() => checkTallies([tallyOf(1, 2, 3), got]), /sender 1 on one thread, but/)
  }
  assert.throws(() => checkTallies([tallyOf(), tallyOf()]), /"count":0/)
})

test('bench ring: a wrong argument ends with 2', () => {
  const { status, stderr } = spawnSync(process.execPath, [TRADSYS, 'bench', 'ring', '--runs', '0'])
  assert.equal(status, 2)
  assert.match(String(stderr), /It must be a whole number, 1 or more/)
})
