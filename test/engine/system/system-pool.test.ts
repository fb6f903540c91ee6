/** What takes long, on threads of a pool; and routers, which say who of several gets a message. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { BUSY, SENT } from '../../../engine/actor/behavior.ts'
import { protocol } from '../../../engine/actor/message.ts'
import { type Ref, transientRef } from '../../../engine/actor/ref.ts'
import { ConsistentHash, RoundRobin } from '../../../engine/actor/router.ts'
import { SnapshotReader } from '../../../engine/recovery/snapshot-reader.ts'
import { SnapshotSize, SnapshotWriter } from '../../../engine/recovery/snapshot-writer.ts'
import { ComputePool } from '../../../engine/system/compute-pool.ts'
import { startLive, TIME, until } from './live-system.ts'
import { Squares } from './system-pool-tasks.ts'

const from = new URL('./system-pool-tasks.js', import.meta.url)

test(
  'system pool: requests are answered as they are ready, each with its own answer',
  TIME,
  async (t) => {
    const { system } = await startLive(t)
    const pool = system.spawnPool(Squares, 'squares', { from, threads: 2 })
    const order: number[] = []
    const asks = [200, 1, 2].map(async (ms, number) => {
      const { square } = await system.ask(pool, Squares.Slow, { number, ms })
      assert.equal(square, number * number)
      order.push(number)
    })
    await Promise.all(asks)
    assert.equal(order.at(-1), 0, 'the slow one is last')
    const squares = await Promise.all(
      Array.from({ length: 200 }, (_, number) => system.ask(pool, Squares.Of, { number })),
    )
    assert.deepEqual(
      squares.map(({ square }) => square),
      Array.from({ length: 200 }, (_, number) => number * number),
    )
  },
)

test('system pool: what throws, and what is no answer, is a refusal', TIME, async (t) => {
  const { system } = await startLive(t)
  const pool = system.spawnPool(Squares, 'squares', { from, threads: 1 })
  await assert.rejects(system.ask(pool, Squares.Throw, {}), {
    code: 'ask.refused',
    message: /squares.Throw was refused: Error: no square today/,
  })
  await assert.rejects(system.ask(pool, Squares.Wrong, {}), {
    code: 'ask.refused',
    message: /squares.Wrong was refused: RangeError: .*square/,
  })
  assert.deepEqual(await system.ask(pool, Squares.Of, { number: 5 }), { square: 25 })
})

test(
  'system pool: answers that find no room are tried again by one timer, and are counted as waiting',
  TIME,
  async (t) => {
    const pool = new ComputePool(Squares, { from, threads: 1, queueMax: 20 }, () => undefined)
    t.after(() => pool.close())
    let [tries, isFull] = [0, true]
    const answers: number[] = []
    const context = {
      request: { from: 1, number: 1, requestId: 1 },
      // Of what is under way when the pool is closed.
      refuse: () => SENT,
      replyTo(_request: unknown, _type: unknown, { square }: { square: number }) {
        tries++
        if (isFull) return BUSY
        return answers.push(square) && SENT
      },
    }
    const { Of } = pool.behavior.start(context as never)
    const take = (number: number) => Of({ copy: () => ({ number }) } as never)
    for (let number = 1; number <= 20; number++) assert.equal(take(number), SENT)
    await until('one is answered, in vain', () => tries > 0)
    // Then so are the others, the thread being there.
    await sleep(200)
    const before = tries
    await sleep(200)
    assert.ok(tries - before <= 210, `${tries - before} tries in 200 ms`)
    assert.equal(take(21), BUSY)
    isFull = false
    await until('they are sent', () => answers.length === 20)
    assert.deepEqual(
      answers.sort((a, b) => a - b),
      Array.from({ length: 20 }, (_, i) => (i + 1) ** 2),
    )
    assert.equal(take(21), SENT)
  },
)

test(
  'system pool: a full queue says BUSY to who asks, and nothing that was taken is lost',
  TIME,
  async (t) => {
    const { system } = await startLive(t)
    const pool = system.spawnPool(Squares, 'squares', { from, threads: 1, queueMax: 4 })
    let [busy, answered] = [0, 0]
    const asks: Promise<void>[] = []
    // Its mailbox, 64 KiB, is full at some 1,300.
    for (let number = 0; number < 3_000; number++) {
      const asked = system.ask(pool, Squares.Of, { number }, { timeoutMs: 30_000 })
      asks.push(
        asked.then(
          ({ square }) => {
            assert.equal(square, number * number)
            answered++
          },
          (error: { code?: string }) => {
            assert.equal(error.code, 'ask.busy')
            busy++
          },
        ),
      )
    }
    await Promise.all(asks)
    assert.ok(busy > 0 && answered > 4, `${busy} busy, ${answered} answered`)
    assert.equal(busy + answered, 3_000)
  },
)

test(
  'system pool: it has requests only, a name of its own, and ends with the system',
  TIME,
  async (t) => {
    const { system } = await startLive(t)
    const told = protocol('told', { Go: {} })
    assert.throws(() => system.spawnPool(told, 'told', { from }), {
      message: 'told.Go is no request: a pool has nothing else',
    })
    const pool = system.spawnPool(Squares, 'squares', { from, threads: 1 })
    assert.throws(() => system.spawnPool(Squares, 'squares', { from }), /is there already/)
    const asked = system.ask(pool, Squares.Slow, { number: 1, ms: 20_000 })
    const rejected = assert.rejects(asked, /the system was stopped/)
    await sleep(300)
    const startMs = performance.now()
    await system.stop()
    await rejected
    assert.ok(performance.now() - startMs < 5_000)
  },
)

const someRefs = (count: number): Ref<'job'>[] =>
  Array.from({ length: count }, (_, i) => transientRef(1 + i, 0) as Ref<'job'>)

test('router: one after the other, and its turn can be handed over', () => {
  const refs = someRefs(3)
  const router = new RoundRobin(refs)
  const given = Array.from({ length: 7 }, () => router.next())
  assert.deepEqual(given, [...refs, ...refs, refs[0]])
  const size = new SnapshotSize()
  router.transfer(size)
  const writer = new SnapshotWriter(0, size.bytes)
  router.transfer(writer)
  const successor = new RoundRobin(refs)
  successor.transfer(new SnapshotReader(writer.finish(), 0))
  assert.deepEqual([successor.next(), successor.next()], [refs[1], refs[2]])
  assert.throws(() => new RoundRobin([]), {
    message: 'a router of no actors: give it one at least',
  })
})

const KEYS = 10_000

for (const [kind, keyOf] of [
  ['numbers', (i: number) => i],
  ['texts', (i: number) => `sensor ${i}`],
] as const) {
  test(`router: ${kind} are spread evenly, and only those of one that is removed go elsewhere`, () => {
    const refs = someRefs(8)
    const router = new ConsistentHash(refs)
    const keys = Array.from({ length: KEYS }, (_, i) => keyOf(i))
    const before = keys.map((key) => router.for(key))
    const fair = KEYS / refs.length
    for (const ref of refs) {
      const share = before.filter((given) => given === ref).length
      assert.ok(
        Math.abs(share - fair) < 0.2 * fair,
        `${share} of ${KEYS} keys, and ${fair} is fair`,
      )
    }
    const removed = refs[3]!
    router.remove(removed)
    router.remove(removed)
    const after = keys.map((key) => router.for(key))
    for (const [i, given] of after.entries()) {
      if (before[i] === removed) assert.notEqual(given, removed)
      else assert.equal(given, before[i])
    }
    const fairAfter = KEYS / (refs.length - 1)
    for (const ref of refs.filter((one) => one !== removed)) {
      const share = after.filter((given) => given === ref).length
      assert.ok(
        Math.abs(share - fairAfter) < 0.2 * fairAfter,
        `${share} keys, ${fairAfter} is fair`,
      )
    }
    for (const ref of refs.slice(0, 3).concat(refs.slice(4, 7))) router.remove(ref)
    assert.throws(() => router.remove(refs[7]!), /the last actor of a router/)
  })
}
