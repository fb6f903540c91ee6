/** One of the threads of ring-child.ts: pins itself, says that it is ready, and does its part when it is told to. */
import { parentPort, workerData } from 'node:worker_threads'
import type { IdleStrategy } from '../../ringbuffer/idle-strategy.ts'
import { pinTo } from '../book/pinning.ts'
import { RING_BENCHES, type RingBenchName } from './ring-benches.ts'
import { type PartRun, StopFlag } from './ring-part.ts'

export interface RingThreadStart {
  readonly name: RingBenchName
  /** Index into its parts. */
  readonly part: number
  readonly shared: unknown
  readonly cpu: number | undefined
  readonly seconds: number
  readonly idle: IdleStrategy
  /** Set: begin. */
  readonly go: SharedArrayBuffer
  readonly stop: SharedArrayBuffer
}

const { name, part, shared, cpu, go, stop, ...rest } = workerData as RingThreadStart
const { parts } = RING_BENCHES[name].bench
parentPort!.postMessage(pinTo(cpu))
Atomics.wait(new Int32Array(go), 0, 0)
const run: PartRun = { ...rest, stop: new StopFlag(stop) }
parentPort!.postMessage(await parts[part]!(shared, run))
