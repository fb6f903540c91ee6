/** Requests that are awaited: what each resolves with, and what each of them can fail of. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ExecType,
  ExecutionReport,
  FULL,
  MarketPhase,
  type NewOrder,
  OrderCancelReject,
  OrderEntryClient,
  type OrderEntryClientOptions,
  OrderEntryError,
  OrdStatus,
  OrdType,
  Reason,
  Side,
  TimeInForce,
} from '../../client/client.ts'
import { Premises } from '../exchange/premises.ts'
import { until, Venue } from '../gateway/order-entry/venue.ts'
import { ScriptedExchange } from './scripted-exchange.ts'

const GOOG = { symbol: 'GOOG', side: Side.Buy }
const orderOf = (clOrdId: string, priceTicks = 100): NewOrder => ({
  ...GOOG,
  ...{ clOrdId, lots: 5, priceTicks },
})
const refusedFor = (name: keyof typeof Reason, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof OrderEntryError)
  assert.deepEqual([error.code, error.reason], ['refused', { code: Reason[name], name }])
  assert.match(error.message, message)
  return true
}

async function connectTo(
  port: number,
  options: Partial<OrderEntryClientOptions> = {},
): Promise<OrderEntryClient> {
  return OrderEntryClient.connect({ host: '127.0.0.1', port, compId: 'A', ...options })
}

test('promises: each request resolves with the final answer of the exchange', async (t) => {
  const premises = new Premises(t)
  const { orderEntryPort } = await premises.start({ flags: ['-q'] })
  const client = await connectTo(orderEntryPort)
  const { promises } = client
  assert.deepEqual(await promises.massStatus({ clOrdId: 's-0' }), [])
  const entered = await promises.newOrder(orderOf('o-1'))
  assert.deepEqual([entered.execType, entered.leavesQty], [ExecType.New, 5])
  await Promise.all(['o-2', 'o-3', 'o-4'].map((id) => promises.newOrder(orderOf(id, 200))))
  const replaced = await promises.replace({
    ...{ ...GOOG, clOrdId: 'r-1', origClOrdId: 'o-1' },
    ...{ lots: 7, priceTicks: 101 },
  })
  assert.deepEqual([replaced.execType, replaced.clOrdId], [ExecType.Replaced, 'r-1'])
  assert.deepEqual([replaced.orderQty, replaced.price], [7, 101])
  const status = await promises.status({ clOrdId: 's-1', symbol: 'GOOG', origClOrdId: 'r-1' })
  assert.deepEqual([status.ordStatus, status.orderId], [OrdStatus.New, entered.orderId])
  const open = await promises.massStatus({ clOrdId: 's-2', symbol: 'GOOG' })
  assert.deepEqual(
    open.map(({ origClOrdId, price }) => `${origClOrdId}@${price}`),
    ['r-1@101', 'o-2@200', 'o-3@200', 'o-4@200'],
  )
  const cancelled = await promises.cancel({ ...GOOG, clOrdId: 'c-1', origClOrdId: 'o-2' })
  assert.deepEqual([cancelled.execType, cancelled.origClOrdId], [ExecType.Canceled, 'o-2'])
  const { totalAffectedOrders } = await promises.massCancel({ clOrdId: 'm-1' })
  assert.equal(totalAffectedOrders, 3)
  const instruments = await promises.definitions({ id: 'd-1' })
  assert.deepEqual(
    instruments.map(({ symbol }) => symbol),
    ['BTCUSDT', 'ETHUSDT', 'GOOG'],
  )
  const [market] = await promises.tradingStatus({ id: 't-1', symbol: 'GOOG' })
  assert.equal(market?.phase, MarketPhase.Continuous)
  assert.equal(client.outstandingCount, 0)
  await client.logout()
})

test('promises: a refusal is an error with its reason, a sentence, and the answer', async (t) => {
  const premises = new Premises(t)
  const { orderEntryPort } = await premises.start({ flags: ['-q'] })
  const client = await connectTo(orderEntryPort)
  const { promises } = client
  const nowhere = { ...orderOf('o-1'), symbol: 'NOWHERE' }
  await assert.rejects(promises.newOrder(nowhere), refusedFor('UnknownSymbol', /Invalid symbol\./))
  const missing = { ...GOOG, clOrdId: 'c-1', origClOrdId: 'nobody' }
  await assert.rejects(promises.cancel(missing), (error: OrderEntryError) => {
    assert.ok(error.answer instanceof OrderCancelReject)
    assert.equal(error.answer.origClOrdId, 'nobody')
    return refusedFor('UnknownOrder', /Unknown order sent\./)(error)
  })
  const larger = { ...missing, clOrdId: 'r-1', lots: 1 }
  await assert.rejects(promises.replace(larger), refusedFor('UnknownOrder', /Unknown order/))
  const asked = { clOrdId: 's-1', symbol: 'GOOG', origClOrdId: 'nobody' }
  await assert.rejects(promises.status(asked), refusedFor('UnknownOrder', /Unknown order/))
  for (const refused of [
    promises.massStatus({ clOrdId: 's-2', symbol: 'NOWHERE' }),
    promises.massCancel({ clOrdId: 'm-1', symbol: 'NOWHERE' }),
    promises.definitions({ id: 'd-1', symbol: 'NOWHERE' }),
    promises.tradingStatus({ id: 't-1', symbol: 'NOWHERE' }),
  ]) {
    await assert.rejects(refused, refusedFor('UnknownSymbol', /Invalid symbol\./))
  }
  await assert.rejects(promises.newOrder({ ...orderOf('o-2'), lots: 0 }), {
    ...{ code: 'rejected', reason: { code: 5, name: 'ValueOutOfRange' } },
  })
  await assert.rejects(promises.newOrder({ ...orderOf('o-3'), lots: 0.5 }), RangeError)
  const fillOrKill = { ordType: OrdType.Limit, timeInForce: TimeInForce.FillOrKill }
  assert.equal((await promises.newOrder({ ...orderOf('o-4'), ...fillOrKill })).clOrdId, 'o-4')
  const ended = { clOrdId: 's-3', symbol: 'GOOG', origClOrdId: 'o-4' }
  assert.equal((await promises.status(ended)).ordStatus, OrdStatus.Expired)
  await client.logout()
  await assert.rejects(promises.newOrder(orderOf('late')), { code: 'disconnected' })
})

test('promises: of two requests with one id each has its own answer', async (t) => {
  const premises = new Premises(t)
  const { orderEntryPort } = await premises.start({ flags: ['-q'] })
  const client = await connectTo(orderEntryPort)
  const [first, second] = await Promise.allSettled([
    client.promises.newOrder(orderOf('same')),
    client.promises.newOrder(orderOf('same')),
  ])
  assert.equal(first.status, 'fulfilled')
  assert.equal(second.status, 'rejected')
  refusedFor('DuplicateClOrdId', /Duplicate/)((second as PromiseRejectedResult).reason)
  await client.logout()
})

test('promises: too many messages are denied, with the time to wait', async () => {
  const venue = await Venue.start({ throttle: { session: { messages: 2, cancels: 2 } } })
  const client = await connectTo(venue.port)
  const all = await Promise.allSettled(
    ['a', 'b', 'c', 'd'].map((id) => client.promises.newOrder(orderOf(id))),
  )
  const denied = all.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  assert.ok(denied.length > 0)
  for (const { code, reason, retryAfterMs } of denied as OrderEntryError[]) {
    assert.deepEqual([code, reason?.name], ['denied', 'Throttled'])
    assert.ok(retryAfterMs! > 0 && retryAfterMs! <= 1_000, `${retryAfterMs} ms`)
  }
  await client.logout()
  await venue.stop()
})

test('promises: while every slot is taken they wait for room, in the order of the calls', async () => {
  const venue = await Venue.start()
  const client = await connectTo(venue.port, { outstandingMax: 4 })
  venue.isHalted = true
  const ids = Array.from({ length: 20 }, (_, i) => `o-${i}`)
  const answers = ids.map((id) => client.promises.newOrder(orderOf(id)))
  assert.equal(client.newOrder(orderOf('more')), FULL)
  venue.isHalted = false
  const reports = await Promise.all(answers)
  assert.deepEqual(
    reports.map(({ clOrdId }) => clOrdId),
    ids,
  )
  assert.deepEqual(venue.clOrdIds, ids)
  await client.logout()
  await venue.stop()
})

test('promises: one in flight when the connection goes is answered over the next', async () => {
  const exchange = await ScriptedExchange.listen()
  const back: string[] = []
  const client = await connectTo(exchange.port, {
    reconnectMsMax: 5_000,
    onDisconnect: ({ code }) => back.push(code),
    onReconnect: () => back.push('back'),
  })
  const taken = client.promises.newOrder(orderOf('taken'))
  const lost = client.promises.newOrder(orderOf('lost'))
  await exchange.hears(2)
  // The first was taken and answered, which the client has not heard; the second was not.
  exchange.nextExpected = 2
  exchange.nextReport = 2
  exchange.hangUp()
  await exchange.hears(3)
  assert.deepEqual(exchange.told, ['1 taken', '2 lost', '2 lost'])
  const report = { ExecType: ExecType.New, OrdStatus: OrdStatus.New }
  exchange.say('ExecutionReport', { ...report, ClOrdID: 'taken', OrderID: 7 }, 1)
  exchange.say('ExecutionReport', { ...report, ClOrdID: 'lost', OrderID: 8 }, 2)
  assert.deepEqual([(await taken).orderId, (await lost).orderId], [7, 8])
  assert.deepEqual(back, ['disconnected', 'back'])
  await client.logout()
  exchange.close()
})

test('promises: a list that the connection broke off is whole after the next', async () => {
  const exchange = await ScriptedExchange.listen()
  let isBack = false
  const client = await connectTo(exchange.port, {
    reconnectMsMax: 5_000,
    onReconnect: () => {
      isBack = true
    },
  })
  const list = client.promises.massStatus({ clOrdId: 's-1' })
  await exchange.hears(1)
  const entry = (orderId: number, isLast: 0 | 1): void =>
    exchange.say(
      'ExecutionReport',
      {
        ...{ ClOrdID: 's-1', OrderID: orderId, ExecType: ExecType.OrderStatus },
        ...{ OrdStatus: OrdStatus.New, LastRptRequested: isLast },
      },
      orderId,
    )
  entry(1, 0)
  await until('the first', () => client.nextReportNumber === 2)
  Object.assign(exchange, { nextExpected: 2, nextReport: 4 })
  exchange.hangUp()
  await until('back', () => isBack)
  entry(2, 0)
  entry(3, 1)
  assert.deepEqual(
    (await list).map(({ orderId }) => orderId),
    [1, 2, 3],
  )
  await client.logout()
  exchange.close()
})

test('promises: what was taken and has no answer, is named once all reports are heard', async () => {
  const exchange = await ScriptedExchange.listen()
  const lostReports: string[] = []
  let isBack = false
  const client = await connectTo(exchange.port, {
    reconnectMsMax: 5_000,
    onReconnect: () => {
      isBack = true
    },
    onReportsLost: (first, last) => lostReports.push(`${first}-${last}`),
  })
  const passed = client.promises.newOrder(orderOf('passed'))
  const answered = client.promises.newOrder(orderOf('answered'))
  const list = client.promises.definitions({ id: 'list' })
  for (const promise of [passed, list]) void promise.catch(() => 'heard below')
  await exchange.hears(3)
  Object.assign(exchange, { nextExpected: 4, nextReport: 4 })
  exchange.hangUp()
  await until('back', () => isBack)
  exchange.say('SequenceReset', { NewSeqNo: 2, GapFillFlag: 1 }, 1)
  const report = { ExecType: ExecType.New, OrdStatus: OrdStatus.New, ClOrdID: 'answered' }
  exchange.say('ExecutionReport', report, 2)
  exchange.say('SecurityDefinition', { SecurityReqID: 'list', LastFragment: 1 }, 3)
  assert.ok((await answered) instanceof ExecutionReport)
  await assert.rejects(passed, { code: 'answer-lost' })
  await assert.rejects(list, { code: 'answer-lost' }, 'it may lack its first entries')
  assert.deepEqual(lostReports, ['1-1'])
  assert.equal(client.outstandingCount, 0)
  await client.logout()
  exchange.close()
})

test('promises: a Reject that was lost with its connection is told as one', async () => {
  const exchange = await ScriptedExchange.listen()
  const client = await connectTo(exchange.port, { reconnectMsMax: 5_000 })
  const refused = client.promises.newOrder(orderOf('refused'))
  void refused.catch(() => 'heard below')
  await exchange.hears(1)
  exchange.nextExpected = 2
  exchange.hangUp()
  await assert.rejects(refused, { code: 'rejected' })
  assert.equal(client.outstandingCount, 0)
  await client.logout()
  exchange.close()
})

test('promises: none waits for ever', async () => {
  const exchange = await ScriptedExchange.listen()
  const options = { answerMsMax: 200, outstandingMax: 1 }
  const client = await connectTo(exchange.port, options)
  const started = performance.now()
  const sent = client.promises.newOrder(orderOf('o-1'))
  const unsent = client.promises.newOrder(orderOf('o-2'))
  await Promise.all([
    assert.rejects(sent, { code: 'unanswered', message: /200 ms/ }),
    assert.rejects(unsent, { code: 'no-room', message: /was not sent/ }),
  ])
  assert.ok(performance.now() - started < 5_000)
  // An answer that comes after all is heard by the callbacks alone, and frees its slot.
  exchange.say('ExecutionReport', { ExecType: ExecType.New, ClOrdID: 'o-1' })
  await until('room', () => client.outstandingCount === 0)
  const last = client.promises.newOrder(orderOf('o-3'))
  const behind = client.promises.newOrder(orderOf('o-4'))
  await Promise.all([
    client.logout(),
    assert.rejects(last, { code: 'unanswered', message: /Logged out .* may still be done/ }),
    assert.rejects(behind, { code: 'disconnected', message: /was not sent/ }),
  ])
  exchange.close()
})

test('promises: where the connection cannot be made again they hear of it at once', async () => {
  const exchange = await ScriptedExchange.listen()
  const gaveUp: string[] = []
  const client = await connectTo(exchange.port, {
    reconnectMsMax: 1,
    onGiveUp: ({ code }) => gaveUp.push(code),
  })
  const waiting = client.promises.newOrder(orderOf('o-1'))
  await exchange.hears(1)
  exchange.close()
  await assert.rejects(waiting, { code: 'unanswered' })
  assert.deepEqual(gaveUp, ['unreachable'])
})

test('promises: over lost connections each has its own answer, once, and what was not sent says so', async () => {
  const venue = await Venue.start()
  const client = await connectTo(venue.port, { outstandingMax: 32, reconnectMsMax: 10_000 })
  /** As whoever trades would: what was not sent is asked for again. */
  const enter = async (id: string): Promise<string> => {
    for (;;) {
      try {
        return (await client.promises.newOrder(orderOf(id))).clOrdId
      } catch (error) {
        if ((error as OrderEntryError).code !== 'disconnected') throw error
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
    }
  }
  const ids = Array.from({ length: 600 }, (_, i) => `o-${i}`)
  const answers: Promise<string>[] = []
  for (const [i, id] of ids.entries()) {
    answers.push(enter(id))
    if (i % 20 === 10) client.flush()
    if (i % 60 === 50) client.abort()
    if (i % 5 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  assert.deepEqual(await Promise.all(answers), ids)
  assert.deepEqual([...venue.clOrdIds].sort(), [...ids].sort())
  await client.logout()
  await venue.stop()
  assert.deepEqual(venue.failures, [])
})

test('client: a peer that does not read costs the slots and one write, and no more', async () => {
  const exchange = await ScriptedExchange.listen()
  const client = await connectTo(exchange.port, { outstandingMax: 65_536 })
  exchange.isDeaf = true
  const before = process.memoryUsage().external
  let sent = 0
  while (client.newOrder(orderOf(`o-${sent}`)) !== FULL) {
    sent++
    if (sent % 500 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  assert.equal(sent, 65_536)
  const grownBytes = process.memoryUsage().external - before
  assert.ok(grownBytes < 1 << 20, `${grownBytes} bytes more`)
  assert.ok(exchange.told.length < sent)
  exchange.isDeaf = false
  await exchange.hears(sent)
  assert.deepEqual(exchange.told.slice(-2), ['65535 o-65534', '65536 o-65535'])
  client.abort()
  exchange.close()
})
