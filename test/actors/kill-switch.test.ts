/** Who may enter orders, and why not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EXCHANGE, KillCause, KillSwitch, TradingState } from '../../actors/kill-switch.ts'
import { PositionTable } from '../../actors/position-table.ts'
import { RiskLimits } from '../../actors/risk-limits.ts'
import { BUY, SELL } from '../../actors/sign.ts'
import { Reason } from '../../protocol/codecs.ts'

const { Active, Reducing, Halted } = TradingState
const { Operator, Client, DailyLoss } = KillCause
const ALICE = 1
const BOB = 2

/** Alice is 10 lots long, Bob 10 short. */
class Desk {
  readonly positions = new PositionTable(new RiskLimits({ riskLimitsMax: 1 }), {
    positionsMax: 10,
    markIntervalUs: 0,
  })
  readonly kill = new KillSwitch(this.positions)

  constructor() {
    const terms = { quoteCurrency: 1, quoteUnitsPerTickLot: 1, markTicks: 0 }
    this.positions.openMarket(1, terms)
    for (const [account, sign] of [
      [ALICE, BUY],
      [BOB, SELL],
    ] as const) {
      const row = this.positions.row(account, 1)
      this.positions.open(row, sign, 10, 1_000)
      this.positions.fill(row, sign, 10, 1_000, 1_000, 0)
      this.positions.close(row)
    }
  }

  judge(account: number, sign: number, lots: number): number {
    return this.kill.judge(account, this.positions.row(account, 1), sign, lots)
  }
}

test('kill switch: an account, whichever cause halts it, and nobody else', () => {
  for (const cause of [Operator, Client, DailyLoss]) {
    const desk = new Desk()
    const reason = cause === DailyLoss ? Reason.DailyLoss : Reason.KillSwitch
    assert.equal(desk.judge(ALICE, BUY, 1), Reason.None)
    desk.kill.set(ALICE, cause, Halted)
    assert.equal(desk.kill.stateOf(ALICE), Halted)
    assert.equal(desk.judge(ALICE, BUY, 1), reason)
    assert.equal(desk.judge(ALICE, SELL, 1), reason, 'not even to shrink')
    assert.equal(desk.judge(BOB, BUY, 1), Reason.None)
    desk.kill.set(ALICE, cause, Active)
    assert.equal(desk.judge(ALICE, BUY, 1), Reason.None)
  }
})

test('kill switch: the exchange stops everybody, those not seen before too', () => {
  const desk = new Desk()
  desk.kill.set(EXCHANGE, Operator, Halted)
  for (const account of [ALICE, BOB, 77]) {
    assert.equal(desk.kill.stateOf(account), Halted)
    assert.equal(desk.kill.judge(account, 0, BUY, 1), Reason.KillSwitch)
  }
  desk.kill.set(EXCHANGE, Operator, Active)
  assert.equal(desk.kill.stateOf(77), Active)
})

test('kill switch: reducing lets through what shrinks the position, down to nothing', () => {
  for (const account of [ALICE, BOB]) {
    const desk = new Desk()
    const [out, deeper] = account === ALICE ? [SELL, BUY] : [BUY, SELL]
    desk.kill.set(account, Operator, Reducing)
    assert.equal(desk.judge(account, deeper, 1), Reason.KillSwitch)
    for (const [lots, passes] of [
      [9, true],
      [10, true],
      [11, false],
    ] as const) {
      const expected = passes ? Reason.None : Reason.KillSwitch
      assert.equal(desk.judge(account, out, lots), expected, `${lots} of account ${account}`)
    }
    desk.positions.open(desk.positions.row(account, 1), out, 4, 400)
    for (const [lots, passes] of [
      [5, true],
      [6, true],
      [7, false],
    ] as const) {
      assert.equal(desk.judge(account, out, lots), passes ? Reason.None : Reason.KillSwitch)
    }
  }
})

test('kill switch: who has no position has nothing to reduce', () => {
  const desk = new Desk()
  desk.kill.set(3, Client, Reducing)
  assert.equal(desk.judge(3, BUY, 1), Reason.KillSwitch)
  assert.equal(desk.judge(3, SELL, 1), Reason.KillSwitch)
})

test('kill switch: the stricter of all causes counts, and each is lifted by itself', () => {
  const { kill } = new Desk()
  kill.set(ALICE, Operator, Reducing)
  assert.equal(kill.stateOf(ALICE), Reducing)
  kill.set(ALICE, DailyLoss, Halted)
  assert.equal(kill.stateOf(ALICE), Halted)
  kill.set(EXCHANGE, Client, Reducing)
  kill.set(ALICE, Operator, Active)
  assert.equal(kill.stateOf(ALICE), Halted)
  assert.deepEqual([kill.wanted(ALICE, Operator), kill.wanted(ALICE, DailyLoss)], [Active, Halted])
  kill.lift(DailyLoss)
  assert.deepEqual([kill.stateOf(ALICE), kill.stateOf(BOB)], [Reducing, Reducing])
  kill.lift(Client)
  assert.deepEqual([kill.stateOf(ALICE), kill.stateOf(BOB)], [Active, Active])
})

test('kill switch: two reasons to reduce are no reason to halt', () => {
  const { kill } = new Desk()
  kill.set(ALICE, Operator, Reducing)
  kill.set(ALICE, Client, Reducing)
  kill.set(EXCHANGE, Operator, Reducing)
  assert.equal(kill.stateOf(ALICE), Reducing)
})

test('kill switch: the loss is named only where nothing else stands in the way', () => {
  const desk = new Desk()
  desk.kill.set(ALICE, DailyLoss, Halted)
  assert.equal(desk.judge(ALICE, BUY, 1), Reason.DailyLoss)
  desk.kill.set(EXCHANGE, Operator, Reducing)
  assert.equal(desk.judge(ALICE, BUY, 1), Reason.KillSwitch)
})

test('kill switch: the state tells who is not active', () => {
  const stateOf = (kill: KillSwitch) => {
    const state: number[] = []
    kill.forEachState((value) => state.push(value))
    return state
  }
  const { kill } = new Desk()
  assert.deepEqual(stateOf(kill), [-1])
  kill.set(500, Client, Active)
  assert.deepEqual(stateOf(kill), [-1])
  kill.set(ALICE, Operator, Reducing)
  kill.set(EXCHANGE, Client, Halted)
  assert.deepEqual(stateOf(kill), [EXCHANGE, 8, ALICE, 1, -1])
})
