/**
 * A small market that writes its own LOBSTER files: a whole book of orders, first-in, first-out, of which the files show
 * only the best levels. So the truth behind the files is known, and no day may find anything in them to except.
 */

import type { Sign } from '../../cli/lobster/files.ts'
import { TICK } from './lobster-pair.ts'

/** One wish; numbers are cut down to what the book allows. */
export interface Wish {
  readonly kind: 'new' | 'part' | 'delete' | 'take' | 'hidden'
  readonly sign: Sign
  readonly pick: number
  readonly lots: number
}

interface MarketOrder {
  readonly id: number
  readonly sign: Sign
  readonly priceTicks: number
  lots: number
}

const MIDDLE_TICKS = 1000
/** New orders lie in a corridor this wide, some beyond the view. */
const CORRIDOR_TICKS = 8

export class LobsterMarket {
  readonly messages: string[] = []
  readonly book: string[] = []
  readonly #levelCount: number
  #orders: MarketOrder[] = []
  #nextId = 1
  #instant = 0

  /** Opens with more levels than the files show. */
  constructor(levelCount: number) {
    this.#levelCount = levelCount
    for (let depth = 1; depth <= CORRIDOR_TICKS; depth++) {
      for (const sign of [1, -1] as const) {
        const priceTicks = MIDDLE_TICKS - sign * depth
        for (const lots of [depth, 3])
          this.#orders.push({ id: this.#nextId++, sign, priceTicks, lots })
      }
    }
    // Row 0 may be anything: nobody knows the book before it.
    this.#write(1, this.#orders[0]!, 1)
  }

  play(wish: Wish): void {
    this.#instant++
    const side = this.#orders.filter((order) => order.sign === wish.sign)
    const chosen = side[wish.pick % side.length]
    if (wish.kind === 'new') this.#enter(wish)
    else if (wish.kind === 'take') this.#take(wish)
    else if (chosen === undefined) return
    else if (wish.kind === 'hidden') this.#write(5, { ...chosen, id: 0 }, wish.lots)
    else if (wish.kind === 'delete') this.#subtract(3, chosen, chosen.lots)
    else if (wish.lots < chosen.lots) this.#subtract(2, chosen, wish.lots)
  }

  #enter({ sign, pick, lots }: Wish): void {
    const best = this.#prices(sign === 1 ? -1 : 1)[0] ?? MIDDLE_TICKS
    const priceTicks = best - sign * (1 + (pick % CORRIDOR_TICKS))
    const order: MarketOrder = { id: this.#nextId++, sign, priceTicks, lots }
    this.#orders.push(order)
    if (this.#isSeen(order)) this.#write(1, order, lots)
  }

  /** Takes from the side `sign`, no deeper than the files show: what they hide, no day can foretell. */
  #take({ sign, lots }: Wish): void {
    const prices = this.#prices(sign).slice(0, this.#levelCount)
    let wanted = lots
    for (const priceTicks of prices) {
      for (const order of this.#orders.filter(
        (o) => o.sign === sign && o.priceTicks === priceTicks,
      )) {
        if (wanted === 0) return
        const taken = Math.min(wanted, order.lots)
        wanted -= taken
        this.#subtract(4, order, taken)
        if (taken % 2 === 0) this.#write(5, { ...order, id: 0 }, taken)
      }
    }
  }

  #subtract(type: number, order: MarketOrder, lots: number): void {
    const seen = this.#isSeen(order)
    order.lots -= lots
    this.#orders = this.#orders.filter((other) => other.lots > 0)
    if (seen) this.#write(type, order, lots)
  }

  #isSeen(order: MarketOrder): boolean {
    return this.#prices(order.sign).slice(0, this.#levelCount).includes(order.priceTicks)
  }

  /** Occupied prices of a side, best first. */
  #prices(sign: Sign): number[] {
    const prices = this.#orders.filter((o) => o.sign === sign).map((o) => o.priceTicks)
    return [...new Set(prices)].sort((a, b) => (b - a) * sign)
  }

  #write(type: number, order: MarketOrder, lots: number): void {
    const time = `34200.${String(this.#instant).padStart(9, '0')}`
    this.messages.push([time, type, order.id, lots, order.priceTicks * TICK, order.sign].join())
    const cells: string[] = []
    for (let level = 0; level < this.#levelCount; level++) {
      cells.push(this.#level(-1, level), this.#level(1, level))
    }
    this.book.push(cells.join())
  }

  #level(sign: Sign, level: number): string {
    const priceTicks = this.#prices(sign)[level]
    if (priceTicks === undefined) return `${sign * -9_999_999_999},0`
    const orders = this.#orders.filter((o) => o.sign === sign && o.priceTicks === priceTicks)
    return `${priceTicks * TICK},${orders.reduce((sum, order) => sum + order.lots, 0)}`
  }
}
