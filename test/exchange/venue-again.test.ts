/** A configured venue with money paid in: it is said anew at every start, and paid in once. */
import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import { ExecType, OrderEntryClient, Reason, Side } from '../../client/client.ts'
import { assertWhole } from './journal-looks.ts'
import { type ExchangeProcess, Premises } from './premises.ts'

const venue = (usd: string): string => `
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
  sessions:
    - { compId: DESK-1, account: DESK, publicKeyFile: key.pem, deposits: { USD: "${usd}" } }
    - { compId: DESK-2, account: DESK, publicKeyFile: key.pem, deposits: { USD: "50" } }
`

/** Buys for so many dollars; true where the account's money is enough. */
async function canBuy(
  exchange: ExchangeProcess,
  key: KeyObject,
  dollars: number,
): Promise<boolean> {
  const client = await OrderEntryClient.connect({
    ...{ host: '127.0.0.1', port: exchange.orderEntryPort, compId: 'DESK-1', key },
  })
  const clOrdId = `b-${Date.now()}-${dollars}`
  const order = { clOrdId, symbol: 'ACMEUSD', side: Side.Buy, lots: dollars, priceTicks: 100 }
  const report = await client.request(order)
  const isEnough = report.execType === ExecType.New
  if (!isEnough) assert.equal(report.reason, Reason.InsufficientFunds)
  const { orderId } = report
  if (isEnough)
    client.cancel({ clOrdId: `${clOrdId}-c`, orderId, symbol: 'ACMEUSD', side: Side.Buy })
  await client.logout()
  return isEnough
}

test('venue: two sessions pay in for one account; a restart and a crash pay nothing in again', async (t) => {
  const premises = new Premises(t)
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  premises.file('key.pem', publicKey.export({ type: 'spki', format: 'pem' }).toString())
  const config = premises.file('venue.yaml', venue('100'))
  for (const end of ['SIGTERM', 'SIGKILL', 'SIGTERM'] as const) {
    const exchange = await premises.start({ flags: ['-q', '-c', config] })
    assert.ok(await canBuy(exchange, privateKey, 150))
    assert.ok(!(await canBuy(exchange, privateKey, 151)))
    await exchange.end(end)
  }
  await assertWhole(premises, 'deposits')
})

test('venue: another amount under the same session is refused at start, by name', async (t) => {
  const premises = new Premises(t)
  const { publicKey } = generateKeyPairSync('ed25519')
  premises.file('key.pem', publicKey.export({ type: 'spki', format: 'pem' }).toString())
  const first = await premises.start({ flags: ['-q', '-c', premises.file('a.yaml', venue('100'))] })
  await first.end('SIGTERM')
  const second = premises.launch({ flags: ['-q', '-c', premises.file('b.yaml', venue('200'))] })
  const { status, stderr } = await second.ended
  assert.equal(status, 3, stderr)
  assert.match(stderr, /Deposit was refused: Another deposit with this reference/)
})
