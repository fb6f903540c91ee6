/**
 * One process at a time opens or closes a journal's LMDB files.
 *
 * LMDB destroys the mutexes in its lock file when the last process closes it, and makes them anew when the first one
 * opens it. Who opens at the very moment when the last one closes waits for its lock, gets it as one of several, and
 * finds destroyed mutexes: EINVAL, for as long as it lives. So opening and closing take turns, by flock(2) on the folder,
 * for which the right to read is enough. Where it cannot be had in time, work goes on without: the moment is a rare one.
 */
import * as fs from 'node:fs'
import { type Flock, LOCK_EX_NB, loadFlock } from './flock.ts'

/** Opening takes some milliseconds. */
const TURN_MS_MAX = 2_000
const LOOK_MS = 1

let flock: Flock | null | undefined
const pause = new Int32Array(new SharedArrayBuffer(4))

/** Runs `work` while no other process opens or closes files in this folder. */
export function inOpeningTurn<T>(folder: string, work: () => T): T {
  flock ??= loadFlock()
  if (flock === null || !fs.existsSync(folder)) return work()
  const handle = fs.openSync(folder, 'r')
  try {
    const endMs = performance.now() + TURN_MS_MAX
    while (flock(handle, LOCK_EX_NB) !== 0 && performance.now() < endMs) {
      Atomics.wait(pause, 0, 0, LOOK_MS)
    }
    return work()
  } finally {
    fs.closeSync(handle)
  }
}
