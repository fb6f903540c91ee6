/**
 * The 48-bit generator of the JDK's `java.util.Random`, in doubles: state and multiplier lie in
 * halves of 24 bits, so that no product is longer than the 53 bits a double holds.
 *
 *   state (48 bits)   |  high (24)  |  low (24)  |      bits(b) takes the b bits on the left
 */
const HALF = 2 ** 24
const MULTIPLIER_HIGH = 0x5de
const MULTIPLIER_LOW = 0xece66d
const INCREMENT = 11

export class JavaRandom {
  #high: number
  #low: number

  /** `seed`: an integer, negative ones as two's complement. */
  constructor(seed: number) {
    this.#low = (seed & (HALF - 1)) ^ MULTIPLIER_LOW
    this.#high = (Math.floor(seed / HALF) & (HALF - 1)) ^ MULTIPLIER_HIGH
  }

  /** An integer of `count` bits, at most 32. */
  bits(count: number): number {
    const low = this.#low * MULTIPLIER_LOW + INCREMENT
    const carry = Math.floor(low / HALF)
    const high = this.#high * MULTIPLIER_LOW + this.#low * MULTIPLIER_HIGH + carry
    this.#low = low % HALF
    this.#high = high % HALF
    return Math.floor((this.#high * HALF + this.#low) / 2 ** (48 - count))
  }

  /**
   * From 0 to below `bound`. Takes another step now and then: the last, incomplete run of `bound`
   * numbers is not used.
   */
  int(bound: number): number {
    let drawn = this.bits(31)
    if ((bound & (bound - 1)) === 0) return Math.floor((bound * drawn) / 2 ** 31)
    let value = drawn % bound
    while (drawn - value + bound - 1 >= 2 ** 31) {
      drawn = this.bits(31)
      value = drawn % bound
    }
    return value
  }

  /** At least 0, below 1. */
  real(): number {
    const high = this.bits(26)
    return (high * 2 ** 27 + this.bits(27)) / 2 ** 53
  }
}
