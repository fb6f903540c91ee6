import {
  HEAD_INDEX,
  HIGH_MARK_INDEX,
  RECORDS_OUT_INDEX,
  TAIL_INDEX,
  UNIT_SHIFT,
} from '../ring-layout.ts'
import {
  type MpscForm,
  producerFullIndex,
  producerRecordsIndex,
  readMpscForm,
} from './mpsc-layout.ts'

/**
 * For any thread: looks at a ring of many producers without disturbing it, as RingGauge does at one
 * of one. Its figures are not of one moment, and a producer that died may have counted one more.
 */
export class MpscGauge {
  readonly name: string
  readonly capacityBytes: number
  readonly producersMax: number
  readonly #words: Int32Array
  readonly #counters: Float64Array

  constructor(memory: SharedArrayBuffer) {
    const { name, capacityBytes, producersMax }: MpscForm = readMpscForm(memory)
    this.name = name
    this.capacityBytes = capacityBytes
    this.producersMax = producersMax
    this.#words = new Int32Array(memory)
    this.#counters = new Float64Array(memory)
  }

  /** Claimed and not released, padding included. */
  get depthBytes(): number {
    // HEAD first: the other order can come out negative. This one can come out above the capacity.
    const head = Atomics.load(this.#words, HEAD_INDEX)
    const tail = Atomics.load(this.#words, TAIL_INDEX)
    return Math.min(((tail - head) | 0) << UNIT_SHIFT, this.capacityBytes)
  }

  /** Records committed, by all producers. */
  get recordsIn(): number {
    return this.#sum(producerRecordsIndex)
  }

  /** Records released. */
  get recordsOut(): number {
    return this.#counters[RECORDS_OUT_INDEX]!
  }

  /** Claims answered FULL, to all producers. */
  get fullCount(): number {
    return this.#sum(producerFullIndex)
  }

  /** Records committed by one producer and its predecessors of the same number, from 1. */
  recordsInOf(number: number): number {
    return this.#counters[producerRecordsIndex(this.capacityBytes, number)]!
  }

  /** The most that the consumer ever found before a release, or what waits now if that is more. */
  get highMarkBytes(): number {
    return Math.max(this.#counters[HIGH_MARK_INDEX]!, this.depthBytes)
  }

  #sum(indexOf: (capacityBytes: number, number: number) => number): number {
    let sum = 0
    for (let number = 1; number <= this.producersMax; number += 1) {
      sum += this.#counters[indexOf(this.capacityBytes, number)]!
    }
    return sum
  }
}
