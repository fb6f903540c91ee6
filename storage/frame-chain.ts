/**
 * The growing end of one of a segment's tables: the number and the hash that the next frame continues.
 *
 *   FrameBatch ──▶ FRAME CHAIN: seal ▸ append ▸ advance ──▶ FrameTable
 *
 * `seal` and `append` look ahead and change nothing here; only `advance`, after the transaction, does.
 */
import { lastTimeInOrder } from './command-order.ts'
import {
  checkRecords,
  FrameKind,
  hashFrame,
  type SchemaHashes,
  spokenSchema,
  viewOf,
} from './frame.ts'
import type { FrameBatch } from './frame-batch.ts'
import type { FrameTable } from './frame-table.ts'
import { frameError, openFrame } from './frame-view.ts'
import { JournalError } from './journal-error.ts'
import { FramePacker } from './packed-frame.ts'
import type { PagedTable } from './paged-segment.ts'
import type { ChainEnd } from './segment-bound.ts'

export interface Stamps {
  /** The one that is spoken is written. */
  readonly schemaHash: SchemaHashes
  readonly buildHash: string
}

/** The place of a chain that has no frame in this segment yet is where the segment begins. */
export interface ChainPlace {
  readonly table: PagedTable
  readonly start: ChainEnd
}

/** Reads the newest frame, and refuses to continue one that is damaged or of another schema. */
export function readChainEnd({ table, start }: ChainPlace, schemaHash?: SchemaHashes): ChainEnd {
  const firstSequence = table.newest()
  const bytes = firstSequence === 0 ? undefined : table.get(firstSequence)
  if (bytes === undefined) return start
  const frame = openFrame(bytes, { kind: table.kind, firstSequence, schemaHash })
  const problem = checkRecords(frame.bytes)
  if (problem !== null) throw frameError(frame, problem)
  return { lastSequence: frame.lastSequence, hash: hashFrame(bytes), timeUs: frame.time }
}

export class FrameChain {
  readonly #table: FrameTable
  readonly #stamps: Stamps
  readonly #packer = new FramePacker()
  /** Of the batch that was sealed last: as they are to be stored. */
  readonly #frames: Uint8Array[] = []
  #end: ChainEnd
  #endNext: ChainEnd

  /** `end`: what its first frame is to follow on. */
  constructor(table: FrameTable, end: ChainEnd, stamps: Stamps) {
    this.#table = table
    this.#stamps = stamps
    this.#end = end
    this.#endNext = end
  }

  get end(): ChainEnd {
    return this.#end
  }

  /** Packs and seals each frame of the batch. `timeUs` is for events; commands bring their own. */
  seal(batch: FrameBatch, timeUs: number): void {
    if (batch.kind !== this.#table.kind) throw new Error('batch of another kind')
    let { lastSequence, hash, timeUs: lastTimeUs } = this.#end
    this.#packer.begin()
    this.#frames.length = 0
    for (let index = 0; index < batch.frameCount; index++) {
      const firstSequence = lastSequence + 1
      lastTimeUs = this.#frameTime(batch.frame(index), firstSequence, lastTimeUs, timeUs)
      const count = batch.frameRecords(index)
      const previousHash = hash
      const header = { firstSequence, count, timeUs: lastTimeUs, previousHash }
      const { buildHash, schemaHash } = this.#stamps
      const stamps = { buildHash, schemaHash: spokenSchema(schemaHash) }
      const frame = this.#packer.seal(batch, index, { kind: batch.kind, ...stamps, ...header })
      this.#frames.push(frame)
      hash = hashFrame(frame)
      lastSequence += count
    }
    this.#endNext = { lastSequence, hash, timeUs: lastTimeUs }
  }

  /** Inside the transaction. */
  append(batch: FrameBatch): void {
    let firstSequence = this.#end.lastSequence + 1
    for (let index = 0; index < batch.frameCount; index++) {
      this.#table.append(firstSequence, this.#frames[index]!)
      firstSequence += batch.frameRecords(index)
    }
  }

  /** Bytes of the frames that were sealed last. */
  get sealedBytes(): number {
    let bytes = 0
    for (const frame of this.#frames) bytes += frame.length
    return bytes
  }

  /** After the transaction: what was sealed is the journal now. */
  advance(): void {
    this.#end = this.#endNext
  }

  #frameTime(frame: Uint8Array, firstSequence: number, timeBeforeUs: number, timeUs: number) {
    if (this.#table.kind === FrameKind.Events) return timeUs
    const lastTimeUs = lastTimeInOrder({ frame: viewOf(frame), firstSequence, timeBeforeUs })
    if (lastTimeUs >= 0) return lastTimeUs
    throw new JournalError('record-refused', {
      what: `commands from ${firstSequence} were not taken: record at byte ${-lastTimeUs}`,
      likely: 'its sequence does not follow on the one before it, or its time runs backwards',
      mend: 'This is a defect in TradSys: please report it with this line',
    })
  }
}
