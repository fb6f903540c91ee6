/** Linked orders and quotes by the client, against a whole exchange. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ContingencyType,
  ExecType,
  FULL,
  INT64_NULL,
  ListOrderStatus,
  type NewOrder,
  OrderEntryClient,
  type OrderEntryClientOptions,
  type OrderEntryError,
  OrdType,
  QuoteStatus,
  quoteAnswers,
  Reason,
  Side,
} from '../../client/client.ts'
import { Premises } from '../exchange/premises.ts'
import { until } from '../gateway/order-entry/venue.ts'

const GOOG = { symbol: 'GOOG', lots: 5 }
const sell = (clOrdId: string, priceTicks: number): NewOrder => ({
  ...{ ...GOOG, clOrdId, priceTicks },
  side: Side.Sell,
})
const stop = (clOrdId: string, stopTicks: number): NewOrder => ({
  ...{ ...GOOG, clOrdId, stopTicks },
  ...{ side: Side.Sell, ordType: OrdType.Stop },
})
const buy = (clOrdId: string, priceTicks: number): NewOrder => ({
  ...{ ...GOOG, clOrdId, priceTicks },
  side: Side.Buy,
})
const { OneCancelsTheOther, OneTriggersTheOther } = ContingencyType

const nameOf = (execType: number): string =>
  Object.entries(ExecType).find(([, value]) => value === execType)![0]

async function connectTo(
  port: number,
  compId: string,
  heard: string[] = [],
  options: Partial<OrderEntryClientOptions> = {},
): Promise<OrderEntryClient> {
  return OrderEntryClient.connect({
    ...{ host: '127.0.0.1', port, compId },
    onExecutionReport: ({ clOrdId, execType }) => heard.push(`${clOrdId} ${nameOf(execType)}`),
    onListStatus: ({ listId }) => heard.push(`list ${listId}`),
    onQuotes: ({ quoteId }) => heard.push(`quotes ${quoteId}`),
    ...options,
  })
}

test('bulk orders: a list is accepted in one message, and answered before its orders', async (t) => {
  const premises = new Premises(t)
  const { orderEntryPort } = await premises.start({ flags: ['-q'] })
  const heard: string[] = []
  const client = await connectTo(orderEntryPort, 'A', heard)
  const status = await client.promises.newOrderList({
    ...{ listId: 'l', contingencyType: OneCancelsTheOther },
    orders: [sell('take', 120), stop('stop', 90)],
  })
  assert.deepEqual([status.listOrderStatus, status.totNoOrders], [ListOrderStatus.Executing, 2])
  const other = await connectTo(orderEntryPort, 'B')
  await other.promises.newOrder(buy('b', 120))
  await until('the stop is gone', () => heard.includes('stop Canceled'))
  assert.deepEqual(heard, ['list l', 'take New', 'stop New', 'take Trade', 'stop Canceled'])
  await client.promises.newOrderList({
    ...{ listId: 'm', contingencyType: OneTriggersTheOther },
    orders: [buy('parent', 100), sell('high', 130), stop('low', 80)],
  })
  const open = await client.promises.massStatus({ clOrdId: 's' })
  assert.deepEqual(
    open.map(({ origClOrdId, workingIndicator }) => `${origClOrdId} ${workingIndicator}`),
    ['parent 1', 'high 0', 'low 0'],
  )
  await Promise.all([client.logout(), other.logout()])
})

test('bulk orders: a list that is refused is an error that names the order', async (t) => {
  const premises = new Premises(t)
  const { orderEntryPort } = await premises.start({ flags: ['-q'] })
  const heard: string[] = []
  const client = await connectTo(orderEntryPort, 'A', heard)
  await client.promises.newOrder(sell('used', 120))
  const refused = client.promises.newOrderList({
    ...{ listId: 'l', contingencyType: OneCancelsTheOther },
    orders: [sell('new', 120), sell('used', 130)],
  })
  await assert.rejects(refused, (error: OrderEntryError) => {
    assert.deepEqual([error.code, error.reason?.code], ['refused', Reason.DuplicateClOrdId])
    assert.ok(error.answer !== undefined && 'clOrdId' in error.answer)
    return error.answer.clOrdId === 'used'
  })
  await until('both are refused', () => heard.length === 4)
  assert.deepEqual(heard, ['used New', 'list l', 'new Rejected', 'used Rejected'])
  const three = [sell('a', 1), sell('b', 1), sell('c', 1)]
  await assert.rejects(
    client.promises.newOrderList({
      ...{ listId: 'm', contingencyType: OneCancelsTheOther, orders: three },
    }),
    { code: 'rejected', reason: { code: 16, name: 'IncorrectNumInGroup' } },
  )
  assert.throws(
    () =>
      client.newOrderList({
        ...{ listId: 'n', contingencyType: OneTriggersTheOther, orders: [...three, ...three] },
      }),
    RangeError,
  )
  assert.equal(client.outstandingCount, 0)
  await client.logout()
})

test('bulk orders: quotes are replaced, traded, protected and taken back', async (t) => {
  const premises = new Premises(t)
  const { orderEntryPort } = await premises.start({ flags: ['-q'] })
  const heard: string[] = []
  const maker = await connectTo(orderEntryPort, 'A', heard)
  const taker = await connectTo(orderEntryPort, 'B')
  const { promises } = maker
  const bid = { lots: 10, priceTicks: 100 }
  const offer = { lots: 20, priceTicks: 110 }
  const first = await promises.massQuote({
    quoteId: 'q-1',
    quotes: [
      { symbol: 'GOOG', bid, offer },
      { symbol: 'NOWHERE', bid },
    ],
    protection: { seconds: 60, lots: 6 },
  })
  assert.equal(first.quoteStatus, QuoteStatus.Accepted)
  const [goog, nowhere] = quoteAnswers(first)
  assert.deepEqual([goog!.symbol, goog!.bidReason, goog!.offerReason], ['GOOG', 0, 0])
  assert.deepEqual(
    [nowhere!.symbol, nowhere!.bidReason, nowhere!.bidOrderId],
    ['NOWHERE', Reason.UnknownSymbol, INT64_NULL],
  )
  await promises.massQuote({ quoteId: 'q-2', quotes: [{ symbol: 'GOOG', bid: null, offer }] })
  const status = await promises.massStatus({ clOrdId: 's' })
  assert.deepEqual(
    status.map(({ origClOrdId, price }) => `${origClOrdId}@${price}`),
    ['q-2@110'],
  )
  await taker.promises.newOrder(buy('b-1', 110))
  await taker.promises.newOrder(buy('b-2', 110))
  await until('the protection ends it', () => heard.includes('q-2 Canceled'))
  const refused = await promises.massQuote({ quoteId: 'q-3', quotes: [{ symbol: 'GOOG', bid }] })
  assert.equal(quoteAnswers(refused)[0]!.bidReason, Reason.QuoteProtection)
  const again = { quoteId: 'q-4', quotes: [{ symbol: 'GOOG', bid, offer }], resetsProtection: true }
  await promises.massQuote(again)
  const { totalAffectedOrders } = await promises.cancelQuotes({ quoteId: 'c', symbol: 'GOOG' })
  assert.equal(totalAffectedOrders, 2)
  await assert.rejects(promises.cancelQuotes({ quoteId: 'd', symbol: 'NOWHERE' }), {
    ...{ code: 'refused', reason: { code: Reason.UnknownSymbol, name: 'UnknownSymbol' } },
  })
  assert.deepEqual(
    heard.filter((word) => word.startsWith('q')),
    [
      ...['quotes q-1', 'quotes q-2', 'q-2 Trade', 'q-2 Trade', 'q-2 Canceled'],
      ...['quotes q-3', 'quotes q-4', 'quotes c', 'quotes d'],
    ],
  )
  await Promise.all([maker.logout(), taker.logout()])
})

test('bulk orders: over a lost connection nothing is lost and nothing doubled', async (t) => {
  const premises = new Premises(t)
  const { orderEntryPort } = await premises.start({ flags: ['-q'] })
  const heard: string[] = []
  let losses = 0
  const client = await connectTo(orderEntryPort, 'A', heard, {
    outstandingMax: 40,
    onDisconnect: () => losses++,
  })
  let sent = 0
  for (let round = 0; round < 6; round++) {
    for (let n = 0; n < 5; n++) {
      const listId = `l-${round}-${n}`
      const orders = [sell(`a-${listId}`, 200 + n), sell(`b-${listId}`, 300 + n)]
      if (client.newOrderList({ listId, contingencyType: OneCancelsTheOther, orders }) === FULL) {
        break
      }
      sent++
    }
    client.flush()
    client.abort()
    await until('it is gone', () => losses > round)
    await client.reconnect({ withinMs: 5_000 })
    await client.drained()
  }
  await until('all are answered', () => client.outstandingCount === 0)
  const lists = heard.filter((word) => word.startsWith('list'))
  assert.equal(lists.length, sent)
  assert.equal(new Set(lists).size, sent)
  assert.equal(heard.filter((word) => word.endsWith('New')).length, 2 * sent)
  await client.logout()
})
