/**
 * How far an account may go: what the operator set, and which of it holds for whom.
 *
 *   stated for     (account, market) ▸ account ▸ market ▸ all        the most specific that states
 *                                                                    a field, each field by itself
 *   a field says   UNSTATED: look further · 0: no limit · else what may be reached and not passed
 *
 * Seven fields. Five are judged for an account in a market, and money is in that market's quote
 * currency: of currencies with different decimals no number could hold for all. The last two are
 * the account's over all markets, and an entry that names a market must leave them unstated.
 *
 *   orderQtyMax         lots of one order
 *   orderNotionalMax    quote units of one order
 *   positionMax         lots, long or short, that position and open orders might come to
 *   exposureMax         quote units of all positions and open orders in that currency
 *   dailyLossMax        quote units lost in a day in that currency: who has lost so much, is halted
 *   openOrdersMax       open orders, of the account
 *   messagesPerSecond   requests, of the account; as many cancels again
 *
 * Changed by commands only, so everything is looked up where it stands resolved: what an order
 * needs in its position's row, until `version` says that it is out of date; the message rate in a
 * column by account. Hot file.
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import { Reason } from '../protocol/codecs.ts'
import { growFloats } from './columns.ts'
import { PairTable } from './pair-table.ts'

/** This entry says nothing of a field. */
export const UNSTATED = -1

/** Where `resolve` puts what an order is judged by. */
export const ORDER_QTY_MAX = 0
export const ORDER_NOTIONAL_MAX = 1
export const POSITION_MAX = 2
export const EXPOSURE_MAX = 3
export const DAILY_LOSS_MAX = 4
export const OPEN_ORDERS_MAX = 5
export const RESOLVED_FIELDS = 6
const MESSAGES_PER_SECOND = 6
const FIELDS = 7

const RECORD_SHIFT = 3

/** Resolved, where nothing limits: no number of lots, orders or units gets there. */
export const NO_LIMIT = Number.POSITIVE_INFINITY

/** A second's worth of messages, in millionths, is to be a safe integer. */
const MESSAGES_PER_SECOND_MAX = 2 ** 32 - 1

/** Stands for all accounts, or all markets: those are numbered from 1. */
const ALL = 0

/** A safe integer of at least 0, or UNSTATED, in each. */
export interface RiskLimitEntry {
  readonly orderQtyMax: number
  readonly orderNotionalMax: number
  readonly positionMax: number
  readonly exposureMax: number
  readonly dailyLossMax: number
  readonly openOrdersMax: number
  readonly messagesPerSecond: number
}

export class RiskLimits {
  /** Another number after each change: what was resolved under an earlier one is out of date. */
  version = 1
  /** (account, market) → row of `#entries`. */
  readonly #pairs: PairTable
  #entries = new Float64Array(16 << RECORD_SHIFT)
  /** By account, at ALL for those who have no entry of their own. */
  #messagesPerSecond = Float64Array.of(NO_LIMIT)

  constructor(limits: { readonly riskLimitsMax: number }) {
    this.#pairs = new PairTable(limits.riskLimitsMax)
  }

  /**
   * States all fields for an account (0: all) in a market (0: all), in place of what was stated for
   * the two before. The caller knows that both exist. Returns why not, or Reason.None.
   */
  set(account: number, market: number, entry: RiskLimitEntry): number {
    const fields = [
      ...[entry.orderQtyMax, entry.orderNotionalMax, entry.positionMax, entry.exposureMax],
      ...[entry.dailyLossMax, entry.openOrdersMax, entry.messagesPerSecond],
    ]
    const ofAccount = Math.max(entry.openOrdersMax, entry.messagesPerSecond)
    if (!fields.every(isLimit)) return Reason.InvalidDefinition
    if (entry.messagesPerSecond > MESSAGES_PER_SECOND_MAX) return Reason.InvalidDefinition
    if (market !== ALL && ofAccount !== UNSTATED) return Reason.InvalidDefinition
    const row = this.#pairs.row(account, market)
    if (row === 0) return Reason.TableFull
    this.#entries = growFloats(this.#entries, (row + 1) << RECORD_SHIFT)
    this.#entries.set(fields, row << RECORD_SHIFT)
    if (market === ALL) this.#resolveRates(account)
    this.version++
    return Reason.None
  }

  /** Requests that an account may send in a second, or NO_LIMIT. */
  messagesPerSecond(account: number): number {
    const rates = this.#messagesPerSecond
    return account < rates.length ? rates[account]! : rates[ALL]!
  }

  /** Writes what holds for an account in a market into RESOLVED_FIELDS numbers from `at` on. */
  resolve(account: number, market: number, into: Float64Array, at: number): void {
    const exact = this.#pairs.find(account, market)
    const ofAccount = this.#pairs.find(account, ALL)
    const ofMarket = this.#pairs.find(ALL, market)
    const ofAll = this.#pairs.find(ALL, ALL)
    for (let field = 0; field < RESOLVED_FIELDS; field++) {
      let limit = this.#stated(exact, field)
      if (limit === UNSTATED) limit = this.#stated(ofAccount, field)
      if (limit === UNSTATED) limit = this.#stated(ofMarket, field)
      if (limit === UNSTATED) limit = this.#stated(ofAll, field)
      into[at + field] = limit <= 0 ? NO_LIMIT : limit
    }
  }

  /** What was set, in the order in which each pair was first named, for the state hash. */
  forEachState(add: (value: number) => void): void {
    this.#pairs.forEachState(add)
    for (let row = 1; row <= this.#pairs.count; row++) {
      for (let field = 0; field < FIELDS; field++) add(this.#stated(row, field))
    }
  }

  /** Of an account that got an entry; of all of them, where it is everybody's. */
  #resolveRates(account: number): void {
    const known = this.#messagesPerSecond
    const rates = growFloats(known, account + 1)
    this.#messagesPerSecond = rates
    const ofAll = this.#stated(this.#pairs.find(ALL, ALL), MESSAGES_PER_SECOND)
    for (let other = 0; other < rates.length; other++) {
      if (account !== ALL && other !== account && other < known.length) continue
      const own = this.#stated(this.#pairs.find(other, ALL), MESSAGES_PER_SECOND)
      const limit = own === UNSTATED ? ofAll : own
      rates[other] = limit <= 0 ? NO_LIMIT : limit
    }
  }

  #stated(row: number, field: number): number {
    return row === 0 ? UNSTATED : this.#entries[(row << RECORD_SHIFT) | field]!
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.version = snapshot.number(this.version)
    this.#pairs.transfer(snapshot)
    this.#entries = snapshot.floats(this.#entries)
    this.#messagesPerSecond = snapshot.floats(this.#messagesPerSecond)
  }
}

const isLimit = (value: number): boolean => Number.isSafeInteger(value) && value >= UNSTATED
