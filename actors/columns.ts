/**
 * Columns of numbers that double when a row does not fit: a growth copies, all other turns allocate
 * nothing.
 */
import { columnMemory } from '../engine/shard/column-memory.ts'

export type Int32Column = Int32Array<ArrayBuffer>
export type Float64Column = Float64Array<ArrayBuffer>

/** `length` zeroes; a large column begins at a page. */
export const newInts = (length: number): Int32Column =>
  new Int32Array(columnMemory(length * Int32Array.BYTES_PER_ELEMENT), 0, length)

export const newFloats = (length: number): Float64Column =>
  new Float64Array(columnMemory(length * Float64Array.BYTES_PER_ELEMENT), 0, length)

/** The column itself while it has room for `length` values, else a longer copy. */
export function growInts(column: Int32Column, length: number): Int32Column {
  if (length <= column.length) return column
  const longer = newInts(doubled(column.length, length))
  longer.set(column)
  return longer
}

/** As `growInts`, for values beyond 32 bits: safe integers. */
export function growFloats(column: Float64Column, length: number): Float64Column {
  if (length <= column.length) return column
  const longer = newFloats(doubled(column.length, length))
  longer.set(column)
  return longer
}

function doubled(from: number, needed: number): number {
  let length = Math.max(from, 16)
  while (length < needed) length *= 2
  return length
}
