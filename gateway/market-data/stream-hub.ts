/**
 *   ring ──▶ gateway ──▶ STREAM HUB ──▶ instrument feeds ──▶ channels ──▶ sessions
 *                            ▲
 *                            └── subscribe, unsubscribe ── sessions
 *
 * Brings together the instruments that the shard names and the streams that clients name, in whichever order they come.
 */
import type {
  BookTicker,
  DepthUpdate,
  InstrumentDefine,
  PhaseChanged,
  Trade,
} from '../../protocol/codecs.ts'
import { type Channel, DepthChannel, EventChannel, type Reader, TopChannel } from './channel.ts'
import { readInstrument } from './instrument.ts'
import { InstrumentFeed, type OnBroken } from './instrument-feed.ts'
import { type PaceMs, parseStreamName, type Stream } from './stream-name.ts'

export interface StreamHubOptions {
  readonly owedLevelsMax: number
  readonly onBroken: OnBroken
  /** The shard speaks of an instrument that it has not defined; called once for each. */
  readonly onUndefined: (instrument: number) => void
  /** Decimals by currency, where they are known. */
  readonly currencyDecimals: Readonly<Record<string, number>>
}

export class StreamHub {
  readonly #options: StreamHubOptions
  readonly #feedsByNumber: (InstrumentFeed | undefined)[] = []
  readonly #feedsBySymbol = new Map<string, InstrumentFeed>()
  readonly #channels = new Map<string, Channel>()
  readonly #paced: Readonly<Record<PaceMs, Set<DepthChannel | TopChannel>>> = {
    100: new Set(),
    1000: new Set(),
  }
  readonly #currencyDecimals: ReadonlyMap<string, number>
  readonly #undefined = new Set<number>()

  constructor(options: StreamHubOptions) {
    this.#options = options
    this.#currencyDecimals = new Map(Object.entries(options.currencyDecimals))
  }

  feedOf(symbol: string): InstrumentFeed | undefined {
    return this.#feedsBySymbol.get(symbol)
  }

  get feeds(): Iterable<InstrumentFeed> {
    return this.#feedsBySymbol.values()
  }

  /** Instruments that the shard spoke of and never defined. */
  get undefinedInstruments(): Iterable<number> {
    return this.#undefined
  }

  /** Undefined: nobody has said it. */
  decimalsOf(currency: string): number | undefined {
    return this.#currencyDecimals.get(currency)
  }

  define(define: InstrumentDefine): void {
    const instrument = readInstrument(define)
    const known = this.#feedsByNumber[instrument.number]
    if (known !== undefined) {
      known.redefine(instrument)
      return
    }
    this.#undefined.delete(instrument.number)
    const feed = new InstrumentFeed(instrument, this.#options.onBroken)
    this.#feedsByNumber[instrument.number] = feed
    this.#feedsBySymbol.set(instrument.symbol, feed)
    // Those who named it in a URL before it was known.
    for (const channel of this.#channels.values()) {
      if (channel.stream.symbol === instrument.symbol) feed.attach(channel)
    }
  }

  takeDepth(update: DepthUpdate, timeUs: number): void {
    this.#feedAt(update.instrument)?.takeDepth(update, timeUs)
  }

  takeTicker(ticker: BookTicker): void {
    this.#feedAt(ticker.instrument)?.takeTicker(ticker)
  }

  takeTrade(trade: Trade, timeUs: number): void {
    this.#feedAt(trade.instrument)?.takeTrade(trade, timeUs)
  }

  takePhase(changed: PhaseChanged): void {
    const feed = this.#feedAt(changed.instrument)
    if (feed !== undefined) feed.phase = changed.phase
  }

  /** A stream of an instrument that is defined now; undefined if the name says anything else. */
  streamOf(name: string): Stream | undefined {
    const stream = parseStreamName(name)
    return stream !== undefined && this.#feedsBySymbol.has(stream.symbol) ? stream : undefined
  }

  join(reader: Reader, stream: Stream): void {
    let channel = this.#channels.get(stream.name)
    if (channel === undefined) {
      channel = this.#open(stream)
      this.#feedsBySymbol.get(stream.symbol)?.attach(channel)
      this.#channels.set(stream.name, channel)
      if (!(channel instanceof EventChannel)) this.#paced[stream.paceMs].add(channel)
    }
    channel.join(reader)
  }

  leave(reader: Reader, stream: Stream): void {
    const channel = this.#channels.get(stream.name)
    if (channel === undefined) return
    channel.leave(reader)
    if (channel.readers.size > 0) return
    this.#channels.delete(stream.name)
    this.#feedsBySymbol.get(stream.symbol)?.detach(channel)
    if (!(channel instanceof EventChannel)) this.#paced[stream.paceMs].delete(channel)
  }

  /** Whether somebody reads a stream. */
  get isRead(): boolean {
    return this.#channels.size > 0
  }

  /** Whether somebody reads a stream that is sent by the clock. */
  get hasPaced(): boolean {
    return this.#paced[100].size > 0 || this.#paced[1000].size > 0
  }

  /** Sends what the streams of this pace have gathered; how many events that was. */
  flush(paceMs: PaceMs): number {
    let events = 0
    for (const channel of this.#paced[paceMs]) {
      const feed = this.#feedsBySymbol.get(channel.stream.symbol)
      if (feed !== undefined && !feed.book.isBroken) events += channel.flush(feed)
    }
    return events
  }

  #feedAt(instrument: number): InstrumentFeed | undefined {
    const feed = this.#feedsByNumber[instrument]
    if (feed === undefined && !this.#undefined.has(instrument)) {
      this.#undefined.add(instrument)
      this.#options.onUndefined(instrument)
    }
    return feed
  }

  #open(stream: Stream): Channel {
    if (stream.kind === 'top') return new TopChannel(stream)
    if (stream.kind === 'depth') return new DepthChannel(stream, this.#options.owedLevelsMax)
    return new EventChannel(stream)
  }
}
