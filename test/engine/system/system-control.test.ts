/** The control plane of a live system: what it shows, what it changes, and that a system with nothing to do does nothing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { onThread } from '../../../engine/actor/placement.ts'
import type { Ref } from '../../../engine/actor/ref.ts'
import type { IdleStrategy } from '../../../ringbuffer/idle-strategy.ts'
import { spawnLedgers } from '../actor/journaled-load.ts'
import { newDirectory, startLive, TIME, until } from './live-system.ts'
import { ledger, Sink, sink, Trouble, trouble, Watch, watch } from './system-actors.ts'

test(
  'system control: actors are shown with their threads, what they have handled and what waits',
  TIME,
  async (t) => {
    const { system } = await startLive(t)
    const busy = await system.spawn(sink, 'busy', { on: onThread('worker-1') })
    const parent = await system.spawn(trouble, 'parent', { on: onThread('worker-2') })
    await system.spawn(watch, 'here', { on: onThread('main') })
    system.tell(parent, Trouble.Child, { name: 'child' })
    system.tell(busy, Sink.Shut, {})
    for (let number = 0; number < 3; number++) system.tell(busy, Sink.Put, { from: 0, number })
    await system.ask(busy, Sink.Seen, {})
    await system.ask(parent, Trouble.Total, {})
    const actors = await system.control.actors()
    assert.deepEqual(
      actors.map(({ name, thread, protocol, children }) => [name, thread, protocol, children]),
      [
        ['here', 'main', 'watch', 0],
        ['busy', 'worker-1', 'sink', 0],
        ['parent', 'worker-2', 'trouble', 1],
        ['parent/child', 'worker-2', 'sink', 0],
      ],
    )
    const one = await system.control.actor('busy')
    assert.deepEqual(
      { ref: one.ref, condition: one.condition, handled: one.handled, stashed: one.stashed },
      { ref: busy, condition: 'Ready', handled: 5, stashed: 3 },
    )
    await assert.rejects(system.control.actor('nobody'), { message: "no actor 'nobody'" })
  },
)

test(
  'system control: stop ends an actor with its children, restart begins it anew',
  TIME,
  async (t) => {
    const { system } = await startLive(t)
    for (const thread of ['worker-1', 'main']) {
      const parent = await system.spawn(trouble, `of ${thread}`, { on: onThread(thread) })
      const watcher = await system.spawn(watch, `watcher of ${thread}`, {
        on: onThread('worker-2'),
      })
      system.tell(parent, Trouble.Child, { name: 'child' })
      const child = (await system.ask(parent, Trouble.ChildRef, {})).ref as Ref<'sink'>
      for (const who of [parent, child]) system.tell(watcher, Watch.On, { who })
      await system.ask(watcher, Watch.Gone, {})
      system.tell(parent, Trouble.Count, {})
      // The control plane takes another way than messages, and is not to come before it.
      assert.deepEqual(await system.ask(parent, Trouble.Total, {}), { count: 1 })
      await system.control.restart(`of ${thread}`)
      assert.deepEqual(await system.ask(parent, Trouble.Total, {}), { count: 0 })
      assert.equal((await system.control.actor(`of ${thread}`)).restarts, 1)
      await until('the child is gone', async () => (await gone(watcher)).count === 1)
      assert.equal((await gone(watcher)).last, child)
      await system.control.stop(`of ${thread}`)
      await until('its parent too', async () => (await gone(watcher)).count === 2)
      assert.equal((await gone(watcher)).last, parent)
      await assert.rejects(system.ask(parent, Trouble.Total, {}), { code: 'ask.gone' })
      await assert.rejects(system.control.stop(`of ${thread}`), /no actor/)
      // The name is free again.
      await system.spawn(trouble, `of ${thread}`, { on: onThread(thread) })
    }

    function gone(watcher: Ref<'watch'>) {
      return system.ask(watcher, Watch.Gone, {})
    }
  },
)

const SPINNING: readonly IdleStrategy[] = [
  { kind: 'spin' },
  { kind: 'spin-then-park', spinUs: 5, parkMs: 50 },
  { kind: 'park', parkMs: 50 },
]
const WITH_SOCKETS: IdleStrategy = { kind: 'event-loop', spinUs: 0, parkMs: 50 }

test('system control: each thread idles as it is told, where it can', TIME, async (t) => {
  const { system } = await startLive(t, {
    journal: { directory: newDirectory(t), shards: 1, durability: 'none' },
  })
  const threads = ['worker-1', 'worker-2', 'sequencer']
  for (const thread of threads) {
    const probe = await system.spawn(sink, `on ${thread}`, {
      on: onThread(thread === 'sequencer' ? 'worker-1' : thread),
    })
    for (const idle of SPINNING) {
      await system.control.setIdle(thread, idle)
      const shown = (await system.control.status()).threads.find(({ name }) => name === thread)
      assert.deepEqual(shown?.idle, idle)
      assert.equal((await system.ask(probe, Sink.Seen, {})).count, 0)
    }
    await assert.rejects(system.control.setIdle(thread, WITH_SOCKETS), {
      message: `thread '${thread}' cannot idle by 'event-loop': it has no sockets`,
    })
  }
  await system.control.setIdle('main', WITH_SOCKETS)
  for (const idle of SPINNING) {
    await assert.rejects(system.control.setIdle('main', idle), {
      message: `thread 'main' cannot idle by '${idle.kind}': it has sockets: give it 'event-loop'`,
    })
  }
  const wrong: IdleStrategy = { kind: 'park', parkMs: -1 }
  await assert.rejects(system.control.setIdle('worker-1', wrong), /-1 is no duration/)
  await assert.rejects(system.control.setIdle('worker-9', wrong), /no thread 'worker-9'/)
})

test('system control: the status has every thread, ring, shard and actor', TIME, async (t) => {
  const { system } = await startLive(t, {
    journal: { directory: newDirectory(t), shards: 4, durability: 'none' },
  })
  await spawnLedgers(system)
  const stray = await system.spawn(sink, 'stray', { on: onThread('main') })
  await system.control.stop('stray')
  system.tell(stray, Sink.Shut, {})
  const status = await system.control.status()
  assert.equal(status.pid, process.pid)
  assert.deepEqual(
    status.threads.map(({ name, shards, restarts }) => [name, shards.join(), restarts]),
    [
      ['main', '', 0],
      ['sequencer', '', 0],
      ['worker-1', '0,2', 0],
      ['worker-2', '1,3', 0],
    ],
  )
  assert.ok(status.threads.every(({ heapBytes, cpus }) => heapBytes > 0 && cpus.length > 0))
  const names = ['main', 'worker-1', 'worker-2']
  const shards = ['shard-0', 'shard-1', 'shard-2', 'shard-3']
  const rings = [
    ...names.flatMap((a) => names.filter((b) => b !== a).map((b) => `${a}→${b}`)),
    ...names.map((a) => `${a}→sequencer`),
    ...shards.flatMap((shard) => [`sequencer→${shard}`, `${shard}→sequencer`]),
    ...shards.flatMap((shard) => names.map((to) => `${shard}→${to}`)),
  ]
  assert.deepEqual(status.rings.map(({ name }) => name).sort(), rings.sort())
  const told = status.rings.find(({ name }) => name === 'main→sequencer')
  assert.ok(told !== undefined && told.records >= 4 && told.highMarkBytes > 0)
  assert.deepEqual(
    status.actors.map(({ name }) => name),
    ['ledger-0', 'ledger-1', 'ledger-2', 'ledger-3'],
  )
  assert.deepEqual(status.deadLetters, { gone: 1 })
})

/** Of a core. One hundredth is usual here; a test that goes beyond this has found a thread that spins. */
const IDLE_PERCENT_MAX = 5

