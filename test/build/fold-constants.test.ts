import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { foldConstants } from '../../build/fold-constants.ts'

const RECORD = `export const LEAVES = 1
export const NIL = 0
export const MASK = (1 << 4) | LEAVES
export const NONE = -1
export const HALF = MASK / 2
export const TEXT = 'x'
export const MADE = Math.max(1, 2)
export const Lifetime = { Day: 3, At: MASK }
export const Mixed = { a: 1, b: 'x' }
export let count = 1
const HIDDEN = 5
export const USES_HIDDEN = HIDDEN + 1
`

/** `use` in a module that imports everything from the one above, by name and as a whole. */
function fold(use: string): string {
  const names = 'LEAVES, NIL, MASK, NONE, HALF, TEXT, MADE, Lifetime, Mixed, count, USES_HIDDEN'
  const head = `import { ${names}, LEAVES as OTHER } from './record.js'\nimport * as record from './record.js'\n`
  const texts = new Map([
    ['/use.js', head + use],
    ['/record.js', RECORD],
  ])
  const text = foldConstants(texts).get('/use.js')!
  assert.ok(text.startsWith(head), 'imports stay')
  return text.slice(head.length)
}

const TABLE: readonly (readonly [what: string, use: string, folded: string])[] = [
  ['a number', 'f(words[at | LEAVES])', 'f(words[at | 1     ])'],
  ['one made of others', 'f(MASK)', 'f(17  )'],
  ['one made of what is not exported', 'f(USES_HIDDEN)', 'f(6          )'],
  ['a negative one, where a minus stands before it', 'f(x-NONE)', 'f(x-(-1))'],
  ['a fraction', 'f(HALF)', 'f(8.5 )'],
  ['by another name', 'f(OTHER)', 'f(1    )'],
  ['of a group', 'f(Lifetime.Day, Lifetime.At)', 'f(3           , 17         )'],
  ['of a whole module', 'f(record.NIL)', 'f(0         )'],
  ['of a group of a whole module', 'f(record.Lifetime.Day)', 'f(3                  )'],
  [
    'in a class',
    'class A { #b = NIL; c() { return NIL } }',
    'class A { #b = 0  ; c() { return 0   } }',
  ],
  ['behind `case`', 'switch (x) { case NIL: f() }', 'switch (x) { case 0  : f() }'],
  [
    'before what is written first',
    'for (; NIL < x; f(LEAVES)) f(NONE)',
    'for (; 0   < x; f(1     )) f((-1))',
  ],
  ['a key that is computed', 'f({ [NIL]: 1 })', 'f({ [0  ]: 1 })'],
]

const LEFT_ALONE: readonly (readonly [what: string, use: string])[] = [
  ['a string', 'f(TEXT)'],
  ['what only running can tell', 'f(MADE)'],
  ['a group that is not of numbers alone', 'f(Mixed.a)'],
  ['what may change', 'f(count)'],
  ['a property of that name', 'f(x.NIL, this.NIL, x.record.NIL)'],
  ['a key of that name', 'f({ NIL: 1, LEAVES() {} })'],
  ['a method and a field of that name', 'class A { NIL = x; LEAVES() {} }'],
  ['a key that is its own value', 'f({ NIL })'],
  ['a whole group', 'f(Lifetime, Lifetime[x])'],
  ['what a group does not have', 'f(Lifetime.Night, NIL.length)'],
  ['text in a string, a comment and a pattern', "f('NIL', /NIL/) // NIL"],
  ['what is exported again', 'export { NIL }'],
]

for (const [what, use, expected] of TABLE) {
  test(`fold constants: ${what}`, () => {
    assert.equal(fold(use), expected)
    assert.equal(fold(expected), expected, 'what is folded stays as it is')
  })
}

for (const [what, use] of LEFT_ALONE) {
  test(`fold constants: ${what} is left alone`, () => assert.equal(fold(use), use))
}

test('fold constants: a variable by the name of a constant is refused, whatever declares it', () => {
  const forms = [
    'function f() { const NIL = x }',
    'function f(NIL) {}',
    'f((NIL) => x)',
    'f(({ a: NIL }) => x)',
    'f(({ NIL }) => x)',
    'f(([a, NIL = 1]) => x)',
    'f((...NIL) => x)',
    'try { f() } catch (NIL) { f() }',
    'for (const NIL of x) f()',
    'class A { b(NIL) {} }',
    '{ class NIL {} }',
  ]
  for (const form of forms) {
    assert.throws(() => fold(form), /use\.js: NIL is a constant here and a variable too/, form)
  }
})

test('fold constants: what is written to is refused', () => {
  const text = 'export class A { static MAX = 5 }\nexport const f = () => '
  for (const write of ['(A.MAX = 6)', 'A.MAX++', '--A.MAX', '(A.MAX += 1)']) {
    assert.throws(
      () => foldConstants(new Map([['/a.js', text + write]])),
      /^Error: \/a\.js: A\.MAX is a constant, and written to/,
      write,
    )
  }
})

test('fold constants: what is used where it is exported is folded too', () => {
  const text = 'export const A = 1\nexport const f = () => A\n'
  assert.equal(
    foldConstants(new Map([['/a.js', text]])).get('/a.js'),
    'export const A = 1\nexport const f = () => 1\n',
  )
})

test('fold constants: the static numbers of a class are constants, in capitals', () => {
  const texts = new Map([
    ['/a.js', 'export class Report { static BLOCK_BYTES = 216\nstatic made = 3\nat = 0 }\n'],
    ['/b.js', "import { Report } from './a.js'\nf(Report.BLOCK_BYTES, Report.made, Report)\n"],
  ])
  const folded = foldConstants(texts)
  assert.equal(folded.get('/a.js'), texts.get('/a.js'))
  assert.equal(
    folded.get('/b.js'),
    "import { Report } from './a.js'\nf(216               , Report.made, Report)\n",
  )
})

test('fold constants: what is not exported is folded in its module', () => {
  const text = 'const END = 2 ** 31 - 1\nexport const f = () => END\n'
  assert.equal(
    foldConstants(new Map([['/a.js', text]])).get('/a.js'),
    'const END = 2 ** 31 - 1\nexport const f = () => 2147483647\n',
  )
})

test('fold constants: a text that is no module is refused with its path', () => {
  assert.throws(
    () => foldConstants(new Map([['/a.js', 'const = 1']])),
    /^Error: \/a\.js: .*\(1:6\)/,
  )
})

test('fold constants: the build that runs here is folded, line for line as the compiler wrote it', () => {
  const matcher = fileURLToPath(new URL('../../actors/matcher.js', import.meta.url))
  const text = readFileSync(matcher, 'utf8')
  const body = text.slice(text.indexOf('export class'))
  assert.match(body, /words\[at \| \d+ *\]/)
  assert.doesNotMatch(body.replace(/^\s*(\*|\/\/).*$/gm, ''), /\b(LEAVES|NIL|FLAGS)\b/)
})
