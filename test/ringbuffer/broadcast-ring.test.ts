import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { allocateBroadcastRing } from '../../ringbuffer/broadcast/allocate-broadcast-ring.ts'
import { BroadcastGauge } from '../../ringbuffer/broadcast/broadcast-gauge.ts'
import {
  INTENT_INDEX,
  LATEST_INDEX,
  NUMBER_OFFSET,
  STAMP_BYTES,
  TAIL_INDEX,
} from '../../ringbuffer/broadcast/broadcast-layout.ts'
import { BroadcastReader } from '../../ringbuffer/broadcast/broadcast-reader.ts'
import { BroadcastProducer } from '../../ringbuffer/broadcast/broadcast-ring.ts'
import { allocateDoorbell, Doorbell } from '../../ringbuffer/doorbell.ts'
import { allocateRing } from '../../ringbuffer/spsc/allocate-ring.ts'
import { EMPTY } from '../../ringbuffer/spsc/spsc-ring.ts'

const stage = (
  capacityBytes = 256,
  options: { startPosition?: number; firstNumber?: number; from?: 'newest' | 'oldest' } = {},
) => {
  const memory = allocateBroadcastRing({ capacityBytes, name: 'test', ...options })
  const producer = new BroadcastProducer(memory)
  const reader = new BroadcastReader(memory, { from: options.from ?? 'newest' })
  return { memory, producer, reader, gauge: new BroadcastGauge(memory) }
}

/** Records whose type is their payload. */
const send = (producer: BroadcastProducer, ...types: number[]): void => {
  for (const type of types) {
    producer.view.setInt32(producer.claim(4), type, true)
    producer.commit(type)
  }
}

/** The type of the next record, or EMPTY. */
const take = (reader: BroadcastReader): number => {
  const at = reader.peek()
  if (at === EMPTY) return EMPTY
  assert.equal(reader.view.getInt32(at, true), reader.recordType)
  assert.equal(reader.payloadBytes, 4)
  reader.advance()
  return reader.recordType
}

test('broadcast: all readers see a record after publish, each for itself', () => {
  const { memory, producer, reader } = stage()
  const other = new BroadcastReader(memory, { from: 'newest' })
  send(producer, 5, 6)
  assert.equal(reader.peek(), EMPTY)
  assert.equal(producer.hasUnpublished, true)
  producer.publish()
  assert.deepEqual([take(reader), take(reader), take(reader)], [5, 6, EMPTY])
  assert.deepEqual([take(other), take(other), take(other)], [5, 6, EMPTY])
})

test('broadcast: what is shown stays, whatever the producer does meanwhile', () => {
  const { producer, reader } = stage()
  send(producer, 5)
  producer.publish()
  assert.equal(reader.peek(), 0)
  for (let lap = 0; lap < 50; lap += 1) send(producer, 6)
  producer.publish()
  assert.equal(reader.hasWork(), true)
  assert.deepEqual([take(reader), reader.recordNumber], [5, 1])
  assert.equal(take(reader), 6)
  assert.deepEqual([reader.laps, reader.missedRecords], [1, 49])
})

test('broadcast: a lapped reader learns what it missed, and goes on with the newest', () => {
  const { producer, reader, gauge } = stage()
  send(producer, 1)
  producer.publish()
  assert.equal(take(reader), 1)
  for (let type = 2; type <= 100; type += 1) send(producer, type)
  producer.publish()
  assert.deepEqual([take(reader), take(reader)], [100, EMPTY])
  assert.deepEqual(
    [reader.laps, reader.missedRecords, reader.missedBytes],
    [1, 98, 98 * 24 + 9 * 16],
  )
  assert.deepEqual([gauge.recordsIn, gauge.laps, gauge.missedRecords], [100, 1, 98])
})

test('broadcast: or with the oldest that is safe, about half a ring behind', () => {
  const { producer, reader } = stage(1024, { from: 'oldest' })
  for (let type = 1; type <= 1000; type += 1) send(producer, type)
  producer.publish()
  const first = take(reader)
  assert.equal(reader.missedRecords, first - 1)
  // 24 B each: half a ring is 21, three quarters are 32.
  assert.ok(first > 1000 - 32 && first < 1000 - 14, `${first}`)
  for (let type = first + 1; type <= 1000; type += 1) assert.equal(take(reader), type)
  assert.equal(take(reader), EMPTY)
})

test('broadcast: three quarters of the ring behind, nothing is lost yet', () => {
  const { producer, reader } = stage(1024)
  const types = Array.from({ length: 32 }, (_, n) => n + 1)
  send(producer, ...types)
  producer.publish()
  assert.deepEqual(
    types.map(() => take(reader)),
    types,
  )
  assert.equal(reader.laps, 0)
})

