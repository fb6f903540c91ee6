/** What the operator's desk says to the sequencer, and what it hears from the shard. Both rings are in the test's hands. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recordToJson } from '../../cli/message-json.ts'
import { deposit, setKillSwitch } from '../../gateway/operator-commands.ts'
import { OperatorDesk, OperatorUnheard } from '../../gateway/operator-desk.ts'
import type { VenueDefinition } from '../../gateway/venue-definition.ts'
import { WakeUpTimer } from '../../gateway/wake-up-timer.ts'
import {
  BandPolicy,
  CommandRefused,
  MarketPhase,
  Matching,
  Reason,
  RiskDefine,
  Trade,
  WakeUp,
} from '../../protocol/codecs.ts'
import { ENVELOPE_BYTES, NUMBER_OFFSET, RECORD_HEADER_BYTES } from '../../protocol/envelope.ts'
import { allocateDoorbell, Doorbell } from '../../ringbuffer/doorbell.ts'
import { allocateRing } from '../../ringbuffer/spsc/allocate-ring.ts'
import { EMPTY, RingConsumer, RingProducer } from '../../ringbuffer/spsc/spsc-ring.ts'

const VENUE: VenueDefinition = {
  currencies: [{ code: 'USD', decimals: 2, paperGrant: 0 }],
  instruments: [
    {
      ...{ symbol: 'ACMEUSD', base: 'ACME', quote: 'USD', priceDecimals: 2, tickSize: 1 },
      ...{ lotDecimals: 0, lotSize: 1, priceTicks: { min: 1, max: 9 }, lots: { min: 1, max: 9 } },
      ...{ notional: { min: 1, max: 9 }, collarBps: 0, referenceTicks: 0, openOrdersMax: 9 },
    },
  ],
  sessions: [{ compId: 'DESK-1', account: 'DESK', deposits: { USD: 50 } }],
}

class Bench {
  nowUs = 1_000_000_000_000
  readonly desk: OperatorDesk
  readonly #commands: RingConsumer
  readonly #events: RingProducer

  constructor(capacityBytes = 1 << 16) {
    const bell = new Doorbell(allocateDoorbell())
    const bells = { consumerBell: bell, producerBell: bell }
    const inward = allocateRing({ capacityBytes, name: 'in' })
    const outward = allocateRing({ capacityBytes: 1 << 16, name: 'out' })
    this.#commands = new RingConsumer(inward, bells)
    this.#events = new RingProducer(outward, bells)
    this.desk = new OperatorDesk({
      toSequencer: new RingProducer(inward, bells),
      fromShard: new RingConsumer(outward, bells),
      clockUs: () => this.nowUs,
    })
  }

  /** Every command said since the last look, as an object without its envelope. */
  said(): Record<string, unknown>[] {
    const ring = this.#commands
    const commands: Record<string, unknown>[] = []
    for (let at = ring.peek(); at !== EMPTY; at = ring.peek()) {
      const json = recordToJson(ring.view, at - RECORD_HEADER_BYTES)
      const { sequence, timeUs, session, number, ...rest } = json
      assert.deepEqual([sequence, timeUs, session], [0, 0, 0])
      commands.push(number === 0 ? rest : { number, ...rest })
      ring.advance()
    }
    ring.release()
    return commands
  }

  hear(templateId: number, fill: (view: DataView, at: number) => void): void {
    const at = this.#events.claim(ENVELOPE_BYTES + 64)
    this.#events.bytes.fill(0, at, at + ENVELOPE_BYTES + 64)
    fill(this.#events.view, at + ENVELOPE_BYTES)
    this.#events.commit(templateId)
    this.#events.publish()
  }

  /** The answer to the command of this number. */
  hearAnswer(number: number, reason: number): void {
    this.hear(CommandRefused.TEMPLATE_ID, (view, at) => {
      view.setUint32(at - ENVELOPE_BYTES + NUMBER_OFFSET, number, true)
      new CommandRefused().wrap(view, at).reason = reason
    })
  }

  hearWakeUp(timeUs: number): void {
    this.hear(WakeUp.TEMPLATE_ID, (view, at) => {
      new WakeUp().wrap(view, at).wakeTime = timeUs
    })
    assert.deepEqual(this.desk.listen(), [])
  }
}

const names = (commands: readonly Record<string, unknown>[]): unknown[] =>
  commands.map(({ message }) => message)

