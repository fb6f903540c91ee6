/** The breakers: each at one below its limit, at it and above it, and never twice for one cause. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BUCKETS } from '../../actors/bucket-window.ts'
import {
  BreakerAction,
  DailyLossBreaker,
  MarketWideBreaker,
  MoveBreaker,
} from '../../actors/circuit-breakers.ts'
import { KillCause, KillSwitch, TradingState } from '../../actors/kill-switch.ts'
import { PositionTable } from '../../actors/position-table.ts'
import { RiskLimits, UNSTATED } from '../../actors/risk-limits.ts'
import { BUY, SELL, type Sign } from '../../actors/sign.ts'
import { seeded } from './seeded.ts'

const { None, HaltMarket, HaltAll, EndDay, HaltAccount } = BreakerAction
const SECOND = 1_000_000
/** A whole number of windows since the epoch. */
const NOW = 64 * SECOND * 1_000_000

const MOVE = { moveBps: 500, moveWindowSeconds: 64, haltSeconds: 300 }

test('move: five hundredths from the window’s extreme halt, up and down', () => {
  for (const [first, then, action] of [
    [10_000, 10_499, None],
    [10_000, 10_500, HaltMarket],
    [10_000, 10_501, HaltMarket],
    [10_000, 9_501, None],
    [10_000, 9_500, HaltMarket],
    [10_000, 9_499, HaltMarket],
    [10_000, 10_000, None],
    [19, 20, HaltMarket],
    [21, 22, None],
  ] as const) {
    const breaker = new MoveBreaker(MOVE)
    assert.equal(breaker.onPrint(NOW, first), None, 'the first print moves nothing')
    assert.equal(breaker.onPrint(NOW + 1, then), action, `${first} to ${then}`)
  }
})

test('move: many small steps add up to the one that halts', () => {
  const breaker = new MoveBreaker(MOVE)
  for (let price = 10_000; price < 10_500; price += 20) {
    assert.equal(breaker.onPrint(NOW, price), None, `${price}`)
  }
  assert.equal(breaker.onPrint(NOW, 10_500), HaltMarket)
})

test('move: a print is remembered for the window, and at most a 64th more', () => {
  for (const [afterUs, action] of [
    [0, HaltMarket],
    [64 * SECOND, HaltMarket],
    [65 * SECOND - 1, HaltMarket],
    [65 * SECOND, None],
    [1_000 * SECOND, None],
  ] as const) {
    const breaker = new MoveBreaker(MOVE)
    breaker.onPrint(NOW, 10_000)
    assert.equal(breaker.onPrint(NOW + afterUs, 11_000), action, `after ${afterUs} us`)
  }
})

test('move: when the extreme has left the window the next one counts', () => {
  const breaker = new MoveBreaker(MOVE)
  breaker.onPrint(NOW, 10_000)
  breaker.onPrint(NOW + 10 * SECOND, 10_300)
  assert.equal(breaker.onPrint(NOW + 65 * SECOND, 10_600), None)
  assert.equal(breaker.onPrint(NOW + 66 * SECOND, 10_814), None)
  assert.equal(breaker.onPrint(NOW + 66 * SECOND, 10_815), HaltMarket)
})

test('move: who has tripped begins anew, and so does an auction', () => {
  const breaker = new MoveBreaker(MOVE)
  breaker.onPrint(NOW, 10_000)
  assert.equal(breaker.onPrint(NOW, 11_000), HaltMarket)
  assert.equal(breaker.onPrint(NOW, 11_100), None)
  assert.equal(breaker.onPrint(NOW, 11_655), HaltMarket)
  breaker.onPrint(NOW, 10_000)
  breaker.restart()
  assert.equal(breaker.onPrint(NOW, 20_000), None)
})

test('move: it says until when, and can be switched off', () => {
  const breaker = new MoveBreaker(MOVE)
  assert.equal(breaker.haltUntilUs(NOW), NOW + 300 * SECOND)
  for (const off of [{ moveBps: 0 }, { moveWindowSeconds: 0 }]) {
    breaker.changeTerms({ ...MOVE, ...off })
    breaker.onPrint(NOW, 1)
    assert.equal(breaker.onPrint(NOW, 2 ** 31 - 1), None)
  }
})

