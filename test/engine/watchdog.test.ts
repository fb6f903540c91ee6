import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Watchdog } from '../../engine/thread/watchdog.ts'
import { allocateDoorbell, Doorbell } from '../../ringbuffer/doorbell.ts'

const HANGS_AFTER_MS = 200

test('watchdog: a thread that beats is let be, one that stopped beating is told once', async () => {
  const bells = ['busy', 'stuck'].map((name) => ({ name, bell: new Doorbell(allocateDoorbell()) }))
  const [busy, stuck] = bells
  const hung: string[] = []
  const watchdog = new Watchdog({
    ...{ threads: bells, hangsAfterMs: HANGS_AFTER_MS },
    onHang: (thread) => hung.push(thread),
  })
  const beating = setInterval(() => {
    busy!.bell.beat()
    if (performance.now() < stuckFromMs) stuck!.bell.beat()
  }, 2)
  const stuckFromMs = performance.now() + HANGS_AFTER_MS
  await sleep(HANGS_AFTER_MS * 0.8)
  assert.deepEqual(hung, [])
  await sleep(HANGS_AFTER_MS * 4)
  assert.deepEqual(hung, ['stuck'])
  clearInterval(beating)
  watchdog.stop()
  await sleep(HANGS_AFTER_MS * 2)
  assert.deepEqual(hung, ['stuck'])
})
