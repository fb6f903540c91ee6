/**
 * Which order is meant: by the exchange's id, or by an account and its client order id.
 *
 *             accept                 fill, cancel, expire                 closedIdsMax ids later
 *   (no id) ─────────▶  OPEN order ───────────────────────▶  CLOSED order ─────────────────────▶ forgotten
 *                         │ replace                                        (one FIFO, both kinds)
 *                         └─────────▶ RETIRED: the id of before, naming the order ─────────────▶ forgotten
 *
 * What is found is above 0 the slot of an open order, below 0 `~index` of a closed id (closed-ids.ts),
 * or NIL. An id that is known in any of these states is refused for a new order. A retired id is older
 * in the FIFO than its order's closing, so an order never goes before its ids. A quote has no client
 * id of its own, and is forgotten when it closes: a thousand a second would drive all other ids out of
 * the FIFO. Hot file.
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import { OrdStatus } from '../protocol/codecs.ts'
import { highWord } from '../protocol/words.ts'
import { ClosedIds, RETIRED } from './closed-ids.ts'
import { growInts } from './columns.ts'
import { IS_QUOTE } from './order-flags.ts'
import { ACCOUNT, FLAGS, ID_HASH, MARKET, NIL, type OrderStore, STATE } from './order-store.ts'
import { finishHash, mixWord, SlotTable } from './slot-table.ts'

export class OrderRegistry {
  readonly store: OrderStore
  readonly closed: ClosedIds
  readonly #ordersMax: number
  readonly #byOrderId = new SlotTable()
  readonly #byClientId = new SlotTable()
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
    this.closed = new ClosedIds(limits.closedIdsMax)
    this.#ordersMax = limits.ordersMax
  }

  get openCount(): number {
    return this.#openCount
  }

  get isFull(): boolean {
    return this.#openCount >= this.#ordersMax
  }

  hasRoomFor(count: number): boolean {
    return this.#openCount + count <= this.#ordersMax
  }

  /**
   * The order in this slot, with its id in its record, is open under a client id that is not known;
   * `idHash` is that id's (`hashClientId`).
   */
  open(slot: number, account: number, view: DataView, idAt: number, idHash: number): void {
    this.#setClientId(slot, account, view, idAt, idHash)
    this.#number(slot, account)
  }

  /** As `open`, of a quote: at `idAt` stands the id that its reports carry. */
  openQuote(slot: number, account: number, view: DataView, idAt: number): void {
    this.store.readId(slot, view, idAt)
    this.store.set(slot, ACCOUNT, account)
    this.store.set(slot, ID_HASH, 0)
    this.#number(slot, account)
  }

  /**
   * The order is over: its record has its last status. Its ids stay known for a while; its slot is free, and
   * all but STATE and NEXT stay there until it is allocated again, which no command does in its midst.
   */
  close(slot: number): void {
    const { store } = this
    this.#openCount--
    this.#unchain(slot)
    const hash = hashOrderId(store.orderId(slot))
    if ((store.get(slot, FLAGS) & IS_QUOTE) !== 0) this.#byOrderId.remove(hash, slot)
    else this.#byOrderId.replace(hash, slot, ~this.#remember(slot, store.get(slot, STATE)))
    store.free(slot)
  }

  /** The open order that an account entered first, or NIL. */
  firstOf(account: number): number {
    return account < this.#firsts.length ? this.#firsts[account]! : NIL
  }

  /** Whether what was found is an open order. Of a slot that had one: whether it has one, perhaps another. */
  isOpen(order: number): boolean {
    if (order <= NIL) return false
    const status = this.store.get(order, STATE)
    return status === OrdStatus.New || status === OrdStatus.PartiallyFilled
  }

  /** Of an open or a closed order. */
  orderIdOf(order: number): number {
    return order > NIL ? this.store.orderId(order) : this.closed.orderId(~order)
  }

  /** OrdStatus of an open or a closed order. */
  statusOf(order: number): number {
    return order > NIL ? this.store.get(order, STATE) : this.closed.state(~order)
  }

  accountOf(order: number): number {
    return order > NIL ? this.store.get(order, ACCOUNT) : this.closed.account(~order)
  }

  marketOf(order: number): number {
    return order > NIL ? this.store.get(order, MARKET) : this.closed.market(~order)
  }

  /** Whether the client id at `at` is the last that an open or a closed order had. */
  idEquals(order: number, view: DataView, at: number): boolean {
    if (order > NIL) return this.store.idEquals(order, view, at)
    return this.closed.idEquals(~order, view, at)
  }

  /** The one that the same account entered after it, or NIL. */
  nextOf(slot: number): number {
    return this.#next[slot]!
  }

  /**
   * The order has a new client id from now on, the one at `idAt`, which must not be known. Returns
   * the index of the closed id that is the old one.
   */
  rename(slot: number, view: DataView, idAt: number, idHash: number): number {
    const index = this.#remember(slot, RETIRED)
    this.#setClientId(slot, this.store.get(slot, ACCOUNT), view, idAt, idHash)
    return index
  }

  /** The order with this exchange id, open or closed, or NIL. */
  findByOrderId(orderId: number): number {
    const hash = hashOrderId(orderId)
    let at = this.#byOrderId.seek(hash, hash)
    while (at >= 0) {
      const order = this.#byOrderId.slotAt(at)
      if (this.orderIdOf(order) === orderId) return order
      at = this.#byOrderId.seek(hash, at + 1)
    }
    return NIL
  }

  /** What has this client id, with the hash `idHash`: an order, open or closed, or a retired id; or NIL. */
  findByClientId(account: number, view: DataView, idAt: number, idHash: number): number {
    let at = this.#byClientId.seek(idHash, idHash)
    while (at >= 0) {
      const named = this.#byClientId.slotAt(at)
      if (this.accountOf(named) === account && this.idEquals(named, view, idAt)) return named
      at = this.#byClientId.seek(idHash, at + 1)
    }
    return NIL
  }

  /** The order that a name speaks of: for a retired id the order that had it. */
  orderOf(named: number): number {
    if (named >= NIL || this.closed.state(~named) !== RETIRED) return named
    return this.findByOrderId(this.closed.orderId(~named))
  }

  #number(slot: number, account: number): void {
    this.#byOrderId.put(hashOrderId(this.store.orderId(slot)), slot)
    this.#openCount++
    this.#chain(slot, account)
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

  #setClientId(slot: number, account: number, view: DataView, idAt: number, idHash: number): void {
    this.store.readId(slot, view, idAt)
    this.store.set(slot, ACCOUNT, account)
    this.store.set(slot, ID_HASH, idHash)
    this.#byClientId.put(idHash, slot)
  }

  /** The client id of an order is over. Returns where it stands from now on. */
  #remember(slot: number, state: number): number {
    const { closed, store } = this
    if (closed.isFull) this.#forgetOldest()
    const index = closed.add(store, slot, state)
    this.#byClientId.replace(store.get(slot, ID_HASH), slot, ~index)
    return index
  }

  #forgetOldest(): void {
    const { closed } = this
    const index = closed.at(0)
    this.#byClientId.remove(closed.hash(index), ~index)
    if (closed.state(index) !== RETIRED) {
      const hash = hashHalves(closed.orderIdLow(index), closed.orderIdHigh(index))
      this.#byOrderId.remove(hash, ~index)
    }
    closed.dropOldest()
  }

  /**
   * Whether tables, chains and counts agree with this many open orders in markets: a breach in words, or undefined.
   */
  audit(openCount: number): string | undefined {
    if (this.#openCount !== openCount) {
      return `${this.#openCount} orders are open, ${openCount} are in markets`
    }
    let chained = 0
    let quotes = 0
    for (let account = 1; account < this.#firsts.length; account++) {
      for (let slot = this.firstOf(account); slot !== NIL; slot = this.nextOf(slot)) {
        if (this.store.get(slot, ACCOUNT) !== account) return `slot ${slot} is in another's chain`
        chained++
        if ((this.store.get(slot, FLAGS) & IS_QUOTE) !== 0) quotes++
      }
    }
    if (chained !== this.#openCount) return `${chained} orders are in chains`
    return this.store.audit(openCount) ?? this.closed.audit() ?? this.#auditClosed(quotes)
  }

  #auditClosed(quotes: number): string | undefined {
    const { closed } = this
    let retiredCount = 0
    for (let age = 0; age < closed.count; age++) {
      const index = closed.at(age)
      if (closed.state(index) === RETIRED) retiredCount++
      const order = this.orderOf(~index)
      if (order === NIL) return `closed id ${age} names no order`
      if (this.orderIdOf(order) !== closed.orderId(index)) return `closed id ${age} names another`
    }
    const ids = this.#openCount + closed.count
    if (this.#byClientId.count !== ids - quotes) {
      return `${this.#byClientId.count} client ids, ${ids - quotes} known`
    }
    if (this.#byOrderId.count !== ids - retiredCount) {
      return `${this.#byOrderId.count} order ids, ${ids - retiredCount} known`
    }
    return undefined
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.#byOrderId.transfer(snapshot)
    this.#byClientId.transfer(snapshot)
    this.closed.transfer(snapshot)
    this.#openCount = snapshot.number(this.#openCount)
    this.#firsts = snapshot.ints(this.#firsts)
    this.#lasts = snapshot.ints(this.#lasts)
    this.#next = snapshot.ints(this.#next)
    this.#previous = snapshot.ints(this.#previous)
  }
}

