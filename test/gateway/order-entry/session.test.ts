import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { after, before, test } from 'node:test'
import { SESSION_NUMBER_LIMITS } from '../../../actors/session-registry.ts'
import { ORDER_ENTRY_LIMITS } from '../../../gateway/order-entry/limits.ts'
import { fixTime } from '../../../protocol/logon-signature.ts'
import {
  frame,
  logonFrame,
  ORDER,
  orderFrame,
  possDup,
  RawClient,
  shortOrderFrame,
} from './raw-client.ts'
import { until, Venue } from './venue.ts'

let venue: Venue
let sessions = 0
const fresh = (): string => `S${++sessions}`
before(async () => {
  venue = await Venue.start()
})
after(async () => {
  await venue.stop()
  assert.deepEqual(venue.failures, [])
})

const setU16 = (bytes: Buffer, at: number, value: number): Buffer => {
  bytes.writeUInt16LE(value, at)
  return bytes
}
const setU32 = (bytes: Buffer, at: number, value: number): Buffer => {
  bytes.writeUInt32LE(value, at)
  return bytes
}

test('order entry: an order cut at every byte arrives whole', async () => {
  const client = await RawClient.loggedOn(venue.port, fresh())
  const bytes = orderFrame(1)
  for (let cut = 1; cut < bytes.length; cut++) {
    const next = orderFrame(cut)
    client.send(next.subarray(0, cut))
    await new Promise((resolve) => setImmediate(resolve))
    client.send(next.subarray(cut))
  }
  const last = await client.hears('ExecutionReport', bytes.length - 1)
  assert.equal(last.fields.ClOrdID, `id-${bytes.length - 1}`)
  client.socket.destroy()
})

test('order entry: glued frames are taken one by one, in order', async () => {
  const client = await RawClient.loggedOn(venue.port, fresh())
  client.send(...Array.from({ length: 2_000 }, (_, i) => orderFrame(i + 1)))
  await client.hears('ExecutionReport', 2_000)
  const reports = client.heard.filter((h) => h.name === 'ExecutionReport')
  assert.deepEqual(
    reports.map((r) => r.fields.ClOrdID),
    reports.map((_, i) => `id-${i + 1}`),
  )
  assert.deepEqual(
    reports.map((r) => r.number),
    reports.map((_, i) => i + 1),
  )
  client.socket.destroy()
})

const LOST_FRAMINGS: readonly [string, Buffer][] = [
  ...[0, 3, 35, 2 ** 31, 1_025, 2 ** 32 - 1].map((length): [string, Buffer] => [
    `length ${length}`,
    setU32(orderFrame(1), 0, length),
  ]),
  ['big-endian encoding', setU16(orderFrame(1), 4, 0x5be0)],
]
for (const [what, bytes] of LOST_FRAMINGS) {
  test(`order entry: framing lost by ${what} ends the connection`, async () => {
    const active = await RawClient.loggedOn(venue.port, fresh())
    active.send(bytes)
    await active.hears('Logout')
    await active.closes()
    const silent = new RawClient(venue.port).send(bytes)
    await silent.closes()
    assert.equal(silent.names, '')
  })
}

