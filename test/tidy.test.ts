/** The style of the house as a test: who may import whom, and what is said nowhere. Each ban names what to use instead. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

const ROOMS: Readonly<Record<string, readonly string[]>> = {
  ringbuffer: [],
  protocol: [],
  storage: ['protocol'],
  engine: ['ringbuffer', 'protocol', 'storage'],
  actors: ['engine', 'protocol'],
  gateway: ['engine', 'ringbuffer', 'protocol', 'storage'],
  client: ['protocol'],
}

/** What gateways may use of storage: its read side. */
const STORAGE_READ_SIDE = /^storage\/(journal-reader|frame-view)\.ts$/

interface Ban {
  readonly where: RegExp
  readonly what: RegExp
  readonly instead: string
}

const BANS: readonly Ban[] = [
  {
    where: /^actors\//,
    what: /\bDate\b|performance\.|Math\.random|\basync\b|\bawait\b|setTimeout|setInterval|node:crypto'/,
    instead: 'time and chance are inputs: outbox.timeUs, a field of a command',
  },
  {
    where: /^ringbuffer\//,
    what: /\bBigInt\b|JSON\.|from 'node:/,
    instead: 'Int32Array and Atomics',
  },
  { where: /./, what: /catch( \([a-z_]+\))? \{\s*\}/, instead: 'handle it, or say why not' },
  { where: /./, what: /: any\b|as any\b|<any>/, instead: 'unknown, and a check' },
  { where: /./, what: /@ts-(ignore|nocheck)/, instead: 'the right type' },
  { where: /./, what: /\b(test|it|describe)\.(only|todo)\(/, instead: 'run all tests' },
  {
    where: /./,
    what: /\b(test|it|describe|suite)\.skip\(|\.skip\(\s*\)|\bskip: true\b/,
    instead: 'the reason: { skip: condition && why }, or context.skip(why)',
  },
  { where: /./, what: /\b(TODO|FIXME|XXX|HACK)\b/, instead: 'build it, or leave it out' },
  { where: /./, what: /^export default/m, instead: 'a named export' },
]

/** Columns are the formatter's business; this catches what it cannot break. */
const LINES_MAX = 400

const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts') && !/^(node_modules|dist|coverage)\//.test(path))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))

test('tidy: there is something to check', () => assert.ok(sources.length > 50))

test('tidy: rooms import only what the design lets them', () => {
  const wrong: string[] = []
  for (const { path, text } of sources) {
    const room = path.split('/')[0]!
    const allowed = ROOMS[room]
    if (allowed === undefined) continue
    for (const imported of importsOf(text)) {
      const target = relative(root, resolve(dirname(join(root, path)), imported)).replaceAll(
        '\\',
        '/',
      )
      const targetRoom = target.split('/')[0]!
      const isReadSide =
        room !== 'gateway' || targetRoom !== 'storage' || STORAGE_READ_SIDE.test(target)
      if (targetRoom !== room && !(allowed.includes(targetRoom) && isReadSide)) {
        wrong.push(`${path} imports ${target}`)
      }
    }
  }
  assert.deepEqual(wrong, [])
})

/** Puts the session engine and an encoding together. */
const ORDER_ENTRY_ASSEMBLY = 'gateway/order-entry/order-entry-gateway.ts'

test('tidy: the session engine knows no encoding', () => {
  const engine = sources.filter(({ path }) => /^gateway\/order-entry\/[^/]+$/.test(path))
  assert.ok(engine.length > 20)
  const wrong = engine.flatMap(({ path, text }) =>
    importsOf(text)
      .filter((imported) => /^\.\/sbe\/|\/wire-frame\.ts$/.test(imported))
      .filter((imported) => path !== ORDER_ENTRY_ASSEMBLY || imported.endsWith('wire-frame.ts'))
      .map((imported) => `${path} imports ${imported}`),
  )
  assert.deepEqual(wrong, [])
})

test('tidy: an import is seen in each of its forms', () => {
  const text = `import { a } from './a.ts'
export * from './b.ts'
import './c.ts'
const d = await import('./d.ts')
import 'node:fs'
`
  assert.deepEqual(importsOf(text), ['./a.ts', './b.ts', './c.ts', './d.ts'])
})

test('tidy: a failure that is dropped has its reason on the line before', () => {
  const found = sources
    // The demo's own end, where whatever was still connecting fails.
    .filter(({ path }) => path !== 'test/tidy.test.ts')
    .flatMap(({ path, text }) => droppedFailures(text).map((line) => `${path}:${line}`))
  assert.deepEqual(found, [])
  assert.deepEqual(droppedFailures('x()\n  y().catch(() => undefined)\n'), [2])
  assert.deepEqual(droppedFailures('x()\ny().catch(() => {})\n'), [2])
  assert.deepEqual(droppedFailures('  // why\n  y().catch(() => undefined)\n'), [])
})

test('tidy: a test is passed over for a reason only', () => {
  const isFound = (text: string): boolean => BANS.some(({ what }) => what.test(codeOf(text, what)))
  for (const text of ["test.skip('a', run)", "test('a', { skip: true }, run)", 't.skip()']) {
    assert.ok(isFound(text), text)
  }
  for (const text of ["test('a', { skip: isRoot && 'why' }, run)", "t.skip('why')"]) {
    assert.ok(!isFound(text), text)
  }
})

test('tidy: nothing that is banned', () => {
  const found = sources
    .filter(({ path }) => path !== 'test/tidy.test.ts' && !path.endsWith('.d.ts'))
    .flatMap(({ path, text }) =>
      BANS.filter(({ where, what }) => where.test(path) && what.test(codeOf(text, what))).map(
        ({ what, instead }) => `${path}: ${what}: use ${instead}`,
      ),
    )
  assert.deepEqual(found, [])
})

test('tidy: files stay small enough to be read at a sitting', () => {
  const long = sources
    .filter(({ path }) => path !== 'protocol/codecs.ts')
    .map(({ path, text }) => `${path}: ${text.split('\n').length - 1} lines`)
    .filter((row) => Number(/: (\d+) lines/.exec(row)![1]) > LINES_MAX)
  assert.deepEqual(long, [])
})

test('tidy: no file is named after what it is not', () => {
  const vague = sources.filter(({ path }) =>
    /\/(types|utils?|common|helpers?|index|misc)\.ts$/.test(path),
  )
  assert.deepEqual(
    vague.map(({ path }) => path),
    [],
  )
})

/** What a file imports from beside it, also for its side effects alone. */
const importsOf = (text: string): string[] =>
  [...text.matchAll(/\b(?:from\s*|import\s*\(?\s*)'(\.[^']+)'/g)].map((match) => match[1]!)

const DROPPED = /\.catch\(\(\) => (undefined|\{\s*\})\)/

/** Lines, from 1, that drop a failure without saying why. */
const droppedFailures = (text: string): number[] => {
  const lines = text.split('\n')
  return lines.flatMap((line, i) =>
    DROPPED.test(line) && !/^\s*(\/\/|\*\/)/.test(lines[i - 1] ?? '') ? [i + 1] : [],
  )
}

/** The text without comments; and without strings too, unless the ban speaks of one. */
const codeOf = (text: string, ban: RegExp): string => {
  const code = withoutComments(text)
  return ban.source.includes("'") ? code : code.replace(/'[^'\n]*'|"[^"\n]*"|`[^`]*`/g, "''")
}

const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '')
