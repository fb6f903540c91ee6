/**
 * Who may enter orders: a state for each account and one for the exchange, the stricter counts.
 *
 *   ACTIVE ─▶ REDUCING ─▶ HALTED        REDUCING: only what can but shrink the position
 *     ▲───────────┴───────────┘         HALTED: nothing but cancels, which pass in every state
 *
 * Each cause has a state of its own, so that lifting one does not lift the other: a loss stays a
 * reason while an operator switches off and on again. In a word two bits for each:
 *
 *   … | daily loss | client | operator |        0 ACTIVE · 1 REDUCING · 2 HALTED
 *
 * Whoever tightens a state also cancels what is open (all of it, by mass cancel), at once: from
 * open orders a position could still grow. `judge` is asked before the position's limits, for new
 * orders and amends. Nothing lifts itself: an operator does, and the day's start the losses. Hot
 * file.
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import { Reason } from '../protocol/codecs.ts'
import { growInts } from './columns.ts'
import type { PositionTable } from './position-table.ts'

export const TradingState = { Active: 0, Reducing: 1, Halted: 2 } as const
export type TradingState = (typeof TradingState)[keyof typeof TradingState]

/** Who wants it so; its bits in the word. */
export const KillCause = { Operator: 0, Client: 2, DailyLoss: 4 } as const
export type KillCause = (typeof KillCause)[keyof typeof KillCause]

const STATE_MASK = 3
const HALTED_BITS = TradingState.Halted * 0b010101
const DAILY_LOSS_BITS = STATE_MASK << KillCause.DailyLoss

/** In place of an account: all of them. */
export const EXCHANGE = 0

export class KillSwitch {
  readonly #positions: PositionTable
  #words = new Int32Array(16)

  constructor(positions: PositionTable) {
    this.#positions = positions
  }

  /** Sets what one cause wants for an account, or for EXCHANGE. */
  set(account: number, cause: KillCause, state: TradingState): void {
    this.#words = growInts(this.#words, account + 1)
    this.#words[account] = (this.#words[account]! & ~(STATE_MASK << cause)) | (state << cause)
  }

  /** What one cause wants for an account, or for EXCHANGE. */
  wanted(account: number, cause: KillCause): TradingState {
    return ((this.#wordOf(account) >> cause) & STATE_MASK) as TradingState
  }

  /** Lifts one cause for all accounts and the exchange: the losses, when a day begins. */
  lift(cause: KillCause): void {
    for (let account = 0; account < this.#words.length; account++) {
      this.#words[account] = this.#words[account]! & ~(STATE_MASK << cause)
    }
  }

  /** What holds for an account, the exchange's state included. */
  stateOf(account: number): TradingState {
    const word = this.#wordOf(account) | this.#words[EXCHANGE]!
    if (word === 0) return TradingState.Active
    return (word & HALTED_BITS) === 0 ? TradingState.Reducing : TradingState.Halted
  }

  /**
   * A new order or an amend by which `moreLots` more are open on a side (0 where only the price
   * changes). Returns why not, or Reason.None.
   */
  judge(account: number, row: number, sign: number, moreLots: number): number {
    const word = this.#wordOf(account) | this.#words[EXCHANGE]!
    if (word === 0) return Reason.None
    if ((word & HALTED_BITS) === 0 && this.#positions.isReducing(row, sign, moreLots)) {
      return Reason.None
    }
    return (word & ~DAILY_LOSS_BITS) === 0 ? Reason.DailyLoss : Reason.KillSwitch
  }

  /** Whoever is not simply active, for the state hash: EXCHANGE first. */
  forEachState(add: (value: number) => void): void {
    for (let account = 0; account < this.#words.length; account++) {
      if (this.#words[account] === 0) continue
      add(account)
      add(this.#words[account]!)
    }
    add(-1)
  }

  #wordOf(account: number): number {
    return account < this.#words.length ? this.#words[account]! : 0
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.#words = snapshot.ints(this.#words)
  }
}
