/** What is told of actors that fail and of messages that reach nobody. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { behavior } from '../../../engine/actor/behavior.ts'
import { u32 } from '../../../engine/actor/fields.ts'
import { protocol, request } from '../../../engine/actor/message.ts'
import { restart, resume } from '../../../engine/actor/supervision.ts'
import type { HostEvent } from '../../../engine/host/host-event.ts'
import { TestSystem } from '../../../engine/system/test-system.ts'

const Thrower = protocol('thrower', {
  Throw: { which: u32 },
  Stop: {},
  Count: request({}, { n: u32 }),
})

const withoutText = Object.assign(new Error('never seen'), {
  toString: (): string => {
    throw new Error('no text either')
  },
})
const oddName = Object.defineProperty(new Error('its name throws'), 'name', {
  get: () => {
    throw new Error('no name')
  },
})
const THROWN: readonly unknown[] = [
  new RangeError('too much'),
  ...[Object.create(null), withoutText, oddName, undefined, Symbol('s'), 'a text'],
]

const thrower = behavior(Thrower, (ctx) => {
  let n = 0
  return {
    Throw({ which }) {
      n++
      throw THROWN[which]
    },
    Stop: () => ctx.stop(),
    Count: () => ctx.reply(Thrower.Count, { n }),
    restarting: () => {
      throw Object.create(null)
    },
    stopped: () => {
      throw Object.create(null)
    },
  }
})

type Failed = HostEvent & { readonly kind: 'actor-failed' }
const failures = ({ events }: TestSystem): Failed[] =>
  events.flatMap((event) => (event.kind === 'actor-failed' ? [event] : []))

test('failure events: who failed at what, with the error, where it was thrown, and what was decided', async () => {
  const system = new TestSystem({ behaviors: { thrower }, threads: 1 })
  const ref = system.spawn(thrower, 'a', { supervise: resume() })
  system.tell(ref, Thrower.Throw, { which: 0 })
  system.untilQuiet()
  const [failed] = failures(system)
  const { thread, name, message, error, directive, untold } = failed!
  assert.deepEqual(
    { thread, name, message, error, directive, untold },
    {
      ...{
        thread: 'worker-1',
        name: 'a',
        message: 'thrower.Throw',
        directive: 'resume',
        untold: 0,
      },
      error: 'RangeError: too much',
    },
  )
  assert.match(failed!.stack!, /failure-events/)
  const [letter] = system.events.flatMap((event) => (event.kind === 'dead-letter' ? [event] : []))
  assert.deepEqual([letter?.letter.reason, letter?.untold], ['failed', 0])
  await system.stop()
})

test('failure events: whatever is thrown has a text, and ends nobody but its actor', async () => {
  for (let which = 0; which < THROWN.length; which++) {
    const system = new TestSystem({ behaviors: { thrower }, threads: 1 })
    const ref = system.spawn(thrower, 'a', { supervise: restart() })
    system.tell(ref, Thrower.Throw, { which })
    system.untilQuiet()
    assert.equal(system.ask(ref, Thrower.Count, {}).n, 0)
    system.tell(ref, Thrower.Stop, {})
    system.untilQuiet()
    const texts = failures(system).map(({ error }) => typeof error)
    assert.deepEqual(texts, ['string', 'string', 'string'], 'the handler, and the two hooks')
    assert.deepEqual(system.failures, [])
    await system.stop()
  }
})

test('failure events: ten in a second, then one that says how many more there were; of dead letters one', async () => {
  const system = new TestSystem({ behaviors: { thrower }, threads: 1 })
  const ref = system.spawn(thrower, 'a', { supervise: resume() })
  for (let i = 0; i < 500; i++) system.tell(ref, Thrower.Throw, { which: 0 })
  system.advance(3_000)
  const told = failures(system)
  assert.deepEqual([told.length, told.at(-1)?.untold], [11, 489])
  const letters = system.events.flatMap((event) => (event.kind === 'dead-letter' ? [event] : []))
  assert.deepEqual([letters.length, letters.at(-1)?.untold], [2, 498])
  await system.stop()
})
