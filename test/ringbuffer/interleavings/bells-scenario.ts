/**
 * Threads with several things to wait for, and one doorbell each:
 *
 *   two rings      left ──▶ RING ──┐
 *                                  ├──▶ reader, who parks with an eye on both
 *                  right ─▶ RING ──┘
 *
 *   there and back     asker ── question ──▶ RING ──▶ echo
 *                      asker ◀── RING ◀── answer ──── echo
 *
 * A thread that waits for room goes on reading meanwhile, as the rings ask for (spsc-ring.ts).
 */

import type { RingConsumer, RingProducer } from '../../../ringbuffer/spsc/spsc-ring.ts'
import type { Scenario } from './explorer.ts'
import type { InstrumentedSource } from './instrument.ts'
import type { ModelMemory } from './model-memory.ts'
import { labelBell, labelRing } from './ring-labels.ts'
import { type ProducerMove, SpscProducer } from './spsc-scenario.ts'
import { ModelFailure, type Role } from './thread-step.ts'

type SpscModule = typeof import('../../../ringbuffer/spsc/spsc-ring.ts')
type DoorbellModule = typeof import('../../../ringbuffer/doorbell.ts')
type AllocateModule = typeof import('../../../ringbuffer/spsc/allocate-ring.ts')
type Bell = InstanceType<DoorbellModule['Doorbell']>

const NEVER_MS = Number.POSITIVE_INFINITY
const HEADER_ONLY = 0

/** The rings of a scenario, and who reaches which doorbell. */
class Stage {
  readonly spsc: SpscModule
  readonly #memory: ModelMemory
  readonly #allocate: AllocateModule
  readonly #doorbell: DoorbellModule

  constructor(memory: ModelMemory, source: InstrumentedSource) {
    this.#memory = memory
    this.spsc = source.module('spsc/spsc-ring')
    this.#allocate = source.module('spsc/allocate-ring')
    this.#doorbell = source.module('doorbell')
  }

