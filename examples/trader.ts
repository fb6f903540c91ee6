/**
 * A trader that waits for its answers, and loses none: it enters an order, loses its connection, and hears what happened
 * meanwhile when it is back. The number of the next report is all that it has to keep.
 *
 *   node examples/trader.ts 127.0.0.1:9000 TRADER BTCUSDT 60000 [file]
 *
 *   TRADER    sell 0.5 ── accepted ──▶ ✂ connection gone      back ──▶ trade 0.2   cancel what is left
 *   TRADER-2                                     buy 0.2 ──────────┘ (told again: nobody has heard it)
 *
 * With a file the number outlives the process too: the next run begins by hearing what this one has not. Before Node 22.18:
 * `npm run build`, and node dist/examples/trader.js.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import {
  ExecType,
  type ExecutionReport,
  InstrumentUnits,
  OrderEntryClient,
  OrderEntryError,
  Side,
} from 'tradsys/client'

const [address = '127.0.0.1:9000', compId = 'TRADER', symbol = 'BTCUSDT', price = '60000', file] =
  process.argv.slice(2)
const [host, port] = address.split(':') as [string, string]
const exchange = { host, port: Number(port) }
const run = Date.now().toString(36)

let onTrade: () => void = () => undefined
let onGone: () => void = () => undefined

const client = await OrderEntryClient.connect({
  ...{ ...exchange, compId },
  // 0, without a memory: only what comes from now on.
  nextReportNumber: file !== undefined && existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0,
  onExecutionReport,
  onReportsLost: (first, last) => console.log(`reports ${first} to ${last} are kept no more`),
  onDisconnect: () => onGone(),
})
// Quantities and prices go as whole lots and ticks: the definition says how large they are.
const [definition] = await client.promises.definitions({ id: `${run}-d`, symbol })
const units = new InstrumentUnits(definition!)

// Each request resolves with the exchange's answer to it, in a copy that stays good.
const order = await client.promises.newOrder({
  ...{ clOrdId: `${run}-1`, symbol, side: Side.Sell },
  ...{ lots: units.lots('0.5'), priceTicks: units.ticks(price) },
})
console.log(`accepted as order ${order.orderId}`)

const gone = new Promise<void>((resolve) => {
  onGone = resolve
})
client.abort()
await gone
console.log('connection lost')
await otherBuys('0.2')

// What was missed is asked for by its number, and comes before anything new.
const traded = new Promise<void>((resolve) => {
  onTrade = resolve
})
await client.reconnect({ withinMs: 10_000 })
await traded

const { leavesQty } = await client.promises.status({
  ...{ clOrdId: `${run}-2`, symbol, orderId: order.orderId },
})
console.log(`${units.quantity(leavesQty)} open`)
const target = { symbol, side: Side.Sell, orderId: order.orderId }
await client.promises.cancel({ clOrdId: `${run}-3`, ...target })
console.log('cancelled')

// And what is refused, rejects: with the reason, as a code and as a sentence.
try {
  await client.promises.cancel({ clOrdId: `${run}-4`, ...target })
} catch (error) {
  if (!(error instanceof OrderEntryError) || error.code !== 'refused') throw error
  console.log(`refused: ${error.reason?.name}, ${error.message}`)
}

await client.logout()
if (file !== undefined) writeFileSync(file, String(client.nextReportNumber))

/** Hears each report once, whichever connection it came by. Good only until it returns. */
function onExecutionReport(report: ExecutionReport): void {
  if (report.execType !== ExecType.Trade) return
  console.log(`trade ${report.tradeId}: ${report.lastQty} lots at ${report.lastPx} ticks`)
  onTrade()
}

/** Somebody else, while the trader is away. */
async function otherBuys(quantity: string): Promise<void> {
  const other = await OrderEntryClient.connect({ ...exchange, compId: `${compId}-2` })
  await other.promises.newOrder({
    ...{ clOrdId: `${run}-other`, symbol, side: Side.Buy },
    ...{ lots: units.lots(quantity), priceTicks: units.ticks(price) },
  })
  await other.logout()
}
