/**
 *   your code ──▶ ORDER ENTRY CLIENT ──TCP──▶ gateway ──▶ sequencer ──▶ shard
 *
 * Sends orders and hears what became of them. Sending is synchronous and answers with the message's number, or with FULL;
 * what is sent in one go leaves in one write. Reports come as flyweights over the bytes received: good only until the
 * callback returns.
 *
 *   const client = await OrderEntryClient.connect({ host, port, compId: 'ALICE', onExecutionReport: print })
 *   client.newOrder({ clOrdId: 'a-1', symbol: 'BTC-USD', side: Side.Buy, lots: 5, priceTicks: 100 })
 *
 * Over a lost connection, and over a crash of the exchange, nothing is lost and nothing doubled: what is not answered is
 * kept, and `reconnect()` asks the exchange what it has, sends the rest again in order, and hears each report once.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  BusinessMessageReject,
  ExecutionReport,
  NewOrderSingle,
  OrderCancelReject,
  OrderCancelReplaceRequest,
  OrderCancelRequest,
  OrderMassCancelReport,
  OrderMassCancelRequest,
  OrderMassStatusRequest,
  OrderStatusRequest,
  Reject,
  ResendRequest,
  SequenceReset,
} from '../protocol/codecs.ts'
import {
  EXCHANGE_COMP_ID,
  MSG_SEQ_NUM_OFFSET,
  WIRE_BLOCK_LENGTH_OFFSET,
  WIRE_HEADER_BYTES,
} from '../protocol/wire-frame.ts'
import { OrderEntryError } from './order-entry-error.ts'
import type { OrderEntryClientOptions, ReconnectOptions } from './order-entry-options.ts'
import { isAnswer, OrderEntryRequests, type Waiter } from './order-entry-requests.ts'
import {
  type CancelOrder,
  type MassCancel,
  type MassStatus,
  type NewOrder,
  newOrderBlockBytes,
  type OrderStatus,
  type ReplaceOrder,
  writeCancel,
  writeMassRequest,
  writeNewOrder,
  writeReplace,
  writeStatus,
} from './orders.ts'
import { FULL, Outstanding } from './outstanding.ts'
import { WireConnection, type WireListener } from './wire-connection.ts'

/** What a send answers while nobody is logged on. */
export const DISCONNECTED = -2

/** The first wait between two attempts, doubled each time; the longest. */
const RECONNECT_DELAY_MS_MIN = 50
const RECONNECT_DELAY_MS_MAX = 2_000

/** One write of the socket: some 600 orders. */
const SEND_BUFFER_BYTES = 64 << 10

export class OrderEntryClient {
  /** Number of the first report not seen: keep it, and give it to the next client of this session. */
  nextReportNumber: number
  readonly #options: OrderEntryClientOptions
  readonly #outstanding: Outstanding
  readonly #listener: WireListener
  readonly #newOrder = new NewOrderSingle()
  readonly #report = new ExecutionReport()
  readonly #cancelReject = new OrderCancelReject()
  readonly #massCancelReport = new OrderMassCancelReport()
  readonly #reject = new Reject()
  readonly #requests = new OrderEntryRequests()
  #drainWaiters: (() => void)[] = []
  #wire: WireConnection | undefined
  #logon: Waiter<void> | undefined
  /** Under way: whoever says `logout()` again waits for the same end. */
  #logout: { readonly done: Promise<void>; readonly resolve: () => void } | undefined
  /** `logout()` was said since the last `reconnect()`: it is not to try again. */
  #isLeaving = false
  #sendBuffer = Buffer.allocUnsafeSlow(SEND_BUFFER_BYTES)
  #isFlushDue = false
  readonly #flushNow = (): void => this.flush()

  /** Resolves when logged on. Rejects with an OrderEntryError. */
  static async connect(options: OrderEntryClientOptions): Promise<OrderEntryClient> {
    const client = new OrderEntryClient(options)
    await client.#logOn()
    return client
  }

