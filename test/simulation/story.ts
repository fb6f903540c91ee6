/**
 *   seed ──▶ STORY: lives of a world, one after the other, over one log
 *
 *   start ▸ turns ▸ (snapshot | quiet moment | the clock is set | a long pause)* ▸ crash ▸ start ▸ …  ▸ quiet ▸ stop
 *
 * Everything that happens is the seed's: whose turn it is, what time it is, what the disk does, when it all ends. What the
 * world is made of is the world's own: an exchange with its gateways and clients, or one of several shards.
 */
import type { ExchangeMachine } from '../../actors/exchange-machine.ts'
import { EXCHANGE_LIMITS, type ExchangeLimits } from '../../actors/limits.ts'
import type { CommandJournal } from '../../engine/shard/sequencer.ts'
import { Invoker } from '../../engine/thread/invoker.ts'
import type { Role } from '../../engine/thread/role.ts'
import { JournalError } from '../../storage/journal-error.ts'
import { LogFirst } from './check-log-first.ts'
import { Draws } from './draws.ts'
import { type RecoveredMachine, recoverFromLog, Snapshots } from './recovery.ts'
import type { CrashKind } from './simulated-disk.ts'
import { type CommitFate, DiedInCommit } from './simulated-journal.ts'
import { LmdbStore, MemoryStore, type SimulatedStore, type StoreReader } from './simulated-store.ts'
import { type SimulationFigures, Trace } from './simulation-result.ts'
import { StallingRole } from './stalling-role.ts'
import { VirtualClock } from './virtual-clock.ts'
import { type Plant, Watch } from './watch.ts'

export interface SimulationOptions {
  readonly seed: number
  /** @default TURNS */
  readonly turns?: number
  /** 1: with gateways and clients. 2: from ring to ring. @default by the seed, mostly 1 */
  readonly shards?: 1 | 2
  /** A defect for the checkers to find. */
  readonly plant?: Plant
  readonly onNews?: (what: string) => void
}

/** What lives and dies in a story. */
export interface World {
  /** Makes everything anew but what outlives a crash, and deals the turns. May die again meanwhile. */
  start(journal: CommandJournal): Promise<void>
  /** The machines that run, by shard. */
  readonly recovered: readonly RecoveredMachine[]
  /** The process is gone. */
  drop(): void
  /** The log has lost what its durability does not speak of. */
  setBack(): void
  /** Nothing new is asked from here on, or again. */
  setCalm(isCalm: boolean): void
  /** Who is not at rest; undefined: nothing is under way any more. */
  restless(): string | undefined
  /** Of a world at rest: throws what is not true. */
  check(): void
  /** In order, once it is at rest. */
  stop(): void
}

export const TURNS = 60_000
/** Everything comes to rest within so many turns, or never. */
const REST_TURNS_MAX = 300_000
const REST_LOOK_TURNS = 60
const CHAPTER_TURNS_MIN = 100
/** Promises of clients are kept so often. */
const AWAIT_TURNS = 16
const US_PER_SECOND = 1_000_000
/** Small, so that a run comes to the end of them. */
const LIMITS: ExchangeLimits = {
  ...EXCHANGE_LIMITS,
  ...{ ordersMax: 1_500, closedIdsMax: 512, sessionsMax: 40, waitingMax: 400 },
}

export class Story {
  readonly options: SimulationOptions
  readonly draws: Draws
  readonly clock: VirtualClock
  readonly trace = new Trace()
  readonly store: SimulatedStore
  readonly watch: Watch
  readonly ringBytes: number
  readonly shards: number
  turn = 0
  /** What a gateway said of itself: the run ends with it. */
  defect: string | undefined
  readonly #durability: 'power-loss' | 'process-crash'
  readonly #snapshots: readonly Snapshots[]
  readonly #crashEvery: number
  /** A short story has short chapters, or little would happen in it. */
  readonly #chapterTurnsMax: number
  #world!: World
  #crank!: Invoker
  #isCalm = false
  /** What happens to the next commit, and what kind of crash is meant to be next. */
  #fate: CommitFate = 'done'
  #crashKind: CrashKind = 'process'
  #crashes = 0
  #snapshotCount = 0
  #quietMoments = 0

