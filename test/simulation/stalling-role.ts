/** A role that now and then gets no turns for a while: its thread is descheduled, and its rings fill. */
import type { Role } from '../../engine/thread/role.ts'
import type { Draws } from './draws.ts'

export class StallingRole implements Role {
  readonly name: string
  readonly #role: Role
  readonly #draws: Draws
  readonly #every: number
  readonly #isCalm: () => boolean
  #turns = 0

  constructor(role: Role, draws: Draws, isCalm: () => boolean) {
    this.name = role.name
    this.#role = role
    this.#draws = draws
    this.#every = draws.pick([300, 3_000, 30_000])
    this.#isCalm = isCalm
  }

  doWork(): number {
    if (this.#isCalm()) return this.#role.doWork()
    if (this.#turns > 0) {
      this.#turns--
      return 0
    }
    if (this.#draws.oneIn(this.#every)) this.#turns = this.#draws.magnitude(5, 500)
    return this.#role.doWork()
  }

  hasWork(): boolean {
    return this.#role.hasWork()
  }

  get isQuiet(): boolean {
    return this.#role.isQuiet ?? !this.#role.hasWork()
  }

  close(isFailing: boolean): void | Promise<void> {
    return this.#role.close(isFailing)
  }
}
