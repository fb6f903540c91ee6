/**
 *   book driver ──▶ SINK      what becomes of a report
 *
 *   null        counted, no more: what the book costs by itself
 *   ring        into shared memory, for a thread that reads all of it (report-drain.ts)
 *   collecting  kept, for a hash afterwards; never on the clock
 *
 * A process drives its book into one kind only, or the compiler has to ask at each report which one
 * it is. Hot file.
 */
import { FULL, type RingProducer } from '../../ringbuffer/spsc/spsc-ring.ts'
import { ID, KIND, PRICE, QTY, REPORT_WORDS, SEQ, SIDE, TAKER } from '../workloads/meb-reports.ts'

export interface ReportSink {
  /** One report, by the words of meb-reports.ts. */
  report(
    kind: number,
    seq: number,
    side: number,
    id: number,
    taker: number,
    price: number,
    qty: number,
  ): void
}

export class NullSink implements ReportSink {
  reports = 0

  report(): void {
    this.reports++
  }
}

/**
 * A record of the ring is a block of reports: what a claim costs is paid once for all of them. 64
 * times 32 bytes, so that no report lies on two cache lines, and blocks fill the ring without
 * padding.
 *
 *   byte 0        4      8       12       32         64                            2048
 *        +--------+------+-------+--------+----------+----------+- - - -+-----------+
 *        | length | type | count | unused | report 0 | report 1 |       | report 62 |
 *        +--------+------+-------+--------+----------+----------+- - - -+-----------+
 *
 * A block is published when it is full, which a fast book's is after some microseconds; and at the
 * end, as an exchange would when it has nothing else to do. `count` reports are in it.
 */
export const BLOCK_REPORTS = 63
const BLOCK_PAYLOAD_BYTES = 24 + 32 * BLOCK_REPORTS
/** From the block's first word, which is its count, to its first report. */
export const BLOCK_HEAD_WORDS = 6

export const BlockType = {
  Reports: 1,
  /** No reports: the end of a pass, whose number is the first word. */
  PassEnd: 2,
} as const

/** A consumer that released nothing for so long is dead. */
const CONSUMER_SILENT_MS_MAX = 10_000

export class RingSink implements ReportSink {
  readonly #ring: RingProducer
  /** All records of the ring. */
  readonly #words: Int32Array
  /** Where the open block's words begin, and where its next report will stand. */
  #block = 0
  #next = 0
  /** Behind the open block; as `#next`: none is open, or it is full. */
  #end = 0

  constructor(ring: RingProducer) {
    const { buffer, byteOffset, byteLength } = ring.bytes
    this.#ring = ring
    this.#words = new Int32Array(buffer, byteOffset, byteLength >> 2)
  }

  report(
    kind: number,
    seq: number,
    side: number,
    id: number,
    taker: number,
    price: number,
    qty: number,
  ): void {
    if (this.#next === this.#end) this.#openBlock()
    const words = this.#words
    const at = this.#next
    words[at + KIND] = kind
    words[at + SEQ] = seq
    words[at + SIDE] = side
    words[at + ID] = id
    words[at + TAKER] = taker
    words[at + PRICE] = price
    words[at + QTY] = qty
    words[at + 7] = 0
    this.#next = at + REPORT_WORDS
  }

  /** Behind the last report of a pass. */
  endPass(pass: number): void {
    if (this.#end !== 0) this.#closeBlock()
    this.#end = 0
    this.#next = 0
    // As long as a block, so that the next one begins at a multiple of its size again.
    this.#words[this.#claim(BLOCK_PAYLOAD_BYTES) >> 2] = pass
    this.#ring.commit(BlockType.PassEnd)
    this.#ring.publish()
  }

  #openBlock(): void {
    if (this.#end !== 0) this.#closeBlock()
    this.#block = this.#claim(BLOCK_PAYLOAD_BYTES) >> 2
    this.#next = this.#block + BLOCK_HEAD_WORDS
    this.#end = this.#next + BLOCK_REPORTS * REPORT_WORDS
  }

  #closeBlock(): void {
    const first = this.#block + BLOCK_HEAD_WORDS
    this.#words[this.#block] = (this.#next - first) / REPORT_WORDS
    this.#ring.commit(BlockType.Reports)
    this.#ring.publish()
  }

  #claim(payloadBytes: number): number {
    for (;;) {
      const at = this.#ring.claim(payloadBytes)
      if (at !== FULL) return at
      const isAlive = this.#ring.waitForRoom(CONSUMER_SILENT_MS_MAX)
      if (!isAlive) throw new Error('bench: the thread that reads the reports has stopped')
    }
  }
}

export class CollectingSink implements ReportSink {
  #words = new Int32Array(1024 * REPORT_WORDS)
  #end = 0

  /** All reports so far, as whole records. */
  get reports(): Int32Array {
    return this.#words.subarray(0, this.#end)
  }

  report(
    kind: number,
    seq: number,
    side: number,
    id: number,
    taker: number,
    price: number,
    qty: number,
  ): void {
    if (this.#end === this.#words.length) {
      const more = new Int32Array(2 * this.#end)
      more.set(this.#words)
      this.#words = more
    }
    const at = this.#end
    this.#words[at + KIND] = kind
    this.#words[at + SEQ] = seq
    this.#words[at + SIDE] = side
    this.#words[at + ID] = id
    this.#words[at + TAKER] = taker
    this.#words[at + PRICE] = price
    this.#words[at + QTY] = qty
    this.#end += REPORT_WORDS
  }
}
