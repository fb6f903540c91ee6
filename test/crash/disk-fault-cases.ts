/**
 * The disk says no, says half, or says nothing for a while. The exchange must end by itself with the cause in one line,
 * must not have told anybody of what is not on the disk, and recovers once the disk is well.
 */
import { spawnSync } from 'node:child_process'
import { rmSync, statfsSync, statSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { OrderEntryClient, Side } from '../../client/client.ts'
import { listSegments } from '../../storage/segment-files.ts'
import type { CrashCase, Scene } from './crash-case.ts'
import { Fault, type FaultOrders, FaultShim, missingShim, On } from './fault-shim.ts'
import { Site } from './site.ts'
import { missingSmallVolume, smallVolume } from './volume.ts'

const { EIO, ENOSPC } = constants.errno
/** Calls on the way to the disk in some tenths of a second of load. */
const CALLS_MAX = 40
const RARE_CALLS_MAX = 6
/** A start has some ten. */
const START_CALLS_MAX = 12
const FIRES_MS_MAX = 10_000
const HANGS_MS = 120_000
const GOES_ON_MS = 300
/** A directory serves so many: its log is run again after each of them. */
const STRIKES_A_SITE = 5
const DURABILITIES = ['power-loss', 'process-crash'] as const
const PATTERNS = ['*/journal/*.mdb', '*/journal/head.mark'] as const
/** What an exchange says that cannot write. */
const CANNOT_WRITE = /write-failed|disk-full|journal-stopped/
/** And what one says that cannot open. LMDB writes a line of its own before it, and does not end it. */
const CANNOT_OPEN = /tradsys: .*(EIO|Input\/output error)|exchange\.halted/

/**
 * LMDB writes its message about a failed write into a buffer of 100 bytes that it may overrun (mdb_page_flush), and the C
 * library may end the process for it. By then LMDB has said on stderr what failed, and nothing after it is committed.
 */
const LMDB_MAY_CRASH = { mayCrash: /Write error: / } as const

/** lmdb-js ends by SIGSEGV where the first write of a new file fails. It is tried before (segment.ts), but may fail just then. */
const LMDB_MAY_CRASH_AT_ONCE = { mayCrash: /^/ } as const

/** Under load, at a call that the seed draws, the disk does `fault`. */
function failing(
  name: string,
  strikes: CrashCase['strikes'],
  orders: (scene: Scene) => Pick<FaultOrders, 'on' | 'fault' | 'value' | 'sticky'>,
): CrashCase {
  return {
    name,
    strikes,
    missing: missingShim,
    async run(scene, strikesMax) {
      const shim = FaultShim.make(scene)
      const site = await Site.open(scene, { env: shim.env })
      for (let strike = 1; strike <= Math.min(strikesMax, STRIKES_A_SITE); strike++) {
        const { durability } = site
        const pattern = scene.oneOf(PATTERNS)
        const drawn = orders(scene)
        // A mark is written ten times a second at most, and process-crash syncs as seldom.
        const isRare =
          pattern.endsWith('mark') || (drawn.on === On.Sync && durability === 'process-crash')
        const nth = scene.between(1, isRare ? RARE_CALLS_MAX : CALLS_MAX)
        shim.arm({ ...drawn, pattern, nth })
        const call = `${drawn.on} ${nth} of ${pattern}`
        const where = `${durability}: ${drawn.fault} (${drawn.value}) ${call}`
        await untilFired(site, shim)
        scene.tally.strikes++
        if (shim.fired === 0) scene.tally.fail(where, [`no such call within ${FIRES_MS_MAX} ms`])
        if (drawn.fault === Fault.Short && pattern.endsWith('mark')) await endSoon(site)
        else await site.mustEndItself(where, CANNOT_WRITE, LMDB_MAY_CRASH)
        shim.disarm()
        await site.examine(where)
        site.durability = scene.oneOf(DURABILITIES)
        await site.start()
      }
      await site.trade(0)
      await site.close('at the end')
    },
  }
}

async function untilFired(site: Site, shim: FaultShim): Promise<void> {
  const endMs = performance.now() + FIRES_MS_MAX
  while (shim.fired === 0 && site.exchange.isRunning && performance.now() < endMs) await sleep(5)
}

/** Node writes what a short write has left, so it may go on; a mark torn by that would show when it is opened again. */
async function endSoon(site: Site): Promise<void> {
  await site.trade(GOES_ON_MS)
  if (site.exchange.isRunning) await site.kill()
}

const syncFails = failing('sync-fails', { long: 30, short: 1 }, (scene) => ({
  on: On.Sync,
  fault: Fault.Fail,
  value: EIO,
  // The one that fails is enough: a kernel forgets the error once it is told.
  sticky: scene.random() < 0.5,
}))

const writeFails = failing('write-fails', { long: 30, short: 1 }, (scene) => ({
  on: On.Write,
  fault: Fault.Fail,
  value: scene.oneOf([EIO, ENOSPC]),
  sticky: scene.random() < 0.5,
}))

const writeShort = failing('write-short', { long: 30, short: 0 }, (scene) => ({
  on: On.Write,
  fault: Fault.Short,
  value: scene.between(0, 100),
}))

/** A disk that fails while the exchange opens: it does not open, and says why. */
const failsAtStart: CrashCase = {
  name: 'fails-at-start',
  strikes: { long: 20, short: 0 },
  missing: missingShim,
  async run(scene, strikesMax) {
    const shim = FaultShim.make(scene)
    const site = await Site.open(scene, { env: shim.env })
    await site.trade(0)
    await site.kill()
    for (let strike = 1; strike <= Math.min(strikesMax, STRIKES_A_SITE); strike++) {
      const nth = scene.between(1, START_CALLS_MAX)
      const on = scene.oneOf([On.Write, On.Sync])
      shim.arm({ on, pattern: '*/data/*', fault: Fault.Fail, value: EIO, nth, sticky: true })
      const where = `${on} ${nth} of a start`
      site.launch()
      // An end instead is what the case is about.
      await site.exchange.untilOpen().catch(() => undefined)
      scene.tally.strikes++
      // A start has fewer calls than that: the first orders would meet the fault.
      if (shim.fired === 0 && site.exchange.isRunning) await site.kill()
      else await site.mustEndItself(where, CANNOT_OPEN, LMDB_MAY_CRASH_AT_ONCE)
      scene.tally.note('refused to open', shim.fired > 0 ? 1 : 0)
      shim.disarm()
      await site.examine(where)
    }
    await site.start()
    await site.close('at the end')
  },
}

/**
 * A sync that does not come back: the watchdog sees the thread that waits for it, and where the call cannot be ended from
 * within, the exchange kills itself. Half a minute is too long for the short form.
 */
const syncHangs: CrashCase = {
  name: 'sync-hangs',
  strikes: { long: 2, short: 0 },
  missing: missingShim,
  async run(scene) {
    const shim = FaultShim.make(scene)
    const site = await Site.open(scene, { env: shim.env })
    await site.trade(0)
    const hanging = { on: On.Sync, pattern: '*.mdb', fault: Fault.Delay, value: HANGS_MS }
    shim.arm({ ...hanging, nth: scene.between(1, RARE_CALLS_MAX) })
    await site.mustEndItself('a sync that hangs', /exchange\.halted.*thread\.hangs/, {
      mayKillItself: true,
    })
    scene.tally.strikes++
    if (shim.fired === 0) scene.tally.fail('a sync that hangs', ['no sync hung'])
    shim.disarm()
    await site.examine('a sync that hangs')
    await site.start()
    await site.close('at the end')
  },
}

const SLOW_MS = 300
const ASIDE = { symbol: 'ETHUSDT', side: Side.Buy, lots: 3, priceTicks: 290_000 } as const
const ASIDE_DEPTH = '/api/v3/depth?symbol=ETHUSDT'

/** A sync takes 300 ms: nobody hears of an order before it is over, by report or by market data. */
const slowSync: CrashCase = {
  name: 'slow-sync',
  strikes: { long: 10, short: 1 },
  missing: missingShim,
  async run(scene) {
    const shim = FaultShim.make(scene)
    const site = await Site.open(scene, { env: shim.env })
    await site.trade(0)
    const client = await OrderEntryClient.connect({
      ...{ host: '127.0.0.1', port: site.exchange.orderEntryPort, compId: 'ASIDE' },
    })
    const slow = { on: On.Sync, pattern: '*.mdb', fault: Fault.Delay, value: SLOW_MS }
    shim.arm({ ...slow, nth: 1, sticky: true })
    const sentMs = performance.now()
    const reported = client
      .request({ ...ASIDE, clOrdId: 'aside-1' })
      .then(() => performance.now() - sentMs)
    const shown = untilShown(site).then(() => performance.now() - sentMs)
    const [reportedMs, shownMs] = await Promise.all([reported, shown])
    scene.tally.strikes++
    const early = Object.entries({ reportedMs, shownMs }).filter(([, ms]) => ms < SLOW_MS)
    for (const [what, ms] of early) scene.tally.miss('slow sync', [`${what} ${ms.toFixed(0)}`])
    if (shim.fired === 0) scene.tally.fail('slow sync', ['no sync was slow'])
    client.abort()
    await site.trade(scene.between(0, 2 * SLOW_MS))
    await site.kill()
    shim.disarm()
    await site.examine('killed in a slow sync')
    await site.start()
    await site.close('at the end')
  },
}

async function untilShown(site: Site): Promise<void> {
  for (;;) {
    const depth = (await site.exchange.get(ASIDE_DEPTH)) as { readonly bids: readonly unknown[] }
    if (depth.bids.length > 0) return
    await sleep(5)
  }
}

const SMALL_MIB = 96
const LOW_RESERVE_MIB = 32
/** What is left: less than a sixteenth of the reserve, which the guard sees; or nothing, so that LMDB meets it first. */
const LEFT_MIB = { 'all but all': 1, all: 0 } as const
const BETWEEN_MIB = 16
/** The guard looks with each sync: ten times a second, under load and without. */
const LOOKS_MS_MAX = 10_000

const smallSite = async (
  scene: Scene,
): Promise<{ readonly site: Site; readonly ballast: string }> => {
  const volume = smallVolume(scene, SMALL_MIB)
  const site = await Site.open(scene, {
    ...{ dataDir: join(volume, 'data'), durability: scene.oneOf(DURABILITIES) },
    journal: { reserveMiB: LOW_RESERVE_MIB },
  })
  await site.trade(scene.between(0, 200))
  return { site, ballast: join(volume, 'ballast') }
}

const diskFull: CrashCase = {
  name: 'disk-full',
  strikes: { long: 10, short: 1 },
  missing: missingSmallVolume,
  async run(scene) {
    const { site, ballast } = await smallSite(scene)
    const way = scene.oneOf(['all but all', 'all'] as const)
    fill(ballast, LEFT_MIB[way])
    await site.mustEndItself(`disk full: ${way}`, CANNOT_WRITE, LMDB_MAY_CRASH)
    scene.tally.strikes++
    rmSync(ballast)
    await site.examine(`disk full: ${way}`)
    await site.start()
    await site.trade(0)
    await site.close('with room again')
  },
}

/** Down to the reserve: new orders are refused before they come to the log, cancels are taken; with room all is as before. */
const diskLow: CrashCase = {
  name: 'disk-low',
  strikes: { long: 10, short: 1 },
  missing: missingSmallVolume,
  async run(scene) {
    const { site, ballast } = await smallSite(scene)
    for (let time = 1; time <= 2; time++) {
      fill(ballast, BETWEEN_MIB)
      const refusedBefore = site.refused
      await untilSo(() => site.refused > refusedBefore)
      const [refused, taken] = [site.refused, site.taken]
      await site.trade(GOES_ON_MS)
      if (site.refused === refused) scene.tally.fail('disk low', ['no order was refused'])
      if (site.taken === taken) scene.tally.fail('disk low', ['no cancel was taken'])
      rmSync(ballast)
      await untilSo(() => isReady(site))
      // What was sent before the guard had looked again may be refused yet.
      await site.trade(0)
      const refusedThen = site.refused
      await site.trade(GOES_ON_MS)
      if (site.refused !== refusedThen) scene.tally.fail('room again', ['an order was refused'])
    }
    scene.tally.strikes++
    scene.tally.note('refused', site.refused)
    await site.kill()
    await site.examine('disk low, then killed')
    await site.start()
    await site.trade(0)
    await site.close('with room again')
  },
}

async function isReady(site: Site): Promise<boolean> {
  const { status } = (await site.exchange.get('/readyz')) as { readonly status: string }
  return status === 'ready'
}

async function untilSo(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = performance.now() + LOOKS_MS_MAX
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`not within ${LOOKS_MS_MAX} ms: ${isSo}`)
    await sleep(5)
  }
}

