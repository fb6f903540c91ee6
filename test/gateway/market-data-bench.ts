/**
 *   test ── records by hand ──▶ ring ──▶ gateway under test ──▶ sockets on 127.0.0.1 ──▶ TestReader
 *
 * The shard's part is played by the test: it writes records and gives the gateway its turns. Time stands still until the
 * test moves it.
 */
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { MARKET_DATA_LIMITS, type MarketDataLimits } from '../../gateway/market-data/limits.ts'
import type { LogFields } from '../../gateway/market-data/log.ts'
import {
  MarketDataGateway,
  type MarketDataOptions,
} from '../../gateway/market-data/market-data-gateway.ts'
import type { Health } from '../../gateway/market-data/rest-desk.ts'
import { loadUws } from '../../gateway/market-data/uws-transport.ts'
import {
  BookTicker,
  DepthUpdate,
  InstrumentDefine,
  PhaseChanged,
  Side,
  Trade,
} from '../../protocol/codecs.ts'
import { ENVELOPE_BYTES, TIME_OFFSET } from '../../protocol/envelope.ts'
import { writeInt64 } from '../../protocol/integers.ts'
import { allocateDoorbell, Doorbell } from '../../ringbuffer/doorbell.ts'
import { allocateRing } from '../../ringbuffer/spsc/allocate-ring.ts'
import { FULL, RingConsumer, RingProducer } from '../../ringbuffer/spsc/spsc-ring.ts'

export type TransportName = 'uWebSockets.js' | 'ws'

const ignore = (): void => undefined
const uws = await loadUws({ info: ignore, warn: ignore, error: ignore })

/** Both where uWebSockets.js has a binary for this Node and platform; the fallback is held to the tests everywhere. */
export const TRANSPORTS: readonly TransportName[] =
  uws === undefined ? ['ws'] : ['uWebSockets.js', 'ws']

export const START_MS = 1_700_000_000_000
/** Decimals that floats get wrong: 5 units a tick, 3 a lot. */
const BTCUSDT = { symbol: 'BTCUSDT', priceDecimals: 3, tickSize: 5, lotDecimals: 5, lotSize: 1 }

export interface Level {
  readonly side: 'bid' | 'ask'
  readonly ticks: number
  readonly lots: number
}

export class MarketDataBench {
  nowMs = START_MS
  /** Sequencer time written into the records. */
  timeUs = START_MS * 1000 + 999
  health: Health = { live: true, ready: true, failing: [] }
  readonly logged: string[] = []
  readonly #producer: RingProducer
  readonly #consumer: RingConsumer
  readonly #readers: TestReader[] = []
  #gateway: MarketDataGateway | undefined

  constructor(capacityBytes = 1 << 20) {
    const memory = allocateRing({ capacityBytes, name: 'shard→market-data' })
    const bell = new Doorbell(allocateDoorbell())
    this.#producer = new RingProducer(memory, { consumerBell: bell, producerBell: bell })
    this.#consumer = new RingConsumer(memory, { producerBell: bell })
  }

