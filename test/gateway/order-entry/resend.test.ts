/** Gaps in both directions: what is asked for again, what comes, and what is passed over. */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { GAP_MS_MAX } from '../../../gateway/order-entry/inbound-numbers.ts'
import { frame, orderFrame, RawClient } from './raw-client.ts'
import { until, Venue } from './venue.ts'

let venue: Venue
let sessions = 0
const fresh = (): string => `R${++sessions}`
before(async () => {
  venue = await Venue.start()
})
afterEach(() => {
  venue.keptFrom = 1
})
after(async () => {
  await venue.stop()
  assert.deepEqual(venue.failures, [])
})

const resend = (BeginSeqNo: number, EndSeqNo: number): Buffer =>
  frame('ResendRequest', { BeginSeqNo, EndSeqNo })
const reset = (number: number, NewSeqNo: number, GapFillFlag: number, flags = 0): Buffer => {
  const bytes = frame('SequenceReset', { NewSeqNo, GapFillFlag }, number)
  bytes[26] = flags
  return bytes
}
/** Numbers of the reports heard, those with PossDup in brackets; a gap fill as `first→next`. */
const told = (client: RawClient): string =>
  client.heard
    .filter(({ name }) => name === 'ExecutionReport' || name === 'SequenceReset')
    .map(({ name, number, possDup, fields }) => {
      if (name === 'SequenceReset') return `${number}→${fields.NewSeqNo}`
      return possDup ? `(${number})` : `${number}`
    })
    .join(' ')
/** A session whose client has heard reports 1 to 5. */
async function withReports(): Promise<{ client: RawClient; compId: string }> {
  const compId = fresh()
  const client = await RawClient.loggedOn(venue.port, compId)
  client.send(...[1, 2, 3, 4, 5].map((number) => orderFrame(number)))
  await client.hears('ExecutionReport', 5)
  client.heard.length = 0
  return { client, compId }
}
/** Answered in order: when its Heartbeat is here, all before it is. */
async function settled(client: RawClient): Promise<void> {
  const before = client.heard.filter(({ name }) => name === 'Heartbeat').length
  client.send(frame('TestRequest', { TestReqID: 'settled' }))
  await client.hears('Heartbeat', before + 1)
}

const RANGES: readonly [begin: number, end: number, keptFrom: number, expected: string][] = [
  [1, 0, 1, '(1) (2) (3) (4) (5)'],
  [2, 4, 1, '(2) (3) (4)'],
  [5, 5, 1, '(5)'],
  [3, 99, 1, '(3) (4) (5)'],
  [1, 2 ** 32 - 1, 1, '(1) (2) (3) (4) (5)'],
  [1, 0, 4, '1→4 (4) (5)'],
  [1, 3, 5, '1→4'],
  [1, 3, 3, '1→3 (3)'],
  [1, 0, 99, '1→6'],
]
for (const [begin, end, keptFrom, expected] of RANGES) {
  test(`resend: ${begin} to ${end} of 5, kept from ${keptFrom}`, async () => {
    const { client } = await withReports()
    venue.keptFrom = keptFrom
    client.send(resend(begin, end))
    await until(`${expected}, told ${told(client)}`, () => told(client) === expected)
    client.send(orderFrame(6))
    await until('the next', () => told(client) === `${expected} 6`)
    client.socket.destroy()
  })
}

const REFUSED: readonly [Buffer, number, string][] = [
  [resend(0, 0), 7, 'begin 0'],
  [resend(6, 0), 7, 'begin behind the last'],
  [resend(2 ** 32 - 1, 0), 7, 'begin at the end of all numbers'],
  [resend(4, 3), 16, 'end before begin'],
  [reset(6, 6, 1), 36, 'gap fill to itself'],
  [reset(6, 5, 1), 36, 'gap fill backwards'],
  [reset(6, 4_000_000_001, 1), 36, 'gap fill beyond the end of numbers'],
  [reset(6, 5, 0), 65535, 'reset backwards'],
  [reset(6, 7, 2), 123, 'a flag that is none'],
]
for (const [bytes, tag, what] of REFUSED) {
  test(`resend: ${what} is rejected, and the session goes on`, async () => {
    const { client } = await withReports()
    client.send(bytes, orderFrame(6))
    const { RefTagID, SessionRejectReason } = (await client.hears('Reject')).fields
    assert.deepEqual([RefTagID, SessionRejectReason], [tag, 5])
    await client.hears('ExecutionReport')
    assert.equal(told(client), '6')
    client.socket.destroy()
  })
}

