/** flock(2), which Node does not have: the kernel lets go of such a lock when its process ends, however it ends. */
import { createRequire } from 'node:module'

/** Exclusive, and do not wait. The numbers are the same on Linux and macOS. */
export const LOCK_EX_NB = 2 | 4

/** Returns 0 where the lock was had. */
export type Flock = (handle: number, operation: number) => number

/** Null where koffi, which is native code, cannot be loaded. */
export function loadFlock(): Flock | null {
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
    const library = process.platform === 'darwin' ? 'libSystem.dylib' : 'libc.so.6'
    return koffi.load(library).func('int flock(int, int)') as unknown as Flock
  } catch {
    return null
  }
}
