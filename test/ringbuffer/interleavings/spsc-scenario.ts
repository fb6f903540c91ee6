/**
 *   producer ── numbered records ──▶ RING of 64 or 128 B ──▶ consumer, who checks each of them
 *
 * Both park without a timeout, so a wake-up that is lost ends in a state that nothing leaves.
 * Records are numbered from 1 on; the number is the type, and the payload follows from it.
 */

import type { RingConsumer, RingProducer } from '../../../ringbuffer/spsc/spsc-ring.ts'
import type { Scenario } from './explorer.ts'
import type { InstrumentedSource } from './instrument.ts'
import { ENDLESS_MS } from './model-atomics.ts'
import type { ModelMemory } from './model-memory.ts'
import { labelBell, labelRing } from './ring-labels.ts'
import { ModelFailure, type Role } from './thread-step.ts'

type SpscModule = typeof import('../../../ringbuffer/spsc/spsc-ring.ts')
type DoorbellModule = typeof import('../../../ringbuffer/doorbell.ts')
type AllocateModule = typeof import('../../../ringbuffer/spsc/allocate-ring.ts')
type GaugeModule = typeof import('../../../ringbuffer/spsc/ring-gauge.ts')

/** A number: send a record with so many bytes of payload. Append: one record of 8, as a whole. */
export type ProducerMove = number | 'append' | 'abort' | 'publish'

/** 'In turn': asleep as a whole the first time, in the event loop the second, and so on. */
export type Waits = 'park' | 'with a timeout' | 'event loop' | 'sooner each time' | 'in turn'

export interface SpscPlan {
  readonly capacityBytes: number
  readonly startPosition?: number
  /** Payload bytes of records that lie in the ring when the threads begin. @default none */
  readonly lying?: readonly number[]
  /** Must end with 'publish'. */
  readonly moves: readonly ProducerMove[]
  /** The consumer releases after so many records, or the ring after a quarter. @default 1 */
  readonly batch?: number
  /** The consumer reads all that lies in a row as one run. @default false */
  readonly readsRuns?: boolean
  /** How the consumer waits. @default 'park' */
  readonly waits?: Waits
  /** Other events of the consumer's loop: so often it is called before it is rung. @default 0 */
  readonly events?: number
  /** The producer may be killed, once, at any point; its successor makes these moves. */
  readonly successorMoves?: readonly ProducerMove[]
}

/** The successor's numbers begin behind this. */
const SUCCESSOR = 100
/** Of a record that is appended. */
const RECORD_BYTES = 16
const HEADER_BYTES = 8
const WAITS_MAX = 100
const NEVER_MS = Number.POSITIVE_INFINITY

export const stageSpsc = (
  memory: ModelMemory,
  source: InstrumentedSource,
  plan: SpscPlan,
): Scenario => {
  const { allocateRing } = source.module<AllocateModule>('spsc/allocate-ring')
  const { RingGauge } = source.module<GaugeModule>('spsc/ring-gauge')
  const { Doorbell, allocateDoorbell } = source.module<DoorbellModule>('doorbell')
  const spsc = source.module<SpscModule>('spsc/spsc-ring')
  const { capacityBytes, startPosition = 0, lying = [] } = plan
  const ring = allocateRing({ capacityBytes, name: 'model', startPosition })
  const bells = { producerBell: allocateDoorbell(), consumerBell: allocateDoorbell() }
  labelRing(memory, ring)
  labelBell(memory, bells.producerBell, "producer's bell")
  labelBell(memory, bells.consumerBell, "consumer's bell")
  /** A thread makes its own: nothing but shared memory is shared. */
  const makeBells = () => ({
    producerBell: new Doorbell(bells.producerBell),
    consumerBell: new Doorbell(bells.consumerBell),
  })
  const producer = new SpscProducer(() => new spsc.RingProducer(ring, makeBells()), spsc, plan)
  producer.prepare(lying)
  const own = makeBells()
  const consumer = new SpscConsumer(new spsc.RingConsumer(ring, own), own.consumerBell, spsc, plan)
  const atEnd = (): void => {
    const gauge = new RingGauge(ring)
    expectEnd('bytes in the ring', gauge.depthBytes, 0)
    expectEnd('unpublished', producer.ring?.hasUnpublished, false)
    expectEnd('last record', consumer.last, producer.sent)
    expectEnd('records released', gauge.recordsOut, consumer.received)
    if (producer.isMortal) expectEnd('records published', gauge.recordsIn, consumer.received)
    if (consumer.lastOfDead < producer.publishedByDead) {
      throw new ModelFailure('lost record', `of ${producer.publishedByDead} that were published`)
    }
  }
  return { roles: [producer, consumer], atEnd }
}

