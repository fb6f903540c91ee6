import { RECORD_ALIGNMENT } from '../ring-layout.ts'
import {
  FULL_COUNT_INDEX,
  GATE_INDEX,
  headIndexOf,
  highMarkIndexOf,
  RECORDS_IN_INDEX,
  readMulticastForm,
  recordsOutIndexOf,
  TAIL_INDEX,
} from './multicast-layout.ts'

/** For any thread: looks at a ring without disturbing it. Its figures are not of one moment. */
export class MulticastGauge {
  readonly name: string
  readonly capacityBytes: number
  /** How many readers there can be, attached or not. */
  readonly readers: number
  readonly #words: Int32Array
  readonly #counters: Float64Array

  constructor(memory: SharedArrayBuffer) {
    const { name, capacityBytes, readers } = readMulticastForm(memory)
    this.name = name
    this.capacityBytes = capacityBytes
    this.readers = readers
    this.#words = new Int32Array(memory)
    this.#counters = new Float64Array(memory)
  }

  isAttached(reader: number): boolean {
    return (Atomics.load(this.#words, GATE_INDEX) & (1 << reader)) !== 0
  }

  /** Published and not released by this reader, padding included; 0 of one that is detached. */
  depthBytesOf(reader: number): number {
    if (!this.isAttached(reader)) return 0
    // HEAD first: the other order can come out negative. This one can come out above the capacity.
    const head = Atomics.load(this.#words, headIndexOf(reader))
    const tail = Atomics.load(this.#words, TAIL_INDEX)
    return Math.min(((tail - head) | 0) * RECORD_ALIGNMENT, this.capacityBytes)
  }

  /** Published and not released by the slowest reader. */
  get depthBytes(): number {
    let depthBytes = 0
    for (let reader = 0; reader < this.readers; reader += 1) {
      depthBytes = Math.max(depthBytes, this.depthBytesOf(reader))
    }
    return depthBytes
  }

  /** Records published. */
  get recordsIn(): number {
    return this.#counters[RECORDS_IN_INDEX]!
  }

  /** Records released by this reader and its predecessors. */
  recordsOutOf(reader: number): number {
    return this.#counters[recordsOutIndexOf(reader)]!
  }

  /** Claims answered FULL. */
  get fullCount(): number {
    return this.#counters[FULL_COUNT_INDEX]!
  }

  /** The most that this reader ever found ready for it. */
  highMarkBytesOf(reader: number): number {
    return this.#counters[highMarkIndexOf(reader)]!
  }
}
