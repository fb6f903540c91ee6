/**
 *   scenario ──▶ EXPLORER ──▶ every order of its threads' steps, each state once
 *
 * Breadth first, so a failure comes with the shortest schedule that shows it. A state is memory and
 * threads' states, each kept once and named by its number: no hash, so none is taken for another.
 * What a thread does depends on memory and its own state alone, and is computed once for each such
 * pair, though the other threads may stand anywhere.
 *
 * Another ring is another scenario (spsc-scenario.ts is one):
 *   its memory and ends come from the instrumented source, `source.module('spsc/spsc-ring')`
 *   each thread is a role: one call of a ring for each turn, and all that it knows in its fields
 *   it parks without a timeout, so that a lost wake-up is a state that nothing leaves
 *   it throws a ModelFailure where something is wrong, and `atEnd` looks at the whole
 * A thread makes its own ends and doorbells: threads share memory, and no objects.
 */

import { restoreFields } from './fields.ts'
import type { Done, MemoryState, ModelMemory } from './model-memory.ts'
import { findRace } from './races.ts'
import { describeSchedule, type Move } from './schedule.ts'
import { IntList, StateTable } from './state-table.ts'
import {
  type Choice,
  isReady,
  ModelFailure,
  mayBeCalled,
  mayTimeOut,
  type Role,
  type Step,
  startThread,
  type ThreadState,
  takeStep,
} from './thread-step.ts'

export interface Scenario {
  /** Its threads, at their begin. What they find in memory is there already. */
  readonly roles: readonly Role[]
  /** With all threads at their end. Throws a ModelFailure where something is wrong. */
  atEnd(): void
  /**
   * Whether accesses to an address may race, as in a ring that laps its readers. Let plain accesses
   * be steps then (ModelMemory); and what real memory may do beyond those orders is not seen.
   */
  mayRace?(at: number): boolean
}

export interface Report {
  readonly states: number
  readonly steps: number
  /** States in which all threads have ended. */
  readonly ends: number
  /** Orders of steps that these stand for; infinite where threads can go round in circles. */
  readonly schedules: number
  readonly failure: Failure | undefined
}

export interface Failure {
  readonly kind: string
  /** What is wrong, then the schedule that leads to it. */
  readonly story: string
}

/** Beyond it a scenario is too large for a test, or has a counter that runs on. */
const STATES_MAX = 20_000_000

interface Outcome {
  readonly choice: Choice
  readonly memory: number
  readonly state: number
  readonly done: readonly Done[]
  readonly failure: ModelFailure | undefined
}

export const explore = (memory: ModelMemory, scenario: Scenario): Report =>
  new Explorer(memory, scenario).explore()

/** Things that are equal if their keys are, each with its number. */
class Numbered<T extends { readonly key: string }> {
  readonly all: T[] = []
  readonly #numbers = new Map<string, number>()

  numberOf(one: T): number {
    const known = this.#numbers.get(one.key)
    if (known !== undefined) return known
    this.#numbers.set(one.key, this.all.length)
    return this.all.push(one) - 1
  }
}

class Explorer {
  readonly #memory: ModelMemory
  readonly #scenario: Scenario
  readonly #memories = new Numbered<MemoryState>()
  readonly #threads: readonly Numbered<ThreadState>[]
  /** By thread, then by its state and the memory. */
  readonly #outcomes: readonly Map<number, readonly Outcome[]>[]
  /** Of each state its memory, then its threads. */
  readonly #states: StateTable
  /** By state: where it was found first, by which thread, and which of that one's outcomes. */
  readonly #parents = new IntList()
  readonly #parentThreads = new IntList()
  readonly #parentOutcomes = new IntList()
  /** By state, where its children begin; they lie in a row. */
  readonly #firstChildren = new IntList()
  readonly #children = new IntList()
  #ends = 0
  #steps = 0

  constructor(memory: ModelMemory, scenario: Scenario) {
    this.#memory = memory
    this.#scenario = scenario
    this.#states = new StateTable(1 + scenario.roles.length)
    this.#threads = scenario.roles.map(() => new Numbered())
    this.#outcomes = scenario.roles.map(() => new Map())
  }

