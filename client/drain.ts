/** Who waits, after FULL, until there is room again. */

export class Drain {
  readonly #isDone: () => boolean
  #waiters: (() => void)[] = []

  /** `isDone`: there is room, or nothing to wait for. */
  constructor(isDone: () => boolean) {
    this.#isDone = isDone
  }

  wait(): Promise<void> {
    if (this.#isDone()) return Promise.resolve()
    return new Promise((resolve) => this.#waiters.push(resolve))
  }

  /** Wakes all, if it is done. */
  look(): void {
    if (this.#waiters.length === 0 || !this.#isDone()) return
    const waiters = this.#waiters
    this.#waiters = []
    for (const wake of waiters) wake()
  }
}
