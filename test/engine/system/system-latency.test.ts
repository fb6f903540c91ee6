/**
 * Whether those on other threads feel it when a thread dies: an actor is asked at a steady rate, each answer counted from the
 * moment at which it was to be asked, while another thread is ended again and again. Figures are printed; the bounds are those of a
 * machine that others use.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { onThread } from '../../../engine/actor/placement.ts'
import type { Ref } from '../../../engine/actor/ref.ts'
import type { ActorSystem } from '../../../engine/system/actor-system.ts'
import { restartsMs, startLive, TIME, until } from './live-system.ts'
import { Sink, sink, Trouble, trouble } from './system-actors.ts'

const RATE_HZ = 500
const DEATHS = 5
/** A successor takes a core for a tenth of a second, and there may be two of them. */
const P99_RATIO_MAX = 100
const P99_MS_MAX = 100

test(
  'system latency: others are answered as before while a thread dies five times',
  TIME,
  async (t) => {
    const { system, events } = await startLive(t)
    const steady = await system.spawn(sink, 'steady', { on: onThread('worker-2') })
    const killer = await system.spawn(trouble, 'killer', { on: onThread('worker-1') })
    await askSteadily(system, steady, () => performance.now() > warmUntilMs)
    const calmUntilMs = performance.now() + 1_500
    const calm = await askSteadily(system, steady, () => performance.now() > calmUntilMs)
    let isOver = false
    const killing = (async () => {
      for (let death = 1; death <= DEATHS; death++) {
        system.tell(killer, Trouble.ThrowLater, {})
        await until('a successor', () => restartsMs(events).length === death)
      }
      isOver = true
    })()
    const troubled = await askSteadily(system, steady, () => isOver)
    await killing
    const [before, during] = [p99(calm), p99(troubled)]
    const after = restartsMs(events).map((ms) => ms.toFixed(0))
    t.diagnostic(
      `p99 ${before.toFixed(2)} ms of ${calm.length}, and ${during.toFixed(2)} ms of ${troubled.length} ` +
        `while a thread died ${DEATHS} times (× ${(during / before).toFixed(1)}); successors after ${after.join(', ')} ms`,
    )
    assert.ok(troubled.length > RATE_HZ / 10, `${troubled.length} asks meanwhile`)
    assert.ok(during < Math.max(P99_MS_MAX, P99_RATIO_MAX * before), `p99 ${before} → ${during} ms`)
  },
)

const warmUntilMs = performance.now() + 1_500

/** How long each answer took, ms, from the moment at which it was meant to be asked. */
async function askSteadily(
  system: ActorSystem,
  ref: Ref<'sink'>,
  isOver: () => boolean,
): Promise<number[]> {
  const tookMs: number[] = []
  const asked: Promise<unknown>[] = []
  const startMs = performance.now()
  for (let i = 0; !isOver(); i++) {
    const intendedMs = startMs + (i * 1_000) / RATE_HZ
    while (performance.now() < intendedMs) await setImmediate()
    const answered = system.ask(ref, Sink.Seen, {}).then(() => {
      tookMs.push(performance.now() - intendedMs)
    })
    asked.push(answered)
  }
  await Promise.all(asked)
  return tookMs
}

function p99(tookMs: readonly number[]): number {
  const sorted = [...tookMs].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length * 0.99)]!
}
