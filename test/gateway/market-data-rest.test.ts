import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { MarketDataOptions } from '../../gateway/market-data/market-data-gateway.ts'
import { MarketPhase } from '../../protocol/codecs.ts'
import { MarketDataBench, START_MS, TRANSPORTS } from './market-data-bench.ts'

function conforms(
  sentence: string,
  run: (bench: MarketDataBench) => Promise<void>,
  options: Partial<MarketDataOptions> = {},
): void {
  for (const transport of TRANSPORTS) {
    test(`market data REST over ${transport}: ${sentence}`, async (t) => {
      const bench = await MarketDataBench.open(transport, {}, options)
      t.after(() => bench.close())
      await run(bench)
    })
  }
}

const JSON_TYPE = 'application/json; charset=utf-8'
const OVERFLOW = 'Data sent for parameter'

conforms('ping, time, depth', async (bench) => {
  bench.define().announce(9, [
    { side: 'bid', ticks: 20_000, lots: 1 },
    { side: 'bid', ticks: 20_001, lots: 2 },
    { side: 'ask', ticks: 20_003, lots: 3 },
    { side: 'ask', ticks: 20_002, lots: 4 },
  ])
  bench.turn()
  assert.deepEqual(await bench.get('/api/v3/ping'), { status: 200, type: JSON_TYPE, text: '{}' })
  assert.equal((await bench.get('/api/v3/time')).text, `{"serverTime":${START_MS}}`)
  const all =
    '{"lastUpdateId":9,"bids":[["100.005","0.00002"],["100.000","0.00001"]],' +
    '"asks":[["100.010","0.00004"],["100.015","0.00003"]]}'
  assert.equal((await bench.get('/api/v3/depth?symbol=BTCUSDT')).text, all)
  assert.equal((await bench.get('/api/v3/depth?limit=9999&symbol=BTCUSDT')).text, all)
  assert.equal(
    (await bench.get('/api/v3/depth?symbol=BTCUSDT&limit=1')).text,
    '{"lastUpdateId":9,"bids":[["100.005","0.00002"]],"asks":[["100.010","0.00004"]]}',
  )
})

conforms('a book without updates yet is empty, at update 0', async (bench) => {
  bench.define().turn()
  const { text } = await bench.get('/api/v3/depth?symbol=BTCUSDT')
  assert.equal(text, '{"lastUpdateId":0,"bids":[],"asks":[]}')
})

const MISSING = `{"code":-1102,"msg":"Mandatory parameter 'symbol' was not sent, was empty/null, or malformed."}`
const FAILURES: readonly (readonly [path: string, status: number, text: string | RegExp])[] = [
  ['/api/v3/depth', 400, MISSING],
  ['/api/v3/depth?symbol=', 400, MISSING],
  ['/api/v3/depth?symbol=NOSUCH', 400, '{"code":-1121,"msg":"Invalid symbol."}'],
  ['/api/v3/depth?symbol=btcusdt', 400, '{"code":-1121,"msg":"Invalid symbol."}'],
  ...['0', '-1', '1.5', 'x', '', '%20'].map(
    (limit) =>
      [
        `/api/v3/depth?symbol=BTCUSDT&limit=${limit}`,
        400,
        `{"code":-1130,"msg":"${OVERFLOW} 'limit' is not valid."}`,
      ] as const,
  ),
  ['/api/v3/exchangeInfo?symbol=NOSUCH', 400, '{"code":-1121,"msg":"Invalid symbol."}'],
  ['/api/v3/exchangeInfo?symbols=BTCUSDT', 400, /"code":-1100/],
  ['/api/v3/exchangeInfo?symbol=BTCUSDT&symbols=%5B%5D', 400, /"code":-1128/],
  ['/nowhere', 404, '{"code":0,"msg":"Not found."}'],
  ['/constructor', 404, '{"code":0,"msg":"Not found."}'],
  ['/__proto__', 404, '{"code":0,"msg":"Not found."}'],
  ['/api/v3/', 404, '{"code":0,"msg":"Not found."}'],
]

conforms('each wrong question has its error', async (bench) => {
  bench.define().turn()
  for (const [path, status, text] of FAILURES) {
    const answer = await bench.get(path)
    assert.equal(answer.status, status, path)
    assert.equal(answer.type, JSON_TYPE, path)
    if (typeof text === 'string') assert.equal(answer.text, text, path)
    else assert.match(answer.text, text, path)
  }
  assert.equal((await bench.get('/api/v3/ping', 'POST')).status, 405)
  const head = await bench.get('/api/v3/ping', 'HEAD')
  assert.deepEqual([head.status, head.text], [200, ''])
})

