/**
 * The exchange, put together. Read this first.
 *
 *            order-entry ──▶┐                                   ┌──▶ order-entry   (reports, by TCP)
 *                           ├─▶ sequencer ──▶ shard ──▶ events ─┼──▶ market-data   (book and trades, by WebSocket)
 *            operator ─────▶┘      │            ▲               ├──▶ operator      (what was refused, when to tick)
 *                                  ▼            └ recovery ─┐   └──▶ sequencer ──▶ journal
 *                               journal ────────────────────┘
 *
 * Every arrow is a ring; the plan (engine/thread/plan.ts) says which thread runs which role. What runs inside a worker is made in
 * exchange-thread.ts. The main thread only leads: lock, verify, recover, define the venue, open the doors; and in the end
 * close the doors, drain, seal.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ReplayOutcome } from './engine/recovery/replay.ts'
import { CounterPage } from './engine/thread/counters.ts'
import { allocateMesh, type Channel, Mesh } from './engine/thread/mesh.ts'
import { ThreadHost } from './engine/thread/thread-host.ts'
import { ThreadHangs, Watchdog } from './engine/thread/watchdog.ts'
import { EXCHANGE_KIND } from './exchange-kind.ts'
import type { Address, ExchangeOptions } from './exchange-options.ts'
import { PLANS } from './exchange-plans.ts'
import { COUNTER_NAMES, type ThreadSettings } from './exchange-settings.ts'
import { SnapshotSchedule } from './exchange-snapshot.ts'
import { ControlDoor } from './gateway/control/control-door.ts'
import { OperatorDesk, type Refusal } from './gateway/operator-desk.ts'
import { buildHashOf } from './storage/build-hash.ts'
import { type DirectoryLock, lockDirectory } from './storage/directory-lock.ts'
import { JournalError } from './storage/journal-error.ts'
import { hasJournal } from './storage/segment-files.ts'
import { type Extent, verifyInChild } from './storage/verify-in-child.ts'

export type { Address, ExchangeOptions, JournalTerms } from './exchange-options.ts'

/** Each ring's bytes: what its producer says while its consumer is away for some 10 ms, at a million orders a second. */
const CHANNELS: readonly Channel[] = [
  { from: 'order-entry', to: 'sequencer', capacityBytes: 2 << 20 },
  { from: 'operator', to: 'sequencer', capacityBytes: 1 << 20 },
  { from: 'sequencer', to: 'shard', capacityBytes: 4 << 20 },
  { from: 'shard', to: 'sequencer', capacityBytes: 8 << 20 },
  { from: 'shard', to: 'order-entry', capacityBytes: 8 << 20 },
  { from: 'shard', to: 'market-data', capacityBytes: 4 << 20 },
  { from: 'shard', to: 'operator', capacityBytes: 64 << 10 },
]

/** The shard recovers while nobody writes yet, then the sequencer goes on with the journal; gateways open last. */
const CORE_ROLES = ['shard', 'sequencer'] as const
const GATEWAY_ROLES = ['order-entry', 'market-data'] as const

/** How often the main thread hears the shard: so much later than asked for a Tick may be. Its ring holds a thousand words. */
const OPERATOR_MS = 20

/** A sync of a healthy disk has taken 1.1 s here; and whoever waits for an order will not wait longer than this. */
const HANGS_AFTER_MS = 10_000

export class Exchange {
  readonly #options: ExchangeOptions
  readonly #lock: DirectoryLock
  readonly #mesh: Mesh
  readonly #threads: readonly ThreadHost[]
  readonly #desk: OperatorDesk
  readonly #counters: CounterPage
  #orderEntry: Address & { readonly tls?: Address } = { host: '', port: 0 }
  #marketData: Address = { host: '', port: 0 }
  /** Why the exchange has stopped itself. */
  #failure: Error | undefined
  #isOpen = false
  #stopping: Promise<void> | undefined
  readonly #refusals: Refusal[] = []
  readonly #operatorWatch: NodeJS.Timeout
  readonly #buildHash: string
  #watchdog: Watchdog | undefined
  #snapshots: SnapshotSchedule | undefined
  #control: ControlDoor | undefined

