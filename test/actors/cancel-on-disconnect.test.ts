/** What a session has entered ends with its connection, where its Logon said so: when, why, and only once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CancelOnDisconnectType as CancelType,
  ExecInst,
  ExecType,
  Reason,
  SecondLogon,
  SessionEnd,
  Side,
} from '../../protocol/codecs.ts'
import {
  type ExchangeHarness,
  type Fields,
  openVenue,
  type PlainEvent,
} from './exchange-harness.ts'

const MS = 1_000
const ALICE = 1
const BOB = 2

/** Alice, with the given Logon, has two orders in the book; Bob, who asks for nothing, has one. */
function withOrders(logon: Fields): ExchangeHarness {
  const exchange = openVenue({ names: ['alice', 'bob'], units: 1_000 })
  exchange.send('SessionOpen', 0, { compId: 'alice', connection: 1, ...logon })
  exchange.send('SessionOpen', 0, { compId: 'bob', connection: 2 })
  for (const clOrdId of ['a', 'b']) enter(exchange, ALICE, clOrdId)
  enter(exchange, BOB, 'c')
  return exchange
}

const enter = (
  exchange: ExchangeHarness,
  session: number,
  clOrdId: string,
  execInst: number = ExecInst.None,
): PlainEvent[] =>
  exchange.send('NewOrderSingle', session, {
    ...{ ordType: 50, timeInForce: 49, symbol: 'BTCUSD', side: Side.Buy },
    ...{ clOrdId, orderQty: 1, price: 1, execInst },
  })

const close = (exchange: ExchangeHarness, sessionEnd: number, connection = 1): PlainEvent[] =>
  exchange.sendNumbered('SessionClose', ALICE, 0, { connection, sessionEnd })

/** A command at that time after the harness's beginning, and what it says of orders. */
function tickAfter(exchange: ExchangeHarness, ms: number): PlainEvent[] {
  exchange.waitUntil(exchange.timeUs + ms * MS)
  return exchange.send('Tick', 0, {})
}

/** Which orders are cancelled, and why. */
const cancels = (events: readonly PlainEvent[]): string[] =>
  events
    .filter(({ execType }) => execType === ExecType.Canceled)
    .map(({ session, clOrdId, reason }) => `${session} ${clOrdId} ${reason}`)

const LOST = [`1 a ${Reason.ConnectionLost}`, `1 b ${Reason.ConnectionLost}`]
const LEFT = [`1 a ${Reason.LoggedOut}`, `1 b ${Reason.LoggedOut}`]

const CASES: readonly [cancelType: number, end: number, windowMs: number, string[], string[]][] = [
  // what ends at once, what ends when the window is over
  [CancelType.Never, SessionEnd.Lost, 0, [], []],
  [CancelType.Never, SessionEnd.LoggedOut, 0, [], []],
  [CancelType.OnDisconnect, SessionEnd.Lost, 0, LOST, []],
  [CancelType.OnDisconnect, SessionEnd.Lost, 50, [], LOST],
  [CancelType.OnDisconnect, SessionEnd.LoggedOut, 0, [], []],
  [CancelType.OnDisconnect, SessionEnd.LoggedOut, 50, [], []],
  [CancelType.OnLogout, SessionEnd.Lost, 50, [], []],
  [CancelType.OnLogout, SessionEnd.LoggedOut, 0, LEFT, []],
  [CancelType.OnLogout, SessionEnd.LoggedOut, 50, LEFT, []],
  [CancelType.OnBoth, SessionEnd.Lost, 0, LOST, []],
  [CancelType.OnBoth, SessionEnd.Lost, 50, [], LOST],
  [CancelType.OnBoth, SessionEnd.LoggedOut, 50, LEFT, []],
]
for (const [cancelOnDisconnectType, end, codTimeoutWindow, atOnce, later] of CASES) {
  const what = `type ${cancelOnDisconnectType}, window ${codTimeoutWindow} ms, end ${end}`
  test(`cancel on disconnect: ${what}`, () => {
    const exchange = withOrders({ cancelOnDisconnectType, codTimeoutWindow })
    assert.deepEqual(cancels(close(exchange, end)), atOnce)
    assert.deepEqual(cancels(tickAfter(exchange, 40)), [])
    assert.deepEqual(cancels(tickAfter(exchange, 20)), later)
    assert.deepEqual(cancels(tickAfter(exchange, 1_000)), [], 'once')
    assert.equal(exchange.machine.audit(), undefined)
  })
}

