/** The venue's currencies, numbered from 1. Money is an integer of 10^-decimals. */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import { CurrencyDefine, Reason } from '../protocol/codecs.ts'
import { NameTable } from './name-table.ts'

/** Balances are a row of this many columns for each account: a venue, not a bank. */
export const CURRENCIES_MAX = 64

/** 10^18 is the last power of ten that an int64 holds. */
export const DECIMALS_MAX = 18

export class CurrencyTable {
  readonly names = new NameTable({ bytes: 8, countMax: CURRENCIES_MAX - 1 })
  readonly #decimals: number[] = [0]
  readonly #paperGrants: number[] = [0]

  get count(): number {
    return this.names.count
  }

  decimals(currency: number): number {
    return this.#decimals[currency]!
  }

  /** Units that a new paper account starts with. */
  paperGrant(currency: number): number {
    return this.#paperGrants[currency]!
  }

  /** Opens a currency or changes its grant; its decimals are for ever. */
  define(definition: CurrencyDefine): number {
    const { view, at, decimals, paperGrant } = definition
    if (definition.currency === '' || decimals > DECIMALS_MAX) return Reason.InvalidDefinition
    if (!Number.isSafeInteger(paperGrant) || paperGrant < 0) return Reason.InvalidDefinition
    const nameAt = at + CurrencyDefine.CURRENCY_OFFSET
    const known = this.names.find(view, nameAt)
    if (known !== 0 && this.#decimals[known] !== decimals) return Reason.InvalidDefinition
    if (known === 0 && this.names.isFull) return Reason.TableFull
    const currency = known === 0 ? this.names.add(view, nameAt) : known
    this.#decimals[currency] = decimals
    this.#paperGrants[currency] = paperGrant
    return Reason.None
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.names.transfer(snapshot)
    for (let currency = 1; currency <= this.names.count; currency++) {
      this.#decimals[currency] = snapshot.number(this.#decimals[currency] ?? 0)
      this.#paperGrants[currency] = snapshot.number(this.#paperGrants[currency] ?? 0)
    }
  }
}
