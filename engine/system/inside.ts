/** Whether the caller stands on a thread of a system already. */
import { isMainThread, workerData } from 'node:worker_threads'
import type { WorkerStart } from '../thread/worker-thread.ts'

/** Each thread of a system loads the module that starts it; one that did the same again would end nowhere. */
export function checkNotInside(): void {
  const { thread, mesh } = ((isMainThread ? undefined : workerData) ?? {}) as Partial<
    WorkerStart<never>
  >
  if (thread === undefined || mesh === undefined) return
  throw new Error(
    `ActorSystem.start() was called on '${thread}', a thread of a system, which loads this module for its behaviors: write ` +
      "'if (isMainThread) { … }' around the start, with isMainThread of node:worker_threads",
  )
}
