/** The client against a real gateway, fed by hand: the copy must equal the book, whenever it was begun. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { DecimalStep } from '../../client/decimal-step.ts'
import { type BestPrices, MarketDataClient, type MarketTrade } from '../../client/market-data.ts'
import { type DepthEvent, LocalBook } from '../../client/market-data-book.ts'
import type { TransportName } from '../gateway/market-data-bench.ts'
import { type Level, MarketDataBench, TRANSPORTS } from '../gateway/market-data-bench.ts'
import { Seeded } from '../ringbuffer/seeded.ts'

async function open(t: TestContext, transport: TransportName = 'uWebSockets.js') {
  const bench = await MarketDataBench.open(transport)
  t.after(() => bench.close())
  return bench
}

async function connect(t: TestContext, bench: MarketDataBench): Promise<MarketDataClient> {
  const url = `ws://${bench.url}`
  const client = await MarketDataClient.connect({ url, backoffMsMin: 20, backoffMsMax: 100 })
  t.after(() => client.close())
  return client
}

/** One by its number: a port that was opened as 0 cannot be opened again at once. */
async function freePort(): Promise<number> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** The book as it must be, and the shard that changes it at random. */
class RandomShard {
  readonly sides = { bid: new Map<number, number>(), ask: new Map<number, number>() }
  updateId = 0
  readonly #chance: Seeded
  readonly #bench: MarketDataBench

  constructor(bench: MarketDataBench, seed: number) {
    this.#bench = bench
    this.#chance = new Seeded(seed)
  }

  below(bound: number): number {
    return this.#chance.below(bound)
  }

  /** One command's changes: one to four levels, a few of them twice. */
  turn(): void {
    const levels: Level[] = []
    for (let i = this.below(4); i >= 0; i--) {
      const side = this.below(2) === 0 ? 'bid' : 'ask'
      const ticks = (side === 'bid' ? 1000 : 1040) + this.below(40)
      const lots = this.below(3) * (1 + this.below(100_000))
      levels.push({ side, ticks, lots })
      if (lots === 0) this.sides[side].delete(ticks)
      else this.sides[side].set(ticks, lots)
    }
    this.#bench.depth(this.updateId + 1, levels)
    this.updateId += levels.length
  }

  levels(side: 'bid' | 'ask'): { priceTicks: number; lots: number }[] {
    const sign = side === 'bid' ? 1 : -1
    return [...this.sides[side]]
      .map(([priceTicks, lots]) => ({ priceTicks, lots }))
      .sort((a, b) => (b.priceTicks - a.priceTicks) * sign)
  }
}

for (const transport of TRANSPORTS) {
  for (const seed of [1, 2, 3]) {
    const name = `market-data client over ${transport}: books begun at any time equal the shard’s, seed ${seed}`
    test(name, async (t) => {
      const bench = await open(t, transport)
      bench.define().turn()
      const shard = new RandomShard(bench, seed)
      const chain = await bench.reader('/ws/btcusdt@depth@100ms')
      const books: Promise<LocalBook>[] = []
      for (let round = 0; round < 25; round++) {
        // A newcomer's snapshot comes at some point between two turns, with events before and behind it.
        if (round % 5 === 0) books.push(connect(t, bench).then((client) => client.book('BTCUSDT')))
        for (let step = 0; step < 12; step++) {
          shard.turn()
          if (shard.below(2) === 0) bench.turn()
          if (shard.below(3) === 0) bench.pass(shard.below(60))
          if (shard.below(3) === 0) await delay(0)
        }
        bench.pass(100)
        const opened = round % 5 === 4 ? await Promise.all(books) : []
        for (const book of opened) {
          await book.reached(shard.updateId)
          assert.equal(book.lastUpdateId, shard.updateId)
          assert.deepEqual(book.levels('bids', 1000), shard.levels('bid'))
          assert.deepEqual(book.levels('asks', 1000), shard.levels('ask'))
          assert.deepEqual(book.best().bid, shard.levels('bid')[0])
          assert.deepEqual(book.best().ask, shard.levels('ask')[0])
          assert.equal(book.resyncs, 0)
        }
      }
      let lastId = 0
      for (const text of await chain.settle()) {
        const event: DepthEvent = JSON.parse(text)
        assert.equal(event.U, lastId + 1)
        lastId = event.u
      }
      assert.equal(lastId, shard.updateId)
    })
  }
}

test('market-data client: trades and best prices come as integers', async (t) => {
  const bench = await open(t)
  bench.define().turn()
  const client = await connect(t, bench)
  const trades: MarketTrade[] = []
  const best: BestPrices[] = []
  const [unsubscribe] = await Promise.all([
    client.trades('BTCUSDT', (trade) => trades.push(trade)),
    client.bookTicker('BTCUSDT', (prices) => best.push(prices)),
  ])
  bench.trade(4, { taker: 'sell', ticks: 20_001, lots: 3 }).ticker(8, [20_000, 5, 0, 0]).turn()
  while (best.length === 0) await delay(1)
  const timeMs = bench.nowMs
  assert.deepEqual(trades, [
    { symbol: 'BTCUSDT', tradeId: 4, priceTicks: 20_001, lots: 3, timeMs, buyerIsMaker: true },
  ])
  assert.deepEqual(best, [
    { symbol: 'BTCUSDT', updateId: 8, bidTicks: 20_000, bidLots: 5, askTicks: 0, askLots: 0 },
  ])
  unsubscribe()
  bench.trade(5, { taker: 'sell', ticks: 1, lots: 3 }).ticker(9, [1, 1, 2, 2]).turn()
  while (best.length === 1) await delay(1)
  assert.equal(trades.length, 1)
})

