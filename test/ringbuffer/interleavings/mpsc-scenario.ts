/**
 *   producer 1 ──┐
 *   producer 2 ──┼──▶ RING of 64 or 128 B ──▶ consumer, who checks each record
 *   producer 3 ──┘
 *
 * All park without a timeout, so a wake-up that is lost ends in a state that nothing leaves. A
 * record's type says whose it is and the how manieth of that one, and the payload follows from it.
 *
 * Where producers are mortal, a supervisor's word stands beside the ring: it says who has died, and
 * whose number is free again. The consumer reads it, and the successor waits for it.
 */

import type { MpscConsumer, MpscProducer } from '../../../ringbuffer/mpsc/mpsc-ring.ts'
import type { Scenario } from './explorer.ts'
import type { InstrumentedSource } from './instrument.ts'
import type { ModelAtomics } from './model-atomics.ts'
import type { ModelMemory } from './model-memory.ts'
import { blockOf, labelBell, labelRing } from './ring-labels.ts'
import { type SharedArray, standIns } from './shared-views.ts'
import { ModelFailure, type Role } from './thread-step.ts'

type MpscModule = typeof import('../../../ringbuffer/mpsc/mpsc-ring.ts')
type SpscModule = typeof import('../../../ringbuffer/spsc/spsc-ring.ts')
type DoorbellModule = typeof import('../../../ringbuffer/doorbell.ts')
type AllocateModule = typeof import('../../../ringbuffer/mpsc/allocate-mpsc-ring.ts')
type GaugeModule = typeof import('../../../ringbuffer/mpsc/mpsc-gauge.ts')
type Bell = InstanceType<DoorbellModule['Doorbell']>

/** A number: send a record with so many bytes of payload. */
export type MpscMove = number | 'abort'

export interface MpscPlan {
  readonly capacityBytes: number
  readonly startPosition?: number
  /** Records without payload that lie in the ring when the threads begin; producer 1 sent them. */
  readonly lying?: number
  /** What each producer does, number 1 first. */
  readonly moves: readonly (readonly MpscMove[])[]
  /** Producers that may be killed, once each, and send one record of so many bytes when they return. */
  readonly mortals?: readonly number[]
  readonly returnBytes?: number
  /** The consumer may be killed, once. */
  readonly isConsumerMortal?: boolean
  /** The consumer releases after so many records, or the ring after a quarter. @default 1 */
  readonly batch?: number
  /** A timeout rescues whom a ringer left asleep that died before its notify. @default false */
  readonly hasTimeouts?: boolean
}

const NEVER_MS = Number.POSITIVE_INFINITY
/** Of a record's type: producer times this, plus its number. */
const NUMBERS = 1000
/** Successors count on from here. */
const SUCCESSOR = 100
const LINES = ['form', 'TAIL', 'HEAD', 'ROOM_WAIT', 'RELEASE', "consumer's counters"]
/** The supervisor's word: who has died, and of whom the number is free again. */
const FATES = 0
const DIED_BITS = 0xff
const diedBit = (number: number): number => 1 << number
const settledBit = (number: number): number => 1 << (8 + number)

/** What a supervisor tells the consumer, and hears of it. */
export interface Notices {
  readonly words: SharedArray
  readonly atomics: ModelAtomics
}

const makeNotices = (memory: ModelMemory): Notices => {
  const injected = standIns(memory)
  const make = <T>(name: string, argument: unknown): T =>
    Reflect.construct(injected[name] as () => void, [argument]) as T
  const block = make<SharedArrayBuffer>('SharedArrayBuffer', 8)
  memory.label(blockOf(block).at, () => 'fates')
  return { words: make('Int32Array', block), atomics: injected.Atomics as ModelAtomics }
}

