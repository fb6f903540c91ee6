/**
 * How much room the journal's disk has left.
 *
 *   free   ├──────── plenty ────────┼─── low: no new orders ───┼── halt ──┤ 0
 *                               reserve                    reserve / 16
 *
 * LMDB reports a full disk as an I/O error, at best, and what it has written then is lost. So the exchange stops before
 * that; and long before that it stops taking what makes the journal grow most, while people can still take orders back.
 */
import * as fs from 'node:fs'
import { JournalError } from './journal-error.ts'

/** Of the default reserve, 1 GiB, it is 64 MiB: 100 ms of writing at 640 MB/s, which is how often one looks. */
const HALT_SHARE = 16

export class DiskSpace {
  readonly #directory: string
  readonly #reserveBytes: number
  #isLow = false

  constructor(directory: string, reserveBytes: number) {
    this.#directory = directory
    this.#reserveBytes = reserveBytes
  }

  /** Less than the reserve was left at the last look. */
  get isLow(): boolean {
    return this.#isLow
  }

  /** Throws where too little is left to go on. */
  look(): void {
    const { bavail, bsize } = fs.statfsSync(this.#directory)
    const freeBytes = bavail * bsize
    this.#isLow = freeBytes < this.#reserveBytes
    if (freeBytes >= this.#reserveBytes / HALT_SHARE) return
    throw new JournalError('disk-full', {
      what: `only ${Math.floor(freeBytes / 2 ** 20)} MiB left below ${this.#directory}`,
      likely: 'the journal, or something else on this disk, has grown to its end',
      mend: 'Free some space or move the data directory to a larger disk, then start again',
    })
  }
}
