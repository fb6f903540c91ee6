/**
 *   main ◀──▶ worker-1 ◀──▶ worker-2 …          a ring for each ordered pair of threads
 *
 * The threads of a system as data, and the memory between them. Thread 0 is the one that the system was started on; it is
 * called 'main', keeps its event loop, and may have actors as well.
 */
import { availableParallelism } from 'node:os'
import { ENVELOPE_BYTES } from '../../protocol/envelope.ts'
import { checkIdleStrategy, type IdleStrategy } from '../../ringbuffer/idle-strategy.ts'
import { RECORD_HEADER_BYTES, RECORDS_AT_LEAST } from '../../ringbuffer/ring-layout.ts'
import type { RingConsumer, RingProducer } from '../../ringbuffer/spsc/spsc-ring.ts'
import { type Check, isInteger, isListOf, isObjectOf, isText } from '../actor/check-given.ts'
import { SHARDS_MAX } from '../actor/ref.ts'
import {
  ACTORS_MAX as ACTORS_MOST,
  ActorTable,
  allocateActorTable,
  THREADS_MAX,
} from '../host/actor-table.ts'
import { Links } from '../host/links.ts'
import { RELAY_NUMBER_BYTES } from '../journaled/actor-router.ts'
import { allocateMesh, type Homes, Mesh, type MeshMemory } from '../thread/mesh.ts'
import { MAIN_THREAD, type ThreadPlan } from '../thread/plan.ts'
import { allocateFlightRecorder } from './flight-recorder.ts'

export interface ThreadOptions {
  readonly name: string
  /** Index into the CPUs that the process may use; taken modulo their number. Absent: not pinned. */
  readonly cpu?: number
  /** @default looks again for 20 µs, then sleeps */
  readonly idle?: IdleStrategy
}

export interface TopologyOptions {
  /** @default one for each CPU but one, none of them pinned: another process may have been so as well */
  readonly threads?: readonly ThreadOptions[]
  /** @default 65,536: four bytes each in shared memory, and eight in each thread */
  readonly actorsMax?: number
  /** Of each ring between two threads; a record may take an eighth of it. @default 1 MiB */
  readonly ringBytes?: number
}

const isIdle: Check = (where, value) => {
  try {
    checkIdleStrategy(value as IdleStrategy)
  } catch (error) {
    throw new RangeError(`${where}: ${(error as Error).message}`)
  }
}

const THREAD: Readonly<Record<keyof ThreadOptions, Check>> = {
  name: isText,
  cpu: isInteger(0),
  idle: isIdle,
}

export const TOPOLOGY: Readonly<Record<keyof TopologyOptions, Check>> = {
  threads: isListOf(isObjectOf(THREAD, ['name'])),
  actorsMax: isInteger(1, ACTORS_MOST),
  ringBytes: isInteger(1),
}

/** Plain data and shared memory: it can be handed to a worker as it is. */
export interface TopologyMemory {
  /** Of the threads that have actors, by number; the first is 'main'. */
  readonly names: readonly string[]
  /** Of journaled actors; 0: the system has no journal. */
  readonly shards: number
  readonly mesh: MeshMemory & { readonly homes: Homes }
  readonly table: SharedArrayBuffer
  /** How many events of each shard are durable: an i32 each. */
  readonly durable: SharedArrayBuffer
  /** What each of the threads is doing. */
  readonly recorder: SharedArrayBuffer
}

/** The role that decides the order of the log. */
export const SEQUENCER = 'sequencer'
export const shardName = (shard: number): string => `shard-${shard}`

const ACTORS_MAX = 65_536
const RING_BYTES = 1024 * 1024
const DEFAULT_IDLE: IdleStrategy = { kind: 'spin-then-park', spinUs: 20, parkMs: 500 }

/** The plan of the thread that a system is started on. It looks again for as long as an answer from a thread that sleeps takes. */
export const MAIN_PLAN: ThreadPlan = {
  ...{ name: MAIN_THREAD, roles: [MAIN_THREAD] },
  idle: { kind: 'event-loop', spinUs: 50, parkMs: 500 },
}

