/** One market as those see it who only look: venue-view.ts. What is hidden from others is shown here, by itself. */
import type { BookSide } from './book-side.ts'
import type { Market } from './market.ts'
import { NIL } from './order-store.ts'
import { NEVER } from './timer-heap.ts'

export interface BookLevelView {
  readonly priceTicks: number
  /** Displayed there, and of how many orders. */
  readonly lots: number
  readonly orders: number
  /** Hidden orders', and of icebergs what is not their tip. */
  readonly hiddenLots: number
}

export interface BookView {
  /** MarketPhase. */
  readonly phase: number
  /** When it ends by itself, µs; undefined: it does not. */
  readonly phaseEndUs: number | undefined
  /** 0: nothing has traded yet. */
  readonly lastTicks: number
  /** Where the price bands lie round; 0: there are none. */
  readonly bandReferenceTicks: number
  /** Best first. */
  readonly bids: readonly BookLevelView[]
  readonly asks: readonly BookLevelView[]
  /** Open orders that rest in the book, and those that wait beside it: stops, children, parked ones. */
  readonly restingOrders: number
  readonly waitingOrders: number
}

export function viewBook({ book, guard }: Market, levelsMax: number): BookView {
  const open = book.openOrders()
  const restingOrders = open.filter((order) => book.isResting(order)).length
  return {
    phase: book.phase,
    phaseEndUs: guard.phaseEndUs === NEVER ? undefined : guard.phaseEndUs,
    lastTicks: book.lastPrint,
    bandReferenceTicks: book.bandReference,
    bids: levelsOf(book.bids, levelsMax),
    asks: levelsOf(book.asks, levelsMax),
    restingOrders,
    waitingOrders: open.length - restingOrders,
  }
}

function levelsOf(side: BookSide, levelsMax: number): BookLevelView[] {
  const levels: BookLevelView[] = []
  let level = side.best
  for (; level !== NIL && levels.length < levelsMax; level = side.worse(level)) {
    levels.push({
      priceTicks: side.priceTicks(level),
      lots: side.lots(level),
      orders: side.count(level),
      hiddenLots: side.reserve(level),
    })
  }
  return levels
}