  constructor(options: SimulationOptions, shards: number) {
    const { seed, plant } = options
    const draws = new Draws(seed).of('story')
    this.options = options
    this.shards = shards
    this.draws = draws
    this.clock = new VirtualClock(draws.of('clock'))
    this.#durability = draws.pick(['power-loss', 'process-crash'])
    this.ringBytes = draws.pick([4 << 10, 16 << 10, 64 << 10, 256 << 10])
    this.#crashEvery = draws.magnitude(2, 12)
    this.#chapterTurnsMax = Math.max(400, (options.turns ?? TURNS) / 10)
    const isInLmdb = draws.oneIn(12) && plant === undefined
    this.store = isInLmdb
      ? new LmdbStore(shards)
      : new MemoryStore({
          ...{ shards, durability: this.#durability, isForgetful: plant === 'commit-lost' },
          onFrame: (hash) => this.trace.bytes(hash),
        })
    this.watch = new Watch(shards, new LogFirst(() => this.store.durableCommand), plant)
    this.#snapshots = Array.from({ length: shards }, () => new Snapshots())
  }

  async run(world: World): Promise<SimulationFigures> {
    const restore = this.clock.install()
    this.#world = world
    try {
      await this.#start()
      const turnsMax = this.options.turns ?? TURNS
      while (this.turn < turnsMax) await this.#chapter()
      await this.#rest()
      await this.#stop()
      return this.#figures()
    } finally {
      restore()
      this.store.close()
    }
  }

  /** Who has turns from now on; what is stalled now and then is said by `stalling`. */
  deal(roles: readonly Role[]): void {
    this.#crank = new Invoker(roles, this.draws.below(1 << 30))
  }

  stalling(role: Role): Role {
    return new StallingRole(role, this.draws, () => this.#isCalm)
  }

  async turns(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      this.trace.add(this.#crank.turn())
      this.clock.tick()
      this.turn++
      if (this.defect !== undefined) throw new Error(`a gateway met a defect: ${this.defect}`)
      if (this.turn % AWAIT_TURNS === 0) await null
    }
  }

  /** Turns until it is so; for ever is a defect. */
  async until(isSo: () => boolean, otherwise: string): Promise<void> {
    for (let turns = 0; !isSo(); turns += REST_LOOK_TURNS) {
      if (turns > REST_TURNS_MAX) throw new Error(`liveness: after ${turns} turns ${otherwise}`)
      await this.turns(REST_LOOK_TURNS)
    }
  }

  /** From a snapshot or from the log's start; sometimes both ways, and then to the same state. */
  recover(shard: number): RecoveredMachine {
    const { watch, draws, shards } = this
    const source = this.#sourceOf(this.store.openReader(), shard)
    const place = { ...{ shard, shards, limits: LIMITS }, watch }
    const snapshots = this.#snapshots[shard]!
    const isWhole = watch.lastRun(shard) === 0 || draws.oneIn(3)
    const fromSnapshot = isWhole ? undefined : snapshots.recover(source, place)
    if (fromSnapshot !== undefined && !draws.oneIn(4)) return fromSnapshot
    const fromLog = recoverFromLog(source, place)
    if (fromSnapshot === undefined) return fromLog
    const last = source.lastCommand
    watch.states.note(shard, last, fromSnapshot.machine.stateHash())
    watch.states.compare(shard, last, fromLog.machine.stateHash())
    return fromLog
  }

  /** Some turns, and then something. */
  async #chapter(): Promise<void> {
    const { draws, clock } = this
    try {
      await this.turns(draws.magnitude(CHAPTER_TURNS_MIN, this.#chapterTurnsMax))
      if (draws.oneIn(this.#crashEvery)) await this.#die()
      else if (draws.oneIn(4)) await this.#rest()
      else if (draws.oneIn(2)) this.#takeSnapshots()
      else if (draws.oneIn(3)) this.#setClock()
      else clock.pass(draws.magnitude(1, 7_200) * US_PER_SECOND)
    } catch (error) {
      await this.#fall(error)
    }
  }

  /** Between two turns, or within one of the next commits. */
  async #die(): Promise<void> {
    const { draws } = this
    this.#crashKind = draws.pick(['process', 'process', 'power-cut', 'torn-tail'])
    if (draws.oneIn(2)) {
      this.#fate = draws.pick(['dies-before', 'dies-behind', 'fails', 'fails-and-stays'])
      await this.turns(draws.magnitude(10, 1_000))
    }
    throw new DiedInCommit()
  }

  /** The end of a life: anything else than the crash that was meant is a defect. */
  async #fall(error: unknown): Promise<void> {
    for (let cause = error; ; ) {
      const isFailure = cause instanceof JournalError && cause.code === 'write-failed'
      const isMeant = cause instanceof DiedInCommit || (isFailure && this.#fate !== 'done')
      if (!isMeant) throw cause
      this.#crash()
      try {
        await this.#start()
        return
      } catch (again) {
        cause = again
      }
    }
  }

  #crash(): void {
    const { watch, draws } = this
    const kind = this.#crashKind
    this.options.onNews?.(
      `turn ${this.turn}: ${kind}, ${this.#fate}, after ${watch.commands} commands`,
    )
    this.#crashes++
    this.#fate = 'done'
    for (const [shard, { machine }] of this.#world.recovered.entries()) {
      audit(machine.machine)
      watch.states.note(shard, watch.lastRun(shard), machine.stateHash())
    }
    this.#world.drop()
    this.clock.dropTimers()
    if (draws.oneIn(4)) draws.pick(this.#snapshots).tearNewest(draws)
    if (this.store.crash(kind, draws)) this.#refuseTorn()
  }

  /** A start must find out that the newest transaction is in pieces; the operator then goes back behind it. */
  #refuseTorn(): void {
    try {
      this.store.openWriter(() => 'done')
    } catch (error) {
      if (!(error instanceof JournalError) || error.code !== 'journal-damaged') throw error
      this.store.dropTorn()
      return
    }
    throw new Error('journal: a torn frame was taken for a whole one')
  }

  async #start(): Promise<void> {
    const journal = this.store.openWriter(() => this.#nextFate())
    this.#acceptLoss(journal.lastCommand)
    if (this.#crashes > 0 && this.draws.oneIn(8)) {
      this.#fate = this.draws.pick(['dies-before', 'dies-behind'])
    }
    await this.#world.start(journal)
  }

  #nextFate(): CommitFate {
    if (this.options.plant === 'shard-before-commit' && this.turn > 3_000) return 'late'
    const { draws, clock } = this
    if (!this.#isCalm && draws.oneIn(40)) clock.pass(draws.magnitude(100, 300_000))
    return this.#fate
  }

  /** What the log has lost may only be what its durability does not speak of. */
  #acceptLoss(lastCommand: number): void {
    const { watch } = this
    const lastRun = Math.max(
      ...Array.from({ length: this.shards }, (_, shard) => watch.lastRun(shard)),
    )
    if (lastCommand >= lastRun) return
    if (this.#durability === 'power-loss' || this.#crashKind === 'process') {
      throw new Error(`log: command ${lastRun} was run and is lost, the log ends at ${lastCommand}`)
    }
    watch.cutTo(lastCommand)
    this.#world.setBack()
    for (const snapshots of this.#snapshots) snapshots.cutTo(lastCommand)
  }

  #sourceOf(reader: StoreReader, shard: number) {
    return this.shards === 1 ? reader : reader.ofShard(shard)
  }

  #takeSnapshots(): void {
    for (const [shard, { machine, outbox }] of this.#world.recovered.entries()) {
      const { timeUs, eventNumber } = outbox
      const sequence = this.watch.lastRun(shard)
      this.#snapshots[shard]!.take(machine, { sequence, timeUs, eventNumber })
      this.watch.states.note(shard, sequence, machine.stateHash())
    }
    this.#snapshotCount++
  }

  #setClock(): void {
    const byUs = this.draws.magnitude(1, 3_600_000_000)
    this.clock.set(this.draws.oneIn(2) ? byUs : -byUs)
  }

