/** An actor that is BUSY for a reason of its own, on a thread that would sleep for long. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onThread } from '../../../engine/actor/placement.ts'
import { startLive, TIME, until } from './live-system.ts'
import { Hesitant, hesitant } from './system-actors.ts'

const PARK_MS = 20_000
const SOON_MS = 5_000
const SLEEPY = { threads: [{ name: 'worker-1', idle: { kind: 'park', parkMs: PARK_MS } }] } as const

test(
  'system hesitating: it is tried again as its timer or a callback has opened it, and not when its thread wakes by chance',
  TIME,
  async (t) => {
    const { system } = await startLive(t, SLEEPY)
    const ref = await system.spawn(hesitant, 'hesitant', { on: onThread('worker-1') })
    for (const [timerMs, callbackMs] of [
      [30, 0],
      [0, 30],
    ] as const) {
      const beganMs = performance.now()
      system.tell(ref, Hesitant.Shut, { timerMs, callbackMs })
      await system.ask(ref, Hesitant.Pass, {}, { timeoutMs: SOON_MS })
      const tookMs = performance.now() - beganMs
      assert.ok(tookMs >= 25, `it was shut, and took ${tookMs} ms`)
    }
  },
)

test('system hesitating: control looks at it, restarts it and ends it', TIME, async (t) => {
  const { system } = await startLive(t, SLEEPY)
  const ref = await system.spawn(hesitant, 'hesitant', { on: onThread('worker-1') })
  const isBlocked = async () => (await system.control.actor('hesitant')).condition === 'Blocked'
  system.tell(ref, Hesitant.Shut, { timerMs: 0, callbackMs: 0 })
  const asked = system.ask(ref, Hesitant.Pass, {})
  await until('it is BUSY', isBlocked)
  await system.control.restart('hesitant')
  await asked
  system.tell(ref, Hesitant.Shut, { timerMs: 0, callbackMs: 0 })
  const refused = assert.rejects(system.ask(ref, Hesitant.Pass, {}, { timeoutMs: 500 }))
  await until('it is BUSY again', isBlocked)
  await system.control.stop('hesitant')
  await assert.rejects(system.control.actor('hesitant'), /no actor 'hesitant'/)
  await refused
})
