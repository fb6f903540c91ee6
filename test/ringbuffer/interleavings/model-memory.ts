/**
 *   ring's own source ── access ──▶ MODEL MEMORY ── which thread goes on? ──▶ explorer
 *
 * The shared memory of model threads, and the one place where they stop. A model thread is a plain
 * function that is run from the begin of its operation each time: what it has done so far is
 * answered from its history and has no effect any more, then it does as much as it is permitted,
 * then it is thrown out with SUSPENDED. So a thread needs no stack that outlives it, and any state
 * of it can be gone back to.
 *
 * A step is one atomic access and the plain ones behind it, up to the next atomic one. That is
 * enough: a program without data races behaves as if its plain accesses happened at once (DRF-SC,
 * the promise of the JavaScript memory model), and whether there is a race is checked (races.ts).
 */

import { ModelPromise } from './model-promise.ts'

export type Answer = number | string | undefined | { readonly key: string }

export interface Access {
  readonly kind: string
  readonly isAtomic: boolean
  readonly isWrite: boolean
  /** The address of the first byte, and how many are touched. */
  readonly at: number
  readonly bytes: number
  /** What was given to it, for the printed schedule. */
  readonly given: string
}

/** An access and what it answered. */
export interface Done extends Access {
  readonly answer: Answer
}

/** In the queue of an address; without a promise the whole thread sleeps. */
export interface Waiter {
  readonly thread: number
  readonly at: number
  readonly isEndless: boolean
  readonly promise: ModelPromise | undefined
}

/** Thrown through the code under test where its thread has to stop; made once, since often used. */
export const SUSPENDED = new Error('suspended: whoever catches this breaks the checker')
/** Likewise, where the thread dies. */
export const DIED = new Error('died: whoever catches this breaks the checker')

/** One thread, while it runs a step. */
export interface Run {
  readonly thread: number
  /** Of the current operation. Grows. */
  history: Done[]
  /** How much of the history this run has come past. */
  position: number
  /** The plain accesses since the last atomic one. */
  segment: Done[]
  /** One access that is a step may still be done. */
  isPermitted: boolean
  /** Parked in Atomics.wait, and this run is to say how that ended. */
  waitOutcome: 'ok' | 'timed-out' | undefined
  /** Plain accesses until it dies. */
  plainLeft: number
  /** Where it stopped. */
  pending: Access | undefined
  /** Stopped within Atomics.wait. */
  isWaiting: boolean
}

const ARENA_BYTES = 1 << 14

export interface MemoryState {
  readonly key: string
  readonly words: Int32Array
  readonly waiters: readonly Waiter[]
  /** Promises of threads that were notified and have not run on yet. */
  readonly jobs: readonly Job[]
}

export interface Job {
  readonly thread: number
  readonly promise: ModelPromise
}

export class ModelMemory {
  readonly arena = new ArrayBuffer(ARENA_BYTES)
  waiters: readonly Waiter[] = []
  jobs: readonly Job[] = []
  /** Undefined: nobody else is there, all accesses are done at once. */
  run: Run | undefined
  readonly #words = new Int32Array(this.arena)
  readonly #labels: { readonly at: number; readonly nameOf: (byte: number) => string }[] = []
  readonly #promises = new Map<string, ModelPromise>()
  /** Plain accesses are steps as well: many more states, to see that they show nothing new. */
  readonly #stopsAtPlain: boolean
  #allocatedBytes = 0
  /** Words that ever differed from what they were at first: all that a state consists of. */
  readonly #changing: number[] = []
  #first = new Int32Array()

  constructor({ stopsAtPlain = false }: { readonly stopsAtPlain?: boolean } = {}) {
    this.#stopsAtPlain = stopsAtPlain
  }

  /** Address of so many bytes of zeros. */
  allocate(bytes: number): number {
    const at = this.#allocatedBytes
    if (at + bytes > ARENA_BYTES) {
      throw new RangeError(`interleavings: more than ${ARENA_BYTES} B: take smaller rings`)
    }
    this.#allocatedBytes = (at + bytes + 7) & -8
    return at
  }

  /** How the bytes from an address on are called in a printed schedule. */
  label(at: number, nameOf: (byte: number) => string): void {
    this.#labels.push({ at, nameOf })
  }

  nameOf(at: number): string {
    const label = this.#labels.filter((one) => one.at <= at).sort((a, b) => b.at - a.at)[0]
    return label?.nameOf(at - label.at) ?? `byte ${at}`
  }

