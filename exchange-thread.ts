/**
 * What runs inside a worker of the exchange: a factory a role. Which of them this worker calls is the plan's business.
 */
import { accessSync, constants } from 'node:fs'
import { workerData } from 'node:worker_threads'
import { recover } from './engine/recovery/recovery.ts'
import { Sequencer } from './engine/shard/sequencer.ts'
import { Shard } from './engine/shard/shard.ts'
import { StageTimes } from './engine/shard/stage-times.ts'
import { CounterPage } from './engine/thread/counters.ts'
import {
  type LogLevel,
  type RoleFactory,
  serveThread,
  type WorkerStart,
} from './engine/thread/worker-thread.ts'
import { exchangeKeys } from './exchange-keys.ts'
import { EXCHANGE_KIND } from './exchange-kind.ts'
import { shardRoutes } from './exchange-routes.ts'
import { COUNTER_NAMES, type ThreadSettings } from './exchange-settings.ts'
import { MarketDataGateway } from './gateway/market-data/market-data-gateway.ts'
import { prometheusText } from './gateway/metrics.ts'
import { JournalReports } from './gateway/order-entry/journal-reports.ts'
import { OrderEntryGateway } from './gateway/order-entry/order-entry-gateway.ts'
import { EXCHANGE_COMP_ID } from './protocol/wire-frame.ts'
import { JournalReader } from './storage/journal-reader.ts'
import { JournalWriter } from './storage/journal-writer.ts'

const clockUs = (): number => Date.now() * 1000
const countersOf = (settings: ThreadSettings): CounterPage =>
  new CounterPage(settings.counters, COUNTER_NAMES)

const stageTimesOf = ({ stageTimes }: ThreadSettings): StageTimes | undefined =>
  stageTimes && new StageTimes(stageTimes)

const sequencer: RoleFactory<ThreadSettings> = async (mesh, settings) => {
  const counters = countersOf(settings)
  const journal = JournalWriter.open({
    directory: settings.dataDirectory,
    durability: settings.durability,
    schemaHash: EXCHANGE_KIND.schemaHash,
    buildHash: settings.buildHash,
    segmentBytes: settings.segmentBytes,
    reserveBytes: settings.reserveBytes,
  })
  const role = new Sequencer({
    journal,
    producers: [mesh.consumer('operator', 'sequencer'), mesh.consumer('order-entry', 'sequencer')],
    toShard: mesh.producer('sequencer', 'shard'),
    fromShards: [mesh.consumer('shard', 'sequencer')],
    clockUs,
    commandsTotal: counters.counter('commands_total'),
    commitsTotal: counters.counter('journal_commits_total'),
    commitSecondsTotal: counters.counter('journal_commit_seconds_total'),
    journalLow: counters.counter('journal_low'),
    stageTimes: stageTimesOf(settings),
  })
  return { role }
}

/** Recovers first: the machine that goes live stands where the journal ends, and has said nothing else than it. */
const shard: RoleFactory<ThreadSettings> = async (mesh, settings, log) => {
  const started = performance.now()
  const { machine, outbox, outcome, snapshot } = recover({
    directory: settings.dataDirectory,
    kind: EXCHANGE_KIND,
    // The sequencer, who makes one, comes behind this.
    mayBeNew: true,
    onRefused: (path, why) => log('snapshot.refused', { path, why }, 'warn'),
  })
  const counters = countersOf(settings)
  const role = new Shard({
    machine,
    outbox,
    lastCommand: outcome.lastCommand,
    fromSequencer: mesh.consumer('sequencer', 'shard'),
    toJournal: mesh.producer('shard', 'sequencer'),
    ...shardRoutes(mesh),
    commandsTotal: counters.counter('shard_commands_total'),
    eventsTotal: counters.counter('events_total'),
    stageTimes: stageTimesOf(settings),
  })
  const seconds = (performance.now() - started) / 1000
  return { role, info: { ...outcome, snapshot: snapshot?.sequence ?? 0, seconds } }
}

/** What order entry says when something went wrong; all else it says is the day's business. */
const ORDER_ENTRY_WARNINGS = [
  ...['connection-failed', 'connection-error', 'listener-error', 'keys-unreadable'],
]

const orderEntry: RoleFactory<ThreadSettings> = async (mesh, settings, log) => {
  const journal = JournalReader.open(settings.dataDirectory, EXCHANGE_KIND)
  const journalLow = countersOf(settings).counter('journal_low')
  const role = await OrderEntryGateway.listen({
    ...settings.orderEntry,
    compId: EXCHANGE_COMP_ID,
    toSequencer: mesh.producer('order-entry', 'sequencer'),
    fromShard: mesh.consumer('shard', 'order-entry'),
    readReports: new JournalReports(journal),
    isJournalLow: () => journalLow.value === 1,
    stageTimes: stageTimesOf(settings),
    admission: settings.admission,
    keys: exchangeKeys(settings.keys, settings.dataDirectory),
    clockUs,
    log: (event, fields) => {
      const level = ORDER_ENTRY_WARNINGS.includes(event) ? 'warn' : 'info'
      log(`order-entry.${event}`, { ...fields }, level)
    },
  })
  const { address: host, port } = role.address
  const { tlsAddress } = role
  const tls = tlsAddress && { host: tlsAddress.address, port: tlsAddress.port }
  return { role, info: { host, port, ...(tls === undefined ? {} : { tls }) } }
}

const marketData: RoleFactory<ThreadSettings> = async (mesh, settings, log) => {
  const counters = countersOf(settings)
  const ready = counters.counter('ready')
  const low = counters.counter('journal_low')
  const source = {
    counters: new Map(COUNTER_NAMES.map((name) => [name, counters.counter(name)])),
    rings: mesh.gauges(),
  }
  const sayAt =
    (level: LogLevel) =>
    (fields: { readonly event: string }, text: string): void =>
      log(`market-data.${fields.event}`, { ...fields, text }, level)
  const role = await MarketDataGateway.listen({
    ...settings.marketData,
    fromShard: mesh.consumer('shard', 'market-data'),
    health: () => health(settings, { isOpen: ready.value === 1, isLow: low.value === 1 }),
    metrics: () => prometheusText(source),
    version: settings.version,
    clockMs: Date.now,
    log: { info: sayAt('info'), warn: sayAt('warn'), error: sayAt('error') },
    currencyDecimals: settings.currencyDecimals,
  })
  return { role, info: { host: settings.marketData.host, port: role.port } }
}

/** Ready is: recovered, doors open, and a place to write; each is looked at when it is asked. */
function health(
  { dataDirectory }: ThreadSettings,
  { isOpen, isLow }: { readonly isOpen: boolean; readonly isLow: boolean },
): { live: boolean; ready: boolean; failing: readonly string[] } {
  const failing: string[] = []
  if (!isOpen) failing.push('exchange: starting, draining or halted')
  if (isLow) failing.push('disk: almost full, new orders are refused')
  try {
    accessSync(dataDirectory, constants.W_OK)
  } catch (error) {
    failing.push(`disk: ${error instanceof Error ? error.message : error}`)
  }
  return { live: true, ready: failing.length === 0, failing }
}

serveThread(workerData as WorkerStart<ThreadSettings>, {
  sequencer,
  shard,
  'order-entry': orderEntry,
  'market-data': marketData,
})
