/**
 * What is to happen later, by time and then by number: a heap. A timer is called off by its owner's forgetting it: those that
 * nobody wants any more are swept out whenever the heap has doubled, so that a million answered asks leave no million timers.
 */
export interface Timer {
  readonly dueUs: number
  readonly number: number
}

const SWEEP_FROM = 1024

export class Timers<T extends Timer> {
  readonly #heap: T[] = []
  readonly #isWanted: (timer: T) => boolean
  #sweepAt = SWEEP_FROM

  constructor(isWanted: (timer: T) => boolean) {
    this.#isWanted = isWanted
  }

  get nextUs(): number {
    return this.#heap[0]?.dueUs ?? Number.POSITIVE_INFINITY
  }

  get count(): number {
    return this.#heap.length
  }

  /** All of them, as they will be due. */
  sorted(): T[] {
    return [...this.#heap].sort((a, b) => (isBefore(a, b) ? -1 : 1))
  }

  add(timer: T): void {
    if (this.#heap.length >= this.#sweepAt) this.sweep()
    this.#push(timer)
  }

  /** Lets go of those that nobody wants any more. */
  sweep(): void {
    const wanted = this.#heap.filter(this.#isWanted)
    this.#heap.length = 0
    for (const timer of wanted) this.#push(timer)
    this.#sweepAt = Math.max(SWEEP_FROM, 2 * wanted.length)
  }

  #push(timer: T): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(timer)
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!isBefore(timer, heap[above]!)) break
      heap[at] = heap[above]!
      at = above
    }
    heap[at] = timer
  }

  /** The first one that is due, or undefined. It is taken. */
  takeDue(nowUs: number): T | undefined {
    const heap = this.#heap
    const first = heap[0]
    if (first === undefined || first.dueUs > nowUs) return undefined
    const last = heap.pop()!
    if (heap.length > 0) this.#sink(last)
    return first
  }

  #sink(timer: T): void {
    const heap = this.#heap
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= heap.length) break
      if (below + 1 < heap.length && isBefore(heap[below + 1]!, heap[below]!)) below++
      if (!isBefore(heap[below]!, timer)) break
      heap[at] = heap[below]!
      at = below
    }
    heap[at] = timer
  }
}

const isBefore = (a: Timer, b: Timer): boolean =>
  a.dueUs < b.dueUs || (a.dueUs === b.dueUs && a.number < b.number)