test('broadcast: who begins late begins with the newest or the oldest, and missed none', () => {
  const { memory, producer } = stage(1024)
  for (let type = 1; type <= 100; type += 1) send(producer, type)
  producer.publish()
  const newest = new BroadcastReader(memory, { from: 'newest' })
  assert.deepEqual([take(newest), newest.missedRecords, newest.laps], [100, 0, 0])
  const oldest = new BroadcastReader(memory, { from: 'oldest' })
  const first = take(oldest)
  assert.ok(first > 100 - 32 && first < 100 - 14, `${first}`)
  assert.deepEqual([oldest.missedRecords, oldest.missedBytes, oldest.laps], [0, 0, 0])
})

test('broadcast: numbers count on over 2^32, and so does what was missed', () => {
  const { producer, reader } = stage(256, { firstNumber: 2 ** 33 - 3 })
  send(producer, 1)
  producer.publish()
  assert.equal(reader.peek(), 0)
  assert.equal(reader.recordNumber, 2 ** 33 - 3)
  reader.advance()
  for (let type = 2; type <= 50; type += 1) send(producer, type)
  producer.publish()
  reader.peek()
  assert.deepEqual([reader.recordNumber, reader.missedRecords], [2 ** 33 + 46, 48])
})

for (const startPosition of [0, 2 ** 31 - 40, 2 ** 32 - 40]) {
  test(`broadcast: every size wraps at every offset, from position ${startPosition}`, () => {
    for (let start = 0; start < 64; start += 1) {
      for (let payloadBytes = 0; payloadBytes <= 44; payloadBytes += 1) {
        const { producer, reader } = stage(512, { startPosition: startPosition + start })
        for (let n = 1; n <= 30; n += 1) exchange(producer, reader, payloadBytes, n)
        assert.equal(reader.peek(), EMPTY)
        assert.equal(reader.laps, 0)
      }
    }
  })
}

/** One record through the ring, every byte looked at. */
const exchange = (
  producer: BroadcastProducer,
  reader: BroadcastReader,
  payloadBytes: number,
  n: number,
): void => {
  const to = producer.claim(payloadBytes)
  for (let i = 0; i < payloadBytes; i += 1) producer.bytes[to + i] = n + i
  producer.commit(n)
  producer.publish()
  const from = reader.peek()
  assert.deepEqual([from, reader.recordType, reader.payloadBytes], [0, n, payloadBytes])
  for (let i = 0; i < payloadBytes; i += 1) {
    if (reader.bytes[i] !== ((n + i) & 0xff)) assert.fail(`byte ${i} of record ${n}`)
  }
  reader.advance()
}

test('broadcast: a long record is copied whole', () => {
  const { producer, reader } = stage(8192)
  const payload = Uint8Array.from({ length: 1004 }, (_, i) => i)
  producer.bytes.set(payload, producer.claim(1004))
  producer.commit(1)
  producer.publish()
  assert.equal(reader.peek(), 0)
  assert.deepEqual(reader.bytes.subarray(0, reader.payloadBytes), payload)
})

test('broadcast: an aborted claim leaves no trace, and calls out of turn are refused', () => {
  const { producer, reader } = stage()
  assert.throws(() => producer.commit(1), /commit\(\) without a claim/)
  assert.throws(() => producer.abort(), /abort\(\) without a claim/)
  assert.throws(() => reader.advance(), /advance\(\) without a record: peek\(\) first/)
  producer.claim(8)
  assert.throws(() => producer.claim(8), /claim\(\) with a claim open/)
  assert.throws(() => producer.commit(0), /record type 0/)
  producer.abort()
  producer.publish()
  assert.equal(reader.peek(), EMPTY)
  send(producer, 4)
  producer.publish()
  assert.equal(take(reader), 4)
})

test('broadcast: sizes that will not do are refused with cause and mend', () => {
  const { producer } = stage()
  assert.throws(() => producer.claim(13), {
    name: 'RangeError',
    message: /'test': a record of 33 B, header and stamp included, is above 32 B.*ring 512 B/,
  })
  assert.throws(() => producer.claim(-1), /a payload of -1 B is no size/)
  producer.claim(12)
  const allocate = (capacityBytes: number) => allocateBroadcastRing({ capacityBytes, name: 'b' })
  assert.throws(
    () => allocate(128),
    /broadcast 'b': capacity 128 B is below 256: give it that or more/,
  )
  assert.throws(() => allocate(300), /is not a power of two: give it 512/)
  const spsc = allocateRing({ capacityBytes: 256, name: 'spsc' })
  assert.throws(() => new BroadcastGauge(spsc), /no broadcast ring: take it from allocateBroadc/)
})

test('broadcast: a header that was overwritten is found, not followed', () => {
  for (const lengthBytes of [0, -16, 7, 1000]) {
    const { producer, reader } = stage()
    send(producer, 1)
    producer.publish()
    producer.view.setInt32(0, lengthBytes, true)
    assert.throws(() => reader.peek(), /ring 'test': the record at byte 0 says it is/)
  }
})

