/**
 * Loaded into each thread of the exchange before its own code (NODE_OPTIONS=--import): in the thread that THREAD_FAULT
 * names it waits for a file to appear, and then that thread exits, hangs, or takes memory until there is none.
 */
import { existsSync } from 'node:fs'
import { workerData } from 'node:worker_threads'

const LOOK_MS = 5
const { THREAD_FAULT: wanted, THREAD_FAULT_DOES: does, THREAD_FAULT_WHEN: file } = process.env
const { thread } = (workerData ?? {}) as { readonly thread?: string }

const kept: unknown[] = []

const FAULTS: Readonly<Record<string, () => void>> = {
  exit: () => process.exit(7),
  hang: () => {
    for (;;) kept.length = 0
  },
  memory: () => {
    for (;;) kept.push(new Array(10_000).fill(kept.length))
  },
  throw: () => {
    throw new Error('thread fault: thrown')
  },
}

if (thread !== undefined && thread === wanted && file !== undefined) {
  const timer = setInterval(() => {
    if (!existsSync(file)) return
    clearInterval(timer)
    FAULTS[does ?? '']!()
  }, LOOK_MS)
}
