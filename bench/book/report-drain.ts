/**
 *   driver's thread: RingSink ──▶ ring ──▶ DRAIN's thread: reads every word, counts, sums up
 *                        ▲                       │
 *                        └──── the last pass ◀───┘
 *
 * The other end of a bench's ring: a thread pinned like the next one of the exchange, that reads all there
 * is and then naps, so that it takes as little as possible of a core which both may share. A pass is over
 * when it says so.
 */
import { Worker } from 'node:worker_threads'
import type { PinResult } from '../../engine/thread/affinity.ts'
import { allocateDoorbell, Doorbell } from '../../ringbuffer/doorbell.ts'
import { allocateRing } from '../../ringbuffer/spsc/allocate-ring.ts'
import { RingProducer } from '../../ringbuffer/spsc/spsc-ring.ts'
import { RingSink } from './report-sinks.ts'

/** 32,768 reports: some milliseconds of a fast book. */
const RING_BYTES = 1 << 20

/** Words of the result: what was drained of a pass. PASS is stored last. */
export const PASS = 0
export const REPORTS = 1
export const SUM = 2
export const RESULT_WORDS = 3

/** A pass that takes longer than this hangs. */
const PASS_MS_MAX = 60_000

export interface DrainStart {
  readonly ring: SharedArrayBuffer
  readonly producerBell: SharedArrayBuffer
  readonly result: SharedArrayBuffer
  readonly cpu: number | undefined
}

export interface DrainedPass {
  readonly reports: number
  /** As report-sum.ts has it. */
  readonly sum: number
}

export class ReportDrain {
  readonly ring: RingProducer
  readonly sink: RingSink
  readonly pinned: PinResult
  readonly #worker: Worker
  readonly #result: Int32Array
  #pass = 0

  static async start(cpu: number | undefined): Promise<ReportDrain> {
    const start: DrainStart = {
      ring: allocateRing({ capacityBytes: RING_BYTES, name: 'book→reports' }),
      producerBell: allocateDoorbell(),
      result: new SharedArrayBuffer(RESULT_WORDS * Int32Array.BYTES_PER_ELEMENT),
      cpu,
    }
    const worker = new Worker(new URL('./report-drain-thread.js', import.meta.url), {
      workerData: start,
      name: 'bench:reports',
    })
    const pinned = await new Promise<PinResult>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
    return new ReportDrain(worker, start, pinned)
  }

  private constructor(worker: Worker, start: DrainStart, pinned: PinResult) {
    this.#worker = worker
    this.#result = new Int32Array(start.result)
    this.pinned = pinned
    // The consumer's is rung and heard by nobody: it looks by itself.
    const bells = {
      consumerBell: new Doorbell(allocateDoorbell()),
      producerBell: new Doorbell(start.producerBell),
    }
    this.ring = new RingProducer(start.ring, bells)
    this.sink = new RingSink(this.ring)
  }

  /** Ends a pass, and returns when all of it was read. */
  finishPass(): DrainedPass {
    const before = this.#pass++
    this.sink.endPass(this.#pass)
    if (Atomics.wait(this.#result, PASS, before, PASS_MS_MAX) === 'timed-out') {
      throw new Error('bench: the thread that reads the reports does not come to the end')
    }
    return { reports: this.#result[REPORTS]!, sum: this.#result[SUM]! }
  }

  async stop(): Promise<void> {
    await this.#worker.terminate()
  }
}
