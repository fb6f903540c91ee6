import assert from 'node:assert/strict'
import { test } from 'node:test'
import { behavior } from '../../../engine/actor/behavior.ts'
import { text, u32 } from '../../../engine/actor/fields.ts'
import { protocol, request } from '../../../engine/actor/message.ts'
import type { Ref } from '../../../engine/actor/ref.ts'
import {
  escalate,
  restart,
  resume,
  type Strategy,
  stop,
} from '../../../engine/actor/supervision.ts'
import { Condition } from '../../../engine/host/actor-cell.ts'
import { TestSystem } from '../../../engine/system/test-system.ts'

const Frail = protocol('frail', {
  Add: { by: u32 },
  Count: request({}, { count: u32 }),
  /** Throws so many times, at that message. */
  Fail: { error: text(20), times: u32 },
  Child: { name: text(10), depth: u32 },
})

let thrown = 0
let births = 0
let failBirths = 0
let hooks: string[] = []
/** Of the children that are born, their parents' first. */
let strategies: Strategy[] = []

const ERRORS: Readonly<Record<string, new (message: string) => Error>> = {
  ...{ Error, RangeError, TypeError },
}

const frail = behavior(Frail, (ctx) => {
  births++
  if (failBirths > 0) {
    failBirths--
    throw new Error('still broken')
  }
  let count = 0
  return {
    Add: (m) => {
      count += m.by
    },
    Count: () => ctx.reply(Frail.Count, { count }),
    Fail: (m) => {
      count += 1000
      if (thrown === m.times) return
      thrown++
      throw new ERRORS[m.error]!(`no. ${thrown}`)
    },
    Child: (m) => {
      const child = ctx.spawn(frail, m.name, { supervise: strategies[m.depth]! })
      if (m.depth + 1 < strategies.length) {
        ctx.tell(child, Frail.Child, { name: m.name, depth: m.depth + 1 })
      }
    },
    restarting: (error) => {
      hooks.push(`${ctx.name} restarting: ${String(error)}`)
    },
    stopped: () => {
      hooks.push(`${ctx.name} stopped`)
    },
  }
})

function openSystem(): TestSystem {
  ;[thrown, births, failBirths, hooks] = [0, 0, 0, []]
  return new TestSystem({ behaviors: { frail }, threads: 1, actorsMax: 32 })
}

const find = (system: TestSystem, name: string) => system.host('worker-1').lifecycle.find(name)

function fail(system: TestSystem, ref: Ref<'frail'>, error = 'Error', times = 1): void {
  thrown = 0
  system.tell(ref, Frail.Fail, { error, times })
  system.untilQuiet()
}

/** Strategy, error, how often it fails; then: whether it lives, its count, restarts, failed letters, escalations. */
const RULES: readonly (readonly [
  Strategy,
  string,
  number,
  readonly [boolean, number, number, number, number],
])[] = [
  [resume(), 'Error', 1, [true, 1005, 0, 1, 0]],
  [restart(), 'Error', 1, [true, 0, 1, 1, 0]],
  [stop(), 'Error', 1, [false, 0, 0, 1, 0]],
  [escalate(), 'Error', 1, [false, 0, 0, 1, 1]],
  [stop({ byError: { RangeError: 'resume' } }), 'RangeError', 1, [true, 1005, 0, 1, 0]],
  [stop({ byError: { RangeError: 'resume' } }), 'TypeError', 1, [false, 0, 0, 1, 0]],
  [resume({ byError: { TypeError: 'restart' } }), 'TypeError', 1, [true, 0, 1, 1, 0]],
  [resume({ byError: { TypeError: 'escalate' } }), 'TypeError', 1, [false, 0, 0, 1, 1]],
  // Given again, it is handled, or is poison in the end.
  [restart({ poisonAfter: 3 }), 'Error', 1, [true, 1000, 1, 0, 0]],
  [restart({ poisonAfter: 3 }), 'Error', 2, [true, 1000, 2, 0, 0]],
  [restart({ poisonAfter: 3 }), 'Error', 9, [true, 0, 3, 1, 0]],
  // One restart too many: it ends, and its thread does not.
  [restart({ restartsMax: 0 }), 'Error', 1, [false, 0, 0, 1, 0]],
  [restart({ restartsMax: 2, poisonAfter: 9 }), 'Error', 9, [false, 0, 2, 1, 0]],
  [
    restart({ restartsMax: 0, byError: { TypeError: 'escalate' } }),
    'TypeError',
    1,
    [false, 0, 0, 1, 1],
  ],
]

test('supervision: what becomes of the actor, and of the message', async () => {
  for (const [supervise, error, times, expected] of RULES) {
    const system = openSystem()
    const ref = system.spawn(frail, 'a', { supervise })
    const cell = find(system, 'a')!
    system.tell(ref, Frail.Add, { by: 5 })
    fail(system, ref, error, times)
    const lives = find(system, 'a') === cell
    const count = lives ? system.ask(ref, Frail.Count, {}).count : 0
    const failed = system.host('worker-1').deadLetters.count('failed')
    const became = [lives, count, cell.restarts, failed, system.failures.length]
    assert.deepEqual(became, expected, `${JSON.stringify(supervise)}, ${times} × ${error}`)
    await system.stop()
  }
})

