/**
 * Moves of actors that are not journaled, one after the other, as whoever runs the system sees them: what is asked of which
 * thread, and when. moving.ts has what happens there.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Ref } from '../actor/ref.ts'
import type { SpawnedActor } from '../host/host-requests.ts'
import type { Move } from '../host/moving.ts'
import type { Reach, Requests } from './reach.ts'
import type { TopologyMemory } from './topology.ts'

export interface MovesOptions {
  readonly topology: TopologyMemory
  readonly reach: Reach
  /** Those that were spawned from outside, by thread; kept as they move. */
  readonly spawned: Map<string, Set<SpawnedActor>>
  /** The thread that an actor is on. Throws where it is gone. */
  readonly threadOf: (ref: Ref) => string
  /** Threads that have died so far. */
  readonly deaths: () => number
  readonly isStopping: () => boolean
}

export class SystemMoves {
  readonly #options: MovesOptions
  #last: Promise<void> = Promise.resolve()
  #moves = 0

  constructor(options: MovesOptions) {
    this.#options = options
  }

  /** Resolves when all that was under way has come to it there. */
  move(ref: Ref, to: string): Promise<void> {
    // Two of one actor would expect it at two places.
    const moved = this.#last.then(() => this.#move(ref, to))
    this.#last = moved.then(
      () => undefined,
      () => undefined,
    )
    return moved
  }

  async #move(ref: Ref, to: string): Promise<void> {
    const { topology, reach, threadOf } = this.#options
    const from = threadOf(ref)
    if (from === to) return
    const actor = [...this.#on(from)].find((spawned) => spawned.ref === ref)
    if (actor === undefined)
      throw new Error('only what was spawned from outside can move: not a child')
    const { name } = actor
    const left = topology.names.indexOf(from)
    const all = Array.from({ length: topology.names.length + topology.shards }, (_, i) => i)
    const senders = all.filter((sender) => sender !== left)
    const move: Move = { number: ++this.#moves, from: left, senders }
    const [there, here] = [reach.of(to), reach.of(from)]
    await here.checkMovable(name)
    await there.expect(actor, move)
    // Whichever of the two dies now: by the table one successor knows that it is its own.
    this.#on(to).add(actor)
    const problem = await this.#handOver(actor, move, to)
    await this.#follow(actor, move, to)
    if (problem !== undefined) throw new Error(problem)
  }

  /** Each sender's marker, and another one of each where a thread dies, which may have had some in its hands. */
  async #follow({ ref, name }: SpawnedActor, move: Move, to: string): Promise<void> {
    const { reach, deaths } = this.#options
    for (let before = -1; before !== deaths(); ) {
      before = deaths()
      const marked = move.senders.map((sender) =>
        this.#untilDone(() => this.#sender(sender).mark(ref, move)),
      )
      await Promise.all(marked)
      await this.#untilDone(
        async () => deaths() !== before || (await reach.of(to).hasArrived(name)),
      )
    }
  }

  #sender(number: number): Pick<Requests, 'mark'> {
    const { topology, reach } = this.#options
    const thread = topology.names[number]
    return thread === undefined ? reach.shards[number - topology.names.length]! : reach.of(thread)
  }

  /** Resolves with what was wrong with its state. */
  async #handOver(actor: SpawnedActor, move: Move, to: string): Promise<string | undefined> {
    const { topology, reach } = this.#options
    const there = reach.of(to)
    const from = topology.names[move.from]!
    let state: Uint8Array
    try {
      state = await reach.of(from).depart(actor.name, topology.names.indexOf(to))
    } catch (error) {
      const isThere = await there.giveUp(actor)
      this.#on(isThere ? from : to).delete(actor)
      if (isThere) await this.#follow(actor, move, to)
      throw error
    }
    this.#on(from).delete(actor)
    return await there.arrive(actor, state, move)
  }

  #on(thread: string): Set<SpawnedActor> {
    const { spawned } = this.#options
    const there = spawned.get(thread) ?? new Set()
    spawned.set(thread, there)
    return there
  }

  /** Asked again while there is no room. */
  async #untilDone(ask: () => Promise<unknown>): Promise<void> {
    while (!this.#options.isStopping()) {
      // It dies: then its successor is asked, as soon as that is there.
      if ((await ask().catch(() => false)) !== false) return
      await sleep(1)
    }
  }
}
