/**
 * The worker threads of a system: started, asked, and given a successor when they die.
 *
 * A thread that throws, exits, has no memory left or hangs is ended, and another takes its place, over the same rings: shards are
 * brought back from their snapshots and the log, other actors begin anew under their old addresses. The rest of the system goes on
 * meanwhile. A message that was at hand each time goes to the dead letters.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Doorbell } from '../../ringbuffer/doorbell.ts'
import { type DirectoryLock, lockDirectory } from '../../storage/directory-lock.ts'
import { ActorTable } from '../host/actor-table.ts'
import type { ActorThreadSettings } from '../host/actor-thread.ts'
import type { HostEvent } from '../host/host-event.ts'
import type { SpawnedActor } from '../host/host-requests.ts'
import { Mesh } from '../thread/mesh.ts'
import { MAIN_THREAD } from '../thread/plan.ts'
import { ThreadHost } from '../thread/thread-host.ts'
import { ThreadHangs, Watchdog } from '../thread/watchdog.ts'
import { type AtHand, FlightRecorder } from './flight-recorder.ts'
import type { SystemEvent } from './system-event.ts'
import type { RingStatus, ThreadStatus } from './system-status.ts'
import { homesOf, SEQUENCER, shardName, type TopologyMemory } from './topology.ts'

export interface ThreadsOptions {
  readonly topology: TopologyMemory
  readonly settings: ActorThreadSettings
  /** A thread that does nothing for so long hangs. */
  readonly hangsAfterMs: number
  /** Of a worker's heap. */
  readonly heapMiB?: number
  /** A message that was at hand when so many threads died goes to the dead letters. */
  readonly poisonAfter: number
  /** More restarts of one thread than so many in a minute, and the system fails. */
  readonly restartsMax: number
  /** Those of a thread that were spawned from outside. */
  readonly actorsOf: (thread: string) => readonly SpawnedActor[]
  readonly onEvent: (event: SystemEvent) => void
  /** The system is of no use any more. */
  readonly onFailure: (error: unknown) => void
}

const RESTARTS_WITHIN_MS = 60_000

export class SystemThreads {
  readonly #options: ThreadsOptions
  readonly #mesh: Mesh
  readonly #homes: Int32Array
  readonly #hosts = new Map<string, ThreadHost>()
  readonly #restartsMs = new Map<string, number[]>()
  /** By message: how many threads it has ended. */
  readonly #deaths = new Map<string, number>()
  /** On the journal: no other process has it meanwhile. */
  #lock: DirectoryLock | undefined
  /** Threads whose successors are on their way. */
  readonly #replacing = new Map<string, Promise<void>>()
  #lastShardMove: Promise<void> = Promise.resolve()
  #watchdog: Watchdog | undefined
  #isStopping = false
  #ended = 0

  constructor(options: ThreadsOptions) {
    this.#options = options
    this.#mesh = new Mesh(options.topology.mesh)
    this.#homes = homesOf(options.topology)
  }

  get names(): readonly string[] {
    return this.#options.topology.mesh.plan.map(({ name }) => name)
  }

  bellOf(thread: string): Doorbell {
    return this.#mesh.bell(thread)
  }

  /** Threads that have died and do nothing any more, over the system's whole life. */
  get deaths(): number {
    return this.#ended
  }

  restartsOf(thread: string): number {
    return this.#restartsMs.get(thread)?.length ?? 0
  }

