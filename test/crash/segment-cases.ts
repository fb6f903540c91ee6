/**
 * The process ends while the log gets a new segment, while a snapshot is written, named or pruned, and while retention
 * deletes what is old. Snapshots and retention are the work of a child process: it dies, or the exchange does and the child
 * goes on without it, or both do at once.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { listSegments } from '../../storage/segment-files.ts'
import { listSnapshots } from '../../storage/snapshot-files.ts'
import type { CrashCase, Scene } from './crash-case.ts'
import { Fault, FaultShim, missingShim, On } from './fault-shim.ts'
import { QUICK, Site } from './site.ts'

/** A directory serves so many: its log is run again after each of them. */
const STRIKES_A_SITE = 8
/** From the file of a new segment to the first commits in it. */
const ROLL_CALLS_MAX = 24
/** A file, its bytes, their sync, its name, the folder's sync, and two or three that go. */
const SNAPSHOT_CALLS_MAX = 8
/** A segment rolls and a snapshot comes each second or two; on a busy machine much later. */
const FIRES_MS_MAX = 30_000
const LOOK_MS = 5
/** The child has the least priority: under all the load that there can be it would wait long for its CPU. */
const PAUSE_MS = 8
const KILLS = [Fault.KillBefore, Fault.KillAfter] as const
const VICTIMS = ['child', 'exchange', 'both'] as const
type Victim = (typeof VICTIMS)[number]

const killAtRoll: CrashCase = {
  name: 'kill-at-roll',
  strikes: { long: 40, short: 1 },
  missing: missingShim,
  async run(scene, strikesMax) {
    const shim = FaultShim.make(scene)
    const site = await Site.open(scene, { env: shim.env, journal: QUICK })
    for (let strike = 1; strike <= Math.min(strikesMax, STRIKES_A_SITE); strike++) {
      const nth = scene.between(1, ROLL_CALLS_MAX)
      const fault = scene.oneOf(KILLS)
      const orders = { on: On.All, pattern: '*/journal*', from: '*/journal/*.mdb.new', fault, nth }
      // Each start begins a segment as well: there it is the start that does not come to its end.
      const isStart = strike % 4 === 0
      const where = `${fault} call ${nth} of ${isStart ? 'the segment of a start' : 'a roll'}`
      if (isStart) {
        await site.kill()
        shim.arm(orders)
        site.launch()
        // The strike may come before the doors open: then it does not live to see them.
        await site.exchange.untilOpen().catch(() => undefined)
        if (site.exchange.isRunning) await site.kill()
      } else {
        shim.arm({ ...orders, value: site.exchange.pid })
        await untilGone(site)
        if (site.exchange.isRunning) scene.tally.fail(where, ['no segment was begun under load'])
      }
      scene.tally.note('in a start', isStart ? 1 : 0)
      scene.tally.strikes++
      await goOn(site, shim, where)
    }
    await site.trade(0)
    await site.close('at the end')
  },
}

const killAtSnapshot: CrashCase = {
  name: 'kill-at-snapshot',
  strikes: { long: 40, short: 1 },
  missing: missingShim,
  async run(scene, strikesMax) {
    const shim = FaultShim.make(scene)
    const site = await Site.open(scene, { env: shim.env, journal: QUICK, pauseMs: PAUSE_MS })
    for (let strike = 1; strike <= Math.min(strikesMax, STRIKES_A_SITE); strike++) {
      const nth = scene.between(1, SNAPSHOT_CALLS_MAX + 1)
      const fault = scene.oneOf(KILLS)
      const victim = VICTIMS[strike % VICTIMS.length]!
      const where = `${fault} call ${nth} of a snapshot: ${victim}`
      const place = { pattern: '*/snapshots*', from: '*/snapshots/*.new' }
      shim.arm({ on: On.All, ...place, fault, nth, value: valueFor(victim, site) })
      scene.tally.strikes++
      await strikeChild(scene, { site, shim, victim, where })
    }
    await site.trade(0)
    await site.close('at the end')
  },
}

const RETAINED = { ...QUICK, keepGiB: 0.002 }

/** The oldest segments go: at random moments, and exactly when one is deleted. The archive knows what was in them. */
const killAtRetention: CrashCase = {
  name: 'kill-at-retention',
  strikes: { long: 30, short: 1 },
  missing: missingShim,
  async run(scene, strikesMax) {
    const shim = FaultShim.make(scene)
    const site = await Site.open(scene, { env: shim.env, journal: RETAINED, pauseMs: PAUSE_MS })
    for (let strike = 1; strike <= Math.min(strikesMax, STRIKES_A_SITE); strike++) {
      const fault = scene.oneOf(KILLS)
      const victim = VICTIMS[strike % VICTIMS.length]!
      // Of each segment two files go: its own, and LMDB's table of readers.
      const nth = scene.between(1, 3)
      const where = `${fault} deletion ${nth} of a segment: ${victim}`
      const value = valueFor(victim, site)
      shim.arm({ on: On.Unlink, pattern: '*/journal/*', fault, nth, value })
      scene.tally.strikes++
      await strikeChild(scene, { site, shim, victim, where })
    }
    await site.trade(0)
    await site.close('at the end')
    const first = listSegments(site.dataDir)[0]!.firstSequence
    if (first === 1) scene.tally.fail('retention', ['the first segment is still there'])
  },
}

interface ChildStrike {
  readonly site: Site
  readonly shim: FaultShim
  readonly victim: Victim
  readonly where: string
}

/** The call is made by the child: as FaultOrders.value has it. */
function valueFor(victim: Victim, { exchange }: Site): number {
  if (victim === 'child') return 0
  return victim === 'both' ? exchange.pid : -exchange.pid
}

/** An exchange whose child has died goes on, says so, and takes another snapshot; else it comes back. */
async function strikeChild(
  scene: Scene,
  { site, shim, victim, where }: ChildStrike,
): Promise<void> {
  if (victim !== 'child') {
    await untilGone(site)
    if (site.exchange.isRunning) scene.tally.fail(where, ['nothing of the kind under load'])
    return goOn(site, shim, where)
  }
  await until(site, () => shim.fired > 0)
  if (shim.fired === 0) scene.tally.fail(where, ['nothing of the kind under load'])
  shim.disarm()
  const [before] = listSnapshots(site.dataDir)
  const isNewer = (): boolean =>
    (listSnapshots(site.dataDir)[0]?.sequence ?? 0) > (before?.sequence ?? 0)
  await until(site, isNewer)
  if (!isNewer()) scene.tally.fail(where, ['no other snapshot came'])
  if (!site.exchange.stderr.includes('"event":"snapshot.failed"')) {
    scene.tally.fail(where, [`it did not say snapshot.failed: ${site.exchange.stderr}`])
  }
}

async function goOn(site: Site, shim: FaultShim, where: string): Promise<void> {
  if (site.exchange.isRunning) await site.kill()
  await site.exchange.ended
  shim.disarm()
  await site.examine(where)
  await site.start()
}

const untilGone = (site: Site): Promise<void> => until(site, () => false)

async function until(site: Site, isSo: () => boolean): Promise<void> {
  const endMs = performance.now() + FIRES_MS_MAX
  while (site.exchange.isRunning && !isSo() && performance.now() < endMs) await sleep(LOOK_MS)
}

export const SEGMENT_CASES: readonly CrashCase[] = [killAtRoll, killAtSnapshot, killAtRetention]
