import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allocateMulticastRing } from '../../ringbuffer/multicast/allocate-multicast-ring.ts'
import { MulticastGauge } from '../../ringbuffer/multicast/multicast-gauge.ts'
import { followersOf, leadersOf } from '../../ringbuffer/multicast/multicast-order.ts'
import { MulticastReader } from '../../ringbuffer/multicast/multicast-reader.ts'
import { MulticastProducer } from '../../ringbuffer/multicast/multicast-ring.ts'
import { allocateRing } from '../../ringbuffer/spsc/allocate-ring.ts'
import { EMPTY, FULL } from '../../ringbuffer/spsc/spsc-ring.ts'
import { MulticastBench } from './multicast-script.ts'

/** Two side by side, and one behind both. */
const DIAMOND = [[], [], [0, 1]]

test('multicast: every reader sees every record, after publish', () => {
  new MulticastBench(256, [[], []]).play(`
    claim 8 → 8
    commit 3
    claim 0 → 24
    commit 4
    peek 0 → empty
    publish
    take 0 → 8 type 3 × 8
    take 0 → 24 type 4 × 0
    take 0 → empty
    take 1 → 8 type 3 × 8
    take 1 → 24 type 4 × 0
    take 1 → empty
  `)
})

test('multicast: the slowest reader is the one that makes room', () => {
  new MulticastBench(64, [[], []]).fill().play(`
    claim 0 → full
    take 0 → 8 type 1 × 0
    release 0
    claim 0 → full
    take 1 → 8 type 1 × 0
    release 1
    claim 0 → 8
    commit 2
    claim 0 → full
  `)
})

test('multicast: who is behind others sees what these have released, not what they read', () => {
  new MulticastBench(256, DIAMOND).play(`
    claim 8 → 8
    commit 3
    claim 8 → 24
    commit 4
    publish
    take 0 → 8 type 3 × 8
    take 0 → 24 type 4 × 8
    release 0
    peek 2 → empty
    take 1 → 8 type 3 × 8
    peek 2 → empty
    release 1
    take 2 → 8 type 3 × 8
    take 2 → empty
    take 1 → 24 type 4 × 8
    release 1
    take 2 → 24 type 4 × 8
  `)
})

test('multicast: the producer waits for the last of a chain', () => {
  const bench = new MulticastBench(64, [[], [0]]).fill()
  bench.play(`
    claim 0 → full
    take 0 → 8 type 1 × 0
    release 0
    claim 0 → full
    take 1 → 8 type 1 × 0
    claim 0 → full
    release 1
    claim 0 → 8
  `)
  assert.deepEqual([bench.gauge.recordsOutOf(0), bench.gauge.recordsOutOf(1)], [1, 1])
})

test('multicast: an aborted claim leaves no trace, and what is peeked is not taken', () => {
  new MulticastBench(128, [[], []], 15).play(`
    claim 8 → 8
    abort
    claim 0 → 128
    commit 1
    publish
    peek 0 → 128 type 1 × 0
    peek 0 → 128 type 1 × 0
    take 1 → 128 type 1 × 0
  `)
})

test('multicast: blocked until each reader that held it up has released something', () => {
  const bench = new MulticastBench(64, [[], []]).fill()
  const { producer } = bench
  bench.play('claim 0 → full')
  assert.equal(producer.isBlocked, true)
  assert.equal(producer.waitForRoom(5), false)
  bench.play('take 0 → 8 type 1 × 0\n release 0')
  assert.equal(producer.isBlocked, true, 'the other one holds it up still')
  bench.play('take 1 → 8 type 1 × 0\n release 1')
  assert.equal(producer.isBlocked, false)
  assert.equal(producer.waitForRoom(60_000), true)
  bench.play('claim 0 → 8\n commit 1\n take 0 → 16 type 1 × 0\n release 0\n claim 0 → full')
  bench.play('take 1 → 16 type 1 × 0\n release 1')
  assert.equal(producer.isBlocked, false, 'reader 0 had made room before')
})

test('multicast: a detached reader holds up neither the producer nor those behind it', () => {
  const bench = new MulticastBench(64, DIAMOND).fill()
  bench.play(`
    claim 0 → full
    take 0 → 8 type 1 × 0
    release 0
    peek 2 → empty
    detach 1
    take 2 → 8 type 1 × 0
    take 2 → empty
    release 2
    claim 0 → 8
    commit 2
    publish
    detach 0
    take 2 → 16 type 1 × 0
  `)
  assert.deepEqual(
    [0, 1, 2].map((reader) => bench.gauge.isAttached(reader)),
    [false, false, true],
  )
  assert.equal(bench.gauge.depthBytesOf(1), 0)
})