const cancel = { ClOrdID: 'c', OrigClOrdID: 'o', OrderID: -(2 ** 63), Side: 49, Symbol: 'BTC' }
const replace = { ...cancel, OrdType: 50, TimeInForce: 49, OrderQty: 1, Price: 1 }
const REFUSED: readonly [string, Buffer, { tag: number; reason: number }][] = [
  ['wrong schema', setU16(orderFrame(1), 10, 4), { tag: 65535, reason: 99 }],
  ['version 0', setU16(orderFrame(1), 12, 0), { tag: 65535, reason: 99 }],
  ['unknown template', setU16(orderFrame(1), 8, 0x5a5a), { tag: 65535, reason: 11 }],
  ['inner template', frame('SessionClose', {}), { tag: 65535, reason: 11 }],
  ['short block', setU16(orderFrame(1), 6, 71), { tag: 65535, reason: 6 }],
  ['a block between two versions', setU16(orderFrame(1), 6, 175), { tag: 65535, reason: 6 }],
  ['long block', setU16(orderFrame(1), 6, 177), { tag: 65535, reason: 6 }],
  ['block over the end', setU16(setU16(orderFrame(1), 6, 177), 12, 3), { tag: 65535, reason: 6 }],
  ['version 1 with a block of version 2', setU16(orderFrame(1), 12, 1), { tag: 65535, reason: 6 }],
  ['no ClOrdID', orderFrame(1, { ClOrdID: '' }), { tag: 11, reason: 1 }],
  ['ClOrdID with a blank', orderFrame(1, { ClOrdID: 'a b' }), { tag: 11, reason: 6 }],
  ['no Side', orderFrame(1, { Side: 0 }), { tag: 54, reason: 1 }],
  ['Side 3', orderFrame(1, { Side: 51 }), { tag: 54, reason: 5 }],
  ['OrdType 5', orderFrame(1, { OrdType: 53 }), { tag: 40, reason: 5 }],
  ['TimeInForce 5', orderFrame(1, { TimeInForce: 53 }), { tag: 59, reason: 5 }],
  ['a market order with a price', orderFrame(1, { OrdType: 49 }), { tag: 44, reason: 5 }],
  ['no Symbol', orderFrame(1, { Symbol: '' }), { tag: 55, reason: 1 }],
  ['OrderQty 0', orderFrame(1, { OrderQty: 0 }), { tag: 38, reason: 5 }],
  ['OrderQty -1', orderFrame(1, { OrderQty: -1 }), { tag: 38, reason: 5 }],
  ['OrderQty null', orderFrame(1, { OrderQty: -(2 ** 63) }), { tag: 38, reason: 1 }],
  ['OrderQty 2^53', orderFrame(1, { OrderQty: 2 ** 53 }), { tag: 38, reason: 5 }],
  ['Price null', orderFrame(1, { Price: -(2 ** 63) }), { tag: 44, reason: 1 }],
  ['Price 2^53', orderFrame(1, { Price: 2 ** 53 }), { tag: 44, reason: 5 }],
  [
    'cancel of nothing',
    frame('OrderCancelRequest', { ...cancel, OrigClOrdID: '' }),
    { tag: 41, reason: 1 },
  ],
  [
    'cancel of a blank',
    frame('OrderCancelRequest', { ...cancel, OrigClOrdID: ' ' }),
    { tag: 41, reason: 6 },
  ],
  [
    'cancel of order 0',
    frame('OrderCancelRequest', { ...cancel, OrderID: 0 }),
    { tag: 37, reason: 5 },
  ],
  [
    'replace as IOC',
    frame('OrderCancelReplaceRequest', { ...replace, TimeInForce: 51 }),
    { tag: 59, reason: 5 },
  ],
  [
    'replace to 0 lots',
    frame('OrderCancelReplaceRequest', { ...replace, OrderQty: 0 }),
    { tag: 38, reason: 5 },
  ],
  [
    'mass cancel of side 3',
    frame('OrderMassCancelRequest', { ClOrdID: 'm', Side: 51 }),
    { tag: 54, reason: 5 },
  ],
]
for (const [what, bytes, { tag, reason }] of REFUSED) {
  test(`order entry: ${what} is refused, and uses its number up`, async () => {
    const client = await RawClient.loggedOn(venue.port, fresh())
    client.send(bytes, orderFrame(2))
    const { fields } = await client.hears('Reject')
    assert.deepEqual(
      [fields.RefSeqNum, fields.RefTagID, fields.SessionRejectReason, fields.RefMsgType],
      [1, tag, reason, bytes.readUInt16LE(8)],
    )
    await client.hears('ExecutionReport')
    client.socket.destroy()
  })
}

