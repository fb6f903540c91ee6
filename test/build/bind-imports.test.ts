import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { bindImports } from '../../build/bind-imports.ts'

const WORDS = `export function put() {}
export const get = () => 1
export class Table {}
export let count = 1
const inner = 2
export { inner }
`

/** The module that imports from the one above, bound. */
function bind(text: string, more: readonly (readonly [string, string])[] = []): string {
  const texts = new Map([['/a/use.js', text], ['/a/words.js', WORDS], ...more])
  return bindImports(texts).get('/a/use.js')!
}

const TABLE = [
  [
    'a function, a constant and a class',
    "import { put, get, Table } from './words.js';\nput(get(new Table()))",
    "import { put as put$, get as get$, Table as Table$ } from './words.js'; const put = put$, get = get$, Table = Table$;\nput(get(new Table()))",
  ],
  [
    'one by another name',
    "import { put as give } from './words.js';\ngive()",
    "import { put as give$ } from './words.js'; const give = give$;\ngive()",
  ],
  [
    'one by its own name, said twice',
    "import { put as put } from './words.js';\nput()",
    "import { put as put$ } from './words.js'; const put = put$;\nput()",
  ],
  [
    'a statement without its end',
    "import { put } from './words.js'\nput()",
    "import { put as put$ } from './words.js'; const put = put$;\nput()",
  ],
  [
    'beside one that is left alone',
    "import { put, count } from './words.js';\nput(count)",
    "import { put as put$, count } from './words.js'; const put = put$;\nput(count)",
  ],
] as const

const LEFT_ALONE = [
  ['a variable', "import { count } from './words.js';\nf(count)"],
  ['what is declared elsewhere', "import { inner } from './words.js';\nf(inner)"],
  ['what is not used', "import { put } from './words.js';\nf()"],
  ['a whole module', "import * as words from './words.js';\nwords.put()"],
  ['what is imported for its effect', "import './words.js';\nf()"],
  ['what is exported again', "import { put } from './words.js';\nput();\nexport { put }"],
  ['what has a namesake with the mark', "import { put } from './words.js';\nput(put$)"],
  ['what is imported behind its use', "put();\nimport { put } from './words.js';\nput()"],
  ['a module that is not ours', "import { put } from 'words';\nput()"],
  ['a module that is not here', "import { put } from './other.js';\nput()"],
] as const

for (const [what, text, expected] of TABLE) {
  test(`bind imports: ${what}`, () => {
    assert.equal(bind(text), expected)
    assert.equal(bind(expected), expected, 'what is bound stays as it is')
  })
}

for (const [what, text] of LEFT_ALONE) {
  test(`bind imports: ${what} is left alone`, () => assert.equal(bind(text), text))
}

test('bind imports: modules that need each other are left alone, however long the circle is', () => {
  const use = "import { f } from './one.js';\nimport { put } from './words.js';\nput(f())"
  const bound =
    "import { f } from './one.js';\nimport { put as put$ } from './words.js'; const put = put$;\nput(f())"
  const one = "import { g } from './two.js'\nexport const f = () => g()\n"
  for (const two of [
    "import './use.js'",
    "export * from './use.js'",
    "export { x } from './use.js'",
  ]) {
    const circle = [
      ['/a/one.js', one],
      ['/a/two.js', `${two}\nexport const g = () => 1\n`],
    ] as const
    assert.equal(bind(use, circle), bound, two)
  }
})

test('bind imports: the build that runs here is bound', () => {
  const reporter = fileURLToPath(new URL('../../actors/execution-reporter.js', import.meta.url))
  const text = readFileSync(reporter, 'utf8')
  assert.match(text, /^import \{.*\bputInt64 as putInt64\$.*; const .*\bputInt64 = putInt64\$/m)
})
