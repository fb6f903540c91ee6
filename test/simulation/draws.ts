/**
 * All chance of a simulated run. Each part draws from a source of its own: what one does more or less of does not
 * change what the others draw, so a seed stays nearly the same story while one part of it is looked into.
 */
import { seeded } from '../actors/seeded.ts'

export class Draws {
  readonly #seed: number
  readonly #random: (bound: number) => number

  constructor(seed: number) {
    this.#seed = seed
    this.#random = seeded(seed)
  }

  /** An independent source, the same one for the same name. */
  of(part: string): Draws {
    let hash = this.#seed | 0
    for (const char of part) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193)
    return new Draws(hash)
  }

  /** 0 … bound - 1. */
  readonly below = (bound: number): number => this.#random(bound)

  /** least … most, both included. */
  between(least: number, most: number): number {
    return least + this.#random(most - least + 1)
  }

  /** True once in so many. */
  oneIn(count: number): boolean {
    return this.#random(count) === 0
  }

  pick<T>(from: readonly T[]): T {
    return from[this.#random(from.length)]!
  }

  /** As likely to be of ten as of a thousand: least … most by order of magnitude. */
  magnitude(least: number, most: number): number {
    const share = this.#random(1_000) / 1_000
    return Math.round(least * (most / least) ** share)
  }
}
