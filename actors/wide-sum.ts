/**
 * Sums that may outgrow the 53 bits of a double, exactly: two numbers in a column for each.
 *
 *   column   … | high | low | …        value = high × 2^52 + low,   −2^52 < low < 2^52
 *
 * A holding marked at a silly price is worth more than all the money there is, and a day's turnover
 * is not bounded at all; a sum that clamped or rounded there would be wrong for ever after, when
 * the same amounts leave it again. Nearly always high is 0, and an addition does not look at it.
 * Hot file.
 */
const LIMB = 2 ** 52

/** Adds a safe integer to the sum at `at`. */
export function addWide(column: Float64Array, at: number, units: number): void {
  const low = column[at + 1]! + units
  // Within these bounds it was not rounded: the true sum lies within ±2^53 then.
  if (low < LIMB && low > -LIMB) column[at + 1] = low
  else carry(column, at, units)
}

/**
 * The sum: exact where it is a safe integer. Beyond, it is rounded to something that is no safe
 * integer either, so that no comparison with one goes wrong.
 */
export function wideValue(column: Float64Array, at: number): number {
  return column[at]! * LIMB + column[at + 1]!
}

/** The sum in two numbers that are the same for equal sums, however they came about. */
export function addWideState(column: Float64Array, at: number, add: (value: number) => void): void {
  const borrowed = column[at + 1]! < 0 ? 1 : 0
  add(column[at]! - borrowed)
  add(column[at + 1]! + borrowed * LIMB)
}

function carry(column: Float64Array, at: number, units: number): void {
  const first = limbOf(units)
  // Both are within ±2^52, their sum within ±2^53.
  const low = column[at + 1]! + (units - first * LIMB)
  const second = limbOf(low)
  column[at] = column[at]! + first + second
  column[at + 1] = low - second * LIMB
}

/** 1, 0 or −1: whole limbs in a number of less than two. */
function limbOf(units: number): number {
  if (units >= LIMB) return 1
  return units <= -LIMB ? -1 : 0
}