test('move: 100,000 seeded prints against one that keeps them all', () => {
  const random = seeded(11)
  const terms = { moveBps: 100, moveWindowSeconds: 10, haltSeconds: 1 }
  const bucketUs = (10 * SECOND) / BUCKETS
  const breaker = new MoveBreaker(terms)
  let prints: { bucket: number; price: number }[] = []
  let timeUs = NOW
  let price = 5_000
  let trips = 0
  for (let i = 0; i < 100_000; i++) {
    timeUs += random(500) === 0 ? random(20 * SECOND) : random(bucketUs / 5)
    price = Math.max(100, price + random(9) - 4 + (random(300) === 0 ? random(100) - 50 : 0))
    const bucket = Math.floor(timeUs / bucketUs)
    prints = prints.filter((print) => print.bucket >= bucket - BUCKETS)
    prints.push({ bucket, price })
    const prices = prints.map((print) => print.price)
    const [low, high] = [Math.min(...prices), Math.max(...prices)]
    const trips100 = (price - low) * 100 >= low || (high - price) * 100 >= high
    assert.equal(breaker.onPrint(timeUs, price), trips100 ? HaltMarket : None, `print ${i}`)
    if (!trips100) continue
    prints = []
    trips++
  }
  assert.ok(trips > 100, `${trips} trips`)
})

const WIDE = { levelBps: [700, 1_300, 2_000] as const, haltSeconds: 900 }
const LATE = NOW + 6 * 3_600 * SECOND

/** Markets 1 … count, each with 10,000 as its reference. */
function wide(count: number): MarketWideBreaker {
  const breaker = new MarketWideBreaker(WIDE)
  breaker.startDay(LATE)
  for (let market = 1; market <= count; market++) breaker.setReference(market, 10_000)
  return breaker
}

test('market-wide: the levels, one tick short, at, and one tick beyond', () => {
  for (const [price, action, level] of [
    [9_301, None, 0],
    [9_300, HaltAll, 1],
    [9_299, HaltAll, 1],
    [8_701, HaltAll, 1],
    [8_700, HaltAll, 2],
    [8_001, HaltAll, 2],
    [8_000, EndDay, 3],
    [1, EndDay, 3],
    [20_000, None, 0],
  ] as const) {
    const breaker = wide(1)
    assert.equal(breaker.onPrint(NOW, 1, price), action, `${price}`)
    assert.equal(breaker.levelReached, level)
  }
})

test('market-wide: a fall that no decimal fits is not rounded down to the level', () => {
  const breaker = new MarketWideBreaker(WIDE)
  breaker.startDay(0)
  breaker.setReference(1, 300_007)
  // 7 % of it are 21,000.49: at 21,000 it is not reached yet.
  assert.equal(breaker.onPrint(NOW, 1, 300_007 - 21_000), None)
  assert.equal(breaker.onPrint(NOW, 1, 300_007 - 21_001), HaltAll)
})

test('market-wide: the mean of all that have a reference', () => {
  const breaker = wide(4)
  breaker.setReference(9, 0)
  assert.equal(breaker.onPrint(NOW, 1, 7_201), None)
  assert.equal(breaker.meanMovePpm, -69_975)
  assert.equal(breaker.onPrint(NOW, 9, 1), None, 'without a reference it does not count')
  assert.equal(breaker.onPrint(NOW, 2, 9_999), HaltAll, 'together 28 hundredths of 4')
  assert.equal(breaker.meanMovePpm, -70_000)
})

test('market-wide: a reference that is set again starts that market’s move anew', () => {
  const breaker = wide(2)
  breaker.onPrint(NOW, 1, 9_000)
  assert.equal(breaker.meanMovePpm, -50_000)
  breaker.setReference(1, 9_000)
  assert.equal(breaker.meanMovePpm, 0)
  breaker.onPrint(NOW, 2, 9_000)
  assert.equal(breaker.meanMovePpm, -50_000)
  breaker.setReference(1, 0)
  assert.equal(breaker.meanMovePpm, -100_000, 'one that is left out does not count')
})

test('market-wide: one that soars hides no more than one that falls to nothing', () => {
  const breaker = wide(4)
  breaker.onPrint(NOW, 1, 2 ** 31 - 1)
  assert.equal(breaker.meanMovePpm, 250_000)
  for (const market of [2, 3]) assert.equal(breaker.onPrint(NOW, market, 4_000), None)
  assert.equal(breaker.onPrint(NOW, 4, 9_201), None)
  assert.equal(breaker.onPrint(NOW, 4, 9_200), HaltAll)
})

