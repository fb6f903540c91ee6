import assert from 'node:assert/strict'
import { test } from 'node:test'
import WebSocket from 'ws'
import { assertWhole } from '../exchange/journal-looks.ts'
import { ExchangeProcess, Premises } from '../exchange/premises.ts'

/** The promise is ten seconds on a machine that has nothing else to do. */
const TRADES_MS_MAX = 10_000

test('demo: a subscriber sees trades of every market within ten seconds of the start', async (t) => {
  const premises = new Premises(t)
  const ports = ['--order-entry-port', '0', '--market-data-port', '0']
  const args = ['demo', '--json', '-q', '--data-dir', premises.dataDir, ...ports]
  const demo = new ExchangeProcess(args, premises.directory)
  t.after(() => (demo.isRunning ? demo.end('SIGKILL') : undefined))
  await demo.untilOpen()
  const waiting = new Set(['BTCUSDT', 'ETHUSDT', 'GOOG'])
  const socket = new WebSocket(
    `ws://127.0.0.1:${demo.marketDataPort}/stream?streams=btcusdt@trade/ethusdt@trade/goog@trade`,
  )
  const seen = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no trade in ${[...waiting]}`)), TRADES_MS_MAX)
    socket.on('message', (data) => {
      const { s } = (JSON.parse(String(data)) as { data: { s: string } }).data
      waiting.delete(s)
      if (waiting.size > 0) return
      clearTimeout(late)
      resolve()
    })
  })
  await seen
  socket.terminate()
  const ended = await demo.end('SIGINT')
  assert.equal(ended.status, 130, ended.stderr)
  await assertWhole(premises, 'demo')
  const dumped = await premises.run(['journal', 'dump', '--events', '--data-dir', premises.dataDir])
  const events = dumped.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { message: string })
  assert.ok(events.filter(({ message }) => message === 'Trade').length >= 3)
  assert.ok(!dumped.stdout.includes('"ExecType":"Rejected"'), 'a trader was refused')
})

const ANY_PORTS = ['--order-entry-port', '0', '--market-data-port', '0']

test('demo: where its traders may not log on it ends with 3, and says what it needs', async (t) => {
  const premises = new Premises(t)
  premises.file('key.pem', PUBLIC_KEY)
  const session = '{ compId: A, account: A, publicKeyFile: key.pem }'
  const config = premises.file('listed.yaml', venueWith('GOOG', session))
  const env = { TRADSYS__ADMISSION: 'listed' }
  const { status, stdout, stderr } = await premises.run(
    ['demo', '-q', '-c', config, '--data-dir', premises.dataDir, ...ANY_PORTS],
    env,
  )
  assert.equal(status, 3, stderr)
  assert.match(stderr, /^tradsys: demo-impossible: a trader in GOOG cannot log on: .*'paper'.*\n$/m)
  assert.equal(stdout, '')
  await assertWhole(premises, 'no traders')
})

test('demo: trades what the venue has of its instruments, and with none of them ends with 3', async (t) => {
  const premises = new Premises(t)
  const one = premises.file('one.yaml', venueWith('GOOG', ''))
  const args = ['demo', '--json', ...ANY_PORTS]
  const demo = new ExchangeProcess(
    [...args, '-c', one, '--data-dir', premises.dataDir],
    premises.directory,
  )
  t.after(() => (demo.isRunning ? demo.end('SIGKILL') : undefined))
  await demo.untilOpen()
  const ended = await demo.end('SIGTERM')
  assert.equal(ended.status, 143, ended.stderr)
  assert.match(ended.stderr, /"event":"demo.trading","traders":2/)
  const none = premises.file('none.yaml', venueWith('ACME', ''))
  const other = `${premises.directory}/other`
  const { status, stderr } = await premises.run([...args, '-q', '-c', none, '--data-dir', other])
  assert.equal(status, 3, stderr)
  assert.match(stderr, /^tradsys: demo-impossible: .*none of the instruments.*\n$/m)
})

test('journal: a dump whose reader has seen enough ends without a word', async (t) => {
  const premises = new Premises(t)
  const exchange = await premises.start({ flags: ['-q'] })
  await exchange.end('SIGTERM')
  const dump = premises.spawn(['journal', 'dump', '--data-dir', premises.dataDir])
  dump.child.stdout!.destroy()
  const { status, stderr } = await dump.ended
  assert.deepEqual([status, stderr], [0, ''])
})

test('journal: what is not there is told alike by every verb, with 5', async (t) => {
  const premises = new Premises(t)
  for (const verb of [
    ['journal', 'verify'],
    ['journal', 'dump'],
    ['replay'],
    ['replay', '--verify'],
  ]) {
    const { status, stderr } = await premises.run([...verb, '--data-dir', 'nowhere'])
    assert.equal(status, 5, `${verb.join(' ')}: ${stderr}`)
    assert.match(stderr, /^tradsys: journal-missing: .*\n$/)
  }
})

function venueWith(symbol: string, session: string): string {
  return `venue:
  currencies:
    - { code: USD, decimals: 2, paperGrant: "1000000000" }
    - { code: SHARE, decimals: 0, paperGrant: "1000000000" }
  instruments:
    - symbol: ${symbol}
      base: SHARE
      quote: USD
      tick: "0.01"
      lot: "1"
      price: { min: "0.01", max: "100000" }
      quantity: { min: "1", max: "1000000" }
      notional: { min: "0.01", max: "10000000000" }
  sessions: [${session}]
`
}

/** Of a key that was made for this test and thrown away. */
const PUBLIC_KEY = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGUIKv9dSpWXBViXp2m6vAIb8QMFJYBgyFEQsFJlqgA0=
-----END PUBLIC KEY-----
`
