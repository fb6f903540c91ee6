/** The order in which a multicast ring touches what threads share, as handover-order.test.ts. */

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { allocateDoorbell, Doorbell } from '../../ringbuffer/doorbell.ts'
import {
  GATE_INDEX,
  headIndexOf,
  PROD_WAIT_INDEX,
  TAIL_INDEX,
} from '../../ringbuffer/multicast/multicast-layout.ts'
import type { MulticastReader } from '../../ringbuffer/multicast/multicast-reader.ts'
import { MulticastProducer } from '../../ringbuffer/multicast/multicast-ring.ts'
import { EMPTY, FULL } from '../../ringbuffer/spsc/spsc-ring.ts'
import { MulticastBench } from './multicast-script.ts'

const WORDS = new Map([
  [TAIL_INDEX, 'TAIL'],
  [headIndexOf(0), 'HEAD 0'],
  [headIndexOf(1), 'HEAD 1'],
  [GATE_INDEX, 'GATE'],
  [PROD_WAIT_INDEX, 'PROD_WAIT'],
])

/** What `play` does to the ring's words, with 'bell' for a doorbell's. */
const trace = (context: TestContext, bench: MulticastBench, play: () => void): string[] => {
  const seen: string[] = []
  const nameOf = (words: { readonly buffer: ArrayBufferLike }, index: number): string =>
    (words.buffer === bench.memory ? WORDS.get(index) : 'bell') ?? `word ${index}`
  for (const name of ['load', 'store', 'and', 'or'] as const) {
    const access = Atomics[name] as (words: Int32Array, index: number, value: number) => number
    context.mock.method(Atomics, name, (words: Int32Array, index: number, value: number) => {
      seen.push(`${name} ${nameOf(words, index)}`)
      return access(words, index, value)
    })
  }
  play()
  context.mock.restoreAll()
  return seen
}

test('multicast: publish stores TAIL first and looks at the bells then', (context) => {
  const bench = new MulticastBench(64, [[], []])
  bench.play('claim 0 → 8\n commit 1')
  const seen = trace(context, bench, () => bench.producer.publish())
  assert.deepEqual(seen, ['store TAIL', 'load bell', 'load bell'])
})

test("multicast: with readers behind others, publish rings TAIL's followers", (context) => {
  const bench = new MulticastBench(64, [[], [0]])
  bench.play('claim 0 → 8\n commit 1')
  const seen = trace(context, bench, () => bench.producer.publish())
  assert.deepEqual(seen, ['store TAIL', 'load GATE', 'load bell'])
})

test('multicast: release stores HEAD first, and looks for those that wait then', (context) => {
  const bench = new MulticastBench(64, [[], [0]]).fill()
  bench.play('claim 0 → full\n take 0 → 8 type 1 × 0')
  const first = trace(context, bench, () => bench.readers[0]!.release())
  assert.deepEqual(first, ['store HEAD 0', 'load GATE', 'load bell', 'load PROD_WAIT'])
  bench.play('take 1 → 8 type 1 × 0')
  const last = trace(context, bench, () => bench.readers[1]!.release())
  assert.deepEqual(last, ['store HEAD 1', 'load PROD_WAIT', 'and PROD_WAIT', 'load bell'])
})

test('multicast: of two that hold up the producer, the second one rings', (context) => {
  const bench = new MulticastBench(64, [[], []]).fill()
  bench.play('claim 0 → full\n take 0 → 8 type 1 × 0\n take 1 → 8 type 1 × 0')
  const first = trace(context, bench, () => bench.readers[1]!.release())
  assert.deepEqual(first, ['store HEAD 1', 'load PROD_WAIT', 'and PROD_WAIT'])
  const second = trace(context, bench, () => bench.readers[0]!.release())
  assert.deepEqual(second, ['store HEAD 0', 'load PROD_WAIT', 'and PROD_WAIT', 'load bell'])
})

