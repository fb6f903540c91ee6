import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BUSY, behavior, GONE, SENT } from '../../../engine/actor/behavior.ts'
import { bool, text, u8, u32 } from '../../../engine/actor/fields.ts'
import { packed, protocol } from '../../../engine/actor/message.ts'
import { type Ref, refTo } from '../../../engine/actor/ref.ts'
import { TestSystem } from '../../../engine/system/test-system.ts'
import { seeded } from '../../actors/seeded.ts'

const SEEDS = 300
const THREADS = 3
const SOURCES = 4
const SINKS = 4
const MESSAGES = 400

const Sink = protocol('sink', { Number: { n: u32, padding: text(60) } })
const Source = protocol('source', { Push: { to: refTo<'sink'>(), n: u32, inPlace: bool } })

/** What each sink has got from each source: set anew by every test. */
let got = new Map<string, number[]>()
let random = seeded(1)

/** Now and then it has no room, for reasons of its own, and then takes nothing. */
const sink = behavior(Sink, (ctx) => ({
  Number: (m) => {
    if (random(10) === 0) return BUSY
    const key = `${ctx.sender}→${ctx.self}`
    const numbers = got.get(key) ?? []
    got.set(key, numbers)
    numbers.push(m.n)
    return undefined
  },
}))

const source = behavior(Source, (ctx) => ({
  Push: (m) => {
    const padding = 'x'.repeat(m.n % 60)
    if (!m.inPlace) return ctx.tell(m.to, Sink.Number, { n: m.n, padding })
    const draft = ctx.claim(m.to, Sink.Number)
    if (draft === undefined) return BUSY
    draft.n = m.n
    draft.padding = padding
    return ctx.commit()
  },
}))

function openSystem(seed: number): TestSystem {
  got = new Map()
  random = seeded(seed)
  const ringBytes = 2048 << random(3)
  return new TestSystem({
    ...{ behaviors: { sink, source }, threads: THREADS, seed, ringBytes, actorsMax: 16 },
  })
}

/** Everybody tells everybody, in an order that the seed says. Returns how many messages there were. */
function pushAll(system: TestSystem, sources: Ref<'source'>[], sinks: Ref<'sink'>[]): number {
  const next = new Map<string, number>()
  for (let i = 0; i < MESSAGES; ) {
    const from = sources[random(sources.length)]!
    const to = sinks[random(sinks.length)]!
    const key = `${from}→${to}`
    const n = next.get(key) ?? 0
    const said = system.tell(from, Source.Push, { to, n, inPlace: random(2) === 0 })
    system.turn(random(said === BUSY ? 30 : 4))
    if (said === BUSY) continue
    next.set(key, n + 1)
    i++
  }
  system.untilQuiet()
  return MESSAGES
}

const hostsOf = (system: TestSystem) => system.topology.names.map((name) => system.host(name))

test('delivery: under back-pressure all comes once, and in order from each to each', async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const system = openSystem(seed)
    const options = { mailboxBytes: 1024 }
    const sources = Array.from({ length: SOURCES }, (_, i) =>
      system.spawn(source, `source-${i}`, options),
    )
    const sinks = Array.from({ length: SINKS }, (_, i) => system.spawn(sink, `sink-${i}`, options))
    const sent = pushAll(system, sources, sinks)
    let count = 0
    for (const [key, numbers] of got) {
      count += numbers.length
      assert.deepEqual(numbers, [...numbers.keys()], `seed ${seed}: ${key}`)
    }
    assert.equal(count, sent, `seed ${seed}`)
    assert.deepEqual(system.deadLetters, [], `seed ${seed}`)
    await system.stop()
  }
})

test('delivery: what is dropped where it is full is counted, and the rest keeps its order', async () => {
  let droppedInAll = 0
  for (let seed = 1; seed <= SEEDS; seed++) {
    const system = openSystem(seed)
    const options = () => {
      const overflow = random(2) === 0 ? 'backpressure' : 'drop-newest'
      return { mailboxBytes: 1024, overflow } as const
    }
    const sources = Array.from({ length: SOURCES }, (_, i) =>
      system.spawn(source, `source-${i}`, options()),
    )
    const sinks = Array.from({ length: SINKS }, (_, i) =>
      system.spawn(sink, `sink-${i}`, options()),
    )
    const sent = pushAll(system, sources, sinks)
    let count = 0
    for (const [key, numbers] of got) {
      count += numbers.length
      assert.deepEqual(numbers, [...new Set(numbers)].sort(ascending), `seed ${seed}: ${key}`)
    }
    const dropped = hostsOf(system).reduce((sum, host) => {
      return sum + host.deadLetters.count('mailbox-full')
    }, 0)
    assert.equal(count + dropped, sent, `seed ${seed}`)
    droppedInAll += dropped
    await system.stop()
  }
  assert.ok(droppedInAll > 0, 'no mailbox was full')
})

