/** A clock that nobody sets, the same on all threads of a process: `performance.now()` begins anew on each. */

const BEGAN_US = Number(process.hrtime.bigint() / 1_000n) - performance.now() * 1_000

/** µs since some moment before the process. */
export const monotonicUs = (): number => Math.floor(BEGAN_US + performance.now() * 1_000)
