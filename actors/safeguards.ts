/**
 * What keeps accounts and the venue as a whole from harm: limits, positions, message rates, the kill
 * switch, the breakers of all markets and of each account's day.
 *
 * Fills and prints are noted while a command runs; what they lead to is done when it has come to its
 * end (`act`): an account that has lost too much is halted and its orders go, the venue halts.
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import { Reason } from '../protocol/codecs.ts'
import { AccountGroupTable } from './account-groups.ts'
import { BreakerAction, DailyLossBreaker, MarketWideBreaker } from './circuit-breakers.ts'
import { growInts } from './columns.ts'
import { KillCause, KillSwitch, TradingState } from './kill-switch.ts'
import type { ExchangeLimits } from './limits.ts'
import { MARK_INTERVAL_US } from './mark-table.ts'
import { type Bucket, MessageRate } from './message-rate.ts'
import { PositionTable } from './position-table.ts'
import { NO_LIMIT, RiskLimits } from './risk-limits.ts'

/** What the safeguards ask of the venue. */
export interface SafeguardActions {
  /** Time of the command at hand, µs. */
  readonly timeUs: number
  cancelAll(account: number, reason: number): void
  haltAll(untilUs: number): void
  endDay(): void
}

export class Safeguards {
  readonly limits: RiskLimits
  readonly positions: PositionTable
  readonly killSwitch: KillSwitch
  readonly rates = new MessageRate()
  readonly groups = new AccountGroupTable()
  readonly marketWide = new MarketWideBreaker({ levelBps: [0, 0, 0], haltSeconds: 0 })
  readonly #dailyLoss: DailyLossBreaker
  readonly #actions: SafeguardActions
  /** Rows that were filled in this command. */
  #rows = new Int32Array(16)
  #rowCount = 0
  /** Markets that printed in this command, and their last prints. */
  #markets = new Int32Array(16)
  #prints = new Int32Array(16)
  #marketCount = 0

  constructor(limits: ExchangeLimits, actions: SafeguardActions) {
    this.#actions = actions
    this.limits = new RiskLimits(limits)
    this.positions = new PositionTable(this.limits, {
      positionsMax: limits.positionsMax,
      markIntervalUs: MARK_INTERVAL_US,
    })
    this.killSwitch = new KillSwitch(this.positions)
    this.#dailyLoss = new DailyLossBreaker(this.positions, this.killSwitch)
  }

  /** Whether an account is within its message rate; counts the message. */
  admit(account: number, bucket: Bucket): boolean {
    const perSecond = this.limits.messagesPerSecond(account)
    if (perSecond === NO_LIMIT) return true
    return this.rates.admit(account, bucket, perSecond, this.#actions.timeUs)
  }

  /** Both sides of a fill. */
  noteFill(makerRow: number, takerRow: number): void {
    if (this.#rowCount + 2 > this.#rows.length)
      this.#rows = growInts(this.#rows, this.#rowCount + 2)
    this.#rows[this.#rowCount++] = makerRow
    this.#rows[this.#rowCount++] = takerRow
  }

  /** The last print of a market's turn. */
  notePrint(market: number, priceTicks: number): void {
    this.#markets = growInts(this.#markets, this.#marketCount + 1)
    this.#prints = growInts(this.#prints, this.#marketCount + 1)
    this.#markets[this.#marketCount] = market
    this.#prints[this.#marketCount++] = priceTicks
  }

  /** Does what the command's fills and prints lead to. Ends, as each account is halted but once. */
  act(): void {
    // Cancels that follow may move pegged orders, and those trade: so until nothing is noted.
    while (this.#rowCount > 0 || this.#marketCount > 0) {
      while (this.#marketCount > 0) {
        const market = this.#markets[--this.#marketCount]!
        this.#onPrint(market, this.#prints[this.#marketCount]!)
      }
      while (this.#rowCount > 0) {
        const row = this.#rows[--this.#rowCount]!
        if (this.#dailyLoss.judge(row) === BreakerAction.HaltAccount) this.#halt(row)
      }
    }
  }

  /** A new day: losses count from here, and are forgiven. */
  startDay(lateUs: number): void {
    this.positions.startDay()
    this.killSwitch.lift(KillCause.DailyLoss)
    this.marketWide.startDay(lateUs)
  }

  forEachState(add: (value: number) => void): void {
    this.limits.forEachState(add)
    this.positions.forEachState(add)
    this.killSwitch.forEachState(add)
    this.rates.forEachState(add)
    this.groups.forEachState(add)
    this.marketWide.forEachState(add)
  }

  #onPrint(market: number, priceTicks: number): void {
    const { timeUs } = this.#actions
    const { marks } = this.positions
    if (marks.isDue(market, priceTicks, timeUs)) {
      this.positions.setMark(market, priceTicks, timeUs)
      let row = this.#dailyLoss.nextBreach(market, 0)
      while (row !== 0) {
        this.#halt(row)
        row = this.#dailyLoss.nextBreach(market, row)
      }
    }
    const action = this.marketWide.onPrint(timeUs, market, priceTicks)
    if (action === BreakerAction.HaltAll) {
      this.#actions.haltAll(this.marketWide.haltUntilUs(timeUs))
    } else if (action === BreakerAction.EndDay) {
      this.#actions.endDay()
    }
  }

  #halt(row: number): void {
    const account = this.positions.account(row)
    this.killSwitch.set(account, KillCause.DailyLoss, TradingState.Halted)
    this.#actions.cancelAll(account, Reason.DailyLoss)
  }

  /** Between two commands: then nothing is noted. */
  transfer(snapshot: SnapshotTransfer): void {
    this.limits.transfer(snapshot)
    this.positions.transfer(snapshot)
    this.killSwitch.transfer(snapshot)
    this.rates.transfer(snapshot)
    this.groups.transfer(snapshot)
    this.marketWide.transfer(snapshot)
  }
}
