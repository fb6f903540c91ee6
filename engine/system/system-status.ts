/** A system at one moment, as plain data: for `tradsys top`, for tests, and for whoever watches it otherwise. */
import type { IdleStrategy } from '../../ringbuffer/idle-strategy.ts'
import type { ActorState } from '../host/host-requests.ts'

/** What `control.status()` resolves with, and the status server serves as JSON. */
export interface SystemStatus {
  /** µs since 1970. */
  readonly timeUs: number
  readonly pid: number
  readonly threads: readonly ThreadStatus[]
  readonly rings: readonly RingStatus[]
  readonly actors: readonly ActorState[]
  /** By reason. */
  readonly deadLetters: Readonly<Record<string, number>>
}

/** One thread of it; bytes are of the V8 heap. */
export interface ThreadStatus {
  readonly name: string
  /** CPU time that it has used, ms; undefined where the host does not say. */
  readonly cpuMs?: number | undefined
  /** Those that it may run on: one, if it is pinned. */
  readonly cpus: readonly number[]
  readonly idle?: IdleStrategy
  readonly heapBytes: number
  readonly actors: number
  readonly shards: readonly number[]
  /** How often another took its place, in the last minute. */
  readonly restarts: number
  /** How often it has slept. */
  readonly parks: number
}

/** One ring of it, named `from→to`. */
export interface RingStatus {
  readonly name: string
  readonly capacityBytes: number
  readonly depthBytes: number
  /** The most that ever waited. */
  readonly highMarkBytes: number
  readonly records: number
  /** How often it was found full. */
  readonly fullCount: number
}

export const addCounts = (
  counts: readonly Readonly<Record<string, number>>[],
): Record<string, number> => {
  const sum: Record<string, number> = {}
  for (const of of counts) {
    for (const [name, count] of Object.entries(of)) sum[name] = (sum[name] ?? 0) + count
  }
  return sum
}
