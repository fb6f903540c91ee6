/** The MPSC ring's own compiled source, in every order that its threads' steps can have. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explore, type Report } from './interleavings/explorer.ts'
import { InstrumentedSource, type Mutation } from './interleavings/instrument.ts'
import { ModelMemory } from './interleavings/model-memory.ts'
import { MPSC_MUTANTS } from './interleavings/mpsc-mutants.ts'
import { MPSC_LONG_PLANS, MPSC_PLANS } from './interleavings/mpsc-plans.ts'
import { type MpscPlan, stageMpsc } from './interleavings/mpsc-scenario.ts'

const isLong = process.env.TRADSYS_LONG === '1'

const play = (plan: MpscPlan, mutations: readonly Mutation[] = []): Report => {
  const memory = new ModelMemory()
  return explore(memory, stageMpsc(memory, new InstrumentedSource(memory, mutations), plan))
}

const plans = isLong ? { ...MPSC_PLANS, ...MPSC_LONG_PLANS } : MPSC_PLANS
for (const [name, plan] of Object.entries(plans)) {
  test(`interleavings: many producers: records arrive once and whole: ${name}`, (context) => {
    const { states, steps, ends, schedules, failure } = play(plan)
    assert.equal(failure?.story, undefined)
    assert.ok(states > 200 && ends > 0, `only ${states} states, ${ends} ends`)
    context.diagnostic(`${states} states, ${steps} steps, ${schedules.toPrecision(3)} schedules`)
  })
}

for (const mutant of MPSC_MUTANTS) {
  const plan = plans[mutant.plan]
  const why = plan === undefined && 'its plan takes a minute: TRADSYS_LONG=1'
  test(`interleavings: found where ${mutant.fault}: ${mutant.kind}`, { skip: why }, () => {
    const { failure } = play(plan!, [mutant])
    assert.equal(failure?.kind, mutant.kind, failure?.story)
  })
}
