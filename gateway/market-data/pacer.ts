/**
 * Says when the streams that go by the clock are due: at whole multiples of 100 ms and 1000 ms.
 *
 * Due is what the clock says, looked at in each turn; the timer is there only for turns that nobody else gives, and it is
 * armed only while somebody reads such a stream.
 */
import type { PaceMs } from './stream-name.ts'

const PACES: readonly PaceMs[] = [100, 1000]
/** Neither a spin, where the clock is behind the timer, nor more than a pace late, where it was set. */
const TIMER_MS_MIN = 1
const TIMER_MS_MAX = 100

export interface PacerOptions {
  readonly clockMs: () => number
  /** Sends the streams of this pace; returns how much that was. */
  readonly onDue: (paceMs: PaceMs) => number
  /** After a timer's turn. */
  readonly onTimerDone: () => void
}

export class Pacer {
  readonly #options: PacerOptions
  readonly #dueMs: Record<PaceMs, number> = { 100: 0, 1000: 0 }
  #timer: NodeJS.Timeout | undefined

  constructor(options: PacerOptions) {
    this.#options = options
  }

  get isArmed(): boolean {
    return this.#timer !== undefined
  }

  /** From now on, or no more. */
  set isArmed(wanted: boolean) {
    if (wanted === this.isArmed) return
    if (!wanted) {
      clearTimeout(this.#timer)
      this.#timer = undefined
      return
    }
    const nowMs = this.#options.clockMs()
    for (const paceMs of PACES) this.#dueMs[paceMs] = nextDueMs(nowMs, paceMs)
    this.#setTimer(nowMs)
  }

  get isDue(): boolean {
    if (!this.isArmed) return false
    const nowMs = this.#options.clockMs()
    return PACES.some((paceMs) => this.#isDue(paceMs, nowMs))
  }

  /** Sends what is due now, if anything is. */
  run(): number {
    if (!this.isArmed) return 0
    const nowMs = this.#options.clockMs()
    let sent = 0
    for (const paceMs of PACES) {
      if (!this.#isDue(paceMs, nowMs)) continue
      this.#dueMs[paceMs] = nextDueMs(nowMs, paceMs)
      sent += this.#options.onDue(paceMs)
    }
    return sent
  }

  /** A clock set back by more than a pace must not silence the streams until it has caught up. */
  #isDue(paceMs: PaceMs, nowMs: number): boolean {
    const dueMs = this.#dueMs[paceMs]
    return nowMs >= dueMs || dueMs - nowMs > paceMs
  }

  #setTimer(nowMs: number): void {
    const waitMs = Math.min(...PACES.map((paceMs) => this.#dueMs[paceMs] - nowMs))
    this.#timer = setTimeout(this.#onTimer, Math.min(Math.max(waitMs, TIMER_MS_MIN), TIMER_MS_MAX))
  }

  readonly #onTimer = (): void => {
    const fired = this.#timer
    this.run()
    this.#options.onTimerDone()
    // Unless the last reader left meanwhile, or left and another came: then the timer is another one, or none.
    if (this.#timer === fired) this.#setTimer(this.#options.clockMs())
  }
}

const nextDueMs = (nowMs: number, paceMs: number): number =>
  Math.floor(nowMs / paceMs) * paceMs + paceMs
