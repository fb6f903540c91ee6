import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { WebSocket } from 'ws'
import type { MarketDataLimits } from '../../gateway/market-data/limits.ts'
import { MarketDataBench, START_MS, TRANSPORTS, type TransportName } from './market-data-bench.ts'

/** The same table for both transports. */
function conforms(
  sentence: string,
  run: (bench: MarketDataBench, t: TestContext) => Promise<void>,
  limits: Partial<MarketDataLimits> = {},
): void {
  for (const transport of TRANSPORTS) {
    test(`market data over ${transport}: ${sentence}`, async (t) => {
      const bench = await MarketDataBench.open(transport as TransportName, limits)
      t.after(() => bench.close())
      assert.equal(bench.gateway.transport, transport)
      await run(bench, t)
    })
  }
}

const E = START_MS

conforms('a trade is told to the byte, buyer as maker and as taker', async (bench) => {
  bench.define().turn()
  const reader = await bench.reader('/ws/btcusdt@trade')
  bench.trade(1, { taker: 'sell', ticks: 20_001, lots: 7 })
  bench.trade(2, { taker: 'buy', ticks: 1, lots: 123_456_789 }).turn()
  assert.equal(
    await reader.next(),
    `{"e":"trade","E":${E},"s":"BTCUSDT","t":1,"p":"100.005","q":"0.00007","T":${E},"m":true,"M":true}`,
  )
  assert.equal(
    await reader.next(),
    `{"e":"trade","E":${E},"s":"BTCUSDT","t":2,"p":"0.005","q":"1234.56789","T":${E},"m":false,"M":true}`,
  )
})

conforms('best prices are told each time; an empty side is zero', async (bench) => {
  bench.define().turn()
  const reader = await bench.reader('/ws/btcusdt@bookTicker')
  bench.ticker(5, [200, 30, 201, 40]).ticker(6, [0, 0, 201, 40]).turn()
  assert.equal(
    await reader.next(),
    '{"u":5,"s":"BTCUSDT","b":"1.000","B":"0.00030","a":"1.005","A":"0.00040"}',
  )
  assert.equal(
    await reader.next(),
    '{"u":6,"s":"BTCUSDT","b":"0.000","B":"0.00000","a":"1.005","A":"0.00040"}',
  )
})

