/** Moves on a test's system, step by step as system-moves.ts takes them over real threads. */
import assert from 'node:assert/strict'
import type { Ref } from '../../../engine/actor/ref.ts'
import type { SpawnedActor } from '../../../engine/host/host-requests.ts'
import type { TestSystem } from '../../../engine/system/test-system.ts'

const TURNS_MAX = 100_000

let moves = 0

export interface Mover {
  readonly system: TestSystem
  /** As it was spawned, on one of the threads. */
  readonly actor: SpawnedActor
  /** Turns of the system between two steps. @default none */
  readonly turns?: () => number
}

/** All that was under way has come to it there. */
export function move({ system, actor, turns = () => 0 }: Mover, to: string): void {
  const { names } = system.topology
  const { table } = system.host(to).links
  const left = table.threadOf(actor.ref as Ref)
  const senders = [...names.keys()].filter((thread) => thread !== left)
  const move = { number: ++moves, from: left, senders }
  const [from, there] = [system.host(names[left]!).moving, system.host(to).moving]
  there.expect(actor, move)
  system.turn(turns())
  const state = from.depart(actor.name, names.indexOf(to))
  system.turn(turns())
  there.arrive(actor, state, move)
  for (const sender of senders) {
    system.turn(turns())
    while (!system.host(names[sender]!).moving.mark(actor.ref, move)) system.turn()
  }
  for (let turn = 0; !there.hasArrived(actor.name); turn++) {
    assert.ok(turn < TURNS_MAX, `'${actor.name}' does not arrive on '${to}'`)
    system.turn()
  }
}