  /** The sequencer opens the journal, then the shards recover from it; then all run. */
  async start(): Promise<void> {
    const { journal } = this.#options.settings
    if (journal !== undefined) this.#lock = lockDirectory(journal.directory)
    const isSequencer = (name: string): boolean => name === SEQUENCER
    for (const name of this.names.filter(isSequencer)) await this.#prepare(name)
    await Promise.all(
      this.names.filter((name) => !isSequencer(name)).map((name) => this.#prepare(name)),
    )
    await Promise.all([...this.#hosts.values()].map((host) => host.run()))
    this.#watch()
  }

  of(thread: string): ThreadHost {
    const host = this.#hosts.get(thread)
    if (host === undefined) throw new Error(`no thread '${thread}'`)
    return host
  }

  /** The same, or its successor where one is on its way. */
  async settled(thread: string): Promise<ThreadHost> {
    while (this.#replacing.has(thread)) await this.#replacing.get(thread)
    return this.of(thread)
  }

  /** The thread that a shard is on now, or where it is brought back. */
  async ofShard(shard: number): Promise<ThreadHost> {
    for (;;) {
      const home = this.#options.topology.names[Atomics.load(this.#homes, shard)]!
      if (!this.#replacing.has(home)) return this.of(home)
      await this.#replacing.get(home)
    }
  }

  async status(): Promise<Omit<ThreadStatus, 'actors'>[]> {
    return Promise.all(
      [...this.#hosts.keys()].map(async (name) => {
        const host = await this.settled(name)
        const { cpuMs, allowedCpus: cpus, idle, heapBytes } = await host.usage()
        const shards = this.#shardsOn(name).map((role) => Number(role.split('-')[1]))
        const { parks } = this.#mesh.bell(name)
        return {
          name,
          cpuMs,
          cpus,
          idle,
          heapBytes,
          shards,
          parks,
          restarts: this.restartsOf(name),
        }
      }),
    )
  }

  /** Since the system's start. */
  messagesToShards(): number {
    const gauges = this.#mesh.gauges()
    let messages = 0
    for (let shard = 0; shard < this.#options.topology.shards; shard++) {
      messages += gauges.get(`${SEQUENCER}→${shardName(shard)}`)?.recordsIn ?? 0
    }
    return messages
  }

  rings(): RingStatus[] {
    return [...this.#mesh.gauges()].map(([name, gauge]) => ({
      ...{ name, capacityBytes: gauge.capacityBytes, depthBytes: gauge.depthBytes },
      ...{ highMarkBytes: gauge.highMarkBytes, records: gauge.recordsIn },
      fullCount: gauge.fullCount,
    }))
  }

  /** Hands a shard to another thread, between two of its commands. Nothing is lost, and nobody else stops. */
  moveShard(shard: number, to: string): Promise<void> {
    const moved = this.#lastShardMove.then(() => this.#moveShard(shard, to))
    this.#lastShardMove = moved.then(
      () => undefined,
      () => undefined,
    )
    return moved
  }

  async #moveShard(shard: number, to: string): Promise<void> {
    const role = shardName(shard)
    const from = await this.ofShard(shard)
    if (from.name === to) return
    const handed = await this.#handOver(from, role)
    // A successor that is on its way has looked already which shards are its own.
    await this.settled(to)
    if (from.hasFailed)
      throw new Error(`thread '${from.name}' has died: shard ${shard} stays there`)
    Atomics.store(this.#homes, shard, this.#options.topology.names.indexOf(to))
    const there = this.of(to)
    const [adopted] = await Promise.allSettled([
      there.request(to, 'adoptShard', shard, handed),
      from.release(role),
    ])
    // If that thread has died its successor finds the shard to be its own.
    if (adopted.status === 'rejected' && !there.hasFailed) throw adopted.reason
    // A thread may have died while the shard was nowhere.
    await Promise.all(this.#tellShard(shard, this.#options.topology.names.keys()))
  }

  async #handOver(from: ThreadHost, role: string): Promise<unknown> {
    for (;;) {
      const handed = await from.request(role, 'handOver')
      if (handed !== undefined) return handed
      await sleep(1)
    }
  }

  /** Ends them, the sequencer last: what the others have said is to be journaled. */
  async stop(): Promise<void> {
    this.#isStopping = true
    this.#watchdog?.stop()
    const all = [...this.#hosts.values()]
    await Promise.allSettled(
      all.filter(({ name }) => name !== SEQUENCER).map((host) => host.stop()),
    )
    await Promise.allSettled(
      all.filter(({ name }) => name === SEQUENCER).map((host) => host.stop()),
    )
    this.#lock?.release()
  }

  async #prepare(name: string, after?: ActorThreadSettings['successor']): Promise<ThreadHost> {
    // Whoever stops has seen to all that were there.
    if (this.#isStopping) throw new Error(`thread '${name}' is not started: the system stops`)
    const { topology, settings, heapMiB } = this.#options
    const host: ThreadHost = new ThreadHost({
      entry: new URL('../host/actor-thread.js', import.meta.url),
      start: {
        ...{ thread: name, mesh: topology.mesh },
        settings: after === undefined ? settings : { ...settings, successor: after },
      },
      bell: this.#mesh.bell(name),
      ...(heapMiB === undefined ? {} : { heapMiB }),
      log: (name, { what, event }) => {
        const { onEvent } = this.#options
        if (name === 'actor.escalated') onEvent({ kind: 'actor-escalated', what: String(what) })
        if (name === 'actor.event') onEvent(event as HostEvent)
      },
      onFailure: (error) => void this.#died(name, host, error),
    })
    this.#hosts.set(name, host)
    // A successor is watched from the start: what its predecessor hung at may be what it begins with.
    if (after !== undefined) this.#watch()
    await host.pin()
    for (const role of [name, ...this.#shardsOn(name)]) await host.prepare(role)
    return host
  }

  #shardsOn(thread: string): string[] {
    const number = this.#options.topology.names.indexOf(thread)
    return [...this.#homes].flatMap((home, shard) => (home === number ? [shardName(shard)] : []))
  }

  #watch(): void {
    this.#watchdog?.stop()
    this.#watchdog = new Watchdog({
      threads: this.names.map((name) => ({ name, bell: this.#mesh.bell(name) })),
      hangsAfterMs: this.#options.hangsAfterMs,
      onHang: (name, silentMs) => this.of(name).giveUp(new ThreadHangs(name, silentMs)),
    })
  }

  async #died(name: string, host: ThreadHost, error: Error): Promise<void> {
    if (this.#isStopping || this.#hosts.get(name) !== host) return
    const replaced = this.#replace(name, host, error)
    this.#replacing.set(name, replaced)
    await replaced
    if (this.#replacing.get(name) === replaced) this.#replacing.delete(name)
  }

  async #replace(name: string, host: ThreadHost, error: Error): Promise<void> {
    const startedMs = performance.now()
    this.#options.onEvent({ kind: 'thread-died', thread: name, error })
    try {
      // Before anybody else takes its ends of the rings.
      await host.stop()
      this.#ended++
      if (name === SEQUENCER) throw error
      this.#countRestart(name, error)
      await this.#succeed(name)
      const afterMs = performance.now() - startedMs
      this.#options.onEvent({ kind: 'thread-restarted', thread: name, afterMs })
    } catch (failure) {
      // A successor that died has one of its own by now.
      const successor = this.#hosts.get(name)
      if (this.#isStopping || (successor !== host && successor?.hasFailed === true)) return
      this.#options.onFailure(failure)
    }
  }

  #countRestart(name: string, error: Error): void {
    const nowMs = performance.now()
    const before = this.#restartsMs.get(name) ?? []
    const recent = before.filter((ms) => ms > nowMs - RESTARTS_WITHIN_MS)
    if (recent.length >= this.#options.restartsMax) {
      const what = `thread '${name}' has died ${recent.length + 1} times in ${RESTARTS_WITHIN_MS / 1000} s`
      throw new Error(`${what}, the last time of: ${error.message}`, { cause: error })
    }
    this.#restartsMs.set(name, [...recent, nowMs])
  }

  async #succeed(name: string): Promise<void> {
    const { topology, actorsOf } = this.#options
    const number = topology.names.indexOf(name)
    const poison = this.#poisonOf(number)
    // What the dead shards had said is in the journal before their successors look at it.
    if (topology.shards > 0) await this.of(SEQUENCER).request(SEQUENCER, 'flush')
    const table = new ActorTable(topology.table, number)
    const actors = actorsOf(name).filter(({ ref }) => table.threadOf(ref) === number)
    const host = await this.#prepare(name, { poison, actors })
    await host.run()
    // One that died while it rang has left a sleeper whom nobody would ring any more.
    for (const other of [MAIN_THREAD, ...this.names]) this.#mesh.bell(other).wake()
    await this.#tellReplaced(name, number)
  }

  /** All who may watch an actor of that thread. */
  async #tellReplaced(name: string, number: number): Promise<void> {
    const { names } = this.#options.topology
    const others = names.filter((other) => other !== name)
    const told = others.map((other) => this.#tellRole(other, other, number))
    for (const [shard, home] of this.#homes.entries()) {
      // One that was there as well may have missed the end of others meanwhile.
      told.push(...this.#tellShard(shard, names[home] === name ? names.keys() : [number]))
    }
    await Promise.all(told)
  }

  #tellShard(shard: number, replaced: Iterable<number>): Promise<void>[] {
    const home = this.#options.topology.names[Atomics.load(this.#homes, shard)]!
    return Array.from(replaced, (number) => this.#tellRole(home, shardName(shard), number))
  }

  async #tellRole(thread: string, role: string, replaced: number): Promise<void> {
    const host = this.#hosts.get(thread)
    if (host === undefined) return
    try {
      await host.request(role, 'threadReplaced', replaced)
    } catch (error) {
      // Its successor is told of all threads.
      if (!host.hasFailed) throw error
    }
  }

  /** What was at hand, if enough threads have died of it. */
  #poisonOf(thread: number): AtHand | undefined {
    const { topology, poisonAfter } = this.#options
    const { atHand } = new FlightRecorder(topology.recorder, thread)
    if (atHand === undefined) return undefined
    const key = JSON.stringify(atHand)
    const deaths = (this.#deaths.get(key) ?? 0) + 1
    if (deaths < poisonAfter) {
      this.#deaths.set(key, deaths)
      return undefined
    }
    this.#deaths.delete(key)
    return atHand
  }
}
