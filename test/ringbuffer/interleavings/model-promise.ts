/**
 * What Atomics.waitAsync hands out: the callback runs when its thread turns to its event loop. Each
 * re-run of an operation makes it anew, so the promise keeps the last one: they are alike.
 */
export class ModelPromise {
  readonly key: string
  callback: () => void = () => undefined
  #next: ModelPromise | undefined

  constructor(key: string) {
    this.key = key
  }

  /** One callback, one promise behind it; more is not in the rings. */
  // biome-ignore lint/suspicious/noThenProperty: it stands for a promise in the code under test
  then(callback: () => void): ModelPromise {
    this.callback = callback
    this.#next ??= new ModelPromise(`${this.key}.then`)
    return this.#next
  }

  /** Resolved when the callback has run. */
  get next(): ModelPromise | undefined {
    return this.#next
  }
}
