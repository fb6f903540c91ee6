/** What one process has known, and the next one over the same journal does not: transient actors, and whoever asked. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { behavior, type PendingRequest } from '../../../engine/actor/behavior.ts'
import { u32 } from '../../../engine/actor/fields.ts'
import { protocol, request } from '../../../engine/actor/message.ts'
import type { Ref } from '../../../engine/actor/ref.ts'
import { rootOf } from '../../../engine/journaled/journaled-shard.ts'
import { Root } from '../../../engine/journaled/root-protocol.ts'
import { TestSystem } from '../../../engine/system/test-system.ts'
import { account, Bank, Watching, watcher } from './bank.ts'

const Slow = protocol('slow', { Hold: request({}, { number: u32 }), Answer: { number: u32 } })

/** Answers when it is told to, whoever has asked last. */
const slow = behavior(Slow, (ctx) => {
  let asked: PendingRequest = { from: 0, number: 0, requestId: 0 }
  return {
    Hold() {
      if (asked.from === 0) asked = ctx.request
    },
    Answer: ({ number }) => ctx.replyTo(asked, Slow.Hold, { number }),
    transfer(snapshot) {
      const from = snapshot.number(asked.from) as Ref
      const number = snapshot.number(asked.number)
      asked = { from, number, requestId: snapshot.number(asked.requestId) }
    },
  }
})

const home = mkdtempSync(join(tmpdir(), 'tradsys-'))
after(() => rmSync(home, { recursive: true }))

const open = (name: string, actorsMax = 8): TestSystem =>
  new TestSystem({
    ...{ behaviors: { account, watcher, slow }, threads: 2, actorsMax },
    journal: { directory: join(home, name), shards: 2 },
  })

const journaled = { journaled: { shard: 0 } }

test('starts: who asks a journaled actor that has ended is told at once, and by the same bytes in a replay', async () => {
  const system = open('ended')
  const ref = system.spawn(account, 'anna', journaled)
  const watching = system.spawn(watcher, 'w', journaled)
  const stopped = system.ask(rootOf(0) as Ref<'tradsys.root'>, Root.Stop, { name: 'anna' })
  assert.equal(stopped.ref, ref)
  const beforeUs = system.timeUs
  const gone = { code: 'ask.gone', message: 'bank.Balance was not taken: its actor is gone' }
  assert.throws(() => system.ask(ref, Bank.Balance, {}), gone)
  assert.ok(system.timeUs - beforeUs < 1_000_000)
  // What waits for one that ends as well.
  system.tell(watching, Watching.Stop, {})
  assert.throws(() => system.ask(watching, Watching.Gone, {}), { code: 'ask.gone' })
  await system.stop()
  const again = open('ended')
  assert.throws(() => again.ask(ref, Bank.Balance, {}), gone)
  await again.stop()
})

test('starts: what is sent to a transient actor of the process before reaches nobody', async () => {
  const before = open('stranger')
  const payer = before.spawn(account, 'payer', journaled)
  const old = before.spawn(account, 'old')
  before.tell(payer, Bank.Pay, { to: old, amount: 1 })
  before.untilQuiet()
  assert.equal(before.ask(old, Bank.Balance, {}).amount, 1)
  await before.stop()

  const system = open('stranger')
  const fresh = system.spawn(account, 'fresh', { thread: 'worker-1' })
  assert.notEqual(fresh, old)
  system.tell(payer, Bank.Pay, { to: old, amount: 1 })
  system.untilQuiet()
  assert.equal(system.ask(fresh, Bank.Balance, {}).amount, 0)
  const letters = system.deadLetters.map(({ reason, to }) => ({ reason, to }))
  assert.deepEqual(letters, [{ reason: 'gone', to: old }])
  await system.stop()
})

test('starts: no address is given out again, however often places were used again', async () => {
  const given = new Set<number>()
  for (let start = 1; start <= 6; start++) {
    const system = open('places', 4)
    for (let birth = 0; birth < 3 * start; birth++) {
      const ref = system.spawn(account, 'a', { thread: 'worker-1' })
      assert.ok(!given.has(ref), `start ${start}, birth ${birth}: #${ref} again`)
      given.add(ref)
      const { lifecycle } = system.host('worker-1')
      lifecycle.stop(lifecycle.find('a')!)
      system.untilQuiet()
    }
    await system.stop()
  }
})

test('starts: who watches a transient actor of the process before is told of its end, once', async () => {
  const before = open('watching')
  const who = before.spawn(account, 'old')
  const shards = [0, 1].map((shard) => before.spawn(watcher, `w${shard}`, { journaled: { shard } }))
  for (const ref of shards) before.tell(ref, Watching.Watch, { who })
  before.untilQuiet()
  await before.stop()
  for (let start = 1; start <= 2; start++) {
    const system = open('watching')
    system.untilQuiet()
    for (const ref of shards) {
      assert.deepEqual(system.ask(ref, Watching.Gone, {}), { count: 1, last: who })
    }
    await system.stop()
  }
})

test('starts: an answer to who asked the process before is no answer to who asks this one', async () => {
  const before = open('asked')
  const ref = before.spawn(slow, 's', journaled)
  assert.throws(() => before.ask(ref, Slow.Hold, {}, { timeoutMs: 10 }), /not answered/)
  await before.stop()
  const system = open('asked')
  // The second ask of this process, as it was of the one before; it is the first that is kept.
  assert.equal(system.spawn(slow, 's', journaled), ref)
  system.tell(ref, Slow.Answer, { number: 7 })
  const ask = (): unknown => system.ask(ref, Slow.Hold, {}, { timeoutMs: 10 })
  assert.throws(ask, /not answered/)
  await system.stop()
})

test('starts: a start leaves the states as they were where nobody watched', async () => {
  const before = open('states')
  before.tell(before.spawn(account, 'a', journaled), Bank.Deposit, { amount: 5 })
  before.untilQuiet()
  const { stateHashes } = before
  await before.stop()
  for (let start = 1; start <= 2; start++) {
    const system = open('states')
    system.untilQuiet()
    assert.deepEqual(system.stateHashes, stateHashes)
    await system.stop()
  }
})