  ring(name: string, startPosition: number): SharedArrayBuffer {
    const ring = this.#allocate.allocateRing({ capacityBytes: 64, name, startPosition })
    labelRing(this.#memory, ring, name)
    return ring
  }

  /** Makes a Doorbell over one memory, for one thread each time. */
  bell(name: string): () => Bell {
    const memory = this.#doorbell.allocateDoorbell()
    labelBell(this.#memory, memory, `${name}'s bell`)
    return () => new this.#doorbell.Doorbell(memory)
  }
}

export interface TwoRingsPlan {
  readonly left: readonly ProducerMove[]
  readonly right: readonly ProducerMove[]
  readonly startPosition?: number
}

export const stageTwoRings = (
  memory: ModelMemory,
  source: InstrumentedSource,
  plan: TwoRingsPlan,
): Scenario => {
  const stage = new Stage(memory, source)
  const readerBell = stage.bell('reader')
  const ends = (['left', 'right'] as const).map((name) => {
    const ring = stage.ring(name, plan.startPosition ?? 0)
    const bell = stage.bell(name)
    const make = (): RingProducer =>
      new stage.spsc.RingProducer(ring, { consumerBell: readerBell(), producerBell: bell() })
    const producer = new SpscProducer(make, stage.spsc, { moves: plan[name] }, name)
    producer.prepare([])
    return { producer, consumer: new stage.spsc.RingConsumer(ring, { producerBell: bell() }) }
  })
  const records = [...plan.left, ...plan.right].filter((move) => typeof move === 'number').length
  const consumers = ends.map(({ consumer }) => consumer)
  const reader = new Reader(consumers, readerBell(), stage.spsc, records)
  const atEnd = (): void => {
    const sent = ends.map(({ producer }) => producer.sent).join()
    if (reader.last.join() === sent) return
    throw new ModelFailure('wrong end', `read ${reader.last}, but ${sent} were sent`)
  }
  return { roles: [...ends.map(({ producer }) => producer), reader], atEnd }
}

/** Reads what is there in turn, one record of each ring. */
class Reader implements Role {
  readonly name = 'reader'
  last: number[]
  left: number
  next = 0
  found = 0
  readonly rings: readonly RingConsumer[]
  readonly bell: Bell
  readonly spsc: SpscModule
  readonly hasWork = (): boolean => this.rings.some((ring) => ring.hasWork())

  constructor(rings: readonly RingConsumer[], bell: Bell, spsc: SpscModule, records: number) {
    this.rings = rings
    this.bell = bell
    this.spsc = spsc
    this.left = records
    this.last = rings.map(() => 0)
  }

  turn(): boolean {
    if (this.next === this.rings.length) {
      if (this.left === 0) return false
      if (this.found === 0) this.bell.park(NEVER_MS, this.hasWork)
      this.next = 0
      this.found = 0
      return true
    }
    const ring = this.rings[this.next]!
    if (ring.peek() !== this.spsc.EMPTY) {
      expectNext(ring.recordType, this.last[this.next]! + 1)
      this.last[this.next] = ring.recordType
      ring.advance()
      this.left -= 1
      this.found += 1
    }
    ring.release()
    this.next += 1
    return true
  }
}

export interface ThereAndBackPlan {
  /** Seven of eight records lie in the ring there, or in the one back: none is a question. */
  readonly full: readonly ('there' | 'back')[]
  readonly questions: number
  readonly startPosition?: number
}

const LYING = 7

export const stageThereAndBack = (
  memory: ModelMemory,
  source: InstrumentedSource,
  plan: ThereAndBackPlan,
): Scenario => {
  const stage = new Stage(memory, source)
  const { spsc } = stage
  const { startPosition = 0, full } = plan
  const [askerBell, echoBell] = [stage.bell('asker'), stage.bell('echo')]
  const endsOf = (name: 'there' | 'back', from: () => Bell, to: () => Bell) => {
    const ring = stage.ring(name, startPosition)
    const producer = new spsc.RingProducer(ring, { producerBell: from(), consumerBell: to() })
    for (let n = 1; n <= (full.includes(name) ? LYING : 0); n += 1) {
      producer.claim(HEADER_ONLY)
      producer.commit(n)
    }
    producer.publish()
    return { producer, consumer: new spsc.RingConsumer(ring, { producerBell: from() }) }
  }
  const there = endsOf('there', askerBell, echoBell)
  const back = endsOf('back', echoBell, askerBell)
  const [lyingThere, lyingBack] = [
    full.includes('there') ? LYING : 0,
    full.includes('back') ? LYING : 0,
  ]
  const asker = new Duplex('asker', there.producer, back.consumer, {
    spsc,
    bell: askerBell(),
    sent: lyingThere,
    toSend: plan.questions,
    toRead: plan.questions + lyingBack,
  })
  const echo = new Duplex('echo', back.producer, there.consumer, {
    spsc,
    bell: echoBell(),
    sent: lyingBack,
    toSend: 0,
    toRead: lyingThere + plan.questions,
  })
  echo.answersBehind = lyingThere
  return { roles: [asker, echo], atEnd: () => undefined }
}

interface DuplexPlan {
  readonly spsc: SpscModule
  readonly bell: Bell
  readonly sent: number
  readonly toSend: number
  readonly toRead: number
}

/** Sends what it has to, and reads what is there meanwhile; an echo answers questions. */
class Duplex implements Role {
  readonly name: string
  answersBehind = Number.POSITIVE_INFINITY
  sent: number
  toSend: number
  read = 0
  hasRead = true
  phase: 'read' | 'send' | 'park' = 'read'
  readonly toRead: number
  readonly out: RingProducer
  readonly inbox: RingConsumer
  readonly bell: Bell
  readonly spsc: SpscModule
  readonly mayGoOn = (): boolean => (this.toSend > 0 && !this.out.isBlocked) || this.inbox.hasWork()

  constructor(name: string, out: RingProducer, inbox: RingConsumer, plan: DuplexPlan) {
    this.name = name
    this.out = out
    this.inbox = inbox
    this.spsc = plan.spsc
    this.bell = plan.bell
    this.sent = plan.sent
    this.toSend = plan.toSend
    this.toRead = plan.toRead
  }

  turn(): boolean {
    if (this.phase === 'park') this.bell.park(NEVER_MS, this.mayGoOn)
    else if (this.phase === 'read') return this.takeOne()
    else return this.sendOne()
    this.phase = 'read'
    return true
  }

  takeOne(): boolean {
    this.hasRead = this.inbox.peek() !== this.spsc.EMPTY
    if (this.hasRead) {
      expectNext(this.inbox.recordType, this.read + 1)
      this.inbox.advance()
      this.read += 1
      if (this.read > this.answersBehind) this.toSend += 1
    }
    this.inbox.release()
    this.phase = 'send'
    return true
  }

  sendOne(): boolean {
    if (this.toSend === 0) {
      if (this.read === this.toRead) return false
      this.phase = this.hasRead ? 'read' : 'park'
      return true
    }
    if (this.out.claim(HEADER_ONLY) === this.spsc.FULL) {
      this.phase = this.hasRead ? 'read' : 'park'
      return true
    }
    this.sent += 1
    this.toSend -= 1
    this.out.commit(this.sent)
    this.out.publish()
    this.phase = 'read'
    return true
  }
}

const expectNext = (number: number, expected: number): void => {
  if (number === expected) return
  throw new ModelFailure('wrong order', `record ${number} came in the place of ${expected}`)
}
