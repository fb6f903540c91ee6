/** Time behaves oddly: the wall clock jumps, the process is stopped for a while, or is asked to end. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CrashCase } from './crash-case.ts'
import { Site } from './site.ts'

const LOAD_MS_MAX = 300
const HOUR = 3_600
const STRIKES_A_SITE = 5

/** Debian keeps it in a folder of the architecture's. */
function fakeTime(): string | undefined {
  const root = '/usr/lib'
  const folders = existsSync(root) ? readdirSync(root) : []
  return folders
    .map((folder) => join(root, folder, 'faketime/libfaketime.so.1'))
    .find((path) => existsSync(path))
}

/** An hour forwards, back, and anything up to it: no order waits for it, and no time in the log runs backwards. */
const clockJumps: CrashCase = {
  name: 'clock-jumps',
  strikes: { long: 20, short: 1 },
  missing: () => (fakeTime() === undefined ? 'no libfaketime' : undefined),
  async run(scene, strikesMax) {
    const site = await Site.prepare(scene, {
      durability: scene.oneOf(['power-loss', 'process-crash']),
    })
    const file = join(site.premises.directory, 'clock')
    const jump = (seconds: number): void =>
      writeFileSync(file, `${seconds < 0 ? '' : '+'}${seconds}`)
    jump(0)
    site.env = {
      LD_PRELOAD: fakeTime()!,
      FAKETIME_TIMESTAMP_FILE: file,
      // Read anew at each look; the monotonic clock goes on as it does on a machine whose date is set.
      // A Logon of the next life, whose clock is hours behind, is what is tried here, and not its SendingTime.
      TRADSYS__ORDER_ENTRY__SENDING_TIME_SECONDS: '86400',
      ...{ FAKETIME_NO_CACHE: '1', DONT_FAKE_MONOTONIC: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1' },
    }
    await site.start()
    for (let strike = 1; strike <= Math.min(strikesMax, STRIKES_A_SITE); strike++) {
      await site.trade(scene.between(0, LOAD_MS_MAX))
      jump(strike === 1 ? HOUR : scene.oneOf([HOUR, -HOUR, 0, scene.between(-HOUR, HOUR)]))
      scene.tally.strikes++
      await site.trade(scene.between(0, LOAD_MS_MAX))
    }
    // Another life begins while the clock is behind what the log holds.
    await site.kill()
    jump(-2 * HOUR)
    const { timeUs = 0 } = await site.examine('killed after the jumps')
    if (timeUs < (Date.now() + (HOUR - 60) * 1000) * 1000) {
      scene.tally.fail('the jumps', ['the log knows of no hour to come: the clock did not jump'])
    }
    await site.start()
    await site.trade(LOAD_MS_MAX)
    await site.close('with the clock behind the log')
  },
}

const STOP_MS_MAX = 4_000

/** Stopped by SIGSTOP, as a paused virtual machine is: it goes on where it was. */
const stopped: CrashCase = {
  name: 'stopped-a-while',
  strikes: { long: 10, short: 0 },
  async run(scene) {
    const site = await Site.open(scene)
    const stopMs = scene.between(500, STOP_MS_MAX)
    await site.trade(scene.between(0, LOAD_MS_MAX))
    process.kill(site.exchange.pid, 'SIGSTOP')
    await sleep(stopMs)
    process.kill(site.exchange.pid, 'SIGCONT')
    scene.tally.strikes++
    await site.trade(scene.between(0, LOAD_MS_MAX))
    await site.close(`stopped for ${stopMs} ms`)
  },
}

const STATUSES = { SIGTERM: 143, SIGINT: 130 } as const

/** Asked to end under load: it answers what it took, seals, and says so by its status. */
const askedToEnd: CrashCase = {
  name: 'asked-to-end',
  strikes: { long: 15, short: 0 },
  async run(scene, strikesMax) {
    const site = await Site.open(scene)
    for (let strike = 1; strike <= Math.min(strikesMax, STRIKES_A_SITE); strike++) {
      const signal = scene.oneOf(['SIGTERM', 'SIGINT'] as const)
      const afterMs = scene.between(0, LOAD_MS_MAX)
      const where = `${signal} after ${afterMs} ms`
      await site.trade(afterMs)
      const { status } = await site.exchange.end(signal)
      scene.tally.strikes++
      if (status !== STATUSES[signal]) scene.tally.fail(where, [`it ended with ${status}`])
      await site.examine(where)
      await site.start()
    }
    await site.trade(0)
    await site.close('at the end')
  },
}

export const CLOCK_CASES: readonly CrashCase[] = [clockJumps, stopped, askedToEnd]
