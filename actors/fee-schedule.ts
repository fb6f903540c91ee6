/**
 * What a trade costs its two sides: rates in ppm (parts per million) of the money that changes
 * hands, for the maker and for the taker, always in the quote currency.
 *
 *   a buyer pays      cost + fee        and so holds, from entry on, cost + its larger fee
 *   a seller gets     cost − fee        and holds nothing for it: a fee is at most a tenth
 *
 * A pair of rates is a TARIFF, numbered from 1; its rates are for ever. An account gets one by the
 * most specific that is set: (account, market) ▸ account ▸ market ▸ default. An order takes its
 * tariff's number along at entry (16 bits: `tariffOf`, once) and keeps it to its end, through
 * amends too: so a change of the schedule meets orders from then on, and can neither make a resting
 * order unaffordable nor leave money held that nobody counts.
 *
 * Of an order with an open cost C (price × open lots in units, or what is left of a budget) is held
 *
 *   holdUnits(tariff, C) = C + floor(C × max(maker, taker) / 10^6)
 *
 * a function of what is open and nothing else. A fill that takes C1 of C and leaves C2 = C − C1
 * frees holdUnits(C) − holdUnits(C2). As floor(x) + floor(y) ≤ floor(x + y), that is at least
 * C1 + fee(C1), whichever side of the rates it was, and the price may only have been better: what
 * fills cost in parts never exceeds what was held for the whole. Hot file.
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import { Reason } from '../protocol/codecs.ts'
import { growInts } from './columns.ts'
import { PairTable } from './pair-table.ts'

const PPM_PER_WHOLE = 1_000_000
/** A tenth: above that it is a mistake of the operator's. */
export const FEE_PPM_MAX = 100_000

/**
 * Pairs of rates that were ever set: an order carries the number of one in 16 bits. Rates in whole
 * basis points up to 1 % are 10,201 pairs.
 */
export const TARIFFS_MAX = 65_535

/** Set in an account's word: it has a tariff in some market, which then must be looked for. */
const HAS_PAIRS = 1 << 16
const TARIFF_MASK = HAS_PAIRS - 1

/** Stands for all accounts, or all markets: those are numbered from 1. */
const ALL = 0

/** floor(units × ppm / 10^6), exact for every safe integer ≥ 0 and every ppm up to FEE_PPM_MAX. */
export function feeUnits(ppm: number, units: number): number {
  const product = units * ppm
  // Below 2^53 a quotient of integers is never rounded up to the next one, so its floor is right.
  if (product <= Number.MAX_SAFE_INTEGER) return Math.floor(product / PPM_PER_WHOLE)
  const millions = Math.floor(units / PPM_PER_WHOLE)
  const rest = units - millions * PPM_PER_WHOLE
  return millions * ppm + Math.floor((rest * ppm) / PPM_PER_WHOLE)
}

export class FeeSchedule {
  /** (maker ppm, taker ppm) → tariff. */
  readonly #tariffs = new PairTable(TARIFFS_MAX)
  /** (account, market) → row of `#pairTariffs`. */
  readonly #pairs: PairTable
  #pairTariffs = new Int32Array(16)
  /** By account, by market: a tariff or 0, by account with HAS_PAIRS. At ALL the default's. */
  #byAccount = new Int32Array(16)
  #byMarket = new Int32Array(16)

  /** Everything is free until something is set. */
  constructor(limits: { readonly feePairsMax: number }) {
    this.#pairs = new PairTable(limits.feePairsMax)
    this.#byAccount[ALL] = this.#tariffs.row(0, 0)
  }

  /**
   * Sets both rates for an account (0: all) in a market (0: all), for orders from now on. The
   * caller knows that both exist. Returns why not, or Reason.None.
   */
  set(account: number, market: number, makerPpm: number, takerPpm: number): number {
    if (!isRate(makerPpm) || !isRate(takerPpm)) return Reason.InvalidDefinition
    if (this.#tariffs.isFull && this.#tariffs.find(makerPpm, takerPpm) === 0) {
      return Reason.TableFull
    }
    if (account !== ALL && market !== ALL && this.#pairs.row(account, market) === 0) {
      return Reason.TableFull
    }
    this.#place(account, market, this.#tariffs.row(makerPpm, takerPpm))
    return Reason.None
  }

