/**
 *   ring-suite ── fresh process ──▶ ring-child ──┬── thread 0: parts[0], on a CPU of its own
 *                                                └── thread 1 …: parts[1] …, on the others
 *
 * What a bench of two or more threads is made of: memory that they share, and a part for each.
 */
import type { IdleStrategy } from '../../ringbuffer/idle-strategy.ts'
import type { Meaning, Values } from '../fresh-figures.ts'
import type { TallySaid } from './record-words.ts'

export interface RingBench<Shared> {
  /** What each part gets, in their order. Ports are handed over. */
  share(): readonly Shared[]
  readonly parts: readonly Part<Shared>[]
  /** What its figures mean, by name. */
  readonly figures: Readonly<Record<string, Meaning>>
}

export type Part<Shared> = (shared: Shared, run: PartRun) => Findings | Promise<Findings>

export interface PartRun {
  readonly seconds: number
  /** Set when the time is over: whoever begins records says so by its last one. */
  readonly stop: StopFlag
  /** What a thread does before an empty or full ring. */
  readonly idle: IdleStrategy
}

export interface Findings {
  /** By sender. */
  readonly tallies: Readonly<Record<string, TallySaid>>
  readonly values: Values
}

export class StopFlag {
  readonly #word: Int32Array

  constructor(memory: SharedArrayBuffer) {
    this.#word = new Int32Array(memory)
  }

  get isSet(): boolean {
    return Atomics.load(this.#word, 0) !== 0
  }

  set(): void {
    Atomics.store(this.#word, 0, 1)
    Atomics.notify(this.#word, 0)
  }
}
