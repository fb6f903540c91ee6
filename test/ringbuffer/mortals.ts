/** Threads that are terminated in the middle of something, and the ring that they leave. */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { allocateDoorbell, Doorbell } from '../../ringbuffer/doorbell.ts'
import { allocateMpscRing } from '../../ringbuffer/mpsc/allocate-mpsc-ring.ts'
import type { MpscConsumer } from '../../ringbuffer/mpsc/mpsc-ring.ts'
import { allocateRing } from '../../ringbuffer/spsc/allocate-ring.ts'
import { EMPTY, type RingConsumer } from '../../ringbuffer/spsc/spsc-ring.ts'
import type { MortalPlan } from './mortal-worker.ts'
import { fillPayload, payloadBytesOf, type SentRecords, typeOf } from './sent-records.ts'

/** 16 units of 8 bytes, and 4 of them before the ring's end and the wrap of its positions. */
const CAPACITY_BYTES = 128
const START_POSITION = 2 ** 32 - 4
const PRODUCERS_MAX = 2

/** Of the i32 in which a mortal says how far it has come. */
export const DONE = 0
export const BEGUN = 1

export const WORKER = new URL('./mortal-worker.js', import.meta.url)

export interface Stage {
  readonly plan: MortalPlan
  readonly producerBells: readonly Doorbell[]
  readonly consumerBell: Doorbell
}

/** A ring, and a plan for one of its ends that leaves at the first full claim. */
export const stageFor = (ring: 'spsc' | 'mpsc', end: 'producer' | 'consumer'): Stage => {
  const form = { capacityBytes: CAPACITY_BYTES, name: ring, startPosition: START_POSITION }
  const plan: MortalPlan = {
    ring,
    end,
    memory: ring === 'spsc' ? allocateRing(form) : allocateMpscRing({ ...form, producersMax: 2 }),
    progress: new SharedArrayBuffer(8),
    producerBells: Array.from({ length: PRODUCERS_MAX }, allocateDoorbell),
    consumerBell: allocateDoorbell(),
    number: 1,
    firstIndex: 1,
    records: 20,
    waitMs: 1,
    seed: 7,
    payloadBytesMax: CAPACITY_BYTES / 8 - 8,
  }
  const producerBells = plan.producerBells.map((bell) => new Doorbell(bell))
  return { plan, producerBells, consumerBell: new Doorbell(plan.consumerBell) }
}

export interface Death {
  /** It had come to its end before the step at which it was to stop. */
  readonly hasEnded: boolean
  readonly done: number
  readonly begun: number
}

/** Runs the plan up to its stop, lets something else happen, and terminates the thread there. */
export const killAtStop = async (plan: MortalPlan, meanwhile: () => void): Promise<Death> => {
  const worker = new Worker(WORKER, { workerData: plan })
  const [message] = (await once(worker, 'message')) as [string]
  meanwhile()
  await worker.terminate()
  const progress = new Int32Array(plan.progress)
  return { hasEnded: message === 'ended', done: progress[DONE]!, begun: progress[BEGUN]! }
}

/** Up to what is there; each record is looked at. */
export const readAll = (consumer: RingConsumer | MpscConsumer, sent: SentRecords): void => {
  for (let at = consumer.peek(); at !== EMPTY; at = consumer.peek()) {
    const fault = sent.take(consumer, at)
    if (fault !== undefined) assert.fail(fault)
    consumer.advance()
  }
  consumer.release()
}

/** Claims, fills and commits the record of this number and index: false when the ring is full. */
export const send = (
  producer: { readonly bytes: Uint8Array; claim(n: number): number; commit(type: number): void },
  plan: MortalPlan,
  number: number,
  index: number,
): boolean => {
  const payloadBytes = payloadBytesOf(plan, number, index)
  const at = producer.claim(payloadBytes)
  if (at < 0) return false
  fillPayload(producer.bytes, at, payloadBytes, typeOf(number, index))
  producer.commit(typeOf(number, index))
  return true
}