conforms(
  'exchangeInfo tells the limits in decimals, and the latest of them',
  async (bench) => {
    bench.define()
    bench.define(1, { symbol: 'ETHUSDT', baseCurrency: 'ETH', collarBps: 0 }).turn()
    const [btc] = await symbols(bench, '?symbol=BTCUSDT')
    assert.equal(btc.baseAssetPrecision, 8)
    assert.deepEqual(btc.orderTypes, [
      ...['LIMIT', 'LIMIT_MAKER', 'MARKET', 'STOP_LOSS', 'STOP_LOSS_LIMIT'],
    ])
    assert.deepEqual(btc.filters, [
      { filterType: 'PRICE_FILTER', minPrice: '0.005', maxPrice: '10000.000', tickSize: '0.005' },
      { filterType: 'LOT_SIZE', minQty: '0.00010', maxQty: '10.00000', stepSize: '0.00001' },
      {
        filterType: 'NOTIONAL',
        minNotional: '5.00000000',
        applyMinToMarket: true,
        maxNotional: '1000000.00000000',
        applyMaxToMarket: true,
        avgPriceMins: 0,
      },
      {
        filterType: 'PERCENT_PRICE_BY_SIDE',
        bidMultiplierUp: '1.0500',
        bidMultiplierDown: '0',
        askMultiplierUp: '2000000',
        askMultiplierDown: '0.9500',
        avgPriceMins: 0,
      },
      { filterType: 'MAX_NUM_ORDERS', maxNumOrders: 200 },
    ])
    const both = await symbols(bench, `?symbols=${encodeURIComponent('["ETHUSDT","BTCUSDT"]')}`)
    assert.deepEqual(
      both.map((info) => info.symbol),
      ['ETHUSDT', 'BTCUSDT'],
    )
    assert.equal(both[0]?.baseAssetPrecision, undefined, 'nobody said how many decimals ETH has')
    assert.ok(!JSON.stringify(both[0]).includes('PERCENT_PRICE'), 'no collar, no filter')
    bench.define(1, { symbol: 'ETHUSDT', openOrdersMax: 7 }).turn()
    const everything = await symbols(bench, '')
    assert.equal(everything.length, 2)
    assert.match(JSON.stringify(everything[1]), /"maxNumOrders":7/)
  },
  { currencyDecimals: { BTC: 8, USDT: 8 } },
)

conforms('exchangeInfo’s status follows the phase, and outlives new limits', async (bench) => {
  bench.define(0).define(1, { symbol: 'ETHUSDT' }).turn()
  const statuses = async (): Promise<string[]> =>
    (await symbols(bench, '')).map((info) => info.status)
  assert.deepEqual(await statuses(), ['TRADING', 'TRADING'])
  for (const [phase, status] of [
    [MarketPhase.PreOpen, 'PRE_TRADING'],
    [MarketPhase.OpeningAuction, 'AUCTION_MATCH'],
    [MarketPhase.Continuous, 'TRADING'],
    [MarketPhase.VolatilityAuction, 'AUCTION_MATCH'],
    [MarketPhase.ClosingAuction, 'AUCTION_MATCH'],
    [MarketPhase.Closed, 'END_OF_DAY'],
    [99, 'BREAK'],
    [MarketPhase.Halt, 'HALT'],
  ] as const) {
    bench.phase(phase).turn()
    assert.deepEqual(await statuses(), [status, 'TRADING'])
  }
  bench.define(0, { openOrdersMax: 7 }).turn()
  assert.deepEqual(await statuses(), ['HALT', 'TRADING'])
})

conforms('what no stream tells of disturbs none', async (bench) => {
  bench.define().foreign()
  bench
    .depth(1, [{ side: 'bid', ticks: 1, lots: 1 }])
    .foreign()
    .turn()
  assert.match((await bench.get('/api/v3/depth?symbol=BTCUSDT')).text, /"lastUpdateId":1,/)
  assert.deepEqual(bench.logged, [])
})

interface SymbolInfo {
  readonly symbol: string
  readonly status: string
  readonly baseAssetPrecision?: number
  readonly orderTypes: readonly string[]
  readonly filters: readonly object[]
}

