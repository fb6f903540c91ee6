/** Starts and ends that would once have waited for ever. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { OrderEntryClient, Side } from '../../client/client.ts'
import { VenueRefused } from '../../exchange.ts'
import { startThreads, VENUE } from './threads-run.ts'

const STOP_MS_MAX = 5_000

async function inDirectory(run: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'tradsys-plans-'))
  try {
    await run(directory)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

for (const plan of ['shared', 'dedicated'] as const) {
  test(`plans: with '${plan}' a stop does not wait for a client that never stops sending`, () =>
    inDirectory(async (dataDirectory) => {
      const exchange = await startThreads(dataDirectory, plan, VENUE)
      let reports = 0
      const client = await OrderEntryClient.connect({
        ...{ host: exchange.orderEntry.host, port: exchange.orderEntry.port, compId: 'ALICE' },
        onExecutionReport: () => reports++,
      })
      const order = { symbol: 'BTCUSD', side: Side.Buy, lots: 3, priceTicks: 100 }
      let sent = 0
      let isStopped = false
      const load = (): void => {
        for (let i = 0; i < 50 && client.newOrder({ ...order, clOrdId: `o${sent}` }) >= 0; i++)
          sent++
        if (!isStopped) setImmediate(load)
      }
      load()
      while (reports < 500) await new Promise((resolve) => setTimeout(resolve, 5))
      const started = performance.now()
      await exchange.stop()
      const tookMs = performance.now() - started
      isStopped = true
      assert.ok(tookMs < STOP_MS_MAX, `${tookMs} ms`)
    }))
}

test('plans: a venue of which thousands of definitions are refused is refused, and soon', () =>
  inDirectory(async (dataDirectory) => {
    const session = (account: string) => ({ compId: 'ALICE', account, deposits: {} })
    const sessions = Array.from({ length: 4_000 }, (_, i) => session(`A${i}`))
    const start = startThreads(dataDirectory, 'shared', { ...VENUE, sessions })
    await assert.rejects(start, (error) => error instanceof VenueRefused)
  }))
