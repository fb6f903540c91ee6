/** What is to come to an actor, transient or journaled: it is thrown away where its actor has no use for it any more. */

import type { Timer } from '../actor/timers.ts'
import { type ActorCell, Condition } from './actor-cell.ts'

/** A message of an actor to itself, the end of its patience with an answer, or of its rest. */
export interface ActorTimer extends Timer {
  readonly cell: ActorCell
  readonly what: 'message' | 'ask' | 'rest'
  /** Of a message: its timer's key; of an ask: its number. */
  readonly key: number
  /** Of a message: its envelope and block. */
  readonly view: DataView | undefined
}

/** One that has no time and no number yet. */
export type ToCome = Pick<ActorTimer, 'cell' | 'what' | 'key'> & { readonly view?: DataView }

export function isWanted({ cell, what, key, number }: ActorTimer): boolean {
  if (cell.condition === Condition.Stopped) return false
  if (what === 'rest') return cell.condition === Condition.Resting
  return what === 'ask' ? cell.asks?.has(key) === true : cell.timers?.get(key) === number
}
