/** Records that go into a ring many at once arrive as those that go one by one. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Outbox } from '../../engine/shard/outbox.ts'
import { sendRecord, sendRecords } from '../../engine/shard/records.ts'
import {
  BLOCK_LENGTH_OFFSET,
  ENVELOPE_BYTES,
  NUMBER_OFFSET,
  RECORD_HEADER_BYTES,
  recordBytes,
  SCHEMA_ID_OFFSET,
  SEQUENCE_OFFSET,
  SESSION_OFFSET,
  TEMPLATE_ID_OFFSET,
  TIME_OFFSET,
  VERSION_OFFSET,
} from '../../protocol/envelope.ts'
import { readInt64 } from '../../protocol/integers.ts'
import { allocateDoorbell, Doorbell } from '../../ringbuffer/doorbell.ts'
import { allocateRing } from '../../ringbuffer/spsc/allocate-ring.ts'
import { EMPTY, RingConsumer, RingProducer } from '../../ringbuffer/spsc/spsc-ring.ts'
import { seeded } from '../actors/seeded.ts'

class Channel {
  readonly producer: RingProducer
  readonly heard: string[] = []
  readonly #consumer: RingConsumer

  constructor(capacityBytes: number, startPosition: number) {
    const memory = allocateRing({ capacityBytes, name: 'test', startPosition })
    const bells = {
      consumerBell: new Doorbell(allocateDoorbell()),
      producerBell: new Doorbell(allocateDoorbell()),
    }
    this.producer = new RingProducer(memory, bells)
    this.#consumer = new RingConsumer(memory, bells)
  }

  /** Reads at most so many records. */
  read(most: number): void {
    const ring = this.#consumer
    for (let at = ring.peek(), i = 0; at !== EMPTY && i < most; at = ring.peek(), i++) {
      const bytes = Buffer.from(ring.bytes.slice(at, at + ring.payloadBytes))
      this.heard.push(`${ring.recordType} ${bytes.toString('hex')}`)
      ring.advance()
    }
    ring.release()
  }
}

function fill(outbox: Outbox, random: (bound: number) => number): void {
  outbox.begin(random(1_000), random(1_000))
  for (let i = random(40); i >= 0; i--) {
    const bytes = random(60)
    const at = outbox.open(1 + random(90), bytes, random(5), random(1_000))
    for (let k = 0; k < bytes; k++) outbox.bytes[at + k] = random(256)
  }
}

test('records: many at once arrive as one by one, whatever the ring, its reader and its wrap do', () => {
  let [full, wrapped] = [0, 0]
  for (let seed = 1; seed <= 300; seed++) {
    const random = seeded(seed)
    const capacityBytes = 1024 << random(4)
    const startPosition = random(2) === 0 ? random(1 << 20) : -random(200)
    const one = new Channel(capacityBytes, startPosition)
    const many = new Channel(capacityBytes, startPosition)
    const outbox = new Outbox({ schemaId: 1, version: 1, eventsBefore: 0 })
    for (let turn = 0; turn < 20; turn++) {
      outbox.clear()
      fill(outbox, random)
      const { endBytes } = outbox
      for (let at = 0; at < endBytes; ) {
        if (sendRecord(one.producer, outbox, at)) at = outbox.next(at)
        one.producer.publish()
        one.read(random(3))
      }
      for (let at = 0; at < endBytes; ) {
        const next = sendRecords(many.producer, outbox, at, endBytes)
        if (next < endBytes) full++
        if (many.producer.appendableBytes < recordBytes(60)) wrapped++
        at = next
        many.producer.publish()
        many.read(random(12))
      }
    }
    one.read(Number.MAX_SAFE_INTEGER)
    many.read(Number.MAX_SAFE_INTEGER)
    assert.deepEqual(many.heard, one.heard, `seed ${seed}`)
  }
  assert.ok(full > 300 && wrapped > 300, `${full} times full, ${wrapped} at the ring's end`)
})

test('records: an append is refused that has no room, is no whole record, or meets a claim', () => {
  const { producer } = new Channel(1024, 0)
  const bytes = new Uint8Array(4096)
  assert.throws(() => producer.append(bytes, 0, 2048, 1), /append\(\) of 2048 B/)
  assert.throws(() => producer.append(bytes, 0, 12, 1), /append\(\) of 12 B/)
  producer.claim(RECORD_HEADER_BYTES)
  assert.throws(() => producer.append(bytes, 0, 16, 1), /with a claim open/)
})

test('records: sessions and numbers are of 32 bits, sequences and times of 53', () => {
  const outbox = new Outbox({ schemaId: 7, version: 9, eventsBefore: 0 })
  for (const [u32, safe] of [[0, 1] as const, [2 ** 31, 2 ** 32 + 5], [2 ** 32 - 2, 2 ** 53 - 1]]) {
    outbox.clear()
    outbox.begin(safe, safe - 1)
    const block = outbox.open(25_685, 12, u32, u32)
    const { view } = outbox
    const envelope = block - ENVELOPE_BYTES
    assert.equal(view.getUint16(envelope + BLOCK_LENGTH_OFFSET, true), 12)
    assert.equal(view.getUint16(envelope + TEMPLATE_ID_OFFSET, true), 25_685)
    assert.equal(view.getUint16(envelope + SCHEMA_ID_OFFSET, true), 7)
    assert.equal(view.getUint16(envelope + VERSION_OFFSET, true), 9)
    assert.equal(view.getUint32(envelope + SESSION_OFFSET, true), u32)
    assert.equal(view.getUint32(envelope + NUMBER_OFFSET, true), u32)
    assert.equal(readInt64(view, envelope + SEQUENCE_OFFSET), safe)
    assert.equal(readInt64(view, envelope + TIME_OFFSET), safe - 1)
    assert.equal(outbox.endBytes % 8, 0)
  }
})
