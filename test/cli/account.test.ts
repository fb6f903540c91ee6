/** Accounts and sessions of a running exchange: made, paid into, switched off, and still so after a restart. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'node:test'
import { ExecType, OrderEntryClient, Side } from '../../client/client.ts'
import { assertWhole } from '../exchange/journal-looks.ts'
import { type Ended, type ExchangeProcess, Premises } from '../exchange/premises.ts'

const venue = (sessions: string): string => `
admission: listed
venue:
  currencies:
    - { code: USD, decimals: 2 }
    - { code: ACME, decimals: 0 }
  instruments:
    - symbol: ACMEUSD
      base: ACME
      quote: USD
      tick: "0.01"
      lot: "1"
      price: { min: "0.01", max: "1000" }
      quantity: { min: "1", max: "1000" }
      notional: { min: "0.01", max: "100000" }
  sessions: [${sessions}]
`
const DESK = (deposit: string, account = 'DESK'): string =>
  `{ compId: DESK-1, account: ${account}, publicKeyFile: key.pem, deposits: { USD: "${deposit}" } }`

class Desk {
  readonly premises: Premises
  readonly #keys = generateKeyPairSync('ed25519')

  constructor(premises: Premises) {
    this.premises = premises
    const pem = this.#keys.publicKey.export({ type: 'spki', format: 'pem' }).toString()
    premises.file('key.pem', pem)
  }

  account(...args: readonly string[]): Promise<Ended> {
    return this.premises.run(['account', ...args, '--data-dir', this.premises.dataDir])
  }

  /** What it prints; it must have gone well. */
  async done(...args: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await this.account(...args)
    assert.equal(status, 0, `${args.join(' ')}: ${stderr}`)
    return stdout
  }

  async refused(exitCode: number, ...args: readonly string[]): Promise<string> {
    const { status, stderr } = await this.account(...args)
    assert.equal(status, exitCode, `${args.join(' ')}: ${stderr}`)
    assert.equal(stderr.trim().split('\n').length, 1)
    return stderr
  }

  start(sessions: string): Promise<ExchangeProcess> {
    const config = this.premises.file('venue.yaml', venue(sessions))
    return this.premises.start({ flags: ['-q', '-c', config] })
  }

  async key(session: string): Promise<void> {
    const flags = ['--session', session, '--public-key', 'key.pem']
    const place = ['--data-dir', this.premises.dataDir, '--json']
    const { status, stdout, stderr } = await this.premises.run([
      'key',
      'create',
      ...flags,
      ...place,
    ])
    assert.equal(status, 0, stderr)
    this.#ids.set(session, (JSON.parse(stdout) as { id: string }).id)
  }

  readonly #ids = new Map<string, string>()

  logOn(exchange: ExchangeProcess, compId: string): Promise<OrderEntryClient> {
    const id = this.#ids.get(compId)
    const { privateKey } = this.#keys
    const key = id === undefined ? privateKey : { id, privateKey }
    const { orderEntryPort: port } = exchange
    return OrderEntryClient.connect({ host: '127.0.0.1', port, compId, key })
  }
}

const order = (clOrdId: string) => ({
  ...{ clOrdId, symbol: 'ACMEUSD', side: Side.Buy, lots: 1, priceTicks: 100 },
})

