/**
 *   day's actions ──▶ EXCHANGE MACHINE ──▶ events ──▶ feed book, fills
 *
 * A recorded day straight into the machine, without a thread or a socket, and a client's view of
 * it: the book as its depth updates alone tell it, each taker's fills as its reports tell them.
 * Whatever no client may ever see (a gap in a number, a refusal, a wrong best price) ends the test
 * at once.
 */
import assert from 'node:assert/strict'
import { BUY, SELL } from '../../actors/sign.ts'
import type { Action, Fill } from '../../cli/lobster/action.ts'
import type { Depth, Level } from '../../cli/lobster/truth.ts'
import {
  BookTicker,
  DepthUpdate,
  ExecType,
  ExecutionReport,
  OrderCancelReject,
  OrdType,
  Side,
  TimeInForce,
  Trade,
} from '../../protocol/codecs.ts'
import {
  NUMBER_OFFSET,
  RECORD_BLOCK_OFFSET,
  RECORD_HEADER_BYTES,
  RECORD_TYPE_OFFSET,
} from '../../protocol/envelope.ts'
import { reasonRow } from '../../protocol/reasons.ts'
import { type ExchangeHarness, openVenue } from '../actors/exchange-harness.ts'

const SESSION = 1
const SYMBOL = 'BTCUSD'
/** More levels than any book of a day has. */
const LEVELS_MAX = 1_000

/** The book that the depth updates tell of: both sides best first. */
class FeedBook implements Depth {
  readonly bids: Level[] = []
  readonly asks: Level[] = []

  set(side: number, priceTicks: number, lots: number): void {
    const [levels, sign] = side === Side.Buy ? [this.bids, BUY] : [this.asks, SELL]
    let rank = 0
    while (rank < levels.length && sign * (levels[rank]![0] - priceTicks) > 0) rank++
    const isThere = levels[rank]?.[0] === priceTicks
    assert(isThere || lots > 0, `a level goes at ${priceTicks} that was never there`)
    levels.splice(rank, isThere ? 1 : 0, ...(lots > 0 ? [[priceTicks, lots] as const] : []))
  }

  /** Best bid and offer with what rests there, 0 where nothing does: as BookTicker says it. */
  get best(): string {
    const [bid, ask] = [this.bids[0] ?? [0, 0], this.asks[0] ?? [0, 0]]
    return `${bid[1]}@${bid[0]} ${ask[1]}@${ask[0]}`
  }
}

export class LobsterMachine {
  readonly feed = new FeedBook()
  /** Fills of takers so far. */
  fillCount = 0
  takerCount = 0
  commandCount = 0
  readonly #exchange: ExchangeHarness
  /** The day's name of an order ⇄ the exchange's. */
  readonly #orderIds = new Map<string, number>()
  readonly #dayIds = new Map<number, string>()
  readonly #depth = new DepthUpdate()
  readonly #ticker = new BookTicker()
  readonly #trade = new Trade()
  readonly #report = new ExecutionReport()
  #updateId = 0
  #tradeId = 0
  #reportNumber = 0
  #bestSaid = '0@0 0@0'
  /** Said of the command at hand. */
  #fills: Fill[] = []
  #maker = { orderId: 0, tradeId: 0 }

  constructor() {
    this.#exchange = openVenue({ names: ['alice'], units: 1e14 })
  }

  /** The machine's own book. */
  get book(): Depth {
    const { book } = this.#exchange.machine.venue.markets[0]!
    const side = (sign: 1 | -1): Level[] =>
      book.depth(sign, LEVELS_MAX).map(({ priceTicks, lots }): Level => [priceTicks, lots])
    return { bids: side(BUY), asks: side(SELL) }
  }

  /** A breach in words, or undefined. */
  audit(): string | undefined {
    return this.#exchange.machine.audit()
  }

