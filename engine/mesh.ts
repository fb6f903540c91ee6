/**
 * The rings between roles: one for each ordered pair that talks, and one doorbell for each thread.
 *
 * The main thread allocates the memory; every thread makes its own ends from it. A ring has one producer and one
 * consumer for its whole life: `producer` and `consumer` are each called once, by the thread that the plan says.
 */

import { allocateRing } from '../ringbuffer/allocate-ring.ts'
import { allocateDoorbell, Doorbell } from '../ringbuffer/doorbell.ts'
import { RingGauge } from '../ringbuffer/ring-gauge.ts'
import { RingConsumer, RingProducer } from '../ringbuffer/spsc-ring.ts'
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

  /** The doorbell of the thread on which the role runs. */
  bellOf(role: string): Doorbell {
    return this.bell(threadOf(this.#memory.plan, role))
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
