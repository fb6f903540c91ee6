/** Log first: a shard runs no command that is not durable, and so nobody is told of one. */
export class LogFirst {
  readonly #durableThrough: () => number

  /** The last command that is durable, at the level asked for. */
  constructor(durableThrough: () => number) {
    this.#durableThrough = durableThrough
  }

  runs(sequence: number): void {
    const durable = this.#durableThrough()
    if (sequence <= durable) return
    throw new Error(`log first: a shard runs command ${sequence}, durable are ${durable}`)
  }
}
