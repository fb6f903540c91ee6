/** Pins itself, and says what it was allowed before and after. */

import { parentPort, workerData } from 'node:worker_threads'
import { allowedCpus, type PinResult, pinThisThread } from '../../engine/thread/affinity.ts'

export interface PinReport {
  readonly before: readonly number[]
  readonly result: PinResult
  readonly after: readonly number[]
}

const before = allowedCpus()
const result = pinThisThread(workerData as number)
parentPort!.postMessage({ before, result, after: allowedCpus() } satisfies PinReport)
