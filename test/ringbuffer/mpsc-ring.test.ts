import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allocateBroadcastRing } from '../../ringbuffer/broadcast/allocate-broadcast-ring.ts'
import { BroadcastGauge } from '../../ringbuffer/broadcast/broadcast-gauge.ts'
import { allocateMpscRing } from '../../ringbuffer/mpsc/allocate-mpsc-ring.ts'
import { MpscGauge } from '../../ringbuffer/mpsc/mpsc-gauge.ts'
import {
  claimant,
  claimedUnits,
  claimWord,
  intentAt,
  NO_INTENT,
  unitsAhead,
} from '../../ringbuffer/mpsc/mpsc-layout.ts'
import { MpscConsumer } from '../../ringbuffer/mpsc/mpsc-ring.ts'
import { allocateMulticastRing } from '../../ringbuffer/multicast/allocate-multicast-ring.ts'
import { MulticastGauge } from '../../ringbuffer/multicast/multicast-gauge.ts'
import { DATA_OFFSET } from '../../ringbuffer/ring-layout.ts'
import { allocateRing } from '../../ringbuffer/spsc/allocate-ring.ts'
import { RingGauge } from '../../ringbuffer/spsc/ring-gauge.ts'
import { EMPTY, FULL } from '../../ringbuffer/spsc/spsc-ring.ts'
import { MpscBench } from './mpsc-script.ts'

test('mpsc: a record is seen after commit, not before', () => {
  new MpscBench({ capacityBytes: 256 }).play(`
    peek → empty
    1 claim 8 → 8
    peek → empty
    1 commit 3
    peek → 8 type 3 × 8
    peek → 8 type 3 × 8
    advance
    peek → empty
  `)
})

test('mpsc: records come in the order of their claims, and an open one holds up the rest', () => {
  new MpscBench({ capacityBytes: 256 }).play(`
    1 claim 8 → 8
    2 claim 16 → 24
    3 claim 0 → 48
    3 commit 3
    2 commit 2
    peek → empty
    waits → 1
    1 commit 1
    waits → 0
    peek → 8 type 1 × 8
    advance
    peek → 24 type 2 × 16
    advance
    peek → 48 type 3 × 0
    advance
    peek → empty
  `)
})

test('mpsc: an aborted claim is passed over, and its room comes back', () => {
  const bench = new MpscBench({ capacityBytes: 128 }).play(`
    1 claim 8 → 8
    2 claim 5 → 24
    1 abort
    peek → empty
    waits → 2
    2 commit 7
    peek → 24 type 7 × 5
    advance
    release
  `)
  assert.deepEqual([bench.gauge.recordsIn, bench.gauge.recordsOut], [1, 1])
  bench.assertEmptyAndZero()
})

test('mpsc: more padding than the ring is long does not lead round in a circle', () => {
  const bench = new MpscBench({ capacityBytes: 128 })
  for (let n = 0; n < 16; n += 1) bench.play(`1 claim 0 → ${8 + 8 * n}\n 1 abort`)
  bench.play(`
    1 claim 0 → full
    peek → empty
    release
    1 claim 8 → 8
    1 commit 1
    peek → 8 type 1 × 8
    advance
  `)
  bench.assertEmptyAndZero()
})

test('mpsc: full is an answer, and a release makes room for whoever is first', () => {
  const bench = new MpscBench({ capacityBytes: 64 })
  for (let n = 0; n < 8; n += 1) {
    const number = 1 + (n % 3)
    bench.play(`${number} claim 0 → ${8 + 8 * n}\n ${number} commit ${n + 1}`)
  }
  bench.play(`
    1 claim 0 → full
    2 claim 0 → full
    peek → 8 type 1 × 0
    advance
    2 claim 0 → full
    release
    2 claim 0 → 8
    2 commit 9
    1 claim 0 → full
  `)
  assert.equal(bench.gauge.fullCount, 4)
  assert.equal(bench.gauge.depthBytes, 64)
})

test('mpsc: a record that would run over the end begins anew at 0', () => {
  new MpscBench({ capacityBytes: 256, startPosition: 31 })
    .play(`
      1 claim 24 → 8
      2 claim 24 → 40
      2 commit 2
      1 commit 1
      peek → 8 type 1 × 24
      advance
      peek → 40 type 2 × 24
      advance
    `)
    .assertEmptyAndZero()
})

