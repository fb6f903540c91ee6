/** The one price of an uncross (§8), by looking at every price. */
import type { BookRules } from './book-under-test.ts'
import type { NaiveOrder } from './naive-order.ts'

export interface Uncross {
  readonly price: number
  readonly lots: number
  /** Bought: positive. */
  readonly leftover: number
}

export const NO_UNCROSS: Uncross = { price: 0, lots: 0, leftover: 0 }

const openOf = (orders: readonly NaiveOrder[]): number =>
  orders.reduce((sum, order) => sum + order.open, 0)

const keepBest = <T>(from: readonly T[], goodness: (one: T) => number): T[] => {
  const best = Math.max(...from.map(goodness))
  return from.filter((one) => goodness(one) === best)
}

/** `nearTo` is the last print; 0 if there was none. */
export function findUncross(
  orders: readonly NaiveOrder[],
  { referencePrice }: BookRules,
  nearTo: number,
): Uncross {
  const buys = orders.filter((order) => order.sign === 1)
  const sells = orders.filter((order) => order.sign === -1)
  const lowest = Math.min(...sells.map((order) => order.price))
  const highest = Math.max(...buys.map((order) => order.price))
  if (!(lowest <= highest)) return NO_UNCROSS
  const all: Uncross[] = []
  for (let price = lowest; price <= highest; price++) {
    const bought = openOf(buys.filter((order) => order.price >= price))
    const sold = openOf(sells.filter((order) => order.price <= price))
    all.push({ price, lots: Math.min(bought, sold), leftover: bought - sold })
  }
  const most = keepBest(all, ({ lots }) => lots)
  const equal = keepBest(most, ({ leftover }) => -Math.abs(leftover))
  const [first, last] = [equal[0]!, equal.at(-1)!]
  if (equal.every(({ leftover }) => leftover > 0)) return last
  if (equal.every(({ leftover }) => leftover < 0)) return first
  const middle = Math.floor((first.price + last.price) / 2)
  const target = nearTo || referencePrice || middle
  return keepBest(equal, ({ price }) => -Math.abs(price - target))[0]!
}
