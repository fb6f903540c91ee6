/** What a session has entered ends with its connection, where its Logon said so: when, why, and only once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CancelOnDisconnectType as CancelType,
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

const enter = (exchange: ExchangeHarness, session: number, clOrdId: string): PlainEvent[] =>
  exchange.send('NewOrderSingle', session, {
    ...{ ordType: 50, timeInForce: 49, symbol: 'BTCUSD', side: Side.Buy },
    ...{ clOrdId, orderQty: 1, price: 1 },
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
