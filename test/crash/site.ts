/**
 * Where a case happens: a data directory, an exchange that comes and goes on it, and two traders who remember.
 *
 *   traders ══ ledgers          the suite's process: nothing that strikes the exchange reaches them
 *      │ TCP
 *   exchange ──▶ data directory     what is struck
 *      ▼
 *   examine(): autopsy ∥ recovery, held against the ledgers
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Ended, type ExchangeProcess, freePorts, Premises } from '../exchange/premises.ts'
import { Archive } from './archive.ts'
import { type Autopsy, autopsy, type Recovered, recovered } from './autopsy.ts'
import type { Scene } from './crash-case.ts'
import { Ledger } from './ledger.ts'
import { RecordingTrader } from './recording-trader.ts'

export interface SiteOptions {
  /** @default one of its own, in the temporary directory */
  readonly dataDir?: string
  /** @default 'power-loss' */
  readonly durability?: Durability
  readonly env?: Readonly<Record<string, string>>
  /** Of the configuration's `journal`; what is not said is small enough for the volumes of these cases. */
  readonly journal?: JournalConfig
  /** Of a trader, from one burst to the next. @default 1 */
  readonly pauseMs?: number
}

/** Ends that are no exit of its own, each with what it must have said. */
interface OtherEnds {
  /** SIGKILL, with the same words as an exit. */
  readonly mayKillItself?: boolean
  /** In native code, with these: SIGABRT, or SIGSEGV. */
  readonly mayCrash?: RegExp
}

type JournalConfig = Readonly<Record<string, number>>

/** Segments roll every second or two, and snapshots come as often: some seconds of load have all that a day has. */
export const QUICK: JournalConfig = { segmentMiB: 1, snapshotCommands: 100, snapshotSeconds: 0.5 }

const RESERVE_MIB = 16

export type Durability = 'power-loss' | 'process-crash' | 'none'

const COMP_IDS = ['NORTH', 'SOUTH']
/** Answers after which the load is under way. */
const BUSY_ANSWERS = 40
const BUSY_MS_MAX = 60_000
/** An exchange that cannot go on ends within so many ms: the longest way is a hung thread's. */
const ENDS_MS_MAX = 30_000

export class Site {
  readonly premises: Premises
  readonly dataDir: string
  exchange!: ExchangeProcess
  /** Further environment of the next lives. */
  env: Readonly<Record<string, string>>
  durability: Durability
  readonly #scene: Scene
  readonly #config: string
  /** Where the exchange deletes what is old. */
  readonly #archive: Archive | undefined
  readonly #pauseMs: number
  readonly #ports: { readonly orderEntryPort: number; readonly marketDataPort: number }
  readonly #ledgers: readonly Ledger[]
  #traders: RecordingTrader[] = []

  /** An exchange with open doors, under load. */
  static async open(scene: Scene, options: SiteOptions = {}): Promise<Site> {
    const site = await Site.prepare(scene, options)
    await site.start()
    return site
  }

