/** What a Logon may ask for beyond being let in: cancel on disconnect, and another's place. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
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
