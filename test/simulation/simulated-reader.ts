/**
 *   market-data gateway ── messages ──▶ SIMULATED READER ──▶ local book, trades, best prices
 *                       ◀── snapshot? ──
 *
 * A WebSocket without a socket, and behind it the client's own book (client/market-data-book.ts). It reads slowly, stands
 * still, is cut off, and comes back. What it was promised is checked as it comes: depth without a gap on one connection,
 * every trade, best prices that never go back.
 */
import { type DepthEvent, type DepthSnapshot, LocalBook } from '../../client/market-data-book.ts'
import type { ClientSocket, Reception, Visitor } from '../../gateway/market-data/transport.ts'
import type { Draws } from './draws.ts'
import { INSTRUMENTS } from './simulated-venue.ts'

/** What a kernel takes in advance of the reader. */
const KERNEL_BYTES = 16 << 10
const TOP_LEVELS = 10

interface TickerEvent {
  readonly u: number
  readonly b: string
  readonly B: string
  readonly a: string
  readonly A: string
}

type Levels = readonly (readonly [price: string, qty: string])[]

/** What it knows of a book at a moment. */
export interface KnownBook {
  readonly bids: string
  readonly asks: string
  /** Undefined: none came on this connection, as none has changed. */
  readonly best: string | undefined
  readonly top: string
}

export class SimulatedReader implements ClientSocket {
  readonly instrument: number
  readonly #draws: Draws
  readonly #reception: () => Reception | undefined
  readonly #book: LocalBook
  readonly #queue: Uint8Array[] = []
  #queuedBytes = 0
  #visitor: Visitor | undefined
  #isEnding = false
  #isCut = false
  #awayTurns = 0
  #slowTurns = 0
  #pongs = 0
  /** Of this connection: the update and the trade that came last. */
  #lastU = 0
  #lastTrade = 0
  #ticker: TickerEvent | undefined
  #top: { readonly lastUpdateId: number; readonly bids: Levels; readonly asks: Levels } | undefined
  #answer: ((snapshot: DepthSnapshot) => void) | undefined
  /** The most that the gateway ever left unsent for it. */
  bufferedBytesMax = 0

  constructor(instrument: number, draws: Draws, reception: () => Reception | undefined) {
    this.instrument = instrument
    this.#draws = draws
    this.#reception = reception
    const { symbol, tickSize, lotSize } = INSTRUMENTS[instrument]!
    this.#book = new LocalBook({
      scale: { symbol, tickSize: String(tickSize), stepSize: String(lotSize) },
      fetchSnapshot: () => new Promise((resolve) => (this.#answer = resolve)),
      onTrouble: (error) => {
        throw error
      },
    })
  }

  // --- ClientSocket: the gateway's side

