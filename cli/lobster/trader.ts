/**
 *   day's steps ──▶ TRADER ──TCP──▶ exchange ──reports──▶ TRADER: as expected?
 *
 * Sends a day's actions as fast as the exchange takes them and checks what comes back: each order accepted, each taker filled
 * by exactly the makers that the day names. It lives through a crash of the exchange: it logs on again and goes on.
 */

import { DISCONNECTED, FULL, OrderEntryClient } from '../../client/client.ts'
import {
  ExecType,
  type ExecutionReport,
  type OrderCancelReject,
  TimeInForce,
} from '../../protocol/codecs.ts'
import { reasonRow } from '../../protocol/reasons.ts'
import type { Action, Fill, Take } from './action.ts'

/** How long a crashed exchange may take to come back. */
const RECONNECT_MS_MAX = 60_000

export interface TraderOptions {
  readonly host: string
  readonly port: number
  readonly compId: string
  readonly symbol: string
  /** What is not as the day says, in words. */
  readonly onMismatch: (what: string) => void
}

/** A taker on its way: what it should get, and what it has got. */
interface Taking {
  readonly take: Take
  readonly fills: Fill[]
}

export class Trader {
  /** Orders, cancels and replaces sent. */
  requests = 0
  reconnects = 0
  /** Takers whose makers, sizes and prices were the day's. */
  takersExact = 0
  readonly #options: TraderOptions
  readonly #client: OrderEntryClient
  /** Ids on the wire differ from run to run, so that a day can be sent to one exchange twice. */
  readonly #prefix = `${Date.now().toString(36)}-`
  /** The day's id ⇄ the id that the order has on the wire now: a replace gives it a new one. */
  readonly #wireIds = new Map<string, string>()
  readonly #dayIds = new Map<string, string>()
  readonly #taking = new Map<string, Taking>()
  /** The maker's report of a trade comes right before the taker's. */
  #maker: { readonly id: string; readonly tradeId: number } | undefined
  #lost: Promise<void> | undefined
  #requestNumber = 0

  static async connect(options: TraderOptions): Promise<Trader> {
    let trader: Trader | undefined
    const client = await OrderEntryClient.connect({
      host: options.host,
      port: options.port,
      compId: options.compId,
      onExecutionReport: (report) => trader?.onReport(report),
      onCancelReject: (reject) => trader?.onCancelReject(reject),
      onReject: (reject) => options.onMismatch(`rejected: ${reject.text}`),
      onDisconnect: () => trader?.onDisconnect(),
    })
    trader = new Trader(options, client)
    return trader
  }

  private constructor(options: TraderOptions, client: OrderEntryClient) {
    this.#options = options
    this.#client = client
  }

  /** Sends it, waiting while the exchange is behind or gone. */
  async send(action: Action): Promise<void> {
    for (;;) {
      const answer = this.#trySend(action)
      if (answer >= 0) break
      if (answer === FULL) await this.#client.drained()
      if (answer === DISCONNECTED) await this.#lost
    }
    this.requests++
  }

  /** Resolves when everything sent is answered. */
  async settled(): Promise<void> {
    while (this.#client.outstandingCount > 0 || this.#taking.size > 0) {
      await this.#lost
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }

  close(): Promise<void> {
    return this.#client.logout()
  }

  #trySend(action: Action): number {
    const { symbol } = this.#options
    const { clOrdId: dayId, side } = action
    switch (action.kind) {
      case 'enter': {
        const clOrdId = this.#prefix + dayId
        const { lots, priceTicks } = action
        const answer = this.#client.newOrder({ clOrdId, symbol, side, lots, priceTicks })
        if (answer >= 0) this.#rename(dayId, clOrdId)
        return answer
      }
      case 'take': {
        const clOrdId = this.#prefix + dayId
        const timeInForce = TimeInForce.ImmediateOrCancel
        const { lots, limitTicks: priceTicks } = action
        const answer = this.#client.newOrder({
          clOrdId,
          symbol,
          side,
          lots,
          priceTicks,
          timeInForce,
        })
        if (answer >= 0) this.#taking.set(clOrdId, { take: action, fills: [] })
        return answer
      }
      case 'cancel': {
        const clOrdId = this.#requestId('c')
        const origClOrdId = this.#wireIds.get(dayId)!
        return this.#client.cancel({ clOrdId, origClOrdId, symbol, side })
      }
      case 'reduce': {
        const clOrdId = this.#requestId('r')
        const origClOrdId = this.#wireIds.get(dayId)!
        const { newTotalLots: lots, priceTicks } = action
        const answer = this.#client.replace({
          clOrdId,
          origClOrdId,
          symbol,
          side,
          lots,
          priceTicks,
        })
        if (answer >= 0) this.#rename(dayId, clOrdId)
        return answer
      }
    }
  }

  #requestId(letter: string): string {
    return `${this.#prefix}${letter}${++this.#requestNumber}`
  }

  #rename(dayId: string, wireId: string): void {
    this.#wireIds.set(dayId, wireId)
    this.#dayIds.set(wireId, dayId)
  }

  onReport(report: ExecutionReport): void {
    const { execType } = report
    if (execType === ExecType.Trade) this.#onTrade(report)
    else if (execType === ExecType.Rejected || execType === ExecType.Expired) {
      const { name } = reasonRow(report.reason)
      this.#options.onMismatch(`${report.clOrdId}: ended with ${name}`)
      this.#taking.delete(report.clOrdId)
    } else if (execType === ExecType.Canceled) {
      const wireId = report.origClOrdId
      const dayId = this.#dayIds.get(wireId)
      this.#dayIds.delete(wireId)
      if (dayId !== undefined) this.#wireIds.delete(dayId)
    }
  }

  onCancelReject(reject: OrderCancelReject): void {
    const { name } = reasonRow(reject.reason)
    this.#options.onMismatch(`${reject.clOrdId}: ${reject.origClOrdId} was not to be had: ${name}`)
  }

  onDisconnect(): void {
    this.reconnects++
    this.#lost = this.#client.reconnect({ withinMs: RECONNECT_MS_MAX }).then(() => {
      this.#lost = undefined
    })
    // Whoever sends or settles next hears of it.
    this.#lost.catch(() => undefined)
  }

  #onTrade(report: ExecutionReport): void {
    const { clOrdId, tradeId } = report
    if (report.aggressorIndicator === 0) {
      this.#maker = { id: clOrdId, tradeId }
      return
    }
    const taking = this.#taking.get(clOrdId)
    if (taking === undefined || this.#maker?.tradeId !== tradeId) {
      this.#options.onMismatch(`${clOrdId}: trade ${tradeId} was expected of nobody`)
      return
    }
    const makerClOrdId = this.#dayIds.get(this.#maker.id) ?? this.#maker.id
    taking.fills.push({ makerClOrdId, lots: report.lastQty, priceTicks: report.lastPx })
    if (report.leavesQty === 0) this.#judge(clOrdId, taking)
  }

  #judge(clOrdId: string, { take, fills }: Taking): void {
    this.#taking.delete(clOrdId)
    const text = (all: readonly Fill[]): string =>
      all.map((fill) => `${fill.makerClOrdId} ${fill.lots}@${fill.priceTicks}`).join(', ')
    if (text(fills) === text(take.expected)) this.takersExact++
    else this.#options.onMismatch(`${clOrdId}: got ${text(fills)}, not ${text(take.expected)}`)
  }
}
