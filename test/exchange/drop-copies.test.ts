/**
 * Drop copies, with the exchange as it is run: over connections that are lost, requests for what was told before, a reader
 * that does not read, and an exchange that is killed. What a drop copy session hears is what those whose copies it gets
 * have heard themselves, in the same order, each once.
 */
import assert from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  BusinessRejectReason,
  type CopySource,
  OrderEntryClient,
  type OrderEntryClientOptions,
  Side,
} from '../../client/client.ts'
import { FLAG_COPY, FLAG_POSS_DUP, FLAGS_OFFSET } from '../../protocol/wire-frame.ts'
import { frame, type Heard, orderFrame, RawClient } from '../gateway/order-entry/raw-client.ts'
import { assertWhole } from './journal-looks.ts'
import { freePorts, Premises } from './premises.ts'

const VENUE = `
admission: ADMISSION
venue:
  currencies: [{ code: BTC, decimals: 4 }, { code: USD, decimals: 6 }]
  instruments:
    - symbol: BTCUSD
      base: BTC
      quote: USD
      tick: "0.01"
      lot: "0.0001"
      price: { min: "0.01", max: "1000000" }
      quantity: { min: "0.0001", max: "1000" }
      notional: { min: "0.000001", max: "100000000" }
      openOrdersMax: 1000000
  sessions:
    - { compId: ALICE, account: ALICE, deposits: { USD: "1000000", BTC: "1000" } }
    - { compId: BOB, account: BOB, deposits: { USD: "1000000", BTC: "1000" } }
    - { compId: BOB-2, account: BOB }
    - { compId: CARL, account: CARL, deposits: { USD: "1000000", BTC: "1000" } }
  firms: { ACME: [ALICE, BOB] }
  dropCopies:
    - { compId: FIRM-EAR, of: { firm: ACME } }
    - { compId: BOB-EAR, of: { account: BOB } }
`

const UNTIL_MS_MAX = 60_000

async function open(t: TestContext, admission = 'paper') {
  const premises = new Premises(t)
  const ports = await freePorts()
  const config = premises.file('venue.yaml', VENUE.replace('ADMISSION', admission))
  const launch = () => premises.launch({ ...ports, flags: ['-q', '-c', config] }).untilOpen()
  return { premises, port: ports.orderEntryPort, launch }
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  const endMs = performance.now() + UNTIL_MS_MAX
  while (!isSo()) {
    assert.ok(performance.now() < endMs, `not within ${UNTIL_MS_MAX} ms: ${what}`)
    await sleep(10)
  }
}

const ORDER = { symbol: 'BTCUSD', lots: 1, priceTicks: 100 }

/** A client that comes back by itself, and keeps the name of each report that it hears, and whose it is. */
class Listener {
  readonly heard: { readonly what: string; readonly source: CopySource | undefined }[] = []
  lost = 0
  client!: OrderEntryClient

  static async logOn(
    port: number,
    compId: string,
    more: Partial<OrderEntryClientOptions> = {},
  ): Promise<Listener> {
    const listener = new Listener()
    const keep = (what: string, source: CopySource | undefined) =>
      listener.heard.push({ what, source })
    listener.client = await OrderEntryClient.connect({
      ...{
        host: '127.0.0.1',
        port,
        compId,
        nextReportNumber: 1,
        reconnectMsMax: 10 * UNTIL_MS_MAX,
      },
      onExecutionReport: ({ execId, clOrdId }, source) => keep(`${execId} ${clOrdId}`, source),
      onCancelReject: ({ clOrdId }, source) => keep(`refused ${clOrdId}`, source),
      onMassCancelReport: ({ clOrdId }, source) => keep(`mass ${clOrdId}`, source),
      onReportsLost: () => listener.lost++,
      ...more,
    })
    return listener
  }

  /** Of copies only those of this session's reports. */
  of(compId: string): string[] {
    return this.heard.filter(({ source }) => source?.compId === compId).map(({ what }) => what)
  }

  get all(): string[] {
    return this.heard.map(({ what }) => what)
  }
}

/** Enters orders that trade with one another's, and now and then something that is refused, or cancels. */
class Trader extends Listener {
  isStopping = false

  static async start(port: number, compId: string, side: number): Promise<[Trader, Promise<void>]> {
    const trader = Object.assign(new Trader(), await Listener.logOn(port, compId))
    return [trader, trader.#trade(compId, side as typeof Side.Buy)]
  }

  async #trade(compId: string, side: typeof Side.Buy): Promise<void> {
    const { client } = this
    for (let i = 0; !this.isStopping; i++) {
      const clOrdId = `${compId}-${i}`
      if (i % 50 === 48) client.massCancel({ clOrdId })
      else if (i % 50 === 24) {
        client.cancel({ clOrdId, origClOrdId: 'none', symbol: 'BTCUSD', side })
      } else client.newOrder({ ...ORDER, clOrdId, side })
      if (i % 10 === 9) await sleep(2)
    }
    await until(`${compId} is answered`, () => client.isLoggedOn && client.outstandingCount === 0)
  }
}

