/**
 *   a turn without work ──▶ IDLER ──▶ look again at once, or sleep until the doorbell rings
 *
 * What a thread does while there is nothing to do, as data, and the one who does it:
 *
 *                    first           then                        wake-up      costs
 *   spin             looks again     looks again                 ~0.1 µs      a core, always
 *   spin-then-park   looks again     the whole thread sleeps     20–50 µs     a core for `spinUs`
 *   park             sleeps at once                              20–50 µs     nothing
 *   event-loop       looks again     its event loop goes on      30–50 µs     a core for `spinUs`
 *
 * Spinning threads must be fewer than cores: they take the time of those they wait for. A thread
 * with sockets or timers takes `event-loop`: in any other strategy none of these is heard while it
 * sleeps, nor, between spins, before its loop goes through the event loop.
 *
 *   for (;;) {
 *     if (readBatch(consumer, handler, 256) > 0) idler.worked()
 *     else idler.idle(hasWork)
 *   }
 */

import type { Doorbell } from './doorbell.ts'

/** `parkMs`: the longest sleep, for what rings no bell, timers and supervisors among it. */
export type IdleStrategy =
  | { readonly kind: 'spin' }
  | { readonly kind: 'spin-then-park'; readonly spinUs: number; readonly parkMs: number }
  | { readonly kind: 'park'; readonly parkMs: number }
  | { readonly kind: 'event-loop'; readonly spinUs: number; readonly parkMs: number }

const KINDS: readonly string[] = ['spin', 'spin-then-park', 'park', 'event-loop']

/** Throws a RangeError where there is no such kind, or a duration is none. */
export function checkIdleStrategy(strategy: IdleStrategy): void {
  const { kind } = strategy
  if (!KINDS.includes(kind)) {
    throw new RangeError(`idle '${kind}' is no kind of idling: give it one of ${KINDS.join(', ')}`)
  }
  for (const duration of durationsOf(strategy)) {
    if (duration >= 0 && duration < Number.POSITIVE_INFINITY) continue
    throw new RangeError(`idle '${kind}': ${duration} is no duration: give it one from 0`)
  }
}

const durationsOf = (strategy: IdleStrategy): [spinUs: number, parkMs: number] => [
  'spinUs' in strategy ? strategy.spinUs : 0,
  'parkMs' in strategy ? strategy.parkMs : 0,
]

/** Turns between two looks at the clock, which takes as long as several looks at a ring. */
const TURNS_PER_CLOCK = 16

/**
 * Tells the core that its thread spins, so that a thread on the same core gets its units: Node 24
 * has it, 20 and 22 do not. Without it a turn is only as long as its looks.
 */
const pause: () => void = 'pause' in Atomics ? (Atomics.pause as () => void) : () => undefined

export class Idler {
  readonly #bell: Doorbell
  readonly #kind: IdleStrategy['kind']
  readonly #spinUs: number
  readonly #parkMs: number
  readonly #nowMs: () => number
  /** Turns without work since the last one with, modulo 2^31. */
  #idleTurns = 0
  #spinUntilMs = 0
  #isSpinOver = false

  /**
   * `bell` is the thread's own. `nowMs` is its clock, in milliseconds from anywhere, for tests.
   * Throws as `checkIdleStrategy`.
   */
  constructor(
    bell: Doorbell,
    strategy: IdleStrategy,
    nowMs: () => number = () => performance.now(),
  ) {
    checkIdleStrategy(strategy)
    this.#bell = bell
    this.#kind = strategy.kind
    ;[this.#spinUs, this.#parkMs] = durationsOf(strategy)
    this.#nowMs = nowMs
  }

  /** After a turn with work: the next idle one begins to spin anew. */
  worked(): void {
    this.#idleTurns = 0
    this.#isSpinOver = false
  }

  /**
   * After a turn without work, in a thread that may sleep as a whole: returns when it is time to
   * look again. `hasWork` is asked before it sleeps. `sleepMsMax` shortens one sleep, for a timer.
   */
  idle(hasWork: () => boolean, sleepMsMax: number = Number.POSITIVE_INFINITY): void {
    if (this.#kind === 'event-loop') {
      throw new Error("idle 'event-loop': idle() would stop that loop: use idleInEventLoop()")
    }
    if (this.mayStillSpin()) return
    // Where only the time is up there is most likely nothing to spin for: it sleeps on after one look.
    if (this.#bell.park(Math.min(this.#parkMs, sleepMsMax), hasWork)) this.worked()
  }

  /**
   * As `idle`, for a thread with an event loop, whatever its strategy. Undefined: look again, after
   * a turn of the event loop. Otherwise look when the promise resolves: rung, or the time is up.
   */
  idleInEventLoop(
    hasWork: () => boolean,
    sleepMsMax: number = Number.POSITIVE_INFINITY,
  ): Promise<void> | undefined {
    if (this.mayStillSpin()) return undefined
    this.worked()
    return this.#bell.parkInEventLoop(Math.min(this.#parkMs, sleepMsMax), hasWork)
  }

  /**
   * Whether to look again at once; counts a turn, and pauses for a moment. For loops of one's own.
   */
  mayStillSpin(): boolean {
    if (this.#kind === 'park' || this.#isSpinOver) return false
    pause()
    if (this.#kind === 'spin') return true
    const turn = this.#idleTurns
    this.#idleTurns = (turn + 1) & 0x7fffffff
    if (turn === 0) this.#spinUntilMs = this.#nowMs() + this.#spinUs / 1_000
    else if (turn % TURNS_PER_CLOCK === 0) this.#isSpinOver = this.#nowMs() >= this.#spinUntilMs
    return !this.#isSpinOver
  }
}
