/** Positions, exposure and profit, held against a twin that adds everything up anew. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PositionTable } from '../../actors/position-table.ts'
import { RiskLimits, UNSTATED } from '../../actors/risk-limits.ts'
import { BUY, SELL } from '../../actors/sign.ts'
import { Reason } from '../../protocol/codecs.ts'
import { type NaiveOrder, NaivePositions } from './naive-positions.ts'
import { seeded } from './seeded.ts'

const USD = 1
const EUR = 2
const ACCOUNTS = 4
const SIZES = { positionsMax: 1_000, markIntervalUs: 0 }

/** Of market 1 a tick and lot is worth 1, of market 2 it is 3; market 3 is a silly one. */
const MARKETS = [
  { quoteCurrency: USD, quoteUnitsPerTickLot: 1, markTicks: 100 },
  { quoteCurrency: USD, quoteUnitsPerTickLot: 3, markTicks: 0 },
  { quoteCurrency: EUR, quoteUnitsPerTickLot: 1e9, markTicks: 0 },
]
const SILLY = 3

class Pair {
  readonly limits = new RiskLimits({ riskLimitsMax: 100 })
  readonly table = new PositionTable(this.limits, SIZES)
  readonly naive = new NaivePositions()
  readonly random: (bound: number) => number
  readonly refusals = new Map<number, number>()

  constructor(seed: number) {
    this.random = seeded(seed)
    MARKETS.forEach((terms, i) => {
      this.table.openMarket(i + 1, terms)
      this.naive.markets.set(i + 1, {
        currency: terms.quoteCurrency,
        unitsPerTickLot: terms.quoteUnitsPerTickLot,
        mark: terms.markTicks,
        dayMark: terms.markTicks,
      })
    })
  }

  step(): void {
    const kind = this.random(100)
    if (kind < 35) this.enter()
    else if (kind < 50) this.amend()
    else if (kind < 60) this.cancel()
    else if (kind < 90) this.trade()
    else if (kind < 95) this.mark()
    else if (kind < 98) this.limit()
    else if (kind < 99) this.startDay()
  }

  enter(): void {
    const { random, naive, table } = this
    const market = 1 + random(MARKETS.length)
    const order = {
      account: 1 + random(ACCOUNTS),
      market,
      sign: random(2) === 0 ? BUY : SELL,
      price: this.price(market),
      open: this.lots(market),
    }
    const row = table.row(order.account, market)
    const notional = Number(naive.notional(market, order.price, order.open))
    const reason = naive.judge(order, order.open)
    assert.equal(table.judgeNew(row, order.sign, order.open, notional), reason)
    this.refusals.set(reason, (this.refusals.get(reason) ?? 0) + 1)
    if (reason !== Reason.None) return
    table.open(row, order.sign, order.open, notional)
    naive.orders.add(order)
  }

  amend(): void {
    const { naive, table } = this
    const order = this.anyOrder()
    if (order === undefined) return
    const after = { ...order, price: this.price(order.market), open: this.lots(order.market) }
    const filled = this.random(5)
    const whole = after.open + filled
    const row = table.row(order.account, order.market)
    const worth = naive.notional(order.market, after.price, whole)
    const more = after.open - order.open
    const moreUnits = Number(
      naive.notional(order.market, after.price, after.open) -
        naive.notional(order.market, order.price, order.open),
    )
    const reason = naive.judge(after, whole, order)
    const { sign } = order
    assert.equal(table.judgeAmend(row, sign, whole, Number(worth), more, moreUnits), reason)
    if (reason !== Reason.None) return
    table.adjust(row, sign, more, moreUnits)
    Object.assign(order, after)
  }

  cancel(): void {
    const order = this.anyOrder()
    if (order === undefined) return
    const { table, naive } = this
    const row = table.row(order.account, order.market)
    const notional = Number(naive.notional(order.market, order.price, order.open))
    table.adjust(row, order.sign, -order.open, -notional)
    table.close(row)
    naive.orders.delete(order)
  }

  /** Any buy with any sell of its market, at any price: a book would be pickier. */
  trade(): void {
    const buy = this.anyOrder(BUY)
    const sell = this.anyOrder(SELL, buy?.market)
    if (buy === undefined || sell === undefined) return
    const lots = 1 + this.random(Math.min(buy.open, sell.open))
    const price = this.price(buy.market)
    const terms = this.naive.markets.get(buy.market)!
    if (terms.mark === 0) terms.mark = price
    const paid = this.naive.notional(buy.market, price, lots)
    for (const order of [buy, sell]) {
      const fee = paid / BigInt(20 + this.random(1_000))
      const row = this.table.row(order.account, order.market)
      const notional = Number(this.naive.notional(order.market, order.price, lots))
      this.table.fill(row, order.sign, lots, notional, Number(paid), Number(fee))
      this.naive.fill(order, lots, paid, fee)
      if (order.open === 0) this.table.close(row)
    }
  }

  mark(): void {
    const market = 1 + this.random(MARKETS.length)
    const price = market === SILLY && this.random(4) === 0 ? 2 ** 31 - 1 : this.price(market)
    this.table.setMark(market, price, 0)
    this.naive.markets.get(market)!.mark = price
  }

