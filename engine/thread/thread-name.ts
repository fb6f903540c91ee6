/** A thread by its own name in `top -H`, `ps -L` and a profile, where Node calls all of them node. */
import { systemCall } from './system-call.ts'

/** linux/prctl.h */
const PR_SET_NAME = 15
/** What the kernel keeps of a name. */
const NAME_CHARACTERS_MAX = 15

/** Names the calling thread. False: this host cannot, and is no worse for it. */
export function nameThisThread(name: string): boolean {
  if (process.platform !== 'linux') return false
  try {
    const { call } = systemCall('int prctl(int option, const char *name)')
    return call(PR_SET_NAME, name.slice(0, NAME_CHARACTERS_MAX)) === 0
  } catch {
    return false // koffi is not there
  }
}
