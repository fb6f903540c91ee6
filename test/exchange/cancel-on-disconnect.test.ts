/**
 * Cancel on disconnect, with the exchange as it is run: connections that are lost, that come back, and that are lost
 * because the exchange was killed. What is cancelled is cancelled once, whoever was down meanwhile.
 */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type CancelOnDisconnect,
  ExecInst,
  ExecType,
  type NewOrder,
  OrderEntryClient,
  Reason,
  Side,
} from '../../client/client.ts'
import { assertWhole } from './journal-looks.ts'
import { freePorts, Premises } from './premises.ts'

/** Long beside a turn of the exchange on a busy machine, short beside a test. */
const WINDOW_MS = 400
const UNTIL_MS_MAX = 20_000

/** A trader of the paper venue with one order in the book. */
class Trader {
  /** `clOrdId reason` of each order that was cancelled. */
  readonly cancelled: string[] = []
  client!: OrderEntryClient
  readonly #port: number
  readonly #compId: string
  readonly #cancelOnDisconnect: CancelOnDisconnect

  constructor(port: number, compId: string, cancelOnDisconnect: CancelOnDisconnect) {
    this.#port = port
    this.#compId = compId
    this.#cancelOnDisconnect = cancelOnDisconnect
  }

  async logOn(): Promise<void> {
    this.cancelled.length = 0
    this.client = await OrderEntryClient.connect({
      ...{ host: '127.0.0.1', port: this.#port, compId: this.#compId, nextReportNumber: 1 },
      cancelOnDisconnect: this.#cancelOnDisconnect,
      onExecutionReport: ({ execType, clOrdId, reason }) => {
        if (execType === ExecType.Canceled) this.cancelled.push(`${clOrdId} ${reason}`)
      },
    })
  }

  async enter(clOrdId: string, more: Partial<NewOrder> = {}): Promise<void> {
    const limit = { clOrdId, symbol: 'BTCUSDT', side: Side.Buy, lots: 5, priceTicks: 5_900_000 }
    const order = { ...limit, ...more }
    assert.equal((await this.client.request(order)).execType, ExecType.New)
  }

  /** All that it was ever told. */
  async history(): Promise<readonly string[]> {
    await this.logOn()
    await sleep(WINDOW_MS)
    this.client.abort()
    return [...this.cancelled]
  }
}

async function open(t: TestContext) {
  const premises = new Premises(t)
  const ports = await freePorts()
  const launch = () => premises.launch({ ...ports, flags: ['-q'] }).untilOpen()
  return { premises, port: ports.orderEntryPort, launch }
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + UNTIL_MS_MAX
  while (!(await isSo())) {
    assert.ok(performance.now() < endMs, `not within ${UNTIL_MS_MAX} ms: ${what}`)
    await sleep(20)
  }
}

test('cancel on disconnect: lost, back in time, logged out', async (t) => {
  const { premises, port, launch } = await open(t)
  const exchange = await launch()
  const trader = new Trader(port, 'COD', { on: 'both', windowMs: WINDOW_MS })

  await trader.logOn()
  await trader.enter('back-in-time')
  trader.client.abort()
  await trader.logOn()
  await sleep(2 * WINDOW_MS)
  assert.deepEqual(trader.cancelled, [])

  trader.client.abort()
  await sleep(2 * WINDOW_MS)
  await trader.logOn()
  await until('its report', async () => trader.cancelled.length > 0)
  assert.deepEqual(trader.cancelled, [`back-in-time ${Reason.ConnectionLost}`])

  await trader.enter('logged-out')
  await trader.client.logout()
  await trader.logOn()
  await until('its report', async () => trader.cancelled.length > 1)
  assert.deepEqual(trader.cancelled[1], `logged-out ${Reason.LoggedOut}`)
  await exchange.end('SIGTERM')
  await assertWhole(premises, 'at the end')
})

test('cancel on disconnect: an exchange that is killed does it once, in whichever moment', async (t) => {
  const { premises, port, launch } = await open(t)
  let exchange = await launch()
  const gone = new Trader(port, 'GONE', { on: 'loss', windowMs: WINDOW_MS })
  const there = new Trader(port, 'THERE', { on: 'loss', windowMs: WINDOW_MS })
  const back = new Trader(port, 'BACK', { on: 'loss', windowMs: 60_000 })
  for (const trader of [gone, there, back]) await trader.logOn()
  for (const trader of [gone, there, back]) await trader.enter('kept')
  // Killed while one window runs, and two are logged on.
  gone.client.abort()
  await exchange.end('SIGKILL')
  exchange = await launch()
  await back.logOn()
  await sleep(3 * WINDOW_MS)
  // Killed again when the windows are over, and once more at once.
  await exchange.end('SIGKILL')
  await (await launch()).end('SIGKILL')
  exchange = await launch()
  assert.deepEqual(await gone.history(), [`kept ${Reason.ConnectionLost}`])
  assert.deepEqual(await there.history(), [`kept ${Reason.ConnectionLost}`])
  assert.deepEqual(await back.history(), [])
  await exchange.end('SIGTERM')
  await assertWhole(premises, 'at the end')
})

test('cancel on disconnect: an order says itself whether it stays, and whether it ends where the exchange fails', async (t) => {
  const { premises, port, launch } = await open(t)
  let exchange = await launch()
  const trader = new Trader(port, 'EACH', { on: 'loss', windowMs: 0 })
  await trader.logOn()
  await trader.enter('plain')
  await trader.enter('stays', { execInst: ExecInst.StayOnConnectionLoss })
  await trader.enter('fails', { execInst: ExecInst.StayUntilSystemFailure })
  trader.client.abort()
  await sleep(WINDOW_MS)
  const lost = [`plain ${Reason.ConnectionLost}`]
  assert.deepEqual(await trader.history(), lost)
  await exchange.end('SIGTERM')
  exchange = await launch()
  assert.deepEqual(await trader.history(), lost, 'stopped in order')
  await exchange.end('SIGKILL')
  exchange = await launch()
  const failed = [...lost, `fails ${Reason.SystemFailure}`]
  assert.deepEqual(await trader.history(), failed, 'killed')
  await exchange.end('SIGKILL')
  exchange = await launch()
  assert.deepEqual(await trader.history(), failed, 'once')
  await trader.logOn()
  assert.deepEqual(
    (await trader.client.promises.massStatus({ clOrdId: 'q' })).map(
      ({ origClOrdId }) => origClOrdId,
    ),
    ['stays'],
  )
  await trader.client.logout()
  await exchange.end('SIGTERM')
  await assertWhole(premises, 'at the end')
})
