import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { hasErlang } from '../../bench/actor/peer-erlang.ts'
import { checkArrived } from '../../bench/actor/tell.ts'
import { hasPackage } from '../../bench/peers.ts'

const TRADSYS = fileURLToPath(new URL('../../../bin/tradsys', import.meta.url))

test('bench actor: a small one has all its figures, and its peers beside them', async () => {
  const small = ['--json', '--vs', '--runs', '1', '--seconds', '1']
  const args = [TRADSYS, 'bench', 'actor', ...small]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const { suite, figures } = JSON.parse(stdout) as {
    suite: string
    figures: Record<string, { median: number; unit: string }>
  }
  assert.equal(suite, 'actor')
  const peers = [
    ...(hasPackage('nact') ? ['peer.nact.tell.msgs_per_s', 'peer.nact.ask.rtt_us'] : []),
    ...['peer.comlink.rtt_us', 'peer.piscina.rtt_us'],
    ...(hasErlang() ? ['peer.erlang.fan_in.msgs_per_s', 'peer.erlang.ping_pong.rtt_us'] : []),
  ]
  assert.deepEqual(Object.keys(figures), [
    ...['tell.local.msgs_per_s', 'tell.local.fan_in.msgs_per_s', 'tell.thread.msgs_per_s'],
    ...['tell.local.allocated_bytes_per_message', 'tell.thread.allocated_bytes_per_message'],
    ...['ask.local.rtt_us', 'ask.thread.rtt_us', 'ask.thread.parked_rtt_us', 'ask.outside.rtt_us'],
    ...['journaled.tell.process-crash.msgs_per_s', 'journaled.tell.power-loss.msgs_per_s'],
    'idle.cpu_percent',
    ...peers,
    ...peers.map((name) => `${name}.ratio`),
  ])
  for (const [name, { median, unit }] of Object.entries(figures)) {
    assert.ok(unit === 'bytes' ? median >= 0 : median > 0, name)
  }
})

test('bench actor: what was sent and did not arrive ends the run', () => {
  const sent = { count: 3, sum: 60 }
  checkArrived(sent, { ...sent, misplaced: 0 })
  const wrong = [
    { count: 2, sum: 60, misplaced: 0 },
    { count: 3, sum: 61, misplaced: 0 },
    { count: 3, sum: 60, misplaced: 1 },
  ]
  for (const got of wrong) assert.throws(() => checkArrived(sent, got), /was sent, but/)
  const nothing = { count: 0, sum: 0 }
  assert.throws(() => checkArrived(nothing, { ...nothing, misplaced: 0 }), /was sent, but/)
})