const ascending = (a: number, b: number): number => a - b

const Odd = protocol('odd', {
  Do: { what: text(20), to: u32 },
  Got: { n: u8 },
  Note: packed<string[]>(),
})

/** What an odd one's sends said, and what its handlers threw. */
let said: unknown[] = []

const odd = behavior(Odd, (ctx) => ({
  Got: (m) => {
    said.push(`got ${m.n}`)
  },
  Note: (m) => {
    said.push(m)
  },
  Do: (m) => {
    const to = m.to as Ref<'odd'>
    const attempt = (action: () => unknown): void => {
      try {
        said.push(action())
      } catch (error) {
        said.push(String(error))
      }
    }
    const tell = (n: number): void => attempt(() => ctx.tell(to, Odd.Got, { n }))
    if (m.what === 'tell') tell(1)
    if (m.what === 'too large') tell(256)
    if (m.what === 'nested') {
      ctx.claim(to, Odd.Got)!.n = 2
      attempt(() => ctx.claim(to, Odd.Got))
      tell(3)
      attempt(() => ctx.commit())
    }
    if (m.what === 'commit') attempt(() => ctx.commit())
    if (m.what === 'packed') attempt(() => ctx.claim(to, Odd.Note as never))
    if (m.what === 'note') attempt(() => ctx.tell(to, Odd.Note, ['one', 'two']))
    if (m.what === 'left open') ctx.claim(to, Odd.Got)!.n = 4
    if (m.what === 'thrown') {
      ctx.claim(to, Odd.Got)!.n = 5
      throw new Error('with a claim open')
    }
    if (m.what === 'busy' && said.length === 0) {
      ctx.claim(to, Odd.Got)!.n = 6
      said.push('busy')
      return BUSY
    }
    return undefined
  },
}))

const OPEN = 'Error: a claim is open: commit() it first'
const NOT_OPEN = 'Error: no claim is open: claim() first'
const ODDITIES: readonly (readonly [string, readonly unknown[]])[] = [
  ['tell', [SENT, 'got 1']],
  ['too large', ['RangeError: odd.Got.n = 256: give it an integer from 0 to 255']],
  ['nested', [OPEN, OPEN, SENT, 'got 2']],
  ['commit', [NOT_OPEN]],
  ['packed', ['Error: odd.Note is packed: send it by tell()']],
  ['note', [SENT, ['one', 'two']]],
  ['thrown', []],
  ['busy', ['busy']],
]

test('delivery: one claim at a time; what a handler leaves open when it gives up is not sent', async () => {
  for (const thread of ['worker-1', 'worker-2']) {
    const system = new TestSystem({ behaviors: { odd }, threads: 2, actorsMax: 8 })
    const from = system.spawn(odd, 'from', { thread: 'worker-1' })
    const to = system.spawn(odd, 'to', { thread })
    for (const [what, expected] of ODDITIES) {
      said = []
      system.tell(from, Odd.Do, { what, to })
      system.untilQuiet()
      assert.deepEqual(said, expected, `${what}, to ${thread}`)
      said = []
      // Nothing stands in the way of what comes next.
      system.tell(from, Odd.Do, { what: 'tell', to })
      system.untilQuiet()
      assert.deepEqual(said, [SENT, 'got 1'], `after ${what}, to ${thread}`)
    }
    await system.stop()
  }
})

test('delivery: what is for nobody is GONE, and a dead letter; a successor gets nothing of it', async () => {
  const system = new TestSystem({ behaviors: { odd }, threads: 2, actorsMax: 2 })
  const from = system.spawn(odd, 'from', { thread: 'worker-1' })
  for (let life = 0; life < 3; life++) {
    said = []
    const to = system.spawn(odd, 'to', { thread: 'worker-2' })
    system.host('worker-2').lifecycle.stop(system.host('worker-2').lifecycle.find('to')!)
    const successor = system.spawn(odd, 'to', { thread: 'worker-2' })
    assert.notEqual(successor, to)
    system.tell(from, Odd.Do, { what: 'tell', to })
    system.untilQuiet()
    assert.deepEqual(said, [GONE])
    assert.equal(system.host('worker-1').deadLetters.count('gone'), life + 1)
    system.host('worker-2').lifecycle.stop(system.host('worker-2').lifecycle.find('to')!)
  }
  await system.stop()
})

test('delivery: a message that is on its way when its actor ends is a dead letter', async () => {
  const system = new TestSystem({ behaviors: { odd }, threads: 1, actorsMax: 8 })
  said = []
  const to = system.spawn(odd, 'to')
  assert.equal(system.tell(to, Odd.Got, { n: 1 }), SENT)
  const { lifecycle, deadLetters } = system.host('worker-1')
  lifecycle.stop(lifecycle.find('to')!)
  system.untilQuiet()
  assert.deepEqual(said, [])
  assert.equal(deadLetters.count('gone'), 1)
  await system.stop()
})
