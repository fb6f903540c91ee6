import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as envelope from '../../protocol/envelope.ts'
import * as layout from '../../ringbuffer/ring-layout.ts'
import { allocateRing } from '../../ringbuffer/spsc/allocate-ring.ts'
import { RingGauge } from '../../ringbuffer/spsc/ring-gauge.ts'
import { EMPTY, FULL } from '../../ringbuffer/spsc/spsc-ring.ts'
import { RingBench } from './ring-script.ts'

test('ring: a record is seen after publish, not before', () => {
  new RingBench(256).play(`
    peek → empty
    claim 8 → 8
    peek → empty
    commit 3
    peek → empty
    publish
    peek → 8 type 3 × 8
    advance
    peek → empty
  `)
})

test('ring: a batch becomes visible at once, in order', () => {
  new RingBench(256).play(`
    claim 8 → 8
    commit 1
    claim 24 → 24
    commit 2
    claim 0 → 56
    commit 3
    peek → empty
    publish
    peek → 8 type 1 × 8
    advance
    peek → 24 type 2 × 24
    advance
    peek → 56 type 3 × 0
    advance
    peek → empty
  `)
})

test('ring: peek takes nothing', () => {
  new RingBench(256).play(`
    claim 5 → 8
    commit 1
    publish
    peek → 8 type 1 × 5
    peek → 8 type 1 × 5
    advance
    peek → empty
  `)
})

test('ring: an aborted claim leaves no trace, its padding neither', () => {
  new RingBench(128).play(`
    claim 8 → 8
    abort
    publish
    peek → empty
    claim 8 → 8
    commit 7
    publish
    peek → 8 type 7 × 8
  `)
  // 8 bytes before the end: a record of 16 pads and starts at 0; aborted, a record of 8 goes into
  // those 8 bytes.
  new RingBench(128, 15).play(`
    claim 8 → 8
    abort
    claim 0 → 128
    commit 1
    publish
    peek → 128 type 1 × 0
  `)
})

test('ring: a length that is no multiple of 8 is kept, the next record is aligned', () => {
  new RingBench(256).play(`
    claim 1 → 8
    commit 1
    claim 9 → 24
    commit 2
    claim 8 → 48
    commit 3
    publish
    peek → 8 type 1 × 1
    advance
    peek → 24 type 2 × 9
    advance
    peek → 48 type 3 × 8
  `)
})

test('ring: full is an answer, and a release makes room', () => {
  new RingBench(64).play(`
    claim 0 → 8
    commit 1
    claim 0 → 16
    commit 2
    claim 0 → 24
    commit 3
    claim 0 → 32
    commit 4
    claim 0 → 40
    commit 5
    claim 0 → 48
    commit 6
    claim 0 → 56
    commit 7
    claim 0 → 64
    commit 8
    claim 0 → full
    claim 0 → full
    peek → 8 type 1 × 0
    claim 0 → full
    advance
    claim 0 → full
    release
    claim 0 → 8
    commit 9
    claim 0 → full
  `)
})

test('ring: a claim answered full has published what was committed', () => {
  const bench = new RingBench(64)
  for (let n = 0; n < 8; n += 1) bench.play(`claim 0 → ${8 + 8 * n}\n commit 1`)
  assert.equal(bench.producer.hasUnpublished, true)
  bench.play('peek → empty\n claim 0 → full\n peek → 8 type 1 × 0')
  assert.equal(bench.producer.hasUnpublished, false)
})

test('ring: a long batch is released by quarters, without a release', () => {
  const bench = new RingBench(128)
  for (let n = 0; n < 8; n += 1) bench.play(`claim 8 → ${8 + 16 * n}\n commit 1`)
  bench.play(`
    claim 8 → full
    peek → 8 type 1 × 8
    advance
    claim 8 → full
    peek → 24 type 1 × 8
    advance
    claim 8 → 8
    commit 2
    claim 8 → 24
    commit 2
    claim 8 → full
  `)
})

test('ring: padding fills what is left at the end, even if that is 8 bytes', () => {
  new RingBench(256, 31).play(`
    claim 24 → 8
    commit 1
    publish
    peek → 8 type 1 × 24
  `)
  new RingBench(256, 29).play(`
    claim 17 → 8
    commit 1
    publish
    peek → 8 type 1 × 17
    advance
    release
    claim 16 → 40
    commit 2
    publish
    peek → 40 type 2 × 16
  `)
})

