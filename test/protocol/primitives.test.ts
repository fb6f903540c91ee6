import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import * as envelope from '../../protocol/envelope.ts'
import { INT64_NULL, readInt64, writeInt64 } from '../../protocol/integers.ts'
import { REASONS, reasonRow } from '../../protocol/reasons.ts'
import { copyBytes, isIdentifier, readText, writeText } from '../../protocol/text.ts'
import {
  FRAMING_LOST,
  frameLength,
  INCOMPLETE,
  sendingTimeOf,
  WIRE_FRAME_BYTES_MAX,
  WIRE_HEADER_BYTES,
  writeWireHeader,
} from '../../protocol/wire-frame.ts'
import * as words from '../../protocol/words.ts'

const blank = (bytes: number): DataView => new DataView(new ArrayBuffer(bytes))

test('integers: what is written is what BigInt would write', () => {
  const view = blank(8)
  const edges = [0, 1, -1, 2 ** 31, 2 ** 32, -(2 ** 32) - 1, INT64_NULL]
  for (const value of [...edges, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]) {
    writeInt64(view, 0, value)
    assert.equal(view.getBigInt64(0, true), BigInt(value))
    assert.equal(readInt64(view, 0), value)
  }
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      writeInt64(view, 0, value)
      return readInt64(view, 0) === value && view.getBigInt64(0, true) === BigInt(value)
    }),
  )
})

test('integers: what is not null never reads as null, however near', () => {
  const view = blank(8)
  for (const above of [1n, 2n, 511n, 512n, 513n, 1024n, 2n ** 32n - 1n, 2n ** 32n]) {
    view.setBigInt64(0, -(2n ** 63n) + above, true)
    assert.notEqual(readInt64(view, 0), INT64_NULL, `null + ${above}`)
    assert.ok(!Number.isSafeInteger(readInt64(view, 0)))
  }
})

test('words: they are the bytes of the integers, over whatever stood there', () => {
  const written = (write: (view: DataView) => void): Uint8Array => {
    const bytes = new Uint8Array(8).fill(0xa5)
    write(new DataView(bytes.buffer))
    return bytes
  }
  const same = (value: number, put: (at: words.Words) => void): void => {
    const expected = written((view) => writeInt64(view, 0, value))
    assert.deepEqual(
      written(({ buffer }) => put(new Int32Array(buffer))),
      expected,
    )
  }
  const int32 = [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)]
  for (const value of int32) same(value, (at) => words.putInt32(at, 0, value))
  for (const value of int32) same(value || INT64_NULL, (at) => words.putInt32OrNull(at, 0, value))
  same(INT64_NULL, (at) => words.putNull64(at, 0))
  const safe = [2 ** 31, -(2 ** 31) - 1, 2 ** 32, -(2 ** 32) - 1, 2 ** 52 + 1]
  for (const value of [...safe, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]) {
    same(value, (at) => words.putInt64(at, 0, value))
  }
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => same(value, (at) => words.putInt64(at, 0, value))),
  )
})

test('text: a shorter text overwrites a longer one whole', () => {
  const view = blank(8)
  writeText(view, 0, 8, 'LONGTEXT')
  writeText(view, 0, 8, 'AB')
  assert.equal(readText(view, 0, 8), 'AB')
  assert.equal(view.getUint8(7), 0)
})

test('text: an identifier is letters, digits, _ and -, then only NULs', () => {
  const view = blank(6)
  const is = (bytes: string): boolean => {
    for (let i = 0; i < 6; i++) view.setUint8(i, bytes.charCodeAt(i))
    return isIdentifier(view, 0, 6)
  }
  for (const good of ['abcXYZ', '0_9-az', 'A\0\0\0\0\0']) assert.ok(is(good), good)
  for (const bad of ['\0\0\0\0\0\0', 'A B\0\0\0', 'A\0B\0\0\0', 'é\0\0\0\0\0', 'a.b\0\0\0']) {
    assert.ok(!is(bad), JSON.stringify(bad))
  }
})

test('text: copies of any length and alignment', () => {
  const from = blank(64)
  for (let i = 0; i < 64; i++) from.setUint8(i, i)
  for (let bytes = 0; bytes < 20; bytes++) {
    for (let at = 0; at < 5; at++) {
      const to = blank(64)
      copyBytes(from, at + 1, to, at, bytes)
      for (let i = 0; i < 64; i++) {
        assert.equal(to.getUint8(i), i >= at && i < at + bytes ? i + 1 : 0)
      }
    }
  }
})

test('envelope: a record is its header, envelope and block, padded to 8', () => {
  assert.equal(envelope.recordBytes(72), 8 + 32 + 72)
  assert.deepEqual([0, 1, 8, 9].map(envelope.alignRecord), [0, 8, 8, 16])
})

test('wire frame: a length out of bounds or another encoding has lost the framing', () => {
  const view = blank(WIRE_HEADER_BYTES)
  writeWireHeader(view, 0, { templateId: 48, blockBytes: 0, msgSeqNum: 1, sendingTime: 99 })
  assert.equal(frameLength(view, 0, WIRE_HEADER_BYTES), WIRE_HEADER_BYTES)
  assert.equal(sendingTimeOf(view, 0), 99)
  for (let have = 0; have < WIRE_HEADER_BYTES; have++) {
    assert.equal(frameLength(view, 0, have), INCOMPLETE)
  }
  for (const bad of [0, 3, WIRE_HEADER_BYTES - 1, WIRE_FRAME_BYTES_MAX + 1, 2 ** 31, 2 ** 32 - 1]) {
    view.setUint32(0, bad, true)
    assert.equal(frameLength(view, 0, 4), FRAMING_LOST, String(bad))
  }
  view.setUint32(0, WIRE_HEADER_BYTES, true)
  view.setUint16(4, 0x5be0, true)
  assert.equal(frameLength(view, 0, 6), FRAMING_LOST)
})

test('reasons: codes are unique, each has a sentence, an unknown one still has a row', () => {
  const codes = REASONS.map((row) => row.code)
  assert.equal(new Set(codes).size, codes.length)
  for (const { code, sentence } of REASONS)
    assert.ok(code === 0 || sentence.endsWith('.'), `${code}`)
  assert.equal(reasonRow(60000).name, 'Reason60000')
})
