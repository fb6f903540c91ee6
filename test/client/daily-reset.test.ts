/** A client whose session's numbers begin again at the exchange's time: what it has no answer to is asked for, not doubled. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OrderEntryClient, type OrderEntryError, Side } from '../../client/client.ts'
import { ContingencyType, SessionStatus } from '../../protocol/codecs.ts'
import { until, Venue } from '../gateway/order-entry/venue.ts'

const MINUTE_US = 60_000_000
const orderOf = (clOrdId: string) => ({
  ...{ clOrdId, symbol: 'BTC', side: Side.Buy, lots: 1, priceTicks: 100 },
})

test('client: lists and quotes under way at a reset are not sent again, and nobody is told that they failed', async () => {
  const resetTimeUs = (Date.now() * 1_000 + MINUTE_US) % (1_440 * MINUTE_US)
  const venue = await Venue.start({ resetTimeUs })
  const lost: OrderEntryError[] = []
  const client = await OrderEntryClient.connect({
    ...{ host: '127.0.0.1', port: venue.port, compId: 'A' },
    onDisconnect: (error) => lost.push(error),
  })
  venue.isHalted = true
  const bid = { priceTicks: 100, lots: 1 }
  const asked = [
    client.promises.newOrderList({
      listId: 'l',
      contingencyType: ContingencyType.OneCancelsTheOther,
      orders: [orderOf('a'), orderOf('b')],
    }),
    client.promises.massQuote({ quoteId: 'q', quotes: [{ symbol: 'BTC', bid, offer: null }] }),
  ].map((promise) => assert.rejects(promise, { code: 'unanswered' }))
  client.flush()
  await new Promise((resolve) => setTimeout(resolve, 50))
  venue.skewUs = MINUTE_US
  await until('the Logout', () => lost.length === 1)
  await Promise.all(asked)
  venue.isHalted = false
  await client.reconnect({ withinMs: 10_000 })
  assert.equal(client.outstandingCount, 0)
  assert.deepEqual(venue.possResends, [])
  await client.logout()
  await venue.stop()
})

test('client: at the exchange’s reset it begins again, and asks what became of what was under way', async () => {
  const resetTimeUs = (Date.now() * 1_000 + MINUTE_US) % (1_440 * MINUTE_US)
  const venue = await Venue.start({ resetTimeUs })
  const lost: OrderEntryError[] = []
  const heard: string[] = []
  const client = await OrderEntryClient.connect({
    ...{ host: '127.0.0.1', port: venue.port, compId: 'A' },
    onDisconnect: (error) => lost.push(error),
    onExecutionReport: ({ clOrdId }) => heard.push(clOrdId),
  })
  for (const id of ['a', 'b']) client.newOrder(orderOf(id))
  await until('both are answered', () => client.outstandingCount === 0)
  venue.isHalted = true
  const [c, d] = [client.request(orderOf('c')), client.request(orderOf('d'))]
  client.flush()
  await new Promise((resolve) => setTimeout(resolve, 50))
  venue.skewUs = MINUTE_US
  await until('the Logout', () => lost.length === 1)
  assert.equal(lost[0]!.status, SessionStatus.SequenceReset)
  assert.equal(client.nextReportNumber, 1)
  venue.isHalted = false
  await client.reconnect({ withinMs: 10_000 })
  assert.deepEqual([(await c).clOrdId, (await d).clOrdId], ['c', 'd'])
  assert.deepEqual(venue.possResends, ['c', 'd'])
  // Taken twice by this venue, which keeps no orders; a shard would say how the first ones stand.
  const orders = venue.commands.filter((command) => command.startsWith('D'))
  assert.deepEqual(orders, ['D 1 #1', 'D 1 #2', 'D 1 #3', 'D 1 #4', 'D 1 #1', 'D 1 #2'])
  assert.equal(client.newOrder(orderOf('e')), 3)
  await until('e', () => client.outstandingCount === 0)
  assert.deepEqual(venue.possResends, ['c', 'd'], 'what is new is no repetition')
  assert.equal(client.nextReportNumber, 4)
  await client.logout()
  await venue.stop()
  assert.deepEqual(venue.failures, [])
})
