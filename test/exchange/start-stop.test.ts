/** An exchange as its operator meets it: it starts, it stops, it comes back as it was. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ExecType, OrderEntryClient, Side } from '../../client/client.ts'
import { until } from '../gateway/order-entry/venue.ts'
import { assertWhole, doubled, ordersAccepted } from './journal-looks.ts'
import { freePorts, Premises } from './premises.ts'
import { SteadyTrader } from './steady-trader.ts'

interface Depth {
  readonly lastUpdateId: number
  readonly bids: readonly (readonly [string, string])[]
  readonly asks: readonly (readonly [string, string])[]
}

const DEPTH = '/api/v3/depth?symbol=BTCUSDT'
/** Of one core, while nobody wants anything. */
const IDLE_SHARE_MAX = 0.05
const IDLE_SECONDS = 3
/** Stop, verify, replay and start: some 3 s on two idle cores. */
const TURN_AROUND_SECONDS_MAX = 15

const connect = (port: number, compId: string): Promise<OrderEntryClient> =>
  OrderEntryClient.connect({ host: '127.0.0.1', port, compId })

const orderOf = (clOrdId: string, side: 49 | 50, priceTicks: number) => ({
  ...{ clOrdId, symbol: 'BTCUSDT', side, lots: 3, priceTicks },
})

for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`start-stop: ${signal} seals the journal, says goodbye and leaves ${status}`, async (t) => {
    const premises = new Premises(t)
    const exchange = await premises.start()
    let goodbye = ''
    const client = await OrderEntryClient.connect({
      ...{ host: '127.0.0.1', port: exchange.orderEntryPort, compId: 'ALICE' },
      onDisconnect: (error) => {
        goodbye = error.message
      },
    })
    await client.request(orderOf('a-1', Side.Buy, 5_999_000))
    const ended = await exchange.end(signal)
    assert.equal(ended.status, status, ended.stderr)
    assert.match(goodbye, /The exchange is stopping/)
    assert.match(ended.stderr, /exchange\.stopped/)
    await assertWhole(premises, signal)
  })
}

test('start-stop: the book stands after a restart as before it, and its update ids go on', async (t) => {
  const premises = new Premises(t)
  const first = await premises.start({ flags: ['-q'] })
  const client = await connect(first.orderEntryPort, 'ALICE')
  for (let i = 0; i < 30; i++) {
    await client.request(orderOf(`b-${i}`, Side.Buy, 5_999_000 - i * 10))
    await client.request(orderOf(`s-${i}`, Side.Sell, 6_001_000 + i * 10))
  }
  const before = (await first.get(DEPTH)) as Depth
  assert.deepEqual([before.bids.length, before.asks.length], [30, 30])
  await client.logout()
  await first.end('SIGTERM')

  const second = await premises.start({ flags: ['-q'] })
  const after = (await second.get(DEPTH)) as Depth
  assert.deepEqual(after, before)
  const back = await connect(second.orderEntryPort, 'ALICE')
  const report = await back.request(orderOf('b-30', Side.Buy, 5_998_000))
  assert.equal(report.execType, ExecType.New)
  await back.logout()
  const later = (await second.get(DEPTH)) as Depth
  assert.equal(later.bids.length, 31)
  assert.equal(later.lastUpdateId, before.lastUpdateId + 1)
  await second.end('SIGTERM')
})

test('start-stop: a directory serves one exchange at a time, and the second is told who has it', async (t) => {
  const premises = new Premises(t)
  const first = await premises.start({ flags: ['-q'] })
  const second = await premises.launch({ flags: ['-q'] }).ended
  assert.equal(second.status, 5, second.stderr)
  assert.match(
    second.stderr,
    new RegExp(`^tradsys: directory-in-use: .*PID ${first.pid}.*\n$`, 'm'),
  )
  assert.equal(second.stdout, '')
  assert.equal((await first.end('SIGTERM')).status, 143)
})

