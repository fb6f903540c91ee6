/**
 *   your program ── spawn, tell, ask ──▶ ACTOR SYSTEM ──▶ threads, each a host of actors
 *
 * Starts the threads and the rings between them, finds each actor its place, and is the way in from outside. The thread that
 * it is started on keeps its event loop: there are the promises, and actors with sockets.
 */
import type { Doorbell } from '../../ringbuffer/doorbell.ts'
import type { Behavior, Sent } from '../actor/behavior.ts'
import { Catalog } from '../actor/catalog.ts'
import { isText } from '../actor/check-given.ts'
import { hashOf } from '../actor/hash.ts'
import type {
  AnyMessage,
  Definitions,
  MessageType,
  Protocol,
  RequestType,
} from '../actor/message.ts'
import { type Placement, threadForKey } from '../actor/placement.ts'
import { isJournaled, type Ref, shardOf } from '../actor/ref.ts'
import type { AnyBehavior } from '../host/actor-cell.ts'
import { ActorHost } from '../host/actor-host.ts'
import { NO_THREAD } from '../host/actor-table.ts'
import type { ActorThreadSettings } from '../host/actor-thread.ts'
import { hostRequests, type SpawnedActor } from '../host/host-requests.ts'
import { tryBirth } from '../journaled/birth-trial.ts'
import { rootOf } from '../journaled/journaled-shard.ts'
import { layoutsOf } from '../journaled/protocol-layouts.ts'
import { Root } from '../journaled/root-protocol.ts'
import { type JournalOptions, SHARDS, SNAPSHOT_MESSAGES } from '../journaled/shard-roles.ts'
import { DutyCycle } from '../thread/duty-cycle.ts'
import { Mesh } from '../thread/mesh.ts'
import { monotonicUs } from '../thread/monotonic.ts'
import { MAIN_THREAD } from '../thread/plan.ts'
import { ComputePool, type PoolOptions } from './compute-pool.ts'
import { checkNotInside } from './inside.ts'
import { Outside } from './outside.ts'
import { Reach } from './reach.ts'
import { StatusServer } from './status-server.ts'
import { SystemControl } from './system-control.ts'
import { type SystemEvent, sayOnStderr } from './system-event.ts'
import { SystemMoves } from './system-moves.ts'
import {
  checkSystemOptions,
  checkSystemSpawn,
  type SystemOptions,
  type SystemSpawnOptions,
} from './system-options.ts'
import { SystemThreads } from './system-threads.ts'
import { allocateTopology, linksOf, MAIN_PLAN, type TopologyMemory } from './topology.ts'

/** Actors of a thread before one looks which are over. */
const SPAWNED_LEAST = 1024
/** How often one looks whether snapshots are due. */
const SNAPSHOT_LOOK_MS = 1_000
const HANGS_AFTER_MS = 5_000
const POISON_AFTER = 3
const THREAD_RESTARTS_MAX = 10

/** One thread's requests, near or far. */
export class ActorSystem {
  readonly #topology: TopologyMemory
  readonly #catalog: Catalog
  readonly #host: ActorHost
  readonly #outside: Outside
  readonly #cycle: DutyCycle
  readonly #bell: Doorbell
  readonly #threads: SystemThreads
  readonly #reach: Reach
  readonly #moves: SystemMoves
  /** For whoever runs the system: to look at it, and to lay hands on it. */
  readonly control: SystemControl
  /** Those that were spawned from outside, by thread. */
  readonly #spawned = new Map<string, Set<SpawnedActor>>()
  readonly #onFailure: (error: unknown) => void
  readonly #options: SystemOptions
  readonly #pools: { close(): Promise<void> }[] = []
  #status: StatusServer | undefined
  #snapshotTimer: NodeJS.Timeout | undefined
  #isFlushPlanned = false
  /** The one end of it, however often it was asked for. */
  #end: Promise<void> | undefined

