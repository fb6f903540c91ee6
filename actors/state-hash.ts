/**
 * One number for the whole state, in a canonical order: by content and not by where things happen
 * to stand, so that a restored venue has the hash of the one that was saved. Two FNV-1a-like lanes
 * of 32 bits: for finding a difference, not for keeping out an enemy.
 */
import type { ClosedIds } from './closed-ids.ts'
import type { FundsLine } from './funds-line.ts'
import type { InstrumentTerms } from './instrument-terms.ts'
import type { Market } from './market.ts'
import type { NameTable } from './name-table.ts'
import { HAS_PEER, Lifetime, lifetimeOf, Place } from './order-flags.ts'
import {
  ACCOUNT,
  CUM,
  DISPLAY,
  FLAGS,
  ID_WORDS,
  LEAVES,
  LIMIT,
  MARKET,
  MINIMUM,
  NIL,
  ORDER_QTY,
  type OrderStore,
  PARENT,
  PEER,
  PEG,
  PEG_OFFSET,
  PLACE,
  PRICE,
  ROW,
  SESSION,
  SIGN,
  STATE,
  TIP,
  TRAIL_BPS,
  TRAIL_TICKS,
  TRIGGER,
} from './order-store.ts'
import { BUY, SELL } from './sign.ts'
import type { Venue } from './venue.ts'

class StateHash {
  #low = 0x811c9dc5 | 0
  #high = 0x9747b28c | 0

  /** An integer; of its words the high one too. */
  add(value: number): void {
    this.#word(value | 0)
    this.#word(Math.floor(value / 2 ** 32))
  }

  #word(word: number): void {
    this.#low = Math.imul(this.#low ^ word, 0x01000193)
    this.#low ^= this.#low >>> 17
    this.#high = Math.imul(this.#high ^ word, 0x5bd1e995)
    this.#high ^= this.#high >>> 15
  }

  toString(): string {
    const hex = (word: number) => (word >>> 0).toString(16).padStart(8, '0')
    return hex(this.#high) + hex(this.#low)
  }
}

/** 16 hex digits. */
export function hashVenue(venue: Venue): string {
  const hash = new StateHash()
  hashCurrencies(hash, venue)
  hashAccounts(hash, venue)
  hashSessions(hash, venue)
  hashNames(hash, venue.symbols)
  for (const market of venue.markets) hashMarket(hash, market, venue.store)
  const { orders, store } = venue
  const { closed } = orders
  const add = (value: number): void => hash.add(value)
  venue.fees.forEachState(add)
  venue.safeguards.forEachState(add)
  venue.tapes.forEachState(add)
  if (venue.isInOrder) add(1)
  hash.add(Number.isFinite(venue.wakeUs) ? venue.wakeUs : 0)
  for (let account = 1; account <= venue.accounts.names.count; account++) {
    for (let order = orders.firstOf(account); order !== NIL; order = orders.nextOf(order)) {
      hash.add(store.orderId(order))
    }
    hash.add(account)
  }
  if (venue.funds !== undefined) hashShard(hash, venue, venue.funds)
  hash.add(closed.count)
  for (let age = 0; age < closed.count; age++) hashClosed(hash, closed, closed.at(age))
  return hash.toString()
}

/** What a shard among several has besides. */
function hashShard(hash: StateHash, { accounts, currencies, shardMap }: Venue, funds: FundsLine) {
  const add = (value: number): void => hash.add(value)
  for (let currency = 1; currency <= currencies.count; currency++) add(accounts.elsewhere(currency))
  shardMap.forEachState(add)
  funds.forEachState(add)
}

function hashNames(hash: StateHash, names: NameTable): void {
  hash.add(names.count)
  for (let number = 1; number <= names.count; number++) {
    for (let i = 0; i < names.bytes / 4; i++) hash.add(names.word(number, i))
  }
}

function hashCurrencies(hash: StateHash, { currencies, accounts }: Venue): void {
  hashNames(hash, currencies.names)
  for (let currency = 1; currency <= currencies.count; currency++) {
    hash.add(currencies.decimals(currency))
    hash.add(currencies.paperGrant(currency))
    hash.add(accounts.supply(currency))
    hash.add(accounts.fees(currency))
  }
}

