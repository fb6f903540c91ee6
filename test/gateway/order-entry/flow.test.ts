import assert from 'node:assert/strict'
import { test } from 'node:test'
import { frame, logonFrame, orderFrame, RawClient } from './raw-client.ts'
import { until, Venue } from './venue.ts'

const numbersOf = (client: RawClient): number[] =>
  client.heard.filter((h) => h.name === 'ExecutionReport').map((h) => h.number)
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1)
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

test('order entry: a full ring stops the reading, and nothing is lost or doubled', async () => {
  const venue = await Venue.start({ ringBytes: 4_096 })
  const client = await RawClient.loggedOn(venue.port, 'A')
  venue.isHalted = true
  const count = 8_000
  for (let i = 1; i <= count; i++) client.socket.write(orderFrame(i))
  await pause(100)
  const late = new RawClient(venue.port).send(logonFrame('B'))
  await pause(50)
  assert.equal(late.names, '')
  assert.equal(venue.gateway.hasWork(), false, 'a full ring is no work')
  venue.isHalted = false
  await client.hears('ExecutionReport', count)
  assert.deepEqual(numbersOf(client), upTo(count))
  await late.hears('Logon')
  client.socket.destroy()
  late.socket.destroy()
  await until('both closed', () => venue.gateway.connectionCount === 0)
  await pause(20)
  assert.deepEqual(venue.commands.filter((c) => c.startsWith('close')).sort(), [
    'close 1',
    'close 2',
  ])
  await venue.stop()
  assert.deepEqual(venue.failures, [])
})

test('order entry: who leaves while the ring is full is logged off once, when it has room', async () => {
  const venue = await Venue.start({ ringBytes: 4_096 })
  const client = await RawClient.loggedOn(venue.port, 'A')
  venue.isHalted = true
  client.send(...upTo(500).map((i) => orderFrame(i)))
  await pause(50)
  client.socket.resetAndDestroy()
  const asking = new RawClient(venue.port).send(logonFrame('B'))
  await pause(50)
  asking.socket.destroy()
  await pause(50)
  venue.isHalted = false
  await until('all gone', () => venue.gateway.connectionCount === 0)
  await pause(20)
  assert.equal(venue.commands.filter((c) => c === 'close 1').length, 1)
  const opened = venue.commands.includes('open B') ? 1 : 0
  assert.equal(venue.commands.filter((c) => c === 'close 2').length, opened)
  await venue.stop()
  assert.deepEqual(venue.failures, [])
})

test('order entry: missed reports come first, in order, marked as possible duplicates', async () => {
  const venue = await Venue.start()
  const first = await RawClient.loggedOn(venue.port, 'A')
  first.send(orderFrame(1), orderFrame(2))
  await first.hears('ExecutionReport', 2)
  first.socket.destroy()
  await until('closed', () => venue.commands.includes('close 1'))
  venue.say('A', 1_000)
  const second = await RawClient.loggedOn(venue.port, 'A', { NextExpectedMsgSeqNum: 2 })
  assert.equal(second.heard[0]?.fields.NextExpectedMsgSeqNum, 3)
  assert.equal(second.heard[0]?.number, 1_003)
  second.send(orderFrame(3))
  await second.hears('ExecutionReport', 1_002)
  assert.deepEqual(numbersOf(second), upTo(1_003).slice(1))
  const late = second.heard.filter((h) => h.possDup).map((h) => h.number)
  assert.deepEqual(late, upTo(1_002).slice(1))
  await venue.stop()
  assert.deepEqual(venue.failures, [])
})

test('order entry: what the journal does not show yet is waited for', async () => {
  const venue = await Venue.start()
  const first = await RawClient.loggedOn(venue.port, 'A')
  first.socket.destroy()
  await until('closed', () => venue.commands.includes('close 1'))
  venue.say('A', 100)
  venue.journalLag = 40
  const second = await RawClient.loggedOn(venue.port, 'A')
  await second.hears('ExecutionReport', 60)
  venue.say('A', 10)
  await pause(30)
  venue.journalLag = 0
  await second.hears('ExecutionReport', 110)
  venue.say('A', 5)
  await second.hears('ExecutionReport', 115)
  assert.deepEqual(numbersOf(second), upTo(115))
  await venue.stop()
})

test('order entry: a reader too slow is cut off, and finds everything when it comes back', async () => {
  const venue = await Venue.start({
    limits: { sendBufferBytesMax: 64 << 10, resendPauseBytes: 16 << 10 },
  })
  const slow = await RawClient.loggedOn(venue.port, 'SLOW')
  const other = await RawClient.loggedOn(venue.port, 'OTHER')
  slow.socket.pause()
  let said = 0
  while (!venue.commands.includes('close 1')) {
    assert.ok(said < 200_000, 'not cut off')
    venue.say('SLOW', 1_000)
    said += 1_000
    await pause(1)
  }
  other.send(orderFrame(1))
  await other.hears('ExecutionReport')
  slow.socket.destroy()
  const back = await RawClient.loggedOn(venue.port, 'SLOW')
  await back.hears('ExecutionReport', said)
  assert.deepEqual(numbersOf(back), upTo(said))
  await venue.stop()
  assert.deepEqual(venue.failures, [])
})

