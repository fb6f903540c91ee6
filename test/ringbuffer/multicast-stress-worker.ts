/**
 * One end of the stress over a small multicast ring: random lengths, random pauses, parking when
 * there is nothing to do. Each reader notes how far it has read before it releases that, so that
 * those behind it can see whether they have overtaken it.
 */

import assert from 'node:assert/strict'
import { parentPort, workerData } from 'node:worker_threads'
import { Doorbell } from '../../ringbuffer/doorbell.ts'
import { MulticastReader } from '../../ringbuffer/multicast/multicast-reader.ts'
import { MulticastProducer } from '../../ringbuffer/multicast/multicast-ring.ts'
import { EMPTY, FULL } from '../../ringbuffer/spsc/spsc-ring.ts'
import { Seeded } from './seeded.ts'
import {
  fold,
  HEAD_BYTES,
  pauseSometimes,
  stressHashOf,
  stressNumberOf,
  writeStressRecord,
} from './stress-record.ts'

export interface MulticastPlan {
  readonly end: 'producer' | 'reader'
  readonly reader: number
  readonly memory: SharedArrayBuffer
  readonly producerBell: SharedArrayBuffer
  readonly readerBells: readonly SharedArrayBuffer[]
  /** By reader: the number of the record that it reads next. */
  readonly progress: SharedArrayBuffer
  readonly behind: readonly number[]
  readonly seed: number
  readonly records: number
  readonly timeoutMs: number
  /** A reader says so after this many records, and stands still. */
  readonly standStillAfter?: number
  /** Joins on the way: the first record may be any. */
  readonly joins?: boolean
}

export interface MulticastReport {
  /** Over number and hash of all records, in order. */
  readonly checksum: number
  readonly firstNumber: number
  readonly parks: number
  /** Parks that ended by the clock: lost wake-ups. */
  readonly timeouts: number
}

/** Looks at a ring before its thread parks: enough that both spinning and parking happen often. */
const SPINS_MAX = 300

const plan = workerData as MulticastPlan
const bells = {
  producerBell: new Doorbell(plan.producerBell),
  readerBells: plan.readerBells.map((memory) => new Doorbell(memory)),
}
const progress = new Int32Array(plan.progress)
const chance = new Seeded(plan.seed)
let checksum = 0
let firstNumber = 0
let parks = 0
let timeouts = 0

const produce = (): void => {
  const producer = new MulticastProducer(plan.memory, bells)
  const restBytesMax = producer.recordBytesMax - 8 - HEAD_BYTES
  for (let number = 0; number < plan.records; number += 1) {
    const payloadBytes = HEAD_BYTES + chance.below(restBytesMax + 1)
    const at = claimOrWait(producer, payloadBytes)
    const hash = writeStressRecord(producer, at, payloadBytes, { number, chance })
    producer.commit(1 + (number % 7))
    checksum = fold(fold(checksum, number), hash)
    if (chance.below(8) === 0) producer.publish()
    pauseSometimes(chance)
  }
  producer.publish()
}

const claimOrWait = (producer: MulticastProducer, payloadBytes: number): number => {
  for (let spins = 0; ; spins += 1) {
    const at = producer.claim(payloadBytes)
    if (at !== FULL) return at
    if (spins < SPINS_MAX) continue
    parks += 1
    if (!producer.waitForRoom(plan.timeoutMs)) timeouts += 1
  }
}

const read = (): void => {
  const reader = new MulticastReader(plan.memory, plan.reader, bells)
  const bell = bells.readerBells[plan.reader]!
  const hasWork = (): boolean => reader.hasWork()
  let spins = 0
  let number = -1
  while (number < plan.records - 1) {
    const at = reader.peek()
    if (at === EMPTY) {
      reader.release()
      spins += 1
      if (spins < SPINS_MAX) continue
      parks += 1
      if (!bell.park(plan.timeoutMs, hasWork)) timeouts += 1
      spins = 0
      continue
    }
    spins = 0
    if (number < 0 && plan.joins === true) {
      firstNumber = stressNumberOf(reader, at)
      number = firstNumber - 1
    }
    number += 1
    look(reader, at, number)
    Atomics.store(progress, plan.reader, number + 1)
    reader.advance()
    if (chance.below(16) === 0) reader.release()
    pauseSometimes(chance)
    if (number + 1 === plan.standStillAfter) standStill(reader)
  }
  reader.release()
}

const look = (reader: MulticastReader, at: number, number: number): void => {
  const where = `seed ${plan.seed}: reader ${plan.reader}: record ${number} at ${at}`
  const hash = stressHashOf(reader, at, reader.payloadBytes)
  const isAsSent = stressNumberOf(reader, at) === number && reader.recordType === 1 + (number % 7)
  if (hash === undefined || !isAsSent) assert.fail(`${where} is not what was sent`)
  for (const leader of plan.behind) {
    const reached = Atomics.load(progress, leader)
    if (reached <= number)
      assert.fail(`${where} was not released by ${leader}: it is at ${reached}`)
  }
  checksum = fold(fold(checksum, number), hash)
}

const standStill = (reader: MulticastReader): void => {
  reader.release()
  parentPort!.postMessage('standing still')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

if (plan.end === 'producer') produce()
else read()
parentPort!.postMessage({ checksum, firstNumber, parks, timeouts } satisfies MulticastReport)
