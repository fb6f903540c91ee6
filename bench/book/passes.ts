/**
 * Times an engine over one flow within a process: first cold, then warm, each time a new engine that has
 * seen nothing.
 *
 *   make ─▶ cold pass      (make ─▶ collect garbage ─▶ warm pass) × WARM_PASSES      what is made is off the clock
 */
import { CollectionWatch } from './collection-watch.ts'

export interface Passes {
  /** Messages a second, the first time that the code ran. */
  readonly coldPerSecond: number
  readonly warmPerSecond: readonly number[]
  /** Garbage collections in the warm windows. */
  readonly collections: number
  /** The most in one warm window. */
  readonly heapGrowthBytes: number
  readonly arrayBuffersGrowthBytes: number
}

const WARM_PASSES = 3

/** `make` makes an engine and returns what runs all `messages` through it, to its end. */
export async function timePasses(messages: number, make: () => () => void): Promise<Passes> {
  const watch = new CollectionWatch()
  const perSecond = (run: () => void): number => {
    const startMs = performance.now()
    run()
    return (messages * 1000) / (performance.now() - startMs)
  }
  const coldPerSecond = perSecond(make())
  const warmPerSecond: number[] = []
  let [collections, heapGrowthBytes, arrayBuffersGrowthBytes] = [0, 0, 0]
  for (let pass = 0; pass < WARM_PASSES; pass++) {
    const run = make()
    collectGarbage()
    const before = process.memoryUsage()
    const fromMs = performance.now()
    warmPerSecond.push(perSecond(run))
    const toMs = performance.now()
    const after = process.memoryUsage()
    collections += await watch.countBetween(fromMs, toMs)
    heapGrowthBytes = Math.max(heapGrowthBytes, after.heapUsed - before.heapUsed)
    const grown = after.arrayBuffers - before.arrayBuffers
    arrayBuffersGrowthBytes = Math.max(arrayBuffersGrowthBytes, grown)
  }
  watch.stop()
  return { coldPerSecond, warmPerSecond, collections, heapGrowthBytes, arrayBuffersGrowthBytes }
}

/** So that a measured window does not pay for what was made before it. */
export function collectGarbage(): void {
  if (globalThis.gc === undefined) throw new Error('bench: this process needs --expose-gc')
  globalThis.gc()
}
