import {
  LAPS_INDEX,
  MISSED_INDEX,
  RECORDS_IN_INDEX,
  readBroadcastForm,
} from './broadcast-layout.ts'

/**
 * For any thread: looks at a ring without disturbing it. There is no depth and no high mark: nobody
 * knows who reads. A reader's own laps and what it missed are with the reader.
 */
export class BroadcastGauge {
  readonly name: string
  readonly capacityBytes: number
  readonly #words: Int32Array
  readonly #counters: Float64Array

  constructor(memory: SharedArrayBuffer) {
    const { name, capacityBytes } = readBroadcastForm(memory)
    this.name = name
    this.capacityBytes = capacityBytes
    this.#words = new Int32Array(memory)
    this.#counters = new Float64Array(memory)
  }

  /** Records published. */
  get recordsIn(): number {
    return this.#counters[RECORDS_IN_INDEX]!
  }

  /** How often the producer has overtaken a reader, any of them, modulo 2^32. */
  get laps(): number {
    return Atomics.load(this.#words, LAPS_INDEX) >>> 0
  }

  /** Records missed by readers, a record as often as it was missed, modulo 2^32. */
  get missedRecords(): number {
    return Atomics.load(this.#words, MISSED_INDEX) >>> 0
  }
}
