/** Many clients as one role: in each of its turns some of them, by the seed, have theirs. */
import type { Role } from '../../engine/thread/role.ts'
import type { Draws } from './draws.ts'

interface Member {
  turn(isCalm: boolean): number
}

export class Crowd<T extends Member> implements Role {
  readonly name: string
  readonly members: readonly T[]
  readonly #draws: Draws
  isCalm = false

  constructor(name: string, members: readonly T[], draws: Draws) {
    this.name = name
    this.members = members
    this.#draws = draws
  }

  doWork(): number {
    if (!this.isCalm) return this.#draws.pick(this.members).turn(false)
    let work = 0
    for (const member of this.members) work += member.turn(true)
    return work
  }

  hasWork(): boolean {
    return false
  }

  close(): void {
    // They outlive the exchange.
  }
}
