/**
 *   traders ══▶ order entry ──▶ sequencer ──▶ shard ──▶ order entry, market data, operator
 *                                  │  ▲         │
 *                                journal └──────┘
 *
 * One life of a simulated exchange, from a start to a crash: the roles of exchange-thread.ts over rings, without threads and
 * sockets, in the order of exchange.ts. What it holds is gone with it; what outlives it is the journal.
 */

import { type CommandJournal, Sequencer } from '../../engine/shard/sequencer.ts'
import { Shard } from '../../engine/shard/shard.ts'
import { Counter } from '../../engine/thread/counters.ts'
import { allocateMesh, Mesh } from '../../engine/thread/mesh.ts'
import type { Role } from '../../engine/thread/role.ts'
import { shardRoutes } from '../../exchange-routes.ts'
import { MarketDataGateway } from '../../gateway/market-data/market-data-gateway.ts'
import type { Reception } from '../../gateway/market-data/transport.ts'
import { OperatorDesk } from '../../gateway/operator-desk.ts'
import { JournalReports } from '../../gateway/order-entry/journal-reports.ts'
import { OrderEntryGateway } from '../../gateway/order-entry/order-entry-gateway.ts'
import type { ReportSink, ReportSource } from '../../gateway/order-entry/reports.ts'
import { ENVELOPE_BYTES } from '../../protocol/envelope.ts'
import { EXCHANGE_COMP_ID } from '../../protocol/wire-frame.ts'
import type { RecoveredMachine } from './recovery.ts'
import type { StoreReader } from './simulated-store.ts'
import type { VirtualClock } from './virtual-clock.ts'
import type { Plant } from './watch.ts'

/** A venue's whole definition fits, so the operator never waits for room. */
const OPERATOR_RING_BYTES = 64 << 10

export const ORDER_ENTRY_LIMITS = {
  ...{ sendBufferBytesMax: 48 << 10, resendPauseBytes: 16 << 10, connectionsMax: 24 },
  ...{ strangersMax: 12, recordsPerTurn: 256, reportsPerTurn: 64 },
}
export const MARKET_DATA_LIMITS = { maxBackpressureBytes: 96 << 10, conflateAboveBytes: 24 << 10 }

export interface LifeOptions {
  readonly clock: VirtualClock
  readonly ringBytes: number
  readonly journal: CommandJournal
  readonly recovered: RecoveredMachine
  readonly openReader: () => StoreReader
  /** What a gateway says of its own defects. */
  readonly onDefect: (what: string) => void
  readonly plant: Plant | undefined
}

const counter = (): Counter => new Counter(new Float64Array(1), 0)

const CHANNELS = [
  ...['order-entry→sequencer', 'sequencer→shard', 'shard→sequencer'],
  ...['shard→order-entry', 'shard→market-data'],
]

export class ExchangeLife {
  readonly sequencer: Sequencer
  readonly shard: Shard
  readonly desk: OperatorDesk
  readonly recovered: RecoveredMachine
  readonly mesh: Mesh
  orderEntry: OrderEntryGateway | undefined
  marketData: MarketDataGateway | undefined
  /** What clients of market data meet. */
  reception: Reception | undefined
  readonly #options: LifeOptions

  constructor(options: LifeOptions) {
    const { clock, journal, recovered, ringBytes } = options
    this.#options = options
    this.recovered = recovered
    const operatorRings = ['operator→sequencer', 'shard→operator']
    const channels = [...CHANNELS, ...operatorRings].map((pair) => {
      const [from, to] = pair.split('→') as [string, string]
      const capacityBytes = operatorRings.includes(pair) ? OPERATOR_RING_BYTES : ringBytes
      return { from, to, capacityBytes }
    })
    const mesh = new Mesh(allocateMesh(channels, []))
    this.mesh = mesh
    this.sequencer = new Sequencer({
      ...{ journal, clockUs: clock.nowUs },
      producers: [
        mesh.consumer('operator', 'sequencer'),
        mesh.consumer('order-entry', 'sequencer'),
      ],
      toShard: mesh.producer('sequencer', 'shard'),
      fromShards: [mesh.consumer('shard', 'sequencer')],
      ...{ commandsTotal: counter(), commitsTotal: counter(), commitSecondsTotal: counter() },
    })
    const { machine, outbox, commands } = recovered
    this.shard = new Shard({
      ...{ machine, outbox, lastCommand: commands },
      fromSequencer: mesh.consumer('sequencer', 'shard'),
      toJournal: mesh.producer('shard', 'sequencer'),
      ...shardRoutes(mesh),
      ...{ commandsTotal: counter(), eventsTotal: counter() },
    })
    this.desk = new OperatorDesk({
      toSequencer: mesh.producer('operator', 'sequencer'),
      fromShard: mesh.consumer('shard', 'operator'),
      clockUs: clock.nowUs,
    })
  }

