/**
 * Orders that depend on each other.
 *
 *   peers      A ⇄ B                  what happens to one ends the other
 *   children   parent ─▶ C1 ─▶ C2     wait until the parent has filled, in order of arrival
 *
 * Only who is linked to whom; what follows from it is the book's to do.
 */
import { HAS_CHILDREN, HAS_PEER, ON_FIRST_FILL, Place } from './order-flags.ts'
import {
  CHILDREN,
  FLAGS,
  LAST_CHILD,
  NEXT_CHILD,
  NIL,
  type OrderStore,
  PARENT,
  PEER,
  PLACE,
} from './order-store.ts'

export class Links {
  readonly #store: OrderStore

  constructor(store: OrderStore) {
    this.#store = store
  }

  /** The peer named in an order's record is its peer from now on, and the other way round. */
  pair(order: number): void {
    const peer = this.#store.cold(order, PEER)
    this.#addFlag(peer, HAS_PEER)
    this.#store.setCold(peer, PEER, order)
  }

  /** Parts an order from its peer. Returns that one, or NIL. */
  part(order: number): number {
    const store = this.#store
    if ((store.get(order, FLAGS) & HAS_PEER) === 0) return NIL
    const peer = store.cold(order, PEER)
    for (const one of [order, peer]) {
      store.set(one, FLAGS, store.get(one, FLAGS) & ~HAS_PEER)
      store.setCold(one, PEER, NIL)
    }
    return peer
  }

  /** The order waits from now on for the parent that is named in its record. */
  wait(order: number): void {
    const store = this.#store
    const parent = store.cold(order, PARENT)
    store.setCold(order, PLACE, Place.Child)
    store.setCold(order, NEXT_CHILD, NIL)
    if (this.firstChild(parent) === NIL) {
      this.#addFlag(parent, HAS_CHILDREN)
      store.setCold(parent, CHILDREN, order)
    } else {
      store.setCold(store.cold(parent, LAST_CHILD), NEXT_CHILD, order)
    }
    store.setCold(parent, LAST_CHILD, order)
  }

  /** A child waits no longer. */
  leave(child: number): void {
    const store = this.#store
    const parent = store.cold(child, PARENT)
    const next = store.cold(child, NEXT_CHILD)
    let previous = NIL
    let at = this.firstChild(parent)
    while (at !== child) {
      previous = at
      at = store.cold(at, NEXT_CHILD)
    }
    if (previous === NIL) store.setCold(parent, CHILDREN, next)
    else store.setCold(previous, NEXT_CHILD, next)
    store.setCold(child, PLACE, Place.None)
    if (next === NIL) store.setCold(parent, LAST_CHILD, previous)
    if (this.firstChild(parent) !== NIL) return
    store.set(parent, FLAGS, store.get(parent, FLAGS) & ~HAS_CHILDREN)
  }

  firstChild(parent: number): number {
    const hasOne = (this.#store.get(parent, FLAGS) & HAS_CHILDREN) !== 0
    return hasOne ? this.#store.cold(parent, CHILDREN) : NIL
  }

  /** The first child that a fill of its parent makes due, or NIL. */
  firstDue(parent: number, isParentDone: boolean): number {
    const store = this.#store
    let child = this.firstChild(parent)
    while (child !== NIL && !isParentDone && (store.get(child, FLAGS) & ON_FIRST_FILL) === 0) {
      child = store.cold(child, NEXT_CHILD)
    }
    return child
  }

  /** A plain order has a cold record from now on: what stood there was another order's. */
  #addFlag(order: number, flag: number): void {
    const store = this.#store
    const flags = store.get(order, FLAGS)
    if (flags === 0) store.wipeCold(order)
    store.set(order, FLAGS, flags | flag)
  }
}
