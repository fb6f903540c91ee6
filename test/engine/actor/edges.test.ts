import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import {
  answerTo,
  behavior,
  type Context,
  GONE,
  type PendingRequest,
  SENT,
} from '../../../engine/actor/behavior.ts'
import { text, u32 } from '../../../engine/actor/fields.ts'
import { protocol, request } from '../../../engine/actor/message.ts'
import {
  isAsk,
  isJournaled,
  journaledRef,
  NOBODY,
  type Ref,
  transientRef,
} from '../../../engine/actor/ref.ts'
import { TestSystem } from '../../../engine/system/test-system.ts'

const Edge = protocol('edge', {
  /** Does that step of the table at hand, and tells what it threw. */
  Do: request({ step: u32 }, { said: text(200) }),
  A: {},
  B: {},
  Heard: request({}, { heard: text(400) }),
})

type Step = (ctx: Context<'edge'>) => unknown

let steps: readonly Step[] = []

const edge = behavior(Edge, (ctx) => {
  let heard = ''
  return {
    Do({ step }) {
      try {
        return ctx.reply(Edge.Do, { said: String(steps[step]!(ctx)) })
      } catch (error) {
        return ctx.reply(Edge.Do, { said: String(error) })
      }
    },
    A() {
      heard += 'A'
    },
    B() {
      heard += 'B'
    },
    Heard: () => ctx.reply(Edge.Heard, { heard }),
    terminated(ref) {
      heard += `-${ref}`
    },
    answers: [
      answerTo(Edge.Heard, (answer, tag) => {
        heard += `${answer === undefined ? '?' : '!'}${tag}`
      }),
    ],
    transfer(snapshot) {
      heard = snapshot.text(heard)
    },
  }
})

/** A transient and a journaled one, whose journal is read again at the end: what was refused is nothing that a replay trips over. */
async function both(
  t: TestContext,
  play: (system: TestSystem, options: { journaled: boolean }) => void,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'tradsys-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const options = { behaviors: { edge }, threads: 2, actorsMax: 16 }
  const journal = { directory, shards: 2 }
  for (const journaled of [false, true]) {
    const system = new TestSystem({ ...options, journal })
    play(system, { journaled })
    assert.deepEqual(system.failures, [])
    const { stateHashes } = system
    await system.stop()
    const again = new TestSystem({ ...options, journal })
    assert.deepEqual(again.stateHashes, stateHashes)
    await again.stop()
  }
}

const anyOf = (value: unknown): never => value as never
const MS = 'give it 0 to 2^42 ms'

/** What a handler does, and what that throws. */
const REFUSED: readonly (readonly [Step, string])[] = [
  ...[undefined, Number.NaN, -1, Number.POSITIVE_INFINITY, 1e300].map(
    (ms) =>
      [
        (ctx: Context<'edge'>) => ctx.after(anyOf(ms), Edge.A, {}),
        `RangeError: edge.A: delayMs = ${ms}: ${MS}`,
      ] as const,
  ),
  [(ctx) => ctx.after(anyOf('5'), Edge.A, {}), `RangeError: edge.A: delayMs = '5': ${MS}`],
  ...[Number.NaN, -1, 1.5, 2 ** 53].flatMap((key) => {
    const why = `RangeError: a timer's key = ${key}: give it a safe integer from 0`
    return [
      [(ctx: Context<'edge'>) => ctx.after(1, Edge.A, {}, key), why] as const,
      [(ctx: Context<'edge'>) => ctx.cancel(key), why] as const,
    ]
  }),
  [
    (ctx) => ctx.ask(ctx.self, Edge.Heard, {}, anyOf({})),
    `RangeError: edge.Heard: timeoutMs = undefined: ${MS}`,
  ],
  [
    (ctx) => ctx.ask(ctx.self, Edge.Heard, {}, anyOf(undefined)),
    `RangeError: edge.Heard: timeoutMs = undefined: ${MS}`,
  ],
  [
    (ctx) => ctx.ask(ctx.self, Edge.Heard, {}, { timeoutMs: Number.NaN }),
    `RangeError: edge.Heard: timeoutMs = NaN: ${MS}`,
  ],
  ...['1', Number.NaN, 0.5].map((tag) => {
    const shown = typeof tag === 'string' ? `'${tag}'` : tag
    return [
      (ctx: Context<'edge'>) =>
        ctx.ask(ctx.self, Edge.Heard, {}, { timeoutMs: 1, tag: anyOf(tag) }),
      `RangeError: edge.Heard: tag = ${shown}: give it a safe integer`,
    ] as const
  }),
]