export const stageMpsc = (
  memory: ModelMemory,
  source: InstrumentedSource,
  plan: MpscPlan,
): Scenario => {
  const { Doorbell, allocateDoorbell } = source.module<DoorbellModule>('doorbell')
  const { allocateMpscRing } = source.module<AllocateModule>('mpsc/allocate-mpsc-ring')
  const mpsc = source.module<MpscModule>('mpsc/mpsc-ring')
  const spsc = source.module<SpscModule>('spsc/spsc-ring')
  const { capacityBytes, startPosition = 0, moves, mortals = [] } = plan
  const producersMax = moves.length
  const options = { capacityBytes, name: 'model', startPosition, producersMax }
  const ring = allocateMpscRing(options)
  labelRing(memory, ring, '', LINES)
  const bellOf = (name: string): (() => Bell) => {
    const bell = allocateDoorbell()
    labelBell(memory, bell, `${name}'s bell`)
    return () => new Doorbell(bell)
  }
  const consumerBell = bellOf('consumer')
  const producerBells = moves.map((_, i) => bellOf(`producer ${i + 1}`))
  const notices = makeNotices(memory)
  const producers = moves.map((own, i) => {
    const bells = () => ({ consumerBell: consumerBell(), producerBell: producerBells[i]!() })
    const make = (): MpscProducer => new mpsc.MpscProducer(ring, i + 1, bells())
    return new Producer(i + 1, make, { full: spsc.FULL, plan, moves: own, notices, consumerBell })
  })
  const first = producers[0]!
  for (let n = 0; n < (plan.lying ?? 0); n += 1) first.send(first.ring!, 0)
  const makeConsumer = (): MpscConsumer =>
    new mpsc.MpscConsumer(ring, { producerBells: producerBells.map((make) => make()) })
  const consumer = new Consumer(makeConsumer, consumerBell(), { empty: spsc.EMPTY, plan, notices })
  const atEnd = (): void => {
    const gauge = new (source.module<GaugeModule>('mpsc/mpsc-gauge').MpscGauge)(ring)
    expectEnd('bytes in the ring', gauge.depthBytes, 0)
    if (plan.isConsumerMortal !== true) {
      expectEnd('records released', gauge.recordsOut, consumer.received)
      const isCounted = mortals.length === 0
      if (isCounted) expectEnd('records committed', gauge.recordsIn, consumer.received)
    }
    for (let index = 0; index < capacityBytes / 4; index += 1) {
      expectEnd(`word ${index} of the records`, wordAt(memory, ring, index), 0)
    }
    for (const { number, committedByDead } of producers) {
      if (consumer.lastOfDead[number - 1]! >= committedByDead) continue
      throw new ModelFailure('lost record', `of ${committedByDead} of producer ${number}`)
    }
  }
  return { roles: [...producers, consumer], atEnd }
}

const wordAt = (memory: ModelMemory, ring: SharedArrayBuffer, index: number): number =>
  new Int32Array(memory.arena)[blockOf(ring).at / 4 + (LINES.length * 128) / 4 + index]!

const expectEnd = (what: string, actual: unknown, expected: unknown): void => {
  if (actual === expected) return
  throw new ModelFailure('wrong end', `${what}: ${actual}, expected ${expected}`)
}

const wordOf = (type: number, index: number): number => type * 0x10001 + index * 7

interface ProducerSetting {
  readonly full: number
  readonly plan: MpscPlan
  readonly moves: readonly MpscMove[]
  readonly notices: Notices
  readonly consumerBell: () => Bell
}

class Producer implements Role {
  readonly name: string
  readonly number: number
  ring: MpscProducer | undefined
  sent = 0
  committedByDead = 0
  isMortal: boolean
  phase: 'send' | 'wait' | 'tell' | 'return' = 'send'
  moves: readonly MpscMove[]
  move = 0
  readonly make: () => MpscProducer
  readonly setting: ProducerSetting