test('supervision: one without a parent that fails too often is stopped, and its neighbours keep their state', async () => {
  const system = openSystem()
  const ref = system.spawn(frail, 'a')
  const neighbour = system.spawn(frail, 'neighbour')
  system.tell(neighbour, Frail.Add, { by: 7 })
  for (let i = 0; i < 11; i++) fail(system, ref)
  assert.equal(find(system, 'a'), undefined)
  system.tell(ref, Frail.Add, { by: 1 })
  system.untilQuiet()
  assert.deepEqual(system.failures, [])
  assert.equal(system.ask(neighbour, Frail.Count, {}).count, 7)
  assert.equal(system.deadLetters.at(-1)?.reason, 'gone')
  system.advance(1_000)
  const told = system.events.flatMap((event) => (event.kind === 'actor-failed' ? [event] : []))
  assert.deepEqual(
    told.map(({ directive, restarts }) => `${directive} ${restarts}`),
    [...Array.from({ length: 10 }, (_, i) => `restart ${i}`), 'stop 10'],
  )
  await system.stop()
})

test('supervision: restarts count within their window only', async () => {
  const system = openSystem()
  const supervise = restart({ restartsMax: 2, withinMs: 100 })
  const ref = system.spawn(frail, 'a', { supervise })
  for (let i = 0; i < 10; i++) {
    fail(system, ref)
    system.advance(60)
  }
  assert.equal(find(system, 'a')?.restarts, 10)
  for (let i = 0; i < 3; i++) fail(system, ref)
  assert.equal(find(system, 'a'), undefined)
  assert.deepEqual(system.failures, [])
  await system.stop()
})

test('supervision: it rests twice as long each time, up to its longest rest, and keeps what comes', async () => {
  const system = openSystem()
  const supervise = restart({ backoffMs: 100, backoffMsMax: 350, withinMs: 10_000 })
  const ref = system.spawn(frail, 'a', { supervise })
  for (const restMs of [100, 200, 350, 350]) {
    fail(system, ref)
    system.tell(ref, Frail.Add, { by: 1 })
    system.advance(restMs - 10)
    assert.equal(find(system, 'a')?.condition, Condition.Resting, `${restMs} ms`)
    system.advance(10)
    assert.equal(find(system, 'a')?.condition, Condition.Ready, `${restMs} ms`)
    assert.equal(system.ask(ref, Frail.Count, {}).count, 1)
  }
  await system.stop()
})

test('supervision: a function that throws at a restart is a failure like any, at a birth the spawner’s', async () => {
  const system = openSystem()
  const ref = system.spawn(frail, 'a', { supervise: restart({ restartsMax: 5 }) })
  failBirths = 3
  fail(system, ref)
  assert.equal(find(system, 'a')?.restarts, 4)
  assert.equal(system.ask(ref, Frail.Count, {}).count, 0)
  failBirths = 99
  fail(system, ref)
  assert.equal(find(system, 'a'), undefined)
  assert.deepEqual(system.failures, [])
  failBirths = 1
  assert.throws(() => system.spawn(frail, 'b'), /still broken/)
  assert.equal(find(system, 'b'), undefined)
  system.spawn(frail, 'b')
  await system.stop()
})

/** The strategies of a, a/c and a/c/c; who is left when a/c/c has thrown once; and who has had a restart. */
const FAMILIES: readonly (readonly [readonly Strategy[], string, string, number])[] = [
  [[resume(), resume(), resume()], 'a a/c a/c/c', '', 0],
  [[resume(), resume(), stop()], 'a a/c', '', 0],
  [[resume(), resume(), escalate()], 'a a/c', '', 0],
  [[resume(), restart(), escalate()], 'a a/c', 'a/c', 0],
  [[resume(), stop(), escalate()], 'a', '', 0],
  [[restart(), escalate(), escalate()], 'a', 'a', 0],
  [[stop(), escalate(), escalate()], '', '', 0],
  [[escalate(), escalate(), escalate()], '', '', 1],
]

test('supervision: a failure goes up as far as it is held, and takes children with it', async () => {
  for (const [given, left, restarted, failures] of FAMILIES) {
    const system = openSystem()
    strategies = [...given.slice(1)]
    const ref = system.spawn(frail, 'a', { supervise: given[0]! })
    system.tell(ref, Frail.Child, { name: 'c', depth: 0 })
    system.untilQuiet()
    fail(system, find(system, 'a/c/c')!.ref as Ref as Ref<'frail'>)
    const all = [...system.host('worker-1').lifecycle.all]
    const where = JSON.stringify(given.map(({ directive }) => directive))
    assert.equal(all.map(({ name }) => name).join(' '), left, where)
    const again = all.filter(({ restarts }) => restarts > 0)
    assert.equal(again.map(({ name }) => name).join(' '), restarted, where)
    assert.equal(system.failures.length, failures, where)
    await system.stop()
  }
})

test('supervision: a restart and an end of a parent end its children, and hooks are told', async () => {
  const system = openSystem()
  strategies = [restart()]
  const ref = system.spawn(frail, 'a')
  for (const name of ['c', 'd']) system.tell(ref, Frail.Child, { name, depth: 0 })
  fail(system, ref)
  assert.deepEqual(hooks, ['a restarting: Error: no. 1', 'a/c stopped', 'a/d stopped'])
  system.tell(ref, Frail.Child, { name: 'c', depth: 0 })
  system.untilQuiet()
  hooks = []
  system.host('worker-1').lifecycle.stop(find(system, 'a')!)
  assert.deepEqual(hooks, ['a/c stopped', 'a stopped'])
  assert.equal(births, 5)
  await system.stop()
})
