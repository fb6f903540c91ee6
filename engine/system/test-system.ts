/**
 * A whole system of actors on the caller's thread: its threads are roles, a seed deals their turns, and time is what a test says it
 * is. The same seed gives the same run; many seeds give many orders of events. The actors cannot tell it from the real thing.
 */

import { type Behavior, behavior, type Sent, type SpawnOptions } from '../actor/behavior.ts'
import { Catalog } from '../actor/catalog.ts'
import { type Check, checkOptions, isInteger, isListOf, isText } from '../actor/check-given.ts'
import { checkSpawn } from '../actor/check-spawn.ts'
import type { DeadLetter } from '../actor/dead-letters.ts'
import { hashOf } from '../actor/hash.ts'
import type {
  AnyMessage,
  Definitions,
  MessageType,
  Protocol,
  RequestType,
} from '../actor/message.ts'
import type { Ref } from '../actor/ref.ts'
import type { AnyBehavior } from '../host/actor-cell.ts'
import { ActorHost } from '../host/actor-host.ts'
import type { HostEvent } from '../host/host-event.ts'
import { tryBirth } from '../journaled/birth-trial.ts'
import type { JournaledShard } from '../journaled/journaled-shard.ts'
import { rootOf } from '../journaled/journaled-shard.ts'
import { layoutsOf } from '../journaled/protocol-layouts.ts'
import { Root } from '../journaled/root-protocol.ts'
import { type JournalOptions, makeSequencer, makeShard, SHARDS } from '../journaled/shard-roles.ts'
import { Invoker } from '../thread/invoker.ts'
import { MAIN_THREAD } from '../thread/plan.ts'
import type { Role } from '../thread/role.ts'
import { checkAskOptions, Outside } from './outside.ts'
import { areBehaviors, isJournal, isJournaledPlace } from './system-options.ts'
import { allocateTopology, linksOf, TOPOLOGY, type TopologyMemory } from './topology.ts'

/** A system without threads of its own: what is not said is as for a real one. */
export interface TestSystemOptions {
  /** By name, as a module exports them. */
  readonly behaviors: Readonly<Record<string, Behavior<never, never> | object>>
  /** How many threads besides 'main', or their names. @default 1 */
  readonly threads?: number | readonly string[]
  /** Deals the turns. @default 1 */
  readonly seed?: number
  /** Of virtual time, µs since 1970. @default 2020-01-01 */
  readonly startUs?: number
  /** A small ring is full more often. @default 1 MiB */
  readonly ringBytes?: number
  readonly actorsMax?: number
  /** With it actors may be journaled. Nothing is synced unless a durability is asked for. */
  readonly journal?: JournalOptions
}

export interface TestSpawnOptions extends SpawnOptions {
  /** @default hashed by name over all threads but 'main' */
  readonly thread?: string
  /** Journaled: on this shard, or on the one that its name leads to. @default false */
  readonly journaled?: boolean | { readonly shard: number }
}

/** An actor that keeps what it is told. */
export interface Probe<Name extends string> {
  readonly ref: Ref<Name>
  /** The oldest first. */
  readonly received: readonly {
    readonly type: string
    readonly values: unknown
    readonly from: Ref
  }[]
}

const START_US = Date.UTC(2020, 0) * 1000
/** What one turn takes, in virtual time. */
const TURN_US = 10
const TURNS_MAX = 5_000_000
const ASK_TIMEOUT_MS = 60_000

/** How many, or their names. */
const areThreads: Check = (where, value) => {
  if (typeof value === 'number') isInteger(1)(where, value)
  else isListOf(isText)(where, value)
}

const TEST_SYSTEM: Readonly<Record<keyof TestSystemOptions, Check>> = {
  behaviors: areBehaviors,
  threads: areThreads,
  seed: isInteger(Number.MIN_SAFE_INTEGER),
  startUs: isInteger(0),
  ringBytes: TOPOLOGY.ringBytes,
  actorsMax: TOPOLOGY.actorsMax,
  journal: isJournal,
}

/**
 * Made, used and stopped by one test. What ActorSystem answers by a promise it answers at once, turning its threads
 * until it can.
 */
export class TestSystem {
  readonly topology: TopologyMemory
  readonly #catalog: Catalog
  readonly #hosts: readonly ActorHost[]
  readonly #outside: Outside
  readonly #shards: JournaledShard[] = []
  readonly #crank: Invoker
  readonly #failures: unknown[] = []
  readonly #events: HostEvent[] = []
  #timeUs: number
  #setByUs = 0

