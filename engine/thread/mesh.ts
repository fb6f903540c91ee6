/**
 * The rings between roles: one for each ordered pair that talks, and one doorbell for each thread.
 *
 * The main thread allocates the memory; every thread makes its own ends from it. A ring has one producer and one
 * consumer for its whole life: `producer` and `consumer` are each called once, by the thread that the plan says.
 */

import { allocateDoorbell, type Bell, Doorbell } from '../../ringbuffer/doorbell.ts'
import { allocateRing } from '../../ringbuffer/spsc/allocate-ring.ts'
import { RingGauge } from '../../ringbuffer/spsc/ring-gauge.ts'
import { RingConsumer, RingProducer } from '../../ringbuffer/spsc/spsc-ring.ts'
import { MAIN_THREAD, type ThreadPlan, threadOf } from './plan.ts'

export interface Channel {
  readonly from: string
  readonly to: string
  readonly capacityBytes: number
}

/** Plain data and shared memory: it can be handed to a worker as it is. */
export interface MeshMemory {
  readonly plan: readonly ThreadPlan[]
  readonly rings: ReadonlyMap<string, SharedArrayBuffer>
  readonly bells: ReadonlyMap<string, SharedArrayBuffer>
  /** Of roles that may go to another thread while they live. @default none */
  readonly homes?: Homes
}

/** Where movable roles are: an i32 each, the index of its thread among `threads`. */
export interface Homes {
  readonly roles: readonly string[]
  readonly threads: readonly string[]
  readonly memory: SharedArrayBuffer
}

const ringName = (from: string, to: string): string => `${from}→${to}`

export function allocateMesh(
  channels: readonly Channel[],
  plan: readonly ThreadPlan[],
): MeshMemory {
  const threads = [MAIN_THREAD, ...plan.map((thread) => thread.name)]
  return {
    plan,
    bells: new Map(threads.map((name) => [name, allocateDoorbell()])),
    rings: new Map(
      channels.map(({ from, to, capacityBytes }) => {
        const name = ringName(from, to)
        return [name, allocateRing({ capacityBytes, name })]
      }),
    ),
  }
}

export class Mesh {
  readonly #memory: MeshMemory
  readonly #bells = new Map<string, Doorbell>()

  constructor(memory: MeshMemory) {
    this.#memory = memory
  }

  producer(from: string, to: string): RingProducer {
    return new RingProducer(this.#ring(from, to), {
      consumerBell: this.bellOf(to),
      producerBell: this.bellOf(from),
    })
  }

  consumer(from: string, to: string): RingConsumer {
    return new RingConsumer(this.#ring(from, to), { producerBell: this.bellOf(from) })
  }

  /** The doorbell of the thread on which the role runs, now or whenever it is rung. */
  bellOf(role: string): Bell {
    const { homes, plan } = this.#memory
    const movable = homes?.roles.indexOf(role) ?? -1
    if (homes === undefined || movable < 0) return this.bell(threadOf(plan, role))
    const bells = homes.threads.map((thread) => this.bell(thread))
    return new MovedBell(new Int32Array(homes.memory), movable, bells)
  }

  bell(thread: string): Doorbell {
    const known = this.#bells.get(thread)
    if (known !== undefined) return known
    const memory = this.#memory.bells.get(thread)
    if (memory === undefined) throw new Error(`no thread '${thread}' in this plan`)
    const bell = new Doorbell(memory)
    this.#bells.set(thread, bell)
    return bell
  }

  /** Fill levels of all rings by name, for metrics: reading them disturbs nobody. */
  gauges(): ReadonlyMap<string, RingGauge> {
    return new Map([...this.#memory.rings].map(([name, memory]) => [name, new RingGauge(memory)]))
  }

  #ring(from: string, to: string): SharedArrayBuffer {
    const memory = this.#memory.rings.get(ringName(from, to))
    if (memory === undefined) throw new Error(`no channel '${ringName(from, to)}' in this topology`)
    return memory
  }
}

/**
 * The bell of a role that moves. Whoever takes the role over says so first and looks into its rings then; whoever rings has
 * published first and asks then where the role is: at least one of them sees the other.
 */
class MovedBell implements Bell {
  readonly #homes: Int32Array
  readonly #index: number
  readonly #bells: readonly Doorbell[]

  constructor(homes: Int32Array, index: number, bells: readonly Doorbell[]) {
    this.#homes = homes
    this.#index = index
    this.#bells = bells
  }

  ring(): void {
    this.#bells[Atomics.load(this.#homes, this.#index)]!.ring()
  }

  park(timeoutMs: number, hasWork: () => boolean): boolean {
    return this.#bells[Atomics.load(this.#homes, this.#index)]!.park(timeoutMs, hasWork)
  }
}