conforms('depth gathers at 100 ms and 1000 ms, whole id ranges, without a gap', async (bench) => {
  bench
    .define()
    .announce(7, [{ side: 'bid', ticks: 200, lots: 9 }])
    .turn()
  const fast = await bench.reader('/ws/btcusdt@depth@100ms')
  const slow = await bench.reader('/ws/btcusdt@depth')
  bench.depth(8, [
    { side: 'bid', ticks: 200, lots: 4 },
    { side: 'ask', ticks: 210, lots: 5 },
    { side: 'ask', ticks: 205, lots: 6 },
  ])
  bench.depth(11, [{ side: 'ask', ticks: 210, lots: 0 }])
  bench.turn()
  bench.pass(99)
  assert.deepEqual(await fast.settle(), [])
  bench.pass(1)
  assert.equal(
    await fast.next(),
    `{"e":"depthUpdate","E":${E},"s":"BTCUSDT","U":8,"u":11,"b":[["1.000","0.00004"]],` +
      '"a":[["1.025","0.00006"],["1.050","0.00000"]]}',
  )
  bench.pass(100)
  bench.pass(100)
  assert.deepEqual(await fast.settle(), [], 'nothing changed, so nothing is told')
  bench.depth(12, [{ side: 'bid', ticks: 200, lots: 0 }]).turn()
  bench.pass(100)
  assert.match(await fast.next(), /"U":12,"u":12,"b":\[\["1.000","0.00000"\]\],"a":\[\]/)
  assert.deepEqual(await slow.settle(), [])
  bench.pass(600)
  assert.match(
    await slow.next(),
    /"U":8,"u":12,"b":\[\["1.000","0.00000"\]\],"a":\[\["1.025","0.000/,
  )
})

conforms('an open turn is in no depth event and no snapshot', async (bench) => {
  bench
    .define()
    .announce(1, [{ side: 'bid', ticks: 100, lots: 1 }])
    .turn()
  const reader = await bench.reader('/ws/btcusdt@depth@100ms')
  bench.update(2, { side: 'bid', ticks: 100, lots: 2 }, true)
  bench.update(3, { side: 'ask', ticks: 101, lots: 3 }, false)
  bench.pass(100)
  assert.match(await reader.next(), /"U":2,"u":2,"b":\[\["0.500","0.00002"\]\],"a":\[\]/)
  const before = await bench.get('/api/v3/depth?symbol=BTCUSDT')
  assert.equal(before.text, '{"lastUpdateId":2,"bids":[["0.500","0.00002"]],"asks":[]}')
  bench.update(4, { side: 'bid', ticks: 99, lots: 4 }, true)
  bench.pass(100)
  assert.match(await reader.next(), /"U":3,"u":4,"b":\[\["0.495","0.00004"\]\],"a":\[\["0.505"/)
})

conforms('depth5 shows the best five levels, to a newcomer too', async (bench) => {
  const bids = [100, 99, 98, 97, 96, 95].map((ticks) => ({ side: 'bid', ticks, lots: 1 }) as const)
  bench.define().announce(40, bids).turn()
  const reader = await bench.reader('/ws/btcusdt@depth5@100ms')
  bench.pass(100)
  const five = '["0.500","0.00001"],["0.495","0.00001"],["0.490","0.00001"],["0.485","0.00001"],'
  const picture = `{"lastUpdateId":40,"bids":[${five}["0.480","0.00001"]],"asks":[]}`
  assert.equal(await reader.next(), picture)
  bench.pass(100)
  assert.deepEqual(await reader.settle(), [], 'nothing changed, so nothing is told')
})

conforms('the combined door wraps events, and a property changes that', async (bench) => {
  bench.define().turn()
  const reader = await bench.reader('/stream?streams=btcusdt@trade/btcusdt@bookTicker')
  bench.ticker(1, [1, 1, 0, 0]).turn()
  assert.equal(
    await reader.next(),
    '{"stream":"btcusdt@bookTicker","data":' +
      '{"u":1,"s":"BTCUSDT","b":"0.005","B":"0.00001","a":"0.000","A":"0.00000"}}',
  )
  assert.equal(
    await reader.ask({ method: 'GET_PROPERTY', params: ['combined'], id: 1 }),
    '{"result":true,"id":1}',
  )
  assert.equal(
    await reader.ask({ method: 'SET_PROPERTY', params: ['combined', false], id: 2 }),
    '{"result":null,"id":2}',
  )
  bench.ticker(2, [1, 1, 0, 0]).turn()
  assert.match(await reader.next(), /^\{"u":2,/)
})

conforms(
  'any tail of a door is accepted, and streams named before they exist begin later',
  async (bench) => {
    for (const path of ['/ws', '/ws/0', '/ws/17', '/stream', '/stream?streams=', '/stream/ws/3']) {
      const reader = await bench.reader(path)
      assert.equal(
        await reader.ask({ method: 'LIST_SUBSCRIPTIONS', id: null }),
        '{"result":[],"id":null}',
        path,
      )
      const combined = await reader.ask({ method: 'GET_PROPERTY', params: ['combined'] })
      const wanted = path.startsWith('/stream') && !path.startsWith('/stream/ws')
      assert.equal(combined, `{"result":${wanted},"id":null}`, path)
    }
    const early = await bench.reader('/ws/btcusdt%40trade/nonsense')
    bench.define().trade(1, { taker: 'buy', ticks: 1, lots: 1 }).turn()
    assert.match(await early.next(), /"e":"trade"/)
  },
)

conforms('subscribe, list, unsubscribe', async (bench) => {
  bench.define().turn()
  const reader = await bench.reader()
  const subscribe = { method: 'SUBSCRIBE', params: ['btcusdt@trade', 'btcusdt@depth'], id: 'a1' }
  assert.equal(await reader.ask(subscribe), '{"result":null,"id":"a1"}')
  assert.equal(
    await reader.ask('{"method":"LIST_SUBSCRIPTIONS","id":9007199254740993}'),
    '{"result":["btcusdt@trade","btcusdt@depth"],"id":9007199254740993}',
  )
  const unsubscribe = { method: 'UNSUBSCRIBE', params: ['btcusdt@trade', 'no@such'], id: -3 }
  assert.equal(await reader.ask(unsubscribe), '{"result":null,"id":-3}')
  bench.trade(1, { taker: 'buy', ticks: 1, lots: 1 }).turn()
  assert.deepEqual(await reader.settle(), [])
})

/** Some are BTCUSDT in upper case, as `ſ` becomes S there; some only look like it. */
const OTHER_SPELLINGS = ['btcu\u017Fdt', 'BTCUSDT', 'btcusdT', 'btcusdt\u0000', ' btcusdt']

for (const event of ['trade', 'bookTicker']) {
  conforms(`another spelling of a symbol silences nobody's ${event}`, async (bench) => {
    bench.define().turn()
    const honest = await bench.reader(`/ws/btcusdt@${event}`)
    for (const spelling of OTHER_SPELLINGS) {
      const name = `${spelling}@${event}`
      const byUrl = await bench.reader(`/ws/${encodeURIComponent(name)}`)
      const unknown = await bench.reader()
      assert.equal(
        await byUrl.ask({ method: 'LIST_SUBSCRIPTIONS', id: 1 }),
        '{"result":[],"id":1}',
        name,
      )
      const refusal = await unknown.ask({ method: 'SUBSCRIBE', params: [name], id: 1 })
      assert.match(refusal, /"code":2,"msg":"Invalid request: unknown stream/, name)
      bench.trade(1, { taker: 'buy', ticks: 1, lots: 1 }).ticker(1, [1, 1, 2, 1]).turn()
      assert.match(await honest.next(), /"s":"BTCUSDT"/, name)
      assert.deepEqual(await byUrl.settle(), [], name)
    }
  })
}

const ERRORS: readonly (readonly [request: string, reply: string])[] = [
  [
    '{"method":"SUBSCRIBE","params":["nosuch@trade"],"id":1}',
    `{"code":2,"msg":"Invalid request: unknown stream 'nosuch@trade'","id":1}`,
  ],
  [
    '{"method":"SUBSCRIBE","params":["btcusdt@trade","btcusdt@depth7"],"id":1}',
    `{"code":2,"msg":"Invalid request: unknown stream 'btcusdt@depth7'","id":1}`,
  ],
  [
    '{"method":"SUBSCRIBE","params":["BTCUSDT@trade"],"id":1}',
    `{"code":2,"msg":"Invalid request: unknown stream 'BTCUSDT@trade'","id":1}`,
  ],
  [
    '{"method":"SUBSCRIBE","params":"btcusdt@trade","id":1}',
    '{"code":2,"msg":"Invalid request: params must be an array of stream names","id":1}',
  ],
  [
    '{"method":"SUBSCRIBE","params":[1],"id":1}',
    '{"code":2,"msg":"Invalid request: params must be an array of stream names","id":1}',
  ],
  ['{"params":[],"id":1}', '{"code":2,"msg":"Invalid request: missing field `method`","id":1}'],
  [
    '{"method":"LIST_SUBSCRIPTIONS","id":1.5}',
    '{"code":2,"msg":"Invalid request: request ID must be an unsigned integer","id":null}',
  ],
  [
    '{"method":"LIST_SUBSCRIPTIONS","id":"a-b"}',
    '{"code":2,"msg":"Invalid request: request ID must be an unsigned integer","id":null}',
  ],
  [
    '{"method":"SET_PROPERTY","params":["nosuch",true],"id":1}',
    '{"code":0,"msg":"Unknown property","id":1}',
  ],
  [
    '{"method":"SET_PROPERTY","params":["combined","yes"],"id":1}',
    '{"code":1,"msg":"Invalid value type: expected Boolean","id":1}',
  ],
  [
    '{"method":"SET_PROPERTY","params":["combined"],"id":1}',
    '{"code":2,"msg":"Invalid request: missing value for property","id":1}',
  ],
  [
    '{"method":"GET_PROPERTY","params":["combined",1],"id":1}',
    '{"code":2,"msg":"Invalid request: too many parameters","id":1}',
  ],
  [
    '{"method":"GET_PROPERTY","params":[1],"id":1}',
    '{"code":2,"msg":"Invalid request: property name must be a string","id":1}',
  ],
  ['[]', '{"code":2,"msg":"Invalid request: expected an object","id":null}'],
  ['nonsense', '{"code":3,"msg":"Invalid JSON: expected value at line 1 column 1","id":null}'],
  [
    '{"id":1,\n  oops}',
    '{"code":3,"msg":"Invalid JSON: expected value at line 2 column 3","id":null}',
  ],
  ['', '{"code":3,"msg":"Invalid JSON: expected value at line 1 column 1","id":null}'],
]

conforms('each wrong request has its error, and subscribes nothing', async (bench) => {
  bench.define().turn()
  const reader = await bench.reader()
  for (const [request, reply] of ERRORS) {
    bench.nowMs += 1000
    assert.equal(await reader.ask(request), reply, request)
  }
  bench.nowMs += 1000
  const unknown = await reader.ask({ method: 'subscribe', id: 1 })
  assert.match(
    unknown,
    /^\{"code":2,"msg":"Invalid request: unknown variant `subscribe`, expected one/,
  )
  const listed = await reader.ask({ method: 'LIST_SUBSCRIPTIONS', id: 2 })
  assert.equal(listed, '{"result":[],"id":2}')
})

conforms(
  'more streams than a connection may have are refused together',
  async (bench) => {
    bench.define().turn()
    const reader = await bench.reader('/ws/btcusdt@trade')
    const two = ['btcusdt@depth', 'btcusdt@bookTicker']
    assert.equal(
      await reader.ask({ method: 'SUBSCRIBE', params: two, id: 1 }),
      '{"code":2,"msg":"Invalid request: too many streams: a connection may have 2","id":1}',
    )
    const again = { method: 'SUBSCRIBE', params: ['btcusdt@trade', 'btcusdt@depth'], id: 2 }
    assert.equal(await reader.ask(again), '{"result":null,"id":2}')
  },
  { streamsPerConnectionMax: 2 },
)

conforms('the sixth message within a second closes the connection', async (bench) => {
  const reader = await bench.reader()
  for (let id = 1; id <= 5; id++) await reader.ask({ method: 'LIST_SUBSCRIPTIONS', id })
  bench.nowMs += 1000
  for (let id = 1; id <= 3; id++) await reader.ask({ method: 'LIST_SUBSCRIPTIONS', id })
  reader.ws.ping()
  reader.ws.pong()
  reader.send({ method: 'LIST_SUBSCRIPTIONS', id: 4 })
  assert.equal(await reader.closed, 1008)
})

conforms('a binary message closes the connection', async (bench) => {
  const reader = await bench.reader()
  reader.ws.send(Buffer.from('{}'))
  assert.equal(await reader.closed, 1003)
})

conforms('an oversize message closes the connection, and the others live on', async (bench) => {
  bench.define().turn()
  const other = await bench.reader('/ws/btcusdt@trade')
  const reader = await bench.reader()
  reader.send('x'.repeat(17 * 1024))
  assert.ok([1006, 1009].includes(await reader.closed))
  bench.trade(1, { taker: 'buy', ticks: 1, lots: 1 }).turn()
  assert.match(await other.next(), /"t":1/)
})

conforms(
  'a door that does not exist, and one connection too many, are refused',
  async (bench) => {
    const statusOf = async (path: string): Promise<number | undefined> => {
      const ws = new WebSocket(`ws://${bench.url}${path}`)
      ws.on('error', () => ws.terminate())
      const [, response] = (await once(ws, 'unexpected-response')) as [
        unknown,
        { statusCode: number },
      ]
      return response.statusCode
    }
    assert.equal(await statusOf('/nowhere'), 404)
    await bench.reader()
    assert.equal(await statusOf('/ws'), 503)
  },
  { connectionsMax: 1 },
)

conforms(
  'a client that answers no ping is closed',
  async (bench) => {
    bench.define().turn()
    const mute = new WebSocket(`ws://${bench.url}/ws`, { autoPong: false })
    const gone = once(mute, 'close')
    const lively = await bench.reader()
    await gone
    assert.equal(lively.ws.readyState, WebSocket.OPEN)
  },
  { pingIntervalMs: 20, inboundPerSecondMax: 1000 },
)

conforms('close says serverShutdown first', async (bench) => {
  const bare = await bench.reader()
  const combined = await bench.reader('/stream')
  await bench.gateway.close()
  assert.equal(await bare.next(), `{"e":"serverShutdown","E":${E}}`)
  const wrapped = `{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":${E}}}`
  assert.equal(await combined.next(), wrapped)
  assert.equal(await bare.closed, 1001)
  assert.equal(await combined.closed, 1001)
})

conforms(
  'a turn is bounded, and what is foreign is passed over',
  async (bench) => {
    bench.define().turn()
    const reader = await bench.reader('/ws/btcusdt@trade')
    for (let i = 1; i <= 5; i++) bench.foreign().trade(i, { taker: 'buy', ticks: 1, lots: 1 })
    assert.equal(bench.gateway.doWork(), 4)
    assert.equal(bench.gateway.hasWork(), true)
    assert.equal(bench.turn(), 6)
    assert.equal(bench.gateway.hasWork(), false)
    for (let i = 1; i <= 5; i++) assert.match(await reader.next(), new RegExp(`"t":${i},`))
  },
  { recordsPerTurnMax: 4 },
)
