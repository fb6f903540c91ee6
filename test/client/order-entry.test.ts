import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import {
  DISCONNECTED,
  FULL,
  type NewOrder,
  OrderEntryClient,
  type OrderEntryClientOptions,
  OrderEntryError,
  OrdStatus,
  Side,
} from '../../client/client.ts'
import { until, Venue } from '../gateway/order-entry/venue.ts'
import { ScriptedExchange } from './scripted-exchange.ts'

const orderOf = (clOrdId: string): NewOrder => ({
  clOrdId,
  symbol: 'BTC',
  side: Side.Buy,
  lots: 1,
  priceTicks: 100,
})
const idsUpTo = (count: number): string[] => Array.from({ length: count }, (_, i) => `o-${i + 1}`)

const connect = (
  venue: Venue,
  more: Partial<OrderEntryClientOptions> = {},
): Promise<OrderEntryClient> =>
  OrderEntryClient.connect({ host: '127.0.0.1', port: venue.port, compId: 'A', ...more })

test('client: orders are numbered, answered, and requests resolve with a copy that stays', async () => {
  const venue = await Venue.start()
  const heard: string[] = []
  const client = await connect(venue, { onExecutionReport: (report) => heard.push(report.clOrdId) })
  assert.deepEqual(
    idsUpTo(3).map((id) => client.newOrder(orderOf(id))),
    [1, 2, 3],
  )
  const report = await client.request(orderOf('o-4'))
  await client.request(orderOf('o-5'))
  assert.deepEqual([report.clOrdId, report.ordStatus], ['o-4', OrdStatus.New])
  assert.deepEqual(heard, idsUpTo(5))
  assert.equal(client.outstandingCount, 0)
  assert.equal(client.nextReportNumber, 6)
  const target = { origClOrdId: 'o-1', symbol: 'BTC', side: Side.Buy }
  assert.equal(client.cancel({ clOrdId: 'c-1', ...target }), 6)
  assert.equal(client.replace({ clOrdId: 'r-1', orderId: 7, ...target, lots: 2, priceTicks: 9 }), 7)
  await until('answers', () => client.outstandingCount === 0)
  await client.logout()
  assert.equal(client.newOrder(orderOf('late')), DISCONNECTED)
  await venue.stop()
})

test('client: what cannot be said throws and leaves no trace', async () => {
  const venue = await Venue.start()
  const client = await connect(venue)
  assert.throws(() => client.newOrder({ ...orderOf('x'), lots: 0.5 }), RangeError)
  assert.throws(() => client.newOrder(orderOf('x'.repeat(37))), RangeError)
  assert.equal(client.newOrder(orderOf('o-1')), 1)
  await until('answer', () => client.outstandingCount === 0)
  await venue.stop()
})

test('client: FULL is an answer, and drained() says when it no longer is', async () => {
  const venue = await Venue.start()
  const client = await connect(venue, { outstandingMax: 8 })
  venue.isHalted = true
  const answers = idsUpTo(10).map((id) => client.newOrder(orderOf(id)))
  assert.deepEqual(answers, [1, 2, 3, 4, 5, 6, 7, 8, FULL, FULL])
  setTimeout(() => {
    venue.isHalted = false
  }, 20)
  await client.drained()
  assert.equal(client.newOrder(orderOf('o-9')), 9)
  await Promise.all(
    ['p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x'].map((id) => client.request(orderOf(id))),
  )
  await venue.stop()
})

test('client: an order that the exchange cannot understand rejects its request only', async () => {
  const venue = await Venue.start()
  const client = await connect(venue)
  const good = client.request(orderOf('good'))
  const bad = client.request({ ...orderOf('bad'), lots: 0 })
  const last = client.request(orderOf('last'))
  await assert.rejects(bad, { code: 'rejected', message: /OrderQty/ })
  assert.equal((await good).clOrdId, 'good')
  assert.equal((await last).clOrdId, 'last')
  assert.equal(client.outstandingCount, 0)
  await venue.stop()
})

test('client: every logout() resolves when the connection is closed', async () => {
  const venue = await Venue.start()
  const client = await connect(venue)
  await Promise.all([client.logout(), client.logout()])
  assert.equal(client.isLoggedOn, false)
  await client.logout()
  await client.reconnect({ withinMs: 3_000 })
  await client.logout()
  await venue.stop()
})

test('client: a logout() while logging on ends that, and the attempts', async () => {
  const venue = await Venue.start()
  const client = await connect(venue)
  await client.logout()
  venue.isHalted = true
  const back = client.reconnect({ withinMs: 60_000 })
  const refused = assert.rejects(back, { code: 'disconnected' })
  await until('asked', () => venue.gateway.connectionCount > 0)
  await client.logout()
  await refused
  const again = assert.rejects(client.reconnect({ withinMs: 60_000 }), { code: 'disconnected' })
  await client.logout()
  await again
  venue.isHalted = false
  await client.reconnect({ withinMs: 3_000 })
  await client.logout()
  await venue.stop()
})