test('order entry: those who are behind are served in turn, a long absence holds up no other', async () => {
  const venue = await Venue.start({ limits: { reportsPerTurn: 10 } })
  for (const name of ['LONG', 'SHORT']) {
    const first = await RawClient.loggedOn(venue.port, name)
    first.socket.destroy()
    await first.closes()
  }
  await until(
    'closed',
    () => venue.commands.includes('close 1') && venue.commands.includes('close 2'),
  )
  venue.say('LONG', 2_000)
  venue.say('SHORT', 100)
  await pause(20)
  venue.readsPerTurn = 0
  const long = await RawClient.loggedOn(venue.port, 'LONG')
  const short = await RawClient.loggedOn(venue.port, 'SHORT')
  venue.readsPerTurn = 1
  await short.hears('ExecutionReport', 100)
  await long.hears('ExecutionReport', 2_000)
  assert.deepEqual(venue.reads.slice(0, 8).sort(), [1, 1, 1, 1, 2, 2, 2, 2])
  assert.deepEqual([numbersOf(short), numbersOf(long)], [upTo(100), upTo(2_000)])
  await venue.stop()
  assert.deepEqual(venue.failures, [])
})

test('order entry: strangers leave room for those who log on, and of those who say nothing the first goes', async () => {
  const venue = await Venue.start({ limits: { connectionsMax: 8, strangersMax: 2 } })
  const known = [
    await RawClient.loggedOn(venue.port, 'A'),
    await RawClient.loggedOn(venue.port, 'B'),
  ]
  const first = new RawClient(venue.port)
  await until('connected', () => venue.gateway.connectionCount === 3)
  const second = new RawClient(venue.port)
  await until('connected', () => venue.gateway.connectionCount === 4)
  await RawClient.loggedOn(venue.port, 'C')
  await first.closes()
  assert.ok(venue.events.includes('connection-cut'))
  assert.ok(!second.isClosed)
  for (const client of known) client.send(orderFrame(1))
  for (const client of known) await client.hears('ExecutionReport')
  // Who waits for an answer is not one who says nothing.
  venue.isHalted = true
  const waiting = [logonFrame('D'), logonFrame('E')].map((logon) =>
    new RawClient(venue.port).send(logon),
  )
  await second.closes()
  await until('both ask', () => venue.gateway.connectionCount === 5)
  const refused = new RawClient(venue.port)
  await refused.closes()
  assert.ok(venue.events.includes('connection-refused'))
  venue.isHalted = false
  for (const client of waiting) await client.hears('Logon')
  await venue.stop()
})

test('order entry: connections over the limit are refused, the others live', async () => {
  const venue = await Venue.start({ limits: { connectionsMax: 2 } })
  const one = await RawClient.loggedOn(venue.port, 'A')
  const two = await RawClient.loggedOn(venue.port, 'B')
  const three = new RawClient(venue.port)
  await three.closes()
  one.send(orderFrame(1))
  two.send(orderFrame(1))
  await one.hears('ExecutionReport')
  await two.hears('ExecutionReport')
  await venue.stop()
})

/** mulberry32: small, seeded, good enough to choose bytes. */
function randomOf(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

test('order entry: 20,000 random and mutated frames disturb nobody else', async () => {
  const seed = Number(process.env.SEED ?? 20_261_124)
  const random = randomOf(seed)
  const venue = await Venue.start({ limits: { connectionsMax: 2_000 } })
  const witness = await RawClient.loggedOn(venue.port, 'WITNESS')
  const samples = [
    orderFrame(1),
    frame('TestRequest', { TestReqID: 'x' }),
    frame('Heartbeat', {}),
    frame('OrderCancelRequest', { ClOrdID: 'a', OrigClOrdID: 'b', Side: 49, Symbol: 'BTC' }),
    frame('Logout', {}),
    frame('Reject', {}),
    logonFrame('FUZZ'),
  ]
  let frames = 0
  for (let round = 0; frames < 20_000; round++) {
    const fuzzer = new RawClient(venue.port)
    if (random(4) > 0) fuzzer.send(logonFrame(`F${round}`))
    const count = 100 + random(200)
    let number = 1
    for (let i = 0; i < count; i++) {
      // The samples that end a session come rarely, or nothing behind them would be read.
      const kind = random(100) === 0 ? random(samples.length) : random(4)
      const bytes = Buffer.from(samples[kind]!)
      if (kind === 0 || kind === 3) bytes.writeUInt32LE(number++, 14)
      // Most keep framing and header, so that more than the first gate is tried.
      const from = [0, 6, 36][Math.min(random(40), 2)]!
      for (let flips = random(4); flips > 0; flips--)
        bytes[from + random(bytes.length - from)] = random(256)
      fuzzer.send(random(50) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes)
    }
    frames += count
    if (random(2) === 0) fuzzer.socket.end()
    else setTimeout(() => fuzzer.socket.destroy(), 5)
    if (round % 10 === 0) witness.send(orderFrame(round / 10 + 1))
    await pause(1)
  }
  const orders = venue.clOrdIds.filter((id) => id.startsWith('id-')).length
  assert.ok(orders > 0, `seed ${seed}`)
  await until(`seed ${seed}: fuzzers gone`, () => venue.gateway.connectionCount <= 1, 8_000)
  const count = numbersOf(witness).length
  witness.send(orderFrame(count + 1))
  await witness.hears('ExecutionReport', count + 1)
  assert.deepEqual(numbersOf(witness), upTo(count + 1), `seed ${seed}`)
  assert.deepEqual(venue.failures, [], `seed ${seed}`)
  await venue.stop()
})
