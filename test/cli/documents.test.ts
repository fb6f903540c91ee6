/** What README and ENGINE.md say runs, runs; what they name, is there. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkout, Premises } from '../exchange/premises.ts'

const readme = readFileSync(join(checkout, 'README.md'), 'utf8')
const engine = readFileSync(join(checkout, 'ENGINE.md'), 'utf8')

test('documents: the trading example of the README trades', async (t) => {
  const premises = new Premises(t)
  const exchange = await premises.start({ flags: ['-q'] })
  const example = /```js\n([\s\S]*?)```/.exec(readme)![1]!
  const code = example
    .replaceAll('9000', String(exchange.orderEntryPort))
    .replaceAll('9001', String(exchange.marketDataPort))
  // Inside the package, so that its own name leads to it as it does for a user.
  const file = join(checkout, 'dist', `readme-example-${process.pid}.mjs`)
  t.after(() => rmSync(file, { force: true }))
  writeFileSync(file, code)
  const { stdout, stderr, status } = spawnSync(process.execPath, [file], {
    encoding: 'utf8',
    timeout: 20_000,
  })
  assert.equal(status, 0, stderr)
  assert.match(stdout, /^trade 10 @ 57940$/m)
  assert.match(stdout, /^accepted as order \d+$/m)
})

test('documents: the journaled system of ENGINE.md goes on where it ended', (t) => {
  const premises = new Premises(t)
  const example = /```js\n([\s\S]*?)```/.exec(engine)![1]!
  const file = join(checkout, 'dist', `engine-example-${process.pid}.mjs`)
  t.after(() => rmSync(file, { force: true }))
  writeFileSync(file, example)
  for (const says of ['5 after 0', '10 after 1', '15 after 2']) {
    const options = { cwd: premises.directory, encoding: 'utf8', timeout: 20_000 } as const
    const { stdout, stderr } = spawnSync(process.execPath, [file], options)
    assert.equal(stdout, `${says} commands of before\n`, stderr)
  }
})

test('documents: the configuration of the README is a valid one', async (t) => {
  const premises = new Premises(t)
  const yaml = /```yaml\n([\s\S]*?)```/.exec(readme)![1]!
  premises.file('alice.pub.pem', PUBLIC_KEY)
  const config = premises.file('readme.yaml', yaml)
  const exchange = await premises.start({ flags: ['-q', '-c', config] })
  const info = (await exchange.get('/api/v3/exchangeInfo')) as { symbols: { symbol: string }[] }
  assert.deepEqual(
    info.symbols.map(({ symbol }) => symbol),
    ['ACMEUSD'],
  )
})

test('documents: every command of the README is one, and every one is in the README', async (t) => {
  const premises = new Premises(t)
  const rows = [...readme.matchAll(/^\| `bin\/tradsys ((?:[a-z0-9][a-z0-9-]* ?)+)(.*?)`/gm)]
  assert.ok(rows.length >= 8)
  for (const [, named, rest] of rows) {
    const words = named!.trim().split(' ')
    const { status, stdout, stderr } = await premises.run([...words, '--help'])
    assert.equal(status, 0, `${named}: ${stderr}`)
    // Help answers an invented verb too, with the usage of what is above it.
    const [, verbs, places] = /^Usage: tradsys ((?:[a-z0-9][a-z0-9-]* )*)(.*)$/m.exec(stdout)!
    const known = verbs!.trim().split(' ')
    assert.deepEqual(words.slice(0, known.length), known, `${named} is no command`)
    const values = words.slice(known.length)
    const given = values.length + (/^[A-Z]+/.test(rest!) ? 1 : 0)
    assert.equal(given, places!.match(/</g)?.length ?? 0, `${named} is no command`)
    for (const text of [...values, ...(rest!.match(/--[a-z-]+/g) ?? [])]) {
      assert.ok(stdout.includes(text), `${named}: its help does not know ${text}`)
    }
  }
  const help = (await premises.run(['--help'])).stdout
  for (const [, verb] of help.matchAll(/^ {2}([a-z]+)\b.*$/gm)) {
    if (verb !== 'help')
      assert.ok(readme.includes(`bin/tradsys ${verb}`), `${verb} is not in the README`)
  }
})

test('documents: every file that README and ENGINE.md name is there', () => {
  const names = [
    ...`${readme}\n${engine}`.matchAll(/[`(]((?:[a-z-]+\/)+[\w.-]+\.(?:ts|md|xml|json|yaml))/g),
  ]
  assert.ok(names.length > 20)
  for (const [, name] of names) assert.ok(existsSync(join(checkout, name!)), `${name} is not there`)
})

test('documents: every dependency has its line in ENGINE.md', () => {
  const manifest = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
    devDependencies: Record<string, string>
  }
  const table = /^\| dependency .*\n(?:\|.*\n)*/m.exec(engine)![0]
  const explained = new Set(
    [...table.matchAll(/^\|([^|]+)\|/gm)].flatMap(([, names]) => names!.trim().split(/, | \(|\)/)),
  )
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })) {
    if (!name.startsWith('@types/')) assert.ok(explained.has(name), `${name} has no why`)
  }
})

test('lock file: names the binaries of every platform, or npm ci refuses it on a registry without them', () => {
  const { packages } = JSON.parse(readFileSync(join(checkout, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version?: string; optionalDependencies?: Record<string, string> }>
  }
  for (const [path, entry] of Object.entries(packages)) {
    for (const name of Object.keys(entry.optionalDependencies ?? {})) {
      const isThere = [`${path}/node_modules/${name}`, `node_modules/${name}`].some(
        (at) => at in packages,
      )
      assert.ok(
        isThere,
        `${path || 'the package'} may want ${name}, which the lock file does not name`,
      )
    }
  }
})

/** Of a key that was made for this test and thrown away. */
const PUBLIC_KEY = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGUIKv9dSpWXBViXp2m6vAIb8QMFJYBgyFEQsFJlqgA0=
-----END PUBLIC KEY-----
`
