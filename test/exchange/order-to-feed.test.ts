/** One trade, followed all the way: TCP, reports, streams, the client's book, REST, metrics. They tell one story. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ExecType, OrderEntryClient, OrdStatus, Side } from '../../client/client.ts'
import { type BestPrices, MarketDataClient, type MarketTrade } from '../../client/market-data.ts'
import { until } from '../gateway/order-entry/venue.ts'
import { assertWhole } from './journal-looks.ts'
import { type ExchangeProcess, Premises } from './premises.ts'

const SYMBOL = 'BTCUSDT'
/** 60,000.00 in ticks of a cent. */
const PRICE_TICKS = 6_000_000

/** What a report says, out of the flyweight. */
interface Told {
  readonly clOrdId: string
  readonly execType: number
  readonly ordStatus: number
  readonly lastQty: number
  readonly lastPx: number
  readonly leavesQty: number
  readonly tradeId: number
}

class Client {
  readonly told: Told[] = []
  readonly orders: OrderEntryClient

  static async connect(exchange: ExchangeProcess, compId: string): Promise<Client> {
    const told: Told[] = []
    const orders = await OrderEntryClient.connect({
      ...{ host: '127.0.0.1', port: exchange.orderEntryPort, compId },
      onExecutionReport: (report) => {
        const { clOrdId, execType, ordStatus, lastQty, lastPx, leavesQty, tradeId } = report
        told.push({ clOrdId, execType, ordStatus, lastQty, lastPx, leavesQty, tradeId })
      },
    })
    return new Client(orders, told)
  }

  private constructor(orders: OrderEntryClient, told: Told[]) {
    this.orders = orders
    this.told = told
  }

  trade(): Told | undefined {
    return this.told.find(({ execType }) => execType === ExecType.Trade)
  }
}

test('order-to-feed: reports, streams, books, REST and metrics tell one story', async (t) => {
  const premises = new Premises(t)
  const exchange = await premises.start({ flags: ['-q'] })
  const feed = await MarketDataClient.connect({ url: exchange.url.replace('http', 'ws') })
  const trades: MarketTrade[] = []
  const tickers: BestPrices[] = []
  await feed.trades(SYMBOL, (trade) => trades.push(trade))
  await feed.bookTicker(SYMBOL, (ticker) => tickers.push(ticker))
  const book = await feed.book(SYMBOL)
  const before = await exchange.metrics()

  const maker = await Client.connect(exchange, 'MAKER')
  const taker = await Client.connect(exchange, 'TAKER')
  const order = { symbol: SYMBOL, priceTicks: PRICE_TICKS }
  await maker.orders.request({ ...order, clOrdId: 'm-1', side: Side.Sell, lots: 10 })
  await taker.orders.request({ ...order, clOrdId: 't-1', side: Side.Buy, lots: 4 })
  await until('both fills', () => maker.trade() !== undefined && taker.trade() !== undefined)

  const made = maker.trade()!
  const taken = taker.trade()!
  assert.deepEqual([made.lastQty, made.lastPx, made.leavesQty], [4, PRICE_TICKS, 6])
  assert.deepEqual([taken.lastQty, taken.lastPx, taken.leavesQty], [4, PRICE_TICKS, 0])
  assert.deepEqual([made.ordStatus, taken.ordStatus], [OrdStatus.PartiallyFilled, OrdStatus.Filled])
  assert.equal(made.tradeId, taken.tradeId)
  assert.deepEqual(
    taker.told.map(({ execType }) => execType),
    [ExecType.New, ExecType.Trade],
  )

  await until('the trade in the stream', () => trades.length > 0)
  const { tradeId, priceTicks, lots, buyerIsMaker } = trades[0]!
  assert.deepEqual(
    { tradeId, priceTicks, lots, buyerIsMaker },
    { tradeId: made.tradeId, priceTicks: PRICE_TICKS, lots: 4, buyerIsMaker: false },
  )
  await until('the ask of 6 in the stream', () => tickers.at(-1)?.askLots === 6)
  const best = tickers.at(-1)!
  assert.deepEqual([best.bidTicks, best.bidLots, best.askTicks], [0, 0, PRICE_TICKS])
  await book.reached(best.updateId)
  assert.deepEqual(book.levels('asks', 10), [{ priceTicks: PRICE_TICKS, lots: 6 }])
  assert.deepEqual(book.levels('bids', 10), [])
  const depth = await exchange.get(`/api/v3/depth?symbol=${SYMBOL}`)
  const asks = [['60000.00', '0.0006']]
  assert.deepEqual(depth, { lastUpdateId: best.updateId, bids: [], asks })

  assert.deepEqual(trades.length, 1)
  await assertCounted(exchange, before)
  for (const path of ['/healthz', '/readyz']) {
    assert.equal((await fetch(exchange.url + path)).status, 200, path)
  }
  await Promise.all([maker.orders.logout(), taker.orders.logout(), feed.close()])
  assert.equal((await exchange.end('SIGTERM')).status, 143)
  await assertWhole(premises, 'after one trade')
})

/** Two Logons and two orders came in: the sequencer and the shard have counted alike. */
async function assertCounted(
  exchange: ExchangeProcess,
  before: ReadonlyMap<string, number>,
): Promise<void> {
  const endMs = performance.now() + 5_000
  for (;;) {
    const now = await exchange.metrics()
    const grown = (name: string): number => now.get(name)! - before.get(name)!
    const counted = [grown('commands_total'), grown('shard_commands_total')]
    if (counted.every((count) => count === 4)) {
      assert.ok(grown('events_total') >= 6, `${grown('events_total')} events`)
      assert.ok(grown('journal_commits_total') >= 1)
      assert.equal(now.get('ready'), 1)
      return
    }
    assert.ok(performance.now() < endMs, `4 commands, not ${counted}`)
    await sleep(10)
  }
}
