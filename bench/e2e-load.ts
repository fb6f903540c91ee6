/**
 * The load generator of bench e2e: one TCP session, one process. Arguments: HOST:PORT SECONDS RATE RESTING; prints one JSON
 * line.
 *
 * RATE 0 asks how much goes through: as many orders on their way as the client allows. Any other RATE is an open loop: order i
 * is due at start + i / RATE whatever came back so far, and its latency counts from then, so that a stall is seen by every
 * order that should have been sent during it.
 *
 * RESTING orders, half of them on each side, are in the book before the clock starts, so that every taker finds somebody: other
 * sessions enter them, each no more than an account may have open.
 *
 * Orders alternate: one rests a tick or more from the middle, the next takes one lot from the other side. The k-th answer (New or
 * Rejected) belongs to the k-th order: answers of a session come in order.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { build, type Histogram } from 'hdr-histogram-js'
import { OrderEntryClient } from '../client/client.ts'
import { ExecType, type ExecutionReport, Side, TimeInForce } from '../protocol/codecs.ts'

export interface LoadResult {
  readonly orders: number
  /** Orders of which something traded at once. */
  readonly traded: number
  readonly rejected: number
  readonly ordersPerSecond: number
  /** From the intended send time to the first report; all 0 in a run without a rate. */
  readonly latencyUs: Readonly<Record<'p50' | 'p99' | 'p99_9' | 'max', number>>
}

const SYMBOL = 'BTCUSDT'
const MIDDLE_TICKS = 6_000_000
const RESTING_A_SESSION = 10_000
const OUTSTANDING_MAX = 8_192
/** Not measured: the code that is warm afterwards is the code that runs. */
const WARM_UP_SECONDS = 1

