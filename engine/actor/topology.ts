/**
 *   main ◀──▶ worker-1 ◀──▶ worker-2 …          a ring for each ordered pair of threads
 *
 * The threads of a system as data, and the memory between them. Thread 0 is the one that the system was started on; it is
 * called 'main', keeps its event loop, and may have actors as well.
 */
import { availableParallelism } from 'node:os'
import { ENVELOPE_BYTES } from '../../protocol/envelope.ts'
import { RECORD_HEADER_BYTES, RECORDS_AT_LEAST } from '../../ringbuffer/ring-layout.ts'
import type { RingConsumer, RingProducer } from '../../ringbuffer/spsc-ring.ts'
import { allocateMesh, Mesh, type MeshMemory } from '../mesh.ts'
import { type IdleStrategy, MAIN_THREAD, type ThreadPlan } from '../plan.ts'
import { ActorTable, allocateActorTable, THREADS_MAX } from './actor-table.ts'
import { Links } from './links.ts'

export interface ThreadOptions {
  readonly name: string
  /** Index into the CPUs that the process may use; taken modulo their number. Absent: not pinned. */
  readonly cpu?: number
  /** @default looks again for 20 µs, then sleeps */
  readonly idle?: IdleStrategy
}

export interface TopologyOptions {
  /** @default one for each CPU but one, pinned */
  readonly threads?: readonly ThreadOptions[]
  /** @default 65,536: four bytes each in shared memory, and eight in each thread */
  readonly actorsMax?: number
  /** Of each ring between two threads; a record may take an eighth of it. @default 1 MiB */
  readonly ringBytes?: number
}

/** Plain data and shared memory: it can be handed to a worker as it is. */
export interface TopologyMemory {
  /** By number; the first is 'main'. */
  readonly names: readonly string[]
  readonly mesh: MeshMemory
  readonly table: SharedArrayBuffer
}

const ACTORS_MAX = 65_536
const RING_BYTES = 1024 * 1024
const DEFAULT_IDLE: IdleStrategy = { spinUs: 20, parkMsMax: 100 }

/** The plan of the thread that a system is started on. */
export const MAIN_PLAN: ThreadPlan = {
  ...{ name: MAIN_THREAD, roles: [MAIN_THREAD], hasSockets: true },
  idle: { spinUs: 0, parkMsMax: 100 },
}

export function allocateTopology(options: TopologyOptions, blockBytesMax: number): TopologyMemory {
  const { threads = defaultThreads(), actorsMax = ACTORS_MAX, ringBytes = RING_BYTES } = options
  const names = [MAIN_THREAD, ...threads.map(({ name }) => name)]
  checkNames(names)
  checkRings(names, ringBytes, blockBytesMax)
  const plan = threads.map(
    ({ name, cpu, idle = DEFAULT_IDLE }): ThreadPlan => ({
      ...{ name, roles: [name], hasSockets: false, idle },
      ...(cpu === undefined ? {} : { cpu }),
    }),
  )
  const channels = names.flatMap((from) =>
    names.filter((to) => to !== from).map((to) => ({ from, to, capacityBytes: ringBytes })),
  )
  return { names, mesh: allocateMesh(channels, plan), table: allocateActorTable(actorsMax) }
}

/** This thread's ends of all its rings. To be made once a thread. */
export function linksOf({ names, mesh: memory, table }: TopologyMemory, thread: number): Links {
  const mesh = new Mesh(memory)
  const self = names[thread]!
  const outgoing: (RingProducer | undefined)[] = []
  const incoming: RingConsumer[] = []
  for (const other of names) {
    outgoing.push(other === self ? undefined : mesh.producer(self, other))
    if (other !== self) incoming.push(mesh.consumer(other, self))
  }
  return new Links({ thread, table: new ActorTable(table, thread), outgoing, incoming })
}

function defaultThreads(): ThreadOptions[] {
  const count = Math.max(1, availableParallelism() - 1)
  return Array.from({ length: count }, (_, i) => ({ name: `worker-${i + 1}`, cpu: i + 1 }))
}

function checkNames(names: readonly string[]): void {
  if (names.length > THREADS_MAX) {
    throw new RangeError(`${names.length} threads, and ${THREADS_MAX} are the most: give fewer`)
  }
  for (const [i, name] of names.entries()) {
    if (names.indexOf(name) !== i) throw new Error(`two threads are called '${name}': rename one`)
  }
}

function checkRings(names: readonly string[], ringBytes: number, blockBytesMax: number): void {
  const recordBytes = RECORD_HEADER_BYTES + ENVELOPE_BYTES + blockBytesMax
  const least = 2 ** Math.ceil(Math.log2(recordBytes * RECORDS_AT_LEAST))
  if (ringBytes >= least) return
  throw new RangeError(
    `ring '${names[0]}→${names[1]}' needs at least ${RECORDS_AT_LEAST} × the largest record (${recordBytes} B): give it ` +
      `${least} (ringBytes)`,
  )
}