test('broadcast: a copy that the producer may have overwritten is thrown away', () => {
  const { memory, producer, reader } = stage()
  send(producer, 1, 2)
  producer.publish()
  const words = new Int32Array(memory)
  const intent = words[INTENT_INDEX]!
  // As if a lap had been announced, and nothing of it written or published.
  words[INTENT_INDEX] = intent + 32
  assert.equal(reader.peek(), EMPTY, 'nothing safe is there')
  assert.equal(reader.laps, 1)
  words[INTENT_INDEX] = intent
  assert.equal(take(reader), 2)
  assert.equal(reader.missedRecords, 1)
})

test('broadcast: a reader that slept through 2^32 units is told by the number', () => {
  const { producer, reader } = stage()
  send(producer, 7)
  producer.publish()
  // All positions are those that it expects; the record is one of 2^32 units later.
  const number = 2 ** 32 + 900
  producer.view.setInt32(NUMBER_OFFSET, number, true)
  producer.view.setInt32(NUMBER_OFFSET + 4, 1, true)
  producer.view.setInt32(24 - STAMP_BYTES, number, true)
  assert.equal(reader.peek(), 0)
  assert.deepEqual([reader.recordNumber, reader.missedRecords, reader.laps], [number, number, 1])
})

test('broadcast: a successor counts on, and what was not published leaves no trace', () => {
  const { memory, reader, producer } = stage(512)
  send(producer, 1, 2)
  producer.publish()
  for (let n = 0; n < 4; n += 1) send(producer, 99)
  producer.claim(40)
  const successor = new BroadcastProducer(memory)
  for (let type = 3; type <= 6; type += 1) {
    successor.view.setInt32(successor.claim(4), type, true)
    successor.commit(type)
    successor.publish()
  }
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6].map(() => take(reader)),
    [1, 2, 3, 4, 5, 6],
  )
  assert.equal(reader.laps, 0)
  for (let type = 7; type <= 60; type += 1) send(successor, type)
  successor.publish()
  const oldest = new BroadcastReader(memory, { from: 'oldest' })
  for (let type = take(oldest) + 1; type <= 60; type += 1) assert.equal(take(oldest), type)
  assert.equal(take(reader), 60)
  assert.equal(reader.missedRecords, 53)
})

test('broadcast: a predecessor that stored TAIL and not LATEST is counted right', () => {
  const { memory, producer } = stage(512)
  send(producer, 1)
  producer.publish()
  const latest = new Int32Array(memory)[LATEST_INDEX]!
  send(producer, 2, 3)
  producer.publish()
  new Int32Array(memory)[LATEST_INDEX] = latest
  const successor = new BroadcastProducer(memory)
  const reader = new BroadcastReader(memory, { from: 'newest' })
  assert.equal(take(reader), 3)
  send(successor, 4)
  successor.publish()
  assert.equal(reader.recordNumber, 3)
  assert.equal(take(reader), 4)
  assert.equal(reader.laps, 0)
})

/** What happens to the words that threads share, in order. */
const trace = (context: TestContext, memory: SharedArrayBuffer, play: () => void): string[] => {
  const names = new Map([
    [INTENT_INDEX, 'INTENT'],
    [TAIL_INDEX, 'TAIL'],
    [LATEST_INDEX, 'LATEST'],
  ])
  const seen: string[] = []
  for (const name of ['load', 'store'] as const) {
    const access = Atomics[name] as (words: Int32Array, index: number, value: number) => number
    context.mock.method(Atomics, name, (words: Int32Array, index: number, value: number) => {
      const isRing = words.buffer === memory
      seen.push(`${name} ${isRing ? (names.get(index) ?? 'MARK') : `own ${words.byteLength}`}`)
      return access(words, index, value)
    })
  }
  play()
  context.mock.restoreAll()
  return seen
}

test('broadcast: INTENT is stored and fenced before a byte is written, TAIL after', (context) => {
  const { memory, producer } = stage()
  const claimed = trace(context, memory, () => producer.claim(4))
  assert.deepEqual(claimed, ['store MARK', 'store INTENT', 'load INTENT'])
  assert.deepEqual(
    trace(context, memory, () => producer.commit(1)),
    [],
  )
  assert.deepEqual(
    trace(context, memory, () => producer.publish()),
    ['store TAIL', 'store LATEST'],
  )
  assert.deepEqual(
    trace(context, memory, () => producer.claim(4)),
    [],
    'within the quarter',
  )
})

test('broadcast: a reader fences its copy, and looks at INTENT then', (context) => {
  const { memory, producer, reader } = stage()
  send(producer, 1)
  producer.publish()
  const seen = trace(context, memory, () => reader.peek())
  assert.deepEqual(seen, ['load TAIL', 'store own 4', 'load INTENT'])
})

test('broadcast: publish rings the bells it was given, once the record is there', async () => {
  const { memory, reader } = stage()
  const bell = new Doorbell(allocateDoorbell())
  const producer = new BroadcastProducer(memory, [bell])
  const rung = bell.parkInEventLoop(30_000, () => reader.hasWork())
  send(producer, 1)
  assert.equal(bell.isParked, true)
  producer.publish()
  assert.equal(bell.isParked, false)
  const alive = setInterval(() => bell.beat(), 1_000)
  await rung
  clearInterval(alive)
  assert.equal(take(reader), 1)
})