  constructor(number: number, make: () => MpscProducer, setting: ProducerSetting) {
    this.name = `producer ${number}`
    this.number = number
    this.make = make
    this.setting = setting
    this.moves = setting.moves
    this.isMortal = setting.plan.mortals?.includes(number) ?? false
    this.ring = make()
  }

  turn(): boolean {
    if (this.phase === 'tell') return this.tell()
    if (this.phase === 'return') return this.return()
    const ring = this.ring!
    if (this.phase === 'wait') {
      ring.waitForRoom(this.setting.plan.hasTimeouts ? 1 : NEVER_MS)
      this.phase = 'send'
      return true
    }
    const move = this.moves[this.move]
    if (move === undefined) {
      // A successor comes in any case: so the consumer knows which record is the last.
      if (this.isMortal) this.succeed()
      else return false
      return true
    }
    const isDone = move === 'abort' ? this.abort(ring) : this.send(ring, move)
    if (isDone) this.move += 1
    else this.phase = 'wait'
    return true
  }

  succeed(): void {
    this.isMortal = false
    this.ring = undefined
    this.committedByDead = this.sent
    this.phase = 'tell'
    this.moves = [this.setting.plan.returnBytes ?? 0]
    this.move = 0
    this.sent = SUCCESSOR
  }

  /** The supervisor has seen the thread's exit. */
  tell(): boolean {
    const { notices, consumerBell } = this.setting
    notices.atomics.or(notices.words, FATES, diedBit(this.number))
    consumerBell().wake()
    this.phase = 'return'
    return true
  }

  return(): boolean {
    const { atomics, words } = this.setting.notices
    const fates = atomics.load(words, FATES)
    if ((fates & settledBit(this.number)) === 0) {
      atomics.wait(words, FATES, fates)
      return true
    }
    this.ring = this.make()
    this.phase = 'send'
    return true
  }

  send(ring: MpscProducer, payloadBytes: number): boolean {
    const at = ring.claim(payloadBytes)
    if (at === this.setting.full) return false
    const type = this.number * NUMBERS + this.sent + 1
    for (let i = 0; i < payloadBytes >> 2; i += 1) {
      ring.view.setInt32(at + 4 * i, wordOf(type, i), true)
    }
    ring.commit(type)
    this.sent += 1
    return true
  }

  abort(ring: MpscProducer): boolean {
    const at = ring.claim(this.setting.plan.capacityBytes === 64 ? 0 : 8)
    if (at === this.setting.full) return false
    if (this.setting.plan.capacityBytes !== 64) ring.view.setInt32(at, -1, true)
    ring.abort()
    return true
  }
}

interface ConsumerSetting {
  readonly empty: number
  readonly plan: MpscPlan
  readonly notices: Notices
}

class Consumer implements Role {
  readonly name = 'consumer'
  ring: MpscConsumer | undefined
  isMortal: boolean
  /** By producer: the number of its last record, that of the last released one, and of the dead. */
  last: number[]
  released: number[]
  lastOfDead: number[]
  mayRepeat = false
  received = 0
  unreleased = 0
  phase: 'read' | 'advance' | 'notices' | 'park' = 'read'
  readonly make: () => MpscConsumer
  readonly bell: Bell
  readonly setting: ConsumerSetting
  readonly hasWork = (): boolean => this.ring!.hasWork() || this.isTold()

  constructor(make: () => MpscConsumer, bell: Bell, setting: ConsumerSetting) {
    this.make = make
    this.bell = bell
    this.setting = setting
    this.ring = make()
    this.isMortal = setting.plan.isConsumerMortal ?? false
    this.last = setting.plan.moves.map(() => 0)
    this.released = [...this.last]
    this.lastOfDead = [...this.last]
  }

  get hasMortals(): boolean {
    return this.setting.plan.mortals !== undefined
  }

  isTold(): boolean {
    const { atomics, words } = this.setting.notices
    return this.hasMortals && (atomics.load(words, FATES) & DIED_BITS) !== 0
  }

