/**
 * A checksum over every word of a report stream, cheap enough for the thread that drains a ring and the
 * same for a stream that was kept: whoever comes to the same sum has read the same reports, in the same
 * order.
 */

/** `sum` with `words[from]` to below `words[to]`. A word that is moved or changed shows. */
export function addWords(sum: number, words: Int32Array, from: number, to: number): number {
  let total = sum
  for (let i = from; i < to; i++) total = (Math.imul(total, 31) + words[i]!) | 0
  return total
}