async function symbols(
  bench: MarketDataBench,
  query: string,
): Promise<[SymbolInfo, ...SymbolInfo[]]> {
  const { status, text } = await bench.get(`/api/v3/exchangeInfo${query}`)
  assert.equal(status, 200)
  return JSON.parse(text).symbols
}

conforms('healthz and readyz say what is the matter', async (bench) => {
  assert.deepEqual(await bench.get('/healthz'), {
    status: 200,
    type: JSON_TYPE,
    text: '{"status":"ok"}',
  })
  assert.equal((await bench.get('/readyz')).status, 200)
  bench.health = { live: false, ready: false, failing: ['journal: disk full'] }
  assert.equal((await bench.get('/healthz')).status, 503)
  const ready = await bench.get('/readyz')
  assert.equal(ready.status, 503)
  assert.equal(ready.text, '{"status":"not ready","failing":["journal: disk full"]}')
})

conforms('a missing update makes its symbol unready, and only that one', async (bench) => {
  bench.define(0).define(1, { symbol: 'ETHUSDT' })
  bench.depth(1, [{ side: 'bid', ticks: 1, lots: 1 }], 0)
  bench.depth(1, [{ side: 'bid', ticks: 1, lots: 1 }], 1).turn()
  const reader = await bench.reader('/ws/btcusdt@depth@100ms')
  bench.depth(3, [{ side: 'bid', ticks: 2, lots: 1 }], 0)
  bench.depth(4, [{ side: 'bid', ticks: 2, lots: 1 }], 0).turn()
  bench.pass(100)
  assert.deepEqual(await reader.settle(), [])
  const broken = await bench.get('/api/v3/depth?symbol=BTCUSDT')
  assert.equal(broken.status, 503)
  assert.match(broken.text, /"code":-1000/)
  assert.equal((await bench.get('/api/v3/depth?symbol=ETHUSDT')).status, 200)
  assert.match(
    (await bench.get('/readyz')).text,
    /"failing":\["market data of BTCUSDT: updates are/,
  )
  assert.deepEqual(bench.logged, ['market-data.book.gap'])
})

conforms('events of an instrument that was never defined are reported once', async (bench) => {
  bench.trade(1, { taker: 'buy', ticks: 1, lots: 1 }, 5)
  bench.trade(2, { taker: 'buy', ticks: 1, lots: 1 }, 5).turn()
  assert.deepEqual(bench.logged, ['market-data.instrument.undefined'])
  assert.equal((await bench.get('/readyz')).status, 503)
})

conforms('metrics are the others’ and its own', async (bench) => {
  await bench.reader()
  const { status, type, text } = await bench.get('/metrics')
  assert.equal(status, 200)
  assert.match(type, /^text\/plain; version=0\.0\.4/)
  assert.match(text, /^tradsys_other 1\n/)
  assert.match(text, /^tradsys_ws_connections 1$/m)
  assert.match(text, /^tradsys_ws_buffered_bytes 0$/m)
  assert.match(text, /^tradsys_ws_dropped_messages_total 0$/m)
  const { node } = process.versions
  const build = `tradsys_build_info{version="0.1.0",node="${node}",transport="${bench.gateway.transport}"} 1`
  assert.ok(text.split('\n').includes(build))
})

for (const transport of TRANSPORTS) {
  test(`market data over ${transport}: a port that is taken is said in one line`, async (t) => {
    const bench = await MarketDataBench.open(transport)
    t.after(() => bench.close())
    await assert.rejects(
      MarketDataBench.open(transport, {}, { port: bench.gateway.port }),
      new RegExp(`cannot listen on 127.0.0.1:${bench.gateway.port}`),
    )
  })

  test(`market data over ${transport}: after close nothing keeps the process alive`, async () => {
    const file = fileURLToPath(new URL('./market-data-close-child.js', import.meta.url))
    const child = spawn(process.execPath, [file, transport], { stdio: 'inherit', timeout: 8000 })
    assert.deepEqual(await once(child, 'exit'), [0, null])
  })

  test(`market data over ${transport}: a thread that exits without closing it ends alone`, async () => {
    const file = fileURLToPath(new URL('./market-data-exit-child.js', import.meta.url))
    const child = spawn(process.execPath, [file, transport], { stdio: 'inherit', timeout: 8000 })
    assert.deepEqual(await once(child, 'exit'), [0, null])
  })
}
