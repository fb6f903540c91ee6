/** What the operator writes down wrongly is told before anything is opened: one line, a stable code, an exit status. */
import assert from 'node:assert/strict'
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
    what: 'a port that is no number',
    flags: ['--order-entry-port', 'nine'],
    status: 3,
    says: /^tradsys: config-invalid: .*'orderEntry\.port'.*\n$/,
  },
  {
    what: 'a port that does not exist',
    flags: ['--market-data-port', '65536'],
    status: 3,
    says: /^tradsys: config-invalid: .*'marketData\.port'.*\n$/,
  },
  {
    what: 'paper money for whoever comes from anywhere',
    yaml: 'admission: paper\norderEntry: { host: 0.0.0.0 }',
    status: 3,
    says: /^tradsys: config-open-door: .*0\.0\.0\.0.*'listed'.*\n$/,
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
