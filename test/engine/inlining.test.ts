import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

/** V8 says what it inlines: of twenty functions of some 100 bytecodes each, all or only some. */
const inlinedBy = (first: string): number => {
  const module = fileURLToPath(new URL('../../engine/inlining.js', import.meta.url))
  const part =
    'x ^= x << 13; x ^= x >>> 17; x ^= x << 5; x = (x * 3 + 1) | 0; x = x < y ? x + y : x - y;'
  const functions = Array.from(
    { length: 20 },
    (_, i) => `function f${i}(x, y) { ${part} return x }`,
  )
  const calls = functions.map((_, i) => `x = f${i}(x, ${i});`).join(' ')
  const script = `import { inlineMore } from ${JSON.stringify(module)}
    ${first}
    ${functions.join('\n')}
    function all(x) { ${calls} return x }
    let x = 1
    for (let i = 0; i < 3e5; i++) x = all(x)`
  const flags = ['--trace-turbo-inlining', '--input-type=module', '--eval', script]
  const said = execFileSync(process.execPath, flags, { encoding: 'utf8', maxBuffer: 1 << 28 })
  const inlined = said.match(/Inlining .*f\d+.* into .*all/g) ?? []
  return new Set(inlined.map((line) => /f\d+/.exec(line)![0])).size
}

test('inlining: more of a hot function is inlined than by default', (context) => {
  const before = inlinedBy('')
  const after = inlinedBy('inlineMore()')
  context.diagnostic(`functions inlined: ${before} by default, ${after} afterwards`)
  assert.ok(after > before && after >= 15, `${before} before, ${after} after`)
})
