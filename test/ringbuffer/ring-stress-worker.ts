/**
 * One end of the stress over a small ring: random lengths, random pauses, parking when there is
 * nothing to do.
 */

import assert from 'node:assert/strict'
import { parentPort, workerData } from 'node:worker_threads'
import { Doorbell } from '../../ringbuffer/doorbell.ts'
import { EMPTY, FULL, RingConsumer, RingProducer } from '../../ringbuffer/spsc/spsc-ring.ts'
import { Seeded } from './seeded.ts'

export interface StressPlan {
  readonly end: 'producer' | 'consumer'
  readonly memory: SharedArrayBuffer
  readonly producerBell: SharedArrayBuffer
  readonly consumerBell: SharedArrayBuffer
  readonly seed: number
  readonly records: number
  readonly timeoutMs: number
}

export interface StressReport {
  /** Over number, length and payload of all records, in order. */
  readonly checksum: number
  readonly parks: number
  /** Parks that ended by the clock: lost wake-ups. */
  readonly timeouts: number
}

/** Looks at a ring before its thread parks: enough that both spinning and parking happen often. */
const SPINS_MAX = 300
/** Payload: u32 number, u32 hash of the rest, then up to this many random bytes. */
const REST_BYTES_MAX = 48

const plan = workerData as StressPlan
const bells = {
  producerBell: new Doorbell(plan.producerBell),
  consumerBell: new Doorbell(plan.consumerBell),
}
const chance = new Seeded(plan.seed)
let checksum = 0
let parks = 0
let timeouts = 0

const fold = (hash: number, value: number): number => Math.imul(hash ^ value, 0x01000193)

const hashOf = (bytes: Uint8Array, from: number, to: number): number => {
  let hash = to - from
  for (let i = from; i < to; i += 1) hash = fold(hash, bytes[i]!)
  return hash
}

/** Now and then long enough for the other end to run into its wall and park. */
const pauseSometimes = (): void => {
  if (chance.below(2_000) !== 0) return
  const loops = chance.below(60_000)
  for (let i = 0; i < loops; i += 1) checksumOfNothing = fold(checksumOfNothing, i)
}
let checksumOfNothing = 0

const produce = (): void => {
  const producer = new RingProducer(plan.memory, bells)
  for (let number = 0; number < plan.records; number += 1) {
    const restBytes = chance.below(REST_BYTES_MAX + 1)
    const at = claimOrWait(producer, 8 + restBytes)
    const rest = at + 8
    for (let i = rest; i < rest + restBytes; i += 1) producer.bytes[i] = chance.below(256)
    const hash = hashOf(producer.bytes, rest, rest + restBytes)
    producer.view.setUint32(at, number, true)
    producer.view.setInt32(at + 4, hash, true)
    producer.commit(1 + (number % 7))
    checksum = fold(fold(checksum, number), hash)
    if (chance.below(8) === 0) producer.publish()
    pauseSometimes()
  }
  producer.publish()
}

const claimOrWait = (producer: RingProducer, payloadBytes: number): number => {
  for (let spins = 0; ; spins += 1) {
    const at = producer.claim(payloadBytes)
    if (at !== FULL) return at
    if (spins < SPINS_MAX) continue
    parks += 1
    if (!producer.waitForRoom(plan.timeoutMs)) timeouts += 1
  }
}

const consume = (): void => {
  const consumer = new RingConsumer(plan.memory, bells)
  const hasWork = (): boolean => consumer.hasWork()
  let spins = 0
  for (let number = 0; number < plan.records; ) {
    const at = consumer.peek()
    if (at === EMPTY) {
      consumer.release()
      spins += 1
      if (spins < SPINS_MAX) continue
      parks += 1
      if (!bells.consumerBell.park(plan.timeoutMs, hasWork)) timeouts += 1
      spins = 0
      continue
    }
    spins = 0
    const hash = hashOf(consumer.bytes, at + 8, at + consumer.payloadBytes)
    const intact =
      consumer.view.getUint32(at, true) === number &&
      consumer.view.getInt32(at + 4, true) === hash &&
      consumer.recordType === 1 + (number % 7)
    if (!intact) assert.fail(`seed ${plan.seed}: record ${number} at ${at} is not what was sent`)
    checksum = fold(fold(checksum, number), hash)
    consumer.advance()
    if (chance.below(16) === 0) consumer.release()
    pauseSometimes()
    number += 1
  }
  consumer.release()
}

if (plan.end === 'producer') produce()
else consume()
parentPort!.postMessage({ checksum, parks, timeouts } satisfies StressReport)
