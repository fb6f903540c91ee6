/**
 *   your code ──▶ ORDER ENTRY CLIENT ──TCP──▶ gateway ──▶ sequencer ──▶ shard
 *
 * Sends orders and hears what became of them. Sending is synchronous and answers with the message's number, or with FULL;
 * what is sent in one go leaves in one write. Reports come as flyweights over the bytes received: good only until the
 * callback returns.
 *
 *   const client = await OrderEntryClient.connect({ host, port, compId: 'ALICE', onExecutionReport: print })
 *   client.newOrder({ clOrdId: 'a-1', symbol: 'BTC-USD', side: Side.Buy, lots: 5, priceTicks: 100 })
 *   const report = await client.promises.cancel({ clOrdId: 'c-1', origClOrdId: 'a-1', symbol: 'BTC-USD', side: Side.Buy })
 *
 * Over a lost connection, and over a crash of the exchange, nothing is lost and nothing doubled: what is not answered is
 * kept, and `reconnect()` asks the exchange what it has, sends the rest again in order, and hears each report once.
 *
 * Back-pressure: a message stays in its slot until it is answered, `outstandingMax` of them. A socket that takes no more
 * is not pushed: what waits, waits in the slots, one write of 64 KiB at most beside them. Where every slot is taken a send
 * answers FULL, has left no trace, and `drained()` says when to go on. `promises` wait for room by themselves.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  ExecutionReport,
  NewOrderList as ListCodec,
  NewOrderSingle,
  OrderCancelReplaceRequest,
  OrderCancelRequest,
  OrderMassCancelRequest,
  OrderMassStatusRequest,
  OrderStatusRequest,
  QuoteCancel,
  MassQuote as QuotesCodec,
  SecurityDefinitionRequest,
  SessionStatus,
  TradingSessionStatusRequest,
} from '../protocol/codecs.ts'
import { EXCHANGE_COMP_ID } from '../protocol/wire-frame.ts'
import {
  type CancelQuotes,
  listGroupBytes,
  type MassQuote,
  type NewOrderList,
  quotesGroupBytes,
  writeCancelQuotes,
  writeMassQuote,
  writeOrderList,
} from './bulk-orders.ts'
import { Deferred } from './deferred.ts'
import { InboundReports } from './inbound-reports.ts'
import { OrderEntryError } from './order-entry-error.ts'
import type { OrderEntryClientOptions, ReconnectOptions } from './order-entry-options.ts'
import { OrderEntryPromises } from './order-entry-promises.ts'
import {
  type CancelOrder,
  type MarketRequest,
  type MassCancel,
  type MassStatus,
  type NewOrder,
  newOrderBlockBytes,
  type OrderStatus,
  type ReplaceOrder,
  type RequestCodec,
  type RequestWriter,
  writeCancel,
  writeMarketRequest,
  writeMassRequest,
  writeNewOrder,
  writeReplace,
  writeStatus,
} from './orders.ts'
import { OutboundRequests } from './outbound-requests.ts'
import { WaitingRequests } from './waiting-requests.ts'
import { WireConnection, type WireListener } from './wire-connection.ts'

/** The first wait between two attempts, doubled each time; the longest. */
const RECONNECT_DELAY_MS_MIN = 50
const RECONNECT_DELAY_MS_MAX = 2_000

/** Why promises wait no longer. */
const LOGGED_OUT = 'Logged out before the answer came'
/** What a promise may take, by default. */
const ANSWER_MS_MAX = 30_000

export class OrderEntryClient {
  /** The requests in a form that is awaited. */
  readonly promises: OrderEntryPromises
  readonly #options: OrderEntryClientOptions
  readonly #outbound: OutboundRequests
  readonly #inbound: InboundReports
  readonly #listener: WireListener
  readonly #waiting: WaitingRequests
  #wire: WireConnection | undefined
  #logon: Deferred<void> | undefined
  /** Under way: whoever says `logout()` again waits for the same end. */
  #logout: Deferred<void> | undefined
  /** `logout()` was said since the last `reconnect()`: it is not to try again. */
  #isLeaving = false

  /** Resolves when logged on. Rejects with an OrderEntryError. */
  static async connect(options: OrderEntryClientOptions): Promise<OrderEntryClient> {
    const client = new OrderEntryClient(options)
    await client.#logOn(options.renumbers)
    return client
  }

