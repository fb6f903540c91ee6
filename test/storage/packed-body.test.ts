/** Frames are packed and unpacked to the byte, whatever the records are, and whatever bytes come instead of a packed body. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alignRecord, RECORD_LENGTH_OFFSET, RECORD_TYPE_OFFSET } from '../../protocol/envelope.ts'
import {
  checkFrame,
  FRAME_BYTES_MAX,
  FRAME_HEADER_BYTES,
  FrameKind,
  NO_HASH,
  RECORD_BYTES_MIN,
} from '../../storage/frame.ts'
import { FrameBatch, FULL } from '../../storage/frame-batch.ts'
import { packBody, packedBytesMax, unpackBody } from '../../storage/packed-body.ts'
import { FrameMemory, FramePacker, unpackFrame } from '../../storage/packed-frame.ts'
import { randomFrom } from './journal-fixture.ts'

const STAMPS = { kind: FrameKind.Events, schemaHash: '0123456789abcdef', buildHash: '0'.repeat(16) }

type Random = () => number
const below = (random: Random, end: number): number => Math.floor(random() * end)

/** Records of a few types; each is the last of its type with some bytes changed, or anything. */
function randomBatch(random: Random): FrameBatch {
  const batch = new FrameBatch(FrameKind.Events, 2)
  const types = [8, 0x6455, 0x4d51, -7, 0x7fffffff, 264]
  const last = new Map<number, Uint8Array>()
  for (let left = 1 + below(random, 600); left > 0; left--) {
    const type = types[below(random, types.length)]!
    const before = last.get(type)
    const isLike = before !== undefined && random() < 0.8
    const length = isLike ? before.length : RECORD_BYTES_MIN + below(random, 400)
    const record = isLike ? before.slice() : new Uint8Array(length)
    const changes = random() < 0.1 ? length : below(random, 8)
    for (let change = changes; change > 0; change--) {
      record[below(random, length)] = random() < 0.5 ? 0 : below(random, 256)
    }
    const view = new DataView(record.buffer)
    view.setInt32(RECORD_LENGTH_OFFSET, length, true)
    view.setInt32(RECORD_TYPE_OFFSET, type, true)
    if (batch.append(record, 0, length) === FULL) break
    last.set(type, record)
  }
  return batch
}

test('packed body: 400 batches of any records come back as they were, through both ways of reading', () => {
  const memory = new FrameMemory()
  const packer = new FramePacker()
  let packedBytes = 0
  let plainBytes = 0
  for (let seed = 1; seed <= 400; seed++) {
    const batch = randomBatch(randomFrom(seed))
    packer.begin()
    const plain: Uint8Array[] = []
    const stored: Uint8Array[] = []
    for (let index = 0; index < batch.frameCount; index++) {
      plain.push(batch.frame(index).slice(FRAME_HEADER_BYTES))
      const header = { firstSequence: 1, count: batch.frameRecords(index), timeUs: 5 }
      stored.push(packer.seal(batch, index, { ...STAMPS, ...header, previousHash: NO_HASH }))
    }
    // Only now: what a frame stands in must not be the next one's.
    for (const [index, frame] of stored.entries()) {
      const where = `seed ${seed}, frame ${index}`
      assert.equal(checkFrame(frame, { kind: FrameKind.Events, firstSequence: 1 }), null, where)
      assert.ok(frame.length <= FRAME_HEADER_BYTES + plain[index]!.length, where)
      const own = unpackFrame(frame.slice())
      assert.deepEqual(own?.subarray(FRAME_HEADER_BYTES), plain[index], where)
      const unaligned = new Uint8Array(frame.length + 1).subarray(1)
      unaligned.set(frame)
      assert.deepEqual(unpackFrame(unaligned)?.subarray(FRAME_HEADER_BYTES), plain[index], where)
      memory.stored.set(frame)
      const inMemory = unpackFrame(memory.stored.subarray(0, frame.length), memory)
      assert.deepEqual(inMemory?.subarray(FRAME_HEADER_BYTES), plain[index], where)
      packedBytes += frame.length
      plainBytes += plain[index]!.length
    }
  }
  assert.ok(packedBytes < plainBytes / 2, `${packedBytes} B of ${plainBytes} B`)
})

test('packed body: a record is one mask and what has changed', () => {
  const record = (length: number, type: number, value: number): Int32Array => {
    const words = new Int32Array(alignRecord(length) / 4)
    words[RECORD_LENGTH_OFFSET / 4] = length
    words[RECORD_TYPE_OFFSET / 4] = type
    words[11] = value
    return words
  }
  const rows: [name: string, records: Int32Array[], words: number][] = [
    ['the first: length, type and a value', [record(48, 8, 7)], 1 + 1 + 3],
    ['the same again', [record(48, 8, 7), record(48, 8, 7)], 5 + 2],
    ['another value', [record(48, 8, 7), record(48, 8, 9)], 5 + 2 + 1],
    ['another length: as a first one', [record(48, 8, 7), record(56, 8, 7)], 5 + 5],
    ['another type: as a first one', [record(48, 8, 7), record(48, 9, 7)], 5 + 5],
    ['of 33 words there are two masks', [record(132, 8, 7)], 1 + 2 + 3],
  ]
  for (const [name, records, expected] of rows) {
    const words = Int32Array.from(records.flatMap((one) => [...one]))
    const packed = new Int32Array(packedBytesMax(words.length * 4, records.length) / 4)
    assert.equal(packBody(words, 0, words.length, packed, 0), expected, name)
  }
})

test('packed body: bytes that were never packed are refused, and nothing outside is touched', () => {
  const random = randomFrom(7)
  const GUARD = 0x5a5a5a5a
  const words = new Int32Array(FRAME_BYTES_MAX / 4)
  let refused = 0
  for (let round = 0; round < 20_000; round++) {
    const plainWords = 12 + 2 * below(random, 200)
    const packed = new Int32Array(below(random, 60))
    for (let word = 0; word < packed.length; word++) {
      packed[word] = random() < 0.3 ? 12 + below(random, 20) : below(random, 2 ** 32) | 0
      if (random() < 0.5) packed[word]! >>>= below(random, 32)
    }
    words.fill(GUARD, 0, plainWords + 400)
    const at = 100
    if (!unpackBody(packed, 0, packed.length, words, at, at + plainWords)) refused++
    for (let guard = 0; guard < at; guard++) assert.equal(words[guard], GUARD)
    for (let guard = at + plainWords; guard < plainWords + 400; guard++) {
      assert.equal(words[guard], GUARD, `round ${round}`)
    }
  }
  assert.ok(refused > 19_000, `${refused} refused`)
})