const WINDOW: Fields = { cancelOnDisconnectType: CancelType.OnDisconnect, codTimeoutWindow: 50 }

test('cancel on disconnect: who is back within the window keeps the orders, under the new Logon’s word', () => {
  const exchange = withOrders(WINDOW)
  close(exchange, SessionEnd.Lost)
  exchange.send('SessionOpen', 0, { compId: 'alice', connection: 3 })
  assert.deepEqual(cancels(tickAfter(exchange, 1_000)), [])
  assert.deepEqual(cancels(close(exchange, SessionEnd.Lost, 3)), [], 'it asked for nothing')
  assert.deepEqual(cancels(tickAfter(exchange, 1_000)), [])
})

test('cancel on disconnect: the shard asks to be woken when the window is over', () => {
  const exchange = withOrders(WINDOW)
  const wakeTime = exchange.timeUs + 1 + 50 * MS
  const [wakeUp] = close(exchange, SessionEnd.Lost)
  assert.deepEqual([wakeUp!.name, wakeUp!.wakeTime], ['WakeUp', wakeTime])
})

test('cancel on disconnect: only what that session entered, whatever else its account has', () => {
  const exchange = openVenue({ names: ['alice'], units: 1_000 })
  exchange.send('SessionDefine', 0, { compId: 'alice-2', account: 'alice' })
  exchange.send('SessionOpen', 0, {
    compId: 'alice',
    connection: 1,
    ...WINDOW,
    codTimeoutWindow: 0,
  })
  exchange.send('SessionOpen', 0, { compId: 'alice-2', connection: 2 })
  for (const [session, id] of [
    [1, 'a'],
    [2, 'x'],
    [1, 'b'],
  ] as const) {
    enter(exchange, session, id)
  }
  assert.deepEqual(cancels(close(exchange, SessionEnd.Lost)), LOST)
})

test('cancel on disconnect: an exchange that starts again has lost everybody, once', () => {
  const exchange = withOrders(WINDOW)
  exchange.send('SessionsLost', 0, {})
  assert.deepEqual(cancels(exchange.send('SessionsLost', 0, {})), [])
  assert.deepEqual(cancels(tickAfter(exchange, 60)), LOST)
  exchange.send('SessionsLost', 0, {})
  assert.deepEqual(cancels(tickAfter(exchange, 60)), [])
})

test('cancel on disconnect: a window that was running when the exchange was killed runs on', () => {
  const exchange = withOrders(WINDOW)
  close(exchange, SessionEnd.Lost)
  exchange.waitUntil(exchange.timeUs + 60 * MS)
  // The first command after the start finds it over.
  assert.deepEqual(cancels(exchange.send('SessionsLost', 0, {})), LOST)
  assert.deepEqual(cancels(tickAfter(exchange, 1_000)), [])
})

test('second logon: it takes the session over where it says so, and that is no loss', () => {
  const exchange = withOrders({ ...WINDOW, codTimeoutWindow: 0 })
  const again = (secondLogon: number, connection: number) =>
    exchange.send('SessionOpen', 0, { compId: 'alice', ...{ connection, secondLogon } })
  assert.equal(again(SecondLogon.Refused, 7)[0]!.reason, Reason.SessionLive)
  const [opened] = again(SecondLogon.TakesOver, 8)
  assert.deepEqual([opened!.reason, opened!.nextInbound], [Reason.None, 3])
  assert.deepEqual(
    cancels(close(exchange, SessionEnd.Lost)),
    [],
    'the older one is not the live one',
  )
  assert.equal(again(SecondLogon.Refused, 9)[0]!.reason, Reason.SessionLive)
})

/** Each order's id says what it asks for. */
const EACH: readonly (readonly [clOrdId: string, execInst: number])[] = [
  ['plain', ExecInst.None],
  ['ends', ExecInst.CancelOnConnectionLoss],
  ['stays', ExecInst.StayOnConnectionLoss],
  ['fails', ExecInst.CancelOnSystemFailure],
  ['ends-or-fails', ExecInst.CancelOnLossOrFailure],
  ['stays-or-fails', ExecInst.StayUntilSystemFailure],
]