  /** Does it, and holds what the exchange says to it against what the day expects. */
  act(action: Action): void {
    const { kind, clOrdId, side } = action
    const limit = { symbol: SYMBOL, side, ordType: OrdType.Limit }
    switch (kind) {
      case 'enter': {
        const { lots: orderQty, priceTicks: price } = action
        const timeInForce = TimeInForce.GoodTillCancel
        this.#command('NewOrderSingle', { ...limit, clOrdId, orderQty, price, timeInForce })
        this.#expect(action, [])
        return
      }
      case 'take': {
        const { lots: orderQty, limitTicks: price } = action
        const timeInForce = TimeInForce.ImmediateOrCancel
        this.#command('NewOrderSingle', { ...limit, clOrdId, orderQty, price, timeInForce })
        this.#expect(action, action.expected)
        this.takerCount++
        return
      }
      case 'cancel': {
        const which = { clOrdId: `c${this.commandCount}`, origClOrdId: '', symbol: SYMBOL, side }
        this.#command('OrderCancelRequest', { ...which, orderId: this.#orderIds.get(clOrdId)! })
        this.#expect(action, [])
        return
      }
      case 'reduce': {
        const { newTotalLots: orderQty, priceTicks: price } = action
        const which = { clOrdId: `r${this.commandCount}`, origClOrdId: '' }
        this.#command('OrderCancelReplaceRequest', {
          ...{ ...limit, ...which, orderId: this.#orderIds.get(clOrdId)!, orderQty, price },
          timeInForce: TimeInForce.GoodTillCancel,
        })
        this.#expect(action, [])
        return
      }
    }
  }

  #command(name: string, fields: Readonly<Record<string, number | string>>): void {
    this.commandCount++
    this.#fills = []
    this.#exchange.submit(name, SESSION, fields)
    this.#hear()
    assert.equal(this.#bestSaid, this.feed.best, 'the best prices said last are the best there are')
  }

  #expect(action: Action, expected: readonly Fill[]): void {
    const text = (fills: readonly Fill[]): string =>
      fills.map((fill) => `${fill.makerClOrdId} ${fill.lots}@${fill.priceTicks}`).join(', ')
    assert.equal(text(this.#fills), text(expected), `${action.kind} ${action.clOrdId}`)
    this.fillCount += expected.length
  }

  #hear(): void {
    const { outbox } = this.#exchange
    const { view } = outbox
    for (let at = 0; at < outbox.endBytes; at = outbox.next(at)) {
      const block = at + RECORD_BLOCK_OFFSET
      switch (view.getInt32(at + RECORD_TYPE_OFFSET, true)) {
        case DepthUpdate.TEMPLATE_ID:
          this.#onDepth(this.#depth.wrap(view, block))
          break
        case BookTicker.TEMPLATE_ID:
          this.#onTicker(this.#ticker.wrap(view, block))
          break
        case Trade.TEMPLATE_ID:
          assert.equal(this.#trade.wrap(view, block).tradeId, ++this.#tradeId, 'trades have no gap')
          break
        case ExecutionReport.TEMPLATE_ID: {
          const number = view.getUint32(at + RECORD_HEADER_BYTES + NUMBER_OFFSET, true)
          assert.equal(number, ++this.#reportNumber, 'reports have no gap')
          this.#onReport(this.#report.wrap(view, block))
          break
        }
        case OrderCancelReject.TEMPLATE_ID: {
          const { origClOrdId, reason } = new OrderCancelReject().wrap(view, block)
          assert.fail(`${origClOrdId} was not to be had: ${reasonRow(reason).name}`)
        }
      }
    }
  }

  #onDepth({ updateId, side, price, lots }: DepthUpdate): void {
    assert.equal(updateId, ++this.#updateId, 'depth updates have no gap')
    this.feed.set(side, price, lots)
  }

  #onTicker({ updateId, bidPx, bidSize, offerPx, offerSize }: BookTicker): void {
    assert.equal(updateId, this.#updateId, 'best prices name the update that they stand behind')
    this.#bestSaid = `${bidSize}@${bidPx} ${offerSize}@${offerPx}`
  }

  #onReport(report: ExecutionReport): void {
    const { execType, orderId, tradeId } = report
    if (execType === ExecType.New) {
      this.#orderIds.set(report.clOrdId, orderId)
      this.#dayIds.set(orderId, report.clOrdId)
    } else if (execType === ExecType.Trade) {
      // The maker's report of a trade comes right before the taker's.
      if (report.aggressorIndicator === 0) this.#maker = { orderId, tradeId }
      else this.#onFill(report)
    } else if (execType === ExecType.Rejected || execType === ExecType.Expired) {
      assert.fail(`${report.clOrdId}: ended with ${reasonRow(report.reason).name}`)
    }
  }

  #onFill({ lastQty: lots, lastPx: priceTicks, tradeId }: ExecutionReport): void {
    assert.equal(tradeId, this.#maker.tradeId, 'both sides of a trade name it alike')
    this.#fills.push({ makerClOrdId: this.#dayIds.get(this.#maker.orderId)!, lots, priceTicks })
  }
}
