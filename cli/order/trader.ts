/**
 *   words ──▶ TRADER ──▶ order entry client        decimals become ticks and lots
 *   lines ◀───┘     ◀── reports
 *
 * One person's session: what the instruments are, which orders are open, and the requests in the words of a person. Every
 * report is told as it comes, an answer to a question to whoever asked it.
 */
import { randomBytes } from 'node:crypto'
import {
  ExecType,
  type ExecutionReport,
  InstrumentUnits,
  MarketPhase,
  OrderEntryClient,
  OrderEntryError,
  type Side,
} from '../../client/client.ts'
import type { OrderEntryClientOptions } from '../../client/order-entry-options.ts'
import { CliError, ExitCode } from '../cli-error.ts'
import { badWords, exact, orderOf } from './order-words.ts'
import {
  type AnyFacts,
  cancelRefusedFacts,
  factsOf,
  massCancelFacts,
  type ReportFacts,
} from './report-line.ts'

const CL_ORD_ID_LENGTH_MAX = 36

export interface TraderEvents {
  readonly onReport: (facts: AnyFacts) => void
  /** The connection is gone, or there again, or reports are lost: in words. */
  readonly onNews?: (text: string) => void
}

export interface TraderOptions extends TraderEvents {
  readonly connection: Pick<OrderEntryClientOptions, 'host' | 'port' | 'compId' | 'tls' | 'key'>
  /** How long a lost connection is tried again, ms. @default 0: not at all */
  readonly reconnectMsMax?: number
}

/** An open order, as it is known here. */
export interface OpenOrder {
  readonly orderId: number
  readonly clOrdId: string
  readonly symbol: string
  readonly side: (typeof Side)[keyof typeof Side]
}

export class Trader {
  /** By the exchange's id, in order of entry. */
  readonly openOrders = new Map<number, OpenOrder>()
  readonly #units = new Map<string, InstrumentUnits>()
  readonly #options: TraderOptions
  readonly #idPrefix = `t${Date.now().toString(36)}${randomBytes(2).toString('hex')}`
  #client!: OrderEntryClient
  #lastId = 0

  /** Resolves when logged on, instruments and open orders known. Rejects with an OrderEntryError. */
  static async logOn(options: TraderOptions): Promise<Trader> {
    const trader = new Trader(options)
    await trader.#logOn()
    return trader
  }

  private constructor(options: TraderOptions) {
    this.#options = options
  }

  get compId(): string {
    return this.#options.connection.compId
  }

  get isLoggedOn(): boolean {
    return this.#client.isLoggedOn
  }

