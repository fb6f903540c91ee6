/**
 * 64-bit integers in a DataView as JavaScript numbers, little-endian and without BigInt.
 *
 * Exact for every safe integer. SBE's null of an int64 is the smallest one, -2^63: it is the only value outside the
 * safe range that may be written, and it stands for "absent".
 */

/** SBE's null for int64. */
export const INT64_NULL = -(2 ** 63)

const TWO_32 = 2 ** 32
/** Times this is exact where a division would be too, and takes a quarter of it. */
const PER_TWO_32 = 2 ** -32
const INT32_MIN = -(2 ** 31)

/** The first number above null that a double can hold. */
const ABOVE_NULL = INT64_NULL + 1024

/**
 * Reads any int64; a value beyond the safe range loses its low bits, so check with `Number.isSafeInteger`. What is not null
 * is never rounded to it.
 */
export function readInt64(view: DataView, at: number): number {
  const low = view.getUint32(at, true)
  const value = view.getInt32(at + 4, true) * TWO_32 + low
  return value === INT64_NULL && low !== 0 ? ABOVE_NULL : value
}

/** Writes a safe integer, or INT64_NULL. */
export function writeInt64(view: DataView, at: number, value: number): void {
  if (value === INT64_NULL) {
    // Apart: beyond 63 bits the processor has no conversion, and the engine calls its own.
    view.setInt32(at + 4, INT32_MIN, true)
    view.setInt32(at, 0, true)
    return
  }
  view.setInt32(at + 4, Math.floor(value * PER_TWO_32), true)
  view.setInt32(at, value | 0, true)
}
