/**
 * A market maker: quotes both sides of one instrument around a price, leans away from what it has bought or sold, and is back
 * after every lost connection. Callbacks only: nothing is allocated for a report, and nobody waits for anything.
 *
 *   node examples/market-maker.ts 127.0.0.1:9000 MAKER GOOG 579.40
 *
 *       sell 10 @ 579.50 ─┐
 *                         ├─ a fill moves both by a tick, away from it; what is gone is quoted anew
 *       buy  10 @ 579.30 ─┘
 *
 * Before Node 22.18: `npm run build`, and node dist/examples/market-maker.js. If it dies, the exchange cancels its quotes after
 * a second; ^C takes them back at once.
 */
import {
  DISCONNECTED,
  ExecType,
  FULL,
  InstrumentUnits,
  MassCancelScope,
  OrderEntryClient,
  reasonRow,
  Side,
} from 'tradsys/client'

const [address = '127.0.0.1:9000', compId = 'MAKER', symbol = 'GOOG', price = '579.40'] =
  process.argv.slice(2)
const [host, port] = address.split(':') as [string, string]

const HALF_SPREAD_TICKS = 10
const LOTS = 10

/** One side, and the order that stands for it. */
class Quote {
  readonly side: (typeof Side)['Buy' | 'Sell']
  readonly sign: 1 | -1
  /** The exchange's id of its order; 0: it has none. */
  orderId = 0
  /** ClOrdID of the request that is not answered yet; '': none. */
  asked = ''
  priceTicks = 0
  filledLots = 0

  constructor(side: Quote['side']) {
    this.side = side
    this.sign = side === Side.Buy ? 1 : -1
  }
}

const quotes = [new Quote(Side.Buy), new Quote(Side.Sell)]
const run = Date.now().toString(36)
let lastId = 0
/** Lots bought less lots sold. */
let position = 0
let isLeaving = false

const client = await OrderEntryClient.connect({
  ...{ host, port: Number(port), compId, reconnectMsMax: 60_000 },
  cancelOnDisconnect: { on: 'both', windowMs: 1_000 },
  onReconnect: quoteBoth,
  onGiveUp: ({ message }) => {
    console.log(`gone: ${message}`)
    process.exitCode = 1
  },
  onExecutionReport: (report) => {
    const { execType, orderId, clOrdId } = report
    const quote = quotes.find((one) => one.asked === clOrdId || one.orderId === orderId)
    if (quote === undefined) return
    if (clOrdId === quote.asked) quote.asked = ''
    if (execType === ExecType.Rejected) {
      // The same would be refused again: this side rests.
      console.log(`refused: ${reasonRow(report.reason).sentence}`)
      return
    }
    if (execType === ExecType.Trade) onFill(quote, report.lastQty, report.lastPx)
    if (execType === ExecType.New || execType === ExecType.Replaced) tell(quote, report.price)
    quote.orderId = report.leavesQty === 0 ? 0 : orderId
    quote.filledLots = report.leavesQty === 0 ? 0 : report.cumQty
    quoteBoth()
  },
  // The order was gone before its replace: a report of its own has told, or will.
  onCancelReject: ({ clOrdId }) => {
    for (const quote of quotes) if (quote.asked === clOrdId) quote.asked = ''
    quoteBoth()
  },
})
const [definition] = await client.promises.definitions({ id: `${run}-d`, symbol })
const units = new InstrumentUnits(definition!)
const middleTicks = units.ticks(price)
process.once('SIGINT', leave).once('SIGTERM', leave)
quoteBoth()

/** Asks for what each side should be, where it is not that, or is not asked for already. */
function quoteBoth(): void {
  for (const quote of quotes) {
    if (isLeaving || quote.asked !== '') continue
    const leanTicks = Math.trunc(position / LOTS)
    const priceTicks = middleTicks - quote.sign * HALF_SPREAD_TICKS - leanTicks
    if (quote.orderId === 0 || quote.priceTicks !== priceTicks) ask(quote, priceTicks)
  }
}

function ask(quote: Quote, priceTicks: number): void {
  const { side, orderId, filledLots } = quote
  const clOrdId = nextId()
  // A replace says the new total, what is filled included.
  const order = { clOrdId, symbol, side, lots: filledLots + LOTS, priceTicks }
  const answer = orderId === 0 ? client.newOrder(order) : client.replace({ ...order, orderId })
  if (answer === FULL) void client.drained().then(quoteBoth)
  // While there is no connection: onReconnect asks again.
  if (answer === FULL || answer === DISCONNECTED) return
  quote.asked = clOrdId
  quote.priceTicks = priceTicks
}

function onFill({ sign }: Quote, lots: number, priceTicks: number): void {
  position += sign * lots
  const what = sign === 1 ? 'bought' : 'sold'
  console.log(`${what} ${units.quantity(lots)} @ ${units.price(priceTicks)}, have ${position}`)
}

function tell({ sign }: Quote, priceTicks: number): void {
  console.log(`${sign === 1 ? 'buying' : 'selling'} at ${units.price(priceTicks)}`)
}

async function leave(): Promise<void> {
  isLeaving = true
  const scope = MassCancelScope.Session
  const report = await client.promises.massCancel({ clOrdId: nextId(), scope })
  console.log(`took back ${report.totalAffectedOrders} quotes, have ${position}`)
  await client.logout()
}

function nextId(): string {
  lastId++
  return `${run}-${lastId}`
}
