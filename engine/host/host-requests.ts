/**
 * What the control plane may ask of one thread's actors. A worker's are asked through Comlink, the main thread's directly; no
 * message between actors ever takes this way.
 */

import type { SpawnOptions } from '../actor/behavior.ts'
import type { Catalog } from '../actor/catalog.ts'
import type { DeadLetter } from '../actor/dead-letters.ts'
import type { Ref } from '../actor/ref.ts'
import type { JournaledShard } from '../journaled/journaled-shard.ts'
import type { ActorCell } from './actor-cell.ts'
import { Condition } from './actor-cell.ts'
import type { ActorHost } from './actor-host.ts'
import type { Move } from './moving.ts'

/** One actor, as it is at this moment. */
export interface ActorState {
  readonly name: string
  readonly ref: Ref
  readonly thread: string
  readonly protocol: string
  readonly condition: keyof typeof Condition
  /** Messages that it has handled, and that wait for it. */
  readonly handled: number
  readonly waiting: number
  readonly waitingBytes: number
  readonly stashed: number
  readonly restarts: number
  readonly children: number
}

/** One that was spawned from outside, with all that it takes to do so again. */
export interface SpawnedActor {
  readonly behavior: string
  readonly name: string
  readonly options: SpawnOptions
  readonly ref: Ref
}

export interface HostState {
  readonly actors: number
  readonly deadLetters: Readonly<Record<string, number>>
}

export function hostRequests(host: ActorHost, catalog: Catalog) {
  const { lifecycle } = host
  const find = (who: string | Ref): ActorCell => {
    const cell = lifecycle.find(who)
    if (cell === undefined) throw new Error(`no actor '${who}' on thread '${host.name}'`)
    if (cell.arrival?.isHere === false) {
      throw new Error(`actor '${cell.name}' is on its way to thread '${host.name}': ask again`)
    }
    return cell
  }
  /** One that is expected is still where it comes from, until it has left. */
  const isOurs = ({ ref, arrival }: ActorCell): boolean =>
    arrival === undefined || host.links.table.threadOf(ref) === host.links.thread
  return {
    spawn: (behavior: string, name: string, options: SpawnOptions): Ref =>
      lifecycle.spawn(catalog.named(behavior), name, options).ref,
    stop: (who: string | Ref): void => lifecycle.stop(find(who)),
    restart: (name: string): void => lifecycle.restart(find(name)),
    expect: (actor: SpawnedActor, move: Move): void => host.moving.expect(actor, move),
    checkMovable: (name: string): void => void host.moving.movable(name),
    depart: (name: string, to: number): Uint8Array => host.moving.depart(name, to),
    giveUp: (actor: SpawnedActor): boolean => host.moving.giveUp(actor),
    arrive: (actor: SpawnedActor, state: Uint8Array, move: Move): string | undefined =>
      host.moving.arrive(actor, state, move),
    mark: (ref: Ref, move: Move): boolean => host.moving.mark(ref, move),
    hasArrived: (name: string): boolean => host.moving.hasArrived(name),
    /** A thread has died, and another has its place: who watches an actor there is told, or watches it again. */
    threadReplaced: (thread: number): void => lifecycle.threadReplaced(thread),
    actors: (): ActorState[] =>
      [...lifecycle.all].filter(isOurs).map((cell) => stateOf(cell, host.name)),
    actor: (name: string): ActorState => stateOf(find(name), host.name),
    look: (who: string | Ref): ActorState | undefined => {
      const cell = lifecycle.find(who)
      return cell === undefined || !isOurs(cell) ? undefined : stateOf(cell, host.name)
    },
    state: (): HostState => ({ actors: lifecycle.count, deadLetters: host.deadLetters.counts }),
    deadLetters: (): readonly DeadLetter[] => host.deadLetters.kept,
  }
}

/** The same of a shard of journaled actors. What changes them goes through the log instead. */
export function shardRequests(machine: JournaledShard, thread: string) {
  return {
    actors: (): ActorState[] => [...machine.lifecycle.all].map((cell) => stateOf(cell, thread)),
    look: (who: string | Ref): ActorState | undefined => {
      const { lifecycle } = machine
      const cell = typeof who === 'string' ? lifecycle.find(who) : lifecycle.at(who)
      return cell === undefined ? undefined : stateOf(cell, thread)
    },
    state: (): HostState => ({
      ...{ actors: machine.lifecycle.count, deadLetters: machine.deadLetters.counts },
    }),
    stateHash: (): string => machine.stateHash(),
    deadLetters: (): readonly DeadLetter[] => machine.deadLetters.kept,
  }
}

export type ShardRequests = ReturnType<typeof shardRequests>
export type HostRequests = ReturnType<typeof hostRequests>

const CONDITIONS = Object.keys(Condition) as (keyof typeof Condition)[]

function stateOf(cell: ActorCell, thread: string): ActorState {
  const { mailbox, unstashed, released } = cell
  const boxes = [mailbox, unstashed, released].filter((box) => box !== undefined)
  return {
    ...{ name: cell.name, ref: cell.ref, thread, protocol: cell.behavior.protocol.$name },
    condition: CONDITIONS[cell.condition]!,
    handled: cell.handled,
    waiting: boxes.reduce((sum, { count }) => sum + count, 0),
    waitingBytes: boxes.reduce((sum, { bytes }) => sum + bytes, 0),
    stashed: cell.stashed?.count ?? 0,
    restarts: cell.restarts,
    children: cell.children?.size ?? 0,
  }
}
