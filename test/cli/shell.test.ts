/** `tradsys shell`: by a pipe, as scripts have it, and at a terminal, as a person does. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { complete } from '../../cli/shell/completion.ts'
import { shell } from '../../cli/shell/shell.ts'
import { verbNamed } from '../../cli/shell/verbs.ts'
import { checkout, type ExchangeProcess, freePorts, Premises } from '../exchange/premises.ts'
import { until } from '../gateway/order-entry/venue.ts'

const flagsOf = ({ orderEntryPort, marketDataPort }: ExchangeProcess) => ({
  ...{ url: `127.0.0.1:${orderEntryPort}`, marketData: `127.0.0.1:${marketDataPort}` },
  compId: 'ALICE',
})

/** Says the lines to a shell of its own. */
function piped(exchange: ExchangeProcess, ...lines: readonly string[]) {
  const { url, marketData, compId } = flagsOf(exchange)
  const place = ['--url', url, '--market-data', marketData, '--comp-id', compId]
  const args = [join(checkout, 'bin/tradsys'), 'shell', ...place]
  const input = `${lines.join('\n')}\n`
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    ...{ input, encoding: 'utf8', timeout: 60_000 },
  })
  assert.equal(stderr, '')
  return { status, said: stdout.trimEnd().split('\n') }
}

