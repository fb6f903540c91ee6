/** Drop copies, as the shard has them: which reports are on which tape, and which numbers that gives. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TAPES_MAX } from '../../actors/report-tapes.ts'
import { MassCancelScope, Reason, SecondLogon, Side } from '../../protocol/codecs.ts'
import { INT64_NULL } from '../../protocol/integers.ts'
import {
  type ExchangeHarness,
  type Fields,
  openVenue,
  type PlainEvent,
} from './exchange-harness.ts'

const [ALICE, BOB, CARL] = [1, 2, 3] as const

function venue(): ExchangeHarness {
  const exchange = openVenue({ names: ['alice', 'bob', 'carl'], units: 1_000 })
  return exchange
}

const define = (exchange: ExchangeHarness, compId: string, of: Fields): PlainEvent[] =>
  exchange.send('DropCopyDefine', 0, { compId, ...of })

let ids = 0
const enter = (exchange: ExchangeHarness, session: number, more: Fields = {}): PlainEvent[] =>
  exchange.send('NewOrderSingle', session, {
    ...{ ordType: 50, timeInForce: 49, symbol: 'BTCUSD', side: Side.Buy },
    ...{ clOrdId: `o${++ids}`, orderQty: 1, price: 1, ...more },
  })

const logOn = (exchange: ExchangeHarness, compId: string, more: Fields = {}): PlainEvent => {
  const request = { compId, connection: ++ids, dropCopyFlag: 1, secondLogon: SecondLogon.TakesOver }
  const events = exchange.send('SessionOpen', 0, { ...request, ...more })
  return events.find(({ name }) => name === 'SessionOpened')!
}

/** `session number: account's tape/firm's tape` of each report. */
const marks = (events: readonly PlainEvent[]): string[] =>
  events
    .filter(({ number }) => number > 0)
    .map(
      ({ session, number, accountTape, firmTape }) =>
        `${session} ${number}: ${accountTape ?? 0}/${firmTape ?? 0}`,
    )

test('drop copies: reports of an account are on its tape from the definition on, and no other’s', () => {
  const exchange = venue()
  assert.deepEqual(marks(enter(exchange, ALICE)), ['1 1: 0/0'])
  const named = define(exchange, 'ear', { account: 'alice' })
  assert.deepEqual(
    named.map(({ name, compId, account }) => [name, compId, account, named[0]!.session]),
    [['SessionNamed', 'alice', 'alice', ALICE]],
  )
  assert.deepEqual(marks(enter(exchange, ALICE)), ['1 2: 1/0'])
  assert.deepEqual(marks(enter(exchange, BOB)), ['2 1: 0/0'])
  const [trade] = enter(exchange, BOB, { side: Side.Sell })
  assert.deepEqual(marks([trade!]), ['2 2: 0/0'])
  assert.equal(logOn(exchange, 'ear').nextOutbound, 3, 'one New, one Trade')
})

test('drop copies: every kind of report about orders is copied, also what is asked for', () => {
  const exchange = venue()
  define(exchange, 'ear', { account: 'alice' })
  const id = { clOrdId: 'x', symbol: 'BTCUSD', side: Side.Buy, orderId: INT64_NULL }
  const rejected = enter(exchange, ALICE, { symbol: 'NOTHING' })
  const refused = exchange.send('OrderCancelRequest', ALICE, { ...id, origClOrdId: 'none' })
  enter(exchange, ALICE)
  const asked = exchange.send('OrderStatusRequest', ALICE, { ...id, origClOrdId: `o${ids}` })
  const mass = exchange.send('OrderMassCancelRequest', ALICE, {
    ...{ clOrdId: 'm', symbol: '', side: 0, massCancelScope: MassCancelScope.Account },
  })
  const told = [...rejected, ...refused, ...asked, ...mass].filter(({ number }) => number > 0)
  assert.deepEqual(
    told.map(({ name, accountTape }) => `${name} ${accountTape}`),
    [
      ...['ExecutionReport 1', 'OrderCancelReject 1', 'ExecutionReport 1', 'ExecutionReport 1'],
      'OrderMassCancelReport 1',
    ],
  )
  const { nextOutbound, account, reason } = logOn(exchange, 'ear')
  assert.deepEqual([nextOutbound, account, reason], [told.length + 2, 1, Reason.None])
})

