/** How an order stands in its bytes, and that order entry takes the form that the client gives it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ContingencyType,
  ExecInst,
  ExecutionReport,
  INT64_NULL,
  MassCancelScope,
  type NewOrder,
  OrderEntryClient,
  OrdType,
  PegPriceType,
  PostOnly,
  SelfTradePrevention,
  Side,
  TimeInForce,
} from '../../client/client.ts'
import { newOrderBlockBytes, writeNewOrder } from '../../client/orders.ts'
import { WaitingRequests } from '../../client/waiting-requests.ts'
import { newOrderFault } from '../../gateway/order-entry/new-order-check.ts'
import { NewOrderSingle } from '../../protocol/codecs.ts'
import { until, Venue } from '../gateway/order-entry/venue.ts'

const SELL = { clOrdId: 'a', symbol: 'BTC', side: Side.Sell, lots: 5 }
const LIMIT: NewOrder = { ...SELL, priceTicks: 100 }

function encoded(order: NewOrder): NewOrderSingle {
  const blockBytes = newOrderBlockBytes(order)
  const view = new DataView(new ArrayBuffer(blockBytes))
  writeNewOrder(view, 0, order)
  return new NewOrderSingle().wrap(view, 0, blockBytes)
}

/** Each kind of order, each with one field more than any before it. */
const ORDERS: readonly NewOrder[] = [
  LIMIT,
  { ...SELL, ordType: OrdType.Market, timeInForce: TimeInForce.FillOrKill },
  { ...SELL, ordType: OrdType.MarketToLimit },
  { ...SELL, ordType: OrdType.Stop, stopTicks: 90 },
  { ...LIMIT, ordType: OrdType.StopLimit, stopTicks: 90 },
  { ...SELL, ordType: OrdType.TrailingStop, trailingTicks: 5 },
  { ...SELL, ordType: OrdType.TrailingStop, trailingBps: 50, stopTicks: 90 },
  { ...SELL, ordType: OrdType.Pegged, pegPriceType: PegPriceType.MidPrice },
  { ...SELL, ordType: OrdType.Pegged, pegPriceType: PegPriceType.Market, pegOffsetTicks: -3 },
  { clOrdId: 'a', symbol: 'BTC', side: Side.Sell, ordType: OrdType.Market, budgetUnits: 1_000 },
  { ...LIMIT, displayLots: 0 },
  { ...LIMIT, minLots: 2 },
  { ...LIMIT, allOrNone: true },
  { ...LIMIT, execInst: ExecInst.StayOnConnectionLoss },
  { ...LIMIT, timeInForce: TimeInForce.GoodTillDate, expireTimeUs: 1_800_000_000_000_000 },
  { ...LIMIT, postOnly: PostOnly.Slide },
  { ...LIMIT, selfTradePrevention: SelfTradePrevention.ExpireMaker },
  { ...LIMIT, contingencyType: ContingencyType.OneCancelsTheOther, linkClOrdId: 'b' },
]

test('orders: what the client writes, order entry takes', () => {
  for (const order of ORDERS) {
    const { view, at, blockBytes } = encoded(order)
    assert.equal(newOrderFault(view, at, blockBytes), undefined, JSON.stringify(order))
  }
})

test('orders: one that says no more than version 1 could goes in its 72 bytes', () => {
  const lengths = ORDERS.map(newOrderBlockBytes)
  assert.deepEqual(lengths, [72, 72, 72, ...lengths.slice(3).map(() => 176)])
})

test('orders: what is left out is absent, what is said stands where it belongs', () => {
  const order = encoded({ ...SELL, ordType: OrdType.TrailingStop, trailingBps: 50, minLots: 2 })
  const { price, stopPx, displayQty, minQty, expireTime, cashOrderQty, pegOffsetValue } = order
  for (const absent of [price, stopPx, displayQty, expireTime, cashOrderQty, pegOffsetValue]) {
    assert.equal(absent, INT64_NULL)
  }
  assert.deepEqual([minQty, order.trailingTicks, order.trailingBps], [2, 0, 50])
  assert.deepEqual([order.allOrNone, order.linkClOrdId], [0, ''])
})

test('orders: a number that no field can hold is a RangeError', () => {
  for (const wrong of [
    { ...LIMIT, stopTicks: 0.5 },
    { ...LIMIT, trailingTicks: -1 },
    { ...LIMIT, trailingBps: 2 ** 32 },
    { ...LIMIT, linkClOrdId: 'x'.repeat(37) },
  ]) {
    assert.throws(() => encoded(wrong), RangeError, JSON.stringify(wrong))
  }
})

test('client: an order of each length is answered, and so is a mass cancel', async () => {
  const venue = await Venue.start()
  const cancelled: string[] = []
  const client = await OrderEntryClient.connect({
    ...{ host: '127.0.0.1', port: venue.port, compId: 'A' },
    onMassCancelReport: (report) => cancelled.push(report.clOrdId),
  })
  await client.request(LIMIT)
  const report = await client.request({ ...LIMIT, clOrdId: 'b', displayLots: 1 })
  assert.equal(report.blockBytes, ExecutionReport.BLOCK_BYTES)
  client.massCancel({ clOrdId: 'm', symbol: 'BTC', scope: MassCancelScope.Session })
  await until('answer', () => client.outstandingCount === 0)
  assert.deepEqual(cancelled, ['m'])
  assert.deepEqual(venue.blockBytes.get(1), [72, 176, 56])
  await client.logout()
  await venue.stop()
  assert.deepEqual(venue.failures, [])
})

test('client: a report of an older exchange is kept as long as it was', async () => {
  const requests = new WaitingRequests(1_000)
  const waiting = requests.begin(false)
  waiting.sentAt(0)
  const view = new DataView(new ArrayBuffer(ExecutionReport.BLOCK_BYTES_V1))
  const report = new ExecutionReport().wrap(view, 0, view.byteLength)
  report.clOrdId = 'a'
  requests.answered(0, report)
  const [answer] = await waiting.answers
  assert.ok(answer instanceof ExecutionReport)
  assert.deepEqual([answer.clOrdId, answer.stopPx], ['a', INT64_NULL])
})