function fill(path: string, leaveMib: number): void {
  const { bavail, bsize } = statfsSync(dirname(path))
  const piece = Buffer.alloc(2 ** 20)
  const mib = Math.ceil((bavail * bsize) / 2 ** 20) - leaveMib
  for (let written = 0; written < mib; written++) {
    try {
      writeFileSync(path, piece, { flag: 'a' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return
      throw error
    }
  }
}

/** As `ulimit -f` would, while it runs. */
const fileSizeLimit: CrashCase = {
  name: 'file-size-limit',
  strikes: { long: 10, short: 0 },
  missing: () =>
    spawnSync('prlimit', ['--version']).error === undefined ? undefined : 'no prlimit',
  async run(scene) {
    const site = await Site.open(scene, { durability: scene.oneOf(DURABILITIES) })
    await site.trade(0)
    const { size } = statSync(listSegments(site.dataDir).at(-1)!.path)
    const limit = size + scene.between(0, 64) * 4096 + scene.between(0, 4096)
    spawnSync('prlimit', ['--pid', String(site.exchange.pid), `--fsize=${limit}`])
    await site.mustEndItself('file size limit', CANNOT_WRITE, LMDB_MAY_CRASH)
    scene.tally.strikes++
    await site.examine('file size limit')
    await site.start()
    await site.trade(0)
    await site.close('without the limit')
  },
}

export const DISK_FAULT_CASES: readonly CrashCase[] = [
  syncFails,
  writeFails,
  writeShort,
  failsAtStart,
  slowSync,
  syncHangs,
  diskFull,
  diskLow,
  fileSizeLimit,
]