function hashAccounts(hash: StateHash, { accounts, currencies }: Venue): void {
  hashNames(hash, accounts.names)
  for (let account = 1; account <= accounts.names.count; account++) {
    for (let currency = 1; currency <= currencies.count; currency++) {
      hash.add(accounts.free(account, currency))
      hash.add(accounts.held(account, currency))
    }
  }
  hash.add(accounts.deposits.size)
  for (const [reference, content] of accounts.deposits) {
    const text = `${reference} ${content}`
    for (let i = 0; i < text.length; i++) hash.add(text.charCodeAt(i))
  }
}

function hashSessions(hash: StateHash, { sessions, timers }: Venue): void {
  hashNames(hash, sessions.names)
  // Where it never happened it leaves no mark: journals of before lead to the same hash.
  if (sessions.resetUs > 0) hash.add(sessions.resetUs)
  for (let session = 1; session <= sessions.count; session++) {
    hash.add(sessions.account(session))
    hash.add(sessions.connection(session))
    hash.add(sessions.nextInbound(session))
    hash.add(sessions.nextOutbound(session))
    hash.add(sessions.cancelType(session))
    hash.add(sessions.cancelWindowMs(session))
    hash.add(sessions.numberedFrom(session))
    hash.add(Math.min(timers.sessionTime(session), Number.MAX_SAFE_INTEGER))
  }
}

function hashMarket(hash: StateHash, market: Market, store: OrderStore): void {
  const { book } = market
  const terms = market.risk.terms
  for (const field of Object.keys(terms).sort() as (keyof InstrumentTerms)[]) {
    hash.add(Number(terms[field]))
  }
  for (const value of [book.phase, book.lastPrint, book.bandReference]) hash.add(value)
  hash.add(market.feed.updateId)
  hash.add(market.feed.tradeId)
  market.guard.forEachState((value) => hash.add(value))
  for (const sign of [BUY, SELL]) {
    for (const order of book.orders(sign)) hashOrder(hash, store, order)
    const top = book.topOf(book.side(sign))
    hash.add(top === NIL ? 0 : store.orderId(top))
  }
  const beside = book.openOrders().filter((order) => !book.isResting(order))
  beside.sort((a, b) => store.orderId(a) - store.orderId(b))
  for (const order of beside) hashOrder(hash, store, order)
  hash.add(beside.length)
}

const ORDER_FIELDS = [
  ...[STATE, ACCOUNT, PRICE, LEAVES, SIGN, SESSION, MARKET, ORDER_QTY, FLAGS, CUM, LIMIT, ROW],
] as const

/** What a cold record says by itself; slots that it names are said by their orders' ids. */
const COLD_FIELDS = [
  ...[TIP, DISPLAY, MINIMUM, TRIGGER, TRAIL_TICKS, TRAIL_BPS, PEG, PEG_OFFSET, PLACE],
] as const

function hashOrder(hash: StateHash, store: OrderStore, order: number): void {
  for (const field of ORDER_FIELDS) hash.add(store.get(order, field))
  hash.add(store.cumQuote(order))
  hash.add(store.tariff(order))
  hashIds(hash, store, order)
  const flags = store.get(order, FLAGS)
  if (flags === 0) return
  for (const field of COLD_FIELDS) hash.add(store.cold(order, field))
  if (lifetimeOf(flags) === Lifetime.GoodTillDate) hash.add(store.expiry(order))
  if ((flags & HAS_PEER) !== 0) hash.add(store.orderId(store.cold(order, PEER)))
  if (store.cold(order, PLACE) === Place.Child) hash.add(store.orderId(store.cold(order, PARENT)))
}

/**
 * Of a closed or retired id only what can still be asked for counts: who, which, and how it ended.
 */
function hashClosed(hash: StateHash, closed: ClosedIds, index: number): void {
  hash.add(closed.terms(index))
  hash.add(closed.cumQty(index))
  hash.add(closed.account(index))
  hash.add(closed.market(index))
  hash.add(closed.orderId(index))
  for (let i = 0; i < ID_WORDS; i++) hash.add(closed.idWord(index, i))
}

function hashIds(hash: StateHash, store: OrderStore, slot: number): void {
  hash.add(store.orderId(slot))
  for (let i = 0; i < ID_WORDS; i++) hash.add(store.idWord(slot, i))
}
