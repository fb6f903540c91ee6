/** What the operator writes down wrongly is told before anything is opened: one line, a stable code, an exit status. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { freePorts, Premises } from './premises.ts'

interface Mistake {
  readonly what: string
  /** Text of a file given with -c. */
  readonly yaml?: string
  readonly flags?: readonly string[]
  readonly status: number
  /** The whole of stderr. */
  readonly says: RegExp
}

const MISTAKES: readonly Mistake[] = [
  {
    what: 'an unknown key',
    yaml: 'durabilty: none',
    status: 3,
    says: /^tradsys: config-unknown-key: .*'durabilty'.*'durability'.*\n$/,
  },
  {
    what: 'an unknown key inside of another',
    yaml: 'orderEntry: { prot: 9100 }',
    status: 3,
    says: /^tradsys: config-unknown-key: .*'orderEntry\.prot'.*'port'.*\n$/,
  },
  {
    what: 'a file that is no YAML',
    yaml: 'a: [1, 2\nb: }',
    status: 3,
    says: /^tradsys: config-not-yaml: .*\n$/,
  },
  {
    what: 'a file that holds a list',
    yaml: '- 1\n- 2\n',
    status: 3,
    says: /^tradsys: config-no-keys: .*\n$/,
  },
  {
    what: 'a file that holds one word',
    yaml: 'power-loss',
    status: 3,
    says: /^tradsys: config-no-keys: .*\n$/,
  },
  {
    what: 'a file that is not there',
    flags: ['-c', 'nowhere.yaml'],
    status: 3,
    says: /^tradsys: config-unreadable: .*nowhere\.yaml.*\n$/,
  },
  {
    what: 'a durability that does not exist',
    flags: ['--durability', 'total'],
    status: 3,
    says: /^tradsys: config-invalid: .*'durability'.*\n$/,
  },
  {
    what: 'a plan that does not exist',
    flags: ['--plan', 'toString'],
    status: 3,
    says: /^tradsys: config-invalid: .*'plan'.*\n$/,
  },
  {
    what: 'paper money for whoever comes from anywhere',
    yaml: 'admission: paper\norderEntry: { host: 0.0.0.0 }',
    status: 3,
    says: /^tradsys: config-open-door: .*0\.0\.0\.0.*'listed'.*\n$/,
  },
  {
    what: 'paper money behind a name that only looks like loopback',
    yaml: 'admission: paper\norderEntry: { host: 127.example.com }',
    status: 3,
    says: /^tradsys: config-open-door: .*127\.example\.com.*\n$/,
  },
  {
    what: 'listed admission without a session',
    yaml: 'admission: listed',
    status: 3,
    says: /^tradsys: config-no-sessions: .*venue\.sessions.*\n$/,
  },
  {
    what: 'a listed session without a key',
    yaml: `admission: listed\n${venueWith('{ compId: A, account: A }')}`,
    status: 3,
    says: /^tradsys: config-key-missing: .*session A .*publicKeyFile.*\n$/,
  },
  {
    what: 'a key file that holds no key',
    yaml: venueWith('{ compId: A, account: A, publicKeyFile: venue.yaml }'),
    status: 3,
    says: /^tradsys: config-key-invalid: .*session A, venue\.yaml.*Ed25519.*\n$/,
  },
  {
    what: 'a key file that is not there',
    yaml: venueWith('{ compId: A, account: A, publicKeyFile: nowhere.pem }'),
    status: 3,
    says: /^tradsys: config-key-unreadable: .*nowhere\.pem.*\n$/,
  },
  {
    what: 'an account in a currency that is not defined',
    yaml: venueWith('{ compId: A, account: A, deposits: { XYZ: "1" } }'),
    status: 3,
    says: /^tradsys: config-venue: .*XYZ.*\n$/,
  },
  {
    what: 'a currency in more decimals than there can be',
    yaml: 'venue: { currencies: [{ code: USD, decimals: 40 }], instruments: [] }',
    status: 3,
    says: /^tradsys: config-invalid: .*decimals.*\n$/,
  },
  { what: 'an unknown flag', flags: ['--sped', '9'], status: 2, says: /unknown option '--sped'/ },
]

function venueWith(session: string): string {
  return `venue: { currencies: [{ code: USD, decimals: 2 }], instruments: [], sessions: [${session}] }`
}

/** Arguments with a number that is none, or out of its range. */
const NUMBERS = [
  'start --order-entry-port nine',
  'start --order-entry-port -1',
  'start --market-data-port 65536',
  'demo --seed 1.5',
  'journal dump --from 0',
  'journal dump --count x',
  'replay --book X --depth abc',
  'load lobster --messages m --book b --compare-every 0',
  'load lobster --messages m --book b --events 1e3x',
  'bench e2e --runs 0',
  'bench e2e --seconds -5',
  'bench e2e --rate fast',
]