test('operator desk: a venue is said in the order in which one builds on the other', async () => {
  const bench = new Bench()
  await bench.desk.define({
    ...VENUE,
    fees: [{ account: '', symbol: '', makerPpm: 0, takerPpm: 100 }],
    limits: [{ account: 'DESK', symbol: '', messagesPerSecond: 50 }],
    groups: { DESK: 7 },
    firms: { DESK: 'BANK' },
    dropCopies: [
      { compId: 'EAR', account: '', firm: 'BANK' },
      { compId: 'EAR-2', account: 'DESK', firm: '' },
    ],
    breaker: { levelBps: [700, 1_300, 2_000], haltSeconds: 900 },
  })
  const said = bench.said()
  assert.deepEqual(names(said), [
    ...['CurrencyDefine', 'InstrumentDefine', 'SessionDefine', 'Deposit'],
    ...['FeeDefine', 'RiskDefine', 'GroupDefine'],
    ...['FirmDefine', 'DropCopyDefine', 'DropCopyDefine', 'BreakerDefine'],
  ])
  const [fee, limits, group, firm, ofFirm, ofAccount, breaker] = said.slice(4)
  assert.deepEqual(fee, { message: 'FeeDefine', MakerPpm: 0, TakerPpm: 100 })
  assert.deepEqual(limits, { message: 'RiskDefine', Account: 'DESK', MessagesPerSecond: 50 })
  assert.deepEqual(group, { message: 'GroupDefine', Account: 'DESK', Group: 7 })
  assert.deepEqual(firm, { message: 'FirmDefine', Account: 'DESK', Firm: 'BANK' })
  assert.deepEqual(ofFirm, { message: 'DropCopyDefine', CompID: 'EAR', Firm: 'BANK' })
  assert.deepEqual(ofAccount, { message: 'DropCopyDefine', CompID: 'EAR-2', Account: 'DESK' })
  assert.deepEqual(breaker, {
    ...{ message: 'BreakerDefine', Level1Bps: 700, Level2Bps: 1_300, Level3Bps: 2_000 },
    HaltSeconds: 900,
  })
})

test('operator desk: said again it is the same bytes, and nothing that was not asked for', async () => {
  const bench = new Bench()
  await bench.desk.define(VENUE)
  const first = bench.said()
  await bench.desk.define(VENUE)
  assert.deepEqual(bench.said(), first)
  assert.deepEqual(names(first), ['CurrencyDefine', 'InstrumentDefine', 'SessionDefine', 'Deposit'])
})

test('operator desk: an instrument trades plainly where nothing else is said', async () => {
  const bench = new Bench()
  await bench.desk.define(VENUE)
  const [plain] = bench.said().slice(1)
  const { ProtectionBps, BandBps, BandPolicy: policy, Matching: matching, InitialPhase } = plain!
  assert.deepEqual({ ProtectionBps, BandBps }, { ProtectionBps: 500, BandBps: 0 })
  assert.deepEqual([policy, matching, InitialPhase], ['Cancel', 'PriceTime', 'Continuous'])
  const trading = {
    ...{ protectionBps: 100, bandBps: 300, bandPolicy: BandPolicy.LimitState, topOrder: true },
    ...{ matching: Matching.ProRata, allocationMin: 2, initialPhase: MarketPhase.PreOpen },
  }
  await bench.desk.define({ ...VENUE, instruments: [{ ...VENUE.instruments[0]!, trading }] })
  const [changed] = bench.said().slice(1)
  assert.deepEqual(
    [changed!.ProtectionBps, changed!.BandPolicy, changed!.Matching, changed!.TopOrder],
    [100, 'LimitState', 'ProRata', 1],
  )
  assert.deepEqual([changed!.AllocationMin, changed!.InitialPhase], [2, 'PreOpen'])
})

test('operator desk: what an operator does in the course of a day', async () => {
  const bench = new Bench()
  await bench.desk.changePhase('ACMEUSD', MarketPhase.Halt)
  await bench.desk.setKillSwitch('', 'halted')
  await bench.desk.setKillSwitch('DESK', 'reducing')
  await bench.desk.setKillSwitch('DESK', 'lifted')
  await bench.desk.startDay(17)
  assert.deepEqual(bench.said(), [
    { message: 'PhaseChange', Symbol: 'ACMEUSD', Phase: 'Halt' },
    { message: 'KillSwitch', On: 1 },
    { message: 'KillSwitch', Account: 'DESK', On: 2 },
    { message: 'KillSwitch', Account: 'DESK', On: 0 },
    { message: 'DayStart', LateTime: 17 },
  ])
})

