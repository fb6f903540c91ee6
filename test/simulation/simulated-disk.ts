/**
 *   SimulatedJournal ──▶ SIMULATED DISK ──▶ SimulatedJournalReader
 *
 * What a crash leaves of a journal. It holds whole transactions of frames, as LMDB does, and knows which of them were
 * synced: a process that dies leaves all, a power cut what was synced and any first part of the rest, and the last of that
 * part may be torn.
 *
 *   transactions   1 ─── 2 ─── 3 ─── 4 ─── 5
 *   synced                     ▲
 *   a power cut leaves         3, or 3 and 4, or all; the last of 4 or 5 perhaps in pieces
 */
import type { Draws } from './draws.ts'

/** Table 0 is the commands, table 1 + n the events of shard n. */
export interface StoredFrame {
  readonly table: number
  readonly firstSequence: number
  readonly count: number
  bytes: Uint8Array
}

export type CrashKind = 'process' | 'power-cut' | 'torn-tail'

export class SimulatedDisk {
  readonly tables: StoredFrame[][]
  readonly #transactions: StoredFrame[][] = []
  #synced = 0

  constructor(shards: number) {
    this.tables = Array.from({ length: 1 + shards }, () => [])
  }

  get hasUnsynced(): boolean {
    return this.#synced < this.#transactions.length
  }

  lastSequence(table: number): number {
    const newest = this.tables[table]!.at(-1)
    return newest === undefined ? 0 : newest.firstSequence + newest.count - 1
  }

  write(frames: StoredFrame[]): void {
    this.#transactions.push(frames)
    for (const frame of frames) this.tables[frame.table]!.push(frame)
  }

  sync(): void {
    this.#synced = this.#transactions.length
  }

  /** The last sequence that no power cut takes. */
  lastSynced(table: number): number {
    for (let i = this.#synced - 1; i >= 0; i--) {
      const frame = this.#transactions[i]!.findLast((stored) => stored.table === table)
      if (frame !== undefined) return frame.firstSequence + frame.count - 1
    }
    return 0
  }

  /** Returns whether the newest transaction is in pieces: then no start may take it for whole. */
  crash(kind: CrashKind, draws: Draws): boolean {
    if (kind === 'process') return false
    const kept = draws.between(this.#synced, this.#transactions.length)
    this.#cutTo(kept)
    if (kind === 'power-cut' || kept === this.#synced) {
      this.#synced = kept
      return false
    }
    tear(draws.pick(this.#transactions.at(-1)!), draws)
    return true
  }

  /** The operator has restored the files from a copy that ends before the torn transaction. */
  dropTorn(): void {
    this.#cutTo(this.#transactions.length - 1)
    this.sync()
  }

  /** A planted fault: the disk forgets what it had promised. */
  loseNewest(): void {
    this.#cutTo(Math.max(0, this.#transactions.length - 20))
    this.sync()
  }

  #cutTo(transactions: number): void {
    for (const frames of this.#transactions.splice(transactions).reverse()) {
      for (const frame of [...frames].reverse()) this.tables[frame.table]!.pop()
    }
  }
}

/** A bit that flipped, an end that is missing, or a sector that was never written. */
function tear(frame: StoredFrame, draws: Draws): void {
  const bytes = Uint8Array.from(frame.bytes)
  const at = draws.below(bytes.length)
  frame.bytes = bytes
  switch (draws.below(3)) {
    case 0:
      bytes[at]! ^= 1 << draws.below(8)
      return
    case 1:
      frame.bytes = bytes.slice(0, at)
      return
    default: {
      const before = Buffer.from(bytes)
      bytes.fill(0, at, at + 512)
      // Zeros over zeros change nothing.
      if (before.equals(bytes)) bytes[at] = 1
    }
  }
}