test('configuration: a flag whose number is none ends with 2 and says what it takes', async (t) => {
  const premises = new Premises(t)
  for (const line of NUMBERS) {
    const { status, stdout, stderr } = await premises.run(line.split(' '))
    assert.equal(status, 2, `${line}: ${stderr}`)
    assert.match(stderr, /^error: option .* It must be a whole number, .*\n/, line)
    assert.equal(stdout, '')
  }
})

test('configuration: -q drops the news of the day and keeps warnings', async (t) => {
  const premises = new Premises(t)
  const exchange = await premises.start({ flags: ['-q'] })
  const socket = connect(exchange.orderEntryPort, '127.0.0.1')
  await once(socket, 'connect')
  socket.resetAndDestroy()
  const endMs = performance.now() + 10_000
  while (!exchange.stderr.includes('connection-error') && performance.now() < endMs) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const { stderr } = await exchange.end('SIGTERM')
  assert.match(stderr, /^\{"level":40,.*"event":"order-entry\.connection-error"/m)
  assert.doesNotMatch(stderr, /"level":30/)
})

test('configuration: -v and --verbose print the stack of an error', async (t) => {
  const premises = new Premises(t)
  for (const flags of [['-v'], ['--verbose'], ['-qv']]) {
    const { status, stderr } = await premises.launch({ flags: [...flags, '-c', 'nowhere.yaml'] })
      .ended
    assert.equal(status, 3)
    assert.match(stderr, /^tradsys: config-unreadable: .*\nError: [\s\S]*\n {4}at /)
  }
})

for (const { what, yaml, flags = [], status, says } of MISTAKES) {
  test(`configuration: ${what} ends the start with ${status} and one line`, async (t) => {
    const premises = new Premises(t)
    const files = yaml === undefined ? [] : ['-c', premises.file('venue.yaml', yaml)]
    const ended = await premises.launch({ flags: [...files, ...flags] }).ended
    assert.equal(ended.status, status, ended.stderr)
    assert.match(ended.stderr, says)
    assert.equal(ended.stdout, '')
  })
}

test('configuration: a data directory that is a file is told as such', async (t) => {
  const premises = new Premises(t)
  const dataDir = premises.file('file', 'not a directory')
  const { status, stderr } = await premises.launch({ dataDir, flags: ['-q'] }).ended
  assert.equal(status, 5, stderr)
  assert.match(stderr, /^tradsys: directory-unusable: .*\n$/)
})

test('configuration: flags beat the environment, that beats files, and the last file wins', async (t) => {
  const premises = new Premises(t)
  const [a, b, c] = [await freePorts(), await freePorts(), await freePorts()]
  const file = (name: string, port: number): string =>
    premises.file(name, `orderEntry: { port: ${port} }\nmarketData: { port: 0 }\nlogLevel: warn\n`)
  const files = ['-c', file('1.yaml', a.orderEntryPort), '-c', file('2.yaml', b.orderEntryPort)]
  const env = { TRADSYS__ORDER_ENTRY__PORT: String(c.orderEntryPort) }
  const data = ['start', '--json', '--data-dir', premises.dataDir]
  const portOf = async (flags: readonly string[], given?: typeof env): Promise<number> => {
    const started = premises.spawn([...data, ...files, ...flags], given)
    const endMs = performance.now() + 20_000
    while (started.isRunning && !started.stdout.includes('\n') && performance.now() < endMs) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    const { stdout, stderr } = await started.end('SIGTERM')
    assert.notEqual(stdout, '', stderr)
    return Number((JSON.parse(stdout) as { orderEntry: string }).orderEntry.split(':')[1])
  }
  assert.equal(await portOf([]), b.orderEntryPort)
  assert.equal(await portOf([], env), c.orderEntryPort)
  assert.equal(
    await portOf(['--order-entry-port', String(a.marketDataPort)], env),
    a.marketDataPort,
  )
})

test('configuration: help and version are told without an exchange', async (t) => {
  const premises = new Premises(t)
  for (const args of [['--help'], ['start', '--help'], ['load', 'lobster', '--help']]) {
    const { status, stdout } = await premises.run(args)
    assert.equal(status, 0, args.join(' '))
    assert.match(stdout, /^Usage: tradsys/)
  }
  const { status, stdout } = await premises.run(['version', '--json'])
  assert.equal(status, 0)
  const { version, schema, node } = JSON.parse(stdout) as Record<string, string>
  assert.match(version!, /^\d+\.\d+\.\d+$/)
  assert.match(schema!, /^[0-9a-f]{16}$/)
  assert.equal(node, process.version)
  const nothing = await premises.run(['frobnicate'])
  assert.equal(nothing.status, 2, nothing.stderr)
})
