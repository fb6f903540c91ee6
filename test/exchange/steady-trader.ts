/**
 * A client that enters order after order, each other one taking the one before, and lives through crashes of the
 * exchange. It remembers what the exchange has acknowledged: that may never be lost, and never come twice.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  DISCONNECTED,
  ExecType,
  type ExecutionReport,
  FULL,
  OrderEntryClient,
  Side,
} from '../../client/client.ts'

/** Orders in one go: some fill of the exchange's batches, without waiting for any of them. */
const BURST = 12
const RECONNECT_MS_MAX = 20_000
const KNOCK_MS = 50

export class SteadyTrader {
  /** ClOrdIDs that the exchange has said New to. */
  readonly acknowledged = new Set<string>()
  /** Acknowledged more than once, refused, or not understood. */
  readonly wrong: string[] = []
  sent = 0
  reconnects = 0
  #client!: OrderEntryClient
  #back: Promise<void> = Promise.resolve()
  #isStopping = false
  #loop: Promise<void> = Promise.resolve()

  static async start(port: number): Promise<SteadyTrader> {
    const trader = new SteadyTrader()
    trader.#client = await OrderEntryClient.connect({
      ...{ host: '127.0.0.1', port, compId: 'STEADY' },
      onExecutionReport: (report) => trader.#onReport(report),
      onReject: (reject) => trader.wrong.push(`reject ${reject.refSeqNum}: ${reject.text}`),
      onDisconnect: () => trader.#onDisconnect(),
    })
    trader.#loop = trader.#trade()
    // `stop` hears of a failure; a test that has failed before does not ask.
    trader.#loop.catch(() => undefined)
    return trader
  }

  /** Stops entering orders, waits until all are answered, and logs out. */
  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#loop
    while (this.#client.outstandingCount > 0) {
      await this.#back
      await sleep(2)
    }
    await this.#client.logout()
  }

  async #trade(): Promise<void> {
    while (!this.#isStopping) {
      for (let i = 0; i < BURST && !this.#isStopping; i++) {
        const answer = this.#enter()
        if (answer === FULL) await this.#client.drained()
        else if (answer === DISCONNECTED) await this.#back
        else this.sent++
      }
      await sleep(1)
    }
  }

  #enter(): number {
    const side = this.sent % 2 === 0 ? Side.Buy : Side.Sell
    const clOrdId = `steady-${this.sent}`
    const pair = this.sent >> 1
    return this.#client.newOrder({
      ...{ clOrdId, symbol: 'BTCUSDT', side },
      ...{ lots: 1 + (pair % 7), priceTicks: 6_000_000 + (pair % 5) },
    })
  }

  #onReport({ execType, clOrdId }: ExecutionReport): void {
    if (execType === ExecType.Trade) return
    if (execType !== ExecType.New) this.wrong.push(`${clOrdId}: ExecType ${execType}`)
    else if (this.acknowledged.has(clOrdId)) this.wrong.push(`${clOrdId}: acknowledged twice`)
    else this.acknowledged.add(clOrdId)
  }

  /** Knocks more often than `reconnect({ withinMs })` would: the test is in a hurry. */
  async #comeBack(): Promise<void> {
    const endMs = performance.now() + RECONNECT_MS_MAX
    for (;;) {
      try {
        await this.#client.reconnect()
        return
      } catch (error) {
        if (performance.now() > endMs) throw error
      }
      await sleep(KNOCK_MS)
    }
  }

  #onDisconnect(): void {
    this.reconnects++
    this.#back = this.#comeBack()
    // Whoever waits for it hears of a failure.
    this.#back.catch(() => undefined)
  }
}
