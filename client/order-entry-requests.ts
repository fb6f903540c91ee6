/**
 *   request() ──▶ ORDER ENTRY REQUESTS ◀── reports, Rejects
 *
 * Who waits for the first report on a ClOrdID. One for each id: a later request takes the place of the earlier, which
 * hears so.
 */
import { ExecType, ExecutionReport } from '../protocol/codecs.ts'
import { OrderEntryError } from './order-entry-error.ts'

export interface Waiter<T> {
  readonly resolve: (value: T) => void
  readonly reject: (error: OrderEntryError) => void
}

export class OrderEntryRequests {
  readonly #waiters = new Map<string, Waiter<ExecutionReport>>()

  get count(): number {
    return this.#waiters.size
  }

  /** Resolves with a copy of the first report that stays good. */
  add(clOrdId: string): Promise<ExecutionReport> {
    const text = `another request() with ClOrdID ${clOrdId} took the place of this one`
    this.reject(clOrdId, new OrderEntryError('superseded', text))
    return new Promise((resolve, reject) => {
      this.#waiters.set(clOrdId, { resolve, reject })
    })
  }

  resolve(report: ExecutionReport): void {
    const { clOrdId } = report
    const waiter = this.#waiters.get(clOrdId)
    if (waiter === undefined) return
    this.#waiters.delete(clOrdId)
    const { view, at, blockBytes } = report
    const copy = new Uint8Array(blockBytes)
    copy.set(new Uint8Array(view.buffer, view.byteOffset + at, blockBytes))
    waiter.resolve(new ExecutionReport().wrap(new DataView(copy.buffer), 0, blockBytes))
  }

  reject(clOrdId: string, error: OrderEntryError): void {
    this.#waiters.get(clOrdId)?.reject(error)
    this.#waiters.delete(clOrdId)
  }
}

/** Whether a report may be the first word on a request: fills, expiries and changes that nobody asked for never are. */
export const isAnswer = (execType: number): boolean =>
  execType !== ExecType.Trade &&
  execType !== ExecType.Expired &&
  execType !== ExecType.Restated &&
  execType !== ExecType.Triggered