test('drop copies: over kills and lost connections each report once, in order, under own numbers', async (t) => {
  const { premises, port, launch } = await open(t)
  let exchange = await launch()
  const [firm, bobs] = [
    await Listener.logOn(port, 'FIRM-EAR', { dropCopy: true }),
    await Listener.logOn(port, 'BOB-EAR', { dropCopy: true }),
  ]
  const traders = [
    await Trader.start(port, 'ALICE', Side.Buy),
    await Trader.start(port, 'BOB', Side.Sell),
    await Trader.start(port, 'BOB-2', Side.Buy),
    await Trader.start(port, 'CARL', Side.Sell),
  ]
  for (const aliveMs of [700, 400, 900]) {
    await sleep(aliveMs / 2)
    firm.client.abort()
    await sleep(aliveMs / 2)
    await exchange.end('SIGKILL')
    exchange = await launch()
  }
  await sleep(500)
  for (const [trader] of traders) trader.isStopping = true
  await Promise.all(traders.map(([, done]) => done))
  const [alice, bob, bob2, carl] = traders.map(([trader]) => trader) as [
    ...[Trader, Trader, Trader, Trader],
  ]
  const ofBob = () => bob.heard.length + bob2.heard.length
  await until('the firm hears all', () => firm.heard.length >= alice.heard.length + ofBob())
  await until('Bob’s ear hears all', () => bobs.heard.length >= ofBob())
  assert.ok(alice.heard.length > 200 && carl.heard.length > 200)
  for (const [ear, source, own] of [
    [firm, 'ALICE', alice],
    [firm, 'BOB', bob],
    [firm, 'BOB-2', bob2],
    [bobs, 'BOB', bob],
    [bobs, 'BOB-2', bob2],
  ] as const) {
    assert.deepEqual(ear.of(source), own.all, `${source}’s`)
  }
  assert.deepEqual([firm.of('CARL'), bobs.of('ALICE')], [[], []])
  assert.deepEqual([firm.lost, bobs.lost], [0, 0])
  for (const { source } of firm.heard) {
    assert.equal(source!.account, source!.compId === 'BOB-2' ? 'BOB' : source!.compId)
  }
  // Its own numbers, from 1, and none that it has not heard.
  assert.equal(firm.client.nextReportNumber, firm.heard.length + 1)

  // Everything again, to one without a memory, from an exchange that was ended in order.
  for (const ear of [firm, bobs, ...traders.map(([trader]) => trader)]) await ear.client.logout()
  await exchange.end('SIGTERM')
  exchange = await launch()
  const again = await Listener.logOn(port, 'FIRM-EAR', { dropCopy: true })
  await until('all of it again', () => again.heard.length >= firm.heard.length)
  assert.deepEqual(again.all, firm.all)
  await again.client.logout()
  await exchange.end('SIGTERM')
  await assertWhole(premises, 'at the end')
})

const flagsOf = ({ bytes }: Heard): number => bytes[FLAGS_OFFSET]!
const sourceOf = ({ bytes }: Heard): string =>
  bytes
    .subarray(bytes.length - 32)
    .toString('latin1')
    .replaceAll('\0', ' ')
    .trim()

test('drop copies: the wire: copies say what they are, and only they; requests are refused', async (t) => {
  const { port, launch } = await open(t)
  await launch()
  const alice = await RawClient.loggedOn(port, 'ALICE')
  const ear = await RawClient.loggedOn(port, 'FIRM-EAR', { DropCopyFlag: 1 })
  const logon = await ear.hears('Logon')
  assert.equal(logon.fields.DropCopyFlag, 1)
  for (const number of [1, 2]) alice.send(orderFrame(number, { Symbol: 'BTCUSD' }))
  const own = await alice.hears('ExecutionReport', 2)
  assert.deepEqual([flagsOf(own), own.bytes.length], [0, 36 + 216])
  assert.deepEqual([own.fields.AccountTape, own.fields.FirmTape], [0, 0])
  const copy = await ear.hears('ExecutionReport', 2)
  assert.deepEqual([copy.number, flagsOf(copy), copy.bytes.length], [2, FLAG_COPY, 36 + 216 + 32])
  assert.match(sourceOf(copy), /^ALICE +ALICE$/)
  assert.deepEqual(copy.fields, own.fields)

  ear.send(frame('ResendRequest', { BeginSeqNo: 1, EndSeqNo: 1 }))
  const again = await ear.hears('ExecutionReport', 3)
  assert.deepEqual([again.number, flagsOf(again)], [1, FLAG_COPY | FLAG_POSS_DUP])
  assert.match(sourceOf(again), /^ALICE +ALICE$/)

  ear.send(
    orderFrame(1, { Symbol: 'BTCUSD' }),
    frame('OrderMassStatusRequest', { ClOrdID: 'x' }, 2),
  )
  const refused = await ear.hears('BusinessMessageReject', 2)
  assert.equal(refused.fields.BusinessRejectReason, BusinessRejectReason.NotAuthorized)
  assert.deepEqual([refused.fields.RefSeqNum, refused.number], [2, 3])

  for (const [compId, flag] of [
    ['ALICE', 1],
    ['BOB-EAR', 0],
  ] as const) {
    const other = new RawClient(port)
    other.send(frame('Logon', { ...LOGON, SenderCompID: compId, DropCopyFlag: flag }))
    const { Text } = (await other.hears('Logout')).fields
    assert.equal(Text, 'DropCopyFlag(9406) must be 1 in a drop copy session, else 0.')
  }
  const wrong = new RawClient(port).send(frame('Logon', { ...LOGON, DropCopyFlag: 2 }))
  assert.equal((await wrong.hears('Reject')).fields.RefTagID, 9406)

  // Numbers begin again, and what was before is not told under them.
  ear.send(frame('Logout', {}))
  await ear.closes()
  const fresh = { DropCopyFlag: 1, ResetSeqNumFlag: 1 }
  const renumbered = await RawClient.loggedOn(port, 'FIRM-EAR', fresh)
  alice.send(orderFrame(3, { Symbol: 'BTCUSD' }))
  assert.equal((await renumbered.hears('ExecutionReport')).number, 1)
  renumbered.send(frame('ResendRequest', { BeginSeqNo: 1, EndSeqNo: 0 }))
  const { number, fields } = await renumbered.hears('ExecutionReport', 2)
  assert.deepEqual([number, fields.ClOrdID], [1, 'id-3'])
})