test('edges: delays, keys and tags that are none are refused to the handler, journaled or not', (t) =>
  both(t, (system, options) => {
    steps = REFUSED.map(([step]) => step)
    const ref = system.spawn(edge, 'edge', options)
    for (const [step, [, expected]] of REFUSED.entries()) {
      assert.equal(system.ask(ref, Edge.Do, { step }).said, expected)
    }
    system.advance(1_000)
    assert.equal(system.ask(ref, Edge.Heard, {}).heard, '')
  }))

test('edges: an ask from outside has a time too', async () => {
  const system = new TestSystem({ behaviors: { edge } })
  const ref = system.spawn(edge, 'edge')
  for (const timeoutMs of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
    const ask = () => system.ask(ref, Edge.Heard, {}, { timeoutMs })
    assert.throws(ask, new RangeError(`edge.Heard: timeoutMs = ${timeoutMs}: ${MS}`))
  }
  await system.stop()
})

test('timers: without a key each message type has its own, and is called off by its type', (t) =>
  both(t, (system, options) => {
    steps = [
      (ctx) => {
        ctx.after(10, Edge.A, {})
        ctx.after(20, Edge.B, {})
      },
      (ctx) => ctx.cancel(Edge.A),
    ]
    const ref = system.spawn(edge, 'edge', options)
    system.ask(ref, Edge.Do, { step: 0 })
    system.advance(100)
    assert.equal(system.ask(ref, Edge.Heard, {}).heard, 'AB')
    system.ask(ref, Edge.Do, { step: 0 })
    system.ask(ref, Edge.Do, { step: 0 })
    system.ask(ref, Edge.Do, { step: 1 })
    system.advance(100)
    assert.equal(system.ask(ref, Edge.Heard, {}).heard, 'ABB')
  }))

/** Numbers that are nobody's address in a system of two shards and three threads. */
const NOBODYS: readonly Ref[] = [
  NOBODY,
  journaledRef(63, 1),
  journaledRef(2, 7),
  ...[1, 5, 700].map((generation) => transientRef(15, generation)),
  transientRef(0, 3),
  transientRef(0xfffff, 0),
]

test("addresses: what is sent to a number that is nobody's is GONE at once, and one is told of its end", (t) =>
  both(t, (system, options) => {
    steps = NOBODYS.flatMap((ref): Step[] => [
      (ctx) => ctx.tell(ref, Edge.A, {}),
      (ctx) => {
        const draft = ctx.claim(ref, Edge.A)
        return draft && ctx.commit()
      },
      (ctx) => ctx.ask(ref, Edge.Heard, {}, { timeoutMs: 1_000, tag: 3 }),
      (ctx) => ctx.watch(ref),
    ])
    // So that the table's counter, which stands at 0, looks like some thread's.
    for (const name of ['a', 'b', 'c']) system.spawn(edge, name)
    const edges = ['main', 'worker-1', 'worker-2'].map((thread) =>
      options.journaled
        ? system.spawn(edge, `on-${thread}`, options)
        : system.spawn(edge, `on-${thread}`, { thread }),
    )
    for (const ref of edges) {
      const said = steps.map((_, step) => system.ask(ref, Edge.Do, { step }).said)
      const expected = NOBODYS.flatMap((to) => {
        // Who of the transient ones is there no log knows: there it is a dead letter.
        const isKnown = !options.journaled || isJournaled(to) || to === NOBODY
        const sent = String(isKnown ? GONE : SENT)
        return [sent, sent, sent, 'undefined']
      })
      assert.deepEqual(said, expected)
      system.advance(2_000)
      const heard = NOBODYS.map((gone) => `?3-${gone}`).join('')
      assert.equal(sorted(system.ask(ref, Edge.Heard, {}).heard), sorted(heard))
    }
    for (const ref of NOBODYS) {
      assert.equal(system.tell(ref as Ref<'edge'>, Edge.A, {}), GONE)
      const ask = () => system.ask(ref as Ref<'edge'>, Edge.Heard, {})
      assert.throws(ask, { code: 'ask.gone' })
    }
    assert.deepEqual(new Set(system.deadLetters.map(({ reason }) => reason)), new Set(['gone']))
  }))

const sorted = (text: string): string =>
  text
    .match(/[?-]\d+/g)
    ?.sort()
    .join('') ?? ''

test('addresses: the shard itself is no actor, and nothing but what is its own reaches it', async (t) => {
  await both(t, (system, { journaled }) => {
    if (!journaled) return
    for (const type of [Edge.A, Edge.B]) system.tell(journaledRef(1, 0) as Ref<'edge'>, type, {})
    system.untilQuiet()
    assert.deepEqual(
      system.deadLetters.map(({ reason }) => reason),
      ['gone', 'gone'],
    )
  })
})