/** `blockBytesMax`: of the largest message; `shards`: of journaled actors, 0 where there is no journal. */
export function allocateTopology(
  options: TopologyOptions,
  { blockBytesMax, shards }: { readonly blockBytesMax: number; readonly shards: number },
): TopologyMemory {
  const { threads = defaultThreads(), actorsMax = ACTORS_MAX, ringBytes = RING_BYTES } = options
  const names = [MAIN_THREAD, ...threads.map(({ name }) => name)]
  checkNames(names, shards)
  checkRings(names, ringBytes, shards === 0 ? blockBytesMax : blockBytesMax + RELAY_NUMBER_BYTES)
  const pairs = [...threadPairs(names), ...shardPairs(names, shards)]
  const channels = pairs.map(([from, to]) => ({ from, to, capacityBytes: ringBytes }))
  const homes = {
    roles: Array.from({ length: shards }, (_, shard) => shardName(shard)),
    ...{ threads: names, memory: new SharedArrayBuffer(4 * shards) },
  }
  const memory = new Int32Array(homes.memory)
  for (let shard = 0; shard < shards; shard++) memory[shard] = 1 + (shard % threads.length)
  return {
    ...{ names, shards, table: allocateActorTable(actorsMax) },
    recorder: allocateFlightRecorder(names.length),
    durable: new SharedArrayBuffer(4 * shards),
    mesh: { ...allocateMesh(channels, planOf(threads, shards)), homes },
  }
}

/** Shards go round the threads (see homesOf); the sequencer, whose work is the disk's, has one for itself. */
function planOf(threads: readonly ThreadOptions[], shards: number): ThreadPlan[] {
  const workers = threads.map(
    ({ name, cpu, idle = DEFAULT_IDLE }): ThreadPlan => ({
      ...{ name, idle },
      roles: [name],
      ...(cpu === undefined ? {} : { cpu }),
    }),
  )
  if (shards === 0) return workers
  const sequencer = { name: SEQUENCER, roles: [SEQUENCER], idle: DEFAULT_IDLE }
  return [...workers, sequencer]
}

type Pair = readonly [from: string, to: string]

const threadPairs = (names: readonly string[]): Pair[] =>
  names.flatMap((from) => names.filter((to) => to !== from).map((to): Pair => [from, to]))

function shardPairs(names: readonly string[], count: number): Pair[] {
  if (count === 0) return []
  const shards = Array.from({ length: count }, (_, shard) => shardName(shard))
  return [
    ...names.map((thread): Pair => [thread, SEQUENCER]),
    ...shards.flatMap((shard): Pair[] => [
      [SEQUENCER, shard],
      [shard, SEQUENCER],
      ...names.map((thread): Pair => [shard, thread]),
    ]),
  ]
}

/** Where shards are: the thread's number, by shard. To be read and written with Atomics. */
export const homesOf = ({ mesh }: TopologyMemory): Int32Array => new Int32Array(mesh.homes.memory)

/** This thread's ends of all its rings. To be made once a thread. */
export function linksOf(topology: TopologyMemory, thread: number): Links {
  const { names, mesh: memory, table, shards } = topology
  const mesh = new Mesh(memory)
  const self = names[thread]!
  const outgoing: (RingProducer | undefined)[] = []
  const incoming: RingConsumer[] = []
  for (const other of names) {
    outgoing.push(other === self ? undefined : mesh.producer(self, other))
    if (other !== self) incoming.push(mesh.consumer(other, self))
  }
  for (let shard = 0; shard < shards; shard++) incoming.push(mesh.consumer(shardName(shard), self))
  return new Links({
    ...{ thread, outgoing, incoming, table: new ActorTable(table, thread) },
    ...(shards === 0 ? {} : { shards, toSequencer: mesh.producer(self, SEQUENCER) }),
  })
}

function defaultThreads(): ThreadOptions[] {
  const count = Math.max(1, availableParallelism() - 1)
  return Array.from({ length: count }, (_, i) => ({ name: `worker-${i + 1}` }))
}

function checkNames(names: readonly string[], shards: number): void {
  if (names.length < 2) throw new RangeError('no threads: give the system one at least')
  if (shards > SHARDS_MAX) throw new RangeError(`${shards} shards, and ${SHARDS_MAX} are the most`)
  if (names.length > THREADS_MAX) {
    throw new RangeError(`${names.length} threads, and ${THREADS_MAX} are the most: give fewer`)
  }
  for (const [i, name] of names.entries()) {
    if (i > 0 && (name === MAIN_THREAD || name === SEQUENCER || /^shard-\d+$/.test(name))) {
      throw new RangeError(`a thread called '${name}': that name is the engine's own: rename it`)
    }
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
