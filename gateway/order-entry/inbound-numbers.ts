/**
 *   session ── number of a message ──▶ INBOUND NUMBERS ── take it, pass it over, or end
 *
 * Which message a client's next one is. Numbers come one by one; what is wrong with one says what happens:
 *
 *            expected
 *   ... ───────┬────────────────┬───────▶
 *     too low  │ in order       │ too high: a gap; asked for, and passed over until it is filled
 *
 *   WHOLE ──too high──▶ GAP, asked once ──10 s without progress──▶ GAP, asked twice ──10 s more──▶ given up
 *     ▲                     │                                           │
 *     └──── all that was seen above it has come again ◀─────────────────┘
 *
 * Nothing of what came too early is kept: it comes again, behind what is missing. So a gap costs two numbers, not a queue.
 */

export const IN_ORDER = 0
/** Seen before, or before its turn: nothing is to be done with it. */
export const PASSED_OVER = 1
/** The first that came too early: what is missing is to be asked for. */
export const GAP_BEGINS = 2
/** Lower than expected, and not said to be a repetition: the two sides do not speak of the same session. */
export const TOO_LOW = 3
export type NumberVerdict =
  | typeof IN_ORDER
  | typeof PASSED_OVER
  | typeof GAP_BEGINS
  | typeof TOO_LOW

export const WAIT = 0
export const ASK_AGAIN = 1
export const GIVE_UP = 2
export type GapVerdict = typeof WAIT | typeof ASK_AGAIN | typeof GIVE_UP

/** Longer than any way to a client and back; whoever has not begun by then is asked again, or will not. */
export const GAP_MS_MAX = 10_000

export class InboundNumbers {
  /** Number of the next message that is taken. */
  expected = 0
  /** Highest number that came too early; 0: nothing is missing. */
  #gapEnd = 0
  #progressMs = 0
  #asks = 0

  /** In a gap: what comes too early is passed over. */
  get isGapOpen(): boolean {
    return this.#gapEnd !== 0
  }

  judge(number: number, possDup: boolean, nowMs: number): NumberVerdict {
    if (number === this.expected) return IN_ORDER
    if (number < this.expected) return possDup ? PASSED_OVER : TOO_LOW
    const begins = this.#gapEnd === 0
    this.#gapEnd = Math.max(this.#gapEnd, number)
    if (!begins) return PASSED_OVER
    this.#progressMs = nowMs
    this.#asks = 1
    return GAP_BEGINS
  }

  /** The expected message was taken. Hot. */
  taken(nowMs: number): void {
    this.expected++
    if (this.#gapEnd !== 0) this.#onProgress(nowMs)
  }

  /** The client has said that nothing will come below `next`. */
  skipTo(next: number, nowMs: number): void {
    this.expected = next
    if (this.#gapEnd !== 0) this.#onProgress(nowMs)
  }

  /** Looks at the time. ASK_AGAIN is answered once for each gap that does not move. */
  onTick(nowMs: number): GapVerdict {
    if (this.#gapEnd === 0 || nowMs - this.#progressMs < GAP_MS_MAX) return WAIT
    if (this.#asks > 1) return GIVE_UP
    this.#asks++
    this.#progressMs = nowMs
    return ASK_AGAIN
  }

  #onProgress(nowMs: number): void {
    this.#progressMs = nowMs
    this.#asks = 1
    if (this.expected > this.#gapEnd) this.#gapEnd = 0
  }
}
