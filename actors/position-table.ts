/**
 *   account ▸ RISK ▸ book ▸ feed ▸ account
 *
 * What each account has at stake in each market, and whether it may have more. A row for each pair
 * that ever met; an order carries its row's number. Who calls what, when:
 *
 *   entry     row ─▶ judgeNew ─▶ … accepted ─▶ open
 *   amend     judgeAmend ─▶ … accepted ─▶ adjust by the difference
 *   fill      fill, on each side's row, with marks.isDue ─▶ setMark behind it
 *   end       adjust by what was still open ─▶ close          of a filled order: close alone
 *   day       startDay
 *
 * A row is a record (position-record.ts). Sums are kept exactly, by adding what each event changes;
 * the tests hold them against sums made anew. Hot file.
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import { Reason } from '../protocol/codecs.ts'
import { growFloats, growInts } from './columns.ts'
import { type MarkedMarket, MarkTable } from './mark-table.ts'
import { PairTable } from './pair-table.ts'
import {
  ACCOUNT,
  CASH,
  EXPOSURE,
  LIMITS,
  MARKET,
  OPEN_BUY,
  OPEN_SELL,
  ORDER_COUNT,
  POSITION,
  PROFIT,
  RECORD_SHIFT,
  TOTAL,
  TOTAL_SHIFT,
  VERSION,
} from './position-record.ts'
import {
  DAILY_LOSS_MAX,
  EXPOSURE_MAX,
  OPEN_ORDERS_MAX,
  ORDER_NOTIONAL_MAX,
  ORDER_QTY_MAX,
  POSITION_MAX,
  type RiskLimits,
} from './risk-limits.ts'
import { addWide, addWideState, wideValue } from './wide-sum.ts'

export class PositionTable {
  readonly marks: MarkTable
  readonly #limits: RiskLimits
  /** (account, market) → row. */
  readonly #pairs: PairTable
  /** (account, currency) → total. Never more than there are rows. */
  readonly #totalPairs: PairTable
  #records = new Float64Array(16 << RECORD_SHIFT)
  #totals = new Float64Array(16 << TOTAL_SHIFT)
  /** Position of each row when the day began. */
  #dayPositions = new Float64Array(16)
  /** Rows of one market are a chain: its newest row, and the next older of each row. */
  #newestRows = new Int32Array(16)
  #olderRows = new Int32Array(16)
  /** Of each account over all markets. */
  #openOrders = new Int32Array(16)

  constructor(
    limits: RiskLimits,
    sizes: { readonly positionsMax: number; readonly markIntervalUs: number },
  ) {
    this.#limits = limits
    this.marks = new MarkTable(sizes.markIntervalUs)
    this.#pairs = new PairTable(sizes.positionsMax)
    this.#totalPairs = new PairTable(sizes.positionsMax)
  }

  /** A market, before its first row. */
  openMarket(market: number, terms: MarkedMarket): void {
    this.#newestRows = growInts(this.#newestRows, market + 1)
    this.marks.open(market, terms)
  }

  /** The row of an account in a market: made if there is none, 0 if there is no room for it. */
  row(account: number, market: number): number {
    const known = this.#pairs.find(account, market)
    return known === 0 ? this.#makeRow(account, market) : known
  }

  /** As `row`, and makes none: for those who only look. */
  find(account: number, market: number): number {
    return this.#pairs.find(account, market)
  }

  /** Rows are numbered 1 … rowCount. */
  get rowCount(): number {
    return this.#pairs.count
  }

  account(row: number): number {
    return this.#records[(row << RECORD_SHIFT) | ACCOUNT]!
  }

  market(row: number): number {
    return this.#records[(row << RECORD_SHIFT) | MARKET]!
  }

  /** Of a market's rows the one made last, or 0. */
  newestRow(market: number): number {
    return market < this.#newestRows.length ? this.#newestRows[market]! : 0
  }

  /** Of the same market the row made before this one, or 0. */
  olderRow(row: number): number {
    return this.#olderRows[row]!
  }

  positionLots(row: number): number {
    return this.#records[(row << RECORD_SHIFT) | POSITION]!
  }

  /** Lots of the open orders of a side. */
  openLots(row: number, sign: number): number {
    return this.#records[(row << RECORD_SHIFT) | openField(sign)]!
  }

  orderCount(row: number): number {
    return this.#records[(row << RECORD_SHIFT) | ORDER_COUNT]!
  }

  /** Open orders of an account over all markets. */
  openOrders(account: number): number {
    return account < this.#openOrders.length ? this.#openOrders[account]! : 0
  }

  /** Of an account in a quote currency. What is no safe integer any more is rounded. */
  exposureUnits(account: number, currency: number): number {
    const total = this.#totalPairs.find(account, currency)
    return wideValue(this.#totals, (total << TOTAL_SHIFT) | EXPOSURE)
  }

  /** What an account won today in a quote currency; below 0: lost. Rounded likewise. */
  profitUnits(account: number, currency: number): number {
    const total = this.#totalPairs.find(account, currency)
    return wideValue(this.#totals, (total << TOTAL_SHIFT) | PROFIT)
  }

  /** This row's part of it; for those who look at it now and then. */
  rowProfitUnits(row: number): number {
    const at = row << RECORD_SHIFT
    const market = this.#records[at | MARKET]!
    const sum = this.#records.slice(at | CASH, (at | CASH) + 2)
    addWide(sum, 0, this.marks.valueUnits(market, this.#records[at | POSITION]!))
    addWide(sum, 0, -this.marks.dayValueUnits(market, this.#dayPositions[row]!))
    return wideValue(sum, 0)
  }

  /**
   * A new order, with all that it may come to: its lots, and their worth at its price (where it has
   * none, at its protection). Returns the first limit that it would pass, or Reason.None.
   */
  judgeNew(row: number, sign: number, lots: number, notionalUnits: number): number {
    const at = this.#refreshed(row)
    const reason = this.#judgeSize(at, lots, notionalUnits)
    if (reason !== Reason.None) return reason
    const openOrders = this.#openOrders[this.#records[at | ACCOUNT]!]!
    if (openOrders >= this.#records[at + LIMITS + OPEN_ORDERS_MAX]!) {
      return Reason.TooManyOpenOrders
    }
    return this.#judgeMore(at, row, sign, lots, notionalUnits)
  }

  /**
   * An amend to a total of `lots` worth `notionalUnits` at the new price, with `moreLots` worth
   * `moreUnits` more open than before (below 0: less). What asks for no more of either passes,
   * whatever the limits have become. Returns the first limit that it would pass, or Reason.None.
   */
  judgeAmend(
    row: number,
    sign: number,
    lots: number,
    notionalUnits: number,
    moreLots: number,
    moreUnits: number,
  ): number {
    if (moreLots <= 0 && moreUnits <= 0) return Reason.None
    const at = this.#refreshed(row)
    const reason = this.#judgeSize(at, lots, notionalUnits)
    return reason === Reason.None ? this.#judgeMore(at, row, sign, moreLots, moreUnits) : reason
  }

  /**
   * Whether so many more open lots of a side can only shrink the position, even if all that is open
   * on that side is filled and nothing on the other.
   */
  isReducing(row: number, sign: number, moreLots: number): boolean {
    const at = row << RECORD_SHIFT
    const open = this.#records[at | openField(sign)]!
    return open + moreLots <= -sign * this.#records[at | POSITION]!
  }

  /** Whether the account has lost as much today, in this market's quote currency, as it may. */
  hasLostTooMuch(row: number): boolean {
    const at = this.#refreshed(row)
    const total = this.#records[at | TOTAL]! << TOTAL_SHIFT
    return -wideValue(this.#totals, total | PROFIT) >= this.#records[at + LIMITS + DAILY_LOSS_MAX]!
  }

  /** An order was accepted. */
  open(row: number, sign: number, lots: number, notionalUnits: number): void {
    this.#count(row << RECORD_SHIFT, 1)
    this.adjust(row, sign, lots, notionalUnits)
  }

  /** An open order has more lots open than before, or they are worth more; below 0: less. */
  adjust(row: number, sign: number, lots: number, notionalUnits: number): void {
    const at = row << RECORD_SHIFT
    const field = at | openField(sign)
    this.#records[field] = this.#records[field]! + lots
    const total = this.#records[at | TOTAL]! << TOTAL_SHIFT
    addWide(this.#totals, total | EXPOSURE, notionalUnits)
  }

  /** An order of which nothing is open any more has ended. */
  close(row: number): void {
    this.#count(row << RECORD_SHIFT, -1)
  }

  /**
   * Open lots of an order were filled. `notionalUnits` is what they were worth at the order's own
   * price, `paidUnits` what changed hands for them, `feeUnits` what this side paid the venue. The
   * first fill of a market without a mark sets it.
   */
  fill(
    row: number,
    sign: number,
    lots: number,
    notionalUnits: number,
    paidUnits: number,
    feeUnits: number,
  ): void {
    const records = this.#records
    const at = row << RECORD_SHIFT
    const marks = this.marks
    const market = records[at | MARKET]!
    if (marks.markTicks(market) === 0) {
      this.setMark(market, marks.ticksOf(market, lots, paidUnits), 0)
    }
    const before = records[at | POSITION]!
    const after = before + sign * lots
    const open = at | openField(sign)
    records[at | POSITION] = after
    records[open] = records[open]! - lots
    const cash = -sign * paidUnits - feeUnits
    addWide(records, at | CASH, cash)
    const valueBefore = marks.valueUnits(market, before)
    const valueAfter = marks.valueUnits(market, after)
    const totals = this.#totals
    const total = records[at | TOTAL]! << TOTAL_SHIFT
    // One by one: together they may be more than a safe integer.
    addWide(totals, total | EXPOSURE, -notionalUnits)
    addWide(totals, total | EXPOSURE, Math.abs(valueAfter) - Math.abs(valueBefore))
    addWide(totals, total | PROFIT, cash)
    addWide(totals, total | PROFIT, valueAfter)
    addWide(totals, total | PROFIT, -valueBefore)
  }

  /** Values all positions of a market at another price, of at least one tick. */
  setMark(market: number, priceTicks: number, timeUs: number): void {
    const marks = this.marks
    const ticksBefore = marks.markTicks(market)
    marks.move(market, priceTicks, timeUs)
    for (let row = this.newestRow(market); row !== 0; row = this.#olderRows[row]!) {
      const at = row << RECORD_SHIFT
      const position = this.#records[at | POSITION]!
      if (position === 0) continue
      // Both have the position's sign, so the difference is a safe integer.
      const more =
        marks.unitsOf(market, position, priceTicks) - marks.unitsOf(market, position, ticksBefore)
      const total = this.#records[at | TOTAL]! << TOTAL_SHIFT
      addWide(this.#totals, total | EXPOSURE, position < 0 ? -more : more)
      addWide(this.#totals, total | PROFIT, more)
    }
  }

  /** A new day: profit begins at nothing, from the positions and marks of now. */
  startDay(): void {
    this.marks.startDay()
    for (let row = 1; row <= this.#pairs.count; row++) {
      const at = row << RECORD_SHIFT
      this.#dayPositions[row] = this.#records[at | POSITION]!
      this.#records.fill(0, at | CASH, (at | CASH) + 2)
    }
    for (let total = 1; total <= this.#totalPairs.count; total++) {
      const at = (total << TOTAL_SHIFT) | PROFIT
      this.#totals.fill(0, at, at + 2)
    }
  }

  /** All rows by their numbers, then the sums and the marks, for the state hash. */
  forEachState(add: (value: number) => void): void {
    add(this.#pairs.count)
    for (let row = 1; row <= this.#pairs.count; row++) {
      const at = row << RECORD_SHIFT
      for (let field = POSITION; field <= TOTAL; field++) add(this.#records[at | field]!)
      // What was resolved from the limits is a copy.
      addWideState(this.#records, at | CASH, add)
      add(this.#dayPositions[row]!)
    }
    this.#totalPairs.forEachState(add)
    for (let total = 1; total <= this.#totalPairs.count; total++) {
      addWideState(this.#totals, (total << TOTAL_SHIFT) | EXPOSURE, add)
      addWideState(this.#totals, (total << TOTAL_SHIFT) | PROFIT, add)
    }
    this.marks.forEachState(add)
  }

  #makeRow(account: number, market: number): number {
    const row = this.#pairs.row(account, market)
    if (row === 0) return 0
    const total = this.#totalPairs.row(account, this.marks.quoteCurrency(market))
    this.#records = growFloats(this.#records, (row + 1) << RECORD_SHIFT)
    this.#totals = growFloats(this.#totals, (total + 1) << TOTAL_SHIFT)
    this.#olderRows = growInts(this.#olderRows, row + 1)
    this.#openOrders = growInts(this.#openOrders, account + 1)
    this.#dayPositions = growFloats(this.#dayPositions, row + 1)
    this.#records[(row << RECORD_SHIFT) | ACCOUNT] = account
    this.#records[(row << RECORD_SHIFT) | MARKET] = market
    this.#records[(row << RECORD_SHIFT) | TOTAL] = total
    this.#olderRows[row] = this.#newestRows[market]!
    this.#newestRows[market] = row
    return row
  }

  /** The account has one open order more, or one fewer. */
  #count(at: number, by: 1 | -1): void {
    this.#records[at | ORDER_COUNT] = this.#records[at | ORDER_COUNT]! + by
    const account = this.#records[at | ACCOUNT]!
    this.#openOrders[account] = this.#openOrders[account]! + by
  }

  /** Where the row's record begins, with its limits as they are now. */
  #refreshed(row: number): number {
    const at = row << RECORD_SHIFT
    const { version } = this.#limits
    if (this.#records[at | VERSION] !== version) {
      this.#limits.resolve(this.account(row), this.market(row), this.#records, at | LIMITS)
      this.#records[at | VERSION] = version
    }
    return at
  }

  #judgeSize(at: number, lots: number, notionalUnits: number): number {
    const fits =
      lots <= this.#records[at + LIMITS + ORDER_QTY_MAX]! &&
      notionalUnits <= this.#records[at + LIMITS + ORDER_NOTIONAL_MAX]!
    return fits ? Reason.None : Reason.OrderTooLarge
  }

  /**
   * What position and exposure would come to, if all that is open on this side were filled and
   * nothing on the other. The way out is never barred: what can only shrink the position is not
   * asked for the exposure.
   */
  #judgeMore(at: number, row: number, sign: number, lots: number, units: number): number {
    const records = this.#records
    const worst = sign * records[at | POSITION]! + records[at | openField(sign)]! + lots
    // Without a limit too, every sum of lots is to stay a safe integer.
    const positionMax = Math.min(records[at + LIMITS + POSITION_MAX]!, Number.MAX_SAFE_INTEGER)
    if (lots > 0 && worst > positionMax) return Reason.PositionLimit
    const total = records[at | TOTAL]! << TOTAL_SHIFT
    const exposure = wideValue(this.#totals, total | EXPOSURE) + units
    const fits = units <= 0 || exposure <= records[at + LIMITS + EXPOSURE_MAX]!
    return fits || this.isReducing(row, sign, lots) ? Reason.None : Reason.ExposureLimit
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.marks.transfer(snapshot)
    this.#pairs.transfer(snapshot)
    this.#totalPairs.transfer(snapshot)
    this.#records = snapshot.floats(this.#records)
    this.#totals = snapshot.floats(this.#totals)
    this.#dayPositions = snapshot.floats(this.#dayPositions)
    this.#newestRows = snapshot.ints(this.#newestRows)
    this.#olderRows = snapshot.ints(this.#olderRows)
    this.#openOrders = snapshot.ints(this.#openOrders)
  }
}

function openField(sign: number): number {
  return sign > 0 ? OPEN_BUY : OPEN_SELL
}
