/** What messages say of when they were sent, and whether they were sent before. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  frame,
  logonFrame,
  ORDER,
  orderFrame,
  possDup,
  possResend,
  RawClient,
  shortOrderFrame,
} from './raw-client.ts'
import { Venue } from './venue.ts'

let venue: Venue
let sessions = 0
const fresh = (): string => `T${++sessions}`
before(async () => {
  venue = await Venue.start()
})
after(async () => {
  await venue.stop()
  assert.deepEqual(venue.failures, [])
})

const nowUs = (): number => Date.now() * 1_000
const orderAt = (number: number, sendingTimeUs: number): Buffer =>
  frame('NewOrderSingle', { ...ORDER, ClOrdID: `id-${number}` }, number, sendingTimeUs)
const tagOf = async (client: RawClient, count = 1): Promise<readonly unknown[]> => {
  const { fields } = await client.hears('Reject', count)
  return [fields.RefSeqNum, fields.RefTagID, fields.SessionRejectReason]
}

for (const [what, offUs] of [
  ['old', -121_000_000],
  ['of the future', 121_000_000],
  ['absent', -(2 ** 63)],
] as const) {
  test(`times: a SendingTime that is ${what} is refused, and ends the session`, async () => {
    const client = await RawClient.loggedOn(venue.port, fresh())
    const timeUs = offUs === -(2 ** 63) ? offUs : nowUs() + offUs
    client.send(orderAt(1, timeUs), orderFrame(1))
    assert.deepEqual(await tagOf(client), [1, 52, 10])
    assert.match(
      String((await client.hears('Logout')).fields.Text),
      /^SendingTime\(52\) is too far/,
    )
    await client.closes()
    assert.equal(client.names.includes('ExecutionReport'), false)
  })
}

test('times: two minutes either way are borne, and a Logout at any time', async () => {
  const client = await RawClient.loggedOn(venue.port, fresh())
  client.send(orderAt(1, nowUs() - 110_000_000), orderAt(2, nowUs() + 110_000_000))
  await client.hears('ExecutionReport', 2)
  client.send(frame('Logout', {}, 3, 0))
  assert.equal((await client.hears('Logout')).fields.SessionStatus, 4)
})

test('times: a clock of the exchange that is set ends no session, and the client’s does', async () => {
  const client = await RawClient.loggedOn(venue.port, fresh())
  try {
    for (const [number, skewUs] of [3_600_000_000, -7_200_000_000].entries()) {
      venue.skewUs = skewUs
      client.send(orderAt(number + 1, nowUs()))
      await client.hears('ExecutionReport', number + 1)
    }
    // What the exchange says is the time now.
    client.send(orderAt(3, nowUs() + venue.skewUs))
    assert.deepEqual(await tagOf(client), [3, 52, 10])
    await client.closes()
  } finally {
    venue.skewUs = 0
  }
})

test('times: a Logon without a signature is held to two minutes too', async () => {
  const fields = { SenderCompID: fresh(), TargetCompID: 'TRADSYS', HeartBtInt: 30 }
  const client = new RawClient(venue.port)
  client.send(frame('Logon', fields, 1, nowUs() - 121_000_000))
  assert.deepEqual(await tagOf(client), [1, 52, 10])
  await client.hears('Logout')
  await client.closes()
})

test('times: a repetition of the number expected is taken as new, an older one is passed over', async () => {
  const client = await RawClient.loggedOn(venue.port, fresh())
  const before = nowUs()
  client.send(possDup(orderFrame(1), before), possDup(orderFrame(1), before), orderFrame(2))
  await client.hears('ExecutionReport', 2)
  assert.equal(client.names, 'Logon ExecutionReport ExecutionReport')
})

test('times: a repetition says of when; if not it is refused, and uses up only the number expected', async () => {
  const client = await RawClient.loggedOn(venue.port, fresh())
  client.send(possDup(orderFrame(1)))
  assert.deepEqual(await tagOf(client), [1, 122, 1])
  client.send(possDup(orderFrame(1)), orderFrame(2))
  assert.deepEqual(await tagOf(client, 2), [1, 122, 1])
  await client.hears('ExecutionReport')
  // Behind a gap nothing is looked at: it comes again.
  client.send(possDup(orderFrame(9)))
  assert.equal((await client.hears('ResendRequest')).fields.BeginSeqNo, 3)
  assert.equal(client.heard.filter(({ name }) => name === 'Reject').length, 2)
})

test('times: a repetition that was sent first after it was sent again ends the session', async () => {
  const client = await RawClient.loggedOn(venue.port, fresh())
  client.send(orderFrame(1), possDup(orderFrame(1), nowUs() + 60_000_000))
  assert.deepEqual(await tagOf(client), [1, 122, 10])
  assert.match(String((await client.hears('Logout')).fields.Text), /^OrigSendingTime\(122\)/)
  await client.closes()
})

test('types: what only the exchange says is refused as business, and uses its number up', async () => {
  for (const name of ['ExecutionReport', 'OrderCancelReject', 'BusinessMessageReject']) {
    const client = await RawClient.loggedOn(venue.port, fresh())
    client.send(frame(name, {}), orderFrame(2))
    const { fields } = await client.hears('BusinessMessageReject')
    assert.deepEqual([fields.RefSeqNum, fields.BusinessRejectReason, fields.RetryAfter], [1, 3, 0])
    await client.hears('ExecutionReport')
    client.socket.destroy()
  }
})

test('possible resend: it is said to the shard of an order, whatever the client wrote into the block', async () => {
  const client = await RawClient.loggedOn(venue.port, fresh())
  const garbage = orderFrame(2)
  garbage[36 + 39] = 1
  client.send(possResend(orderFrame(1)), garbage, possResend(shortOrderFrame(3)))
  await client.hears('ExecutionReport', 3)
  assert.deepEqual(venue.possResends, ['id-1', 'id-3'])
  client.socket.destroy()
})

test('recv window: an order or a replace that is older when it comes is refused, a cancel is not', async () => {
  const client = await RawClient.loggedOn(venue.port, fresh(), { RecvWindow: 5_000 })
  assert.equal(client.heard[0]!.fields.RecvWindow, 5_000)
  const old = nowUs() - 6_000_000
  const which = { ...ORDER, OrigClOrdID: 'o', OrderID: -(2 ** 63) }
  client.send(
    orderAt(1, old),
    frame('OrderCancelReplaceRequest', which, 2, old),
    frame('OrderCancelRequest', which, 3, old),
    orderAt(4, nowUs() - 1_000_000),
  )
  for (const number of [1, 2]) {
    const { fields } = await client.hears('BusinessMessageReject', number)
    assert.deepEqual([fields.RefSeqNum, fields.BusinessRejectReason], [number, 100])
  }
  await client.hears('ExecutionReport', 2)
  client.socket.destroy()
})

test('recv window: the time that an order waits for room here counts too', async () => {
  const own = await Venue.start({ ringBytes: 4_096 })
  const client = await RawClient.loggedOn(own.port, 'WAITS', { RecvWindow: 5_000 })
  own.isHalted = true
  client.send(...Array.from({ length: 30 }, (_, i) => orderFrame(i + 1)))
  await new Promise((resolve) => setTimeout(resolve, 50))
  own.skewUs = 6_000_000
  own.isHalted = false
  await client.hears('BusinessMessageReject')
  const taken = own.commands.filter((command) => command.startsWith('D')).length
  await client.hears('BusinessMessageReject', 30 - taken)
  assert.ok(taken > 0)
  await own.stop()
})

test('recv window: more than a minute is none', async () => {
  const client = new RawClient(venue.port).send(logonFrame(fresh(), { RecvWindow: 60_001 }))
  assert.equal((await client.hears('Reject')).fields.RefTagID, 25000)
  await client.closes()
})
