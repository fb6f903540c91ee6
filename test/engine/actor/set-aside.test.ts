/** One actor whose state cannot be had does not take its shard with it, nor its journal; and nothing of its log is lost. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { behavior } from '../../../engine/actor/behavior.ts'
import { Catalog } from '../../../engine/actor/catalog.ts'
import { text, u32 } from '../../../engine/actor/fields.ts'
import { protocol, request } from '../../../engine/actor/message.ts'
import type { Ref } from '../../../engine/actor/ref.ts'
import { resume } from '../../../engine/actor/supervision.ts'
import { type AnyBehavior, Condition } from '../../../engine/host/actor-cell.ts'
import { shardRecovery } from '../../../engine/journaled/shard-roles.ts'
import { recover } from '../../../engine/recovery/recovery.ts'
import { snapshotJournal } from '../../../engine/recovery/snapshotting.ts'
import { TestSystem } from '../../../engine/system/test-system.ts'
import { account, Bank } from './bank.ts'

const Sum = protocol('sum', {
  Add: { what: u32, note: text(20) },
  Fail: {},
  Total: request({}, { total: u32 }),
})

/** What goes wrong, once the total is high enough. */
let trouble: 'none' | 'reads' | 'writes' | 'handles' = 'none'
const HIGH = 2_000

const sum = behavior(Sum, (ctx) => {
  let total = 0
  return {
    Add({ what }) {
      if (trouble === 'handles' && total === 1) throw new Error('not again')
      total += what
    },
    Fail() {
      throw new Error('as it is told')
    },
    Total: () => ctx.reply(Sum.Total, { total }),
    transfer(snapshot) {
      const isHigh = total >= HIGH
      if (isHigh && trouble === 'writes' && !snapshot.isRestoring) throw new Error('too high')
      total = snapshot.number(total)
      if (total >= 100 && trouble === 'reads' && snapshot.isRestoring)
        throw new Error('restoring fails')
    },
  }
})

const BEHAVIORS = { sum, account } as unknown as Readonly<Record<string, AnyBehavior>>
const home = mkdtempSync(join(tmpdir(), 'tradsys-'))
after(() => rmSync(home, { recursive: true }))

const open = (name: string, setAside: readonly string[] = []): TestSystem =>
  new TestSystem({
    behaviors: BEHAVIORS,
    journal: { directory: join(home, name), shards: 1, setAside },
  })

function populate(system: TestSystem): { bad: Ref<'sum'>; good: Ref<'bank'> } {
  const bad = system.spawn(sum, 'bad', { journaled: true, supervise: resume() })
  const good = system.spawn(account, 'good', { journaled: true })
  system.tell(good, Bank.Deposit, { amount: 7 })
  return { bad, good }
}

function addTimes(system: TestSystem, bad: Ref<'sum'>, times: number): void {
  for (let i = 0; i < times; i++) {
    system.tell(bad, Sum.Add, { what: 1, note: '' })
    if (i % 100 === 0) system.untilQuiet()
  }
  system.untilQuiet()
}

const recovered = (name: string) =>
  shardRecovery(join(home, name), Catalog.of(BEHAVIORS), { shard: 0, shards: 1 })
const snapshot = (name: string) =>
  snapshotJournal({ ...recovered(name), buildHash: '0'.repeat(16) })
const reasons = (system: TestSystem): string[] => system.deadLetters.map(({ reason }) => reason)

/** It is set aside, all others go on, and each start says the same. Returns the hashes of then. */
async function isAside(system: TestSystem, name: string, bad: Ref<'sum'>, good: Ref<'bank'>) {
  assert.equal(system.shards[0]!.lifecycle.at(bad)!.condition, Condition.Suspended)
  const why = { code: 'ask.refused', message: "sum.Total was refused: actor 'bad' is set aside" }
  assert.throws(() => system.ask(bad, Sum.Total, {}), why)
  assert.equal(reasons(system).at(-1), 'suspended')
  assert.equal(system.ask(good, Bank.Balance, {}).amount, 7)
  const { stateHashes } = system
  await system.stop()
  assert.deepEqual([recover(recovered(name)).machine.stateHash()], stateHashes)
  await assert.rejects(snapshot(name), /actor 'bad' is set aside, and only the log has its state/)
  return stateHashes
}

test('set aside: an actor whose state cannot be read back, when a message of it fails', async () => {
  const system = open('reads')
  const { bad, good } = populate(system)
  addTimes(system, bad, 3_000)
  trouble = 'reads'
  system.tell(bad, Sum.Fail, {})
  system.untilQuiet()
  assert.deepEqual(reasons(system), ['failed'])
  assert.match(
    String(system.failures),
    /'bad' is set aside: transfer\.fails: actor 'bad': its transfer throws where it takes its state over: Error: restoring fails; .*mend:/,
  )
  await isAside(system, 'reads', bad, good)
  // The next start has it from the log, and a build in which it works goes on with it.
  trouble = 'none'
  const again = open('reads')
  assert.equal(again.ask(bad, Sum.Total, {}).total, 3_000)
  again.tell(bad, Sum.Fail, {})
  assert.equal(again.ask(bad, Sum.Total, {}).total, 3_000)
  const { stateHashes } = again
  await again.stop()
  assert.notEqual(await snapshot('reads'), undefined)
  const last = open('reads')
  assert.deepEqual(last.stateHashes, stateHashes)
  await last.stop()
})

test('set aside: an actor whose state cannot be handed over, when it is needed', async () => {
  trouble = 'writes'
  const system = open('writes')
  const { bad, good } = populate(system)
  addTimes(system, bad, 6_000)
  assert.match(
    String(system.failures),
    /transfer throws where it hands its state over: Error: too high/,
  )
  const letters = system.shards[0]!.deadLetters
  assert.equal(letters.count('failed'), 1)
  const handled = 6_000 - 1 - letters.count('suspended')
  assert.ok(handled >= HIGH)
  await isAside(system, 'writes', bad, good)
  trouble = 'none'
  const again = open('writes')
  assert.equal(again.ask(bad, Sum.Total, {}).total, handled)
  await again.stop()
})

test('set aside: by the operator, where a recovery cannot go on for one actor; and tried again without', async () => {
  const first = open('operator')
  const { bad, good } = populate(first)
  addTimes(first, bad, 3)
  first.tell(bad, Sum.Fail, {})
  addTimes(first, bad, 2)
  await first.stop()
  // The same messages once as commands, where they count on, and once more to bring the state back.
  const original = sum.start
  const differing = (): void => {
    let births = 0
    Object.assign(sum, {
      start: (ctx: never) => {
        trouble = births++ === 1 ? 'handles' : 'none'
        return original(ctx)
      },
    })
  }
  differing()
  assert.throws(() => open('operator'), { code: 'handler.differs' })
  differing()
  const system = open('operator', ['bad'])
  trouble = 'none'
  Object.assign(sum, { start: original })
  system.tell(bad, Sum.Add, { what: 1, note: '' })
  system.untilQuiet()
  assert.deepEqual(reasons(system).slice(-1), ['suspended'])
  await isAside(system, 'operator', bad, good)
  const again = open('operator')
  assert.equal(again.ask(bad, Sum.Total, {}).total, 5)
  assert.equal(again.ask(good, Bank.Balance, {}).amount, 7)
  await again.stop()
})
