/** The process ends between two instructions: at random moments, and at exact ones of its way to the disk. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { CrashCase, Scene } from './crash-case.ts'
import { Fault, FaultShim, missingShim, On } from './fault-shim.ts'
import { QUICK, Site } from './site.ts'

/** How long the load may run between coming back and the next kill. */
const LOAD_MS_MAX = 300
/** A recovery takes some 0.7 s: the kill comes before its doors are open, at times just behind. */
const RECOVERY_MS_MAX = 900
/** A directory serves so many kills: its log is run again after each of them. */
const KILLS_A_SITE = 10
/** Calls on the way to the disk in some tenths of a second of load. */
const CALLS_MAX = 60
/** Opening a fresh journal takes fewer. */
const FIRST_CALLS_MAX = 40
const FIRES_MS_MAX = 10_000

const DURABILITIES = ['power-loss', 'process-crash'] as const

const killAtRandom: CrashCase = {
  name: 'kill-random',
  strikes: { long: 500, short: 1 },
  async run(scene, strikesMax) {
    // Half of them with segments and snapshots that come and go all the time.
    const site = await Site.open(scene, { journal: scene.oneOf([QUICK, {}]) })
    for (let kill = 1; kill <= Math.min(strikesMax, KILLS_A_SITE); kill++) {
      const afterMs = scene.between(0, LOAD_MS_MAX)
      const where = `kill ${kill} after ${afterMs} ms`
      await site.trade(afterMs)
      await site.kill()
      scene.tally.strikes++
      await site.examine(where)
      if (kill % 4 === 0) await killInRecovery(scene, site, where)
      site.durability = scene.oneOf(DURABILITIES)
      await site.start()
    }
    await site.trade(0)
    await site.close('at the end')
  },
}

async function killInRecovery(scene: Scene, site: Site, where: string): Promise<void> {
  const afterMs = scene.between(0, RECOVERY_MS_MAX)
  site.launch()
  await sleep(afterMs)
  await site.kill()
  scene.tally.note('in recovery', 1)
  await site.examine(`${where}, again ${afterMs} ms into its recovery`)
}

/** Ends it before or behind the nth call that means something to the journal. */
const killAtCall: CrashCase = {
  name: 'kill-at-call',
  strikes: { long: 60, short: 1 },
  missing: missingShim,
  async run(scene, strikesMax) {
    const shim = FaultShim.make(scene)
    const site = await Site.open(scene, { env: shim.env })
    for (let kill = 1; kill <= Math.min(strikesMax, KILLS_A_SITE); kill++) {
      const nth = scene.between(1, CALLS_MAX)
      const fault = scene.oneOf([Fault.KillBefore, Fault.KillAfter])
      const on = scene.oneOf([On.Write, On.Sync])
      const pattern = scene.oneOf(['*/journal/*.mdb', '*/journal/head.mark', '*/journal/*'])
      shim.arm({ on, pattern, fault, nth: pattern.endsWith('mark') ? 1 + (nth % 5) : nth })
      const where = `${fault} ${on} ${nth} of ${pattern}`
      if (!(await strikes(scene, site, shim, where))) return
      await site.start()
    }
    await site.trade(0)
    await site.close('at the end')
  },
}

/** The first start of all, ended on its way: the next one finds half of a journal, and must make a whole of it. */
const killAtBirth: CrashCase = {
  name: 'kill-at-birth',
  strikes: { long: 30, short: 1 },
  missing: missingShim,
  async run(scene) {
    const shim = FaultShim.make(scene)
    const nth = scene.between(1, FIRST_CALLS_MAX)
    const fault = scene.oneOf([Fault.KillBefore, Fault.KillAfter])
    const site = await Site.prepare(scene, { env: shim.env })
    shim.arm({ on: On.All, pattern: '*/data/*', fault, nth })
    site.launch()
    const ended = await Promise.race([site.exchange.ended, site.exchange.untilOpen()])
    // Fewer calls than that: then it dies a little later, under its first orders.
    if (!('signal' in ended)) scene.tally.note('opened first', 1)
    else scene.tally.strikes++
    if (site.exchange.isRunning) await site.kill()
    shim.disarm()
    try {
      await site.start()
    } catch (error) {
      throw new Error(`${fault} call ${nth} of the first start: ${error}`)
    }
    await site.trade(0)
    await site.close(`${fault} call ${nth} of the first start`)
    scene.tally.strikes = 1
  },
}

/** The load runs until the armed fault has ended the exchange. */
async function strikes(scene: Scene, site: Site, shim: FaultShim, where: string): Promise<boolean> {
  await site.trade(FIRES_MS_MAX)
  scene.tally.strikes++
  if (site.exchange.isRunning) {
    scene.tally.fail(where, [`no such call within ${FIRES_MS_MAX} ms of load`])
    return false
  }
  await site.exchange.ended
  shim.disarm()
  await site.examine(where)
  return true
}

export const KILL_CASES: readonly CrashCase[] = [killAtCall, killAtBirth, killAtRandom]