test('account: made while the exchange runs, it trades; what was said survives its end', async (t) => {
  const desk = new Desk(new Premises(t))
  await desk.key('DESK-1')
  const exchange = await desk.start('')
  await assert.rejects(desk.logOn(exchange, 'DESK-1'), { code: 'logon-refused' })
  const created = await desk.done('create', 'DESK', '--session', 'DESK-1', '--deposit', 'USD=1.5')
  assert.match(created, /^account DESK: sessions DESK-1, 1\.5 USD paid in \(.*key create/)
  const client = await desk.logOn(exchange, 'DESK-1')
  assert.equal((await client.promises.newOrder(order('o-1'))).execType, ExecType.New)
  const dear = client.promises.newOrder(order('o-2'))
  await assert.rejects(dear, { code: 'refused', message: /insufficient balance/ })
  await desk.done('deposit', 'DESK', 'USD=10', '--reference', 'wire-1')
  await desk.done('deposit', 'DESK', 'USD=10', '--reference', 'wire-1')
  await client.promises.newOrder(order('o-3'))

  const shown = JSON.parse(await desk.done('show', 'DESK', '--json'))
  assert.deepEqual(shown.sessions, ['DESK-1'])
  assert.deepEqual([shown.balances[0].free, shown.balances[0].held], ['9.50', '2.00'])
  assert.equal(shown.openOrders.length, 2)

  assert.match(await desk.done('disable', 'DESK'), /may not trade/)
  const halted = client.promises.newOrder(order('o-4'))
  await assert.rejects(halted, { code: 'refused', message: /switched off/ })
  const listed = await desk.done('list')
  assert.match(listed, /^ {2}DESK +Halted +0 +11\.50 USD +DESK-1$/m)
  await exchange.end('SIGKILL')

  const again = await desk.start('')
  assert.match(await desk.done('list'), /Halted +0 +11\.50 USD/)
  await desk.done('enable', 'DESK')
  const back = await desk.logOn(again, 'DESK-1')
  assert.equal((await back.promises.newOrder(order('o-5'))).execType, ExecType.New)
  await back.logout()
  await again.end('SIGTERM')
  await assertWhole(desk.premises, 'accounts')
})

test('account: what the configuration says of it later must be the same, or the start is refused', async (t) => {
  const desk = new Desk(new Premises(t))
  await desk.key('OTHER')
  const first = await desk.start('')
  await desk.done('create', 'DESK', '--session', 'DESK-1', '--deposit', 'USD=100')
  await first.end('SIGTERM')

  const same = await desk.start(DESK('100'))
  assert.match(await desk.done('list'), /^ {2}DESK +Active +0 +100\.00 USD +DESK-1$/m)
  await same.end('SIGTERM')
  for (const [sessions, why] of [
    [DESK('200'), /Deposit was refused: Another deposit/],
    [DESK('100', 'OTHER'), /SessionDefine was refused/],
  ] as const) {
    const config = desk.premises.file('venue.yaml', venue(sessions))
    const { status, stderr } = await desk.premises.launch({ flags: ['-q', '-c', config] }).ended
    assert.equal(status, 3, stderr)
    assert.match(stderr, why)
  }
})

test('account: what cannot be done is one line, and changes nothing', async (t) => {
  const desk = new Desk(new Premises(t))
  assert.match(await desk.refused(5, 'create', 'DESK'), /exchange-not-running: no exchange runs on/)
  await desk.key('DESK-1')
  const exchange = await desk.start('')
  const taken = ['create', 'OTHER', '--session', 'DESK-1']
  await desk.done('create', 'DESK', '--session', 'DESK-1')
  assert.match(
    await desk.refused(1, ...taken),
    /SessionDefine was refused: .*one account, for ever/,
  )
  const unpaid = ['create', 'NEW', '--deposit']
  assert.match(await desk.refused(2, ...unpaid, 'EUR=5'), /no currency EUR. Give one of USD, ACME/)
  assert.match(await desk.refused(2, ...unpaid, 'USD=0.005'), /at most 2 decimals/)
  assert.match(await desk.refused(2, ...unpaid, 'ACME=0'), /above 0/)
  assert.equal((await desk.account(...unpaid, 'USD')).status, 2)
  assert.equal((await desk.account(...unpaid, 'USD=1', '--deposit', 'USD=2')).status, 2)
  assert.match(await desk.refused(2, 'create', 'A B'), /is no name/)
  assert.match(await desk.refused(1, 'deposit', 'NOBODY', 'USD=5'), /No such account/)
  assert.match(await desk.refused(1, 'disable', 'NOBODY'), /No such account/)
  assert.match(await desk.refused(1, 'show', 'NOBODY'), /unknown-account/)
  assert.deepEqual(
    JSON.parse(await desk.done('list', '--json')).map((one: { account: string }) => one.account),
    ['DESK'],
  )
  await exchange.end('SIGTERM')
  assert.match(await desk.refused(5, 'enable', 'DESK'), /exchange-not-running/)
})

test('account: where the path is too long for a socket, the exchange runs, and both say so', async (t) => {
  const premises = new Premises(t)
  const dataDir = join(premises.directory, 'd'.repeat(100))
  const exchange = await premises.start({ dataDir, flags: ['-q'] })
  const { status, stderr } = await premises.run([
    'account',
    'create',
    'DESK',
    '--data-dir',
    dataDir,
  ])
  assert.equal(status, 5, stderr)
  assert.match(stderr, /control-unavailable: .* bytes, and a socket's may have \d+\. Move the data/)
  const { stderr: log } = await exchange.end('SIGTERM')
  assert.match(log, /control\.unavailable/)
})