  /** Recovers what the data directory holds and opens the doors. Rejects with one line that names cause and mend. */
  static async start(options: ExchangeOptions): Promise<Exchange> {
    const lock = lockDirectory(options.dataDirectory)
    try {
      const verified = refuseDamage(options.dataDirectory)
      // Whoever waits for it hears of it.
      verified.catch(() => undefined)
      const exchange = new Exchange(options, lock)
      try {
        await exchange.#open(verified)
        return exchange
      } catch (error) {
        // What they could not finish is most often the same trouble again: the first error is the one to tell.
        await exchange.#endThreads().catch(() => undefined)
        throw error
      }
    } catch (error) {
      lock.release()
      throw error
    }
  }

  private constructor(options: ExchangeOptions, lock: DirectoryLock) {
    this.#options = options
    this.#lock = lock
    const plan = PLANS[options.plan]
    const memory = allocateMesh(CHANNELS, plan)
    const counterMemory = CounterPage.allocate(COUNTER_NAMES)
    this.#counters = new CounterPage(counterMemory, COUNTER_NAMES)
    this.#mesh = new Mesh(memory)
    this.#desk = new OperatorDesk({
      toSequencer: this.#mesh.producer('operator', 'sequencer'),
      fromShard: this.#mesh.consumer('shard', 'operator'),
      clockUs: () => Date.now() * 1000,
    })
    const { dataDirectory, durability, orderEntry, marketData, admission, keys, version } = options
    this.#buildHash = buildHashOf(version)
    const settings: ThreadSettings = {
      ...{ dataDirectory, durability, orderEntry, marketData, admission, keys, version },
      segmentBytes: options.journal.segmentBytes,
      reserveBytes: options.journal.reserveBytes,
      buildHash: this.#buildHash,
      currencyDecimals: Object.fromEntries(
        options.venue.currencies.map(({ code, decimals }) => [code, decimals]),
      ),
      counters: counterMemory,
      ...(options.stageTimes === undefined ? {} : { stageTimes: options.stageTimes }),
    }
    this.#operatorWatch = setInterval(() => this.#hearShard(), OPERATOR_MS).unref()
    this.#threads = plan.map(
      ({ name }) =>
        new ThreadHost({
          entry: new URL('./exchange-thread.js', import.meta.url),
          start: { thread: name, mesh: memory, settings },
          bell: this.#mesh.bell(name),
          log: options.log,
          onFailure: (failure) => this.#halt(failure),
        }),
    )
  }

  /** Where order entry listens. */
  get orderEntry(): Address & { readonly tls?: Address } {
    return this.#orderEntry
  }

  /** Where market data and REST listen. */
  get marketData(): Address {
    return this.#marketData
  }

  /** What an operator may do while it runs; what is refused is logged. */
  get operator(): Pick<OperatorDesk, 'changePhase' | 'setKillSwitch' | 'startDay'> {
    return this.#desk
  }

  /** Where it hears its operator (gateway/control/); undefined: that could not be had, and the log says why. */
  get control(): string | undefined {
    return this.#control?.address
  }

  /** Closes the doors, finishes what was taken, seals the journal. Asked again: the same end. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): Promise<void> {
    this.#counters.counter('ready').set(0)
    this.#desk.stop()
    await this.#control?.close()
    try {
      if (this.#failure === undefined) await this.#drain()
    } catch (error) {
      // Told by onFailure already.
      if (this.#failure === undefined) throw error
    } finally {
      await this.#endThreads().finally(() => this.#lock.release())
    }
  }

  /** Gateways go last of those that speak and first of those that end: what was taken is answered, then they close. */
  async #drain(): Promise<void> {
    for (const thread of this.#threads) await thread.drain()
    await this.#untilQuiet()
    for (const thread of this.#threadsOf(GATEWAY_ROLES)) await thread.stop()
    await this.#desk.sayTheEnd()
    await this.#untilQuiet()
  }

  /** `verified`: rejects where the journal is damaged. That takes as long as recovery, so both go on at once. */
  async #open(verified: Promise<number>): Promise<void> {
    await this.#pin()
    const { log, venue } = this.#options
    const [shard, sequencer] = CORE_ROLES
    const recovered = this.#threadOf(shard).prepare(shard)
    await Promise.allSettled([verified, recovered])
    // It says best what is wrong, where recovery has stumbled over it too.
    const verifiedAfter = await verified
    const recovery = (await recovered) as Recovered
    // A snapshot that it could not use, and the verifier could: then what it ran from the older one on is to be verified too.
    if (recovery.snapshot < verifiedAfter) await refuseDamage(this.#options.dataDirectory, 'all')
    log('exchange.recovered', recovery)
    await this.#threadOf(sequencer).prepare(sequencer)
    for (const thread of this.#threadsOf(CORE_ROLES)) await thread.run()
    await this.#desk.sayEveryoneIsGone()
    await this.#desk.define(venue)
    await this.#untilSequenced()
    this.#refuseFailure()
    this.#marketData = await this.#listen('market-data')
    await this.#untilQuiet()
    this.#refuseFailure()
    this.#refuseBadVenue()
    // Last: once clients can send orders, nothing may ever be quiet again.
    this.#orderEntry = await this.#listen('order-entry')
    this.#refuseFailure()
    if (this.#options.realTime === true) await this.#hurry()
    this.#watchdog = this.#watch()
    this.#isOpen = true
    this.#counters.counter('ready').set(1)
    this.#snapshots = this.#schedule()
    await this.#hearOperators()
  }

  /** Without it the exchange runs as well, and cannot be told anything. */
  async #hearOperators(): Promise<void> {
    const { dataDirectory, venue, version, admission, log } = this.#options
    const currencies = Object.fromEntries(venue.currencies.map((c) => [c.code, c.decimals]))
    const facts = { version, pid: process.pid, admission, currencies }
    try {
      this.#control = await ControlDoor.open({ dataDirectory, desk: this.#desk, facts })
    } catch (error) {
      log('control.unavailable', { why: (error as Error).message }, 'warn')
    }
  }

  #watch(): Watchdog {
    return new Watchdog({
      threads: this.#threads.map(({ name }) => ({ name, bell: this.#mesh.bell(name) })),
      hangsAfterMs: HANGS_AFTER_MS,
      onHang: (thread, silentMs) => {
        this.#threads.find(({ name }) => name === thread)?.giveUp(new ThreadHangs(thread, silentMs))
      },
    })
  }

  #schedule(): SnapshotSchedule {
    const { dataDirectory, journal, log } = this.#options
    return new SnapshotSchedule({
      ...{ directory: dataDirectory, buildHash: this.#buildHash },
      ...(journal.keepBytes === undefined ? {} : { keepBytes: journal.keepBytes }),
      everyCommands: journal.snapshotCommands,
      everySeconds: journal.snapshotSeconds,
      commandsSoFar: () => this.#counters.counter('commands_total').value,
      onTaken: (news) => {
        this.#counters.counter('snapshots_total').add(1)
        this.#counters.counter('snapshot_sequence').set(news.sequence)
        log('snapshot.taken', { ...news })
      },
      onRefused: (why) => log('snapshot.refused', { why }, 'warn'),
      onFailure: (failure) => {
        // What the journal's commands lead to is not what the exchange has said: nothing it says can be relied on.
        if (failure.code === 'replay.differs') this.#halt(failure)
        else log('snapshot.failed', { code: failure.code, why: failure.message }, 'warn')
      },
    })
  }

  async #listen(role: (typeof GATEWAY_ROLES)[number]): Promise<Address> {
    const thread = this.#threadOf(role)
    const address = (await thread.prepare(role)) as Address
    await thread.run()
    return address
  }

  async #pin(): Promise<void> {
    for (const thread of this.#threads) {
      const refused = await thread.pin()
      if (refused === undefined) continue
      this.#counters.counter('threads_unpinned').add(1)
      this.#options.log('thread.unpinned', { thread: thread.name, reason: refused }, 'warn')
    }
  }

  /** Only now: what a start waits for, the verifier and the compiler among it, is of the ordinary class. */
  async #hurry(): Promise<void> {
    for (const thread of this.#threads) {
      const reason = await thread.runInRealTime()
      if (reason === undefined) continue
      const mend = 'it needs root, CAP_SYS_NICE or a limit for real time (ulimit -r)'
      this.#options.log('thread.ordinary', { thread: thread.name, reason, mend }, 'warn')
    }
  }

  /** The operator's commands have their places in the log: nothing that a gateway takes from now on comes before them. */
  async #untilSequenced(): Promise<void> {
    const gauge = this.#mesh.gauges().get('operator→sequencer')!
    while (gauge.depthBytes > 0 && this.#failure === undefined) await sleep(1)
  }

  /** Nothing is under way between any two roles, seen twice in a row: once could be a moment between two rings. */
  async #untilQuiet(): Promise<void> {
    for (let quietLooks = 0; quietLooks < 2 && this.#failure === undefined; ) {
      const looks = await Promise.all(this.#threads.map((thread) => thread.isQuiet()))
      quietLooks = looks.every((quiet) => quiet) ? quietLooks + 1 : 0
      if (quietLooks < 2) await sleep(2)
    }
  }

  /** Nobody else reads that ring, and the shard waits while it is full. After the start they are news for the log. */
  #hearShard(): void {
    for (const refusal of this.#desk.listen()) {
      if (this.#isOpen) this.#options.log('command.refused', { ...refusal }, 'warn')
      else this.#refusals.push(refusal)
    }
  }

  #refuseBadVenue(): void {
    this.#hearShard()
    const refusal = this.#refusals[0]
    if (refusal === undefined) return
    throw new VenueRefused(`${refusal.command} was refused: ${refusal.reason}`)
  }

  #refuseFailure(): void {
    if (this.#failure !== undefined) throw this.#failure
  }

  /** A thread cannot go on. The others must not either: what they say could not be true any more. */
  #halt(error: Error): void {
    if (this.#failure !== undefined) return
    this.#failure = error
    this.#desk.stop()
    this.#counters.counter('ready').set(0)
    // Before the doors are open it is `start` that says so.
    if (this.#isOpen) this.#options.onFailure(error)
  }

  /** Ends them all, whatever one of them says. */
  async #endThreads(): Promise<void> {
    clearInterval(this.#operatorWatch)
    this.#snapshots?.stop()
    this.#watchdog?.stop()
    this.#desk.stop()
    const failures: unknown[] = []
    for (const thread of [...this.#threads].reverse()) {
      await thread.stop().catch((failure: unknown) => failures.push(failure))
    }
    if (failures.length > 0) throw failures[0]
  }

  #threadOf(role: string): ThreadHost {
    return this.#threadsOf([role])[0]!
  }

  #threadsOf(roles: readonly string[]): ThreadHost[] {
    const plan = PLANS[this.#options.plan]
    return this.#threads.filter((_, index) => plan[index]!.roles.some((r) => roles.includes(r)))
  }
}

