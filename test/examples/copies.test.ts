/** An example is to be copied: it is short, and needs nothing that a user does not have. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkout } from './example-process.ts'

const LINES_MAX = 149
const directory = join(checkout, 'examples')
const examples = readdirSync(directory).filter((name) => /\.[jt]s$/.test(name))
const guides = ['ENGINE.md', 'README.md'].map((name) => readFileSync(join(checkout, name), 'utf8'))

test('examples: each is short, says how it is run, imports what its user has, and is in a guide', () => {
  assert.ok(examples.length >= 5)
  for (const name of examples) {
    const text = readFileSync(join(directory, name), 'utf8')
    const lines = text.split('\n').length - 1
    assert.ok(lines <= LINES_MAX, `${name}: ${lines} lines`)
    const head = /^\/\*\*\n[\s\S]*?\*\//.exec(text)?.[0] ?? ''
    assert.ok(head.includes(` node examples/${name}`), `${name} does not say how it is run`)
    for (const [, module] of text.matchAll(/\bfrom '([^']+)'/g)) {
      assert.match(module!, /^(node:.*|tradsys\/(engine|client|client\/market-data)|ws)$/, name)
    }
    assert.ok(
      guides.some((guide) => guide.includes(`examples/${name}`)),
      `${name} is in no guide`,
    )
  }
})
