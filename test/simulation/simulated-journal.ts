/**
 *   sequencer ──▶ SIMULATED JOURNAL ──▶ simulated disk
 *
 * A journal in memory with the real bytes: batches of the sequencer's, frames sealed, checked and chained by storage/, and
 * the real rules of when a commit is durable. What a disk may do to a commit, the seed does here: it takes long, it fails,
 * and the machine dies in its midst, before it is written or behind.
 */
import type { CommandJournal } from '../../engine/shard/sequencer.ts'
import { lastTimeInOrder } from '../../storage/command-order.ts'
import { FrameKind, hashFrame, NO_HASH, viewOf } from '../../storage/frame.ts'
import { FrameBatch } from '../../storage/frame-batch.ts'
import { JournalError } from '../../storage/journal-error.ts'
import type { Durability } from '../../storage/journal-writer.ts'
import { FramePacker } from '../../storage/packed-frame.ts'
import type { SimulatedDisk, StoredFrame } from './simulated-disk.ts'
import { verifyTable } from './simulated-journal-reader.ts'

/** As JournalWriter's. */
const SYNC_EVERY_MS = 100

/** The machine dies inside of a commit. No role catches it. */
export class DiedInCommit extends Error {}

export type CommitFate =
  | 'done'
  | 'dies-before'
  | 'dies-behind'
  | 'fails'
  /** And is found in the journal all the same, later. */
  | 'fails-and-stays'
  /** A planted fault: it says that it has written, and writes with the next one. */
  | 'late'

export interface SimulatedJournalOptions {
  readonly disk: SimulatedDisk
  readonly durability: Durability
  readonly schemaHash: string
  /** Asked before each commit; what it takes in time passes meanwhile. */
  readonly fateOf: () => CommitFate
  /** Hears the hash of each frame that is committed. */
  readonly onFrame: (hash: Uint8Array) => void
}

interface Chain {
  lastSequence: number
  hash: Uint8Array
  timeUs: number
}

export class SimulatedJournal implements CommandJournal {
  readonly eventsOf: readonly FrameBatch[]
  readonly #options: SimulatedJournalOptions
  readonly #disk: SimulatedDisk
  /** Of each table of the disk. */
  readonly #chains: Chain[]
  #syncedAtMs = Number.NEGATIVE_INFINITY
  #isStopped = false
  readonly #late: StoredFrame[] = []
  readonly #packer = new FramePacker()

  /** Throws what a damaged journal is refused with. */
  constructor(options: SimulatedJournalOptions) {
    this.#options = options
    this.#disk = options.disk
    this.#chains = options.disk.tables.map((frames, table) => {
      const last = verifyTable(frames, table, options.schemaHash)
      return last ?? { lastSequence: 0, hash: NO_HASH, timeUs: 0 }
    })
    this.eventsOf = options.disk.tables.slice(1).map(() => new FrameBatch(FrameKind.Events))
    // As JournalWriter does: what an earlier run left in the cache is on the disk before anything builds on it.
    if (options.durability !== 'none') this.#disk.sync()
  }

  /** A disk in memory has room. */
  readonly isLow = false

  get lastCommand(): number {
    return this.#chains[0]!.lastSequence
  }

  get lastTime(): number {
    return this.#chains[0]!.timeUs
  }

  commit(timeUs: number, commands: FrameBatch): void {
    this.#checkUsable()
    if (commands.isEmpty && this.eventsOf.every((events) => events.isEmpty)) return
    const fate = this.#options.fateOf()
    if (fate === 'dies-before') throw new DiedInCommit()
    if (fate === 'fails') throw this.#stop()
    const frames = [commands, ...this.eventsOf].flatMap((batch, table) =>
      this.#seal(batch, table, timeUs),
    )
    if (fate === 'late') {
      this.#late.push(...frames)
      return
    }
    this.#disk.write([...this.#late.splice(0), ...frames])
    if (fate === 'dies-behind') throw new DiedInCommit()
    if (fate === 'fails-and-stays') throw this.#stop()
    for (const { bytes } of frames) this.#options.onFrame(hashFrame(bytes))
    if (this.#options.durability === 'power-loss') this.#disk.sync()
    this.syncIfDue(timeUs / 1_000)
  }

  syncIfDue(nowMs: number): void {
    if (this.#options.durability === 'none' || !this.#disk.hasUnsynced) return
    if (Math.abs(nowMs - this.#syncedAtMs) < SYNC_EVERY_MS) return
    this.#checkUsable()
    this.#disk.sync()
    this.#syncedAtMs = nowMs
  }

  close(): void {
    if (!this.#isStopped && this.#options.durability !== 'none') this.#disk.sync()
    this.#isStopped = true
  }

  #seal(batch: FrameBatch, table: number, timeUs: number): StoredFrame[] {
    const chain = this.#chains[table]!
    const { schemaHash } = this.#options
    const frames: StoredFrame[] = []
    this.#packer.begin()
    for (let index = 0; index < batch.frameCount; index++) {
      const frame = batch.frame(index)
      const firstSequence = chain.lastSequence + 1
      const count = batch.frameRecords(index)
      chain.timeUs = table === 0 ? this.#lastTimeIn(frame, firstSequence, chain.timeUs) : timeUs
      const header = { firstSequence, count, timeUs: chain.timeUs, previousHash: chain.hash }
      const stamps = { kind: batch.kind, schemaHash, buildHash: BUILD_HASH }
      const bytes = this.#packer.seal(batch, index, { ...stamps, ...header }).slice()
      chain.hash = hashFrame(bytes)
      chain.lastSequence += count
      frames.push({ table, firstSequence, count, bytes })
    }
    return frames
  }

  #lastTimeIn(frame: Uint8Array, firstSequence: number, timeBeforeUs: number): number {
    const timeUs = lastTimeInOrder({ frame: viewOf(frame), firstSequence, timeBeforeUs })
    if (timeUs >= 0) return timeUs
    throw new Error(`commands from ${firstSequence} are out of order, in sequence or in time`)
  }

  #checkUsable(): void {
    if (!this.#isStopped) return
    throw new Error('the journal was written to after it had failed or was closed')
  }

  #stop(): JournalError {
    this.#isStopped = true
    return new JournalError('write-failed', {
      what: 'journal commit failed',
      likely: 'the seed wants it so',
      mend: 'start again',
    })
  }
}

const BUILD_HASH = '00000000000000bb'
