/**
 *   your program ── spawn, tell, ask ──▶ ACTOR SYSTEM ──▶ threads, each a host of actors
 *
 * Starts the threads and the rings between them, finds each actor its place, and is the way in from outside. The thread that
 * it is started on keeps its event loop: there are the promises, and actors with sockets.
 */
import type { Doorbell } from '../../ringbuffer/doorbell.ts'
import { DutyCycle } from '../duty-cycle.ts'
import { Mesh } from '../mesh.ts'
import { MAIN_THREAD, threadOf } from '../plan.ts'
import { ThreadHost } from '../thread-host.ts'
import type { AnyBehavior } from './actor-cell.ts'
import { ActorHost } from './actor-host.ts'
import type { ActorThreadSettings } from './actor-thread.ts'
import type { Behavior, Sent, SpawnOptions } from './behavior.ts'
import { Catalog } from './catalog.ts'
import type { DeadLetter } from './dead-letters.ts'
import {
  type ActorState,
  type HostRequests,
  hostRequests,
  type ShardRequests,
} from './host-requests.ts'
import { schemaHashOf } from './journaled-kind.ts'
import { rootOf } from './journaled-shard.ts'
import type { AnyMessage, Definitions, MessageType } from './message.ts'
import { Outside } from './outside.ts'
import { hashOf, type Placement, threadForKey } from './placement.ts'
import { isJournaled, type Ref, shardOf } from './ref.ts'
import { Root } from './root-protocol.ts'
import { type JournalOptions, SHARDS } from './shard-roles.ts'
import {
  allocateTopology,
  linksOf,
  MAIN_PLAN,
  SEQUENCER,
  shardName,
  type TopologyMemory,
  type TopologyOptions,
} from './topology.ts'

export interface SystemOptions extends TopologyOptions {
  /**
   * The module that exports the behaviors: each thread loads it, and runs what stands at its top. One that starts a system there
   * does so only where `isMainThread` says so.
   */
  readonly from: string | URL
  /** What can be spawned, by the names under which `from` exports it. */
  readonly behaviors: Readonly<
    Record<string, { readonly protocol: object; readonly start: unknown }>
  >
  /** With it actors may be journaled: their messages are durable before they have an effect, and a later start goes on from there. */
  readonly journal?: JournalOptions
  /** A failure that no strategy holds, or a thread that ends: the system is of no use any more. @default throws */
  readonly onFailure?: (error: unknown) => void
}

export interface SystemSpawnOptions extends SpawnOptions {
  /** Of one that is not journaled. @default hashed by its name over all threads but 'main' */
  readonly on?: Placement
  /**
   * Its state is a function of the log, and outlives the system. `true`: on the shard that its name leads to; `with`: on that of
   * another, so that what they say to each other is handled at once. One of that name and behavior that is there already
   * is what you get. @default false
   */
  readonly journaled?: boolean | { readonly shard: number } | { readonly with: Ref }
}

/** What `ask` waits for where nothing else is said. */
const ASK_TIMEOUT_MS = 5_000

/** One thread's requests, near or far. */
type Far<All> = {
  readonly [K in keyof All]: All[K] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Result>
    : never
}
type Requests = Far<HostRequests>

export class ActorSystem {
  readonly #topology: TopologyMemory
  readonly #catalog: Catalog
  readonly #host: ActorHost
  readonly #outside: Outside
  readonly #cycle: DutyCycle
  readonly #bell: Doorbell
  readonly #threads: readonly ThreadHost[]
  readonly #requests: ReadonlyMap<string, Requests>
  readonly #shards: readonly Far<ShardRequests>[]
  readonly #onFailure: (error: unknown) => void
  #isFlushPlanned = false
  #isStopping = false

