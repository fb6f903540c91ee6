/**
 *   your program ◀── MARKET-DATA CLIENT ◀──WebSocket, REST── gateway/market-data
 *
 *   const client = await MarketDataClient.connect({ url: 'ws://127.0.0.1:9443' })
 *   await client.trades('BTCUSDT', (trade) => console.log(trade.priceTicks, trade.lots))
 *   const book = await client.book('BTCUSDT')
 *   book.best()   // { bid: { priceTicks, lots }, ask: … }
 *   await client.close()
 *
 * Prices and quantities are integers: ticks and lots, made exactly from the decimal strings on the wire; `instrument`
 * gives the sizes. A lost connection is made again, the streams are subscribed again, and books begin anew.
 */

import { DecimalStep } from './decimal-step.ts'
import { type DepthEvent, type DepthSnapshot, LocalBook } from './market-data-book.ts'
import type { InstrumentScale } from './market-data-scale.ts'
import { MarketDataSocket } from './market-data-socket.ts'

export interface MarketDataClientOptions {
  /** The gateway, without a path: ws://host:port, or wss. REST is asked at the same address. */
  readonly url: string
  /** The first wait before connecting again; it doubles up to the other. @default 100 */
  readonly backoffMsMin?: number
  /** @default 10 000 */
  readonly backoffMsMax?: number
  /** What went wrong and is being mended: a lost connection, a snapshot that failed. @default nothing is told */
  readonly onTrouble?: (error: Error) => void
}

export interface MarketTrade {
  readonly symbol: string
  readonly tradeId: number
  readonly priceTicks: number
  readonly lots: number
  readonly timeMs: number
  /** The seller took. */
  readonly buyerIsMaker: boolean
}

export interface BestPrices {
  readonly symbol: string
  readonly updateId: number
  /** 0, as the lots, where the side has no orders. */
  readonly bidTicks: number
  readonly bidLots: number
  readonly askTicks: number
  readonly askLots: number
}

/** Ends a subscription. */
export type Unsubscribe = () => void

/** All that the gateway gives in one snapshot. */
const SNAPSHOT_LEVELS = 5_000
/** A gateway that takes longer than this for a snapshot is asked again. */
const FETCH_TIMEOUT_MS = 10_000
const BACKOFF_MS_MIN = 100
const BACKOFF_MS_MAX = 10_000

interface Steps {
  readonly tick: DecimalStep
  readonly lot: DecimalStep
}

interface Subscription {
  readonly listeners: Set<(data: unknown) => void>
  /** Resolves once the gateway has said yes, rejects when it says no. */
  readonly confirmed: Promise<void>
  readonly confirm: () => void
  readonly refuse: (error: Error) => void
}

export class MarketDataClient {
  readonly #restUrl: string
  readonly #onTrouble: (error: Error) => void
  readonly #socket: MarketDataSocket
  readonly #subscriptions = new Map<string, Subscription>()
  readonly #books = new Map<string, LocalBook>()
  readonly #scales = new Map<string, Promise<InstrumentScale>>()
  #isClosed = false

  /** Throws where the first connection fails; later ones are made again without an end. */
  static async connect(options: MarketDataClientOptions): Promise<MarketDataClient> {
    const client = new MarketDataClient(options)
    await client.#socket.connect()
    return client
  }

