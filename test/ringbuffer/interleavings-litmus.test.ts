/** The checker checked: programs so small that their outcomes can be counted by hand. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explore, type Report } from './interleavings/explorer.ts'
import { type Hand, type Program, stageLitmus } from './interleavings/litmus-scenario.ts'
import { ModelMemory } from './interleavings/model-memory.ts'

const [X, Y] = [0, 1]

const store = (word: number, value: number) => (hand: Hand) =>
  void hand.atomics.store(hand.words, word, value)
const load = (word: number) => (hand: Hand) =>
  void hand.registers.push(hand.atomics.load(hand.words, word))
const write = (word: number, value: number) => (hand: Hand) => hand.words.put(word, value)
const read = (word: number) => (hand: Hand) => void hand.registers.push(hand.words.get(word)!)
const readIf = (flag: number, word: number) => (hand: Hand) => {
  if (hand.atomics.load(hand.words, flag) === 1) hand.registers.push(hand.words.get(word)!)
}

const outcomesOf = (...programs: Program[]): Report & { readonly outcomes: string[] } => {
  const outcomes = new Set<string>()
  const memory = new ModelMemory()
  const report = explore(memory, stageLitmus(memory, programs, outcomes))
  return { ...report, outcomes: [...outcomes].sort() }
}

test('interleavings: of two stores before two loads, one at least is seen', () => {
  const { outcomes, schedules } = outcomesOf([store(X, 1), load(Y)], [store(Y, 1), load(X)])
  assert.deepEqual(outcomes, ['0 1', '1 0', '1 1'])
  assert.equal(schedules, 6)
})

test('interleavings: of two loads before two stores, one at most is seen', () => {
  const { outcomes, schedules } = outcomesOf([load(X), store(Y, 1)], [load(Y), store(X, 1)])
  assert.deepEqual(outcomes, ['0 0', '0 1', '1 0'])
  assert.equal(schedules, 6)
})

test('interleavings: three threads of two steps have 90 orders', () => {
  const program: Program = [load(X), load(Y)]
  assert.equal(outcomesOf(program, program, program).schedules, 90)
})

test('interleavings: two writers are seen by two readers in one order', () => {
  const reader = (first: number, second: number): Program => [load(first), load(second)]
  const { outcomes, schedules } = outcomesOf(
    [store(X, 1)],
    [store(Y, 1)],
    reader(X, Y),
    reader(Y, X),
  )
  assert.ok(!outcomes.includes('1 0 1 0'), 'each reader saw the other writer last')
  assert.equal(outcomes.length, 15)
  assert.equal(schedules, 180)
})

test('interleavings: an update of two accesses may be lost, one of a single may not', () => {
  const increment = (hand: Hand): void => {
    hand.atomics.store(hand.words, X, hand.atomics.load(hand.words, X) + 1)
  }
  const add = (hand: Hand): void => void hand.atomics.add(hand.words, X, 1)
  assert.deepEqual(outcomesOf([increment, load(X)], [increment]).outcomes, ['1', '2'])
  assert.deepEqual(outcomesOf([add, load(X)], [add]).outcomes, ['1', '2'])
  assert.deepEqual(outcomesOf([increment], [increment, load(X)]).outcomes, ['1', '2'])
  const all = outcomesOf([increment], [increment], [load(X)]).outcomes
  assert.deepEqual(all, ['0', '1', '2'])
})

test('interleavings: what is written before a flag is there behind it', () => {
  const report = outcomesOf([write(X, 42), store(Y, 1)], [readIf(Y, X)])
  assert.equal(report.failure, undefined)
  assert.deepEqual(report.outcomes, ['', '42'])
})

test('interleavings: plain accesses that nothing orders are a race', () => {
  const race = (...programs: Program[]) => outcomesOf(...programs).failure?.kind
  assert.equal(race([write(X, 42)], [read(X)]), 'race')
  assert.equal(race([write(X, 1)], [write(X, 2)]), 'race')
  assert.equal(race([store(Y, 1), write(X, 42)], [readIf(Y, X)]), 'race')
  assert.equal(race([write(X, 42), write(Y, 1)], [readIf(Y, X)]), 'race')
  assert.equal(race([store(X, 1)], [read(X)]), 'race')
  assert.equal(race([write(X, 42), load(Y)], [load(Y), read(X)]), 'race')
  assert.equal(race([read(X), load(Y)], [load(Y), read(X)]), undefined)
})

test('interleavings: where a race is allowed, plain accesses are steps in any order', () => {
  const outcomes = new Set<string>()
  const memory = new ModelMemory({ stopsAtPlain: true })
  const programs = [
    [write(X, 1), write(Y, 1)],
    [read(Y), read(X)],
  ]
  const scenario = { ...stageLitmus(memory, programs, outcomes), mayRace: () => true }
  assert.equal(explore(memory, scenario).schedules, 6)
  assert.deepEqual([...outcomes].sort(), ['0 0', '0 1', '1 1'])
})

test('interleavings: a sleeper that nobody notifies is found, and how it came to that', () => {
  const sleep = (hand: Hand): void => void hand.atomics.wait(hand.words, X, 0)
  const wake = [store(X, 1), (hand: Hand) => void hand.atomics.notify(hand.words, X)]
  assert.equal(outcomesOf([sleep], wake).failure, undefined)
  assert.equal(outcomesOf([sleep], [...wake].reverse()).failure?.kind, 'lost wake-up')
  assert.match(
    outcomesOf([sleep], [store(X, 1)]).failure!.story,
    /lost wake-up: thread 0 sleep.*\n +1 {2}thread 0 .*asleep.*\n +2 {2}thread 1 {2}store x ← 1$/,
  )
})

test('interleavings: a wait with a timeout may end either way', () => {
  const answers: Record<string, number> = { ok: 1, 'timed-out': 2, 'not-equal': 3 }
  const sleep = (hand: Hand): void => {
    hand.registers.push(answers[hand.atomics.wait(hand.words, X, 0, 1)]!)
  }
  const wake = [store(X, 1), (hand: Hand) => void hand.atomics.notify(hand.words, X)]
  assert.deepEqual(outcomesOf([sleep], wake).outcomes, ['1', '2', '3'])
})
