/** Threads that die while an actor is on its way: a sender's with its marker in hand, and the one that passes markers on. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { onThread } from '../../../engine/actor/placement.ts'
import type { Ref } from '../../../engine/actor/ref.ts'
import type { ActorSystem } from '../../../engine/system/actor-system.ts'
import { restartsMs, startLive, TIME, until, workers } from './live-system.ts'
import { Pump, pump, Sink, sink, Trouble, trouble } from './system-actors.ts'

/** What a thread asked for a marker needs to have it in hand. */
const MARKED_MS = 100

test(
  'system moving: a sender that dies before its marker has room is followed by one that says it',
  TIME,
  async (t) => {
    const { system, events } = await startMoving(t)
    const mover = await system.spawn(sink, 'mover', { on: onThread('worker-1') })
    const killer = await system.spawn(trouble, 'killer', { on: onThread('worker-2') })
    // What it says to the mover by the old way lies behind what the old thread does not take.
    await clog(system, { at: 'worker-1', from: 'worker-2', count: 60 })
    await pumped(system, mover, 'worker-2', { first: 0, count: 5 })
    await clog(system, { at: 'worker-1', from: 'worker-2' })

    const moved = system.move(mover, 'worker-3')
    await until('it is there', async () => (await threadsOf(system, 'mover')) === 'worker-3')
    await sleep(MARKED_MS)
    system.tell(killer, Trouble.ThrowLater, {})
    await until('a successor', () => restartsMs(events).length === 1)
    await pumped(system, mover, 'worker-2', { first: 5, count: 5 })
    system.tell(mover, Sink.Put, { from: 0, number: 0 })

    await system.control.stop('stuck on worker-1')
    await within('the move', moved)
    await until('all is heard', async () => (await seen(system, mover)).count === 11)
    assert.deepEqual(await seen(system, mover), { count: 11, disorder: 0 })
    await within('the next move', system.move(mover, 'worker-1'))
  },
)

test(
  'system moving: markers that the old thread has in hand when it dies are said again',
  TIME,
  async (t) => {
    const { system, events } = await startMoving(t)
    const mover = await system.spawn(sink, 'mover', { on: onThread('worker-1') })
    const killer = await system.spawn(trouble, 'killer', { on: onThread('worker-1') })
    await clog(system, { at: 'worker-3', from: 'worker-1' })

    const moved = system.move(mover, 'worker-3')
    await until('it is there', async () => (await threadsOf(system, 'mover')) === 'worker-3')
    await sleep(MARKED_MS)
    system.tell(mover, Sink.Put, { from: 0, number: 0 })
    system.tell(killer, Trouble.ThrowLater, {})
    await until('a successor', () => restartsMs(events).length === 1)
    await pumped(system, mover, 'worker-2', { first: 0, count: 5 })

    await system.control.stop('stuck on worker-3')
    await within('the move', moved)
    await until('all is heard', async () => (await seen(system, mover)).count === 6)
    assert.deepEqual(await seen(system, mover), { count: 6, disorder: 0 })
    await within('the next move', system.move(mover, 'worker-2'))
  },
)

const startMoving = (t: TestContext) => startLive(t, { ringBytes: 4096, threads: workers(3) })

/**
 * An actor at that thread that takes nothing any more, and so much on the way to it from the other thread: without a count as much
 * as there is room for, and then nothing goes that way.
 */
async function clog(
  system: ActorSystem,
  { at, from, count }: { at: string; from: string; count?: number },
): Promise<void> {
  const name = `stuck on ${at}`
  const known = (await system.control.actors()).find((actor) => actor.name === name)
  const options = { on: onThread(at), mailboxBytes: 1024 }
  const to = (known?.ref ?? (await system.spawn(sink, name, options))) as Ref<'sink'>
  if (known === undefined) system.tell(to, Sink.Shut, {})
  const source = await system.spawn(pump, `pump ${++pumps}`, { on: onThread(from) })
  const many = count ?? 10_000
  system.tell(source, Pump.Resume, { to, from: 2, first: 0, count: many })
  await until('it is stuck', async () => {
    const { count: sent, busy } = await system.ask(source, Pump.Sent, {})
    return count === undefined ? busy > 0 : sent === count
  })
}

let pumps = 0

/** Sent by an actor of that thread, and on their way when this resolves. */
async function pumped(
  system: ActorSystem,
  to: Ref<'sink'>,
  from: string,
  { first, count }: { first: number; count: number },
): Promise<void> {
  const source = await system.spawn(pump, `pump ${++pumps}`, { on: onThread(from) })
  system.tell(source, Pump.Resume, { to, from: 1, first, count })
  const sent = async () => (await system.ask(source, Pump.Sent, {})).count
  await until('they are sent', async () => (await sent()) === first + count)
}

/** Where it has a state. */
async function threadsOf(system: ActorSystem, name: string): Promise<string> {
  const actors = (await system.control.actors()).filter((actor) => actor.name === name)
  return actors.map(({ thread }) => thread).join()
}

const seen = (system: ActorSystem, ref: Ref<'sink'>) => system.ask(ref, Sink.Seen, {})

async function within(what: string, done: Promise<void>): Promise<void> {
  let isDone = false
  const ended = done.finally(() => {
    isDone = true
  })
  await Promise.race([ended, until(what, () => isDone, 5_000)])
}
