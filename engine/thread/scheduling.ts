/**
 * In which order the kernel gives threads a CPU, where more want one than there are.
 *
 *   real time   before all threads of the ordinary class, at once, and until it sleeps      (SCHED_RR)
 *   ordinary    its share, in slices of some milliseconds: what wakes may wait so long      (SCHED_OTHER)
 *   idle        where nobody else wants it                                                  (SCHED_IDLE)
 *
 * Linux only, through koffi. Real time is for who may have it: root, CAP_SYS_NICE, or a limit of `ulimit -r`.
 */
import { systemCall } from './system-call.ts'

/** linux/sched.h */
const CLASSES = { realTime: 2, idle: 5 } as const
/** What the thread starts later is ordinary again: the collector's and libuv's threads too. */
const RESET_ON_FORK = 0x40000000
/** struct sched_param: the priority. */
const PARAM_BYTES = 4
/** The least of real time: what keeps a machine alive has a higher one. */
const REAL_TIME_PRIORITY = 1
export const THIS_THREAD = 0

/** Puts the thread (its id in the kernel) into the class. Returns why it could not be, or undefined. */
export function setSchedulingClass(
  thread: number,
  schedulingClass: keyof typeof CLASSES,
): string | undefined {
  if (process.platform !== 'linux') return `${process.platform} has no sched_setscheduler`
  try {
    const { call, errno } = systemCall(
      'int sched_setscheduler(int pid, int policy, const uint8_t *param)',
    )
    const isRealTime = schedulingClass === 'realTime'
    const param = new Uint8Array(PARAM_BYTES)
    param[0] = isRealTime ? REAL_TIME_PRIORITY : 0
    const policy = CLASSES[schedulingClass] | (isRealTime ? RESET_ON_FORK : 0)
    if (call(thread, policy, param) === 0) return undefined
    return `kernel refused scheduling class ${schedulingClass}, errno ${errno()}`
  } catch (error) {
    return `koffi: ${error instanceof Error ? error.message : String(error)}`
  }
}
