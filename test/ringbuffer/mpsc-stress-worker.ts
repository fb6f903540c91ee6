/**
 * One end of the stress over a small ring of many producers: random lengths, random pauses, aborted
 * claims, parking when there is nothing to do.
 */

import assert from 'node:assert/strict'
import { parentPort, workerData } from 'node:worker_threads'
import { Doorbell } from '../../ringbuffer/doorbell.ts'
import { MpscConsumer, MpscProducer } from '../../ringbuffer/mpsc/mpsc-ring.ts'
import { EMPTY, FULL } from '../../ringbuffer/spsc/spsc-ring.ts'
import { Seeded } from './seeded.ts'
import { fillPayload, payloadBytesOf, SentRecords, typeOf } from './sent-records.ts'

export interface MpscStressPlan {
  readonly memory: SharedArrayBuffer
  /** Producers 1 to N; 0 is the consumer. */
  readonly number: number
  readonly producerBells: readonly SharedArrayBuffer[]
  readonly consumerBell: SharedArrayBuffer
  readonly payloadBytesMax: number
  readonly seed: number
  /** Of each producer. */
  readonly records: number
  readonly timeoutMs: number
}

export interface MpscStressReport {
  readonly parks: number
  /** Parks that ended by the clock: lost wake-ups. */
  readonly timeouts: number
}

/** Looks at a ring before its thread parks: enough that both spinning and parking happen often. */
const SPINS_MAX = 300

const plan = workerData as MpscStressPlan
const producerBells = plan.producerBells.map((bell) => new Doorbell(bell))
const consumerBell = new Doorbell(plan.consumerBell)
const chance = new Seeded(plan.seed + plan.number)
let parks = 0
let timeouts = 0
let idleSum = 0

/** Now and then long enough for the other ends to run into their walls and park. */
const pauseSometimes = (): void => {
  if (chance.below(1_000) !== 0) return
  const loops = chance.below(60_000)
  for (let i = 0; i < loops; i += 1) idleSum = Math.imul(idleSum ^ i, 0x01000193)
}

const produce = (): void => {
  const producerBell = producerBells[plan.number - 1]!
  const producer = new MpscProducer(plan.memory, plan.number, { consumerBell, producerBell })
  for (let index = 1; index <= plan.records; index += 1) {
    if (chance.below(20) === 0) {
      claimOrWait(producer, chance.below(plan.payloadBytesMax + 1))
      pauseSometimes()
      producer.abort()
    }
    const payloadBytes = payloadBytesOf(plan, plan.number, index)
    const at = claimOrWait(producer, payloadBytes)
    const type = typeOf(plan.number, index)
    fillPayload(producer.bytes, at, payloadBytes, type)
    pauseSometimes()
    producer.commit(type)
    pauseSometimes()
  }
}

const claimOrWait = (producer: MpscProducer, payloadBytes: number): number => {
  for (let spins = 0; ; spins += 1) {
    const at = producer.claim(payloadBytes)
    if (at !== FULL) return at
    if (spins < SPINS_MAX) continue
    parks += 1
    if (!producer.waitForRoom(plan.timeoutMs)) timeouts += 1
  }
}

const consume = (): void => {
  const consumer = new MpscConsumer(plan.memory, { producerBells })
  const sent = new SentRecords(plan, producerBells.length)
  const hasWork = (): boolean => consumer.hasWork()
  let spins = 0
  while (sent.count < plan.records * producerBells.length) {
    const at = consumer.peek()
    if (at === EMPTY) {
      consumer.release()
      spins += 1
      if (spins < SPINS_MAX) continue
      parks += 1
      if (!consumerBell.park(plan.timeoutMs, hasWork)) timeouts += 1
      spins = 0
      continue
    }
    spins = 0
    const fault = sent.take(consumer, at)
    if (fault !== undefined) assert.fail(`seed ${plan.seed}: ${fault}`)
    consumer.advance()
    if (chance.below(16) === 0) consumer.release()
    pauseSometimes()
  }
  consumer.release()
}

if (plan.number === 0) consume()
else produce()
parentPort!.postMessage({ parks, timeouts } satisfies MpscStressReport)
