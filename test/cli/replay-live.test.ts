/** The replay beside exchanges that run: one whose journal it reads, one that it sends a log to, and readers of its feed. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import {
  ContingencyType,
  type ExecutionReport,
  OrderEntryClient,
  OrdType,
  Side,
  TimeInForce,
} from '../../client/client.ts'
import { MarketDataClient } from '../../client/market-data.ts'
import { type ExchangeProcess, Premises } from '../exchange/premises.ts'
import { until } from '../gateway/order-entry/venue.ts'

const SYMBOL = 'BTCUSDT'
const DEPTH = `/api/v3/depth?symbol=${SYMBOL}`

interface Depth {
  readonly bids: readonly (readonly [string, string])[]
  readonly asks: readonly (readonly [string, string])[]
}

const connect = (exchange: ExchangeProcess, compId: string): Promise<OrderEntryClient> =>
  OrderEntryClient.connect({ host: '127.0.0.1', port: exchange.orderEntryPort, compId })

const orderOf = (clOrdId: string, side: 49 | 50, priceTicks: number) => ({
  ...{ clOrdId, symbol: SYMBOL, side, lots: 30, priceTicks },
})

/** Every kind of request, from two sessions. */
async function trade(exchange: ExchangeProcess): Promise<void> {
  const alice = await connect(exchange, 'ALICE')
  const bob = await connect(exchange, 'BOB')
  const enter = (client: OrderEntryClient, ...order: Parameters<typeof orderOf>) =>
    client.request(orderOf(...order))
  for (let i = 0; i < 5; i++) await enter(alice, `a-${i}`, Side.Buy, 5_999_000 - 10 * i)
  for (let i = 0; i < 5; i++) await enter(bob, `b-${i}`, Side.Sell, 6_001_000 + 10 * i)
  await enter(bob, 'b-take', Side.Sell, 5_998_990)
  const report: ExecutionReport = await enter(alice, 'a-gone', Side.Buy, 5_900_000)
  const { orderId } = report
  // By the exchange's id alone: another exchange gives another one.
  alice.cancel({ clOrdId: 'a-c', orderId, symbol: SYMBOL, side: Side.Buy })
  const last = { symbol: SYMBOL, side: Side.Buy, origClOrdId: 'a-4' }
  alice.replace({ clOrdId: 'a-4b', ...last, lots: 40, priceTicks: 5_998_500 })
  await settled(alice)
  bob.massCancel({ clOrdId: 'b-all', symbol: 'ETHUSDT' })
  await settled(bob)
  await alice.request({
    ...orderOf('a-dated', Side.Buy, 5_998_000),
    timeInForce: TimeInForce.GoodTillDate,
    expireTimeUs: (Date.now() + 3_600_000) * 1_000,
  })
  await bob.request({
    ...orderOf('b-stop', Side.Sell, 5_990_000),
    ordType: OrdType.StopLimit,
    stopTicks: 5_991_000,
  })
  await alice.promises.newOrderList({
    ...{ listId: 'l', contingencyType: ContingencyType.OneTriggersTheOther },
    orders: [
      orderOf('l-0', Side.Buy, 5_997_500),
      orderOf('l-1', Side.Sell, 6_010_000),
      orderOf('l-2', Side.Sell, 6_020_000),
    ],
  })
  const side = (priceTicks: number) => ({ lots: 7, priceTicks })
  const quotes = [
    { symbol: SYMBOL, bid: side(5_997_000), offer: side(6_002_000) },
    { symbol: 'ETHUSDT', bid: side(299_000) },
  ]
  const protection = { seconds: 60, lots: 1_000 }
  await bob.promises.massQuote({ quoteId: 'q-1', quotes, protection })
  await bob.promises.massQuote({ quoteId: 'q-2', quotes: quotes.slice(0, 1) })
  await bob.promises.cancelQuotes({ quoteId: 'q-3', symbol: 'ETHUSDT' })
  await alice.logout()
  await bob.logout()
}

const settled = (client: OrderEntryClient): Promise<void> =>
  until('all is answered', () => client.outstandingCount === 0)

/** An exchange that was traded on and has ended, and how its book stood. */
async function tradedPremises(t: TestContext): Promise<{ premises: Premises; depth: Depth }> {
  const premises = new Premises(t)
  const exchange = await premises.start({ flags: ['-q'] })
  await trade(exchange)
  const depth = (await exchange.get(DEPTH)) as Depth
  assert.equal((await exchange.end('SIGTERM')).status, 143)
  return { premises, depth }
}

