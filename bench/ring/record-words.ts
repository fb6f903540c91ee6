/**
 * What the records of `bench ring` hold, and how much of it has arrived. Hot file.
 *
 *   0       4       8                              64
 *   +-------+-------+-------------------------------+
 *   | length| type  |  14 words, made of a number   |      all of them are written, and all are read
 *   +-------+-------+-------------------------------+
 */
import { RECORD_HEADER_BYTES } from '../../ringbuffer/ring-layout.ts'

export const RECORD_BYTES = 64
export const PAYLOAD_BYTES = RECORD_BYTES - RECORD_HEADER_BYTES
export const PAYLOAD_WORDS = PAYLOAD_BYTES / 4

/** Of words that are read or written at a byte's offset in `bytes`. */
export const wordsOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Int32Array =>
  new Int32Array(buffer, byteOffset, byteLength >> 2)

/** Returns what `sumOf` says of them. */
export function writeWords(words: Int32Array, at: number, count: number, number: number): number {
  let sum = 0
  for (let i = 0; i < count; i++) {
    const word = (number + i) | 0
    words[at + i] = word
    sum = (sum + word) | 0
  }
  return sum
}

export function sumOf(words: Int32Array, at: number, count: number): number {
  let sum = 0
  for (let i = 0; i < count; i++) sum = (sum + words[at + i]!) | 0
  return sum
}

/** Of records of one sender, in their order. */
export interface TallySaid {
  readonly count: number
  readonly sum: number
}

export class Tally implements TallySaid {
  count = 0
  sum = 0

  /** A record that is lost, changed or moved gives another sum. */
  add(recordSum: number): void {
    this.count++
    this.sum = (Math.imul(this.sum, 31) + recordSum) | 0
  }

  get said(): TallySaid {
    return { count: this.count, sum: this.sum }
  }
}

/** What each thread says of each sender's records. Throws where two say different things, or nothing was sent. */
export function checkTallies(said: readonly Readonly<Record<string, TallySaid>>[]): void {
  const first = new Map<string, TallySaid>()
  for (const [sender, tally] of said.flatMap((one) => Object.entries(one))) {
    const other = first.get(sender) ?? tally
    first.set(sender, other)
    if (other.count === tally.count && other.sum === tally.sum && tally.count > 0) continue
    const [one, two] = [JSON.stringify(other), JSON.stringify(tally)]
    throw new Error(`bench: ${one} of ${sender} on one thread, but ${two} on another`)
  }
}
