/** Feed = book: what a market-data client has of a book at a quiet moment is what the shard's book displays. */
import { displayedDepth } from '../../actors/depth.ts'
import type { ExchangeMachine } from '../../actors/exchange-machine.ts'
import type { KnownBook } from './simulated-reader.ts'

const TOP_LEVELS = 10
const LEVELS_MAX = 1_000

export function checkFeed(machine: ExchangeMachine, instrument: number, known: KnownBook): void {
  const { book } = machine.venue.markets.find((market) => market.instrument === instrument)!
  const side = (which: 'bids' | 'asks'): string[] =>
    displayedDepth(book[which], LEVELS_MAX).map(({ priceTicks, lots }) => `${lots}@${priceTicks}`)
  const bids = side('bids')
  const asks = side('asks')
  const top = (levels: string[]) => levels.slice(0, TOP_LEVELS).join(' ')
  const real: KnownBook = {
    ...{ bids: bids.join(' '), asks: asks.join(' ') },
    best: `${bids[0] ?? '0@0'} / ${asks[0] ?? '0@0'}`,
    top: `${top(bids)} / ${top(asks)}`,
  }
  for (const part of ['bids', 'asks', 'best', 'top'] as const) {
    if (known[part] === undefined || known[part] === real[part]) continue
    const what = `the ${part} of instrument ${instrument}`
    throw new Error(`feed: ${what} are told to be ${known[part]}; the book has ${real[part]}`)
  }
}
