/** The thread of report-drain.ts. Hot file. */
import { parentPort, workerData } from 'node:worker_threads'
import { Doorbell } from '../../ringbuffer/doorbell.ts'
import { EMPTY, RingConsumer } from '../../ringbuffer/spsc/spsc-ring.ts'
import { REPORT_WORDS } from '../workloads/meb-reports.ts'
import { pinTo } from './pinning.ts'
import { type DrainStart, PASS, REPORTS, SUM } from './report-drain.ts'
import { BLOCK_HEAD_WORDS, BlockType } from './report-sinks.ts'
import { addWords } from './report-sum.ts'

/**
 * With nothing to read it sleeps for so long, and is not to be woken. A thread that looks again and
 * again takes issue slots from the one that it shares a core with, and one that parks costs it a
 * system call a block: some blocks together, read at once, are the cheapest.
 */
const NAP_MS = 0.05

class Drain {
  readonly #ring: RingConsumer
  readonly #words: Int32Array
  /** Nobody ever writes there. */
  readonly #nap = new Int32Array(new SharedArrayBuffer(4))
  readonly #result: Int32Array
  #reports = 0
  #sum = 0

  constructor({ ring, producerBell, result }: DrainStart) {
    this.#ring = new RingConsumer(ring, { producerBell: new Doorbell(producerBell) })
    const { buffer, byteOffset, byteLength } = this.#ring.bytes
    this.#words = new Int32Array(buffer, byteOffset, byteLength >> 2)
    this.#result = new Int32Array(result)
  }

  /** Until the thread is ended from outside. */
  run(): never {
    for (;;) {
      if (!this.#drain()) Atomics.wait(this.#nap, 0, 0, NAP_MS)
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