test('operator desk: what cannot be said throws, and the next word goes through', async () => {
  const bench = new Bench()
  const tooLong = 'SEVENTEEN-LETTERS'
  await assert.rejects(bench.desk.changePhase(tooLong, MarketPhase.Halt), RangeError)
  await bench.desk.startDay()
  assert.deepEqual(names(bench.said()), ['DayStart'])
})

test('operator desk: a refusal has its command’s name; what is none of its business is passed over', () => {
  const bench = new Bench()
  bench.hear(Trade.TEMPLATE_ID, () => undefined)
  bench.hear(CommandRefused.TEMPLATE_ID, (view, at) => {
    const refused = new CommandRefused().wrap(view, at)
    refused.refMsgType = RiskDefine.TEMPLATE_ID
    refused.reason = Reason.UnknownAccount
  })
  assert.deepEqual(bench.desk.listen(), [
    { command: 'RiskDefine', reason: 'No such account is defined.' },
  ])
  assert.deepEqual(bench.desk.listen(), [])
})

test('operator desk: who asks has the answer to that command, and the log has none of it', async () => {
  const bench = new Bench()
  const switched = bench.desk.ask(setKillSwitch('DESK', 'halted'))
  const paid = bench.desk.ask(
    deposit({ account: 'DESK', currency: 'USD', units: 7, reference: 'wire-7' }),
  )
  const amount = { Account: 'DESK', Currency: 'USD', Amount: 7, Reference: 'wire-7' }
  assert.deepEqual(bench.said(), [
    { number: 1, message: 'KillSwitch', Account: 'DESK', On: 1 },
    { number: 2, message: 'Deposit', ...amount },
  ])
  bench.hearAnswer(2, Reason.UnknownAccount)
  bench.hearAnswer(1, Reason.None)
  assert.deepEqual(bench.desk.listen(), [])
  assert.deepEqual(await Promise.all([switched, paid]), [Reason.None, Reason.UnknownAccount])
})

test('operator desk: who waits when it stops hears so, and so does who asks then', async () => {
  const bench = new Bench()
  const waiting = bench.desk.ask(setKillSwitch('DESK', 'halted'))
  bench.desk.stop()
  await assert.rejects(waiting, OperatorUnheard)
  await assert.rejects(bench.desk.ask(setKillSwitch('DESK', 'lifted')), OperatorUnheard)
})

test('operator desk: the shard gets a Tick when the earliest time that it asked for is there', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const bench = new Bench()
  const pass = (ms: number): void => {
    bench.nowUs += ms * 1_000
    t.mock.timers.tick(ms)
  }
  bench.hearWakeUp(bench.nowUs + 80_000)
  bench.hearWakeUp(bench.nowUs + 50_000)
  bench.hearWakeUp(bench.nowUs + 90_000)
  pass(49)
  assert.deepEqual(bench.said(), [])
  pass(1)
  assert.deepEqual(bench.said(), [{ message: 'Tick' }])
  pass(1_000)
  assert.deepEqual(bench.said(), [], 'one Tick answers all: who wants more asks again')
  bench.hearWakeUp(bench.nowUs - 5)
  pass(1)
  assert.deepEqual(bench.said(), [{ message: 'Tick' }], 'a time that is past is due')
  bench.hearWakeUp(bench.nowUs + 10_000)
  bench.desk.stop()
  pass(1_000)
  assert.deepEqual(bench.said(), [])
})

test('wake-up timer: neither a clock set back nor a full ring loses the Tick, and days are no harm', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let nowUs = 1_000_000
  let hasRoom = false
  const ticks: number[] = []
  const sendTick = (): boolean => {
    if (hasRoom) ticks.push(nowUs)
    return hasRoom
  }
  const timer = new WakeUpTimer({ clockUs: () => nowUs, sendTick })
  timer.want(1_010_000)
  nowUs -= 500_000
  t.mock.timers.tick(10)
  nowUs += 510_000
  t.mock.timers.tick(510)
  assert.deepEqual(ticks, [], 'due, and no room')
  hasRoom = true
  t.mock.timers.tick(1)
  assert.deepEqual(ticks, [1_010_000])
  const threeMonthsUs = 90 * 86_400_000_000
  timer.want(nowUs + threeMonthsUs)
  t.mock.timers.tick(3_600_000)
  assert.equal(ticks.length, 1)
  nowUs += threeMonthsUs
  t.mock.timers.tick(60_000)
  assert.equal(ticks.length, 2)
  timer.stop()
})
