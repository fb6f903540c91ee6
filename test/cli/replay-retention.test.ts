/** `tradsys replay` where the log's beginning is gone and snapshots stand for it: it proves and tells what there is, and says from where. */
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { listSegments } from '../../storage/segment-files.ts'
import { unpacked } from '../exchange/fixture-journals.ts'
import { Premises } from '../exchange/premises.ts'

const COMMANDS = 800
/** Behind the older of two snapshots; the first segment ends before it. */
const OLDER = 500
const HASH_THERE = '8f73cb83bd5e21a7'

/** The fixture of 800 commands without its first segment, with snapshots behind 500 and behind its end. */
async function trimmed(t: TestContext) {
  const dataDir = unpacked(t, 'journal-3')
  const premises = new Premises(t)
  const replay = (...flags: readonly string[]) =>
    premises.run(['replay', '--data-dir', dataDir, ...flags])
  const taken = await premises.run(['snapshot', '--data-dir', dataDir])
  assert.equal(taken.status, 0, taken.stderr)
  const [first] = listSegments(dataDir)
  rmSync(first!.path)
  return { dataDir, replay, premises }
}

test('replay: a verification begins with the oldest snapshot, and says so', async (t) => {
  const { replay } = await trimmed(t)
  const text = await replay('--verify')
  assert.equal(text.status, 0, text.stderr)
  assert.match(text.stdout, /^behind the snapshot at command 500: 300 commands, \d{3} events equal/)
  const { stdout } = await replay('--verify', '--json')
  const { beganBehind, commands, lastCommand } = JSON.parse(stdout) as Record<string, number>
  assert.deepEqual([beganBehind, commands, lastCommand], [OLDER, COMMANDS - OLDER, COMMANDS])
})

test('replay: an order is found behind the oldest snapshot; of one before it is said what was not looked at', async (t) => {
  const { dataDir, replay, premises } = await trimmed(t)
  const dump = await premises.run(['journal', 'dump', '--events', '--data-dir', dataDir])
  const accepted = dump.stdout
    .split('\n')
    .filter((line) => line.includes('"ExecType":"New"'))
    .map((line) => (JSON.parse(line) as { OrderID: number }).OrderID)
  const behind = accepted.find((orderId) => orderId > OLDER)
  const found = await replay('--order', String(behind), '--json')
  assert.equal(found.status, 0, found.stderr)
  const { order } = JSON.parse(found.stdout) as { order: Record<string, unknown> }
  assert.deepEqual([order.orderId, order.beganBehind], [behind, OLDER])
  const unseen = await replay('--order', '2')
  assert.equal(unseen.status, 1)
  assert.match(unseen.stderr, /unknown-order: .*; nothing up to command 500 was looked at\./)
})

test('replay: a snapshot of another process is equal where its state is; one that nothing leads to is not compared', async (t) => {
  const premises = new Premises(t)
  const whole = unpacked(t, 'journal-3')
  const nameOf = (dataDir: string) => join(dataDir, 'snapshots', '0-000000000500.snapshot')
  const diff = (dataDir: string, ...flags: readonly string[]) =>
    premises.run(['replay', '--data-dir', dataDir, '--diff', nameOf(dataDir), ...flags])
  const text = await diff(whole)
  assert.equal(text.status, 0, text.stderr)
  assert.match(text.stdout, new RegExp(`^equal: .*state ${HASH_THERE}\n$`))
  const { stdout } = await diff(whole, '--json')
  const { equal, sameBytes } = JSON.parse(stdout) as Record<string, boolean>
  assert.deepEqual([equal, sameBytes], [true, true])
  const idle = await diff(whole, '--until', '5')
  assert.equal(idle.status, 2)
  assert.match(idle.stderr, /usage-flag: --until says nothing beside a snapshot/)
  const { dataDir } = await trimmed(t)
  const alone = await diff(dataDir)
  assert.equal(alone.status, 5)
  assert.match(
    alone.stderr,
    /log-start-missing: .*nothing leads from there to the snapshot behind 500/,
  )
})