  succeed(): void {
    this.isMortal = false
    this.ring = undefined
    this.unreleased = 0
    this.mayRepeat = true
    this.phase = 'read'
  }

  turn(): boolean {
    if (this.ring === undefined) {
      this.ring = this.make()
      const { atomics, words } = this.setting.notices
      if (this.hasMortals) atomics.notify(words, FATES) // a predecessor may have owed it
      return true
    }
    if (this.phase === 'notices') return this.heed(this.ring)
    if (this.phase === 'park') {
      this.bell.park(this.setting.plan.hasTimeouts ? 1 : NEVER_MS, this.hasWork)
      this.phase = 'read'
      return true
    }
    if (this.phase === 'advance') {
      this.ring.advance()
      this.unreleased += 1
      this.phase = 'read'
      return true
    }
    return this.readOne(this.ring)
  }

  readOne(ring: MpscConsumer): boolean {
    if (this.isLast || this.unreleased >= (this.setting.plan.batch ?? 1)) {
      ring.release()
      this.released = [...this.last]
      this.unreleased = 0
      if (this.isLast && ring.peek() === this.setting.empty) {
        ring.release()
        return this.isStillWanted()
      }
      return true
    }
    const at = ring.peek()
    if (at === this.setting.empty) {
      ring.release()
      this.released = [...this.last]
      this.unreleased = 0
      this.phase = this.hasMortals ? 'notices' : 'park'
      return true
    }
    this.take(ring, at)
    // A turn of its own: should it die while it releases, this one has been read all the same.
    this.phase = 'advance'
    return true
  }

  /** Aborted claims may come behind the last record. */
  isStillWanted(): boolean {
    return this.setting.plan.moves.some((own) => own.at(-1) === 'abort')
  }

  /** Of the dead one after the other. Who is not settled yet is asked for again, without parking. */
  heed(ring: MpscConsumer): boolean {
    const { atomics, words } = this.setting.notices
    const died = atomics.load(words, FATES) & DIED_BITS
    this.phase = died === 0 ? 'park' : 'read'
    if (died === 0) return true
    for (let number = 1; number <= this.last.length; number += 1) {
      if ((died & diedBit(number)) === 0 || !ring.unblock(number)) continue
      // At once: a number that has a successor already must not be taken for a dead one's.
      atomics.add(words, FATES, settledBit(number) - diedBit(number))
      atomics.notify(words, FATES)
    }
    return true
  }

  get isLast(): boolean {
    const { moves, mortals = [], lying = 0 } = this.setting.plan
    return moves.every((own, i) => {
      const records = own.filter((move) => move !== 'abort').length + (i === 0 ? lying : 0)
      const wanted = mortals.includes(i + 1) ? SUCCESSOR + 1 : records
      return this.last[i] === wanted
    })
  }

  take(ring: MpscConsumer, at: number): void {
    const { recordType: type, payloadBytes } = ring
    const producer = Math.floor(type / NUMBERS)
    const [number, i] = [type % NUMBERS, producer - 1]
    const last = this.last[i]
    const { mortals = [] } = this.setting.plan
    if (last === undefined) throw new ModelFailure('garbage', `a record of type ${type}`)
    const isRepeated = this.mayRepeat && number <= last && number > this.released[i]!
    const isSuccessor = mortals.includes(producer) && number === SUCCESSOR + 1 && last < SUCCESSOR
    if (isSuccessor) this.lastOfDead[i] = last
    else if (number !== last + 1 && !isRepeated) {
      throw new ModelFailure('wrong order', `record ${type} came behind ${last} of ${producer}`)
    }
    for (let word = 0; word < payloadBytes >> 2; word += 1) {
      const found = ring.view.getInt32(at + 4 * word, true)
      if (found === wordOf(type, word)) continue
      throw new ModelFailure('garbage', `record ${type} holds ${found} in word ${word}`)
    }
    this.last[i] = number
    this.received += 1
  }
}
