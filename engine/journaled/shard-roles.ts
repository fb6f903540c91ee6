/**
 *   threads ──▶ SEQUENCER ──▶ shards ──▶ threads          the roles of a system's journaled half
 *                 │  ▲          │
 *               journal ◀── events
 *
 * How they are made from the topology's memory, on whichever thread the plan gives them to.
 */
import { NUMBER_OFFSET, RECORD_HEADER_BYTES, SESSION_OFFSET } from '../../protocol/envelope.ts'
import { copyBytes } from '../../protocol/text.ts'
import { FULL, type RingProducer } from '../../ringbuffer/spsc/spsc-ring.ts'
import type { SchemaHashes } from '../../storage/frame.ts'
import { JournalReader } from '../../storage/journal-reader.ts'
import { type Durability, JournalWriter } from '../../storage/journal-writer.ts'
import type { Catalog } from '../actor/catalog.ts'
import { isAsk, isJournaled, type Ref } from '../actor/ref.ts'
import type { ActorHost } from '../host/actor-host.ts'
import { ActorTable, NO_THREAD } from '../host/actor-table.ts'
import { messageOf } from '../host/failing.ts'
import { OUTSIDE_THREAD } from '../host/links.ts'
import type { Move } from '../host/moving.ts'
import { unsequencedMessages } from '../recovery/message-recovery.ts'
import { recover } from '../recovery/recovery.ts'
import { SnapshotReader } from '../recovery/snapshot-reader.ts'
import { Outbox } from '../shard/outbox.ts'
import { Sequencer } from '../shard/sequencer.ts'
import { Shard } from '../shard/shard.ts'
import { ShardFan } from '../shard/shard-fan.ts'
import type { AtHand, FlightRecorder } from '../system/flight-recorder.ts'
import { SEQUENCER, shardName, type TopologyMemory } from '../system/topology.ts'
import { type Counter, CounterPage } from '../thread/counters.ts'
import { Mesh } from '../thread/mesh.ts'
import { ActorRouter } from './actor-router.ts'
import { Engine, engineRecord, markOf } from './engine-messages.ts'
import { journaledKind } from './journaled-kind.ts'
import type { JournaledShard, ShardPlace } from './journaled-shard.ts'
import { knownMessages } from './known-messages.ts'
import { ProtocolHistory } from './protocol-history.ts'
import { layoutsOf, type ProtocolLayouts } from './protocol-layouts.ts'
import { AlarmedShard, type HandedShard } from './shard-alarm.ts'
import { RULES, StartRouter, startRecords } from './start-notice.ts'

export interface JournalOptions {
  /** Made if it is not there; one process at a time. */
  readonly directory: string
  /** What a message survives once it has an effect. @default 'power-loss' */
  readonly durability?: Durability
  /** How many there are, for the whole life of the journal: each is a queue of its own, on some thread. @default 4 */
  readonly shards?: number
  /**
   * After so many messages the shards' snapshots are taken by themselves: what a start, or a thread's successor, has to run again is bounded by
   * that. Infinity: only when asked. @default 250,000, some tenths of a second
   */
  readonly snapshotMessages?: number
  /**
   * Names of journaled actors that get nothing until the next start: their messages are dead letters. For one that a start cannot do with: whose
   * handler differs from what it was, or whose transfer throws. All of its log stays, and a start without its name tries it again. @default none
   */
  readonly setAside?: readonly string[]
}

export const SHARDS = 4
export const SNAPSHOT_MESSAGES = 250_000

const BUILD_HASH = '0'.repeat(16)

/**
 * Opens the journal of messages of these protocols, and begins a start in it: no actor may have been born before. Throws a
 * JournalError, with cause and mend.
 */
