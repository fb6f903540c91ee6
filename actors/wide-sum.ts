/**
 * Sums that may outgrow the 53 bits of a double, exactly: two numbers in a column for each.
 *
 *   column   … | high | low | …        value = high × 2^52 + low,   0 ≤ low < 2^52
 *
 * A holding marked at a silly price is worth more than all the money there is, and a day's turnover
 * is not bounded at all; a sum that clamped or rounded there would be wrong for ever after, when
 * the same amounts leave it again. Each value has one form, so equal sums hash alike. Nearly always
 * high is 0 (or −1, just below nothing) and an addition costs two comparisons. Hot file.
 */
const LIMB = 2 ** 52

/** Numbers of a column that one sum takes. */
export const WIDE_NUMBERS = 2

/** Adds a safe integer to the sum at `at`. */
export function addWide(column: Float64Array, at: number, units: number): void {
  let low = units
  if (units >= LIMB || units <= -LIMB) {
    const limbs = units < 0 ? -1 : 1
    column[at] = column[at]! + limbs
    low -= limbs * LIMB
  }
  // Now within ±2^52, so the sum is within ±2^53: exact.
  low += column[at + 1]!
  if (low >= LIMB) {
    low -= LIMB
    column[at] = column[at]! + 1
  } else if (low < 0) {
    low += LIMB
    column[at] = column[at]! - 1
  }
  column[at + 1] = low
}

/**
 * The sum: exact where it is a safe integer. Beyond, it is rounded to something that is no safe
 * integer either, so that no comparison with one goes wrong.
 */
export function wideValue(column: Float64Array, at: number): number {
  return column[at]! * LIMB + column[at + 1]!
}