test('drop copies: answers about instruments are on no tape', () => {
  const exchange = venue()
  define(exchange, 'ear', { account: 'alice' })
  exchange.send('SecurityDefinitionRequest', ALICE, { securityReqId: 'd', symbol: '' })
  exchange.send('TradingSessionStatusRequest', ALICE, { tradSesReqId: 't', symbol: '' })
  assert.equal(logOn(exchange, 'ear').nextOutbound, 1)
})

test('drop copies: a firm’s tape has the reports of all its accounts, beside their own', () => {
  const exchange = venue()
  for (const account of ['alice', 'bob']) exchange.send('FirmDefine', 0, { account, firm: 'acme' })
  define(exchange, 'firm-ear', { firm: 'acme' })
  define(exchange, 'ear', { account: 'bob' })
  assert.deepEqual(marks(enter(exchange, ALICE)), ['1 1: 0/1'])
  assert.deepEqual(marks(enter(exchange, BOB)), ['2 1: 2/1'])
  assert.deepEqual(marks(enter(exchange, CARL)), ['3 1: 0/0'])
  assert.equal(logOn(exchange, 'firm-ear').nextOutbound, 3)
  assert.equal(logOn(exchange, 'ear').nextOutbound, 2)
})

test('drop copies: who comes to a firm is on its tape from then on, who leaves is not any more', () => {
  const exchange = venue()
  const firm = (account: string, name: string) =>
    exchange.send('FirmDefine', 0, { account, firm: name })
  define(exchange, 'ear', { firm: 'acme' })
  define(exchange, 'other-ear', { firm: 'other' })
  enter(exchange, ALICE)
  const [named] = firm('alice', 'acme')
  assert.deepEqual([named!.name, named!.compId], ['SessionNamed', 'alice'])
  assert.deepEqual(firm('alice', 'acme'), [], 'said again')
  assert.deepEqual(marks(enter(exchange, ALICE)), ['1 2: 0/1'])
  assert.deepEqual(firm('alice', 'other'), [], 'known already')
  assert.deepEqual(marks(enter(exchange, ALICE)), ['1 3: 0/2'])
  firm('alice', '')
  assert.deepEqual(marks(enter(exchange, ALICE)), ['1 4: 0/0'])
  assert.equal(logOn(exchange, 'ear').nextOutbound, 2)
  assert.equal(logOn(exchange, 'other-ear').nextOutbound, 2)
})

test('drop copies: each of two has numbers of its own on the same tape', () => {
  const exchange = venue()
  define(exchange, 'first', { account: 'alice' })
  enter(exchange, ALICE)
  enter(exchange, ALICE)
  define(exchange, 'second', { account: 'alice' })
  enter(exchange, ALICE)
  const next = (compId: string, more: Fields = {}) => logOn(exchange, compId, more).nextOutbound
  assert.deepEqual([next('first'), next('second')], [4, 2])
  assert.equal(next('second', { resetSeqNumFlag: 1 }), 1)
  enter(exchange, ALICE)
  assert.deepEqual([next('first'), next('second')], [5, 2])
})

test('drop copies: a session that comes later is named before its first report', () => {
  const exchange = venue()
  define(exchange, 'ear', { account: 'alice' })
  const [named] = exchange.send('SessionDefine', 0, { compId: 'alice-2', account: 'alice' })
  assert.deepEqual(
    [named!.name, named!.compId, named!.account],
    [...['SessionNamed', 'alice-2', 'alice']],
  )
  assert.deepEqual(
    exchange
      .announce()
      .filter(({ name }) => name === 'SessionNamed')
      .map(({ compId }) => compId),
    ['alice', 'alice-2'],
  )
})

test('drop copies: a definition said again changes nothing, another one is refused', () => {
  const exchange = venue()
  exchange.send('FirmDefine', 0, { account: 'bob', firm: 'acme' })
  define(exchange, 'ear', { account: 'alice' })
  const reasonOf = (compId: string, of: Fields): string => {
    const refused = define(exchange, compId, of).find(({ name }) => name === 'CommandRefused')
    return refused === undefined ? 'taken' : String(refused.reason)
  }
  const invalid = String(Reason.InvalidDefinition)
  for (const [compId, of, outcome] of [
    ['ear', { account: 'alice' }, 'taken'],
    ['ear', { account: 'bob' }, invalid],
    ['ear', { firm: 'acme' }, invalid],
    ['alice', { account: 'alice' }, invalid],
    ['', { account: 'alice' }, invalid],
    ['new', {}, invalid],
    ['new', { account: 'alice', firm: 'acme' }, invalid],
    ['new', { account: 'nobody' }, String(Reason.UnknownAccount)],
    ['new', { firm: 'acme' }, 'taken'],
    ['new', { firm: 'acme' }, 'taken'],
  ] as const) {
    assert.equal(reasonOf(compId, of), outcome, `${compId} ${JSON.stringify(of)}`)
  }
  const [ordinary] = exchange.send('SessionDefine', 0, { compId: 'ear', account: 'ear' })
  assert.equal(ordinary!.reason, Reason.InvalidDefinition)
  const [unknown] = exchange.send('FirmDefine', 0, { account: 'nobody', firm: 'acme' })
  assert.equal(unknown!.reason, Reason.UnknownAccount)
})

