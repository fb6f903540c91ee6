/** The inside of a worker that has actors. */
import { workerData } from 'node:worker_threads'
import { type RoleFactory, serveThread, type WorkerStart } from '../worker-thread.ts'
import { ActorHost } from './actor-host.ts'
import { Catalog } from './catalog.ts'
import { hostRequests } from './host-requests.ts'
import { linksOf, type TopologyMemory } from './topology.ts'

export interface ActorThreadSettings {
  readonly topology: TopologyMemory
  /** URL of the module that exports the behaviors of these names. */
  readonly module: string
  readonly behaviors: readonly string[]
}

const start = workerData as WorkerStart<ActorThreadSettings>

const newHost: RoleFactory<ActorThreadSettings> = async (_mesh, settings) => {
  const { topology, module, behaviors } = settings
  const catalog = await Catalog.load(module, behaviors)
  const host = new ActorHost({
    name: start.thread,
    links: linksOf(topology, topology.names.indexOf(start.thread)),
    clockUs: () => Date.now() * 1000,
    onFailure: (error) => {
      throw error
    },
  })
  return { role: host, requests: hostRequests(host, catalog) }
}

serveThread(start, { [start.thread]: newHost })
