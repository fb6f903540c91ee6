/**
 *   shard ── WakeUp ──▶ WAKE-UP TIMER ── Tick ──▶ sequencer ──▶ shard
 *
 * A shard has no clock: what becomes due by time (an auction's end, an order's date) it learns from the stamp of the next
 * command. It says when it wants one at the latest, and gets a Tick then.
 *
 * One timer, for the earliest time that was asked for. A Tick answers all who asked: they ask again for what is still to
 * come. A Tick too many changes nothing, so nobody has to say that a time is no longer wanted.
 */

/** The longest wait at one go; timers take no more than 2^31 ms, and a clock may be set meanwhile. */
const WAIT_MS_MAX = 60_000
/** Ticks at most so often: a shard that asks for what is past must not keep the sequencer busy. */
const WAIT_MS_MIN = 1

export interface WakeUpTimerOptions {
  /** Wall clock, µs since 1970: the sequencer's. */
  readonly clockUs: () => number
  /** Sends a Tick. False: there was no room, it is to be tried again. */
  readonly sendTick: () => boolean
}

export class WakeUpTimer {
  readonly #options: WakeUpTimerOptions
  /** The earliest time wanted, µs; 0: none is. */
  #wantedUs = 0
  #timer: NodeJS.Timeout | undefined
  #isStopped = false

  constructor(options: WakeUpTimerOptions) {
    this.#options = options
  }

  /** A Tick is wanted at this time; one that is past: at once. */
  want(timeUs: number): void {
    if (this.#isStopped || (this.#wantedUs !== 0 && this.#wantedUs <= timeUs)) return
    this.#wantedUs = Math.max(timeUs, 1)
    this.#arm()
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }

  #arm(): void {
    clearTimeout(this.#timer)
    const waitMs = Math.ceil((this.#wantedUs - this.#options.clockUs()) / 1000)
    const boundedMs = Math.min(Math.max(waitMs, WAIT_MS_MIN), WAIT_MS_MAX)
    this.#timer = setTimeout(() => this.#onTimer(), boundedMs).unref()
  }

  #onTimer(): void {
    // A timer may be early by less than a millisecond, and the clock may have been set back.
    const isDue = this.#options.clockUs() >= this.#wantedUs
    if (!isDue || !this.#options.sendTick()) this.#arm()
    else this.#wantedUs = 0
  }
}
