/**
 *   your code ──await──▶ ORDER ENTRY PROMISES ──▶ order entry client ──▶ exchange
 *
 * The client's requests in a form that is awaited: each resolves with the exchange's final answer to that request, in a
 * copy that stays good, and rejects with an OrderEntryError that has the reason.
 *
 *   refused         the exchange has judged it and says no: `error.reason`, a sentence, and the `answer` itself
 *   rejected        it could not understand the message; nothing came of it
 *   denied          it may not be sent: never, or not before `error.retryAfterMs`
 *   disconnected    nobody is logged on: nothing was sent
 *   no-room         every slot was taken for too long: nothing was sent
 *   unanswered      sent, and no answer in time, or before `logout()`   ┐ what became of it is not known: `status()`
 *   answer-lost     sent, and its answer is kept no more                ┘ and `massStatus()` tell
 *
 * A promise outlives its connection: what was not taken is sent again by the reconnect, what was taken is answered by
 * the reports that it brings. While every slot is taken it waits for room, in the order of the calls. It never waits
 * longer than `answerMsMax`. Callbacks hear the same answers, first.
 */
import {
  ExecutionReport,
  OrderMassCancelReport,
  Reason,
  SecurityDefinition,
  TradingSessionStatus,
} from '../protocol/codecs.ts'
import type { Answer } from './answers.ts'
import { OrderEntryError } from './order-entry-error.ts'
import type {
  CancelOrder,
  MarketRequest,
  MassCancel,
  MassStatus,
  NewOrder,
  OrderStatus,
  ReplaceOrder,
} from './orders.ts'
import { DISCONNECTED } from './outbound-requests.ts'
import { FULL } from './outstanding.ts'
import type { WaitingRequest, WaitingRequests } from './waiting-requests.ts'

/** The client's requests that answer with a number, and its slots. */
export interface RequestSender {
  newOrder(order: NewOrder): number
  cancel(request: CancelOrder): number
  replace(request: ReplaceOrder): number
  massCancel(request: MassCancel): number
  status(request: OrderStatus): number
  massStatus(request: MassStatus): number
  definitions(request: MarketRequest): number
  tradingStatus(request: MarketRequest): number
  drained(): Promise<void>
}

export class OrderEntryPromises {
  readonly #sender: RequestSender
  readonly #waiting: WaitingRequests
  readonly #lastPlace: () => number

  /** `lastPlace`: of the message that was sent last. */
  constructor(sender: RequestSender, waiting: WaitingRequests, lastPlace: () => number) {
    this.#sender = sender
    this.#waiting = waiting
    this.#lastPlace = lastPlace
  }

  /** Enters an order: resolves with the report that it is in, ExecType.New. Its trades follow, by `onExecutionReport`. */
  newOrder(order: NewOrder): Promise<ExecutionReport> {
    return this.#one(ExecutionReport, () => this.#sender.newOrder(order))
  }

  /** Resolves with the order's last report, ExecType.Canceled. */
  cancel(request: CancelOrder): Promise<ExecutionReport> {
    return this.#one(ExecutionReport, () => this.#sender.cancel(request))
  }

  /** Resolves with ExecType.Replaced. */
  replace(request: ReplaceOrder): Promise<ExecutionReport> {
    return this.#one(ExecutionReport, () => this.#sender.replace(request))
  }

  /** Resolves when all are cancelled; how many is in it. */
  massCancel(request: MassCancel): Promise<OrderMassCancelReport> {
    return this.#one(OrderMassCancelReport, () => this.#sender.massCancel(request))
  }

  /** Resolves with how the order stands, open or closed. */
  status(request: OrderStatus): Promise<ExecutionReport> {
    return this.#one(ExecutionReport, () => this.#sender.status(request))
  }

  /** Resolves with a report of each open order, the oldest first. */
  async massStatus(request: MassStatus): Promise<ExecutionReport[]> {
    try {
      return await this.#list(ExecutionReport, () => this.#sender.massStatus(request))
    } catch (error) {
      if (error instanceof OrderEntryError && saysNone(error)) return []
      throw error
    }
  }

  /** Resolves with what the instruments are. */
  definitions(request: MarketRequest): Promise<SecurityDefinition[]> {
    return this.#list(SecurityDefinition, () => this.#sender.definitions(request))
  }

  /** Resolves with the phases that the instruments are in. */
  tradingStatus(request: MarketRequest): Promise<TradingSessionStatus[]> {
    return this.#list(TradingSessionStatus, () => this.#sender.tradingStatus(request))
  }

  async #one<T extends Answer>(kind: new () => T, send: () => number): Promise<T> {
    const [answer] = await this.#ask(send, false)
    return ofKind(kind, answer)
  }

  async #list<T extends Answer>(kind: new () => T, send: () => number): Promise<T[]> {
    const answers = await this.#ask(send, true)
    return answers.map((answer) => ofKind(kind, answer))
  }

  #ask(send: () => number, isList: boolean): Promise<readonly Answer[]> {
    const waiting = this.#waiting.begin(isList)
    this.#send(send, waiting)
    return waiting.answers
  }

  #send(send: () => number, waiting: WaitingRequest): void {
    let number: number
    try {
      number = send()
    } catch (error) {
      waiting.reject(error as RangeError)
      return
    }
    if (number === DISCONNECTED)
      waiting.reject(new OrderEntryError('disconnected', 'Not logged on.'))
    else if (number !== FULL) waiting.sentAt(this.#lastPlace())
    else {
      void this.#sender.drained().then(() => {
        if (!waiting.isOver) this.#send(send, waiting)
      })
    }
  }
}

/** To a mass status, where nothing is open. */
const saysNone = ({ code, reason }: OrderEntryError): boolean =>
  code === 'refused' && reason?.code === Reason.UnknownOrder

function ofKind<T extends Answer>(kind: new () => T, answer: Answer | undefined): T {
  if (answer instanceof kind) return answer
  throw new OrderEntryError('protocol', `A ${answer?.constructor.name} came as the answer.`)
}