test('mpsc: every waiting producer is blocked until the next release, which rings them all', () => {
  const bench = new MpscBench({ capacityBytes: 64 })
  const [first, second] = [bench.producer(1), bench.producer(2)]
  for (let n = 0; n < 8; n += 1) bench.play(`3 claim 0 → ${8 + 8 * n}\n 3 commit 1`)
  assert.equal(first.isBlocked, false)
  bench.play('1 claim 0 → full\n 2 claim 0 → full')
  assert.deepEqual([first.isBlocked, second.isBlocked], [true, true])
  assert.equal(bench.producer(3).isBlocked, false)
  assert.equal(first.waitForRoom(5), false)
  bench.play('peek → 8 type 1 × 0\n advance\n release')
  assert.deepEqual([first.isBlocked, second.isBlocked], [false, false])
  assert.equal(second.waitForRoom(60_000), true)
  bench.play('2 claim 0 → 8\n 2 commit 1\n 1 claim 0 → full')
  assert.deepEqual([first.isBlocked, second.isBlocked], [true, false])
})

/** Positions, in units of 8 bytes, near which an int32 or an INTENT changes its sign or wraps. */
const EDGES = [0, 2 ** 30 - 40, 2 ** 31 - 40, 3 * 2 ** 30 - 40, 2 ** 32 - 40]

for (const edge of EDGES) {
  test(`mpsc: every record size wraps at every offset, from position ${edge}`, () => {
    const capacityBytes = 256
    for (let start = 0; start < 80; start += 1) {
      for (let payloadBytes = 0; payloadBytes <= capacityBytes / 8 - 8; payloadBytes += 3) {
        const bench = new MpscBench({ capacityBytes, startPosition: edge + start })
        const records = 2 * Math.ceil(capacityBytes / (payloadBytes + 8))
        for (let n = 1; n <= records; n += 1) exchange(bench, payloadBytes, n)
        assert.equal(bench.gauge.recordsOut, records)
        bench.assertEmptyAndZero()
      }
    }
  })

  test(`mpsc: full and empty are told apart at every position from ${edge}`, () => {
    for (let start = 0; start < 80; start += 1) {
      const bench = new MpscBench({ capacityBytes: 64, startPosition: edge + start })
      for (let lap = 0; lap < 3; lap += 1) {
        for (let n = 0; n < 8; n += 1) {
          assert.notEqual(bench.producer(1 + (n % 2)).claim(0), FULL)
          bench.producer(1 + (n % 2)).commit(1)
        }
        assert.equal(bench.producer(3).claim(0), FULL)
        assert.equal(bench.gauge.depthBytes, 64)
        let seen = 0
        for (; bench.consumer.peek() !== EMPTY; seen += 1) bench.consumer.advance()
        assert.equal(seen, 8)
        bench.assertEmptyAndZero()
      }
    }
  })
}

/** One record through the ring, every byte looked at. */
const exchange = (bench: MpscBench, payloadBytes: number, n: number): void => {
  const producer = bench.producer(1 + (n % 3))
  const { consumer } = bench
  const to = producer.claim(payloadBytes)
  assert.notEqual(to, FULL)
  for (let i = 0; i < payloadBytes; i += 1) producer.bytes[to + i] = n + i
  producer.commit(n)
  const from = consumer.peek()
  assert.equal(from, to)
  assert.equal(consumer.recordType, n)
  assert.equal(consumer.payloadBytes, payloadBytes)
  for (let i = 0; i < payloadBytes; i += 1) {
    if (consumer.bytes[from + i] !== ((n + i) & 0xff)) assert.fail(`byte ${i} of record ${n}`)
  }
  consumer.advance()
  consumer.release()
}

test('mpsc: what will not do is refused with cause and mend', () => {
  const form = { capacityBytes: 256, name: 'log', producersMax: 2 }
  const refusal = (options: object) => () => allocateMpscRing({ ...form, ...options })
  assert.throws(refusal({ capacityBytes: 100 }), /ring 'log': capacity 100 B .* give it 128/)
  for (const producersMax of [0, 33, 1.5, Number.NaN]) {
    assert.throws(refusal({ producersMax }), /'log': .* producers: give it 1 to 32/)
  }
  const bench = new MpscBench({ capacityBytes: 256 })
  for (const number of [0, 4, 1.5]) {
    assert.throws(() => bench.succeed(number), /its numbers are 1 to 3: give it one of these/)
    assert.throws(() => bench.consumer.unblock(number), /its numbers are 1 to 3/)
  }
  const { memory } = bench
  assert.throws(
    () => new MpscConsumer(memory, { producerBells: [] }),
    /0 doorbells for 3 producers: give it each producer's, number 1 first/,
  )
  assert.throws(() => bench.producer(1).claim(25), /record of 33 B, header included, is above 32 B/)
  assert.throws(() => bench.producer(1).claim(-1), /a payload of -1 B is no size/)
})

