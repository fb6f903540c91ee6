/**
 * A call of the C library that Node does not have, through koffi.
 *
 * koffi is native code and loaded only here, when it is asked for: a host without it runs on without such calls.
 */
import { createRequire } from 'node:module'

export interface SystemCall {
  readonly call: (...values: readonly unknown[]) => number
  /** Of the last call that failed: to be read before any other is made. */
  readonly errno: () => number
}

/** `prototype`: as in C, of a function that returns an int. Throws where koffi or the function is not to be had. */
export function systemCall(prototype: string): SystemCall {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
  return { call: koffi.load(null).func(prototype), errno: () => koffi.errno() }
}
