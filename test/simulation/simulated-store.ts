/**
 * Where a simulated exchange keeps its log: on a disk in memory with every fault a seed can think of, or in LMDB, where a
 * crash leaves what was committed.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ReplaySource } from '../../engine/recovery/replay.ts'
import type { CommandJournal } from '../../engine/shard/sequencer.ts'
import type { JournalReports } from '../../gateway/order-entry/journal-reports.ts'
import { SCHEMA_HASH } from '../../protocol/codecs.ts'
import { JournalReader } from '../../storage/journal-reader.ts'
import { type Durability, JournalWriter } from '../../storage/journal-writer.ts'
import type { Draws } from './draws.ts'
import { type CrashKind, SimulatedDisk } from './simulated-disk.ts'
import { type CommitFate, SimulatedJournal } from './simulated-journal.ts'
import { SimulatedJournalReader } from './simulated-journal-reader.ts'

export type StoreReader = ReplaySource &
  ConstructorParameters<typeof JournalReports>[0] & {
    ofShard(shard: number): ReplaySource
  }

export interface SimulatedStore {
  /** Throws what a damaged journal is refused with. Before any reader. */
  openWriter(fateOf: () => CommitFate): CommandJournal
  openReader(): StoreReader
  /** The last command that outlasts what the durability speaks of. */
  readonly durableCommand: number
  /** Returns whether the newest transaction is in pieces. */
  crash(kind: CrashKind, draws: Draws): boolean
  /** The operator's answer to that. */
  dropTorn(): void
  close(): void
}

export class MemoryStore implements SimulatedStore {
  readonly #disk: SimulatedDisk
  readonly #durability: Durability
  readonly #onFrame: (hash: Uint8Array) => void
  readonly #isForgetful: boolean

  constructor(options: {
    readonly shards: number
    readonly durability: Durability
    readonly onFrame: (hash: Uint8Array) => void
    /** A planted fault. */
    readonly isForgetful: boolean
  }) {
    this.#disk = new SimulatedDisk(options.shards)
    this.#durability = options.durability
    this.#onFrame = options.onFrame
    this.#isForgetful = options.isForgetful
  }

  openWriter(fateOf: () => CommitFate): CommandJournal {
    const options = { disk: this.#disk, durability: this.#durability, schemaHash: SCHEMA_HASH }
    return new SimulatedJournal({ ...options, fateOf, onFrame: this.#onFrame })
  }

  openReader(): StoreReader {
    return new SimulatedJournalReader(this.#disk, SCHEMA_HASH)
  }

  get durableCommand(): number {
    const isSynced = this.#durability === 'power-loss'
    return isSynced ? this.#disk.lastSynced(0) : this.#disk.lastSequence(0)
  }

  crash(kind: CrashKind, draws: Draws): boolean {
    if (this.#isForgetful) this.#disk.loseNewest()
    return this.#disk.crash(kind, draws)
  }

  dropTorn(): void {
    this.#disk.dropTorn()
  }

  close(): void {
    // Memory is nobody's to give back.
  }
}

/** LMDB in a directory of its own. No fault can be put into it, so its crashes are those of the process. */
export class LmdbStore implements SimulatedStore {
  readonly #directory = mkdtempSync(join(tmpdir(), 'tradsys-simulation-'))
  readonly #shards: number
  readonly #readers: JournalReader[] = []
  #writer: JournalWriter | undefined

  constructor(shards: number) {
    this.#shards = shards
  }

  openWriter(): CommandJournal {
    this.#writer = JournalWriter.open({
      ...{ directory: this.#directory, durability: 'none', shards: this.#shards },
      ...{ schemaHash: SCHEMA_HASH, buildHash: '00000000000000bb' },
    })
    return this.#writer
  }

  openReader(): StoreReader {
    const reader = JournalReader.open(this.#directory, { schemaHash: SCHEMA_HASH })
    this.#readers.push(reader)
    return reader
  }

  get durableCommand(): number {
    return this.#writer!.lastCommand
  }

  crash(): boolean {
    for (const reader of this.#readers.splice(0)) reader.close()
    this.#writer?.close()
    this.#writer = undefined
    return false
  }

  dropTorn(): void {
    throw new Error('nothing tears here')
  }

  close(): void {
    this.crash()
    rmSync(this.#directory, { recursive: true })
  }
}
