/** What a run of a seed comes to: its figures and its trace, or what was broken and how to see it again. */
import { createHash, type Hash } from 'node:crypto'

export interface SimulationFigures {
  readonly seed: number
  readonly shards: number
  readonly turns: number
  /** Run for the first time; replays not counted. */
  readonly commands: number
  readonly crashes: number
  readonly snapshots: number
  /** State hashes that a replay came by again. */
  readonly statesCompared: number
  readonly quietMoments: number
  readonly simulatedUs: number
  /** Equal for two runs of one seed. */
  readonly traceHash: string
}

export class SimulationFailed extends Error {
  readonly seed: number
  readonly turn: number

  constructor(seed: number, turn: number, { cause, command }: { cause: unknown; command: string }) {
    const what = cause instanceof Error ? cause.message : String(cause)
    super(`seed ${seed} broke at turn ${turn}: ${what}\n  again: ${command}`, { cause })
    this.seed = seed
    this.turn = turn
  }
}

/** All that a run did, in one hash: who had the turns is in what they did. */
export class Trace {
  readonly #hash: Hash = createHash('sha256')
  readonly #words = new Int32Array(1024)
  #count = 0

  add(word: number): void {
    this.#words[this.#count++] = word
    if (this.#count === this.#words.length) this.#flush()
  }

  bytes(bytes: Uint8Array): void {
    this.#flush()
    this.#hash.update(bytes)
  }

  text(words: string): void {
    this.bytes(Buffer.from(words))
  }

  digest(): string {
    this.#flush()
    return this.#hash.copy().digest('hex').slice(0, 16)
  }

  #flush(): void {
    this.#hash.update(this.#words.subarray(0, this.#count))
    this.#count = 0
  }
}
