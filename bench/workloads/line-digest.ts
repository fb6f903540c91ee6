/** SHA-256 of lines of integers, without making a string of any of them: a flow has millions. */
import { createHash } from 'node:crypto'

const BUFFER_BYTES = 65_536
/** What separates it from the field before, and the ten digits of 2^31 - 1. */
const FIELD_BYTES_MAX = 11
const COMMA = 0x2c
const NEWLINE = 0x0a
const ZERO = 0x30

export class LineDigest {
  readonly #hash = createHash('sha256')
  readonly #buffer = new Uint8Array(BUFFER_BYTES)
  #bytes = 0
  /** Stands between the last field and the next one; 0 before the first. */
  #separator = 0

  /** The next number of the line, from 0 to 2^31 - 1. */
  field(value: number): void {
    if (value < 0 || (value | 0) !== value) throw new RangeError(`not a field: ${value}`)
    if (this.#bytes + FIELD_BYTES_MAX > BUFFER_BYTES) this.#flush()
    if (this.#separator !== 0) this.#buffer[this.#bytes++] = this.#separator
    this.#separator = COMMA
    this.#digits(value)
  }

  endLine(): void {
    this.#separator = NEWLINE
  }

  /** Ends the digest; `lastLineEnd` says whether the last line has its newline too. */
  hex(lastLineEnd: '\n' | ''): string {
    this.#flush()
    return this.#hash.update(this.#separator === NEWLINE ? lastLineEnd : '').digest('hex')
  }

  #digits(value: number): void {
    let at = this.#bytes + 1
    for (let rest = value; rest >= 10; rest = (rest / 10) | 0) at++
    this.#bytes = at
    let rest = value
    do {
      const tens = (rest / 10) | 0
      this.#buffer[--at] = ZERO + rest - 10 * tens
      rest = tens
    } while (rest > 0)
  }

  #flush(): void {
    this.#hash.update(this.#buffer.subarray(0, this.#bytes))
    this.#bytes = 0
  }
}
