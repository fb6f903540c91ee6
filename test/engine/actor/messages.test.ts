import assert from 'node:assert/strict'
import { test } from 'node:test'
import { behavior } from '../../../engine/actor/behavior.ts'
import { Catalog } from '../../../engine/actor/catalog.ts'
import { shown } from '../../../engine/actor/check-given.ts'
import {
  bool,
  type Field,
  f64,
  i32,
  i53,
  text,
  u8,
  u16,
  u32,
} from '../../../engine/actor/fields.ts'
import {
  type AnyMessage,
  type Fields,
  type Flyweight,
  packed,
  packedBlockBytes,
  protocol,
  request,
  unpack,
} from '../../../engine/actor/message.ts'
import type { AnyBehavior } from '../../../engine/host/actor-cell.ts'

const NOT_A_NUMBER: readonly unknown[] = [Number.NaN, 0.5, '1', undefined, null, true]
const SAFE = Number.MAX_SAFE_INTEGER

/** What each kind takes, at its limits, and what it does not, just outside. */
const KINDS: readonly {
  readonly field: Field<unknown>
  readonly takes: readonly unknown[]
  readonly refuses: readonly unknown[]
  readonly give: string
}[] = [
  { field: u8, takes: [0, 1, 255], refuses: [-1, 256, ...NOT_A_NUMBER], give: 'from 0 to 255' },
  { field: u16, takes: [0, 65535], refuses: [-1, 65536, ...NOT_A_NUMBER], give: 'to 65,535' },
  {
    field: u32,
    takes: [0, 2 ** 32 - 1],
    refuses: [-1, 2 ** 32, ...NOT_A_NUMBER],
    give: '2^32 - 1',
  },
  {
    ...{ field: i32, takes: [-(2 ** 31), 0, 2 ** 31 - 1] },
    ...{ refuses: [-(2 ** 31) - 1, 2 ** 31, ...NOT_A_NUMBER], give: 'an integer of 32 bits' },
  },
  {
    ...{ field: i53, takes: [-SAFE, 0, SAFE] },
    ...{ refuses: [-SAFE - 1, SAFE + 1, Infinity, ...NOT_A_NUMBER], give: 'a safe integer' },
  },
  {
    ...{ field: f64, takes: [-1.5, 0, Number.MAX_VALUE, Infinity, Number.NaN] },
    ...{ refuses: ['1', undefined, null, true], give: 'a number' },
  },
  { field: bool, takes: [true, false], refuses: [0, 1, 'true', undefined], give: 'true or false' },
  {
    ...{
      field: text(6),
      takes: ['', 'a', 'sixsix', '\ufeff', '\ufeffab', '€€', 'éàü', '😀ab', 'a\0b'],
    },
    ...{
      refuses: ['sevenxx', '\ud800', 'a\udc00', '\udc00\ud800', '€€a', '😀abc', 1, undefined],
      give: 'at most 6 bytes of UTF-8',
    },
  },
]

const newView = (bytes: number): DataView => new DataView(new ArrayBuffer(bytes).slice(0))

function readerOf(type: AnyMessage, view: DataView, at = 0): Flyweight & Record<string, unknown> {
  const reader = type.$reader as Flyweight & Record<string, unknown>
  reader.$view = view
  reader.$at = at
  return reader
}

test('fields: each kind takes its limits, and reads back what was written', () => {
  for (const { field, takes } of KINDS) {
    const { M } = protocol('p', { M: { before: u8, field, after: u8 } })
    for (const value of takes) {
      const view = newView(M.blockBytes + 8)
      M.write(view, 8, { before: 0xaa, field: value, after: 0xbb } as never)
      const reader = readerOf(M as unknown as AnyMessage, view, 8)
      assert.deepEqual(reader.copy(), { before: 0xaa, field: value, after: 0xbb }, field.kind)
      assert.deepEqual(reader.field, value, field.kind)
    }
  }
})

test('fields: what is just outside is refused, with its place, its value and what to give', () => {
  for (const { field, refuses, give } of KINDS) {
    const { M } = protocol('p', { M: { field } })
    const draft = readerOf(M as unknown as AnyMessage, newView(M.blockBytes))
    for (const value of refuses) {
      const isIts = (error: unknown): boolean =>
        error instanceof RangeError &&
        error.message.startsWith(`p.M.field = ${shown(value)}: give it `) &&
        error.message.includes(give)
      const write = (): void => M.write(newView(M.blockBytes), 0, { field: value } as never)
      assert.throws(write, isIts, `${field.kind}: ${String(value)} as a whole`)
      const set = (): void => {
        draft.field = value
      }
      assert.throws(set, isIts, `${field.kind}: ${String(value)} in place`)
    }
  }
})

