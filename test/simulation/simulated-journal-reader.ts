/**
 *   simulated disk ──▶ SIMULATED JOURNAL READER ──▶ replay, reports that were missed
 *
 * JournalReader's reading side over a disk in memory. Each frame is opened by storage/'s own checks, and what is seen is the
 * state at the last `refresh()`.
 */
import { lastTimeInOrder } from '../../storage/command-order.ts'
import { checkRecords, FrameKind, hashFrame, NO_HASH, viewOf } from '../../storage/frame.ts'
import { type FrameView, frameError, openFrame } from '../../storage/frame-view.ts'
import type { ShardJournal } from '../../storage/journal-reader.ts'
import type { SimulatedDisk, StoredFrame } from './simulated-disk.ts'

const kindOf = (table: number): FrameKind => (table === 0 ? FrameKind.Commands : FrameKind.Events)

/** Everything of a table is looked at, as the verifier does at a start. Throws JournalError; returns the chain's end. */
export function verifyTable(frames: readonly StoredFrame[], table: number, schemaHash: string) {
  let end: { lastSequence: number; hash: Uint8Array; timeUs: number } | undefined
  for (const { bytes } of frames) {
    const firstSequence = (end?.lastSequence ?? 0) + 1
    const previousHash = end?.hash ?? NO_HASH
    const expected = { kind: kindOf(table), firstSequence, schemaHash, previousHash }
    const frame = openFrame(bytes, expected)
    const problem = checkRecords(frame.bytes)
    if (problem !== null) throw frameError(frame, problem)
    if (table === 0) {
      const order = { frame: viewOf(frame.bytes), firstSequence, timeBeforeUs: end?.timeUs ?? 0 }
      if (lastTimeInOrder(order) < 0) throw new Error(`commands from ${firstSequence}: order`)
    }
    end = { lastSequence: frame.lastSequence, hash: hashFrame(bytes), timeUs: frame.time }
  }
  return end
}

export class SimulatedJournalReader {
  readonly #disk: SimulatedDisk
  readonly #schemaHash: string
  /** Last sequences of the tables at the last refresh. */
  #ends: number[]

  constructor(disk: SimulatedDisk, schemaHash: string) {
    this.#disk = disk
    this.#schemaHash = schemaHash
    this.#ends = disk.tables.map((_, table) => disk.lastSequence(table))
  }

  get lastCommand(): number {
    return this.#ends[0]!
  }

  get lastEvent(): number {
    return this.#ends[1]!
  }

  ofShard(shard: number): ShardJournal {
    return {
      lastCommand: this.lastCommand,
      lastEvent: this.#ends[1 + shard]!,
      commands: (from = 1) => this.commands(from),
      events: (from = 1) => this.#forwards(1 + shard, from),
    }
  }

  refresh(): void {
    this.#ends = this.#disk.tables.map((_, table) => this.#disk.lastSequence(table))
  }

  commands(fromSequence = 1): Generator<FrameView, void, void> {
    return this.#forwards(0, fromSequence)
  }

  events(fromSequence = 1): Generator<FrameView, void, void> {
    return this.#forwards(1, fromSequence)
  }

  *eventsBackwards(fromSequence = Number.POSITIVE_INFINITY): Generator<FrameView, void, void> {
    let sequence = Math.min(fromSequence, this.#ends[1]!)
    while (sequence > 0) {
      const frame = this.#open(1, this.#indexOf(1, sequence))
      yield frame
      sequence = frame.firstSequence - 1
    }
  }

  close(): void {
    // Memory is nobody's to give back.
  }

  *#forwards(table: number, fromSequence: number): Generator<FrameView, void, void> {
    const frames = this.#disk.tables[table]!
    if (fromSequence > this.#ends[table]!) return
    for (let index = this.#indexOf(table, Math.max(fromSequence, 1)); ; index++) {
      const stored = frames[index]
      if (stored === undefined || stored.firstSequence > this.#ends[table]!) return
      yield this.#open(table, index)
    }
  }

  #open(table: number, index: number): FrameView {
    const { bytes, firstSequence } = this.#disk.tables[table]![index]!
    return openFrame(bytes, { kind: kindOf(table), firstSequence, schemaHash: this.#schemaHash })
  }

  /** Of the frame that holds this sequence. */
  #indexOf(table: number, sequence: number): number {
    const frames = this.#disk.tables[table]!
    let low = 0
    let high = frames.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (frames[middle]!.firstSequence <= sequence) low = middle
      else high = middle - 1
    }
    return low
  }
}