test('order entry: an order goes on as long as it came', async () => {
  const name = fresh()
  const client = await RawClient.loggedOn(venue.port, name)
  const { number } = venue.sessions.get(name)!
  client.send(orderFrame(1), shortOrderFrame(2), orderFrame(3))
  await client.hears('ExecutionReport', 3)
  assert.deepEqual(venue.blockBytes.get(number), [176, 72, 176])
  client.socket.destroy()
})

test('order entry: a mass cancel uses a number up, and its report has one', async () => {
  const client = await RawClient.loggedOn(venue.port, fresh())
  client.send(orderFrame(1), frame('OrderMassCancelRequest', { ClOrdID: 'm' }, 2), orderFrame(3))
  await client.hears('ExecutionReport', 2)
  const report = await client.hears('OrderMassCancelReport')
  assert.deepEqual([report.number, report.fields.ClOrdID], [2, 'm'])
  client.socket.destroy()
})

test('order entry: what a newer version appended is skipped', async () => {
  const client = await RawClient.loggedOn(venue.port, fresh())
  const longer = Buffer.concat([orderFrame(1), Buffer.alloc(8, 7)])
  setU16(setU16(setU32(longer, 0, longer.length), 6, 180), 12, 3)
  client.send(longer, orderFrame(2))
  await client.hears('ExecutionReport', 2)
  client.socket.destroy()
})

test('order entry: who begins with anything but a Logon hears nothing', async () => {
  const client = new RawClient(venue.port).send(orderFrame(1))
  await client.closes()
  assert.equal(client.names, '')
})

test('order entry: who says nothing is cut off at the deadline', async () => {
  const strict = await Venue.start({ limits: { logonDeadlineMs: 60 } })
  const client = new RawClient(strict.port)
  await client.closes()
  assert.deepEqual([client.names, strict.commands], ['', []])
  await strict.stop()
})

for (const [tag, fields] of [
  [108, { HeartBtInt: 4 }],
  [108, { HeartBtInt: 61 }],
  [49, { SenderCompID: 'A B' }],
  [56, { TargetCompID: 'OTHER' }],
] as const) {
  test(`order entry: a Logon with ${JSON.stringify(fields)} is refused by tag ${tag}`, async () => {
    const client = new RawClient(venue.port).send(logonFrame('BAD', fields))
    assert.equal((await client.hears('Reject')).fields.RefTagID, tag)
    await client.hears('Logout')
    await client.closes()
  })
}

test('order entry: a client without a memory asks for 0 and hears what comes from now on', async () => {
  const name = fresh()
  const first = await RawClient.loggedOn(venue.port, name)
  first.send(orderFrame(1), orderFrame(2))
  await first.hears('ExecutionReport', 2)
  first.socket.destroy()
  await first.closes()
  const later = await RawClient.loggedOn(venue.port, name, { NextExpectedMsgSeqNum: 0 })
  assert.equal(later.heard[0]?.number, 3)
  later.send(orderFrame(3))
  const report = await later.hears('ExecutionReport')
  assert.deepEqual([report.number, later.heard.length], [3, 2])
  later.socket.destroy()
})

test('order entry: a second Logon is refused and the session stays', async () => {
  const name = fresh()
  const client = await RawClient.loggedOn(venue.port, name)
  client.send(logonFrame(name), orderFrame(1))
  assert.equal((await client.hears('Reject')).fields.SessionRejectReason, 99)
  await client.hears('ExecutionReport')
  const second = new RawClient(venue.port).send(logonFrame(name))
  assert.equal((await second.hears('Logout')).fields.Text, 'This session is logged on already.')
  await second.closes()
  client.send(orderFrame(2))
  await client.hears('ExecutionReport', 2)
  client.socket.destroy()
})

