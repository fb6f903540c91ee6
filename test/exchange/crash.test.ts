/**
 * The exchange is killed in the middle of everything, ten times, at moments that a seed chooses. What was acknowledged
 * is there afterwards, nothing is there twice, and the clients' books are right again without anybody's help.
 */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { randomFrom } from '../storage/journal-fixture.ts'
import { assertWhole, doubled, ordersAccepted, ordersEntered } from './journal-looks.ts'
import { checkout, type ExchangeProcess, freePorts, Premises } from './premises.ts'
import { SteadyTrader } from './steady-trader.ts'

const SEED = 20_263
const KILLS = 10
/** Of the exchange with orders of our own, where a LOBSTER day has had its ten; each second one twice. */
const FURTHER_KILLS = 5
/** How long the load may run between coming back and the next kill. */
const LOAD_MS_MAX = 600
/** A client waits 2 s at most between two attempts to come back. */
const BACK_MS_MAX = 15_000

const dataFolder = process.env.TRADSYS_DATA ?? join(checkout, '../shared/data')
const lobsterFile = (kind: string): string =>
  join(dataFolder, 'lobster', `GOOG_2012-06-21_34200000_57600000_${kind}_10.csv.gz`)
const isLobsterThere = existsSync(lobsterFile('message')) && existsSync(lobsterFile('orderbook'))

/** One directory, fixed ports, and an exchange that comes and goes. */
class Venue {
  readonly premises: Premises
  readonly ports: { readonly orderEntryPort: number; readonly marketDataPort: number }
  readonly recoverySeconds: number[] = []
  exchange!: ExchangeProcess
  #starts = 0

  static async open(t: TestContext): Promise<Venue> {
    const venue = new Venue(new Premises(t), await freePorts())
    await venue.start()
    return venue
  }

  private constructor(premises: Premises, ports: Venue['ports']) {
    this.premises = premises
    this.ports = ports
  }

  /** Each other life has the other durability. */
  launch(): ExchangeProcess {
    const durability = this.#starts++ % 2 === 0 ? 'process-crash' : 'power-loss'
    return this.premises.launch({ ...this.ports, flags: ['--durability', durability, '-q'] })
  }

  async start(): Promise<void> {
    const startedMs = performance.now()
    this.exchange = await this.launch().untilOpen()
    this.recoverySeconds.push((performance.now() - startedMs) / 1000)
  }

  /** Waits until orders flow again. */
  async untilBusy(where: string, isOver: () => boolean = () => false): Promise<void> {
    const before = (await this.exchange.metrics()).get('commands_total')!
    const endMs = performance.now() + BACK_MS_MAX
    for (;;) {
      if ((await this.exchange.metrics()).get('commands_total')! >= before + 20) return
      assert.ok(!isOver(), `${where}: the load ended too early`)
      assert.ok(performance.now() < endMs, `${where}: no orders within ${BACK_MS_MAX} ms`)
      await sleep(10)
    }
  }
}

test('crash: killed ten times in mid-day, a LOBSTER day ends with the true book', {
  skip: isLobsterThere ? false : `no LOBSTER sample in ${dataFolder}; set TRADSYS_DATA`,
}, async (t) => {
  const venue = await Venue.open(t)
  const { premises, ports } = venue
  const random = randomFrom(SEED)
  const load = premises.spawn([
    ...['load', 'lobster', '--json', '--no-progress', '--messages', lobsterFile('message')],
    ...['--book', lobsterFile('orderbook'), '--url', `127.0.0.1:${ports.orderEntryPort}`],
    ...['--compare-every', '1500', '--market-data', `127.0.0.1:${ports.marketDataPort}`],
  ])
  for (let kill = 1; kill <= KILLS; kill++) {
    const afterMs = Math.floor(random() * LOAD_MS_MAX)
    const where = `seed ${SEED}, kill ${kill}, ${afterMs} ms after the first order`
    await venue.untilBusy(where, () => !load.isRunning)
    await sleep(afterMs)
    assert.ok(load.isRunning, `${where}: the load ended too early: ${load.stderr}`)
    await venue.exchange.end('SIGKILL')
    await assertWhole(premises, where)
    await venue.start()
  }
  const { status, stdout, stderr } = await load.ended
  assert.equal(status, 0, `seed ${SEED}: ${stdout}${stderr}`)
  const result = JSON.parse(stdout) as { mismatches: number; reconnects: number; events: number }
  assert.deepEqual([result.mismatches, result.events], [0, 147_916])
  assert.ok(result.reconnects >= KILLS, `${result.reconnects} reconnects`)
  const { status: stopStatus } = await venue.exchange.end('SIGTERM')
  assert.equal(stopStatus, 143)
  await assertWhole(premises, `seed ${SEED}, at the end`)
  assert.deepEqual(doubled(ordersAccepted(premises.dataDir)).slice(0, 5), [])
  t.diagnostic(`open again within ${Math.max(...venue.recoverySeconds).toFixed(2)} s at most`)
})

test('crash: what was acknowledged before each kill is in the journal, and once', async (t) => {
  const venue = await Venue.open(t)
  const { premises } = venue
  const kills = isLobsterThere ? FURTHER_KILLS : KILLS
  const random = randomFrom(SEED + 1)
  const trader = await SteadyTrader.start(venue.ports.orderEntryPort)
  for (let kill = 1; kill <= kills; kill++) {
    const afterMs = Math.floor(random() * LOAD_MS_MAX)
    const where = `seed ${SEED + 1}, kill ${kill}, ${afterMs} ms after the first order`
    await venue.untilBusy(where)
    await sleep(afterMs)
    await venue.exchange.end('SIGKILL')
    const acknowledged = [...trader.acknowledged]
    await assertWhole(premises, where)
    const entered = ordersEntered(premises.dataDir)
    const lost = acknowledged.filter((id) => !entered.has(`1/${id}`))
    assert.deepEqual(lost.slice(0, 5), [], where)
    if (kill % 2 === 0) await killInRecovery(venue, Math.floor(random() * 900), where)
    await venue.start()
  }
  await trader.stop()
  assert.deepEqual(trader.wrong.slice(0, 5), [])
  assert.equal(trader.acknowledged.size, trader.sent)
  assert.ok(trader.reconnects >= kills)
  await venue.exchange.end('SIGTERM')
  await assertWhole(premises, `seed ${SEED + 1}, at the end`)
  const accepted = ordersAccepted(premises.dataDir)
  assert.deepEqual(doubled(accepted).slice(0, 5), [])
  assert.equal(accepted.size, trader.acknowledged.size)
  t.diagnostic(
    `${trader.sent} orders; open within ${Math.max(...venue.recoverySeconds).toFixed(2)} s`,
  )
})

/** Dies once more before its doors are open. */
async function killInRecovery(venue: Venue, afterMs: number, where: string): Promise<void> {
  const recovering = venue.launch()
  await sleep(afterMs)
  await recovering.end('SIGKILL')
  await assertWhole(venue.premises, `${where}, and again ${afterMs} ms into its recovery`)
}