function withEach(logon: Fields): ExchangeHarness {
  const exchange = openVenue({ names: ['alice'], units: 1_000 })
  exchange.send('SessionOpen', 0, { compId: 'alice', connection: 1, ...logon })
  for (const [clOrdId, execInst] of EACH) enter(exchange, ALICE, clOrdId, execInst)
  return exchange
}

const because = (reason: number, ...ids: readonly string[]): string[] =>
  ids.map((id) => `${ALICE} ${id} ${reason}`)

const BY_ORDER: readonly [cancelType: number, end: number, string[]][] = [
  [CancelType.Never, SessionEnd.Lost, because(Reason.ConnectionLost, 'ends', 'ends-or-fails')],
  [CancelType.Never, SessionEnd.LoggedOut, []],
  [
    CancelType.OnDisconnect,
    SessionEnd.Lost,
    because(Reason.ConnectionLost, 'plain', 'ends', 'fails', 'ends-or-fails'),
  ],
  [CancelType.OnDisconnect, SessionEnd.LoggedOut, []],
  [CancelType.OnLogout, SessionEnd.Lost, because(Reason.ConnectionLost, 'ends', 'ends-or-fails')],
  [
    CancelType.OnLogout,
    SessionEnd.LoggedOut,
    because(Reason.LoggedOut, 'plain', 'ends', 'fails', 'ends-or-fails'),
  ],
]
for (const [cancelOnDisconnectType, end, gone] of BY_ORDER) {
  for (const codTimeoutWindow of [0, 50]) {
    const what = `type ${cancelOnDisconnectType}, window ${codTimeoutWindow} ms, end ${end}`
    test(`cancel on disconnect: an order's own word comes first: ${what}`, () => {
      const exchange = withEach({ cancelOnDisconnectType, codTimeoutWindow })
      const isLater = codTimeoutWindow > 0 && end === SessionEnd.Lost
      assert.deepEqual(cancels(close(exchange, end)), isLater ? [] : gone)
      assert.deepEqual(cancels(tickAfter(exchange, 60)), isLater ? gone : [])
      assert.equal(exchange.machine.audit(), undefined)
    })
  }
}

test('cancel on disconnect: a session without any such order asks for no time', () => {
  const exchange = openVenue({ names: ['alice'], units: 1_000 })
  exchange.send('SessionOpen', 0, { compId: 'alice', connection: 1, codTimeoutWindow: 50 })
  enter(exchange, ALICE, 'a', ExecInst.StayOnConnectionLoss)
  assert.deepEqual(close(exchange, SessionEnd.Lost), [])
})

const FAILED = because(Reason.SystemFailure, 'fails', 'ends-or-fails', 'stays-or-fails')

test('system failure: orders that are to end with it do, at once, whoever is logged on', () => {
  const loggedOn = withEach({ cancelOnDisconnectType: CancelType.Never, codTimeoutWindow: 50 })
  assert.deepEqual(cancels(loggedOn.send('SessionsLost', 0, {})), FAILED)
  assert.deepEqual(cancels(tickAfter(loggedOn, 60)), because(Reason.ConnectionLost, 'ends'))
  const loggedOut = withEach({ cancelOnDisconnectType: CancelType.Never })
  close(loggedOut, SessionEnd.LoggedOut)
  assert.deepEqual(cancels(loggedOut.send('SessionsLost', 0, {})), FAILED)
  assert.deepEqual(cancels(loggedOut.send('SessionsLost', 0, {})), [], 'once')
})

test('system failure: an exchange that has ended in order has not failed, one that began since may', () => {
  const exchange = withEach({ cancelOnDisconnectType: CancelType.Never })
  close(exchange, SessionEnd.LoggedOut)
  const said = (inOrder: number) => cancels(exchange.send('SessionsLost', 0, { inOrder }))
  assert.deepEqual(said(1), [])
  assert.deepEqual(said(0), [], 'the next start')
  assert.deepEqual(said(0), FAILED, 'the one behind a crash')
})

test('order entry: an ExecInst that is none is an order that cannot be', () => {
  const exchange = withOrders({})
  for (const execInst of [3, 7, 8, 255]) {
    const [report] = enter(exchange, BOB, `x${execInst}`, execInst)
    assert.equal(report!.reason, Reason.InvalidInstruction)
  }
})
