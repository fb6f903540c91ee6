/** What order entry takes for a list of orders or for quotes in bulk, and what it does not: groups, then fields. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { orderFault } from '../../../gateway/order-entry/order-check.ts'
import { SbeReader } from '../../../gateway/order-entry/sbe/sbe-reader.ts'
import {
  ContingencyType,
  NewOrderSingle,
  OrdType,
  QuoteEntry,
  Side,
  TimeInForce,
} from '../../../protocol/codecs.ts'
import { encodeByTable, type FieldValues, type Values } from '../../../protocol/generator/golden.ts'
import { entryAt, entryBytesOf, entryCountOf } from '../../../protocol/groups.ts'
import { WIRE_MESSAGES } from '../../../protocol/schema.ts'
import { WIRE_FRAME_BYTES_MAX, WIRE_HEADER_BYTES } from '../../../protocol/wire-frame.ts'

const { OneCancelsTheOther, OneTriggersTheOther } = ContingencyType
const INCORRECT_NUM_IN_GROUP = 16
const NULL_I64 = -(2 ** 63)

function bytesOf(name: string, fields: Values): Uint8Array {
  const message = WIRE_MESSAGES.find((m) => m.name === name)!
  return encodeByTable(message, { msgSeqNum: 1, sendingTime: 0 }, fields)
}

const ORDER: FieldValues = {
  ...{ ClOrdID: 'a', Side: Side.Buy, OrdType: OrdType.Limit, Symbol: 'BTC', OrderQty: 5, Price: 9 },
  TimeInForce: TimeInForce.GoodTillCancel,
}
const LIST: Values = {
  ...{ ListID: 'l', ContingencyType: OneCancelsTheOther },
  NoOrders: [ORDER, { ...ORDER, ClOrdID: 'b' }],
}
const QUOTE: FieldValues = { Symbol: 'BTC', BidPx: 9, BidSize: 5, OfferPx: 11, OfferSize: 6 }
const QUOTES: Values = {
  ...{ QuoteID: 'q', ProtectionWindow: 0xffffffff, ProtectionFills: 0xffffffff },
  NoQuoteEntries: [QUOTE],
}

/** `taken`, or what the Reject says. */
function judge(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const reader = new SbeReader()
  assert.equal(reader.read(view, 0, bytes.length), bytes.length)
  const fault = reader.message.fault ?? orderFault(reader.message)
  return fault === undefined ? 'taken' : `${fault.reason} ${fault.tag} ${fault.text}`
}

/** The frame as it is but for one u16, and its length. */
function changed(bytes: Uint8Array, at: number, value: number, length = bytes.length): Uint8Array {
  const copy = new Uint8Array(length)
  copy.set(bytes.subarray(0, length))
  const view = new DataView(copy.buffer)
  view.setUint16(at, value, true)
  view.setUint32(0, length, true)
  return copy
}

const groupOf = { NewOrderList: 36 + 40, MassQuote: 36 + 72 }

test('groups: a count that is out of bounds or runs over the frame is refused as one', () => {
  const list = bytesOf('NewOrderList', LIST)
  const quotes = bytesOf('MassQuote', QUOTES)
  const [orders, entries] = [groupOf.NewOrderList, groupOf.MassQuote]
  const tooMany = `${INCORRECT_NUM_IN_GROUP} 73 NoOrders(73) must be from 2 to 3`
  for (const count of [0, 1, 4, 255, 65_535]) {
    assert.equal(judge(changed(list, orders + 2, count)), tooMany, String(count))
  }
  for (const count of [0, 33, 65_535]) {
    const text = `${INCORRECT_NUM_IN_GROUP} 295 NoQuoteEntries(295) must be from 1 to 32`
    assert.equal(judge(changed(quotes, entries + 2, count)), text, String(count))
  }
  const cut = 'is more entries than there are in the frame'
  assert.equal(judge(changed(list, orders + 2, 3)), `16 73 NoOrders(73) ${cut}`)
  assert.equal(judge(changed(quotes, entries + 2, 32)), `16 295 NoQuoteEntries(295) ${cut}`)
  assert.equal(judge(list), 'taken')
  assert.equal(judge(quotes), 'taken')
})

test('groups: entries of another length than this version has are none of it', () => {
  const list = bytesOf('NewOrderList', LIST)
  const at = groupOf.NewOrderList
  const short = '6 65535 blockLength is too short for an entry of this group'
  for (const bytes of [0, 1, 72, 175]) assert.equal(judge(changed(list, at, bytes)), short)
  const long = '6 65535 blockLength is too long for an entry, in this version'
  for (const bytes of [177, 65_535]) assert.equal(judge(changed(list, at, bytes)), long)
})

