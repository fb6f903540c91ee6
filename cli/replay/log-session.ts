/**
 *   TO EXCHANGE ──▶ LOG SESSION ──TCP──▶ a running exchange
 *
 * One session of the log, logged on there by its CompID. It sends what the log says, waits while the exchange is behind or
 * gone, and counts the answers.
 */
import type { KeyObject } from 'node:crypto'
import { DISCONNECTED, FULL, OrderEntryClient } from '../../client/client.ts'
import { ExecType, type ExecutionReport } from '../../protocol/codecs.ts'
import {
  cancelRejectName,
  listName,
  massCancelName,
  quotesName,
  reportName,
} from './answer-name.ts'
import type { LoggedRequest } from './logged-request.ts'
import type { OrderIds } from './order-ids.ts'
import type { Tally } from './tally.ts'

/** How long a crashed exchange may take to come back. */
const RECONNECT_MS_MAX = 60_000

export interface LogSessionOptions {
  readonly host: string
  readonly port: number
  readonly compId: string
  readonly key: KeyObject | undefined
  readonly answers: Tally
  readonly ids: OrderIds
}

export class LogSession {
  readonly #options: LogSessionOptions
  #client!: OrderEntryClient
  /** While it logs on again. */
  #lost: Promise<void> | undefined

  static async connect(options: LogSessionOptions): Promise<LogSession> {
    const session = new LogSession(options)
    const { host, port, compId, key, answers } = options
    session.#client = await OrderEntryClient.connect({
      ...{ host, port, compId },
      ...(key === undefined ? {} : { key }),
      onExecutionReport: (report) => session.#onReport(report),
      onCancelReject: ({ reason }) => answers.add(cancelRejectName(reason)),
      onMassCancelReport: ({ reason }) => answers.add(massCancelName(reason)),
      onListStatus: ({ reason }) => answers.add(listName(reason)),
      onQuotes: ({ reason }) => answers.add(quotesName(reason)),
      onReject: ({ text }) => answers.add(`not understood: ${text}`),
      onDisconnect: () => session.#onDisconnect(),
    })
    return session
  }

  private constructor(options: LogSessionOptions) {
    this.#options = options
  }

  get outstanding(): number {
    return this.#client.outstandingCount
  }

  /** Sends it, waiting while the exchange is behind or gone. Throws RangeError for what no client can say. */
  async send(logged: LoggedRequest): Promise<void> {
    for (;;) {
      const answer = this.#trySend(logged)
      if (answer >= 0) return
      if (answer === FULL) await this.#client.drained()
      if (answer === DISCONNECTED) await this.#lost
    }
  }

  /** Rejects if the exchange has not come back. */
  async whileLost(): Promise<void> {
    await this.#lost
  }

  logout(): Promise<void> {
    return this.#client.logout()
  }

  #trySend(logged: LoggedRequest): number {
    switch (logged.kind) {
      case 'NewOrderSingle':
        return this.#client.newOrder(logged.request)
      case 'NewOrderList':
        return this.#client.newOrderList(logged.request)
      case 'MassQuote':
        return this.#client.massQuote(logged.request)
      case 'QuoteCancel':
        return this.#client.cancelQuotes(logged.request)
      case 'OrderCancelRequest':
        return this.#client.cancel(logged.request)
      case 'OrderCancelReplaceRequest':
        return this.#client.replace(logged.request)
      case 'OrderMassCancelRequest':
        return this.#client.massCancel(logged.request)
      case 'OrderStatusRequest':
        return this.#client.status(logged.request)
      case 'OrderMassStatusRequest':
        return this.#client.massStatus(logged.request)
    }
  }

  #onReport(report: ExecutionReport): void {
    const { execType, reason, leavesQty, orderId } = report
    const { answers, ids, compId } = this.#options
    answers.add(reportName(execType, reason))
    if (execType === ExecType.New) ids.accepted(compId, report.clOrdId, orderId)
    else if (execType === ExecType.Rejected) ids.refused(compId, report.clOrdId)
    if (leavesQty === 0) ids.ended(orderId)
  }

  #onDisconnect(): void {
    this.#lost = this.#client.reconnect({ withinMs: RECONNECT_MS_MAX }).then(() => {
      this.#lost = undefined
    })
    // Whoever sends or settles next hears of it.
    this.#lost.catch(() => undefined)
  }
}
