/** Atomics over the model memory: each call is one step of its thread. */

import type { ModelMemory } from './model-memory.ts'
import type { ModelPromise } from './model-promise.ts'
import type { SharedArray } from './shared-views.ts'

/** A timeout of so much or more never ends. There are several, for code that compares two. */
export const ENDLESS_MS = 1e9

export class ModelAtomics {
  readonly #memory: ModelMemory

  constructor(memory: ModelMemory) {
    this.#memory = memory
  }

  load(array: SharedArray, index: number): number {
    const access = { ...array.access('load', index), isAtomic: true }
    return this.#memory.atomic(access, () => array.raw[index]!)
  }

  store(array: SharedArray, index: number, value: number): number {
    this.#change('store', array, index, { given: `${value}`, next: () => value })
    return value
  }

  exchange(array: SharedArray, index: number, value: number): number {
    return this.#change('exchange', array, index, { given: `${value}`, next: () => value })
  }

  add(array: SharedArray, index: number, value: number): number {
    return this.#change('add', array, index, { given: `${value}`, next: (old) => old + value })
  }

  sub(array: SharedArray, index: number, value: number): number {
    return this.#change('sub', array, index, { given: `${value}`, next: (old) => old - value })
  }

  or(array: SharedArray, index: number, value: number): number {
    return this.#change('or', array, index, { given: `${value}`, next: (old) => old | value })
  }

  and(array: SharedArray, index: number, value: number): number {
    return this.#change('and', array, index, { given: `${value}`, next: (old) => old & value })
  }

  compareExchange(array: SharedArray, index: number, expected: number, value: number): number {
    return this.#change('compareExchange', array, index, {
      given: `${expected}, ${value}`,
      next: (old) => (old === expected ? value : old),
    })
  }

  notify(array: SharedArray, index: number, count = Number.POSITIVE_INFINITY): number {
    const access = { ...array.access('notify', index, count), isAtomic: true }
    return this.#memory.atomic(access, () => this.#memory.notify(access.at, count))
  }

  /** A timeout may end at any moment, unless it is endless. */
  wait(
    array: SharedArray,
    index: number,
    value: number,
    timeoutMs = Number.POSITIVE_INFINITY,
  ): string {
    const access = { ...array.access('wait', index, value), isAtomic: true }
    const isEndless = timeoutMs >= ENDLESS_MS
    return this.#memory.wait(access, isEndless, () => array.raw[index] === value)
  }

  waitAsync(
    array: SharedArray,
    index: number,
    value: number,
    timeoutMs = Number.POSITIVE_INFINITY,
  ): { readonly async: boolean; readonly value: string | ModelPromise } {
    const memory = this.#memory
    const access = { ...array.access('waitAsync', index, value), isAtomic: true }
    const isEndless = timeoutMs >= ENDLESS_MS
    return memory.atomic(access, () => {
      const { run } = memory
      if (array.raw[index] !== value || run === undefined) {
        return { key: 'not-equal', async: false, value: 'not-equal' }
      }
      const promise = memory.promiseOf(run.thread, access.at)
      memory.waiters = [
        ...memory.waiters,
        { thread: run.thread, at: access.at, isEndless, promise },
      ]
      return { key: promise.key, async: true, value: promise }
    })
  }

  #change(
    kind: string,
    array: SharedArray,
    index: number,
    { given, next }: { readonly given: string; readonly next: (old: number) => number },
  ): number {
    const access = { ...array.access(kind, index, given), isAtomic: true, isWrite: true }
    return this.#memory.atomic(access, () => {
      const old = array.raw[index]!
      array.raw[index] = next(old)
      return old
    })
  }
}