test('groups: a frame cut anywhere within its group is refused, and so is one that goes on behind it', () => {
  for (const [name, fields] of [
    ['NewOrderList', LIST],
    ['MassQuote', QUOTES],
  ] as const) {
    const bytes = bytesOf(name, fields)
    const at = groupOf[name]
    for (let length = at; length < bytes.length; length++) {
      const count = bytes[at + 2]!
      const cut = length < at + 4 ? bytes.slice(0, length) : changed(bytes, at + 2, count, length)
      new DataView(cut.buffer).setUint32(0, length, true)
      assert.match(judge(cut), /^16 .* is more entries than there are in the frame$/)
    }
    const longer = changed(bytes, at + 2, bytes[at + 2]!, bytes.length + 1)
    assert.equal(judge(longer), '6 65535 bytes behind the last entry of the group')
  }
})

test('groups: what a newer version appended to root block, entries and message is left out', () => {
  const [rootMore, entryMore] = [8, 12]
  const list = bytesOf('NewOrderList', LIST)
  const root = 40
  const entry = NewOrderSingle.BLOCK_BYTES
  const length = list.length + rootMore + 2 * entryMore + 5
  const newer = new Uint8Array(length).fill(0xee)
  newer.set(list.subarray(0, 36 + root))
  const group = 36 + root + rootMore
  newer.set(list.subarray(36 + root, 36 + root + 4), group)
  for (let i = 0; i < 2; i++) {
    const from = 36 + root + 4 + i * entry
    newer.set(list.subarray(from, from + entry), group + 4 + i * (entry + entryMore))
  }
  const view = new DataView(newer.buffer)
  view.setUint32(0, length, true)
  view.setUint16(6, root + rootMore, true)
  view.setUint16(12, 3, true)
  view.setUint16(group, entry + entryMore, true)
  const { message } = read(newer)
  assert.equal(message.fault ?? orderFault(message), undefined)
  assert.deepEqual([message.blockBytes, message.groupBytes], [root, 4 + 2 * entry])
  const native = new Uint8Array(message.view.buffer, message.block, root + message.groupBytes)
  assert.deepEqual(Buffer.from(native), Buffer.from(list.subarray(36)))
})

function read(bytes: Uint8Array): SbeReader {
  const reader = new SbeReader()
  reader.read(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length)
  return reader
}

test('groups: the largest message fits into a frame, and is taken as it stands', () => {
  const bytes = bytesOf('MassQuote', { ...QUOTES, NoQuoteEntries: Array(32).fill(QUOTE) })
  assert.ok(bytes.length <= WIRE_FRAME_BYTES_MAX)
  assert.equal(judge(bytes), 'taken')
  const { message } = read(bytes)
  assert.deepEqual([message.view.buffer, message.block], [bytes.buffer, WIRE_HEADER_BYTES])
  const group = message.block + message.blockBytes
  assert.equal(entryCountOf(message.view, group), 32)
  assert.equal(entryBytesOf(message.view, group), QuoteEntry.BLOCK_BYTES)
  const last = new QuoteEntry().wrap(message.view, entryAt(message.view, group, 31))
  assert.equal(last.offerPx, 11)
})

test('lists: what they say', () => {
  const list = (fields: Values, ...orders: readonly FieldValues[]): string => {
    const entries = orders.length === 0 ? LIST.NoOrders! : orders.map((o) => ({ ...ORDER, ...o }))
    return judge(bytesOf('NewOrderList', { ...LIST, NoOrders: entries, ...fields }))
  }
  const three = [{}, {}, {}]
  for (const [told, expected] of [
    [list({}), 'taken'],
    [list({ ContingencyType: OneTriggersTheOther }), 'taken'],
    [list({ ContingencyType: 101 }), 'taken'],
    [list({ ContingencyType: OneTriggersTheOther }, ...three), 'taken'],
    [list({}, ...three), '16 73 NoOrders(73) must be 2 with ContingencyType(1385) 1'],
    [list({ ContingencyType: 0 }), '1 1385 Required tag missing: ContingencyType(1385)'],
    [list({ ContingencyType: 3 }), '5 1385 ContingencyType(1385) must be 1, 2 or 101'],
    [list({ ListID: '' }), '1 66 Required tag missing: ListID(66)'],
    [list({ ListID: 'a b' }), '6 66 ListID(66) must be 1-36 of A-Z a-z 0-9 _ -'],
    [list({}, {}, { Price: NULL_I64 }), '1 44 #2: Required tag missing: Price(44)'],
    [list({}, { ClOrdID: '' }, {}), '1 11 #1: Required tag missing: ClOrdID(11)'],
    [list({}, {}, { Side: 51 }), '5 54 #2: Side(54) must be 1 or 2'],
    [
      list({}, {}, { Symbol: 'ETH' }),
      '5 55 #2: Symbol(55) must be the same in all orders of a list',
    ],
    [
      list({}, {}, { ContingencyType: 1, LinkClOrdID: 'a' }),
      '5 1385 #2: ContingencyType(1385) must be 0 in an order of a list',
    ],
  ] as const) {
    assert.equal(told, expected)
  }
})