  explore(): Report {
    let failure = this.#begin()
    for (let state = 0; state < this.#states.count && failure === undefined; state += 1) {
      failure = this.#expand(state)
      if (this.#states.count > STATES_MAX) {
        throw new Error(`interleavings: more than ${STATES_MAX} states: take fewer records`)
      }
    }
    const { count: states } = this.#states
    const schedules = failure === undefined ? countPaths(this.#firstChildren, this.#children) : 0
    return { states, steps: this.#steps, ends: this.#ends, schedules, failure }
  }

  #begin(): Failure | undefined {
    this.#memory.save()
    const starts = this.#scenario.roles.map((role, thread) =>
      startThread(this.#memory, role, thread),
    )
    const threads = starts.map(({ state }, thread) => this.#threads[thread]!.numberOf(state))
    const state = [this.#memories.numberOf(this.#memory.save()), ...threads]
    this.#find(state, 0, [0, 0])
    for (const [thread, { done }] of starts.entries()) {
      const move: Move = { thread, choice: { kind: 'run' }, done }
      const race = this.#raceIn(state, move)
      if (race !== undefined) return this.#story(race, 0, move)
    }
    return undefined
  }

  /** All that can happen in a state. */
  #expand(number: number): Failure | undefined {
    const state = this.#states.rowOf(number)
    const first = this.#children.length
    this.#firstChildren.push(first)
    for (let thread = 0; thread < this.#threads.length; thread += 1) {
      for (const [index, outcome] of this.#outcomesOf(state, thread).entries()) {
        this.#steps += 1
        const { choice, done } = outcome
        const move = { thread, choice, done }
        // A race first: what went wrong in the same step may come of it.
        const failure = this.#raceIn(state, move) ?? outcome.failure
        if (failure !== undefined) return this.#story(failure, number, move)
        const next = [...state]
        next[0] = outcome.memory
        next[thread + 1] = outcome.state
        this.#children.push(this.#find(next, number, [thread, index]))
      }
    }
    return this.#children.length > first ? undefined : this.#checkEnd(number)
  }

  #outcomesOf(state: readonly number[], thread: number): readonly Outcome[] {
    const [memory, own] = [state[0]!, state[thread + 1]!]
    // Both stay far below 2^26.
    const key = memory * 2 ** 26 + own
    const known = this.#outcomes[thread]!.get(key)
    if (known !== undefined) return known
    const outcomes = [...this.#compute(this.#memories.all[memory]!, thread, own)]
    this.#outcomes[thread]!.set(key, outcomes)
    return outcomes
  }

  *#compute(before: MemoryState, thread: number, own: number): Generator<Outcome> {
    const memory = this.#memory
    const state = this.#threads[thread]!.all[own]!
    const role = this.#scenario.roles[thread]!
    const attempt = (choice: Choice): Outcome => {
      memory.restore(before)
      return this.#attempt(role, state, choice)
    }
    memory.restore(before)
    const mayRun = isReady(memory, state)
    const mayEnd = mayTimeOut(memory, state)
    restoreFields(state.begin)
    const mayDie = role.isMortal === true && state.pending !== undefined
    const mayBeCalledNow = mayBeCalled(role, state)
    if (mayEnd) yield attempt({ kind: 'time out' })
    if (mayBeCalledNow) yield attempt({ kind: 'event' })
    if (mayDie) yield attempt({ kind: 'die' })
    if (!mayRun) return
    const run = attempt({ kind: 'run' })
    yield run
    if (!mayDie) return
    const plainCount = run.done.filter(({ isAtomic }) => !isAtomic).length
    for (let plain = 0; plain < plainCount; plain += 1)
      yield attempt({ kind: 'run and die', plain })
  }

  #attempt(role: Role, state: ThreadState, choice: Choice): Outcome {
    let step: Step
    try {
      step = takeStep(this.#memory, role, state, choice)
    } catch (error) {
      const { done = [] } = error as { done?: readonly Done[] }
      const { name, message } = error as Error
      const failure =
        error instanceof ModelFailure ? error : new ModelFailure('exception', `${name}: ${message}`)
      return { choice, memory: -1, state: -1, done, failure }
    }
    const memory = this.#memories.numberOf(this.#memory.save())
    const number = this.#threads[state.thread]!.numberOf(step.state)
    return { choice, memory, state: number, done: step.done, failure: undefined }
  }

  #raceIn(state: readonly number[], { thread, done }: Move): ModelFailure | undefined {
    for (let other = 0; other < this.#threads.length; other += 1) {
      if (other === thread) continue
      const race = findRace(this.#threads[other]!.all[state[other + 1]!]!.segment, done)
      if (race === undefined || this.#scenario.mayRace?.(race.now.at)) continue
      const { before, now } = race
      const names = this.#scenario.roles.map(({ name }) => name)
      return new ModelFailure(
        'race',
        `${names[other]}'s ${before.kind} of ${this.#memory.nameOf(before.at)} and ` +
          `${names[thread]}'s ${now.kind} of it are in no order`,
      )
    }
    return undefined
  }

  /** Nobody can go on. */
  #checkEnd(number: number): Failure | undefined {
    const [memory, ...threads] = this.#states.rowOf(number)
    const states = threads.map((own, thread) => this.#threads[thread]!.all[own]!)
    const asleep = states.filter(({ pending }) => pending !== undefined)
    if (asleep.length > 0) {
      const names = asleep.map(({ thread }) => this.#scenario.roles[thread]!.name).join(' and ')
      const failure = new ModelFailure('lost wake-up', `${names} sleep, and nobody wakes them`)
      return this.#story(failure, number, undefined)
    }
    this.#ends += 1
    this.#memory.restore(this.#memories.all[memory!]!)
    for (const { begin } of states) restoreFields(begin)
    try {
      this.#scenario.atEnd()
    } catch (error) {
      const { name, message } = error as Error
      const failure =
        error instanceof ModelFailure ? error : new ModelFailure('wrong end', `${name}: ${message}`)
      return this.#story(failure, number, undefined)
    }
    return undefined
  }

  #find(state: readonly number[], parent: number, [thread, outcome]: [number, number]): number {
    const { count } = this.#states
    const number = this.#states.numberOf(state)
    if (number < count) return number
    this.#parents.push(parent)
    this.#parentThreads.push(thread)
    this.#parentOutcomes.push(outcome)
    return number
  }

  #story({ kind, message }: ModelFailure, last: number, move: Move | undefined): Failure {
    const moves: Move[] = move === undefined ? [] : [move]
    for (let at = last; at > 0; at = this.#parents.at(at)) {
      const thread = this.#parentThreads.at(at)
      const outcomes = this.#outcomesOf(this.#states.rowOf(this.#parents.at(at)), thread)
      moves.unshift({ thread, ...outcomes[this.#parentOutcomes.at(at)]! })
    }
    const schedule = describeSchedule(this.#memory, this.#scenario.roles, moves)
    return { kind, story: `${kind}: ${message}\n${schedule}` }
  }
}

/** Ways from the first state to an end. */
const countPaths = (firstChildren: IntList, children: IntList): number => {
  const counts = new Float64Array(firstChildren.length)
  const [SEEN, DONE] = [1, 2]
  const marks = new Uint8Array(firstChildren.length)
  const path = [0]
  while (path.length > 0) {
    const state = path.at(-1)!
    const first = firstChildren.at(state)
    const end = state + 1 < firstChildren.length ? firstChildren.at(state + 1) : children.length
    if (marks[state] === 0) {
      marks[state] = SEEN
      for (let at = first; at < end; at += 1) {
        const child = children.at(at)
        if (marks[child] === SEEN) return Number.POSITIVE_INFINITY
        if (marks[child] === 0) path.push(child)
      }
      continue
    }
    path.pop()
    if (marks[state] === DONE) continue
    marks[state] = DONE
    let count = first === end ? 1 : 0
    for (let at = first; at < end; at += 1) count += counts[children.at(at)]!
    counts[state] = count
  }
  return counts[0]!
}
