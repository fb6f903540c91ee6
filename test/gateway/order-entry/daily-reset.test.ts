/** The numbers of all sessions begin again at a time of day: said to the log once for each, and to who is logged on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DailyReset } from '../../../gateway/order-entry/daily-reset.ts'
import { SessionStatus } from '../../../protocol/codecs.ts'
import { logonFrame, orderFrame, RawClient } from './raw-client.ts'
import { until, Venue } from './venue.ts'

const MINUTE_US = 60_000_000
const DAY_US = 1_440 * MINUTE_US
const us = (text: string): number => Date.parse(text) * 1_000

test('daily reset: of the times that have passed the latest is due, once', () => {
  const reset = new DailyReset((21 * 60 + 30) * MINUTE_US)
  const due = (now: string): string => {
    const dueUs = reset.due(us(now))
    return dueUs === 0 ? '' : new Date(dueUs / 1_000).toISOString()
  }
  assert.equal(due('2026-01-31T21:29:59Z'), '2026-01-30T21:30:00.000Z', 'at the start')
  assert.equal(due('2026-01-31T21:29:59.999Z'), '')
  assert.equal(due('2026-01-31T21:30:00Z'), '2026-01-31T21:30:00.000Z')
  assert.equal(due('2026-01-31T23:59:59Z'), '')
  assert.equal(due('2026-01-31T20:00:00Z'), '', 'the clock was set back')
  assert.equal(due('2026-02-01T21:29:00Z'), '')
  assert.equal(due('2026-02-03T22:00:00Z'), '2026-02-03T21:30:00.000Z', 'days were slept through')
})

test('daily reset: who is logged on hears why it has to log on anew, and begins at 1', async () => {
  const nowUs = Date.now() * 1_000
  const venue = await Venue.start({ resetTimeUs: (nowUs + MINUTE_US) % DAY_US })
  await until('the last one is said at the start', () => venue.commands.length === 1)
  const active = await RawClient.loggedOn(venue.port, 'ACTIVE', { CancelOnDisconnectType: 1 })
  active.send(orderFrame(1), orderFrame(2))
  await active.hears('ExecutionReport', 2)
  // The sequencer has its Logon, and the answer is still to come: its numbers are of before.
  venue.isHalted = true
  const opening = new RawClient(venue.port).send(logonFrame('OPENING'))
  await new Promise((resolve) => setTimeout(resolve, 50))
  venue.skewUs = MINUTE_US
  for (const client of [active, opening]) {
    const { fields } = await client.hears('Logout')
    assert.equal(fields.SessionStatus, SessionStatus.SequenceReset)
    assert.equal(fields.Text, 'Sequence numbers begin again at 1: log on anew')
    await client.closes()
  }
  // Behind the reset, though the sequencer has not taken it yet.
  const next = new RawClient(venue.port).send(logonFrame('ACTIVE'))
  venue.isHalted = false
  const { number, fields } = await next.hears('Logon')
  assert.deepEqual([number, fields.NextExpectedMsgSeqNum], [1, 1])
  next.send(orderFrame(1))
  assert.equal((await next.hears('ExecutionReport')).number, 1)
  const resets = venue.commands.flatMap((command, at) => (command.startsWith('reset') ? [at] : []))
  assert.equal(resets.length, 2)
  const before = venue.commands.slice(0, resets[1])
  assert.deepEqual(before.slice(1), [
    'open ACTIVE 1/0',
    'D 1 #1',
    'D 1 #2',
    'open OPENING',
    'close 1',
  ])
  assert.ok(venue.commands.includes('close 2'), 'as soon as it is known what to close')
  await venue.stop()
  assert.deepEqual(venue.failures, [])
})

test('daily reset: with a full ring it waits, and whoever logs on waits behind it', async () => {
  const nowUs = Date.now() * 1_000
  const venue = await Venue.start({
    ...{ resetTimeUs: (nowUs + MINUTE_US) % DAY_US, ringBytes: 4_096 },
  })
  const client = await RawClient.loggedOn(venue.port, 'FULL')
  venue.isHalted = true
  client.send(...Array.from({ length: 30 }, (_, i) => orderFrame(i + 1)))
  await new Promise((resolve) => setTimeout(resolve, 50))
  venue.skewUs = MINUTE_US
  await client.hears('Logout')
  const next = new RawClient(venue.port).send(logonFrame('NEXT'))
  await new Promise((resolve) => setTimeout(resolve, 50))
  venue.isHalted = false
  assert.equal((await next.hears('Logon')).number, 1)
  const words = venue.commands.map((command) => command.split(' ')[0])
  assert.ok(words.lastIndexOf('D') < words.lastIndexOf('reset'))
  assert.ok(words.lastIndexOf('reset') < words.lastIndexOf('open'))
  await venue.stop()
  assert.deepEqual(venue.failures, [])
})
