/**
 * The invariants over the whole state, looked at from outside: nothing here trusts a count, a link
 * or a cache that it can compute anew. Cold: it walks every order.
 */
import { CURRENCIES_MAX } from './currency-table.ts'
import type { Market } from './market.ts'
import { isCall, MarketPhase } from './market-phase.ts'
import { HIDDEN, ICEBERG, IS_QUOTE, isStop, OrderType, typeOf } from './order-flags.ts'
import {
  ACCOUNT,
  CUM,
  FLAGS,
  LEAVES,
  LEVEL,
  MARKET,
  NEXT,
  NIL,
  ORDER_QTY,
  type OrderStore,
  PREVIOUS,
  PRICE,
  ROW,
  SIGN,
  TIP,
} from './order-store.ts'
import { BUY, SELL, type Sign } from './sign.ts'
import type { Venue } from './venue.ts'

/** The first breach in words, or undefined. */
export function auditVenue(venue: Venue): string | undefined {
  const held = new Float64Array((venue.accounts.names.count + 1) * CURRENCIES_MAX)
  const atStake = new OpenByRow(venue)
  let openCount = 0
  for (const market of venue.markets) {
    const where = `instrument ${market.instrument}`
    const breach =
      auditSide(market, venue.store, BUY) ??
      auditSide(market, venue.store, SELL) ??
      auditCrossed(market) ??
      auditOrders(market, venue, held, atStake)
    if (breach !== undefined) return `${where}: ${breach}`
    openCount += market.book.openOrders().length
  }
  return (
    venue.accounts.audit(venue.currencies.count, held) ??
    venue.orders.audit(openCount) ??
    atStake.breach() ??
    auditQuotes(venue)
  )
}

/** Of each account and market at most one quote a side is open, and it is the one that is known. */
function auditQuotes({ quotes, store, orders, markets }: Venue): string | undefined {
  let known = 0
  for (const [row, sign, slot] of quotes.slots()) {
    known++
    const isIt = (store.get(slot, FLAGS) & IS_QUOTE) !== 0 && orders.isOpen(slot)
    if (!isIt || store.get(slot, ROW) !== row || store.get(slot, SIGN) !== sign) {
      return `row ${row}, side ${sign}: slot ${slot} is not its quote`
    }
  }
  const open = markets.flatMap(({ book }) => book.openOrders())
  const count = open.filter((order) => (store.get(order, FLAGS) & IS_QUOTE) !== 0).length
  return count === known ? undefined : `${count} quotes are open, ${known} are known`
}

function auditSide(market: Market, store: OrderStore, sign: Sign): string | undefined {
  const side = market.book.side(sign)
  let better = NIL
  for (let level = side.best; level !== NIL; level = side.worse(level)) {
    const where = `level ${side.priceTicks(level)} of side ${sign}`
    if (better !== NIL && side.key(level) >= side.key(better)) return `${where} is out of order`
    if (side.better(level) !== better) return `${where} does not lead back`
    const breach = auditLevel(market, store, sign, level)
    if (breach !== undefined) return `${where}: ${breach}`
    better = level
  }
  return undefined
}

function auditLevel(
  market: Market,
  store: OrderStore,
  sign: Sign,
  level: number,
): string | undefined {
  const side = market.book.side(sign)
  const sums = { lots: 0, reserve: 0, count: 0, pegged: 0, firstHidden: NIL }
  let previous = NIL
  for (let order = side.head(level); order !== NIL; order = store.get(order, NEXT)) {
    const flags = store.get(order, FLAGS)
    const leaves = store.get(order, LEAVES)
    if (store.get(order, PREVIOUS) !== previous) return 'a link back is wrong'
    if (store.get(order, LEVEL) !== level) return 'an order names another level'
    if (store.get(order, PRICE) !== side.priceTicks(level)) return 'a price differs'
    const tip = displayedLots(store, order, flags)
    if (tip < 0 || tip > leaves) return `an order displays ${tip} of ${leaves} lots`
    if ((flags & HIDDEN) !== 0) {
      if (sums.firstHidden === NIL) sums.firstHidden = order
    } else {
      if (sums.firstHidden !== NIL) return 'a displayed order stands behind a hidden one'
      if (tip === 0) return 'a displayed order displays nothing'
      sums.count++
      if (typeOf(flags) === OrderType.Pegged) sums.pegged++
    }
    sums.lots += tip
    sums.reserve += leaves - tip
    previous = order
  }
  if (previous === NIL) return 'it is empty'
  if (previous !== side.tail(level)) return 'the tail is not the last'
  if (sums.firstHidden !== side.firstHidden(level)) return 'the first hidden order is another'
  if (sums.count !== side.count(level)) return `${side.count(level)} counted, ${sums.count} there`
  if (sums.pegged !== side.pegged(level)) return `${side.pegged(level)} pegs, ${sums.pegged} there`
  if (sums.lots !== side.lots(level)) return `${side.lots(level)} lots, ${sums.lots} there`
  if (sums.reserve !== side.reserve(level)) {
    return `${side.reserve(level)} lots undisplayed, ${sums.reserve} there`
  }
  return undefined
}

