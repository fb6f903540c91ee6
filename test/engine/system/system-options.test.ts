/** What a system and its actors may be given: what will not do is refused before anything is begun, with what would. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { behavior, type SpawnOptions } from '../../../engine/actor/behavior.ts'
import { text, u32 } from '../../../engine/actor/fields.ts'
import { protocol, request } from '../../../engine/actor/message.ts'
import { onThread } from '../../../engine/actor/placement.ts'
import { restart } from '../../../engine/actor/supervision.ts'
import { ActorSystem } from '../../../engine/system/actor-system.ts'
import type { SystemSpawnOptions } from '../../../engine/system/system-options.ts'
import { TestSystem } from '../../../engine/system/test-system.ts'
import { BEHAVIORS, FROM, newDirectory, startLive, TIME, workers } from './live-system.ts'
import { sink } from './system-actors.ts'

const given = { from: FROM, behaviors: BEHAVIORS, threads: workers(1) }
const journal = { directory: 'nowhere' }

/** Options of a system, and what is said of them. */
const SYSTEMS: readonly (readonly [options: object, says: string])[] = [
  [{ from: undefined }, 'from = undefined: give it a text, not empty'],
  [{ behaviors: { sink: {} } }, 'behaviors.sink = [object Object]: give it one that behavior('],
  [{ jornal: journal }, 'jornal: there is no such option: it takes from, behaviors, journal, '],
  [{ journal: {} }, 'journal: directory = undefined: give it a text, not empty'],
  [
    { journal: { ...journal, durability: 'powerloss' } },
    "journal: durability = 'powerloss': give it one of 'power-loss', 'process-crash', 'none'",
  ],
  ...[1.5, 0, 65, Number.NaN].map(
    (shards) =>
      [
        { journal: { ...journal, shards } },
        `journal: shards = ${shards}: give it an integer from 1 to 64`,
      ] as const,
  ),
  [
    { journal: { ...journal, snapshotMessages: 0 } },
    'journal: snapshotMessages = 0: give it an in',
  ],
  [{ threads: 2 }, 'threads = 2: give it an array'],
  [{ threads: [] }, 'no threads: give the system one at least'],
  [{ threads: ['left'] }, "threads[0] = 'left': give it an object of name, cpu, idle"],
  [{ threads: [{}] }, 'threads[0]: name = undefined: give it a text, not empty'],
  [{ threads: [{ name: '' }] }, "threads[0]: name = '': give it a text, not empty"],
  [{ threads: [{ name: 'a', cpus: 1 }] }, 'threads[0]: cpus: there is no such option: it takes'],
  ...[-1, 0.5, Number.NaN, '0'].map((cpu) => {
    const shown = typeof cpu === 'string' ? `'${cpu}'` : cpu
    const says = `threads[0]: cpu = ${shown}: give it an integer from 0`
    return [{ threads: [{ name: 'a', cpu }] }, says] as const
  }),
  [
    { threads: [{ name: 'a', idle: { kind: 'sleep' } }] },
    "threads[0]: idle: idle 'sleep' is no kind of idling: give it one of spin, spin-then-park, park",
  ],
  [
    { threads: [{ name: 'a', idle: { kind: 'park', parkMs: -1 } }] },
    "threads[0]: idle: idle 'park': -1 is no duration: give it one from 0",
  ],
  ...['main', 'sequencer', 'shard-0'].map(
    (name) =>
      [
        { threads: [{ name }] },
        `a thread called '${name}': that name is the engine's own: rename it`,
      ] as const,
  ),
  [{ actorsMax: 0 }, 'actorsMax = 0: give it an integer from 1 to 1048575'],
  [{ ringBytes: Number.NaN }, 'ringBytes = NaN: give it an integer from 1'],
  ...[0, -1, Number.NaN, 0.5].map(
    (heapMiB) => [{ heapMiB }, `heapMiB = ${heapMiB}: give it an integer from 1`] as const,
  ),
  [{ hangsAfterMs: Number.NaN }, 'hangsAfterMs = NaN: give it 0 to 2^42 ms'],
  [{ poisonAfter: 0 }, 'poisonAfter = 0: give it an integer from 1'],
  [{ threadRestartsMax: -1 }, 'threadRestartsMax = -1: give it an integer from 0'],
  [{ onFailure: 'log' }, "onFailure = 'log': give it a function"],
  [{ status: { port: 70_000 } }, 'status: port = 70000: give it an integer from 0 to 65535'],
]

test('system options: what will not do is refused before a thread is started', TIME, async () => {
  for (const [options, says] of SYSTEMS) {
    await assert.rejects(ActorSystem.start({ ...given, ...options }), (error: Error) => {
      assert.equal(error.message.slice(0, says.length), says)
      return error instanceof RangeError
    })
  }
})

