/**
 * Runs the ends of a ring on this thread as if each had its own: before every atomic access of one,
 * others may take steps, which stop at their accesses for others again. An end in the middle of a
 * step is not entered a second time. So a step sees the words that threads share as another thread
 * might have left them, and a seed says in which order it all was.
 */

import { Seeded } from './seeded.ts'

export interface End {
  /** One turn, as long as the end is awake. */
  readonly step: () => void
  isAwake: boolean
  isBusy: boolean
}

const ACCESSES = ['load', 'store', 'and', 'or', 'add'] as const
/** Deeper, the ends would all be busy. */
const DEPTH_MAX = 4

export class Interleaver {
  readonly chance: Seeded
  readonly #ends: End[] = []
  readonly #accessesPerStep: number
  #depth = 0

  constructor(seed: number) {
    this.chance = new Seeded(seed)
    this.#accessesPerStep = 1 + this.chance.below(8)
  }

  add(step: () => void): End {
    const end = { step, isAwake: true, isBusy: false }
    this.#ends.push(end)
    return end
  }

  /** Lets the ends take turns until each of them sleeps, or `stepsMax` have been taken. */
  run(stepsMax: number): boolean {
    const originals = ACCESSES.map((name) => [name, Atomics[name]] as const)
    for (const [name, access] of originals) {
      const value = (words: Int32Array, index: number, operand: number): number => {
        this.pause()
        return (access as (...parameters: unknown[]) => number)(words, index, operand)
      }
      Object.defineProperty(Atomics, name, { value, configurable: true, writable: true })
    }
    try {
      for (let steps = 0; steps < stepsMax; steps += 1) {
        if (!this.#ends.some((end) => end.isAwake)) return true
        this.#stepOfOne()
      }
      return false
    } finally {
      for (const [name, value] of originals) {
        Object.defineProperty(Atomics, name, { value, configurable: true, writable: true })
      }
    }
  }

  /** A place where others may take steps. */
  pause(): void {
    while (this.#depth < DEPTH_MAX && this.chance.below(this.#accessesPerStep) === 0) {
      this.#stepOfOne()
      if (this.chance.below(3) === 0) return
    }
  }

  #stepOfOne(): void {
    const end = this.#ends[this.chance.below(this.#ends.length)]!
    if (end.isBusy || !end.isAwake) return
    end.isBusy = true
    this.#depth += 1
    end.step()
    this.#depth -= 1
    end.isBusy = false
  }
}
