/** Fees: exact to the unit, the most specific rate, and never more than was held. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FEE_PPM_MAX, FeeSchedule, feeUnits } from '../../actors/fee-schedule.ts'
import { Reason } from '../../protocol/codecs.ts'
import { seeded } from './seeded.ts'

const TOP = Number.MAX_SAFE_INTEGER
const VALUES = 2_000_000

const open = (feePairsMax = 100) => new FeeSchedule({ feePairsMax })

test('fees: floor(units × ppm / 10^6), by hand', () => {
  for (const [ppm, units, expected] of [
    [0, TOP, 0],
    [1, 999_999, 0],
    [1, 1_000_000, 1],
    [1_000, 999, 0],
    [1_000, 1_000, 1],
    [1_000, 1_999, 1],
    [250, 12_345_678, 3_086],
    [100_000, TOP, 900_719_925_474_099],
    [99_999, TOP, 900_710_918_274_844],
    [1, TOP, 9_007_199_254],
  ] as const) {
    assert.equal(feeUnits(ppm, units), expected, `${ppm} ppm of ${units}`)
  }
})

test(`fees: ${VALUES} seeded values of every size, against BigInt`, () => {
  const random = seeded(20)
  const high = 2 ** 21
  for (let i = 0; i < VALUES; i++) {
    const ppm = random(FEE_PPM_MAX + 1)
    // Every magnitude, and around the last unit at which the fee rises.
    const any = Math.floor((random(high) * 2 ** 32 + random(2 ** 32)) / 2 ** random(53))
    const units = i % 2 === 0 || ppm === 0 ? any : nearStep(any, ppm, random(3) - 1)
    const expected = (BigInt(units) * BigInt(ppm)) / 1_000_000n
    if (BigInt(feeUnits(ppm, units)) !== expected) assert.fail(`${ppm} ppm of ${units}`)
  }
})

/** The least units whose fee is that of `units`, and one beside it. */
function nearStep(units: number, ppm: number, by: number): number {
  const fee = (BigInt(units) * BigInt(ppm)) / 1_000_000n
  const least = Number((fee * 1_000_000n + BigInt(ppm) - 1n) / BigInt(ppm))
  return Math.min(Math.max(least + by, 0), TOP)
}

test('fees: however an order is filled, its parts cost no more than was held for the whole', () => {
  const rate = fc.integer({ min: 0, max: FEE_PPM_MAX })
  const fill = fc.record({
    lots: fc.integer({ min: 1, max: 50 }),
    better: fc.nat(9),
    isMaker: fc.boolean(),
  })
  const order = fc.record({
    maker: rate,
    taker: rate,
    price: fc.integer({ min: 10, max: 10_000_000_000 }),
    fills: fc.array(fill, { minLength: 1, maxLength: 30 }),
  })
  fc.assert(
    fc.property(order, ({ maker, taker, price, fills }) => {
      const fees = open()
      fees.set(0, 0, maker, taker)
      const tariff = fees.tariffOf(1, 1)
      let openLots = fills.reduce((sum, { lots }) => sum + lots, 0)
      let held = fees.holdUnits(tariff, price * openLots)
      for (const { lots, better, isMaker } of fills) {
        const after = fees.holdUnits(tariff, price * (openLots - lots))
        const paid = (price - better) * lots
        const fee = isMaker ? fees.makerFeeUnits(tariff, paid) : fees.takerFeeUnits(tariff, paid)
        assert.ok(paid + fee <= held - after, `${paid} + ${fee} of ${held} - ${after}`)
        assert.ok(fee <= paid, 'a seller pays from what it gets')
        openLots -= lots
        held = after
      }
      assert.equal(held, 0)
    }),
  )
})

