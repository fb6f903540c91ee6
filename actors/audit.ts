/**
 * The invariants over the whole state, looked at from outside: nothing here trusts a count, a link
 * or a cache that it can compute anew. Cold: it walks every order.
 */
import { CURRENCIES_MAX } from './currency-table.ts'
import type { Market } from './market.ts'
import {
  ACCOUNT,
  CUM,
  LEAVES,
  LEVEL,
  MARKET,
  NEXT,
  NIL,
  ORDER_QTY,
  type OrderStore,
  PREVIOUS,
  PRICE,
  SIGN,
} from './order-store.ts'
import { BUY, SELL, type Sign } from './sign.ts'
import type { Venue } from './venue.ts'

/** The first breach in words, or undefined. */
export function auditVenue(venue: Venue): string | undefined {
  const held = new Float64Array((venue.accounts.names.count + 1) * CURRENCIES_MAX)
  let restingCount = 0
  for (const market of venue.markets) {
    const where = `instrument ${market.instrument}`
    const breach =
      auditSide(market, venue.store, BUY) ??
      auditSide(market, venue.store, SELL) ??
      auditCrossed(market) ??
      auditOrders(market, venue, held)
    if (breach !== undefined) return `${where}: ${breach}`
    restingCount += countOrders(market)
  }
  return venue.accounts.audit(venue.currencies.count, held) ?? venue.orders.audit(restingCount)
}

function auditSide(market: Market, store: OrderStore, sign: Sign): string | undefined {
  const side = market.book.side(sign)
  for (let rank = 0; rank < side.levelCount; rank++) {
    const level = side.levelAt(rank)
    const where = `level ${side.priceTicks(level)} of side ${sign}`
    if (rank > 0 && side.key(level) >= side.key(side.levelAt(rank - 1))) {
      return `${where} is out of order`
    }
    let lots = 0
    let count = 0
    let previous = NIL
    for (let order = side.head(level); order !== NIL; order = store.get(order, NEXT)) {
      if (store.get(order, PREVIOUS) !== previous) return `${where}: a link back is wrong`
      if (store.get(order, LEVEL) !== level) return `${where}: an order names another level`
      if (store.get(order, PRICE) !== side.priceTicks(level)) return `${where}: a price differs`
      lots += store.get(order, LEAVES)
      count++
      previous = order
    }
    if (previous !== side.tail(level)) return `${where}: the tail is not the last`
    if (count === 0) return `${where} is empty`
    if (count !== side.count(level)) return `${where}: ${side.count(level)} counted, ${count} there`
    if (lots !== side.lots(level)) return `${where}: ${side.lots(level)} lots, ${lots} there`
  }
  return undefined
}

function auditCrossed(market: Market): string | undefined {
  const { bids, asks } = market.book
  if (bids.best === NIL || asks.best === NIL) return undefined
  const bid = bids.priceTicks(bids.best)
  const ask = asks.priceTicks(asks.best)
  return bid >= ask ? `crossed: bid ${bid}, ask ${ask}` : undefined
}

/**
 * Each order by itself, its ids, and what it holds: added up in `held`, laid out as the balances
 * are.
 */
function auditOrders(market: Market, venue: Venue, held: Float64Array): string | undefined {
  const { store, orders } = venue
  const openOrders = new Int32Array(venue.accounts.names.count + 1)
  for (const sign of [BUY, SELL]) {
    for (const order of market.book.orders(sign)) {
      const where = `order ${store.orderId(order)}`
      const leaves = store.get(order, LEAVES)
      const account = store.get(order, ACCOUNT)
      if (leaves <= 0) return `${where} rests with ${leaves} lots`
      if (store.get(order, ORDER_QTY) !== store.get(order, CUM) + leaves) {
        return `${where}: ordered is not filled plus open`
      }
      if (store.get(order, SIGN) !== sign || store.get(order, MARKET) !== market.number) {
        return `${where} rests on the wrong side or in the wrong book`
      }
      if (orders.findByOrderId(store.orderId(order)) !== order)
        return `${where} is not in the index`
      openOrders[account] = openOrders[account]! + 1
      const at = account * CURRENCIES_MAX + market.heldCurrency(sign)
      held[at] = held[at]! + market.heldUnits(sign, store.get(order, PRICE), leaves)
    }
  }
  for (let account = 1; account < openOrders.length; account++) {
    const counted = market.risk.openOrders(account)
    if (counted !== openOrders[account]) {
      return `account ${account}: ${counted} orders counted, ${openOrders[account]} open`
    }
  }
  return undefined
}

function countOrders(market: Market): number {
  let count = 0
  for (const side of [market.book.bids, market.book.asks]) {
    for (let rank = 0; rank < side.levelCount; rank++) count += side.count(side.levelAt(rank))
  }
  return count
}
