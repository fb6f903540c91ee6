/** Actors that go to another thread while they live: what comes to them meanwhile, and who may not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { onThread, withActor } from '../../../engine/actor/placement.ts'
import type { Ref } from '../../../engine/actor/ref.ts'
import { restart, resume, stop } from '../../../engine/actor/supervision.ts'
import type { ActorSystem } from '../../../engine/system/actor-system.ts'
import { restartsMs, sendAll, startLive, TIME, until } from './live-system.ts'
import {
  Egg,
  egg,
  greedy,
  Pump,
  pump,
  rooted,
  Sink,
  sink,
  Torn,
  Trouble,
  torn,
  trouble,
  Watch,
  watch,
} from './system-actors.ts'

const RING_BYTES = 4096
const THREADS = ['worker-1', 'worker-2', 'main']

const threadOf = async (system: ActorSystem, name: string): Promise<string> =>
  (await system.control.actor(name)).thread

test(
  'system moving: under a flood from all threads nothing is lost, doubled or overtaken',
  TIME,
  async (t) => {
    const { system } = await startLive(t, { ringBytes: RING_BYTES })
    const to = await system.spawn(sink, 'sink', { on: onThread('worker-1'), mailboxBytes: 2048 })
    const each = 20_000
    for (const [i, on] of THREADS.entries()) {
      const ref = await system.spawn(pump, `pump-${i}`, { on: onThread(on) })
      system.tell(ref, Pump.Run, { to, from: 1 + i, count: each, batch: 100 })
    }
    let isSent = false
    const sending = sendAll(each, (number) => system.tell(to, Sink.Put, { from: 0, number })).then(
      (busy) => {
        isSent = true
        return busy
      },
    )
    let moves = 0
    for (; !isSent || moves < 12; moves++) {
      const thread = THREADS[(moves + 1) % 3]!
      await system.move(to, thread)
      assert.equal(await threadOf(system, 'sink'), thread)
    }
    assert.ok((await sending) > 0, 'there was always room')
    await until('all have come', async () => (await seen(system, to)).count >= 4 * each)
    assert.deepEqual(await seen(system, to), { count: 4 * each, disorder: 0 })
    assert.deepEqual(await system.control.deadLetters(), [])
    t.diagnostic(`${moves} moves`)
  },
)

test(
  'system moving: what it has stashed, its timers, its asks and its watchers go with it',
  TIME,
  async (t) => {
    const { system } = await startLive(t)
    const mover = await system.spawn(sink, 'mover', { on: onThread('worker-1') })
    const slow = await system.spawn(trouble, 'slow', { on: onThread('worker-2') })
    const asked = await system.spawn(sink, 'asked', { on: withActor(slow) })
    const watcher = await system.spawn(watch, 'watcher', { on: onThread('worker-2') })
    system.tell(watcher, Watch.On, { who: mover })
    await system.ask(watcher, Watch.Gone, {})
    for (let number = 0; number < 3; number++) system.tell(asked, Sink.Put, { from: 0, number })
    await system.ask(asked, Sink.Seen, {})
    system.tell(mover, Sink.Shut, {})
    for (let number = 0; number < 5; number++) system.tell(mover, Sink.Put, { from: 0, number })
    system.tell(mover, Sink.Later, { ms: 3_000, from: 1, number: 0 })
    // Answered when the mover is elsewhere; and not at all.
    system.tell(slow, Trouble.Work, { ms: 150 })
    system.tell(mover, Sink.Compare, { of: asked, timeoutMs: 5_000 })
    await system.ask(mover, Sink.Seen, {})
    for (const thread of ['main', 'worker-2', 'worker-1', 'main']) await system.move(mover, thread)
    assert.equal((await system.control.actor('mover')).stashed, 5)
    system.tell(mover, Sink.Open, {})
    await until('the timer fires', async () => (await seen(system, mover)).count === 6)
    assert.equal((await seen(system, mover)).disorder, 0)
    await until('the answer is there', async () => (await heard()).answers === 1)
    assert.deepEqual(await heard(), { sum: 3, answers: 1, late: 0 })
    await system.control.stop('mover')
    await until('the watcher hears', async () => (await gone()).count === 1)
    assert.equal((await gone()).last, mover)

    function heard() {
      return system.ask(mover, Sink.Heard, {})
    }
    function gone() {
      return system.ask(watcher, Watch.Gone, {})
    }
  },
)

test(
  'system moving: an ask that nobody answers ends elsewhere too, in its time',
  TIME,
  async (t) => {
    const { system } = await startLive(t)
    const mover = await system.spawn(sink, 'mover', { on: onThread('worker-1') })
    const stuck = await system.spawn(trouble, 'stuck', { on: onThread('worker-2') })
    system.tell(stuck, Trouble.Child, { name: 'shut' })
    const child = (await system.ask(stuck, Trouble.ChildRef, {})).ref as Ref<'sink'>
    system.tell(stuck, Trouble.Work, { ms: 400 })
    system.tell(mover, Sink.Compare, { of: child, timeoutMs: 150 })
    await system.ask(mover, Sink.Seen, {})
    await system.move(mover, 'main')
    await until('it is late', async () => (await system.ask(mover, Sink.Heard, {})).late === 1)
  },
)

test(
  'system moving: a timer that its function sets is not set again by its moves',
  TIME,
  async (t) => {
    const { system } = await startLive(t)
    const ref = await system.spawn(egg, 'egg', { on: onThread('worker-1') })
    const bornMs = performance.now()
    for (let i = 1; performance.now() < bornMs + 1_200; i++) await system.move(ref, THREADS[i % 3]!)
    assert.deepEqual(await system.ask(ref, Egg.Hatched, {}), { count: 1 })
    await sleep(500)
    assert.deepEqual(await system.ask(ref, Egg.Hatched, {}), { count: 1 })
  },
)

test('system moving: who cannot move is told why, and stays as it was', TIME, async (t) => {
  const { system } = await startLive(t)
  const on = onThread('worker-1')
  const parent = await system.spawn(trouble, 'parent', { on })
  system.tell(parent, Trouble.Child, { name: 'child' })
  const child = (await system.ask(parent, Trouble.ChildRef, {})).ref as Ref<'sink'>
  const root = await system.spawn(rooted, 'root', { on })
  await assert.rejects(system.move(child, 'worker-2'), {
    message: 'only what was spawned from outside can move: not a child',
  })
  await assert.rejects(system.move(parent, 'worker-2'), {
    message: "actor 'parent' cannot move: it has children, which live on its thread",
  })
  await assert.rejects(system.move(root, 'main'), {
    message: "actor 'root' cannot move: its behavior has no transfer(): give it one",
  })
  await assert.rejects(
    system.move(root, 'nowhere'),
    /no thread 'nowhere': there are main, worker-1/,
  )
  const mover = await system.spawn(sink, 'mover', { on })
  await system.move(mover, 'worker-1')
  await system.spawn(watch, 'twin', { on: onThread('worker-2') })
  const twin = await system.spawn(sink, 'twin', { on })
  await assert.rejects(system.move(twin, 'worker-2'), /actor 'twin' is there already/)
  system.tell(twin, Sink.Put, { from: 0, number: 0 })
  assert.deepEqual(await seen(system, twin), { count: 1, disorder: 0 })
  await system.control.stop('mover')
  await assert.rejects(system.move(mover, 'worker-2'), /gone/)
  for (const name of ['parent', 'parent/child', 'root', 'twin']) {
    assert.equal(await threadOf(system, name), 'worker-1', name)
  }
})

test('system moving: two moves at once come one after the other', TIME, async (t) => {
  const { system } = await startLive(t)
  const mover = await system.spawn(sink, 'mover', { on: onThread('worker-1') })
  for (let round = 0; round < 10; round++) {
    const moves = THREADS.map((thread) => system.move(mover, thread))
    system.tell(mover, Sink.Put, { from: 0, number: round })
    await Promise.all(moves)
    assert.equal(await threadOf(system, 'mover'), 'main')
  }
  assert.deepEqual(await seen(system, mover), { count: 10, disorder: 0 })
  const names = (await system.control.actors()).map(({ name }) => name)
  assert.deepEqual(names, ['mover'])
})

test(
  'system moving: one that has moved is brought back where it is, when that thread dies',
  TIME,
  async (t) => {
    const { system, events } = await startLive(t)
    const mover = await system.spawn(sink, 'mover', { on: onThread('worker-1') })
    const killers = await Promise.all(
      ['worker-1', 'worker-2'].map((thread) =>
        system.spawn(trouble, `killer of ${thread}`, { on: onThread(thread) }),
      ),
    )
    system.tell(mover, Sink.Put, { from: 0, number: 0 })
    await system.move(mover, 'worker-2')
    system.tell(killers[0]!, Trouble.ThrowLater, {})
    await until('a successor of the old one', () => restartsMs(events).length === 1)
    assert.equal((await seen(system, mover)).count, 1)
    system.tell(killers[1]!, Trouble.ThrowLater, {})
    await until('a successor of the new one', () => restartsMs(events).length === 2)
    assert.equal((await seen(system, mover)).count, 0)
    await system.move(mover, 'worker-1')
    assert.equal(await threadOf(system, 'mover'), 'worker-1')
  },
)

test(
  'system moving: amid deaths it is at one place afterwards, and all that is sent to it arrives',
  TIME,
  async (t) => {
    const { system, events, failures } = await startLive(t)
    const mover = await system.spawn(sink, 'mover', { on: onThread('worker-1') })
    const killers = await Promise.all(
      ['worker-1', 'worker-2'].map((thread) =>
        system.spawn(trouble, `killer of ${thread}`, { on: onThread(thread) }),
      ),
    )
    for (let death = 0; death < 6; death++) {
      system.tell(killers[death % 2]!, Trouble.ThrowLater, {})
      for (let move = death; restartsMs(events).length === death; move++) {
        // Refused where one of the two has just died.
        const moved = system.move(mover, THREADS[move % 3]!)
        await moved.catch((error: unknown) =>
          assert.match(String(error), /outside of any handler|has begun anew/),
        )
      }
      // It may have begun anew; from here on it is to hear everything, from each side.
      const { count } = await seen(system, mover)
      for (let number = 0; number < 20; number++) system.tell(mover, Sink.Put, { from: 0, number })
      assert.equal((await seen(system, mover)).count, count + 20)
      const from = await system.spawn(pump, `pump-${death}`, { on: onThread('worker-2') })
      system.tell(from, Pump.Run, { to: mover, from: 1, count: 20, batch: 20 })
      await until('the pump is heard', async () => (await seen(system, mover)).count === count + 40)
    }
    const places = (await system.control.actors()).filter(({ name }) => name === 'mover')
    assert.equal(places.length, 1)
    assert.deepEqual(failures, [])
  },
)

/** Asked again where its way is full. */
async function seen(system: ActorSystem, ref: Ref<'sink'>) {
  for (;;) {
    try {
      return await system.ask(ref, Sink.Seen, {})
    } catch (error) {
      if ((error as { code?: string }).code !== 'ask.busy') throw error
      await sleep(1)
    }
  }
}

