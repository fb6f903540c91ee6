/**
 * The book as the feed tells it: whoever listens has these books, and nothing else. After each
 * command it is held against the real one, and the machine is audited.
 */
import assert from 'node:assert/strict'
import { displayedDepth } from '../../actors/depth.ts'
import { Side } from '../../protocol/codecs.ts'
import type { ExchangeHarness, PlainEvent } from './exchange-harness.ts'

interface Level {
  readonly lots: number
  readonly orders: number
}

class FeedBook {
  readonly bids = new Map<number, Level>()
  readonly asks = new Map<number, Level>()
  updateId = 0
  tradeId = 0
  ticker = '0@0 / 0@0'

  best(side: Map<number, Level>): string {
    const [price] = this.sorted(side)[0] ?? [0]
    return `${side.get(price)?.lots ?? 0}@${price}`
  }

  sorted(side: Map<number, Level>): [number, Level][] {
    const sign = side === this.bids ? -1 : 1
    return [...side].sort(([a], [b]) => sign * (a - b))
  }
}

export class FeedBooks {
  readonly #exchange: ExchangeHarness
  readonly #books: FeedBook[] = []

  constructor(exchange: ExchangeHarness) {
    this.#exchange = exchange
  }

  /** What a command said; throws where the feed, the book and the audit disagree. */
  hear(events: readonly PlainEvent[]): void {
    for (const event of events) this.#apply(event)
    assert.equal(this.#exchange.machine.audit(), undefined)
    for (const market of this.#exchange.machine.venue.markets) {
      const book = this.#book(market.instrument)
      for (const [levels, side] of [
        [book.bids, market.book.bids],
        [book.asks, market.book.asks],
      ] as const) {
        const fed = book.sorted(levels).map(([priceTicks, level]) => ({ priceTicks, ...level }))
        assert.deepEqual(fed, displayedDepth(side, 1000), `the feed of ${market.instrument}`)
      }
      assert.equal(book.ticker, `${book.best(book.bids)} / ${book.best(book.asks)}`)
    }
  }

  /** `5@99 / 3@101 2@102` */
  inWords(instrument: number): string {
    const book = this.#book(instrument)
    const side = (levels: Map<number, Level>) =>
      book.sorted(levels).map(([price, { lots }]) => `${lots}@${price}`)
    return [...side(book.bids), '/', ...side(book.asks)].join(' ')
  }

  #book(instrument: number): FeedBook {
    this.#books[instrument] ??= new FeedBook()
    return this.#books[instrument]
  }

  #apply(event: PlainEvent): void {
    const book = this.#book(Number(event.instrument ?? 0))
    if (event.name === 'Trade') assert.equal(event.tradeId, ++book.tradeId)
    if (event.name === 'BookTicker') {
      const { bidSize, bidPx, offerSize, offerPx } = event
      book.ticker = `${bidSize}@${bidPx} / ${offerSize}@${offerPx}`
      assert.equal(event.updateId, book.updateId)
    }
    if (event.name !== 'DepthUpdate') return
    assert.equal(event.updateId, ++book.updateId, 'updates are gap-free')
    const levels = event.side === Side.Buy ? book.bids : book.asks
    const level = { lots: Number(event.lots), orders: Number(event.orders) }
    if (level.lots === 0) levels.delete(Number(event.price))
    else levels.set(Number(event.price), level)
  }
}
