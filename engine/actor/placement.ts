/** Which thread an actor is born on. */
import { hashOf } from './hash.ts'
import type { Ref } from './ref.ts'

export type Placement =
  /** The thread of this name. */
  | { readonly thread: string }
  /** The thread of that actor, at this moment. */
  | { readonly with: Ref }
  /** One of these threads, the same for the same key: @default all but the one that the system was started on. */
  | { readonly hash: string; readonly over?: readonly string[] }

export const onThread = (thread: string): Placement => ({ thread })
export const withActor = (ref: Ref): Placement => ({ with: ref })
export const hashed = (hash: string, over?: readonly string[]): Placement =>
  over === undefined ? { hash } : { hash, over }

/** By rendezvous: where a thread is added or taken away, only keys of that one find another place. */
export function threadForKey(key: string, threads: readonly string[]): string {
  let best = threads[0]
  let bestScore = -1
  for (const thread of threads) {
    const score = hashOf(`${thread}\0${key}`)
    if (score > bestScore) {
      best = thread
      bestScore = score
    }
  }
  if (best === undefined)
    throw new Error(`no thread for '${key}': give the system one, or name one`)
  return best
}
