/**
 * The load generator of bench e2e: one process. Arguments: HOST:PORT SECONDS RATE RESTING SESSIONS; prints one JSON line.
 *
 * RATE 0 asks how much goes through: as many orders on their way as the client allows. Any other RATE is an open loop: order i
 * is due at start + i / RATE whatever came back so far, and its latency counts from then, so that a stall is seen by every
 * order that should have been sent during it. The orders are dealt to the SESSIONS in turn, each of which has a socket.
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
import { systemCall } from '../engine/thread/system-call.ts'
import { ExecType, type ExecutionReport, Side, TimeInForce } from '../protocol/codecs.ts'

export interface LoadResult {
  readonly orders: number
  /** With those that came before the measurement. */
  readonly ordersInAll: number
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
/**
 * A paced generator sleeps so long between two looks at what is due and what has come: its latencies count that too. One that
 * never sleeps takes a core of two, and measures how long the kernel lets the exchange wait for that.
 */
const PACE_SLEEP_MS = 0.02
/** What the kernel may add to a sleep, unless it is told: 50 µs. */
const TIMER_SLACK_NS = 1_000
/** linux/prctl.h */
const PR_SET_TIMERSLACK = 29
const NOBODY = new Int32Array(new SharedArrayBuffer(4))

const latency: Histogram = build({
  highestTrackableValue: 60_000_000,
  numberOfSignificantValueDigits: 3,
})

/** One session: of all orders those of its turn. */
class Load {
  readonly #client: OrderEntryClient
  readonly #turn: number
  readonly #sessions: number
  #sent = 0
  #answered = 0
  #traded = 0
  #rejected = 0
  /** The number of the first measured order, and when it was due. */
  #measuredFrom = Number.POSITIVE_INFINITY
  #startMs = 0
  #rate = 0
  #random = 1

  /** `turn` of `sessions`: from 0. */
  static async connect(
    host: string,
    port: number,
    { compId = 'BENCH', turn = 0, sessions = 1 } = {},
  ): Promise<Load> {
    let load: Load | undefined
    const client = await OrderEntryClient.connect({
      ...{ host, port, compId, outstandingMax: OUTSTANDING_MAX },
      onExecutionReport: (report) => load?.onReport(report),
      onDisconnect: (error) => {
        throw error
      },
    })
    load = new Load(client, turn, sessions)
    return load
  }

  private constructor(client: OrderEntryClient, turn: number, sessions: number) {
    this.#client = client
    this.#turn = turn
    this.#sessions = sessions
    this.#random = turn + 1
  }

