import {
  FULL_COUNT_INDEX,
  HEAD_INDEX,
  HIGH_MARK_INDEX,
  RECORD_ALIGNMENT,
  RECORDS_IN_INDEX,
  RECORDS_OUT_INDEX,
  readForm,
  TAIL_INDEX,
} from '../ring-layout.ts'

/** For any thread: looks at a ring without disturbing it. Its figures are not of one moment. */
export class RingGauge {
  readonly name: string
  readonly capacityBytes: number
  readonly #words: Int32Array
  readonly #counters: Float64Array

  constructor(memory: SharedArrayBuffer) {
    const { name, capacityBytes } = readForm(memory)
    this.name = name
    this.capacityBytes = capacityBytes
    this.#words = new Int32Array(memory)
    this.#counters = new Float64Array(memory)
  }

  /** Published and not released, padding included. */
  get depthBytes(): number {
    // HEAD first: the other order can come out negative. This one can come out above the capacity.
    const head = Atomics.load(this.#words, HEAD_INDEX)
    const tail = Atomics.load(this.#words, TAIL_INDEX)
    return Math.min(((tail - head) | 0) * RECORD_ALIGNMENT, this.capacityBytes)
  }

  /** Records published. */
  get recordsIn(): number {
    return this.#counters[RECORDS_IN_INDEX]!
  }

  /** Records released. */
  get recordsOut(): number {
    return this.#counters[RECORDS_OUT_INDEX]!
  }

  /** Claims answered FULL. */
  get fullCount(): number {
    return this.#counters[FULL_COUNT_INDEX]!
  }

  /** The most that the consumer ever found waiting, or what waits now if that is more. */
  get highMarkBytes(): number {
    return Math.max(this.#counters[HIGH_MARK_INDEX]!, this.depthBytes)
  }
}
