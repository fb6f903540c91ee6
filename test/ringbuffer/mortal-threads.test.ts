/**
 * Deaths beside threads that live: who is parked is woken, and who claims goes on. Where each death
 * falls is a matter of chance in the last test; terminate.test.ts has them step by step.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { MpscConsumer } from '../../ringbuffer/mpsc/mpsc-ring.ts'
import { EMPTY, RingConsumer } from '../../ringbuffer/spsc/spsc-ring.ts'
import type { MortalPlan } from './mortal-worker.ts'
import { BEGUN, DONE, readAll, type Stage, stageFor, WORKER } from './mortals.ts'
import { Seeded } from './seeded.ts'
import { indexOf, SentRecords } from './sent-records.ts'
import { dieAt } from './shared-steps.ts'

const BOUND = { timeout: 60_000 }

for (const ring of ['spsc', 'mpsc'] as const) {
  const area = ring === 'spsc' ? 'ring' : ring
  test(
    `${area}: who waits for room of a consumer that died is woken all the same`,
    BOUND,
    async () => {
      for (let stop = 0, isWhole = false; !isWhole; stop += 1) {
        const stage = stageFor(ring, 'producer')
        const plan = { ...stage.plan, records: 42, waitMs: 30_000 }
        const consumer = consumerOf(stage)
        const startMs = performance.now()
        const { worker } = begin(plan)
        let hasEnded = false
        worker.once('message', () => {
          hasEnded = true
        })
        while (!stage.producerBells[0]!.isParked) await sleep(1)
        await sleep(2) // it says so before it sleeps
        isWhole = dieAt(stop, () => readAndRelease(consumer)).isWhole
        const successor = consumerOf(stage)
        // The consumer of many does this itself.
        if (ring === 'spsc') stage.producerBells[0]!.wake()
        assert.notEqual(successor.peek(), EMPTY)
        const sent = new SentRecords(plan, 1, indexOf(successor.recordType) - 1)
        for (; !hasEnded; await sleep(1)) readAll(successor, sent)
        readAll(successor, sent)
        assert.equal(sent.count, plan.records, `died at ${stop}`)
        assert.ok(performance.now() - startMs < 20_000, `died at ${stop}: woken by the clock`)
        assert.ok(stop < 100 && (!isWhole || stop > 9), `${stop} steps`)
      }
    },
  )
}

test('mpsc: producers are terminated at random, and the other goes on', BOUND, async () => {
  const seed = Number(process.env.RING_SEED ?? Date.now() % 1_000_000)
  const chance = new Seeded(seed)
  const stage = stageFor('mpsc', 'producer')
  const consumer = new MpscConsumer(stage.plan.memory, stage)
  const sent = new SentRecords(stage.plan, 2)
  const endless = { ...stage.plan, records: 2 ** 23, waitMs: 5_000 }
  const lives = [1, 2].map((number) => begin({ ...endless, number }))
  const read = async (isEnough: () => boolean): Promise<void> => {
    for (; !isEnough(); await turn()) readAll(consumer, sent)
  }
  for (let death = 1; death <= 40; death += 1) {
    const untilMs = performance.now() + chance.below(30)
    await read(() => performance.now() > untilMs)
    const victim = 1 + chance.below(2)
    const { worker, progress } = lives[victim - 1]!
    let hasExited = false
    worker.once('exit', () => {
      hasExited = true
    })
    void worker.terminate()
    await read(() => hasExited)
    await read(() => consumer.unblock(victim))
    // What the other begins from now on lies behind all that the dead one sent.
    const other = 3 - victim
    const begun = lives[other - 1]!.progress[BEGUN]!
    await read(() => sent.seenOf(other) > begun + 1)
    const seen = sent.seenOf(victim)
    const why = `seed ${seed}, death ${death}: ${seen} arrived of ${progress}`
    assert.ok(seen >= progress[DONE]! && seen <= Math.max(progress[BEGUN]!, seen), why)
    lives[victim - 1] = begin({ ...endless, number: victim, firstIndex: seen + 1 })
  }
  assert.ok(sent.count > 1_000, `seed ${seed}: only ${sent.count} records`)
  for (const { worker } of lives) await worker.terminate()
})

const readAndRelease = (consumer: RingConsumer | MpscConsumer): void => {
  for (let n = 0; n < 3; n += 1) {
    assert.notEqual(consumer.peek(), EMPTY)
    consumer.advance()
  }
  consumer.release()
}

const consumerOf = ({ plan, producerBells }: Stage): RingConsumer | MpscConsumer =>
  plan.ring === 'mpsc'
    ? new MpscConsumer(plan.memory, { producerBells })
    : new RingConsumer(plan.memory, { producerBell: producerBells[0]! })

/** A thread with a progress of its own. */
const begin = (plan: MortalPlan): { readonly worker: Worker; readonly progress: Int32Array } => {
  const progress = new SharedArrayBuffer(8)
  const worker = new Worker(WORKER, { workerData: { ...plan, progress } })
  return { worker, progress: new Int32Array(progress) }
}
