/**
 * Which order is meant: by the exchange's id, or by an account and its client order id.
 *
 *             accept                 fill, cancel, expire                 closedIdsMax ids later
 *   (no id) ─────────▶  OPEN order ───────────────────────▶  CLOSED order ─────────────────────▶ forgotten
 *                         │ replace                                        (one FIFO, both kinds)
 *                         └─────────▶ RETIRED: the id of before, naming the order ─────────────▶ forgotten
 *
 * An id that is known in any of these states is refused for a new order. A retired id is older in
 * the FIFO than its order's closing, so an order never goes before its ids. Hot file.
 */
import type { SnapshotTransfer } from '../engine/snapshot-transfer.ts'
import { OrdStatus } from '../protocol/codecs.ts'
import { growInts } from './columns.ts'
import {
  ACCOUNT,
  FREE,
  ID_HASH,
  ID_WORDS,
  NIL,
  type OrderStore,
  RETIRED,
  STATE,
} from './order-store.ts'
import { finishHash, mixWord, SlotTable } from './slot-table.ts'

export class OrderRegistry {
  readonly store: OrderStore
  readonly #ordersMax: number
  readonly #byOrderId = new SlotTable()
  readonly #byClientId = new SlotTable()
  /** Slots of closed orders and retired ids, a ring: the oldest at `#closedFirst`. */
  readonly #closed: Int32Array
  #closedFirst = 0
  #closedCount = 0
  #openCount = 0
  /** Open orders of each account in order of entry: the ends of its chain, and each slot's neighbours. */
  #firsts = new Int32Array(16)
  #lasts = new Int32Array(16)
  #next = new Int32Array(16)
  #previous = new Int32Array(16)

  constructor(
    store: OrderStore,
    limits: { readonly ordersMax: number; readonly closedIdsMax: number },
  ) {
    this.store = store
    this.#ordersMax = limits.ordersMax
    this.#closed = new Int32Array(limits.closedIdsMax)
  }

  get openCount(): number {
    return this.#openCount
  }

  get isFull(): boolean {
    return this.#openCount >= this.#ordersMax
  }

  get closedCount(): number {
    return this.#closedCount
  }

  /** Slot of the closed id `index`, from 0 for the oldest; for audits and the state hash. */
  closedAt(index: number): number {
    return this.#closed[(this.#closedFirst + index) % this.#closed.length]!
  }

  /** The order in this slot, with its id in its record, is open under a client id that is not known. */
  open(slot: number, account: number, view: DataView, idAt: number): void {
    this.#setClientId(slot, account, view, idAt)
    this.#byOrderId.put(hashOrderId(this.store.orderId(slot)), slot)
    this.#openCount++
    this.#chain(slot, account)
  }

  /** The order is over: its record has its last status. Its ids stay known for a while. */
  close(slot: number): void {
    this.#openCount--
    this.#unchain(slot)
    this.#remember(slot)
  }

  /** The open order that an account entered first, or NIL. */
  firstOf(account: number): number {
    return account < this.#firsts.length ? this.#firsts[account]! : NIL
  }

  /** Whether the order in this slot is open. */
  isOpen(slot: number): boolean {
    const status = this.store.get(slot, STATE)
    return status === OrdStatus.New || status === OrdStatus.PartiallyFilled
  }

  /** The one that the same account entered after it, or NIL. */
  nextOf(slot: number): number {
    return this.#next[slot]!
  }

  /**
   * The order has a new client id from now on, the one at `idAt`, which must not be known. Returns
   * the slot that the old id stands in.
   */
  rename(slot: number, view: DataView, idAt: number): number {
    const store = this.store
    const account = store.get(slot, ACCOUNT)
    const retired = store.allocate()
    this.#byClientId.remove(store.get(slot, ID_HASH), slot)
    store.copyId(slot, retired)
    store.setOrderId(retired, store.orderId(slot))
    store.set(retired, ACCOUNT, account)
    store.set(retired, ID_HASH, store.get(slot, ID_HASH))
    store.set(retired, STATE, RETIRED)
    this.#byClientId.put(store.get(retired, ID_HASH), retired)
    this.#setClientId(slot, account, view, idAt)
    this.#remember(retired)
    return retired
  }

  /** Slot of the order with this exchange id, open or closed, or NIL. */
  findByOrderId(orderId: number): number {
    const hash = hashOrderId(orderId)
    let at = this.#byOrderId.seek(hash, hash)
    while (at >= 0) {
      const slot = this.#byOrderId.slotAt(at)
      if (this.store.orderId(slot) === orderId) return slot
      at = this.#byOrderId.seek(hash, at + 1)
    }
    return NIL
  }

