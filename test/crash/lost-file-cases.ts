/**
 * Files of a stopped exchange are cut short, exchanged, older than others, or gone: what a half-done copy, a careless
 * restore or a file system that lost its end leave behind. It is refused in one line, or nothing is missing.
 */
import { cpSync, lstatSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { OrderEntryClient } from '../../client/client.ts'
import { listSnapshots } from '../../storage/snapshot-files.ts'
import type { ExchangeProcess } from '../exchange/premises.ts'
import { type Autopsy, autopsy, recovered } from './autopsy.ts'
import type { CrashCase, Scene } from './crash-case.ts'
import { type Copies, type FirstStep, MISHAPS, type Mishap, type Verdict } from './mishaps.ts'
import { Site } from './site.ts'

/** Exit status of a start on a damaged or a missing journal. */
const REFUSALS = [4, 5]
const STOPPED = 143
const LOAD_MS_MAX = 200
const LIVES = 4
/** What a client that has forgotten all is told within, or the exchange has met what is damaged. */
const REREADS_MS = 300

const lostFiles: CrashCase = {
  name: 'lost-files',
  strikes: { long: 3 * MISHAPS.length, short: 3 },
  async run(scene, strikesMax) {
    const ground = await Ground.prepare(scene)
    for (const mishap of drawn(scene, strikesMax)) {
      scene.tally.strikes++
      await ground.strike(mishap)
    }
  },
}

/** All of them in a whole round, some in a part of one. */
function drawn(scene: Scene, strikesMax: number): Mishap[] {
  const left = [...MISHAPS]
  while (left.length > strikesMax) left.splice(scene.between(0, left.length), 1)
  return left
}

class Ground {
  readonly #scene: Scene
  readonly #site: Site
  readonly #copies: Copies
  readonly #newer: Autopsy
  readonly #older: Autopsy

  static async prepare(scene: Scene): Promise<Ground> {
    const other = await Site.open(scene)
    await other.trade(0)
    await other.exchange.end('SIGTERM')
    await snapshot(other, other.dataDir)
    const site = await Site.prepare(scene)
    const copies = await fourLives(scene, site, other.dataDir)
    const [newer, older] = await Promise.all([autopsy(copies.newer), autopsy(copies.older)])
    return new Ground(scene, site, copies, newer, older)
  }

  private constructor(scene: Scene, site: Site, copies: Copies, newer: Autopsy, older: Autopsy) {
    this.#scene = scene
    this.#site = site
    this.#copies = copies
    this.#newer = newer
    this.#older = older
  }

  async strike(mishap: Mishap): Promise<void> {
    const { newer, at } = this.#copies
    rmSync(at, { recursive: true, force: true })
    cpSync(newer, at, { recursive: true })
    mishap.happens(this.#copies, this.#scene)
    await this.#verify(mishap)
    await this.#recover(mishap)
    await this.#start(mishap)
  }

  async #verify({ name, verify, isOlder, isTrimmed }: Mishap): Promise<void> {
    const { problem, content } = await autopsy(this.#copies.at, 'content')
    this.#scene.tally.note(problem === undefined ? 'verify whole' : 'verify refused', 1)
    this.#judge(`${name}: verify`, verify, problem)
    const before = isOlder ? this.#older : this.#newer
    if (problem === undefined && !isTrimmed && content !== before.content) {
      this.#scene.tally.miss(name, ['the journal is another, and nobody says so'])
    }
  }

  async #recover({ name, start, isOlder }: Mishap): Promise<void> {
    const { problem, stateHash } = await recovered(this.#copies.at)
    const before = isOlder ? this.#older : this.#newer
    if (problem === undefined && stateHash !== before.stateHash) {
      this.#scene.tally.miss(name, [`it leads to ${stateHash}, not to ${before.stateHash}`])
    }
    if (start === 'whole' && problem !== undefined) this.#scene.tally.fail(name, [problem])
  }

  /** Refused in one line, and never open; or open, and then it tells a client all that it ever told, or ends with a line. */
  async #start({ name, start, from, says }: Mishap): Promise<void> {
    const { tally } = this.#scene
    const exchange = this.#site.premises.launch({ dataDir: this.#copies.at })
    const isOpen = await exchange.untilOpen().then(
      () => true,
      () => false,
    )
    tally.note(isOpen ? 'start whole' : 'start refused', 1)
    if (isOpen) {
      await reread(exchange)
      if (from !== undefined) this.#compareFirstStep(name, exchange, from)
    }
    const isAlive = exchange.isRunning
    const { status, signal, stderr } = isAlive
      ? await exchange.end('SIGTERM')
      : await exchange.ended
    this.#judge(`${name}: start`, start, isOpen ? undefined : stderr)
    const isRefusal = REFUSALS.includes(status ?? 0)
    if (isOpen && start === 'whole' && status !== STOPPED)
      tally.fail(name, [`${status}: ${stderr}`])
    if (!isRefusal && status !== STOPPED)
      tally.fail(name, [`start: ${status ?? signal}: ${stderr}`])
    if (isOpen) return
    if (!/^tradsys: [^\n]+\n$/m.test(stderr)) tally.fail(name, [`no line of its own: ${stderr}`])
    if (says !== undefined && !says.test(stderr)) tally.fail(name, [stderr])
  }

  #compareFirstStep(name: string, { stderr }: ExchangeProcess, from: FirstStep): void {
    const [newest, before] = listSnapshots(this.#copies.newer).map(({ sequence }) => sequence)
    const expected = { newest, before, none: 0 }[from]
    const line = stderr.split('\n').find((text) => text.includes('"exchange.recovered"')) ?? '{}'
    const { snapshot: first } = JSON.parse(line) as { readonly snapshot?: number }
    if (first === expected) return
    this.#scene.tally.fail(name, [`it began with snapshot ${first}, not with ${expected}`])
  }

  #judge(where: string, verdict: Verdict, problem: string | undefined): void {
    const { tally } = this.#scene
    if (verdict === 'refused' && problem === undefined) tally.miss(where, ['it is not refused'])
    if (verdict === 'whole' && problem !== undefined) tally.fail(where, [`refused: ${problem}`])
  }
}

