/** A message that is given again: behind what its sender sent before, before what it sent after, and with its failures counted. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BUSY, behavior } from '../../../engine/actor/behavior.ts'
import { u32 } from '../../../engine/actor/fields.ts'
import { protocol } from '../../../engine/actor/message.ts'
import { type Ref, refTo } from '../../../engine/actor/ref.ts'
import { restart } from '../../../engine/actor/supervision.ts'
import { TestSystem } from '../../../engine/system/test-system.ts'
import { seeded } from '../../actors/seeded.ts'
import { move } from './moved.ts'

const Sink = protocol('sink', { Number: { n: u32 }, Nudge: {} })
const Source = protocol('source', { Push: { to: refTo<'sink'>(), n: u32 } })

/** What the sink has got from each source, and how often each message has made it throw: of one test's run. */
let got = new Map<Ref, number[]>()
let thrown = new Map<string, number>()
let random = seeded(1)

const POISON_AFTER = 3

/** It does to a message all that can be done to it but take it, and takes it in the end. */
const sink = behavior(Sink, (ctx) => {
  let isShut = 0
  // What it had kept is not kept from its next life.
  ctx.unstash()
  const open = (): void => {
    isShut = 0
    ctx.unstash()
  }
  return {
    Number({ n }) {
      const said = random(30)
      if (said < 2) ctx.tell(ctx.self, Sink.Nudge, {})
      if (said === 2) ctx.after(random(3), Sink.Nudge, {}, random(5))
      if (said === 3) isShut = 1
      if (said % 9 === 1) return BUSY
      const key = `${ctx.sender} ${n}`
      const failures = thrown.get(key) ?? 0
      if (said % 9 === 2 && failures < POISON_AFTER - 1) {
        thrown.set(key, failures + 1)
        throw new Error('not yet')
      }
      if (isShut === 1) {
        try {
          return ctx.stash()
        } catch {
          // It is full: nothing would come past it that opens it.
          open()
          return BUSY
        }
      }
      const numbers = got.get(ctx.sender) ?? []
      got.set(ctx.sender, numbers)
      numbers.push(n)
      return undefined
    },
    Nudge: open,
    transfer(snapshot) {
      isShut = snapshot.number(isShut)
    },
  }
})

const source = behavior(Source, (ctx) => ({
  Push: ({ to, n }) => ctx.tell(to, Sink.Number, { n }),
}))

test('redelivery: amid BUSY, failures, stashing and moves all comes once, and in order from each', async () => {
  let moves = 0
  for (let seed = 1; seed <= 150; seed++) {
    got = new Map()
    thrown = new Map()
    random = seeded(seed)
    const system = new TestSystem({
      ...{ behaviors: { sink, source }, threads: 3, seed, ringBytes: 2048, actorsMax: 16 },
    })
    const supervise = restart({
      ...{ poisonAfter: POISON_AFTER, restartsMax: 1_000, backoffMs: random(2), backoffMsMax: 1 },
    })
    const options = { supervise, mailboxBytes: 1024 << random(3) }
    const { names } = system.topology
    const to = system.spawn(sink, 'sink', { ...options, thread: names[random(4)]! })
    const actor = { behavior: 'sink', name: 'sink', options, ref: to }
    const sources = names.map((thread, i) => system.spawn(source, `source-${i}`, { thread }))
    const next = sources.map(() => 0)
    for (let i = 0; i < 200; ) {
      const from = random(sources.length)
      const said = system.tell(sources[from]!, Source.Push, { to, n: next[from]! })
      system.turn(random(said === BUSY ? 30 : 4))
      if (said !== BUSY) {
        next[from]!++
        i++
      }
      if (random(40) > 0) continue
      const here = names[system.host('main').links.table.threadOf(to)]
      const others = names.filter((name) => name !== here)
      move({ system, actor, turns: () => random(20) }, others[random(others.length)]!)
      moves++
    }
    // It may be shut, with nothing more to come that would open it.
    for (let i = 0; i < 20; i++) {
      system.advance(5)
      system.tell(to, Sink.Nudge, {})
    }
    system.advance(5)
    for (const [i, ref] of sources.entries()) {
      const all = Array.from({ length: next[i]! }, (_, n) => n)
      assert.deepEqual(got.get(ref) ?? [], all, `seed ${seed}: from ${names[i]}`)
    }
    assert.deepEqual(system.deadLetters, [], `seed ${seed}`)
    await system.stop()
  }
  assert.ok(moves > 300, `${moves} moves`)
})

const Frail = protocol('frail', { Fail: {}, Note: {}, Open: {} })

/** What comes between two tries of a message; how often it has thrown; births that throw; and what was heard. */
let between = ''
let throws = 0
let births = 0
let notes = 0

const frail = behavior(Frail, (ctx) => {
  if (between === 'a birth that throws' && ++births % 2 === 0) throw new Error('still broken')
  if (between === 'what was kept') ctx.unstash()
  let isOpen = between !== 'what was kept'
  return {
    Fail() {
      if (between === 'a stash' && throws === 1 && isOpen) {
        isOpen = false
        ctx.tell(ctx.self, Frail.Open, {})
        return ctx.stash()
      }
      if (between === 'a message to itself') ctx.tell(ctx.self, Frail.Note, {})
      throws++
      throw new Error('each time')
    },
    Note() {
      notes++
      return isOpen ? undefined : ctx.stash()
    },
    Open: () => ctx.unstash(),
    transfer(snapshot) {
      isOpen = snapshot.number(isOpen ? 1 : 0) === 1
    },
  }
})

const BETWEEN: readonly string[] = [
  'nothing',
  'a message to itself',
  'what was kept',
  'a stash',
  'a birth that throws',
]

test('redelivery: a message is poison after so many failures, whatever comes between two of them', async () => {
  for (const isMoving of [false, true]) {
    for (between of BETWEEN) {
      // Where its function throws it does not move.
      if (isMoving && between === 'a birth that throws') continue
      ;[throws, births, notes] = [0, 0, 0]
      const where = `${between}${isMoving ? ', and a move' : ''}`
      const system = new TestSystem({ behaviors: { frail }, threads: 2, actorsMax: 8 })
      const backoff = { backoffMs: 10, backoffMsMax: 10 }
      const supervise = restart({ poisonAfter: POISON_AFTER, ...(isMoving ? backoff : {}) })
      const thread = 'worker-1'
      const ref = system.spawn(frail, 'frail', { supervise, thread })
      const actor = { behavior: 'frail', name: 'frail', options: { supervise }, ref }
      if (between === 'what was kept') system.tell(ref, Frail.Note, {})
      system.tell(ref, Frail.Fail, {})
      for (let i = 0; i < 10; i++) {
        system.untilQuiet()
        if (isMoving) move({ system, actor }, ['worker-2', 'main', 'worker-1'][i % 3]!)
        system.advance(10)
      }
      assert.equal(throws, POISON_AFTER, where)
      const letters = system.deadLetters.map(({ reason, message }) => `${reason} ${message}`)
      assert.deepEqual(letters, ['failed frail.Fail'], where)
      assert.deepEqual(system.failures, [], where)
      const before = notes
      system.tell(ref, Frail.Note, {})
      system.untilQuiet()
      assert.equal(notes, before + 1, where)
      await system.stop()
    }
  }
})