const LOGON = {
  ...{ SenderCompID: 'BOB-EAR', TargetCompID: 'TRADSYS', HeartBtInt: 30 },
  NextExpectedMsgSeqNum: 1,
}

test('drop copies: an ear that does not read is cut off, trading goes on, and it hears all later', async (t) => {
  const { port, launch } = await open(t)
  await launch()
  const deaf = await RawClient.loggedOn(port, 'FIRM-EAR', { DropCopyFlag: 1 })
  deaf.socket.pause()
  const alice = await Listener.logOn(port, 'ALICE')
  const orders = 40_000
  for (let i = 0; i < orders; i++) {
    const side = i % 2 === 0 ? Side.Buy : Side.Sell
    const order = { ...ORDER, clOrdId: `a${i}`, side }
    while (alice.client.newOrder(order) < 0) await alice.client.drained()
  }
  await until('Alice is answered', () => alice.client.outstandingCount === 0)
  deaf.socket.resume()
  await deaf.closes()
  const heard = deaf.heard.filter(({ name }) => name === 'ExecutionReport')
  assert.ok(heard.length < alice.heard.length, `${heard.length} of ${alice.heard.length}`)
  const ear = await Listener.logOn(port, 'FIRM-EAR', {
    ...{ dropCopy: true, nextReportNumber: heard.length + 1 },
  })
  await until('all', () => ear.heard.length >= alice.heard.length - heard.length)
  assert.deepEqual(ear.all, alice.all.slice(heard.length))
  await Promise.all([alice.client.logout(), ear.client.logout()])
})

test('drop copies: a key that may only read is enough', async (t) => {
  const { premises, port, launch } = await open(t, 'listed')
  const key = async (session: string): Promise<OrderEntryClientOptions['key']> => {
    const args = ['key', 'create', '--session', session, '--data-dir', premises.dataDir, '--json']
    const permission = session.endsWith('EAR') ? ['--permission', 'read'] : []
    const { status, stdout, stderr } = await premises.run([...args, ...permission])
    assert.equal(status, 0, stderr)
    const { id, secret } = JSON.parse(stdout) as { readonly id: string; readonly secret: string }
    return { id, privateKey: createPrivateKey(secret) }
  }
  const keys = new Map<string, OrderEntryClientOptions['key']>()
  for (const session of ['ALICE', 'BOB', 'BOB-2', 'CARL', 'FIRM-EAR', 'BOB-EAR']) {
    keys.set(session, await key(session))
  }
  await launch()
  const logOn = (compId: string, more: Partial<OrderEntryClientOptions> = {}) =>
    Listener.logOn(port, compId, { key: keys.get(compId)!, ...more })
  const bob = await logOn('BOB')
  const ear = await logOn('BOB-EAR', { dropCopy: true })
  await assert.rejects(logOn('BOB-EAR', { key: keys.get('BOB')!, dropCopy: true }), /not valid/)
  await bob.client.request({ ...ORDER, clOrdId: 'b', side: Side.Buy })
  await until('the copy', () => ear.heard.length === 1)
  assert.deepEqual(ear.of('BOB'), bob.all)
  await assert.rejects(
    ear.client.request({ ...ORDER, clOrdId: 'x', side: Side.Buy }),
    /takes no requests/,
  )
  await Promise.all([bob.client.logout(), ear.client.logout()])
})