/** Undefined: the door is closed, as it is in the end. */
async function lookAt(url: string): Promise<Depth | undefined> {
  try {
    return (await (await fetch(url)).json()) as Depth
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

interface Sent {
  readonly sent: Record<string, number>
  readonly answers: Record<string, number>
  readonly logged: Record<string, number>
  readonly unanswered: number
  readonly skipped: Record<string, number>
  readonly sessions: number
}

test('replay live: beside a running exchange it shows what that one serves, and disturbs nobody', async (t) => {
  const premises = new Premises(t)
  const exchange = await premises.start({ flags: ['-q'] })
  await trade(exchange)
  const depth = (await exchange.get(DEPTH)) as Depth
  const place = ['--data-dir', premises.dataDir, '--json']
  const [book, stats, exported] = await Promise.all([
    premises.run(['replay', ...place, '--book', SYMBOL, '--depth', '100']),
    premises.run(['journal', 'stats', ...place]),
    premises.run(['journal', 'export', '--events', '--data-dir', premises.dataDir]),
  ])
  for (const { status, stderr } of [book, stats, exported]) assert.equal(status, 0, stderr)
  const { book: seen } = JSON.parse(book.stdout) as {
    book: Record<'bids' | 'asks', { price: string; quantity: string }[]>
  }
  const rows = (side: 'bids' | 'asks') => seen[side].map(({ price, quantity }) => [price, quantity])
  assert.deepEqual(
    { bids: rows('bids'), asks: rows('asks') },
    { bids: depth.bids, asks: depth.asks },
  )
  const carol = await connect(exchange, 'CAROL')
  await carol.request(orderOf('c-1', Side.Buy, 5_997_000))
  await carol.logout()
  assert.equal((await exchange.end('SIGTERM')).status, 143)
  const verified = await premises.run(['replay', '--verify', ...place])
  assert.equal(verified.status, 0, verified.stderr)
})

test('replay live: a log sent to another exchange in its order is answered as it was, and leads to the same book', async (t) => {
  const { premises, depth } = await tradedPremises(t)
  const other = await premises.start({ dataDir: `${premises.directory}/other`, flags: ['-q'] })
  const to = ['--to-exchange', `127.0.0.1:${other.orderEntryPort}`, '--speed', 'max', '--in-order']
  const run = ['replay', '--data-dir', premises.dataDir, ...to, '--json']
  const first = await premises.run(run)
  assert.equal(first.status, 0, first.stderr)
  const result = JSON.parse(first.stdout) as Sent
  assert.deepEqual(result.sent, {
    ...{ NewOrderSingle: 14, OrderCancelRequest: 1 },
    ...{ OrderCancelReplaceRequest: 1, OrderMassCancelRequest: 1, NewOrderList: 1 },
    ...{ MassQuote: 2, QuoteCancel: 1 },
  })
  assert.deepEqual(result.answers, result.logged)
  assert.deepEqual([result.unanswered, result.skipped, result.sessions], [0, {}, 2])
  const { bids, asks } = (await other.get(DEPTH)) as Depth
  assert.deepEqual({ bids, asks }, { bids: depth.bids, asks: depth.asks })
  // Again: the ids are known by now, and that is said.
  const again = await premises.run(run.filter((flag) => flag !== '--json'))
  assert.equal(again.status, 0, again.stderr)
  assert.match(again.stdout, /^sent {6}14 NewOrderSingle, .* from 2 sessions/)
  assert.match(again.stdout, /15 Rejected: DuplicateClOrdId/)
  assert.match(again.stdout, /\nin the log 17 New/)
  assert.match(again.stdout, /skipped {3}1 for an OrderID that is not open there/)
  assert.equal((await other.end('SIGTERM')).status, 143)
})

test('replay live: its feed begins with the first reader, has every trade, and ends with the log’s book', async (t) => {
  const { premises, depth } = await tradedPremises(t)
  const flags = ['--feed', '0', '--speed', 'max', '--json']
  const replay = premises.spawn(['replay', '--data-dir', premises.dataDir, ...flags])
  await until('it says where it listens', () => replay.stdout.includes('\n'))
  const { marketData } = JSON.parse(replay.stdout) as { marketData: string }
  const url = `ws://${marketData}`
  const client = await MarketDataClient.connect({ url })
  const trades: (readonly [number, number])[] = []
  await client.trades(SYMBOL, ({ priceTicks, lots }) => trades.push([priceTicks, lots]))
  let last: Depth | undefined
  while (replay.isRunning) last = (await lookAt(`http://${marketData}${DEPTH}`)) ?? last
  const { status, stdout, stderr } = await replay.ended
  await client.close()
  assert.equal(status, 0, stderr)
  assert.deepEqual(trades, [[5_999_000, 30]])
  const [, summary] = stdout.trim().split('\n')
  const { sent } = JSON.parse(summary!) as { sent: Record<string, number> }
  assert.equal(sent.Trade, 1)
  const { bids, asks } = last!
  assert.deepEqual({ bids, asks }, { bids: depth.bids, asks: depth.asks })
})

test('replay live: a feed that nobody reads ends by a signal, with its status', async (t) => {
  const { premises } = await tradedPremises(t)
  const replay = premises.spawn(['replay', '--data-dir', premises.dataDir, '--feed', '0'])
  await until('it says where it listens', () => replay.stdout.includes('\n'))
  const { status, stdout } = await replay.end('SIGTERM')
  assert.equal(status, 143)
  assert.match(stdout, /^Market data {3}ws:\/\/127\.0\.0\.1:\d+\/ws\nREST .*\nsent {2}nothing in /)
})
