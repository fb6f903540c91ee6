/** Who may log on with which key, from where, and for what; and what becomes of it when the keys change. */
import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { BlockList } from 'node:net'
import { afterEach, beforeEach, test } from 'node:test'
import {
  type ApiKey,
  ContingencyType,
  OrderEntryClient,
  OrderEntryError,
  Side,
} from '../../../client/client.ts'
import { type Credential, Permission } from '../../../gateway/order-entry/key-ring.ts'
import { until, Venue } from './venue.ts'

const pair = generateKeyPairSync('ed25519')
const other = generateKeyPairSync('ed25519')
const SECRET = 'a secret of some length, with ümlaut'
const hashOf = (secret: string): Buffer => createHash('sha256').update(secret, 'utf8').digest()
const only = (address: string): BlockList => {
  const list = new BlockList()
  list.addAddress(address, 'ipv4')
  return list
}

const trade = Permission.Trade
const CREDENTIALS: readonly Credential[] = [
  { id: '', session: 'OWN', permission: trade, publicKey: pair.publicKey },
  { id: 'ed', session: 'A', permission: trade, publicKey: pair.publicKey },
  { id: 'hm', session: 'A', permission: trade, hmacKey: hashOf(SECRET) },
  { id: 'ro', session: 'R', permission: Permission.Read, publicKey: pair.publicKey },
  { id: 'co', session: 'C', permission: Permission.Cancel, publicKey: pair.publicKey },
  {
    ...{ id: 'here', session: 'H', permission: trade, publicKey: pair.publicKey },
    addresses: only('127.0.0.1'),
  },
  {
    ...{ id: 'there', session: 'H', permission: trade, publicKey: pair.publicKey },
    addresses: only('10.0.0.1'),
  },
]

let venue: Venue
let credentials: readonly Credential[]
let stamp = 0
let isUnreadable = false
beforeEach(async () => {
  credentials = CREDENTIALS
  isUnreadable = false
  venue = await Venue.start({
    keySource: {
      stamp: () => String(stamp),
      read: () => {
        if (isUnreadable) throw new Error('the key file is gone')
        return credentials
      },
    },
  })
})
afterEach(async () => {
  await venue.stop()
  assert.deepEqual(venue.failures, [])
})

const logOn = (compId: string, key?: KeyObject | ApiKey, more = {}): Promise<OrderEntryClient> =>
  OrderEntryClient.connect({
    ...{ host: '127.0.0.1', port: venue.port, compId, heartBtIntSeconds: 5 },
    ...(key === undefined ? {} : { key }),
    ...more,
  })

const { privateKey } = pair
const ed = { id: 'ed', privateKey }
const ATTEMPTS: readonly [
  what: string,
  compId: string,
  key: KeyObject | ApiKey | undefined,
  ok: boolean,
][] = [
  ['its own key', 'OWN', privateKey, true],
  ['an Ed25519 key by its id', 'A', ed, true],
  ['a secret', 'A', { id: 'hm', secret: SECRET }, true],
  ['an address that is allowed', 'H', { id: 'here', privateKey }, true],
  ['no key, where there are none', 'PAPER', undefined, true],
  ['no key, where there are some', 'A', undefined, false],
  ['an own key that it has not', 'A', privateKey, false],
  ['another private key', 'A', { id: 'ed', privateKey: other.privateKey }, false],
  ['another secret', 'A', { id: 'hm', secret: `${SECRET}.` }, false],
  ['the hash of the secret', 'A', { id: 'hm', secret: hashOf(SECRET).toString('hex') }, false],
  ['a secret for an Ed25519 key', 'A', { id: 'ed', secret: SECRET }, false],
  ['a private key for a secret', 'A', { id: 'hm', privateKey }, false],
  ['the id of another session', 'R', ed, false],
  ['an id that is none', 'A', { id: 'none', privateKey }, false],
  ['a key where there are none', 'PAPER', ed, false],
  ['an address that is not allowed', 'H', { id: 'there', privateKey }, false],
]
for (const [what, compId, key, ok] of ATTEMPTS) {
  test(`keys: ${what} ${ok ? 'lets in' : 'does not let in'}`, async () => {
    if (ok) return (await logOn(compId, key)).logout()
    await assert.rejects(logOn(compId, key), (error: OrderEntryError) => {
      assert.ok(error instanceof OrderEntryError)
      // One word for every cause.
      assert.equal(error.message, 'Signature, key or SendingTime is not valid')
      return true
    })
  })
}

