/**
 * The plan without threads: a test turns the crank.
 *
 * All roles live on the caller's thread. A seed decides whose turn it is, so that the same seed gives the same
 * interleaving, and many seeds give many; time is whatever the test's clock says.
 */
import type { Role } from './role.ts'

/** Turns in a row without work after which nothing can be under way any more, however the seed deals. */
const IDLE_ROUNDS = 2

export class Invoker {
  readonly roles: readonly Role[]
  #state: number

  constructor(roles: readonly Role[], seed: number) {
    this.roles = roles
    this.#state = seed >>> 0
  }

  /** One turn for one role, the seed's choice. Returns the work it did. */
  turn(): number {
    return this.roles[this.#next() % this.roles.length]!.doWork()
  }

  /** Turns until every role in a row has nothing to do. Throws if that does not come within `turnsMax`. */
  untilQuiet(turnsMax = 1_000_000): void {
    for (let turns = 0; turns < turnsMax; turns++) {
      this.turn()
      if (turns % (this.roles.length * 4) === 0 && this.isQuiet) return
    }
    throw new Error(`still at work after ${turnsMax} turns`)
  }

  /** Ends the roles, the last first: it fed on the others. */
  async close(): Promise<void> {
    for (const role of [...this.roles].reverse()) await role.close(false)
  }

  /** Whether none of them has anything to do; they are given turns to find out. */
  get isQuiet(): boolean {
    for (let round = 0; round < IDLE_ROUNDS; round++) {
      for (const role of this.roles) if (role.doWork() > 0) return false
    }
    return this.roles.every((role) => role.isQuiet ?? !role.hasWork())
  }

  /** A linear congruential generator: good enough to deal turns, and the same everywhere. */
  #next(): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0
    return this.#state >>> 8
  }
}
