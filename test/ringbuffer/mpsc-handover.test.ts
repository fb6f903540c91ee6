/**
 * The order in which the ring of many producers and the doorbells touch what threads share, and who
 * is woken. As in handover-order.test.ts: what is lost in a window of nanoseconds no stress hits.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { intentIndex, RELEASE_INDEX, ROOM_WAIT_INDEX } from '../../ringbuffer/mpsc/mpsc-layout.ts'
import { HEAD_INDEX, TAIL_INDEX } from '../../ringbuffer/ring-layout.ts'
import { EMPTY, FULL } from '../../ringbuffer/spsc/spsc-ring.ts'
import { MpscBench } from './mpsc-script.ts'
import { dieAt, hookSharedSteps } from './shared-steps.ts'

const CAPACITY_BYTES = 64
const WORDS = new Map([
  [TAIL_INDEX, 'TAIL'],
  [HEAD_INDEX, 'HEAD'],
  [ROOM_WAIT_INDEX, 'ROOM_WAIT'],
  [RELEASE_INDEX, 'RELEASE'],
])

/** What `play` does to shared memory: 'length' for a record's, 'bell' for a doorbell's. */
const trace = (bench: MpscBench, play: () => void): string[] => {
  const seen: string[] = []
  const intent = intentIndex(bench.gauge.capacityBytes, 1)
  const unhook = hookSharedSteps((name, { buffer }, index) => {
    const word = index === intent ? 'INTENT' : (WORDS.get(Number(index)) ?? 'length')
    if (['fill', 'setInt32', 'getInt32'].includes(name)) seen.push(name)
    else seen.push(`${name} ${buffer === bench.memory ? word : 'bell'}`)
  })
  play()
  unhook()
  return seen
}

const fill = (bench: MpscBench, number = 3): void => {
  for (let n = 0; n < 8; n += 1) {
    assert.notEqual(bench.producer(number).claim(0), FULL)
    bench.producer(number).commit(1)
  }
}

const readAll = ({ consumer }: MpscBench): void => {
  while (consumer.peek() !== EMPTY) consumer.advance()
  consumer.release()
}

const CLAIM = ['load TAIL', 'store INTENT', 'compareExchange TAIL', 'store length']

test('mpsc: a claim says where before it takes, and whose it is right after', () => {
  const bench = new MpscBench({ capacityBytes: CAPACITY_BYTES })
  assert.deepEqual(
    trace(bench, () => bench.producer(1).claim(0)),
    CLAIM,
  )
})

test('mpsc: commit stores the length after the type, and looks at the bell last', () => {
  const bench = new MpscBench({ capacityBytes: CAPACITY_BYTES })
  bench.producer(1).claim(0)
  const seen = trace(bench, () => bench.producer(1).commit(1))
  assert.deepEqual(seen, ['setInt32', 'store length', 'store INTENT', 'load bell'])
})

test('mpsc: padding is rung for: what lies behind it may have been rung for too early', () => {
  const bench = new MpscBench({ capacityBytes: 128, startPosition: 15 })
  const seen = trace(bench, () => bench.producer(1).claim(8))
  assert.deepEqual(seen.slice(2, 5), ['compareExchange TAIL', 'store length', 'load bell'])
})

test('mpsc: release says how far, zeroes, stores HEAD, and looks for who waits then', () => {
  const bench = new MpscBench({ capacityBytes: CAPACITY_BYTES })
  fill(bench)
  bench.play('1 claim 0 → full\n 2 claim 0 → full\n peek → 8 type 1 × 0\n advance')
  const seen = trace(bench, () => bench.consumer.release())
  const before = ['load TAIL', 'store RELEASE', 'fill', 'store HEAD']
  const woken = ['load ROOM_WAIT', 'exchange ROOM_WAIT', 'load bell', 'load bell']
  assert.deepEqual(seen, [...before, ...woken])
})

test('mpsc: a producer that finds it full says so first and looks again then', () => {
  const bench = new MpscBench({ capacityBytes: CAPACITY_BYTES })
  fill(bench)
  const seen = trace(bench, () => bench.producer(1).claim(0))
  assert.deepEqual(seen, ['load TAIL', 'load HEAD', 'or ROOM_WAIT', 'load HEAD', 'store INTENT'])
})

test('mpsc: a release at any step of a claim before a full ring lets it in or unblocks it', () => {
  for (let step = 0; step <= 6; step += 1) {
    const bench = new MpscBench({ capacityBytes: CAPACITY_BYTES })
    fill(bench)
    const producer = bench.producer(1)
    let at = FULL
    const claim = (): void => {
      at = producer.claim(0)
    }
    const { steps } = dieAt(99, claim, (taken) => taken === step && readAll(bench))
    if (steps.length <= step) readAll(bench)
    assert.ok(at !== FULL || !producer.isBlocked, `released at ${step}, and still blocked`)
  }
})

test('mpsc: a full claim at any step of a release is let in, or unblocked by it', () => {
  for (let step = 0; step <= 8; step += 1) {
    const bench = new MpscBench({ capacityBytes: CAPACITY_BYTES })
    fill(bench)
    bench.play('peek → 8 type 1 × 0\n advance')
    const producer = bench.producer(1)
    let at = FULL
    dieAt(
      99,
      () => bench.consumer.release(),
      (taken) => {
        if (taken === step) at = producer.claim(0)
      },
    )
    const isAsked = bench.gauge.fullCount > 0
    assert.ok(at !== FULL || !isAsked || !producer.isBlocked, `claimed at ${step}, and blocked`)
  }
})

test('mpsc: reading looks at one word of each record, and at TAIL once for a release', () => {
  const bench = new MpscBench({ capacityBytes: 1024 })
  for (let n = 0; n < 4; n += 1) bench.play(`1 claim 8 → ${8 + 16 * n}\n 1 commit 1`)
  const record = ['load length', 'getInt32']
  const end = ['load length', 'load TAIL', 'store RELEASE', 'fill', 'store HEAD', 'load ROOM_WAIT']
  const seen = trace(bench, () => readAll(bench))
  assert.deepEqual(seen, [...record, ...record, ...record, ...record, ...end])
})
