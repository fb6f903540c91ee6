/**
 * The rings' own compiled source, in every order that its threads' steps can have
 * (interleavings/explorer.ts). A schedule that fails is in the failure's message.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stageThereAndBack, stageTwoRings } from './interleavings/bells-scenario.ts'
import { explore, type Report, type Scenario } from './interleavings/explorer.ts'
import { InstrumentedSource, type Mutation } from './interleavings/instrument.ts'
import { ModelMemory } from './interleavings/model-memory.ts'
import { SPSC_EQUIVALENTS, SPSC_MUTANTS } from './interleavings/spsc-mutants.ts'
import {
  SPSC_LIMITS,
  SPSC_PLANS,
  THERE_AND_BACK_PLANS,
  TWO_RINGS_PLANS,
} from './interleavings/spsc-plans.ts'
import { stageSpsc } from './interleavings/spsc-scenario.ts'

type Stage<P> = (memory: ModelMemory, source: InstrumentedSource, plan: P) => Scenario

const play = <P>(stage: Stage<P>, plan: P, mutations: readonly Mutation[] = []): Report => {
  const memory = new ModelMemory()
  return explore(memory, stage(memory, new InstrumentedSource(memory, mutations), plan))
}

const testAll = <P>(what: string, stage: Stage<P>, plans: Readonly<Record<string, P>>): void => {
  for (const [name, plan] of Object.entries(plans)) {
    test(`interleavings: ${what}: ${name}`, (context) => {
      const { states, steps, ends, schedules, failure } = play(stage, plan)
      assert.equal(failure?.story, undefined)
      assert.ok(states > 200 && ends > 0, `only ${states} states, ${ends} ends`)
      context.diagnostic(`${states} states, ${steps} steps, ${schedules.toPrecision(3)} schedules`)
    })
  }
}

testAll('records arrive once, whole and in order', stageSpsc, SPSC_PLANS)
testAll('a reader of two rings misses neither', stageTwoRings, TWO_RINGS_PLANS)
testAll('who waits for room goes on reading', stageThereAndBack, THERE_AND_BACK_PLANS)

for (const [name, plan] of Object.entries(SPSC_LIMITS)) {
  test(`interleavings: a timeout is needed: ${name}`, () => {
    assert.equal(play(stageSpsc, plan).failure?.kind, 'lost wake-up')
  })
}

test('interleavings: plain accesses as steps of their own lead to the same ends', () => {
  for (const name of ['batches', 'padding at 2^31', 'full, read in runs', 'event loop', 'killed']) {
    const plan = SPSC_PLANS[name]!
    const memory = new ModelMemory({ stopsAtPlain: true })
    const fine = explore(memory, stageSpsc(memory, new InstrumentedSource(memory), plan))
    const coarse = play(stageSpsc, plan)
    assert.equal(fine.failure?.story, undefined)
    assert.ok(fine.states > 2 * coarse.states, `${fine.states} against ${coarse.states} states`)
    assert.equal(fine.ends, coarse.ends, name)
  }
})

for (const mutant of SPSC_MUTANTS) {
  test(`interleavings: found where ${mutant.fault}: ${mutant.kind}`, () => {
    const { failure } = play(stageSpsc, SPSC_PLANS[mutant.plan]!, [mutant])
    assert.equal(failure?.kind, mutant.kind, failure?.story)
  })
}

test('interleavings: a notify more than needed, or a look more, is no fault', () => {
  for (const mutation of SPSC_EQUIVALENTS) {
    for (const name of ['batches', 'full', 'timeouts']) {
      assert.equal(play(stageSpsc, SPSC_PLANS[name]!, [mutation]).failure?.story, undefined)
    }
  }
})

test('interleavings: a mutation of what is not in the source is an error', () => {
  const mutation = { module: 'spsc-ring', find: 'Atomics.store(this.#words, 33', replace: '' }
  assert.throws(() => play(stageSpsc, SPSC_PLANS.batches!, [mutation]), /occurs 0 times/)
  const twice = { module: 'spsc-ring', find: 'Atomics.store(this.#words, 96', replace: '' }
  assert.throws(() => play(stageSpsc, SPSC_PLANS.batches!, [twice]), /occurs 3 times/)
})
