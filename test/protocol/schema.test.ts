import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { groupBytesOf } from '../../protocol/body-bytes.ts'
import * as codecs from '../../protocol/codecs.ts'
import { ENUMS } from '../../protocol/enums.ts'
import { generated, schemaHash } from '../../protocol/generate.ts'
import {
  encodeByTable,
  entriesOf,
  type FieldValues,
  goldenVectors,
  type Values,
} from '../../protocol/generator/golden.ts'
import { bytesOfGroup, entryAt, writeGroupHeader } from '../../protocol/groups.ts'
import { INT64_NULL } from '../../protocol/integers.ts'
import { fieldBytes, propertyName, templateIdOf } from '../../protocol/message.ts'
import { MESSAGES, WIRE_MESSAGES } from '../../protocol/schema.ts'
import { WIRE_FRAME_BYTES_MAX, WIRE_HEADER_BYTES } from '../../protocol/wire-frame.ts'

interface Flyweight {
  wrap(view: DataView, at: number, blockBytes?: number): this
  [field: string]: unknown
}
interface FlyweightClass {
  new (): Flyweight
  readonly TEMPLATE_ID: number
  readonly BLOCK_BYTES: number
}
const flyweightOf = (name: string): FlyweightClass =>
  (codecs as unknown as Record<string, FlyweightClass>)[name]!

/** Each block of fields by its message's name: root blocks, and entries of groups. */
const BLOCKS = MESSAGES.flatMap(({ name, blockBytes, fields, group }) => [
  { name, blockBytes, fields },
  ...(group === undefined ? [] : [{ ...group, name: `${name}.${group.name}` }]),
])

test('schema: fields follow one another without gap or overlap, and fill the block', () => {
  for (const { name, blockBytes, fields } of BLOCKS) {
    let end = 0
    for (const field of fields) {
      assert.equal(field.offset, end, `${name}.${field.name}`)
      end += fieldBytes(field.type)
    }
    assert.equal(end, blockBytes, name)
  }
})

test('schema: what is newer than version 1 begins where version 1 ended its block', () => {
  for (const { name, blockBytesV1, since, fields } of MESSAGES) {
    for (const field of fields) {
      const isAppended = blockBytesV1 !== undefined && field.offset >= blockBytesV1
      assert.equal(field.since !== undefined, isAppended, `${name}.${field.name}`)
    }
    if (blockBytesV1 === undefined) continue
    assert.equal(since, undefined, name)
    assert.ok(
      fields.some((field) => field.offset === blockBytesV1),
      `${name}: version 1 ended between two fields`,
    )
  }
})

test('schema: template ids are unique, tags are unique in a block and fit SBE', () => {
  const ids = MESSAGES.map((message) => templateIdOf(message.msgType))
  assert.equal(new Set(ids).size, ids.length)
  for (const { name, fields } of BLOCKS) {
    const tags = fields.map((field) => field.tag)
    assert.equal(new Set(tags).size, tags.length, name)
    for (const tag of tags) assert.ok(tag > 0 && tag <= 65535, `${name} ${tag}`)
  }
})

test('schema: enum values are unique and never the null of their encoding', () => {
  for (const [name, { encoding, isChar, values }] of Object.entries(ENUMS)) {
    const all = Object.values(values)
    assert.equal(new Set(all).size, all.length, name)
    const nothing = isChar ? 0 : encoding === 'u8' ? 255 : 65535
    assert.ok(!all.includes(nothing), name)
  }
})

test('schema: what is generated is what stands in protocol/', () => {
  for (const [name, content] of Object.entries(generated())) {
    const onDisk = readFileSync(new URL(`../../../protocol/${name}`, import.meta.url), 'utf8')
    assert.equal(onDisk, content, `protocol/${name}: run 'npm run generate'`)
  }
  assert.equal(codecs.SCHEMA_HASH, schemaHash())
})

const rootFieldsOf = (fields: Values): FieldValues =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => typeof value !== 'object'),
  ) as FieldValues

test('schema: the longest message fits into a frame', () => {
  for (const { name, blockBytes, group } of WIRE_MESSAGES) {
    const groupBytes = group === undefined ? 0 : bytesOfGroup(group.blockBytes, group.countMax)
    assert.ok(WIRE_HEADER_BYTES + blockBytes + groupBytes <= WIRE_FRAME_BYTES_MAX, name)
  }
})

test('codecs: flyweights write the golden bytes and read them back', () => {
  for (const vector of goldenVectors()) {
    const golden = Buffer.from(vector.hex, 'hex')
    const Codec = flyweightOf(vector.message)
    assert.equal(Codec.TEMPLATE_ID, vector.templateId)
    const bytes = new Uint8Array(golden.length)
    bytes.set(golden.subarray(0, WIRE_HEADER_BYTES))
    const writer = new Codec().wrap(new DataView(bytes.buffer), WIRE_HEADER_BYTES)
    const { group } = MESSAGES.find(({ name }) => name === vector.message)!
    const entries = group === undefined ? [] : entriesOf(vector.fields, group)
    const blocks: [Flyweight, FieldValues][] = [[writer, rootFieldsOf(vector.fields)]]
    if (group !== undefined) {
      const at = WIRE_HEADER_BYTES + Codec.BLOCK_BYTES
      const view = new DataView(bytes.buffer)
      writeGroupHeader(view, at, group.blockBytes, entries.length)
      assert.equal(golden.length, at + groupBytesOf(Codec.TEMPLATE_ID, view, at))
      for (const [index, entry] of entries.entries()) {
        const flyweight = new (flyweightOf(group.entry))().wrap(view, entryAt(view, at, index))
        blocks.push([flyweight, entry])
      }
    }
    for (const [flyweight, fields] of blocks) {
      for (const [name, value] of Object.entries(fields)) flyweight[propertyName(name)] = value
    }
    assert.equal(Buffer.from(bytes).toString('hex'), vector.hex, vector.message)
    for (const [flyweight, fields] of blocks) {
      for (const [name, value] of Object.entries(fields)) {
        assert.equal(flyweight[propertyName(name)], value, `${vector.message}.${name}`)
      }
    }
  }
})