test('resend: live reports do not wait for what is told again', async () => {
  const compId = fresh()
  const client = await RawClient.loggedOn(venue.port, compId)
  venue.say(compId, 3_000)
  await client.hears('ExecutionReport', 3_000)
  client.heard.length = 0
  client.send(resend(1, 0), orderFrame(1))
  await client.hears('ExecutionReport', 3_001)
  const numbers = client.heard.filter(({ name }) => name === 'ExecutionReport')
  const again = numbers.filter(({ possDup }) => possDup).map(({ number }) => number)
  assert.deepEqual(
    again,
    Array.from({ length: 3_000 }, (_, i) => i + 1),
  )
  assert.ok(numbers.findIndex(({ number }) => number === 3_001) < 3_000, 'not the last to come')
  client.socket.destroy()
})

test('resend: a second request takes the place of the first', async () => {
  const compId = fresh()
  const client = await RawClient.loggedOn(venue.port, compId)
  venue.say(compId, 2_000)
  await client.hears('ExecutionReport', 2_000)
  client.heard.length = 0
  client.send(resend(1, 0), resend(1_999, 0))
  await until('the second', () => told(client).endsWith('(1999) (2000)'))
  await settled(client)
  assert.ok(told(client).length < 2_000 * 4)
  client.socket.destroy()
})

test('gap: it is asked for once, what comes too early is passed over, what comes again is taken', async () => {
  const { client, compId } = await withReports()
  const { number } = venue.sessions.get(compId)!
  client.send(orderFrame(8), orderFrame(9), orderFrame(7))
  const { fields } = await client.hears('ResendRequest')
  assert.deepEqual([fields.BeginSeqNo, fields.EndSeqNo], [6, 0])
  client.send(...[6, 7, 8, 9].map((n) => orderFrame(n)))
  await client.hears('ExecutionReport', 4)
  const taken = venue.commands.filter((c) => c.startsWith(`D ${number} #`)).slice(5)
  assert.deepEqual(taken.map((c) => c.split('#')[1]).join(' '), '6 7 8 9')
  assert.equal(client.heard.filter(({ name }) => name === 'ResendRequest').length, 1)
  // Closed: the next gap is a new one.
  client.send(orderFrame(11))
  await client.hears('ResendRequest', 2)
  client.socket.destroy()
})

test('gap: numbers may be passed over, by a gap fill in order or by a reset at any number', async () => {
  const { client } = await withReports()
  client.send(reset(6, 10, 1), orderFrame(10))
  await client.hears('ExecutionReport')
  client.send(reset(3, 20, 0), orderFrame(20))
  await client.hears('ExecutionReport', 2)
  client.send(reset(21, 21, 0), reset(2, 9, 1, 1), orderFrame(21))
  await client.hears('ExecutionReport', 3)
  // Too early: it is the gap that must be filled first.
  client.send(reset(30, 40, 1))
  const { fields } = await client.hears('ResendRequest')
  assert.equal(fields.BeginSeqNo, 22)
  client.send(reset(22, 30, 1), reset(30, 40, 1), orderFrame(40))
  await client.hears('ExecutionReport', 4)
  client.send(reset(1, 50, 1))
  assert.match(
    String((await client.hears('Logout')).fields.Text),
    /^MsgSeqNum too low, expecting 41/,
  )
  await client.closes()
})

test('gap: one that does not move is asked for again, then the session ends', async () => {
  const own = await Venue.start()
  const client = await RawClient.loggedOn(own.port, 'GAP')
  client.send(orderFrame(5))
  await client.hears('ResendRequest')
  own.aheadMs += GAP_MS_MAX
  await client.hears('ResendRequest', 2)
  client.send(orderFrame(1))
  await client.hears('ExecutionReport')
  own.aheadMs += GAP_MS_MAX
  await client.hears('ResendRequest', 3)
  own.aheadMs += GAP_MS_MAX
  const { fields } = await client.hears('Logout')
  assert.equal(fields.Text, 'Message 2 was asked for twice and did not come')
  await client.closes()
  await own.stop()
})

test('logon: what is kept no more is passed over, and the rest is told', async () => {
  const { client, compId } = await withReports()
  client.socket.destroy()
  await until('closed', () => venue.sessions.get(compId)!.connection === 0)
  venue.keptFrom = 3
  const again = await RawClient.loggedOn(venue.port, compId, { NextExpectedMsgSeqNum: 1 })
  await until(`the rest, told ${told(again)}`, () => told(again) === '1→3 (3) (4) (5)')
  again.socket.destroy()
})
