/**
 *   records of a frame ──▶ PACKED BODY ──▶ what stands in the journal, a quarter of it
 *
 * One report is much like the one before it: of each record only those words are kept in which it differs from the last record
 * of its kind in the same frame. A frame is read without any other, so its first of a kind is held against zeros.
 *
 *   record, packed
 *   word 0           1       2 ...                     then, for each 32 words of the record that follow, mask and words again
 *        +------------+-------+-------+- - -+-------+
 *        | words, key | mask  | word  |     | word  |   a mask's bit i: word i of these 32 is told, else it is as it was
 *        | u16 │ u16  | u32   |       |     |       |
 *        +------------+-------+-------+- - -+-------+
 *
 * Little-endian. `words` are those of the record with its padding; `key` is of its type, and says with which record it is
 * compared: the last one with this key, if that has as many words. What two types make of one key costs bytes, and nothing else.
 *
 * Why: plain, an order and what follows from it are 820 B (bench e2e), packed 211: a million of them a second are more than a disk
 * takes, and than the kernel finds pages for. To pack takes as long as what it saves in the SHA-256 of the frame (a nanosecond a word).
 *
 * Hot: `packBody` runs once for each frame written, its inner loop once for each word of each message.
 */
import { alignRecord, RECORD_LENGTH_OFFSET, RECORD_TYPE_OFFSET } from '../protocol/envelope.ts'

const WORD_SHIFT = 2
const WORD_BYTES = 4
const LENGTH = RECORD_LENGTH_OFFSET / WORD_BYTES
const TYPE = RECORD_TYPE_OFFSET / WORD_BYTES
const KEYS = 256
const KEY_SHIFT = 16
const WORDS_MASK = 0xffff
const MASK_WORDS = 32
const NONE = -1

/** Beside the records themselves: a word for each, and one for each 32 of its words. */
export const packedBytesMax = (bodyBytes: number, records: number): number =>
  bodyBytes + WORD_BYTES * (2 * records + Math.ceil((bodyBytes >> WORD_SHIFT) / MASK_WORDS))

/** What the first record of a kind is compared with. */
const ZEROS = new Int32Array(1 << KEY_SHIFT)
/** By key: where the last record began, and how many words it had. */
const lastAt = new Int32Array(KEYS)
const lastWords = new Int32Array(KEYS)

const keyOf = (type: number): number => (type ^ (type >>> 8)) & (KEYS - 1)

/**
 * Packs the records that stand in `words` in [at, end), at whole words, one behind the other. Writes to `packed` from `to` on,
 * which has room for `packedBytesMax`; returns where it ends. All in words.
 */
export function packBody(
  words: Int32Array,
  at: number,
  end: number,
  packed: Int32Array,
  to: number,
): number {
  lastAt.fill(NONE)
  let out = to
  for (let record = at; record < end; ) {
    const count = alignRecord(words[record + LENGTH]!) >> WORD_SHIFT
    const key = keyOf(words[record + TYPE]!)
    const isLike = lastAt[key] !== NONE && lastWords[key] === count
    const like = isLike ? words : ZEROS
    const likeAt = isLike ? lastAt[key]! : 0
    packed[out++] = count | (key << KEY_SHIFT)
    for (let first = 0; first < count; first += MASK_WORDS) {
      const maskAt = out++
      const told = Math.min(MASK_WORDS, count - first)
      let mask = 0
      // Records are whole pairs of words, and most pairs are as they were.
      for (let i = 0; i < told; i += 2) {
        const one = words[record + first + i]!
        const other = words[record + first + i + 1]!
        const isOne = one !== like[likeAt + first + i]
        const isOther = other !== like[likeAt + first + i + 1]
        if (isOne) {
          mask |= 1 << i
          packed[out++] = one
        }
        if (isOther) {
          mask |= 2 << i
          packed[out++] = other
        }
      }
      packed[maskAt] = mask
    }
    lastAt[key] = record
    lastWords[key] = count
    record += count
  }
  return out
}

/**
 * The records again, into `words` in [at, end), from `packed` in [from, to). False: these bytes were not packed so; nothing was
 * read or written outside of them.
 */
export function unpackBody(
  packed: Int32Array,
  from: number,
  to: number,
  words: Int32Array,
  at: number,
  end: number,
): boolean {
  lastAt.fill(NONE)
  let next = from
  let record = at
  while (next < to) {
    const head = packed[next++]!
    const count = head & WORDS_MASK
    const key = head >>> KEY_SHIFT
    if (count <= TYPE || count % 2 !== 0 || key >= KEYS || record + count > end) return false
    if (lastAt[key] !== NONE && lastWords[key] === count) {
      const like = lastAt[key]!
      for (let i = 0; i < count; i++) words[record + i] = words[like + i]!
    } else {
      for (let i = 0; i < count; i++) words[record + i] = 0
    }
    for (let first = 0; first < count; first += MASK_WORDS) {
      if (next >= to) return false
      for (let mask = packed[next++]!; mask !== 0; mask &= mask - 1) {
        const word = first + 31 - Math.clz32(mask & -mask)
        if (word >= count || next >= to) return false
        words[record + word] = packed[next++]!
      }
    }
    if (key !== keyOf(words[record + TYPE]!)) return false
    lastAt[key] = record
    lastWords[key] = count
    record += count
  }
  return record === end
}
