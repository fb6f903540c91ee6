/** Messages between real threads: their order, what is said where there is no room, and what becomes of asks. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BUSY, GONE } from '../../../engine/actor/behavior.ts'
import { onThread } from '../../../engine/actor/placement.ts'
import type { Ref } from '../../../engine/actor/ref.ts'
import { sendAll, startLive, TIME, until } from './live-system.ts'
import { Pump, pump, Sink, sink, Trouble, trouble } from './system-actors.ts'

/** The smallest that the system takes. */
const RING_BYTES = 4096

for (const thread of ['worker-1', 'main']) {
  test(
    `system tell: a flood to ${thread} is told BUSY, and nothing is lost or overtaken`,
    TIME,
    async (t) => {
      const { system } = await startLive(t, { ringBytes: RING_BYTES })
      const options = { on: onThread(thread), mailboxBytes: 1024 }
      const to = await system.spawn(sink, 'sink', options)
      const each = 20_000
      const pumps: Ref<'pump'>[] = []
      for (const [i, on] of ['worker-1', 'worker-2', 'main'].entries()) {
        const ref = await system.spawn(pump, `pump-${i}`, { on: onThread(on) })
        pumps.push(ref)
        system.tell(ref, Pump.Run, { to, from: 1 + i, count: each, batch: 1_000 })
      }
      const busy = await sendAll(each, (number) => system.tell(to, Sink.Put, { from: 0, number }))
      assert.ok(busy > 0, 'outside was never told BUSY')
      await until('all have come', async () => (await seen()).count === 4 * each)
      assert.equal((await seen()).disorder, 0)
      let busyInside = 0
      for (const ref of pumps) busyInside += (await system.ask(ref, Pump.Sent, {})).busy
      assert.ok(busyInside > 0, 'no actor was ever told BUSY')
      assert.deepEqual(await system.control.deadLetters(), [])

      async function seen() {
        for (;;) {
          try {
            return await system.ask(to, Sink.Seen, {})
          } catch (error) {
            if ((error as { code?: string }).code !== 'ask.busy') throw error
          }
        }
      }
    },
  )
}

for (const thread of ['worker-1', 'main']) {
  test(`system ask: answered, refused, late, gone, on ${thread}`, TIME, async (t) => {
    const { system } = await startLive(t)
    const ref = await system.spawn(trouble, 'trouble', { on: onThread(thread) })
    system.tell(ref, Trouble.Count, {})
    assert.deepEqual(await system.ask(ref, Trouble.Total, {}), { count: 1 })
    await assert.rejects(system.ask(ref, Trouble.Refuse, {}), {
      code: 'ask.refused',
      message: 'trouble.Refuse was refused: not today',
    })
    await assert.rejects(system.ask(ref, Trouble.Silence, {}, { timeoutMs: 30 }), {
      code: 'ask.timeout',
      message: /trouble.Silence was not answered within 30 ms/,
    })
    await system.control.stop('trouble')
    await assert.rejects(system.ask(ref, Trouble.Total, {}), { code: 'ask.gone' })
    assert.equal(system.tell(ref, Trouble.Count, {}), GONE)
    const reasons = (await system.control.deadLetters()).map(({ reason }) => reason)
    assert.deepEqual(reasons, ['gone', 'gone'])
  })
}

test(
  'system ask: where its way is full it is rejected as busy, and works again later',
  TIME,
  async (t) => {
    const { system } = await startLive(t, { ringBytes: RING_BYTES })
    const options = { on: onThread('worker-1'), mailboxBytes: 256 }
    const ref = await system.spawn(trouble, 'trouble', options)
    system.tell(ref, Trouble.Work, { ms: 300 })
    while (system.tell(ref, Trouble.Count, {}) !== BUSY);
    await assert.rejects(system.ask(ref, Trouble.Total, {}), { code: 'ask.busy' })
    await until('there is room', async () => system.tell(ref, Trouble.Count, {}) !== BUSY)
    assert.ok((await system.ask(ref, Trouble.Total, {})).count > 10)
  },
)

test(
  'system ask: many at once, to each thread, are each given their own answer',
  TIME,
  async (t) => {
    const { system } = await startLive(t)
    const refs: Ref<'sink'>[] = []
    for (const on of ['worker-1', 'worker-2', 'main']) {
      const ref = await system.spawn(sink, `sink-${on}`, { on: onThread(on) })
      refs.push(ref)
    }
    const counts = await Promise.all(
      Array.from({ length: 900 }, async (_, i) => {
        const ref = refs[i % 3]!
        system.tell(ref, Sink.Put, { from: 0, number: Math.floor(i / 3) })
        return (await system.ask(ref, Sink.Seen, {})).count
      }),
    )
    assert.deepEqual(
      counts,
      Array.from({ length: 900 }, (_, i) => Math.floor(i / 3) + 1),
    )
  },
)
