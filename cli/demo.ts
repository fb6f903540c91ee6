/**
 * `tradsys demo`: the exchange, and seeded traders who use it as anybody would: over TCP, with paper money.
 *
 * Each instrument has a market maker, who quotes around a price that wanders, and a taker, who now and then hits a quote. The
 * seed decides all they do but not when it arrives, so no two runs are alike to the byte.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { OrderEntryClient, Side, TimeInForce } from '../client/client.ts'
import { CliError, ExitCode } from './cli-error.ts'
import { printAddresses, type RunningExchange, type StartFlags, startExchange } from './start.ts'

/** What a market looks like to its traders: where it starts, how wide it is, how much is traded. In ticks and lots. */
interface DemoMarket {
  readonly symbol: string
  readonly startTicks: number
  readonly stepTicks: number
  readonly lotsMax: number
}

const MARKETS: readonly DemoMarket[] = [
  { symbol: 'BTCUSDT', startTicks: 6_000_000, stepTicks: 500, lotsMax: 200 },
  { symbol: 'ETHUSDT', startTicks: 300_000, stepTicks: 40, lotsMax: 500 },
  { symbol: 'GOOG', startTicks: 58_000, stepTicks: 2, lotsMax: 300 },
]

/** Quotes of a maker on each side; with them it holds 2 × QUOTES orders at most. */
const QUOTES = 8
const MAKER_MS = 40
const TAKER_MS = 120

export async function demo(flags: StartFlags & { readonly seed?: number }): Promise<void> {
  const running = await startExchange(flags)
  const { beforeStop, logger } = running
  const stopping = new AbortController()
  const { signal } = stopping
  const seed = flags.seed ?? 1
  const stopped = running.untilStopped()
  const traders: Promise<void>[] = []
  const connecting = connectTraders(running, { seed, signal, traders })
  beforeStop.push(async () => {
    stopping.abort()
    // Whoever waits for it below tells why it failed.
    await connecting.catch(() => undefined)
    await Promise.all(traders)
  })
  try {
    await connecting
  } catch (error) {
    const isStopping = signal.aborted
    running.stopWith(ExitCode.Configuration)
    await stopped
    if (!isStopping) throw error
  }
  if (!signal.aborted) {
    logger.info({ event: 'demo.trading', traders: traders.length, seed })
    printAddresses(running, flags.json === true)
  }
  await stopped
}

/** Adds to `traders` whoever trades, as soon as it does; ends early when `signal` says so. */
async function connectTraders(
  { exchange, venue }: RunningExchange,
  {
    seed,
    signal,
    traders,
  }: { readonly seed: number; readonly signal: AbortSignal; readonly traders: Promise<void>[] },
): Promise<void> {
  const markets = MARKETS.filter(({ symbol }) =>
    venue.instruments.some((instrument) => instrument.symbol === symbol),
  )
  if (markets.length === 0) {
    const symbols = MARKETS.map(({ symbol }) => symbol).join(', ')
    throw demoImpossible(`the venue has none of the instruments that the demo trades, ${symbols}`)
  }
  for (const market of markets) {
    for (const Trader of [Maker, Taker]) {
      if (signal.aborted) return
      const at = exchange.orderEntry
      const trader = await Trader.connect(market, at, seed + traders.length).catch(
        (error: unknown) => {
          throw demoImpossible(`a trader in ${market.symbol} cannot log on: ${messageOf(error)}`)
        },
      )
      traders.push(trader.trade(signal))
    }
  }
}

const demoImpossible = (what: string): CliError =>
  new CliError('demo-impossible', ExitCode.Configuration, {
    what: what.replace(/\.$/, ''),
    mend: "The demo needs admission 'paper' and the default venue: take others out of the configuration, or use tradsys start",
  })

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : `${error}`)

/** A session, a stream of chance, and a rhythm. */
abstract class DemoTrader {
  protected readonly market: DemoMarket
  protected readonly client: OrderEntryClient
  /** Ids must differ from those of an earlier run on the same journal. */
  readonly #prefix = `${Date.now().toString(36)}-`
  #orders = 0
  #random: number

  constructor(market: DemoMarket, client: OrderEntryClient, seed: number) {
    this.market = market
    this.client = client
    this.#random = Math.imul(seed, 0x9e3779b9) >>> 0
  }

