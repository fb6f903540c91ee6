/**
 * One number for the whole state, in a canonical order: by content and not by where things happen
 * to stand, so that a restored venue has the hash of the one that was saved. Two FNV-1a-like lanes
 * of 32 bits: for finding a difference, not for keeping out an enemy.
 */
import type { InstrumentTerms } from './instrument-terms.ts'
import type { Market } from './market.ts'
import type { NameTable } from './name-table.ts'
import {
  ACCOUNT,
  CUM,
  ID_WORDS,
  LEAVES,
  MARKET,
  ORDER_QTY,
  type OrderStore,
  PRICE,
  SESSION,
  SIGN,
  STATE,
  TIME_IN_FORCE,
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
  hash.add(orders.closedCount)
  for (let i = 0; i < orders.closedCount; i++) hashClosed(hash, store, orders.closedAt(i))
  return hash.toString()
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

function hashSessions(hash: StateHash, { sessions }: Venue): void {
  hashNames(hash, sessions.names)
  for (let session = 1; session <= sessions.count; session++) {
    hash.add(sessions.account(session))
    hash.add(sessions.connection(session))
    hash.add(sessions.nextInbound(session))
    hash.add(sessions.nextOutbound(session))
  }
}

function hashMarket(hash: StateHash, market: Market, store: OrderStore): void {
  const terms = market.risk.terms
  for (const field of Object.keys(terms) as (keyof InstrumentTerms)[]) hash.add(terms[field])
  hash.add(market.risk.lastTradePriceTicks)
  hash.add(market.feed.updateId)
  hash.add(market.feed.tradeId)
  for (const sign of [BUY, SELL]) {
    for (const order of market.book.orders(sign)) hashOrder(hash, store, order)
    hash.add(sign)
  }
}

const ORDER_FIELDS = [
  ...[STATE, ACCOUNT, PRICE, LEAVES, SIGN, SESSION, MARKET, ORDER_QTY, TIME_IN_FORCE, CUM],
] as const

function hashOrder(hash: StateHash, store: OrderStore, order: number): void {
  for (const field of ORDER_FIELDS) hash.add(store.get(order, field))
  hash.add(store.cumQuote(order))
  hashIds(hash, store, order)
}

/**
 * Of a closed or retired id only what can still be asked for counts: who, which, and how it ended.
 */
function hashClosed(hash: StateHash, store: OrderStore, slot: number): void {
  hash.add(store.get(slot, STATE))
  hash.add(store.get(slot, ACCOUNT))
  hashIds(hash, store, slot)
}

function hashIds(hash: StateHash, store: OrderStore, slot: number): void {
  hash.add(store.orderId(slot))
  for (let i = 0; i < ID_WORDS; i++) hash.add(store.idWord(slot, i))
}