  get symbols(): string[] {
    return [...this.#units.keys()]
  }

  get instruments(): readonly InstrumentUnits[] {
    return [...this.#units.values()]
  }

  readonly unitsOf = (symbol: string): InstrumentUnits => {
    const units = this.#units.get(symbol.toUpperCase())
    if (units !== undefined) return units
    throw badWords(`there is no instrument ${symbol}`, `Give one of ${this.symbols.join(', ')}`)
  }

  /** Resolves when the order has been told of up to where it stands now: its trades on arrival too. */
  async enter(side: 'buy' | 'sell', words: readonly string[]): Promise<void> {
    const order = orderOf({ side, words, newId: this.#newId }, this.unitsOf)
    await this.#client.promises.newOrder(order)
    await this.#settled(order.clOrdId, order.symbol)
  }

  /** `id`: its client order id, or the exchange's. */
  async cancel(id: string): Promise<void> {
    const { orderId, symbol, side } = await this.#openOrder(id)
    await this.#client.promises.cancel({ clOrdId: this.#newId(), orderId, symbol, side })
  }

  /** All of the account, or all in one instrument. */
  async cancelAll(symbol?: string): Promise<void> {
    const scope = symbol === undefined ? {} : { symbol: this.unitsOf(symbol).symbol }
    await this.#client.promises.massCancel({ clOrdId: this.#newId(), ...scope })
  }

  /** `quantity`: the new total, what is filled included. Without a price it keeps its own. The order a-1 is a-1_2 then. */
  async replace(id: string, quantity: string, price?: string): Promise<void> {
    const { orderId, symbol, side, clOrdId: before } = await this.#openOrder(id)
    const units = this.unitsOf(symbol)
    const clOrdId = this.#nextId(before)
    await this.#client.promises.replace({
      ...{ clOrdId, orderId, symbol, side },
      lots: exact(() => units.lots(quantity)),
      ...(price === undefined ? {} : { priceTicks: exact(() => units.ticks(price)) }),
    })
    await this.#settled(clOrdId, symbol)
  }

  /** Open orders of the account as they stand, the oldest first. */
  async list(symbol?: string): Promise<ReportFacts[]> {
    const scope = symbol === undefined ? {} : { symbol: this.unitsOf(symbol).symbol }
    const request = { clOrdId: this.#newId(), ...scope }
    const reports = await this.#client.promises.massStatus(request)
    if (symbol === undefined) this.openOrders.clear()
    for (const report of reports) this.#note(report, report.origClOrdId)
    return reports.map((report) => this.#factsOf(report))
  }

  /** One order, open or closed not long ago. Without a symbol every instrument is asked. */
  async status(id: string, symbol?: string): Promise<ReportFacts> {
    const isNumber = /^\d+$/.test(id)
    const symbols = symbol === undefined ? this.symbols : [this.unitsOf(symbol).symbol]
    const asked = symbols.flatMap((one) => [
      ...(isNumber ? [{ symbol: one, orderId: Number(id) }] : []),
      { symbol: one, origClOrdId: id },
    ])
    const answers = await Promise.allSettled(
      asked.map((order) => this.#client.promises.status({ clOrdId: this.#newId(), ...order })),
    )
    const found = answers.find((answer) => answer.status === 'fulfilled')
    if (found !== undefined) return this.#factsOf(found.value)
    throw (answers[0] as PromiseRejectedResult).reason
  }

  /** Which phase each instrument is in, by its symbol. */
  async phases(): Promise<ReadonlyMap<string, string>> {
    const all = await this.#client.promises.tradingStatus({ id: this.#newId() })
    const nameOf = (phase: number): string =>
      Object.keys(MarketPhase).find((name) => MarketPhase[name as 'Halt'] === phase) ?? '?'
    return new Map(all.map(({ symbol, phase }) => [symbol, nameOf(phase)]))
  }

  /** Says goodbye; what is open stays. */
  logout(): Promise<void> {
    return this.#client.logout()
  }

  async #logOn(): Promise<void> {
    const { connection, reconnectMsMax = 0, onReport, onNews } = this.#options
    this.#client = await OrderEntryClient.connect({
      ...{ ...connection, reconnectMsMax },
      onExecutionReport: (report) => this.#onReport(report),
      onCancelReject: (reject) => onReport(cancelRefusedFacts(reject)),
      onMassCancelReport: (report) => onReport(massCancelFacts(report)),
      onReportsLost: (first, last) => onNews?.(`reports ${first} to ${last} are kept no more`),
      onDisconnect: ({ message }) => onNews?.(`disconnected: ${message}`),
      onReconnect: () => onNews?.('connected again'),
      onGiveUp: ({ message }) => onNews?.(`could not connect again: ${message}`),
    })
    const definitions = await this.#client.promises.definitions({ id: this.#newId() })
    for (const definition of definitions) {
      this.#units.set(definition.symbol, new InstrumentUnits(definition))
    }
    await this.list()
  }

  #onReport(report: ExecutionReport): void {
    if (report.execType === ExecType.OrderStatus) return
    if (report.orderId !== 0) this.#note(report, report.clOrdId)
    this.#options.onReport(this.#factsOf(report))
  }

  #note(report: ExecutionReport, clOrdId: string): void {
    const { orderId, symbol, side, leavesQty } = report
    if (leavesQty === 0) this.openOrders.delete(orderId)
    else this.openOrders.set(orderId, { orderId, clOrdId, symbol, side: side as OpenOrder['side'] })
  }

  async #openOrder(id: string): Promise<OpenOrder> {
    const known = this.#find(id)
    if (known !== undefined) return known
    await this.list()
    const found = this.#find(id)
    if (found !== undefined) return found
    throw new CliError('order-unknown', ExitCode.Failure, {
      what: `no order ${id} is open`,
      mend: 'tradsys order list names those that are',
    })
  }

  #find(id: string): OpenOrder | undefined {
    for (const order of this.openOrders.values()) if (order.clOrdId === id) return order
    return /^\d+$/.test(id) ? this.openOrders.get(Number(id)) : undefined
  }

  /** The exchange answers in order: once it says how the order stands, all that it did on arrival has been told. */
  async #settled(origClOrdId: string, symbol: string): Promise<void> {
    try {
      await this.#client.promises.status({ clOrdId: this.#newId(), origClOrdId, symbol })
    } catch (error) {
      // It was entered all the same.
      if (!(error instanceof OrderEntryError)) throw error
    }
  }

  /** A replace gives an order another id: one that is like it. */
  #nextId(clOrdId: string): string {
    const [, base, count] = /^(.+?)(?:_(\d{1,9}))?$/.exec(clOrdId)!
    const next = `${base}_${count === undefined ? 2 : Number(count) + 1}`
    return next.length <= CL_ORD_ID_LENGTH_MAX ? next : this.#newId()
  }

  readonly #newId = (): string => `${this.#idPrefix}-${++this.#lastId}`

  #factsOf(report: ExecutionReport): ReportFacts {
    return factsOf(report, this.#units.get(report.symbol))
  }
}
