/** What an actor's function does at its birth is done where it is born and where it begins anew, and not where it comes to. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerTo, behavior, SENT } from '../../../engine/actor/behavior.ts'
import { u32 } from '../../../engine/actor/fields.ts'
import { protocol, request } from '../../../engine/actor/message.ts'
import { type Ref, refTo } from '../../../engine/actor/ref.ts'
import { restart } from '../../../engine/actor/supervision.ts'
import { hostRequests } from '../../../engine/host/host-requests.ts'
import type { Lifecycle } from '../../../engine/host/lifecycle.ts'
import { TestSystem } from '../../../engine/system/test-system.ts'
import { move } from './moved.ts'

const Diary = protocol('diary', { Note: { n: u32 }, Page: request({}, { number: u32 }) })
const Errand = protocol('errand', { Finish: {} })
const Settler = protocol('settler', { Tick: {}, Fail: {} })

/** What has happened, by its name and how often. */
let seen: Record<string, number> = {}
let diary = 0 as Ref<'diary'>

function see(what: string): void {
  seen[what] = (seen[what] ?? 0) + 1
}

const book = behavior(Diary, (ctx) => ({
  Note: ({ n }) => see(`note ${n}`),
  Page: () => ctx.reply(Diary.Page, { number: 1 }),
  transfer: () => see('transfer'),
}))

const errand = behavior(Errand, (ctx) => {
  see('child')
  return { Finish: () => ctx.stop() }
})

/** Its life begins with one of each that an actor can do. */
const settler = behavior(Settler, (ctx) => {
  assert.equal(ctx.tell(diary, Diary.Note, { n: 1 }), SENT)
  ctx.claim(diary, Diary.Note)!.n = 2
  assert.equal(ctx.commit(), SENT)
  ctx.tell(ctx.spawn(errand, 'errand'), Errand.Finish, {})
  ctx.watch(diary)
  ctx.ask(diary, Diary.Page, {}, { timeoutMs: 10 })
  ctx.after(5, Settler.Tick, {})
  return {
    Tick: () => see('tick'),
    Fail() {
      throw new Error('it begins anew')
    },
    terminated: () => see('terminated'),
    answers: [answerTo(Diary.Page, (answer) => see(answer === undefined ? 'late' : 'answer'))],
    transfer() {
      see('transfer')
    },
  }
})

const BIRTH = { 'note 1': 1, 'note 2': 1, child: 1, tick: 1, answer: 1 }

test('arrival: what its function does is not done again, at a restart it is', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const system = new TestSystem({ behaviors: { book, errand, settler }, threads: 3, seed })
    diary = system.spawn(book, 'diary', { thread: 'worker-3' })
    const options = { supervise: restart() }
    seen = {}
    const ref = system.spawn(settler, 'settler', { ...options, thread: 'worker-1' })
    const mover = { system, actor: { behavior: 'settler', name: 'settler', options, ref } }
    const happens = (): Record<string, number> => {
      system.advance(50)
      const happened = seen
      seen = {}
      return happened
    }
    assert.deepEqual(happens(), BIRTH, `seed ${seed}: born`)
    for (const to of ['worker-2', 'main', 'worker-1', 'worker-3']) {
      move(mover, to)
      const handedOver = { transfer: 3 } // for its size, out, and in
      assert.deepEqual(happens(), handedOver, `seed ${seed}: on ${to}`)
    }
    system.tell(ref, Settler.Fail, {})
    assert.deepEqual(happens(), BIRTH, `seed ${seed}: restarted`)
    move(mover, 'worker-1')
    seen = {}
    const { lifecycle } = system.host('worker-3')
    lifecycle.stop(lifecycle.find('diary')!)
    // It watches still, and once.
    assert.deepEqual(happens(), { terminated: 1 }, `seed ${seed}: diary ended`)
    await system.stop()
  }
})

test('arrival: what it has asked and set goes with it as it was, and an ask of its function takes no place of it', async () => {
  const system = new TestSystem({ behaviors: { book, errand, settler }, threads: 2 })
  diary = system.spawn(book, 'diary', { thread: 'main' })
  const ref = system.spawn(settler, 'settler', { thread: 'worker-1' })
  const actor = { behavior: 'settler', name: 'settler', options: {}, ref }
  const [from, there] = [system.host('worker-1'), system.host('worker-2')]
  // Its child ends; its diary, which would answer, has no turn.
  from.doWork()
  const before = toCome(from.lifecycle)
  const way = { number: 1, from: 1, senders: [] }
  there.moving.expect(actor, way)
  there.moving.arrive(actor, from.moving.depart('settler', 2), way)
  assert.deepEqual(toCome(there.lifecycle), before)
  assert.deepEqual(before.map(({ what }) => what).sort(), ['ask', 'message'])
  await system.stop()
})