  /** Nothing of the operator's waits to be sequenced. */
  readonly isOperatorHeard = (): boolean =>
    this.mesh.gauges().get('operator→sequencer')!.depthBytes === 0

  async openMarketData(): Promise<Role> {
    const { clock, onDefect } = this.#options
    const tell = (fields: { readonly event: string }): void => onDefect(fields.event)
    this.marketData = await MarketDataGateway.listen({
      ...{ host: 'simulated', port: 0, version: 'simulated' },
      fromShard: this.mesh.consumer('shard', 'market-data'),
      health: () => ({ live: true, ready: true, failing: [] }),
      metrics: () => '',
      clockMs: clock.nowMs,
      log: { info: () => undefined, warn: () => undefined, error: tell },
      limits: MARKET_DATA_LIMITS,
      transport: async (_options, reception) => {
        this.reception = reception
        return { name: 'simulated', port: 0, close: async () => undefined }
      },
    })
    return this.marketData
  }

  openOrderEntry(): Role {
    const { clock, onDefect, openReader, plant } = this.#options
    const isUnbounded = plant === 'reader-unbounded'
    const sendBufferBytesMax = isUnbounded ? 1 << 30 : ORDER_ENTRY_LIMITS.sendBufferBytesMax
    const reports = new JournalReports(openReader())
    this.orderEntry = OrderEntryGateway.unlistened({
      compId: EXCHANGE_COMP_ID,
      toSequencer: this.mesh.producer('order-entry', 'sequencer'),
      fromShard: this.mesh.consumer('shard', 'order-entry'),
      readReports: plant === 'resend-altered' ? altered(reports) : reports,
      ...{ admission: 'paper', keys: { stamp: () => '', read: () => [] } },
      ...{ clockUs: clock.nowUs, monotonicMs: clock.monotonicMs },
      log: (event, fields) => {
        if (event === 'connection-failed') onDefect((fields as { readonly error: string }).error)
      },
      limits: { ...ORDER_ENTRY_LIMITS, sendBufferBytesMax },
    })
    return this.orderEntry
  }
}

/** A planted fault: what is read from the journal is not what stands there. */
function altered(reports: JournalReports): ReportSource {
  const between = new Map<ReportSink, ReportSink>()
  const alteringSink = (sink: ReportSink): ReportSink => ({
    ...{ numberedFrom: sink.numberedFrom, place: sink.place },
    onReport: (view, at, number) => {
      const copy = new DataView(view.buffer.slice(view.byteOffset + at))
      copy.setUint8(ENVELOPE_BYTES, copy.getUint8(ENVELOPE_BYTES) ^ 1)
      sink.onReport(copy, 0, number)
    },
    onGone: (firstKept) => sink.onGone(firstKept),
  })
  return {
    beginTurn: () => reports.beginTurn(),
    get isSpent() {
      return reports.isSpent
    },
    read: (session, from, limit, sink) => {
      const altering = between.get(sink) ?? alteringSink(sink)
      between.set(sink, altering)
      return reports.read(session, from, limit, altering)
    },
    forget: (sink) => {
      const altering = between.get(sink)
      if (altering !== undefined) reports.forget(altering)
      between.delete(sink)
    },
    close: () => reports.close(),
  }
}