test('codecs: behind the end of a shorter block every field reads as absent', () => {
  const full = new DataView(new ArrayBuffer(codecs.NewOrderSingle.BLOCK_BYTES))
  for (let i = 0; i < full.byteLength; i++) full.setUint8(i, 0x41)
  const order = new codecs.NewOrderSingle().wrap(full, 0, codecs.NewOrderSingle.BLOCK_BYTES_V1)
  assert.equal(order.symbol, 'A'.repeat(16))
  const { stopPx, displayQty, trailingTicks, postOnly, linkClOrdId } = order
  assert.deepEqual({ stopPx, displayQty }, { stopPx: INT64_NULL, displayQty: INT64_NULL })
  assert.deepEqual([trailingTicks, postOnly, linkClOrdId], [0, codecs.PostOnly.No, ''])
  assert.equal(order.wrap(full, 0).linkClOrdId, 'A'.repeat(36))
  assert.equal(codecs.InstrumentDefine.BLOCK_BYTES_V1, 128)
  const instrument = new codecs.InstrumentDefine().wrap(full, 0, 128)
  assert.deepEqual([instrument.protectionBps, instrument.bandBps], [500, 0])
})

test('codecs: every message has a flyweight of its size, inner ones too', () => {
  for (const { name, msgType, blockBytes } of MESSAGES) {
    const Codec = flyweightOf(name)
    assert.equal(Codec.TEMPLATE_ID, templateIdOf(msgType), name)
    assert.equal(Codec.BLOCK_BYTES, blockBytes, name)
  }
})

test('codecs: a text too long or not ASCII is refused before it spoils its neighbour', () => {
  const bytes = new Uint8Array(codecs.NewOrderSingle.BLOCK_BYTES)
  const order = new codecs.NewOrderSingle().wrap(new DataView(bytes.buffer), 0)
  order.side = codecs.Side.Sell
  assert.throws(() => {
    order.clOrdId = 'x'.repeat(37)
  }, RangeError)
  assert.throws(() => {
    order.symbol = 'GOÖG'
  }, RangeError)
  assert.equal(order.side, codecs.Side.Sell)
})

test('golden: a client of version 1 finds its own order there, and a newer one the longer', () => {
  const orders = goldenVectors().filter(({ message }) => message === 'NewOrderSingle')
  const lengths = orders.map(({ version, hex }) => [version, hex.length / 2 - WIRE_HEADER_BYTES])
  assert.deepEqual(lengths, [
    [1, 72],
    [2, 176],
    [2, 176],
  ])
})

test('golden: a field left out is absent, a known frame is known by heart', () => {
  const heartbeat = WIRE_MESSAGES.find((message) => message.name === 'Heartbeat')!
  const frame = encodeByTable(heartbeat, { msgSeqNum: 7, sendingTime: 1 }, { TestReqID: 'T1' })
  const hex = Buffer.from(frame).toString('hex')
  assert.equal(
    hex,
    // length 68, encoding, block 32, template '0', schema 3, version 2
    `4400000050eb${'2000'}${'3000'}${'0300'}${'0200'}` +
      // number 7, time 1, no flags, no original time
      `07000000${'0100000000000000'}0000${'0000000000000080'}` +
      `5431${'00'.repeat(30)}`,
  )
})

test('sbe xml: each wire message and field is there once, and no inner one', () => {
  const xml = generated()['tradsys.sbe.xml']!
  for (const { name, msgType, blockBytes } of WIRE_MESSAGES) {
    const head = `<sbe:message name="${name}" id="${templateIdOf(msgType)}" blockLength="${blockBytes}"`
    assert.equal(xml.split(head).length, 2, name)
  }
  assert.ok(xml.includes('name="StopPx" id="99" type="optionalI64" offset="72" sinceVersion="2"'))
  const wire = WIRE_MESSAGES.map(({ fields, group }) => [...fields, ...(group?.fields ?? [])])
  const fields = wire.reduce((sum, blocks) => sum + blocks.length, 0)
  const orders = 'name="NoOrders" id="73" dimensionType="groupSizeEncoding" blockLength="176"'
  assert.ok(xml.includes(`<group ${orders}`))
  assert.equal(xml.split('<field ').length - 1, fields)
  assert.ok(!xml.includes('SessionOpened'))
  for (const type of xml.matchAll(/type="([^"]+)"/g)) {
    const known = ['uint8', 'uint16', 'uint32', 'int64'].includes(type[1]!)
    assert.ok(known || xml.includes(`name="${type[1]}"`), `type ${type[1]} is not declared`)
  }
})

test('schema: a tag of ours has one name wherever it stands', () => {
  const names = new Map<number, string>()
  for (const { name: message, fields } of BLOCKS) {
    for (const { tag, name } of fields) {
      if (tag < 25_000 || name.startsWith('Reserved')) continue
      assert.equal(name, names.get(tag) ?? name, `${tag} in ${message}`)
      names.set(tag, name)
    }
  }
})
