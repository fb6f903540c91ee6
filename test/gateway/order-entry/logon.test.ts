/** What a Logon may ask for beyond being let in: cancel on disconnect, and another's place. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Reason } from '../../../protocol/codecs.ts'
import { frame, logonFrame, orderFrame, RawClient } from './raw-client.ts'
import { until, Venue } from './venue.ts'

let venue: Venue
let sessions = 0
const fresh = (): string => `L${++sessions}`
before(async () => {
  venue = await Venue.start()
})
after(async () => {
  await venue.stop()
  assert.deepEqual(venue.failures, [])
})

const sessionOf = (compId: string): number => venue.sessions.get(compId)!.number
const isClosed = (compId: string, how: string): Promise<void> =>
  until(`close of ${compId}`, () => venue.commands.includes(`close ${sessionOf(compId)}${how}`))

test('logon: cancel on disconnect is passed on, and echoed', async () => {
  const compId = fresh()
  const asked = { CancelOnDisconnectType: 3, CODTimeoutWindow: 60_000 }
  const client = await RawClient.loggedOn(venue.port, compId, asked)
  assert.ok(venue.commands.includes(`open ${compId} 3/60000`))
  const { CancelOnDisconnectType, CODTimeoutWindow, RawData, Username } = client.heard[0]!.fields
  // Whatever lay in the buffer before stays there.
  assert.deepEqual([RawData, Username], ['', ''])
  assert.deepEqual({ CancelOnDisconnectType, CODTimeoutWindow }, asked)
  client.socket.destroy()
  await isClosed(compId, '')
})

test('logon: a client of version 1 asks for nothing', async () => {
  const compId = fresh()
  const whole = logonFrame(compId)
  const short = whole.subarray(0, 36 + 128)
  short.writeUInt32LE(short.length, 0)
  short.writeUInt16LE(128, 6)
  short.writeUInt16LE(1, 12)
  const client = new RawClient(venue.port).send(short)
  await client.hears('Logon')
  assert.ok(venue.commands.includes(`open ${compId}`))
  client.socket.destroy()
})

const REFUSED: readonly [Readonly<Record<string, number>>, number][] = [
  [{ CancelOnDisconnectType: 4 }, 35002],
  [{ CancelOnDisconnectType: 255 }, 35002],
  [{ CODTimeoutWindow: 60_001 }, 35003],
  [{ CODTimeoutWindow: 2 ** 32 - 1 }, 35003],
  [{ SecondLogon: 2 }, 25180],
  [{ ResetSeqNumFlag: 2 }, 141],
  [{ DropCopyFlag: 2 }, 9406],
]
for (const [fields, tag] of REFUSED) {
  test(`logon: ${JSON.stringify(fields)} is refused`, async () => {
    const client = new RawClient(venue.port).send(logonFrame(fresh(), fields))
    const { RefTagID, SessionRejectReason } = (await client.hears('Reject')).fields
    assert.deepEqual([RefTagID, SessionRejectReason], [tag, 5])
    await client.hears('Logout')
    await client.closes()
  })
}

test('logon: a Logout of the client is told from a loss, of the exchange is one', async () => {
  const [leaves, is, sent] = [fresh(), fresh(), fresh()]
  const leaving = await RawClient.loggedOn(venue.port, leaves)
  leaving.send(frame('Logout', {}))
  await leaving.closes()
  await isClosed(leaves, ' logout')
  const vanishing = await RawClient.loggedOn(venue.port, is)
  vanishing.socket.destroy()
  await isClosed(is, '')
  const misbehaving = await RawClient.loggedOn(venue.port, sent)
  misbehaving.send(orderFrame(7))
  await misbehaving.hears('Logout')
  await isClosed(sent, '')
})

test('logon: a second one is refused, or takes over where it says so', async () => {
  const compId = fresh()
  const first = await RawClient.loggedOn(venue.port, compId)
  first.send(orderFrame(1))
  await first.hears('ExecutionReport')
  const refused = new RawClient(venue.port).send(logonFrame(compId))
  await refused.hears('Logout')
  await refused.closes()
  first.send(orderFrame(2))
  await first.hears('ExecutionReport', 2)

  const second = new RawClient(venue.port).send(logonFrame(compId, { SecondLogon: 1 }))
  const logon = await second.hears('Logon')
  assert.deepEqual([logon.fields.NextExpectedMsgSeqNum, logon.fields.SecondLogon], [3, 1])
  const { Text } = (await first.hears('Logout')).fields
  assert.equal(Text, 'Another logon has taken over this session')
  await first.closes()
  await isClosed(compId, '')
  second.send(orderFrame(3))
  await second.hears('ExecutionReport', 3)
  assert.deepEqual(
    second.heard.filter(({ name }) => name === 'ExecutionReport').map(({ number }) => number),
    [1, 2, 3],
    'what the first had heard comes again, as this Logon asked from 1 on',
  )
  second.socket.destroy()
})

test('logon: what is sent while another takes over is taken before its question, or not at all', async () => {
  const own = await Venue.start()
  const first = await RawClient.loggedOn(own.port, 'BUSY')
  own.isHalted = true
  const second = new RawClient(own.port).send(logonFrame('BUSY', { SecondLogon: 1 }))
  await new Promise((resolve) => setTimeout(resolve, 50))
  first.send(orderFrame(1), orderFrame(2))
  await new Promise((resolve) => setTimeout(resolve, 50))
  own.isHalted = false
  const { fields } = await second.hears('Logon')
  assert.equal(fields.NextExpectedMsgSeqNum, 1)
  await first.hears('Logout')
  second.send(orderFrame(1))
  await second.hears('ExecutionReport')
  assert.deepEqual(
    own.commands.filter((command) => command.startsWith('D')),
    ['D 1 #1'],
  )
  await own.stop()
  assert.deepEqual(own.failures, [])
})

test('logon: where taking over is refused, what was sent meanwhile is taken', async () => {
  const own = await Venue.start()
  const first = await RawClient.loggedOn(own.port, 'CALM')
  own.isHalted = true
  own.refuses = Reason.TableFull
  const second = new RawClient(own.port).send(logonFrame('CALM', { SecondLogon: 1 }))
  await new Promise((resolve) => setTimeout(resolve, 50))
  first.send(orderFrame(1), orderFrame(2))
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal(first.names, 'Logon')
  own.isHalted = false
  await second.hears('Logout')
  await first.hears('ExecutionReport', 2)
  await own.stop()
  assert.deepEqual(own.failures, [])
})

test('logon: one that begins the numbers again is taken on a live session too', async () => {
  const compId = fresh()
  const client = await RawClient.loggedOn(venue.port, compId)
  client.send(orderFrame(1), orderFrame(2))
  await client.hears('ExecutionReport', 2)
  client.send(logonFrame(compId, { ResetSeqNumFlag: 1, HeartBtInt: 5 }), orderFrame(1))
  const { number, fields } = await client.hears('Logon', 2)
  assert.deepEqual(
    [number, fields.NextExpectedMsgSeqNum, fields.ResetSeqNumFlag, fields.HeartBtInt],
    [1, 1, 1, 5],
  )
  const report = await client.hears('ExecutionReport', 3)
  assert.deepEqual([report.number, report.possDup], [1, false])
  venue.say(compId, 1)
  assert.equal((await client.hears('ExecutionReport', 4)).number, 2)
  client.send(frame('Logout', {}, 2))
  await client.closes()
  await isClosed(compId, ' logout')
  const closes = venue.commands.filter((c) => c.startsWith(`close ${sessionOf(compId)}`))
  assert.equal(closes.length, 1, 'opened twice, and held once')
})

test('logon: one that begins again ends the session where it is wrong, and begins at 1', async () => {
  const reset = { ResetSeqNumFlag: 1 }
  for (const [bytes, tag] of [
    [logonFrame('ANOTHER', reset), 49],
    [logonFrame('', reset), 49],
    [logonFrame('SAME', { ...reset, HeartBtInt: 4 }), 108],
    [
      frame('Logon', { ...reset, SenderCompID: 'SAME', TargetCompID: 'TRADSYS', HeartBtInt: 5 }, 2),
      34,
    ],
  ] as const) {
    const client = await RawClient.loggedOn(venue.port, 'SAME')
    client.send(bytes)
    assert.equal((await client.hears('Reject')).fields.RefTagID, tag)
    await client.hears('Logout')
    await client.closes()
    await until('closed', () => venue.sessions.get('SAME')!.connection === 0)
  }
  const late = new RawClient(venue.port).send(logonFrame('SAME', { ...reset, HeartBtInt: 5 }))
  assert.equal((await late.hears('Logon')).number, 1)
  late.socket.destroy()
})
