/**
 * The pace of a replay: a command is due when so much time has passed since the first one as then, divided by the speed. Who is
 * late is not made to wait, and catches up.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { InvalidArgumentError } from 'commander'

/** Lives through JSON. */
export type Speed = number | 'max'

/** A sleep is to end soon after somebody wants the end. */
const SLEEP_MS_MAX = 100
/** A timer is no finer. */
const SLEEP_MS_MIN = 1

/** For commander: 1x, 10x, 0.5x, max. */
export function speed(text: string): Speed {
  if (text === 'max') return 'max'
  const match = /^(\d+(?:\.\d+)?)x?$/.exec(text)
  const times = Number(match?.[1] ?? 0)
  if (times > 0 && times <= 1e6) return times
  throw new InvalidArgumentError("It must be a multiple such as 1x, 10x or 0.5x, or 'max'.")
}

export interface PacemakerClock {
  nowMs(): number
  sleep(ms: number): Promise<unknown>
}

const OWN_CLOCK: PacemakerClock = { nowMs: () => performance.now(), sleep: (ms) => sleep(ms) }

export class Pacemaker {
  readonly #speed: Speed
  readonly #clock: PacemakerClock
  #firstUs = -1
  #startMs = 0

  constructor(speed: Speed, clock: PacemakerClock = OWN_CLOCK) {
    this.#speed = speed
    this.#clock = clock
  }

  /** Milliseconds from now until what happened at `timeUs` is due; 0 or less: it is. */
  waitMs(timeUs: number): number {
    if (this.#speed === 'max') return 0
    if (this.#firstUs < 0) {
      this.#firstUs = timeUs
      this.#startMs = this.#clock.nowMs()
    }
    const dueMs = this.#startMs + (timeUs - this.#firstUs) / 1_000 / this.#speed
    return dueMs - this.#clock.nowMs()
  }

  /** Resolves when it is due, or when `isOver` says that nobody wants it any more. */
  async until(timeUs: number, isOver: () => boolean): Promise<void> {
    for (;;) {
      const waitMs = this.waitMs(timeUs)
      if (waitMs < SLEEP_MS_MIN || isOver()) return
      await this.#clock.sleep(Math.min(waitMs, SLEEP_MS_MAX))
    }
  }

  /** So much time of the log takes so much now. */
  scaledUs(us: number): number {
    return this.#speed === 'max' ? us : us / this.#speed
  }
}