test('drop copies: a Logon says which kind of session it is for, and no paper account follows', () => {
  const exchange = venue()
  define(exchange, 'ear', { account: 'alice' })
  const reason = (compId: string, more: Fields): number =>
    Number(logOn(exchange, compId, more).reason)
  assert.equal(reason('ear', { dropCopyFlag: 0 }), Reason.SessionKind)
  assert.equal(reason('alice', { dropCopyFlag: 1 }), Reason.SessionKind)
  assert.equal(reason('new', { dropCopyFlag: 1, paperAccount: 1 }), Reason.UnknownSession)
  assert.equal(reason('ear', {}), Reason.None)
  assert.equal(reason('ear', { secondLogon: SecondLogon.Refused }), Reason.SessionLive)
})

test('drop copies: a request in such a session’s name changes nothing, whoever let it through', () => {
  const exchange = venue()
  define(exchange, 'ear', { account: 'alice' })
  const ear = 4
  const hash = exchange.machine.stateHash()
  const [refused] = enter(exchange, ear)
  assert.deepEqual([refused!.name, refused!.reason], ['CommandRefused', Reason.UnknownSession])
  assert.equal(exchange.machine.stateHash(), hash)
  logOn(exchange, 'ear', { cancelOnDisconnectType: 3 })
  exchange.sendNumbered('SessionClose', ear, 0, { connection: ids, sessionEnd: 0 })
  assert.equal(exchange.machine.audit(), undefined)
})

test('drop copies: there are as many tapes as a mark can name', () => {
  const exchange = venue()
  const { tapes } = exchange.machine.venue
  for (let firm = 1; firm <= TAPES_MAX; firm++) assert.equal(tapes.ofFirm(firm), firm)
  const [refused] = define(exchange, 'ear', { account: 'alice' })
  assert.equal(refused!.reason, Reason.TableFull)
})

test('drop copies: numbers are the same for whoever counts the reports of the log', () => {
  const exchange = venue()
  define(exchange, 'ear', { account: 'alice' })
  let counted = 0
  for (let i = 0; i < 200; i++) {
    const session = 1 + (i % 3)
    const side = i % 2 === 0 ? Side.Buy : Side.Sell
    const events = enter(exchange, session, { side, price: 1 + (i % 5) })
    counted += events.filter(({ accountTape }) => accountTape === 1).length
    if (i % 20 === 0) assert.equal(logOn(exchange, 'ear').nextOutbound, counted + 1)
  }
  assert.ok(counted > 100)
})

test('drop copies: where all numbers begin again, theirs do', () => {
  const exchange = venue()
  define(exchange, 'ear', { account: 'alice' })
  enter(exchange, ALICE)
  assert.equal(logOn(exchange, 'ear').nextOutbound, 2)
  exchange.send('SessionsReset', 0, { resetTime: 5 })
  assert.equal(logOn(exchange, 'ear').nextOutbound, 1)
  enter(exchange, BOB, { side: Side.Sell })
  assert.equal(logOn(exchange, 'ear').nextOutbound, 2)
  exchange.send('SessionsReset', 0, { resetTime: 5 })
  assert.equal(logOn(exchange, 'ear').nextOutbound, 2, 'that was done')
})

test('drop copies: such a session counts for no account', () => {
  const exchange = venue()
  for (const ear of ['ear', 'ear-2']) define(exchange, ear, { account: 'alice' })
  const max = { accountSessionsMax: 1 }
  assert.equal(logOn(exchange, 'ear', max).reason, Reason.None)
  assert.equal(logOn(exchange, 'ear-2', max).reason, Reason.None)
  assert.equal(logOn(exchange, 'alice', { ...max, dropCopyFlag: 0 }).reason, Reason.None)
})
