/**
 *   Messages ──▶ LOBSTER DAY ──▶ steps: actions for an exchange ──▶ (whoever sends them)
 *   BookRows ──▶
 *
 * Turns a recorded day back into the orders that caused it. It keeps its own account of who rests
 * where and promises: an exchange that does a step's actions in order has, after them, exactly the
 * levels of row `step.row` of the book file, and every taker meets exactly the makers named. What
 * the file cannot show is put right in each step, after its rows: a level that sank out of view is
 * cancelled with all its orders (unseen changes would make it wrong), a level that came into view
 * is entered as one anonymous order.
 */

import assert from 'node:assert/strict'
import { type Action, type Fill, type Step, sideOf } from './action.ts'
import { DayCounts } from './counts.ts'
import { type LobsterFiles, MessageType, type Sign } from './files.ts'
import {
  ANONYMOUS,
  isAnonymous,
  isBetter,
  type Meeting,
  RestingBook,
  type RestingLevel,
  type RestingOrder,
} from './resting-book.ts'

/**
 * `grouped`: executions of one instant and direction are one taker, as they were on the day; the
 * book is compared after the group. `single`: each execution is a taker of its own, so that the
 * book can be compared after every row.
 */
export type DayMode = 'grouped' | 'single'

/** A row about an order, and the order that it means. */
interface ResolvedRow {
  readonly row: number
  readonly order: RestingOrder | undefined
}

const SIGNS: readonly Sign[] = [1, -1]

export class LobsterDay {
  /** Complete once the last step is taken. */
  readonly counts = new DayCounts()
  readonly #files: LobsterFiles
  readonly #mode: DayMode
  readonly #resting = new RestingBook()
  #actions: Action[] = []
  #started = false

  constructor(files: LobsterFiles, mode: DayMode) {
    this.#files = files
    this.#mode = mode
  }

  /** The whole day, once: the walk changes the book that it is about. */
  *steps(): Generator<Step, void, undefined> {
    assert(!this.#started, 'a LobsterDay is walked once: make another')
    this.#started = true
    const { messages } = this.#files
    yield this.#opening()
    let row = 1
    while (row < messages.rowCount) {
      const first = row
      const last = this.#apply(first)
      this.#reconcile(first, last)
      yield this.#finish(last)
      row = last + 1
    }
  }

  #finish(row: number): Step {
    const step = { row, actions: this.#actions }
    this.#actions = []
    return step
  }

  /** Row 0: its message is already in its book, and nobody knows who rests there. */
  #opening(): Step {
    const { messages, book } = this.#files
    for (const sign of SIGNS) {
      for (let level = 0; level < book.depth(0, sign); level++) this.#adopt(0, sign, level)
    }
    if (messages.type(0) === MessageType.Executed) this.counts.groups++
    return this.#finish(0)
  }

