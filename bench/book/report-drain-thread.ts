/** The thread of report-drain.ts. Hot file. */
import { parentPort, workerData } from 'node:worker_threads'
import { Doorbell } from '../../ringbuffer/doorbell.ts'
import { EMPTY, RingConsumer } from '../../ringbuffer/spsc-ring.ts'
import { REPORT_WORDS } from '../workloads/meb-reports.ts'
import { pinTo } from './pinning.ts'
import { type DrainStart, PASS, REPORTS, SUM } from './report-drain.ts'
import { BLOCK_HEAD_WORDS, BlockType } from './report-sinks.ts'
import { addWords } from './report-sum.ts'

/** As threads of the exchange idle without sockets: plan.ts. */
const SPIN_US = 20
const PARK_MS_MAX = 100

class Drain {
  readonly #ring: RingConsumer
  readonly #words: Int32Array
  readonly #bell: Doorbell
  readonly #result: Int32Array
  #reports = 0
  #sum = 0

  constructor({ ring, consumerBell, producerBell, result }: DrainStart) {
    this.#bell = new Doorbell(consumerBell)
    this.#ring = new RingConsumer(ring, { producerBell: new Doorbell(producerBell) })
    const { buffer, byteOffset, byteLength } = this.#ring.bytes
    this.#words = new Int32Array(buffer, byteOffset, byteLength >> 2)
    this.#result = new Int32Array(result)
  }

  /** Until the thread is ended from outside. */
  run(): never {
    const hasWork = (): boolean => this.#ring.hasWork()
    let idleSinceMs = performance.now()
    for (;;) {
      if (this.#drain()) idleSinceMs = performance.now()
      else if ((performance.now() - idleSinceMs) * 1000 >= SPIN_US) {
        this.#bell.park(PARK_MS_MAX, hasWork)
      }
    }
  }

  /** Whether there was something. */
  #drain(): boolean {
    const ring = this.#ring
    let at = ring.peek()
    if (at === EMPTY) return false
    for (; at !== EMPTY; at = ring.peek()) {
      const type = ring.recordType
      if (type === BlockType.Reports) this.#readBlock(at >> 2)
      else if (type === BlockType.PassEnd) this.#endPass(at >> 2)
      else this.#readRecord(at >> 2, ring.payloadBytes >> 2)
      ring.advance()
    }
    ring.release()
    return true
  }

  #readBlock(block: number): void {
    const count = this.#words[block]!
    const first = block + BLOCK_HEAD_WORDS
    this.#reports += count
    this.#sum = addWords(this.#sum, this.#words, first, first + count * REPORT_WORDS)
  }

  /** An event of an exchange machine: its type is a template's, a letter's code. */
  #readRecord(from: number, count: number): void {
    this.#reports++
    this.#sum = addWords(this.#sum, this.#words, from, from + count)
  }

  #endPass(block: number): void {
    const pass = this.#words[block]!
    this.#result[REPORTS] = this.#reports
    this.#result[SUM] = this.#sum
    this.#reports = 0
    this.#sum = 0
    Atomics.store(this.#result, PASS, pass)
    Atomics.notify(this.#result, PASS)
  }
}

const start = workerData as DrainStart
const drain = new Drain(start)
parentPort!.postMessage(pinTo(start.cpu))
drain.run()
