/**
 *   shard ──DepthUpdate──▶ ring ──▶ LEVEL BOOK ──▶ REST depth, depth streams
 *
 * The gateway's copy of one instrument's book: price levels, no orders. It changes by whole turns only: the levels of a
 * command wait until its last one is there, so whoever looks in between sees the book as the shard left it.
 *
 *   waiting   (id 8, bid 100 → 7)  (id 9, ask 101 → 0, last)      then all at once: book 7 → book 9
 *
 * Ids go up by one. Only the first turn may say otherwise: there the shard announces a book that it already has, and all
 * its levels carry the one id that the book stands at.
 */

export const TurnState = {
  /** More of this turn is to come: the book is as it was. */
  Open: 0,
  /** The turn is in the book. */
  Applied: 1,
  /** An update is missing or came twice: the copy cannot be trusted any more, now or later. */
  Broken: 2,
} as const
export type TurnState = (typeof TurnState)[keyof typeof TurnState]

/** Levels of one side, the best one last: most changes are near the best and move few entries. */
export class LevelSide {
  /** 1 for bids, where higher is better; -1 for asks. */
  readonly #sign: 1 | -1
  /** Ascending in sign × ticks. */
  readonly #ticks: number[] = []
  readonly #lots: number[] = []

  constructor(sign: 1 | -1) {
    this.#sign = sign
  }

  get count(): number {
    return this.#ticks.length
  }

  /** Sets what rests at a price; 0 lots take the level away. */
  set(ticks: number, lots: number): void {
    const index = this.#indexOf(ticks)
    const isThere = this.#ticks[index] === ticks
    if (lots === 0) {
      if (!isThere) return
      this.#ticks.splice(index, 1)
      this.#lots.splice(index, 1)
    } else if (isThere) {
      this.#lots[index] = lots
    } else {
      this.#ticks.splice(index, 0, ticks)
      this.#lots.splice(index, 0, lots)
    }
  }

  /** 0 where nothing rests. */
  lotsAt(ticks: number): number {
    const index = this.#indexOf(ticks)
    return this.#ticks[index] === ticks ? this.#lots[index]! : 0
  }

  /** The best `countMax` levels, best first. */
  best(countMax: number): { readonly ticks: number; readonly lots: number }[] {
    const levels = []
    for (let i = this.#ticks.length - 1; i >= 0 && levels.length < countMax; i--) {
      levels.push({ ticks: this.#ticks[i]!, lots: this.#lots[i]! })
    }
    return levels
  }

  /** Where the price is, or where it would go. */
  #indexOf(ticks: number): number {
    let low = 0
    let high = this.#ticks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#ticks[middle]! - ticks) * this.#sign < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** One level as it stands after a change; the book keeps the object until its turn is whole. */
export interface LevelUpdate {
  /** 1: bids, -1: asks. */
  readonly sign: 1 | -1
  readonly ticks: number
  /** 0: the level is gone. */
  readonly lots: number
  readonly updateId: number
  readonly isLastOfTurn: boolean
  readonly timeUs: number
}

/** Hears of each level of a turn, when all of the turn is in the book; with the first and last id of the turn. */
export type LevelListener = (update: LevelUpdate, firstId: number, lastId: number) => void

export class LevelBook {
  readonly bids = new LevelSide(1)
  readonly asks = new LevelSide(-1)
  #lastUpdateId = 0
  #timeUs = 0
  #isOpening = true
  #isBroken = false
  /** The open turn, in order. As long as one command's consequences, or the shard's whole book at the start. */
  readonly #waiting: LevelUpdate[] = []

  /** Of the last whole turn; 0 before the first. */
  get lastUpdateId(): number {
    return this.#lastUpdateId
  }

  /** Sequencer time of the last whole turn. */
  get timeUs(): number {
    return this.#timeUs
  }

  get isBroken(): boolean {
    return this.#isBroken
  }

  /** The id that the next update must carry. */
  get expectedUpdateId(): number {
    return (this.#waiting.at(-1)?.updateId ?? this.#lastUpdateId) + 1
  }

  /** Takes one update. When it ends its turn, the turn is applied and `onApplied` called. */
  take(update: LevelUpdate, onApplied: LevelListener): TurnState {
    if (this.#isBroken || !this.#follows(update.updateId) || update.lots < 0) {
      this.#isBroken = true
      this.#waiting.length = 0
      return TurnState.Broken
    }
    this.#waiting.push(update)
    if (!update.isLastOfTurn) return TurnState.Open
    this.#apply(update, onApplied)
    return TurnState.Applied
  }

  #follows(updateId: number): boolean {
    if (updateId === this.expectedUpdateId) return true
    if (!this.#isOpening) return false
    return this.#waiting.length === 0 || updateId === this.#waiting.at(-1)!.updateId
  }

  #apply(last: LevelUpdate, onApplied: LevelListener): void {
    const firstId = this.#waiting[0]!.updateId
    for (const { sign, ticks, lots } of this.#waiting) {
      if (sign === 1) this.bids.set(ticks, lots)
      else this.asks.set(ticks, lots)
    }
    this.#isOpening = false
    this.#lastUpdateId = last.updateId
    this.#timeUs = last.timeUs
    for (const update of this.#waiting) onApplied(update, firstId, last.updateId)
    this.#waiting.length = 0
  }
}
