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

/** A method's name, the view it is about to touch, and the index, where it has one. */
type OnStep = (name: string, touched: ArrayBufferView, index: unknown) => void

/** Calls `onStep` before each step of this thread, until what it answers is called. */
export const hookSharedSteps = (onStep: OnStep): (() => void) => {
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
            onStep(name, touched, args[1])
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

const isShared = (touched: unknown): touched is ArrayBufferView =>
  ArrayBuffer.isView(touched) && touched.buffer instanceof SharedArrayBuffer

class Died extends Error {}

export interface Life {
  /** It came to its end, and did not die. */
  readonly isWhole: boolean
  /** The steps it took, by name. */
  readonly steps: readonly string[]
}

/**
 * Plays something on this thread until just before its step number `stop`, from 0, and no further:
 * shared memory is then as if its thread had been terminated there. What `meanwhile` does before
 * each of its steps is another thread's.
 */
export const dieAt = (stop: number, play: () => void, meanwhile?: (step: number) => void): Life => {
  const steps: string[] = []
  const unhook = hookSharedSteps((name) => {
    meanwhile?.(steps.length)
    if (steps.length === stop) throw new Died()
    steps.push(name)
  })
  try {
    play()
    return { isWhole: true, steps }
  } catch (error) {
    if (!(error instanceof Died)) throw error
    return { isWhole: false, steps }
  } finally {
    unhook()
  }
}
