/** A clock that nobody sets, the same on all threads of a process: `performance.now()` begins anew on each. */

const BEGAN_US = Number(process.hrtime.bigint() / 1_000n) - performance.now() * 1_000

/** µs since some moment before the process. */
export const monotonicUs = (): number => monotonicUsAt(performance.now())

/** The same for a moment that `performance.now()` of this thread has named. */
export const monotonicUsAt = (performanceMs: number): number =>
  Math.floor(BEGAN_US + performanceMs * 1_000)
