import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { TestSystem } from '../../../engine/actor/test-system.ts'
import { account, Bank, watcher } from './bank.ts'

test('try', async () => {
  const system = new TestSystem({ behaviors: { account, watcher }, threads: 2 })
  const a = system.spawn(account, 'a', { thread: 'worker-1' })
  const b = system.spawn(account, 'b', { thread: 'worker-2' })
  system.tell(a, Bank.Deposit, { amount: 10 })
  system.tell(a, Bank.Pay, { to: b, amount: 4 })
  system.untilQuiet()
  assert.deepEqual(system.ask(a, Bank.Balance, {}), { amount: 6, handled: 2 })
  assert.deepEqual(system.ask(b, Bank.Balance, {}), { amount: 4, handled: 1 })
  await system.stop()
})

test('try journaled', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tradsys-'))
  const open = (threads: number, seed: number) =>
    new TestSystem({
      behaviors: { account, watcher },
      threads,
      seed,
      journal: { directory, shards: 3 },
    })
  let hashes: string[] = []
  {
    const system = open(2, 5)
    const a = system.spawn(account, 'a', { journaled: { shard: 0 } })
    const b = system.spawn(account, 'b', { journaled: { shard: 1 } })
    const c = system.spawn(account, 'c', { journaled: { shard: 1 } })
    system.tell(a, Bank.Deposit, { amount: 10 })
    system.tell(a, Bank.Pay, { to: b, amount: 4 })
    system.tell(b, Bank.Pay, { to: c, amount: 1 })
    system.tell(c, Bank.Fail, { why: 'because' })
    system.tell(a, Bank.Later, { ms: 5, key: 1 })
    system.tell(a, Bank.Compare, { to: b })
    system.untilQuiet()
    system.advance(20)
    assert.deepEqual(system.ask(a, Bank.Balance, {}), { amount: 7, handled: 3 })
    assert.deepEqual(system.ask(c, Bank.Balance, {}), { amount: 1, handled: 1 })
    assert.deepEqual(system.ask(a, Bank.Seen, {}), { amount: 3, late: 0, tag: 9 })
    console.log(system.deadLetters)
    hashes = system.stateHashes
    await system.stop()
  }
  for (const threads of [1, 2, 3, 4]) {
    const system = open(threads, 9)
    assert.deepEqual(system.stateHashes, hashes)
    await system.stop()
  }
  rmSync(directory, { recursive: true })
})