function displayedLots(store: OrderStore, order: number, flags: number): number {
  if ((flags & HIDDEN) !== 0) return 0
  return (flags & ICEBERG) !== 0 ? store.cold(order, TIP) : store.get(order, LEAVES)
}

function auditCrossed(market: Market): string | undefined {
  const { bids, asks, phase } = market.book
  if (phase !== MarketPhase.Continuous || bids.best === NIL || asks.best === NIL) return undefined
  const bid = bids.priceTicks(bids.best)
  const ask = asks.priceTicks(asks.best)
  return bid >= ask ? `crossed: bid ${bid}, ask ${ask}` : undefined
}

/**
 * Each open order by itself, wherever it is, and what it holds: added up in `held`, laid out as the
 * accounts' audit wants it.
 */
function auditOrders(
  market: Market,
  venue: Venue,
  held: Float64Array,
  atStake: OpenByRow,
): string | undefined {
  const { store, orders } = venue
  for (const order of market.book.openOrders()) {
    const where = `order ${store.orderId(order)}`
    const leaves = store.get(order, LEAVES)
    const sign = store.get(order, SIGN)
    if (leaves <= 0) return `${where} is open with ${leaves} lots`
    if (!orders.isOpen(order)) return `${where} is in the market and not open`
    if (store.get(order, ORDER_QTY) !== store.get(order, CUM) + leaves) {
      return `${where}: ordered is not filled plus open`
    }
    if (store.get(order, MARKET) !== market.number) return `${where} is in the wrong market`
    if (orders.findByOrderId(store.orderId(order)) !== order) return `${where} is not in the index`
    const isInBook = store.get(order, LEVEL) !== NIL && !isStop(typeOf(store.get(order, FLAGS)))
    const isMarketOrder = typeOf(store.get(order, FLAGS)) === OrderType.Market
    if (isInBook && isMarketOrder && !isCall(market.book.phase) && takesPart(market)) {
      return `${where}: a market order rests in continuous trading`
    }
    atStake.add(store.get(order, ROW), sign, leaves)
    const at = store.get(order, ACCOUNT) * CURRENCIES_MAX + market.heldCurrency(sign)
    held[at] = held[at]! + market.heldUnits(order)
  }
  return undefined
}

const takesPart = (market: Market): boolean => market.book.phase === MarketPhase.Continuous

/** Open lots and orders of each position, counted anew. */
class OpenByRow {
  readonly #venue: Venue
  readonly #buys = new Map<number, number>()
  readonly #sells = new Map<number, number>()
  readonly #counts = new Map<number, number>()

  constructor(venue: Venue) {
    this.#venue = venue
  }

  add(row: number, sign: number, lots: number): void {
    const side = sign > 0 ? this.#buys : this.#sells
    side.set(row, (side.get(row) ?? 0) + lots)
    this.#counts.set(row, (this.#counts.get(row) ?? 0) + 1)
  }

  breach(): string | undefined {
    const { positions } = this.#venue.safeguards
    for (let row = 1; row <= positions.rowCount; row++) {
      const where = `account ${positions.account(row)} in market ${positions.market(row)}`
      for (const [sign, side] of [[BUY, this.#buys] as const, [SELL, this.#sells] as const]) {
        const there = side.get(row) ?? 0
        const counted = positions.openLots(row, sign)
        if (counted !== there) return `${where}: ${counted} lots counted, ${there} open`
      }
      const there = this.#counts.get(row) ?? 0
      const counted = positions.orderCount(row)
      if (counted !== there) return `${where}: ${counted} orders counted, ${there} open`
    }
    return undefined
  }
}
