import * as assert from 'node:assert/strict'
import { test } from 'node:test'
import { RECORD_LENGTH_OFFSET } from '../../protocol/envelope.ts'
import { crc32, crc32ByTable } from '../../storage/crc32.ts'
import { FRAME_BODY_BYTES_MAX, FRAME_BYTES_MAX, FrameKind } from '../../storage/frame.ts'
import { FrameBatch, FULL } from '../../storage/frame-batch.ts'
import { lengthOf, recordOf } from './journal-fixture.ts'

function contents(batch: FrameBatch): Uint8Array[] {
  const records: Uint8Array[] = []
  for (let at = batch.first(); at !== -1; at = batch.next(at)) {
    const length = batch.view.getInt32(at + RECORD_LENGTH_OFFSET, true)
    records.push(batch.bytes.slice(at, at + length))
  }
  return records
}

test('frame batch: gives back the records in the order they came, over several frames', () => {
  const batch = new FrameBatch(FrameKind.Commands, 3)
  const records: Uint8Array[] = []
  for (let sequence = 1; ; sequence++) {
    const record = recordOf(sequence, lengthOf(sequence))
    if (batch.append(record, 0, record.length) === FULL) break
    records.push(record)
  }
  assert.equal(batch.frameCount, 3)
  assert.equal(batch.count, records.length)
  assert.ok(batch.bodyBytes > 2 * 65_000)
  assert.deepEqual(contents(batch), records)
})

test('frame batch: what comes from shared memory arrives as it was, wherever it stood', () => {
  const batch = new FrameBatch(FrameKind.Commands)
  const shared = new Uint8Array(new SharedArrayBuffer(4096), 4)
  const records: Uint8Array[] = []
  for (let index = 0; index < 200; index++) {
    const record = recordOf(index + 1, 40 + index * 3)
    const start = (index * 7) % 1000
    shared.set(record, start)
    batch.append(shared, start, record.length)
    shared.fill(0xee)
    records.push(record)
  }
  assert.deepEqual(contents(batch), records)
  assert.ok(!((batch.bytes.buffer as ArrayBufferLike) instanceof SharedArrayBuffer))
})

test('frame batch: padding is zero even where an earlier batch left bytes', () => {
  const batch = new FrameBatch(FrameKind.Commands, 1)
  const long = recordOf(1, 4000)
  batch.append(long, 0, long.length)
  batch.reset()
  const odd = recordOf(2, 41)
  const at = batch.append(odd, 0, odd.length)
  assert.deepEqual(batch.bytes.slice(at + 41, at + 48), new Uint8Array(7))
})

test('frame batch: empty, it has no first record; reset, it takes a whole frame again', () => {
  const batch = new FrameBatch(FrameKind.Events, 1)
  const record = recordOf(1, FRAME_BODY_BYTES_MAX)
  for (let round = 0; round < 3; round++) {
    assert.ok(batch.isEmpty)
    assert.equal(batch.first(), -1)
    const at = batch.append(record, 0, record.length)
    assert.equal(batch.first(), at)
    assert.equal(batch.frame(0).length, FRAME_BYTES_MAX)
    assert.equal(batch.append(record, 0, record.length), FULL)
    batch.reset()
  }
})

test('frame batch: a record no frame can hold, or whose length lies, is refused at once', () => {
  const batch = new FrameBatch(FrameKind.Commands)
  const record = recordOf(1, FRAME_BODY_BYTES_MAX + 1)
  for (const length of [record.length, 8, 0, -8, record.length + 1]) {
    assert.throws(() => batch.append(record, 0, length), { code: 'record-refused' })
  }
  assert.throws(() => batch.append(recordOf(1, 64), 0, 56), { code: 'record-refused' })
  assert.ok(batch.isEmpty)
})

test('crc32: the table and the one of Node agree', () => {
  const bytes = recordOf(9, 5000)
  const head = crc32(bytes.subarray(0, 1234))
  assert.equal(crc32ByTable(bytes), crc32(bytes))
  assert.equal(crc32ByTable(bytes.subarray(1234), head), crc32(bytes))
  assert.equal(crc32ByTable(Buffer.from('123456789')), 0xcbf43926)
})
