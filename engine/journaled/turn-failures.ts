/** What a turn of a shard fails of, other than its actors' own doing; and who is told of what its actors do. */
import type { DeadLetterReason } from '../actor/dead-letters.ts'
import type { Directive } from '../actor/supervision.ts'
import type { ActorCell } from '../host/actor-cell.ts'
import type { AtHand } from '../system/flight-recorder.ts'

export interface ShardListener {
  failed(
    cell: ActorCell,
    error: unknown,
    view: DataView,
    envelope: number,
    directive: Directive,
  ): void
  buried(reason: DeadLetterReason, view: DataView, envelope: number, error?: string): void
}

/** Messages in one turn. More is a circle of actors that never comes to rest. */
export const TURN_MESSAGES_MAX = 1_000_000

/** In the place of what would happen again. */
export class ThreadDied extends Error {
  override readonly name = 'ThreadDied'

  constructor() {
    super('the thread died of it, again and again')
  }
}

/** Throws where threads have died of this message. */
export function refusePoison(poison: AtHand, command: number, delivery: number): void {
  if (poison.kind !== 'journaled' || poison.command !== command) return
  if (poison.delivery === delivery) throw new ThreadDied()
}

export const neverBusy = (): Error => new Error('a journaled actor is never told BUSY')

export const endless = (): Error =>
  new Error(`a turn of ${TURN_MESSAGES_MAX} messages: does a circle of actors never come to rest?`)
