/** Threads that die, in every way that there is: who takes their place, and what becomes of those who were there. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onThread } from '../../../engine/actor/placement.ts'
import type { Ref } from '../../../engine/actor/ref.ts'
import type { SystemSpawnOptions } from '../../../engine/system/system-options.ts'
import { newDirectory, restartsMs, startLive, TIME, until } from './live-system.ts'
import { Sink, sink, Trouble, trouble, Watch, watch } from './system-actors.ts'

/** Half a second is usual; a machine that others use may take longer. */
const SUCCESSOR_MS_MAX = 5_000

interface Death {
  readonly how: string
  readonly type: 'Exit' | 'ThrowLater' | 'Allocate' | 'Loop'
  readonly says: RegExp
}

const DEATHS: readonly Death[] = [
  { how: 'exits', type: 'Exit', says: /ended by itself with 3/ },
  { how: 'throws outside of a handler', type: 'ThrowLater', says: /outside of any handler/ },
  { how: 'uses up its heap', type: 'Allocate', says: /memory/ },
  { how: 'loops for ever', type: 'Loop', says: /has done nothing for/ },
]

for (const { how, type, says } of DEATHS) {
  test(
    `system deaths: a thread that ${how} is replaced, with its actors' addresses and a new state`,
    TIME,
    async (t) => {
      const { system, events, failures } = await startLive(t, {
        ...{ hangsAfterMs: 500, heapMiB: 48, poisonAfter: 1 },
      })
      const on = onThread('worker-1')
      const killer = await system.spawn(trouble, 'killer', { on })
      const neighbour = await system.spawn(sink, 'neighbour', { on })
      system.tell(neighbour, Sink.Put, { from: 0, number: 0 })
      assert.equal((await system.ask(neighbour, Sink.Seen, {})).count, 1)
      const stays = await system.spawn(sink, 'stays', { on: onThread('worker-2') })
      system.tell(stays, Sink.Put, { from: 0, number: 0 })
      system.tell(killer, Trouble[type], {})
      await until('a successor', () => restartsMs(events).length === 1)
      const [died, restarted] = events.filter(({ kind }) => kind.startsWith('thread'))
      assert.ok(died?.kind === 'thread-died' && died.thread === 'worker-1')
      assert.match(died.error.message, says)
      assert.ok(restarted?.kind === 'thread-restarted' && restarted.thread === 'worker-1')
      t.diagnostic(`successor after ${restarted.afterMs.toFixed(0)} ms`)
      assert.ok(restarted.afterMs < SUCCESSOR_MS_MAX, `${restarted.afterMs} ms`)
      assert.equal((await system.ask(neighbour, Sink.Seen, {})).count, 0)
      assert.equal((await system.ask(stays, Sink.Seen, {})).count, 1)
      assert.deepEqual(await system.ask(killer, Trouble.Total, {}), { count: 0 })
      const threads = (await system.control.status()).threads
      assert.deepEqual(
        threads.map(({ restarts }) => restarts),
        [0, 1, 0],
      )
      assert.deepEqual(failures, [])
    },
  )
}

test(
  'system deaths: a message that threads die of is a dead letter after poisonAfter deaths, and what is behind it is handled',
  TIME,
  async (t) => {
    const { system, events, failures } = await startLive(t, { poisonAfter: 3 })
    const killer = await system.spawn(trouble, 'killer', { on: onThread('worker-1') })
    system.tell(killer, Trouble.Exit, {})
    system.tell(killer, Trouble.Count, {})
    system.tell(killer, Trouble.Count, {})
    await until('three deaths', () => restartsMs(events).length === 3)
    assert.deepEqual(await system.ask(killer, Trouble.Total, {}), { count: 2 })
    const letters = await system.control.deadLetters()
    assert.deepEqual(
      letters.map(({ reason, toName, message }) => ({ reason, toName, message })),
      [{ reason: 'failed', toName: 'killer', message: 'trouble.Exit' }],
    )
    assert.match(letters[0]!.error!, /the thread died of it/)
    assert.equal(events.filter(({ kind }) => kind === 'thread-died').length, 3)
    assert.deepEqual(failures, [])
  },
)

