/** A whole exchange with threads and sockets, and one client who says all it has to say without waiting for answers. */
import { DISCONNECTED, FULL, OrderEntryClient } from '../../client/client.ts'
import type { SideCode, TimeInForceCode } from '../../client/orders.ts'
import { Exchange } from '../../exchange.ts'
import type { PlanName } from '../../exchange-plans.ts'
import type { VenueDefinition } from '../../gateway/venue-definition.ts'
import { ExecType } from '../../protocol/codecs.ts'
import { type RandomCommand, RandomFlow } from '../actors/seeded.ts'

const ANY_PORT = { host: '127.0.0.1', port: 0 }
const ANSWERS_MS_MAX = 30_000

export const VENUE: VenueDefinition = {
  currencies: [
    { code: 'BTC', decimals: 0, paperGrant: 500 },
    { code: 'USD', decimals: 0, paperGrant: 500 },
  ],
  instruments: [
    {
      ...{ symbol: 'BTCUSD', base: 'BTC', quote: 'USD', collarBps: 400, referenceTicks: 100 },
      ...{ priceDecimals: 0, tickSize: 1, lotDecimals: 0, lotSize: 1, openOrdersMax: 20 },
      ...{ priceTicks: { min: 96, max: 105 }, lots: { min: 2, max: 20 } },
      notional: { min: 250, max: 1_900 },
    },
  ],
  sessions: [{ compId: 'ALICE', account: 'ALICE', deposits: { BTC: 5_000, USD: 50_000 } }],
}

/** Rejects where the exchange does; what stops it later fails whoever waits for its answers. */
export const startThreads = (
  directory: string,
  plan: PlanName,
  venue: VenueDefinition,
): Promise<Exchange> =>
  Exchange.start({
    ...{ dataDirectory: directory, durability: 'none', plan, venue, version: 'test' },
    journal: {
      segmentBytes: 2 ** 20,
      reserveBytes: 2 ** 20,
      snapshotCommands: 1_000,
      snapshotSeconds: 1,
    },
    ...{ orderEntry: ANY_PORT, marketData: ANY_PORT, admission: 'paper', keys: {} },
    log: () => undefined,
    onFailure: (error) => {
      throw error
    },
  })

/** Runs `count` requests of this seed through; returns how many reports came back. */
export async function runThreads(
  directory: string,
  { plan, seed, count }: { plan: PlanName; seed: number; count: number },
): Promise<number> {
  const exchange = await startThreads(directory, plan, VENUE)
  let reports = 0
  try {
    const client = await OrderEntryClient.connect({
      ...{ host: exchange.orderEntry.host, port: exchange.orderEntry.port, compId: 'ALICE' },
      onExecutionReport: () => reports++,
      onCancelReject: () => reports++,
    })
    const flow = new RandomFlow(seed, 1)
    for (let sent = 0; sent < count; sent++) {
      const command = flow.next()
      while (send(client, command) === FULL) await client.drained()
      hearAccepted(flow, command, sent)
    }
    await untilAnswered(client)
    await client.logout()
  } finally {
    await exchange.stop()
  }
  return reports
}

/**
 * The flow is told that every order is in the book, under an id that is a guess: so what it asks for next depends on
 * nothing but its seed.
 */
function hearAccepted(flow: RandomFlow, command: RandomCommand, guess: number): void {
  const { name, session, fields } = command
  if (name === 'OrderCancelRequest') return
  const ids = { clOrdId: fields.clOrdId!, orderId: 1 + guess, side: fields.side! }
  flow.hear([{ name: 'ExecutionReport', session, number: 0, execType: ExecType.New, ...ids }])
}

function send(client: OrderEntryClient, { name, fields }: RandomCommand): number {
  const number = (field: string): number => fields[field] as number
  const text = (field: string): string => fields[field] as string
  const side = fields.side as SideCode
  const order = { clOrdId: text('clOrdId'), symbol: text('symbol'), side }
  const size = { lots: number('orderQty'), priceTicks: number('price') }
  const orderId = number('orderId')
  const which = { origClOrdId: text('origClOrdId'), ...(orderId > 0 ? { orderId } : {}) }
  let answer: number
  if (name === 'NewOrderSingle') {
    const timeInForce = fields.timeInForce as TimeInForceCode
    answer = client.newOrder({ ...order, ...size, timeInForce })
  } else if (name === 'OrderCancelRequest') answer = client.cancel({ ...order, ...which })
  else answer = client.replace({ ...order, ...which, ...size })
  if (answer === DISCONNECTED) throw new Error('the exchange hung up')
  return answer
}

async function untilAnswered(client: OrderEntryClient): Promise<void> {
  const endMs = performance.now() + ANSWERS_MS_MAX
  while (client.outstandingCount > 0) {
    if (performance.now() > endMs) throw new Error(`${client.outstandingCount} not answered`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