test('shell: a pipe is done line by line, without a prompt', async (t) => {
  const exchange = await new Premises(t).start({ flags: ['-q'] })
  const { status, said } = piped(
    exchange,
    ...['# a comment', '', 'instruments', 'orders'],
    ...['buy 0.5 BTCUSDT 60000 id=b-1', 'sell 0.1 btcusdt', 'repl b-1 0.7', 'orders BTCUSDT'],
    ...['book BTCUSDT', 'cancel b-1_2', 'quit', 'buy 1 GOOG 1'],
  )
  assert.equal(status, 0)
  assert.match(said[1]!, /^ {2}BTCUSDT +Continuous +0\.01 +0\.0001 +BTC for USDT$/)
  assert.equal(said[4], 'no open orders')
  assert.match(said[5]!, /^accepted {2}b-1 #/)
  assert.match(said[6]!, /^accepted {2}t\w+-\d+ #\d+ BTCUSDT sell 0\.1000/)
  assert.match(said[7]!, /^trade 0\.1000 @ 60000\.00 {2}b-1 #/)
  assert.match(said[8]!, /^trade 0\.1000 @ 60000\.00 {2}t/)
  assert.match(said[9]!, /^replaced {2}b-1_2 \(was b-1\)/)
  assert.match(said[10]!, /^partially filled {2}b-1_2 /)
  assert.match(said[11]!, /quantity +bid +ask +quantity/)
  assert.match(said[12]!, /^ +0\.6000 +60000\.00$/)
  assert.match(said[13]!, /^cancelled {2}b-1_2 #/)
  assert.equal(said.length, 14, 'nothing behind quit')
})

test('shell: what fails is said, the next line goes on, and the status tells', async (t) => {
  const exchange = await new Premises(t).start({ flags: ['-q'] })
  const { status, said } = piped(
    exchange,
    ...['dance', 'b BTCUSDT', 'buy', 'cancel', 'replace a', 'book NOWHERE', 'book GOOG 0'],
    ...['status nobody', 'cancel nobody', 'buy 1000 BTCUSDT 60000', 'cancel a b', 'help dance'],
    'buy 1 GOOG 500 id=last',
  )
  assert.equal(status, 1)
  const says = [
    /there is no 'dance' to say here/,
    /'b' may be buy or book/,
    /buy needs a quantity and a symbol/,
    /cancel needs more than that\. As in: cancel ID, or all \[SYMBOL\]/,
    /replace needs more/,
    /no instrument NOWHERE/,
    /0 are no levels/,
    /refused: Unknown order sent/,
    /no order nobody is open/,
    /^refused: Account has insufficient balance/,
    /a symbol goes with all/,
    /there is no 'dance'/,
    /^accepted {2}last #/,
  ]
  assert.equal(said.length, says.length, said.join('\n'))
  for (const [index, pattern] of says.entries()) assert.match(said[index]!, pattern)
})

/** A terminal in the test's hands. */
class Terminal {
  readonly input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined })
  readonly output = Object.assign(new PassThrough(), { isTTY: true, columns: 120 })
  screen = ''

  constructor(t: TestContext) {
    this.output.on('data', (bytes: Buffer) => {
      this.screen += bytes.toString('utf8')
    })
    const before = process.env.TRADSYS_HISTORY
    process.env.TRADSYS_HISTORY = '/dev/null'
    t.after(() => {
      if (before === undefined) delete process.env.TRADSYS_HISTORY
      else process.env.TRADSYS_HISTORY = before
    })
  }

  /** Key by key, as a person does: a pasted Tab completes nothing. */
  async type(text: string): Promise<void> {
    for (const key of text) {
      this.input.write(key)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** Until it says so, from now on. */
  async says(text: string): Promise<void> {
    await until(`'${text}' on ${JSON.stringify(this.screen.slice(-500))}`, () =>
      this.screen.includes(text),
    )
    this.screen = this.screen.slice(this.screen.indexOf(text) + text.length)
  }
}

test('shell: at a terminal the prompt tells of orders and connection, and Tab completes', async (t) => {
  const premises = new Premises(t)
  const ports = await freePorts()
  const exchange = await premises.start({ flags: ['-q'], ...ports })
  const terminal = new Terminal(t)
  const over = shell(flagsOf(exchange), terminal)
  await terminal.says('ALICE 0 open> ')
  await terminal.type('buy 1 GO\t500 id=x-1\r')
  await terminal.says('accepted  x-1 #')
  await terminal.says('ALICE 1 open> ')
  await exchange.end('SIGTERM')
  await terminal.says('-- disconnected')
  await terminal.says('ALICE (not connected) 1 open> ')
  await premises.start({ flags: ['-q'], ...ports })
  await terminal.says('-- connected again')
  await terminal.type('can\tx\t\r')
  await terminal.says('cancelled  x-1 #')
  await terminal.says('ALICE 0 open> ')
  await terminal.type('nonsense\r')
  await terminal.says("there is no 'nonsense'")
  await terminal.type('half a li\x03quit\r')
  await over
  assert.equal(process.exitCode ?? 0, 0, 'a person has seen what failed')
})

test('shell: what may come where the cursor is', () => {
  const names = { symbols: ['BTCUSDT', 'GOOG'], ids: ['a-1', 'b-1'] }
  for (const [line, fitting] of [
    [
      '',
      [
        'buy ',
        'sell ',
        'cancel ',
        'replace ',
        'orders ',
        'status ',
        'instruments ',
        'book ',
        'help ',
        'quit ',
      ],
    ],
    ['b', ['buy ', 'book ']],
    ['zz', []],
    ['buy ', []],
    ['buy 1 ', ['BTCUSDT ', 'GOOG ']],
    ['buy 1 g', ['GOOG ']],
    ['sell 1 GOOG 5 po', ['post-only ']],
    ['sell 1 GOOG 5 st', ['stop=', 'stp=']],
    ['cancel ', ['a-1 ', 'b-1 ', 'all ']],
    ['cancel all b', ['BTCUSDT ']],
    ['cancel a-1 ', []],
    ['replace b', ['b-1 ']],
    ['status a-1 G', ['GOOG ']],
    ['book ', ['BTCUSDT ', 'GOOG ']],
    ['help sta', ['status ']],
  ] as const) {
    assert.deepEqual(complete(line, names)[0], fitting, line)
  }
  assert.equal(complete('buy 1 g', names)[1], 'g')
})

test('shell: a verb is known by as little of it as names no other', () => {
  assert.equal(verbNamed('sel'), 'sell')
  assert.equal(verbNamed('BUY'), 'buy')
  for (const name of ['b', 'x', 'toString', '']) assert.throws(() => verbNamed(name), name)
})