test('order entry: an unknown session and a 789 that is too high get a Logout', async () => {
  const nobody = new RawClient(venue.port).send(logonFrame('NOBODY'))
  assert.equal((await nobody.hears('Logout')).fields.SessionStatus, 7)
  await nobody.closes()
  const high = new RawClient(venue.port).send(logonFrame(fresh(), { NextExpectedMsgSeqNum: 2 }))
  assert.equal((await high.hears('Logout')).fields.SessionStatus, 10)
  await high.closes()
})

test('order entry: a number too low ends the session, a possible duplicate does not', async () => {
  const low = await RawClient.loggedOn(venue.port, fresh())
  low.send(orderFrame(1), possDup(orderFrame(1), 1), orderFrame(1))
  const { fields } = await low.hears('Logout')
  assert.equal(fields.Text, 'MsgSeqNum too low, expecting 2 but received 1')
  assert.equal(fields.SessionStatus, 9)
  await low.closes()
})

test('order entry: numbers end at their limit, and the Logout says what to do', async () => {
  const own = await Venue.start({ limits: { sessionNumberMax: 3 } })
  const sender = await RawClient.loggedOn(own.port, 'SENDER')
  sender.send(orderFrame(1), orderFrame(2), orderFrame(3), orderFrame(4))
  const { fields } = await sender.hears('Logout')
  assert.equal(fields.Text, 'Sequence numbers used up: log on with ResetSeqNumFlag(141)')
  await sender.closes()
  const inbound = own.commands.filter((c) => c.startsWith('D 1'))
  assert.deepEqual(inbound, ['D 1 #1', 'D 1 #2', 'D 1 #3'])
  const hearer = await RawClient.loggedOn(own.port, 'HEARER')
  own.say('HEARER', 4)
  await hearer.hears('ExecutionReport', 4)
  hearer.send(orderFrame(1))
  assert.equal((await hearer.hears('Logout')).fields.SessionStatus, 7)
  await own.stop()
})

test('order entry: while storage is low new orders are refused and cancels taken', async () => {
  const own = await Venue.start()
  const client = await RawClient.loggedOn(own.port, 'LOW')
  own.isJournalLow = true
  client.send(orderFrame(1), frame('OrderCancelRequest', cancel, 2))
  const { fields } = await client.hears('Reject')
  assert.equal(fields.Text, 'Storage is low: no new orders now, cancels are taken')
  await until('the cancel is taken', () => own.commands.includes('F 1 #2'))
  own.isJournalLow = false
  client.send(orderFrame(3))
  await until('the order is taken', () => own.commands.includes('D 1 #3'))
  assert.ok(!own.commands.includes('D 1 #1'))
  await own.stop()
})

test('order entry: the shard and the gateway end a session’s numbers at the same one', () => {
  assert.equal(ORDER_ENTRY_LIMITS.sessionNumberMax, SESSION_NUMBER_LIMITS.openMax)
})

test('order entry: TestRequest is answered, Logout is answered and closes, the seat is given back once', async () => {
  const name = fresh()
  const client = await RawClient.loggedOn(venue.port, name)
  client.send(frame('TestRequest', { TestReqID: 'are you there' }), frame('Logout', {}))
  assert.equal((await client.hears('Heartbeat')).fields.TestReqID, 'are you there')
  assert.equal((await client.hears('Logout')).fields.SessionStatus, 4)
  await client.closes()
  const session = venue.sessions.get(name)!
  await until('closed', () => session.connection === 0)
  await new Promise((resolve) => setTimeout(resolve, 50))
  const closes = venue.commands.filter((c) => c.startsWith(`close ${session.number} `))
  assert.deepEqual(closes, [`close ${session.number} logout`])
})

for (const how of ['reset', 'end mid-frame'] as const) {
  test(`order entry: a connection lost by ${how} gives its seat back once`, async () => {
    const name = fresh()
    const client = await RawClient.loggedOn(venue.port, name)
    if (how === 'reset') client.socket.resetAndDestroy()
    else client.socket.end(orderFrame(1).subarray(0, 50))
    const session = venue.sessions.get(name)!
    await until('closed', () => session.connection === 0)
    await new Promise((resolve) => setTimeout(resolve, 30))
    assert.equal(venue.commands.filter((c) => c === `close ${session.number}`).length, 1)
  })
}

