/**
 * What a client asked for is answered once: never lost, never doubled; and the orders that it knows to be open are those
 * that the exchange has.
 *
 *   sent ──▶ answered by a report        New or Rejected · Canceled or refused · Replaced or refused · mass report
 *     └────▶ rejected by the session     its number is used up, or the Reject was lost with its connection
 */
import { ExecType, type ExecutionReport } from '../../protocol/codecs.ts'

export type RequestKind = 'order' | 'cancel' | 'replace' | 'mass'

interface Request {
  readonly kind: RequestKind
  /** Made so that a gateway must not take it. */
  readonly isMalformed: boolean
  outcome: 'open' | 'answered' | 'rejected'
}

export class AnswerBook {
  readonly #name: string
  readonly #requests = new Map<string, Request>()
  readonly #orders: AccountOrders
  /** Requests without an outcome. */
  #unanswered = 0

  constructor(name: string, orders: AccountOrders) {
    this.#name = name
    this.#orders = orders
  }

  sent(id: string, kind: RequestKind, isMalformed: boolean): void {
    this.#requests.set(id, { kind, isMalformed, outcome: 'open' })
    this.#unanswered++
  }

  reported(report: ExecutionReport): void {
    const { execType, clOrdId } = report
    const kind = this.#requests.get(clOrdId)?.kind
    if (answers(kind, execType)) this.#settle(clOrdId, 'answered')
    if (execType !== ExecType.Rejected) this.#orders.reported(report)
  }

  /** OrderCancelReject or OrderMassCancelReport. */
  answered(id: string): void {
    this.#settle(id, 'answered')
  }

  /** Refused by the session: said by a Reject, or found out from a later answer. */
  rejected(id: string): void {
    const request = this.#requests.get(id)
    if (request !== undefined && !request.isMalformed) {
      throw new Error(`answers: ${this.#name}'s well-formed ${request.kind} ${id} was rejected`)
    }
    this.#settle(id, 'rejected')
  }

  /** A power cut took what was promised to outlast only a crash of the process. */
  forget(): void {
    this.#requests.clear()
    this.#unanswered = 0
  }

  /** At a quiet moment. */
  check(): void {
    if (this.#unanswered > 0) {
      const lost = [...this.#requests].filter(([, { outcome }]) => outcome === 'open')
      const ids = lost.map(([id, { kind }]) => `${kind} ${id}`).slice(0, 5)
      throw new Error(`answers: ${this.#name} hears nothing of ${ids.join(', ')}`)
    }
    this.#requests.clear()
  }

  #settle(id: string, outcome: Request['outcome']): void {
    const request = this.#requests.get(id)
    // Of another session of the account, or of before the last quiet moment.
    if (request === undefined) return
    if (request.outcome !== 'open') {
      throw new Error(`answers: ${this.#name}'s ${request.kind} ${id} was answered twice`)
    }
    request.outcome = outcome
    this.#unanswered--
  }
}

function answers(kind: RequestKind | undefined, execType: number): boolean {
  if (kind === 'order') return execType === ExecType.New || execType === ExecType.Rejected
  if (kind === 'cancel') return execType === ExecType.Canceled
  return kind === 'replace' && execType === ExecType.Replaced
}

/** Lots that an account was told are open, by the exchange's id of the order. */
export class AccountOrders {
  /** `version`: the report's ExecID. An account's sessions do not hear theirs in one order. */
  readonly #orders = new Map<number, { version: number; lots: number }>()

  reported({ orderId, leavesQty, execId }: ExecutionReport): void {
    const known = this.#orders.get(orderId)
    if (known !== undefined && known.version > execId) return
    this.#orders.set(orderId, { version: execId, lots: leavesQty })
  }

  /** All reports up to this version count as heard: these orders are what is left of them. */
  reset(orders: ReadonlyMap<number, number>, version: number): void {
    for (const known of this.#orders.values()) Object.assign(known, { version, lots: 0 })
    for (const [id, lots] of orders) this.#orders.set(id, { version, lots })
  }

  /** The log is set back to this version: what comes from there on is newer than all that is known. */
  cutTo(version: number): void {
    for (const known of this.#orders.values()) known.version = Math.min(known.version, version)
  }

  /** At a quiet moment, against the book's. */
  check(account: string, orders: ReadonlyMap<number, number>): void {
    for (const [id, { lots }] of this.#orders) if (lots === 0) this.#orders.delete(id)
    const told = inWords([...this.#orders].map(([id, { lots }]) => [id, lots]))
    const there = inWords([...orders])
    if (told === there) return
    throw new Error(`answers: ${account} was told of orders ${told}; the book has ${there}`)
  }
}

const inWords = (orders: [number, number][]): string =>
  orders
    .sort(([a], [b]) => a - b)
    .map(([id, lots]) => `${id}:${lots}`)
    .join(' ')