  /** Slot that has this client id: an order, open or closed, or a retired id; or NIL. */
  findByClientId(account: number, view: DataView, idAt: number): number {
    const hash = hashClientId(account, view, idAt)
    const store = this.store
    let at = this.#byClientId.seek(hash, hash)
    while (at >= 0) {
      const slot = this.#byClientId.slotAt(at)
      if (store.get(slot, ACCOUNT) === account && store.idEquals(slot, view, idAt)) return slot
      at = this.#byClientId.seek(hash, at + 1)
    }
    return NIL
  }

  /** The order that a slot speaks of: for a retired id the order that had it. */
  orderOf(slot: number): number {
    if (this.store.get(slot, STATE) !== RETIRED) return slot
    return this.findByOrderId(this.store.orderId(slot))
  }

  #chain(slot: number, account: number): void {
    if (account >= this.#firsts.length) {
      this.#firsts = growInts(this.#firsts, account + 1)
      this.#lasts = growInts(this.#lasts, account + 1)
    }
    if (slot >= this.#next.length) {
      this.#next = growInts(this.#next, slot + 1)
      this.#previous = growInts(this.#previous, slot + 1)
    }
    const last = this.#lasts[account]!
    this.#next[slot] = NIL
    this.#previous[slot] = last
    this.#lasts[account] = slot
    if (last === NIL) this.#firsts[account] = slot
    else this.#next[last] = slot
  }

  #unchain(slot: number): void {
    const account = this.store.get(slot, ACCOUNT)
    const next = this.#next[slot]!
    const previous = this.#previous[slot]!
    if (previous === NIL) this.#firsts[account] = next
    else this.#next[previous] = next
    if (next === NIL) this.#lasts[account] = previous
    else this.#previous[next] = previous
  }

  #setClientId(slot: number, account: number, view: DataView, idAt: number): void {
    const hash = hashClientId(account, view, idAt)
    this.store.readId(slot, view, idAt)
    this.store.set(slot, ACCOUNT, account)
    this.store.set(slot, ID_HASH, hash)
    this.#byClientId.put(hash, slot)
  }

  #remember(slot: number): void {
    const closed = this.#closed
    if (this.#closedCount === closed.length) {
      this.#forget(closed[this.#closedFirst]!)
      this.#closedFirst = (this.#closedFirst + 1) % closed.length
      this.#closedCount--
    }
    closed[(this.#closedFirst + this.#closedCount) % closed.length] = slot
    this.#closedCount++
  }

  #forget(slot: number): void {
    const store = this.store
    this.#byClientId.remove(store.get(slot, ID_HASH), slot)
    if (store.get(slot, STATE) !== RETIRED) {
      this.#byOrderId.remove(hashOrderId(store.orderId(slot)), slot)
    }
    store.free(slot)
  }

  /**
   * Whether tables, chains and counts agree with this many open orders in markets: a breach in words, or undefined.
   */
  audit(openCount: number): string | undefined {
    if (this.#openCount !== openCount) {
      return `${this.#openCount} orders are open, ${openCount} are in markets`
    }
    let chained = 0
    for (let account = 1; account < this.#firsts.length; account++) {
      for (let slot = this.firstOf(account); slot !== NIL; slot = this.nextOf(slot)) {
        if (this.store.get(slot, ACCOUNT) !== account) return `slot ${slot} is in another's chain`
        chained++
      }
    }
    if (chained !== this.#openCount) return `${chained} orders are in chains`
    if (this.#byClientId.count !== this.#openCount + this.#closedCount) {
      return `${this.#byClientId.count} client ids for ${this.#openCount} open, ${this.#closedCount} closed`
    }
    for (let i = 0; i < this.#closedCount; i++) {
      if (this.store.get(this.closedAt(i), STATE) === FREE)
        return `closed id ${i} is in a free slot`
      if (this.orderOf(this.closedAt(i)) === NIL) return `closed id ${i} names no order`
    }
    return undefined
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.#byOrderId.transfer(snapshot)
    this.#byClientId.transfer(snapshot)
    snapshot.fill(this.#closed)
    this.#closedFirst = snapshot.number(this.#closedFirst)
    this.#closedCount = snapshot.number(this.#closedCount)
    this.#openCount = snapshot.number(this.#openCount)
    this.#firsts = snapshot.ints(this.#firsts)
    this.#lasts = snapshot.ints(this.#lasts)
    this.#next = snapshot.ints(this.#next)
    this.#previous = snapshot.ints(this.#previous)
  }
}

function hashOrderId(orderId: number): number {
  return finishHash(mixWord(orderId | 0, Math.floor(orderId / 2 ** 32)))
}

function hashClientId(account: number, view: DataView, at: number): number {
  let hash = account
  for (let i = 0; i < ID_WORDS; i++) hash = mixWord(hash, view.getInt32(at + 4 * i, true))
  return finishHash(hash)
}
