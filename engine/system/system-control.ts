/**
 * The control plane of a system, on a live one: list, look, stop, restart, snapshot, change how threads idle. What it asks goes to the
 * threads through Comlink, in their event loops and between two turns; what it changes of journaled actors goes through the log.
 */
import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import type { IdleStrategy } from '../../ringbuffer/idle-strategy.ts'
import type { DeadLetter } from '../actor/dead-letters.ts'
import { isJournaled, type Ref, shardOf } from '../actor/ref.ts'
import { ActorTable } from '../host/actor-table.ts'
import type { ActorState } from '../host/host-requests.ts'
import { allowedCpus, threadCpuMs } from '../thread/affinity.ts'
import type { DutyCycle } from '../thread/duty-cycle.ts'
import { MAIN_THREAD } from '../thread/plan.ts'
import type { Reach, Requests } from './reach.ts'
import type { ShardSnapshot, SnapshotTask } from './snapshot-task.ts'
import { addCounts, type SystemStatus, type ThreadStatus } from './system-status.ts'
import type { SystemThreads } from './system-threads.ts'
import { SEQUENCER, type TopologyMemory } from './topology.ts'

export interface ControlOptions {
  readonly topology: TopologyMemory
  readonly threads: SystemThreads
  readonly reach: Reach
  /** Of the thread that the system was started on. */
  readonly cycle: DutyCycle
  /** Ends a journaled actor, by the log. */
  readonly stopJournaled: (ref: Ref, name: string) => Promise<void>
  /** What a snapshot's task begins with; undefined: there is no journal. */
  readonly snapshotTask: Omit<SnapshotTask, 'place'> | undefined
}

/** `system.control`. All of it is answered by promises; those about an actor reject where there is none of that name. */
export class SystemControl {
  readonly #options: ControlOptions
  /** Who lives where; only read. */
  readonly #table: ActorTable
  /** Takes snapshots; there from the first one on. */
  #snapshots: Piscina | undefined
  #lastSnapshot: Promise<void> = Promise.resolve()

  constructor(options: ControlOptions) {
    this.#options = options
    this.#table = new ActorTable(options.topology.table, 0)
  }