for (const [kind, supervise, count] of [
  [torn, restart(), 2],
  [torn, resume(), 2],
  [greedy, restart(), 2],
  [torn, stop(), undefined],
] as const) {
  const name = kind === torn ? 'throws' : 'reads more than it wrote'
  test(
    `system moving: one whose transfer ${name} on its arrival fails by its strategy, ${supervise.directive}`,
    TIME,
    async (t) => {
      const { system } = await startLive(t, { onEvent: () => undefined })
      const on = onThread('worker-1')
      const ref = await system.spawn(kind, 'moved', { on, supervise })
      for (let i = 0; i < 5; i++) system.tell(ref, Torn.Add, {})
      // What has not been handled when it leaves goes with it.
      assert.equal((await system.ask(ref, Torn.Count, {})).count, 5)
      await assert.rejects(
        system.move(ref, 'worker-2'),
        /actor 'moved' is on thread 'worker-2' and (has begun anew|was stopped): .*; let it read and write the same/,
      )
      for (let i = 0; i < 2; i++) system.tell(ref, Torn.Add, {})
      if (count === undefined) {
        await assert.rejects(system.ask(ref, Torn.Count, {}), { code: 'ask.gone' })
      } else {
        assert.equal((await system.ask(ref, Torn.Count, {})).count, count)
      }
    },
  )
}