  /** Resolves when all threads run. Throws where the options will not do, with what would. */
  static async start(options: SystemOptions): Promise<ActorSystem> {
    checkNotInside()
    checkSystemOptions(options)
    // Of whichever protocols: what a handler takes makes one behavior no kind of another.
    const catalog = Catalog.of(options.behaviors as Readonly<Record<string, AnyBehavior>>)
    const shards = options.journal === undefined ? 0 : (options.journal.shards ?? SHARDS)
    const topology = allocateTopology(options, { blockBytesMax: catalog.blockBytesMax, shards })
    const system = new ActorSystem(options, { catalog, topology })
    try {
      await system.#start()
    } catch (error) {
      await system.stop()
      throw error
    }
    return system
  }

  private constructor(
    options: SystemOptions,
    made: { catalog: Catalog; topology: TopologyMemory },
  ) {
    const { topology, catalog } = made
    this.#options = options
    this.#topology = topology
    this.#catalog = catalog
    this.#onFailure = options.onFailure ?? rethrow
    const mesh = new Mesh(topology.mesh)
    this.#bell = mesh.bell(MAIN_THREAD)
    const clockUs = (): number => Date.now() * 1000
    const host: ActorHost = new ActorHost({
      ...{ name: MAIN_THREAD, links: linksOf(topology, 0), catalog, clockUs, monotonicUs },
      onFailure: (error) => this.#fail(error),
      // Not amid a turn: what a listener throws is no failure of an actor.
      onEvent: (event) => queueMicrotask(() => this.#onEvent(event)),
      onAnswer: (to, view, envelope) => this.#outside.answer(to, view, envelope),
    })
    this.#host = host
    this.#outside = new Outside(host, monotonicUs)
    this.#cycle = new DutyCycle({
      ...{ plan: MAIN_PLAN, roles: [host, this.#outside], bell: this.#bell },
      onFailure: (error) => this.#fail(error),
    })
    const settings: ActorThreadSettings = {
      ...{ topology, module: String(options.from), behaviors: catalog.names },
      protocols: layoutsOf(catalog),
      ...(options.journal === undefined ? {} : { journal: options.journal }),
    }
    this.#threads = new SystemThreads({
      ...{ topology, settings, onFailure: (error) => this.#fail(error) },
      hangsAfterMs: options.hangsAfterMs ?? HANGS_AFTER_MS,
      ...(options.heapMiB === undefined ? {} : { heapMiB: options.heapMiB }),
      poisonAfter: options.poisonAfter ?? POISON_AFTER,
      restartsMax: options.threadRestartsMax ?? THREAD_RESTARTS_MAX,
      actorsOf: (thread) => [...(this.#spawned.get(thread) ?? [])],
      onEvent: (event) => this.#onEvent(event),
    })
    this.#reach = new Reach(topology, this.#threads, hostRequests(host, catalog))
    this.#moves = new SystemMoves({
      ...{ topology, reach: this.#reach, spawned: this.#spawned },
      threadOf: (ref) => this.#threadFor({ with: ref }),
      deaths: () => this.#threads.deaths,
      isStopping: () => this.#end !== undefined,
    })
    const { journal } = options
    this.control = new SystemControl({
      ...{ topology, threads: this.#threads, reach: this.#reach, cycle: this.#cycle },
      stopJournaled: async (ref, name) => {
        await this.#askRoot(shardOf(ref), Root.Stop, { name })
      },
      snapshotTask: journal && {
        ...{ directory: journal.directory, module: settings.module, behaviors: catalog.names },
      },
    })
  }

  /** Where `tradsys top` finds it; undefined: nobody is told. */
  get statusAddress(): string | undefined {
    return this.#status?.address
  }

  /** Names of the threads, the one that the system was started on first. */
  get threads(): readonly string[] {
    return this.#topology.names
  }

  /**
   * Resolves with its address when it is there. Rejects where the name is taken on that thread, its behavior is not exported by
   * the system's modules, or its function throws.
   */
  async spawn<Name extends string, D extends Definitions>(
    behavior: Behavior<Name, D>,
    name: string,
    options: SystemSpawnOptions = {},
  ): Promise<Ref<Name>> {
    checkSystemSpawn(name, options)
    if (this.#end !== undefined) throw hasStopped(name)
    const { on = { hash: name }, journaled = false, ...rest } = options
    const known = this.#catalog.nameOf(behavior as unknown as AnyBehavior)
    if (journaled !== false) {
      // Before it is in the log: a refusal there would have to be the same for ever.
      tryBirth(behavior as unknown as AnyBehavior, known, name)
      const values = { behavior: known, name, options: JSON.stringify(rest) }
      return (await this.#askRoot(this.#shardFor(name, journaled), Root.Spawn, values)) as Ref<Name>
    }
    const thread = this.#threadFor(on)
    const ref = await this.#reach.of(thread).spawn(known, name, rest)
    this.#remember(thread, { behavior: known, name, options: rest, ref })
    return ref as Ref<Name>
  }

  /**
   * Moves an actor to another thread while it lives: no message to it is lost, and those of one sender keep their order. A
   * journaled one moves with its whole shard.
   */
  async move(ref: Ref, thread: string): Promise<void> {
    this.#reach.of(thread)
    if (isJournaled(ref)) {
      if (thread === MAIN_THREAD)
        throw new Error("a shard cannot be on 'main': name another thread")
      await this.#threads.moveShard(shardOf(ref), thread)
      return
    }
    await this.#moves.move(ref, thread)
  }

  /**
   * An actor that answers requests by functions of a module, on threads of a pool of its own: for what takes long and has no
   * state. It is on 'main', and ends with the system.
   */
  spawnPool<Name extends string, D extends Definitions>(
    protocol: Protocol<Name, D>,
    name: string,
    options: PoolOptions,
  ): Ref<Name> {
    isText("a pool's name", name)
    if (this.#end !== undefined) throw hasStopped(name)
    this.#catalog.checkApart(protocol as unknown as AnyBehavior['protocol'])
    if (this.#host.lifecycle.find(name) !== undefined) {
      throw new Error(`actor '${name}' is there already: give it another name, or stop that one`)
    }
    const pool = new ComputePool(protocol, options, () => this.#flushSoon())
    const behavior = pool.behavior as unknown as AnyBehavior
    const { ref } = this.#host.lifecycle.spawn(behavior, name, {})
    this.#pools.push(pool)
    return ref as Ref<Name>
  }

  /** From any place that is no actor. What is sent in one go is seen by its receivers together. */
  tell<To extends string, Got, Given, Answer>(
    to: Ref<To>,
    type: MessageType<NoInfer<To>, Got, Given, Answer>,
    values: NoInfer<Given>,
  ): Sent {
    this.#flushSoon()
    return this.#outside.tell(to, type as unknown as AnyMessage, values)
  }

  /** Resolves with the answer. Rejects with an AskTimeout, or an error of code 'ask.gone' or 'ask.busy': it was not sent. */
  ask<To extends string, Got, Given, Answer>(
    to: Ref<To>,
    type: RequestType<NoInfer<To>, Got, Given, Answer>,
    values: NoInfer<Given>,
    options: { readonly timeoutMs?: number } = {},
  ): Promise<Answer> {
    this.#flushSoon()
    const answer = this.#outside.ask(to, type as unknown as AnyMessage, values, options)
    return answer as Promise<Answer>
  }

  /** Ends all actors, then the threads. What is under way goes to the dead letters; asks are rejected. */
  stop(): Promise<void> {
    this.#end ??= this.#stop()
    return this.#end
  }

  async #stop(): Promise<void> {
    clearInterval(this.#snapshotTimer)
    await this.#status?.close()
    await this.#threads.stop()
    await this.#cycle.stop()
    await Promise.all(this.#pools.map((pool) => pool.close()))
    await this.control.close()
  }

  async #start(): Promise<void> {
    await this.#threads.start()
    this.#cycle.start()
    const { status, journal } = this.#options
    if (journal !== undefined) this.#snapshotNowAndThen(journal)
    if (status === undefined) return
    this.#status = await StatusServer.start(status, () => this.control.status())
  }

  #snapshotNowAndThen({ snapshotMessages = SNAPSHOT_MESSAGES }: JournalOptions): void {
    let isTaking = false
    let before = 0
    const look = (): void => {
      const messages = this.#threads.messagesToShards()
      if (isTaking || messages - before < snapshotMessages) return
      before = messages
      isTaking = true
      this.control
        .snapshot()
        .catch((error: unknown) => {
          if (this.#end === undefined) this.#onEvent({ kind: 'snapshot-failed', error })
        })
        .finally(() => {
          isTaking = false
        })
    }
    this.#snapshotTimer = setInterval(look, SNAPSHOT_LOOK_MS).unref()
  }

  /** For a successor of its thread. Those that are over are forgotten as the others double. */
  #remember(thread: string, actor: SpawnedActor): void {
    const spawned = (this.#spawned.get(thread) ?? new Set()).add(actor)
    this.#spawned.set(thread, spawned)
    if (spawned.size < SPAWNED_LEAST || (spawned.size & (spawned.size - 1)) !== 0) return
    const { table } = this.#host.links
    for (const one of spawned) if (table.threadOf(one.ref) === NO_THREAD) spawned.delete(one)
  }

  #onEvent(event: SystemEvent): void {
    if (event.kind === 'thread-restarted') {
      // Whoever watches from this thread: the workers are asked by their own.
      void this.#reach.of(MAIN_THREAD).threadReplaced(this.threads.indexOf(event.thread))
    }
    const { onEvent = sayOnStderr } = this.#options
    onEvent(event)
  }

  async #askRoot<Given>(
    shard: number,
    type: MessageType<'tradsys.root', unknown, Given, { ref: number; problem: string }>,
    values: Given,
  ): Promise<Ref> {
    const { ref, problem } = await this.ask(rootOf(shard) as Ref<'tradsys.root'>, type, values)
    if (problem !== '') throw new Error(problem)
    return ref
  }

  #shardFor(name: string, on: true | { readonly shard: number } | { readonly with: Ref }): number {
    const { shards } = this.#topology
    if (shards === 0) throw new Error(`actor '${name}': the system has no journal: give it one`)
    if (on === true) return hashOf(name) % shards
    const shard = 'shard' in on ? on.shard : isJournaled(on.with) ? shardOf(on.with) : -1
    if (Number.isInteger(shard) && shard >= 0 && shard < shards) return shard
    throw new Error(`actor '${name}': no shard ${shard}: there are 0 to ${shards - 1}`)
  }

  #threadFor(placement: Placement): string {
    if ('thread' in placement) return placement.thread
    const workers = this.threads.slice(1)
    if ('hash' in placement) return threadForKey(placement.hash, placement.over ?? workers)
    const thread = this.threads[this.#host.links.table.threadOf(placement.with)]
    if (thread === undefined) throw new Error('the actor to be placed with is gone')
    return thread
  }

  /** Once for all that is sent before the caller lets go: a doorbell for each would cost more than the rest. */
  #flushSoon(): void {
    if (this.#isFlushPlanned) return
    this.#isFlushPlanned = true
    queueMicrotask(() => {
      this.#isFlushPlanned = false
      this.#host.links.publish()
      this.#bell.ring()
    })
  }

  #fail(error: unknown): void {
    if (this.#end === undefined) this.#onFailure(error)
  }
}

const hasStopped = (name: string): Error =>
  new Error(`actor '${name}' is not spawned: the system has stopped`)

const rethrow = (error: unknown): never => {
  throw error
}