test('order entry: a silent peer hears heartbeats and a TestRequest, then is cut off', async () => {
  const own = await Venue.start()
  const client = await RawClient.loggedOn(own.port, 'QUIET')
  own.aheadMs += 30_001
  await client.hears('Heartbeat')
  own.aheadMs += 6_100
  await client.hears('TestRequest')
  own.aheadMs += 36_001
  await client.closes()
  await until('close', () => own.commands.includes('close 1'))
  await own.stop()
})

test('order entry: signatures', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const own = await Venue.start({ admission: 'listed', keys: new Map([['KEYED', publicKey]]) })
  const signed = (compId: string, timeUs: number, change = ''): Buffer => {
    const text = ['A', compId, 'TRADSYS', '1', fixTime(timeUs) + change].join('\x01')
    const RawData = sign(null, Buffer.from(text), privateKey).toString('base64')
    const fields = {
      SenderCompID: compId,
      TargetCompID: 'TRADSYS',
      HeartBtInt: 30,
      NextExpectedMsgSeqNum: 1,
    }
    return frame('Logon', { ...fields, RawData }, 1, timeUs)
  }
  // Later than the gateway's start by more than the skew, so that staleness alone is what refuses.
  own.skewUs = 10_000_000
  const nowUs = Date.now() * 1_000 + own.skewUs
  const good = signed('KEYED', nowUs + 17)
  const cases: readonly [string, Buffer, number | undefined][] = [
    ['right', good, undefined],
    ['replayed', good, 5],
    ['wrong', signed('KEYED', nowUs, 'x'), 5],
    ['stale', signed('KEYED', nowUs - 6_000_000), 5],
    ['early', signed('KEYED', nowUs + 8_000_000), 5],
    ['unlisted', signed('OTHER', nowUs), 5],
    ['absent', logonFrame('KEYED'), 5],
  ]
  for (const [what, bytes, status] of cases) {
    const client = new RawClient(own.port).send(bytes)
    if (status === undefined) await client.hears('Logon')
    else assert.equal((await client.hears('Logout')).fields.SessionStatus, status, what)
    client.socket.end()
    await client.closes()
  }
  await own.stop()
})

test('order entry: a signed Logon from before the gateway’s start is a replay', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const beforeUs = Date.now() * 1_000 - 1
  const own = await Venue.start({ keys: new Map([['KEYED', publicKey]]) })
  const logonAt = (timeUs: number): Buffer => {
    const text = ['A', 'KEYED', 'TRADSYS', '1', fixTime(timeUs)].join('\x01')
    const RawData = sign(null, Buffer.from(text), privateKey).toString('base64')
    const fields = { SenderCompID: 'KEYED', TargetCompID: 'TRADSYS', HeartBtInt: 30, RawData }
    return frame('Logon', fields, 1, timeUs)
  }
  const replayed = new RawClient(own.port).send(logonAt(beforeUs))
  assert.equal((await replayed.hears('Logout')).fields.SessionStatus, 5)
  const fresh = new RawClient(own.port).send(logonAt(Date.now() * 1_000))
  await fresh.hears('Logon')
  const unsigned = new RawClient(own.port)
  const fields = { SenderCompID: 'OPEN', TargetCompID: 'TRADSYS', HeartBtInt: 30 }
  await unsigned.send(frame('Logon', fields, 1, beforeUs)).hears('Logon')
  await own.stop()
})

test('order entry: ORDER of the tests is itself in order', async () => {
  const client = await RawClient.loggedOn(venue.port, fresh())
  client.send(frame('NewOrderSingle', ORDER), frame('OrderCancelRequest', cancel, 2))
  client.send(frame('OrderCancelReplaceRequest', replace, 3))
  await client.hears('ExecutionReport', 3)
  client.socket.destroy()
})
