/** The inside of a worker of a system of actors: a host of actors, shards of journaled ones, or the sequencer. */
import { workerData } from 'node:worker_threads'
import { Catalog } from '../actor/catalog.ts'
import type { ProtocolLayouts } from '../journaled/protocol-layouts.ts'
import type { HandedShard } from '../journaled/shard-alarm.ts'
import {
  adoptShard,
  type JournalOptions,
  type MadeShard,
  makeSequencer,
  makeShard,
} from '../journaled/shard-roles.ts'
import { type AtHand, FlightRecorder } from '../system/flight-recorder.ts'
import { linksOf, SEQUENCER, shardName, type TopologyMemory } from '../system/topology.ts'
import { monotonicUs } from '../thread/monotonic.ts'
import {
  type Log,
  type RoleFactory,
  serveThread,
  type WorkerStart,
} from '../thread/worker-thread.ts'
import { ActorHost } from './actor-host.ts'
import { hostRequests, type SpawnedActor, shardRequests } from './host-requests.ts'

export interface ActorThreadSettings {
  readonly topology: TopologyMemory
  /** URL of the module that exports the behaviors of these names. */
  readonly module: string
  readonly behaviors: readonly string[]
  readonly journal?: JournalOptions
  readonly protocols: ProtocolLayouts
  /** Another thread of this name has died. */
  readonly successor?: {
    readonly poison: AtHand | undefined
    /** Those that are to be there again, under their old addresses. */
    readonly actors: readonly SpawnedActor[]
  }
}

type Factory = RoleFactory<ActorThreadSettings>

const start = workerData as WorkerStart<ActorThreadSettings>
const clockUs = (): number => Date.now() * 1000
const { topology, successor } = start.settings
const thread = topology.names.indexOf(start.thread)
const recorder = new FlightRecorder(topology.recorder, Math.max(0, thread))
let host: ActorHost
let catalog: Catalog

const newHost: Factory = async (_mesh, settings, log, adopt) => {
  const { module, behaviors } = settings
  catalog = await Catalog.load(module, behaviors)
  const links = linksOf(topology, thread)
  const actors = successor?.actors ?? []
  if (successor !== undefined) links.table.freeAllBut(actors.map(({ ref }) => ref))
  host = new ActorHost({
    ...{
      name: start.thread,
      clockUs,
      monotonicUs,
      links,
      catalog,
      recorder,
      poison: successor?.poison,
    },
    onFailure: (error) => {
      throw error
    },
    onEvent: (event) => log('actor.event', { event }),
  })
  for (const { behavior, name, options, ref } of actors) {
    host.lifecycle.spawn(catalog.named(behavior), name, { ...options, ref })
  }
  const adoptHere = (shard: number, handed: HandedShard): void => {
    const made = adoptShard(topology, shardOptions(shard, settings, log), handed)
    const { role, requests } = shardRole(made)
    adopt(role, requests)
  }
  return { role: host, requests: { ...hostRequests(host, catalog), adoptShard: adoptHere } }
}

/** After the host of its thread. */
const newShard =
  (shard: number): Factory =>
  async (mesh, settings, log) => {
    const isSuccessor = successor !== undefined
    const options = {
      ...shardOptions(shard, settings, log),
      isSuccessor,
      poison: successor?.poison,
    }
    const bell = mesh.bell(start.thread)
    // Whoever watches this thread sees that it does not hang.
    return shardRole(makeShard(topology, { ...options, onProgress: () => bell.beat() }))
  }

function shardOptions(shard: number, { journal }: ActorThreadSettings, log: Log) {
  return {
    ...{ directory: journal!.directory, catalog, shard, host, clockUs, recorder },
    setAside: journal!.setAside,
    onEscalation: (what: string): void => log('actor.escalated', { what }, 'error'),
  }
}

function shardRole({ role, machine, mark }: MadeShard) {
  const requests = {
    ...shardRequests(machine, start.thread),
    // By the log: what its actors hear is a function of that.
    threadReplaced: (thread: number): void =>
      host.lifecycle.threadReplaced(thread, machine.lifecycle.all),
    handOver: () => role.handOver(),
    mark,
  }
  return { role, requests }
}

const newSequencer: Factory = async (_mesh, { journal, protocols }) => {
  const role = makeSequencer(topology, journal!, protocols, clockUs)
  return { role, requests: { flush: () => role.flush() } }
}

const { shards } = topology
serveThread(start, {
  [start.thread]: newHost,
  ...Object.fromEntries(
    Array.from({ length: shards }, (_, shard) => [shardName(shard), newShard(shard)]),
  ),
  [SEQUENCER]: newSequencer,
})