const expectEnd = (what: string, actual: unknown, expected: unknown): void => {
  if (actual === expected) return
  throw new ModelFailure('wrong end', `${what}: ${actual}, expected ${expected}`)
}

const wordOf = (number: number, index: number): number => number * 0x10001 + index * 7

export class SpscProducer implements Role {
  readonly name: string
  ring: RingProducer | undefined
  sent = 0
  isMortal: boolean
  publishedByDead = 0
  moves: readonly ProducerMove[]
  move = 0
  published = 0
  isFull = false
  readonly make: () => RingProducer
  readonly spsc: SpscModule
  readonly successorMoves: readonly ProducerMove[]

  constructor(
    make: () => RingProducer,
    spsc: SpscModule,
    plan: Pick<SpscPlan, 'moves' | 'successorMoves'>,
    name = 'producer',
  ) {
    this.name = name
    this.make = make
    this.spsc = spsc
    this.moves = plan.moves
    this.isMortal = plan.successorMoves !== undefined
    this.successorMoves = plan.successorMoves ?? []
  }

  prepare(lying: readonly number[]): void {
    this.ring = this.make()
    for (const payloadBytes of lying) this.send(this.ring, payloadBytes)
    this.ring.publish()
    this.published = lying.length
  }

  turn(): boolean {
    if (this.ring === undefined) {
      this.ring = this.make()
      return true
    }
    if (this.isFull) {
      this.ring.waitForRoom(NEVER_MS)
      this.isFull = false
      return true
    }
    const move = this.moves[this.move]
    if (move === undefined) {
      // A successor comes in any case: so the consumer knows which record is the last.
      if (this.isMortal) this.succeed()
      else return false
      return true
    }
    if (move === 'publish') {
      this.ring.publish()
      this.published = this.sent
    } else if (move === 'abort') {
      this.abort(this.ring)
    } else if (!(move === 'append' ? this.append(this.ring) : this.send(this.ring, move))) {
      this.isFull = true
      this.published = this.sent
      return true
    }
    this.move += 1
    return true
  }

  succeed(): void {
    this.isMortal = false
    this.ring = undefined
    this.publishedByDead = this.published
    this.moves = this.successorMoves
    this.move = 0
    this.sent = SUCCESSOR
    this.isFull = false
  }

  send(ring: RingProducer, payloadBytes: number): boolean {
    const at = ring.claim(payloadBytes)
    if (at === this.spsc.FULL) return false
    const number = this.sent + 1
    for (let i = 0; i < payloadBytes >> 2; i += 1) {
      ring.view.setInt32(at + 4 * i, wordOf(number, i), true)
    }
    ring.commit(number)
    this.sent = number
    return true
  }

  append(ring: RingProducer): boolean {
    if (ring.appendableBytes < RECORD_BYTES) return this.send(ring, RECORD_BYTES - HEADER_BYTES)
    const number = this.sent + 1
    const words = [RECORD_BYTES, number, wordOf(number, 0), wordOf(number, 1)]
    ring.append(new Uint8Array(Int32Array.from(words).buffer), 0, RECORD_BYTES, 1)
    this.sent = number
    return true
  }

  abort(ring: RingProducer): void {
    const at = ring.claim(8)
    if (at === this.spsc.FULL) return
    ring.view.setInt32(at, -1, true)
    ring.abort()
  }
}

