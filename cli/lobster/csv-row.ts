/**
 *   file.csv or file.csv.gz ──▶ chunks ──▶ CSV ROWS ──▶ files.ts ──▶ columns
 *
 * One row at a time, read in place: no strings, no split, and never more in memory than a chunk and
 * the row that hangs over its end. Whatever is wrong with a file becomes a `LobsterFileError` that
 * names file, row and mend. Hot: two files of a day have some thirty megabytes.
 */

import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'

/**
 * Longest row. A book row of 200 levels a side has 16 KB; more is no CSV, but some file without
 * line ends.
 */
const ROW_BYTES_MAX = 64 * 1024
/** Digits of an integer that surely fits a double: 10^15 < 2^53. */
const DIGITS_MAX = 15

const NEWLINE = 0x0a
const RETURN = 0x0d
const COMMA = 0x2c
const MINUS = 0x2d
const DIGIT_0 = 0x30

/** A file of the day that cannot be used; the message says which, where, why, and what to do. */
export class LobsterFileError extends Error {
  override readonly name = 'LobsterFileError'
}

/** One row, standing over bytes that belong to the reader: good only until the callback returns. */
export class CsvRow {
  readonly path: string
  /** Row number in the file, from 0. */
  index = -1
  columnCount = 0
  #bytes: Uint8Array = new Uint8Array()
  /** Column c lies in bytes [#starts[c], #starts[c + 1] - 1). */
  readonly #starts: number[] = []

  constructor(path: string) {
    this.path = path
  }

  /** Stands over the bytes [start, end), which hold the next row without its line end. */
  advance(bytes: Uint8Array, start: number, end: number): this {
    this.#bytes = bytes
    this.index++
    this.#starts[0] = start
    let count = 1
    for (let at = start; at < end; at++) {
      if (bytes[at] === COMMA) this.#starts[count++] = at + 1
    }
    this.#starts[count] = end + 1
    this.columnCount = count
    return this
  }

  start(column: number): number {
    return this.#starts[column]!
  }

  end(column: number): number {
    return this.#starts[column + 1]! - 1
  }

  text(column: number): string {
    return Buffer.from(this.#bytes.subarray(this.start(column), this.end(column))).toString(
      'latin1',
    )
  }

  /** Where `byte` first stands in the column, or the column's end. */
  find(column: number, byte: number): number {
    const end = this.end(column)
    for (let at = this.start(column); at < end; at++) {
      if (this.#bytes[at] === byte) return at
    }
    return end
  }

  /** The whole number in the column. */
  integer(column: number, name: string): number {
    const value = this.integerIn(this.start(column), this.end(column))
    if (Number.isNaN(value)) {
      this.fail(`${name} "${this.text(column)}" is not a whole number`, 'restore the file')
    }
    return value
  }

  /**
   * The whole number in the bytes [start, end), NaN if there is none or it is too long to be exact.
   */
  integerIn(start: number, end: number): number {
    const negative = start < end && this.#bytes[start] === MINUS
    const first = negative ? start + 1 : start
    if (first >= end || end - first > DIGITS_MAX) return Number.NaN
    let value = 0
    for (let at = first; at < end; at++) {
      const digit = this.#bytes[at]! - DIGIT_0
      if (digit < 0 || digit > 9) return Number.NaN
      value = value * 10 + digit
    }
    return negative ? -value : value
  }

  fail(problem: string, mend: string): never {
    throw new LobsterFileError(`${this.path}: row ${this.index}: ${problem}; ${mend}`)
  }
}

/**
 * Cuts chunks into rows. What follows a chunk's last line end is kept and put before the next
 * chunk.
 */
class RowCutter {
  readonly #row: CsvRow
  readonly #onRow: (row: CsvRow) => void
  #rest: Buffer = Buffer.alloc(0)

  constructor(row: CsvRow, onRow: (row: CsvRow) => void) {
    this.#row = row
    this.#onRow = onRow
  }

  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let start = 0
    for (;;) {
      const end = bytes.indexOf(NEWLINE, start)
      if (end < 0) break
      this.#cut(bytes, start, end)
      start = end + 1
    }
    this.#rest = bytes.subarray(start)
    if (this.#rest.length > ROW_BYTES_MAX) {
      this.#row.index++ // the row that has no end
      this.#row.fail(`no line end in ${ROW_BYTES_MAX} bytes`, 'give a CSV file')
    }
  }

  /** The last row need not have a line end. */
  finish(): void {
    if (this.#rest.length > 0) this.#cut(this.#rest, 0, this.#rest.length)
  }

  #cut(bytes: Buffer, start: number, end: number): void {
    const bare = end > start && bytes[end - 1] === RETURN ? end - 1 : end
    this.#onRow(this.#row.advance(bytes, start, bare))
  }
}

/**
 * Calls `onRow` for each row of the file, in order, with the same object every time. Returns how
 * many there were.
 * @throws LobsterFileError, and whatever `onRow` throws
 */
export async function readRows(path: string, onRow: (row: CsvRow) => void): Promise<number> {
  const row = new CsvRow(path)
  const cutter = new RowCutter(row, onRow)
  for await (const chunk of chunksOf(path, row)) cutter.push(chunk)
  cutter.finish()
  return row.index + 1
}

/**
 * The bytes of the file, unpacked. Only reading can fail in here: the caller's errors pass by
 * untouched.
 */
async function* chunksOf(path: string, row: CsvRow): AsyncGenerator<Buffer, void, undefined> {
  const file = createReadStream(path)
  const chunks = path.endsWith('.gz') ? file.pipe(createGunzip()) : file
  // `pipe` hands on the end of a file, but not its failure.
  if (chunks !== file) file.on('error', (error) => chunks.destroy(error))
  const iterator: AsyncIterator<Buffer> = chunks[Symbol.asyncIterator]()
  try {
    for (;;) {
      const { done, value } = await iterator.next().catch((error: unknown) => {
        const cause = error instanceof Error ? error.message : String(error)
        row.index++ // the row that could not be had
        return row.fail(`cannot be read: ${cause}`, 'check the path or fetch the file again')
      })
      if (done) return
      yield value
    }
  } finally {
    chunks.destroy()
    file.destroy()
  }
}