test('client: over lost connections nothing is lost and nothing doubled', async () => {
  const venue = await Venue.start()
  const heard: string[] = []
  let isBack: Promise<void> = Promise.resolve()
  const client = await connect(venue, {
    onExecutionReport: (report) => heard.push(report.clOrdId),
    onDisconnect: () => {
      isBack = client.reconnect({ withinMs: 5_000 })
    },
  })
  const ids = idsUpTo(2_000)
  for (const [i, id] of ids.entries()) {
    while (client.newOrder(orderOf(id)) < 0) {
      await isBack
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    if (i % 190 === 100) client.flush()
    if (i % 400 === 200) client.abort()
    if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  await until('all heard', () => heard.length >= ids.length)
  assert.deepEqual(heard, ids)
  assert.deepEqual(venue.clOrdIds, ids)
  await client.logout()
  await venue.stop()
  assert.deepEqual(venue.failures, [])
})

test('client: over a crash of the exchange what was not taken is sent again, numbered anew', async () => {
  const venue = await Venue.start()
  const heard: string[] = []
  const options = {
    port: venue.port,
    onExecutionReport: (r: { clOrdId: string }) => heard.push(r.clOrdId),
  }
  const client = await connect(venue, options)
  await client.request(orderOf('o-1'))
  // Its number is used up in the gateway and in no log: after the crash it comes back.
  await assert.rejects(client.request({ ...orderOf('bad'), lots: 0 }))
  const session = venue.sessions.get('A')
  assert.equal(session?.nextInbound, 2)
  venue.isHalted = true
  client.newOrder(orderOf('o-2'))
  client.newOrder(orderOf('o-3'))
  client.abort()
  await until('gone', () => !client.isLoggedOn)
  venue.isHalted = false
  await client.reconnect({ withinMs: 3_000 })
  await until('answers', () => client.outstandingCount === 0)
  assert.deepEqual(venue.clOrdIds, idsUpTo(3))
  assert.deepEqual(heard, idsUpTo(3))
  await venue.stop()
})

test('client: a key proves who it is, another one does not', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const venue = await Venue.start({ admission: 'listed', keys: new Map([['A', publicKey]]) })
  const client = await connect(venue, { key: privateKey })
  await client.request(orderOf('o-1'))
  await client.logout()
  const other = generateKeyPairSync('ed25519').privateKey
  await assert.rejects(connect(venue, { key: other }), { code: 'logon-refused', status: 5 })
  await venue.stop()
})

test('client: nobody there, and a session that is live, are named errors', async () => {
  const venue = await Venue.start()
  const client = await connect(venue)
  await assert.rejects(connect(venue), { code: 'logon-refused', message: /logged on already/ })
  await client.logout()
  const { port } = venue
  await venue.stop()
  await assert.rejects(
    OrderEntryClient.connect({ host: '127.0.0.1', port, compId: 'A' }),
    (error) => error instanceof OrderEntryError && error.code === 'unreachable',
  )
})

test('client: a name that no Logon can hold rejects connect', async () => {
  for (const compId of ['SEVENTEEN-LETTERS', 'ünï']) {
    await assert.rejects(
      OrderEntryClient.connect({ host: '127.0.0.1', port: 1, compId }),
      RangeError,
    )
  }
})

test('client: reports that are kept no more are named, and the others heard', async () => {
  const venue = await Venue.start()
  const first = await connect(venue)
  for (const id of idsUpTo(5)) first.newOrder(orderOf(id))
  await until('answers', () => first.outstandingCount === 0)
  await first.logout()
  venue.keptFrom = 3
  const lost: string[] = []
  const heard: string[] = []
  const again = await connect(venue, {
    nextReportNumber: 1,
    onReportsLost: (from, to) => lost.push(`${from}-${to}`),
    onExecutionReport: ({ clOrdId }) => heard.push(clOrdId),
  })
  await until('the rest', () => heard.length === 3)
  assert.deepEqual([lost, heard], [['1-2'], ['o-3', 'o-4', 'o-5']])
  assert.equal(again.nextReportNumber, 6)
  await again.logout()
  await venue.stop()
})

test('client: what the exchange asks for again is sent again, in order', async () => {
  const exchange = await ScriptedExchange.listen()
  const client = await OrderEntryClient.connect({
    ...{ host: '127.0.0.1', port: exchange.port, compId: 'A' },
  })
  for (const id of idsUpTo(4)) client.newOrder(orderOf(id))
  await exchange.hears(4)
  exchange.say('ResendRequest', { BeginSeqNo: 2, EndSeqNo: 0 })
  await exchange.hears(7)
  assert.deepEqual(exchange.told.slice(4), ['2 o-2', '3 o-3', '4 o-4'])
  client.newOrder(orderOf('o-5'))
  await exchange.hears(8)
  assert.equal(exchange.told[7], '5 o-5')
  client.abort()
  exchange.close()
})