  /** Nothing new, and nothing that disturbs: everything comes to rest, and is looked at. */
  async #rest(): Promise<void> {
    const world = this.#world
    this.#isCalm = true
    world.setCalm(true)
    for (let turns = 0; ; turns += REST_LOOK_TURNS) {
      const who = world.restless()
      if (who === undefined) break
      if (turns > REST_TURNS_MAX) throw new Error(`liveness: after ${turns} quiet turns ${who}`)
      await this.turns(REST_LOOK_TURNS)
    }
    for (const { machine } of world.recovered) audit(machine.machine)
    this.watch.money.check(world.recovered.map(({ machine }) => machine.machine))
    world.check()
    for (const [shard, { machine }] of world.recovered.entries()) {
      const hash = machine.stateHash()
      this.watch.states.note(shard, this.watch.lastRun(shard), hash)
      this.trace.text(hash)
    }
    this.#quietMoments++
    this.#isCalm = false
    world.setCalm(false)
  }

  /** In order; and once more from the log's start, to the same state and with nothing left to say. */
  async #stop(): Promise<void> {
    this.#world.stop()
    const reader = this.store.openReader()
    for (const [shard, { machine }] of this.#world.recovered.entries()) {
      const source = this.#sourceOf(reader, shard)
      const { shards, watch } = this
      const again = recoverFromLog(source, { ...{ shard, shards, limits: LIMITS }, watch })
      watch.states.note(shard, source.lastCommand, machine.stateHash())
      watch.states.compare(shard, source.lastCommand, again.machine.stateHash())
      if (again.outbox.endBytes > 0) throw new Error('journal: a stop in order has lost events')
    }
  }

  #figures(): SimulationFigures {
    return {
      ...{ seed: this.options.seed, shards: this.shards, turns: this.turn },
      ...{ commands: this.watch.commands, crashes: this.#crashes },
      snapshots: this.#snapshotCount,
      statesCompared: this.watch.states.compared,
      quietMoments: this.#quietMoments,
      simulatedUs: this.clock.simulatedUs,
      traceHash: this.trace.digest(),
    }
  }
}

function audit(machine: ExchangeMachine): void {
  const breach = machine.audit()
  if (breach !== undefined) throw new Error(`audit: ${breach}`)
}