  /** The place alone: nothing runs yet. */
  static async prepare(scene: Scene, options: SiteOptions = {}): Promise<Site> {
    const site = new Site(scene, options, await freePorts())
    scene.after(() => {
      for (const trader of site.#traders) trader.abandon()
    })
    return site
  }

  private constructor(
    scene: Scene,
    options: SiteOptions,
    ports: Awaited<ReturnType<typeof freePorts>>,
  ) {
    this.#scene = scene
    this.premises = new Premises(scene)
    this.dataDir = options.dataDir ?? this.premises.dataDir
    this.durability = options.durability ?? 'power-loss'
    this.env = options.env ?? {}
    this.#pauseMs = options.pauseMs ?? 1
    this.#ports = ports
    const journal = { reserveMiB: RESERVE_MIB, ...options.journal }
    this.#config = this.premises.file('site.yaml', JSON.stringify({ journal }))
    this.#archive =
      'keepGiB' in journal ? Archive.begin(scene, this.dataDir, this.premises) : undefined
    this.#ledgers = COMP_IDS.map((compId, index) => new Ledger(compId, scene.seed * 2 + index))
  }

  get refused(): number {
    return this.#ledgers.reduce((sum, { refusedCount }) => sum + refusedCount, 0)
  }

  /** Answered by a report: it came to the log. */
  get taken(): number {
    return this.answered - this.refused
  }

  get answered(): number {
    return this.#ledgers.reduce((sum, { answeredCount }) => sum + answeredCount, 0)
  }

  /** A life of the exchange, not waited for. */
  launch(): ExchangeProcess {
    if (this.#scene.isOver) throw new Error('the scene is over')
    this.exchange = this.premises.launch({
      ...this.#ports,
      dataDir: this.dataDir,
      flags: ['-c', this.#config, '--durability', this.durability, '-q'],
      env: this.env,
    })
    return this.exchange
  }

  /** Doors open; the traders are told all they were told before, and go on. */
  async start(): Promise<void> {
    await this.launch().untilOpen()
    if (this.#traders.length === 0) {
      for (const ledger of this.#ledgers) {
        const trader = await RecordingTrader.start({
          ...{ ledger, port: this.#ports.orderEntryPort, pauseMs: this.#pauseMs },
          rereads: this.#archive === undefined,
        })
        this.#traders.push(trader)
      }
      return
    }
    for (const trader of this.#traders) await trader.comeBack()
  }

  /** What is sent from now on is answered, and so for `ms` more; at once if the exchange ends. */
  async trade(ms: number): Promise<void> {
    const before = this.#ledgers.reduce((sum, { sent }) => sum + sent, 0)
    const endMs = performance.now() + BUSY_MS_MAX
    while (this.answered < before + BUSY_ANSWERS) {
      if (!this.exchange.isRunning) return
      if (performance.now() > endMs) throw new Error(`no answers within ${BUSY_MS_MAX} ms`)
      await sleep(2)
    }
    const untilMs = performance.now() + ms
    while (this.exchange.isRunning && performance.now() < untilMs) {
      await sleep(Math.min(20, Math.max(1, untilMs - performance.now())))
    }
  }

  async kill(): Promise<void> {
    await this.exchange.end('SIGKILL')
  }

  /** It ends by itself; undefined if it has not, and then it is killed. */
  async untilEnded(msMax = ENDS_MS_MAX): Promise<Ended | undefined> {
    const endMs = performance.now() + msMax
    while (this.exchange.isRunning && performance.now() < endMs) await sleep(5)
    if (this.exchange.isRunning) {
      await this.kill()
      return undefined
    }
    return this.exchange.ended
  }

  /** It must end by itself, by a status that is no success or by a signal that `may` allows, and say why. */
  async mustEndItself(where: string, saying: RegExp, may: OtherEnds = {}): Promise<void> {
    const { tally } = this.#scene
    const ended = await this.untilEnded()
    if (ended === undefined) {
      tally.fail(where, [`the exchange did not end within ${ENDS_MS_MAX} ms`])
      return
    }
    const { status, signal, stderr } = ended
    const isCrash = signal === 'SIGABRT' || signal === 'SIGSEGV'
    if (isCrash && may.mayCrash?.test(stderr)) return tally.note('crashed', 1)
    const isKnown = signal === null ? status !== 0 : may.mayKillItself && signal === 'SIGKILL'
    if (!isKnown) tally.fail(where, [`it ended with ${status ?? signal}: ${lastLines(stderr)}`])
    if (!saying.test(stderr)) tally.fail(where, [`it did not say ${saying}: ${lastLines(stderr)}`])
  }

  /**
   * What the stopped exchange has left, against what the traders were told. Returns what was found, for those who know
   * more.
   */
  async examine(where: string): Promise<Autopsy & { readonly recovery: Recovered }> {
    const { tally } = this.#scene
    const [found, recovery] = await Promise.all([
      autopsy(this.#archive?.ofNow() ?? this.dataDir),
      recovered(this.dataDir),
    ])
    const examined = { ...found, recovery }
    if (found.problem !== undefined) {
      tally.fail(where, [`refused: ${found.problem}`])
      return examined
    }
    if (recovery.stateHash !== found.stateHash) {
      const what = recovery.problem ?? recovery.stateHash
      tally.fail(where, [`recovered to ${what}, without a stop it is ${found.stateHash}`])
    }
    // Each was proved before it had its name, and nobody damages one where this is asked.
    tally.fail(where, recovery.refused ?? [])
    this.compare(where, found)
    return examined
  }

  /** The ledgers' part of `examine`: what was answered before `untilMs` must be there. */
  compare(where: string, { requests = [] }: Autopsy, untilMs?: number): void {
    const { tally } = this.#scene
    for (const ledger of this.#ledgers) {
      const own = requests.filter((line) => line.startsWith(`${ledger.compId}-`))
      const owed = ledger.owed(own, untilMs)
      tally.lose(where, owed.lost)
      tally.double(where, [...owed.doubled, ...ledger.doubled.splice(0)])
      tally.fail(where, [...owed.wrong, ...ledger.wrong.splice(0)])
    }
  }

  /** What was answered and is not there, for a case in which that is no finding. */
  lost({ requests = [] }: Autopsy): string[] {
    return this.#ledgers.flatMap((ledger) => {
      const own = requests.filter((line) => line.startsWith(`${ledger.compId}-`))
      return ledger.owed(own).lost
    })
  }

  /** All that is sent is answered, the exchange seals its journal at a signal, and the whole is as it should be. */
  async close(where: string): Promise<void> {
    const { tally } = this.#scene
    for (const trader of this.#traders) await trader.finish()
    const { status, stderr } = await this.exchange.end('SIGTERM')
    if (status !== 143) tally.fail(where, [`SIGTERM ended it with ${status}: ${lastLines(stderr)}`])
    await this.examine(`${where}, sealed`)
    const place = ['--data-dir', this.dataDir, '--json', '--no-progress']
    const replayed = await this.premises.run(['replay', '--verify', ...place])
    if (replayed.status !== 0) tally.fail(where, [`replay --verify: ${replayed.stderr}`])
    const unanswered = this.#ledgers.filter(({ sent, answeredCount }) => sent !== answeredCount)
    for (const { compId, sent, answeredCount } of unanswered) {
      tally.fail(where, [`${compId}: ${answeredCount} answers to ${sent} requests`])
    }
    tally.note('requests', this.answered)
  }
}

const lastLines = (text: string): string => text.trimEnd().split('\n').slice(-2).join(' / ')