  protected abstract readonly pauseMs: number
  protected abstract act(): void

  async trade(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.client.isLoggedOn) {
      this.act()
      // The signal ends the pause, and the loop sees it.
      await sleep(this.pauseMs, undefined, { signal }).catch(() => undefined)
    }
    await this.leave()
  }

  protected async leave(): Promise<void> {
    await this.client.logout()
  }

  protected nextId(): string {
    return `${this.#prefix}${++this.#orders}`
  }

  /** A whole number in [0, below). */
  protected chance(below: number): number {
    this.#random = (Math.imul(this.#random, 1664525) + 1013904223) >>> 0
    return Math.floor((this.#random / 2 ** 32) * below)
  }

  protected get lots(): number {
    return 1 + this.chance(this.market.lotsMax)
  }
}

interface Quote {
  clOrdId: string
  readonly side: typeof Side.Buy | typeof Side.Sell
}

class Maker extends DemoTrader {
  protected readonly pauseMs = MAKER_MS
  readonly #quotes: Quote[] = []
  #middleTicks: number

  static async connect(
    market: DemoMarket,
    at: { readonly host: string; readonly port: number },
    seed: number,
  ): Promise<Maker> {
    const compId = `MAKER-${market.symbol}`
    return new Maker(market, await logOn(compId, at), seed)
  }

  constructor(market: DemoMarket, client: OrderEntryClient, seed: number) {
    super(market, client, seed)
    this.#middleTicks = market.startTicks
  }

  /** A step of the price, a new quote on each side, and the oldest ones go. */
  protected act(): void {
    const { stepTicks, startTicks } = this.market
    const pull = Math.sign(startTicks - this.#middleTicks)
    this.#middleTicks +=
      (this.chance(3) - 1) * stepTicks + (this.chance(8) === 0 ? pull * stepTicks : 0)
    for (const side of [Side.Buy, Side.Sell]) {
      this.#quote(side)
      const own = this.#quotes.filter((quote) => quote.side === side)
      if (own.length > QUOTES) this.#take(own[0]!)
    }
  }

  protected override async leave(): Promise<void> {
    for (const quote of [...this.#quotes]) this.#take(quote)
    await super.leave()
  }

  #quote(side: Quote['side']): void {
    const { symbol, stepTicks } = this.market
    const away = stepTicks * (1 + this.chance(QUOTES))
    const priceTicks = this.#middleTicks + (side === Side.Buy ? -away : away)
    const clOrdId = this.nextId()
    if (this.client.newOrder({ clOrdId, symbol, side, lots: this.lots, priceTicks }) < 0) return
    this.#quotes.push({ clOrdId, side })
  }

  /** A quote that was hit in full is gone already: then the cancel is refused, and nothing is lost by it. */
  #take(quote: Quote): void {
    const { symbol } = this.market
    const clOrdId = this.nextId()
    const { side, clOrdId: origClOrdId } = quote
    if (this.client.cancel({ clOrdId, origClOrdId, symbol, side }) < 0) return
    this.#quotes.splice(this.#quotes.indexOf(quote), 1)
  }
}

class Taker extends DemoTrader {
  protected readonly pauseMs = TAKER_MS

  static async connect(
    market: DemoMarket,
    at: { readonly host: string; readonly port: number },
    seed: number,
  ): Promise<Taker> {
    return new Taker(market, await logOn(`TAKER-${market.symbol}`, at), seed)
  }

  /** Whoever rests nearest: the limit is so far away that it does not bind, and so near that no collar minds. */
  protected act(): void {
    const { symbol, startTicks } = this.market
    const side = this.chance(2) === 0 ? Side.Buy : Side.Sell
    const awayTicks = Math.floor(startTicks / 20)
    const priceTicks = startTicks + (side === Side.Buy ? awayTicks : -awayTicks)
    const timeInForce = TimeInForce.ImmediateOrCancel
    this.client.newOrder({
      clOrdId: this.nextId(),
      symbol,
      side,
      lots: this.lots,
      priceTicks,
      timeInForce,
    })
  }
}

function logOn(
  compId: string,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<OrderEntryClient> {
  return OrderEntryClient.connect({ host, port, compId })
}