test('addresses: what is no number is refused by its name, wherever it is used', (t) =>
  both(t, (system, options) => {
    const strangers = [undefined, null, Number.NaN, 1.5, 2 ** 40, 'edge', {}]
    const named = ['undefined', 'null', 'NaN', '1.5', String(2 ** 40), "'edge'", '[object Object]']
    const why = "give it an actor's address"
    steps = strangers.flatMap((ref): Step[] => [
      (ctx) => ctx.tell(anyOf(ref), Edge.A, {}),
      (ctx) => ctx.claim(anyOf(ref), Edge.A),
      (ctx) => ctx.ask(anyOf(ref), Edge.Heard, {}, { timeoutMs: 1 }),
      (ctx) => ctx.watch(anyOf(ref)),
      (ctx) => ctx.unwatch(anyOf(ref)),
    ])
    const ref = system.spawn(edge, 'edge', options)
    const said = steps.map((_, step) => system.ask(ref, Edge.Do, { step }).said)
    const expected = named.flatMap((name) =>
      ['edge.A: to', 'edge.A: to', 'edge.Heard: to', 'watch', 'unwatch'].map(
        (where) => `RangeError: ${where} = ${name}: ${why}`,
      ),
    )
    assert.deepEqual(said, expected)
    for (const [i, to] of strangers.entries()) {
      const refusal = new RangeError(`edge.A: to = ${named[i]}: ${why}`)
      assert.throws(() => system.tell(anyOf(to), Edge.A, {}), refusal)
    }
    system.advance(10)
    assert.equal(system.ask(ref, Edge.Heard, {}).heard, '')
    assert.deepEqual(system.deadLetters, [])
  }))

test('behaviors: a misspelt hook would never be called, and is refused by its name', async () => {
  const made = { Ping: () => undefined, terminatedd: () => undefined }
  const misspelt = behavior(protocol('misspelt', { Ping: {} }), () => made as never)
  const system = new TestSystem({ behaviors: { misspelt } })
  assert.throws(
    () => system.spawn(misspelt, 'm'),
    /^Error: actor 'm': 'terminatedd' is neither a message of 'misspelt' nor a hook: a hook is one of transfer, terminated, answers/,
  )
  await system.stop()
})

test('refusals: half a character in why is no reason to fail', async () => {
  const shy = behavior(protocol('shy', { Ask: request({}, {}) }), (ctx) => ({
    Ask: () => ctx.refuse('half: \ud83d'),
  }))
  const system = new TestSystem({ behaviors: { shy } })
  const ask = () => system.ask(system.spawn(shy, 'shy'), shy.protocol.Ask, {})
  assert.throws(ask, /shy\.Ask was refused: half: \ufffd/)
  await system.stop()
})

test('senders: outside is NOBODY, whether it tells or asks, and is answered all the same, also later', (t) =>
  both(t, (system, options) => {
    let kept: PendingRequest | undefined
    steps = [
      (ctx) => ctx.sender,
      (ctx) => {
        kept = ctx.request
        return ctx.self === kept.from || ctx.tell(ctx.sender, Edge.A, {})
      },
    ]
    const ref = system.spawn(edge, 'edge', options)
    assert.equal(system.ask(ref, Edge.Do, { step: 0 }).said, String(NOBODY))
    assert.equal(system.ask(ref, Edge.Do, { step: 1 }).said, String(GONE))
    assert.ok(kept !== undefined && isAsk(kept.from))
  }))

test('behaviors: what is none is not spawned, and a journaled one spawns none that a snapshot could not name', (t) =>
  both(t, (system, options) => {
    const stranger = behavior(protocol('stranger', { Ping: {} }), () => ({
      Ping: () => undefined,
      transfer: () => undefined,
    }))
    steps = [(ctx) => ctx.spawn(anyOf(undefined), 'none'), (ctx) => ctx.spawn(stranger, 's') > 0]
    const ref = system.spawn(edge, 'edge', options)
    const none = /behavior = undefined: give it one that behavior\(protocol, start\) made/
    assert.match(system.ask(ref, Edge.Do, { step: 0 }).said, none)
    const { said } = system.ask(ref, Edge.Do, { step: 1 })
    assert.match(said, options.journaled ? /'stranger' is none of the system's/ : /^true$/)
    assert.throws(() => system.spawn(anyOf(undefined), 'none', options), none)
  }))