test('quotes: what they say', () => {
  const quote = (fields: Values, ...entries: readonly FieldValues[]): string => {
    const all = entries.length === 0 ? [QUOTE] : entries.map((one) => ({ Symbol: 'BTC', ...one }))
    return judge(bytesOf('MassQuote', { ...QUOTES, NoQuoteEntries: all, ...fields }))
  }
  const window = { ProtectionWindow: 10 }
  for (const [told, expected] of [
    [quote({}), 'taken'],
    [quote({}, { BidSize: 0 }, { OfferSize: 1, OfferPx: -1 }), 'taken'],
    [quote({ PostOnly: 2, SelfTradePrevention: 4, ProtectionReset: 1 }), 'taken'],
    [quote({ ProtectionWindow: 0 }), 'taken'],
    [quote({ ProtectionWindow: 86_400, ProtectionFills: 0, ProtectionQty: 0 }), 'taken'],
    [quote({ QuoteID: '' }), '1 117 Required tag missing: QuoteID(117)'],
    [quote({ PostOnly: 3 }), '5 25134 PostOnly(25134) must be 0, 1 or 2'],
    [quote({ SelfTradePrevention: 5 }), '5 2964 SelfTradePrevention(2964) must be from 0 to 4'],
    [quote({ ProtectionReset: 2 }), '5 25201 ProtectionReset(25201) must be 0 or 1'],
    [
      quote({ ProtectionWindow: 86_401 }),
      '5 25202 ProtectionWindow(25202) must be from 0 to 86400, or absent',
    ],
    [
      quote({ ProtectionFills: 1 }),
      '5 25203 ProtectionFills(25203) must be absent without a window',
    ],
    [
      quote({ ProtectionWindow: 0, ProtectionNet: 1 }),
      '5 25206 ProtectionNet(25206) must be absent without a window',
    ],
    [
      quote({ ...window, ProtectionQty: -1 }),
      '5 25204 ProtectionQty(25204) must be from 0 to 2^53-1, or absent',
    ],
    [quote({}, {}), '1 134 #1: Required tag missing: BidSize(134)'],
    [quote({}, QUOTE, { BidSize: 5 }), '1 132 #2: Required tag missing: BidPx(132)'],
    [quote({}, { BidSize: 0, BidPx: 5 }), '5 132 #1: BidPx(132) must be absent with this BidSize'],
    [
      quote({}, { BidSize: 1, BidPx: 5, OfferPx: 6 }),
      '5 133 #1: OfferPx(133) must be absent with this OfferSize',
    ],
    [
      quote({}, { OfferSize: -1, OfferPx: 5 }),
      '5 135 #1: OfferSize(135) must be from 0 to 2^53-1 lots, or absent',
    ],
    [quote({}, { Symbol: '', BidSize: 0 }), '1 55 #1: Required tag missing: Symbol(55)'],
  ] as const) {
    assert.equal(told, expected)
  }
})

test('quotes: a cancel names a symbol or none', () => {
  const cancel = (fields: Values): string => judge(bytesOf('QuoteCancel', fields))
  assert.equal(cancel({ QuoteID: 'q' }), 'taken')
  assert.equal(cancel({ QuoteID: 'q', Symbol: 'BTC' }), 'taken')
  assert.equal(cancel({}), '1 117 Required tag missing: QuoteID(117)')
})

test('groups: a hundred thousand frames with broken groups are judged and harm nothing', () => {
  let state = 1
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return (state >>> 8) % below
  }
  const frames = [bytesOf('NewOrderList', LIST), bytesOf('MassQuote', QUOTES)]
  const reader = new SbeReader()
  for (let i = 0; i < 100_000; i++) {
    const frame = frames[i % 2]!.slice()
    for (let n = random(4); n >= 0; n--) frame[4 + random(frame.length - 4)] = random(256)
    const view = new DataView(frame.buffer)
    if (reader.read(view, 0, frame.length) <= 0) continue
    const fault = reader.message.fault ?? orderFault(reader.message)
    if (fault !== undefined) assert.ok(fault.text.length <= 64, fault.text)
  }
})
