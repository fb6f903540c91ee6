/** What a turn of a shard fails of, other than its actors' own doing; who is told of what they do, and how often a message has failed. */
import { VERSION_OFFSET } from '../../protocol/envelope.ts'
import type { DeadLetterReason } from '../actor/dead-letters.ts'
import type { ActorCell } from '../host/actor-cell.ts'
import type { AtHand } from '../system/flight-recorder.ts'
import { RELAYED } from './actor-router.ts'
import type { JournaledDirective } from './verdict-event.ts'

export interface ShardListener {
  failed(
    cell: ActorCell,
    error: unknown,
    view: DataView,
    envelope: number,
    directive: JournaledDirective,
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

/** In the version of a message that an actor has kept: what is beside its other bit. */
const TRIES_MAX = RELAYED - 1

/** How often this message has failed before: its actor knows of the one at hand, one that was kept says so itself. */
export const triesOf = (cell: ActorCell, view: DataView, envelope: number): number =>
  cell.hasFailed ? cell.failures.tries : view.getUint16(envelope + VERSION_OFFSET, true) & TRIES_MAX

/** The copy at `envelope` of a message that is kept says how often it has failed. */
export function noteTries(view: DataView, envelope: number, tries: number): void {
  const relayed = view.getUint16(envelope + VERSION_OFFSET, true) & RELAYED
  view.setUint16(envelope + VERSION_OFFSET, relayed | Math.min(tries, TRIES_MAX), true)
}