  constructor(options: TestSystemOptions) {
    checkOptions('', options, TEST_SYSTEM, ['behaviors'])
    const { threads = 1, seed = 1, startUs = START_US, journal } = options
    this.#timeUs = startUs
    this.#catalog = Catalog.of(options.behaviors as Readonly<Record<string, AnyBehavior>>)
    const names =
      typeof threads === 'number'
        ? Array.from({ length: threads }, (_, i) => `worker-${i + 1}`)
        : threads
    const shards = journal === undefined ? 0 : (journal.shards ?? SHARDS)
    const sizes = { blockBytesMax: this.#catalog.blockBytesMax, shards }
    this.topology = allocateTopology(
      { ...options, threads: names.map((name) => ({ name })) },
      sizes,
    )
    const clockUs = (): number => this.timeUs
    const monotonicUs = (): number => this.#timeUs
    this.#hosts = this.topology.names.map((name, thread) => this.#newHost(name, thread, clockUs))
    this.#outside = new Outside(this.#hosts[0]!, monotonicUs)
    const roles: Role[] = [...this.#hosts, this.#outside]
    if (journal !== undefined) roles.push(...this.#journalRoles(journal, shards, clockUs))
    this.#crank = new Invoker(roles, seed)
  }

  #newHost(name: string, thread: number, clockUs: () => number): ActorHost {
    return new ActorHost({
      ...{ name, links: linksOf(this.topology, thread), catalog: this.#catalog, clockUs },
      monotonicUs: () => this.#timeUs,
      onFailure: (error) => this.#failures.push(error),
      onEvent: (event) => this.#events.push(event),
      ...(name === MAIN_THREAD
        ? { onAnswer: (to, view, envelope) => this.#outside.answer(to, view, envelope) }
        : {}),
    })
  }

  #journalRoles(journal: JournalOptions, shards: number, clockUs: () => number): Role[] {
    const options = { durability: 'none', ...journal } as const
    const protocols = layoutsOf(this.#catalog)
    const roles: Role[] = [makeSequencer(this.topology, options, protocols, clockUs)]
    for (let shard = 0; shard < shards; shard++) {
      const { role, machine } = makeShard(this.topology, {
        ...{ directory: journal.directory, catalog: this.#catalog, shard, clockUs },
        setAside: journal.setAside,
        host: this.#hosts[1 + (shard % (this.#hosts.length - 1))]!,
        onEscalation: (what) => this.#failures.push(new Error(what)),
      })
      this.#shards.push(machine)
      roles.push(role)
    }
    return roles
  }

  /** µs since 1970. */
  get timeUs(): number {
    return this.#timeUs + this.#setByUs
  }

  /** Somebody sets the clock, forward or back: `ctx.timeUs` follows as far as it does not run backwards, timers do not. */
  setClock(byMs: number): void {
    this.#setByUs += byMs * 1000
  }

  /** Failures that no strategy held. */
  get failures(): readonly unknown[] {
    return this.#failures
  }

  /** What a log would show: failures of actors with what was decided, and dead letters. */
  get events(): readonly HostEvent[] {
    return this.#events
  }

  /** The journaled shards, for a look at their states. */
  get shards(): readonly JournaledShard[] {
    return this.#shards
  }

  /** Of each shard's state: equal after the same log. */
  get stateHashes(): string[] {
    return this.#shards.map((shard) => shard.stateHash())
  }

  get deadLetters(): DeadLetter[] {
    const all = [...this.#hosts, ...this.#shards].flatMap(({ deadLetters }) => deadLetters.kept)
    return all.sort((a, b) => a.timeUs - b.timeUs)
  }

  host(thread: string): ActorHost {
    const host = this.#hosts[this.topology.names.indexOf(thread)]
    if (host === undefined) throw new Error(`no thread '${thread}'`)
    return host
  }

  /** Its address; it is there. Throws where it cannot be. */
  spawn<Name extends string, D extends Definitions>(
    kind: Behavior<Name, D>,
    name: string,
    options: TestSpawnOptions = {},
  ): Ref<Name> {
    checkSpawn(name, options, { thread: isText, journaled: isJournaledPlace })
    const { thread, journaled = false, ...rest } = options
    const known = kind as unknown as AnyBehavior
    if (journaled !== false) return this.#spawnJournaled(known, name, journaled, rest) as Ref<Name>
    const workers = this.topology.names.slice(1)
    const host = this.host(thread ?? workers[hashOf(name) % workers.length]!)
    return host.lifecycle.spawn(known, name, rest).ref as Ref<Name>
  }

  #spawnJournaled(
    kind: AnyBehavior,
    name: string,
    on: true | { readonly shard: number },
    options: SpawnOptions,
  ): Ref {
    const shard = on === true ? hashOf(name) % this.#shards.length : on.shard
    tryBirth(kind, this.#catalog.nameOf(kind), name)
    const place = this.ask(rootOf(shard) as Ref<'tradsys.root'>, Root.Spawn, {
      ...{ behavior: this.#catalog.nameOf(kind), name, options: JSON.stringify(options) },
    })
    if (place.problem !== '') throw new Error(place.problem)
    return place.ref as Ref
  }

  /** Keeps whatever it is told; on the thread 'main'. */
  probe<Name extends string, D extends Definitions>(
    protocol: Protocol<Name, D>,
    name = `probe-${protocol.$name}`,
  ): Probe<Name> {
    const received: { type: string; values: unknown; from: Ref }[] = []
    const kind = behavior(protocol, (ctx) => {
      const keep = (type: string) => (message: { copy?(): unknown }) => {
        const values = typeof message.copy === 'function' ? message.copy() : message
        received.push({ type, values, from: ctx.sender })
        return undefined
      }
      return Object.fromEntries(
        protocol.$messages.map((type) => [type.name, keep(type.name)]),
      ) as never
    })
    const { ref } = this.#hosts[0]!.lifecycle.spawn(kind as unknown as AnyBehavior, name, {})
    return { ref: ref as Ref<Name>, received }
  }

  tell<To extends string, Got, Given, Answer>(
    to: Ref<To>,
    type: MessageType<NoInfer<To>, Got, Given, Answer>,
    values: NoInfer<Given>,
  ): Sent {
    const said = this.#outside.tell(to, type as unknown as AnyMessage, values)
    this.#hosts[0]!.links.publish()
    return said
  }

  /** Turns until it is answered. Throws where it is not: the time goes on until then. */
  ask<To extends string, Got, Given, Answer>(
    to: Ref<To>,
    type: RequestType<NoInfer<To>, Got, Given, Answer>,
    values: NoInfer<Given>,
    options: { readonly timeoutMs?: number } = {},
  ): Answer {
    checkAskOptions(options)
    const { timeoutMs = ASK_TIMEOUT_MS } = options
    let answer: { values?: unknown; error?: Error } | undefined
    this.#outside.begin(to, type as unknown as AnyMessage, values, {
      timeoutMs,
      resolve: (got) => {
        answer = { values: got }
      },
      reject: (error) => {
        answer = { error }
      },
    })
    // An idle host does not look whether somebody from outside has written to its rings.
    this.#hosts[0]!.links.publish()
    while (answer === undefined) {
      const isIdle = this.turn(100) === 0 && this.#crank.isQuiet
      if (isIdle && answer === undefined) this.#toNextEvent(Number.POSITIVE_INFINITY)
    }
    if (answer.error !== undefined) throw answer.error
    return answer.values as Answer
  }

  /** So many turns, each for whomever the seed says. Returns the work that was done. */
  turn(count = 1): number {
    let work = 0
    for (let i = 0; i < count; i++) {
      this.#timeUs += TURN_US
      work += this.#crank.turn()
    }
    return work
  }

  /** Turns until nobody has anything to do; what is to come later stays there. */
  untilQuiet(): void {
    for (let turns = 0; turns < TURNS_MAX; turns += 64) {
      if (this.turn(64) === 0 && this.#crank.isQuiet) return
    }
    throw new Error(`still at work after ${TURNS_MAX} turns`)
  }

  /** Lets so much time go by, and everything happen that is due meanwhile, at its time. */
  advance(ms: number): void {
    const endUs = this.#timeUs + ms * 1000
    this.untilQuiet()
    while (this.#timeUs < endUs) {
      this.#toNextEvent(endUs)
      this.untilQuiet()
    }
  }

  async stop(): Promise<void> {
    await this.#crank.close()
  }

  /** The time goes to when something is due next, or to that end. */
  #toNextEvent(endUs: number): void {
    const nextMs = Math.min(
      ...this.#crank.roles.map((role) => role.wakeWithinMs ?? Number.POSITIVE_INFINITY),
    )
    const nextUs = this.#timeUs + Math.ceil(nextMs * 1000)
    this.#timeUs = Math.max(this.#timeUs + 1, Math.min(nextUs, endUs))
  }
}
