/**
 * What order entry takes for an order and what it does not: a line each. Left of the arrow the order, field by field over a
 * buy of five lots, GTC; right of it `taken`, or the tag and the words of the Reject.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fault } from '../../../gateway/order-entry/fault.ts'
import { massCancelFault } from '../../../gateway/order-entry/field-check.ts'
import { newOrderFault } from '../../../gateway/order-entry/new-order-check.ts'
import { OrdType, Side, TimeInForce } from '../../../protocol/codecs.ts'
import { ENUMS, type EnumName } from '../../../protocol/enums.ts'
import { encodeByTable } from '../../../protocol/generator/golden.ts'
import { INT64_NULL } from '../../../protocol/integers.ts'
import { WIRE_MESSAGES } from '../../../protocol/schema.ts'
import { WIRE_BLOCK_LENGTH_OFFSET, WIRE_HEADER_BYTES } from '../../../protocol/wire-frame.ts'

type Fields = Record<string, string | number>

const viewOf = (name: string, fields: Fields, version = 2): DataView => {
  const message = WIRE_MESSAGES.find((m) => m.name === name)!
  const bytes = encodeByTable(message, { msgSeqNum: 1, sendingTime: 0, version }, fields)
  return new DataView(bytes.buffer)
}

function orderFault(fields: Fields, version = 2): Fault | undefined {
  const view = viewOf('NewOrderSingle', fields, version)
  return newOrderFault(view, WIRE_HEADER_BYTES, view.getUint16(WIRE_BLOCK_LENGTH_OFFSET, true))
}

const BUY: Fields = {
  ClOrdID: 'a',
  Side: Side.Buy,
  OrdType: OrdType.Limit,
  TimeInForce: TimeInForce.GoodTillCancel,
  Symbol: 'BTC',
  OrderQty: 5,
}

/** `StopLimit Price=5 ExpireTime=null Side=Sell` → the fields of a NewOrderSingle. */
function parseOrder(text: string): Fields {
  const [ordType, ...words] = text.split(/\s+/)
  const fields = { ...BUY, OrdType: ENUMS.OrdType.values[ordType as keyof typeof OrdType] }
  return Object.assign(fields, Object.fromEntries(words.map(parseField)))
}

function parseField(word: string): readonly [string, string | number] {
  const [name, text] = word.split('=') as [string, string]
  const { values }: { values: Readonly<Record<string, number>> } = ENUMS[name as EnumName] ?? {
    values: {},
  }
  if (text === 'null') return [name, INT64_NULL]
  if (values[text] !== undefined) return [name, values[text]]
  return [name, name.endsWith('ClOrdID') ? text : Number(text)]
}

function play(script: string, version = 2): void {
  for (const line of script.trim().split('\n')) {
    const [order, expected] = line.trim().split(/\s*→\s*/) as [string, string]
    const fault = orderFault(parseOrder(order), version)
    assert.equal(fault === undefined ? 'taken' : `${fault.tag} ${fault.text}`, expected, order)
    assert.ok(fault === undefined || fault.text.length <= 64, `${fault?.text}: does not fit`)
  }
}

test('order forms: each OrdType has its prices, and no other', () =>
  play(`
    Limit Price=9                                   → taken
    Limit Price=-9                                  → taken
    Limit                                           → 44 Required tag missing: Price(44)
    Limit Price=9007199254740992                    → 44 Price(44) must be from -(2^53-1) to 2^53-1 ticks
    Limit Price=9 StopPx=8                          → 99 StopPx(99) must be absent with this OrdType
    Market                                          → taken
    Market Price=9                                  → 44 Price(44) must be absent with this OrdType
    MarketToLimit                                   → taken
    MarketToLimit Price=9                           → 44 Price(44) must be absent with this OrdType
    Stop StopPx=8                                   → taken
    Stop                                            → 99 Required tag missing: StopPx(99)
    Stop StopPx=8 Price=9                           → 44 Price(44) must be absent with this OrdType
    Stop StopPx=9007199254740992                    → 99 StopPx(99) must be from -(2^53-1) to 2^53-1 ticks
    StopLimit StopPx=8 Price=9                      → taken
    StopLimit StopPx=8                              → 44 Required tag missing: Price(44)
    StopLimit Price=9                               → 99 Required tag missing: StopPx(99)
  `))

