/** Which limit holds for whom, and each of them at one below, at it, and one above. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PositionTable } from '../../actors/position-table.ts'
import { NO_LIMIT, type RiskLimitEntry, RiskLimits, UNSTATED } from '../../actors/risk-limits.ts'
import { BUY, SELL, type Sign } from '../../actors/sign.ts'
import { Reason } from '../../protocol/codecs.ts'

const ALL = 0
const UNIT = 3
const MARK = 100

const SILENT: RiskLimitEntry = {
  orderQtyMax: UNSTATED,
  orderNotionalMax: UNSTATED,
  positionMax: UNSTATED,
  exposureMax: UNSTATED,
  dailyLossMax: UNSTATED,
  openOrdersMax: UNSTATED,
  messagesPerSecond: UNSTATED,
}

/** Two markets of one currency and one of another; a tick and lot is worth 3. */
class Desk {
  readonly limits = new RiskLimits({ riskLimitsMax: 100 })
  readonly table = new PositionTable(this.limits, { positionsMax: 100, markIntervalUs: 0 })

  constructor() {
    for (const [market, quoteCurrency] of [1, 1, 2].entries()) {
      const terms = { quoteCurrency, quoteUnitsPerTickLot: UNIT, markTicks: MARK }
      this.table.openMarket(market + 1, terms)
    }
  }

  set(account: number, market: number, entry: Partial<RiskLimitEntry>): this {
    assert.equal(this.limits.set(account, market, { ...SILENT, ...entry }), Reason.None)
    return this
  }

  judge(sign: Sign, lots: number, price = MARK, account = 1, market = 1): number {
    const row = this.table.row(account, market)
    return this.table.judgeNew(row, sign, lots, lots * price * UNIT)
  }

  /** Enters an order that must pass. */
  open(sign: Sign, lots: number, price = MARK, account = 1, market = 1): this {
    assert.equal(this.judge(sign, lots, price, account, market), Reason.None)
    this.table.open(this.table.row(account, market), sign, lots, lots * price * UNIT)
    return this
  }

  /** Enters an order that must pass, and fills it at its price. */
  trade(sign: Sign, lots: number, price = MARK, account = 1, market = 1): this {
    this.open(sign, lots, price, account, market)
    const row = this.table.row(account, market)
    const units = lots * price * UNIT
    this.table.fill(row, sign, lots, units, units, 0)
    this.table.close(row)
    return this
  }
}

const around = (limit: number): readonly (readonly [number, boolean])[] => [
  [limit - 1, true],
  [limit, true],
  [limit + 1, false],
]

test('limits: lots of one order, the very first included', () => {
  for (const [lots, passes] of around(50)) {
    const desk = new Desk().set(ALL, ALL, { orderQtyMax: 50 })
    assert.equal(desk.judge(BUY, lots), passes ? Reason.None : Reason.OrderTooLarge, `${lots}`)
    assert.equal(desk.judge(SELL, lots), passes ? Reason.None : Reason.OrderTooLarge, `${lots}`)
  }
})

test('limits: money of one order, to the unit', () => {
  for (const [units, passes] of around(15_000)) {
    const desk = new Desk().set(ALL, ALL, { orderNotionalMax: 15_000 })
    const reason = desk.table.judgeNew(desk.table.row(1, 1), BUY, 50, units)
    assert.equal(reason, passes ? Reason.None : Reason.OrderTooLarge, `${units}`)
  }
})

test('limits: open orders are the account’s, over all markets', () => {
  const desk = new Desk().set(ALL, ALL, { openOrdersMax: 3 })
  desk.open(BUY, 1).open(SELL, 1, MARK, 1, 2)
  assert.equal(desk.judge(BUY, 1, MARK, 1, 3), Reason.None, 'the third')
  desk.open(BUY, 1, MARK, 1, 3)
  assert.equal(desk.judge(BUY, 1), Reason.TooManyOpenOrders, 'the fourth')
  assert.equal(desk.judge(BUY, 1, MARK, 2), Reason.None, 'another account')
  desk.table.close(desk.table.row(1, 2))
  assert.equal(desk.judge(BUY, 1), Reason.None, 'one has ended')
})