/** What the shard says of its recovery. */
type Recovered = ReplayOutcome & {
  readonly seconds: number
  /** The command of the snapshot that it began with; 0: none. */
  readonly snapshot: number
} & Record<string, unknown>

/** The configuration describes a venue that cannot be, or not on top of what the journal holds. */
export class VenueRefused extends Error {
  readonly code = 'venue-refused'

  constructor(what: string) {
    super(
      `${what} Likely cause: the configuration contradicts itself or the journal. Correct it, or choose a new data directory.`,
    )
  }
}

/** Returns the command behind which it looked: a good snapshot's; 0: it looked at everything. */
async function refuseDamage(dataDirectory: string, extent: Extent = 'tail'): Promise<number> {
  if (!hasJournal(dataDirectory)) return 0
  const { firstProblem: problem, after } = await verifyInChild(
    dataDirectory,
    extent === 'all' ? {} : { tailOf: EXCHANGE_KIND.schemaHash },
  )
  if (problem === undefined) return after
  throw new JournalError('journal-damaged', {
    what: `the journal in ${dataDirectory} is damaged: ${problem.kind} from ${problem.firstSequence}: ${problem.what}`,
    likely: 'the disk or something on this machine changed or lost bytes after they were written',
    mend: problem.mend,
  })
}