test('ring: padding counts as used', () => {
  const bench = new RingBench(128, 15)
  // 8 bytes of padding and seven records of 16 fill 120 of 128; 8 bytes are left.
  for (let n = 0; n < 7; n += 1) bench.play(`claim 8 → ${8 + 16 * n}\n commit 1`)
  bench.play(`
    claim 8 → full
    claim 0 → 120
    commit 2
    claim 0 → full
  `)
  assert.equal(bench.gauge.depthBytes, 128)
})

/** Positions, in units of 8 bytes, near which a 32-bit integer changes its sign or wraps. */
const EDGES = [0, 2 ** 31 - 40, 2 ** 32 - 40]

for (const edge of EDGES) {
  test(`ring: every record size wraps at every offset, from position ${edge}`, () => {
    const capacityBytes = 256
    for (let start = 0; start < 80; start += 1) {
      for (let payloadBytes = 0; payloadBytes <= capacityBytes / 8 - 8; payloadBytes += 1) {
        const bench = new RingBench(capacityBytes, edge + start)
        const records = 2 * Math.ceil(capacityBytes / (payloadBytes + 8))
        for (let n = 1; n <= records; n += 1) exchange(bench, payloadBytes, n)
        assert.equal(bench.consumer.peek(), EMPTY)
        assert.equal(bench.gauge.depthBytes, 0)
        assert.equal(bench.gauge.recordsOut, records)
      }
    }
  })

  test(`ring: full and empty are told apart at every position from ${edge}`, () => {
    for (let start = 0; start < 80; start += 1) {
      const bench = new RingBench(64, edge + start)
      for (let lap = 0; lap < 3; lap += 1) {
        for (let n = 0; n < 8; n += 1) {
          assert.notEqual(bench.producer.claim(0), FULL)
          bench.producer.commit(1)
        }
        assert.equal(bench.producer.claim(0), FULL)
        assert.equal(bench.gauge.depthBytes, 64)
        let seen = 0
        for (; bench.consumer.peek() !== EMPTY; seen += 1) bench.consumer.advance()
        bench.consumer.release()
        assert.equal(seen, 8)
        assert.equal(bench.gauge.depthBytes, 0)
      }
    }
  })
}