/** Options of an actor, wherever it is spawned. */
const SPAWNS: readonly (readonly [options: object, says: string])[] = [
  ...[Number.NaN, -1, 0, 1.5, 2 ** 31, '1024'].map((mailboxBytes) => {
    const shown = typeof mailboxBytes === 'string' ? `'${mailboxBytes}'` : mailboxBytes
    return [
      { mailboxBytes },
      `mailboxBytes = ${shown}: give it an integer from 1 to 1073741824`,
    ] as const
  }),
  [{ overflow: 'drop' }, "overflow = 'drop': give it one of 'backpressure', 'drop-newest'"],
  [{ supervise: 'restart' }, "supervise = 'restart': give it an object of directive, byError, "],
  [{ supervise: {} }, 'supervise: directive = undefined: give it one of '],
  [
    { supervise: { directive: 'restrat' } },
    "supervise: directive = 'restrat': give it one of 'resume', 'restart', 'stop', 'escalate'",
  ],
  [
    { supervise: restart({ byError: { RangeError: 'resum' as 'resume' } }) },
    "supervise: byError: RangeError = 'resum': give it one of 'resume'",
  ],
  [{ supervise: { ...restart(), backoff: 5 } }, 'supervise: backoff: there is no such option'],
  [{ supervise: restart({ restartsMax: -1 }) }, 'supervise: restartsMax = -1: give it an integer'],
  [{ supervise: restart({ poisonAfter: 0 }) }, 'supervise: poisonAfter = 0: give it an integer'],
  [{ supervise: restart({ withinMs: Number.NaN }) }, 'supervise: withinMs = NaN: give it 0 to'],
  [{ mailboxbytes: 1024 }, 'mailboxbytes: there is no such option: it takes '],
]

const NAMES: readonly unknown[] = [undefined, null, 7, '']

const Nest = protocol('nest', { Hatch: request({ step: u32 }, { said: text(200) }) })
let hatching: readonly (readonly [name: unknown, options: object])[] = []
const nest = behavior(Nest, (ctx) => ({
  Hatch({ step }) {
    const [name, options] = hatching[step]!
    let said = ''
    try {
      ctx.spawn(nest, name as string, options)
    } catch (error) {
      said = String(error)
    }
    return ctx.reply(Nest.Hatch, { said })
  },
  transfer: () => undefined,
}))

test(
  'spawn options: what will not do is refused, from outside, by a parent, and by a journaled one',
  TIME,
  async (t) => {
    const system = new TestSystem({
      ...{ behaviors: { nest }, threads: 1 },
      journal: { directory: newDirectory(t), shards: 1 },
    })
    hatching = [
      ...SPAWNS.map(([options]) => ['egg', options] as const),
      ...NAMES.map((name) => [name, {}] as const),
    ]
    const expected = [
      ...SPAWNS.map(([, says]) => `RangeError: actor 'egg': ${says}`),
      ...NAMES.map(
        (name) => `RangeError: an actor's name = ${name === '' ? "''" : name}: give it a te`,
      ),
    ]
    const parents = [false, true].map((journaled) =>
      system.spawn(nest, `n-${journaled}`, { journaled }),
    )
    for (const [step, says] of expected.entries()) {
      const [name, options] = hatching[step]!
      const isIts = (error: unknown): boolean => String(error).startsWith(says)
      for (const journaled of [false, true]) {
        assert.throws(
          () => system.spawn(nest, name as string, { ...options, journaled }),
          isIts,
          says,
        )
      }
      for (const parent of parents) {
        const { said } = system.ask(parent, Nest.Hatch, { step })
        assert.equal(said.slice(0, says.length), says.slice(0, 200))
      }
    }
    await system.stop()
  },
)

/** Where an actor is to be, of a live system. */
const PLACES: readonly (readonly [options: object, says: string])[] = [
  [{ thread: 'worker-1' }, 'thread: there is no such option: it takes on, journaled, supervise, '],
  [{ on: 'worker-1' }, "on = 'worker-1': give it onThread(name), withActor(ref) or hashed(key)"],
  [{ on: {} }, 'on = [object Object]: give it onThread(name)'],
  [{ on: { thread: 1 } }, 'on: thread = 1: give it a text, not empty'],
  [{ on: { with: undefined } }, "on: with = undefined: give it an actor's address"],
  [{ on: { hash: 7 } }, 'on: hash = 7: give it a text, not empty'],
  [{ on: { hash: 'key', over: 'left' } }, "on: over = 'left': give it an array"],
  [{ journaled: 'yes' }, "journaled = 'yes': give it true, false, { shard } or { with }"],
  [{ journaled: { shard: 0.5 } }, 'journaled: shard = 0.5: give it an integer from 0'],
  [{ journaled: { with: null } }, "journaled: with = null: give it an actor's address"],
  ...SPAWNS,
]

test('spawn options: a live system refuses them too, and places that are none', TIME, async (t) => {
  const { system } = await startLive(t)
  for (const [options, says] of PLACES) {
    const spawning = system.spawn(sink, 'x', options as SpawnOptions & SystemSpawnOptions)
    await assert.rejects(spawning, (error: Error) => {
      const whole = `actor 'x': ${says}`
      assert.equal(error.message.slice(0, whole.length), whole)
      return error instanceof RangeError
    })
  }
  for (const name of NAMES) {
    await assert.rejects(
      system.spawn(sink, name as string, { on: onThread('main') }),
      /an actor's name = /,
    )
  }
  const asked = system.ask(0 as never, Nest.Hatch, { step: 0 }, { timeout: 5 } as never)
  await assert.rejects(asked, /no option 'timeout': it takes timeoutMs/)
})
