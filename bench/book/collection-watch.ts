/** Counts garbage collections of this thread between two moments. */
import { PerformanceObserver } from 'node:perf_hooks'

export class CollectionWatch {
  readonly #startsMs: number[] = []
  readonly #observer = new PerformanceObserver((list) => {
    for (const { startTime } of list.getEntries()) this.#startsMs.push(startTime)
  })

  constructor() {
    this.#observer.observe({ entryTypes: ['gc'] })
  }

  /** Moments are `performance.now()`'s. */
  async countBetween(fromMs: number, toMs: number): Promise<number> {
    // Node tells of a collection in a later turn of the event loop.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
    return this.#startsMs.filter((startMs) => startMs >= fromMs && startMs < toMs).length
  }

  stop(): void {
    this.#observer.disconnect()
  }
}
