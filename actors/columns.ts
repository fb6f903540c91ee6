/**
 * Columns of numbers that double when a row does not fit: a growth copies, all other turns allocate
 * nothing.
 */

export type Int32Column = Int32Array<ArrayBuffer>
export type Float64Column = Float64Array<ArrayBuffer>

/** The column itself while it has room for `length` values, else a longer copy. */
export function growInts(column: Int32Column, length: number): Int32Column {
  if (length <= column.length) return column
  const longer = new Int32Array(doubled(column.length, length))
  longer.set(column)
  return longer
}

/** As `growInts`, for values beyond 32 bits: safe integers. */
export function growFloats(column: Float64Column, length: number): Float64Column {
  if (length <= column.length) return column
  const longer = new Float64Array(doubled(column.length, length))
  longer.set(column)
  return longer
}

function doubled(from: number, needed: number): number {
  let length = Math.max(from, 16)
  while (length < needed) length *= 2
  return length
}