  async fillBook(orders: number): Promise<void> {
    for (let i = 0; i < orders; i++) {
      while (!this.#sendResting(i % 2 === 0 ? Side.Buy : Side.Sell)) await this.#client.drained()
    }
    await this.untilAnswered()
    if (this.#rejected > 0) throw new Error(`bench: ${this.#rejected} resting orders were rejected`)
  }

  /** As many as go through for so long. */
  async flood(seconds: number): Promise<number> {
    const first = this.#sent
    this.measure(0)
    const startMs = performance.now()
    const endMs = startMs + seconds * 1000
    while (performance.now() < endMs) {
      for (let i = 0; i < 256; i++) if (!this.#sendNext()) await this.#client.drained()
      this.#client.flush()
      // Reports come by the event loop.
      await new Promise((resolve) => setImmediate(resolve))
    }
    await this.untilAnswered()
    return ((this.#sent - first) * 1000) / (performance.now() - startMs)
  }

  /** Its next order is written, not sent; false: as many as may be are on their way, and `drained` says when not any more. */
  next(): boolean {
    return this.#sendNext()
  }

  drained(): Promise<void> {
    return this.#client.drained()
  }

  flush(): void {
    this.#client.flush()
  }

  /** What it has done since `measure`. */
  get done(): {
    readonly orders: number
    readonly ordersInAll: number
    readonly traded: number
    readonly rejected: number
  } {
    const orders = this.#sent - this.#measuredFrom
    return { orders, ordersInAll: this.#sent, traded: this.#traded, rejected: this.#rejected }
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
    const ofAll = (order - this.#measuredFrom) * this.#sessions + this.#turn
    const dueMs = this.#startMs + (ofAll * 1000) / this.#rate
    latency.recordValue(Math.max(1, Math.round((performance.now() - dueMs) * 1000)))
  }

  /** What comes from now on counts; all orders together are `rate` a second. */
  measure(rate: number, startMs = performance.now()): void {
    this.#rate = rate
    this.#measuredFrom = this.#sent
    this.#traded = 0
    this.#rejected = 0
    this.#startMs = startMs
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

  async untilAnswered(): Promise<void> {
    while (this.#answered < this.#sent) await sleep(1)
  }

  #next(): number {
    this.#random = (Math.imul(this.#random, 1664525) + 1013904223) >>> 0
    return this.#random >>> 8
  }
}

/** Order i at start + i / rate, each of the sessions in turn. Returns how many a second it were. */
async function pace(loads: readonly Load[], seconds: number, rate: number): Promise<number> {
  const startMs = performance.now()
  latency.reset()
  for (const load of loads) load.measure(rate, startMs)
  const total = seconds * rate
  for (let sent = 0; sent < total; ) {
    const due = Math.min(Math.floor(((performance.now() - startMs) * rate) / 1000), total)
    const first = sent
    for (; sent < due; sent++) {
      const load = loads[sent % loads.length]!
      // Nothing is awaited where nothing is in the way: the client would send what it has so far.
      while (!load.next()) await load.drained()
    }
    for (let one = Math.max(first, sent - loads.length); one < sent; one++) {
      loads[one % loads.length]!.flush()
    }
    Atomics.wait(NOBODY, 0, 0, PACE_SLEEP_MS)
    await new Promise((resolve) => setImmediate(resolve))
  }
  for (const load of loads) await load.untilAnswered()
  return (total * 1000) / (performance.now() - startMs)
}

function result(loads: readonly Load[], ordersPerSecond: number): LoadResult {
  const sum = (of: 'orders' | 'ordersInAll' | 'traded' | 'rejected'): number =>
    loads.reduce((total, load) => total + load.done[of], 0)
  const at = (percentile: number): number => latency.getValueAtPercentile(percentile)
  return {
    ...{ orders: sum('orders'), ordersInAll: sum('ordersInAll') + resting },
    ...{ traded: sum('traded'), rejected: sum('rejected') },
    ordersPerSecond,
    latencyUs: { p50: at(50), p99: at(99), p99_9: at(99.9), max: latency.maxValue },
  }
}

/** Where the host has no such call the latencies are some 50 µs longer. */
function sleepExactly(): void {
  if (process.platform !== 'linux') return
  try {
    const { call } = systemCall('int prctl(int option, unsigned long value)')
    call(PR_SET_TIMERSLACK, TIMER_SLACK_NS)
  } catch (error) {
    process.stderr.write(`bench e2e: sleeps are inexact: ${error}\n`)
  }
}

const [address = '', ...numbers] = process.argv.slice(2)
const [seconds = 1, rate = 0, resting = 2_000, sessions = 1] = numbers.map(Number)
const [host = '', port = ''] = address.split(':')
for (let left = resting, session = 1; left > 0; left -= RESTING_A_SESSION, session++) {
  const filler = await Load.connect(host, Number(port), { compId: `FILL${session}` })
  await filler.fillBook(Math.min(left, RESTING_A_SESSION))
  await filler.close()
}
const loads: Load[] = []
for (let turn = 0; turn < sessions; turn++) {
  const compId = sessions === 1 ? 'BENCH' : `BENCH${turn}`
  loads.push(await Load.connect(host, Number(port), { compId, turn, sessions }))
}
sleepExactly()
const run = (duration: number): Promise<number> =>
  rate === 0 ? loads[0]!.flood(duration) : pace(loads, duration, rate)
await run(WARM_UP_SECONDS)
process.stdout.write(`${JSON.stringify(result(loads, await run(seconds)))}\n`)
for (const load of loads) await load.close()
