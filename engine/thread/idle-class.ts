/**
 * For a process that has time: it runs where nobody else wants the CPU.
 *
 * The least niceness is not enough. Linux lets what runs run on to its slice's end before a thread that wakes gets the CPU, however
 * nice it is: beside a snapshot the exchange's threads waited up to 13 ms each. Of the idle class (SCHED_IDLE) whoever runs is put
 * aside at once.
 */
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { setPriority } from 'node:os'

const LEAST_PRIORITY = 19
/** linux/sched.h */
const SCHED_IDLE = 5
/** struct sched_param: the priority, which this class has not. */
const PARAM_BYTES = 4

/** All threads that there are now, and what they start later. False: the host refuses, and they have the least priority. */
export function runWhenIdle(): boolean {
  setPriority(LEAST_PRIORITY)
  if (process.platform !== 'linux') return false
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
    const setScheduler = koffi
      .load(null)
      .func('int sched_setscheduler(int pid, int policy, const uint8_t *param)')
    const param = new Uint8Array(PARAM_BYTES)
    const threads = readdirSync('/proc/self/task').map(Number)
    const answers = threads.map((thread) => setScheduler(thread, SCHED_IDLE, param))
    return answers.every((answer) => answer === 0)
  } catch {
    // Without koffi, or where the host forbids it, it is as nice as it can be.
    return false
  }
}
