/** Snapshots of a running exchange: taken beside it, used when it comes back, and standing for what retention deletes. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { recover } from '../../engine/recovery/recovery.ts'
import { EXCHANGE_KIND } from '../../exchange-kind.ts'
import { listSegments, segmentAt } from '../../storage/segment-files.ts'
import { listSnapshots } from '../../storage/snapshot-files.ts'
import { assertWhole } from './journal-looks.ts'
import { type ExchangeProcess, freePorts, Premises } from './premises.ts'
import { SteadyTrader } from './steady-trader.ts'

/** Segments of a mebibyte and a snapshot a second: some seconds of load have all that a day has. */
const QUICK = `
journal: { segmentMiB: 1, keepGiB: 0.004, snapshotCommands: 100, snapshotSeconds: 0.5 }
`
const SNAPSHOTS = 5
const WAIT_MS_MAX = 60_000

async function untilTaken(exchange: ExchangeProcess, count: number): Promise<void> {
  const endMs = performance.now() + WAIT_MS_MAX
  for (let taken = 0; taken < count; ) {
    // Gone: the line that follows says so, with its last words.
    const metrics = await exchange.metrics().catch(() => undefined)
    assert.ok(metrics !== undefined, `the exchange is gone: ${exchange.stderr}`)
    taken = metrics.get('snapshots_total') ?? 0
    assert.ok(exchange.isRunning, exchange.stderr)
    assert.ok(
      performance.now() < endMs,
      `no ${count} snapshots within ${WAIT_MS_MAX} ms: ${exchange.stderr}`,
    )
    await sleep(50)
  }
}

/** The line of its log with this event. */
function logged(exchange: ExchangeProcess, event: string): Record<string, unknown> {
  const line = exchange.stderr.split('\n').find((text) => text.includes(`"event":"${event}"`))
  assert.ok(line !== undefined, `no ${event} in: ${exchange.stderr}`)
  return JSON.parse(line) as Record<string, unknown>
}

test('snapshots: a killed exchange comes back from its newest one, and has lost nothing', async (t) => {
  const premises = new Premises(t)
  const { dataDir } = premises
  const config = premises.file('quick.yaml', QUICK)
  const ports = await freePorts()
  const flags = ['-c', config, '--durability', 'process-crash']
  let exchange = await premises.start({ ...ports, flags })
  const trader = await SteadyTrader.start(ports.orderEntryPort)
  await untilTaken(exchange, SNAPSHOTS)
  await exchange.end('SIGKILL')
  const [newest] = listSnapshots(dataDir)
  assert.equal(listSnapshots(dataDir).length, 3)
  exchange = await premises.start({ ...ports, flags })
  assert.equal(logged(exchange, 'exchange.recovered').snapshot, newest!.sequence)
  await untilTaken(exchange, 1)
  await trader.stop()
  assert.deepEqual(trader.wrong, [])
  await exchange.end('SIGTERM')
  await assertWhole(premises, 'after the kill')
  if (!existsSync(segmentAt(dataDir, 1).path)) return
  const [quick, whole] = [true, false].map((useSnapshots) =>
    recover({ directory: dataDir, kind: EXCHANGE_KIND, useSnapshots }),
  )
  assert.equal(quick!.machine.stateHash(), whole!.machine.stateHash())
})

test('snapshots: retention deletes the oldest segments, and the exchange goes on without them', async (t) => {
  const premises = new Premises(t)
  const { dataDir } = premises
  const config = premises.file('quick.yaml', QUICK)
  const ports = await freePorts()
  const flags = ['-c', config, '--durability', 'process-crash']
  let exchange = await premises.start({ ...ports, flags })
  const trader = await SteadyTrader.start(ports.orderEntryPort)
  const endMs = performance.now() + WAIT_MS_MAX
  while (existsSync(segmentAt(dataDir, 1).path)) {
    assert.ok(performance.now() < endMs, `segment 1 is still there: ${exchange.stderr}`)
    await sleep(50)
  }
  await exchange.end('SIGKILL')
  exchange = await premises.start({ ...ports, flags })
  await trader.stop()
  assert.deepEqual(trader.wrong, [])
  await exchange.end('SIGTERM')
  assert.ok(listSegments(dataDir)[0]!.firstSequence > 1)
  await assertWhole(premises, 'without its first segments')
})

test('snapshot: by command, beside a running exchange and of a stopped one', async (t) => {
  const premises = new Premises(t)
  const place = ['--data-dir', premises.dataDir, '--json']
  const exchange = await premises.start({ flags: ['-q'] })
  const trader = await SteadyTrader.start(exchange.orderEntryPort)
  await sleep(300)
  const live = await premises.run(['snapshot', ...place])
  assert.equal(live.status, 0, live.stderr)
  const { taken } = JSON.parse(live.stdout) as { taken: { sequence: number; stateHash: string } }
  assert.ok(taken.sequence > 0)
  await trader.stop()
  await exchange.end('SIGTERM')
  const until = ['replay', '--until', String(taken.sequence), ...place]
  const replayed = JSON.parse((await premises.run(until)).stdout) as { stateHash: string }
  assert.equal(replayed.stateHash, taken.stateHash)
  const stopped = await premises.run(['snapshot', ...place])
  assert.equal(stopped.status, 0, stopped.stderr)
  const again = await premises.run(['snapshot', '--data-dir', premises.dataDir])
  assert.match(again.stdout, /^nothing new/)
  const none = await premises.run(['snapshot', '--data-dir', `${premises.dataDir}-none`])
  assert.equal(none.status, 5)
  assert.match(none.stderr, /^tradsys: journal-missing: no journal in .+\n$/)
})
