/**
 *   ring ──▶ INSTRUMENT FEED ──▶ channels
 *
 * All that the gateway knows of one instrument: its limits, its phase, its book, and the channels that somebody reads. What nobody
 * reads is not encoded.
 */
import {
  type BookTicker,
  type DepthUpdate,
  MarketPhase,
  Side,
  type Trade,
} from '../../protocol/codecs.ts'
import { type Channel, DepthChannel, EventChannel, type TopChannel } from './channel.ts'
import type { Instrument } from './instrument.ts'
import { LevelBook, type LevelListener, TurnState } from './level-book.ts'
import { bookTickerJson, tradeJson } from './stream-events.ts'

/** Says why a book cannot be trusted any more. */
export type OnBroken = (feed: InstrumentFeed, expectedId: number, updateId: number) => void

export class InstrumentFeed {
  readonly book = new LevelBook()
  /** As the shard said last; it says it of every market that is not simply trading. */
  phase: number = MarketPhase.Continuous
  readonly #onBroken: OnBroken
  #instrument: Instrument
  #trades: EventChannel | undefined
  #tickers: EventChannel | undefined
  readonly #paced = new Set<DepthChannel | TopChannel>()

  constructor(instrument: Instrument, onBroken: OnBroken) {
    this.#instrument = instrument
    this.#onBroken = onBroken
  }

  get instrument(): Instrument {
    return this.#instrument
  }

  /** The same instrument with other limits. */
  redefine(instrument: Instrument): void {
    this.#instrument = instrument
  }

  /** Throws where another channel stands for the same events: its readers would hear nothing more. */
  attach(channel: Channel): void {
    if (!(channel instanceof EventChannel)) {
      this.#paced.add(channel)
      return
    }
    const isTrade = channel.stream.kind === 'trade'
    const attached = isTrade ? this.#trades : this.#tickers
    if (attached !== undefined && attached !== channel) {
      throw new Error(`${attached.stream.name} is there, and ${channel.stream.name} comes for it`)
    }
    if (isTrade) this.#trades = channel
    else this.#tickers = channel
  }

  detach(channel: Channel): void {
    if (!(channel instanceof EventChannel)) this.#paced.delete(channel)
    else if (channel === this.#trades) this.#trades = undefined
    else if (channel === this.#tickers) this.#tickers = undefined
  }

  takeTrade(trade: Trade, timeUs: number): void {
    this.#trades?.publish(tradeJson(this.#instrument, trade, timeUs))
  }

  takeTicker(ticker: BookTicker): void {
    this.#tickers?.publish(bookTickerJson(this.#instrument, ticker))
  }

  takeDepth(update: DepthUpdate, timeUs: number): void {
    if (this.book.isBroken) return
    const expectedId = this.book.expectedUpdateId
    const { updateId } = update
    const state = this.book.take(
      {
        sign: update.side === Side.Buy ? 1 : -1,
        ticks: update.price,
        lots: update.lots,
        updateId,
        isLastOfTurn: update.lastOfTurn === 1,
        timeUs,
      },
      this.#onApplied,
    )
    if (state === TurnState.Broken) this.#onBroken(this, expectedId, updateId)
  }

  /** Made once: no closure for each update. */
  readonly #onApplied: LevelListener = ({ sign, ticks }, firstId, lastId) => {
    for (const channel of this.#paced) {
      if (channel instanceof DepthChannel) channel.touch(sign, ticks, firstId, lastId)
      else channel.touch()
    }
  }
}
