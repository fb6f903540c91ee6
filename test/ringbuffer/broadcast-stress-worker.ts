/**
 * One end of the stress over a small broadcast ring. The producer does not look at anybody; readers
 * pause, so that they are lapped in the middle of copies. Each checks that whatever it is shown was
 * sent, and that delivered and missed make up what was sent.
 */

import assert from 'node:assert/strict'
import { parentPort, workerData } from 'node:worker_threads'
import { BroadcastReader } from '../../ringbuffer/broadcast/broadcast-reader.ts'
import { BroadcastProducer } from '../../ringbuffer/broadcast/broadcast-ring.ts'
import { Doorbell } from '../../ringbuffer/doorbell.ts'
import { EMPTY } from '../../ringbuffer/spsc/spsc-ring.ts'
import { Seeded } from './seeded.ts'
import {
  fold,
  HEAD_BYTES,
  pauseSometimes,
  stressHashOf,
  stressNumberOf,
  writeStressRecord,
} from './stress-record.ts'

export interface BroadcastPlan {
  readonly end: 'producer' | 'reader'
  readonly from: 'newest' | 'oldest'
  readonly memory: SharedArrayBuffer
  readonly bells: readonly SharedArrayBuffer[]
  /** Which of the bells is this reader's. */
  readonly bell: number
  /** Counts the readers that have begun: the producer waits for all of them. */
  readonly begun: SharedArrayBuffer
  readonly seed: number
  readonly records: number
  /** The producer pauses once in so many records, for as many looks at the clock. */
  readonly pauseEvery: number
}

export interface BroadcastReport {
  readonly delivered: number
  readonly missed: number
  readonly missedBytes: number
  readonly laps: number
  readonly timeouts: number
}

const plan = workerData as BroadcastPlan
const chance = new Seeded(plan.seed)
const bells = plan.bells.map((memory) => new Doorbell(memory))
const begun = new Int32Array(plan.begun)

const produce = (): BroadcastReport => {
  const producer = new BroadcastProducer(plan.memory, bells)
  while (Atomics.load(begun, 0) < bells.length) Atomics.wait(begun, 0, Atomics.load(begun, 0), 10)
  const restBytesMax = producer.recordBytesMax - 20 - HEAD_BYTES
  for (let number = 0; number < plan.records; number += 1) {
    const payloadBytes = HEAD_BYTES + chance.below(restBytesMax + 1)
    const at = producer.claim(payloadBytes)
    writeStressRecord(producer, at, payloadBytes, { number, chance })
    producer.commit(1 + (number % 7))
    if (chance.below(4) === 0) producer.publish()
    if (chance.below(plan.pauseEvery) === 0) pause()
  }
  producer.publish()
  return { delivered: plan.records, missed: 0, missedBytes: 0, laps: 0, timeouts: 0 }
}

const pause = (): void => {
  const untilMs = performance.now() + chance.below(50) / 1_000
  while (performance.now() < untilMs) checksumOfNothing = fold(checksumOfNothing, 1)
}
let checksumOfNothing = 0

const read = (): BroadcastReport => {
  const reader = new BroadcastReader(plan.memory, { from: plan.from })
  const bell = bells[plan.bell]!
  const hasWork = (): boolean => reader.hasWork()
  Atomics.add(begun, 0, 1)
  Atomics.notify(begun, 0)
  let delivered = 0
  let timeouts = 0
  let last = -1
  while (last < plan.records - 1) {
    const at = reader.peek()
    if (at === EMPTY) {
      if (!bell.park(10_000, hasWork)) timeouts += 1
      continue
    }
    const number = stressNumberOf(reader, at)
    const where = `seed ${plan.seed}: record ${number} after ${last}`
    if (stressHashOf(reader, at, reader.payloadBytes) === undefined) assert.fail(`${where}: torn`)
    if (reader.recordType !== 1 + (number % 7)) assert.fail(`${where}: type ${reader.recordType}`)
    if (reader.recordNumber !== number) assert.fail(`${where}: is called ${reader.recordNumber}`)
    delivered += 1
    if (delivered + reader.missedRecords !== number + 1) {
      assert.fail(`${where}: ${delivered} delivered, ${reader.missedRecords} missed`)
    }
    if (number <= last) assert.fail(`${where}: out of order`)
    last = number
    reader.advance()
    pauseSometimes(chance)
  }
  const { missedRecords: missed, missedBytes, laps } = reader
  return { delivered, missed, missedBytes, laps, timeouts }
}

parentPort!.postMessage(plan.end === 'producer' ? produce() : read())
