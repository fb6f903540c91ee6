/** All risk modules in the order in which a market calls them: what adds up, and no garbage. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { AccountActor } from '../../actors/account-actor.ts'
import {
  BreakerAction,
  DailyLossBreaker,
  MarketWideBreaker,
  MoveBreaker,
} from '../../actors/circuit-breakers.ts'
import { CURRENCIES_MAX } from '../../actors/currency-table.ts'
import { FeeSchedule } from '../../actors/fee-schedule.ts'
import { KillSwitch } from '../../actors/kill-switch.ts'
import { CANCELS, MessageRate, REQUESTS } from '../../actors/message-rate.ts'
import { PositionTable } from '../../actors/position-table.ts'
import { PriceReference } from '../../actors/price-reference.ts'
import { RiskLimits } from '../../actors/risk-limits.ts'
import { BUY, SELL, type Sign } from '../../actors/sign.ts'
import { Reason } from '../../protocol/codecs.ts'

const USD = 1
const BTC = 2
const MARKET = 1
const ACCOUNTS = 50
const FUNDS = 1e12
const LIMITS = { accountsMax: ACCOUNTS, depositsMax: 1, feePairsMax: 9, riskLimitsMax: 9 }
const SIZES = { positionsMax: 100, markIntervalUs: 1_000 }
const REFERENCE = { windowSeconds: 5, stepBps: 100, intervalSeconds: 1, limitStateSeconds: 15 }

/** A market without a book: each turn one order rests, and another one takes half of it. */
class RiskTurns {
  readonly accounts = new AccountActor(LIMITS)
  readonly fees = new FeeSchedule(LIMITS)
  readonly limits = new RiskLimits(LIMITS)
  readonly positions = new PositionTable(this.limits, SIZES)
  readonly rate = new MessageRate()
  readonly kill = new KillSwitch(this.positions)
  readonly losses = new DailyLossBreaker(this.positions, this.kill)
  readonly reference = new PriceReference(REFERENCE, 0)
  readonly moves = new MoveBreaker({ moveBps: 5_000, moveWindowSeconds: 5, haltSeconds: 1 })
  readonly all = new MarketWideBreaker({ levelBps: [700, 1_300, 2_000], haltSeconds: 1 })
  timeUs = 1_700_000_000_000_000
  turns = 0

  constructor() {
    const name = new DataView(new ArrayBuffer(16))
    for (let account = 1; account <= ACCOUNTS; account++) {
      name.setInt32(0, account, true)
      this.accounts.open(name, 0)
      for (const currency of [USD, BTC]) this.accounts.credit(account, currency, FUNDS)
    }
    this.fees.set(0, 0, 1_000, 2_500)
    this.fees.set(7, MARKET, 3_000, 0)
    const some = { orderQtyMax: 100, orderNotionalMax: 1e9, positionMax: 1e6, exposureMax: 1e12 }
    const more = { dailyLossMax: 1e12, openOrdersMax: 10, messagesPerSecond: 1_000 }
    this.limits.set(0, 0, { ...some, ...more })
    const terms = { quoteCurrency: USD, quoteUnitsPerTickLot: 1, markTicks: 0 }
    this.positions.openMarket(MARKET, terms)
    this.all.startDay(0)
    this.all.setReference(MARKET, 10_000)
  }

  turn(): void {
    const i = ++this.turns
    this.timeUs += 500
    const price = 10_000 + ((i * 7) % 200)
    const maker = 1 + (i % ACCOUNTS)
    const taker = 1 + ((i * 3) % ACCOUNTS)
    const sign: Sign = i % 2 === 0 ? BUY : SELL
    this.enter(maker, sign, 10, price)
    this.enter(taker, sign === BUY ? SELL : BUY, 5, price)
    if (sign === BUY) this.trade(maker, taker, price, 10, 5, true)
    else this.trade(taker, maker, price, 5, 10, false)
    this.end(taker, sign === BUY ? SELL : BUY, 0, price)
    assert.ok(this.rate.admit(maker, CANCELS, this.limits.messagesPerSecond(maker), this.timeUs))
    this.end(maker, sign, 5, price)
  }

  enter(account: number, sign: Sign, lots: number, price: number): void {
    const { limits, positions, accounts } = this
    const perSecond = limits.messagesPerSecond(account)
    assert.ok(this.rate.admit(account, REQUESTS, perSecond, this.timeUs))
    const row = positions.row(account, MARKET)
    assert.equal(this.kill.judge(account, row, sign, lots), Reason.None)
    assert.equal(positions.judgeNew(row, sign, lots, lots * price), Reason.None)
    const tariff = this.fees.tariffOf(account, MARKET)
    if (sign === BUY)
      assert.ok(accounts.hold(account, USD, this.fees.holdUnits(tariff, lots * price)))
    else assert.ok(accounts.hold(account, BTC, lots))
    positions.open(row, sign, lots, lots * price)
  }