test('system control: a system with nothing to do leaves the machine alone', TIME, async (t) => {
  const { system } = await startLive(t, {
    journal: { directory: newDirectory(t), shards: 4, durability: 'none' },
  })
  await spawnLedgers(system)
  await system.spawn(sink, 'sink')
  await sleep(500)
  const before = process.cpuUsage()
  const startMs = performance.now()
  await sleep(2_000)
  const { user, system: kernel } = process.cpuUsage(before)
  const percent = (user + kernel) / 10 / (performance.now() - startMs)
  t.diagnostic(`${percent.toFixed(2)} % of a core while idle, four threads`)
  assert.ok(percent < IDLE_PERCENT_MAX, `${percent} %`)
})

test(
  'system control: an actor is ended by its address, journaled or not, and one that is gone is refused',
  TIME,
  async (t) => {
    const journal = { directory: newDirectory(t), shards: 2, durability: 'none' } as const
    const { system } = await startLive(t, { journal })
    for (const thread of ['main', 'worker-1', 'its shard']) {
      const born = (name: string): Promise<Ref> =>
        thread === 'its shard'
          ? system.spawn(ledger, name, { journaled: true })
          : system.spawn(sink, name, { on: onThread(thread) })
      const [ref, other] = [await born('one'), await born('other')]
      await system.control.stop(ref)
      await assert.rejects(system.control.stop(ref), /no actor has the address \d+: it has ended/)
      assert.equal((await system.control.actor('other')).ref, other)
      await assert.rejects(system.control.actor('one'), /no actor 'one'/)
      await system.control.stop(other)
    }
  },
)

test('system control: after its end a system spawns nobody, and says why', TIME, async (t) => {
  const { system } = await startLive(t)
  await system.stop()
  await assert.rejects(
    system.spawn(sink, 'late'),
    /actor 'late' is not spawned: the system has stopped/,
  )
})