test('fields: a text of no size, or too great a one, is refused', () => {
  for (const bytes of [0, -1, 1.5, 4097, Number.NaN]) {
    assert.throws(() => text(bytes), /give it 1 to 4096 bytes/)
  }
  text(4096)
})

test('fields: a shorter text leaves nothing of a longer one', () => {
  const { M } = protocol('p', { M: { word: text(14) } })
  const once = newView(M.blockBytes)
  const twice = newView(M.blockBytes)
  M.write(twice, 0, { word: 'a longer text' })
  for (const view of [once, twice]) M.write(view, 0, { word: 'short' })
  assert.deepEqual(twice, once)
})

test('messages: each field stands at a multiple of its size, in order, and a block is of whole words', () => {
  const rows: readonly [Fields, string, number][] = [
    [{}, '', 8],
    [{ a: u8 }, 'a:u8@0', 8],
    [{ a: u8, b: u16, c: u8, d: u32 }, 'a:u8@0,b:u16@2,c:u8@4,d:u32@8', 16],
    [{ a: u8, b: i53, c: bool }, 'a:u8@0,b:i53@8,c:bool@16', 24],
    [{ a: u8, b: text(3), c: i32 }, 'a:u8@0,b:text(3)@2,c:i32@8', 16],
    [{ a: f64, b: u8 }, 'a:f64@0,b:u8@8', 16],
  ]
  for (const [fields, places, blockBytes] of rows) {
    const { M } = protocol('p', { M: fields })
    assert.equal(M.layout, `M(${places})`)
    assert.equal(M.blockBytes, blockBytes)
  }
})

test('messages: whatever changes in a protocol changes its layout, and its number is its name’s', () => {
  const base = { A: { x: u32, y: u16 }, B: {} }
  const others = [
    protocol('q', base),
    protocol('p', { A: { x: u32, z: u16 }, B: {} }),
    protocol('p', { A: { x: i32, y: u16 }, B: {} }),
    protocol('p', { A: { y: u16, x: u32 }, B: {} }),
    protocol('p', { B: {}, A: { x: u32, y: u16 } }),
    protocol('p', { ...base, C: {} }),
    protocol('p', { A: request({ x: u32, y: u16 }, {}), B: {} }),
    protocol('p', { A: request({ x: u32, y: u16 }, { ok: bool }), B: {} }),
    protocol('p', { A: packed<object>(), B: {} }),
  ]
  const all = [protocol('p', base), ...others]
  assert.equal(new Set(all.map(({ $layout }) => $layout)).size, all.length)
  for (const { $name, $schemaId } of all) {
    assert.equal($schemaId === all[0]!.$schemaId, $name === 'p')
  }
  for (const { $schemaId } of all) assert.ok($schemaId > 0 && $schemaId <= 0xffff)
})

test('messages: a request and its answer begin with the number, and are told apart', () => {
  const { Ask } = protocol('p', { Tell: {}, Ask: request({ x: u8 }, { y: i53 }) })
  assert.equal(Ask.id, 2)
  assert.equal(Ask.answer?.id, 0x8002)
  assert.equal(Ask.layout, 'Ask(x:u8@8)→Ask.answer(y:i53@8)')
  assert.deepEqual([Ask.blockBytes, Ask.answer?.blockBytes], [16, 16])
  assert.equal(Ask.answer?.schemaId, Ask.schemaId)
  const write = (): void => Ask.answer?.write(newView(16), 0, { y: 0.5 })
  assert.throws(write, /p\.Ask\.answer\.y = 0\.5/)
})

test('messages: copy() is to keep, and the reader goes on to the next', () => {
  const { M } = protocol('p', { M: { x: u32, word: text(4) } })
  const view = newView(M.blockBytes)
  M.write(view, 0, { x: 1, word: 'one' })
  const kept = readerOf(M as unknown as AnyMessage, view).copy()
  M.write(view, 0, { x: 2, word: 'two' })
  assert.deepEqual(kept, { x: 1, word: 'one' })
  assert.deepEqual(M.$reader.copy(), { x: 2, word: 'two' })
})