  limit(): void {
    const { random } = this
    const account = random(ACCOUNTS + 1)
    const market = random(MARKETS.length + 1)
    const some = (bound: number) =>
      random(2) === 0 ? UNSTATED : random(3) === 0 ? 0 : random(bound)
    const entry = {
      orderQtyMax: some(60),
      orderNotionalMax: some(10_000),
      positionMax: some(200),
      exposureMax: some(60_000),
      dailyLossMax: some(5_000),
      openOrdersMax: market === 0 ? some(20) : UNSTATED,
      messagesPerSecond: market === 0 ? some(20) : UNSTATED,
    }
    assert.equal(this.limits.set(account, market, entry), Reason.None)
    this.naive.state(account, market, entry)
  }

  startDay(): void {
    this.table.startDay()
    this.naive.startDay()
  }

  price(market: number): number {
    return market === SILLY ? 1 + this.random(9_000) : 80 + this.random(40)
  }

  lots(market: number): number {
    return market === SILLY ? 1 + this.random(900) : 1 + this.random(50)
  }

  anyOrder(sign?: number, market?: number): NaiveOrder | undefined {
    const orders = [...this.naive.orders].filter(
      (order) => order.sign === (sign ?? order.sign) && order.market === (market ?? order.market),
    )
    return orders[this.random(orders.length)]
  }

  compare(): void {
    const { table, naive } = this
    for (let account = 1; account <= ACCOUNTS; account++) {
      assert.equal(table.openOrders(account), naive.openOrders(account))
      for (const currency of [USD, EUR]) {
        const where = `account ${account}, currency ${currency}`
        const exposure = Number(naive.exposure(account, currency))
        assert.equal(table.exposureUnits(account, currency), exposure, where)
        assert.equal(
          table.profitUnits(account, currency),
          Number(naive.profit(account, currency)),
          where,
        )
      }
      for (let market = 1; market <= MARKETS.length; market++) this.compareRow(account, market)
    }
  }

  compareRow(account: number, market: number): void {
    const { table, naive } = this
    const row = table.find(account, market)
    if (row === 0) return
    assert.deepEqual([table.account(row), table.market(row)], [account, market])
    assert.equal(BigInt(table.positionLots(row)), naive.row(account, market).position)
    for (const sign of [BUY, SELL]) {
      assert.equal(BigInt(table.openLots(row, sign)), naive.openLots(account, market, sign))
      const more = this.random(100) - 20
      const isReducing = naive.isReducing(account, market, sign, BigInt(more))
      assert.equal(table.isReducing(row, sign, more), isReducing)
    }
    assert.equal(table.rowProfitUnits(row), Number(naive.rowProfit(account, market)))
    const lossMax = naive.limit(account, market, 'dailyLossMax')
    const loss = -naive.profit(account, naive.markets.get(market)!.currency)
    assert.equal(table.hasLostTooMuch(row), lossMax !== undefined && loss >= lossMax)
  }
}

test('positions: 60,000 events of ten seeds against sums made anew', () => {
  const counts = new Map<number, number>()
  for (let seed = 1; seed <= 10; seed++) {
    const pair = new Pair(seed)
    for (let i = 0; i < 6_000; i++) {
      try {
        pair.step()
        pair.compare()
      } catch (error) {
        throw new Error(`seed ${seed}, event ${i}`, { cause: error })
      }
    }
    for (const [reason, count] of pair.refusals) {
      counts.set(reason, (counts.get(reason) ?? 0) + count)
    }
  }
  const reasons = [Reason.OrderTooLarge, Reason.TooManyOpenOrders, Reason.PositionLimit]
  for (const reason of [Reason.None, Reason.ExposureLimit, ...reasons]) {
    assert.ok((counts.get(reason) ?? 0) > 100, `reason ${reason}: ${counts.get(reason)} times`)
  }
})

test('positions: when all has ended and is sold, nothing is left of it', () => {
  const pair = new Pair(4)
  for (let i = 0; i < 2_000; i++) pair.step()
  for (const order of [...pair.naive.orders]) {
    const row = pair.table.row(order.account, order.market)
    const notional = Number(pair.naive.notional(order.market, order.price, order.open))
    pair.table.adjust(row, order.sign, -order.open, -notional)
    pair.table.close(row)
  }
  pair.naive.orders.clear()
  for (let market = 1; market <= MARKETS.length; market++) {
    for (let account = 1; account <= ACCOUNTS; account++) {
      const row = pair.table.row(account, market)
      const lots = pair.table.positionLots(row)
      if (lots === 0) continue
      const sign = lots > 0 ? SELL : BUY
      pair.table.open(row, sign, Math.abs(lots), 0)
      pair.table.fill(row, sign, Math.abs(lots), 0, 1, 0)
      pair.table.close(row)
    }
  }
  for (let account = 1; account <= ACCOUNTS; account++) {
    for (const currency of [USD, EUR]) {
      assert.equal(pair.table.exposureUnits(account, currency), 0)
    }
    assert.equal(pair.table.openOrders(account), 0)
  }
})

test('positions: the same events make the same state, another event another one', () => {
  const stateOf = ({ table }: Pair) => {
    const state: number[] = []
    table.forEachState((value) => state.push(value))
    return state
  }
  const [a, b] = [new Pair(5), new Pair(5)]
  for (let i = 0; i < 500; i++) {
    a.step()
    b.step()
  }
  assert.deepEqual(stateOf(a), stateOf(b))
  assert.ok(stateOf(a).every(Number.isSafeInteger))
  b.table.judgeNew(1, BUY, 1, 1)
  assert.deepEqual(stateOf(a), stateOf(b), 'asking changes nothing')
  b.table.adjust(1, BUY, 1, 0)
  assert.notDeepEqual(stateOf(a), stateOf(b))
})
