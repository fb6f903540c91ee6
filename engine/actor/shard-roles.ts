/**
 *   threads ──▶ SEQUENCER ──▶ shards ──▶ threads          the roles of a system's journaled half
 *                 │  ▲          │
 *               journal ◀── events
 *
 * How they are made from the topology's memory, on whichever thread the plan gives them to.
 */
import { RECORD_HEADER_BYTES, SESSION_OFFSET } from '../../protocol/envelope.ts'
import type { RingProducer } from '../../ringbuffer/spsc-ring.ts'
import { JournalReader } from '../../storage/journal-reader.ts'
import { type Durability, JournalWriter } from '../../storage/journal-writer.ts'
import { type Counter, CounterPage } from '../counters.ts'
import { Mesh } from '../mesh.ts'
import { unsequencedMessages } from '../message-recovery.ts'
import { Outbox } from '../outbox.ts'
import { replay } from '../replay.ts'
import { Sequencer } from '../sequencer.ts'
import { Shard } from '../shard.ts'
import { ShardFan } from '../shard-fan.ts'
import type { ActorHost } from './actor-host.ts'
import { ActorRouter } from './actor-router.ts'
import { ActorTable, NO_THREAD } from './actor-table.ts'
import type { Catalog } from './catalog.ts'
import { journaledKind } from './journaled-kind.ts'
import type { JournaledShard } from './journaled-shard.ts'
import { OUTSIDE_THREAD } from './links.ts'
import { isAsk, isJournaled, type Ref } from './ref.ts'
import { AlarmedShard } from './shard-alarm.ts'
import { SEQUENCER, shardName, type TopologyMemory } from './topology.ts'

export interface JournalOptions {
  /** Made if it is not there; one process at a time. */
  readonly directory: string
  /** What a message survives once it has an effect. @default 'power-loss' */
  readonly durability?: Durability
  /** How many there are, for the whole life of the journal: each is a queue of its own, on some thread. @default 4 */
  readonly shards?: number
}

export const SHARDS = 4

const BUILD_HASH = '0'.repeat(16)

/** Opens the journal of messages of that schema. Throws a JournalError, with cause and mend. */
export function makeSequencer(
  topology: TopologyMemory,
  { directory, durability = 'power-loss' }: JournalOptions,
  schemaHash: string,
  clockUs: () => number,
): Sequencer {
  const mesh = new Mesh(topology.mesh)
  const { shards } = topology
  const build = { schemaHash, buildHash: BUILD_HASH }
  const journal = JournalWriter.open({ directory, durability, shards, ...build })
  const router = new ActorRouter(shards)
  const unsequenced = journal.lastCommand === 0 ? [] : missing(directory, schemaHash, router)
  const names = Array.from({ length: shards }, (_, shard) => shardName(shard))
  const rings = names.map((name) => mesh.producer(SEQUENCER, name))
  return new Sequencer({
    ...{ journal, clockUs, toShard: rings[0]! },
    producers: topology.names.map((thread) => mesh.consumer(thread, SEQUENCER)),
    fromShards: names.map((name) => mesh.consumer(name, SEQUENCER)),
    fan: new ShardFan({ router, rings, unsequenced }),
    ...{ commandsTotal: counter(), commitsTotal: counter(), commitSecondsTotal: counter() },
  })
}

function missing(directory: string, schemaHash: string, router: ActorRouter): Uint8Array[] {
  const reader = JournalReader.open(directory, { schemaHash })
  try {
    return unsequencedMessages(router, reader)
  } finally {
    reader.close()
  }
}

export interface MadeShard {
  readonly role: AlarmedShard
  readonly machine: JournaledShard
}

/** Recovers the shard from the journal, which the sequencer has opened and not written to since. `host`: of its thread. */
export function makeShard(
  topology: TopologyMemory,
  options: {
    readonly directory: string
    readonly catalog: Catalog
    readonly shard: number
    readonly host: ActorHost
    readonly clockUs: () => number
    readonly onEscalation: (what: string) => void
  },
): MadeShard {
  const { directory, catalog, shard: number } = options
  const place = { shard: number, shards: topology.shards }
  const { machine, outbox, lastCommand } = recoverShard(directory, catalog, place)
  const mesh = new Mesh(topology.mesh)
  const name = shardName(number)
  const shard = new Shard({
    ...{ machine, outbox, lastCommand, isOneOfSeveral: true },
    fromSequencer: mesh.consumer(SEQUENCER, name),
    toJournal: mesh.producer(name, SEQUENCER),
    ...routesOf(mesh, topology, name),
    ...{ commandsTotal: counter(), eventsTotal: counter() },
  })
  return { role: new AlarmedShard({ ...options, name, shard, machine }), machine }
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

/** The shard as the journal has it, its events held against the journal's. Throws ReplayDiffers, or a JournalError. */
export function recoverShard(
  directory: string,
  catalog: Catalog,
  place: { readonly shard: number; readonly shards: number },
): { machine: JournaledShard; outbox: Outbox; lastCommand: number } {
  const kind = journaledKind(catalog, place)
  const reader = JournalReader.open(directory, kind)
  try {
    const outbox = new Outbox({ ...kind, eventsBefore: 0 })
    const machine = kind.newMachine(outbox)
    const { lastCommand } = replay({
      ...{ source: reader.ofShard(place.shard), machine, outbox },
      shard: { number: place.shard, router: new ActorRouter(place.shards) },
    })
    return { machine, outbox, lastCommand }
  } finally {
    reader.close()
  }
}

function counter(): Counter {
  return new CounterPage(CounterPage.allocate(['count']), ['count']).counter('count')
}