  /** Does what the message says, with all of its group. Returns the last row done. */
  #apply(row: number): number {
    switch (this.#files.messages.type(row)) {
      case MessageType.New:
        this.#enterNew(row)
        return row
      case MessageType.PartCancelled:
      case MessageType.Deleted:
        this.#withdraw(this.#resolve(row))
        return row
      case MessageType.Executed:
        return this.#execute(row)
      default:
        return row // a hidden execution: the visible book does not change
    }
  }

  #enterNew(row: number): void {
    const { messages } = this.#files
    const sign = messages.sign(row)
    const orderId = messages.orderId(row)
    // An exchange would match it. The rows say that it rests, so it is left to be adopted from the
    // book file.
    if (this.#resting.crosses(sign, messages.priceTicks(row))) this.counts.crossingOrders++
    else {
      this.#enter({
        // The row makes it unique: an id of the file may be entered again once its level has sunk
        // out of view.
        clOrdId: `o${orderId}-${row}`,
        orderId,
        sign,
        priceTicks: messages.priceTicks(row),
        openLots: messages.lots(row),
        filledLots: 0,
      })
    }
  }

  /** One anonymous order for all that rests at a level of the book file. */
  #adopt(row: number, sign: Sign, level: number): void {
    const { book } = this.#files
    const priceTicks = book.priceTicks(row, sign, level)
    this.#enter({
      clOrdId: `a${row}-${sign === 1 ? 'b' : 's'}${priceTicks}`,
      orderId: ANONYMOUS,
      sign,
      priceTicks,
      openLots: book.lots(row, sign, level),
      filledLots: 0,
    })
  }

  #enter(order: RestingOrder): void {
    this.#resting.enter(order)
    this.#actions.push({
      kind: 'enter',
      clOrdId: order.clOrdId,
      side: sideOf(order.sign),
      lots: order.openLots,
      priceTicks: order.priceTicks,
    })
  }

  #resolve(row: number): ResolvedRow {
    const { messages } = this.#files
    const order = this.#resting.resolve(
      messages.orderId(row),
      messages.sign(row),
      messages.priceTicks(row),
    )
    if (order === undefined) this.counts.unresolvedIds++
    else if (isAnonymous(order)) this.counts.anonymousIds++
    else this.counts.ownIds++
    return { row, order }
  }

  /**
   * Takes the row's lots off its order without a trade. What is left of a wrong row is mended with
   * the book file.
   */
  #withdraw({ row, order }: ResolvedRow): void {
    if (order === undefined) return
    const lots = Math.min(order.openLots, this.#files.messages.lots(row))
    if (lots === 0) return
    this.#resting.reduce(order, lots)
    this.#actions.push(order.openLots === 0 ? cancelOf(order) : reduceOf(order))
  }

  /**
   * The group that begins at `first`: as a taker where first-in, first-out explains it, else row by
   * row.
   */
  #execute(first: number): number {
    const { counts } = this
    const { messages } = this.#files
    const rows = this.#groupRows(first)
    const last = rows.at(-1)!
    const group = rows.map((row) => this.#resolve(row))
    const lots = rows.reduce((sum, row) => sum + messages.lots(row), 0)
    const sign = messages.sign(first)
    const meetings = this.#resting.meet(sign, lots)
    const exact = agree(meetings, this.#recorded(group))

    counts.groups++
    counts.takers++
    counts.groupFillsMax = Math.max(counts.groupFillsMax, rows.length)
    counts.hiddenRowsInGroups += last - first + 1 - rows.length
    if (exact) {
      counts.exactTakers++
      this.#actions.push({
        kind: 'take',
        clOrdId: `t${first}`,
        side: sideOf(sign === 1 ? -1 : 1),
        lots,
        limitTicks: messages.priceTicks(last),
        expected: meetings.map(fillOf),
      })
    } else counts.exceptions.push(first)
    for (const resolved of group) {
      this.#countFill(resolved)
      if (exact) this.#resting.fill(resolved.order!, messages.lots(resolved.row))
      else this.#withdraw(resolved)
    }
    return last
  }

  /** The rows of one taker. Hidden executions may lie between; anything else ends it. */
  #groupRows(first: number): number[] {
    const { messages } = this.#files
    const rows = [first]
    if (this.#mode === 'single') return rows
    const timeNs = messages.timeNs(first)
    const sign = messages.sign(first)
    for (let row = first + 1; row < messages.rowCount; row++) {
      if (messages.timeNs(row) !== timeNs) break
      const type = messages.type(row)
      if (type === MessageType.Executed && messages.sign(row) === sign) rows.push(row)
      else if (type !== MessageType.ExecutedHidden) break
    }
    return rows
  }

  /** What the rows say, neighbours of one maker merged; undefined where a maker is unknown. */
  #recorded(group: readonly ResolvedRow[]): Meeting[] | undefined {
    const recorded: Meeting[] = []
    for (const { row, order } of group) {
      if (order === undefined) return undefined
      const lots = this.#files.messages.lots(row)
      const before = recorded.at(-1)
      if (before?.order === order) before.lots += lots
      else recorded.push({ order, lots })
    }
    return recorded
  }

  #countFill({ row, order }: ResolvedRow): void {
    const { counts } = this
    const { messages } = this.#files
    counts.fills++
    const sign = messages.sign(row)
    const priceTicks = messages.priceTicks(row)
    if (this.#resting.levels(sign)[0]?.priceTicks === priceTicks) counts.fillsAtBest++
    const atHead = order !== undefined && this.#resting.level(sign, priceTicks)?.orders[0] === order
    if (atHead) counts.fifoHeadFills++
    else counts.rowsNotAtHead.push(row)
    if (order === undefined) return
    if (isAnonymous(order)) {
      counts.anonymousFills++
      if (atHead) counts.anonymousFillsAtHead++
    } else {
      counts.heldFills++
      if (atHead) counts.heldFillsAtHead++
    }
  }

  /**
   * Makes the book equal to row `last`. All cancels come before all entries, so that none of these
   * can trade.
   */
  #reconcile(first: number, last: number): void {
    for (const sign of SIGNS) this.#dropUnseen(last, sign)
    let adopted = 0
    for (const sign of SIGNS) {
      const count = this.#adoptSeen(last, sign, first === last)
      this.counts.adoptedLevelsMax = Math.max(this.counts.adoptedLevelsMax, count)
      adopted += count
    }
    if (adopted === 0) return
    this.counts.adoptedSteps++
    this.counts.adoptedLevels += adopted
  }

  /**
   * Cancels the levels that the row does not show, and those that it shows otherwise (which no
   * sound file has).
   */
  #dropUnseen(row: number, sign: Sign): void {
    const { book } = this.#files
    const levels = this.#resting.levels(sign)
    const depth = book.depth(row, sign)
    let index = 0
    let trueIndex = 0
    while (index < levels.length) {
      const level = levels[index]!
      while (
        trueIndex < depth &&
        isBetter(sign, book.priceTicks(row, sign, trueIndex), level.priceTicks)
      ) {
        trueIndex++
      }
      const seen = trueIndex < depth && book.priceTicks(row, sign, trueIndex) === level.priceTicks
      if (seen && book.lots(row, sign, trueIndex) === level.lots) index++
      else {
        // Only behind a full view can a level have sunk out of it.
        if (!seen && trueIndex === book.levelCount) this.counts.droppedLevels++
        else this.counts.otherDifferences++
        this.#cancelLevel(level)
      }
    }
  }

  #cancelLevel(level: RestingLevel): void {
    for (const order of [...level.orders]) {
      this.#resting.reduce(order, order.openLots)
      this.#actions.push(cancelOf(order))
    }
  }

  /**
   * Enters the levels that the row shows and the book lacks. After one row this can only be the
   * last one of the view; after a group several may have come into view together, behind all that
   * is held. Returns how many.
   */
  #adoptSeen(row: number, sign: Sign, single: boolean): number {
    const { book } = this.#files
    const levels = this.#resting.levels(sign)
    const firstUnseen = single ? book.levelCount - 1 : levels.length
    let adopted = 0
    for (let level = 0; level < book.depth(row, sign); level++) {
      if (levels[level]?.priceTicks === book.priceTicks(row, sign, level)) continue
      if (level >= firstUnseen) adopted++
      else this.counts.otherDifferences++
      this.#adopt(row, sign, level)
    }
    return adopted
  }
}

function agree(predicted: readonly Meeting[], recorded: readonly Meeting[] | undefined): boolean {
  return (
    predicted.length === recorded?.length &&
    predicted.every(({ order, lots }, index) => {
      return recorded[index]!.order === order && recorded[index]!.lots === lots
    })
  )
}

function fillOf({ order, lots }: Meeting): Fill {
  return { makerClOrdId: order.clOrdId, lots, priceTicks: order.priceTicks }
}

function cancelOf(order: RestingOrder): Action {
  return { kind: 'cancel', clOrdId: order.clOrdId, side: sideOf(order.sign) }
}

function reduceOf(order: RestingOrder): Action {
  return {
    kind: 'reduce',
    clOrdId: order.clOrdId,
    side: sideOf(order.sign),
    priceTicks: order.priceTicks,
    newTotalLots: order.filledLots + order.openLots,
  }
}
