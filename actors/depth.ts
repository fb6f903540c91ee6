/** Looks at a side of a book, for tests, tools and announcements: they allocate. */
import type { BookSide } from './book-side.ts'
import { NEXT, NIL, type OrderStore } from './order-store.ts'

/** A price level as others see it. */
export interface DepthLevel {
  readonly priceTicks: number
  readonly lots: number
  readonly orders: number
}

/** The best `levelsMax` levels that display something, best first. */
export function displayedDepth(side: BookSide, levelsMax: number): DepthLevel[] {
  const levels: DepthLevel[] = []
  let level = side.best
  for (; level !== NIL && levels.length < levelsMax; level = side.worse(level)) {
    if (side.count(level) === 0) continue
    const priceTicks = side.priceTicks(level)
    levels.push({ priceTicks, lots: side.lots(level), orders: side.count(level) })
  }
  return levels
}

/** Slots of all orders of a side, in the order in which they would trade. */
export function* ordersOf(store: OrderStore, side: BookSide): Generator<number> {
  for (let level = side.best; level !== NIL; level = side.worse(level)) {
    let order = side.head(level)
    for (; order !== NIL; order = store.get(order, NEXT)) yield order
  }
}