  /** Takes back what `set` said: the next less specific holds again. Of all and all: free. */
  clear(account: number, market: number): void {
    if (account === ALL && market === ALL) this.set(ALL, ALL, 0, 0)
    else if (account === ALL || market === ALL || this.#pairs.find(account, market) !== 0) {
      this.#place(account, market, 0)
    }
  }

  /** The tariff that an order of this account in this market is entered under. */
  tariffOf(account: number, market: number): number {
    const own = account < this.#byAccount.length ? this.#byAccount[account]! : 0
    if (own >= HAS_PAIRS) {
      const exact = this.#pairTariffs[this.#pairs.find(account, market)]!
      if (exact !== 0) return exact
    }
    if ((own & TARIFF_MASK) !== 0) return own & TARIFF_MASK
    const ofMarket = market < this.#byMarket.length ? this.#byMarket[market]! : 0
    return ofMarket !== 0 ? ofMarket : this.#byAccount[ALL]!
  }

  makerPpm(tariff: number): number {
    return this.#tariffs.first(tariff)
  }

  takerPpm(tariff: number): number {
    return this.#tariffs.second(tariff)
  }

  /** What the side that rested pays for a fill of `costUnits`. */
  makerFeeUnits(tariff: number, costUnits: number): number {
    return feeUnits(this.#tariffs.first(tariff), costUnits)
  }

  /** What the side that arrived pays for a fill of `costUnits`. */
  takerFeeUnits(tariff: number, costUnits: number): number {
    return feeUnits(this.#tariffs.second(tariff), costUnits)
  }

  /** The fee that a buy order of so much open cost holds. */
  holdFeeUnits(tariff: number, costUnits: number): number {
    const makerPpm = this.#tariffs.first(tariff)
    const takerPpm = this.#tariffs.second(tariff)
    return feeUnits(Math.max(makerPpm, takerPpm), costUnits)
  }

  /**
   * All that a buy order of so much open cost holds. Where that is no safe integer it is rounded to
   * something that is none either: more than anybody has.
   */
  holdUnits(tariff: number, costUnits: number): number {
    return costUnits + this.holdFeeUnits(tariff, costUnits)
  }

  /** Tariffs, pairs, then the accounts and markets that have one, for the state hash. */
  forEachState(add: (value: number) => void): void {
    this.#tariffs.forEachState(add)
    this.#pairs.forEachState(add)
    for (let row = 1; row <= this.#pairs.count; row++) add(this.#pairTariffs[row]!)
    addEntries(this.#byAccount, add)
    addEntries(this.#byMarket, add)
  }

  #place(account: number, market: number, tariff: number): void {
    if (market === ALL) {
      this.#byAccount = growInts(this.#byAccount, account + 1)
      this.#byAccount[account] = (this.#byAccount[account]! & HAS_PAIRS) | tariff
    } else if (account === ALL) {
      this.#byMarket = growInts(this.#byMarket, market + 1)
      this.#byMarket[market] = tariff
    } else {
      const row = this.#pairs.find(account, market)
      this.#pairTariffs = growInts(this.#pairTariffs, row + 1)
      this.#pairTariffs[row] = tariff
      this.#byAccount = growInts(this.#byAccount, account + 1)
      this.#byAccount[account] = this.#byAccount[account]! | HAS_PAIRS
    }
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.#tariffs.transfer(snapshot)
    this.#pairs.transfer(snapshot)
    this.#pairTariffs = snapshot.ints(this.#pairTariffs)
    this.#byAccount = snapshot.ints(this.#byAccount)
    this.#byMarket = snapshot.ints(this.#byMarket)
  }
}

const isRate = (ppm: number): boolean => Number.isInteger(ppm) && ppm >= 0 && ppm <= FEE_PPM_MAX

/** Only what is set: how long a column has grown is nobody's business. */
function addEntries(column: Int32Array, add: (value: number) => void): void {
  for (let at = 0; at < column.length; at++) {
    if (column[at] === 0) continue
    add(at)
    add(column[at]!)
  }
  add(-1)
}
