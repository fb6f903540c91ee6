/** A process of its own with a gateway and its readers in a worker that exits without closing them: only the worker may end. */
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { isMainThread, Worker } from 'node:worker_threads'
import { MarketDataBench, type TransportName } from './market-data-bench.ts'

const WORKER_STATUS = 7

if (isMainThread) {
  const worker = new Worker(fileURLToPath(import.meta.url), { argv: process.argv.slice(2) })
  const [status] = await once(worker, 'exit')
  process.exitCode = status === WORKER_STATUS ? 0 : 1
} else {
  const bench = await MarketDataBench.open(process.argv[2] as TransportName)
  bench.define().turn()
  await bench.reader('/ws/btcusdt@depth@100ms')
  await bench.get('/api/v3/depth?symbol=BTCUSDT')
  process.exit(WORKER_STATUS)
}