test('market-wide: levels 1 and 2 once a day each, and level 3 ends it', () => {
  const breaker = wide(1)
  const at = (price: number) => breaker.onPrint(NOW, 1, price)
  assert.deepEqual([at(9_300), at(9_200), at(9_900), at(9_300)], [HaltAll, None, None, None])
  assert.deepEqual([at(8_700), at(8_600), at(9_900), at(8_700)], [HaltAll, None, None, None])
  assert.deepEqual([at(8_000), at(7_000), at(9_900), at(8_000)], [EndDay, None, None, None])
  breaker.startDay(LATE)
  breaker.setReference(1, 8_000)
  assert.deepEqual([at(7_441), at(7_440)], [None, HaltAll], 'a new day')
})

test('market-wide: a deeper level uses up those above it', () => {
  const breaker = wide(1)
  assert.equal(breaker.onPrint(NOW, 1, 8_600), HaltAll)
  assert.equal(breaker.levelReached, 2)
  assert.equal(breaker.onPrint(NOW, 1, 9_900), None)
  assert.equal(breaker.onPrint(NOW, 1, 9_200), None)
})

test('market-wide: late in the day only level 3 acts', () => {
  for (const [timeUs, price, action] of [
    [LATE - 1, 8_700, HaltAll],
    [LATE, 8_700, None],
    [LATE + 1, 9_300, None],
    [LATE, 8_000, EndDay],
  ] as const) {
    assert.equal(wide(1).onPrint(timeUs, 1, price), action, `${timeUs - LATE} us after`)
  }
  const always = wide(1)
  always.startDay(0)
  always.setReference(1, 10_000)
  assert.equal(always.onPrint(LATE, 1, 9_300), HaltAll)
})

test('market-wide: a level that is off is passed over', () => {
  const breaker = wide(1)
  breaker.changeTerms({ levelBps: [0, 1_300, 0], haltSeconds: 1 })
  assert.equal(breaker.onPrint(NOW, 1, 8_701), None)
  assert.equal(breaker.onPrint(NOW, 1, 8_700), HaltAll)
  assert.equal(breaker.onPrint(NOW, 1, 1), None)
  assert.equal(breaker.haltUntilUs(NOW), NOW + SECOND)
})

test('market-wide: 50,000 seeded prints against means made anew', () => {
  const random = seeded(5)
  const references = [0, 1, 7, 10_000, 2 ** 31 - 1, 123_457]
  const breaker = new MarketWideBreaker({ ...WIDE, levelBps: [0, 0, 0] })
  breaker.startDay(0)
  references.forEach((ticks, market) => void (market > 0 && breaker.setReference(market, ticks)))
  const moves = new Map(references.slice(1).map((_, i) => [i + 1, 0]))
  for (let i = 0; i < 50_000; i++) {
    const market = 1 + random(5)
    const reference = references[market]!
    const price = 1 + random(Math.min(2 * reference + 2, 2 ** 31 - 1))
    breaker.onPrint(NOW, market, price)
    const exact = Number((BigInt(price - reference) * 1_000_000n) / BigInt(reference))
    moves.set(market, Math.min(exact, 1_000_000))
    const sum = [...moves.values()].reduce((a, b) => a + b)
    assert.equal(breaker.meanMovePpm, Math.trunc(sum / 5), `print ${i}`)
  }
})

const SILENT = { orderQtyMax: UNSTATED, orderNotionalMax: UNSTATED, positionMax: UNSTATED }
const LOSS = {
  ...SILENT,
  exposureMax: UNSTATED,
  openOrdersMax: UNSTATED,
  messagesPerSecond: UNSTATED,
}

/** Accounts 1 … 3 may lose 100 a day; 1 is long 10 lots at 50, 2 is short of them, 3 has none. */
class LossDesk {
  readonly limits = new RiskLimits({ riskLimitsMax: 9 })
  readonly positions = new PositionTable(this.limits, { positionsMax: 9, markIntervalUs: 10_000 })
  readonly kill = new KillSwitch(this.positions)
  readonly breaker = new DailyLossBreaker(this.positions, this.kill)