  /** All actors, by thread and in the order of their births, and the journaled ones behind. */
  async actors(): Promise<ActorState[]> {
    return (await this.#fromAll((of) => of.actors())).flat()
  }

  /** Rejects where there is none of that name. */
  async actor(name: string): Promise<ActorState> {
    const found = await this.#fromAll((of) => of.look(name))
    const actor = found.find((one) => one !== undefined)
    if (actor === undefined) throw new Error(`no actor '${name}'`)
    return actor
  }

  /** The last dead letters of all threads and shards, the oldest first. */
  async deadLetters(): Promise<DeadLetter[]> {
    const lists = await this.#fromAll((of) => of.deadLetters())
    return lists.flat().sort((a, b) => a.timeUs - b.timeUs)
  }

  /** Of each shard's state: the same wherever the same log was run. */
  stateHashes(): Promise<string[]> {
    return Promise.all(this.#options.reach.shards.map((shard) => shard.stateHash()))
  }

  /** Ends an actor, journaled or not, and what it has spawned: by its name, or, without a search, by its address. */
  async stop(who: string | Ref): Promise<void> {
    const { ref, name, thread } =
      typeof who === 'string' ? await this.actor(who) : await this.#placeOf(who)
    if (isJournaled(ref)) await this.#options.stopJournaled(ref, name)
    else await this.#options.reach.of(thread).stop(ref)
  }

  /** Without a look at any actor but itself. */
  async #placeOf(ref: Ref): Promise<Pick<ActorState, 'ref' | 'name' | 'thread'>> {
    const { reach, topology } = this.#options
    const thread = isJournaled(ref) ? undefined : topology.names[this.#table.threadOf(ref)]
    if (thread !== undefined) return { ref, thread, name: '' }
    const actor = isJournaled(ref) ? await reach.shards[shardOf(ref)]?.look(ref) : undefined
    if (actor === undefined) throw new Error(`no actor has the address ${ref}: it has ended`)
    return actor
  }

  /** Ends an actor's state and begins with a new one, as after a failure. Not of a journaled one: its state is the log's. */
  async restart(name: string): Promise<void> {
    const { ref, thread } = await this.actor(name)
    if (isJournaled(ref)) {
      const why = "its state is the log's, and would be the same again"
      throw new Error(`actor '${name}' is journaled: ${why}`)
    }
    await this.#options.reach.of(thread).restart(name)
  }

  /**
   * Snapshots of all shards, taken from the log by a thread of a pool while the shards go on: a start, and a thread's successor,
   * begin with them. Returns those that are new. Rejects where log and shards do not agree.
   */
  snapshot(): Promise<ShardSnapshot[]> {
    // One after the other: each begins with what the one before has left.
    const taken = this.#lastSnapshot.then(() => this.#takeSnapshots())
    this.#lastSnapshot = taken.then(
      () => undefined,
      () => undefined,
    )
    return taken
  }

  async #takeSnapshots(): Promise<ShardSnapshot[]> {
    const { snapshotTask: task, threads, topology } = this.#options
    if (task === undefined) throw new Error('the system has no journal, and so no snapshots')
    this.#snapshots ??= new Piscina({
      ...{ filename: fileURLToPath(new URL('./snapshot-task.js', import.meta.url)), maxThreads: 1 },
      ...{ minThreads: 0, idleTimeout: 1_000 },
    })
    await threads.of(SEQUENCER).request(SEQUENCER, 'flush')
    const { shards } = topology
    const taken: ShardSnapshot[] = []
    const failures: unknown[] = []
    for (let shard = 0; shard < shards; shard++) {
      const whole: SnapshotTask = { ...task, place: { shard, shards } }
      try {
        const one: unknown = await this.#snapshots.run(whole, { name: 'takeShardSnapshot' })
        if (one !== undefined) taken.push(one as ShardSnapshot)
      } catch (error) {
        // One shard that has none, for an actor of it is set aside, is no reason for the others to have none.
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
    return taken
  }

  /** How a thread idles from now on. Rejects where there is no such thread, or it cannot idle so. */
  async setIdle(thread: string, idle: IdleStrategy): Promise<void> {
    if (thread === MAIN_THREAD) this.#options.cycle.idle = idle
    else await (await this.#options.threads.settled(thread)).setIdle(idle)
  }

  /** All of it at one moment. */
  async status(): Promise<SystemStatus> {
    const { threads, topology } = this.#options
    const hosts = await this.#fromAll((of) => of.state())
    const actorsOf = (name: string): number => hosts[topology.names.indexOf(name)]?.actors ?? 0
    const all = [this.#mainStatus(), ...(await threads.status())]
    return {
      ...{ timeUs: Date.now() * 1000, pid: process.pid },
      threads: all.map((thread) => ({ ...thread, actors: actorsOf(thread.name) })),
      rings: threads.rings(),
      actors: await this.actors(),
      deadLetters: addCounts(hosts.map((of) => of.deadLetters)),
    }
  }

  async close(): Promise<void> {
    await this.#snapshots?.destroy()
  }

  #mainStatus(): Omit<ThreadStatus, 'actors'> {
    const { cycle, threads } = this.#options
    return {
      ...{ name: MAIN_THREAD, cpuMs: threadCpuMs(), cpus: allowedCpus(), idle: cycle.idle },
      ...{ heapBytes: process.memoryUsage().heapUsed, shards: [], restarts: 0 },
      parks: threads.bellOf(MAIN_THREAD).parks,
    }
  }

  #fromAll<T>(
    ask: (of: Pick<Requests, 'actors' | 'deadLetters' | 'look' | 'state'>) => Promise<T>,
  ): Promise<T[]> {
    const { topology, reach } = this.#options
    return Promise.all([...topology.names.map((name) => reach.of(name)), ...reach.shards].map(ask))
  }
}
