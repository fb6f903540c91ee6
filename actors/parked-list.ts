/** Orders for the closing auction that wait beside the book until it begins, in order of arrival. */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import { growInts } from './columns.ts'
import { Place } from './order-flags.ts'
import { type OrderStore, PLACE } from './order-store.ts'

export class ParkedList {
  count = 0
  readonly #store: OrderStore
  #orders = new Int32Array(16)

  constructor(store: OrderStore) {
    this.#store = store
  }

  at(index: number): number {
    return this.#orders[index]!
  }

  add(order: number): void {
    this.#orders = growInts(this.#orders, this.count + 1)
    this.#orders[this.count++] = order
    this.#store.setCold(order, PLACE, Place.Parked)
  }

  remove(order: number): void {
    const index = this.#orders.subarray(0, this.count).indexOf(order)
    this.#orders.copyWithin(index, index + 1, this.count)
    this.count--
    this.#store.setCold(order, PLACE, Place.None)
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.count = snapshot.number(this.count)
    this.#orders = snapshot.ints(this.#orders)
  }
}