  constructor() {
    this.limits.set(0, 0, { ...LOSS, dailyLossMax: 100 })
    this.positions.openMarket(1, { quoteCurrency: 1, quoteUnitsPerTickLot: 1, markTicks: 50 })
    this.trade(1, BUY, 10, 50)
    this.trade(2, SELL, 10, 50)
    this.positions.row(3, 1)
  }

  trade(account: number, sign: Sign, lots: number, price: number, fee = 0): number {
    const row = this.positions.row(account, 1)
    this.positions.open(row, sign, lots, lots * price)
    this.positions.fill(row, sign, lots, lots * price, lots * price, fee)
    this.positions.close(row)
    return row
  }

  /** Accounts to halt, after the mark has moved. */
  breached(): number[] {
    const accounts: number[] = []
    let row = this.breaker.nextBreach(1, 0)
    while (row !== 0) {
      accounts.push(this.positions.account(row))
      row = this.breaker.nextBreach(1, row)
    }
    return accounts
  }
}

test('daily loss: a mark that moves finds those who have lost as much as they may', () => {
  for (const [mark, accounts] of [
    [41, []],
    [40, [1]],
    [39, [1]],
    [59, []],
    [60, [2]],
    [61, [2]],
  ] as const) {
    const desk = new LossDesk()
    assert.deepEqual(desk.breached(), [], 'nothing lost yet')
    desk.positions.setMark(1, mark, 0)
    assert.deepEqual(desk.breached(), accounts, `marked at ${mark}`)
  }
})

test('daily loss: a fill finds it too, fees included', () => {
  for (const [fee, action] of [
    [99, None],
    [100, HaltAccount],
    [101, HaltAccount],
  ] as const) {
    const desk = new LossDesk()
    assert.equal(desk.breaker.judge(desk.trade(3, BUY, 1, 50, fee)), action, `${fee}`)
  }
})

test('daily loss: who is halted for it already is not named again, until a new day', () => {
  const desk = new LossDesk()
  desk.positions.setMark(1, 40, 0)
  assert.deepEqual(desk.breached(), [1])
  desk.kill.set(1, KillCause.DailyLoss, TradingState.Halted)
  assert.deepEqual(desk.breached(), [])
  desk.positions.setMark(1, 30, 0)
  assert.deepEqual(desk.breached(), [])
  desk.positions.startDay()
  desk.kill.lift(KillCause.DailyLoss)
  assert.deepEqual(desk.breached(), [])
  desk.positions.setMark(1, 20, 0)
  assert.deepEqual(desk.breached(), [1])
})

test('daily loss: halted by an operator, it is still found', () => {
  const desk = new LossDesk()
  desk.kill.set(1, KillCause.Operator, TradingState.Halted)
  desk.positions.setMark(1, 40, 0)
  assert.deepEqual(desk.breached(), [1])
})

test('daily loss: a mark is due when the price is another one and the interval is over', () => {
  const { marks } = new LossDesk().positions
  marks.move(1, 50, NOW)
  for (const [price, afterUs, isDue] of [
    [51, 9_999, false],
    [51, 10_000, true],
    [51, 10_001, true],
    [50, 10_001, false],
  ] as const) {
    assert.equal(marks.isDue(1, price, NOW + afterUs), isDue, `${price} after ${afterUs}`)
  }
})

test('breakers: their states tell what differs', () => {
  const stateOf = (of: { forEachState(add: (value: number) => void): void }) => {
    const state: number[] = []
    of.forEachState((value) => state.push(value))
    return state
  }
  const moves = [new MoveBreaker(MOVE), new MoveBreaker(MOVE)] as const
  const wides = [wide(2), wide(2)] as const
  for (const move of moves) move.onPrint(NOW, 100)
  for (const one of wides) one.onPrint(NOW, 1, 9_000)
  assert.deepEqual(stateOf(moves[0]), stateOf(moves[1]))
  assert.deepEqual(stateOf(wides[0]), stateOf(wides[1]))
  moves[1].onPrint(NOW, 101)
  wides[1].onPrint(NOW, 2, 9_999)
  assert.notDeepEqual(stateOf(moves[0]), stateOf(moves[1]))
  assert.notDeepEqual(stateOf(wides[0]), stateOf(wides[1]))
})