/** As a client does that has forgotten all: it asks for reports that are in the oldest segments. */
async function reread(exchange: ExchangeProcess): Promise<void> {
  const address = { host: '127.0.0.1', port: exchange.orderEntryPort, compId: 'NORTH' }
  // Refused where what it asks for is not there: what counts is what becomes of the exchange.
  const client = await OrderEntryClient.connect({ ...address, nextReportNumber: 1 }).catch(
    () => undefined,
  )
  const endMs = performance.now() + REREADS_MS
  while (exchange.isRunning && performance.now() < endMs) await sleep(5)
  client?.abort()
}

/** Segments by restarts and snapshots by command: which are there is no matter of time. */
async function fourLives(scene: Scene, site: Site, foreign: string): Promise<Copies> {
  const { directory } = site.premises
  const place = (name: string): string => join(directory, name)
  const copies = {
    ...{ newer: place('newer'), older: place('older'), oldest: place('oldest') },
    ...{ ahead: place('ahead'), foreign, at: place('at') },
  }
  for (let life = 1; life <= LIVES; life++) {
    await site.start()
    await site.trade(scene.between(0, LOAD_MS_MAX))
    if (life === 2) copyWhileStopped(site, copies.oldest)
    if (life === LIVES) copyWhileStopped(site, copies.older)
    await site.trade(0)
    if (life === LIVES) await site.close('before the mishaps')
    else {
      await site.exchange.end('SIGTERM')
      await snapshot(site, site.dataDir)
    }
  }
  cpSync(site.dataDir, copies.newer, { recursive: true })
  cpSync(site.dataDir, copies.ahead, { recursive: true })
  await snapshot(site, copies.ahead)
  return copies
}

/** As a kill at this moment would leave it. */
function copyWhileStopped(site: Site, to: string): void {
  process.kill(site.exchange.pid, 'SIGSTOP')
  try {
    cpSync(site.dataDir, to, { recursive: true, filter: isNoSocket })
  } finally {
    process.kill(site.exchange.pid, 'SIGCONT')
  }
}

/** Where the exchange hears its operator: it means nothing in a copy, and cannot be copied. */
const isNoSocket = (path: string): boolean => !lstatSync(path).isSocket()

async function snapshot(site: Site, dataDir: string): Promise<void> {
  const { status, stderr } = await site.premises.run(['snapshot', '--data-dir', dataDir, '--json'])
  if (status !== 0) throw new Error(`no snapshot: ${stderr}`)
}

export const LOST_FILE_CASES: readonly CrashCase[] = [lostFiles]