  static async open(
    transport: TransportName,
    limits: Partial<MarketDataLimits> = {},
    options: Partial<MarketDataOptions> = {},
  ): Promise<MarketDataBench> {
    const bench = new MarketDataBench()
    const log = (fields: LogFields): void => void bench.logged.push(fields.event)
    bench.#gateway = await MarketDataGateway.listen({
      host: '127.0.0.1',
      port: 0,
      fromShard: bench.#consumer,
      health: () => bench.health,
      metrics: () => 'tradsys_other 1',
      version: '0.1.0',
      clockMs: () => bench.nowMs,
      log: { info: log, warn: log, error: log },
      transport,
      limits: { ...MARKET_DATA_LIMITS, ...limits },
      ...options,
    })
    return bench
  }

  get gateway(): MarketDataGateway {
    return this.#gateway!
  }

  get url(): string {
    return `127.0.0.1:${this.gateway.port}`
  }

  define(instrument = 0, over: Partial<InstrumentDefine> = {}): this {
    return this.#write(InstrumentDefine.TEMPLATE_ID, InstrumentDefine.BLOCK_BYTES, (view, at) => {
      Object.assign(new InstrumentDefine().wrap(view, at), {
        baseCurrency: 'BTC',
        quoteCurrency: 'USDT',
        instrument,
        collarBps: 500,
        priceMin: 1,
        priceMax: 2_000_000,
        qtyMin: 10,
        qtyMax: 1_000_000,
        notionalMin: 500_000_000,
        notionalMax: 100_000_000_000_000,
        referencePrice: 0,
        openOrdersMax: 200,
        reserved: 0,
        ...BTCUSDT,
        ...over,
      })
    })
  }

  /** One command's changes of a book: ids count up from `firstId`. */
  depth(firstId: number, levels: readonly Level[], instrument = 0): this {
    levels.forEach((level, i) => {
      this.update(firstId + i, level, i === levels.length - 1, instrument)
    })
    return this
  }

  /** The whole book, as at the shard's start: all levels carry one id. */
  announce(updateId: number, levels: readonly Level[], instrument = 0): this {
    levels.forEach((level, i) => {
      this.update(updateId, level, i === levels.length - 1, instrument)
    })
    return this
  }

  update(updateId: number, level: Level, isLast: boolean, instrument = 0): this {
    return this.#write(DepthUpdate.TEMPLATE_ID, DepthUpdate.BLOCK_BYTES, (view, at) => {
      const update = new DepthUpdate().wrap(view, at)
      update.instrument = instrument
      update.side = level.side === 'bid' ? Side.Buy : Side.Sell
      update.lastOfTurn = isLast ? 1 : 0
      update.updateId = updateId
      update.price = level.ticks
      update.lots = level.lots
      update.orders = 1
    })
  }

  ticker(updateId: number, best: readonly [number, number, number, number], instrument = 0): this {
    return this.#write(BookTicker.TEMPLATE_ID, BookTicker.BLOCK_BYTES, (view, at) => {
      const ticker = new BookTicker().wrap(view, at)
      ticker.instrument = instrument
      ticker.updateId = updateId
      ticker.bidPx = best[0]
      ticker.bidSize = best[1]
      ticker.offerPx = best[2]
      ticker.offerSize = best[3]
    })
  }

  trade(
    tradeId: number,
    { taker, ticks, lots }: { taker: 'buy' | 'sell'; ticks: number; lots: number },
    instrument = 0,
  ): this {
    return this.#write(Trade.TEMPLATE_ID, Trade.BLOCK_BYTES, (view, at) => {
      const trade = new Trade().wrap(view, at)
      trade.instrument = instrument
      trade.takerSide = taker === 'buy' ? Side.Buy : Side.Sell
      trade.tradeId = tradeId
      trade.price = ticks
      trade.lots = lots
    })
  }

  phase(phase: number, instrument = 0): this {
    return this.#write(PhaseChanged.TEMPLATE_ID, PhaseChanged.BLOCK_BYTES, (view, at) => {
      const changed = new PhaseChanged().wrap(view, at)
      changed.instrument = instrument
      changed.phase = phase
    })
  }

  /** A record of a kind that is none of the gateway's business. */
  foreign(): this {
    return this.#write(999, 8, () => undefined)
  }

  /** Gives the gateway turns until the ring is empty; returns the work done. */
  turn(): number {
    let total = 0
    for (let count = 1; count > 0; total += count) count = this.gateway.doWork()
    return total
  }

  /** Moves the clock on and gives a turn. */
  pass(ms: number): void {
    this.nowMs += ms
    this.timeUs += ms * 1000
    this.turn()
  }

  async reader(path = '/ws', headers: Record<string, string> = {}): Promise<TestReader> {
    const reader = new TestReader(`ws://${this.url}${path}`, headers)
    this.#readers.push(reader)
    await reader.opened
    return reader
  }

  async get(path: string, method = 'GET'): Promise<{ status: number; type: string; text: string }> {
    const response = await fetch(`http://${this.url}${path}`, { method })
    const type = response.headers.get('content-type') ?? ''
    return { status: response.status, type, text: await response.text() }
  }

  async close(): Promise<void> {
    await this.#gateway?.close()
    for (const reader of this.#readers) reader.terminate()
  }

  #write(type: number, blockBytes: number, fill: (view: DataView, at: number) => void): this {
    let at = this.#producer.claim(ENVELOPE_BYTES + blockBytes)
    if (at === FULL) {
      this.turn()
      at = this.#producer.claim(ENVELOPE_BYTES + blockBytes)
    }
    this.#producer.bytes.fill(0, at, at + ENVELOPE_BYTES + blockBytes)
    writeInt64(this.#producer.view, at + TIME_OFFSET, this.timeUs)
    fill(this.#producer.view, at + ENVELOPE_BYTES)
    this.#producer.commit(type)
    this.#producer.publish()
    return this
  }
}

/** A WebSocket client that keeps what it is sent until it is asked for. */
export class TestReader {
  readonly ws: WebSocket
  readonly opened: Promise<unknown>
  /** The close code, once closed. */
  readonly closed: Promise<number>
  readonly #messages: string[] = []
  #wake: (() => void) | undefined

  constructor(url: string, headers: Record<string, string>) {
    this.ws = new WebSocket(url, { headers })
    this.opened = once(this.ws, 'open')
    this.closed = new Promise((resolve) => this.ws.once('close', (code) => resolve(code)))
    this.ws.on('error', () => this.ws.terminate())
    this.ws.on('message', (message, isBinary) => {
      this.#messages.push(isBinary ? 'BINARY' : message.toString())
      this.#wake?.()
    })
  }

  send(request: string | object): void {
    this.ws.send(typeof request === 'string' ? request : JSON.stringify(request))
  }

  /** Sends a request and returns what comes next. */
  ask(request: string | object): Promise<string> {
    this.send(request)
    return this.next()
  }

  /** The next message as it was sent; throws after two seconds without one. */
  async next(): Promise<string> {
    if (this.#messages.length === 0) {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('no message came')), 2000)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    return this.#messages.shift()!
  }

  /** What has come and was not asked for yet. */
  take(): string[] {
    return this.#messages.splice(0)
  }

  /** All that the gateway has sent before now has come: asks for something and waits for the answer. */
  async settle(): Promise<string[]> {
    this.ws.ping()
    await once(this.ws, 'pong')
    return this.take()
  }

  terminate(): void {
    this.ws.terminate()
  }
}
