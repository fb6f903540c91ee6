/** A quiet moment of a simulated exchange: whether it has come, and what must be true in it. */
import type { ExchangeMachine } from '../../actors/exchange-machine.ts'
import { LEAVES, NIL } from '../../actors/order-store.ts'
import type { DepthSnapshot } from '../../client/market-data-book.ts'
import type { AccountOrders } from './check-answers.ts'
import { checkFeed } from './check-feed.ts'
import { checkQueues, type Queue } from './check-queues.ts'
import { type ExchangeLife, MARKET_DATA_LIMITS, ORDER_ENTRY_LIMITS } from './exchange-life.ts'
import type { SimulatedNetwork } from './simulated-network.ts'
import type { SimulatedReader } from './simulated-reader.ts'
import type { SimulatedTrader } from './simulated-trader.ts'
import { INSTRUMENTS } from './simulated-venue.ts'
import type { VirtualClock } from './virtual-clock.ts'
import type { Watch } from './watch.ts'

export interface Scene {
  readonly life: ExchangeLife
  readonly watch: Watch
  readonly clock: VirtualClock
  readonly network: SimulatedNetwork
  readonly traders: readonly SimulatedTrader[]
  readonly readers: readonly SimulatedReader[]
  readonly accounts: readonly { readonly name: string; readonly orders: AccountOrders }[]
}

/** Gateways arm one each for ticks, heartbeats and paces, and one for what they wait for; the shard's next time is one. */
const TIMERS_MAX = 8

/** Who is not at rest; undefined: nothing is under way any more. */
export function restless(scene: Scene): string | undefined {
  const { life, watch, network, traders, readers } = scene
  if (!life.sequencer.isQuiet) return 'the sequencer is at work'
  if (!life.shard.isQuiet) return 'the shard is at work'
  if (life.orderEntry?.hasWork() === true) return 'order entry is at work'
  if (life.marketData?.hasWork() === true) return 'market data is at work'
  if (network.hasWork()) return 'the network carries something'
  for (const { isSettled, compId, nextReport } of traders) {
    if (!isSettled) return `${compId} is away, or waits for an answer`
    const said = watch.reports.count(compId)
    if (nextReport !== said + 1) return `${compId} heard ${nextReport - 1} reports of ${said}`
  }
  for (const reader of readers) {
    const { instrument } = reader
    const updateId = updateIdOf(scene, instrument)
    if (reader.isInStep(updateId)) continue
    return `a reader of instrument ${instrument} is at ${reader.standing}; the feed at ${updateId}`
  }
  return undefined
}

/** Where the feed stands. A gateway that started on an empty book has heard of no update yet: 0. */
function updateIdOf({ life, watch }: Scene, instrument: number): number {
  const { symbol } = INSTRUMENTS[instrument]!
  const request = { method: 'GET', path: '/api/v3/depth', query: `symbol=${symbol}&limit=1` }
  const { lastUpdateId } = JSON.parse(life.reception!.answer(request).body) as DepthSnapshot
  return lastUpdateId === 0 ? 0 : (watch.updateIds[instrument] ?? 0)
}

export function checkAtRest(scene: Scene): void {
  const { life, watch, traders, readers, accounts } = scene
  const { machine } = life.recovered.machine
  for (const reader of readers) checkFeed(machine, reader.instrument, reader.known())
  for (const trader of traders) trader.answers.check()
  for (const { name, orders } of accounts) orders.check(name, openOrdersOf(machine, watch, name))
  checkQueues(queuesOf(scene))
}

/** Lots open of an account, whose sessions are named after it, by the exchange's id of the order. */
export function openOrdersOf(
  machine: ExchangeMachine,
  watch: Watch,
  name: string,
): ReadonlyMap<number, number> {
  const { sessions, orders, store } = machine.venue
  // The log may have been set back to where only its second session had ever logged on.
  const session = watch.names.findIndex((compId) => compId === name || compId === `${name}-2`)
  const open = new Map<number, number>()
  if (session < 0 || !sessions.has(session)) return open
  let order = orders.firstOf(sessions.account(session))
  for (; order !== NIL; order = orders.nextOf(order)) {
    open.set(store.orderId(order), store.get(order, LEAVES))
  }
  return open
}

function* queuesOf({ life, clock, network, traders, readers }: Scene): Generator<Queue> {
  yield { name: 'the timers', size: clock.timerCount, max: TIMERS_MAX }
  const connections = life.orderEntry!.connectionCount
  yield { name: 'order entry’s connections', size: connections, max: traders.length }
  const unsent = network.unsentBytesMax
  yield { name: 'a trader’s unsent bytes', size: unsent, max: UNSENT_BYTES_MAX }
  for (const { bufferedBytesMax } of readers) {
    const max = MARKET_DATA_LIMITS.maxBackpressureBytes
    yield { name: 'a reader’s unsent bytes', size: bufferedBytesMax, max }
  }
}

/** The limit, and what one turn may add before it is looked at: its records, or what it reads in the journal. */
const UNSENT_BYTES_MAX = ORDER_ENTRY_LIMITS.sendBufferBytesMax + (64 << 10)
