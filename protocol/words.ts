/**
 * 64-bit integers as two words of 32 bits, the low one first: the bytes that integers.ts writes, for blocks that begin
 * at a multiple of four in memory of ours. Several times quicker than a DataView, which asks at each value whether its
 * memory is still there and has room. Hot file.
 */

const TWO_32 = 2 ** 32
const PER_TWO_32 = 2 ** -32
const INT32_MIN = -(2 ** 31)

if (new Uint8Array(Int32Array.of(1).buffer)[0] !== 1) {
  throw new Error('TradSys needs a little-endian processor: its messages are written as words')
}

export type Words = Int32Array<ArrayBufferLike>

/** Writes an integer of 32 bits as one of 64. */
export function putInt32(words: Words, at: number, value: number): void {
  words[at] = value
  words[at + 1] = value >> 31
}

/** Writes a safe integer. */
export function putInt64(words: Words, at: number, value: number): void {
  words[at] = value | 0
  words[at + 1] = highWord(value)
}

/** Of a safe integer the bits above the lower 32, which are `value | 0`. */
export const highWord = (value: number): number => Math.floor(value * PER_TWO_32)

/** The safe integer of two words. */
export const ofWords = (low: number, high: number): number => high * TWO_32 + (low >>> 0)

/** Writes INT64_NULL: absent. */
export function putNull64(words: Words, at: number): void {
  words[at] = 0
  words[at + 1] = INT32_MIN
}

/** An integer of 32 bits that is not 0, else INT64_NULL. */
export function putInt32OrNull(words: Words, at: number, value: number): void {
  words[at] = value
  words[at + 1] = value === 0 ? INT32_MIN : value >> 31
}
