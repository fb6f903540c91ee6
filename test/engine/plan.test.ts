import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PLANS } from '../../exchange-plans.ts'

test('plan: no two threads of a plan are pinned to one CPU where there are enough', () => {
  for (const [name, threads] of Object.entries(PLANS)) {
    const pinned = threads.map((thread) => thread.cpu).filter((cpu) => cpu !== undefined)
    assert.equal(new Set(pinned).size, pinned.length, name)
  }
  assert.deepEqual(
    PLANS.dedicated.map((thread) => thread.cpu),
    [0, 1, 2, 3],
  )
})