test('order forms: a budget stands instead of a quantity, and only a market order has one', () =>
  play(`
    Market OrderQty=null CashOrderQty=1000          → taken
    Market OrderQty=null                            → 38 Required tag missing: OrderQty(38)
    Market CashOrderQty=1000                        → 38 OrderQty(38) must be absent with this CashOrderQty
    Market OrderQty=null CashOrderQty=0             → 152 CashOrderQty(152) must be from 1 to 2^53-1, or absent
    Limit OrderQty=null CashOrderQty=5 Price=9      → 152 CashOrderQty(152) must be absent with this OrdType
  `))

test('order forms: a peg says what it follows, and to buy how far', () =>
  play(`
    Pegged PegPriceType=Primary Price=9                           → taken
    Pegged PegPriceType=MidPrice Price=9 PegOffsetValue=-2        → taken
    Pegged PegPriceType=Market Side=Sell                          → taken
    Pegged PegPriceType=Market                                    → 44 Required tag missing: Price(44)
    Pegged Price=9                                                → 1094 Required tag missing: PegPriceType(1094)
    Pegged PegPriceType=3 Price=9                                 → 1094 PegPriceType(1094) must be 2, 4 or 5
    Pegged PegPriceType=Market Price=9 PegOffsetValue=2147483648  → 211 PegOffsetValue(211) must be from -(2^31-1) to 2^31-1
    Pegged PegPriceType=Market Price=9 StopPx=8                   → 99 StopPx(99) must be absent with this OrdType
    Limit Price=9 PegPriceType=Market                             → 1094 PegPriceType(1094) must be absent with this OrdType
    Limit Price=9 PegOffsetValue=0                                → 211 PegOffsetValue(211) must be absent with this OrdType
  `))

test('order forms: a trailing stop has one distance', () =>
  play(`
    TrailingStop TrailingTicks=3                    → taken
    TrailingStop TrailingBps=10000 StopPx=8         → taken
    TrailingStop                                    → 25132 Required tag missing: TrailingTicks(25132)
    TrailingStop TrailingTicks=3 TrailingBps=3      → 25133 TrailingBps(25133) must be absent with this TrailingTicks
    TrailingStop TrailingTicks=2147483648           → 25132 TrailingTicks(25132) must be from 0 to 2^31-1
    TrailingStop TrailingBps=10001                  → 25133 TrailingBps(25133) must be from 0 to 10000
    TrailingStop TrailingTicks=3 Price=9            → 44 Price(44) must be absent with this OrdType
    Stop StopPx=8 TrailingTicks=3                   → 25132 TrailingTicks(25132) must be absent with this OrdType
    Stop StopPx=8 TrailingBps=3                     → 25133 TrailingBps(25133) must be absent with this OrdType
  `))

test('order forms: a date goes with good till date', () =>
  play(`
    Limit Price=9 TimeInForce=GoodTillDate ExpireTime=17  → taken
    Limit Price=9 TimeInForce=GoodTillDate                → 126 Required tag missing: ExpireTime(126)
    Limit Price=9 TimeInForce=GoodTillDate ExpireTime=0   → 126 ExpireTime(126) must be from 1 to 2^53-1 microseconds
    Limit Price=9 ExpireTime=17                           → 126 ExpireTime(126) must be absent with this TimeInForce
    Limit Price=9 TimeInForce=Day                         → taken
    Limit Price=9 TimeInForce=FillOrKill                  → taken
    Limit Price=9 TimeInForce=AtTheOpening                → taken
    Limit Price=9 TimeInForce=AtTheClose                  → taken
    Limit Price=9 TimeInForce=53                          → 59 TimeInForce(59) must be 0, 1, 2, 3, 4, 6 or 7
  `))