test('limits: an account that may have one open order gets its first', () => {
  const desk = new Desk().set(1, ALL, { openOrdersMax: 1 })
  assert.equal(desk.open(BUY, 1).judge(BUY, 1), Reason.TooManyOpenOrders)
})

test('limits: the position that a first order might come to, long and short', () => {
  for (const sign of [BUY, SELL]) {
    for (const [lots, passes] of around(100)) {
      const desk = new Desk().set(ALL, ALL, { positionMax: 100 })
      assert.equal(desk.judge(sign, lots), passes ? Reason.None : Reason.PositionLimit, `${lots}`)
    }
  }
})

test('limits: position, open orders of a side and the new one, together', () => {
  for (const [lots, passes] of around(100)) {
    for (const sign of [BUY, SELL]) {
      const desk = new Desk().set(ALL, ALL, { positionMax: 100 })
      const other: Sign = sign === BUY ? SELL : BUY
      desk.trade(sign, 30).open(sign, 25).open(sign, 5)
      // The other side may fill never: it makes no room.
      desk.open(other, 40)
      const expected = passes ? Reason.None : Reason.PositionLimit
      assert.equal(desk.judge(sign, lots - 60), expected, `${lots} of side ${sign}`)
    }
  }
})

test('limits: from a position the other side may go twice as far', () => {
  for (const [lots, passes] of around(130)) {
    const desk = new Desk().set(ALL, ALL, { positionMax: 100 }).trade(BUY, 30)
    assert.equal(desk.judge(SELL, lots), passes ? Reason.None : Reason.PositionLimit, `${lots}`)
  }
})

test('limits: a position above a limit that was lowered may shrink, and not grow', () => {
  const desk = new Desk().trade(BUY, 80).set(ALL, ALL, { positionMax: 50 })
  assert.equal(desk.judge(BUY, 1), Reason.PositionLimit)
  assert.equal(desk.judge(SELL, 1), Reason.None)
  assert.equal(desk.judge(SELL, 130), Reason.None)
  assert.equal(desk.judge(SELL, 131), Reason.PositionLimit)
})

test('limits: lots stay safe integers where nothing limits a position', () => {
  const desk = new Desk()
  const row = desk.table.row(1, 1)
  const top = Number.MAX_SAFE_INTEGER
  desk.table.open(row, BUY, top - 10, 0)
  for (const [lots, passes] of around(10)) {
    assert.equal(
      desk.table.judgeNew(row, BUY, lots, 0),
      passes ? Reason.None : Reason.PositionLimit,
    )
  }
})

test('limits: what a first order may be worth, to the unit', () => {
  for (const [units, passes] of around(30_000)) {
    const desk = new Desk().set(ALL, ALL, { exposureMax: 30_000 })
    const reason = desk.table.judgeNew(desk.table.row(1, 1), SELL, 100, units)
    assert.equal(reason, passes ? Reason.None : Reason.ExposureLimit, `${units}`)
  }
})

test('limits: exposure is positions at the mark and open orders, of one currency', () => {
  for (const [units, passes] of around(30_000)) {
    const desk = new Desk().set(ALL, ALL, { exposureMax: 30_000 })
    // 20 lots at the mark: 6,000. 10 short in another market: 3,000. An order of 7 at 90: 1,890.
    desk.trade(BUY, 20, 90).trade(SELL, 10, 110, 1, 2).open(SELL, 7, 90, 1, 2)
    // Another currency and another account are others' business.
    desk.open(BUY, 100, MARK, 1, 3).open(BUY, 100, MARK, 2, 1)
    assert.equal(desk.table.exposureUnits(1, 1), 10_890)
    const reason = desk.table.judgeNew(desk.table.row(1, 1), BUY, 1, units - 10_890)
    assert.equal(reason, passes ? Reason.None : Reason.ExposureLimit, `${units}`)
  }
})

test('limits: what can only shrink a position is not asked for the exposure', () => {
  const desk = new Desk().trade(BUY, 20).set(ALL, ALL, { exposureMax: 1 })
  assert.equal(desk.judge(BUY, 1), Reason.ExposureLimit)
  assert.equal(desk.judge(SELL, 20), Reason.None)
  assert.equal(desk.judge(SELL, 21), Reason.ExposureLimit)
  desk.open(SELL, 15)
  assert.equal(desk.judge(SELL, 5), Reason.None)
  assert.equal(desk.judge(SELL, 6), Reason.ExposureLimit)
})

