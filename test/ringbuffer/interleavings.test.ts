/**
 * The rings' own compiled source, in every order that its threads' steps can have
 * (interleavings/explorer.ts). A schedule that fails is in the failure's message.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explore, type Report } from './interleavings/explorer.ts'
import { InstrumentedSource, type Mutation } from './interleavings/instrument.ts'
import { ModelMemory } from './interleavings/model-memory.ts'
import { SPSC_EQUIVALENTS, SPSC_MUTANTS } from './interleavings/spsc-mutants.ts'
import { SPSC_PLANS } from './interleavings/spsc-plans.ts'
import { type SpscPlan, stageSpsc } from './interleavings/spsc-scenario.ts'

const play = (plan: SpscPlan, mutations: readonly Mutation[] = []): Report => {
  const memory = new ModelMemory()
  return explore(memory, stageSpsc(memory, new InstrumentedSource(memory, mutations), plan))
}

for (const [name, plan] of Object.entries(SPSC_PLANS)) {
  test(`interleavings: records arrive once, whole and in order: ${name}`, (context) => {
    const { states, steps, ends, schedules, failure } = play(plan)
    assert.equal(failure?.story, undefined)
    assert.ok(states > 200 && ends > 0, `only ${states} states, ${ends} ends`)
    context.diagnostic(`${states} states, ${steps} steps, ${schedules.toPrecision(3)} schedules`)
  })
}

for (const mutant of SPSC_MUTANTS) {
  test(`interleavings: found where ${mutant.fault}: ${mutant.kind}`, () => {
    const { failure } = play(SPSC_PLANS[mutant.plan]!, [mutant])
    assert.equal(failure?.kind, mutant.kind, failure?.story)
  })
}

test('interleavings: a notify more than needed, or a look more, is no fault', () => {
  for (const mutation of SPSC_EQUIVALENTS) {
    for (const name of ['batches', 'full', 'timeouts']) {
      assert.equal(play(SPSC_PLANS[name]!, [mutation]).failure?.story, undefined)
    }
  }
})

test('interleavings: a mutation of what is not in the source is an error', () => {
  const mutation = { module: 'spsc-ring', find: 'Atomics.store(this.#words, 33', replace: '' }
  assert.throws(() => play(SPSC_PLANS.batches!, [mutation]), /occurs 0 times/)
  const twice = { module: 'spsc-ring', find: 'Atomics.store(this.#words, 96', replace: '' }
  assert.throws(() => play(SPSC_PLANS.batches!, [twice]), /occurs 3 times/)
})