test('multicast: when one in the middle leaves, those behind it follow whom it followed', () => {
  new MulticastBench(256, [[], [0], [1]]).play(`
    claim 0 → 8
    commit 1
    publish
    detach 1
    peek 2 → empty
    take 0 → 8 type 1 × 0
    release 0
    take 2 → 8 type 1 × 0
    detach 0
    claim 0 → 16
    commit 2
    publish
    take 2 → 16 type 2 × 0
  `)
})

test('multicast: a detach wakes a producer and readers that waited for it', () => {
  const bench = new MulticastBench(64, [[], [0], []]).fill()
  bench.play('claim 0 → full\n take 2 → 8 type 1 × 0\n release 2')
  const mayGoOn = (): boolean => !bench.producer.isBlocked
  assert.equal(bench.producer.isBlocked, true)
  assert.ok(bench.producerBell.parkInEventLoop(1_000, mayGoOn))
  assert.ok(bench.readerBells[1]!.parkInEventLoop(1_000, () => bench.readers[1]!.hasWork()))
  bench.gate.detachReader(1)
  assert.equal(bench.producerBell.isParked, false)
  // It looks, and finds that now the first of the chain holds it up.
  bench.play('claim 0 → full')
  assert.ok(bench.producerBell.parkInEventLoop(1_000, mayGoOn))
  bench.gate.detachReader(0)
  assert.deepEqual([bench.producerBell.isParked, bench.readerBells[1]!.isParked], [false, false])
  bench.play('claim 0 → 8')
})

test('multicast: without any reader the producer goes on, and what it sends is gone', () => {
  const bench = new MulticastBench(64, [[], [0]])
  bench.gate.detachReader(0)
  bench.gate.detachReader(1)
  for (let lap = 0; lap < 5; lap += 1) bench.fill()
  for (let n = 0; n < 20; n += 1) {
    assert.notEqual(bench.producer.claim(0), FULL, 'full of its own unpublished records')
    bench.producer.commit(9)
  }
  bench.producer.publish()
  bench.play(`
    attach 0
    attach 1
    peek 0 → empty
    claim 0 → 40
    commit 3
    publish
    peek 1 → empty
    take 0 → 40 type 3 × 0
    release 0
    take 1 → 40 type 3 × 0
  `)
})

test('multicast: one that joins begins behind those it follows, and gates the producer', () => {
  new MulticastBench(64, [[], [0]]).play(`
    detach 1
    claim 0 → 8
    commit 1
    claim 0 → 16
    commit 2
    publish
    take 0 → 8 type 1 × 0
    release 0
    attach 1
    peek 1 → empty
    take 0 → 16 type 2 × 0
    release 0
    peek 1 → 16 type 2 × 0
  `)
})

test('multicast: a leader that joins again is not behind those that stay behind it', () => {
  const bench = new MulticastBench(256, [[], [0]])
  bench.play('detach 0\n claim 0 → 8\n commit 1\n claim 0 → 16\n commit 1\n publish')
  bench.play('take 1 → 8 type 1 × 0\n release 1\n attach 0')
  bench.play('take 1 → 16 type 1 × 0\n take 1 → empty\n release 1\n peek 0 → empty')
  bench.play('claim 0 → 24\n commit 2\n publish\n peek 1 → empty\n take 0 → 24 type 2 × 0')
})

test('multicast: a successor goes on where a producer or a reader stopped', () => {
  const bench = new MulticastBench(256, [[], []])
  bench.play('claim 8 → 8\n commit 1\n publish\n claim 8 → 24\n commit 2\n claim 8 → 40')
  bench.play('peek 0 → 8 type 1 × 8\n advance 0')
  const producer = new MulticastProducer(bench.memory, bench)
  const reader = new MulticastReader(bench.memory, 0, bench)
  assert.equal(reader.peek(), 8, 'read and not released: read again')
  reader.advance()
  assert.equal(reader.peek(), EMPTY)
  assert.equal(producer.claim(8), 24, 'neither the unpublished record nor the open claim is there')
})