test('limits: the day’s loss is reached at the limit, realised or at the mark', () => {
  for (const [loss, isBelow] of [
    [299, true],
    [300, false],
    [301, false],
  ] as const) {
    const desk = new Desk().set(ALL, ALL, { dailyLossMax: 300 })
    const row = desk.table.row(1, 1)
    assert.ok(!desk.table.hasLostTooMuch(row), 'nothing happened yet')
    // Bought and sold at one price: what is lost is the fees.
    desk.table.open(row, BUY, 1, 300)
    desk.table.fill(row, BUY, 1, 300, 300, loss - 100)
    desk.table.open(row, SELL, 1, 300)
    desk.table.fill(row, SELL, 1, 300, 300, 100)
    assert.equal(desk.table.hasLostTooMuch(row), !isBelow, `${loss} realised`)
    assert.equal(desk.table.profitUnits(1, 1), -loss)
  }
  for (const [mark, isBelow] of [
    [96, true],
    [95, false],
    [94, false],
  ] as const) {
    const desk = new Desk().trade(BUY, 20).set(ALL, ALL, { dailyLossMax: 300 })
    desk.table.setMark(1, mark, 0)
    assert.equal(desk.table.hasLostTooMuch(desk.table.row(1, 1)), !isBelow, `marked at ${mark}`)
    desk.table.startDay()
    assert.ok(!desk.table.hasLostTooMuch(desk.table.row(1, 1)), 'a new day')
  }
})

test('limits: an amend is judged by what more it opens, its size as a whole', () => {
  const terms = { orderQtyMax: 60, positionMax: 50, exposureMax: 20_000 }
  const desk = new Desk().open(BUY, 40).set(ALL, ALL, terms)
  const row = desk.table.row(1, 1)
  const amend = (total: number, more: number, price: number) => {
    const moreUnits = (40 + more) * price * UNIT - 40 * MARK * UNIT
    return desk.table.judgeAmend(row, BUY, total, total * price * UNIT, more, moreUnits)
  }
  assert.equal(amend(60, 10, MARK), Reason.None)
  assert.equal(amend(61, 10, MARK), Reason.OrderTooLarge)
  assert.equal(amend(60, 11, MARK), Reason.PositionLimit)
  assert.equal(amend(40, 0, 166), Reason.None)
  assert.equal(amend(40, 0, 167), Reason.ExposureLimit)
  desk.set(ALL, ALL, { orderQtyMax: 1, positionMax: 1, exposureMax: 1 })
  assert.equal(amend(39, -1, MARK), Reason.None, 'less of everything passes')
  assert.equal(amend(39, -1, MARK + 10), Reason.OrderTooLarge)
})

test('limits: the most specific that states a field, each field by itself', () => {
  const desk = new Desk()
  const limitOf = (account: number, market: number) => {
    let lots = 0
    while (lots < 20 && desk.judge(BUY, lots + 1, 1, account, market) === Reason.None) lots++
    return lots
  }
  assert.equal(limitOf(1, 1), 20, 'none')
  desk.set(ALL, ALL, { orderQtyMax: 5, positionMax: 4 })
  assert.equal(limitOf(1, 1), 4)
  desk.set(ALL, 1, { positionMax: 6 })
  assert.deepEqual([limitOf(1, 1), limitOf(1, 2)], [5, 4])
  desk.set(1, ALL, { orderQtyMax: 9 })
  assert.deepEqual([limitOf(1, 1), limitOf(1, 2), limitOf(2, 1)], [6, 4, 5])
  desk.set(1, ALL, { orderQtyMax: 9, positionMax: 8 })
  assert.deepEqual([limitOf(1, 1), limitOf(1, 2), limitOf(2, 1)], [8, 8, 5])
  desk.set(1, 1, { positionMax: 0 })
  assert.deepEqual([limitOf(1, 1), limitOf(1, 2)], [9, 8], '0 lifts what is less specific')
  desk.set(1, 1, { orderQtyMax: 0, positionMax: 0 })
  assert.equal(limitOf(1, 1), 20)
  desk.set(1, 1, {})
  assert.equal(limitOf(1, 1), 8, 'taken back')
})

