/**
 * Which CPUs the two threads of a run get. A thread that is made by a pinned one may use that one's CPU
 * alone until it asks for another, so the choice is made once, before any of them is pinned.
 */
import { allowedCpus, type PinResult, pinThisThread } from '../../engine/thread/affinity.ts'

export interface BenchCpus {
  readonly book: number
  readonly drain: number
}

/** The first two that this process may use; undefined: there are no two, or the host does not say. */
export function chooseCpus(): BenchCpus | undefined {
  const [book, drain] = allowedCpus()
  return book === undefined || drain === undefined ? undefined : { book, drain }
}

/** Pins the calling thread, if there is a CPU for it. */
export function pinTo(cpu: number | undefined): PinResult {
  if (cpu !== undefined) return pinThisThread(cpu)
  return { pinned: false, reason: 'this host does not say that two CPUs may be used' }
}
