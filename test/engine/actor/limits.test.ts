import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { BUSY, behavior } from '../../../engine/actor/behavior.ts'
import { text, u32 } from '../../../engine/actor/fields.ts'
import { protocol, request } from '../../../engine/actor/message.ts'
import { type Ref, refTo } from '../../../engine/actor/ref.ts'
import { Failures, restart, resume } from '../../../engine/actor/supervision.ts'
import { errorText, readVerdict, writeVerdict } from '../../../engine/journaled/verdict-event.ts'
import { TestSystem } from '../../../engine/system/test-system.ts'

const Worker = protocol('worker', {
  /** To itself, without an end. */
  Spin: {},
  /** To each other, without an end. */
  Toss: { to: refTo<'worker'>() },
  Count: request({}, { count: u32 }),
  Long: { words: text(4000) },
})

let spins = 0
/** Times that a long one was given: the third time it is taken. */
let longs = 0

const worker = behavior(Worker, (ctx) => ({
  Spin: () => {
    spins++
    return ctx.tell(ctx.self, Worker.Spin, {})
  },
  Toss: (m) => ctx.tell(m.to, Worker.Toss, { to: ctx.self as Ref<'worker'> }),
  Count: () => ctx.reply(Worker.Count, { count: spins }),
  Long: () => (++longs < 3 ? BUSY : undefined),
  transfer: () => undefined,
}))

test('shares: one that always has something to do keeps nobody from having a turn', async () => {
  const system = new TestSystem({ behaviors: { worker }, threads: 1, actorsMax: 8 })
  const [greedy, other] = ['greedy', 'other'].map((name) => system.spawn(worker, name))
  spins = 0
  for (let i = 0; i < 10; i++) system.tell(greedy!, Worker.Spin, {})
  system.turn(50)
  assert.ok(spins > 1000, 'it spins')
  const before = spins
  const { count } = system.ask(other!, Worker.Count, {})
  assert.ok(count - before < 100 * 512, `${count - before} spins before it had its turn`)
  const cells = system.host('worker-1').lifecycle
  cells.stop(cells.find('greedy')!)
  system.untilQuiet()
  await system.stop()
})

test('limits: more actors than there is room for are refused, until one ends', async () => {
  const system = new TestSystem({ behaviors: { worker }, threads: 1, actorsMax: 3 })
  for (const name of ['a', 'b', 'c']) system.spawn(worker, name)
  const more = (): unknown => system.spawn(worker, 'd')
  assert.throws(more, /3 actors are there, .* stop some, or give the system a greater actorsMax/)
  assert.throws(() => system.spawn(worker, 'a'), /actor 'a' is there already: give it another name/)
  const { lifecycle } = system.host('worker-1')
  lifecycle.stop(lifecycle.find('b')!)
  more()
  await system.stop()
  for (const actorsMax of [0, -1, 1.5, 2 ** 20]) {
    const open = (): unknown => new TestSystem({ behaviors: { worker }, actorsMax })
    assert.throws(open, /actorsMax = .*: give it an integer from 1 to 1048575/)
  }
})

test('limits: a turn that never ends is stopped, and the log says so', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tradsys-'))
  const open = (seed: number): TestSystem =>
    new TestSystem({
      ...{ behaviors: { worker }, threads: 1, actorsMax: 8, seed },
      journal: { directory, shards: 1 },
    })
  const system = open(1)
  const options = { journaled: true, supervise: resume() }
  const [a, b] = ['a', 'b'].map((name) => system.spawn(worker, name, options))
  system.tell(a!, Worker.Toss, { to: b! })
  system.untilQuiet()
  const [letter] = system.deadLetters
  assert.match(String(letter?.error), /does a circle of actors never come to rest\?/)
  system.ask(b!, Worker.Count, {})
  const { stateHashes } = system
  await system.stop()
  const again = open(2)
  assert.deepEqual(again.stateHashes, stateHashes)
  await again.stop()
  rmSync(directory, { recursive: true })
})

test('limits: a message too long for its mailbox, taken off a ring and given again, is not lost', async () => {
  const system = new TestSystem({ behaviors: { worker }, threads: 1, actorsMax: 8 })
  const ref = system.spawn(worker, 'a', { mailboxBytes: 1024 })
  longs = 0
  system.tell(ref, Worker.Long, { words: 'x'.repeat(4000) })
  system.untilQuiet()
  assert.equal(longs, 3)
  assert.deepEqual(system.deadLetters, [])
  await system.stop()
})

test('verdicts: what is written is what is read, and what is read is written alike', () => {
  const bytes = (verdict: Parameters<typeof writeVerdict>[2]): DataView => {
    const view = new DataView(new ArrayBuffer(128))
    writeVerdict(view, 0, verdict)
    return view
  }
  const errors: readonly unknown[] = [
    ...['', 'x', 'x'.repeat(112), 'x'.repeat(113), 'a\0b', 7, undefined, null, {}],
    ...[new RangeError('é'.repeat(100)), new Error('😀'.repeat(50)), Object.create(null)],
    ...Array.from({ length: 8 }, (_, i) => `${'x'.repeat(105 + i)}€€€`),
  ]
  for (const error of errors) {
    for (const directive of ['resume', 'restart', 'stop', 'escalate'] as const) {
      const given = {
        delivery: 2 ** 32 - 1,
        directive,
        isPoison: true,
        isFirst: false,
        restMs: 5000,
      }
      const verdict = { ...given, error: errorText(error) }
      const view = bytes(verdict)
      assert.deepEqual(readVerdict(view, 0), verdict)
      assert.deepEqual(bytes(readVerdict(view, 0)), view)
    }
  }
})

test('verdicts: rests are whole milliseconds, however many restarts there were', () => {
  const failures = new Failures(restart({ restartsMax: 3_000, backoffMs: 0.3, withinMs: 1e9 }))
  const rests = new Set<number>()
  for (let i = 0; i < 2_000; i++) {
    const verdict = failures.verdict(new Error(), i)
    failures.note(verdict, i)
    rests.add(verdict.restMs)
  }
  assert.deepEqual([...rests].slice(0, 4), [0, 1, 2, 5])
  assert.equal([...rests].at(-1), 5_000)
  for (const restMs of rests) assert.ok(Number.isInteger(restMs))
  const still = new Failures(restart({ restartsMax: 3_000, withinMs: 1e9 }))
  for (let i = 0; i < 2_000; i++) still.note(still.verdict(new Error(), i), i)
  assert.equal(still.verdict(new Error(), 2_000).restMs, 0)
})
