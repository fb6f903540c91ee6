/** The power goes: what was not synced is gone, and what was acknowledged is not. */
import { join } from 'node:path'
import { autopsy } from './autopsy.ts'
import type { CrashCase } from './crash-case.ts'
import { Site } from './site.ts'
import { LoopVolume, missingLoopVolume } from './volume.ts'

const LOAD_MS_MAX = 500
const CUTS_A_SITE = 5
/** process-crash syncs each 100 to 200 ms, and a sync of a loop device may take as long again. */
const UNSYNCED_MS_MAX = 1_000

const powerLoss: CrashCase = {
  name: 'power-loss',
  strikes: { long: 50, short: 1 },
  missing: missingLoopVolume,
  async run(scene, strikesMax) {
    const volume = LoopVolume.make(scene)
    const site = await Site.open(scene, { dataDir: join(volume.path, 'data') })
    for (let cut = 1; cut <= Math.min(strikesMax, CUTS_A_SITE); cut++) {
      const afterMs = scene.between(0, LOAD_MS_MAX)
      await site.trade(afterMs)
      volume.cut()
      await site.kill()
      await volume.powerUp()
      scene.tally.strikes++
      await site.examine(`cut ${cut} after ${afterMs} ms`)
      await site.start()
    }
    await site.trade(0)
    await site.close('at the end')
  },
}

/** Without syncs the same cut must lose what was acknowledged, and the same checker must see it: else neither bites. */
const powerLossControl: CrashCase = {
  name: 'power-loss-control',
  strikes: { long: 3, short: 1 },
  missing: missingLoopVolume,
  async run(scene) {
    const volume = LoopVolume.make(scene)
    const dataDir = join(volume.path, 'data')
    const site = await Site.open(scene, { dataDir, durability: 'none' })
    await site.trade(LOAD_MS_MAX)
    volume.cut()
    await site.kill()
    await volume.powerUp()
    scene.tally.strikes++
    const found = await autopsy(dataDir)
    const lost = site.lost(found).length
    if (lost === 0) {
      scene.tally.fail('control', ['nothing was lost without a sync: the cut is none'])
    }
    scene.tally.note('acknowledged without a sync', site.answered)
    scene.tally.note('of these lost, as they must be', lost)
    scene.tally.note('refused', found.problem === undefined ? 0 : 1)
  },
}

/** process-crash promises nothing of its last moments here, and never a wrong journal: the tail is gone, or all is refused. */
const powerLossUnsynced: CrashCase = {
  name: 'power-loss-lazy-sync',
  strikes: { long: 15, short: 0 },
  missing: missingLoopVolume,
  async run(scene) {
    const volume = LoopVolume.make(scene)
    const dataDir = join(volume.path, 'data')
    const site = await Site.open(scene, { dataDir, durability: 'process-crash' })
    await site.trade(UNSYNCED_MS_MAX + scene.between(0, LOAD_MS_MAX))
    const cutMs = performance.now()
    volume.cut()
    await site.kill()
    await volume.powerUp()
    scene.tally.strikes++
    const found = await autopsy(dataDir)
    if (found.problem !== undefined) {
      scene.tally.note('refused', 1)
      return
    }
    scene.tally.note('whole', 1)
    scene.tally.note('of the last second lost', site.lost(found).length)
    site.compare('cut', found, cutMs - UNSYNCED_MS_MAX)
  },
}

export const POWER_CASES: readonly CrashCase[] = [powerLossControl, powerLoss, powerLossUnsynced]
