/** Each case of the crash suite once or a few times, as CI wants it; `npm run test:crash` is the long form. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CASES, rowOf, runSuite } from './suite.ts'

for (const { name, strikes } of CASES) {
  if (strikes.short === 0) continue
  test(`crash: ${name}`, async (t) => {
    const [result] = await runSuite({ only: [name], short: true })
    assert.ok(result !== undefined)
    const { skipped, findings, isClean } = result.tally
    if (skipped !== undefined) return t.skip(skipped)
    assert.deepEqual(findings, [])
    assert.ok(isClean)
    t.diagnostic(rowOf(result).replace(/\s+/g, ' '))
  })
}
