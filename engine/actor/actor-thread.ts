/** The inside of a worker of a system of actors: a host of actors, shards of journaled ones, or the sequencer. */
import { workerData } from 'node:worker_threads'
import { type RoleFactory, serveThread, type WorkerStart } from '../worker-thread.ts'
import { ActorHost } from './actor-host.ts'
import { Catalog } from './catalog.ts'
import { type AtHand, FlightRecorder } from './flight-recorder.ts'
import { hostRequests, type SpawnedActor, shardRequests } from './host-requests.ts'
import { type JournalOptions, makeSequencer, makeShard } from './shard-roles.ts'
import { linksOf, SEQUENCER, shardName, type TopologyMemory } from './topology.ts'

export interface ActorThreadSettings {
  readonly topology: TopologyMemory
  /** URL of the module that exports the behaviors of these names. */
  readonly module: string
  readonly behaviors: readonly string[]
  readonly journal?: JournalOptions
  readonly schemaHash: string
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

const newHost: Factory = async (_mesh, { module, behaviors }) => {
  catalog = await Catalog.load(module, behaviors)
  const links = linksOf(topology, thread)
  const actors = successor?.actors ?? []
  if (successor !== undefined) links.table.freeAllBut(actors.map(({ ref }) => ref))
  host = new ActorHost({
    ...{ name: start.thread, clockUs, links, recorder, poison: successor?.poison },
    onFailure: (error) => {
      throw error
    },
  })
  for (const { behavior, name, options, ref } of actors) {
    host.lifecycle.spawn(catalog.named(behavior), name, { ...options, ref })
  }
  return { role: host, requests: hostRequests(host, catalog) }
}

/** After the host of its thread. */
const newShard =
  (shard: number): Factory =>
  async (mesh, { journal }, log) => {
    const bell = mesh.bell(start.thread)
    const { role, machine } = makeShard(topology, {
      ...{ directory: journal!.directory, catalog, shard, host, clockUs, recorder },
      ...{ isSuccessor: successor !== undefined, poison: successor?.poison },
      // Whoever watches this thread sees that it does not hang.
      onProgress: () => bell.beat(),
      onEscalation: (what) => log('actor.escalated', { what }, 'error'),
    })
    return { role, requests: shardRequests(machine, start.thread) }
  }

const newSequencer: Factory = async (_mesh, { journal, schemaHash }) => {
  const role = makeSequencer(topology, journal!, schemaHash, clockUs)
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