test('multicast: readers that wait for themselves, or for nobody known, are refused', () => {
  const refusal = (behind: readonly (readonly number[])[]): string => {
    try {
      allocateMulticastRing({ capacityBytes: 64, name: 'fan', behind })
    } catch (error) {
      assert.ok(error instanceof RangeError)
      return error.message
    }
    return 'accepted'
  }
  assert.match(
    refusal([[1], [0]]),
    /'fan': readers 0, 1 would wait for themselves.*follow the prod/,
  )
  assert.match(refusal([[], [3], [1], [2]]), /readers 1, 2, 3 would wait/)
  assert.match(refusal([[0]]), /readers 0 would wait/)
  assert.match(refusal([[], [2]]), /reader 1 is to stay behind reader 2, but there are only 0 to 1/)
  assert.match(refusal([[-1]]), /behind reader -1/)
  assert.match(refusal([]), /0 readers: give it 1 to 16/)
  assert.match(refusal(Array(17).fill([])), /17 readers: give it 1 to 16/)
  assert.equal(refusal(Array(16).fill([])), 'accepted')
})

test('multicast: who follows whom is looked at without the detours', () => {
  // 0 ◀ 1 ◀ 2, and 3 beside them; the sets say all that a reader is behind.
  const behind = [0b0000, 0b0001, 0b0011, 0b0000]
  assert.equal(leadersOf(2, 0b1111, behind), 0b0010)
  assert.equal(leadersOf(2, 0b1101, behind), 0b0001)
  assert.equal(leadersOf(2, 0b1100, behind), 0)
  assert.equal(followersOf(0, 0b1111, behind), 0b0010)
  assert.equal(followersOf(0, 0b1101, behind), 0b0100)
})

test('multicast: misuse is refused with cause and mend', () => {
  const bench = new MulticastBench(256, [[], []])
  const { memory, producer } = bench
  assert.throws(() => producer.claim(25), /record of 33 B, header included, is above 32 B/)
  assert.throws(() => producer.commit(1), /commit\(\) without a claim: claim\(\) first/)
  assert.throws(() => producer.abort(), /abort\(\) without a claim/)
  assert.throws(() => bench.readers[0]!.advance(), /advance\(\) without a record: peek\(\) first/)
  producer.claim(8)
  assert.throws(() => producer.claim(8), /claim\(\) with a claim open/)
  assert.throws(() => producer.commit(0), /record type 0/)
  assert.throws(() => new MulticastReader(memory, 2, bench), /there is no reader 2: .* 0 to 1/)
  assert.throws(() => bench.gate.detachReader(-1), /there is no reader -1/)
  assert.throws(() => bench.gate.attachReader(1), /reader 1 is attached: start its successor/)
  bench.gate.detachReader(1)
  assert.throws(() => new MulticastReader(memory, 1, bench), /reader 1 is detached: let its super/)
  const bells = { producerBell: bench.producerBell, readerBells: [] }
  assert.throws(() => new MulticastProducer(memory, bells), /0 bells for 2 readers/)
})

test('multicast: memory of another kind is refused', () => {
  const ring = allocateRing({ capacityBytes: 64, name: 'spsc' })
  assert.throws(() => new MulticastGauge(ring), /no multicast ring: take it from allocateMulti/)
  assert.throws(() => new MulticastGauge(new SharedArrayBuffer(8)), /no multicast ring/)
  const form = { capacityBytes: 64, name: 'form', behind: [[]] }
  const otherVersion = allocateMulticastRing(form)
  new Int32Array(otherVersion)[1] = 99
  assert.throws(() => new MulticastGauge(otherVersion), /layout version 99/)
  const otherCapacity = allocateMulticastRing(form)
  new Int32Array(otherCapacity)[2] = 128
  assert.throws(() => new MulticastGauge(otherCapacity), /they were overwritten/)
})

test('multicast: the gauge counts what goes in, what each reader releases, and refusals', () => {
  const bench = new MulticastBench(64, [[], [0]]).fill()
  const { gauge } = bench
  bench.play('claim 0 → full\n take 0 → 8 type 1 × 0\n release 0')
  assert.deepEqual([gauge.recordsIn, gauge.recordsOutOf(0), gauge.recordsOutOf(1)], [8, 1, 0])
  assert.deepEqual([gauge.depthBytesOf(0), gauge.depthBytesOf(1), gauge.depthBytes], [56, 64, 64])
  assert.deepEqual([gauge.highMarkBytesOf(0), gauge.highMarkBytesOf(1)], [64, 0])
  assert.deepEqual([gauge.fullCount, gauge.capacityBytes, gauge.name], [1, 64, 'test'])
})

test('multicast: a header that was overwritten is found, not followed', () => {
  for (const lengthBytes of [0, -16, 7, 1000]) {
    const bench = new MulticastBench(256, [[], []])
    bench.play('claim 8 → 8\n commit 1\n publish')
    bench.producer.view.setInt32(0, lengthBytes, true)
    assert.throws(() => bench.readers[1]!.peek(), /ring 'test': the record at byte 0 says it is/)
  }
})
