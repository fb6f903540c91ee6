/**
 * What becomes due at a time: orders good till a date, whatever a market waits for, and the orders of
 * a session that did not come back. A binary heap by (time, key); of equal times the smaller key comes
 * first, so that the order in which things happen does not depend on how they came to stand here.
 *
 *   key   session - SESSIONS     the session's orders end
 *         market number          its auction, pause or halt ends
 *         MARKETS + arrival      the order ends
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import { growFloats, growInts } from './columns.ts'
import { arrivalOf } from './order-id.ts'

/** Keys and handles below 0 are sessions'. */
const SESSIONS = 2 ** 31
/** Keys below this are markets'; above, orders by arrival. */
const MARKETS = 2 ** 20
/** Handles below this are markets' numbers; above, orders' slots. */
const HANDLES = 2 ** 20

export const NEVER = Number.POSITIVE_INFINITY

export class TimerHeap {
  /** When the first thing is due, µs, or NEVER. */
  nextUs = NEVER
  #times = new Float64Array(16)
  #keys = new Float64Array(16)
  #handles = new Float64Array(16)
  #count = 0
  /** Where each market's timer stands, from 1; 0: it has none. */
  #marketAt = new Int32Array(16)
  /** The same for orders' slots, and for sessions. */
  #orderAt = new Int32Array(16)
  #sessionAt = new Int32Array(16)

  get count(): number {
    return this.#count
  }

  /** Sets a market's timer anew; NEVER: takes it away. */
  setMarket(market: number, timeUs: number): void {
    this.#marketAt = growInts(this.#marketAt, market + 1)
    if (this.#marketAt[market] !== 0) this.#removeAt(this.#marketAt[market]! - 1)
    if (timeUs !== NEVER) this.#insert(timeUs, market, market)
  }

  /** Sets a session's timer anew; NEVER: takes it away. */
  setSession(session: number, timeUs: number): void {
    this.#sessionAt = growInts(this.#sessionAt, session + 1)
    if (this.#sessionAt[session] !== 0) this.#removeAt(this.#sessionAt[session]! - 1)
    if (timeUs !== NEVER) this.#insert(timeUs, session - SESSIONS, session - SESSIONS)
  }

  /** A session's timer, or NEVER. */
  sessionTime(session: number): number {
    const at = session < this.#sessionAt.length ? this.#sessionAt[session]! : 0
    return at === 0 ? NEVER : this.#times[at - 1]!
  }

  addOrder(slot: number, orderId: number, timeUs: number): void {
    this.#orderAt = growInts(this.#orderAt, slot + 1)
    this.#insert(timeUs, MARKETS + arrivalOf(orderId), HANDLES + slot)
  }

  removeOrder(slot: number): void {
    const at = slot < this.#orderAt.length ? this.#orderAt[slot]! : 0
    if (at !== 0) this.#removeAt(at - 1)
  }

  /** The first thing: a session's or market's number, or the slot of an order. Takes it out. */
  take(): { readonly session: number } | { readonly market: number } | { readonly order: number } {
    const handle = this.#handles[0]!
    this.#removeAt(0)
    if (handle < 0) return { session: handle + SESSIONS }
    return handle < HANDLES ? { market: handle } : { order: handle - HANDLES }
  }

  /** A market's timer, or NEVER. */
  marketTime(market: number): number {
    const at = market < this.#marketAt.length ? this.#marketAt[market]! : 0
    return at === 0 ? NEVER : this.#times[at - 1]!
  }

  #insert(timeUs: number, key: number, handle: number): void {
    const at = this.#count++
    this.#times = growFloats(this.#times, this.#count)
    this.#keys = growFloats(this.#keys, this.#count)
    this.#handles = growFloats(this.#handles, this.#count)
    this.#put(at, timeUs, key, handle)
    this.#rise(at)
    this.nextUs = this.#times[0]!
  }

  #removeAt(at: number): void {
    this.#note(this.#handles[at]!, 0)
    const last = --this.#count
    if (at !== last) {
      this.#put(at, this.#times[last]!, this.#keys[last]!, this.#handles[last]!)
      this.#rise(at)
      this.#sink(at)
    }
    this.nextUs = this.#count === 0 ? NEVER : this.#times[0]!
  }

  #put(at: number, timeUs: number, key: number, handle: number): void {
    this.#times[at] = timeUs
    this.#keys[at] = key
    this.#handles[at] = handle
    this.#note(handle, at + 1)
  }

  #note(handle: number, place: number): void {
    if (handle < 0) this.#sessionAt[handle + SESSIONS] = place
    else if (handle < HANDLES) this.#marketAt[handle] = place
    else this.#orderAt[handle - HANDLES] = place
  }

  #isBefore(a: number, b: number): boolean {
    const [timeA, timeB] = [this.#times[a]!, this.#times[b]!]
    return timeA < timeB || (timeA === timeB && this.#keys[a]! < this.#keys[b]!)
  }

  #swap(a: number, b: number): void {
    const [time, key, handle] = [this.#times[a]!, this.#keys[a]!, this.#handles[a]!]
    this.#put(a, this.#times[b]!, this.#keys[b]!, this.#handles[b]!)
    this.#put(b, time, key, handle)
  }

  #rise(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1
      if (!this.#isBefore(at, parent)) return
      this.#swap(at, parent)
      at = parent
    }
  }

  #sink(from: number): void {
    for (let at = from; ; ) {
      let first = at
      const child = 2 * at + 1
      if (child < this.#count && this.#isBefore(child, first)) first = child
      if (child + 1 < this.#count && this.#isBefore(child + 1, first)) first = child + 1
      if (first === at) return
      this.#swap(at, first)
      at = first
    }
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.nextUs = snapshot.number(this.nextUs)
    this.#times = snapshot.floats(this.#times)
    this.#keys = snapshot.floats(this.#keys)
    this.#handles = snapshot.floats(this.#handles)
    this.#count = snapshot.number(this.#count)
    this.#marketAt = snapshot.ints(this.#marketAt)
    this.#orderAt = snapshot.ints(this.#orderAt)
    this.#sessionAt = snapshot.ints(this.#sessionAt)
  }
}