class Load {
  readonly #client: OrderEntryClient
  readonly #latency: Histogram = build({
    highestTrackableValue: 60_000_000,
    numberOfSignificantValueDigits: 3,
  })
  #sent = 0
  #answered = 0
  #traded = 0
  #rejected = 0
  /** The number of the first measured order, and when it was due. */
  #measuredFrom = Number.POSITIVE_INFINITY
  #startMs = 0
  #rate = 0
  #random = 1

  static async connect(host: string, port: number, compId = 'BENCH'): Promise<Load> {
    let load: Load | undefined
    const client = await OrderEntryClient.connect({
      ...{ host, port, compId, outstandingMax: OUTSTANDING_MAX },
      onExecutionReport: (report) => load?.onReport(report),
      onDisconnect: (error) => {
        throw error
      },
    })
    load = new Load(client)
    return load
  }

  private constructor(client: OrderEntryClient) {
    this.#client = client
  }

  async fillBook(orders: number): Promise<void> {
    for (let i = 0; i < orders; i++) {
      while (!this.#sendResting(i % 2 === 0 ? Side.Buy : Side.Sell)) await this.#client.drained()
    }
    await this.#untilAnswered()
    if (this.#rejected > 0) throw new Error(`bench: ${this.#rejected} resting orders were rejected`)
  }

  /** As many as go through for so long. */
  async flood(seconds: number): Promise<number> {
    const first = this.#sent
    this.#measure(0)
    const startMs = performance.now()
    const endMs = startMs + seconds * 1000
    while (performance.now() < endMs) {
      for (let i = 0; i < 256; i++) if (!this.#sendNext()) await this.#client.drained()
      this.#client.flush()
      // Reports come by the event loop.
      await new Promise((resolve) => setImmediate(resolve))
    }
    await this.#untilAnswered()
    return ((this.#sent - first) * 1000) / (performance.now() - startMs)
  }

  /** Order i at start + i / rate. */
  async pace(seconds: number, rate: number): Promise<number> {
    const first = this.#sent
    this.#measure(rate)
    const due = (): number => Math.floor(((performance.now() - this.#startMs) * rate) / 1000)
    for (const total = seconds * rate; this.#sent - first < total; ) {
      while (this.#sent - first < Math.min(due(), total)) {
        if (!this.#sendNext()) await this.#client.drained()
      }
      this.#client.flush()
      await new Promise((resolve) => setImmediate(resolve))
    }
    await this.#untilAnswered()
    return ((this.#sent - first) * 1000) / (performance.now() - this.#startMs)
  }

  result(ordersPerSecond: number): LoadResult {
    const at = (percentile: number): number => this.#latency.getValueAtPercentile(percentile)
    return {
      orders: this.#sent - this.#measuredFrom,
      traded: this.#traded,
      rejected: this.#rejected,
      ordersPerSecond,
      latencyUs: { p50: at(50), p99: at(99), p99_9: at(99.9), max: this.#latency.maxValue },
    }
  }

  close(): Promise<void> {
    return this.#client.logout()
  }

  onReport(report: ExecutionReport): void {
    const { execType } = report
    if (execType === ExecType.New || execType === ExecType.Rejected) this.#onAnswer(execType)
    // A taker of one lot trades at most once.
    else if (execType === ExecType.Trade && report.aggressorIndicator === 1) this.#traded++
  }

  #onAnswer(execType: number): void {
    const order = this.#answered++
    if (execType === ExecType.Rejected) this.#rejected++
    if (this.#rate === 0 || order < this.#measuredFrom) return
    const dueMs = this.#startMs + ((order - this.#measuredFrom) * 1000) / this.#rate
    this.#latency.recordValue(Math.max(1, Math.round((performance.now() - dueMs) * 1000)))
  }

  #measure(rate: number): void {
    this.#rate = rate
    this.#measuredFrom = this.#sent
    this.#traded = 0
    this.#rejected = 0
    this.#startMs = performance.now()
    this.#latency.reset()
  }

  #sendNext(): boolean {
    const side = this.#next() % 2 === 0 ? Side.Buy : Side.Sell
    if (this.#sent % 2 === 0) return this.#sendResting(side)
    const priceTicks = MIDDLE_TICKS + (side === Side.Buy ? 1_000 : -1_000)
    return this.#send(side, priceTicks, TimeInForce.ImmediateOrCancel)
  }

  #sendResting(side: number): boolean {
    const away = 1 + (this.#next() % 50)
    const priceTicks = MIDDLE_TICKS + (side === Side.Buy ? -away : away)
    return this.#send(side, priceTicks, TimeInForce.GoodTillCancel)
  }

  #send(side: number, priceTicks: number, timeInForce: number): boolean {
    const order = {
      clOrdId: `b${this.#sent}`,
      symbol: SYMBOL,
      side: side as typeof Side.Buy,
      lots: 1,
      priceTicks,
      timeInForce: timeInForce as typeof TimeInForce.GoodTillCancel,
    }
    if (this.#client.newOrder(order) < 0) return false
    this.#sent++
    return true
  }

  async #untilAnswered(): Promise<void> {
    while (this.#answered < this.#sent) await sleep(1)
  }

  #next(): number {
    this.#random = (Math.imul(this.#random, 1664525) + 1013904223) >>> 0
    return this.#random >>> 8
  }
}

const [address = '', seconds = '1', rate = '0', resting = '2000'] = process.argv.slice(2)
const [host = '', port = ''] = address.split(':')
for (let left = Number(resting), session = 1; left > 0; left -= RESTING_A_SESSION, session++) {
  const filler = await Load.connect(host, Number(port), `FILL${session}`)
  await filler.fillBook(Math.min(left, RESTING_A_SESSION))
  await filler.close()
}
const load = await Load.connect(host, Number(port))
const run = (duration: number): Promise<number> =>
  Number(rate) === 0 ? load.flood(duration) : load.pace(duration, Number(rate))
await run(WARM_UP_SECONDS)
process.stdout.write(`${JSON.stringify(load.result(await run(Number(seconds))))}\n`)
await load.close()
