/**
 * An exchange book that is slow and obvious: one list of orders in the order of their arrival,
 * searched from the front for everything. What the fast ones are held against.
 */

import assert from 'node:assert/strict'
import type { Action, Enter, Fill, Reduce, SideCode, Take } from '../../cli/lobster/action.ts'
import type { Depth, Level } from '../../cli/lobster/truth.ts'
import { Side } from '../../protocol/codecs.ts'

interface TinyOrder extends Enter {
  openLots: number
  filledLots: number
}

export class TinyBook {
  orders: TinyOrder[] = []
  readonly #usedIds = new Set<string>()

  /** Does what is asked. Returns the fills, of which only a taker has any. */
  run(action: Action): Fill[] {
    switch (action.kind) {
      case 'enter':
        this.#enter(action)
        return []
      case 'take':
        return this.#take(action)
      case 'cancel': {
        const order = this.#open(action.clOrdId, action.side)
        this.orders = this.orders.filter((other) => other !== order)
        return []
      }
      case 'reduce':
        this.#reduce(action)
        return []
    }
  }

  depth(): Depth {
    return {
      bids: this.#levels(Side.Buy).sort((a, b) => b[0] - a[0]),
      asks: this.#levels(Side.Sell).sort((a, b) => a[0] - b[0]),
    }
  }

  #enter(action: Enter): void {
    this.#useId(action.clOrdId)
    assert(action.lots > 0 && action.priceTicks > 0)
    const crossed = this.orders.some((other) => trades(action.side, action.priceTicks, other))
    assert(!crossed, `${action.clOrdId} would trade`)
    this.orders.push({ ...action, openLots: action.lots, filledLots: 0 })
  }

  #take(action: Take): Fill[] {
    this.#useId(action.clOrdId)
    const fills: Fill[] = []
    let wanted = action.lots
    while (wanted > 0) {
      const maker = this.#bestFor(action)
      if (maker === undefined) break
      const lots = Math.min(wanted, maker.openLots)
      fills.push({ makerClOrdId: maker.clOrdId, lots, priceTicks: maker.priceTicks })
      wanted -= lots
      maker.openLots -= lots
      maker.filledLots += lots
      this.orders = this.orders.filter((order) => order.openLots > 0)
    }
    return fills
  }

  #bestFor(action: Take): TinyOrder | undefined {
    let best: TinyOrder | undefined
    for (const order of this.orders) {
      if (!trades(action.side, action.limitTicks, order)) continue
      // Strictly better: of two at one price the earlier stays.
      if (best === undefined || isBetter(order, best)) best = order
    }
    return best
  }

  #reduce(action: Reduce): void {
    const order = this.#open(action.clOrdId, action.side)
    assert.equal(action.priceTicks, order.priceTicks)
    const openLots = action.newTotalLots - order.filledLots
    assert(openLots > 0 && openLots < order.openLots, `${action.clOrdId}: not a reduction`)
    order.openLots = openLots
  }

  #open(clOrdId: string, side: SideCode): TinyOrder {
    const order = this.orders.find((other) => other.clOrdId === clOrdId)
    assert(order !== undefined, `${clOrdId} is not open`)
    assert.equal(side, order.side)
    return order
  }

  #useId(clOrdId: string): void {
    assert.match(clOrdId, /^[A-Za-z0-9_-]{1,36}$/)
    assert(!this.#usedIds.has(clOrdId), `${clOrdId} is used twice`)
    this.#usedIds.add(clOrdId)
  }

  #levels(side: SideCode): Level[] {
    const lots = new Map<number, number>()
    for (const order of this.orders) {
      if (order.side !== side) continue
      lots.set(order.priceTicks, (lots.get(order.priceTicks) ?? 0) + order.openLots)
    }
    return [...lots]
  }
}

/** Would an incoming order of this side and limit trade with `resting`? */
function trades(side: SideCode, limitTicks: number, resting: TinyOrder): boolean {
  if (side === resting.side) return false
  return side === Side.Buy ? resting.priceTicks <= limitTicks : resting.priceTicks >= limitTicks
}

function isBetter(a: TinyOrder, b: TinyOrder): boolean {
  return a.side === Side.Buy ? a.priceTicks > b.priceTicks : a.priceTicks < b.priceTicks
}
