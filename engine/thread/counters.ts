/**
 * Counters in shared memory: one writer each, read by any thread without disturbing it.
 *
 * Doubles, plainly written: a reader on another thread may see one a moment late. That is good enough to watch an exchange
 * by and never to decide anything by.
 */
export type CounterMemory = SharedArrayBuffer

/** Each on cache lines of its own: writers on two threads would fight over a shared one. */
const STRIDE_WORDS = 16

export class Counter {
  readonly #words: Float64Array
  readonly #index: number

  constructor(words: Float64Array, index: number) {
    this.#words = words
    this.#index = index
  }

  add(amount: number): void {
    this.#words[this.#index]! += amount
  }

  set(value: number): void {
    this.#words[this.#index] = value
  }

  get value(): number {
    return this.#words[this.#index]!
  }
}

/** The same names in the same order on every thread. */
export class CounterPage {
  readonly #words: Float64Array
  readonly #names: readonly string[]

  static allocate(names: readonly string[]): CounterMemory {
    return new SharedArrayBuffer(names.length * STRIDE_WORDS * Float64Array.BYTES_PER_ELEMENT)
  }

  constructor(memory: CounterMemory, names: readonly string[]) {
    this.#words = new Float64Array(memory)
    this.#names = names
  }

  counter(name: string): Counter {
    const index = this.#names.indexOf(name)
    if (index < 0) throw new Error(`no counter '${name}'`)
    return new Counter(this.#words, index * STRIDE_WORDS)
  }
}
