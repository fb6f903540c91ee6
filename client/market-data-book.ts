/**
 *   gateway ──@depth@100ms──▶ buffer ─┐
 *           ──REST snapshot──────────┴▶ LOCAL BOOK ──▶ best(), levels(), reached()
 *
 * A copy of one instrument's book, kept by the documented rule:
 *
 *   waiting   events are buffered; a snapshot with lastUpdateId L is asked for
 *   then      events with u ≤ L are dropped; the first one left must have U ≤ L + 1 ≤ u
 *   live      each event must have U = u before + 1
 *   gap       forget all and begin again
 */
import { setTimeout as delay } from 'node:timers/promises'
import { DecimalStep } from './decimal-step.ts'
import { type Level, LocalLevels } from './market-data-levels.ts'
import type { InstrumentScale } from './market-data-scale.ts'

type Side = 'bids' | 'asks'
type TextLevel = readonly [price: string, qty: string]

export interface DepthEvent {
  readonly U: number
  readonly u: number
  readonly b: readonly TextLevel[]
  readonly a: readonly TextLevel[]
}

export interface DepthSnapshot {
  readonly lastUpdateId: number
  readonly bids: readonly TextLevel[]
  readonly asks: readonly TextLevel[]
}

/** Events kept while a snapshot is on its way: at ten a second, over a minute. More, and it is asked for again. */
const BUFFERED_EVENTS_MAX = 1_000
/** Between a snapshot that was of no use, or could not be had, and the next try. */
const SNAPSHOT_RETRY_MS = 100

export interface LocalBookOptions {
  readonly scale: InstrumentScale
  readonly fetchSnapshot: () => Promise<DepthSnapshot>
  /** A snapshot could not be had; it is tried again. */
  readonly onTrouble: (error: Error) => void
}

export class LocalBook {
  readonly symbol: string
  readonly #tick: DecimalStep
  readonly #lot: DecimalStep
  readonly #options: LocalBookOptions
  readonly #sides = { bids: new LocalLevels(1), asks: new LocalLevels(-1) }
  readonly #waiters = new Set<{
    readonly updateId: number
    readonly resolve: () => void
    readonly reject: (error: Error) => void
  }>()
  #buffer: DepthEvent[] = []
  #lastUpdateId = 0
  #isLive = false
  #isClosed = false
  #resyncs = 0
  /** Which attempt a snapshot belongs to: one that arrives after a restart is of no use. */
  #attempt = 0

  constructor(options: LocalBookOptions) {
    const { scale } = options
    this.#options = options
    this.symbol = scale.symbol
    this.#tick = new DecimalStep(scale.tickSize)
    this.#lot = new DecimalStep(scale.stepSize)
  }

  /** The update that the book stands at; 0 before the first snapshot. */
  get lastUpdateId(): number {
    return this.#lastUpdateId
  }

  /** False while it waits for a snapshot: what it shows then is what it knew last. */
  get isLive(): boolean {
    return this.#isLive
  }

  /** How often it had to begin again, for a gap or a new connection. */
  get resyncs(): number {
    return this.#resyncs
  }

  /** Undefined on a side without orders. */
  best(): { readonly bid: Level | undefined; readonly ask: Level | undefined } {
    return { bid: this.#sides.bids.best, ask: this.#sides.asks.best }
  }

  /** At most `count` levels, best first. */
  levels(side: Side, count: number): Level[] {
    return count > 0 ? this.#sides[side].top(count) : []
  }

  /** Resolves when the book is live and stands at this update or a later one; rejects when the book is closed first. */
  reached(updateId: number): Promise<void> {
    if (this.#isClosed) return Promise.reject(this.#closedError())
    if (this.#isLive && this.#lastUpdateId >= updateId) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.#waiters.add({ updateId, resolve, reject })
    })
  }

  /** One event of the stream. */
  take(event: DepthEvent): void {
    if (this.#isClosed) return
    if (!this.#isLive) {
      this.#buffer.push(event)
      if (this.#buffer.length > BUFFERED_EVENTS_MAX) void this.restart()
      return
    }
    if (!this.#apply(event)) {
      void this.restart()
      this.#buffer.push(event)
    }
  }

  /** Begins again; the stream must be subscribed already. Goes on until the book is live, closed, or begun once more. */
  async restart(): Promise<void> {
    const attempt = ++this.#attempt
    if (this.#lastUpdateId > 0) this.#resyncs++
    this.#isLive = false
    this.#buffer = []
    const isCurrent = (): boolean => attempt === this.#attempt && !this.#isClosed && !this.#isLive
    while (isCurrent()) {
      try {
        const snapshot = await this.#options.fetchSnapshot()
        if (isCurrent()) this.#adopt(snapshot)
      } catch (error) {
        this.#options.onTrouble(error instanceof Error ? error : new Error(String(error)))
      }
      if (isCurrent()) await delay(SNAPSHOT_RETRY_MS)
    }
  }

  /** The connection is gone: what is shown is old until restart() has done its work. */
  suspend(): void {
    this.#isLive = false
    this.#attempt++
  }

  close(): void {
    this.#isClosed = true
    this.#isLive = false
    for (const waiter of this.#waiters) waiter.reject(this.#closedError())
    this.#waiters.clear()
  }

  /** A snapshot older than the first event leaves the book as it was: a newer one is needed. */
  #adopt(snapshot: DepthSnapshot): void {
    const first = this.#buffer.find((event) => event.u > snapshot.lastUpdateId)
    if (first !== undefined && first.U > snapshot.lastUpdateId + 1) return
    this.#sides.bids.replace(snapshot.bids.map((level) => this.#level(level)))
    this.#sides.asks.replace(snapshot.asks.map((level) => this.#level(level)))
    this.#lastUpdateId = snapshot.lastUpdateId
    this.#isLive = true
    const buffered = this.#buffer
    this.#buffer = []
    for (const event of buffered) this.take(event)
    this.#wake()
  }

  /** False: something is missing before it. */
  #apply(event: DepthEvent): boolean {
    if (event.u <= this.#lastUpdateId) return true
    if (event.U > this.#lastUpdateId + 1) return false
    for (const level of event.b) this.#sides.bids.set(this.#level(level))
    for (const level of event.a) this.#sides.asks.set(this.#level(level))
    this.#lastUpdateId = event.u
    this.#wake()
    return true
  }

  #level([price, qty]: TextLevel): Level {
    return { priceTicks: this.#tick.count(price), lots: this.#lot.count(qty) }
  }

  #wake(): void {
    if (!this.#isLive) return
    for (const waiter of this.#waiters) {
      if (this.#lastUpdateId < waiter.updateId) continue
      this.#waiters.delete(waiter)
      waiter.resolve()
    }
  }

  #closedError(): Error {
    return new Error(`the book of ${this.symbol} is closed`)
  }
}