  private constructor(options: OrderEntryClientOptions) {
    this.#options = options
    this.nextReportNumber = options.nextReportNumber ?? 0
    const outstanding = new Outstanding(options.outstandingMax ?? 4_096)
    this.#outstanding = outstanding
    this.#listener = {
      get nextNumber() {
        return outstanding.nextNumber
      },
      onLoggedOn: (nextExpected, nextReport) => this.#onLoggedOn(nextExpected, nextReport),
      onMessage: (templateId, view, at) => this.#onMessage(templateId, view, at),
      onWritable: this.#flushNow,
      onClosed: (error, wire) => this.#onClosed(error, wire),
    }
  }

  get isLoggedOn(): boolean {
    return this.#wire?.isActive === true
  }

  /** Messages that the exchange has not answered. */
  get outstandingCount(): number {
    return this.#outstanding.count
  }

  /** Returns the message's number, FULL or DISCONNECTED. Throws RangeError for what no order can say. */
  newOrder(order: NewOrder): number {
    const block = this.#open(NewOrderSingle.TEMPLATE_ID, newOrderBlockBytes(order))
    if (block < 0) return block
    writeNewOrder(this.#outstanding.view, block, order)
    return this.#send()
  }

  /** As `newOrder`. */
  cancel(request: CancelOrder): number {
    const block = this.#open(OrderCancelRequest.TEMPLATE_ID, OrderCancelRequest.BLOCK_BYTES)
    if (block < 0) return block
    writeCancel(this.#outstanding.view, block, request)
    return this.#send()
  }

  /** As `newOrder`. */
  replace(request: ReplaceOrder): number {
    const { TEMPLATE_ID, BLOCK_BYTES } = OrderCancelReplaceRequest
    const block = this.#open(TEMPLATE_ID, BLOCK_BYTES)
    if (block < 0) return block
    writeReplace(this.#outstanding.view, block, request)
    return this.#send()
  }

  /** As `newOrder`. Each order cancelled has its report; `onMassCancelReport` says how many there were. */
  massCancel(request: MassCancel): number {
    const { TEMPLATE_ID, BLOCK_BYTES } = OrderMassCancelRequest
    const block = this.#open(TEMPLATE_ID, BLOCK_BYTES)
    if (block < 0) return block
    writeMassRequest(this.#outstanding.view, block, request)
    return this.#send()
  }

  /** As `newOrder`. Answered by `onExecutionReport`: ExecType.OrderStatus, under the request's ClOrdID. */
  status(request: OrderStatus): number {
    const block = this.#open(OrderStatusRequest.TEMPLATE_ID, OrderStatusRequest.BLOCK_BYTES)
    if (block < 0) return block
    writeStatus(this.#outstanding.view, block, request)
    return this.#send()
  }

  /** As `status`, of all that are open: a report each. The last one has `lastRptRequested` 1; of none it says Rejected. */
  massStatus(request: MassStatus): number {
    const { TEMPLATE_ID, BLOCK_BYTES } = OrderMassStatusRequest
    const block = this.#open(TEMPLATE_ID, BLOCK_BYTES)
    if (block < 0) return block
    writeMassRequest(this.#outstanding.view, block, request)
    return this.#send()
  }

  /**
   * Enters an order and resolves with its first report, New or Rejected, in a copy that stays good. Waits while the
   * exchange is behind, and over a reconnect. Rejects if the exchange cannot understand the order, if nobody is logged
   * on, or if a later request has the same ClOrdID.
   */
  async request(order: NewOrder): Promise<ExecutionReport> {
    let number = this.newOrder(order)
    while (number === FULL) {
      await this.drained()
      number = this.newOrder(order)
    }
    if (number === DISCONNECTED) throw new OrderEntryError('disconnected', 'not logged on')
    return this.#requests.add(order.clOrdId)
  }

  /** After FULL: resolves when half of the room is free, or the connection is gone. */
  drained(): Promise<void> {
    if (this.#isDrained || !this.isLoggedOn) return Promise.resolve()
    return new Promise((resolve) => this.#drainWaiters.push(resolve))
  }

  /** Sends now what would leave at the end of this tick. */
  flush(): void {
    this.#isFlushDue = false
    const wire = this.#wire
    if (wire?.isActive !== true) return
    // What waits in the socket, waits better here: once, and in order.
    while (this.#outstanding.hasUnsent && wire.unsentBytes === 0) {
      const bytes = this.#outstanding.takeUnsent(this.#sendBuffer, Date.now() * 1_000)
      if (bytes === 0) return
      wire.send(this.#sendBuffer.subarray(0, bytes))
      // The kernel has not taken all: the buffer belongs to the socket now.
      if (wire.unsentBytes > 0) this.#sendBuffer = Buffer.allocUnsafeSlow(SEND_BUFFER_BYTES)
    }
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

  /** Says goodbye and resolves when the connection is closed. What is not answered is kept, for `reconnect()`. */
  logout(): Promise<void> {
    const wire = this.#wire
    this.#isLeaving = true
    if (wire === undefined) return Promise.resolve()
    if (this.#logout !== undefined) return this.#logout.done
    this.flush()
    let resolve: () => void = () => undefined
    const done = new Promise<void>((settle) => {
      resolve = settle
    })
    this.#logout = { done, resolve }
    wire.logout()
    return done
  }

  /** Drops the connection without a word, as a crash would. `onDisconnect` follows. */
  abort(): void {
    this.#wire?.fail(new OrderEntryError('disconnected', 'aborted'))
  }

  get #isDrained(): boolean {
    return this.#outstanding.count <= this.#outstanding.countMax / 2
  }

  #logOn(): Promise<void> {
    const options = this.#options
    const { host, port, tls, logonMsMax = 5_000 } = options
    const logon = {
      ...options,
      targetCompId: options.targetCompId ?? EXCHANGE_COMP_ID,
      heartBtIntSeconds: options.heartBtIntSeconds ?? 10,
      nextNumber: this.#outstanding.nextNumber,
      nextReportNumber: this.nextReportNumber,
      nowUs: Date.now() * 1_000,
    }
    return new Promise((resolve, reject) => {
      this.#logon = { resolve, reject }
      this.#wire = new WireConnection({ host, port, tls, logonMsMax }, logon, this.#listener)
    })
  }

  #open(templateId: number, blockBytes: number): number {
    return this.isLoggedOn ? this.#outstanding.open(templateId, blockBytes) : DISCONNECTED
  }

  #send(): number {
    const number = this.#outstanding.close()
    if (!this.#isFlushDue) {
      this.#isFlushDue = true
      queueMicrotask(this.#flushNow)
    }
    return number
  }

  #onLoggedOn(nextExpected: number, nextReport: number): void {
    if (this.nextReportNumber === 0) this.nextReportNumber = nextReport
    this.#outstanding.rewind(nextExpected)
    this.flush()
    this.#logon?.resolve()
    this.#logon = undefined
  }

  #onClosed(error: OrderEntryError, wire: WireConnection): void {
    if (wire !== this.#wire) return
    this.#wire = undefined
    this.#wakeDrained()
    const logon = this.#logon
    const logout = this.#logout
    this.#logon = undefined
    this.#logout = undefined
    logon?.reject(error)
    logout?.resolve()
    if (logon === undefined && logout === undefined) this.#options.onDisconnect?.(error)
  }

  #onMessage(templateId: number, view: DataView, at: number): void {
    const block = at + WIRE_HEADER_BYTES
    if (templateId === Reject.TEMPLATE_ID) {
      const reject = this.#reject.wrap(view, block)
      this.#onRefused(reject.refSeqNum, reject.text)
      this.#options.onReject?.(reject)
    } else if (templateId === BusinessMessageReject.TEMPLATE_ID) {
      const reject = new BusinessMessageReject().wrap(view, block)
      this.#onRefused(reject.refSeqNum, reject.text)
      this.#options.onBusinessReject?.(reject)
    } else if (templateId === ExecutionReport.TEMPLATE_ID) {
      // An exchange of before version 2 ends the block earlier.
      const blockBytes = view.getUint16(at + WIRE_BLOCK_LENGTH_OFFSET, true)
      if (this.#isNew(view, at)) this.#onExecutionReport(this.#report.wrap(view, block, blockBytes))
    } else if (templateId === OrderCancelReject.TEMPLATE_ID) {
      if (this.#isNew(view, at)) this.#onCancelReject(this.#cancelReject.wrap(view, block))
    } else if (templateId === OrderMassCancelReport.TEMPLATE_ID) {
      if (this.#isNew(view, at)) this.#onMassCancelReport(this.#massCancelReport.wrap(view, block))
    } else if (templateId === ResendRequest.TEMPLATE_ID) {
      this.#outstanding.rewind(new ResendRequest().wrap(view, block).beginSeqNo)
      this.flush()
    } else if (templateId === SequenceReset.TEMPLATE_ID) {
      this.#onPassedOver(new SequenceReset().wrap(view, block).newSeqNo)
    }
  }

  #onPassedOver(next: number): void {
    const from = this.nextReportNumber
    if (next <= from) return
    this.nextReportNumber = next
    this.#options.onReportsLost?.(from, next - 1)
  }

  /** Each report once: a number below the next one was heard already. */
  #isNew(view: DataView, at: number): boolean {
    const number = view.getUint32(at + MSG_SEQ_NUM_OFFSET, true)
    if (number === this.nextReportNumber) {
      this.nextReportNumber = number + 1
      return true
    }
    if (number > this.nextReportNumber) {
      const text = `report ${number} came where ${this.nextReportNumber} was to come`
      this.#wire?.fail(new OrderEntryError('protocol', text))
    }
    return false
  }

  #onExecutionReport(report: ExecutionReport): void {
    const { execType } = report
    if (isAnswer(execType)) {
      this.#onAnswer(report.view, report.at + ExecutionReport.CL_ORD_ID_OFFSET)
      if (this.#requests.count > 0) this.#requests.resolve(report)
    }
    this.#options.onExecutionReport?.(report)
  }

  #onCancelReject(reject: OrderCancelReject): void {
    this.#onAnswer(reject.view, reject.at + OrderCancelReject.CL_ORD_ID_OFFSET)
    this.#options.onCancelReject?.(reject)
  }

  #onMassCancelReport(report: OrderMassCancelReport): void {
    this.#onAnswer(report.view, report.at + OrderMassCancelReport.CL_ORD_ID_OFFSET)
    this.#options.onMassCancelReport?.(report)
  }

  #onRefused(number: number, text: string): void {
    const block = this.#outstanding.refused(number)
    if (block !== FULL) this.#rejectRequest(block, text)
    this.#wakeDrained()
  }

  #onAnswer(view: DataView, clOrdIdAt: number): void {
    this.#outstanding.answered(view, clOrdIdAt, this.#onSkipped)
    if (this.#drainWaiters.length > 0) this.#wakeDrained()
  }

  readonly #onSkipped = (block: number): void =>
    this.#rejectRequest(block, 'refused; the Reject was lost with its connection')

  #rejectRequest(block: number, text: string): void {
    if (this.#requests.count === 0) return
    const { clOrdId } = this.#newOrder.wrap(this.#outstanding.view, block)
    this.#requests.reject(clOrdId, new OrderEntryError('rejected', text))
  }

  #wakeDrained(): void {
    if (!this.#isDrained && this.isLoggedOn) return
    const waiters = this.#drainWaiters
    this.#drainWaiters = []
    for (const wake of waiters) wake()
  }
}