/** One record through the ring, every byte looked at. */
const exchange = (bench: RingBench, payloadBytes: number, n: number): void => {
  const { producer, consumer } = bench
  const to = producer.claim(payloadBytes)
  assert.notEqual(to, FULL)
  for (let i = 0; i < payloadBytes; i += 1) producer.bytes[to + i] = n + i
  producer.commit(n)
  producer.publish()
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

test('ring: a capacity that will not do is refused with cause and mend', () => {
  const refusal = (capacityBytes: number): string => {
    try {
      allocateRing({ capacityBytes, name: 'gateway→sequencer' })
    } catch (error) {
      assert.ok(error instanceof RangeError)
      return error.message
    }
    return 'accepted'
  }
  assert.equal(
    refusal(100_000),
    "ring 'gateway→sequencer': capacity 100000 B is not a power of two: give it 131072",
  )
  assert.match(refusal(32), /capacity 32 B is below 64.*give it 64/)
  assert.match(refusal(Number.NaN), /capacity NaN B is below 64/)
  assert.match(refusal(-64), /is below 64/)
  assert.match(refusal(64.5), /is not a power of two: give it 128/)
  assert.match(refusal(2 ** 31), /is above 1073741824.*give it 1073741824/)
  assert.equal(refusal(64), 'accepted')
})

test('ring: a record above an eighth of the capacity is refused with cause and mend', () => {
  const { producer } = new RingBench(256)
  assert.equal(producer.recordBytesMax, 32)
  assert.throws(() => producer.claim(25), {
    name: 'RangeError',
    message: /record of 33 B, header included, is above 32 B.*give the ring 512 B/,
  })
  assert.throws(() => producer.claim(-1), /a payload of -1 B is no size/)
  assert.throws(() => producer.claim(1.5), /a payload of 1.5 B is no size/)
  assert.throws(() => producer.claim(Number.NaN), /a payload of NaN B is no size/)
  assert.equal(producer.claim(24), 8, 'the longest fits, and a refusal opened no claim')
})

test('ring: calls out of turn are refused', () => {
  const { producer, consumer } = new RingBench(256)
  assert.throws(() => producer.commit(1), /commit\(\) without a claim: claim\(\) first/)
  assert.throws(() => producer.abort(), /abort\(\) without a claim/)
  assert.throws(() => consumer.advance(), /advance\(\) without a record: peek\(\) first/)
  producer.claim(8)
  assert.throws(() => producer.claim(8), /claim\(\) with a claim open: commit\(\) or abort\(\)/)
  assert.throws(() => producer.commit(0), /record type 0: .*0 is padding/)
  assert.throws(() => producer.commit(2 ** 31), /record type 2147483648/)
  producer.commit(-5)
  producer.publish()
  consumer.peek()
  assert.equal(consumer.recordType, -5)
  consumer.advance()
  assert.throws(() => consumer.advance(), /advance\(\) without a record/)
})

test('ring: a header that was overwritten is found, not followed', () => {
  for (const lengthBytes of [0, -16, 7, 1000]) {
    const bench = new RingBench(256)
    bench.play('claim 8 → 8\n commit 1\n publish')
    bench.producer.view.setInt32(layout.RECORD_LENGTH_OFFSET, lengthBytes, true)
    assert.throws(() => bench.consumer.peek(), /ring 'test': the record at byte 0 says it is/)
  }
})

test('ring: memory that is no ring is refused', () => {
  const form = { capacityBytes: 256, name: 'form' }
  assert.throws(() => new RingGauge(new SharedArrayBuffer(64)), /this memory is no ring/)
  assert.throws(() => new RingGauge(new SharedArrayBuffer(4096)), /this memory is no ring/)
  const otherVersion = allocateRing(form)
  new Int32Array(otherVersion)[1] = 99
  assert.throws(() => new RingGauge(otherVersion), /layout version 99/)
  const otherCapacity = allocateRing(form)
  new Int32Array(otherCapacity)[2] = 512
  assert.throws(() => new RingGauge(otherCapacity), /they were overwritten/)
})

test('ring: the name is kept to 112 bytes, whole characters only', () => {
  const nameOf = (name: string) => new RingGauge(allocateRing({ capacityBytes: 64, name })).name
  assert.equal(nameOf('gateway→sequencer'), 'gateway→sequencer')
  assert.equal(nameOf('→'.repeat(100)), '→'.repeat(37))
})

test('ring: the gauge counts records in and out, refusals and the high mark', () => {
  const bench = new RingBench(256)
  for (let n = 0; n < 16; n += 1) {
    bench.producer.claim(8)
    bench.producer.commit(1)
  }
  const { gauge } = bench
  assert.deepEqual([gauge.recordsIn, gauge.depthBytes], [0, 0])
  bench.producer.publish()
  assert.deepEqual([gauge.recordsIn, gauge.depthBytes, gauge.highMarkBytes], [16, 256, 256])
  assert.equal(bench.producer.claim(8), FULL)
  assert.equal(gauge.fullCount, 1)
  while (bench.consumer.peek() !== EMPTY) bench.consumer.advance()
  bench.consumer.release()
  assert.deepEqual([gauge.recordsOut, gauge.depthBytes, gauge.highMarkBytes], [16, 0, 256])
  assert.equal(gauge.capacityBytes, 256)
})

test('ring: a successor goes on where a producer or a consumer stopped', () => {
  const first = new RingBench(256)
  first.play(`
    claim 8 → 8
    commit 1
    publish
    claim 8 → 24
    commit 2
    claim 8 → 40
    peek → 8 type 1 × 8
    advance
  `)
  // Neither the unpublished record 2 nor the open claim is there; record 1, not released, is read
  // again.
  new RingBench(first.memory).play(`
    peek → 8 type 1 × 8
    advance
    release
    peek → empty
    claim 16 → 24
    commit 4
    publish
    peek → 24 type 4 × 16
    advance
  `)
})

test('ring: the record header is the one that the protocol writes', () => {
  assert.equal(layout.RECORD_HEADER_BYTES, envelope.RECORD_HEADER_BYTES)
  assert.equal(layout.RECORD_LENGTH_OFFSET, envelope.RECORD_LENGTH_OFFSET)
  assert.equal(layout.RECORD_TYPE_OFFSET, envelope.RECORD_TYPE_OFFSET)
  assert.equal(layout.RECORD_ALIGNMENT, envelope.RECORD_ALIGNMENT)
  assert.equal(2 ** layout.UNIT_SHIFT, layout.RECORD_ALIGNMENT)
})
