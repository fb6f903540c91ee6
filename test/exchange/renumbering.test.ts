/** A session whose numbers begin again: what it hears from then on, over a lost connection and over a crash. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { OrderEntryClient, type OrderEntryClientOptions, Side } from '../../client/client.ts'
import { assertWhole } from './journal-looks.ts'
import { freePorts, Premises } from './premises.ts'

test('renumbering: reports of before are heard no more, those since again', async (t) => {
  const premises = new Premises(t)
  const ports = await freePorts()
  const launch = () => premises.launch({ ...ports, flags: ['-q'] }).untilOpen()
  let exchange = await launch()
  const heard: string[] = []
  const logOn = (more: Partial<OrderEntryClientOptions> = {}): Promise<OrderEntryClient> => {
    heard.length = 0
    return OrderEntryClient.connect({
      ...{ host: '127.0.0.1', port: ports.orderEntryPort, compId: 'R' },
      onExecutionReport: ({ clOrdId }) => heard.push(clOrdId),
      ...more,
    })
  }
  const until = async (what: string): Promise<void> => {
    for (let tries = 0; heard.join(' ') !== what; tries++) {
      assert.ok(tries < 400, `${heard.join(' ')} for ${what}`)
      await sleep(10)
    }
  }
  const enter = (client: OrderEntryClient, ...ids: readonly string[]): void => {
    for (const clOrdId of ids) {
      const order = { clOrdId, symbol: 'BTCUSDT', side: Side.Buy, lots: 5, priceTicks: 5_900_000 }
      assert.ok(client.newOrder(order) > 0)
    }
  }

  const first = await logOn()
  enter(first, 'a', 'b', 'c')
  await until('a b c')
  await first.logout()
  const second = await logOn({ renumbers: true })
  enter(second, 'd', 'e')
  await until('d e')
  assert.equal(second.nextReportNumber, 3)
  // Asked for at once: the journal may not have got so far, and the old number 1 must not come for the new one.
  second.abort()
  const third = await logOn({ nextReportNumber: 1 })
  await until('d e')
  enter(third, 'f')
  await until('d e f')
  third.abort()
  await exchange.end('SIGKILL')
  exchange = await launch()
  const fourth = await logOn({ nextReportNumber: 1 })
  await until('d e f')
  enter(fourth, 'g')
  await until('d e f g')
  await fourth.logout()
  await exchange.end('SIGTERM')
  await assertWhole(premises, 'at the end')
})

test('renumbering: at a time of day that passed while nobody was running, and once only', async (t) => {
  const premises = new Premises(t)
  const ports = await freePorts()
  const passed = new Date(Date.now() - 120_000).toISOString().slice(11, 16)
  /** The numbers that the session's orders have. */
  const run = async (env: Readonly<Record<string, string>>, ...ids: readonly string[]) => {
    const exchange = await premises.launch({ ...ports, flags: ['-q'], env }).untilOpen()
    const client = await OrderEntryClient.connect({
      ...{ host: '127.0.0.1', port: ports.orderEntryPort, compId: 'R' },
    })
    const numbers = ids.map((clOrdId) =>
      client.newOrder({
        clOrdId,
        symbol: 'BTCUSDT',
        side: Side.Buy,
        lots: 5,
        priceTicks: 5_900_000,
      }),
    )
    await client.logout()
    await exchange.end('SIGTERM')
    return numbers
  }
  const scheduled = { TRADSYS__ORDER_ENTRY__RESET_TIME: passed }
  assert.deepEqual(await run({}, 'a', 'b'), [1, 2])
  assert.deepEqual(await run({}, 'c'), [3])
  assert.deepEqual(await run(scheduled, 'd'), [1])
  assert.deepEqual(await run(scheduled, 'e'), [2], 'it was done for that day')
  const wrong = premises.launch({
    flags: ['-q'],
    env: { TRADSYS__ORDER_ENTRY__RESET_TIME: '24:00' },
  })
  assert.match((await wrong.ended).stderr, /orderEntry.resetTime.*time of day like 21:30/)
  await assertWhole(premises, 'at the end')
})