/** Bits of an order id that stay as they are. */
const NEIGHBOURS_MASK = 7

/**
 * Ids are given in ascending order, and orders that entered together are often over together: eight
 * neighbours share a cache line of the table.
 */
function hashHalves(low: number, high: number): number {
  const hash = finishHash(mixWord(low & ~NEIGHBOURS_MASK, high))
  return (hash & ~NEIGHBOURS_MASK) | (low & NEIGHBOURS_MASK)
}

const hashOrderId = (orderId: number): number => hashHalves(orderId | 0, highWord(orderId))

/**
 * Of the client id at `at` and the account that it belongs to: a sum of products, which do not wait for each other as
 * one mixed into the next would.
 */
export function hashClientId(account: number, view: DataView, at: number): number {
  const hash =
    Math.imul(folded(view.getInt32(at, true)), 0x9e3779b1) +
    Math.imul(folded(view.getInt32(at + 4, true)), 0x85ebca77) +
    Math.imul(folded(view.getInt32(at + 8, true)), 0xc2b2ae3d) +
    Math.imul(folded(view.getInt32(at + 12, true)), 0x27d4eb2f) +
    Math.imul(folded(view.getInt32(at + 16, true)), 0x165667b1) +
    Math.imul(folded(view.getInt32(at + 20, true)), 0x2545f491) +
    Math.imul(folded(view.getInt32(at + 24, true)), 0x5851f42d) +
    Math.imul(folded(view.getInt32(at + 28, true)), 0x14057b7f) +
    Math.imul(folded(view.getInt32(at + 32, true)), 0x41c64e6d)
  return finishHash(mixWord(account, hash | 0))
}

/** A product keeps what differs in high bits among its high bits: here every fourth character. */
const folded = (word: number): number => word ^ (word >>> 15)