test('arrival: control sees an actor at one place, and does not lay hands on one that is on its way', async () => {
  const system = new TestSystem({ behaviors: { book }, threads: 2 })
  const ref = system.spawn(book, 'book', { thread: 'worker-1' })
  const actor = { behavior: 'book', name: 'book', options: {}, ref }
  const hosts = ['worker-1', 'worker-2'].map((name) => system.host(name))
  const [from, there] = hosts.map((host) => hostRequests(host, host.options.catalog))
  const places = (): string =>
    [from, there].flatMap((of) => of!.actors().map(({ thread }) => thread)).join()
  const way = { number: 1, from: 1, senders: [] }
  there!.expect(actor, way)
  assert.equal(places(), 'worker-1')
  for (const act of [there!.stop, there!.restart]) {
    assert.throws(() => act('book'), /'book' is on its way to thread 'worker-2': ask again/)
  }
  from!.restart('book')
  const state = from!.depart('book', 2)
  assert.equal(places(), 'worker-2')
  assert.throws(() => there!.stop('book'), /is on its way/)
  there!.arrive(actor, state, way)
  assert.equal(places(), 'worker-2')
  there!.stop('book')
  assert.equal(places(), '')
  await system.stop()
})

const Tape = protocol('tape', { Put: { n: u32 } })
const Reel = protocol('reel', { Send: { to: refTo<'tape'>(), n: u32 } })

let taped: number[] = []

const tape = behavior(Tape, () => ({
  Put: ({ n }) => void taped.push(n),
  transfer: () => undefined,
}))

const reel = behavior(Reel, (ctx) => ({ Send: ({ to, n }) => ctx.tell(to, Tape.Put, { n }) }))

/** One that has left worker-1 for worker-2 and has not arrived, with 0, 1, 2 under way by the old way and 3, 4, 5 by the new one. */
function onItsWay() {
  const system = new TestSystem({ behaviors: { tape, reel }, threads: 3 })
  taped = []
  const to = system.spawn(tape, 'tape', { thread: 'worker-1' })
  const from = system.spawn(reel, 'reel', { thread: 'worker-3' })
  const actor = { behavior: 'tape', name: 'tape', options: {}, ref: to }
  const way = { number: 1, from: 1, senders: [0, 2, 3] }
  const send = (first: number): void => {
    for (let n = first; n < first + 3; n++) system.tell(from, Reel.Send, { to, n })
    system.host('worker-3').doWork()
  }
  send(0)
  const { moving: there } = system.host('worker-2')
  there.expect(actor, way)
  const state = system.host('worker-1').moving.depart('tape', 2)
  send(3)
  system.host('worker-2').doWork()
  const mark = (): void => {
    for (const thread of ['main', 'worker-2', 'worker-3']) system.host(thread).moving.mark(to, way)
    system.untilQuiet()
  }
  return { system, actor, way, state, there, mark }
}

test('arrival: one whose state is lost on its way begins anew, and hears all in order', async () => {
  const { system, actor, there, mark } = onItsWay()
  assert.equal(there.giveUp(actor), true)
  system.untilQuiet()
  assert.deepEqual(taped, [0, 1, 2])
  assert.equal(there.hasArrived('tape'), false)
  mark()
  assert.deepEqual(taped, [0, 1, 2, 3, 4, 5])
  assert.equal(there.hasArrived('tape'), true)
  await system.stop()
})

test('arrival: what is held for one that ends is a dead letter, each', async () => {
  const { system, actor, way, state, there, mark } = onItsWay()
  there.arrive(actor, state, way)
  const { lifecycle, deadLetters } = system.host('worker-2')
  lifecycle.stop(lifecycle.find('tape')!)
  assert.equal(deadLetters.count('gone'), 3)
  mark()
  assert.deepEqual(taped, [])
  assert.equal(system.deadLetters.length, 6)
  await system.stop()
})

const Picky = protocol('picky', { Put: {}, Count: request({}, { count: u32 }) })

/** Its function throws at its second life. */
const picky = behavior(Picky, (ctx) => {
  see('start')
  if (seen.start === 2) throw new Error('not here')
  let count = 0
  return {
    Put: () => void count++,
    Count: () => ctx.reply(Picky.Count, { count }),
    transfer(snapshot) {
      count = snapshot.number(count)
    },
  }
})

test('arrival: one whose function throws where it is to come to stays where it is', async () => {
  const system = new TestSystem({ behaviors: { picky }, threads: 2 })
  seen = {}
  const ref = system.spawn(picky, 'picky', { thread: 'worker-1' })
  const mover = { system, actor: { behavior: 'picky', name: 'picky', options: {}, ref } }
  system.tell(ref, Picky.Put, {})
  assert.throws(() => move(mover, 'worker-2'), /not here/)
  system.tell(ref, Picky.Put, {})
  assert.equal(system.ask(ref, Picky.Count, {}).count, 2)
  move(mover, 'worker-2')
  assert.equal(system.ask(ref, Picky.Count, {}).count, 2)
  await system.stop()
})

function toCome(lifecycle: Lifecycle) {
  const { all } = lifecycle.timersOf(lifecycle.find('settler')!)
  return all.map(({ dueUs, what, key }) => ({ dueUs, what, key }))
}
