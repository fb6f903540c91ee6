/**
 * What producers send in tests: the type of a record says who sent it (8 bits) and which of its
 * sender's records it is (24 bits, from 1), and all else of it follows from these two.
 */

interface Peeked {
  readonly recordType: number
  readonly payloadBytes: number
  readonly bytes: Uint8Array
}

interface Sizes {
  readonly seed: number
  readonly payloadBytesMax: number
}

export const typeOf = (number: number, index: number): number => (number << 24) | index

export const indexOf = (type: number): number => type & 0xffffff

export const fillPayload = (bytes: Uint8Array, at: number, payloadBytes: number, type: number) => {
  const seed = (type >>> 24) + indexOf(type)
  for (let i = 0; i < payloadBytes; i += 1) bytes[at + i] = seed + i
}

/** From 0 to the longest, as random as a hash. */
export const payloadBytesOf = ({ seed, payloadBytesMax }: Sizes, number: number, index: number) =>
  (Math.imul(seed ^ (number << 24) ^ index, 0x9e3779b1) >>> 8) % (payloadBytesMax + 1)

/** Knows what has to come next from each producer. */
export class SentRecords {
  count: number
  readonly #sizes: Sizes
  readonly #seen: number[]

  /** `seen` of number 1 have been read by another. */
  constructor(sizes: Sizes, producers: number, seen = 0) {
    this.#sizes = sizes
    this.#seen = Array(producers + 1).fill(0)
    this.#seen[1] = seen
    this.count = seen
  }

  /** How many records of a producer have come. */
  seenOf(number: number): number {
    return this.#seen[number]!
  }

  /** The peeked record: undefined if it is its producer's next, and whole; else what is wrong. */
  take(consumer: Peeked, at: number): string | undefined {
    const number = consumer.recordType >>> 24
    const index = indexOf(consumer.recordType)
    const expected = (this.#seen[number] ?? Number.NaN) + 1
    if (index !== expected) return `record ${index} of producer ${number}, not ${expected}`
    const payloadBytes = payloadBytesOf(this.#sizes, number, index)
    if (consumer.payloadBytes !== payloadBytes) {
      return `record ${index} of ${number} is ${consumer.payloadBytes} B, not ${payloadBytes}`
    }
    for (let i = 0; i < payloadBytes; i += 1) {
      if (consumer.bytes[at + i] !== ((number + index + i) & 0xff)) {
        return `record ${index} of ${number}: byte ${i} is not what was sent`
      }
    }
    this.#seen[number] = index
    this.count += 1
    return undefined
  }
}
