/** A clock that nobody sets, the same on all threads of a process: `performance.now()` begins anew on each. */

/** The two clocks are read one after the other, and in between a thread may be put aside: the least difference is the truest. */
const LOOKS = 16
const BEGAN_US = Math.min(
  ...Array.from({ length: LOOKS }, () => {
    const beforeMs = performance.now()
    return Number(process.hrtime.bigint()) / 1_000 - beforeMs * 1_000
  }),
)

/** µs since some moment before the process. */
export const monotonicUs = (): number => monotonicUsAt(performance.now())

/** The same for a moment that `performance.now()` of this thread has named. */
export const monotonicUsAt = (performanceMs: number): number =>
  Math.floor(BEGAN_US + performanceMs * 1_000)
