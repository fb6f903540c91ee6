/**
 * What stops trading when prices or losses run away. Each breaker is told what happened and answers
 * what is to be done; the caller does it, in the same turn. None looks at a clock, and none acts
 * twice for one cause.
 *
 *   move of one symbol      ─▶ HaltMarket    until haltUntilUs
 *   move of all of them     ─▶ HaltAll       until haltUntilUs       ─▶ EndDay
 *   loss of one account     ─▶ HaltAccount   until somebody lifts it (kill-switch.ts)
 *
 * "Until" is told and not kept: the caller's timer reopens the market, by an auction. Hot file.
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import { BucketWindow } from './bucket-window.ts'
import { growInts } from './columns.ts'
import { KillCause, type KillSwitch, TradingState } from './kill-switch.ts'
import type { PositionTable } from './position-table.ts'

export const BreakerAction = {
  None: 0,
  HaltMarket: 1,
  HaltAll: 2,
  EndDay: 3,
  HaltAccount: 4,
} as const
export type BreakerAction = (typeof BreakerAction)[keyof typeof BreakerAction]

const US_PER_SECOND = 1_000_000
const BPS_PER_WHOLE = 10_000
const PPM_PER_WHOLE = 1_000_000
const PPM_PER_BPS = 100

export interface MoveBreakerTerms {
  /** A move of so much, up or down, halts; 0: off. */
  readonly moveBps: number
  /** Whole seconds; 0: off. */
  readonly moveWindowSeconds: number
  readonly haltSeconds: number
}

/** Of a bucket, 0 where nothing printed. */
const LOWEST = 0
const HIGHEST = 1
const WIDTH = 2

/**
 * One symbol: trips at a print that is `moveBps` or more above the lowest print of the window, or
 * below the highest. A print is remembered for the window's length and at most a 64th more. A
 * breaker that tripped has forgotten everything: trading that resumes is measured from where it
 * resumes. It may trip within an order that sweeps the book, and more than once: the halt begins
 * when that order has come to its end.
 */
export class MoveBreaker {
  #terms: MoveBreakerTerms
  #window: BucketWindow
  /** Over the whole window, 0 without a print in it. */
  #lowest = 0
  #highest = 0

  constructor(terms: MoveBreakerTerms) {
    this.#terms = terms
    this.#window = new BucketWindow({ seconds: terms.moveWindowSeconds, width: WIDTH })
  }

  get terms(): MoveBreakerTerms {
    return this.#terms
  }

  /** Under new terms prints are remembered from now on. */
  changeTerms(terms: MoveBreakerTerms): void {
    this.#terms = terms
    this.#window = new BucketWindow({ seconds: terms.moveWindowSeconds, width: WIDTH })
    this.restart()
  }

  /** Forgets all prints: an auction has found a new price. */
  restart(): void {
    this.#window.clear()
    this.#lowest = 0
    this.#highest = 0
  }