test(
  'system deaths: watchers elsewhere hear of children that are lost, and of the next end of those that are back',
  TIME,
  async (t) => {
    const journal = { directory: newDirectory(t), shards: 2, durability: 'none' } as const
    const { system, events } = await startLive(t, { journal })
    const killer = await system.spawn(trouble, 'killer', { on: onThread('worker-1') })
    const back = await system.spawn(sink, 'back', { on: onThread('worker-1') })
    system.tell(killer, Trouble.Child, { name: 'child' })
    const child = (await system.ask(killer, Trouble.ChildRef, {})).ref as Ref<'sink'>
    const watchers: Ref<'watch'>[] = []
    const places: SystemSpawnOptions[] = [
      ...['worker-2', 'main'].map((thread) => ({ on: onThread(thread) })),
      // One of the two shards is on the thread that dies.
      ...[0, 1].map((shard) => ({ journaled: { shard } })),
    ]
    for (const [i, place] of places.entries()) {
      const watcher = await system.spawn(watch, `watcher-${i}`, place)
      watchers.push(watcher)
      for (const who of [child, back]) system.tell(watcher, Watch.On, { who })
      await system.ask(watcher, Watch.Gone, {})
    }
    await system.ask(back, Sink.Seen, {})
    system.tell(killer, Trouble.ThrowLater, {})
    await until('a successor', () => restartsMs(events).length === 1)
    for (const watcher of watchers) {
      await until('the child is lost', async () => (await gone(watcher)).count > 0)
      assert.deepEqual(await gone(watcher), { count: 1, last: child })
    }
    await assert.rejects(system.ask(child, Sink.Seen, {}), { code: 'ask.gone' })
    await system.ask(back, Sink.Seen, {})
    await system.control.stop('back')
    for (const watcher of watchers) {
      await until('the other is gone too', async () => (await gone(watcher)).count > 1)
      assert.deepEqual(await gone(watcher), { count: 2, last: back })
    }

    function gone(watcher: Ref<'watch'>) {
      return system.ask(watcher, Watch.Gone, {})
    }
  },
)

test(
  'system deaths: a thread that dies too often is not replaced, and the system fails',
  TIME,
  async (t) => {
    const { system, events, failures } = await startLive(t, {
      threadRestartsMax: 2,
      poisonAfter: 10,
    })
    const killer = await system.spawn(trouble, 'killer', { on: onThread('worker-2') })
    const other = await system.spawn(sink, 'other', { on: onThread('worker-1') })
    system.tell(killer, Trouble.Exit, {})
    await until('the system fails', () => failures.length > 0)
    assert.match(
      String(failures[0]),
      /thread 'worker-2' has died 3 times in 60 s, the last time of: the thread ended by itself with 3/,
    )
    assert.equal(restartsMs(events).length, 2)
    assert.equal(failures.length, 1)
    // The rest can still be asked, for whatever is to be saved.
    assert.equal((await system.ask(other, Sink.Seen, {})).count, 0)
  },
)

test(
  'system deaths: what waits in rings is handled by the successor, once and in order',
  TIME,
  async (t) => {
    const { system, events } = await startLive(t)
    const on = onThread('worker-1')
    const killer = await system.spawn(trouble, 'killer', { on })
    const to = await system.spawn(sink, 'sink', { on })
    await system.ask(to, Sink.Seen, {})
    // All in one go: the thread dies at the end of its turn, or amid what is behind.
    system.tell(killer, Trouble.Work, { ms: 50 })
    system.tell(killer, Trouble.ThrowLater, {})
    const count = 5_000
    await until('the thread died', () => events.some(({ kind }) => kind === 'thread-died'))
    for (let number = 0; number < count; number++) system.tell(to, Sink.Put, { from: 0, number })
    await until('a successor', () => restartsMs(events).length === 1)
    assert.deepEqual(await system.ask(to, Sink.Seen, {}), { count, disorder: 0 })
  },
)
