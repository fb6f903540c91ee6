/**
 * For a process that has time: it runs where nobody else wants the CPU.
 *
 * The least niceness is not enough. Linux lets what runs run on to its slice's end before a thread that wakes gets the CPU, however
 * nice it is: beside a snapshot the exchange's threads waited up to 13 ms each. Of the idle class (SCHED_IDLE) whoever runs is put
 * aside at once.
 */
import { readdirSync } from 'node:fs'
import { setPriority } from 'node:os'
import { setSchedulingClass } from './scheduling.ts'

const LEAST_PRIORITY = 19

/** All threads that there are now, and what they start later. False: the host refuses, and they have the least priority. */
export function runWhenIdle(): boolean {
  setPriority(LEAST_PRIORITY)
  if (process.platform !== 'linux') return false
  const threads = readdirSync('/proc/self/task').map(Number)
  const refusals = threads.map((thread) => setSchedulingClass(thread, 'idle'))
  return refusals.every((refused) => refused === undefined)
}