  plain<T extends Answer>(access: Access, perform: () => T): T {
    const { run } = this
    if (run === undefined) return perform()
    if (run.position < run.history.length) return this.#replayed(run, access) as T
    if (run.plainLeft === 0) throw DIED
    run.plainLeft -= 1
    if (this.#stopsAtPlain) this.#permit(run, access)
    const done = { ...access, answer: perform() }
    run.segment.push(done)
    this.#record(run, done)
    return done.answer
  }

  atomic<T extends Answer>(access: Access, perform: () => T): T {
    const { run } = this
    if (run === undefined) return perform()
    if (run.position < run.history.length) return this.#replayed(run, access) as T
    this.#permit(run, access)
    run.segment = []
    const done = { ...access, answer: perform() }
    this.#record(run, done)
    return done.answer
  }

  /** As Atomics.wait: `isEqual` says whether the thread is to sleep. */
  wait(access: Access, isEndless: boolean, isEqual: () => boolean): string {
    const { run } = this
    if (run === undefined)
      throw new Error('interleavings: nobody can wake a stage: do not park there')
    if (run.position < run.history.length) return this.#replayed(run, access) as string
    this.#permit(run, access)
    run.segment = []
    const answer = run.waitOutcome ?? 'not-equal'
    if (run.waitOutcome === undefined && isEqual()) {
      this.waiters = [
        ...this.waiters,
        { thread: run.thread, at: access.at, isEndless, promise: undefined },
      ]
      run.isWaiting = true
      run.pending = { ...access, kind: 'wake' }
      throw SUSPENDED
    }
    run.waitOutcome = undefined
    this.#record(run, { ...access, answer })
    return answer
  }

  /** Wakes up to `count` waiters of an address, those first that came first. */
  notify(at: number, count: number): number {
    const woken = this.waiters.filter((one) => one.at === at).slice(0, count)
    this.waiters = this.waiters.filter((one) => !woken.includes(one))
    for (const { thread, promise } of woken) {
      if (promise !== undefined) this.jobs = [...this.jobs, { thread, promise }]
    }
    return woken.length
  }

  /**
   * A promise that the thread does not wait for yet. Equal states must hold the same promises, not
   * alike ones, since the code under test compares them: so they are kept, and used again.
   */
  promiseOf(thread: number, at: number): ModelPromise {
    const used = [...this.waiters, ...this.jobs].map(({ promise }) => promise?.key)
    let number = 0
    while (used.includes(`promise ${thread}.${at}.${number}`)) number += 1
    const key = `promise ${thread}.${at}.${number}`
    const promise = this.#promises.get(key) ?? new ModelPromise(key)
    this.#promises.set(key, promise)
    return promise
  }

  /** All that is in memory now. The stage is set: what has not changed since then costs nothing. */
  save(): MemoryState {
    if (this.#first.length === 0) this.#first = this.#words.slice(0, this.#allocatedBytes / 4)
    this.#noticeChanges()
    const words = this.#changing.map((index) => this.#words[index]!)
    // Words found to be changing later are not in earlier states: so they are left out there too.
    while (words.length > 0 && words.at(-1) === this.#first[this.#changing[words.length - 1]!]) {
      words.pop()
    }
    const queue = this.waiters.map(
      ({ thread, at, isEndless, promise }) => `${thread}@${at}${isEndless}${promise?.key ?? ''}`,
    )
    const jobs = this.jobs.map(({ thread, promise }) => `${thread}:${promise.key}`)
    const key = `${words.join()}|${queue.join()}|${jobs.join()}`
    return { key, words: Int32Array.from(words), waiters: this.waiters, jobs: this.jobs }
  }

  restore({ words, waiters, jobs }: MemoryState): void {
    for (const [i, index] of this.#changing.entries()) {
      this.#words[index] = words[i] ?? this.#first[index]!
    }
    this.waiters = waiters
    this.jobs = jobs
  }

  #noticeChanges(): void {
    for (let index = 0; index < this.#first.length; index += 1) {
      if (this.#words[index] !== this.#first[index] && !this.#changing.includes(index)) {
        this.#changing.push(index)
      }
    }
  }

  #permit(run: Run, access: Access): void {
    if (!run.isPermitted) {
      run.pending = access
      throw SUSPENDED
    }
    run.isPermitted = false
  }

  #record(run: Run, done: Done): void {
    run.history.push(done)
    run.position += 1
  }

  #replayed(run: Run, { kind, at }: Access): Answer {
    const done = run.history[run.position]!
    if (done.kind !== kind || done.at !== at) {
      throw new Error(
        `interleavings: ${kind} ${this.nameOf(at)} where it was ${done.kind} ` +
          `${this.nameOf(done.at)} before: let a thread depend on memory and its fields only`,
      )
    }
    run.position += 1
    return done.answer
  }
}