test('order forms: instructions are of their sets; whether they go together is not asked here', () =>
  play(`
    Limit Price=9 DisplayQty=0                            → taken
    Limit Price=9 DisplayQty=2 MinQty=7                   → taken
    Limit Price=9 DisplayQty=-1                           → 1138 DisplayQty(1138) must be from 0 to 2^53-1 lots, or absent
    Limit Price=9 MinQty=0                                → 110 MinQty(110) must be from 1 to 2^53-1 lots, or absent
    Limit Price=9 PostOnly=Slide AllOrNone=1              → taken
    Limit Price=9 PostOnly=3                              → 25134 PostOnly(25134) must be 0, 1 or 2
    Limit Price=9 AllOrNone=2                             → 25135 AllOrNone(25135) must be 0 or 1
    Limit Price=9 ExecInst=5                              → taken
    Limit Price=9 ExecInst=3                              → 18 ExecInst(18) must be 0, 1, 2, 4, 5 or 6
    Limit Price=9 ExecInst=7                              → 18 ExecInst(18) must be 0, 1, 2, 4, 5 or 6
    Market ExecInst=255                                   → 18 ExecInst(18) must be 0, 1, 2, 4, 5 or 6
    Limit Price=9 SelfTradePrevention=Decrement           → taken
    Limit Price=9 SelfTradePrevention=5                   → 2964 SelfTradePrevention(2964) must be from 0 to 4
  `))

test('order forms: a link names the other order', () =>
  play(`
    Limit Price=9 ContingencyType=OneCancelsTheOther LinkClOrdID=b      → taken
    Limit Price=9 ContingencyType=OneTriggersTheOther LinkClOrdID=b     → taken
    Limit Price=9 ContingencyType=OneTriggersOnFirstFill LinkClOrdID=b  → taken
    Limit Price=9 ContingencyType=OneCancelsTheOther                    → 25136 Required tag missing: LinkClOrdID(25136)
    Limit Price=9 ContingencyType=OneCancelsTheOther LinkClOrdID=b.c    → 25136 LinkClOrdID(25136) must be 1-36 of A-Z a-z 0-9 _ -
    Limit Price=9 LinkClOrdID=b                                         → 25136 LinkClOrdID(25136) must be absent with this ContingencyType
    Limit Price=9 ContingencyType=3 LinkClOrdID=b                       → 1385 ContingencyType(1385) must be 0, 1, 2 or 101
  `))

test('order forms: the short block says what it can say', () =>
  play(
    `
    Limit Price=9                                   → taken
    Market                                          → taken
    MarketToLimit TimeInForce=Day                   → taken
    Market OrderQty=null                            → 38 Required tag missing: OrderQty(38)
    Stop                                            → 99 Required tag missing: StopPx(99)
    Pegged Price=9                                  → 1094 Required tag missing: PegPriceType(1094)
    TrailingStop                                    → 25132 Required tag missing: TrailingTicks(25132)
    Limit Price=9 TimeInForce=GoodTillDate          → 126 Required tag missing: ExpireTime(126)
  `,
    1,
  ))

test('order forms: a mass cancel may leave out all but its id', () => {
  const faultOf = (fields: Fields): number | undefined =>
    massCancelFault(viewOf('OrderMassCancelRequest', fields), WIRE_HEADER_BYTES)?.tag
  assert.equal(faultOf({ ClOrdID: 'm' }), undefined)
  assert.equal(faultOf({ ClOrdID: 'm', Symbol: 'BTC', Side: 50, MassCancelScope: 1 }), undefined)
  assert.equal(faultOf({}), 11)
  assert.equal(faultOf({ ClOrdID: 'm', Side: 51 }), 54)
  assert.equal(faultOf({ ClOrdID: 'm', MassCancelScope: 2 }), 25137)
  const spoilt = viewOf('OrderMassCancelRequest', { ClOrdID: 'm', Symbol: 'BTC' })
  spoilt.setUint8(WIRE_HEADER_BYTES + 36 + 5, 0x41)
  assert.equal(massCancelFault(spoilt, WIRE_HEADER_BYTES)?.tag, 55)
})