test('mpsc: memory of another sort is refused, both ways', () => {
  const form = { capacityBytes: 256, name: 'form' }
  const memory = allocateMpscRing({ ...form, producersMax: 2 })
  assert.throws(
    () => new RingGauge(memory),
    /no ring of one producer and one consumer: take it from allocateRing\(\)/,
  )
  assert.throws(() => new MpscGauge(allocateRing(form)), /take it from allocateMpscRing\(\)/)
  new Int32Array(memory)[2] = 1024
  assert.throws(() => new MpscGauge(memory), /they were overwritten/)
})

test('mpsc: calls out of turn are refused', () => {
  const bench = new MpscBench({ capacityBytes: 256 })
  const producer = bench.producer(1)
  const { consumer } = bench
  assert.throws(() => producer.commit(1), /commit\(\) without a claim: claim\(\) first/)
  assert.throws(() => producer.abort(), /abort\(\) without a claim/)
  assert.throws(() => consumer.advance(), /advance\(\) without a record: peek\(\) first/)
  producer.claim(8)
  assert.throws(() => producer.claim(8), /claim\(\) with a claim open: commit\(\) or abort\(\)/)
  assert.throws(() => bench.succeed(1), /producer 1 has a claim open, or died with one: take/)
  assert.throws(() => producer.commit(0), /record type 0: .*0 is padding/)
  assert.throws(() => producer.commit(2 ** 31), /record type 2147483648/)
  producer.commit(-5)
  consumer.peek()
  assert.equal(consumer.recordType, -5)
  consumer.advance()
  assert.throws(() => consumer.advance(), /advance\(\) without a record/)
})

test('mpsc: a header that was overwritten is found, not followed', () => {
  for (const lengthBytes of [7, 1000]) {
    const bench = new MpscBench({ capacityBytes: 256 })
    bench.play('1 claim 8 → 8\n 1 commit 1')
    new Int32Array(bench.memory)[DATA_OFFSET / 4] = lengthBytes
    assert.throws(() => bench.consumer.peek(), /ring 'test': the record at byte 0 says it is/)
  }
})

test('mpsc: the gauge counts records by producer, refusals and the high mark', () => {
  const bench = new MpscBench({ capacityBytes: 256 })
  for (let n = 0; n < 16; n += 1)
    bench.play(`${1 + (n % 2)} claim 8 → ${8 + 16 * n}\n ${1 + (n % 2)} commit 1`)
  const { gauge } = bench
  assert.deepEqual([gauge.recordsIn, gauge.recordsInOf(2), gauge.recordsInOf(3)], [16, 8, 0])
  assert.deepEqual([gauge.depthBytes, gauge.highMarkBytes], [256, 256])
  assert.equal(bench.producer(3).claim(8), FULL)
  assert.equal(gauge.fullCount, 1)
  while (bench.consumer.peek() !== EMPTY) bench.consumer.advance()
  bench.consumer.release()
  assert.deepEqual([gauge.recordsOut, gauge.depthBytes, gauge.highMarkBytes], [16, 0, 256])
  assert.deepEqual([gauge.capacityBytes, gauge.producersMax, gauge.name], [256, 3, 'test'])
})

test('mpsc: the longest claim and the highest number go into one word, and come out of it', () => {
  for (const units of [1, 2, 2 ** 24]) {
    for (const number of [1, 32]) {
      const word = claimWord(units, number) | 0
      assert.ok(word < 0)
      assert.deepEqual([claimedUnits(word), claimant(word)], [units, number])
    }
  }
})

test('mpsc: an intent is never none, and says how far it lies ahead over every wrap', () => {
  for (const edge of [...EDGES, 2 ** 31, 2 ** 32]) {
    for (let ahead = -64; ahead <= 64; ahead += 8) {
      const intent = intentAt((edge + ahead) | 0)
      assert.notEqual(intent, NO_INTENT)
      const seen = unitsAhead(intent, edge | 0)
      if (ahead >= 0) assert.equal(seen, ahead)
      else assert.ok(seen > 2 ** 30)
    }
  }
})

test('ring: each kind of ring refuses the memory of each other', () => {
  const kinds = [
    [allocateRing({ name: 'one', capacityBytes: 1024 }), RingGauge],
    [allocateMpscRing({ name: 'two', capacityBytes: 1024, producersMax: 2 }), MpscGauge],
    [allocateMulticastRing({ name: 'three', capacityBytes: 1024, behind: [[]] }), MulticastGauge],
    [allocateBroadcastRing({ name: 'four', capacityBytes: 1024 }), BroadcastGauge],
  ] as const
  for (const [memory, own] of kinds) {
    for (const [, gauge] of kinds) {
      if (gauge === own) assert.doesNotThrow(() => new gauge(memory))
      else assert.throws(() => new gauge(memory), /this memory is no .*: take it from allocate/)
    }
  }
})