test('messages: a packed one carries any plain value, and leaves nothing of an earlier one', () => {
  const { M } = protocol('p', { M: packed<unknown>() })
  assert.equal(M.isPacked, true)
  for (const value of [null, 0, 'é', [1, 'two', { three: 3 }], { bytes: new Uint8Array([1, 2]) }]) {
    const view = newView(256)
    for (let i = 0; i < 256; i++) view.setUint8(i, 0xff)
    M.write(view, 8, value as never)
    const end = 8 + packedBlockBytes(view.getUint32(8, true))
    assert.deepEqual(unpack(view, 8), value)
    for (let i = 12 + view.getUint32(8, true); i < end; i++) assert.equal(view.getUint8(i), 0)
    assert.equal(view.getUint8(end), 0xff)
  }
  assert.throws(() => M.$reader.copy(), /an object already/)
})

test('messages: names that will not do, and what is too large, are refused when it is declared', () => {
  const refused: readonly [() => unknown, RegExp][] = [
    [() => protocol('p', {}), /protocol 'p': 0 messages: give it 1 to/],
    [() => protocol('p', { small: {} }), /message 'small': begin it with a capital letter/],
    [() => protocol('p', { 'A-B': {} }), /message 'A-B'/],
    [() => protocol('p', { $A: {} }), /message '\$A'/],
    [() => protocol('p', { A: { Big: u8 } }), /p\.A: no field may be named 'Big'/],
    [() => protocol('p', { A: { copy: u8 } }), /no field may be named 'copy'/],
    [() => protocol('p', { A: { $view: u8 } }), /no field may be named '\$view'/],
    [() => protocol('p', { A: { 'x()': u8 } }), /no field may be named 'x\(\)'/],
    [() => protocol('p', { A: request({}, { copy: u8 }) }), /p\.A\.answer: no field/],
    ...['constructor', 'toString', 'hasOwnProperty'].map((name): [() => unknown, RegExp] => [
      () => protocol('p', { A: { [name]: u8 } }),
      new RegExp(`p\\.A: no field may be named '${name}': each message has that already`),
    ]),
    ...[undefined, null, 'u8', 4, {}, text].map((none): [() => unknown, RegExp] => [
      () => protocol('p', { A: { n: none as never } }),
      /p\.A\.n = .*: give it a field: u32, text\(20\)/s,
    ]),
    [() => protocol('p', { A: undefined as never }), /p\.A = undefined: give it \{ … \} of fields/],
    [() => protocol('p', { A: request({}, undefined as never) }), /p\.A = undefined: give it/],
    [() => protocol('' as string, { A: {} }), /a protocol's name = '': give it a text, not empty/],
    [() => protocol(undefined as never, { A: {} }), /a protocol's name = undefined/],
    [
      () => protocol('p', { A: { a: text(4096), b: text(4096) } }),
      /8196 B, and 8192 B is the most/,
    ],
  ]
  for (const [declare, why] of refused) {
    const isIts = (error: unknown): boolean =>
      error instanceof RangeError && why.test(error.message)
    assert.throws(declare, isIts, String(why))
  }
  protocol('p', { A: { a: text(4096), b: text(4092) } })
})

test('messages: an error shows a text as a text, and a long one not whole', () => {
  const { M } = protocol('p', { M: { n: u8, word: text(4) } })
  const write = (values: object) => () => M.write(newView(M.blockBytes), 0, values as never)
  assert.throws(write({ n: '1', word: '' }), /^RangeError: p\.M\.n = '1': give it an integer/)
  assert.throws(write({ n: [1], word: '' }), /p\.M\.n = \[object Array\]: give it/)
  assert.throws(write({ n: 1, word: 'x'.repeat(1_000) }), /p\.M\.word = 'x{60}…': give it/)
})

test('messages: two protocols that records cannot tell apart are refused together', () => {
  const byId = new Map<number, AnyBehavior>()
  for (let i = 0; ; i++) {
    const one = protocol(`p${i}`, { M: {} })
    const kind = behavior(one, () => ({ M: () => undefined })) as unknown as AnyBehavior
    const other = byId.get(one.$schemaId)
    byId.set(one.$schemaId, kind)
    if (other === undefined) continue
    const { $name } = other.protocol
    const says = `protocols '${$name}' and 'p${i}' have the same schema id, ${one.$schemaId}, and their messages cannot be told apart: rename one`
    assert.throws(() => Catalog.of({ other, kind }), new RangeError(says))
    // One protocol may have as many behaviors as it likes.
    Catalog.of({
      kind,
      again: behavior(one, () => ({ M: () => undefined })) as unknown as AnyBehavior,
    })
    return
  }
})