  /** A trade in continuous trading: None or HaltMarket. */
  onPrint(timeUs: number, priceTicks: number): BreakerAction {
    const { moveBps, moveWindowSeconds } = this.#terms
    if (moveBps === 0 || moveWindowSeconds === 0) return BreakerAction.None
    if (timeUs >= this.#window.endUs) this.#roll(timeUs)
    const { values, at } = this.#window
    if (values[at + LOWEST] === 0 || priceTicks < values[at + LOWEST]!) {
      values[at + LOWEST] = priceTicks
    }
    if (priceTicks > values[at + HIGHEST]!) values[at + HIGHEST] = priceTicks
    if (this.#lowest === 0 || priceTicks < this.#lowest) this.#lowest = priceTicks
    if (priceTicks > this.#highest) this.#highest = priceTicks
    const up = (priceTicks - this.#lowest) * BPS_PER_WHOLE
    const down = (this.#highest - priceTicks) * BPS_PER_WHOLE
    if (up < this.#lowest * moveBps && down < this.#highest * moveBps) return BreakerAction.None
    this.restart()
    return BreakerAction.HaltMarket
  }

  /** When the halt that a print at `timeUs` caused ends. */
  haltUntilUs(timeUs: number): number {
    return timeUs + this.#terms.haltSeconds * US_PER_SECOND
  }

  /** Extremes are 0 without a print. */
  forEachState(add: (value: number) => void): void {
    add(this.#lowest)
    add(this.#highest)
    this.#window.forEachState(add)
  }

  #roll(timeUs: number): void {
    this.#window.roll(timeUs)
    const { values } = this.#window
    let lowest = Number.POSITIVE_INFINITY
    this.#highest = 0
    for (let at = 0; at < values.length; at += WIDTH) {
      if (values[at + LOWEST] === 0) continue
      lowest = Math.min(lowest, values[at + LOWEST]!)
      this.#highest = Math.max(this.#highest, values[at + HIGHEST]!)
    }
    this.#lowest = this.#highest === 0 ? 0 : lowest
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.#window.transfer(snapshot)
    this.#lowest = snapshot.number(this.#lowest)
    this.#highest = snapshot.number(this.#highest)
  }
}

export interface MarketWideTerms {
  /** Falls of the mean, each deeper than the last; 0: that level is off. US: 700, 1300, 2000. */
  readonly levelBps: readonly [number, number, number]
  readonly haltSeconds: number
}

/** The level that ends the day; those below it halt. */
const LAST_LEVEL = 3

/**
 * All symbols together: trips when the mean of their moves against their day's references has
 * fallen by a level. Each symbol counts alike, and no more than ±100 %: a symbol that rises a
 * thousandfold must not hide that all others fall. A move is rounded towards none, to a millionth.
 * A symbol that did not print today is unmoved; one without a reference does not count.
 *
 * Levels 1 and 2 halt once a day each, and not from `lateUs` on; a level counts as used when a
 * deeper one was reached. Level 3 ends the day, whenever.
 */
export class MarketWideBreaker {
  #terms: MarketWideTerms
  /** By market: the day's reference in ticks (0: none), and how far it is off that, in ppm. */
  #references = new Int32Array(16)
  #movesPpm = new Int32Array(16)
  #moveSumPpm = 0
  #referenceCount = 0
  #levelReached = 0
  #lateUs = 0

  constructor(terms: MarketWideTerms) {
    this.#terms = terms
  }

  get terms(): MarketWideTerms {
    return this.#terms
  }

  /** Levels that were used today stay used. */
  changeTerms(terms: MarketWideTerms): void {
    this.#terms = terms
  }

  /** The deepest level that was used today, or 0. */
  get levelReached(): number {
    return this.#levelReached
  }

  /** Mean move in ppm, rounded towards none; 0 without a reference. */
  get meanMovePpm(): number {
    return this.#referenceCount === 0 ? 0 : Math.trunc(this.#moveSumPpm / this.#referenceCount)
  }

  /** A new day without any reference yet. From `lateUs` on only level 3 acts; 0: no such time. */
  startDay(lateUs: number): void {
    this.#references.fill(0)
    this.#movesPpm.fill(0)
    this.#moveSumPpm = 0
    this.#referenceCount = 0
    this.#levelReached = 0
    this.#lateUs = lateUs
  }

  /** What a market's moves are measured against from now on, behind `startDay`. 0: nothing. */
  setReference(market: number, priceTicks: number): void {
    this.#references = growInts(this.#references, market + 1)
    this.#movesPpm = growInts(this.#movesPpm, market + 1)
    if (this.#references[market] !== 0) this.#referenceCount--
    if (priceTicks !== 0) this.#referenceCount++
    this.#moveSumPpm -= this.#movesPpm[market]!
    this.#movesPpm[market] = 0
    this.#references[market] = priceTicks
  }

  /** A trade, an uncross too: None, HaltAll or EndDay. */
  onPrint(timeUs: number, market: number, priceTicks: number): BreakerAction {
    const reference = market < this.#references.length ? this.#references[market]! : 0
    if (reference === 0) return BreakerAction.None
    const exact = Math.trunc(((priceTicks - reference) * PPM_PER_WHOLE) / reference)
    const movePpm = Math.min(exact, PPM_PER_WHOLE)
    this.#moveSumPpm += movePpm - this.#movesPpm[market]!
    this.#movesPpm[market] = movePpm
    return this.#moveSumPpm >= 0 ? BreakerAction.None : this.#judge(timeUs)
  }

  /** When the halt that a print at `timeUs` caused ends. */
  haltUntilUs(timeUs: number): number {
    return timeUs + this.#terms.haltSeconds * US_PER_SECOND
  }

  /** The day so far, and each market that has a reference. */
  forEachState(add: (value: number) => void): void {
    add(this.#levelReached)
    add(this.#lateUs)
    for (let market = 1; market < this.#references.length; market++) {
      if (this.#references[market] === 0) continue
      add(market)
      add(this.#references[market]!)
      add(this.#movesPpm[market]!)
    }
    add(-1)
  }

  #judge(timeUs: number): BreakerAction {
    const level = this.#deepestLevel()
    if (level <= this.#levelReached) return BreakerAction.None
    const isLate = this.#lateUs !== 0 && timeUs >= this.#lateUs
    if (isLate && level < LAST_LEVEL) return BreakerAction.None
    this.#levelReached = level
    return level === LAST_LEVEL ? BreakerAction.EndDay : BreakerAction.HaltAll
  }

  /** The deepest level that the mean is at or below, or 0. */
  #deepestLevel(): number {
    const { levelBps } = this.#terms
    for (let level = LAST_LEVEL; level > 0; level--) {
      const levelPpm = levelBps[level - 1]! * PPM_PER_BPS
      if (levelPpm !== 0 && -this.#moveSumPpm >= levelPpm * this.#referenceCount) return level
    }
    return 0
  }

  transfer(snapshot: SnapshotTransfer): void {
    const { levelBps, haltSeconds } = this.#terms
    const [first, second, third] = levelBps
    this.#terms = {
      levelBps: [snapshot.number(first), snapshot.number(second), snapshot.number(third)],
      haltSeconds: snapshot.number(haltSeconds),
    }
    this.#references = snapshot.ints(this.#references)
    this.#movesPpm = snapshot.ints(this.#movesPpm)
    this.#moveSumPpm = snapshot.number(this.#moveSumPpm)
    this.#referenceCount = snapshot.number(this.#referenceCount)
    this.#levelReached = snapshot.number(this.#levelReached)
    this.#lateUs = snapshot.number(this.#lateUs)
  }
}

/**
 * One account: trips when it has lost as much today as it may (risk-limits.ts), realised and at the
 * marks, fees included, in the quote currency of the market where something happened. Whom the kill
 * switch has halted for it already is not named again; who was let in again by an operator is, at
 * the next fill or mark: he raises the limit first, or lets the account only reduce by his own
 * cause.
 */
export class DailyLossBreaker {
  readonly #positions: PositionTable
  readonly #killSwitch: KillSwitch

  constructor(positions: PositionTable, killSwitch: KillSwitch) {
    this.#positions = positions
    this.#killSwitch = killSwitch
  }

  /** A fill was booked in this row: None or HaltAccount. For both sides, at the turn's end. */
  judge(row: number): BreakerAction {
    return this.#positions.hasLostTooMuch(row) && !this.#isHalted(this.#positions.account(row))
      ? BreakerAction.HaltAccount
      : BreakerAction.None
  }

  /**
   * A mark was moved: the first row of the market, behind `row` (0: of all), whose account is to be
   * halted, or 0. The caller halts it and asks again from there.
   */
  nextBreach(market: number, row: number): number {
    const positions = this.#positions
    let next = row === 0 ? positions.newestRow(market) : positions.olderRow(row)
    while (next !== 0 && this.judge(next) === BreakerAction.None) next = positions.olderRow(next)
    return next
  }

  #isHalted(account: number): boolean {
    return this.#killSwitch.wanted(account, KillCause.DailyLoss) === TradingState.Halted
  }
}
