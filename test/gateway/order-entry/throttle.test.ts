/** How many messages are taken: of a session, an account, an address; what a refusal says, and when it is enough. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ENOUGH,
  RateBucket,
  type RateLimits,
  type ThrottleLimits,
  Throttles,
} from '../../../gateway/order-entry/throttle.ts'
import { frame, logonFrame, orderFrame, RawClient } from './raw-client.ts'
import { until, Venue } from './venue.ts'

test('throttle: a bucket takes a second’s worth at once, then one by one, and never more than its rate', () => {
  for (const perSecond of [1, 7, 10, 1_000]) {
    const bucket = new RateBucket(perSecond)
    let taken = 0
    let dueMs = Number.POSITIVE_INFINITY
    for (let nowMs = 0; nowMs <= 10_000; nowMs += 0.25) {
      const waitMs = bucket.waitMs(nowMs)
      if (nowMs >= dueMs) assert.equal(waitMs, 0, 'the time that it said was enough')
      if (waitMs > 0) {
        dueMs = nowMs + waitMs
        continue
      }
      dueMs = Number.POSITIVE_INFINITY
      bucket.take()
      taken++
      assert.ok(taken <= perSecond + (nowMs / 1_000) * perSecond + 0.01, `${taken} by ${nowMs} ms`)
    }
    assert.ok(taken >= perSecond * 10, `${taken} of ${perSecond} a second`)
  }
})

test('throttle: what one scope refuses no other counts', () => {
  const throttles = new Throttles({
    session: { messages: 2, cancels: 1 },
    account: { messages: 3, cancels: 5 },
  })
  const [one, two] = [1, 2].map((session) => throttles.of({ session, account: 7, address: 'a' }))
  const verdicts = (throttle: typeof one, count: number, isCancel = false): string =>
    Array.from({ length: count }, () => {
      const said = throttle!.admit(isCancel, 0)
      return said === undefined ? '+' : said === ENOUGH ? '!' : '-'
    }).join('')
  // Two of its own; the third is the session's to refuse, and leaves the account one for the other.
  assert.equal(verdicts(one, 3), '++-')
  assert.equal(verdicts(two, 2), '+-')
  assert.equal(verdicts(one, 2, true), '+-', 'cancels are counted apart')
  assert.equal(verdicts(one, 2), '!!', 'as many refusals are borne as messages are taken')
})

test('throttle: buckets that nobody uses and that are empty are forgotten, others keep their level', () => {
  const limits: RateLimits = { messages: 1, cancels: 1 }
  const throttles = new Throttles({ account: limits })
  const somebody = { session: 1, account: 1, address: 'a' }
  throttles.of(somebody)!.admit(false, 0)
  throttles.sweep(500, [])
  assert.notEqual(throttles.of(somebody)!.admit(false, 500), undefined, 'it is remembered')
  throttles.sweep(10_500, [])
  assert.equal(throttles.of(somebody)!.admit(false, 10_500), undefined)
})

const cancelFrame = (number: number): Buffer =>
  frame(
    'OrderCancelRequest',
    { ClOrdID: 'c', OrigClOrdID: 'o', OrderID: -(2 ** 63), Side: 49, Symbol: 'BTC' },
    number,
  )
const LIMITS: RateLimits = { messages: 5, cancels: 3 }

test('throttle: too many orders are refused with the time to wait, cancels go on, and their numbers are used up', async () => {
  const venue = await Venue.start({ throttle: { session: LIMITS } })
  const client = await RawClient.loggedOn(venue.port, 'A')
  client.send(...[1, 2, 3, 4, 5, 6, 7].map((n) => orderFrame(n)), cancelFrame(8))
  await until('the cancel', () => venue.commands.includes('F 1 #8'))
  const { fields, number } = await client.hears('BusinessMessageReject', 2)
  assert.deepEqual([fields.RefSeqNum, fields.RefMsgType, fields.BusinessRejectReason], [7, 68, 8])
  const retryAfter = Number(fields.RetryAfter)
  assert.ok(retryAfter > 0 && retryAfter <= 200, `${retryAfter} ms`)
  assert.match(String(fields.Text), /^Too many messages: again in \d+ ms$/)
  assert.ok(number >= 1)
  assert.equal(venue.commands.filter((c) => c.startsWith('D 1')).length, 5)
  venue.aheadMs += retryAfter
  client.send(orderFrame(9))
  await until('the order that waited', () => venue.commands.includes('D 1 #9'))
  client.socket.destroy()
  await venue.stop()
})

test('throttle: who goes on though it is refused is logged out, and may come back', async () => {
  const venue = await Venue.start({ throttle: { session: LIMITS } })
  const client = await RawClient.loggedOn(venue.port, 'A')
  client.send(...Array.from({ length: 50 }, (_, i) => orderFrame(i + 1)))
  const { Text, SessionStatus } = (await client.hears('Logout')).fields
  assert.deepEqual(
    [SessionStatus, Text],
    [7, 'Too many messages: log on again, and send fewer a second'],
  )
  await client.closes()
  assert.equal(client.heard.filter(({ name }) => name === 'BusinessMessageReject').length, 5)
  venue.aheadMs += 1_000
  const again = new RawClient(venue.port).send(logonFrame('A'))
  // Refused ones used their numbers up here, and were never taken there: what 789 says is what counts.
  assert.equal((await again.hears('Logon')).fields.NextExpectedMsgSeqNum, 6)
  again.send(orderFrame(6))
  await until('taken', () => venue.commands.includes('D 1 #6'))
  again.socket.destroy()
  await venue.stop()
})

test('throttle: who logs on again goes on with what it has left', async () => {
  const venue = await Venue.start({ throttle: { session: LIMITS } })
  // Its clock stands still: whatever is counted stays counted.
  Object.defineProperty(venue, 'aheadMs', { get: () => 1_000 - performance.now() })
  for (const [expected, name] of [
    [1, 'ExecutionReport'],
    [6, 'BusinessMessageReject'],
  ] as const) {
    const client = await RawClient.loggedOn(venue.port, 'A', { NextExpectedMsgSeqNum: 0 })
    client.send(...[0, 1, 2, 3, 4].map((n) => orderFrame(expected + n)))
    await client.hears(name, 5)
    client.send(frame('Logout', {}))
    await client.closes()
  }
  await venue.stop()
})

test('throttle: what is malformed is counted like what is not', async () => {
  const venue = await Venue.start({ throttle: { session: LIMITS } })
  const client = await RawClient.loggedOn(venue.port, 'A')
  client.send(...[1, 2, 3, 4, 5].map((n) => orderFrame(n, { Side: 51 })), orderFrame(6))
  await client.hears('Reject', 5)
  assert.equal((await client.hears('BusinessMessageReject')).fields.RefSeqNum, 6)
  client.socket.destroy()
  await venue.stop()
})

test('throttle: a message that waits for room in the ring is counted once', async () => {
  const count = 100
  const rates: RateLimits = { messages: count, cancels: 1 }
  const venue = await Venue.start({ throttle: { session: rates }, ringBytes: 4096 })
  const client = await RawClient.loggedOn(venue.port, 'A')
  // Its clock stands still: whatever is counted stays counted.
  Object.defineProperty(venue, 'aheadMs', { get: () => 1_000 - performance.now() })
  venue.isHalted = true
  client.send(...Array.from({ length: count }, (_, i) => orderFrame(i + 1)))
  await new Promise((resolve) => setTimeout(resolve, 50))
  venue.isHalted = false
  await client.hears('ExecutionReport', count)
  assert.ok(!client.names.includes('BusinessMessageReject'))
  client.socket.destroy()
  await venue.stop()
})

test('throttle: talk is counted too, and a flood of it ends the session', async () => {
  const venue = await Venue.start({ throttle: { session: LIMITS } })
  const client = await RawClient.loggedOn(venue.port, 'A')
  client.send(...Array.from({ length: 100 }, () => frame('TestRequest', { TestReqID: 'flood' })))
  await client.hears('Logout')
  await client.closes()
  assert.equal(client.heard.filter(({ name }) => name === 'Heartbeat').length, 5)
  await venue.stop()
})

const SHARED: readonly [keyof ThrottleLimits, string, string][] = [
  ['account', 'ANN-1', 'ANN-2'],
  ['address', 'ANN', 'BEN'],
]
for (const [scope, one, two] of SHARED) {
  test(`throttle: sessions of one ${scope} share its allowance`, async () => {
    const venue = await Venue.start({ throttle: { [scope]: LIMITS } })
    const first = await RawClient.loggedOn(venue.port, one)
    const second = await RawClient.loggedOn(venue.port, two)
    first.send(orderFrame(1), orderFrame(2), orderFrame(3))
    await first.hears('ExecutionReport', 3)
    second.send(orderFrame(1), orderFrame(2), orderFrame(3))
    await second.hears('ExecutionReport', 2)
    await second.hears('BusinessMessageReject')
    for (const client of [first, second]) client.socket.destroy()
    await venue.stop()
  })
}

test('throttle: without limits nothing is counted', async () => {
  const somebody = { session: 1, account: 1, address: 'a' }
  assert.equal(new Throttles({}).of(somebody), undefined)
})
