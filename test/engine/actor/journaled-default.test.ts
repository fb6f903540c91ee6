/** Where nobody has given a journaled actor a strategy, no failure takes its state away. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { behavior } from '../../../engine/actor/behavior.ts'
import { protocol } from '../../../engine/actor/message.ts'
import type { Ref } from '../../../engine/actor/ref.ts'
import { escalate } from '../../../engine/actor/supervision.ts'
import { rootOf } from '../../../engine/journaled/journaled-shard.ts'
import { Root } from '../../../engine/journaled/root-protocol.ts'
import { RULES } from '../../../engine/journaled/start-notice.ts'
import { TestSystem } from '../../../engine/system/test-system.ts'
import { account, Bank } from './bank.ts'
import { command, LoneShard } from './lone-shard.ts'

const home = mkdtempSync(join(tmpdir(), 'tradsys-'))
after(() => rmSync(home, { recursive: true }))

test('journaled default: an account that fails a hundred times in a row has its money, and so after the next start', async () => {
  const open = (): TestSystem =>
    new TestSystem({
      behaviors: { account },
      journal: { directory: join(home, 'hundred'), shards: 1 },
    })
  const system = open()
  const ref = system.spawn(account, 'anna', { journaled: true })
  system.tell(ref, Bank.Deposit, { amount: 70 })
  for (let i = 0; i < 100; i++) system.tell(ref, Bank.Fail, { why: 'not so much' })
  assert.deepEqual(system.ask(ref, Bank.Balance, {}), { amount: 70, handled: 1 })
  assert.equal(system.spawn(account, 'anna', { journaled: true }), ref)
  assert.equal(system.shards[0]!.deadLetters.count('failed'), 100)
  assert.deepEqual(system.failures, [])
  const { stateHashes } = system
  await system.stop()
  const again = open()
  assert.deepEqual(again.stateHashes, stateHashes)
  assert.equal(again.ask(ref, Bank.Balance, {}).amount, 70)
  await again.stop()
})

const Family = protocol('family', { Grow: {}, Fall: {} })

/** Has two children, of which one escalates. */
const parent = behavior(Family, (ctx) => ({
  Grow() {
    ctx.spawn(account, 'good')
    ctx.spawn(account, 'bad', { supervise: escalate() })
  },
  Fall: () => undefined,
  transfer: () => undefined,
}))

test('journaled default: a child that escalates ends alone; in a log of before its siblings ended with it', () => {
  for (const rules of [0, RULES]) {
    const shard = new LoneShard({ account, parent })
    const started = { generation: 0, schema: '', rules, setAside: '' }
    shard.apply(command(rootOf(0), Root.Started, started))
    const ref = shard.spawn('parent', 'p') as Ref as Ref<'family'>
    shard.tell(ref, Family.Grow, {})
    const { lifecycle } = shard.restored().machine
    assert.equal(lifecycle.count, 3)
    const bad = shard.machine.lifecycle.find('p/bad')!.ref as Ref<'bank'>
    shard.tell(bad, Bank.Fail, { why: 'no way on' })
    const names = [...shard.machine.lifecycle.all].map(({ name }) => name)
    assert.deepEqual(names, rules === 0 ? ['p'] : ['p', 'p/good'])
    assert.equal(shard.machine.lifecycle.find('p')!.restarts, rules === 0 ? 1 : 0)
  }
})
