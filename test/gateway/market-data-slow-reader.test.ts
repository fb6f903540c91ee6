/** What a client gets that does not read: bounded memory, the newest prices, every trade or the end. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { MarketDataLimits } from '../../gateway/market-data/limits.ts'
import { MarketDataBench, TRANSPORTS } from './market-data-bench.ts'

/** Small enough to be reached soon, with room between the two for what was in one write. */
const LIMITS = { conflateAboveBytes: 16 * 1024, maxBackpressureBytes: 256 * 1024 }

function slowReader(
  sentence: string,
  run: (bench: MarketDataBench) => Promise<void>,
  limits: Partial<MarketDataLimits> = LIMITS,
): void {
  for (const transport of TRANSPORTS) {
    test(`market data over ${transport}: ${sentence}`, async (t) => {
      const bench = await MarketDataBench.open(transport, limits)
      t.after(() => bench.close())
      bench
        .define()
        .announce(1, [{ side: 'bid', ticks: 1, lots: 1 }])
        .turn()
      await run(bench)
    })
  }
}

async function bufferedBytes(bench: MarketDataBench): Promise<number> {
  const { text } = await bench.get('/metrics')
  return Number(/^tradsys_ws_buffered_bytes (\d+)$/m.exec(text)?.[1])
}

async function dropped(bench: MarketDataBench): Promise<number> {
  const { text } = await bench.get('/metrics')
  return Number(/^tradsys_ws_dropped_messages_total (\d+)$/m.exec(text)?.[1])
}

slowReader(
  'a reader of trades that does not read is cut off, the others miss none',
  async (bench) => {
    const stalled = await bench.reader('/ws/btcusdt@trade')
    const healthy = await bench.reader('/ws/btcusdt@trade')
    stalled.ws.pause()
    let tradeId = 0
    let received = 0
    while (!bench.logged.includes('market-data.reader.cut-off')) {
      assert.ok(tradeId < 400_000, 'never cut off')
      for (let i = 0; i < 2000; i++) {
        bench.trade(++tradeId, { taker: 'buy', ticks: 1, lots: 1 })
      }
      bench.turn()
      assert.ok((await bufferedBytes(bench)) <= LIMITS.maxBackpressureBytes * 2)
      bench.nowMs += 1000
      for (const text of await healthy.settle()) assert.equal(JSON.parse(text).t, ++received)
    }
    assert.equal(received, tradeId)
    stalled.ws.resume()
    assert.equal(await stalled.closed, 1006)
    const ids = stalled.take().map((text) => JSON.parse(text).t)
    assert.deepEqual(
      ids,
      ids.map((_, i) => i + 1),
      'no trade is skipped before the end',
    )
  },
)

slowReader('of best prices a slow reader gets the newest, and stays', async (bench) => {
  const reader = await bench.reader('/ws/btcusdt@bookTicker')
  reader.ws.pause()
  let updateId = 1
  while ((await dropped(bench)) < 5000) {
    assert.ok(updateId < 400_000, 'never conflated')
    for (let i = 0; i < 5000; i++) bench.ticker(++updateId, [1, updateId, 2, 1])
    bench.turn()
    assert.ok((await bufferedBytes(bench)) <= 64 * 1024)
    // Sent messages reach the kernel's buffers between two turns.
    await delay(1)
  }
  reader.ws.resume()
  let last = 0
  while (last < updateId) {
    const { u } = JSON.parse(await reader.next())
    assert.ok(u > last, 'the newest comes last')
    last = u
  }
})

slowReader(
  'what a slow reader missed of the depth is merged: no gap, and the right end',
  async (bench) => {
    const reader = await bench.reader('/ws/btcusdt@depth@100ms')
    reader.ws.pause()
    const book = new Map<string, string>()
    let updateId = 1
    while ((await dropped(bench)) < 20) {
      assert.ok(updateId < 2_000_000, 'never conflated')
      const levels = Array.from({ length: 2000 }, (_, i) => ({
        side: i % 2 === 0 ? ('bid' as const) : ('ask' as const),
        ticks: i + 1,
        lots: (updateId % 7) + 1,
      }))
      bench.depth(updateId + 1, levels).turn()
      updateId += levels.length
      bench.pass(100)
      await delay(1)
    }
    reader.ws.resume()
    let last = 0
    for (let i = 0; last < updateId; i++) {
      assert.ok(i < 10_000)
      const messages = await reader.settle()
      for (const text of messages) {
        const event = JSON.parse(text)
        if (last > 0) assert.equal(event.U, last + 1, 'gap-free')
        last = event.u
        for (const [price, qty] of [...event.b, ...event.a]) book.set(price, qty)
      }
      bench.pass(1000)
    }
    const { text } = await bench.get('/api/v3/depth?symbol=BTCUSDT&limit=5000')
    const truth = JSON.parse(text)
    assert.equal(truth.lastUpdateId, last)
    for (const [price, qty] of [...truth.bids, ...truth.asks]) assert.equal(book.get(price), qty)
  },
  { ...LIMITS, inboundPerSecondMax: 100 },
)
