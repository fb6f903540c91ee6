/** The numbers of sessions: which are taken, when they begin again, where they end; and how many may be logged on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SESSION_NUMBER_LIMITS } from '../../actors/session-registry.ts'
import { Reason } from '../../protocol/codecs.ts'
import { type Fields, openVenue } from './exchange-harness.ts'
import { logOn, NEW, open, opened, refusedLogOn, said } from './session-words.ts'

test('session: a command seen already is ignored, a gap is not asked about', () => {
  const exchange = open()
  const enter = (number: number, clOrdId: string) =>
    exchange.sendNumbered('NewOrderSingle', 1, number, { ...NEW, clOrdId, orderQty: 1, price: 1 })
  assert.equal(enter(1, 'A')[0]!.name, 'ExecutionReport')
  assert.deepEqual(enter(1, 'B'), [])
  assert.equal(enter(5, 'C')[0]!.number, 2, 'numbered while nobody is logged on')
  assert.deepEqual(enter(4, 'D'), [])
  assert.deepEqual(said(exchange.send('SessionOpen', 0, logOn('alice', 1))), [opened(1, 6, 3)])
})

test('session: its numbers begin again where its logon says so, and what came before counts no more', () => {
  const exchange = open()
  const enter = (number: number, clOrdId: string) =>
    exchange.sendNumbered('NewOrderSingle', 1, number, { ...NEW, clOrdId, orderQty: 1, price: 1 })
  enter(1, 'A')
  enter(2, 'B')
  const reset = { ...logOn('alice', 1), resetSeqNumFlag: 1 }
  const event = exchange.outbox.eventNumber + 1
  assert.deepEqual(said(exchange.send('SessionOpen', 0, reset)), [opened(1, 1, 1, event)])
  assert.equal(exchange.outbox.eventNumber, event, 'the event that says so')
  const [report] = enter(1, 'C')
  assert.deepEqual([report!.number, report!.clOrdId], [1, 'C'])
  assert.deepEqual(enter(1, 'D'), [])
  exchange.sendNumbered('SessionClose', 1, 0, { connection: 1 })
  const again = said(exchange.send('SessionOpen', 0, logOn('alice', 2)))
  assert.deepEqual(again, [opened(2, 2, 2, event)], 'later logons know where they began')
})

test('session: so many of an account may be logged on, and one that comes again is no other', () => {
  const exchange = openVenue({ names: ['alice', 'bob'], units: 1_000 })
  for (const compId of ['alice-2', 'alice-3']) {
    exchange.send('SessionDefine', 0, { compId, account: 'alice' })
  }
  const reasonOf = (compId: string, connection: number, more: Fields = {}): unknown =>
    exchange.send('SessionOpen', 0, {
      ...{ ...logOn(compId, connection), accountSessionsMax: 2, ...more },
    })[0]!.reason
  assert.equal(reasonOf('alice', 1), Reason.None)
  assert.equal(reasonOf('alice-2', 2), Reason.None)
  assert.equal(reasonOf('alice-3', 3), Reason.TooManySessions)
  assert.equal(reasonOf('bob', 4), Reason.None, 'another account')
  assert.equal(reasonOf('alice-2', 5, { secondLogon: 1 }), Reason.None, 'it takes its own place')
  assert.equal(reasonOf('alice-3', 6, { accountSessionsMax: 0 }), Reason.None, 'without a limit')
  exchange.sendNumbered('SessionClose', 1, 0, { connection: 1 })
  assert.equal(reasonOf('alice', 7), Reason.TooManySessions, 'two others are there')
  exchange.sendNumbered('SessionClose', 3, 0, { connection: 5 })
  assert.equal(reasonOf('alice', 8), Reason.None)
})

test('session: all numbers begin again at a time of day, once for each, live or not', () => {
  const exchange = openVenue({ names: ['alice', 'bob'], units: 1_000 })
  const enter = (session: number, number: number, clOrdId: string) =>
    exchange.sendNumbered('NewOrderSingle', session, number, {
      ...{ ...NEW, clOrdId, orderQty: 1, price: 1 },
    })
  exchange.send('SessionOpen', 0, logOn('alice', 1))
  enter(1, 1, 'A')
  enter(2, 7, 'B')
  const event = exchange.outbox.eventNumber
  assert.deepEqual(exchange.send('SessionsReset', 0, { resetTime: 1_000 }), [])
  assert.equal(enter(1, 1, 'C')[0]!.number, 1)
  assert.equal(enter(2, 1, 'D')[0]!.number, 1)
  for (const resetTime of [1_000, 999]) {
    const before = exchange.machine.stateHash()
    exchange.send('SessionsReset', 0, { resetTime })
    assert.equal(exchange.machine.stateHash(), before, 'it was done for this time')
  }
  exchange.send('SessionsLost', 0, {})
  assert.deepEqual(said(exchange.send('SessionOpen', 0, logOn('alice', 2))), [
    opened(2, 2, 2, event),
  ])
  exchange.send('SessionsReset', 0, { resetTime: 2_000 })
  assert.equal(enter(2, 1, 'E')[0]!.number, 1)
  assert.equal(exchange.machine.audit(), undefined)
})

test('session: one whose numbers are used up is opened again where they begin again', () => {
  const exchange = open()
  exchange.sendNumbered('NewOrderSingle', 1, SESSION_NUMBER_LIMITS.openMax, {
    ...{ ...NEW, clOrdId: 'last', orderQty: 1, price: 1 },
  })
  const refused = refusedLogOn(1, 1, Reason.TableFull)
  assert.deepEqual(said(exchange.send('SessionOpen', 0, logOn('alice', 1))), [refused])
  const [answer] = exchange.send('SessionOpen', 0, { ...logOn('alice', 1), resetSeqNumFlag: 1 })
  assert.deepEqual([answer!.reason, answer!.nextInbound], [Reason.None, 1])
})

test('session: one whose numbers are used up is not opened again', () => {
  const exchange = open()
  const last = SESSION_NUMBER_LIMITS.openMax
  const enter = (number: number) =>
    exchange.sendNumbered('NewOrderSingle', 1, number, {
      ...{ ...NEW, clOrdId: `o-${number}`, orderQty: 1, price: 1 },
    })
  enter(last - 1)
  assert.deepEqual(said(exchange.send('SessionOpen', 0, logOn('alice', 1))), [opened(1, last, 2)])
  enter(last)
  exchange.sendNumbered('SessionClose', 1, 0, { connection: 1 })
  const refused = refusedLogOn(1, 2, Reason.TableFull)
  assert.deepEqual(said(exchange.send('SessionOpen', 0, logOn('alice', 2))), [refused])
})
