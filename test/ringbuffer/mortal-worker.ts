/**
 * One end of a ring, of one producer or of many, that can be stopped before any step in shared
 * memory, and waits there to be terminated. `progress` says how far it has come, for whoever looks
 * after its death: what is behind `done` has happened, what is beyond `begun` has not.
 */

import assert from 'node:assert/strict'
import { parentPort, workerData } from 'node:worker_threads'
import { Doorbell } from '../../ringbuffer/doorbell.ts'
import { MpscConsumer, MpscProducer } from '../../ringbuffer/mpsc/mpsc-ring.ts'
import { EMPTY, FULL, RingConsumer, RingProducer } from '../../ringbuffer/spsc/spsc-ring.ts'
import { BEGUN, DONE } from './mortals.ts'
import { fillPayload, payloadBytesOf, SentRecords, typeOf } from './sent-records.ts'
import { hookSharedSteps } from './shared-steps.ts'

export interface MortalPlan {
  readonly ring: 'spsc' | 'mpsc'
  readonly end: 'producer' | 'consumer'
  readonly memory: SharedArrayBuffer
  /** Two i32, DONE and BEGUN. */
  readonly progress: SharedArrayBuffer
  readonly producerBells: readonly SharedArrayBuffer[]
  readonly consumerBell: SharedArrayBuffer
  /** Of the producer; a consumer reads the records of number 1. */
  readonly number: number
  readonly firstIndex: number
  /** It comes to its end behind these, or when it has waited for room so long. */
  readonly records: number
  readonly waitMs: number
  readonly seed: number
  readonly payloadBytesMax: number
  /** Before which step it stops; none: it is terminated wherever it is. */
  readonly stop?: number
}

const plan = workerData as MortalPlan
const progress = new Int32Array(plan.progress)
const producerBells = plan.producerBells.map((bell) => new Doorbell(bell))
const producerBell = producerBells[plan.number - 1]!
const consumerBell = new Doorbell(plan.consumerBell)

/** Either of the two: one publishes, the other has published when it commits. */
interface Producer {
  readonly bytes: Uint8Array
  claim(payloadBytes: number): number
  commit(type: number): void
  abort(): void
  publish?(): void
  waitForRoom(timeoutMs: number): boolean
}

const produce = (producer: Producer): void => {
  const { firstIndex, records, number } = plan
  for (let index = firstIndex; index < firstIndex + records; index += 1) {
    if (index % 4 === 2) {
      if (claimOrLeave(producer, plan.payloadBytesMax) === FULL) return
      producer.abort()
    }
    const payloadBytes = payloadBytesOf(plan, number, index)
    const at = claimOrLeave(producer, payloadBytes)
    if (at === FULL) return
    fillPayload(producer.bytes, at, payloadBytes, typeOf(number, index))
    progress[BEGUN] = index
    producer.commit(typeOf(number, index))
    if (plan.ring === 'spsc' && index % 3 !== 0) continue
    producer.publish?.()
    progress[DONE] = index
  }
}

const claimOrLeave = (producer: Producer, payloadBytes: number): number => {
  for (;;) {
    const at = producer.claim(payloadBytes)
    if (at !== FULL || !producer.waitForRoom(plan.waitMs)) return at
  }
}

const consume = (consumer: RingConsumer | MpscConsumer): void => {
  const sent = new SentRecords(plan, 1)
  for (let at = consumer.peek(); at !== EMPTY; at = consumer.peek()) {
    const fault = sent.take(consumer, at)
    if (fault !== undefined) assert.fail(fault)
    progress[BEGUN] = sent.count
    consumer.advance()
    if (sent.count % 3 !== 0) continue
    consumer.release()
    progress[DONE] = sent.count
  }
  consumer.release()
  progress[DONE] = sent.count
}

const live = (): void => {
  const { ring, end, memory, number } = plan
  if (end === 'consumer') {
    if (ring === 'mpsc') consume(new MpscConsumer(memory, { producerBells }))
    else consume(new RingConsumer(memory, { producerBell }))
  } else if (ring === 'mpsc') {
    produce(new MpscProducer(memory, number, { producerBell, consumerBell }))
  } else {
    produce(new RingProducer(memory, { producerBell, consumerBell }))
  }
}

let step = 0
if (plan.stop !== undefined) {
  hookSharedSteps(() => {
    if (step === plan.stop) {
      parentPort!.postMessage('stopped')
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    }
    step += 1
  })
}
live()
parentPort!.postMessage('ended')
