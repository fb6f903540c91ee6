/** A producer that stops at a stated place, and waits there for whatever the test does to it. */

import { parentPort, workerData } from 'node:worker_threads'
import { Doorbell } from '../../ringbuffer/doorbell.ts'
import { FULL, RingProducer } from '../../ringbuffer/spsc/spsc-ring.ts'

export interface ProducerPlan {
  readonly memory: SharedArrayBuffer
  readonly producerBell: SharedArrayBuffer
  readonly consumerBell: SharedArrayBuffer
  readonly stopAt: 'claimed' | 'written' | 'committed' | 'full'
}

const plan = workerData as ProducerPlan
const producer = new RingProducer(plan.memory, {
  producerBell: new Doorbell(plan.producerBell),
  consumerBell: new Doorbell(plan.consumerBell),
})

const send = (type: number): boolean => {
  const at = producer.claim(16)
  if (at === FULL) return false
  producer.bytes.fill(type, at, at + 16)
  producer.commit(type)
  return true
}

/** Two whole records, then a third as far as was asked for. */
const stopMidway = (): void => {
  send(1)
  send(2)
  producer.publish()
  const at = producer.claim(16)
  if (plan.stopAt !== 'claimed') producer.bytes.fill(3, at, at + 16)
  if (plan.stopAt === 'committed') producer.commit(3)
  parentPort!.postMessage(plan.stopAt)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

const waitForRoom = (): void => {
  let sent = 0
  while (send(1)) sent += 1
  const woken = producer.waitForRoom(30_000)
  const roomAfter = send(2)
  producer.publish()
  parentPort!.postMessage({ sent, woken, roomAfter })
}

if (plan.stopAt === 'full') waitForRoom()
else stopMidway()
