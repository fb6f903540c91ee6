/** The examples in TypeScript, as they stand: where Node runs that, itself; else what the build has made of them. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  OrderEntryClient as Client,
  type OrderEntryClient,
  OrdType,
  Side,
} from '../../client/client.ts'
import { freePorts, Premises } from '../exchange/premises.ts'
import { until } from '../gateway/order-entry/venue.ts'
import { ExampleProcess } from './example-process.ts'

const runsTypeScript = (process.features as { typescript?: unknown }).typescript !== undefined
const fileOf = (name: string): string =>
  runsTypeScript ? `examples/${name}.ts` : `dist/examples/${name}.js`

const connect = (port: number): Promise<OrderEntryClient> =>
  Client.connect({ host: '127.0.0.1', port, compId: 'BOB', reconnectMsMax: 10_000 })

test('examples: the trader hears what happened while it was away, in this life and the next', async (t) => {
  const premises = new Premises(t)
  const { orderEntryPort } = await premises.start({ flags: ['-q'] })
  const file = join(premises.directory, 'next-report')
  const args = [`127.0.0.1:${orderEntryPort}`, 'TRADER', 'BTCUSDT', '60000', file]
  for (const next of ['7', '13']) {
    const trader = new ExampleProcess(t, fileOf('trader'), args)
    assert.equal(await trader.end(), 0, trader.stderr)
    assert.deepEqual(
      trader.lines.map((line) => line.replace(/(order|trade) \d+/, '$1 N')),
      [
        'accepted as order N',
        'connection lost',
        'trade N: 2000 lots at 6000000 ticks',
        '0.3000 open',
        'cancelled',
        'refused: TooLate, The order is no longer open.',
      ],
    )
    assert.equal(readFileSync(file, 'utf8'), next)
  }
})

test('examples: the market maker quotes, leans, comes back, and takes its quotes back in the end', async (t) => {
  const premises = new Premises(t)
  const ports = await freePorts()
  const exchange = await premises.start({ flags: ['-q'], ...ports })
  const address = `127.0.0.1:${ports.orderEntryPort}`
  const maker = new ExampleProcess(t, fileOf('market-maker'), [address, 'MAKER', 'GOOG', '579.40'])
  await maker.line(/^buying at 579\.30$/)
  await maker.line(/^selling at 579\.50$/)
  const bob = await connect(ports.orderEntryPort)
  const sell = (clOrdId: string, lots: number) =>
    bob.promises.newOrder({
      ...{ clOrdId, symbol: 'GOOG', side: Side.Sell, ordType: OrdType.Market, lots },
    })
  await sell('s-1', 4)
  await maker.line(/^bought 4 @ 579\.30, have 4$/)
  await sell('s-2', 6)
  await maker.line(/^bought 6 @ 579\.30, have 10$/)
  await maker.line(/^buying at 579\.29$/)
  await maker.line(/^selling at 579\.49$/)
  await exchange.end('SIGKILL')
  await premises.start({ flags: ['-q'], ...ports })
  await until('both are back', () => bob.isLoggedOn)
  await new Promise((resolve) => setTimeout(resolve, 500))
  await sell('s-3', 10)
  await maker.line(/^bought 10 @ 579\.29, have 20$/)
  await maker.line(/^buying at 579\.28$/)
  await maker.line(/^selling at 579\.48$/)
  maker.child.kill('SIGINT')
  await maker.line(/^took back 2 quotes, have 20$/)
  assert.equal(await maker.end(), 0, maker.stderr)
  assert.deepEqual(await bob.promises.massStatus({ clOrdId: 'm-1' }), [])
  await bob.logout()
})
