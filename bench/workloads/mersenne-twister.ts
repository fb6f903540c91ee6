/**
 * MT19937 with 32-bit words, and the draws that the MEB flow makes from it. The words are the same
 * in every language; the last bit of `log` and `cos` is the host's, and V8's has not changed from
 * Node 20 to 24.
 */
const WORDS = 624
const FAR = 397

/** Where a uniform draw of 0 is put, so that its logarithm is finite. */
const REAL_FLOOR = 1e-300

export class MersenneTwister {
  readonly #state = new Uint32Array(WORDS)
  #next = WORDS

  constructor(seed: number) {
    const state = this.#state
    state[0] = seed
    for (let i = 1; i < WORDS; i++) {
      const before = state[i - 1]!
      state[i] = Math.imul(1812433253, before ^ (before >>> 30)) + i
    }
  }

  /** A word of 32 bits, from 0. */
  word(): number {
    if (this.#next === WORDS) this.#twist()
    let word = this.#state[this.#next++]!
    word ^= word >>> 11
    word ^= (word << 7) & 0x9d2c5680
    word ^= (word << 15) & 0xefc60000
    return (word ^ (word >>> 18)) >>> 0
  }

  /** At least 0, below 1: 53 bits of two words. */
  real(): number {
    const high = this.word() >>> 5
    const low = this.word() >>> 6
    return (high * 2 ** 26 + low) / 2 ** 53
  }

  /** From `least` to `most`, both included. */
  int(least: number, most: number): number {
    return least + Math.floor(this.real() * (most - least + 1))
  }

  /**
   * Box and Muller's cosine. Its sine twin is not kept: each call takes two reals, whatever was
   * called before.
   */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(Math.max(this.real(), REAL_FLOOR)))
    return radius * Math.cos(2 * Math.PI * this.real())
  }

  #twist(): void {
    const state = this.#state
    for (let i = 0; i < WORDS; i++) {
      const mixed = (state[i]! & 0x80000000) | (state[(i + 1) % WORDS]! & 0x7fffffff)
      const odd = (mixed & 1) === 1 ? 0x9908b0df : 0
      state[i] = state[(i + FAR) % WORDS]! ^ (mixed >>> 1) ^ odd
    }
    this.#next = 0
  }
}
