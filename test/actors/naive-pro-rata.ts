/** How a taker smaller than what a level displays is shared out over it: §11. */
import type { NaiveOrder } from './naive-order.ts'

export interface Share {
  readonly maker: NaiveOrder
  readonly lots: number
}

/**
 * `displayed` in queue order, `lots` less than their tips together; `top` is one of them or none.
 * Shares come in the order in which they trade.
 */
export function shareOut(
  displayed: readonly NaiveOrder[],
  lots: number,
  top: NaiveOrder | undefined,
  allocationMin: number,
): Share[] {
  const others = displayed.filter((order) => order !== top)
  const topLots = top === undefined ? 0 : Math.min(lots, top.tip)
  const rest = lots - topLots
  const shown = others.reduce((sum, order) => sum + order.tip, 0)
  const shares = others.map((maker) => {
    const share = Math.floor((rest * maker.tip) / shown)
    return { maker, lots: share < allocationMin ? 0 : share }
  })
  let left = rest - shares.reduce((sum, share) => sum + share.lots, 0)
  for (const share of shares) {
    const more = Math.min(left, share.maker.tip - share.lots)
    share.lots += more
    left -= more
  }
  const first = top === undefined ? [] : [{ maker: top, lots: topLots }]
  return [...first, ...shares].filter((share) => share.lots > 0)
}