  get bufferedBytes(): number {
    return Math.max(0, this.#queuedBytes - KERNEL_BYTES)
  }

  send(message: Uint8Array): void {
    if (this.#isEnding || this.#isCut) return
    this.#queue.push(message)
    this.#queuedBytes += message.length
    this.bufferedBytesMax = Math.max(this.bufferedBytesMax, this.bufferedBytes)
  }

  cork(run: () => void): void {
    run()
  }

  ping(): void {
    this.#pongs++
  }

  end(): void {
    this.#isEnding = true
  }

  terminate(): void {
    this.#isCut = true
    this.#queue.length = 0
    this.#queuedBytes = 0
  }

  // --- the reader's

  /** The exchange is gone. */
  lose(): void {
    this.#visitor = undefined
    this.terminate()
    this.#book.suspend()
    this.#answer = undefined
  }

  /** In step with the feed's update, and nothing on its way. */
  isInStep(updateId: number): boolean {
    return (
      this.#visitor !== undefined &&
      this.#queue.length === 0 &&
      this.#book.isLive &&
      this.#book.lastUpdateId === updateId &&
      (this.#top?.lastUpdateId ?? -1) === updateId
    )
  }

  /** Where it stands, for messages. */
  get standing(): string {
    const { lastUpdateId, isLive } = this.#book
    const top = this.#top?.lastUpdateId
    return `book ${lastUpdateId}${isLive ? '' : ', not live'}, top ${top}, ${this.#queue.length} unread`
  }

  turn(isCalm: boolean): number {
    const draws = this.#draws
    if (this.#visitor === undefined) return this.#connect(isCalm)
    if (this.#isCut || (this.#isEnding && this.#queue.length === 0)) return this.#closed()
    if (!isCalm && this.#slowTurns > 0) {
      this.#slowTurns--
      return 0
    }
    if (!isCalm && draws.oneIn(500)) this.#slowTurns = draws.magnitude(10, 3_000)
    if (!isCalm && draws.oneIn(5_000)) {
      this.terminate()
      return 1
    }
    if (this.#pongs > 0) {
      this.#pongs--
      this.#visitor.onPong()
    }
    if (this.#answer !== undefined && (isCalm || draws.oneIn(3))) this.#fetchSnapshot()
    else if (this.#answer === undefined && !this.#book.isLive) void this.#book.restart()
    return this.#read(isCalm ? this.#queue.length : draws.below(20))
  }

  known(): KnownBook {
    const ticker = this.#ticker
    const { bids = [], asks = [] } = this.#top ?? {}
    const levels = (side: 'bids' | 'asks') =>
      this.#book.levels(side, 1_000).map(({ priceTicks, lots }) => `${lots}@${priceTicks}`)
    const { tickSize, lotSize } = INSTRUMENTS[this.instrument]!
    const inSteps = (price: string, qty: string) => `${+qty / lotSize}@${+price / tickSize}`
    const top = (side: Levels) => side.map(([price, qty]) => inSteps(price, qty)).join(' ')
    return {
      ...{ bids: levels('bids').join(' '), asks: levels('asks').join(' ') },
      best: ticker && `${inSteps(ticker.b, ticker.B)} / ${inSteps(ticker.a, ticker.A)}`,
      top: `${top(bids)} / ${top(asks)}`,
    }
  }

  close(): void {
    this.#book.close()
  }

  #connect(isCalm: boolean): number {
    if (!isCalm && this.#awayTurns-- > 0) return 0
    const reception = this.#reception()
    if (reception === undefined) return 0
    const name = INSTRUMENTS[this.instrument]!.symbol.toLowerCase()
    const pace = '@100ms'
    const streams = [`depth${pace}`, 'trade', 'bookTicker', `depth${TOP_LEVELS}${pace}`]
    const query = `streams=${streams.map((stream) => `${name}@${stream}`).join('/')}`
    const request = { path: '/stream', query }
    if (reception.refuse(request) !== undefined) return 0
    this.#isCut = false
    this.#isEnding = false
    this.#lastU = 0
    this.#lastTrade = 0
    this.#ticker = undefined
    this.#top = undefined
    this.#visitor = reception.open(this, request)
    void this.#book.restart()
    return 1
  }

  #closed(): number {
    const visitor = this.#visitor
    this.lose()
    this.#awayTurns = this.#draws.below(200)
    visitor?.onClose()
    return 1
  }

  #fetchSnapshot(): void {
    const { symbol } = INSTRUMENTS[this.instrument]!
    const request = { method: 'GET', path: '/api/v3/depth', query: `symbol=${symbol}&limit=5000` }
    const { status, body } = this.#reception()!.answer(request)
    // The gateway has not heard of the instrument yet.
    if (status === 400) return
    if (status !== 200) throw new Error(`feed: the snapshot of ${symbol} was answered ${status}`)
    const answer = this.#answer!
    this.#answer = undefined
    answer(JSON.parse(body) as DepthSnapshot)
  }

  #read(count: number): number {
    const wasLate = this.bufferedBytes > 0
    let read = 0
    for (; read < count && this.#queue.length > 0; read++) {
      const message = this.#queue.shift()!
      this.#queuedBytes -= message.length
      this.#take(JSON.parse(Buffer.from(message).toString()))
    }
    if (wasLate || read > 0) this.#visitor?.onDrain()
    return read
  }

  #take({ stream, data }: { readonly stream: string; readonly data: unknown }): void {
    if (stream.endsWith('@trade')) this.#takeTrade((data as { readonly t: number }).t)
    else if (stream.endsWith('@bookTicker')) this.#takeTicker(data as TickerEvent)
    else if (stream.includes(`@depth${TOP_LEVELS}`)) this.#top = data as never
    else if (stream.includes('@depth')) this.#takeDepth(data as DepthEvent)
  }

  #takeTrade(id: number): void {
    if (this.#lastTrade !== 0 && id !== this.#lastTrade + 1) {
      throw new Error(`feed: trade ${id} came where ${this.#lastTrade + 1} was due`)
    }
    this.#lastTrade = id
  }

  #takeTicker(ticker: TickerEvent): void {
    if (this.#ticker !== undefined && ticker.u < this.#ticker.u) {
      throw new Error(`feed: the best prices of update ${ticker.u} came after ${this.#ticker.u}`)
    }
    this.#ticker = ticker
  }

  #takeDepth(event: DepthEvent): void {
    if (this.#lastU !== 0 && event.U !== this.#lastU + 1) {
      throw new Error(`feed: depth from ${event.U} came where ${this.#lastU + 1} was due`)
    }
    this.#lastU = event.u
    this.#book.take(event)
  }
}
