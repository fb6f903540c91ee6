import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PLANS } from '../../exchange-plans.ts'

test('plan: no two threads of a plan are pinned to one CPU where there are enough', () => {
  for (const [name, threads] of Object.entries(PLANS)) {
    assert.deepEqual(
      threads.map((thread) => thread.cpu),
      threads.map((_, index) => index),
      name,
    )
  }
})
