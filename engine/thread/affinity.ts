/**
 * Which CPU the calling thread runs on. A pinned thread keeps its caches; one that the kernel moves
 * pays for them anew.
 *
 * Node has no call for it (nodejs/node#44459), so this asks the kernel through koffi. Pid 0 means
 * the calling thread: its siblings, the garbage collector's and libuv's threads among them, stay
 * where they were. Pinning is a wish: where the host, the platform or koffi refuses, the thread
 * runs on unpinned, and the answer says why.
 */

import { readFileSync } from 'node:fs'
import { systemCall } from './system-call.ts'

export interface PinResult {
  readonly pinned: boolean
  /** Why not. */
  readonly reason?: string
}

/** glibc's cpu_set_t: 1,024 CPUs, one bit each. */
const CPU_SET_BYTES = 128
/** Linux tells times in hundredths of a second, whatever its own clock. */
const MS_PER_TICK = 10
const CPU_COUNT_MAX = CPU_SET_BYTES * 8

export const pinThisThread = (cpu: number): PinResult => {
  if (!Number.isInteger(cpu) || cpu < 0 || cpu >= CPU_COUNT_MAX) {
    return refused(`cpu ${cpu} is not one of 0 to ${CPU_COUNT_MAX - 1}`)
  }
  if (process.platform !== 'linux') return refused(`${process.platform} has no sched_setaffinity`)
  const mask = new Uint8Array(CPU_SET_BYTES)
  mask[cpu >> 3] = 1 << (cpu & 7)
  try {
    const { call, errno: lastErrno } = systemCall(
      'int sched_setaffinity(int pid, size_t maskBytes, const uint8_t *mask)',
    )
    if (call(0, CPU_SET_BYTES, mask) === 0) return { pinned: true }
    const errno = lastErrno() // before any other system call sets it anew
    return refused(`kernel refused cpu ${cpu}, errno ${errno}; allowed: ${allowedCpus().join(',')}`)
  } catch (error) {
    return refused(`koffi: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** CPUs the calling thread may run on, ascending; [] where the host does not say. */
export const allowedCpus = (): number[] => {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(threadStatus())?.[1] ?? ''
  return list.split(',').flatMap(cpusOfRange)
}

/** CPU time that the calling thread has used, ms; undefined where the host does not say. Ticks of 10 ms. */
export const threadCpuMs = (): number | undefined => {
  try {
    const stat = readFileSync('/proc/thread-self/stat', 'utf8')
    // The name, which may hold anything, ends with the last bracket; user and system ticks are the 12th and 13th behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK
  } catch {
    return undefined // no procfs
  }
}

const refused = (reason: string): PinResult => ({ pinned: false, reason })

/**
 * A synchronous read runs on the calling thread, so `thread-self` is that thread and none of
 * libuv's pool.
 */
const threadStatus = (): string => {
  try {
    return readFileSync('/proc/thread-self/status', 'utf8')
  } catch {
    return '' // no procfs: not Linux, or a closed sandbox
  }
}

/** '4' → [4], '0-3' → [0, 1, 2, 3], '' → []. */
const cpusOfRange = (range: string): number[] => {
  const bounds = /^(\d+)(?:-(\d+))?$/.exec(range)
  if (bounds === null) return []
  const first = Number(bounds[1])
  const last = Number(bounds[2] ?? bounds[1])
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}