test('limits: an account’s own limits come from it, else from all', () => {
  const desk = new Desk()
  const { limits, table } = desk
  const own = (account: number) => {
    const row = table.row(account, 1)
    let orders = 0
    while (orders < 20 && table.judgeNew(row, BUY, 1, 1) === Reason.None) {
      table.open(row, BUY, 1, 1)
      orders++
    }
    for (let i = 0; i < orders; i++) {
      table.adjust(row, BUY, -1, -1)
      table.close(row)
    }
    return [orders, limits.messagesPerSecond(account)]
  }
  assert.deepEqual(own(3), [20, NO_LIMIT])
  desk.set(3, ALL, { openOrdersMax: 9 })
  assert.deepEqual(own(3), [9, NO_LIMIT])
  desk.set(ALL, ALL, { openOrdersMax: 7, messagesPerSecond: 70 })
  assert.deepEqual(
    [own(3), own(2), own(40)],
    [
      [9, 70],
      [7, 70],
      [7, 70],
    ],
  )
  desk.set(40, ALL, { messagesPerSecond: 50 })
  assert.deepEqual(
    [own(3), own(2), own(39), own(40)],
    [
      [9, 70],
      [7, 70],
      [7, 70],
      [7, 50],
    ],
  )
  desk.set(ALL, ALL, { openOrdersMax: 6, messagesPerSecond: 60 })
  assert.deepEqual(
    [own(3), own(2), own(39), own(40), own(41)],
    [
      [9, 60],
      [6, 60],
      [6, 60],
      [6, 50],
      [6, 60],
    ],
  )
  desk.set(3, ALL, { openOrdersMax: 0, messagesPerSecond: 0 })
  assert.deepEqual(own(3), [20, NO_LIMIT], '0 lifts what holds for all')
  desk.set(3, ALL, {})
  assert.deepEqual(own(3), [6, 60], 'taken back')
  assert.equal(limits.messagesPerSecond(100_000), 60)
})

test('limits: what cannot be is refused and changes nothing', () => {
  const limits = new RiskLimits({ riskLimitsMax: 1 })
  const version = limits.version
  for (const field of Object.keys(SILENT)) {
    for (const value of [-2, 0.5, Number.NaN, 2 ** 53]) {
      const reason = limits.set(ALL, ALL, { ...SILENT, [field]: value })
      assert.equal(reason, Reason.InvalidDefinition, `${field} ${value}`)
    }
  }
  for (const field of ['openOrdersMax', 'messagesPerSecond']) {
    assert.equal(limits.set(1, 1, { ...SILENT, [field]: 0 }), Reason.InvalidDefinition, field)
  }
  const tooMany = { ...SILENT, messagesPerSecond: 2 ** 32 }
  assert.equal(limits.set(1, ALL, tooMany), Reason.InvalidDefinition)
  assert.equal(limits.version, version)
  assert.equal(limits.set(1, 1, SILENT), Reason.None)
  assert.equal(limits.set(1, 2, SILENT), Reason.TableFull)
  assert.equal(limits.set(1, 1, { ...SILENT, positionMax: 1 }), Reason.None)
})

test('limits: a table of positions that is full has no row for one more', () => {
  const limits = new RiskLimits({ riskLimitsMax: 1 })
  const table = new PositionTable(limits, { positionsMax: 1, markIntervalUs: 0 })
  table.openMarket(1, { quoteCurrency: 1, quoteUnitsPerTickLot: 1, markTicks: 0 })
  assert.deepEqual([table.row(1, 1), table.row(2, 1), table.row(1, 1)], [1, 0, 1])
})

test('limits: the state tells what differs', () => {
  const stateOf = (limits: RiskLimits) => {
    const state: number[] = []
    limits.forEachState((value) => state.push(value))
    return state
  }
  const [a, b] = [new Desk(), new Desk()]
  for (const desk of [a, b]) desk.set(ALL, ALL, { positionMax: 5 }).set(2, 1, { exposureMax: 6 })
  assert.deepEqual(stateOf(a.limits), stateOf(b.limits))
  b.set(2, 1, { exposureMax: 7 })
  assert.notDeepEqual(stateOf(a.limits), stateOf(b.limits))
})