test('start-stop: a port in use is one line that names it and the mend', async (t) => {
  const premises = new Premises(t)
  const first = await premises.start({ flags: ['-q'] })
  const dataDir = `${premises.directory}/other`
  const wanted = [
    [{ orderEntryPort: first.orderEntryPort }, 'EADDRINUSE'],
    [{ marketDataPort: first.marketDataPort }, 'cannot-listen'],
  ] as const
  for (const [port, code] of wanted) {
    const { status, stdout, stderr } = await premises.launch({ dataDir, ...port, flags: ['-q'] })
      .ended
    assert.equal(status, 5, stderr)
    assert.equal(stdout, '')
    const number = Object.values(port)[0]
    assert.match(stderr, new RegExp(`^tradsys: ${code}: .*127.0.0.1:${number}\\b.*\n$`, 'm'))
    assert.match(stderr, /choose another/i)
  }
  assert.equal((await first.end('SIGTERM')).status, 143)
})

test('start-stop: an idle exchange leaves the processor alone', async (t) => {
  const exchange = await new Premises(t).start({ flags: ['-q'] })
  await sleep(500)
  const before = exchange.cpuSeconds
  await sleep(IDLE_SECONDS * 1_000)
  const share = (exchange.cpuSeconds - before) / IDLE_SECONDS
  assert.ok(share < IDLE_SHARE_MAX, `${(share * 100).toFixed(1)} % of a core`)
  t.diagnostic(`${(share * 100).toFixed(1)} % of a core`)
  await exchange.end('SIGTERM')
})

for (const plan of ['shared', 'dedicated']) {
  test(`start-stop: with the plan '${plan}' an order is traded, and all ends in order`, async (t) => {
    const premises = new Premises(t)
    const ports = await freePorts()
    const exchange = await premises.start({ ...ports, flags: ['-q', '--plan', plan] })
    assert.deepEqual([exchange.orderEntryPort, exchange.marketDataPort], Object.values(ports))
    const trades: string[] = []
    const alice = await OrderEntryClient.connect({
      ...{ host: '127.0.0.1', port: exchange.orderEntryPort, compId: 'ALICE' },
      onExecutionReport: ({ execType, clOrdId }) => {
        if (execType === ExecType.Trade) trades.push(clOrdId)
      },
    })
    await alice.request(orderOf('a-1', Side.Buy, 6_000_000))
    const bob = await connect(exchange.orderEntryPort, 'BOB')
    await bob.request(orderOf('b-1', Side.Sell, 6_000_000))
    for (let waits = 0; trades.length === 0 && waits < 1_000; waits++) await sleep(2)
    assert.deepEqual(trades, ['a-1'])
    await alice.logout()
    await bob.logout()
    const { status, stderr } = await exchange.end('SIGTERM')
    assert.equal(status, 143, stderr)
    await assertWhole(premises, plan)
  })
}

test('start-stop: under a flood of orders it opens, and ends, as fast as without', async (t) => {
  const premises = new Premises(t)
  const ports = await freePorts()
  const first = await premises.start({ ...ports, flags: ['-q'] })
  const trader = await SteadyTrader.start(ports.orderEntryPort)
  await until('a flood', () => trader.acknowledged.size > 500)
  const startedMs = performance.now()
  const { status, stderr } = await first.end('SIGTERM')
  assert.equal(status, 143, stderr)
  await assertWhole(premises, 'stopped under load')
  const second = await premises.start({ ...ports, flags: ['-q'] })
  assert.equal((await fetch(`${second.url}/readyz`)).status, 200)
  const seconds = (performance.now() - startedMs) / 1000
  assert.ok(seconds < TURN_AROUND_SECONDS_MAX, `${seconds.toFixed(1)} s`)
  const acknowledgedBefore = trader.acknowledged.size
  await until('the flood again', () => trader.acknowledged.size > acknowledgedBefore + 500)
  await trader.stop()
  assert.deepEqual(trader.wrong.slice(0, 5), [])
  assert.equal(trader.acknowledged.size, trader.sent)
  await second.end('SIGTERM')
  assert.deepEqual(doubled(ordersAccepted(premises.dataDir)).slice(0, 5), [])
  t.diagnostic(`stopped, verified, replayed and open again in ${seconds.toFixed(1)} s`)
})