  private constructor(options: OrderEntryClientOptions) {
    this.#options = options
    const outbound = new OutboundRequests(options.outstandingMax ?? 4_096)
    this.#outbound = outbound
    const waiting = new WaitingRequests(options.answerMsMax ?? ANSWER_MS_MAX)
    this.#waiting = waiting
    this.promises = new OrderEntryPromises(this, waiting, () => outbound.lastPlace)
    this.#inbound = new InboundReports(options.nextReportNumber ?? 0, {
      ...{ callbacks: options, outbound, waiting },
      onBroken: (error) => this.#wire?.fail(error),
    })
    this.#listener = {
      get nextNumber() {
        return outbound.nextNumber
      },
      onLoggedOn: (nextExpected, nextReport) => this.#onLoggedOn(nextExpected, nextReport),
      onMessage: (templateId, view, at) => this.#inbound.take(templateId, view, at),
      onWritable: () => outbound.flush(),
      onClosed: (error, wire) => this.#onClosed(error, wire),
    }
  }

  /** Number of the first report not seen: keep it, and give it to the next client of this session. */
  get nextReportNumber(): number {
    return this.#inbound.nextNumber
  }

  get isLoggedOn(): boolean {
    return this.#wire?.isActive === true
  }

  /** Messages that the exchange has not answered. */
  get outstandingCount(): number {
    return this.#outbound.count
  }

  /** Returns the message's number, FULL or DISCONNECTED. Throws RangeError for what no order can say. */
  newOrder(order: NewOrder): number {
    const block = this.#outbound.open(NewOrderSingle.TEMPLATE_ID, newOrderBlockBytes(order))
    if (block < 0) return block
    writeNewOrder(this.#outbound.view, block, order)
    return this.#outbound.send()
  }

  /**
   * As `newOrder`, of two or three linked orders: all are accepted, or none. Answered by `onListStatus`, then by the reports of
   * each.
   */
  newOrderList(list: NewOrderList): number {
    const { TEMPLATE_ID, BLOCK_BYTES } = ListCodec
    const block = this.#outbound.open(TEMPLATE_ID, BLOCK_BYTES, listGroupBytes(list))
    if (block < 0) return block
    writeOrderList(this.#outbound.view, block, list)
    return this.#outbound.send()
  }

  /** As `newOrder`, of quotes: each takes the place of the account's earlier one. Answered by `onQuotes`. */
  massQuote(request: MassQuote): number {
    const { TEMPLATE_ID, BLOCK_BYTES } = QuotesCodec
    const block = this.#outbound.open(TEMPLATE_ID, BLOCK_BYTES, quotesGroupBytes(request))
    if (block < 0) return block
    writeMassQuote(this.#outbound.view, block, request)
    return this.#outbound.send()
  }

  /** As `massQuote`: takes quotes back. */
  cancelQuotes(request: CancelQuotes): number {
    return this.#ask(QuoteCancel, writeCancelQuotes, request)
  }

  /** As `newOrder`. */
  cancel(request: CancelOrder): number {
    return this.#ask(OrderCancelRequest, writeCancel, request)
  }

  /** As `newOrder`. */
  replace(request: ReplaceOrder): number {
    return this.#ask(OrderCancelReplaceRequest, writeReplace, request)
  }

  /** As `newOrder`. Each order cancelled has its report; `onMassCancelReport` says how many there were. */
  massCancel(request: MassCancel): number {
    return this.#ask(OrderMassCancelRequest, writeMassRequest, request)
  }

  /** As `newOrder`. Answered by `onExecutionReport`: ExecType.OrderStatus, under the request's ClOrdID. */
  status(request: OrderStatus): number {
    return this.#ask(OrderStatusRequest, writeStatus, request)
  }

  /** As `status`, of all that are open: a report each. The last one has `lastRptRequested` 1; of none it says Rejected. */
  massStatus(request: MassStatus): number {
    return this.#ask(OrderMassStatusRequest, writeMassRequest, request)
  }

  /** As `newOrder`. Answered by `onSecurityDefinition`, once for each instrument; the last one has `lastFragment` 1. */
  definitions(request: MarketRequest): number {
    return this.#ask(SecurityDefinitionRequest, writeMarketRequest, request)
  }

  /** As `definitions`, of the phases that instruments are in: `onTradingStatus`. */
  tradingStatus(request: MarketRequest): number {
    return this.#ask(TradingSessionStatusRequest, writeMarketRequest, request)
  }

  /** As `promises.newOrder`, for which a refusal is an answer too: resolves with ExecType.New or Rejected. */
  async request(order: NewOrder): Promise<ExecutionReport> {
    try {
      return await this.promises.newOrder(order)
    } catch (error) {
      if (error instanceof OrderEntryError && error.answer instanceof ExecutionReport) {
        return error.answer
      }
      throw error
    }
  }

  /** After FULL: resolves when half of the room is free, or the connection is gone. */
  drained(): Promise<void> {
    return this.#outbound.drained()
  }

  /** Sends now what would leave at the end of this tick. */
  flush(): void {
    this.#outbound.flush()
  }

  /**
   * Logs on again after a disconnect: what the exchange has not taken is sent again, and reports that were missed come
   * first. Resolves when logged on; rejects with the last attempt's OrderEntryError. `logout()` ends the attempts.
   */
  async reconnect({ withinMs = 0 }: ReconnectOptions = {}): Promise<void> {
    if (this.#wire !== undefined)
      throw new Error('reconnect() while connected: wait for onDisconnect')
    const endMs = performance.now() + withinMs
    this.#isLeaving = false
    for (let delayMs = RECONNECT_DELAY_MS_MIN; ; delayMs *= 2) {
      try {
        await this.#logOn()
        return
      } catch (error) {
        if (this.#isLeaving || performance.now() + delayMs > endMs) throw error
      }
      await sleep(Math.min(delayMs, RECONNECT_DELAY_MS_MAX))
      if (this.#isLeaving) throw new OrderEntryError('disconnected', 'logged out while logging on')
    }
  }

  /**
   * Says goodbye and resolves when the connection is closed. What is not answered is kept, for `reconnect()`; promises wait
   * no longer.
   */
  logout(): Promise<void> {
    const wire = this.#wire
    this.#isLeaving = true
    if (wire === undefined) {
      this.#waiting.onGone(LOGGED_OUT)
      return Promise.resolve()
    }
    if (this.#logout === undefined) {
      this.flush()
      this.#logout = new Deferred()
      wire.logout()
    }
    return this.#logout.promise
  }

  /** Drops the connection without a word, as a crash would. `onDisconnect` follows. */
  abort(): void {
    this.#wire?.fail(new OrderEntryError('disconnected', 'aborted'))
  }

  async #logOn(renumbers = false): Promise<void> {
    const options = this.#options
    const { host, port, tls, logonMsMax = 5_000 } = options
    const logon = {
      ...{ ...options, renumbers },
      targetCompId: options.targetCompId ?? EXCHANGE_COMP_ID,
      heartBtIntSeconds: options.heartBtIntSeconds ?? 10,
      nextNumber: this.#outbound.nextNumber,
      nextReportNumber: this.nextReportNumber,
      nowUs: Date.now() * 1_000,
    }
    const wire = new WireConnection({ host, port, tls, logonMsMax }, logon, this.#listener)
    this.#wire = wire
    this.#logon = new Deferred()
    return this.#logon.promise
  }

  #ask<Request>(codec: RequestCodec, write: RequestWriter<Request>, request: Request): number {
    const block = this.#outbound.open(codec.TEMPLATE_ID, codec.BLOCK_BYTES)
    if (block < 0) return block
    write(this.#outbound.view, block, request)
    return this.#outbound.send()
  }

  #onLoggedOn(nextExpected: number, nextReport: number): void {
    this.#outbound.wire = this.#wire
    this.#outbound.resume(nextExpected)
    this.#inbound.resume(nextReport)
    this.#logon?.resolve()
    this.#logon = undefined
  }

  #onClosed(error: OrderEntryError, wire: WireConnection): void {
    if (wire !== this.#wire) return
    this.#wire = undefined
    this.#outbound.wire = undefined
    if (error.status === SessionStatus.SequenceReset) {
      this.#outbound.mayBeKnown((place) => this.#waiting.unknown(place))
      this.#inbound.beginAgain()
    }
    const [logon, logout] = [this.#logon, this.#logout]
    this.#logon = undefined
    this.#logout = undefined
    logon?.reject(error)
    logout?.resolve()
    if (this.#isLeaving) this.#waiting.onGone(LOGGED_OUT)
    if (logon !== undefined || logout !== undefined) return
    this.#options.onDisconnect?.(error)
    void this.#comeBack()
  }

  /** With `reconnectMsMax`, unless somebody was faster. */
  async #comeBack(): Promise<void> {
    const { reconnectMsMax: withinMs = 0, onReconnect, onGiveUp } = this.#options
    if (withinMs === 0 || this.#wire !== undefined || this.#isLeaving) return
    try {
      await this.reconnect({ withinMs })
    } catch (error) {
      if (this.#isLeaving) return
      const gaveUp = error as OrderEntryError
      this.#waiting.onGone(gaveUp.message)
      onGiveUp?.(gaveUp)
      return
    }
    onReconnect?.()
  }
}