class SpscConsumer implements Role {
  readonly name = 'consumer'
  last = 0
  lastOfDead = 0
  received = 0
  unreleased = 0
  isEmpty = false
  waits = 0
  eventsLeft: number
  readonly ring: RingConsumer
  readonly bell: InstanceType<DoorbellModule['Doorbell']>
  readonly spsc: SpscModule
  readonly plan: SpscPlan
  readonly hasWork = (): boolean => this.ring.hasWork()

  constructor(
    ring: RingConsumer,
    bell: InstanceType<DoorbellModule['Doorbell']>,
    spsc: SpscModule,
    plan: SpscPlan,
  ) {
    this.ring = ring
    this.bell = bell
    this.spsc = spsc
    this.plan = plan
    this.eventsLeft = plan.events ?? 0
  }

  turn(): boolean | Promise<void> {
    if (this.isEmpty) {
      this.isEmpty = false
      return this.wait()
    }
    const { batch = 1 } = this.plan
    if (this.isLast || this.unreleased >= batch) {
      this.ring.release()
      this.unreleased = 0
      return !this.isLast
    }
    const at = this.plan.readsRuns ? this.takeRun() : this.takeOne()
    if (at !== this.spsc.EMPTY) return true
    this.ring.release()
    this.unreleased = 0
    this.isEmpty = true
    return true
  }

  onEvent(): void {
    this.eventsLeft -= 1
  }

  wait(): true | Promise<void> {
    const { waits = 'park' } = this.plan
    if (waits === 'sooner each time' || waits === 'in turn') this.waits += 1
    if (waits === 'park' || (waits === 'in turn' && this.waits % 2 === 1)) {
      this.bell.park(NEVER_MS, this.hasWork)
      return true
    }
    if (waits === 'with a timeout') {
      this.bell.park(1, this.hasWork)
      return true
    }
    const timeoutMs =
      waits === 'sooner each time' ? (WAITS_MAX - this.waits) * ENDLESS_MS : NEVER_MS
    return this.bell.parkInEventLoop(timeoutMs, this.hasWork) ?? true
  }

  takeOne(): number {
    const at = this.ring.peek()
    if (at === this.spsc.EMPTY) return at
    this.take(at, this.ring.recordType, this.ring.payloadBytes)
    this.ring.advance()
    return at
  }

  takeRun(): number {
    const at = this.ring.peekRun(this.plan.capacityBytes, Number.POSITIVE_INFINITY)
    if (at === this.spsc.EMPTY) return at
    const { view, runBytes } = this.ring
    for (let next = at; next < at + runBytes; ) {
      const recordBytes = view.getInt32(next, true)
      this.take(next + HEADER_BYTES, view.getInt32(next + 4, true), recordBytes - HEADER_BYTES)
      next += (recordBytes + 7) & -8
    }
    this.ring.advanceRun()
    return at
  }

  get isLast(): boolean {
    const { lying = [], moves, successorMoves } = this.plan
    const before = successorMoves === undefined ? lying.length : SUCCESSOR
    const isRecord = (move: ProducerMove): boolean => move !== 'publish' && move !== 'abort'
    return this.last === before + (successorMoves ?? moves).filter(isRecord).length
  }

  take(at: number, number: number, payloadBytes: number): void {
    const mayBeSuccessor = this.plan.successorMoves !== undefined && this.last < SUCCESSOR
    if (number === SUCCESSOR + 1 && mayBeSuccessor) this.lastOfDead = this.last
    else if (number !== this.last + 1) {
      throw new ModelFailure('wrong order', `record ${number} came behind ${this.last}`)
    }
    for (let i = 0; i < payloadBytes >> 2; i += 1) {
      const word = this.ring.view.getInt32(at + 4 * i, true)
      if (word === wordOf(number, i)) continue
      throw new ModelFailure('garbage', `record ${number} holds ${word} in word ${i}`)
    }
    this.last = number
    this.received += 1
    this.unreleased += 1
  }
}
