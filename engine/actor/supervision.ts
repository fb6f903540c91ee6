/**
 * What happens when a handler throws. The strategy is data, given with the actor; the decision is a function of it, of the
 * error's class, and of the failures that there were in the window before.
 *
 *   resume     the message goes to the dead letters, the state stays what it is
 *   restart    the state is thrown away and the actor's function run again; the message is given again, until it has
 *              failed `poisonAfter` times and goes to the dead letters
 *   stop       the actor ends, and with it its children; whoever watches it is told
 *   escalate   as if its parent had thrown; one without a parent ends its thread
 *
 * One that is restarted too often escalates to its parent; without a parent it is stopped, and its thread goes on.
 */
import type { SnapshotTransfer } from '../recovery/snapshot-transfer.ts'
import { nameOf } from './thrown.ts'

/** See above: what becomes of the actor and its message. */
export type Directive = 'resume' | 'restart' | 'stop' | 'escalate'

/** What `resume`, `restart`, `stop` and `escalate` make. Plain data; durations are in ms, 0 to 2^42. */
export interface Strategy {
  /** Where `byError` says nothing else. */
  readonly directive: Directive
  /** By the error's name, before `directive`: `{ RangeError: 'resume' }`. */
  readonly byError?: Readonly<Record<string, Directive>>
  /** Restart intensity: more restarts than so many in `withinMs` and it escalates, or is stopped where it has no parent. @default 10 */
  readonly restartsMax?: number
  /** The window of restart intensity and of rests, ms. @default 10,000 */
  readonly withinMs?: number
  /** A message that has made it fail so often, 1 to 65,535, is poison: it goes to the dead letters. @default 1 */
  readonly poisonAfter?: number
  /** It rests so long before its first restart in the window, twice as long before the second, … @default 0 */
  readonly backoffMs?: number
  /** Its longest rest. @default 5,000 */
  readonly backoffMsMax?: number
}

/** The message goes to the dead letters, the actor goes on with the state that the handler left. */
export const resume = (options: Omit<Strategy, 'directive'> = {}): Strategy => ({
  ...options,
  directive: 'resume',
})
/** The actor begins anew, and a transient one's children end; the message is given again until it has failed `poisonAfter` times. */
export const restart = (options: Omit<Strategy, 'directive'> = {}): Strategy => ({
  ...options,
  directive: 'restart',
})
/** The actor ends with its children, and whoever watches it is told. */
export const stop = (options: Omit<Strategy, 'directive'> = {}): Strategy => ({
  ...options,
  directive: 'stop',
})
/** The actor ends, and its parent has failed; without a parent its thread has. */
export const escalate = (options: Omit<Strategy, 'directive'> = {}): Strategy => ({
  ...options,
  directive: 'escalate',
})

export const DEFAULT_STRATEGY: Strategy = restart()
/** Of a journaled actor: its state is the log's, and no failure may be the end of it unless somebody has said so. */
export const JOURNALED_STRATEGY: Strategy = resume()

export interface Verdict {
  readonly directive: Directive
  /** The message has failed often enough: it goes to the dead letters. */
  readonly isPoison: boolean
  /** Before it is run again. */
  readonly restMs: number
}

/** One actor's failures, as far as they count. */
export class Failures {
  readonly #strategy: Strategy
  /** Times of restarts within the window, µs, the oldest first. */
  #restartsUs: number[] = []
  /** How often the message at hand of a journaled actor has failed. One of a transient actor says so itself. */
  #tries = 0

  constructor(strategy: Strategy) {
    this.#strategy = strategy
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.#tries = snapshot.number(this.#tries)
    const count = snapshot.number(this.#restartsUs.length)
    this.#restartsUs = Array.from({ length: count }, (_, i) =>
      snapshot.number(this.#restartsUs[i] ?? 0),
    )
  }

  /** The message that had failed was handled. */
  messageDone(): void {
    this.#tries = 0
  }

  /** `tries`: how often it had failed before. */
  messageFailed({ isPoison }: Pick<Verdict, 'isPoison'>, tries: number): void {
    this.#tries = isPoison ? 0 : tries + 1
  }

  get tries(): number {
    return this.#tries
  }

  /** What is to be done about it, where the message has failed so often before. It counts once it is noted. */
  verdict(error: unknown, timeUs: number, tries = 0, strategy = this.#strategy): Verdict {
    const { restartsMax = 10, withinMs = 10_000, poisonAfter = 1 } = strategy
    const directive = directiveFor(strategy, error)
    const isPoison = directive !== 'restart' || tries + 1 >= poisonAfter
    if (directive !== 'restart') return { directive, isPoison, restMs: 0 }
    const since = timeUs - withinMs * 1000
    const restarts = this.#restartsUs.filter((us) => us > since).length
    if (restarts >= restartsMax) return { directive: 'escalate', isPoison: true, restMs: 0 }
    return { directive, isPoison, restMs: this.#restMs(restarts) }
  }

  /** That was decided, here or by the log. */
  note({ directive }: { readonly directive: string }, timeUs: number): void {
    const { withinMs = 10_000 } = this.#strategy
    const since = timeUs - withinMs * 1000
    this.#restartsUs = this.#restartsUs.filter((us) => us > since)
    if (directive === 'restart') this.#restartsUs.push(timeUs)
  }

  #restMs(restarts: number): number {
    const { backoffMs = 0, backoffMsMax = 5_000 } = this.#strategy
    // Whole ones: a verdict in the log has no others. 2^40 ms is longer than anybody rests.
    return Math.round(Math.min(backoffMs * 2 ** Math.min(restarts, 40), backoffMsMax))
  }
}

const directiveFor = ({ byError, directive }: Strategy, error: unknown): Directive =>
  byError?.[nameOf(error)] ?? directive

/** Whoever has spawned it has asked for that, for this error: it is not only what is left when it was restarted too often. */
export const wantsEscalation = (strategy: Strategy, error: unknown): boolean =>
  directiveFor(strategy, error) === 'escalate'
