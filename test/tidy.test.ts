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
    for (const match of text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)) {
      const target = relative(root, resolve(dirname(join(root, path)), match[1]!)).replaceAll(
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
    .filter(({ path }) => path !== 'protocol/codecs.ts' && path !== 'protocol/schema.ts')
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

/** The text without comments; and without strings too, unless the ban speaks of one. */
const codeOf = (text: string, ban: RegExp): string => {
  const code = withoutComments(text)
  return ban.source.includes("'") ? code : code.replace(/'[^'\n]*'|"[^"\n]*"|`[^`]*`/g, "''")
}

const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '')
