/**
 * Which account and which symbol lives on which shard. Set by commands, so it is a function of the log; the sequencer's
 * router and every shard keep one each, hear the same commands, and so agree.
 *
 *   ShardDefine ─────────────────────────────────────────▶ there, for ever
 *   SessionDefine, SessionOpen, InstrumentDefine of a name
 *     that no ShardDefine spoke of ──────────────────────▶ shard 0, for ever
 *
 * Decided by what a command says alone, not by whether it was refused for another reason: a router
 * has no accounts and markets to look at.
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import {
  InstrumentDefine,
  Reason,
  SessionDefine,
  SessionOpen,
  ShardDefine,
} from '../protocol/codecs.ts'
import { growInts } from './columns.ts'
import { NameTable } from './name-table.ts'

const NAME_BYTES = 16
const UNSAID = 0

export interface ShardMapLimits {
  readonly accountsMax: number
  readonly instrumentsMax: number
}

export class ShardMap {
  readonly shards: number
  readonly #accounts: Places
  readonly #symbols: Places

  constructor(shards: number, limits: ShardMapLimits) {
    this.shards = shards
    this.#accounts = new Places(limits.accountsMax)
    this.#symbols = new Places(limits.instrumentsMax)
  }

  /** Shard of the account whose name stands at `at`. */
  accountShard(view: DataView, at: number): number {
    return this.#accounts.shardOf(view, at)
  }

  /** Shard of the symbol that stands at `at`; one that nobody named is shard 0's to refuse. */
  symbolShard(view: DataView, at: number): number {
    return this.#symbols.shardOf(view, at)
  }

  /**
   * Hears a command that goes to every shard. Returns why a ShardDefine changes nothing; of other
   * commands nothing is said here: Reason.None.
   */
  hear(templateId: number, view: DataView, block: number): number {
    switch (templateId) {
      case ShardDefine.TEMPLATE_ID:
        return this.#define(new ShardDefine().wrap(view, block))
      case SessionDefine.TEMPLATE_ID:
        this.#accounts.placeAt(view, block + SessionDefine.ACCOUNT_OFFSET, UNSAID)
        return Reason.None
      case SessionOpen.TEMPLATE_ID:
        // A paper account has its session's name.
        if (new SessionOpen().wrap(view, block).paperAccount === 1) {
          this.#accounts.placeAt(view, block + SessionOpen.COMP_ID_OFFSET, UNSAID)
        }
        return Reason.None
      case InstrumentDefine.TEMPLATE_ID:
        this.#symbols.placeAt(view, block + InstrumentDefine.SYMBOL_OFFSET, UNSAID)
        return Reason.None
      default:
        return Reason.None
    }
  }

  forEachState(add: (value: number) => void): void {
    this.#accounts.forEachState(add)
    this.#symbols.forEachState(add)
  }

  #define({ view, at, shard }: ShardDefine): number {
    const accountAt = at + ShardDefine.ACCOUNT_OFFSET
    const symbolAt = at + ShardDefine.SYMBOL_OFFSET
    const namesAccount = view.getUint8(accountAt) !== 0
    const namesSymbol = view.getUint8(symbolAt) !== 0
    if (shard >= this.shards || namesAccount === namesSymbol) return Reason.InvalidDefinition
    return namesAccount
      ? this.#accounts.placeAt(view, accountAt, shard)
      : this.#symbols.placeAt(view, symbolAt, shard)
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.#accounts.transfer(snapshot)
    this.#symbols.transfer(snapshot)
  }
}

/** The names of one kind, and the shard of each. */
class Places {
  readonly #names: NameTable
  #shards = new Int32Array(16)

  constructor(countMax: number) {
    this.#names = new NameTable({ bytes: NAME_BYTES, countMax })
  }

  shardOf(view: DataView, at: number): number {
    // Name 0 is none, and has shard 0.
    return this.#shards[this.#names.find(view, at)]!
  }

  /** Whoever comes first says where; returns why that cannot be, or Reason.None. */
  placeAt(view: DataView, at: number, shard: number): number {
    const known = this.#names.find(view, at)
    if (known !== 0) return this.#shards[known] === shard ? Reason.None : Reason.InvalidDefinition
    if (view.getUint8(at) === 0) return Reason.InvalidDefinition
    if (this.#names.isFull) return Reason.TableFull
    const name = this.#names.add(view, at)
    this.#shards = growInts(this.#shards, name + 1)
    this.#shards[name] = shard
    return Reason.None
  }

  forEachState(add: (value: number) => void): void {
    add(this.#names.count)
    for (let name = 1; name <= this.#names.count; name++) {
      for (let i = 0; i < NAME_BYTES / 4; i++) add(this.#names.word(name, i))
      add(this.#shards[name]!)
    }
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.#names.transfer(snapshot)
    this.#shards = snapshot.ints(this.#shards)
  }
}