export function makeSequencer(
  topology: TopologyMemory,
  { directory, durability = 'power-loss', setAside = [] }: JournalOptions,
  protocols: ProtocolLayouts,
  clockUs: () => number,
): Sequencer {
  const mesh = new Mesh(topology.mesh)
  const gauges = mesh.gauges()
  const { shards } = topology
  const history = ProtocolHistory.of(directory, protocols)
  const build = { schemaHash: history.schemas, buildHash: BUILD_HASH }
  const journal = JournalWriter.open({ directory, durability, shards, ...build })
  history.keep(directory)
  const known = new StartRouter(shards)
  const unsequenced = journal.lastCommand === 0 ? [] : missing(directory, history.schemas, known)
  const start = { generation: known.generation + 1, schema: history.schema, rules: RULES }
  new ActorTable(topology.table, OUTSIDE_THREAD).begin(start.generation)
  const names = Array.from({ length: shards }, (_, shard) => shardName(shard))
  const rings = names.map((name) => mesh.producer(SEQUENCER, name))
  return new Sequencer({
    ...{ journal, clockUs, toShard: rings[0]! },
    producers: topology.names.map((thread) => mesh.consumer(thread, SEQUENCER)),
    fromShards: names.map((name) => mesh.consumer(name, SEQUENCER)),
    fan: new ShardFan({
      ...{ router: new ActorRouter(shards), rings },
      // What was said before the start is of the process before.
      unsequenced: [...unsequenced, ...startRecords(shards, start, setAside)],
    }),
    durable: {
      words: new Int32Array(topology.durable),
      gauges: names.map((name) => gauges.get(`${name}→${SEQUENCER}`)!),
    },
    ...{ commandsTotal: counter(), commitsTotal: counter(), commitSecondsTotal: counter() },
  })
}

function missing(directory: string, schemaHash: SchemaHashes, router: StartRouter): Uint8Array[] {
  const reader = JournalReader.open(directory, { schemaHash })
  try {
    const known = knownMessages(directory, reader, { schemaHash, shards: router.shards })
    router.generation = known.generation
    return unsequencedMessages(router, reader, known)
  } finally {
    reader.close()
  }
}

export interface MadeShard {
  readonly role: AlarmedShard
  readonly machine: JournaledShard
  /** A marker for an actor that has moved, by the way to the thread that it has left. False: later, there is no room. */
  readonly mark: (ref: Ref, move: Move) => boolean
}

export interface ShardOptions {
  readonly directory: string
  readonly catalog: Catalog
  readonly shard: number
  /** Of its thread. */
  readonly host: ActorHost
  readonly clockUs: () => number
  readonly onEscalation: (what: string) => void
  readonly recorder?: FlightRecorder
  /** Called now and then while it recovers. */
  readonly onProgress?: () => void
  /** The shard has died on another thread; the sequencer has journaled all that it had said. */
  readonly isSuccessor?: boolean
  readonly poison?: AtHand | undefined
  /** See JournalOptions. */
  readonly setAside?: readonly string[] | undefined
}

/** Recovers the shard from the journal, which the sequencer has opened. */
export function makeShard(topology: TopologyMemory, options: ShardOptions): MadeShard {
  const { directory, catalog, shard, poison, setAside } = options
  const place = { shard, shards: topology.shards }
  const { machine, outbox, outcome } = recover({
    ...shardRecovery(directory, catalog, place, { poison, setAside }),
    onProgress: () => options.onProgress?.(),
  })
  return shardOver(topology, options, { machine, outbox, lastCommand: outcome.lastCommand })
}

/** The same of what another thread has handed over, and given up. */
export function adoptShard(
  topology: TopologyMemory,
  options: ShardOptions,
  handed: HandedShard,
): MadeShard {
  return shardOver(topology, options, readHanded(topology, options, handed))
}

/** Throws where a transfer does not read what it has written. */
function readHanded(
  { shards }: TopologyMemory,
  { directory, catalog, shard }: ShardOptions,
  { state, lastCommand, eventNumber, timeUs }: HandedShard,
): { machine: JournaledShard; outbox: Outbox; lastCommand: number } {
  const history = ProtocolHistory.of(directory, layoutsOf(catalog))
  const kind = journaledKind(catalog, { shard, shards }, { history })
  const outbox = new Outbox({ ...kind, eventsBefore: eventNumber })
  outbox.begin(lastCommand, timeUs)
  const machine = kind.newMachine(outbox)
  const reader = new SnapshotReader(state, 0)
  machine.transfer(reader)
  reader.finish()
  return { machine, outbox, lastCommand }
}

