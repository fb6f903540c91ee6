/**
 *   your program ── spawn, tell, ask ──▶ ACTOR SYSTEM ──▶ threads, each a host of actors
 *
 * Starts the threads and the rings between them, finds each actor its place, and is the way in from outside. The thread that
 * it is started on keeps its event loop: there are the promises, and actors with sockets.
 */
import type { Doorbell } from '../../ringbuffer/doorbell.ts'
import { DutyCycle } from '../duty-cycle.ts'
import { Mesh } from '../mesh.ts'
import { MAIN_THREAD } from '../plan.ts'
import { ThreadHost } from '../thread-host.ts'
import type { AnyBehavior } from './actor-cell.ts'
import { ActorHost } from './actor-host.ts'
import type { ActorThreadSettings } from './actor-thread.ts'
import type { Behavior, Sent, SpawnOptions } from './behavior.ts'
import { Catalog } from './catalog.ts'
import type { DeadLetter } from './dead-letters.ts'
import { type ActorState, type HostRequests, hostRequests } from './host-requests.ts'
import type { AnyMessage, Definitions, MessageType } from './message.ts'
import { Outside } from './outside.ts'
import { type Placement, threadForKey } from './placement.ts'
import type { Ref } from './ref.ts'
import {
  allocateTopology,
  linksOf,
  MAIN_PLAN,
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
  readonly behaviors: Readonly<Record<string, AnyBehavior>>
  /** A failure that no strategy holds, or a thread that ends: the system is of no use any more. @default throws */
  readonly onFailure?: (error: unknown) => void
}

export interface SystemSpawnOptions extends SpawnOptions {
  /** @default hashed by its name over all threads but 'main' */
  readonly on?: Placement
}

/** What `ask` waits for where nothing else is said. */
const ASK_TIMEOUT_MS = 5_000

/** One thread's requests, near or far. */
type Requests = {
  readonly [K in keyof HostRequests]: (
    ...args: Parameters<HostRequests[K]>
  ) => Promise<ReturnType<HostRequests[K]>>
}

export class ActorSystem {
  readonly #topology: TopologyMemory
  readonly #catalog: Catalog
  readonly #host: ActorHost
  readonly #outside: Outside
  readonly #cycle: DutyCycle
  readonly #bell: Doorbell
  readonly #threads: readonly ThreadHost[]
  readonly #requests: ReadonlyMap<string, Requests>
  readonly #onFailure: (error: unknown) => void
  #isFlushPlanned = false
  #isStopping = false

  /** Resolves when all threads run. Throws where the options will not do, with what would. */
  static async start(options: SystemOptions): Promise<ActorSystem> {
    const catalog = Catalog.of(options.behaviors)
    const topology = allocateTopology(options, { blockBytesMax: catalog.blockBytesMax, shards: 0 })
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
    }
    this.#threads = topology.mesh.plan.map(({ name }) => {
      return new ThreadHost({
        entry: new URL('./actor-thread.js', import.meta.url),
        start: { thread: name, mesh: topology.mesh, settings },
        bell: mesh.bell(name),
        log: () => undefined,
        onFailure: (error) => this.#fail(error),
      })
    })
    const near = hostRequests(host, catalog)
    this.#requests = new Map([
      [MAIN_THREAD, nearRequests(near)],
      ...this.#threads.map((thread): [string, Requests] => [thread.name, farRequests(thread)]),
    ])
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
    const { on = { hash: name }, ...rest } = options
    const known = this.#catalog.nameOf(behavior as unknown as AnyBehavior)
    const ref = await this.#of(this.#threadFor(on)).spawn(known, name, rest)
    return ref as Ref<Name>
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

  /** All actors, by thread and in the order of their births. */
  async actors(): Promise<ActorState[]> {
    const lists = await Promise.all([...this.#requests.values()].map((thread) => thread.actors()))
    return lists.flat()
  }

  /** The last dead letters of all threads, the oldest first. */
  async deadLetters(): Promise<DeadLetter[]> {
    const lists = await Promise.all(
      [...this.#requests.values()].map((thread) => thread.deadLetters()),
    )
    return lists.flat().sort((a, b) => a.timeUs - b.timeUs)
  }

  /** Ends all actors, then the threads. What is under way goes to the dead letters; asks are rejected. */
  async stop(): Promise<void> {
    if (this.#isStopping) return
    this.#isStopping = true
    await Promise.allSettled(this.#threads.map((thread) => thread.stop()))
    await this.#cycle.stop()
  }

  async #start(): Promise<void> {
    await Promise.all(
      this.#threads.map(async (thread) => {
        await thread.pin()
        await thread.prepare(thread.name)
        await thread.run()
      }),
    )
    this.#cycle.start()
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

const rethrow = (error: unknown): never => {
  throw error
}

function nearRequests(near: HostRequests): Requests {
  const entries = Object.entries(near) as [string, (...args: unknown[]) => unknown][]
  return Object.fromEntries(
    entries.map(([name, request]) => [name, async (...args: unknown[]) => request(...args)]),
  ) as unknown as Requests
}

function farRequests(thread: ThreadHost): Requests {
  return new Proxy({} as Requests, {
    get:
      (_, name) =>
      (...args: unknown[]) =>
        thread.request(thread.name, String(name), ...args),
  })
}
