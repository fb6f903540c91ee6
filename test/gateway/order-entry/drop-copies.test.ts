/** Drop copy sessions at the door: who is told what is on a tape, and what they may say. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { BusinessRejectReason, SessionStatus } from '../../../protocol/codecs.ts'
import { FLAG_COPY, FLAGS_OFFSET } from '../../../protocol/wire-frame.ts'
import { frame, type Heard, orderFrame, RawClient } from './raw-client.ts'
import { Venue } from './venue.ts'

const venue = await Venue.start({
  limits: { sessionNumberMax: 8 },
  throttle: { account: { messages: 3, cancels: 3 } },
})
after(async () => {
  await venue.stop()
  assert.deepEqual(venue.failures, [])
})

/** What comes from now on. */
const EAR = { DropCopyFlag: 1, NextExpectedMsgSeqNum: 0 }

const numbers = (client: RawClient): number[] =>
  client.heard.filter(({ name }) => name === 'ExecutionReport').map(({ number }) => number)
const sourceOf = ({ bytes }: Heard): string =>
  bytes.subarray(-32).toString('latin1').replace(/\0+/g, ' ').trim()

test('drop copies: all that follow a tape are told of what is on it, and of nothing else', async () => {
  const taped = await RawClient.loggedOn(venue.port, 'TAPED-1')
  const other = await RawClient.loggedOn(venue.port, 'OTHER')
  const ears = [
    await RawClient.loggedOn(venue.port, 'EAR-1', EAR),
    await RawClient.loggedOn(venue.port, 'EAR-2', EAR),
  ]
  taped.send(orderFrame(1))
  // Not named yet: told all the same, and of nobody.
  for (const ear of ears) assert.equal(sourceOf(await ear.hears('ExecutionReport')), '')
  venue.name('TAPED-1', 'ACCOUNT')
  other.send(orderFrame(1), orderFrame(2))
  await other.hears('ExecutionReport', 2)
  taped.send(orderFrame(2))
  for (const ear of ears) {
    const copy = await ear.hears('ExecutionReport', 2)
    assert.equal(sourceOf(copy), 'ACCOUNT TAPED-1')
    assert.equal(copy.bytes[FLAGS_OFFSET], FLAG_COPY)
    assert.deepEqual(numbers(ear), [1, 2])
  }
  assert.deepEqual(
    [numbers(taped), numbers(other)],
    [
      [1, 2],
      [1, 2],
    ],
  )

  // Who has left is told no more.
  ears[0]!.send(frame('Logout', {}))
  await ears[0]!.closes()
  taped.send(orderFrame(3))
  await ears[1]!.hears('ExecutionReport', 3)
  assert.deepEqual(numbers(ears[0]!), [1, 2])
  ears[1]!.socket.destroy()
})

test('drop copies: a request is refused at the door, counts against no account, and uses its number up', async () => {
  const ear = await RawClient.loggedOn(venue.port, 'EAR-3', EAR)
  const before = venue.commands.length
  for (let number = 1; number <= 6; number++) {
    ear.send(
      number % 2 === 0
        ? frame('OrderMassCancelRequest', { ClOrdID: 'x' }, number)
        : orderFrame(number),
    )
    const { fields } = await ear.hears('BusinessMessageReject', number)
    const { NotAuthorized } = BusinessRejectReason
    assert.deepEqual([fields.RefSeqNum, fields.BusinessRejectReason], [number, NotAuthorized])
  }
  assert.equal(venue.commands.length, before)
  ear.socket.destroy()
})

test('drop copies: where numbers end the session ends, whoever trades goes on', async () => {
  const taped = await RawClient.loggedOn(venue.port, 'TAPED2')
  const ear = await RawClient.loggedOn(venue.port, 'EAR-4', EAR)
  const { number } = await ear.hears('Logon')
  venue.say('TAPED2', 8 - number + 1)
  const { fields } = await ear.hears('Logout')
  assert.equal(fields.SessionStatus, SessionStatus.LogonsNotAllowed)
  assert.match(String(fields.Text), /ResetSeqNumFlag/)
  assert.equal(numbers(ear).at(-1), 8)
  await ear.closes()
  taped.send(frame('TestRequest', { TestReqID: 'there' }))
  assert.equal((await taped.hears('Heartbeat')).fields.TestReqID, 'there')
})