  /** Resolves when all threads run. Throws where the options will not do, with what would. */
  static async start(options: SystemOptions): Promise<ActorSystem> {
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
    this.#topology = topology
    this.#catalog = catalog
    this.#onFailure = options.onFailure ?? rethrow
    const mesh = new Mesh(topology.mesh)
    this.#bell = mesh.bell(MAIN_THREAD)
    const clockUs = (): number => Date.now() * 1000
    const host: ActorHost = new ActorHost({
      ...{ name: MAIN_THREAD, links: linksOf(topology, 0), clockUs },
      onFailure: (error) => this.#fail(error),
      onAnswer: (to, view, envelope) => this.#outside.answer(to, view, envelope),
    })
    this.#host = host
    this.#outside = new Outside(host, clockUs)
    this.#cycle = new DutyCycle({
      ...{ plan: MAIN_PLAN, roles: [host, this.#outside], bell: this.#bell },
      onFailure: (error) => this.#fail(error),
    })
    const settings: ActorThreadSettings = {
      ...{ topology, module: String(options.from), behaviors: catalog.names },
      schemaHash: schemaHashOf(catalog),
      ...(options.journal === undefined ? {} : { journal: options.journal }),
    }
    this.#threads = topology.mesh.plan.map(({ name }) => {
      return new ThreadHost({
        entry: new URL('./actor-thread.js', import.meta.url),
        start: { thread: name, mesh: topology.mesh, settings },
        bell: mesh.bell(name),
        log: (event, { what }) => {
          if (event === 'actor.escalated') this.#fail(new Error(String(what)))
        },
        onFailure: (error) => this.#fail(error),
      })
    })
    const near = hostRequests(host, catalog)
    const withActors = this.#threads.filter(({ name }) => topology.names.includes(name))
    this.#requests = new Map([
      [MAIN_THREAD, nearRequests(near)],
      ...withActors.map((of): [string, Requests] => [of.name, farRequests(of, of.name)]),
    ])
    this.#shards = Array.from({ length: topology.shards }, (_, shard) => {
      const of = threadOf(topology.mesh.plan, shardName(shard))
      const thread = this.#threads.find(({ name }) => name === of)!
      return farRequests<Far<ShardRequests>>(thread, shardName(shard))
    })
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
    const { on = { hash: name }, journaled = false, ...rest } = options
    const known = this.#catalog.nameOf(behavior as unknown as AnyBehavior)
    if (journaled !== false) {
      const values = { behavior: known, name, options: JSON.stringify(rest) }
      return (await this.#askRoot(this.#shardFor(name, journaled), Root.Spawn, values)) as Ref<Name>
    }
    const ref = await this.#of(this.#threadFor(on)).spawn(known, name, rest)
    return ref as Ref<Name>
  }

  /** Ends an actor, journaled or not, and what it has spawned. Rejects where there is none of that name. */
  async stopActor(name: string): Promise<void> {
    const found = (await this.actors()).find((actor) => actor.name === name)
    if (found === undefined) throw new Error(`no actor '${name}'`)
    if (!isJournaled(found.ref)) await this.#of(found.thread).stop(name)
    else await this.#askRoot(shardOf(found.ref), Root.Stop, { name })
  }

  /** From any place that is no actor. What is sent in one go is seen by its receivers together. */
  tell<To extends string, Got, Given, Answer>(
    to: Ref<To>,
    type: MessageType<To, Got, Given, Answer>,
    values: Given,
  ): Sent {
    this.#flushSoon()
    return this.#outside.tell(to, type as unknown as AnyMessage, values)
  }

  /** Resolves with the answer. Rejects with an AskTimeout, or an error of code 'ask.gone' or 'ask.busy': it was not sent. */
  ask<To extends string, Got, Given, Answer>(
    to: Ref<To>,
    type: MessageType<To, Got, Given, Answer>,
    values: Given,
    { timeoutMs = ASK_TIMEOUT_MS }: { readonly timeoutMs?: number } = {},
  ): Promise<Answer> {
    this.#flushSoon()
    const answer = this.#outside.ask(to, type as unknown as AnyMessage, values, timeoutMs)
    return answer as Promise<Answer>
  }

  /** All actors, by thread and in the order of their births, and the journaled ones behind. */
  async actors(): Promise<ActorState[]> {
    return (await this.#fromAll((of) => of.actors())).flat()
  }

  /** The last dead letters of all threads and shards, the oldest first. */
  async deadLetters(): Promise<DeadLetter[]> {
    const lists = await this.#fromAll((of) => of.deadLetters())
    return lists.flat().sort((a, b) => a.timeUs - b.timeUs)
  }

  /** Of each shard's state: the same wherever the same log was run. */
  stateHashes(): Promise<string[]> {
    return Promise.all(this.#shards.map((shard) => shard.stateHash()))
  }

  /** Ends all actors, then the threads. What is under way goes to the dead letters; asks are rejected. */
  async stop(): Promise<void> {
    if (this.#isStopping) return
    this.#isStopping = true
    // The sequencer last: what the others have said is to be journaled.
    const [sequencers, workers] = partition(this.#threads, ({ name }) => name === SEQUENCER)
    await Promise.allSettled(workers.map((thread) => thread.stop()))
    await Promise.allSettled(sequencers.map((thread) => thread.stop()))
    await this.#cycle.stop()
  }

  /** The sequencer opens the journal, the shards recover from it; then all run. */
  async #start(): Promise<void> {
    const [sequencers, workers] = partition(this.#threads, ({ name }) => name === SEQUENCER)
    for (const thread of [...sequencers, ...workers]) {
      await thread.pin()
      for (const role of this.#rolesOf(thread.name)) await thread.prepare(role)
    }
    await Promise.all(this.#threads.map((thread) => thread.run()))
    this.#cycle.start()
  }

  #rolesOf(thread: string): readonly string[] {
    return this.#topology.mesh.plan.find(({ name }) => name === thread)?.roles ?? []
  }

  #fromAll<T>(ask: (of: Pick<Requests, 'actors' | 'deadLetters'>) => Promise<T>): Promise<T[]> {
    return Promise.all([...this.#requests.values(), ...this.#shards].map(ask))
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

  #of(thread: string): Requests {
    const requests = this.#requests.get(thread)
    if (requests !== undefined) return requests
    throw new Error(`no thread '${thread}': there are ${this.threads.join(', ')}`)
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
    if (!this.#isStopping) this.#onFailure(error)
  }
}

function partition<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))]
}

const rethrow = (error: unknown): never => {
  throw error
}

function nearRequests(near: HostRequests): Requests {
  const entries = Object.entries(near) as [string, (...args: unknown[]) => unknown][]
  return Object.fromEntries(
    entries.map(([name, request]) => [name, async (...args: unknown[]) => request(...args)]),
  ) as unknown as Requests
}

function farRequests<All extends object>(thread: ThreadHost, role: string): All {
  return new Proxy({} as All, {
    get:
      (_, name) =>
      (...args: unknown[]) =>
        thread.request(role, String(name), ...args),
  })
}