const order = { clOrdId: 'o', symbol: 'BTC', side: Side.Buy, lots: 1, priceTicks: 1 }
const target = { clOrdId: 'r', origClOrdId: 'o', symbol: 'BTC', side: Side.Buy }
const SENDS: Readonly<Record<string, (client: OrderEntryClient) => number>> = {
  D: (client) => client.newOrder(order),
  G: (client) => client.replace({ ...target, lots: 2 }),
  F: (client) => client.cancel(target),
  q: (client) => client.massCancel({ clOrdId: 'm' }),
  E: (client) =>
    client.newOrderList({
      ...{ listId: 'l', contingencyType: ContingencyType.OneCancelsTheOther },
      orders: [order, { ...order, clOrdId: 'p' }],
    }),
  i: (client) => client.massQuote({ quoteId: 'i', quotes: [{ symbol: 'BTC', bid: null }] }),
  Z: (client) => client.cancelQuotes({ quoteId: 'z' }),
  H: (client) => client.status(target),
  AF: (client) => client.massStatus({ clOrdId: 's' }),
}
const MAY: readonly [string, string, string][] = [
  ['A', 'ed', 'D G F q E i Z H AF'],
  ['C', 'co', 'F q Z H AF'],
  ['R', 'ro', 'H AF'],
]
for (const [compId, id, allowed] of MAY) {
  test(`keys: ${id} may send ${allowed}, and hears of each other one that it may not`, async () => {
    const refused: string[] = []
    const client = await logOn(
      compId,
      { id, privateKey },
      {
        onBusinessReject: (reject: {
          refSeqNum: number
          businessRejectReason: number
          text: string
        }) => {
          assert.equal(reject.businessRejectReason, 6)
          assert.match(reject.text, /^The key of this session may only/)
          refused.push(Object.keys(SENDS)[reject.refSeqNum - 1]!)
        },
      },
    )
    for (const [index, send] of Object.values(SENDS).entries())
      assert.equal(send(client), index + 1)
    const session = venue.sessions.get(compId)!.number
    const taken = (): string[] =>
      venue.commands
        .map((command) => command.split(' '))
        .filter(([, by, number]) => by === String(session) && number !== undefined)
        .map(([what]) => what!)
    await until(
      `all, taken ${taken()}, refused ${refused}`,
      () => taken().length + refused.length === Object.keys(SENDS).length,
    )
    assert.equal(taken().join(' '), allowed)
    const denied = Object.keys(SENDS).filter((what) => !allowed.split(' ').includes(what))
    assert.deepEqual(refused, denied)
    client.abort()
  })
}

test('keys: one that is revoked ends its session, one that is new lets in, and no other is touched', async () => {
  const ended: string[] = []
  const hears = (name: string) => ({
    onDisconnect: (error: Error) => ended.push(`${name}: ${error.message}`),
  })
  const goes = await logOn('A', ed, hears('goes'))
  const stays = await logOn('OWN', privateKey, hears('stays'))
  credentials = [
    ...CREDENTIALS.filter(({ id }) => id !== 'ed'),
    { id: 'new', session: 'N', permission: trade, publicKey: other.publicKey },
  ]
  stamp++
  venue.aheadMs += 1_000
  await until('the end', () => ended.length === 1)
  assert.deepEqual(ended, ['goes: The key of this session was revoked'])
  assert.ok(!goes.isLoggedOn && stays.isLoggedOn)
  await assert.rejects(logOn('A', ed))
  await (await logOn('N', { id: 'new', privateKey: other.privateKey })).logout()
  await stays.logout()
})

test('keys: less is allowed from the moment that the keys say so', async () => {
  const texts: string[] = []
  const client = await logOn('A', ed, {
    onBusinessReject: ({ text }: { text: string }) => texts.push(text),
  })
  client.newOrder(order)
  await until('taken', () => venue.clOrdIds.length === 1)
  credentials = CREDENTIALS.map((one) =>
    one.id === 'ed' ? { ...one, permission: Permission.Cancel } : one,
  )
  stamp++
  venue.aheadMs += 1_000
  for (let i = 0; texts.length === 0; i++) {
    client.newOrder({ ...order, clOrdId: `o-${i}` })
    await until(`answer ${i}`, () => venue.clOrdIds.length === i + 2 || texts.length > 0)
  }
  assert.equal(texts[0], 'The key of this session may only cancel and read')
  client.abort()
})

test('keys: while they cannot be read those of before are good', async () => {
  isUnreadable = true
  stamp++
  venue.aheadMs += 1_000
  await until('it is said', () => venue.events.includes('keys-unreadable'))
  await (await logOn('A', ed)).logout()
})