test('market-data client: an unknown symbol is refused to whoever asked', async (t) => {
  const bench = await open(t)
  const client = await connect(t, bench)
  await assert.rejects(
    client.trades('NOSUCH', () => undefined),
    /Invalid symbol/,
  )
  await assert.rejects(client.book('NOSUCH'), /Invalid symbol/)
})

test('market-data client: nobody there, and the first connection fails', async () => {
  await assert.rejects(MarketDataClient.connect({ url: 'ws://127.0.0.1:1' }), /ECONNREFUSED/)
})

test('market-data client: after the gateway was started again the book goes on', async (t) => {
  const port = await freePort()
  const bench = await MarketDataBench.open('uWebSockets.js', {}, { port })
  t.after(() => bench.close())
  bench
    .define()
    .announce(5, [{ side: 'bid', ticks: 100, lots: 1 }])
    .turn()
  const client = await connect(t, bench)
  const book = await client.book('BTCUSDT')
  assert.equal(book.lastUpdateId, 5)
  await bench.gateway.close()
  while (book.isLive) await delay(1)
  const second = await MarketDataBench.open('uWebSockets.js', {}, { port })
  t.after(() => second.close())
  second
    .define()
    .announce(9, [{ side: 'ask', ticks: 101, lots: 2 }])
    .turn()
  await book.reached(9)
  assert.deepEqual(book.levels('bids', 10), [])
  assert.deepEqual(book.levels('asks', 10), [{ priceTicks: 101, lots: 2 }])
  second.depth(10, [{ side: 'ask', ticks: 101, lots: 3 }]).turn()
  second.pass(100)
  await book.reached(10)
  assert.equal(book.best().ask?.lots, 3)
  assert.equal(book.resyncs, 1)
})

test('market-data client: a closed book rejects those who wait', async (t) => {
  const bench = await open(t)
  bench.define().turn()
  const client = await connect(t, bench)
  const book = await client.book('BTCUSDT')
  const waiting = book.reached(1)
  await Promise.all([assert.rejects(waiting, /is closed/), client.close()])
  await assert.rejects(
    client.trades('BTCUSDT', () => undefined),
    /is closed/,
  )
})

const scale = { symbol: 'BTCUSDT', tickSize: '0.005', stepSize: '0.1' }
const event = (U: number, u: number, qty: string): DepthEvent => ({
  U,
  u,
  b: [['1.000', qty]],
  a: [],
})

test('local book: a gap begins anew, an old snapshot is asked for again, old events are dropped', async () => {
  const snapshots = [3, 7, 11, 20]
  const trouble: Error[] = []
  const book = new LocalBook({
    scale,
    fetchSnapshot: async () => {
      const lastUpdateId = snapshots.shift()
      if (lastUpdateId === undefined) throw new Error('no more')
      return { lastUpdateId, bids: [['1.000', '9.9']], asks: [] }
    },
    onTrouble: (error) => trouble.push(error),
  })
  const begun = book.restart()
  book.take(event(6, 7, '0.1'))
  book.take(event(8, 10, '0.2'))
  await begun
  assert.equal(book.lastUpdateId, 10, '3 was too old, 7 was good, 6..7 was dropped')
  assert.deepEqual(book.best().bid, { priceTicks: 200, lots: 2 })
  book.take(event(9, 10, '0.7'))
  assert.equal(book.best().bid?.lots, 2, 'what is known already changes nothing')
  const reached = book.reached(13)
  book.take(event(12, 13, '0.3'))
  assert.equal(book.isLive, false)
  await reached
  assert.deepEqual([book.lastUpdateId, book.resyncs, trouble.length], [13, 1, 0])
  assert.equal(book.best().bid?.lots, 3)
  book.take(event(14, 15, '0.0'))
  assert.equal(book.best().bid, undefined)
  book.close()
})

test('local book: a snapshot that cannot be had is asked for again', async () => {
  let asked = 0
  const trouble: string[] = []
  const book = new LocalBook({
    scale,
    fetchSnapshot: async () => {
      if (++asked === 1) throw new Error('503')
      return { lastUpdateId: 4, bids: [], asks: [] }
    },
    onTrouble: (error) => trouble.push(error.message),
  })
  await book.restart()
  assert.deepEqual([book.lastUpdateId, trouble], [4, ['503']])
})

const COUNTS: readonly (readonly [step: string, text: string, count: number | undefined])[] = [
  ['0.005', '100.005', 20_001],
  ['0.005', '100.0050', 20_001],
  ['0.005', '100', 20_000],
  ['0.005', '0.004', undefined],
  ['0.005', '0.0051', undefined],
  ['0.00001', '1234.56789', 123_456_789],
  ['25', '175', 7],
  ['0.1', '0.3', 3],
  ['0.00000001', '90071992.54740991', 9_007_199_254_740_991],
  ['0.00000001', '90071992.54740992', undefined],
  ['1', '1e3', undefined],
  ['1', '-1', undefined],
]

test('decimal steps: texts become exact integers, or are refused', () => {
  for (const [step, text, count] of COUNTS) {
    if (count === undefined)
      assert.throws(() => new DecimalStep(step).count(text), RangeError, text)
    else assert.equal(new DecimalStep(step).count(text), count, text)
  }
  assert.throws(() => new DecimalStep('0.00'), RangeError)
})
