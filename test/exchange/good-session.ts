/** A client that behaves, beside others that do not. */
import { setTimeout as sleep } from 'node:timers/promises'
import { OrderEntryClient, Side } from '../../client/client.ts'

/** Enters an order every few milliseconds and measures how long each answer takes. */
export class GoodSession {
  answers = 0
  slowestMs = 0
  readonly #client: OrderEntryClient
  #isStopping = false
  #loop: Promise<void> = Promise.resolve()

  static async start(port: number, compId = 'GOOD'): Promise<GoodSession> {
    let good: GoodSession | undefined
    const client = await OrderEntryClient.connect({
      ...{ host: '127.0.0.1', port, compId },
      onDisconnect: (error) => good?.onDisconnect(error),
    })
    good = new GoodSession(client)
    good.#loop = good.#trade()
    // It is awaited in the end: until then a failure is no unhandled one.
    good.#loop.catch(() => undefined)
    return good
  }

  private constructor(client: OrderEntryClient) {
    this.#client = client
  }

  onDisconnect(error: Error): void {
    throw new Error(`the good session was disconnected: ${error.message}`)
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#loop
    await this.#client.logout()
  }

  async #trade(): Promise<void> {
    for (; !this.#isStopping; this.answers++) {
      const side = this.answers % 2 === 0 ? Side.Buy : Side.Sell
      const startedMs = performance.now()
      await this.#client.request({
        ...{ clOrdId: `good-${this.answers}`, symbol: 'ETHUSDT', side },
        ...{ lots: 10, priceTicks: 300_000 },
      })
      this.slowestMs = Math.max(this.slowestMs, performance.now() - startedMs)
      await sleep(5)
    }
  }
}
