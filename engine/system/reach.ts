/** Each thread's and each shard's requests, wherever they live at the moment they are asked. */

import type { Ref } from '../actor/ref.ts'
import type { HostRequests, ShardRequests } from '../host/host-requests.ts'
import type { Move } from '../host/moving.ts'
import { MAIN_THREAD } from '../thread/plan.ts'
import type { ThreadHost } from '../thread/thread-host.ts'
import type { SystemThreads } from './system-threads.ts'
import { shardName, type TopologyMemory } from './topology.ts'

type Far<All> = {
  readonly [K in keyof All]: All[K] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Result>
    : never
}
export type Requests = Far<HostRequests>
/** `mark`: see moving.ts. */
export type ShardReach = Far<ShardRequests & { mark(ref: Ref, move: Move): boolean }>

export class Reach {
  readonly #topology: TopologyMemory
  readonly #threads: SystemThreads
  readonly #near: Requests

  /** `near`: of the thread that the system was started on, without a way in between. */
  constructor(topology: TopologyMemory, threads: SystemThreads, near: HostRequests) {
    this.#topology = topology
    this.#threads = threads
    this.#near = nearRequests(near)
  }

  /** Throws where there is no such thread. */
  of(thread: string): Requests {
    const { names } = this.#topology
    if (thread === MAIN_THREAD) return this.#near
    if (names.includes(thread)) return farRequests(() => this.#threads.settled(thread), thread)
    throw new Error(`no thread '${thread}': there are ${names.join(', ')}`)
  }

  get shards(): readonly ShardReach[] {
    return Array.from({ length: this.#topology.shards }, (_, shard) =>
      farRequests(() => this.#threads.ofShard(shard), shardName(shard)),
    )
  }
}

function nearRequests(near: HostRequests): Requests {
  const entries = Object.entries(near) as [string, (...args: unknown[]) => unknown][]
  return Object.fromEntries(
    entries.map(([name, request]) => [name, async (...args: unknown[]) => request(...args)]),
  ) as unknown as Requests
}

/** One whose thread has died waits for the successor. */
function farRequests<All extends object>(host: () => Promise<ThreadHost>, role: string): All {
  return new Proxy({} as All, {
    get:
      (_, name) =>
      async (...args: unknown[]) =>
        (await host()).request(role, String(name), ...args),
  })
}
