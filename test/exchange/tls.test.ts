/** Order entry by TLS, beside the plain door: the same session, and nobody who does not speak it as it is to be spoken. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import {
  ExecType,
  OrderEntryClient,
  type OrderEntryClientOptions,
  Side,
} from '../../client/client.ts'
import { type ExchangeProcess, Premises } from './premises.ts'

const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()
const skip = hasOpenssl ? false : 'openssl is not on the PATH: nothing makes a certificate'

interface Secured {
  readonly exchange: ExchangeProcess
  readonly port: number
  readonly ca: string
}

async function open(t: TestContext, more = '', beside = ''): Promise<Secured> {
  const premises = new Premises(t)
  const [cert, key] = [premises.file('cert.pem', ''), premises.file('key.pem', '')]
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-subj', '/CN=exchange.test', '-addext', 'subjectAltName=DNS:exchange.test'],
      ...['-days', '2', '-keyout', key, '-out', cert],
    ],
    { stdio: 'ignore' },
  )
  const config = premises.file(
    'tls.yaml',
    `orderEntry: { tls: { port: 0, certFile: ${cert}, keyFile: ${key}${more} }${beside} }`,
  )
  const exchange = await premises.launch({ flags: ['-q', '-c', config] }).untilOpen()
  const { orderEntryTls } = JSON.parse(exchange.stdout) as { orderEntryTls: string }
  return { exchange, port: Number(orderEntryTls.split(':')[1]), ca: readFileSync(cert, 'utf8') }
}

const logOn = (
  port: number,
  compId: string,
  tls: OrderEntryClientOptions['tls'],
  more: Partial<OrderEntryClientOptions> = {},
): Promise<OrderEntryClient> =>
  OrderEntryClient.connect({
    ...{ host: '127.0.0.1', port, compId },
    ...(tls === undefined ? {} : { tls }),
    ...more,
  })

const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket
      .on('error', () => undefined)
      .on('close', () => resolve())
      .resume()
  })

test('tls: orders and their reports, beside a plain door that stays', { skip }, async (t) => {
  const { exchange, port, ca } = await open(t)
  const trusted = { ca, servername: 'exchange.test' }
  const count = 3_000
  let reports = 0
  const client = await logOn(port, 'SAFE', trusted, { onExecutionReport: () => reports++ })
  for (let i = 0; i < count; i++) {
    const side = i % 2 === 0 ? Side.Buy : Side.Sell
    client.newOrder({ clOrdId: `t-${i}`, symbol: 'BTCUSDT', side, lots: 5, priceTicks: 6_000_000 })
  }
  for (let tries = 0; reports < 2 * count; tries++) {
    assert.ok(tries < 400, `${reports} reports`)
    await sleep(25)
  }
  const plain = await logOn(exchange.orderEntryPort, 'PLAIN', undefined)
  const order = { clOrdId: 'p', symbol: 'BTCUSDT', side: Side.Buy, lots: 5, priceTicks: 6_000_000 }
  assert.equal((await plain.request(order)).execType, ExecType.New)
  await plain.logout()
  await client.logout()
  // Whoever knocks by the wrong door, or does not know the exchange, is not let in.
  await assert.rejects(logOn(port, 'A', true), /self-signed certificate/)
  await assert.rejects(logOn(port, 'A', { ca, servername: 'other.test' }), /other\.test/)
  await assert.rejects(logOn(port, 'A', undefined))
  await assert.rejects(logOn(exchange.orderEntryPort, 'A', trusted))
  await exchange.end('SIGTERM')
})

test('tls: 1.3 unless 1.2 is asked for; nothing older', { skip }, async (t) => {
  const handshake = (port: number, ca: string, version: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3') =>
    new Promise<string>((resolve) => {
      const names = {
        servername: 'exchange.test',
        minVersion: version,
        maxVersion: version,
      } as const
      const ciphers = version === 'TLSv1.1' ? { ciphers: 'ALL:@SECLEVEL=0' } : {}
      const socket = connectTls({ host: '127.0.0.1', port, ca, ...names, ...ciphers }, () => {
        resolve(`${socket.getProtocol()}`)
        socket.destroy()
      })
      socket.on('error', () => resolve('refused'))
    })
  const strict = await open(t)
  assert.equal(await handshake(strict.port, strict.ca, 'TLSv1.3'), 'TLSv1.3')
  assert.equal(await handshake(strict.port, strict.ca, 'TLSv1.2'), 'refused')
  await strict.exchange.end('SIGTERM')
  const older = await open(t, ', minVersion: TLSv1.2')
  assert.equal(await handshake(older.port, older.ca, 'TLSv1.2'), 'TLSv1.2')
  assert.equal(await handshake(older.port, older.ca, 'TLSv1.1'), 'refused')
  await older.exchange.end('SIGTERM')
})

test('tls: who never shakes hands holds nobody up, and an exchange that stops does not wait', {
  skip,
}, async (t) => {
  const { exchange, port, ca } = await open(t)
  const silent = Array.from({ length: 20 }, () => connect({ host: '127.0.0.1', port }))
  const ends = silent.map(closed)
  const babbler = connect({ host: '127.0.0.1', port })
  babbler.write('GET / HTTP/1.1\r\n\r\n')
  await closed(babbler)
  await (await logOn(port, 'SAFE', { ca, servername: 'exchange.test' })).logout()
  const startMs = performance.now()
  await exchange.end('SIGTERM')
  assert.ok(performance.now() - startMs < 8_000, 'it waited for handshakes')
  await Promise.all(ends)
})

test('tls: a certificate that is none is a word at the start', { skip }, async (t) => {
  const premises = new Premises(t)
  const file = premises.file('nonsense.pem', 'nonsense')
  const tries: readonly [string, RegExp][] = [
    [`certFile: ${file}, keyFile: ${file}`, /config-tls-invalid: orderEntry\.tls: .*nonsense\.pem/],
    [`certFile: nowhere.pem, keyFile: ${file}`, /config-tls-unreadable: cannot read nowhere\.pem/],
    [`certFile: ${file}`, /config-invalid: configuration 'orderEntry\.tls\.keyFile'/],
  ]
  for (const [terms, says] of tries) {
    const config = premises.file('bad.yaml', `orderEntry: { tls: { ${terms} } }`)
    const { status, stderr } = await premises.run([
      'start',
      '-c',
      config,
      '--data-dir',
      premises.dataDir,
    ])
    assert.equal(status, 3, stderr)
    assert.match(stderr, says)
  }
})

test('tls: who comes too often is closed before a handshake, by either door', {
  skip,
}, async (t) => {
  const arrivals = ', arrivals: { count: 2, seconds: 600, loopback: true }'
  const { exchange, port, ca } = await open(t, '', arrivals)
  const trusted = { ca, servername: 'exchange.test' }
  const first = await logOn(port, 'A', trusted)
  const second = await logOn(exchange.orderEntryPort, 'B', undefined)
  await assert.rejects(logOn(port, 'C', trusted))
  await assert.rejects(logOn(exchange.orderEntryPort, 'C', undefined))
  await first.logout()
  await second.logout()
  await exchange.end('SIGTERM')
})
