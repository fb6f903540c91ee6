/** One that is BUSY for a reason of its own: its timers and the end of its asks come all the same, and control reaches it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerTo, BUSY, behavior } from '../../../engine/actor/behavior.ts'
import { u32 } from '../../../engine/actor/fields.ts'
import { protocol, request } from '../../../engine/actor/message.ts'
import { type Ref, refTo } from '../../../engine/actor/ref.ts'
import { restart } from '../../../engine/actor/supervision.ts'
import { Condition } from '../../../engine/host/actor-cell.ts'
import { hostRequests } from '../../../engine/host/host-requests.ts'
import { TestSystem } from '../../../engine/system/test-system.ts'

const Gate = protocol('gate', {
  Pass: { n: u32 },
  /** Closes it, until a timer opens it again; `fails`: that timer's handler throws before it does so. */
  Shut: { ms: u32, fails: u32 },
  Open: { fails: u32 },
  /** Closes it until the answer is there, or late. */
  Await: { of: refTo<'oracle'>(), timeoutMs: u32 },
  /** The answer itself is not taken before it is open. */
  Ponder: { of: refTo<'oracle'>(), timeoutMs: u32 },
})
const Oracle = protocol('oracle', { Ask: request({}, { n: u32 }) })

let passed: number[] = []
let heard: string[] = []

const gate = behavior(Gate, (ctx) => {
  let isOpen = true
  let isPondering = false
  return {
    Pass({ n }) {
      if (!isOpen) return BUSY
      passed.push(n)
      return undefined
    },
    Shut({ ms, fails }) {
      isOpen = false
      ctx.after(ms, Gate.Open, { fails })
    },
    Open({ fails }) {
      if (fails > 0) throw new Error('it does not open')
      isOpen = true
    },
    Await({ of, timeoutMs }) {
      isOpen = false
      return ctx.ask(of, Oracle.Ask, {}, { timeoutMs })
    },
    Ponder({ of, timeoutMs }) {
      isOpen = false
      isPondering = true
      return ctx.ask(of, Oracle.Ask, {}, { timeoutMs })
    },
    answers: [
      answerTo(Oracle.Ask, (answer) => {
        if (isPondering && !isOpen) return BUSY
        heard.push(answer === undefined ? 'late' : `answer ${answer.n}`)
        isOpen = true
        return undefined
      }),
    ],
  }
})

const silent = behavior(Oracle, () => ({ Ask: () => undefined }))
const oracle = behavior(Oracle, (ctx) => ({ Ask: () => ctx.reply(Oracle.Ask, { n: 7 }) }))

function openSystem(seed = 1): { system: TestSystem; ref: Ref<'gate'> } {
  passed = []
  heard = []
  const behaviors = { gate, silent, oracle }
  const system = new TestSystem({ behaviors, threads: 2, actorsMax: 8, seed })
  const ref = system.spawn(gate, 'gate', { thread: 'worker-1', supervise: restart() })
  return { system, ref }
}

/** So many turns: it is not quiet as long as one is BUSY. */
const TURNS = 20_000

test('hesitating: a timer comes past the message that was given back, and may be what it waits for', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { system, ref } = openSystem(seed)
    system.tell(ref, Gate.Shut, { ms: 5, fails: 0 })
    for (const n of [1, 2, 3]) system.tell(ref, Gate.Pass, { n })
    system.turn(TURNS)
    assert.deepEqual(passed, [1, 2, 3], `seed ${seed}`)
    await system.stop()
  }
})

test('hesitating: a timer whose handler throws is a failure like any, and the message comes to the next life', async () => {
  const { system, ref } = openSystem()
  system.tell(ref, Gate.Shut, { ms: 5, fails: 1 })
  for (const n of [1, 2]) system.tell(ref, Gate.Pass, { n })
  system.turn(TURNS)
  assert.deepEqual(passed, [1, 2])
  assert.equal(system.host('worker-1').lifecycle.find('gate')?.restarts, 1)
  await system.stop()
})

test('hesitating: an ask that nobody answers is late in its time', async () => {
  const { system, ref } = openSystem()
  const of = system.spawn(silent, 'silent', { thread: 'worker-2' })
  system.tell(ref, Gate.Await, { of: of as Ref<'oracle'>, timeoutMs: 5 })
  system.tell(ref, Gate.Pass, { n: 1 })
  system.turn(TURNS)
  assert.deepEqual([heard, passed], [['late'], [1]])
  await system.stop()
})

test('hesitating: an answer that was given back is in time, however long that takes', async () => {
  const { system, ref } = openSystem()
  const of = system.spawn(oracle, 'oracle', { thread: 'worker-2' })
  system.tell(ref, Gate.Shut, { ms: 20, fails: 0 })
  system.tell(ref, Gate.Ponder, { of: of as Ref<'oracle'>, timeoutMs: 5 })
  system.turn(TURNS)
  assert.deepEqual(heard, ['answer 7'])
  assert.deepEqual(system.deadLetters, [])
  await system.stop()
})

test('hesitating: control sees it, restarts it and ends it', async () => {
  const { system, ref } = openSystem()
  const host = system.host('worker-1')
  const control = hostRequests(host, host.options.catalog)
  const shut = (): void => {
    system.tell(ref, Gate.Shut, { ms: 60_000, fails: 0 })
    for (const n of [1, 2]) system.tell(ref, Gate.Pass, { n })
    system.turn(1_000)
    assert.deepEqual(passed, [])
    assert.equal(control.actor('gate').condition, 'Blocked')
    assert.equal(control.actor('gate').waiting, 2)
  }
  shut()
  control.restart('gate')
  assert.equal(host.lifecycle.find('gate')?.condition, Condition.Ready)
  system.untilQuiet()
  assert.deepEqual(passed, [1, 2])
  passed = []
  shut()
  control.stop('gate')
  system.untilQuiet()
  assert.deepEqual(passed, [])
  assert.equal(host.deadLetters.count('gone'), 2)
  await system.stop()
})
