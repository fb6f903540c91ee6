/** Which thread an actor is born on. */
import { hashOf } from './hash.ts'
import type { Ref } from './ref.ts'

/** Where an actor is born, of those that are not journaled: what the three makers below make. */
export type Placement =
  /** The thread of this name. */
  | { readonly thread: string }
  /** The thread of that actor, at this moment. */
  | { readonly with: Ref }
  /** One of these threads, the same for the same key: @default all but the one that the system was started on. */
  | { readonly hash: string; readonly over?: readonly string[] }

/** On the thread of this name; 'main' is the one that the system was started on. A name that is none rejects the spawn. */
export const onThread = (thread: string): Placement => ({ thread })
/** On the thread where that actor lives now; it does not follow it later. Rejects where it is gone. */
export const withActor = (ref: Ref): Placement => ({ with: ref })
/** On one of `over`, the same for the same key. @param over @default all threads but 'main' */
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
