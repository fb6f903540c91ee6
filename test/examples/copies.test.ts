/** An example is to be copied: it is short, and needs nothing that a user does not have. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkout } from './example-process.ts'

const LINES_MAX = 149
const directory = join(checkout, 'examples')
const examples = readdirSync(directory).filter((name) => name.endsWith('.js'))
const guide = readFileSync(join(checkout, 'ENGINE.md'), 'utf8')

test('examples: each is short, says how it is run, imports what its user has, and is in the guide', () => {
  assert.ok(examples.length >= 3)
  for (const name of examples) {
    const text = readFileSync(join(directory, name), 'utf8')
    const lines = text.split('\n').length - 1
    assert.ok(lines <= LINES_MAX, `${name}: ${lines} lines`)
    const head = /^\/\*\*\n[\s\S]*?\*\//.exec(text)?.[0] ?? ''
    assert.ok(head.includes(` node examples/${name}`), `${name} does not say how it is run`)
    for (const [, module] of text.matchAll(/\bfrom '([^']+)'/g)) {
      assert.match(module!, /^(node:.*|tradsys\/engine|ws)$/, name)
    }
    assert.ok(guide.includes(`node examples/${name}`), `${name} is not in ENGINE.md`)
  }
})
