/** The inside of a worker of a system of actors: a host of actors, shards of journaled ones, or the sequencer. */
import { workerData } from 'node:worker_threads'
import { type RoleFactory, serveThread, type WorkerStart } from '../worker-thread.ts'
import { ActorHost } from './actor-host.ts'
import { Catalog } from './catalog.ts'
import { hostRequests, shardRequests } from './host-requests.ts'
import { type JournalOptions, makeSequencer, makeShard } from './shard-roles.ts'
import { linksOf, SEQUENCER, shardName, type TopologyMemory } from './topology.ts'

export interface ActorThreadSettings {
  readonly topology: TopologyMemory
  /** URL of the module that exports the behaviors of these names. */
  readonly module: string
  readonly behaviors: readonly string[]
  readonly journal?: JournalOptions
  readonly schemaHash: string
}

type Factory = RoleFactory<ActorThreadSettings>

const start = workerData as WorkerStart<ActorThreadSettings>
const clockUs = (): number => Date.now() * 1000
let host: ActorHost
let catalog: Catalog

const newHost: Factory = async (_mesh, { topology, module, behaviors }) => {
  catalog = await Catalog.load(module, behaviors)
  host = new ActorHost({
    ...{ name: start.thread, clockUs },
    links: linksOf(topology, topology.names.indexOf(start.thread)),
    onFailure: (error) => {
      throw error
    },
  })
  return { role: host, requests: hostRequests(host, catalog) }
}

/** After the host of its thread. */
const newShard =
  (shard: number): Factory =>
  async (_mesh, { topology, journal }, log) => {
    const { role, machine } = makeShard(topology, {
      ...{ directory: journal!.directory, catalog, shard, host, clockUs },
      onEscalation: (what) => log('actor.escalated', { what }, 'error'),
    })
    return { role, requests: shardRequests(machine, start.thread) }
  }

const newSequencer: Factory = async (_mesh, { topology, journal, schemaHash }) => ({
  role: makeSequencer(topology, journal!, schemaHash, clockUs),
})

const { shards } = start.settings.topology
serveThread(start, {
  [start.thread]: newHost,
  ...Object.fromEntries(
    Array.from({ length: shards }, (_, shard) => [shardName(shard), newShard(shard)]),
  ),
  [SEQUENCER]: newSequencer,
})
