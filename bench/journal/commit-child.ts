/**
 * The fresh process of `bench journal` that commits: records of 96 bytes, batch after batch, into a journal of its own; and
 * in between, where that is asked for, as many bytes with a bare write and fdatasync, to a file beside it.
 * Argument: a CommitRun as JSON; prints one JSON line.
 *
 * What the sequencer does is done here too: records are copied out of shared memory, stamped, checked, sealed, chained.
 */
import * as fs from 'node:fs'
import { join } from 'node:path'
import { build as buildHistogram } from 'hdr-histogram-js'
import { inlineMore } from '../../engine/thread/inlining.ts'
import {
  RECORD_HEADER_BYTES,
  RECORD_LENGTH_OFFSET,
  SEQUENCE_OFFSET,
  TIME_OFFSET,
} from '../../protocol/envelope.ts'
import { writeInt64 } from '../../protocol/integers.ts'
import { FRAME_BODY_BYTES_MAX } from '../../storage/frame.ts'
import { type Durability, JournalWriter } from '../../storage/journal-writer.ts'

export interface CommitRun {
  readonly directory: string
  readonly durability: Durability
  readonly seconds: number
  /** Frames of 64 KiB in each commit. */
  readonly frames: number
  /** Commits, and as many bare writes, in turn. */
  readonly besideBare: boolean
}

export interface Percentiles {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

export interface CommitRunResult {
  readonly messagesPerSecond: number
  readonly commitUs: Percentiles
  /** A bare write and fdatasync of the same size. */
  readonly bareUs?: Percentiles
  /** Given to the disk by this process, for each byte of message; only of a run without bare writes. */
  readonly writtenPerByte: number
}

const RECORD_BYTES = 96
const FRAME_RECORDS = Math.floor(FRAME_BODY_BYTES_MAX / RECORD_BYTES)
/** In the ring that they come from. */
const SOURCE_FRAMES = 8
const SCHEMA = { schemaHash: '00000000000000aa', buildHash: '00000000000000bb' }
/** Commits, then bare writes: long enough to be alike, short enough to meet the same hour. */
const TURN = 16
/** Off the clock: V8 compiles, the file system allocates its first blocks. */
const WARM_MS = 1_000

/** Where a ring would have the records. */
function sourceRecords(): Uint8Array {
  const bytes = new Uint8Array(new SharedArrayBuffer(SOURCE_FRAMES * FRAME_RECORDS * RECORD_BYTES))
  const view = new DataView(bytes.buffer)
  for (let at = 0; at < bytes.length; at += RECORD_BYTES) {
    for (let i = 0; i < RECORD_BYTES; i += 4) view.setInt32(at + i, Math.imul(at + i, 0x9e3779b1))
    view.setInt32(at + RECORD_LENGTH_OFFSET, RECORD_BYTES, true)
  }
  return bytes
}

class CommitBench {
  readonly #run: CommitRun
  readonly #writer: JournalWriter
  readonly #source = sourceRecords()
  readonly #bare: number
  #bareAt = 0
  #sequence = 0
  commitUs = histogram()
  bareUs = histogram()
  messages = 0
  /** Of filling and committing. */
  busyMs = 0

  constructor(run: CommitRun) {
    this.#run = run
    const { directory, durability } = run
    this.#writer = JournalWriter.open({ directory, durability, ...SCHEMA })
    this.#bare = fs.openSync(join(directory, 'bare'), 'w')
  }

  async run(ms: number): Promise<void> {
    const endMs = performance.now() + ms
    while (performance.now() < endMs) {
      for (let i = 0; i < TURN; i++) this.#commitOne()
      for (let i = 0; i < TURN && this.#run.besideBare; i++) this.#writeBare()
      // As a duty cycle does: what is synced behind the thread's back is heard of there.
      await new Promise(setImmediate)
    }
  }

  reset(): void {
    this.commitUs = histogram()
    this.bareUs = histogram()
    this.messages = 0
    this.busyMs = 0
  }

  close(): void {
    this.#writer.close()
    fs.closeSync(this.#bare)
  }

  #commitOne(): void {
    const startMs = performance.now()
    const batch = this.#writer.commands
    const timeUs = Math.floor(startMs * 1000)
    for (let frame = 0; frame < this.#run.frames; frame++) {
      if (batch.roomFor(FRAME_RECORDS * RECORD_BYTES) === 0) {
        throw new Error(`bench: ${this.#run.frames} frames are more than a batch`)
      }
      const from = (frame % SOURCE_FRAMES) * FRAME_RECORDS * RECORD_BYTES
      const to = from + FRAME_RECORDS * RECORD_BYTES
      let at = batch.appendRun(this.#source, from, to)
      for (let record = 0; record < FRAME_RECORDS; record++, at += RECORD_BYTES) {
        this.#sequence++
        writeInt64(batch.view, at + RECORD_HEADER_BYTES + SEQUENCE_OFFSET, this.#sequence)
        writeInt64(batch.view, at + RECORD_HEADER_BYTES + TIME_OFFSET, timeUs)
      }
    }
    const filledMs = performance.now()
    this.#writer.commit(timeUs)
    const endMs = performance.now()
    this.commitUs.recordValue(Math.round((endMs - filledMs) * 1000))
    this.messages += batch.count
    batch.reset()
    this.busyMs += endMs - startMs
  }

  #writeBare(): void {
    const bytes = this.#writer.commands.bytes.subarray(0, this.#run.frames << 16)
    const startMs = performance.now()
    fs.writeSync(this.#bare, bytes, 0, bytes.length, this.#bareAt)
    fs.fdatasyncSync(this.#bare)
    this.bareUs.recordValue(Math.round((performance.now() - startMs) * 1000))
    this.#bareAt += bytes.length
  }
}

const histogram = () => buildHistogram({ highestTrackableValue: 60_000_000 })

function percentiles(of: ReturnType<typeof histogram>): Percentiles {
  const [p50, p99] = [50, 99].map((percent) => of.getValueAtPercentile(percent))
  return { p50: p50!, p99: p99!, max: of.maxValue }
}

/** Pages that this process has made dirty, whoever writes them out. */
function bytesWritten(): number {
  return Number(/^write_bytes: (\d+)$/m.exec(fs.readFileSync('/proc/self/io', 'utf8'))![1])
}

const run = JSON.parse(process.argv[2]!) as CommitRun
inlineMore()
const bench = new CommitBench(run)
await bench.run(WARM_MS)
bench.reset()
const bytesBefore = bytesWritten()
await bench.run(run.seconds * 1000)
const written = bytesWritten() - bytesBefore
bench.close()
const result: CommitRunResult = {
  messagesPerSecond: bench.messages / (bench.busyMs / 1000),
  commitUs: percentiles(bench.commitUs),
  ...(run.besideBare ? { bareUs: percentiles(bench.bareUs) } : {}),
  writtenPerByte: written / (bench.messages * RECORD_BYTES),
}
process.stdout.write(`${JSON.stringify(result)}\n`)
