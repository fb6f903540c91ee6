/** What happens to the actors of one thread, told so that a log shows it, and no oftener than a log can stand. */
import type { DeadLetter } from '../actor/dead-letters.ts'
import type { JournaledDirective } from '../journaled/verdict-event.ts'

/** Plain data: it goes from thread to thread. `untold`: others of its kind that were not told of since the last one. */
export type HostEvent =
  | {
      readonly kind: 'actor-failed'
      readonly thread: string
      readonly name: string
      /** 'bank.Deposit', or what else it was about. */
      readonly message: string
      readonly error: string
      readonly stack?: string
      /** What was decided about the actor. */
      readonly directive: JournaledDirective
      /** Times that it has begun anew before, over its whole life. */
      readonly restarts: number
      readonly untold: number
    }
  | {
      readonly kind: 'dead-letter'
      readonly thread: string
      readonly letter: DeadLetter
      readonly untold: number
    }

const WINDOW_US = 1_000_000

/** Lets so many of one kind through in a second. Of the others the last one is told at the end of it, with their number. */
export class Bounded<T> {
  readonly #most: number
  readonly #tell: (event: T, untold: number) => void
  #endUs = Number.NEGATIVE_INFINITY
  #told = 0
  #held: T | undefined
  #heldCount = 0

  constructor(most: number, tell: (event: T, untold: number) => void) {
    this.#most = most
    this.#tell = tell
  }

  say(event: T, nowUs: number): void {
    if (nowUs >= this.#endUs) {
      this.tellHeld()
      this.#endUs = nowUs + WINDOW_US
      this.#told = 0
    }
    if (this.#told < this.#most) {
      this.#told++
      this.#tell(event, 0)
      return
    }
    this.#held = event
    this.#heldCount++
  }

  /** When there is something to tell; infinity: there is not. */
  get nextUs(): number {
    return this.#heldCount === 0 ? Number.POSITIVE_INFINITY : this.#endUs
  }

  tellHeld(): void {
    if (this.#heldCount === 0) return
    const untold = this.#heldCount - 1
    const held = this.#held as T
    this.#held = undefined
    this.#heldCount = 0
    this.#tell(held, untold)
  }
}