  private constructor(options: MarketDataClientOptions) {
    const url = options.url.replace(/\/+$/, '')
    this.#restUrl = url.replace(/^ws/, 'http')
    this.#onTrouble = options.onTrouble ?? (() => undefined)
    this.#socket = new MarketDataSocket({
      url,
      backoffMsMin: options.backoffMsMin ?? BACKOFF_MS_MIN,
      backoffMsMax: options.backoffMsMax ?? BACKOFF_MS_MAX,
      onEvent: (stream, data) => this.#dispatch(stream, data),
      onSubscribed: (streams) => this.#subscribed(streams),
      onLost: (error) => this.#lost(error),
      onRefused: (streams, error) => this.#refused(streams, error),
    })
  }

  /** Sizes of one instrument. Throws where the gateway does not know it. */
  instrument(symbol: string): Promise<InstrumentScale> {
    const known = this.#scales.get(symbol)
    if (known !== undefined) return known
    const asked = this.#fetchScale(symbol)
    this.#scales.set(symbol, asked)
    // A failure is told to whoever asked, and not remembered.
    asked.catch(() => this.#scales.delete(symbol))
    return asked
  }

  /** Resolves when the subscription stands: what happens from then on is told. */
  async trades(symbol: string, listener: (trade: MarketTrade) => void): Promise<Unsubscribe> {
    const { tick, lot } = await this.#steps(symbol)
    return this.#subscribe(`${symbol.toLowerCase()}@trade`, (data) => {
      const event = data as TradeEvent
      listener({
        symbol,
        tradeId: event.t,
        priceTicks: tick.count(event.p),
        lots: lot.count(event.q),
        timeMs: event.T,
        buyerIsMaker: event.m,
      })
    })
  }

  /** As `trades`, with the best prices each time one of them changes. */
  async bookTicker(symbol: string, listener: (best: BestPrices) => void): Promise<Unsubscribe> {
    const { tick, lot } = await this.#steps(symbol)
    return this.#subscribe(`${symbol.toLowerCase()}@bookTicker`, (data) => {
      const event = data as BookTickerEvent
      listener({
        symbol,
        updateId: event.u,
        bidTicks: tick.count(event.b),
        bidLots: lot.count(event.B),
        askTicks: tick.count(event.a),
        askLots: lot.count(event.A),
      })
    })
  }

  /** A live copy of the book: one a symbol, the same for all who ask. Resolves when it is in step with the gateway. */
  async book(symbol: string): Promise<LocalBook> {
    const scale = await this.instrument(symbol)
    const stream = depthStream(symbol)
    let book = this.#books.get(stream)
    if (book === undefined) {
      book = new LocalBook({
        scale,
        fetchSnapshot: () => this.#fetchSnapshot(symbol),
        onTrouble: this.#onTrouble,
      })
      const opened = book
      this.#books.set(stream, opened)
      await this.#subscribe(stream, (data) => opened.take(data as DepthEvent))
    }
    await book.reached(0)
    return book
  }

  /** Resolves when the connection is closed. Books stay as they are, and are no longer live. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const book of this.#books.values()) book.close()
    const error = new Error('market data: the client is closed')
    for (const subscription of this.#subscriptions.values()) subscription.refuse(error)
    await this.#socket.close()
  }

  async #subscribe(stream: string, listener: (data: unknown) => void): Promise<Unsubscribe> {
    if (this.#isClosed) throw new Error('market data: the client is closed')
    let subscription = this.#subscriptions.get(stream)
    if (subscription === undefined) {
      subscription = newSubscription()
      this.#subscriptions.set(stream, subscription)
      this.#socket.subscribe(stream)
    }
    const { listeners, confirmed } = subscription
    listeners.add(listener)
    await confirmed
    return () => {
      if (!listeners.delete(listener) || listeners.size > 0) return
      this.#subscriptions.delete(stream)
      this.#socket.unsubscribe(stream)
    }
  }

  #dispatch(stream: string, data: unknown): void {
    for (const listener of this.#subscriptions.get(stream)?.listeners ?? []) listener(data)
  }

  /** Also after a reconnect: the events in between are lost, so each book begins again. */
  #subscribed(streams: readonly string[]): void {
    for (const stream of streams) {
      this.#subscriptions.get(stream)?.confirm()
      void this.#books.get(stream)?.restart()
    }
  }

  #lost(error: Error): void {
    for (const book of this.#books.values()) book.suspend()
    this.#onTrouble(error)
  }

  #refused(streams: readonly string[], error: Error): void {
    for (const stream of streams) {
      this.#subscriptions.get(stream)?.refuse(error)
      this.#subscriptions.delete(stream)
      this.#books.get(stream)?.close()
      this.#books.delete(stream)
    }
    this.#onTrouble(error)
  }

  async #steps(symbol: string): Promise<Steps> {
    const { tickSize, stepSize } = await this.instrument(symbol)
    return { tick: new DecimalStep(tickSize), lot: new DecimalStep(stepSize) }
  }

  async #fetchScale(symbol: string): Promise<InstrumentScale> {
    const query = new URLSearchParams({ symbol })
    const info = (await this.#fetch(`/api/v3/exchangeInfo?${query}`)) as ExchangeInfo
    const filters = info.symbols[0]?.filters ?? []
    const tickSize = filters.find((filter) => filter.filterType === 'PRICE_FILTER')?.tickSize
    const stepSize = filters.find((filter) => filter.filterType === 'LOT_SIZE')?.stepSize
    if (tickSize === undefined || stepSize === undefined) {
      throw new Error(`market data: exchangeInfo of ${symbol} has no tick size or no lot size`)
    }
    return { symbol, tickSize, stepSize }
  }

  async #fetchSnapshot(symbol: string): Promise<DepthSnapshot> {
    const query = new URLSearchParams({ symbol, limit: String(SNAPSHOT_LEVELS) })
    return (await this.#fetch(`/api/v3/depth?${query}`)) as DepthSnapshot
  }

  async #fetch(path: string): Promise<unknown> {
    const response = await fetch(this.#restUrl + path, {
      signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
    })
    const body: unknown = await response.json()
    if (response.ok) return body
    const { code, msg } = body as { readonly code?: number; readonly msg?: string }
    throw new Error(`market data: ${path} was answered ${response.status}: ${msg} (${code})`)
  }
}

const depthStream = (symbol: string): string => `${symbol.toLowerCase()}@depth@100ms`

function newSubscription(): Subscription {
  let confirm: () => void = () => undefined
  let refuse: (error: Error) => void = () => undefined
  const confirmed = new Promise<void>((resolve, reject) => {
    confirm = resolve
    refuse = reject
  })
  // Those who wait hear of a refusal themselves; with nobody waiting it must not end the process.
  confirmed.catch(() => undefined)
  return { listeners: new Set(), confirmed, confirm, refuse }
}

interface TradeEvent {
  readonly t: number
  readonly p: string
  readonly q: string
  readonly T: number
  readonly m: boolean
}

interface BookTickerEvent {
  readonly u: number
  readonly b: string
  readonly B: string
  readonly a: string
  readonly A: string
}

interface ExchangeInfo {
  readonly symbols: readonly {
    readonly filters: readonly {
      readonly filterType: string
      readonly tickSize?: string
      readonly stepSize?: string
    }[]
  }[]
}
