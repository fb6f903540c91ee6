import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { behavior } from '../../../engine/actor/behavior.ts'
import { u32 } from '../../../engine/actor/fields.ts'
import { protocol } from '../../../engine/actor/message.ts'
import type { Ref } from '../../../engine/actor/ref.ts'
import { TestSystem } from '../../../engine/system/test-system.ts'
import { account, Bank, Watching, watcher } from './bank.ts'

const Mortal = protocol('mortal', { Say: { to: u32, count: u32 }, Heard: { n: u32 } })

let heard: (number | string)[] = []

/** Says so many things, and ends in the same handler. */
const mortal = behavior(Mortal, (ctx) => ({
  Say: (m) => {
    ctx.stop()
    for (let n = 1; n <= m.count; n++) ctx.tell(m.to as Ref<'mortal'>, Mortal.Heard, { n })
  },
  Heard: (m) => {
    heard.push(m.n)
  },
  transfer: () => undefined,
}))

const mourner = behavior(Mortal, (ctx) => ({
  Say: (m) => ctx.watch(m.to as Ref),
  Heard: (m) => {
    heard.push(m.n)
  },
  terminated: (ref) => {
    heard.push(`#${ref} is gone`)
  },
  transfer: (snapshot) => {
    snapshot.number(0)
  },
}))

const BEHAVIORS = { account, watcher, mortal, mourner }
const home = mkdtempSync(join(tmpdir(), 'tradsys-'))
after(() => rmSync(home, { recursive: true }))
let directories = 0

const openSystem = (): TestSystem =>
  new TestSystem({
    ...{ behaviors: BEHAVIORS, threads: 2, actorsMax: 32, ringBytes: 32 * 1024 },
    journal: { directory: join(home, String(++directories)), shards: 2 },
  })

type Place = { readonly thread: string } | { readonly journaled: { readonly shard: number } }

const PLACES: readonly Place[] = [
  { thread: 'worker-1' },
  { thread: 'worker-2' },
  { thread: 'main' },
  { journaled: { shard: 0 } },
  { journaled: { shard: 1 } },
]

function endIt(system: TestSystem, name: string): void {
  for (const thread of system.topology.names) {
    const { lifecycle } = system.host(thread)
    const cell = lifecycle.find(name)
    if (cell !== undefined) lifecycle.stop(cell)
  }
}

test('watch: an end is heard of once, from anywhere, after all that was said before it', async () => {
  for (const at of PLACES) {
    for (const by of PLACES) {
      const where = JSON.stringify({ at, by })
      const system = openSystem()
      heard = []
      const dying = system.spawn(mortal, 'dying', at)
      const listening = system.spawn(mourner, 'listening', by)
      for (let i = 0; i < 2; i++) system.tell(listening, Mortal.Say, { to: dying, count: 0 })
      system.untilQuiet()
      assert.deepEqual(heard, [], where)
      system.tell(dying, Mortal.Say, { to: listening, count: 3 })
      system.untilQuiet()
      const end = `#${dying} is gone`
      assert.deepEqual(heard, [1, 2, 3, end], where)
      // Gone already: it is heard of at once, each time.
      heard = []
      for (let i = 0; i < 2; i++) system.tell(listening, Mortal.Say, { to: dying, count: 0 })
      system.untilQuiet()
      assert.ok(heard.length >= 1 && heard.every((one) => one === end), where)
      await system.stop()
    }
  }
})

test('watch: who does not watch any more hears nothing, and who is gone does not either', async () => {
  for (const at of PLACES) {
    const system = openSystem()
    const dying = system.spawn(mortal, 'dying', at)
    const ref = system.spawn(watcher, 'w', { thread: 'worker-1' })
    const other = system.spawn(watcher, 'v', { thread: 'worker-1' })
    for (const one of [ref, other]) system.tell(one, Watching.Watch, { who: dying })
    system.tell(ref, Watching.Unwatch, { who: dying })
    system.tell(other, Watching.Stop, {})
    system.untilQuiet()
    system.tell(dying, Mortal.Say, { to: 0, count: 0 })
    system.untilQuiet()
    assert.equal(system.ask(ref, Watching.Gone, {}).count, 0)
    const lost = system.deadLetters.filter(({ message }) => message.startsWith('tradsys'))
    assert.deepEqual(lost, [])
    await system.stop()
  }
})

test('stop: a child ends, its name is free again, and its address is nobody’s', async () => {
  for (const at of PLACES) {
    const system = openSystem()
    const ref = system.spawn(watcher, 'w', at)
    const lives: number[] = []
    for (let life = 1; life <= 3; life++) {
      system.tell(ref, Watching.Child, { name: 'child' })
      system.tell(ref, Watching.StopChild, {})
      system.untilQuiet()
      const gone = system.ask(ref, Watching.Gone, {})
      assert.equal(gone.count, life, JSON.stringify(at))
      lives.push(gone.last)
    }
    assert.equal(new Set(lives).size, 3)
    system.tell(ref, Watching.Child, { name: 'child' })
    for (const stale of lives) system.tell(stale as Ref<'bank'>, Bank.Deposit, { amount: 1 })
    system.untilQuiet()
    assert.equal(system.deadLetters.filter(({ reason }) => reason === 'gone').length, 3)
    await system.stop()
  }
})

test('stop: an actor that ends itself where it is born was there, and is gone', async () => {
  const system = openSystem()
  const brief = behavior(Mortal, (ctx) => {
    ctx.stop()
    return { Say: () => undefined, Heard: () => undefined }
  })
  const ref = system.spawn(brief, 'brief', { thread: 'worker-1' })
  assert.equal(system.host('worker-1').lifecycle.find('brief'), undefined)
  system.spawn(mortal, 'brief', { thread: 'worker-1' })
  assert.notEqual(system.host('worker-1').lifecycle.find('brief')?.ref, ref)
  await system.stop()
})

test('stop: places are used again, the longest free first, and never with the same address', async () => {
  const system = new TestSystem({ behaviors: BEHAVIORS, threads: 1, actorsMax: 3 })
  const refs = new Set<number>()
  for (let i = 0; i < 1000; i++) {
    refs.add(system.spawn(mortal, `m${i}`))
    if (i >= 2) endIt(system, `m${i - 2}`)
  }
  assert.equal(refs.size, 1000)
  await system.stop()
})
