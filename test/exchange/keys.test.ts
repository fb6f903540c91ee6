/** `tradsys key` and a running exchange: a key lets its session in until it is revoked, and its secret is nowhere on the disk. */
import assert from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ApiKey, ExecType, OrderEntryClient, Side } from '../../client/client.ts'
import { Premises } from './premises.ts'

const VENUE = `
admission: listed
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
      notional: { min: "0.01", max: "100000000" }
      collarPercent: "0"
      reference: "100"
      openOrdersMax: 100
  sessions:
    - { compId: ALICE, account: ALICE, deposits: { USD: "1000" } }
    - { compId: BOB, account: BOB }
`

interface Told {
  readonly id: string
  readonly secret?: string
}

test('keys: made, used, listed, revoked beside a running exchange', async (t) => {
  const premises = new Premises(t)
  const config = premises.file('venue.yaml', VENUE)
  const key = async (...args: readonly string[]): Promise<Told> => {
    const { status, stdout, stderr } = await premises.run([
      ...['key', ...args, '--data-dir', premises.dataDir, '--json'],
    ])
    assert.equal(status, 0, stderr)
    return JSON.parse(stdout) as Told
  }
  const secretOf = await key('create', '--session', 'ALICE', '--kind', 'hmac-sha256')
  const bobs = await key('create', '--session', 'BOB', '--permission', 'read')
  const exchange = await premises.launch({ flags: ['-q', '-c', config] }).untilOpen()
  const logOn = (compId: string, apiKey?: ApiKey, more = {}): Promise<OrderEntryClient> =>
    OrderEntryClient.connect({
      ...{ host: '127.0.0.1', port: exchange.orderEntryPort, compId, heartBtIntSeconds: 5 },
      ...(apiKey === undefined ? {} : { key: apiKey }),
      ...more,
    })

  const ended: string[] = []
  const alice = await logOn(
    'ALICE',
    { id: secretOf.id, secret: secretOf.secret! },
    {
      onDisconnect: (error: Error) => ended.push(error.message),
    },
  )
  const order = { clOrdId: 'a', symbol: 'BTCUSD', side: Side.Buy, lots: 1_000, priceTicks: 10_000 }
  assert.equal((await alice.request(order)).execType, ExecType.New)
  const privateKey = createPrivateKey(bobs.secret!)
  const bob = await logOn('BOB', { id: bobs.id, privateKey })
  await assert.rejects(bob.request({ ...order, clOrdId: 'b' }), /may only read/)
  await assert.rejects(logOn('BOB', { id: secretOf.id, secret: secretOf.secret! }), /not valid/)
  await assert.rejects(logOn('ALICE'), /not valid/)

  // A key that is made while it runs is good at the next look.
  const later = await key(
    'create',
    '--session',
    'ALICE',
    '--kind',
    'hmac-sha256',
    '--address',
    '127.0.0.0/8',
  )
  const elsewhere = await key(
    'create',
    '--session',
    'ALICE',
    '--kind',
    'hmac-sha256',
    '--address',
    '10.0.0.0/8',
  )
  await key('revoke', secretOf.id)
  for (let tries = 0; ended.length === 0; tries++) {
    assert.ok(tries < 200, 'the session of a revoked key goes on')
    await sleep(25)
  }
  assert.deepEqual(ended, ['The key of this session was revoked'])
  await assert.rejects(logOn('ALICE', { id: secretOf.id, secret: secretOf.secret! }), /not valid/)
  await assert.rejects(logOn('ALICE', { id: elsewhere.id, secret: elsewhere.secret! }), /not valid/)
  const again = await logOn('ALICE', { id: later.id, secret: later.secret! })
  await again.logout()
  await bob.logout()
  await exchange.end('SIGTERM')

  const listed = await premises.run(['key', 'list', '--data-dir', premises.dataDir])
  assert.match(
    listed.stdout,
    new RegExp(`^${secretOf.id}  ALICE  hmac-sha256  trade .* revoked `, 'm'),
  )
  assert.equal(listed.stdout.trim().split('\n').length, 4)
  for (const name of readdirSync(premises.dataDir, { recursive: true, encoding: 'utf8' })) {
    const path = join(premises.dataDir, name)
    if (!statSync(path).isFile()) continue
    const text = readFileSync(path, 'latin1')
    for (const { secret } of [secretOf, later, elsewhere]) assert.ok(!text.includes(secret!), name)
    assert.ok(!text.includes('PRIVATE KEY'), name)
  }
})

const WRONG: readonly [readonly string[], RegExp][] = [
  [['create', '--session', 'A B'], /usage-flag: --session A B is no CompID/],
  [
    ['create', '--session', 'A', '--kind', 'rsa'],
    /usage-flag: --kind rsa is none\. Give it one of/,
  ],
  [['create', '--session', 'A', '--permission', 'all'], /usage-flag: --permission all is none/],
  [
    ['create', '--session', 'A', '--address', '1.2.3'],
    /usage-flag: --address 1\.2\.3 is no address/,
  ],
  [['create', '--session', 'A', '--address', '1.2.3.4/33'], /usage-flag: --address/],
  [
    ['create', '--session', 'A', '--public-key', 'nowhere.pem'],
    /usage-flag: --public-key nowhere\.pem is no/,
  ],
  [['revoke', 'nobody'], /key-unknown: there is no key nobody in/],
  [['create'], /required option '--session/],
]
test('keys: what cannot be is refused with its mend, and leaves no file', async (t) => {
  const premises = new Premises(t)
  for (const [args, says] of WRONG) {
    const { status, stderr } = await premises.run(['key', ...args, '--data-dir', premises.dataDir])
    assert.equal(status, 2, args.join(' '))
    assert.match(stderr, says)
  }
})
