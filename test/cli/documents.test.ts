/** What README and ENGINE.md say runs, runs; what they name, is there. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import * as exported from '../../engine/engine.ts'
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

test('documents: the commands by hand of the README do what they say', async (t) => {
  const premises = new Premises(t)
  const dataDir = join(premises.directory, 'tradsys-data')
  const exchange = await premises.start({ dataDir, flags: ['-q'] })
  symlinkSync(join(checkout, 'bin'), join(premises.directory, 'bin'))
  const section = /^## Trade by hand$[\s\S]*?^## /m.exec(readme)![0]
  const commands = /```sh\n([\s\S]*?)```/.exec(section)![1]!
  const { status, stdout, stderr } = spawnSync('sh', ['-e', '-c', commands], {
    ...{ cwd: premises.directory, encoding: 'utf8', timeout: 120_000 },
    env: {
      ...process.env,
      TRADSYS_URL: `127.0.0.1:${exchange.orderEntryPort}`,
      TRADSYS_MARKET_DATA: `127.0.0.1:${exchange.marketDataPort}`,
    },
  })
  assert.equal(status, 0, `${stdout}\n${stderr}`)
  for (const line of [
    /^account DESK: sessions DESK-1, 10000 USD paid in$/m,
    /^accepted {2}g-1 #\d+ GOOG buy 10 @ 579\.40, 10 open$/m,
    /^replaced {2}g-1_2 \(was g-1\)/m,
    /^new {2}g-1_2 #\d+ GOOG buy 12 @ 579\.50, 12 open$/m,
    /^ +12 +579\.50$/m,
    /^DESK: trading Halted/m,
    /^open orders: none$/m,
  ]) {
    assert.match(stdout, line)
  }
})

const SNIPPET = /```js\n([\s\S]*?)```/g

/** The guide to the engine by itself, and what comes behind it. */
const [guide, insides] = engine.split(/^# How TradSys is built$/m) as [string, string]
const [opening, ...snippets] = [...guide.matchAll(SNIPPET)].map(([, code]) => code!)

/** Runs modules in a process, one after the other, in a directory of their own. */
class Snippets {
  readonly #premises: Premises
  readonly #directory: string

  constructor(t: TestContext, codes: readonly string[]) {
    this.#premises = new Premises(t)
    // Inside the package, so that its own name leads to it as it does for a user.
    this.#directory = join(checkout, 'dist', `snippets-${process.pid}`)
    t.after(() => rmSync(this.#directory, { recursive: true, force: true }))
    mkdirSync(this.#directory)
    const run = codes.map((code, i) => {
      writeFileSync(join(this.#directory, `${i}.mjs`), code)
      return `console.log('#${i}')\nawait import('./${i}.mjs')\n`
    })
    writeFileSync(join(this.#directory, 'all.mjs'), run.join(''))
  }

  /** What they have printed, line by line. */
  run(): string[] {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(this.#directory, 'all.mjs')],
      { cwd: this.#premises.directory, encoding: 'utf8', timeout: 60_000 },
    )
    assert.equal(status, 0, `${stdout}\n${stderr}`)
    return stdout.trimEnd().split('\n')
  }
}

test('documents: the twenty lines that ENGINE.md opens with count on, run after run', (t) => {
  const lines = opening!.split('\n').filter((line) => line.trim() !== '')
  assert.ok(lines.length <= 24, `${lines.length} lines`)
  const system = new Snippets(t, [opening!])
  for (const visit of [1, 2, 3]) assert.deepEqual(system.run(), ['#0', `visit ${visit}`])
})

test("documents: each snippet of the engine's guide runs, and prints what stands behind it", (t) => {
  const names = Object.keys(exported).join(', ')
  const codes = snippets.map((code) => `import { ${names} } from 'tradsys/engine'\n${code}`)
  const printed = new Snippets(t, codes).run()
  const promised = snippets.flatMap((code, i) => [
    `#${i}`,
    ...[...code.matchAll(/console\.log\(.*\/\/ (.*)$/gm)].map(([, line]) => line!),
  ])
  assert.ok(snippets.length > 10)
  assert.deepEqual(printed, promised)
})

test("documents: every verb of an actor, and all that 'tradsys/engine' exports as values, is in the guide", () => {
  const source = readFileSync(join(checkout, 'engine/actor/behavior.ts'), 'utf8')
  const context = /export interface Context<[\s\S]*?^}/m.exec(source)![0]
  const verbs = [...context.matchAll(/^ {2}(?:readonly )?([a-zA-Z]+)/gm)].map(([, verb]) => verb!)
  assert.ok(verbs.length > 15)
  for (const name of [...verbs, ...Object.keys(exported)]) {
    assert.ok(new RegExp(`\\b${name}\\b`).test(engine), `${name} is nowhere in ENGINE.md`)
  }
})

test('documents: the journaled system of ENGINE.md goes on where it ended', (t) => {
  const system = new Snippets(t, [[...insides.matchAll(SNIPPET)][0]![1]!])
  for (const says of ['5 after 0', '10 after 1', '15 after 2']) {
    assert.deepEqual(system.run(), ['#0', `${says} commands of before`])
  }
})

test('documents: the configuration of the README is a valid one', async (t) => {
  const premises = new Premises(t)
  const yaml = /```yaml\n([\s\S]*?)```/.exec(readme)![1]!
  for (const name of ['alice', 'bob']) premises.file(`${name}.pub.pem`, PUBLIC_KEY)
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
    const [capitals] = /^(?:[A-Z][A-Z=]*(?: |$))*/.exec(rest!)!
    const given = values.length + capitals.split(' ').filter(Boolean).length
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
    ...`${readme}\n${engine}`.matchAll(
      /[`(]((?:[a-z-]+\/)+[\w.-]+\.(?:ts|json|js|html|md|xml|yaml))/g,
    ),
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