test('multicast: a producer that finds it full says so first and looks again then', (context) => {
  const bench = new MulticastBench(64, [[], []]).fill()
  const seen = trace(context, bench, () => bench.producer.claim(0))
  const look = ['load HEAD 0', 'load HEAD 1', 'load GATE']
  assert.deepEqual(seen, [...look, 'store PROD_WAIT', ...look, 'and PROD_WAIT'])
})

test('multicast: the gate is looked at after the positions, by the readers as well', (context) => {
  const bench = new MulticastBench(64, [[], [0]]).fill()
  assert.deepEqual(
    trace(context, bench, () => bench.readers[0]!.peek()),
    ['load TAIL', 'load GATE'],
  )
  assert.deepEqual(
    trace(context, bench, () => bench.readers[1]!.peek()),
    ['load HEAD 0', 'load GATE'],
  )
})

test('multicast: one that joins takes its place again once seen, and rings then', (context) => {
  const bench = new MulticastBench(64, [[], [0]]).fill()
  bench.gate.detachReader(0)
  const seen = trace(context, bench, () => bench.gate.attachReader(0))
  const look = ['load TAIL', 'load GATE', 'store HEAD 0']
  const rings = ['and PROD_WAIT', 'load bell']
  assert.deepEqual(seen, ['load GATE', ...look, 'or GATE', ...look, ...rings])
})

test('multicast: a batch looks at the other ends only when its own copy runs out', (context) => {
  const bench = new MulticastBench(512, [[], []])
  const seen = trace(context, bench, () => {
    for (let n = 0; n < 8; n += 1) {
      bench.producer.claim(8)
      bench.producer.commit(1)
    }
    bench.producer.publish()
    while (bench.readers[0]!.peek() !== EMPTY) bench.readers[0]!.advance()
  })
  const expected = ['store TAIL', 'load bell', 'load bell', 'load TAIL', 'load GATE']
  assert.deepEqual(seen, [...expected, 'store HEAD 0', 'load PROD_WAIT', 'load TAIL', 'load GATE'])
})

/** A bell that lets something happen inside the producer's claim: between its two looks. */
class ActingBell extends Doorbell {
  readonly #act: () => void

  constructor(act: () => void) {
    super(allocateDoorbell())
    this.#act = act
  }

  override ring(): void {
    this.#act()
  }
}

const claimWhile = (act: (bench: MulticastBench) => void): [MulticastProducer, number] => {
  const bench = new MulticastBench(64, [[], []])
  const bell = new ActingBell(() => act(bench))
  const { producerBell } = bench
  const producer = new MulticastProducer(bench.memory, { producerBell, readerBells: [bell, bell] })
  for (let n = 0; n < 8; n += 1) {
    assert.notEqual(producer.claim(0), FULL)
    producer.commit(1)
  }
  return [producer, producer.claim(0)]
}

const readAll = (reader: MulticastReader): void => {
  while (reader.peek() !== EMPTY) reader.advance()
  reader.release()
}

test('multicast: releases while the producer is finding out that it is full are not missed', () => {
  const [both, at] = claimWhile(({ readers }) => readers.forEach(readAll))
  assert.equal(at, 8)
  assert.equal(both.isBlocked, false)
  // One of two: it is full still, but only the other one is waited for.
  const bench = new MulticastBench(64, [[], []])
  const act = new ActingBell(() => readAll(bench.readers[0]!))
  const { producerBell, memory } = bench
  const producer = new MulticastProducer(memory, { producerBell, readerBells: [act, act] })
  for (let n = 0; n < 8; n += 1) {
    producer.claim(0)
    producer.commit(1)
  }
  assert.equal(producer.claim(0), FULL)
  assert.equal(producer.isBlocked, true)
  readAll(bench.readers[1]!)
  assert.equal(producer.isBlocked, false)
})

test('multicast: a reader detached while the producer is finding out is not waited for', () => {
  const [producer, at] = claimWhile(({ gate }) => {
    gate.detachReader(0)
    gate.detachReader(1)
  })
  assert.equal(at, 8)
  assert.equal(producer.isBlocked, false)
})
