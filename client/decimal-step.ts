/**
 * Decimal texts into whole numbers of steps such as ticks and lots, and back, exactly:
 *
 *   step "0.005": 3 decimals, 5 units a step      "100.005" → 100005 units → 20001 steps → "100.005"
 */

const FORM = /^(\d+)(?:\.(\d+))?$/

/** One step of prices or quantities. */
export class DecimalStep {
  readonly #decimals: number
  readonly #units: bigint

  /** A step of `size` × 10^-decimals. */
  static of(size: number, decimals: number): DecimalStep {
    return new DecimalStep(withPoint(BigInt(size), decimals))
  }

  /** Throws a RangeError where the text is no decimal above zero. */
  constructor(step: string) {
    const parts = partsOf(step)
    this.#decimals = parts.fraction.length
    this.#units = BigInt(parts.whole + parts.fraction)
    if (this.#units === 0n) throw new RangeError(`a step of '${step}' is no step`)
  }

  /** How many steps the text is. Throws a RangeError where it is no whole number of them, or beyond safe integers. */
  count(text: string): number {
    const { whole, fraction } = partsOf(text)
    const excess = fraction.slice(this.#decimals)
    const units = BigInt(whole + fraction.slice(0, this.#decimals).padEnd(this.#decimals, '0'))
    const count = Number(units / this.#units)
    if (units % this.#units !== 0n || /[1-9]/.test(excess) || !Number.isSafeInteger(count)) {
      throw new RangeError(`'${text}' is no whole number of steps`)
    }
    return count
  }

  /** A whole number of steps, below 0 too, with all of the step's decimals. */
  text(count: number): string {
    return withPoint(BigInt(count) * this.#units, this.#decimals)
  }
}

function withPoint(units: bigint, decimals: number): string {
  const digits = String(units < 0n ? -units : units).padStart(decimals + 1, '0')
  const sign = units < 0n ? '-' : ''
  if (decimals === 0) return sign + digits
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}

function partsOf(text: string): { readonly whole: string; readonly fraction: string } {
  const found = FORM.exec(text)
  if (found === null) throw new RangeError(`'${text}' is no decimal`)
  return { whole: found[1]!, fraction: found[2] ?? '' }
}
