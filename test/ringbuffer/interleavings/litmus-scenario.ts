/**
 * Programs of two or three accesses for each thread, whose outcomes are known: by them the checker
 * is checked.
 */

import type { Scenario } from './explorer.ts'
import type { ModelAtomics } from './model-atomics.ts'
import type { ModelMemory } from './model-memory.ts'
import { type SharedArray, standIns } from './shared-views.ts'
import type { Role } from './thread-step.ts'

/** What a litmus thread has at hand: words x, y, …, Atomics, and its registers. */
export interface Hand {
  readonly words: SharedArray
  readonly atomics: ModelAtomics
  readonly registers: number[]
}

/** Each step of a thread's program is a turn of its own. */
export type Program = readonly ((hand: Hand) => void)[]

const WORDS = 4

/** Outcomes are the registers of all threads, as '0 1', and are added to the set at each end. */
export const stageLitmus = (
  memory: ModelMemory,
  programs: readonly Program[],
  outcomes: Set<string>,
): Scenario => {
  const injected = standIns(memory)
  const atomics = injected.Atomics as ModelAtomics
  const block = Reflect.construct(injected.SharedArrayBuffer as () => void, [WORDS * 4]) as object
  const words = Reflect.construct(injected.Int32Array as () => void, [block]) as SharedArray
  memory.label(0, (byte) => 'xyzw'.charAt(byte / 4))
  const roles = programs.map((program, i) => {
    const hand = { words, atomics, registers: [] }
    return new LitmusThread(`thread ${i}`, program, hand)
  })
  const atEnd = (): void => {
    outcomes.add(roles.flatMap(({ hand }) => hand.registers).join(' '))
  }
  return { roles, atEnd }
}

class LitmusThread implements Role {
  readonly name: string
  readonly hand: Hand
  readonly #program: Program
  next = 0

  constructor(name: string, program: Program, hand: Hand) {
    this.name = name
    this.hand = hand
    this.#program = program
  }

  turn(): boolean {
    const step = this.#program[this.next]
    if (step === undefined) return false
    step(this.hand)
    this.next += 1
    return true
  }
}
