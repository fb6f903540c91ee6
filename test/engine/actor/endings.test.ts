/** An actor that has ended stays so, whatever its handler does after that. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { BUSY, behavior } from '../../../engine/actor/behavior.ts'
import { text, u32 } from '../../../engine/actor/fields.ts'
import { protocol, request } from '../../../engine/actor/message.ts'
import { type Ref, refTo } from '../../../engine/actor/ref.ts'
import { restart } from '../../../engine/actor/supervision.ts'
import { TestSystem } from '../../../engine/system/test-system.ts'

const Mortal = protocol('mortal', {
  End: { how: text(20) },
  Watch: { who: refTo<'mortal'>() },
  Told: request({}, { count: u32 }),
  Unknown: {},
})

let problems: string[] = []

const mortal = behavior(Mortal, (ctx) => {
  let count = 0
  const spawn = (name: string): void => {
    try {
      ctx.spawn(mortal, name)
    } catch (error) {
      problems.push(String(error))
    }
  }
  return {
    End({ how }) {
      if (how !== 'spawn later') ctx.stop()
      if (how === 'throw') throw new Error('after its end')
      if (how === 'busy') return BUSY
      if (how === 'spawn') spawn('child')
      // From outside of its handlers, when it is over.
      if (how === 'spawn later') setImmediate(spawn, 'late')
      return undefined
    },
    Watch: ({ who }) => ctx.watch(who),
    Told: () => ctx.reply(Mortal.Told, { count }),
    Unknown: () => void ctx.spawn(stranger, 'stranger'),
    terminated() {
      count++
      return count < 4 ? BUSY : undefined
    },
    stopped: () => spawn('of its hook'),
    transfer: () => undefined,
  }
})

const stranger = behavior(Mortal, () => {
  throw new Error('it is not to be born')
})

for (const how of ['throw', 'busy', 'spawn']) {
  test(`endings: ctx.stop() and then ${how}: it has ended, with whatever it has spawned`, async () => {
    problems = []
    const system = new TestSystem({ behaviors: { mortal }, threads: 1 })
    const watcher = system.spawn(mortal, 'watcher')
    for (const twice of [1, 2]) {
      const supervise = restart({ poisonAfter: 3 })
      const ref = system.spawn(mortal, 'mortal', { supervise, thread: 'worker-1' })
      system.tell(watcher, Mortal.Watch, { who: ref })
      system.tell(ref, Mortal.End, { how })
      system.untilQuiet()
      system.advance(10)
      const names = [...system.host('worker-1').lifecycle.all].map(({ name }) => name)
      assert.deepEqual(names, ['watcher'])
      const its = problems.filter((text) =>
        /actor 'mortal' has ended, and spawns nobody/.test(text),
      )
      assert.equal(its.length, twice)
    }
    await system.stop()
  })
}

test('endings: a callback that is late spawns no orphan', async () => {
  problems = []
  const system = new TestSystem({ behaviors: { mortal }, threads: 1 })
  const ref = system.spawn(mortal, 'mortal')
  system.tell(ref, Mortal.End, { how: 'spawn later' })
  system.tell(ref, Mortal.End, { how: '' })
  system.untilQuiet()
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual([...system.host('worker-1').lifecycle.all], [])
  assert.equal(problems.length, 2)
  await system.stop()
})

test('endings: terminated is told again where it returns BUSY', async () => {
  const system = new TestSystem({ behaviors: { mortal }, threads: 1 })
  const [watcher, ref] = ['watcher', 'mortal'].map((name) => system.spawn(mortal, name))
  system.tell(watcher!, Mortal.Watch, { who: ref! })
  system.untilQuiet()
  system.tell(ref!, Mortal.End, { how: '' })
  system.advance(100)
  assert.equal(system.ask(watcher!, Mortal.Told, {}).count, 4)
  await system.stop()
})

test('endings: of a journaled actor too, and one of no known behavior is refused at once', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tradsys-'))
  const system = new TestSystem({
    ...{ behaviors: { mortal }, threads: 1 },
    journal: { directory, shards: 1 },
  })
  const spawn = (): Ref<'mortal'> => system.spawn(mortal, 'mortal', { journaled: true })
  system.tell(spawn(), Mortal.Unknown, {})
  system.untilQuiet()
  assert.match(
    system.deadLetters[0]!.error!,
    /a behavior of protocol 'mortal' is none of the system's/,
  )
  system.tell(spawn(), Mortal.End, { how: 'spawn' })
  system.untilQuiet()
  assert.deepEqual([...system.shards[0]!.lifecycle.all], [])
  await system.stop()
  rmSync(directory, { recursive: true })
})