test('fees: the most specific rate that is set', () => {
  const fees = open()
  const rates = (account: number, market: number) => {
    const tariff = fees.tariffOf(account, market)
    return [fees.makerPpm(tariff), fees.takerPpm(tariff)]
  }
  assert.deepEqual(rates(7, 9), [0, 0])
  fees.set(0, 0, 10, 20)
  assert.deepEqual(rates(7, 9), [10, 20])
  fees.set(0, 9, 11, 21)
  assert.deepEqual(rates(7, 9), [11, 21])
  assert.deepEqual(rates(7, 8), [10, 20])
  fees.set(7, 0, 12, 22)
  assert.deepEqual(rates(7, 9), [12, 22])
  assert.deepEqual(rates(6, 9), [11, 21])
  fees.set(7, 9, 13, 23)
  assert.deepEqual(rates(7, 9), [13, 23])
  assert.deepEqual(rates(7, 8), [12, 22])
  assert.deepEqual(rates(1000, 1000), [10, 20])
  fees.clear(7, 0)
  assert.deepEqual(
    [rates(7, 9), rates(7, 8)],
    [
      [13, 23],
      [10, 20],
    ],
  )
  fees.clear(7, 9)
  assert.deepEqual(rates(7, 9), [11, 21])
  fees.clear(0, 9)
  assert.deepEqual(rates(7, 9), [10, 20])
  fees.clear(0, 0)
  assert.deepEqual(rates(7, 9), [0, 0])
})

test('fees: a rate of 0 is a rate, and goes before a less specific one', () => {
  const fees = open()
  fees.set(0, 0, 10, 20)
  fees.set(3, 0, 0, 0)
  assert.equal(fees.takerFeeUnits(fees.tariffOf(3, 1), 1_000_000), 0)
})

test('fees: an order keeps the rates that it was entered under', () => {
  const fees = open()
  fees.set(0, 0, 1_000, 2_000)
  const tariff = fees.tariffOf(1, 1)
  assert.equal(fees.holdUnits(tariff, 1_000_000), 1_002_000)
  fees.set(0, 0, 90_000, 100_000)
  assert.equal(fees.takerFeeUnits(tariff, 1_000_000), 2_000)
  assert.equal(fees.holdUnits(tariff, 1_000_000), 1_002_000)
  assert.equal(fees.holdUnits(fees.tariffOf(1, 1), 1_000_000), 1_100_000)
})

test('fees: where the maker pays more, that is held', () => {
  const fees = open()
  fees.set(0, 0, 3_000, 1_000)
  assert.equal(fees.holdFeeUnits(fees.tariffOf(1, 1), 1_000_000), 3_000)
})

test('fees: what cannot be is refused and changes nothing', () => {
  const fees = open(1)
  for (const ppm of [-1, 0.5, FEE_PPM_MAX + 1, Number.NaN]) {
    assert.equal(fees.set(0, 0, ppm, 0), Reason.InvalidDefinition)
    assert.equal(fees.set(0, 0, 0, ppm), Reason.InvalidDefinition)
  }
  assert.equal(fees.set(0, 0, FEE_PPM_MAX, FEE_PPM_MAX), Reason.None)
  assert.equal(fees.set(1, 1, 1, 1), Reason.None)
  const before = stateOf(fees)
  assert.equal(fees.set(1, 2, 1, 1), Reason.TableFull)
  fees.clear(1, 2)
  assert.deepEqual(stateOf(fees), before)
  assert.equal(fees.set(1, 1, 2, 2), Reason.None)
})

test('fees: 65,535 different tariffs, and no more', () => {
  const fees = open()
  for (let i = 1; i < 65_535; i++) assert.equal(fees.set(0, 0, i, 0), Reason.None)
  assert.equal(fees.set(0, 0, 0, 1), Reason.TableFull)
  assert.equal(fees.set(0, 0, 5, 0), Reason.None)
  assert.equal(fees.makerPpm(fees.tariffOf(1, 1)), 5)
})

test('fees: the state tells what differs', () => {
  const [a, b] = [open(), open()]
  for (const fees of [a, b]) {
    fees.set(0, 0, 1, 2)
    fees.set(4, 0, 3, 4)
    fees.set(4, 5, 5, 6)
  }
  assert.deepEqual(stateOf(a), stateOf(b))
  b.set(4, 5, 3, 4)
  assert.notDeepEqual(stateOf(a), stateOf(b))
})

function stateOf(fees: FeeSchedule): number[] {
  const state: number[] = []
  fees.forEachState((value) => state.push(value))
  return state
}