  trade(
    buyer: number,
    seller: number,
    price: number,
    buy: number,
    sell: number,
    isBuyMaker: boolean,
  ): void {
    const { fees, positions } = this
    const lots = Math.min(buy, sell)
    const paid = lots * price
    const buyTariff = fees.tariffOf(buyer, MARKET)
    const sellTariff = fees.tariffOf(seller, MARKET)
    const held =
      fees.holdUnits(buyTariff, buy * price) - fees.holdUnits(buyTariff, (buy - lots) * price)
    const buyerFee = isBuyMaker
      ? fees.makerFeeUnits(buyTariff, paid)
      : fees.takerFeeUnits(buyTariff, paid)
    const sellerFee = isBuyMaker
      ? fees.takerFeeUnits(sellTariff, paid)
      : fees.makerFeeUnits(sellTariff, paid)
    this.accounts.settle(buyer, seller, USD, BTC, held, paid, lots, buyerFee, sellerFee)
    const buyRow = positions.row(buyer, MARKET)
    const sellRow = positions.row(seller, MARKET)
    positions.fill(buyRow, BUY, lots, paid, paid, buyerFee)
    positions.fill(sellRow, SELL, lots, paid, paid, sellerFee)
    this.reference.onPrint(this.timeUs, price)
    assert.equal(this.moves.onPrint(this.timeUs, price), BreakerAction.None)
    assert.equal(this.all.onPrint(this.timeUs, MARKET, price), BreakerAction.None)
    assert.equal(this.reference.onQuote(this.timeUs, price - 1, price + 1, 9_000, 11_000), 0)
    assert.equal(this.losses.judge(buyRow), BreakerAction.None)
    assert.equal(this.losses.judge(sellRow), BreakerAction.None)
    if (!positions.marks.isDue(MARKET, price, this.timeUs)) return
    positions.setMark(MARKET, price, this.timeUs)
    assert.equal(this.losses.nextBreach(MARKET, 0), 0)
  }

  end(account: number, sign: Sign, open: number, price: number): void {
    const { fees, accounts, positions } = this
    const row = positions.row(account, MARKET)
    if (open > 0) {
      const held = fees.holdUnits(fees.tariffOf(account, MARKET), open * price)
      if (sign === BUY) accounts.release(account, USD, held)
      else accounts.release(account, BTC, open)
      positions.adjust(row, sign, -open, -open * price)
    }
    positions.close(row)
  }
}

test('risk: turn by turn nothing is held, open or lost in the end but what should be', () => {
  const turns = new RiskTurns()
  for (let i = 0; i < 20_000; i++) turns.turn()
  const { accounts, positions } = turns
  assert.equal(accounts.audit(BTC, new Float64Array((ACCOUNTS + 1) * CURRENCIES_MAX)), undefined)
  let profit = 0
  let lots = 0
  for (let account = 1; account <= ACCOUNTS; account++) {
    const row = positions.row(account, MARKET)
    const position = positions.positionLots(row)
    assert.equal(positions.openOrders(account), 0)
    assert.deepEqual([positions.openLots(row, BUY), positions.openLots(row, SELL)], [0, 0])
    // A position is what came in by trading, and a profit what that is worth less what it cost.
    assert.equal(position, accounts.free(account, BTC) - FUNDS)
    const mark = positions.marks.markTicks(MARKET)
    assert.equal(
      positions.profitUnits(account, USD),
      accounts.free(account, USD) - FUNDS + position * mark,
    )
    assert.equal(positions.exposureUnits(account, USD), Math.abs(position) * mark)
    profit += positions.profitUnits(account, USD)
    lots += position
  }
  assert.equal(lots, 0)
  assert.equal(profit, -accounts.fees(USD), 'what all have lost together are the fees')
  assert.ok(accounts.fees(USD) > 0)
})

const TURNS = 100_000
/** A single object of two words a turn would be three times this. */
const GROWTH_BYTES_MAX = 512 * 1024

test('risk: 100,000 turns leave next to nothing on the heap', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const turns = new RiskTurns()
  for (let i = 0; i < TURNS; i++) turns.turn()
  collect()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < TURNS; i++) turns.turn()
  collect()
  const kept = process.memoryUsage().heapUsed - before
  assert.ok(kept < GROWTH_BYTES_MAX, `${kept} bytes kept`)
})
