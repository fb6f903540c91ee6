/**
 * Orders whose turn comes when the one at work is done: elected stops, children of filled parents.
 * First come, first served; it is empty whenever a command is.
 */
import { growInts } from './columns.ts'
import { Place } from './order-flags.ts'
import { NIL, type OrderStore, PLACE } from './order-store.ts'

export class DueQueue {
  readonly #store: OrderStore
  #orders = new Int32Array(16)
  #first = 0
  #end = 0

  constructor(store: OrderStore) {
    this.#store = store
  }

  get isEmpty(): boolean {
    return this.#first === this.#end
  }

  add(order: number): void {
    this.#orders = growInts(this.#orders, this.#end + 1)
    this.#orders[this.#end++] = order
    this.#store.setCold(order, PLACE, Place.Due)
  }

  /** An order that ends before its turn. */
  remove(order: number): void {
    for (let i = this.#first; i < this.#end; i++) {
      if (this.#orders[i] === order) this.#orders[i] = NIL
    }
  }

  /** The next order, whose place is None from now on, or NIL. */
  take(): number {
    while (this.#first < this.#end) {
      const order = this.#orders[this.#first++]!
      if (order === NIL) continue
      this.#store.setCold(order, PLACE, Place.None)
      return order
    }
    this.#first = 0
    this.#end = 0
    return NIL
  }
}
