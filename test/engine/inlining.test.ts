import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

test('inlining: this V8 knows the bound, and its own is lower', () => {
  const options = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' })
  const bound = /--max-inlined-bytecode-size-cumulative [^-]*?default: (?:--\S+=)?(\d+)/s.exec(
    options,
  )
  assert.ok(bound, 'the flag has another name: what it does is to be asked anew')
  assert.ok(Number(bound[1]) < 3000, `${bound[1]} by default`)
})

test('inlining: the bound is taken without a word', () => {
  const module = fileURLToPath(new URL('../../engine/thread/inlining.js', import.meta.url))
  const script = `import { inlineMore } from ${JSON.stringify(module)}; inlineMore()`
  const args = ['--input-type=module', '--eval', script]
  const { status, stderr, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  assert.deepEqual([status, stderr, stdout], [0, '', ''])
})
