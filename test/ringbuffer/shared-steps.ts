/**
 * Stops a thread at each step where it touches shared memory. The ring's code is as it is: the
 * methods it calls are wrapped, those of Atomics and DataView and `fill`. Elements that are read or
 * written by index are not seen; a stop before the next step that is seen comes to the same.
 */

type Method = (this: unknown, ...args: never[]) => unknown
type Methods = Record<string, Method>

const TYPED_ARRAY = Object.getPrototypeOf(Int32Array.prototype) as object
const HOOKED: readonly (readonly [holder: object, names: readonly string[]])[] = [
  [Atomics, ['load', 'store', 'compareExchange', 'exchange', 'or', 'and', 'notify', 'wait']],
  [DataView.prototype, ['getInt32', 'setInt32']],
  [TYPED_ARRAY, ['fill']],
]

/** Calls `onStep` before each step of this thread, with its name, until the answer is called. */
export const hookSharedSteps = (onStep: (step: string) => void): (() => void) => {
  const undo: (() => void)[] = []
  // What onStep does itself is no step.
  let isInside = false
  for (const [holder, names] of HOOKED) {
    const methods = holder as Methods
    for (const name of names) {
      const original = methods[name]!
      methods[name] = function (this: unknown, ...args: never[]): unknown {
        const touched = holder === Atomics ? args[0] : this
        if (!isInside && isShared(touched)) {
          isInside = true
          try {
            onStep(name)
          } finally {
            isInside = false
          }
        }
        return original.apply(this, args)
      }
      undo.push(() => {
        methods[name] = original
      })
    }
  }
  return () => {
    for (const restore of undo) restore()
  }
}

const isShared = (touched: unknown): boolean =>
  ArrayBuffer.isView(touched) && touched.buffer instanceof SharedArrayBuffer

class Died extends Error {}

/**
 * Plays something on this thread until just before its step number `stop`, from 0, and no further:
 * shared memory is then as if its thread had been terminated there. `at`, if given, happens before
 * the step of its number: another thread, in the meantime. Answers whether it came to its end.
 */
export const dieAt = (
  stop: number,
  play: () => void,
  at?: { readonly step: number; readonly happens: () => void },
): boolean => {
  let step = 0
  const unhook = hookSharedSteps(() => {
    if (step === at?.step) at.happens()
    if (step === stop) throw new Died()
    step += 1
  })
  try {
    play()
    return true
  } catch (error) {
    if (!(error instanceof Died)) throw error
    return false
  } finally {
    unhook()
  }
}