function shardOver(
  topology: TopologyMemory,
  options: ShardOptions,
  made: { machine: JournaledShard; outbox: Outbox; lastCommand: number },
): MadeShard {
  const { machine } = made
  if (options.recorder !== undefined) machine.recorder = options.recorder
  const { failing, links } = options.host
  machine.listener = {
    failed: (cell, error, view, at, directive) =>
      failing.tell(cell, error, messageOf(cell, view, at), directive),
    // By its thread and not by the log, which has the same of every life; but for whom the log tells: refusal.ts.
    buried(reason, view, at, error) {
      const isByLog = reason === 'gone' || reason === 'suspended'
      if (isByLog && isAsk(view.getUint32(at + NUMBER_OFFSET, true))) return
      failing.refuse(reason, view, at, error)
      links.publish()
    },
  }
  const mesh = new Mesh(topology.mesh)
  const name = shardName(options.shard)
  const routes = routesOf(mesh, topology, name)
  const said = mesh.gauges().get(`${name}→${SEQUENCER}`)!
  const durable = new Int32Array(topology.durable)
  const toJournal = mesh.producer(name, SEQUENCER)
  machine.outgoing.recordBytesMax = toJournal.recordBytesMax
  const shard = new Shard({
    ...{ ...made, isOneOfSeveral: true, isSuccessor: options.isSuccessor ?? false },
    isDurable: () => ((Atomics.load(durable, options.shard) - said.recordsIn) | 0) >= 0,
    fromSequencer: mesh.consumer(SEQUENCER, name),
    toJournal,
    ...routes,
    ...{ commandsTotal: counter(), eventsTotal: counter() },
  })
  const sender = topology.names.length + options.shard
  const mark = (ref: Ref, { number, from }: Move): boolean => {
    const ring = routes.routes[from]!
    // Behind all that it has said before.
    if (shard.settledAt === undefined) return false
    const record = engineRecord(ref, Engine.Marker, markOf(number, sender))
    const at = ring.claim(record.byteLength)
    if (at === FULL) return false
    copyBytes(record, 0, ring.view, at, record.byteLength)
    ring.commit(Engine.Marker.id)
    ring.publish()
    return true
  }
  const prove = (handed: HandedShard): void => void readHanded(topology, options, handed)
  return { role: new AlarmedShard({ ...options, name, shard, machine, prove }), machine, mark }
}

/** What a shard says goes to the thread of its receiver, or, to another shard, by the journal. */
function routesOf(mesh: Mesh, topology: TopologyMemory, name: string) {
  const table = new ActorTable(topology.table, 0)
  const routes = topology.names.map((thread) => mesh.producer(name, thread))
  const routeOf = (_type: number, view: DataView, at: number): RingProducer | undefined => {
    const to: Ref = view.getUint32(at + RECORD_HEADER_BYTES + SESSION_OFFSET, true)
    if (isJournaled(to)) return undefined
    const thread = isAsk(to) ? OUTSIDE_THREAD : table.threadOf(to)
    // Of whoever is gone the first thread keeps the dead letter.
    return routes[thread === NO_THREAD ? OUTSIDE_THREAD : thread]
  }
  return { routes, routeOf }
}

/** How one shard of a journal is brought back. */
export function shardRecovery(
  directory: string,
  catalog: Catalog,
  place: ShardPlace,
  { poison, setAside }: Pick<ShardOptions, 'poison' | 'setAside'> = {},
) {
  const newRouter = (): ActorRouter => new ActorRouter(place.shards)
  const history = ProtocolHistory.of(directory, layoutsOf(catalog))
  return {
    ...{ directory, kind: journaledKind(catalog, place, { history, poison, setAside }) },
    shard: { number: place.shard, newRouter },
  }
}

function counter(): Counter {
  return new CounterPage(CounterPage.allocate(['count']), ['count']).counter('count')
}
