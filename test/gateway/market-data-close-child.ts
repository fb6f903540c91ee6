/** A process of its own that opens a gateway with readers, closes it, and must then end by itself. */
import { MarketDataBench, type TransportName } from './market-data-bench.ts'

const bench = await MarketDataBench.open(process.argv[2] as TransportName)
bench
  .define()
  .announce(1, [{ side: 'bid', ticks: 1, lots: 1 }])
  .turn()
await bench.reader('/ws/btcusdt@depth@100ms')
await bench.reader('/stream?streams=btcusdt@trade')
await bench.get('/api/v3/depth?symbol=BTCUSDT')
await bench.close()
